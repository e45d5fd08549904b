--- Functions that values pass through on their way to the database and back, where C does not convert them by itself
-- (csrc/engine/convert.h): those of users' types, JSON, enums, arrays, ranges.
--
-- A function takes a value (nil for NULL) and gives the one that C goes on with. The core's own conversion comes after
-- it on the way in and before it on the way out.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local type_class = require "lualchemy.sql.type_class"
require "lualchemy.sql.type_methods"

local processors = {}

local of, class_of, has_own = type_class.of, type_class.class_of, type_class.has_own
local DECORATOR = of("TYPEDECORATOR")._id

-- ---- of the library's types ----

--- class -> function(node, dialect) -> function(value) or nil
local binds, results = {}, {}

--- What passing() has found out, until another class is registered: by the names of dialects.
local known = {binds = {}, results = {}}

--- How values of a class of types, and of those that derive from it, pass.
--- @param id string as in types.def
--- @param bind function|nil function(type, dialect) -> function(value)|nil
--- @param result function|nil
function processors.register(id, bind, result)
  binds[of(id)], results[of(id)] = bind, result
  known = {binds = {}, results = {}}
end

--- What a dialect has of its own: {binds = {[class] = …}, results = {[class] = …}}.
local own = {}
local NOTHING = {binds = {}, results = {}}

local function own_of(dialect)
  local name = dialect.name
  if own[name] == nil then
    local ok, found = pcall(require, "lualchemy.dialects." .. name .. ".values")
    if not ok and not tostring(found):find("not found", 1, true) then error(found, 0) end
    own[name] = ok and found or NOTHING
  end
  return own[name]
end

local function registered(kind, class, dialect)
  local first, second = own_of(dialect)[kind], kind == "binds" and binds or results
  for _, c in ipairs(class._mro) do
    local fn = first[c] or second[c]
    if fn then return fn end
  end
end

local function lookup(kind, class, node, dialect)
  local fn = registered(kind, class, dialect)
  return fn and fn(node, dialect)
end

local function derives(class, from)
  for _, c in ipairs(class._mro) do
    if c == from then return true end
  end
  return false
end

--- For classes of the library by their numbers: do values of all their types, without variants, pass as they are?
--- @param kind "binds"|"results"
local function passing(kind, dialect)
  local found = known[kind][dialect.name]
  if found then return found end
  found = setmetatable({}, {__index = function(self, id)
    local class = of(id)
    self[id] = not registered(kind, class, dialect) and not derives(class, of(DECORATOR))
    return self[id]
  end})
  known[kind][dialect.name] = found
  return found
end

local function attribute(dialect, name)
  local ok, value = pcall(function() return dialect[name] end)
  return ok and value or nil
end
processors.attribute = attribute

-- ---- of users' types ----

local function nothing_of(value)
  if value == core.null then return nil end
  return value
end

--- first, then second; either may be nil.
local function chain(first, second)
  if not first or not second then return first or second end
  return function(value) return second(first(value)) end
end

--- What a decorator wraps on the dialect.
local function inner_of(node, class, dialect)
  if core.get(node, "object") == nil then return core.get(node, "impl") end
  return core.element(class.load_dialect_impl(node, dialect))
end

--- The type on the dialect: its variant, else itself.
local function variant(node, dialect)
  for _, pair in ipairs(core.get(node, "variants")) do
    if core.get(core.get(pair, "key"), "s") == dialect.name then return core.get(pair, "value") end
  end
  return node
end

local function method_of(class, node, name, dialect)
  if not has_own(class, name) then return nil end
  return function(value) return class[name](node, nothing_of(value), dialect) end
end

local function resolve(node, dialect, kind, method, factory)
  node = variant(node, dialect)
  local class = class_of(node)
  if class._user and not core.type_isa(node, DECORATOR) and dialect.core then
    node = core.type_impl(node, dialect.core, dialect) -- a dialect's own type takes the place of a derived one
    class = class_of(node)
  end
  if has_own(class, factory) then return class[factory](node, dialect) or nil end
  if not core.type_isa(node, DECORATOR) or binds[class] then return lookup(kind, class, node, dialect) end
  local inner = inner_of(node, class, dialect)
  local of_inner = inner and processors[kind](inner, dialect)
  return method_of(class, node, method, dialect), of_inner
