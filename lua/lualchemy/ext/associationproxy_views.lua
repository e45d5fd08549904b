--- What an association proxy to many shows on an instance: a list, set or dictionary of the related objects' attribute.
--
-- A view holds nothing: it reads and writes the collection behind it. Where `#` and ipairs cannot be overloaded
-- (before 5.3) its
-- items also lie at 1…n, renewed when the attribute is read and with every change.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local views = {}

--- Records of views: {obj, instance (for one class), creator, kind}; their metatables.
local function record(view)
  return getmetatable(view)
end

local function target(rec)
  return rec.obj[rec.instance.target_collection]
end

local function value_of(rec, item)
  local value = item[rec.instance.value_attr]
  if value == nil then return core.null end
  return value
end

local function values(rec)
  local c, out = target(rec), {}
  local items = rec.kind == "dict" and c:values() or c
  for i = 1, #items do out[i] = value_of(rec, items[i]) end
  return out
end

local VIRTUAL = compat.has_len and compat.has_integers

--- Puts the items where Lua versions without metamethods look for them.
function views.refresh(view)
  local rec = record(view)
  if VIRTUAL then return view end
  local now = values(rec)
  for i = #view, 1, -1 do rawset(view, i, nil) end
  if rec.kind ~= "dict" or type(target(rec):keys()[1]) ~= "number" then
    for i = 1, #now do rawset(view, i, now[i]) end
  end
  return view
end
local refresh = views.refresh

local function place(rec, value)
  for i, one in ipairs(values(rec)) do
    if one == value then return i end
  end
end

-- ---- lists ----

local list = {}

function list.append(view, value)
  local rec = record(view)
  target(rec):append(rec.creator(value))
  refresh(view)
end

function list.insert(view, i, value)
  local rec = record(view)
  target(rec):insert(i, rec.creator(value))
  refresh(view)
end

function list.extend(view, items)
  for _, value in ipairs(items) do list.append(view, value) end
end

function list.remove(view, value)
  local rec = record(view)
  local i = place(rec, value)
  if not i then err.raise("ValueError", "value not in list") end
  target(rec):pop(i)
  refresh(view)
end

function list.pop(view, i)
  local rec = record(view)
  local value = target(rec):pop(i)[rec.instance.value_attr]
  refresh(view)
  return value
end

function list.clear(view)
  target(record(view)):clear()
  refresh(view)
end

function list.contains(view, value)
  return place(record(view), value) ~= nil
end

function list.index(view, value)
  local i = place(record(view), value)
  if not i then err.raise("ValueError", "value not in list") end
  return i
end

function list.count(view, value)
  local n = 0
  for _, one in ipairs(values(record(view))) do n = n + (one == value and 1 or 0) end
  return n
end

function list.copy(view)
  return values(record(view))
end

