--- What the constructors of types take, and where their arguments are kept: in fields of the TYPE node, in its bits,
-- or in its list of options.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local params = {}

--- By ID: positional arguments in order, then `keywords` that are never positional; `rest` takes all positional ones.
-- A class without an entry takes what the next class along its resolution order takes.
local signatures = {
  ENGINE = {},
  STRING = {"length", "collation", "collation_schema"},
  ANYBINARY = {"length"},
  NUMERIC = {"precision", "scale", "decimal_return_scale", "asdecimal"},
  FLOAT = {"precision", "asdecimal", "decimal_return_scale"},
  BOOLEAN = {"create_constraint", "name"},
  DATETIME = {"timezone"},
  TIME = {"timezone"},
  INTERVAL = {"native", "second_precision", "day_precision"},
  ENUM = {rest = "enums", keywords = {"native_enum", "create_constraint", "length", "validate_strings", "omit_aliases",
    "sort_key_function", "name", "schema", "metadata", "inherit_schema", "quote"}},
  PICKLETYPE = {"protocol", "pickler", "comparator", "impl"},
  SQL_JSON = {"none_as_null"},
  SQL_ARRAY = {"item_type", "as_tuple", "dimensions", "zero_indexes"},
  UUID = {"as_uuid", "native_uuid"},
  SQL_UUID = {"as_uuid"},
  TUPLETYPE = {rest = "types"},
}

--- What was found: the signatures of classes, the names that signatures accept.
local found, names = setmetatable({}, {__mode = "k"}), setmetatable({}, {__mode = "k"})

--- Adds the signatures of a dialect's classes.
function params.define(more)
  for id, signature in pairs(more) do signatures[id] = signature end
  found = setmetatable({}, {__mode = "k"})
end

local function find_signature(class)
  if class._info.dialect ~= "" then require("lualchemy.dialects." .. class._info.dialect .. ".types") end
  for _, c in ipairs(class._mro) do
    local signature = not rawget(c, "_user") and signatures[c._info.id]
    if signature then return signature end
  end
end

--- The signature of a library's class.
function params.signature(class)
  local signature = found[class]
  if signature == nil then
    signature = find_signature(class)
    found[class] = signature
  end
  return signature
end

--- The keywords of a signature as a set, positional ones included.
local function accepted(signature)
  local set = names[signature]
  if set then return set end
  set = {}
  names[signature] = set
  for _, name in ipairs(signature) do set[name] = true end
  for _, name in ipairs(signature.keywords or {}) do set[name] = true end
  return set
end

--- Does the class take an argument of that name?
function params.takes(class, name)
  local signature = params.signature(class)
  return signature.rest == name or accepted(signature)[name] == true
end

--- Fields of the node: name of the argument -> {field, sort}.
local FIELDS = {
  length = {"length", "int"}, precision = {"precision", "int"}, scale = {"scale", "int"},
  dimensions = {"dimensions", "int"}, name = {"name", "str"}, schema = {"schema", "str"},
  collation = {"collation", "str"}, item_type = {"item", "type"}, data_type = {"item", "type"},
  text_type = {"item", "type"}, astext_type = {"item", "type"}, impl = {"impl", "type"},
  metadata = {"metadata", "metadata"}, enums = {"labels", "labels"}, values = {"labels", "labels"},
  types = {"labels", "types"},
}
local LENGTH_MAX = -2

local function refuse(class, name, given, wanted)
  err.raise("ArgumentError", "%s(): argument '%s' must be %s, got %s", class._name, name, wanted, type(given))
end

--- Checks an argument of a field and gives the value of the field.
local convert = {}

function convert.int(class, name, value)
  if name == "length" and value == "max" then return LENGTH_MAX end
  if type(value) ~= "number" or value ~= math.floor(value) then refuse(class, name, value, "an integer") end
  return value
end

function convert.str(class, name, value)
  if core.is_node(value) and core.kind(value) == "STR" then return value end
  if type(value) ~= "string" then refuse(class, name, value, "a string") end
  return value
end

local function check_collation(class, given)
  if given.collation_schema ~= nil and given.collation == nil then
    err.raise("ArgumentError", "the 'collation_schema' parameter of %s requires the 'collation' parameter to also be "
      .. "present", class._name)
  end
  if given.collation_schema then convert.str(class, "collation_schema", given.collation_schema) end
end

function convert.type(class, name, value)
  local node = core.element(value)
  if not node or core.kind(node) ~= "TYPE" then refuse(class, name, value, "a type") end
  return node
end

--- Types know the MetaData that creates them by its number: it lives as long as others need it.
local metadata_of = setmetatable({}, {__mode = "v"})
local last_id = 0

--- The number of a new MetaData.
function params.new_metadata_id()
  last_id = last_id + 1
  return last_id
end

--- Makes a MetaData known to the types that name it.
function params.know_metadata(metadata)
  metadata_of[core.get(metadata, "id")] = metadata
  return metadata
end

