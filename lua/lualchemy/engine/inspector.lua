--- la.inspect(engine or connection): what is in a database.
--
-- Each database has a catalogue: a table of functions(connection, …) in engine/catalogue_<dialect>.lua (what there is)
-- and engine/reflect_<dialect>.lua (what a table is made of).
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

--- @class lualchemy.Inspector
--- @field default_schema_name string the schema that names without one are in
--- @field info_cache table what was read
local Inspector = {__name = "lualchemy.Inspector"}

local READABLE = {sqlite = true, postgresql = true}

--- The function of that name: about the whole database, or about one table.
local function catalogue(self, name)
  local dialect = self.dialect.name
  if not READABLE[dialect] then err.raise("NotSupportedError", "the catalogue of %s cannot be read", dialect) end
  return require("lualchemy.engine.catalogue_" .. dialect)[name]
    or require("lualchemy.engine.reflect_" .. dialect)[name]
end

--- @param bind lualchemy.Engine|lualchemy.Connection
function Inspector.new(bind)
  if getmetatable(bind) == Inspector then return bind end
  local Engine, Connection = require("lualchemy.engine.engine").Engine, require "lualchemy.engine.connection"
  if not (Engine:is(bind) or Connection:is(bind)) then
    err.raise("NoInspectionAvailable", "No inspection system is available for object of type %s", type(bind))
  end
  return setmetatable({bind = bind, engine = bind.engine, dialect = bind.dialect, info_cache = {}}, Inspector)
end

--- Runs fn(connection) with the connection inspected, or one of the engine.
local function with_connection(self, fn)
  local Engine = require("lualchemy.engine.engine").Engine
  if Engine:is(self.bind) then return self.bind:connect(fn) end
  return fn(self.bind)
end

--- Calls catalogue[name](connection, …), once for the same arguments.
local function ask(self, name, ...)
  local fn = catalogue(self, name)
  if not fn then err.raise("NotImplementedError", "%s is not supported on %s", name, self.dialect.name) end
  local key = {name}
  for i = 1, select("#", ...) do
    local given = select(i, ...)
    key[#key + 1] = given == nil and "-" or #given .. ":" .. given
  end
  key = table.concat(key)
  if self.info_cache[key] == nil then
    local given = {n = select("#", ...), ...}
    self.info_cache[key] = {with_connection(self, function(connection)
      return fn(connection, compat.unpack(given, 1, given.n))
    end)}
  end
  return self.info_cache[key][1]
end

local function schema_of(options)
  local schema = options
  if type(options) == "table" then schema = options.schema end
  return schema ~= core.null and schema or nil
end

--- Is there a table (or view) of that name?
--- @param name string
--- @param options? string|{schema: string} the schema
--- @return boolean
function Inspector:has_table(name, options)
  self.info_cache = {}
  return ask(self, "has_table", name, schema_of(options))
end

--- Which of these tables (or views) are there? By "schema.name", or "name" where there is no schema.
--- @param table_names string[]
--- @param options? string|{schema: string} the schema
--- @return table<string, boolean>
function Inspector:has_multi_table(table_names, options)
  if not args.is_plain(table_names) then
    err.raise("ArgumentError", "has_multi_table: argument 'table_names' must be an array of names, got %s",
      type(table_names))
  end
  self.info_cache = {}
  local schema, out = schema_of(options), {}
  local existing = catalogue(self, "existing")
  local found = with_connection(self, function(connection) return existing(connection, table_names, schema) end)
  for _, name in ipairs(table_names) do out[schema and schema .. "." .. name or name] = found[name] or false end
  return out
end

--- @param name string
--- @param options? string|{schema: string} the schema
--- @return boolean
function Inspector:has_sequence(name, options)
  self.info_cache = {}
  return ask(self, "has_sequence", name, schema_of(options))
end

--- Is there a type of that name, as CREATE TYPE makes it?
--- @param name string
--- @param options? string|{schema: string} the schema
--- @return boolean
function Inspector:has_type(name, options)
  self.info_cache = {}
  return ask(self, "has_type", name, schema_of(options))
end

--- @param name string
--- @return boolean
function Inspector:has_schema(name)
  for _, schema in ipairs(self:get_schema_names()) do
    if schema == name then return true end
  end
  return false
end

--- @param table_name string
--- @param index_name string
--- @param options? string|{schema: string} the schema
--- @return boolean
function Inspector:has_index(table_name, index_name, options)
  if not self:has_table(table_name, options) then return false end
  for _, index in ipairs(self:get_indexes(table_name, options)) do
    if index.name == index_name then return true end
  end
  return false
end

for _, name in ipairs{"get_table_names", "get_view_names", "get_temp_table_names", "get_temp_view_names",
  "get_sequence_names",
  "get_materialized_view_names"} do
  Inspector[name] = function(self, options)
    local internal = type(options) == "table" and options.sqlite_include_internal and "internal" or nil
    return ask(self, name, schema_of(options), internal)
  end
end

--- @return string[]
function Inspector:get_schema_names() return ask(self, "get_schema_names") end

--- Each of these raises NoSuchTableError if there is no such table.
for _, name in ipairs{"get_columns", "get_pk_constraint", "get_foreign_keys", "get_indexes", "get_unique_constraints",
  "get_check_constraints", "get_table_comment", "get_table_options", "get_view_definition"} do
  local named = name == "get_view_definition" and "view_name" or "table_name"
  Inspector[name] = function(self, table_name, options)
    if args.is_options(table_name) then table_name, options = args.pick(table_name, named) end
    local schema = schema_of(options)
    local how = type(options) == "table" and options.postgresql_ignore_search_path and "ignore_search_path" or nil
    local found = ask(self, "has_table", table_name, schema) and ask(self, name, table_name, schema, how)
    if not found then err.raise("NoSuchTableError", "%s", schema and (schema .. "." .. table_name) or table_name) end
    return found
  end
end

--- Can the database tell this?
function Inspector:_supports(name) return catalogue(self, name) ~= nil end

function Inspector:_ask(name, options, about)
  if about ~= nil then return ask(self, name, about, schema_of(options)) end
  return ask(self, name, schema_of(options))
end

args.by_name(Inspector, {
  has_table = "self table_name schema", has_sequence = "self sequence_name schema", has_type = "self type_name schema",
  has_schema = "self schema_name", has_index = "self table_name index_name schema",
})

--- Forgets what was read: it is read again when it is asked for.
function Inspector:clear_cache() self.info_cache = {} end

Inspector.__index = function(self, key)
  local member = Inspector[key]
  if member ~= nil then return member end
  if key == "default_schema_name" then
    return with_connection(self, function() return self.dialect.default_schema_name end)
  end
  if type(key) == "string" and key:sub(1, 1) ~= "_" then
    err.raise("AttributeError", "'Inspector' object has no attribute '%s'", key)
  end
end

--- la.Inspector(bind), la.Inspector.from_engine(bind): the older ways to say la.inspect(bind).
--- @param bind lualchemy.Engine|lualchemy.Connection
--- @return lualchemy.Inspector
function Inspector.from_engine(bind)
  local known = type(bind) == "table" and getmetatable(bind)
  local name = type(known) == "table" and rawget(known, "__name")
  if name ~= "lualchemy.Engine" and name ~= "lualchemy.Connection" then
    err.raise("ArgumentError", "Inspector: argument 'bind' must be an engine or a connection, got %s", type(bind))
  end
  return Inspector.new(bind)
end
setmetatable(Inspector, {__call = function(_, bind) return Inspector.from_engine(bind) end})

Inspector.is = function(_, x) return type(x) == "table" and getmetatable(x) == Inspector end

return Inspector
