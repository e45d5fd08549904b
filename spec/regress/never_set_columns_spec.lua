-- Columns that were not set before an INSERT are neither loaded nor set afterwards: they read as None without a SELECT,
-- and setting them to None is a change.
local la = require "lualchemy"

describe("a column that was never set", function()
  local engine, session, Item, statements

  before_each(function()
    local Base = la.declarative_base()
    Item = Base:class("Item", {
      __tablename__ = "item",
      id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String},
      note = la.Column{la.String},
      text = la.deferred{la.Column{la.String}},
      doubled = la.column_property{la.text("id * 2")},
    })
    engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session, statements = la.Session(engine), {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, statement)
      statements[#statements + 1] = statement
    end)
  end)

  local function unloaded(obj)
    local keys = la.inspect(obj).unloaded
    table.sort(keys)
    return table.concat(keys, " ")
  end

  for _, n in ipairs{1, 3} do
    it("is not loaded after a flush of " .. n, function()
      local items = {}
      for i = 1, n do items[i] = Item{name = "a"} end
      session:add_all(items)
      session:flush()
      statements = {}
      assert.equal("doubled note text", unloaded(items[1]))
      assert.is_nil(items[1].note)
      assert.same({}, statements)
      items[1].note = nil
      assert.is_true(session:is_modified(items[1]))
      session:flush()
      assert.same({"UPDATE item SET note=? WHERE item.id = ?"}, statements)
    end)
  end

  it("has expired with all others after a commit", function()
    local item = Item{name = "a"}
    session:add(item)
    session:commit()
    statements = {}
    assert.is_nil(item.note)
    assert.equal(1, #statements)
    item.note = nil
    session:flush()
    assert.equal(1, #statements)
  end)

  it("is read with the next row of the object", function()
    local item = Item{name = "a"}
    session:add(item)
    session:flush()
    session:connection():execute(la.text("UPDATE item SET note = 'n'"))
    assert.is_nil(item.note)
    session:scalars(la.select(Item)):all()
    assert.equal("n", item.note)
  end)

  it("is loaded where it is deferred, or an expression", function()
    local item = Item{id = 4, name = "a"}
    session:add(item)
    session:flush()
    statements = {}
    assert.equal(8, item.doubled)
    assert.equal(1, #statements)
    assert.is_nil(item.text)
    assert.equal(2, #statements)
  end)

  it("reads as None of a detached object, too", function()
    local item = Item{name = "a"}
    session.expire_on_commit = false
    session:add(item)
    session:commit()
    session:close()
    assert.is_nil(item.note)
    assert.has_error(function() return item.text end)
  end)
end)
