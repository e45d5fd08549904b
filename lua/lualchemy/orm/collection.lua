--- Collections of relationships: what lists, sets and keyed collections share.
--
-- A collection is a table; lists and sets have their items at 1…n. Its metatable is its own record:
--   {is_collection, owner = obj|nil (nil: it is no object's any more), impl, kind, shadow = {…}|nil, empty = true|nil,
--    list, at = where it is watched, and since when, if it was handed out}
-- On every Lua `#c`, `c[i]`, `ipairs(c)`, table.insert work. What metamethods do not see is found by comparing with
-- the shadow, a copy of the items made when the collection was first handed out.
--
-- A kind (orm/collection_list.lua, _set, _keyed) is a table:
--   init(c, rec)                       metamethods of the record
--   items(c, rec) -> array             in order; not to be changed
--   put(c, rec, item), take(c, rec, item)   add or take away without events
--   append(c, rec, item, initiator), remove(c, rec, item, initiator)   with events
--   is_like(x) -> array of items|nil, type name|nil   what may be assigned
--   watched = true                     items lie at 1…n and can change unseen
--   make(), convert(c, given)           of a program's own: a new one, what may be assigned as items (or nil)
local attribute = require "lualchemy.orm.attribute"
local backref = require "lualchemy.orm.backref"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local state = require "lualchemy.orm.state"

local NULL = core.null
local collection = {}

--- How many of those handed out last are compared before each query. All of them would cost a loop over objects and
-- their collections the square of its length; before a flush that somebody asks for, all are.
local RECENT = 64

local WEAK_KEYS, WEAK_VALUES = {__mode = "k"}, {__mode = "v"}

--- Handed-out collections: all, and the last ones, the n-th at n modulo RECENT.
local function watch_list()
  return {all = setmetatable({}, WEAK_KEYS), recent = setmetatable({}, WEAK_VALUES), n = 0}
end

--- Those of objects that are in no session.
local loose = watch_list()

-- ---- records ----

--- The record of a collection, or nil if x is none.
function collection.record(x)
  local meta = getmetatable(x)
  if type(meta) == "table" and rawget(meta, "is_collection") then return meta end
end
local record_of = collection.record

--- Tells the listeners of a collection that comes or goes.
local function tell(impl, name, obj, c)
  attribute.fire(impl, name, obj, c, require("lualchemy.orm.collections").names.collection_adapter(c))
end

--- A collection of obj with these items (taken over), as loaded: no events.
function collection.new(obj, impl, items)
  local kind, heard = impl.collection_kind, impl.dispatch.init_collection
  local c = kind.make and kind.make() or kind.adopt and items and not heard and kind.adopt(items) or {}
  local rec = kind.make and record_of(c)
  if rec then
    rec.owner, rec.impl = obj, impl
  else
    rec = {is_collection = true, owner = obj, impl = impl, kind = kind}
    kind.init(c, rec)
    setmetatable(c, rec)
  end
  if heard then tell(impl, "init_collection", obj, c) end
  if items and c ~= items then
    for i = 1, #items do kind.put(c, rec, items[i]) end
  end
  return c
end

--- The items of a collection in order; not to be changed.
function collection.items(c)
  local rec = record_of(c)
  return rec.kind.items(c, rec)
end

--- The same as a new array.
function collection.copy(c)
  local out = {}
  for i, item in ipairs(collection.items(c)) do out[i] = item end
  return out
end

-- ---- events ----

--- Keeps what the collection was before its first change, and marks its owner as changed.
local function remember(c, rec)
  local obj, slot = rec.owner, rec.impl.slot
  local st = obj[1]
  if not st.own then st = state.own(obj) end
  if rec.empty then
    rec.empty = nil
    if st.empty then st.empty[slot] = nil end
    rawset(obj, slot, c)
  end
  if rec.impl.prop.viewonly then return end
  if st.committed[slot] == nil then st.committed[slot] = collection.before(c, rec) end
  if not st.modified then state.modified_event(obj, st) end
end

--- The items as they were last known, as a new array.
function collection.before(c, rec)
  local out, items = {}, rec.shadow or rec.kind.items(c, rec)
  for i = 1, #items do out[i] = items[i] end
  return out
end

--- An item is about to be added: asks those who listen. The item to add. initiator false: no events.
function collection.adding(c, rec, item, initiator)
  local obj, impl = rec.owner, rec.impl
  if initiator == false or obj == nil then return item end
  if item ~= nil and item ~= NULL and not state.is_instance(item) and not impl.validators then
    err.raise("AttributeError", "'%s' object has no attribute '_sa_instance_state': %s.%s takes mapped instances",
      type(item), impl.mapper.class_name, impl.key)
  end
  initiator = initiator or impl.tokens.append
  item = backref.before_append(obj, impl, item, initiator)
  remember(c, rec)
  if impl.trackparent and item ~= nil and item ~= NULL then state.set_parent(item, impl.prop, obj, true) end
  return item
end

--- An item is about to be taken away: tells those who listen.
function collection.removing(c, rec, item, initiator)
  local obj, impl = rec.owner, rec.impl
  if initiator == false or obj == nil then return end
  initiator = initiator or impl.tokens.remove
  if impl.trackparent and item ~= nil and item ~= NULL then state.set_parent(item, impl.prop, obj, false) end
  backref.before_remove(obj, impl, item, initiator)
  remember(c, rec)
end

-- ---- changes that nobody saw ----

local function unchanged(c, shadow)
  local n = #shadow
  for i = 1, n do
    if rawget(c, i) ~= shadow[i] then return false end
  end
  return rawget(c, n + 1) == nil
end

--- The items that are there, holes closed.
local function present(c)
  local places, items = {}, {}
  for k in next, c do
    if type(k) == "number" then places[#places + 1] = k end
  end
  table.sort(places)
  for i, k in ipairs(places) do items[i] = rawget(c, k) end
  return items
end

local function set_of(items)
  local set = {}
  for i = 1, #items do set[items[i]] = true end
  return set
end

local function refill(c, items)
  for k in next, c do
    if type(k) == "number" then rawset(c, k, nil) end
  end
  for i = 1, #items do rawset(c, i, items[i]) end
end

--- Finds what was changed behind our back and fires events for it.
function collection.sync(c)
  local rec = record_of(c)
  local shadow = rec.shadow
  if not shadow or rec.owner == nil or unchanged(c, shadow) then return end
  local now = present(c)
  local had, has = set_of(shadow), set_of(now)
  refill(c, shadow)
  for i = 1, #shadow do
    if not has[shadow[i]] then collection.removing(c, rec, shadow[i]) end
  end
  for i = 1, #now do
    if not had[now[i]] then now[i] = collection.adding(c, rec, now[i]) end
  end
  remember(c, rec)
  refill(c, now)
  rec.shadow = collection.before(c, {kind = rec.kind, shadow = now})
  if rec.replaced and #now == #shadow then
    for i = 1, #now do
      if now[i] ~= shadow[i] then rec.replaced(c, i, now[i]) end
    end
  elseif rec.changed then
    rec.changed(c, rec)
  end
end

--- The same where only the end matters, as for an append: what was overwritten in the middle is found later.
function collection.sync_end(c)
  local shadow = getmetatable(c).shadow
  if not shadow then return end
  local n = #shadow
  if rawget(c, n) ~= shadow[n] or rawget(c, n + 1) ~= nil then collection.sync(c) end
end

local others

--- fn() compares what else may have changed unseen, whenever collections are compared.
function collection.compare_too(fn) others = fn end

--- The same for the collections of one object.
function collection.sync_object(obj)
  if others then others() end
  local st = obj[1]
  for _, impl in ipairs(st.mapper.collection_impls) do
    local c = rawget(obj, impl.slot) or (st.empty and st.empty[impl.slot])
    if c then collection.sync(c) end
  end
end

--- Those of a watch list ("all" or "recent").
local function sync_these(list, which)
  if next(list[which]) == nil then return end
  local changed = core.changed_collections(list[which], which == "recent")
  for i = 1, changed and #changed or 0 do collection.sync(changed[i]) end
end

--- The same for the collections of a session that were handed out: for all before a flush, session.dirty …; for the
-- recent ones before a query.
function collection.sync_all(session, which)
  which = which or "all"
  if others then others() end
  if session._collections then sync_these(session._collections, which) end
  sync_these(loose, which)
end

--- The same for objects that are in no session.
function collection.sync_loose() sync_these(loose, "all") end

-- ---- who watches ----

local function list_of(session)
  if not session then return loose end
  local list = session._collections
  if not list then
    list = watch_list()
    session._collections = list
  end
  return list
end

local function watch(c, rec, session)
  local list = list_of(session)
  if rec.list ~= list then
    if rec.list == loose then loose.all[c] = nil end
    list.all[c], rec.list = true, list
  end
  list.n = list.n + 1
  list.recent[list.n % RECENT], rec.at = c, list.n
end

--- A user gets the collection: from now on it may change unseen.
function collection.hand_out(c, obj)
  local rec = getmetatable(c)
  local list = rec.list
  if list and list.n - rec.at < RECENT / 2 or not rec.kind.watched then return c end
  if not rec.shadow then rec.shadow = collection.before(c, rec) end
  watch(c, rec, obj[1].session)
  return c
end

--- The session (nil: none) starts to watch obj's collections.
function collection.attach(obj, session)
  local st = obj[1]
  for _, impl in ipairs(st.mapper.collection_impls) do
    local c = rawget(obj, impl.slot) or (st.empty and st.empty[impl.slot])
    local rec = c and getmetatable(c)
    if rec and rec.shadow then watch(c, rec, session) end
  end
end

--- The collection is no longer its object's; it goes on as a plain one.
function collection.detach(c)
  local rec = record_of(c)
  if not rec or not rec.owner then return end
  if rec.list then rec.list.all[c] = nil end
  rec.owner, rec.shadow, rec.list = nil, nil, nil
end

-- ---- replacing ----

--- Puts a new collection of obj, `fresh`, with these items in place of the old one: events for what comes and goes.
function collection.replace(obj, impl, values, old, fresh)
  local rec, kind = record_of(fresh), impl.collection_kind
  local olds = old and collection.copy(old) or {}
  local had, kept = set_of(olds), {}
  rawset(obj, impl.slot, fresh)
  for i = 1, #values do
    local value = values[i]
    kept[value] = true
    kind.append(fresh, rec, value, not had[value] and impl.tokens.bulk or false)
  end
  if old then
    local old_rec = record_of(old)
    for _, item in ipairs(olds) do
      if not kept[item] then collection.removing(old, old_rec, item, impl.tokens.bulk) end
    end
    if impl.dispatch.dispose_collection then tell(impl, "dispose_collection", obj, old) end
    collection.detach(old)
  end
  return fresh
end

return collection
