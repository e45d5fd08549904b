--- Classes of what mappers and instances are made of, for programs that ask `is`: la.ColumnProperty:is(x).
local comparators = require "lualchemy.orm.prop_comparator"
local core = require "lualchemy.core"
local directions = require "lualchemy.orm.direction"
local property = require "lualchemy.orm.property"
local row = require "lualchemy.engine.row"
local state = require "lualchemy.orm.state"
local view = require "lualchemy.orm.view"

--- @class lualchemy.Kind
--- @field is fun(self: lualchemy.Kind, x: any): boolean

local function kind(is) return {is = function(_, x) return is(x) or false end} end

--- @param comparator? table what a comparator_factory for it derives from
local function of_property(name, comparator)
  local one = kind(function(x) return property.is(x, name) end)
  one.Comparator = comparator
  return one
end

local ATTRIBUTES = {ATTRIBUTE = true, RELATION = true}
local attribute = kind(function(x)
  if comparators.is_instance(x) then x = core.element(x) end
  return core.is_node(x) and ATTRIBUTES[core.kind(x)]
end)
local relationship = of_property("relationship", comparators.RelationshipComparator)
local composite = of_property("composite", comparators.CompositeComparator)
local synonym = of_property("synonym", comparators.ColumnComparator)

return {public = {
  MapperProperty = of_property(nil), ColumnProperty = of_property("column", comparators.ColumnComparator),
  Relationship = relationship, RelationshipProperty = relationship,
  Composite = composite, CompositeProperty = composite, Synonym = synonym, SynonymProperty = synonym,
  InstrumentedAttribute = attribute, QueryableAttribute = attribute,
  InstanceState = kind(view.is),
  ORMExecuteState = kind(function(x)
    return type(x) == "table" and getmetatable(x) == require("lualchemy.orm.execute_event").State
  end), RowMapping = kind(row.is_mapping), NO_VALUE = state.NO_VALUE,
  RelationshipDirection = setmetatable(kind(function(x)
    return type(x) == "table" and directions[rawget(x, "name")] == x
  end), {__index = directions}),
}}
