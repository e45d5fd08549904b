--- Keyed collections: collection_class = la.attribute_keyed_dict("name") and its kin.
--
-- The record holds the items by key and the keys in their order. Where `#` cannot be overloaded (5.1, LuaJIT) the items
-- lie at 1…n of the collection, too, as long as no key is a number.
local args = require "lualchemy.args"
local collection = require "lualchemy.orm.collection"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local kinds = require "lualchemy.orm.collection_kinds"
local state = require "lualchemy.orm.state"

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

--- What a function of keys gives where the attribute that the key is has no value.
local MISSING = {}

local function relationship_of(item, initiator)
  if not initiator then return "unknown relationship" end
  local prop = state.mapper(item).props[initiator.key]
  return prop and tostring(prop) or initiator.key
end

--- An item has no key, as it was never set or is None.
local function no_key(rec, item, initiator, key)
  if rec.ignore_unpopulated then return nil end
  local attribute = relationship_of(item, initiator)
  if key == MISSING then
    err.warn(("Attribute keyed dictionary value for attribute '%s' was None; this will raise in a future release. To "
      .. "skip this assignment entirely, Set the \"ignore_unpopulated_attribute=True\" parameter on the mapped "
      .. "collection factory."):format(attribute))
    return NULL
  end
  local what = state.describe(item)
  err.raise("InvalidRequestError", "In event triggered from population of attribute '%s' (potentially from a backref), "
    .. "can't populate value in KeyFuncDict; dictionary key derived from %s is not populated. Ensure appropriate state "
    .. "is set up on the %s object before assigning to the %s attribute. To skip this assignment entirely, Set the "
    .. "\"ignore_unpopulated_attribute=True\" parameter on the mapped collection factory.", attribute, what, what,
    attribute)
end

--- The key of an item; nil where it is to be passed over.
local function key_of(rec, item, initiator)
  local key = rec.keyfn(item)
  if key == MISSING or key == state.NO_VALUE then return no_key(rec, item, initiator, key) end
  if key == nil then return NULL end
  return key
end

local function raise_no_key(key)
  err.raise("KeyError", "%s", type(key) == "string" and "'" .. key .. "'" or key == NULL and "None" or tostring(key))
end

-- ---- the kind ----

local keyed = {name = "dict", methods = methods}

function keyed.items(_, rec)
  local out = {}
  for i, key in ipairs(rec.order) do out[i] = rec.keys[key] end
  return out
end

function keyed.put(c, rec, item)
  local key = key_of(rec, item)
  if key ~= nil then store(c, rec, key, item) end
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
  local key = key_of(rec, item, initiator)
  if key ~= nil then assign(c, rec, key, item, initiator) end
end

function keyed.take(c, rec, item)
  for key, held in pairs(rec.keys) do
    if held == item then return erase(c, rec, key) end
  end
end

local function remove_key(c, rec, key, initiator)
  local item = rec.keys[key]
  collection.removing(c, rec, item, initiator)
  erase(c, rec, key)
  return item
end

--- Takes an item away by the key it has now. false and the key: there is none of that key.
function keyed.remove(c, rec, item, initiator)
  local key = key_of(rec, item, initiator)
  if key == nil then return true end
  local held = rec.keys[key]
  if held == nil then return false, key end
  if held ~= item then
    err.raise("InvalidRequestError", "Can not remove '%s': collection holds '%s' for key '%s'. Possible cause: is the "
      .. "KeyFuncDict key function based on mutable properties or properties that only obtain values after flush?",
      tostring(item), tostring(held), key == NULL and "None" or tostring(key))
  end
  remove_key(c, rec, key, initiator)
  return true
end

--- The keys of a table, in an order that is always the same.
local function sorted_keys(x)
  local keys = {}
  for key in pairs(x) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
end

function keyed.is_like(x)
  local rec = collection.record(x)
  if rec then
    if rec.kind.name ~= "dict" then return nil, rec.kind.name end
    return keyed.items(x, rec)
  end
  if type(x) ~= "table" then return nil, type(x) end
  if #x > 0 then return nil, "list" end
  local items = {}
  for i, key in ipairs(sorted_keys(x)) do items[i] = x[key] end
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
  local found, key = keyed.remove(c, getmetatable(c), item)
  if not found then raise_no_key(key) end
end

--- Takes away and returns the item of that key.
function methods.pop(c, key, ...)
  local rec = getmetatable(c)
  if rec.keys[key] ~= nil then return remove_key(c, rec, key) end
  if select("#", ...) == 0 then raise_no_key(key) end
  return (...)
end

