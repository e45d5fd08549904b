-- What is written over the items of a MutableList is stored, in every Lua; nil takes the item out.
local la = require "lualchemy"

describe("a MutableList", function()
  local A, session, a

  before_each(function()
    local Base = la.declarative_base()
    A = Base:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true},
      list = la.Column{la.mutable.MutableList.as_mutable(la.JSON)},
      dict = la.Column{la.mutable.MutableDict.as_mutable(la.JSON)}})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    a = A{id = 1, list = {1, 2, 3}, dict = {k = 1}}
    session:add(a)
    session:commit()
  end)
  after_each(function() session:close() end)

  local function stored()
    session:commit()
    session:expunge_all()
    return session:get(A, 1).list:copy()
  end

  it("stores an item that is written over another one", function()
    a.list[1] = 99
    collectgarbage()
    assert.same({99, 2, 3}, stored())
  end)

  it("is known to be changed by it", function()
    a.list[2] = 77
    assert.is_true(session:is_modified(a))
    assert.is_true(session.dirty:contains(a))
  end)

  it("stores it when methods follow", function()
    a.list[1] = 99
    a.list:append(4)
    assert.same({99, 2, 3, 4}, stored())
  end)

  it("stores it though the list is held for long", function()
    local list = a.list
    session:flush()
    collectgarbage()
    list[3] = 5
    assert.same({1, 2, 5}, stored())
  end)

  it("lacks an item that nil is written over", function()
    a.list[1] = nil
    assert.same({2, 3}, stored())
  end)

  it("is flushed after changed()", function()
    a.dict:changed()
    assert.is_true(session:is_modified(a))
  end)
end)
