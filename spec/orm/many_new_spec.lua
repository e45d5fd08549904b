-- Many new objects: added, flushed and rolled back together.
local la = require "lualchemy"

describe("many new objects", function()
  local Thing, session
  before_each(function()
    local Base = la.declarative_base()
    Thing = Base:class("Thing", {
      __tablename__ = "thing", id = la.Column(la.Integer, {primary_key = true}), name = la.Column(la.String(50)),
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
  end)

  local function things(n)
    local list = {}
    for i = 1, n do list[i] = Thing{name = "n" .. i} end
    return list
  end

  it("are written in the order in which they were added, each once", function()
    local list = things(100)
    list[101], list[102] = list[3], list[50]
    session:add_all(list)
    assert.equal(100, #session.new)
    session:add(Thing{name = "last"})
    session:flush()
    assert.equal(0, #session.new)
    for i = 1, 100 do assert.equal(i, list[i].id) end
    assert.equal("last", session:get(Thing, 101).name)
  end)

  it("are what they were when the transaction is rolled back", function()
    local list = things(100)
    session:add_all(list)
    session:flush()
    local first = list[1]
    assert.is_true(la.inspect(first).persistent)
    session:rollback()
    for _, thing in ipairs(list) do assert.is_true(la.inspect(thing).transient) end
    assert.equal(0, session:scalar(la.select(la.func.count(Thing.id))))
    session:add_all(list)
    session:flush()
    assert.equal("n100", session:get(Thing, list[100].id).name)
  end)

  it("of a savepoint go with it, and with the transaction when it was released", function()
    local outer, inner, kept = things(20), things(20), things(20)
    session:add_all(outer)
    local savepoint = session:begin_nested()
    session:add_all(inner)
    session:flush()
    savepoint:rollback()
    assert.is_true(la.inspect(inner[1]).transient)
    assert.is_true(la.inspect(outer[20]).persistent)
    savepoint = session:begin_nested()
    session:add_all(kept)
    session:flush()
    savepoint:commit()
    assert.is_true(la.inspect(kept[1]).persistent)
    session:rollback()
    assert.is_true(la.inspect(kept[1]).transient)
    assert.is_true(la.inspect(outer[1]).transient)
  end)

  it("are no longer kept when they were flushed", function()
    session:add_all(things(100))
    session:flush()
    local n = 0
    for _ in session do n = n + 1 end
    assert.is_true(n > 0)
    collectgarbage()
    collectgarbage()
    n = 0
    for _ in session do n = n + 1 end
    assert.equal(0, n)
    session:rollback()
  end)

  it("leave those that listeners add meanwhile", function()
    local more = {}
    la.event.listen(session, "after_flush", function(s)
      if more[1] then return end
      more[1] = Thing{name = "more"}
      s:add(more[1])
    end)
    session:add_all(things(20))
    session:flush()
    assert.is_true(la.inspect(more[1]).pending)
    assert.is_true(session.new:contains(more[1]))
    la.event.listen(session, "pending_to_persistent", function(s)
      if more[2] then return end
      more[2] = Thing{name = "again"}
      s:add(more[2])
    end)
    session:add_all(things(20))
    session:flush()
    assert.is_true(la.inspect(more[1]).persistent)
    assert.is_true(la.inspect(more[2]).pending)
    session:commit()
    assert.equal(42, session:scalar(la.select(la.func.count(Thing.id))))
  end)

  it("take the place of those that the session deletes", function()
    local list = things(3)
    session:add_all(list)
    session:commit()
    local ids = {list[1].id, list[2].id, list[3].id}
    session:delete(list[2])
    local new = things(3)
    new[2].id, new[3].id = ids[2], 10
    session:add_all(new)
    session:commit()
    assert.equal("n2", session:get(Thing, ids[2]).name)
    assert.equal(5, session:scalar(la.select(la.func.count(Thing.id))))
    assert.equal(new[2], session:get(Thing, ids[2]))
  end)

  it("are made otherwise as soon as somebody listens", function()
    things(3)
    local made = 0
    la.event.listen(Thing, "init", function() made = made + 1 end)
    assert.equal("a", Thing{name = "a"}.name)
    assert.equal(1, made)
    assert.has_error(function() Thing(1) end)
    assert.has_error(function() Thing{nothing = 1} end)
  end)
end)
