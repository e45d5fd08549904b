--- Defaults of columns: values, functions, SQL, sequences; those of the server; identity and computed columns.
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local options = require "lualchemy.sql.schema_options"

local schema = core.schema
local given = base.given

local NUMBERS = {"start", "increment", "minvalue", "maxvalue", "cache"}
local FLAGS = {"nominvalue", "nomaxvalue", "cycle", "order"}
local IDENTITY_OPTIONS = base.keywords("start increment minvalue maxvalue nominvalue nomaxvalue cycle cache order")

-- ---- defaults that the client computes ----

local ColumnDefault = base.class("ColumnDefault", base.kinds("COLUMN_DEFAULT"))
local DefaultGenerator = base.class("DefaultGenerator", base.kinds("COLUMN_DEFAULT", "SEQUENCE"))
local FetchedValue = base.class("FetchedValue", base.kinds("SERVER_DEFAULT", "COMPUTED", "IDENTITY"))

local function is_callable(x)
  if type(x) == "function" then return true end
  local meta = type(x) == "table" and getmetatable(x)
  return type(meta) == "table" and meta.__call ~= nil
end

--- Functions of the library take no context: what it would be to them is an argument of their own.
local function wrap(fn)
  local info = type(fn) == "function" and debug and debug.getinfo(fn, "S")
  if info and info.what == "C" then return function() return fn() end end
  return fn
end

local function new_default(arg, for_update)
  local fields = {for_update = for_update and 1 or 0}
  local node = core.element(arg)
  if node and FetchedValue:is(node) then
    err.raise("ArgumentError", "ColumnDefault may not be a server-side default type.")
  elseif node then
    fields.arg = node
  elseif is_callable(arg) then
    fields.callable = wrap(arg)
  else
    fields.value = arg
  end
  return core.new("COLUMN_DEFAULT", fields)
end

ColumnDefault.new = function(...)
  local p, o = base.brace("ColumnDefault", base.keywords("arg for_update"), ...)
  local arg = p[1]
  if arg == nil then arg = o.arg end
  return new_default(arg, given(o.for_update))
end

--- The default generator that x stands for, unless it is one.
local function as_default(x, for_update)
  local node = core.element(x)
  if node and DefaultGenerator:is(node) then
    if for_update and core.get(node, "for_update") == 0 then return core.with(node, {for_update = 1}) end
    return node
  end
  return new_default(x, for_update)
end

core.getters({"COLUMN_DEFAULT"}, {
  is_callable = function(d) return core.has(d, "callable") end,
  is_clause_element = function(d) return core.has(d, "arg") end,
  is_scalar = function(d) return core.has(d, "value") end,
  is_sequence = function() return false end,
  is_sentinel = function(d) return core.get(d, "is_sentinel") == 1 end,
  has_arg = function(d) return core.get(d, "is_sentinel") == 0 end,
  arg = function(d)
    if core.has(d, "callable") then return core.get(d, "callable") end
    return schema.hold(core.get(d, "arg")) or core.get(d, "value")
  end,
})

--- The default of insert_sentinel(): none that a client or server computes.
local function sentinel_default()
  return core.new("COLUMN_DEFAULT", {is_sentinel = 1})
end

-- ---- defaults of the server ----

local DefaultClause = base.class("DefaultClause", function(x)
  return core.kind(x) == "SERVER_DEFAULT" and core.has(x, "arg")
end)

local function new_server_default(arg, for_update)
  local node = core.element(arg)
  if not node and type(arg) ~= "string" then
    err.raise("ArgumentError", "Argument 'arg' is expected to be one of type 'str', 'ClauseElement' or 'TextClause', "
      .. "got '%s'", type(arg))
  end
  return core.new("SERVER_DEFAULT",
    {for_update = for_update and 1 or 0, arg = node or core.new("STR", {s = arg})})
end

--- DEFAULT of the server.
DefaultClause.new = function(...)
  local p, o = base.brace("DefaultClause", base.keywords("arg for_update"), ...)
  local arg = p[1]
  if arg == nil then arg = o.arg end
  return new_server_default(arg, given(o.for_update))
end

--- The server has a value for the column; nothing is said of it in CREATE TABLE.
--- @param ... any for_update
FetchedValue.new = function(...)
  local p, o = base.brace("FetchedValue", base.keywords("for_update"), ...)
  local for_update = p[1]
  if for_update == nil then for_update = given(o.for_update) end
  return core.new("SERVER_DEFAULT", {for_update = for_update and 1 or 0})
end

local function as_server_default(x, for_update)
  local node = core.element(x)
  if not node or not FetchedValue:is(node) then return new_server_default(x, for_update) end
  if core.kind(node) ~= "SERVER_DEFAULT" or (core.get(node, "for_update") == 1) == for_update then return node end
  return core.with(node, {for_update = for_update and 1 or 0})
end

core.getters({"SERVER_DEFAULT"}, {
  has_argument = function(d) return core.has(d, "arg") end,
  reflected = function(d) return core.get(d, "reflected") == 1 end,
  arg = function(d)
    local arg = core.get(d, "arg")
    return arg and core.kind(arg) == "STR" and core.get(arg, "s") or schema.hold(arg)
  end,
})

-- ---- sequences and identity ----

--- The options of a sequence out of positional arguments and keywords, checked.
local function identity_options(who, o)
  local found = {}
  for _, name in ipairs(NUMBERS) do
    local value = given(o[name])
    if value ~= nil and type(value) ~= "number" and not tostring(value):match("^[+-]?%d+$") then
      err.raise("ArgumentError", "%s: argument '%s' must be an integer, got %s", who, name, type(value))
    end
    found[name] = value
  end
  for _, name in ipairs(FLAGS) do found[name] = given(o[name]) end
  return options.pairs(found)
