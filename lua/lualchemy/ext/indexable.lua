--- la.index_property: an attribute for one element of another one: of JSON, an ARRAY, an HSTORE.
--
--     name = la.index_property("data", "name", {default = ""})
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local hybrid = require "lualchemy.ext.hybrid"

local NULL = core.null
local KEYWORDS = base.keywords "attr_name index default datatype mutable onebased"

--- A new array that has an element at that place, or a new table.
local function container(index)
  if type(index) ~= "number" then return {} end
  local out = {}
  for i = 1, index do out[i] = NULL end
  return out
end

--- @param ... any name of the attribute; name or place (from 1) of the element; {default, datatype = function that
-- makes what holds it, mutable = false, onebased = false: places count from 0 in the database}
local function index_property(...)
  local p, o = args.brace("index_property", KEYWORDS, ...)
  local name, index = p[1] or o.attr_name, p[2] or o.index
  if type(name) ~= "string" then
    err.raise("ArgumentError", "index_property: argument 'attr_name' must be a string, got %s", type(name))
  end
  if type(index) ~= "string" and type(index) ~= "number" then
    err.raise("ArgumentError", "index_property: argument 'index' must be a string or a number, got %s", type(index))
  end
  local function get(obj)
    local whole = obj[name]
    local value
    if whole ~= nil then value = whole[index] end
    if value == NULL then return nil end
    if value ~= nil then return value end
    if o.default == nil then err.raise("AttributeError", "%s", name) end
    return base.given(o.default)
  end
  local function set(obj, value)
    local whole = obj[name]
    if whole == nil then
      whole = (o.datatype or container)(index)
      obj[name] = whole
      whole = obj[name]
    end
    if value == nil then value = NULL end
    whole[index] = value
    obj[name] = whole
    if require("lualchemy.orm.state").is_instance(obj) and obj[1].mapper.props[name] then
      require("lualchemy.orm.attributes").flag_modified(obj, name)
    end
  end
  local place = index
  if type(index) == "number" and o.onebased == false then place = index - 1 end
  return hybrid.hybrid_property{get = get, set = o.mutable ~= false and set or nil,
    expr = function(class) return class[name]:at(place) end}
end

return {index_property = index_property}
