--- la.inspect(instance): what the library knows of it (InstanceState). One view for each object, made when asked for.
local core = require "lualchemy.core"
local ordered = require "lualchemy.orm.ordered"
local state = require "lualchemy.orm.state"

local NULL = core.null
local view = {}
local views = setmetatable({}, {__mode = "kv"})
local OBJECT = {}

local getters, methods = {}, {}

for _, status in ipairs{"transient", "pending", "persistent", "deleted", "detached"} do
  getters[status] = function(obj) return state.status(obj) == status end
end

getters.session = state.session
getters.mapper = state.mapper
getters.object = function(obj) return obj end
getters.class_ = function(obj) return state.mapper(obj).class_ end
getters.has_identity = function(obj) return rawget(obj, 2) ~= nil end
getters.modified = state.is_modified
getters.was_deleted = function(obj) return state.of(obj).was_deleted == true or state.status(obj) == "deleted" end
for name, fn in pairs(require("lualchemy.orm.flags").getters "is_instance") do getters[name] = fn end
getters.info = function(obj)
  local st = state.own(obj)
  st.info = st.info or {}
  return st.info
end

--- The shard that an object belongs to, or nil.
function view.token(obj)
  local shard = rawget(obj, 1).shard
  return shard and shard.token or nil
end

--- {class, {primary key …}, shard}, or nil
getters.identity_key = function(obj)
  local raw = rawget(obj, 2)
  if raw == nil then return nil end
  return require("lualchemy.orm.identity").key(state.mapper(obj), raw, view.token(obj))
end
getters.key = getters.identity_key
getters.identity_token = function(obj) return view.token(obj) end
getters.identity = function(obj)
  local key = getters.identity_key(obj)
  return key and key[2]
end

--- What is loaded, by name.
getters.dict = function(obj)
  local out = {}
  for _, impl in ipairs(state.mapper(obj).impl_list) do
    local value = rawget(obj, impl.slot)
    if value ~= nil then out[impl.key] = value end
  end
  return out
end

local function keys_where(obj, wanted)
  local out = {}
  for _, impl in ipairs(state.mapper(obj).impl_list) do
    if wanted(impl) then out[#out + 1] = impl.key end
  end
  return out
end

--- Adds the synonyms, which have no value of their own.
local function and_synonyms(obj, keys)
  for _, prop in ipairs(state.mapper(obj).prop_list) do
    if prop.kind == "synonym" then keys[#keys + 1] = prop.key end
  end
  return keys
end

getters.unloaded = function(obj)
  return and_synonyms(obj, keys_where(obj, function(impl) return rawget(obj, impl.slot) == nil end))
end
getters.unmodified = function(obj)
  local st = state.of(obj)
  return and_synonyms(obj, keys_where(obj, function(impl) return state.before(st, obj, impl) == nil end))
end
getters.unloaded_expirable = getters.unloaded
getters.expired_attributes = function(obj)
  local st = state.of(obj)
  return keys_where(obj, function(impl)
    if rawget(obj, impl.slot) ~= nil or impl.composite then return false end
    return st.expired or st.expired_attributes and st.expired_attributes[impl.key]
  end)
end
getters.expired = function(obj) return state.of(obj).expired == true end
getters.committed_state = function(obj)
  local out, st = {}, state.of(obj)
  for _, impl in ipairs(state.mapper(obj).impl_list) do
    local before = state.before(st, obj, impl)
    if before ~= nil then out[impl.key] = before end
  end
  return out
end

-- ---- attributes ----

local attribute_meta = {}
attribute_meta.__index = function(a, name)
  local obj, key = rawget(a, 1), rawget(a, "key")
  if name == "value" then return obj[key] end
  if name == "loaded_value" then
    local impl = state.impl(obj, key)
    local raw = impl.slot and rawget(obj, impl.slot)
    if raw == nil then return state.NO_VALUE end
    if raw == NULL then return nil end
    return raw
  end
  if name == "history" then return state.history(obj, key) end
  if name == "load_history" then return function() return state.history(obj, key, state.OFF) end end
  if name == "state" then return view.of(obj) end
end

--- The attributes: value, loaded_value, history each; load_history() loads what is missing.
getters.attrs = function(obj)
  local out = ordered.new()
  local mapper = state.mapper(obj)
  for _, prop in ipairs(mapper.prop_list) do
    local key = prop.key
    if mapper.impls[key] then ordered.put(out, key, setmetatable({obj, key = key}, attribute_meta)) end
  end
  return out
end

function methods.obj(v) return rawget(v, OBJECT) end

function methods.get_history(v, key, passive) return state.history(rawget(v, OBJECT), key, passive) end

local meta = {}
meta.__index = function(v, name)
  local getter = getters[name]
  if getter then return getter(rawget(v, OBJECT)) end
  return methods[name]
end
meta.__eq = function(a, b) return rawget(a, OBJECT) == rawget(b, OBJECT) end
meta.__tostring = function(v) return "<InstanceState of " .. state.describe(rawget(v, OBJECT)) .. ">" end

--- Is x such a view?
function view.is(x) return type(x) == "table" and getmetatable(x) == meta end

--- The view of an instance.
function view.of(obj)
  local v = views[obj]
  if not v then
    v = setmetatable({[OBJECT] = obj}, meta)
    views[obj] = v
  end
  return v
end

return view
