--- What sets of related objects can be asked, and compared with.
local la = require "lualchemy"

local Base = la.declarative_base()
local Parent = Base:class("Parent", {
  __tablename__ = "parent",
  id = la.Column{la.Integer, primary_key = true},
  children = la.relationship{"Child", collection_class = "set"},
})
local Child = Base:class("Child", {
  __tablename__ = "child",
  id = la.Column{la.Integer, primary_key = true},
  parent_id = la.Column{la.ForeignKey("parent.id")},
})

describe("a set of objects", function()
  local a, b, c, set
  before_each(function()
    a, b, c = Child(), Child(), Child()
    set = Parent{children = {a, b}}.children
  end)

  it("gives what it has together with others, as an array", function()
    assert.same({a, b, c}, set:union{b, c})
    assert.same({b}, set:intersection{b, c})
    assert.same({a}, set:difference{b, c})
    assert.same({a, c}, set:symmetric_difference{b, c})
    assert.same({c}, set:union{c}[3] and set:symmetric_difference(Parent{children = {a, b, c}}.children))
    assert.equal(2, #set)
  end)

  it("is compared", function()
    assert.same({true, false}, {set:issubset{a, b, c}, set:issubset{a}})
    assert.same({true, false}, {set:issuperset{a}, set:issuperset{c}})
    assert.same({true, false}, {set:isdisjoint{c}, set:isdisjoint{a}})
  end)

  it("takes what only one of the two has", function()
    set:symmetric_difference_update{b, c}
    assert.same({a, c}, set:copy())
    set:symmetric_difference_update(set)
    assert.equal(0, #set)
  end)
end)
