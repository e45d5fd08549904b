--- Classes of what mappers and instances are made of, for programs that ask `is`: la.ColumnProperty:is(x).
local core = require "lualchemy.core"
local directions = require "lualchemy.orm.direction"
local property = require "lualchemy.orm.property"
local row = require "lualchemy.engine.row"
local state = require "lualchemy.orm.state"
local view = require "lualchemy.orm.view"

--- @class lualchemy.Kind
--- @field is fun(self: lualchemy.Kind, x: any): boolean

local function kind(is) return {is = function(_, x) return is(x) or false end} end

local function of_property(name) return kind(function(x) return property.is(x, name) end) end

local ATTRIBUTES = {ATTRIBUTE = true, RELATION = true}
local attribute = kind(function(x) return core.is_node(x) and ATTRIBUTES[core.kind(x)] end)
local relationship, composite, synonym = of_property "relationship", of_property "composite", of_property "synonym"

return {public = {
  MapperProperty = of_property(nil), ColumnProperty = of_property "column",
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
