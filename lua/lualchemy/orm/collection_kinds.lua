--- Which kind of collection a relationship has: its collection_class.
local err = require "lualchemy.error"

local kinds = {}

--- @param prop table a Relationship
--- @return table kind (orm/collection.lua)
function kinds.of(prop)
  local given = prop.collection_class
  if given == nil or given == "list" then return require "lualchemy.orm.collection_list" end
  if given == "set" then return require "lualchemy.orm.collection_set" end
  if type(given) == "function" then given = given() end
  if type(given) == "table" and given.is_kind then return given end
  err.raise("ArgumentError", "relationship '%s': argument 'collection_class' must be \"list\", \"set\", or what "
    .. "attribute_keyed_dict() and its kin return, got %s", tostring(prop), tostring(given))
end

return kinds
