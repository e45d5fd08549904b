--- A loop over a result draws rows ahead; those it did not come to are still the next ones for whoever asks.
local la = require "lualchemy"

describe("rows after a loop that was left", function()
  local engine, conn
  local SQL = "select 1 as x, 7 as y union all select 2, 7 union all select 3, 8 union all select 4, 8 "
    .. "union all select 5, 9"

  before_each(function()
    engine = la.create_engine("sqlite://")
    conn = engine:connect()
  end)
  after_each(function() conn:close() end)

  --- A result of which a loop has seen the first row; change: what is made of it before.
  local function left(change)
    local result = conn:execute(la.text(SQL))
    result = change and change(result) or result
    local seen = 0
    for _ in result do
      seen = seen + 1
      if seen == 1 then break end
    end
    return result
  end

  local function numbers(rows)
    local out = {}
    for i, row in ipairs(rows) do out[i] = type(row) == "table" and row[1] or row end
    return out
  end

  it("are fetched one by one, some at a time, or all", function()
    local result = left()
    assert.equal(2, result:fetchone().x)
    assert.same({3, 4}, numbers(result:fetchmany(2)))
    assert.same({5}, numbers(result:fetchmany(9)))
    assert.is_nil(result:fetchone())
    assert.same({2, 3, 4, 5}, numbers(left():all()))
    assert.equal(2, left():first().x)
    assert.has_error(function() left():one() end)
  end)

  it("are those of another loop and of partitions", function()
    local seen, sizes = {}, {}
    for row in left() do seen[#seen + 1] = row.x end
    assert.same({2, 3, 4, 5}, seen)
    for part in left():partitions(3) do sizes[#sizes + 1] = #part end
    assert.same({3, 1}, sizes)
  end)

  it("are those of views", function()
    assert.same({2, 3, 4, 5}, left():scalars():all())
    assert.same({7, 8, 8, 9}, left():scalars("y"):all())
    assert.equal(8, left():mappings():fetchmany(2)[2].y)
    assert.same({7, 8, 8, 9}, numbers(left():columns("y"):all()))
    assert.same({2, 3, 4, 5}, left(function(result) return result:scalars() end):all())
    assert.same({7, 8, 9}, left():scalars("y"):unique():all())
    assert.same({8, 9}, left(function(result) return result:scalars("y"):unique() end):all())
  end)

  it("are objects where the result has these", function()
    local Base = la.declarative_base()
    local Thing = Base:class("Thing", {__tablename__ = "thing", id = la.Column{la.Integer, primary_key = true}})
    Base.metadata:create_all(conn)
    local session = la.Session(conn)
    session:add_all{Thing{id = 1}, Thing{id = 2}, Thing{id = 3}}
    session:flush()
    local result = session:scalars(la.select(Thing):order_by(Thing.id))
    for thing in result do
      if thing.id == 1 then break end
    end
    local rest = result:all()
    assert.equal(session:get(Thing, 2), rest[1])
    assert.equal(session:get(Thing, 3), rest[2])
    session:close()
  end)
end)