--- Takes away the last item that came; returns {key, item}.
function methods.popitem(c)
  local rec = getmetatable(c)
  local key = rec.order[#rec.order]
  if key == nil then err.raise("KeyError", "'popitem(): dictionary is empty'") end
  return {key, remove_key(c, rec, key)}
end

--- The item of that key; puts the default there if there is none.
function methods.setdefault(c, key, item)
  local rec = getmetatable(c)
  if rec.keys[key] == nil then assign(c, rec, key, item) end
  return rec.keys[key]
end

--- Sets the keys of a table, or of another keyed collection.
function methods.update(c, items)
  local rec, other = getmetatable(c), collection.record(items)
  for _, key in ipairs(other and methods.keys(items) or sorted_keys(items)) do
    assign(c, rec, key, (other and other.keys or items)[key])
  end
end

--- Takes all items away.
function methods.clear(c)
  local rec = getmetatable(c)
  for _, key in ipairs(methods.keys(c)) do remove_key(c, rec, key) end
end

--- A plain table with the same items by key.
function methods.copy(c)
  local out = {}
  for key, item in pairs(getmetatable(c).keys) do out[key] = item end
  return out
end

local function index(c, key)
  local rec = getmetatable(c)
  local item = rec.keys[key]
  if item ~= nil then return item end
  if rec.kind.class then return rec.kind.methods[key] end
  return methods[key]
end

local function newindex(c, key, item)
  local rec = getmetatable(c)
  if item ~= nil then return assign(c, rec, key, item) end
  if rec.keys[key] ~= nil then remove_key(c, rec, key) end
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
  rec.keys, rec.order, rec.keyfn, rec.ignore_unpopulated = {}, {}, rec.kind.keyfn, rec.kind.ignore_unpopulated
  rec.__index, rec.__newindex, rec.__pairs = index, newindex, iterate
  rec.__len = function() return #rec.order end
end

-- ---- la.attribute_keyed_dict and its kin ----

--- The positional argument, or the one of that name, and whether items without a key are passed over.
local function taken(name, keyword, ...)
  local p, o = args.take(name, {ignore_unpopulated_attribute = true, [keyword] = true}, ...)
  local value = p[1]
  if value == nil then value = o[keyword] end
  return value, o.ignore_unpopulated_attribute == true
end

local function kind_by(keyfn, ignore_unpopulated)
  local kind = {}
  for k, v in pairs(keyed) do kind[k] = v end
  kind.is_kind, kind.keyfn, kind.ignore_unpopulated = true, keyfn, ignore_unpopulated
  return kind
end

--- A keyed collection whose keys a function of the item gives.
--- @param ... any keyfunc, then {ignore_unpopulated_attribute = false}
local function keyfunc_mapping(...)
  local keyfn, ignore = taken("keyfunc_mapping", "keyfunc", ...)
  if type(keyfn) ~= "function" then
    err.raise("ArgumentError", "keyfunc_mapping: argument 'keyfunc' must be a function, got %s", type(keyfn))
  end
  return kind_by(keyfn, ignore)
end

--- Nil where an attribute was never set, else None.
local function missing(item, name)
  local impl = state.mapper(item).impls[name]
  return impl and rawget(item, impl.slot) == nil and state.NO_VALUE or MISSING
end

--- A keyed collection whose keys are an attribute of the items.
--- @param ... any attr_name, then {ignore_unpopulated_attribute = false}
local function attribute_keyed_dict(...)
  local name, ignore = taken("attribute_keyed_dict", "attr_name", ...)
  if type(name) ~= "string" then
    err.raise("ArgumentError", "attribute_keyed_dict: argument 'attr_name' must be a string, got %s", type(name))
  end
  return kind_by(function(item)
    local value = item[name]
    if value == nil then return missing(item, name) end
    return value
  end, ignore)
end

--- The column itself, where an attribute of a class is given.
local function plain_column(column)
  while core.kind(column) == "ATTRIBUTE" do column = core.get(column, "expr") end
  return column
end

local function column_value(item, column)
  return item[state.mapper(item):get_property_by_column(column).key]
end

--- A keyed collection whose keys are a column of the items, or several.
--- @param ... any mapping_spec, then {ignore_unpopulated_attribute = false}
local function column_keyed_dict(...)
  local spec, ignore = taken("column_keyed_dict", "mapping_spec", ...)
  local columns = {}
  for i, column in ipairs(core.is_node(spec) and {spec} or spec) do columns[i] = plain_column(column) end
  return kind_by(function(item)
    local value = column_value(item, columns[1])
    if #columns == 1 then
      if value == nil then return MISSING end
      return value
    end
    local parts = {}
    for i, column in ipairs(columns) do parts[i] = tostring(column_value(item, column)) end
    return table.concat(parts, ",")
  end, ignore)
end

-- ---- la.KeyFuncDict ----

local own = kinds.keyfunc_kind
for name, value in pairs(kind_by(nil, false)) do own[name] = value end
own.roles = {appender = "set", remover = "remove"}
own.methods = setmetatable({
  --- The function of the item that gives the key.
  __init__ = function(c, ...)
    local keyfn, ignore = taken("KeyFuncDict", "keyfunc", ...)
    local rec = getmetatable(c)
    rec.keyfn, rec.ignore_unpopulated = keyfn or rec.keyfn, ignore
    if type(rec.keyfn) ~= "function" then
      err.raise("ArgumentError", "KeyFuncDict: argument 'keyfunc' must be a function, got %s", type(rec.keyfn))
    end
  end,
}, {__index = methods})

keyed.factories = {attribute_keyed_dict = attribute_keyed_dict, column_keyed_dict = column_keyed_dict,
  keyfunc_mapping = keyfunc_mapping}
return keyed