end

--- GENERATED … AS IDENTITY.
--- @param ... any always, on_null, start, increment, minvalue, maxvalue, nominvalue, nomaxvalue, cycle, cache, order
local Identity = base.class("Identity", base.kinds("IDENTITY"), function(...)
  local p, o = base.brace("Identity", base.keywords("always on_null", IDENTITY_OPTIONS), ...)
  local always = p[1]
  if always == nil then always = o.always end
  local on_null = p[2]
  if on_null == nil then on_null = o.on_null end
  return core.new("IDENTITY", {
    always = always == nil and -1 or base.tri(always), on_null = base.tri(on_null),
    options = identity_options("Identity", o),
  })
end)

local SEQUENCE_ORDER = {"start", "increment", "minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "schema",
  "cache", "order", "data_type", "optional", "quote", "metadata", "quote_schema", "for_update"}
local SEQUENCE = base.keywords("name schema data_type optional quote metadata quote_schema for_update",
  IDENTITY_OPTIONS)

local function sequence_schema(o, metadata)
  if o.schema == base.BLANK_SCHEMA then return nil end
  if given(o.schema) ~= nil then return base.name(o.schema, o.quote_schema, "Sequence") end
  return metadata and schema.name(metadata, "schema")
end

--- @param ... any options: start, increment, minvalue, maxvalue, nominvalue, nomaxvalue, cycle, cache, order, schema,
-- data_type, optional, metadata, quote, quote_schema
local Sequence = base.class("Sequence", base.kinds("SEQUENCE"), function(...)
  local p, o = base.brace("Sequence", SEQUENCE, ...)
  for i, name in ipairs(SEQUENCE_ORDER) do
    if p[i + 1] ~= nil then o[name] = p[i + 1] end
  end
  local metadata = given(o.metadata)
  local name = base.name(p[1] or o.name, o.quote, "Sequence")
  if not name then err.raise("ArgumentError", "Sequence: argument 'name' is missing") end
  local sequence = core.new("SEQUENCE", {
    name = name, schema = sequence_schema(o, metadata), optional = given(o.optional) and 1 or 0,
    for_update = given(o.for_update) and 1 or 0, data_type = given(o.data_type),
    options = identity_options("Sequence", o),
  })
  if metadata then schema.add_sequence(metadata, sequence) end
  return sequence
end)

for _, name in ipairs(NUMBERS) do
  core.getters({"SEQUENCE", "IDENTITY"}, {[name] = function(s) return options.read(core.get(s, "options"))[name] end})
end
for _, name in ipairs(FLAGS) do
  core.getters({"SEQUENCE", "IDENTITY"}, {[name] = function(s) return options.read(core.get(s, "options"))[name] end})
end

local function field(name)
  return function(x) return core.get(x, name) end
end

local function no() return false end

core.getters({"SEQUENCE"}, {
  name = field "name", schema = field "schema", metadata = field "metadata", data_type = field "data_type",
  optional = function(s) return core.get(s, "optional") == 1 end,
  is_sequence = function() return true end,
  is_callable = no, is_scalar = no, is_clause_element = no,
})
core.getters({"SERVER_DEFAULT", "IDENTITY", "COMPUTED"}, {is_clause_element = no})
core.getters({"IDENTITY", "COMPUTED"}, {has_argument = no, reflected = no})
core.methods({"SEQUENCE"}, {
  --- The SQL expression of its next value.
  next_value = function(s) return require("lualchemy.sql.functions").func.next_value(s) end,
})
core.getters({"IDENTITY"}, {
  always = function(i) return base.from_tri(core.get(i, "always")) end,
  on_null = function(i) return base.from_tri(core.get(i, "on_null")) end,
})
local NO_UPDATE = {IDENTITY = true, COMPUTED = true}
local SERVER = {SERVER_DEFAULT = true, IDENTITY = true, COMPUTED = true}
core.getters({"COLUMN_DEFAULT", "SERVER_DEFAULT", "SEQUENCE", "IDENTITY", "COMPUTED"}, {
  column = field "column",
  is_server_default = function(d) return SERVER[core.kind(d)] == true end,
  is_identity = function(d) return core.kind(d) == "IDENTITY" end,
  for_update = function(d) return not NO_UPDATE[core.kind(d)] and core.get(d, "for_update") == 1 end,
})

-- ---- computed columns ----

--- GENERATED ALWAYS AS (…).
--- @param ... any persisted: true (STORED), false (VIRTUAL)
local Computed = base.class("Computed", base.kinds("COMPUTED"), function(...)
  local p, o = base.brace("Computed", base.keywords("sqltext persisted"), ...)
  local persisted = p[2]
  if persisted == nil then persisted = o.persisted end
  return core.new("COMPUTED", {
    sqltext = base.sql(p[1] or o.sqltext, "Computed", "sqltext"), persisted = base.tri(persisted),
  })
end)

core.getters({"COMPUTED"}, {
  sqltext = function(c) return schema.hold(core.get(c, "sqltext")) end,
  persisted = function(c) return base.from_tri(core.get(c, "persisted")) end,
})

return {
  public = {
    ColumnDefault = ColumnDefault, DefaultClause = DefaultClause, FetchedValue = FetchedValue, Identity = Identity,
    Sequence = Sequence, Computed = Computed, DefaultGenerator = DefaultGenerator,
  },
  as_default = as_default, as_server_default = as_server_default, sentinel_default = sentinel_default,
}
