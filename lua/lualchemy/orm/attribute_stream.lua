--- Relationships that are never loaded as a whole (lazy = "dynamic", "write_only"): what waits for the flush.
--
-- Changes are kept as {added, removed} in the slot; what the user reads is made by orm/dynamic.lua:
--   dynamic.collection(obj, impl) -> the query-like object, or the write-only one
local attribute = require "lualchemy.orm.attribute"
local backref = require "lualchemy.orm.backref"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local history = require "lualchemy.orm.history"
local state = require "lualchemy.orm.state"

local stream = {}

function stream.setup(impl)
  backref.setup(impl)
  impl.read = function(obj) return require("lualchemy.orm.dynamic").collection(obj, impl) end
end

--- The changes that wait: {added = {…}, removed = {…}}.
function stream.changes(obj, impl)
  local st = state.own(obj)
  st.stream = st.stream or {}
  local c = st.stream[impl.slot]
  if not c then
    c = {added = {}, removed = {}}
    st.stream[impl.slot] = c
  end
  return c
end

local function changed(obj, impl)
  if impl.prop.viewonly then return end
  local st = state.own(obj)
  if st.committed[impl.slot] == nil then st.committed[impl.slot] = state.NO_VALUE end
  state.modified_event(obj, st)
end

function stream.get(obj, impl)
  return impl.read(obj), true
end

function stream.append(obj, impl, item, initiator)
  initiator = initiator or impl.tokens.append
  local c = stream.changes(obj, impl)
  item = backref.before_append(obj, impl, item, initiator)
  if impl.trackparent and item ~= nil then state.set_parent(item, impl.prop, obj, true) end
  changed(obj, impl)
  attribute.drop(c.removed, item)
  attribute.drop(c.added, item)
  c.added[#c.added + 1] = item
end

function stream.pop(obj, impl, item, initiator)
  initiator = initiator or impl.tokens.remove
  local c = stream.changes(obj, impl)
  if impl.trackparent and item ~= nil then state.set_parent(item, impl.prop, obj, false) end
  backref.before_remove(obj, impl, item, initiator)
  changed(obj, impl)
  if not attribute.drop(c.added, item) then c.removed[#c.removed + 1] = item end
end
stream.remove = stream.pop

--- Replaces all items; those of the database are known only where the object is new.
function stream.set(obj, impl, values)
  local c = stream.changes(obj, impl)
  if type(values) ~= "table" then
    err.raise("TypeError", "Incompatible collection type: %s is not list-like", values == core.null and "None"
      or type(values))
  end
  if impl.prop.lazy == "write_only" and rawget(obj, 2) ~= nil then
    err.raise("InvalidRequestError", "Collection \"%s\" does not support implicit iteration; collection replacement "
      .. "operations can't be used", tostring(impl.prop))
  end
  local keep = {}
  for _, item in ipairs(values) do keep[item] = true end
  local before = require("lualchemy.orm.dynamic").items(obj, impl)
  for _, item in ipairs(before) do
    if not keep[item] then stream.pop(obj, impl, item, impl.tokens.remove) end
  end
  local had = {}
  for _, item in ipairs(before) do had[item] = true end
  for _, item in ipairs(values) do
    if not had[item] then stream.append(obj, impl, item, impl.tokens.append) end
  end
  return c
end

function stream.delete(_, impl)
  err.raise("InvalidRequestError", "%s is a dynamic relationship; it cannot be deleted", tostring(impl.prop))
end

function stream.set_committed(obj)
  return obj
end

local function array(items, without)
  local out = {}
  for _, item in ipairs(items) do
    if not (without and without[item]) then out[#out + 1] = item end
  end
  return out
end

--- What waits; and, where `passive` allows to ask the database, what is there besides.
function stream.history(obj, impl, passive)
  local st = rawget(obj, 1)
  local c = st.own and st.stream and st.stream[impl.slot] or {added = {}, removed = {}}
  local untold = {}
  if passive and not passive.no_init and not passive.no_fetch and rawget(obj, 2) ~= nil and st.session
    and impl.prop.lazy == "dynamic" then
    local told = {}
    for _, item in ipairs(c.added) do told[item] = true end
    for _, item in ipairs(c.removed) do told[item] = true end
    untold = array(require("lualchemy.orm.dynamic").items(obj, impl), told)
  end
  return history.make(array(c.added), untold, array(c.removed))
end

return stream
