--- What changed of an attribute: history.get(obj, key, passive) -> {added, unchanged, deleted}.
--
-- Arrays each; also by name (h.added …), and h:has_changes(), h:empty(), h:sum(), h:non_deleted(), h:non_added().
-- core.null stands for None inside them.
local core = require "lualchemy.core"
local state = require "lualchemy.orm.state"

local NULL, NO_VALUE = core.null, state.NO_VALUE
local history = {}

local methods = {}
local meta = {__index = methods}

local FIELD = {added = 1, unchanged = 2, deleted = 3}
meta.__index = function(h, k)
  local at = FIELD[k]
  if at then return rawget(h, at) end
  return methods[k]
end

local FIELDS = {"added", "unchanged", "deleted"}

--- As Python's repr() has it: what is empty is a tuple, but for collections that changed.
meta.__tostring = function(h)
  local repr, parts = require "lualchemy.engine.repr", {}
  for i, name in ipairs(FIELDS) do
    local list = rawget(h, i)
    parts[i] = name .. "=" .. (list[1] ~= nil and repr.value(list) or rawget(h, "many") and "[]" or "()")
  end
  return "History(" .. table.concat(parts, ", ") .. ")"
end

local function make(added, unchanged, deleted)
  return setmetatable({added or {}, unchanged or {}, deleted or {}}, meta)
end
history.make = make

local function concat(...)
  local out = {}
  for i = 1, select("#", ...) do
    for _, x in ipairs((select(i, ...))) do out[#out + 1] = x end
  end
  return out
end

--- Was something added or deleted?
function methods.has_changes(h) return #h[1] > 0 or #h[3] > 0 end
--- Is there neither a value nor a change?
function methods.empty(h) return #h[2] == 0 and not h:has_changes() end
function methods.sum(h) return concat(h[1], h[2], h[3]) end
function methods.non_deleted(h) return concat(h[1], h[2]) end
function methods.non_added(h) return concat(h[2], h[3]) end

-- ---- equality ----

local function plain(x)
  return type(x) == "table" and getmetatable(x) == nil
end

local function same(a, b, depth)
  if a == b then return true end
  if not plain(a) or not plain(b) or depth > 50 then return false end
  for k, v in pairs(a) do
    if not same(v, b[k], depth + 1) then return false end
  end
  for k in pairs(b) do
    if a[k] == nil then return false end
  end
  return true
end

--- Are two values of a column equal (plain tables by content)?
function history.equal(a, b)
  return same(a, b, 0)
end

-- ---- by kind of attribute ----

local function scalar(obj, impl, current)
  local original = state.before(rawget(obj, 1), obj, impl)
  if original == NO_VALUE and impl.before then original = impl.before(obj, impl) end
  if original == nil then
    if current == nil then return make() end
    return make(nil, {current})
  end
  if current ~= nil and impl.column and history.equal(current, original) then return make(nil, {current}) end
  if current ~= nil and current == original then return make(nil, {current}) end
  if original == NO_VALUE or (original == NULL and impl.object) then
    if current == nil then current = NULL end
    return make({current})
  end
  if current == nil then return make(nil, nil, {original}) end
  return make({current}, nil, {original})
end

local function many(obj, impl, c)
  if c == nil then return make() end
  local collection = require "lualchemy.orm.collection"
  collection.sync(c)
  local st, items = rawget(obj, 1), collection.items(c)
  local original = st.own and st.committed[impl.slot]
  if not original then return make(nil, collection.copy(c)) end
  if original == NO_VALUE then return make(collection.copy(c)) end
  local had, has = {}, {}
  for _, x in ipairs(original) do had[x] = true end
  for _, x in ipairs(items) do has[x] = true end
  local added, unchanged, deleted = {}, {}, {}
  for _, x in ipairs(items) do table.insert(had[x] and unchanged or added, x) end
  for _, x in ipairs(original) do
    if not has[x] then deleted[#deleted + 1] = x end
  end
  local out = make(added, unchanged, deleted)
  out.many = true
  return out
end

--- Changes of a collection that is not loaded.
local function waiting(obj, impl)
  local st = rawget(obj, 1)
  local p = st.own and st.pending and st.pending[impl.slot]
  if not p then return nil end
  return make(concat(p.added), nil, concat(p.removed))
end

--- @param passive? table one of state.OFF, NO_FETCH …: may the attribute be loaded; default: not
function history.get(obj, key, passive)
  local impl = state.impl(obj, key)
  while impl.synonym and impl.prop.name and not impl.prop.descriptor do impl = state.impl(obj, impl.prop.name) end
  return history.of(obj, impl, passive)
end

--- The same for an impl.
function history.of(obj, impl, passive)
  if impl.history then return impl.history(obj, impl, passive) end
  local raw = rawget(obj, impl.slot)
  if raw == nil and impl.collection then
    local st = rawget(obj, 1)
    raw = st.empty and st.empty[impl.slot]
  end
  if raw == nil and passive and not passive.no_init and rawget(obj, 2) ~= nil then
    local st = rawget(obj, 1)
    if not (st.deleted_attributes and st.deleted_attributes[impl.slot]) then
      local _, available = impl.get(obj, impl, passive)
      if not available then return impl.collection and waiting(obj, impl) or make() end
      raw = rawget(obj, impl.slot)
    end
  end
  if impl.collection then
    if raw == nil then return waiting(obj, impl) or make() end
    return many(obj, impl, raw)
  end
  return scalar(obj, impl, raw)
end

return history
