-- Kinds of collections: lists, sets, keyed collections, ordering lists.
local la = require "lualchemy"

describe("collections", function()
  local Base, Item

  before_each(function()
    Base = la.declarative_base()
    Item = Base:class("Item", {
      __tablename__ = "item", id = la.Column{la.Integer, primary_key = true}, name = la.Column{la.String},
      place = la.Column{la.Integer}, owner_id = la.Column{la.ForeignKey("owner.id")},
    })
  end)

  local function owner(collection_class)
    local Owner = Base:class("Owner", {
      __tablename__ = "owner", id = la.Column{la.Integer, primary_key = true},
      items = la.relationship{"Item", collection_class = collection_class, backref = "owner"},
    })
    return Owner{}
  end

  local function names(items)
    local out = {}
    for i = 1, #items do out[i] = items[i].name end
    return table.concat(out, " ")
  end

  it("are lists", function()
    local o = owner(nil)
    local a, b, c = Item{name = "a"}, Item{name = "b"}, Item{name = "c"}
    o.items:extend{a, b}
    o.items:insert(1, c)
    assert.equal("c a b", names(o.items))
    assert.equal(3, o.items:index(b))
    assert.equal(b, o.items:pop())
    assert.is_nil(b.owner)
    assert.equal(c, o.items:pop(1))
    assert.equal(1, o.items:count(a))
    assert.has_error(function() o.items:remove(b) end)
    o.items:append(b)
    o.items:reverse()
    assert.equal("b a", names(o.items))
    o.items:sort{key = function(x) return x.name end}
    assert.equal("a b", names(o.items))
    o.items:clear()
    assert.equal(0, #o.items)
    assert.is_nil(a.owner)
  end)

  it("are sets", function()
    local o = owner("set")
    local a = Item{name = "a"}
    o.items:add(a)
    o.items:add(a)
    assert.equal(1, #o.items)
    assert.equal(o, a.owner)
    assert.is_true(o.items:contains(a))
    o.items:discard(a)
    o.items:discard(a)
    assert.equal(0, #o.items)
    assert.has_error(function() o.items:remove(a) end)
  end)

  it("are keyed by an attribute", function()
    local o = owner(la.attribute_keyed_dict("name"))
    local a, b = Item{name = "a"}, Item{name = "b"}
    o.items.a = a
    o.items:set(b)
    assert.equal(2, #o.items)
    assert.equal(b, o.items.b)
    assert.equal(o, b.owner)
    assert.same({"a", "b"}, o.items:keys())
    o.items.a = nil
    assert.is_nil(a.owner)
    assert.is_nil(o.items:get("a"))
    assert.equal(b, o.items:pop("b"))
    assert.has_error(function() o.items = {a, b} end)
    o.items = {a = a}
    assert.equal(a, o.items.a)
  end)

  it("are keyed by a function or by columns", function()
    local by_length = owner(la.keyfunc_mapping(function(item) return #item.name end))
    by_length.items:set(Item{name = "four"})
    assert.equal("four", by_length.items[4].name)
  end)

  it("keep positions", function()
    local o = owner(la.orderinglist.ordering_list("place", {count_from = 1}))
    local a, b, c = Item{name = "a"}, Item{name = "b"}, Item{name = "c"}
    o.items:extend{a, b}
    o.items:insert(1, c)
    assert.same({1, 2, 3}, {c.place, a.place, b.place})
    o.items:remove(a)
    assert.equal(2, b.place)
    b.place = 9
    o.items:reorder()
    assert.equal(2, b.place)
  end)

  it("are of a known kind", function()
    assert.has_error(function()
      owner("bag")
    end)
  end)
end)