local function list_newindex(view, i, value)
  local rec = record(view)
  local c = target(rec)
  if i == #c + 1 then return list.append(view, value) end
  if value == nil then return list.pop(view, i) end
  if not c[i] then err.raise("ValueError", "list assignment index out of range: %s of %d", tostring(i), #c) end
  c[i][rec.instance.value_attr] = value
end

-- ---- sets ----

local set = {contains = list.contains, clear = list.clear, copy = list.copy}

function set.add(view, value)
  local rec = record(view)
  if not place(rec, value) then target(rec):add(rec.creator(value)) end
  refresh(view)
end
set.append = set.add

function set.discard(view, value)
  local rec = record(view)
  local i = place(rec, value)
  if i then target(rec):discard(target(rec)[i]) end
  refresh(view)
  return i ~= nil
end

function set.remove(view, value)
  if not set.discard(view, value) then err.raise("KeyError", "%s", tostring(value)) end
end

function set.update(view, items)
  for _, value in ipairs(items) do set.add(view, value) end
end

function set.pop(view)
  local value = values(record(view))[1]
  if value == nil then err.raise("KeyError", "pop from an empty set") end
  set.discard(view, value)
  return value
end

-- ---- dictionaries ----

local dict = {clear = list.clear}

function dict.get(view, key, default)
  local rec = record(view)
  local item = target(rec):get(key)
  if item == nil then return default end
  return item[rec.instance.value_attr]
end

function dict.keys(view) return target(record(view)):keys() end
function dict.values(view) return values(record(view)) end
function dict.contains(view, key) return target(record(view)):contains(key) end

function dict.items(view)
  local rec, out = record(view), {}
  for i, pair in ipairs(target(rec):items()) do out[i] = {pair[1], value_of(rec, pair[2])} end
  return out
end

local function dict_newindex(view, key, value)
  local rec = record(view)
  local c = target(rec)
  local item = c:get(key)
  if value == nil then
    if item ~= nil then c[key] = nil end
  elseif item ~= nil then
    item[rec.instance.value_attr] = value
  else
    c[key] = rec.creator(key, value)
  end
  refresh(view)
end

function dict.update(view, items)
  local keys = {}
  for key in pairs(items) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(keys) do dict_newindex(view, key, items[key]) end
end

function dict.pop(view, key, ...)
  local rec = record(view)
  if not target(rec):contains(key) then
    if select("#", ...) > 0 then return (...) end
    err.raise("KeyError", "%s", tostring(key))
  end
  local value = target(rec):pop(key)[rec.instance.value_attr]
  refresh(view)
  return value
end

function dict.setdefault(view, key, value)
  if not dict.contains(view, key) then dict_newindex(view, key, value) end
  return dict.get(view, key)
end

function dict.copy(view)
  local out = {}
  for _, pair in ipairs(dict.items(view)) do out[pair[1]] = pair[2] end
  return out
end

-- ---- making ----

local METHODS = {list = list, set = set, dict = dict}

local function make_index(rec, methods)
  if rec.kind == "dict" then
    return function(view, key)
      local value = dict.get(view, key)
      if value ~= nil then return value end
      return methods[key]
    end
  end
  return function(_, key)
    if type(key) ~= "number" then return methods[key] end
    local item = target(rec)[key]
    if item == nil then return nil end
    return value_of(rec, item)
  end
end

local function iterate(view)
  local rec = record(view)
  if rec.kind ~= "dict" then return ipairs(values(rec)) end
  local list_of, i = dict.items(view), 0
  return function()
    i = i + 1
    if list_of[i] then return list_of[i][1], list_of[i][2] end
  end
end

--- The view of obj through a proxy's instance for its class.
function views.new(obj, instance, creator)
  local kind = require("lualchemy.orm.collection").record(obj[instance.target_collection]).kind.name
  local rec = {obj = obj, instance = instance, creator = creator, kind = kind}
  local methods = METHODS[kind]
  rec.__index = make_index(rec, methods)
  rec.__newindex = kind == "dict" and dict_newindex or (kind == "set" and function(view, _, v) set.add(view, v) end)
    or list_newindex
  rec.__len = function() return #target(rec) end
  rec.__pairs = iterate
  rec.__tostring = function(view)
    local out = {}
    for i, value in ipairs(values(record(view))) do out[i] = tostring(value) end
    return "[" .. table.concat(out, ", ") .. "]"
  end
  return setmetatable({}, rec)
end

local function as_set(items)
  local out = {}
  for _, value in ipairs(items) do out[value] = true end
  return out
end

--- Makes a view show exactly these values.
function views.replace(view, items)
  local rec = record(view)
  if items == nil then err.raise("TypeError", "'NoneType' object is not iterable") end
  if rec.kind == "list" then
    list.clear(view)
    list.extend(view, items)
  elseif rec.kind == "set" then
    local wanted = as_set(items)
    set.update(view, items)
    for _, value in ipairs(values(rec)) do
      if not wanted[value] then set.discard(view, value) end
    end
  else
    for _, key in ipairs(dict.keys(view)) do
      if items[key] == nil then dict_newindex(view, key, nil) end
    end
    dict.update(view, items)
  end
end

return views
