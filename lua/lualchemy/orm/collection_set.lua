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

--- The items of an array or set, whatever then becomes of it.
local function contents(items) return collection.record(items) and collection.copy(items) or items end

--- Takes away the items of an array or set.
function methods.difference_update(c, items)
  for _, item in ipairs(contents(items)) do methods.discard(c, item) end
end

--- Keeps only what is in the array or set, too.
function methods.intersection_update(c, items)
  for _, item in ipairs(methods.copy(c)) do
    if not has(items, item) then methods.discard(c, item) end
  end
end

--- Takes away what the array or set has, too, and adds what only that has.
function methods.symmetric_difference_update(c, items)
  for _, item in ipairs(contents(items)) do
    if has(c, item) then methods.discard(c, item) else methods.add(c, item) end
  end
end

--- Those of the items, an array, that are in all of `inside` and none of `outside`.
local function filtered(items, inside, outside, out)
  out = out or {}
  for _, item in ipairs(items) do
    if (not inside or has(inside, item)) and not (outside and has(outside, item)) then out[#out + 1] = item end
  end
  return out
end

--- Those of both, each once, as an array.
function methods.union(c, items) return filtered(items, nil, c, filtered(c)) end

--- Those that the array or set has, too.
function methods.intersection(c, items) return filtered(c, items) end

--- Those that the array or set has not.
function methods.difference(c, items) return filtered(c, nil, items) end

--- Those that only one of the two has.
function methods.symmetric_difference(c, items) return filtered(items, nil, c, filtered(c, nil, items)) end

--- Has the array or set all items of this one?
function methods.issubset(c, items) return filtered(c, nil, items)[1] == nil end

--- Has this one all items of the array or set?
function methods.issuperset(c, items) return filtered(items, nil, c)[1] == nil end

--- Have the two no item in common?
function methods.isdisjoint(c, items) return filtered(c, items)[1] == nil end

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
