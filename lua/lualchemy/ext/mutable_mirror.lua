--- The items of mutable values where `#`, ipairs and writing to a place that is taken cannot be overloaded: before 5.3.
--
-- There the items also lie at 1…n of the view. What was written over them unseen is found by comparison with the data:
-- before the view's methods, before a flush, session.dirty …, and before a query. Views that were handed out since are
-- held until then.
local collection = require "lualchemy.orm.collection"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"

local mirror = {}
local VIRTUAL = compat.has_len and compat.has_integers
local watched, held = setmetatable({}, {__mode = "k"}), {}

local function sorted_keys(t)
  local keys = {}
  for k in pairs(t) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
end
mirror.sorted_keys = sorted_keys

--- The places of a view that are taken.
local function places_of(view)
  local places = {}
  for k in next, view do
    if type(k) == "number" then places[#places + 1] = k end
  end
  table.sort(places)
  return places
end

--- Puts the items of the data into the view.
function mirror.fill(view)
  if VIRTUAL then return end
  local rec = getmetatable(view)
  for _, i in ipairs(places_of(view)) do rawset(view, i, nil) end
  if rec.kind.name ~= "dict" then
    for i = 1, #rec.data do rawset(view, i, rec.data[i]) end
    return
  end
  for i, k in ipairs(sorted_keys(rec.data)) do
    if type(k) == "number" then return end
    rawset(view, i, rec.data[k])
  end
end

local function is_same(view, items)
  for i = 1, #items do
    if rawget(view, i) ~= items[i] then return false end
  end
  return rawget(view, #items + 1) == nil
end

--- Takes what was written over the items; holes are closed.
function mirror.sync(view)
  local rec = getmetatable(view)
  local items = rec.shadow
  if not items or is_same(view, items) then return end
  local now = {}
  for i, at in ipairs(places_of(view)) do now[i] = rawget(view, at) end
  for i = math.max(#items, #now), 1, -1 do items[i] = now[i] end
  rec.touch(view)
end

--- A user gets the view.
function mirror.hand_out(view)
  if not VIRTUAL and getmetatable(view).shadow then held[view] = true end
end

--- Watches a new view of a list or set; touch(view) tells that it changed.
function mirror.watch(view, touch)
  local rec = getmetatable(view)
  if VIRTUAL or rec.kind.name == "dict" then return end
  rec.shadow, rec.touch = rec.data, touch
  watched[view] = true
end

if not VIRTUAL then
  collection.compare_too(function()
    for _, view in ipairs(core.changed_collections(watched) or {}) do mirror.sync(view) end
    if next(held) ~= nil then held = {} end
  end)
end

return mirror
