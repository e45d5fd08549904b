--- What types are written as: the call of a constructor, as Python's repr() shows it; type:repr_struct(), tostring of
-- it, la.util.GenericRepr.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local params = require "lualchemy.sql.type_params"
local type_class = require "lualchemy.sql.type_class"

local class_of = type_class.class_of
local Decorator = type_class.of("TYPEDECORATOR")

--- A text to be: its class name may be replaced before it is written.
--- @class lualchemy.GenericRepr
local GenericRepr = {__name = "lualchemy.GenericRepr"}
GenericRepr.__index = GenericRepr

local function quote(value)
  if type(value) == "string" then return "'" .. value .. "'" end
  if value == true then return "True" end
  if value == false then return "False" end
  if value == nil or value == core.null then return "None" end
  if core.is_node(value) and core.kind(value) == "TYPE" then return value:__repr__() end
  return tostring(value)
end

--- Arguments that always stand, without their names.
local REQUIRED = {item_type = true, data_type = true}

--- The arguments that are not the default: what the signature says of them, those of MySQL's own first.
local function arguments(node, omitted)
  local class, out = class_of(node), {}
  local signature, default = params.signature(class), core.type(class._id)
  for _, value in ipairs(signature.rest and params.read(node, signature.rest) or {}) do out[#out + 1] = quote(value) end
  local lists = {signature, signature.keywords or {}}
  if class._info.dialect == "mysql" then lists[1], lists[2] = lists[2], lists[1] end
  for _, list in ipairs(lists) do
    for i, name in ipairs(list) do
      local value = params.read(node, name)
      local shown = value ~= nil and value ~= params.read(default, name) and not (name == "length" and signature.rest)
      if shown and not omitted[name] then
        local bare = REQUIRED[name] or REQUIRED[list[i + 1]]
        out[#out + 1] = bare and quote(value) or name .. "=" .. quote(value)
      end
    end
  end
  return out
end

local function read(obj, name) return obj[name] end

GenericRepr.__tostring = function(self)
  local node = core.type_isa(self.obj, Decorator._id) and core.get(self.obj, "impl") or self.obj
  local out = arguments(node, self.omitted)
  for _, pair in ipairs(self.additional) do
    local there, value = pcall(read, self.obj, pair[1])
    local default = pair[2]
    if default == core.null then default = nil end
    if not there then value = default end
    if value ~= default then out[#out + 1] = pair[1] .. "=" .. quote(value) end
  end
  return (self.class_name or class_of(self.obj)._name) .. "(" .. table.concat(out, ", ") .. ")"
end

--- Another name for the class.
--- @param name string
--- @return lualchemy.GenericRepr
function GenericRepr:set_class_name(name)
  if type(name) ~= "string" then
    err.raise("ArgumentError", "set_class_name: argument 'class_name' must be a string, got %s", type(name))
  end
  self.class_name = name
  return self
end

local OPTIONS = {additional_kw = true, omit_kwarg = true}

setmetatable(GenericRepr, {__call = function(_, obj, options)
  if not core.is_node(obj) or core.kind(obj) ~= "TYPE" then
    err.raise("ArgumentError", "GenericRepr: argument 'obj' must be a type, got %s", type(obj))
  end
  options = args.check("GenericRepr", OPTIONS, options or {})
  local omitted = {}
  for _, name in ipairs(options.omit_kwarg or {}) do omitted[name] = true end
  return setmetatable({obj = obj, omitted = omitted, additional = options.additional_kw or {}}, GenericRepr)
end})

--- Is x one?
--- @param x any
function GenericRepr:is(x) return type(x) == "table" and getmetatable(x) == self end

return GenericRepr
