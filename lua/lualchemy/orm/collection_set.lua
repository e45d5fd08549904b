--- Sets: collection_class = "set". Their items lie at 1…n in the order in which they came.
local collection = require "lualchemy.orm.collection"
local err = require "lualchemy.error"
local list = require "lualchemy.orm.collection_list"

local set = {name = "set", watched = true, items = list.items, take = list.take, remove = list.remove,
  is_like = list.is_like}
local methods = {}
set.methods = methods

local function has(c, item)
  for i = 1, #c do
    if rawget(c, i) == item then return true end
  end
  return false
end

function set.put(c, rec, item)
  if not has(c, item) then list.put(c, rec, item) end
end

function set.append(c, rec, item, initiator)
  if has(c, item) then return end
  set.put(c, rec, collection.adding(c, rec, item, initiator))
end

local function synced(c)
  collection.sync(c)
  return getmetatable(c)
end

--- Adds an item; nothing happens if it is there.
function methods.add(c, item)
  set.append(c, synced(c), item)
end
methods.append = methods.add

--- Takes the item away; an error if it is not there.
function methods.remove(c, item)
  if not list.remove(c, synced(c), item) then err.raise("KeyError", "the item is not in the set") end
end

--- Takes the item away if it is there.
function methods.discard(c, item)
  list.remove(c, synced(c), item)
end

--- Takes away and returns one of the items.
function methods.pop(c)
  local rec = synced(c)
  local item = rawget(c, 1)
  if item == nil then err.raise("KeyError", "pop from an empty set") end
  list.remove(c, rec, item)
  return item
end

--- Adds the items of an array or set.
function methods.update(c, items)
  for _, item in ipairs(items) do methods.add(c, item) end
end

--- Takes away the items of an array or set.
function methods.difference_update(c, items)
  for _, item in ipairs(collection.record(items) and collection.copy(items) or items) do methods.discard(c, item) end
end

--- Keeps only what is in the array or set, too.
function methods.intersection_update(c, items)
  for _, item in ipairs(methods.copy(c)) do
    if not has(items, item) then methods.discard(c, item) end
  end
end

methods.clear, methods.contains, methods.copy = list.methods.clear, list.methods.contains, list.methods.copy

local function newindex(c, k, value)
  if type(k) ~= "number" then
    if getmetatable(c).kind.class then return rawset(c, k, value) end
    err.raise("AttributeError", "a set has no attribute '%s'", tostring(k))
  end
  if value ~= nil then methods.add(c, value) end
end

function set.init(_, rec)
  rec.__index, rec.__newindex = rec.kind.methods, newindex
end

return set
