--- Rows: a table of values in order, with one metatable for all rows of a statement.
--
-- `row[1]`, `row.name`, `#row`, `row:unpack()`, `row._mapping`, `row._fields`, `row:_asdict()`. A column's
-- name wins over a method's. NULL is nil.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local repr = require "lualchemy.engine.repr"

local NULL = core.null
local row_module = {}
local methods = {}
local getters = {}

--- What `names` (a table of the metatable) is for: name -> position, or false if several columns have it.
local function index_names(keys, last_wins)
  local positions = {}
  for i, key in ipairs(keys) do
    if key ~= NULL then
      if positions[key] == nil or last_wins then positions[key] = i else positions[key] = false end
    end
  end
  return positions
end

local function meta_of(row)
  return getmetatable(row)
end

local function ambiguous(name)
  err.raise("InvalidRequestError", "Ambiguous column name '%s' in result set column descriptions", tostring(name))
end

--- kind: that of the error, "AttributeError" for row.name
local function unknown(meta, name, kind)
  if type(name) == "number" then return nil end
  if meta.positions[name] == false then ambiguous(name) end
  local near = type(name) == "string" and err.nearest(name, meta.keys)
  err.raise(kind or "NoSuchColumnError", "Could not locate column in row for column '%s'%s", tostring(name),
    near and ("; did you mean '" .. near .. "'?") or "")
end

--- The place of another name that a column answers to: its key, "table_column".
local function place_of(meta, name)
  local also = meta.also
  if type(also) == "userdata" then
    also = core.compiled_names(also)
    meta.also = also
  end
  return also and meta.positions[name] == nil and also[name]
end

--- The position of what names a column of rows with this metatable: a name, a number, a column or other
--- expression of the statement. An error if there is none; for numbers only if `who`, the method, is given.
function row_module.position(meta, key, who)
  local kind = type(key)
  if kind == "number" then
    if who and meta and (key < 1 or key > meta.n) then
      err.raise("InvalidRequestError", "%s: there is no column %d: the rows have %d", who, key, meta.n)
    end
    return key
  end
  if kind == "string" then return meta.positions[key] or place_of(meta, key) or unknown(meta, key) end
  local element = core.element(key)
  local found = row_module.objects(meta)[element and core.id(element) or key]
  if found then return found end
  if found == false then ambiguous(key) end
  local name = element and core.kind(element) == "ATTRIBUTE" and core.get(element, "key")
  if name and meta.positions[name] then return meta.positions[name] end
  err.raise("NoSuchColumnError", "Could not locate column in row for column '%s'", tostring(key))
end

local function row_len(row) return meta_of(row).n end

