-- The statements of a flush: names of parameters, and versions that the program counts.
local la = require "lualchemy"

local function heard(engine)
  local seen = {}
  la.event.listen(engine, "before_execute", function(_, statement)
    seen[#seen + 1] = (tostring(statement):gsub("%s*\n", " "))
  end)
  return seen
end

local function refusal(session)
  local ok, why = pcall(session.flush, session)
  return not ok and why.message
end

describe("a flush's DELETE", function()
  it("names its parameters by the keys of the columns", function()
    local Base = la.declarative_base()
    local version = la.Column{la.Integer}
    local T = Base:class("T", {
      __tablename__ = "t",
      id = la.Column{la.Integer, primary_key = true},
      version = version,
      __mapper_args__ = {version_id_col = version},
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    local t, other = T{id = 1}, T{id = 2}
    session:add_all{t, other}
    session:flush()
    local seen = heard(engine)
    session:delete(t)
    session:flush()
    assert.same({"DELETE FROM t WHERE t.id = :id AND t.version = :version"}, seen)
    assert.same({2}, session:scalars(la.select(T.id)):all())
    session:close()
  end)
end)

describe("a version that the program counts", function()
  it("must not be NULL after a flush", function()
    local Base = la.declarative_base()
    local version = la.Column{la.Integer}
    local T = Base:class("T", {
      __tablename__ = "t",
      id = la.Column{la.Integer, primary_key = true},
      n = la.Column{la.Integer},
      version = version,
      __mapper_args__ = {version_id_col = version, version_id_generator = false},
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    session:add(T{n = 1})
    local MESSAGE = "Instance does not contain a non-NULL version value"
    assert.equal(MESSAGE, refusal(session))
    session:rollback()
    local t = T{n = 1, version = 1}
    session:add(t)
    session:commit()
    t.version = la.NULL
    assert.equal(MESSAGE, refusal(session))
    session:rollback()
    t.n, t.version = 2, 2
    session:commit()
    assert.equal(2, t.version)
    session:close()
  end)

  it("may be the column of a table of whose rows a SELECT is mapped", function()
    local t = la.Table{"t", la.MetaData{}, la.Column{"id", la.Integer, primary_key = true},
      la.Column{"version", la.Integer}}
    local engine = la.create_engine("sqlite://")
    t.metadata:create_all(engine)
    local rows = la.select(t.c.id, t.c.version):subquery()
    local registry = la.registry()
    local T = la.class("T")
    registry:map_imperatively(T, rows, {version_id_col = t.c.version, version_id_generator = false,
      primary_key = {rows.c.id}})
    local session = la.Session(engine)
    local object = T{id = 1, version = 1}
    session:add(object)
    session:flush()
    assert.is_true(la.inspect(object).persistent)
    session:close()
  end)
end)
