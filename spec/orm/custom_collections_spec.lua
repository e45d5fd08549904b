-- Collections of a program's own classes, and what the ORM sees of collections.
local la = require "lualchemy"

local mark, adapter = la.collections.collection, la.collections.collection_adapter

describe("collection_class", function()
  local Parent, Child, session

  local function mapped(collection_class)
    local Base = la.declarative_base()
    Parent = Base:class("Parent", {__tablename__ = "parents", id = la.Column{la.Integer, primary_key = true},
      children = la.relationship{"Child", collection_class = collection_class, back_populates = "parent",
        order_by = "Child.id"}})
    Child = Base:class("Child", {__tablename__ = "children", id = la.Column{la.Integer, primary_key = true},
      k = la.Column{la.String}, parent_id = la.Column{la.ForeignKey("parents.id")},
      parent = la.relationship{"Parent", back_populates = "children"}})
    local ok, e = pcall(Base.registry.configure, Base.registry)
    if not ok then
      Base.registry:dispose()
      error(e, 0)
    end
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
  end

  local function refused(collection_class)
    local ok, e = pcall(mapped, collection_class)
    assert.is_false(ok)
    return tostring(e)
  end

  --- Backrefs, flushes and loads go both ways.
  local function works()
    local parent, a, b = Parent{id = 1}, Child{id = 1, k = "a"}, Child{id = 2, k = "b"}
    a.parent = parent
    b.parent = parent
    assert.same({a, b}, adapter(parent.children):items())
    session:add(parent)
    session:commit()
    assert.same({a, b}, adapter(parent.children):items())
    adapter(parent.children):remove_with_event(a)
    assert.is_nil(a.parent)
    session:commit()
    assert.same({b}, adapter(parent.children):items())
    adapter(parent.children):append_with_event(a)
    assert.equal(parent, a.parent)
    b.parent = nil
    session:commit()
    assert.same({a}, adapter(parent.children):items())
    return parent, a, b
  end

  --- A class that keeps its items in a field; names of the methods that add and take away.
  local function holder(add, remove, marked)
    local function put(self, item) table.insert(self.data, item) end
    local function take(self, item)
      for i, one in ipairs(self.data) do
        if one == item then return table.remove(self.data, i) end
      end
    end
    return {__init__ = function(self) self.data = {} end, [add] = marked and mark.appender(put) or put,
      [remove] = marked and mark.remover(take) or take, __iter__ = function(self) return ipairs(self.data) end}
  end

  it("is a class with methods called append and remove", function()
    local ListLike = la.class("ListLike", holder("append", "remove"))
    mapped(ListLike)
    local parent = works()
    assert.is_true(ListLike:is(parent.children))
    local child = Child{id = 7}
    parent.children:append(child)
    assert.equal(parent, child.parent)
    assert.is_true(session.new:contains(child))
    parent.children = {Child{id = 8}}
    assert.is_nil(child.parent)
    assert.equal(8, parent.children.data[1].id)
  end)

  it("is a class with methods called add and remove, like a set", function()
    mapped(la.class("SetLike", holder("add", "remove")))
    works()
  end)

  it("is a class whose methods are marked", function()
    mapped(la.class("Marked", holder("push", "drop", true)))
    local parent, a = works()
    parent.children:drop(a)
    assert.is_nil(a.parent)
  end)

  it("is a function that gives objects with a metatable", function()
    local methods = holder("append", "remove")
    mapped(function() return setmetatable({data = {}}, {__index = methods}) end)
    works()
  end)

  it("has further methods that add and take away", function()
    local body = holder("push", "drop", true)
    body.put_at = mark.adds(2)(function(self, i, item) table.insert(self.data, i, item) end)
    body.swap = mark.replaces(1)(function(self, item)
      local before = table.remove(self.data)
      self:push(item)
      return before
    end)
    body.forget = mark.removes(1)(function(self, item) self:drop(item) end)
    body.last = mark.removes_return()(function(self) return table.remove(self.data) end)
    mapped(la.class("Rich", body))
    local parent, a, b = Parent(), Child{k = "a"}, Child{k = "b"}
    local told = {}
    la.event.listen(Parent.children, "append", function(_, child) told[#told + 1] = "+" .. child.k end)
    la.event.listen(Parent.children, "remove", function(_, child) told[#told + 1] = "-" .. child.k end)
    parent.children:put_at(1, a)
    parent.children:swap(b)
    parent.children:forget(b)
    parent.children:push(a)
    assert.equal(a, parent.children:last())
    assert.equal("+a +b -a -b +a -a", table.concat(told, " "))
    assert.is_nil(a.parent)
  end)

  it("makes items of what is assigned", function()
    local body = holder("append", "remove")
    body.convert = mark.converter(function(_, given) return {Child{k = given}} end)
    mapped(la.class("Converting", body))
    local parent = Parent{children = "x"}
    assert.equal("x", parent.children.data[1].k)
  end)

  it("must say how items are added, taken away and given", function()
    assert.equal("Type None must elect an appender method to be a collection class", refused(la.class("None", {})))
    assert.equal("Type Adds must elect a remover method to be a collection class",
      refused(la.class("Adds", {append = function() end})))
    assert.equal("Type Mute must elect an iterator method to be a collection class",
      refused(la.class("Mute", {append = function() end, remove = function() end})))
    assert.truthy(refused(5):find("argument 'collection_class' must be \"list\", \"set\", a class of collections", 1,
      true))
    assert.truthy(refused(function() return 5 end):find("argument 'collection_class' must be", 1, true))
  end)

  describe("derived from the library's", function()
    it("has methods of its own, and those of its parent", function()
      local Named = la.collections.InstrumentedList:class("Named", {keys = function(self)
        local out = {}
        for i, child in ipairs(self) do out[i] = child.k end
        return table.concat(out)
      end})
      mapped(Named)
      local parent = works()
      parent.children:extend{Child{k = "x"}, Child{k = "y"}}
      table.insert(parent.children, Child{k = "z"})
      assert.equal("axyz", parent.children:keys())
      assert.is_true(Named:is(parent.children))
      assert.is_true(la.collections.InstrumentedList:is(parent.children))
      assert.is_false(la.collections.InstrumentedSet:is(parent.children))
    end)

    it("sees what is loaded and what backrefs bring in its own append and remove", function()
      local seen = {}
      local List = la.collections.InstrumentedList
      mapped(List:class("Watching", {
        append = function(self, child)
          seen[#seen + 1] = "+" .. child.k
          List.append(self, child)
        end,
        remove = function(self, child)
          seen[#seen + 1] = "-" .. child.k
          List.remove(self, child)
        end,
      }))
      local told = {}
      la.event.listen(Parent.children, "append", function(_, child) told[#told + 1] = child.k end)
      works()
      assert.equal("+a +b +a +b -a +b +a -b +a", table.concat(seen, " "))
      assert.equal("a b a", table.concat(told, " "))
    end)

    it("has fields that __init__ sets", function()
      local Set = la.collections.InstrumentedSet
      mapped(Set:class("Counted", {__init__ = function(self) self.limit = 2 end}))
      assert.equal(2, works().children.limit)
    end)

    it("is a dictionary", function()
      local function key(child) return child.k end
      for _, kind in ipairs{
        la.KeyFuncDict:class("Notes", {__init__ = function(self) la.KeyFuncDict.__init__(self, key) end}),
        la.KeyFuncDict:class("Keyed", {keyfunc = key}), function() return la.KeyFuncDict(key) end,
        function() return la.keyfunc_mapping(key) end} do
        mapped(kind)
        assert.same({"a"}, works().children:keys())
      end
      local ok, e = pcall(la.KeyFuncDict)
      assert.is_false(ok)
      assert.equal("KeyFuncDict: argument 'keyfunc' must be a function, got nil", tostring(e))
    end)

    it("stands alone until it is assigned", function()
      local Named = la.collections.InstrumentedList:class("Named", {first = function(self) return self[1] end})
      mapped(Named)
      local child = Child{k = "a"}
      local list = Named{child}
      assert.equal(child, list:first())
      assert.is_nil(child.parent)
      assert.is_nil(adapter(list))
      local parent = Parent{children = list}
      assert.equal(parent, child.parent)
      assert.equal(child, parent.children:first())
    end)
  end)

  it("has an adapter that listeners of init_collection get", function()
    mapped("set")
    local got
    la.event.listen(Parent.children, "init_collection", function(_, children, its) got = {children, its} end)
    local parent = Parent()
    local children = parent.children
    assert.equal(children, got[1])
    assert.equal(adapter(children), got[2])
    assert.equal(children, got[2].data)
    assert.equal("children", got[2].attr.key)
    assert.equal(parent, got[2].owner_state.object)
    local child = Child()
    got[2]:append_without_event(child)
    assert.is_nil(child.parent)
    got[2]:clear_with_event()
    assert.same({}, got[2]:items())
    assert.is_nil(adapter({}))
  end)
end)
