--- Attributes that the database computes (column_property of an expression) are forgotten when their object's row was
-- written.
local state = require "lualchemy.orm.state"

--- The attributes of a mapper that a flush forgets.
local function attributes_of(mapper)
  local list = {}
  for prop in pairs(mapper.readonly_props) do
    local impl = prop.expire_on_flush and mapper.impls[prop.key]
    if impl and impl.prop == prop then list[#list + 1] = impl end
  end
  mapper.flush_forgets = list
  return list
end

--- What of them the object holds, unless it was changed.
local function held(obj, list)
  local st, keys = obj[1], {}
  for _, impl in ipairs(list) do
    if rawget(obj, impl.slot) ~= nil and state.before(st, obj, impl) == nil then keys[#keys + 1] = impl.key end
  end
  return keys
end

--- @param list table[] objects whose rows were updated
return function(list)
  for _, obj in ipairs(list) do
    local mapper = obj[1].mapper
    local forgets = mapper.flush_forgets or attributes_of(mapper)
    local keys = forgets[1] and held(obj, forgets)
    if keys and keys[1] then state.expire(obj, keys) end
  end
end
