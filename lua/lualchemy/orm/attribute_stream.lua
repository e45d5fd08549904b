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
  local before = require("lualchemy.orm.dynamic").current(obj, impl)
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

--- Nothing is ever loaded into it.
function stream.set_committed(obj) return obj end

local function set_of(items)
  local set = {}
  for _, item in ipairs(items) do set[item] = true end
  return set
end

--- The items that are in the set, or those that are not.
local function chosen(items, set, inside)
  local out = {}
  for _, item in ipairs(items) do
    if (set[item] == true) == inside then out[#out + 1] = item end
  end
  return out
end

--- What waits; and, where `passive` allows to ask the database, what is there besides.
function stream.history(obj, impl, passive)
  local st = rawget(obj, 1)
  local c = st.own and st.stream and st.stream[impl.slot] or {added = {}, removed = {}}
  local write_only = impl.prop.lazy == "write_only"
  if not passive or passive.no_init or rawget(obj, 2) == nil or not st.session or write_only and passive.no_fetch then
    return history.make(chosen(c.added, {}, false), {}, chosen(c.removed, {}, false))
  end
  local dynamic = require "lualchemy.orm.dynamic"
  if write_only then dynamic.items(obj, impl) end
  local stored = dynamic.stored(obj, impl)
  local known, removed = set_of(stored), set_of(c.removed)
  return history.make(chosen(c.added, known, false), chosen(stored, removed, false), chosen(c.removed, known, true))
end

return stream