local function row_tostring(row)
  local parts = {}
  for i = 1, meta_of(row).n do parts[i] = repr.value(row[i]) end
  return "(" .. table.concat(parts, ", ") .. (#parts == 1 and ",)" or ")")
end

local function row_eq(a, b)
  local n = meta_of(a).n
  if n ~= meta_of(b).n then return false end
  for i = 1, n do
    if a[i] ~= b[i] then return false end
  end
  return true
end

local function row_newindex() err.raise("InvalidRequestError", "rows are read-only") end

local function compared(a, b, or_equal)
  for i = 1, math.min(meta_of(a).n, meta_of(b).n) do
    if a[i] ~= b[i] then return a[i] < b[i] end
  end
  if meta_of(a).n == meta_of(b).n then return or_equal end
  return meta_of(a).n < meta_of(b).n
end

local function row_less(a, b) return compared(a, b, false) end
local function row_less_or_equal(a, b) return compared(a, b, true) end

--- Names and values of what has these names: of a row or a mapping. An element without a name is left out.
local function pairs_of(row, meta)
  local i = 0
  return function()
    repeat i = i + 1 until meta.keys[i] ~= NULL
    if i > meta.n then return nil end
    local v = rawget(row, i)
    return meta.keys[i], v == nil and NULL or v
  end
end

local function row_pairs(row) return pairs_of(row, meta_of(row)) end

--- An __index: what is at positions[key], else what other(row, key) answers.
local function index_by(positions, other)
  if not compat.is_jit then return core.row_index(positions, other) end
  return function(row, key)
    local at = positions[key]
    if at then return (rawget(row, at)) end
    return other(row, key)
  end
end

--- What rows with this metatable answer to besides names: {[core.id of an expression] = its position}.
function row_module.objects(meta)
  local objects = meta.objects or {}
  if type(objects) == "userdata" then
    objects = core.compiled_objects(objects)
    meta.objects = objects
  end
  return objects
end

--- The metatable for rows with these keys. `objects` maps core.id of an expression to its position, or is the compiled
--- statement that knows.
--- `last_wins`: of columns with one name the last is meant (text without columns); otherwise the name is ambiguous.
--- `also`: the other names that columns answer to, or the compiled statement that knows.
--- @param keys string[]
function row_module.meta(keys, objects, last_wins, also)
  local positions, meta = index_names(keys, last_wins), nil
  local index = index_by(positions, function(row, key)
    local free = positions[key] == nil
    local method = free and methods[key]
    if method then return method end
    local getter = free and getters[key]
    if getter then return getter(row) end
    local place = place_of(meta, key)
    if place then return (rawget(row, place)) end
    return unknown(meta, key, "AttributeError")
  end)
  meta = {keys = keys, n = #keys, positions = positions, objects = objects, also = also, row = true, __index = index,
    __newindex = row_newindex, __len = row_len, __tostring = row_tostring, __eq = row_eq, __lt = row_less,
    __le = row_less_or_equal, __pairs = row_pairs, __name = "lualchemy.Row"}
  return meta
end

--- A row of an array of values, where la.NULL is NULL.
function row_module.of(values, meta)
  if row_module.is(values) then return values end
  local row = {}
  for i = 1, meta.n do
    if values[i] ~= NULL then row[i] = values[i] end
  end
  return setmetatable(row, meta)
end

--- The names of the elements of rows with this metatable.
function row_module.fields(meta)
  local out = {}
  for _, key in ipairs(meta.keys) do
    if key ~= NULL then out[#out + 1] = key end
  end
  return out
end

--- Is x a row?
function row_module.is(x)
  local meta = type(x) == "table" and getmetatable(x)
  return type(meta) == "table" and rawget(meta, "row") == true
end

--- The values, as Python unpacks a tuple.
function methods:unpack() return compat.unpack(self, 1, meta_of(self).n) end
methods._tuple = function(self) return self end
methods.tuple = methods._tuple

--- A plain table of the values by name; NULL is la.NULL.
function methods:_asdict() return row_module.values(self) end

function methods:count(value)
  local n = 0
  for i = 1, meta_of(self).n do
    if self[i] == value then n = n + 1 end
  end
  return n
end

--- The position of the first element equal to value.
function methods:index(value)
  for i = 1, meta_of(self).n do
    if self[i] == value then return i end
  end
  err.raise("InvalidRequestError", "index: the value is not in the row")
end

--- The elements after the first `start` up to number `stop`, as Python slices a tuple; numbers below 0 count from the
-- end. NULL is la.NULL.
function methods:slice(start, stop)
  local n, out = meta_of(self).n, {}
  local function bound(i, default)
    if i == nil then return default end
    return math.max(0, math.min(n, i < 0 and n + i or i))
  end
  for i = bound(start, 0) + 1, bound(stop, n) do
    local v = self[i]
    out[#out + 1] = v == nil and NULL or v
  end
  return out
end

--- Is the value one of the elements?
function methods:contains(value) return methods.count(self, value) > 0 end

function getters:_fields() return row_module.fields(meta_of(self)) end
getters.t = function(self) return self end
getters._t = getters.t

-- ---- mappings ----

local mapping_methods = {}

--- The metatable of rows that a mapping's values are those of.
local function of(mapping) return getmetatable(mapping).of end

local function mapping_eq(a, b)
  for i = 1, of(a).n do
    if rawget(a, i) ~= rawget(b, i) then return false end
  end
  return of(a).n == of(b).n
end

local function mapping_pairs(mapping) return pairs_of(mapping, of(mapping)) end

local function mapping_tostring(mapping)
  local parts = {}
  for k, v in mapping_pairs(mapping) do parts[#parts + 1] = repr.value(k) .. ": " .. repr.value(v) end
  return "{" .. table.concat(parts, ", ") .. "}"
end

local function read_only() err.raise("InvalidRequestError", "rows are read-only") end
local function mapping_len(mapping) return of(mapping).n end

--- The metatable of mappings for rows with that metatable.
function row_module.mapping_meta(meta)
  if meta.mapping then return meta.mapping end
  local positions = meta.positions
  local known = {of = meta, __newindex = read_only, __len = mapping_len, __pairs = mapping_pairs, __eq = mapping_eq,
    __tostring = mapping_tostring, __name = "lualchemy.RowMapping"}
  known.__index = index_by(positions, function(self, key)
    local method = positions[key] == nil and mapping_methods[key]
    if method then return method end
    return rawget(self, row_module.position(meta, key))
  end)
  meta.mapping = known
  return known
end

--- How many values a row, or the mapping of one, has; nil of anything else.
function row_module.width(x)
  local meta = type(x) == "table" and getmetatable(x)
  if type(meta) ~= "table" then return nil end
  return rawget(meta, "row") and meta.n or row_module.is_mapping(x) and meta.of.n or nil
end

--- Is x a mapping of a row?
function row_module.is_mapping(x)
  local meta = type(x) == "table" and getmetatable(x)
  return type(meta) == "table" and rawget(meta, "__name") == "lualchemy.RowMapping"
end

--- The values of a row, or of the mapping of one, by their names; nil of anything else.
function row_module.values(x)
  if not (row_module.is(x) or row_module.is_mapping(x)) then return nil end
  local out = {}
  for k, v in pairs_of(x, getmetatable(x).of or getmetatable(x)) do out[k] = v end
  return out
end

--- The row as a mapping. The row itself is one from then on.
function row_module.become_mapping(row)
  return setmetatable(row, row_module.mapping_meta(meta_of(row)))
end

--- A mapping of its own for the row.
function row_module.mapping(row)
  local copy, meta = {}, meta_of(row)
  for i = 1, meta.n do copy[i] = rawget(row, i) end
  return setmetatable(copy, row_module.mapping_meta(meta))
end
getters._mapping = row_module.mapping

function mapping_methods:keys() return row_module.fields(of(self)) end

--- The values in order; NULL is la.NULL.
function mapping_methods:values()
  local out = {}
  for _, v in mapping_pairs(self) do out[#out + 1] = v end
  return out
end

function mapping_methods:items()
  local out = {}
  for k, v in mapping_pairs(self) do out[#out + 1] = {k, v} end
  return out
end

function mapping_methods:get(key, default)
  local meta = of(self)
  if type(key) == "string" and not (meta.positions[key] or place_of(meta, key)) then return default end
  return self[key]
end

function mapping_methods:contains(key)
  local meta = of(self)
  if type(key) == "string" then return (meta.positions[key] or place_of(meta, key)) ~= nil end
  return (pcall(row_module.position, meta, key))
end

return row_module
