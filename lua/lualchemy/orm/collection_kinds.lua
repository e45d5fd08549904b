--- Which kind of collection a relationship has: its collection_class.
local err = require "lualchemy.error"

local kinds = {}

local function collections() return require "lualchemy.orm.collections" end

--- A class of collections of a kind: what others derive from, and la.collections shows.
function kinds.class(name, kind, parent)
  local meta = {collection_kind = kind, parent = parent, name = name}
  meta.__index = function(_, key) return collections().class_methods[key] or kind.methods[key] end
  meta.__call = function(_, ...) return collections().standalone(kind, ...) end
  meta.__tostring = function() return "<class '" .. name .. "'>" end
  kind.class, kind.class_name = setmetatable({}, meta), name
  return kind.class
end

-- ---- names of la ----

--- What orm/collection_keyed.lua makes the kind of la.KeyFuncDict.
kinds.keyfunc_kind = {}
local KeyFuncDict = kinds.class("KeyFuncDict", kinds.keyfunc_kind)

local function factory(name)
  return function(...) return require("lualchemy.orm.collection_keyed").factories[name](...) end
end
local by_attribute, by_column, by_function = factory "attribute_keyed_dict", factory "column_keyed_dict",
  factory "keyfunc_mapping"

kinds.public = {
  KeyFuncDict = KeyFuncDict, MappedCollection = KeyFuncDict,
  attribute_keyed_dict = by_attribute, attribute_mapped_collection = by_attribute,
  column_keyed_dict = by_column, column_mapped_collection = by_column,
  keyfunc_mapping = by_function, mapped_collection = by_function,
}

-- ---- of a relationship ----

--- @param prop table a Relationship
--- @return table kind (orm/collection.lua)
function kinds.of(prop)
  local given = prop.collection_class
  if given == nil or given == "list" then return require "lualchemy.orm.collection_list" end
  if given == "set" then return require "lualchemy.orm.collection_set" end
  if type(given) == "table" and given.is_kind then return given end
  local kind = collections().kind_for(given)
  if kind then return kind end
  err.raise("ArgumentError", "relationship '%s': argument 'collection_class' must be \"list\", \"set\", a class of "
    .. "collections, or a function that gives them, as attribute_keyed_dict() and its kin do, got %s", tostring(prop),
    tostring(given))
end

return kinds