function convert.metadata(class, name, value)
  if not core.is_node(value) or core.kind(value) ~= "METADATA" then refuse(class, name, value, "a MetaData") end
  return core.get(params.know_metadata(value), "id")
end

function convert.labels(class, name, value)
  for _, label in ipairs(value) do
    if type(label) ~= "string" then refuse(class, name, label, "strings") end
  end
  return value
end

function convert.types(class, name, value)
  local out = {}
  for i, t in ipairs(value) do out[i] = convert.type(class, name, t) end
  return out
end

local function has_bit(sum, bit)
  return math.floor(sum / bit) % 2 == 1
end

local function with_bit(sum, bit, on)
  if has_bit(sum, bit) == on then return sum end
  return on and sum + bit or sum - bit
end

local function repr(value)
  if type(value) == "string" then return ("%q"):format(value) end
  return tostring(value)
end

local function option(name, value)
  local node = core.element(value) or core.new("CONST", {value = value, repr = repr(value)})
  return core.new("PAIR", {key = core.new("STR", {s = name}), value = node})
end

local function option_value(pair)
  local node = core.get(pair, "value")
  if core.kind(node) == "CONST" then return core.get(node, "value") end
  return node
end

--- options without the one called name.
local function without(options, name)
  local out = {}
  for _, pair in ipairs(options) do
    if core.get(core.get(pair, "key"), "s") ~= name then out[#out + 1] = pair end
  end
  return out
end

--- A decorator writes expressions around values if what it wraps does.
local function inherited_bits(bits, impl)
  for _, name in ipairs{"_has_bind_expression", "_has_column_expression"} do
    local bit = core.type_bits[name]
    if has_bit(core.get(impl, "bits"), bit) then bits = with_bit(bits, bit, true) end
  end
  return bits
end

--- Tells a MetaData of a type that was made with it.
function params.note_type(metadata, t)
  local types = core.get(metadata, "types")
  if not types then
    core.set(metadata, {types = {t}})
    return
  end
  types[#types + 1] = t
end

--- Puts arguments {name = value} into `node`, which must be a copy of its own; core.null is Python's None.
function params.fill(class, node, given)
  local fields = {}
  if given.collation_schema ~= nil then check_collation(class, given) end
  if given.quote ~= nil then
    if given.name and given.quote ~= core.null then given.name = core.schema.quoted(given.name, given.quote) end
    given.quote = nil
  end
  for name, value in pairs(given) do
    local field, bit = FIELDS[name], core.type_bits[name]
    if field then
      if value == core.null then
        fields[field[1]] = field[2] == "int" and -1 or core.null
      else
        fields[field[1]] = convert[field[2]](class, name, value)
      end
    elseif bit then
      if type(value) ~= "boolean" and value ~= core.null then refuse(class, name, value, "a boolean") end
      fields.bits = with_bit(fields.bits or core.get(node, "bits"), bit, value == true)
    else
      local options = without(fields.options or core.get(node, "options"), name)
      if value ~= core.null then options[#options + 1] = option(name, value) end
      fields.options = options
    end
  end
  if fields.impl and fields.impl ~= core.null then
    fields.bits = inherited_bits(fields.bits or core.get(node, "bits"), fields.impl)
  end
  if fields.metadata and given.schema == nil and core.is_node(given.metadata) then
    fields.schema = core.get(given.metadata, "schema")
  end
  core.set(node, fields)
  if fields.metadata and core.is_node(given.metadata) then params.note_type(given.metadata, node) end
  return core.seal(node)
end

--- What reads back the argument `name` of a type.
function params.read(node, name)
  local field, bit = FIELDS[name], core.type_bits[name]
  if not field then
    if bit then return has_bit(core.get(node, "bits"), bit) end
    for _, pair in ipairs(core.get(node, "options")) do
      if core.get(core.get(pair, "key"), "s") == name then return option_value(pair) end
    end
    return nil
  end
  local value = core.get(node, field[1])
  if field[2] == "int" then
    if value == LENGTH_MAX then return "max" end
    return value ~= -1 and value or nil
  elseif field[2] == "metadata" then
    return metadata_of[value]
  elseif field[2] == "labels" then
    local out = {}
    for i, label in ipairs(value) do out[i] = core.get(label, "s") end
    return out
  end
  return value
end

--- Arguments of a call as {name = value}, checked against the signature.
--- @param name string what the messages call the class
function params.take(name, signature, ...)
  local first = ...
  if select("#", ...) == 1 and type(first) ~= "table" and signature[1] then return {[signature[1]] = first} end
  local positional, given = args.brace(name, accepted(signature), ...)
  if signature.rest then
    given[signature.rest] = {}
    for i = 1, positional.n do given[signature.rest][i] = positional[i] end
    return given
  end
  if positional.n > #signature then
    err.raise("ArgumentError", "%s() takes %d positional arguments, got %d", name, #signature, positional.n)
  end
  for i = 1, positional.n do
    if positional[i] ~= nil then given[signature[i]] = positional[i] end
  end
  return given
end

return params
