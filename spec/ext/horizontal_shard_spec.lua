-- Sessions over several databases of the same tables.
local la = require "lualchemy"

describe("ShardedSession", function()
  local NAMES = {"north", "asia", "europe"}
  local City, Report, engines, said, asked, session

  --- What was sent since the last time, as "shard: first word".
  local function sent()
    local list = said
    said = {}
    return table.concat(list, " ")
  end

  before_each(function()
    said, asked, engines = {}, 0, {}
    local Base = la.declarative_base()
    City = Base:class("City", {
      __tablename__ = "city", id = la.Column{la.Integer, primary_key = true, autoincrement = false},
      continent = la.Column{la.String(20)}, name = la.Column{la.String(20)}, reports = la.relationship{"Report",
        back_populates = "city"},
    })
    Report = Base:class("Report", {
      __tablename__ = "report", id = la.Column{la.Integer, primary_key = true}, temp = la.Column{la.Integer},
      city_id = la.Column{la.ForeignKey("city.id")}, city = la.relationship{"City", back_populates = "reports"},
    })
    for _, name in ipairs(NAMES) do
      engines[name] = la.create_engine("sqlite://", {poolclass = la.pool.StaticPool})
      Base.metadata:create_all(engines[name])
      la.event.listen(engines[name], "before_cursor_execute", function(_, _, sql)
        said[#said + 1] = name .. ":" .. sql:match("%a+")
      end)
    end
    session = la.horizontal_shard.ShardedSession{
      shards = engines,
      shard_chooser = function(_, obj) return (City:is(obj) and obj or obj.city).continent end,
      identity_chooser = function(_, _, o)
        if o.lazy_loaded_from ~= la.NULL then return {o.lazy_loaded_from.identity_token} end
        return NAMES
      end,
      execute_chooser = function(state)
        asked = asked + 1
        if state.lazy_loaded_from then return {state.lazy_loaded_from.identity_token} end
        return NAMES
      end,
    }
    session:add_all{
      City{id = 1, continent = "asia", name = "Tokyo", reports = {Report{temp = 30}}},
      City{id = 1, continent = "europe", name = "Oslo", reports = {Report{temp = 5}, Report{temp = 6}}},
      City{id = 2, continent = "north", name = "Quito"},
    }
    session:commit()
    session:expunge_all()
    sent()
  end)
  after_each(function() session:close() end)

  local function names(list)
    local out = {}
    for i, city in ipairs(list) do out[i] = city.name end
    return table.concat(out, " ")
  end

  it("is a Session", function()
    assert.is_true(la.horizontal_shard.ShardedSession:is(session))
    assert.is_true(la.Session:is(session))
    assert.is_false(la.horizontal_shard.ShardedSession:is(la.Session()))
  end)

  it("puts new objects where the chooser says, by equal keys side by side", function()
    local cities = session:scalars(la.select(City)):all()
    assert.equal("Quito Tokyo Oslo", names(cities))
    for i, name in ipairs(NAMES) do assert.equal(name, la.inspect(cities[i]).identity_token) end
    assert.same({City, {1}, "asia"}, la.inspect(cities[2]).identity_key)
    assert.equal(cities[2], session.identity_map:get{City, {1}, "asia"})
    assert.equal(cities[3], session.identity_map:get{City, {1}, "europe"})
  end)

  it("executes statements on the shards that are chosen, or named", function()
    session:scalars(la.select(City)):all()
    assert.equal("north:SELECT asia:SELECT europe:SELECT", sent())
    session:execute(la.select(City), nil, {bind_arguments = {shard_id = "asia"}}):all()
    assert.equal("asia:SELECT", sent())
    session:query(City):execution_options{_sa_shard_id = "europe"}:all()
    assert.equal("europe:SELECT", sent())
    session:expunge_all()
    asked = 0
    local oslo = session:scalars(la.select(City):options(la.horizontal_shard.set_shard_id("europe"))):one()
    assert.equal(2, #oslo.reports)
    assert.equal(0, asked)
    assert.equal("europe:SELECT europe:SELECT", sent())
  end)

  it("has queries of one shard", function()
    assert.equal("Tokyo", names(session:query(City):set_shard("asia"):all()))
    assert.equal("asia:SELECT", sent())
    local plain = la.Session(engines.asia)
    assert.has_error(function() plain:query(City):set_shard("asia") end)
    plain:close()
  end)

  it("finds objects by key in the session, or on the shards", function()
    local quito = session:get(City, 2)
    assert.equal("Quito", quito.name)
    assert.equal("north:SELECT asia:SELECT europe:SELECT", sent())
    assert.equal(quito, session:get(City, 2))
    assert.equal("", sent())
    session:expire(quito)
    assert.equal("Quito", quito.name)
    assert.equal("north:SELECT", sent())
    assert.equal("Oslo", session:get(City, 1, {identity_token = "europe"}).name)
    assert.equal("europe:SELECT", sent())
  end)

  it("loads related objects from the shard of their object", function()
    local tokyo = session:get(City, 1, {identity_token = "asia"})
    sent()
    assert.equal(30, tokyo.reports[1].temp)
    assert.equal(tokyo, tokyo.reports[1].city)
    assert.equal("asia:SELECT", sent())
    session:expunge_all()
    local report = session:query(Report):filter(Report.temp:eq(6)):one()
    sent()
    assert.equal("Oslo", report.city.name)
    assert.equal("europe:SELECT", sent())
  end)

  it("flushes changes to the shards of the objects", function()
    local oslo = session:get(City, 1, {identity_token = "europe"})
    session:delete(oslo.reports[1])
    oslo.name = "Bergen"
    sent()
    session:commit()
    assert.equal("europe:UPDATE europe:DELETE", sent())
    assert.equal("Tokyo", session:get(City, 1, {identity_token = "asia"}).name)
    assert.equal(1, #oslo.reports)
    oslo.name = "x"
    session:rollback()
    assert.equal("Bergen", oslo.name)
    assert.equal("europe", la.inspect(oslo).identity_token)
  end)

  it("updates and deletes by condition on all of them", function()
    local tokyo = session:get(City, 1, {identity_token = "asia"})
    local result = session:execute(la.update(City):where(City.id:eq(1)):values{name = "both"})
    assert.equal(2, result.rowcount)
    assert.equal("both", tokyo.name)
    assert.equal(3, session:execute(la.delete(Report)).rowcount)
  end)

  it("can be made by a sessionmaker, and run a function", function()
    local all = function() return NAMES end
    local Session = la.sessionmaker{class_ = la.horizontal_shard.ShardedSession, shards = engines}
    Session:configure{shard_chooser = function() return "asia" end, identity_chooser = all, execute_chooser = all}
    assert.equal(3, Session(function(s) return #s:query(City):all() end))
    local n = la.horizontal_shard.ShardedSession({shards = engines, shard_chooser = all, identity_chooser = all,
      execute_chooser = all}, function(s) return #s:query(City):all() end)
    assert.equal(3, n)
  end)

  it("checks its arguments", function()
    local ShardedSession = la.horizontal_shard.ShardedSession
    assert.has_error(function() ShardedSession{shards = engines} end)
    assert.has_error(function() session:execute(la.select(City), nil, {bind_arguments = {shard_id = "moon"}}) end)
    assert.has_error(function() la.sessionmaker{class_ = 5} end)
  end)
end)
