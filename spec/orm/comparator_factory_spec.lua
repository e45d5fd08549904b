--- comparator_factory: what the operators of an attribute mean; la.hybrid.Comparator.
local la = require "lualchemy"

local Upper = la.ColumnProperty.Comparator:class("Upper", {
  __eq__ = function(self, other) return la.func.upper(self:__clause_element__()):eq(la.func.upper(other)) end,
  shout = function(self, times) return la.func.shout(self:__clause_element__(), times) end,
  owner = function(self) return self.prop.key end,
})
local Lower = la.ColumnProperty.Comparator:class("Lower", {
  operate = function(self, op, other) return op(la.func.lower(self:__clause_element__()), la.func.lower(other)) end,
})
local Named = la.RelationshipProperty.Comparator:class("Named", {
  named = function(self, name) return self:any{name = name} end,
})
local Point = setmetatable({}, {__call = function(class, x, y) return setmetatable({x = x, y = y}, class) end})
Point.__index = Point
function Point:__composite_values__() return {self.x, self.y} end
local Beyond = la.CompositeProperty.Comparator:class("Beyond", {
  __gt__ = function(self, other)
    local parts, values = self:__clause_element__().clauses, other:__composite_values__()
    return la.and_(parts[1]:gt(values[1]), parts[2]:gt(values[2]))
  end,
})

local Base = la.declarative_base()
local User = Base:class("User", {
  __tablename__ = "person",
  id = la.Column{la.Integer, primary_key = true},
  name = la.column_property(la.Column("name", la.String), {comparator_factory = Upper}),
  nick = la.column_property(la.Column("nick", la.String), {comparator_factory = Lower}),
  x = la.Column{la.Integer}, y = la.Column{la.Integer},
  point = la.composite(Point, "x", "y", {comparator_factory = Beyond}),
  alias = la.synonym("name", {comparator_factory = Lower}),
  pets = la.relationship{"Pet", comparator_factory = Named},
  initial = la.hybrid_property{
    get = function(self) return self.name:sub(1, 1) end,
    expr = function(cls)
      return la.hybrid.Comparator:class("Initial", {
        __eq__ = function(self, other) return la.func.substr(self:__clause_element__(), 1, 1):eq(other) end,
      })(cls.nick)
    end,
  },
})
Base:class("Pet", {
  __tablename__ = "pet",
  id = la.Column{la.Integer, primary_key = true},
  owner_id = la.Column{la.ForeignKey("person.id")},
  name = la.Column{la.String},
})

local function sql(x) return (tostring(x):gsub("%s+", " ")) end

describe("comparator_factory", function()
  it("of a column property replaces the operators that it names, and adds methods", function()
    assert.equal("upper(person.name) = upper(:upper_1)", sql(User.name:eq("x")))
    assert.equal("shout(person.name, :shout_1)", sql(User.name:shout(3)))
    assert.equal("name", User.name:owner())
    assert.equal("person.name != :name_1", sql(User.name:ne("x")))
    assert.equal("person.name LIKE :name_1", sql(User.name:like("x")))
  end)

  it("can say of all operators at once", function()
    assert.equal("lower(person.nick) < lower(:lower_1)", sql(User.nick:lt("x")))
    assert.equal("lower(person.nick) LIKE lower(:lower_1)", sql(User.nick:like("x")))
    assert.equal("lower(person.nick) || lower(:lower_1)", sql(User.nick .. "x"))
  end)

  it("holds for aliases, filter_by() and synonyms", function()
    local U = la.aliased(User)
    assert.equal("upper(person_1.name) = upper(:upper_1)", sql(U.name:eq("x")))
    assert.matches("WHERE upper(person.name) = upper(:upper_1)", sql(la.select(User.id):filter_by{name = "x"}), 1, true)
    assert.equal("lower(person.name) = lower(:lower_1)", sql(User.alias:eq("x")))
  end)

  it("of relationships and composites does the same", function()
    assert.equal("EXISTS (SELECT 1 FROM pet, person WHERE person.id = pet.owner_id AND pet.name = :name_1)",
      sql(User.pets:named("x")))
    assert.equal("person.x > :x_1 AND person.y > :y_1", sql(User.point:gt(Point(1, 2))))
    assert.equal("person.x = :x_1 AND person.y = :y_1", sql(User.point:eq(Point(1, 2))))
  end)

  it("leaves the attribute what it is: in columns, joins, events, statements that change rows", function()
    assert.equal("SELECT person.name FROM person ORDER BY person.name DESC",
      sql(la.select(User.name):order_by(User.name:desc())))
    assert.equal("SELECT person.id FROM person JOIN pet ON person.id = pet.owner_id",
      sql(la.select(User.id):join(User.pets)))
    assert.equal("UPDATE person SET name=:name WHERE upper(person.name) = upper(:upper_1)",
      sql(la.update(User):where(User.name:eq("a")):values{[User.name] = "b"}))
    assert.equal("User.name", tostring(User.name))
    assert.is_true(la.InstrumentedAttribute:is(User.name))
    local heard
    la.event.listen(User.name, "set", function(_, value) heard = value end)
    assert.equal("x", User{name = "x"}.name)
    assert.equal("x", heard)
  end)

  it("derived from PropComparator alone knows the operators that it names", function()
    local Plus = la.PropComparator:class("Plus", {
      __add__ = function(self, other) return la.func.plus(self:__clause_element__(), other) end,
    })
    local One = Base:class("One", {__tablename__ = "one", id = la.column_property(
      la.Column("id", la.Integer, {primary_key = true}), {comparator_factory = Plus})})
    assert.equal("plus(one.id, :plus_1)", sql(One.id + 5))
    assert.error(function() return One.id:eq(5) end)
  end)

  it("must be such a class", function()
    local Bad = Base:class("Bad", {__tablename__ = "bad", id = la.Column{la.Integer, primary_key = true},
      name = la.column_property(la.Column("name", la.String), {comparator_factory = {}})})
    local ok, e = pcall(function() return Bad.name end)
    assert.is_false(ok)
    assert.is_true(la.exc.ArgumentError:is(e))
  end)
end)

describe("la.hybrid.Comparator", function()
  it("is what the expression of a hybrid may be", function()
    assert.equal("substr(person.nick, :substr_1, :substr_2) = :substr_3", sql(User.initial:eq("a")))
    local U = la.aliased(User)
    assert.matches("WHERE substr(person_1.nick,", sql(la.select(U.id):where(U.initial:eq("a"))), 1, true)
  end)
end)
