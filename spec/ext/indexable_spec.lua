-- la.index_property: an attribute for one element of another one.
local la = require "lualchemy"

describe("index_property", function()
  local session, Person

  before_each(function()
    local Base = la.declarative_base()
    Person = Base:class("Person", {
      __tablename__ = "person",
      id = la.Column{la.Integer, primary_key = true},
      data = la.Column{la.JSON},
      tags = la.Column{la.JSON},
      name = la.index_property("data", "name"),
      bio = la.index_property("data", "bio", {default = "none"}),
      fixed = la.index_property("data", "fixed", {mutable = false, default = la.NULL}),
      second = la.index_property("tags", 2, {onebased = false, default = la.NULL}),
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
  end)

  it("reads and writes the element", function()
    local person = Person{name = "a"}
    session:add(person)
    session:commit()
    assert.same({name = "a"}, person.data)
    person.name = "b"
    assert.is_true(session:is_modified(person))
    session:commit()
    assert.equal("b", person.name)
    person.bio = nil
    session:commit()
    assert.is_nil(person.bio)
  end)

  it("has a default, or is an error where there is nothing", function()
    local person = Person()
    assert.equal("none", person.bio)
    assert.is_nil(person.fixed)
    assert.has_error(function() return person.name end, "data")
  end)

  it("is written only where it may be", function()
    assert.has_error(function() Person().fixed = 1 end, "can't set attribute 'fixed'")
  end)

  it("makes an array for a place", function()
    local person = Person{second = "x"}
    assert.same({la.NULL, "x"}, person.tags)
    assert.equal("x", person.second)
  end)

  it("is an expression on the class", function()
    session:add_all{Person{name = "a", second = 1}, Person{name = "b", second = 2}}
    session:flush()
    assert.equal(2, session:scalar(la.select(Person.id):where(Person.name:as_string():eq("b"))))
    assert.equal(1, session:scalar(la.select(Person.id):where(Person.second:as_integer():eq(1))))
  end)

  it("tells what it takes", function()
    assert.has_error(function() la.index_property("data") end)
    assert.has_error(function() la.index_property(1, 2) end)
  end)
end)
