--- Lists: the default kind of collection.
--
-- A kind that derives from it may put into its records appended(c, rec, item) and changed(c, rec), which are called
-- after an
-- item was appended, and after any other change.
local collection = require "lualchemy.orm.collection"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local state = require "lualchemy.orm.state"

local list = {name = "list", watched = true}
local methods = {}
list.methods = methods

-- ---- without events ----

function list.items(c)
  return c
end

--- Takes over an array as the collection itself.
function list.adopt(items)
  return items
end

function list.put(c, rec, item, at)
  local n = #c
  at = at or n + 1
  for i = n, at, -1 do rawset(c, i + 1, rawget(c, i)) end
  rawset(c, at, item)
  if rec.shadow then table.insert(rec.shadow, at, item) end
end

local function take_at(c, rec, at)
  table.remove(c, at)
  if rec.shadow then table.remove(rec.shadow, at) end
end

local function place(c, item)
  for i = 1, #c do
    if rawget(c, i) == item then return i end
  end
end

function list.take(c, rec, item)
  local at = place(c, item)
  if at then take_at(c, rec, at) end
end

-- ---- with events ----

function list.append(c, rec, item, initiator)
  item = collection.adding(c, rec, item, initiator)
  list.put(c, rec, item)
  if rec.appended then rec.appended(c, rec, item) end
end

function list.remove(c, rec, item, initiator)
  local at = place(c, item)
  if not at then
    -- the other side lets go of what was replaced: listeners hear of it twice, as in SQLAlchemy
    if initiator then collection.removing(c, rec, item, initiator) end
    return false
  end
  collection.removing(c, rec, item, initiator)
  at = place(c, item)
  if at then take_at(c, rec, at) end
  if rec.changed then rec.changed(c, rec) end
  return true
end

--- The items of what may be assigned: an array or another collection.
function list.is_like(x)
  local rec = collection.record(x)
  if rec then
    if rec.kind.name == "dict" then return nil, "dict" end
    return collection.items(x)
  end
  if type(x) ~= "table" then return nil, type(x) end
  if state.is_instance(x) then return nil, state.mapper(x).class_name end
  for k in pairs(x) do
    if type(k) ~= "number" then return nil, "dict" end
  end
  return x
end

-- ---- methods ----

local function synced(c)
  local rec = getmetatable(c)
  collection.sync(c)
  return rec
end

--- Adds an item at the end.
function methods.append(c, item)
  collection.sync_end(c)
  list.append(c, getmetatable(c), item)
end

--- Takes the item away; an error if it is not there.
function methods.remove(c, item)
  if not list.remove(c, synced(c), item) then err.raise("ValueError", "list.remove(x): x not in list") end
end

--- Puts an item at place i.
function methods.insert(c, i, item)
  local rec = synced(c)
  local n = #c
  if i < 0 then i = math.max(n + i + 1, 1) end
  i = math.min(math.max(i, 1), n + 1)
  list.put(c, rec, collection.adding(c, rec, item), i)
  if rec.changed then rec.changed(c, rec) end
end

--- Adds the items of an array.
function methods.extend(c, items)
  for _, item in ipairs(items) do methods.append(c, item) end
end

--- Takes away and returns the item at place i, the last one if none is given.
function methods.pop(c, i)
  local rec = synced(c)
  local n = #c
  i = i or n
  if i < 0 then i = n + i + 1 end
  local item = rawget(c, i)
  if item == nil then err.raise("ValueError", n == 0 and "pop from empty list" or "pop index out of range") end
  collection.removing(c, rec, item)
  take_at(c, rec, i)
  if rec.changed then rec.changed(c, rec) end
  return item
end

--- Takes all items away.
function methods.clear(c)
  local rec = synced(c)
  for _, item in ipairs(collection.before(c, rec)) do collection.removing(c, rec, item) end
  for i = #c, 1, -1 do take_at(c, rec, i) end
end

--- Is the item there?
function methods.contains(c, item)
  synced(c)
  return place(c, item) ~= nil
end

--- The place of the item; an error if it is not there.
function methods.index(c, item)
  synced(c)
  local at = place(c, item)
  if not at then err.raise("ValueError", "the item is not in list") end
  return at
end

--- How often the item is there.
function methods.count(c, item)
  local n = 0
  synced(c)
  for i = 1, #c do
    if rawget(c, i) == item then n = n + 1 end
  end
  return n
end

--- A plain array with the same items.
function methods.copy(c)
  synced(c)
  return collection.copy(c)
end

local function place_all(c, rec, items)
  for i = 1, #items do
    rawset(c, i, items[i])
    if rec.shadow then rec.shadow[i] = items[i] end
  end
end

--- Turns the order around.
function methods.reverse(c)
  local rec, items, n = synced(c), {}, #c
  for i = 1, n do items[i] = rawget(c, n + 1 - i) end
  place_all(c, rec, items)
end

--- Sorts the items: by a function(a, b), or by {key = function(item), reverse = boolean}.
function methods.sort(c, how)
  local rec, items = synced(c), collection.copy(c)
  local before = type(how) == "function" and how
  if type(how) == "table" and how.key then
    before = function(a, b)
      if how.reverse then a, b = b, a end
      return how.key(a) < how.key(b)
    end
  end
  table.sort(items, before or nil)
  place_all(c, rec, items)
end

local function newindex(c, k, value)
  if type(k) ~= "number" then
    if getmetatable(c).kind.class then return rawset(c, k, value) end
    err.raise("AttributeError", "'InstrumentedList' object has no attribute '%s'", tostring(k))
  end
  if value == nil then return end
  collection.sync_end(c)
  local rec = getmetatable(c)
  if k ~= #c + 1 then err.raise("ValueError", "list assignment index out of range: %s of %d", tostring(k), #c) end
  list.append(c, rec, value ~= core.null and value or nil)
end

local function text(c)
  local out = {}
  for i = 1, #c do out[i] = tostring(rawget(c, i)) end
  return "[" .. table.concat(out, ", ") .. "]"
end

function list.init(_, rec)
  rec.__index, rec.__newindex, rec.__tostring = rec.kind.methods, newindex, text
end

return list