end

--- The function for values that are sent, or nil.
--- @param t any|nil a type
--- @param dialect table
--- @param literal? boolean they are written out when the statement is executed
--- @return function|nil
function processors.bind(t, dialect, literal)
  if not t then return nil end
  local written = literal and has_own(class_of(variant(t, dialect)), "process_literal_param")
  local method = written and "process_literal_param" or "process_bind_param"
  return chain(resolve(t, dialect, "binds", method, "bind_processor"))
end

--- The function for values that are read, or nil.
--- @param t any|nil a type
--- @param dialect table
--- @return function|nil
function processors.result(t, dialect)
  if not t then return nil end
  local of_own, of_inner = resolve(t, dialect, "results", "process_result_value", "result_processor")
  return chain(of_inner, of_own)
end
processors.binds, processors.results = processors.bind, processors.result

--- The functions of a compiled statement's binds, or of its columns, false for those without; nil if none has one.
--- @param kind "binds"|"results"
function processors.of(compiled, kind, dialect)
  return core.compiled_functions(compiled, kind == "results", passing(kind, dialect), processors[kind], dialect)
end

-- What users' classes inherit, and may call from their own.

local Engine = of("ENGINE")

--- The core's conversion as functions for sending and reading, nil where it does nothing.
local function conversions(node, dialect)
  local encodes, decodes = core.type_converts(node, dialect.core, dialect)
  return encodes and function(value) return core.type_encode(node, dialect.core, dialect, value) end or nil,
    decodes and function(value) return core.type_decode(node, dialect.core, dialect, value) end or nil
end

--- The function that makes a value of this type one of the database, or nil.
function Engine.bind_processor(self, dialect)
  return chain(processors.bind(self, dialect), (conversions(self, dialect)))
end

--- The function that makes a value of the database one of this type, or nil.
function Engine.result_processor(self, dialect)
  local _, decode = conversions(self, dialect)
  return chain(decode, processors.result(self, dialect))
end

--- The function that gives the text of a value in SQL.
function Engine.literal_processor(self, dialect)
  local literal = require("lualchemy.sql.expression").literal
  return function(value)
    return literal(value, self):compile{dialect = dialect, literal_binds = true}.string
  end
end

--- Are two values of this type the same?
function Engine.compare_values(_, x, y)
  return x == y
end

--- A copy of a value of this type; values do not change.
function Engine.copy_value(_, value)
  return value
end

--- A tuple's members pass through the functions of their own types.
processors.register("TUPLETYPE", function(node, dialect)
  return require("lualchemy.sql.processors_tuple")(node, dialect, processors.bind)
end)

local Decorator = of("TYPEDECORATOR")

function Decorator.compare_values(self, x, y)
  return core.get(self, "impl"):compare_values(x, y)
end

-- ---- enums ----

local function labels_of(node)
  local set = {}
  for _, label in ipairs(node.enums) do set[label] = true end
  return set
end

local function shorten(label)
  return #label > 11 and label:sub(1, 11) .. ".." or label
end

