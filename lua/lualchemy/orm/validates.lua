--- la.validates("name", …, fn): functions that check values before they are set.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local class = require "lualchemy.orm.class"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local module = {}
local meta = {declared_validator = true}

local KEYWORDS = base.keywords("include_removes include_backrefs")

--- @param ... any names of attributes, then fn(self, key, value) -> value
local function validates(...)
  local n = select("#", ...)
  local fn, o = select(n, ...), {}
  local names = {}
  for i = 1, n do
    local x = select(i, ...)
    if type(x) == "string" then
      names[#names + 1] = x
    elseif type(x) == "table" then
      o = args.check("validates", KEYWORDS, x)
    elseif type(x) == "function" then
      fn = x
    end
  end
  if type(fn) ~= "function" or #names == 0 then
    err.raise("ArgumentError", "validates: names of attributes and a function are needed")
  end
  return setmetatable({names = names, fn = fn, include_removes = o.include_removes or false,
    include_backrefs = o.include_backrefs ~= false}, meta)
end

local function add(validators, mapper, v)
  for _, name in ipairs(v.names) do
    if validators[name] and validators[name].from == mapper then
      err.raise("InvalidRequestError", "A validation function for mapped attribute '%s' on mapper %s already "
        .. "exists.", name,
        tostring(mapper))
    end
    validators[name] = {fn = v.fn, include_removes = v.include_removes, include_backrefs = v.include_backrefs,
      from = mapper}
  end
end

--- Finds the validators of a class: its own, those of its mixins and parents.
function module.collect(mapper)
  local validators, record = {}, mapper.record
  local seen = {}
  for _, one in ipairs(record.mro) do
    local of = class.record(one)
    for key, value in pairs(of and of.body or one) do
      if type(value) == "table" and getmetatable(value) == meta and not seen[key] then
        seen[key] = true
        add(validators, mapper, value)
      end
    end
  end
  mapper.validators = validators
end

--- Asks the validator of an attribute; the value to set.
--- @param from_backref boolean
function module.run(impl, obj, value, from_backref)
  local v = impl.validators
  if from_backref and not v.include_backrefs then return value end
  if value == core.null then value = nil end
  local result
  if v.include_removes then
    result = v.fn(obj, impl.key, value, false)
  else
    result = v.fn(obj, impl.key, value)
  end
  if result == nil then return core.null end
  return result
end

--- Tells the validator of an item that leaves, if it wants to know.
function module.run_remove(impl, obj, value, from_backref)
  local v = impl.validators
  if v.include_removes and (v.include_backrefs or not from_backref) then v.fn(obj, impl.key, value, true) end
end

module.public = {validates = validates}
return module
