--- Keyed collections: collection_class = la.attribute_keyed_dict("name") and its kin.
--
-- The record holds the items by key and the keys in their order. Where `#` cannot be overloaded (5.1, LuaJIT) the items
-- lie at 1…n of the collection, too, as long as no key is a number.
local collection = require "lualchemy.orm.collection"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local NULL = core.null
local methods = {}

-- ---- the dictionary ----

local function mirror(c, rec)
  if compat.has_len then return end
  for i = #c, 1, -1 do rawset(c, i, nil) end
  for i, key in ipairs(rec.order) do
    if type(key) == "number" then return end
    rawset(c, i, rec.keys[key])
  end
end

local function store(c, rec, key, item)
  if rec.keys[key] == nil then rec.order[#rec.order + 1] = key end
  rec.keys[key] = item
  mirror(c, rec)
end

local function erase(c, rec, key)
  rec.keys[key] = nil
  for i, one in ipairs(rec.order) do
    if one == key then
      table.remove(rec.order, i)
      break
    end
  end
  mirror(c, rec)
end

local function key_of(rec, item)
  local key = rec.kind.keyfn(item)
  if key == nil then return NULL end
  return key
end

-- ---- the kind ----

local keyed = {name = "dict", methods = methods}

function keyed.items(_, rec)
  local out = {}
  for i, key in ipairs(rec.order) do out[i] = rec.keys[key] end
  return out
end

function keyed.put(c, rec, item)
  store(c, rec, key_of(rec, item), item)
end

--- Sets a key, with events for what was there and what comes.
local function assign(c, rec, key, item, initiator)
  local old = rec.keys[key]
  if old ~= nil and old ~= item then
    collection.removing(c, rec, old, initiator)
    erase(c, rec, key)
  end
  if old ~= item then item = collection.adding(c, rec, item, initiator) end
  store(c, rec, key, item)
end

function keyed.append(c, rec, item, initiator)
  assign(c, rec, key_of(rec, item), item, initiator)
end

local function find(rec, item)
  local key = key_of(rec, item)
  if rec.keys[key] == item then return key end
  for one, held in pairs(rec.keys) do
    if held == item then return one end
  end
end

function keyed.take(c, rec, item)
  local key = find(rec, item)
  if key ~= nil then erase(c, rec, key) end
end

function keyed.remove(c, rec, item, initiator)
  local key = find(rec, item)
  if key == nil then return false end
  collection.removing(c, rec, item, initiator)
  erase(c, rec, key)
  return true
end

function keyed.is_like(x)
  local rec = collection.record(x)
  if rec then
    if rec.kind.name ~= "dict" then return nil, rec.kind.name end
    return keyed.items(x, rec)
  end
  if type(x) ~= "table" then return nil, type(x) end
  if #x > 0 then return nil, "list" end
  local keys, items = {}, {}
  for k in pairs(x) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for i, k in ipairs(keys) do items[i] = x[k] end
  return items
end

-- ---- methods ----

--- The item of that key, or the default.
function methods.get(c, key, default)
  local item = getmetatable(c).keys[key]
  if item == nil then return default end
  return item
end

--- The keys, as an array.
function methods.keys(c)
  local out = {}
  for i, key in ipairs(getmetatable(c).order) do out[i] = key end
  return out
end

--- The items, as an array.
function methods.values(c)
  return keyed.items(c, getmetatable(c))
end

--- {key, item} each.
function methods.items(c)
  local rec, out = getmetatable(c), {}
  for i, key in ipairs(rec.order) do out[i] = {key, rec.keys[key]} end
  return out
end

--- Is there an item of that key?
function methods.contains(c, key)
  return getmetatable(c).keys[key] ~= nil
end

--- Adds an item under the key it has.
function methods.set(c, item)
  keyed.append(c, getmetatable(c), item)
end
methods.append = methods.set

--- Takes the item away.
function methods.remove(c, item)
  local rec = getmetatable(c)
  local key = key_of(rec, item)
  if rec.keys[key] == nil then err.raise("KeyError", "%s", tostring(key)) end
  if rec.keys[key] ~= item then
    err.raise("InvalidRequestError", "Can not remove '%s' from collection; collection holds '%s' for key '%s'. "
      .. "Possible cause: is the KeyFuncDict key function based on mutable properties or properties that only obtain "
      .. "values after flush?",
      tostring(item), tostring(rec.keys[key]), tostring(key))
  end
  keyed.remove(c, rec, item)
end

--- Takes away and returns the item of that key.
function methods.pop(c, key, ...)
  local rec = getmetatable(c)
  local item = rec.keys[key]
  if item == nil then
    if select("#", ...) > 0 then return (...) end
    err.raise("KeyError", "%s", tostring(key))
  end
  keyed.remove(c, rec, item)
  return item
end

--- The item of that key; puts the default there if there is none.
function methods.setdefault(c, key, item)
  local rec = getmetatable(c)
  if rec.keys[key] == nil then assign(c, rec, key, item) end
  return rec.keys[key]
end

--- Sets the keys of a table.
function methods.update(c, items)
  for key, item in pairs(items) do c[key] = item end
end

--- Takes all items away.
function methods.clear(c)
  local rec = getmetatable(c)
  for _, item in ipairs(keyed.items(c, rec)) do keyed.remove(c, rec, item) end
end

--- A plain table with the same items by key.
function methods.copy(c)
  local out = {}
  for key, item in pairs(getmetatable(c).keys) do out[key] = item end
  return out
end

local function index(c, key)
  local item = getmetatable(c).keys[key]
  if item ~= nil then return item end
  return methods[key]
end

local function newindex(c, key, item)
  local rec = getmetatable(c)
  if item ~= nil then return assign(c, rec, key, item) end
  if rec.keys[key] ~= nil then
    collection.removing(c, rec, rec.keys[key])
    erase(c, rec, key)
  end
end

local function iterate(c)
  local rec, i = getmetatable(c), 0
  return function()
    i = i + 1
    local key = rec.order[i]
    if key ~= nil then return key, rec.keys[key] end
  end
end

function keyed.init(_, rec)
  rec.keys, rec.order = {}, {}
  rec.__index, rec.__newindex, rec.__pairs = index, newindex, iterate
  rec.__len = function() return #rec.order end
end

-- ---- la.attribute_keyed_dict and its kin ----

local function kind_by(keyfn)
  local kind = {}
  for k, v in pairs(keyed) do kind[k] = v end
  kind.is_kind, kind.keyfn = true, keyfn
  return kind
end

--- A keyed collection whose keys a function of the item gives.
--- @param keyfn fun(item: table): any
local function keyfunc_mapping(keyfn)
  if type(keyfn) ~= "function" then
    err.raise("ArgumentError", "keyfunc_mapping: argument 'keyfunc' must be a function, got %s", type(keyfn))
  end
  return kind_by(keyfn)
end

--- A keyed collection whose keys are an attribute of the items.
--- @param name string
local function attribute_keyed_dict(name)
  if type(name) ~= "string" then
    err.raise("ArgumentError", "attribute_keyed_dict: argument 'attr_name' must be a string, got %s", type(name))
  end
  return kind_by(function(item) return item[name] end)
end

--- The column itself, where an attribute of a class is given.
local function plain_column(column)
  while core.kind(column) == "ATTRIBUTE" do column = core.get(column, "expr") end
  return column
end

local function column_value(item, column)
  local mapper = require("lualchemy.orm.state").mapper(item)
  return item[mapper:get_property_by_column(column).key]
end

--- A keyed collection whose keys are a column of the items, or several.
local function column_keyed_dict(spec)
  local columns = {}
  for i, column in ipairs(core.is_node(spec) and {spec} or spec) do columns[i] = plain_column(column) end
  return kind_by(function(item)
    if #columns == 1 then return column_value(item, columns[1]) end
    local parts = {}
    for i, column in ipairs(columns) do parts[i] = tostring(column_value(item, column)) end
    return table.concat(parts, ",")
  end)
end

return {
  keyed = keyed,
  public = {
    attribute_keyed_dict = attribute_keyed_dict, attribute_mapped_collection = attribute_keyed_dict,
    column_keyed_dict = column_keyed_dict, column_mapped_collection = column_keyed_dict,
    keyfunc_mapping = keyfunc_mapping, mapped_collection = keyfunc_mapping,
  },
}