--- At most four labels.
local function summary(labels)
  if #labels == 0 then return "None" end
  local out = {}
  for i = 1, math.min(#labels, #labels > 4 and 3 or 4) do out[i] = shorten(labels[i]) end
  if #labels > 4 then
    out[4] = "..."
    out[5] = shorten(labels[#labels])
  end
  return table.concat(out, ", ")
end

local function not_a_label(node, value)
  return ("'%s' is not among the defined enum values. Enum name: %s. Possible values: %s"):format(tostring(value),
    tostring(core.get(node, "name") or "None"), summary(node.enums))
end

processors.register("ENUM", function(node)
  local labels, strict = labels_of(node), node.validate_strings
  return function(value)
    if value == nil or labels[value] or (type(value) == "string" and not strict) then return value end
    err.raise("StatementError", "(builtins.LookupError) " .. not_a_label(node, value))
  end
end, function(node)
  local labels = labels_of(node)
  return function(value)
    if value == nil or labels[value] then return value end
    err.raise("InvalidRequestError", not_a_label(node, value))
  end
end)

-- ---- JSON ----

local JSON = of("SQL_JSON")

--- The JSON null, in contrast to la.null(), which is SQL's.
JSON.NULL = setmetatable({}, {__tostring = function() return "JSON_NULL" end, __json = function() return nil end,
  __name = "JSON_NULL"})

local function is_sql_null(value)
  return core.is_node(value) and core.kind(value) == "NULL"
end

processors.register("SQL_JSON", function(node, dialect)
  local none_as_null = node.none_as_null
  local encode = attribute(dialect, "json_serializer") or core.json_encode
  return function(value)
    if rawequal(value, JSON.NULL) then return encode(core.null) end
    if is_sql_null(value) then return nil end
    if nothing_of(value) == nil then
      if none_as_null then return nil end
      return encode(core.null)
    end
    return encode(value)
  end
end, function(_, dialect)
  local decode = attribute(dialect, "json_deserializer") or core.json_decode
  return function(value)
    if type(value) ~= "string" then return value end
    return nothing_of(decode(value))
  end
end)

-- ---- arrays ----

local function same(x, y)
  if type(x) ~= "table" or type(y) ~= "table" or x == y then return x == y end
  for k, v in pairs(x) do
    if not same(v, y[k]) then return false end
  end
  for k in pairs(y) do
    if x[k] == nil then return false end
  end
  return core.is_json_array(x) == core.is_json_array(y) or next(x) ~= nil
end

local function compare_tables(_, x, y) return same(x, y) end
JSON.compare_values, of("SQL_ARRAY").compare_values = compare_tables, compare_tables

--- Where nobody says how deep an array is: is that an element, not an array of them? JSON has objects, also empty ones.
local function is_element(value, json)
  if type(value) ~= "table" or getmetatable(value) then return true end
  return value[1] == nil and (json or next(value) ~= nil)
end

local function each(list, depth, fn, json)
  local out = {}
  for i = 1, #list do
    local value = list[i]
    if depth == 1 or depth == nil and is_element(value, json) then
      value = fn(nothing_of(value))
      if value == nil then value = core.null end
    elseif type(value) == "table" then
      value = each(value, depth and depth - 1, fn, json)
    end
    out[i] = value
  end
  return out
end

--- The function that reads the elements of an array, or nil.
function processors.of_elements(node, dialect)
  local fn, dimensions = node.item_type:result_processor(dialect), node.dimensions
  if not fn then return nil end
  return function(value)
    if type(value) ~= "table" then return value end
    return each(value, dimensions, fn)
  end
end

processors.register("SQL_ARRAY", function(node, dialect)
  local fn, dimensions = node.item_type:bind_processor(dialect), node.dimensions
  local impl = dialect.core and core.type_impl(node.item_type, dialect.core, dialect) or node.item_type
  local json, bytes = core.type_isa(impl, JSON._id), core.type_isa(impl, of("ANYBINARY")._id)
  return function(value)
    if type(value) ~= "table" then return value end
    return core.array_value(fn and each(value, dimensions, fn, json) or value, bytes)
  end
end, function(node, dialect)
  return processors.of_elements(node, dialect)
end)

-- ---- serialized values ----

local PICKLER = {dumps = core.json_encode, loads = core.json_decode}
local Pickle = of("PICKLETYPE")

--- The function `name` of the type's pickler: an object or a table with dumps(value) and loads(bytes).
local function pickler(node, name)
  local given = node.pickler
  if nothing_of(given) == nil then given = PICKLER end
  local fn = given[name]
  if not fn then err.raise("ArgumentError", "PickleType: argument 'pickler' must have functions dumps and loads") end
  return fn
end

processors.register("PICKLETYPE", function(node)
  local dumps = pickler(node, "dumps")
  return function(value)
    value = nothing_of(value)
    if value == nil then return nil end
    return dumps(value)
  end
end, function(node)
  local loads = pickler(node, "loads")
  return function(value)
    value = nothing_of(value)
    if value == nil then return nil end
    return loads(value)
  end
end)

function Pickle.compare_values(node, x, y)
  if node.comparator then return node.comparator(x, y) end
  return same(x, y)
end

return processors
