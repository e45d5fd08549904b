--- Rows and objects in numbers: each is a table of its own with its own values, however many are asked for at a time,
-- whatever some of them lack.
local la = require "lualchemy"

describe("many rows", function()
  local N = 3000
  local engine, Thing, things

  setup(function()
    local Base = la.declarative_base()
    Thing = Base:class("Thing", {
      __tablename__ = "thing", id = la.Column{la.Integer, primary_key = true}, name = la.Column{la.String},
      price = la.Column{la.Float},
    })
    things = Thing.__table__
    engine = la.create_engine("sqlite://", {poolclass = la.pool.StaticPool})
    Base.metadata:create_all(engine)
    local rows = {}
    for i = 1, N do
      rows[i] = {id = i, name = i % 3 == 0 and la.NULL or "thing " .. i, price = i % 2 == 0 and i / 2 or la.NULL}
    end
    engine:begin(function(conn) conn:execute(things:insert(), rows) end)
  end)

  local function check(row, i)
    assert.equal(i, row.id)
    assert.equal(i % 3 ~= 0 and "thing " .. i or nil, row.name)
    assert.equal(i % 2 == 0 and i / 2 or nil, row.price)
  end

  local function check_all(rows, first)
    local seen = {}
    for k, row in ipairs(rows) do
      check(row, (first or 1) + k - 1)
      assert.is_nil(seen[row])
      seen[row] = true
    end
    return #rows
  end

  local function stmt(...) return la.select(...):order_by(things.c.id) end

  it("come at once or some at a time", function()
    engine:connect(function(conn)
      assert.equal(N, check_all(conn:execute(stmt(things)):all()))
      for _, n in ipairs{1, 7, 129, 1000, 2999} do
        local result, first = conn:execute(stmt(things):limit(n < 100 and 40 or N)), 1
        for chunk in result:partitions(n) do first = first + check_all(chunk, first) end
        assert.equal(n < 100 and 41 or N + 1, first)
      end
    end)
  end)

  it("are mappings if these are asked for, and no rows", function()
    engine:connect(function(conn)
      local result = conn:execute(stmt(things)):mappings()
      local some, rest = result:fetchmany(500), result:all()
      assert.equal(500, check_all(some))
      assert.equal(N - 500, check_all(rest, 501))
      for _, one in ipairs{some[1], some[500], rest[1], rest[N - 500]} do
        assert.same({"id", "name", "price"}, one:keys())
        assert.has_error(function() return one._fields end)
      end
      assert.same({"id", "name", "price"}, conn:execute(stmt(things)):all()[N]._fields)
    end)
  end)

  it("are objects, whether the session had them or not", function()
    local session = la.Session(engine)
    local had = {}
    for _, thing in ipairs(session:scalars(stmt(Thing):where((Thing.id % 5):eq(0))):all()) do had[thing.id] = thing end
    local all = session:scalars(stmt(Thing)):all()
    assert.equal(N, check_all(all))
    for id, thing in pairs(had) do assert.equal(thing, all[id]) end
    assert.equal(N, #session:scalars(stmt(Thing)):unique():all())
    session:close()
  end)

  it("are rows of objects and columns", function()
    local session = la.Session(engine)
    local rows = session:execute(stmt(Thing, Thing.name, Thing.id)):all()
    assert.equal(N, #rows)
    for i, row in ipairs(rows) do
      check(row.Thing, i)
      assert.equal(row.Thing.name, row.name)
      assert.equal(i, row.id)
    end
    session:close()
  end)
end)
