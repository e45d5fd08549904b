--- MetaData and Table.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local element_class = require "lualchemy.sql.element_class"
local err = require "lualchemy.error"
local options = require "lualchemy.sql.schema_options"
local type_params = require "lualchemy.sql.type_params"

local schema = core.schema
local given, spec = base.given, base.spec

-- ---- MetaData ----

local MetaData

local function fill_metadata(metadata, ...)
  local p, o = args.brace("MetaData", base.keywords("schema quote_schema naming_convention info"), ...)
  local name = p[1] or o.schema
  if given(name) ~= nil and type(base.plain(name)) ~= "string" then
    err.raise("ArgumentError", "expected schema argument to be a string, got %s.", type(name))
  end
  local naming = given(p[3] or o.naming_convention)
  return core.set(metadata, {
    schema = base.name(name, p[2] or o.quote_schema, "MetaData"),
    naming = naming and next(naming) ~= nil and naming or nil, info = given(p[4] or o.info),
  })
end

local function new_metadata(object)
  return type_params.know_metadata(core.new("METADATA", {id = type_params.new_metadata_id(), object = object}))
end

--- Tables that belong together: MetaData(), MetaData("schema"), MetaData{schema = …, naming_convention = {…}}.
--- @param ... any schema, then quote_schema, naming_convention, info
--- @return any metadata
MetaData = base.class("MetaData", base.kinds("METADATA"), function(...) return fill_metadata(new_metadata(), ...) end)
element_class.root(MetaData, {
  kind = "METADATA", init = fill_metadata,
  make = function(class, ...)
    local metadata = new_metadata(element_class.object(class))
    class.__init__(metadata, ...)
    return metadata
  end,
})

local function is_schema_table(x)
  return core.kind(x) == "TABLE" and core.has(x, "spec")
end

--- metadata.tables: by key, in the order in which they were made.
local Tables = {__name = "lualchemy.tables"}
local methods = {}

function methods.keys(tables)
  local out = {}
  for i, t in ipairs(schema.tables(tables[Tables])) do out[i] = core.get(spec(t), "key") end
  return out
end

function methods.values(tables)
  return schema.tables(tables[Tables])
end

function methods.contains(tables, key)
  return schema.table(tables[Tables], key) ~= nil
end

function methods.get(tables, key)
  return schema.table(tables[Tables], key)
end

Tables.__index = function(tables, key)
  local found = type(key) == "string" and schema.table(rawget(tables, Tables), key)
  if found then return found end
  if type(key) == "number" then return schema.tables(rawget(tables, Tables))[key] end
  return methods[key]
end
Tables.__newindex = function()
  err.raise("InvalidRequestError", "metadata.tables cannot be written to: make a Table, or call metadata:remove(table)")
end
Tables.__len = function(tables) return #schema.tables(rawget(tables, Tables)) end
Tables.__pairs = function(tables)
  local list, i = schema.tables(rawget(tables, Tables)), 0
  return function()
    i = i + 1
    if list[i] then return core.get(spec(list[i]), "key"), list[i] end
  end
end

core.getters({"METADATA"}, {
  tables = function(metadata) return setmetatable({[Tables] = metadata}, Tables) end,
  schema = function(metadata) return core.get(metadata, "schema") end,
  naming_convention = function(metadata)
    return core.get(metadata, "naming") or require("lualchemy.sql.schema_naming").DEFAULT
  end,
  sorted_tables = function(metadata)
    local list = schema.tables(metadata)
    table.sort(list, function(a, b) return core.get(spec(a), "key") < core.get(spec(b), "key") end)
    return require("lualchemy.sql.schema_sort").sort_tables(list)
  end,
})
core.methods({"METADATA"}, {
  --- Forgets all tables.
  clear = function(metadata) schema.clear(metadata) end,
  --- Forgets a table.
  remove = function(metadata, t) schema.remove(metadata, (args.place("table", t))) end,
  --- Is there this table, or one of this key?
  contains = function(metadata, t)
    local key = type(t) == "string" and t or core.get(spec(t), "key")
    return schema.table(metadata, key) ~= nil
  end,
})

-- ---- Table ----

local KEYWORDS = base.keywords([[schema quote quote_schema autoload_with autoload_replace keep_existing extend_existing
  must_exist resolve_fks include_columns implicit_returning comment info listeners prefixes name metadata _extend_on
  _reflect_info]], {_dialect = true})

local function key_of(name, schema_)
  name, schema_ = base.plain(name), base.plain(schema_)
  return schema_ and schema_ .. "." .. name or name
end

--- The schema that the table is to be in: a name, or nil.
local function schema_of(o, metadata)
  if o.schema == base.BLANK_SCHEMA then return nil end
  if given(o.schema) == nil then return schema.name(metadata, "schema") end
  return base.name(o.schema, o.quote_schema, "Table")
end

local function append_column(t, column, replace)
  base.attach(schema.attach_column, t, column, replace or false)
end

local function append_constraint(t, item)
  base.attach(schema.attach, t, item)
end

local function add_item(t, item, replace)
  local node = core.element(item)
  local kind = node and core.kind(node)
  if kind == "COLUMN" and core.has(node, "spec") then return append_column(t, node, replace) end
  if kind == "CONSTRAINT" or kind == "INDEX" then return append_constraint(t, node) end
  err.raise("ArgumentError", "'SchemaItem' object, such as a 'Column' or a 'Constraint' expected, got %s",
    base.shown(item))
end

local function prefixes_of(o)
  local expression = given(o.prefixes) and require "lualchemy.sql.expression"
  local out = {}
  for i, prefix in ipairs(given(o.prefixes) or {}) do
    out[i] = type(prefix) == "string" and expression.text(prefix) or prefix
  end
  return out
end

local function set_options(t, o)
  local fields = {}
  for _, name in ipairs{"comment", "info"} do
    if o[name] ~= nil then fields[name] = given(o[name]) end
  end
  if o.implicit_returning ~= nil then fields.implicit_returning = given(o.implicit_returning) and 1 or 0 end
  local found = options.take("Table", o, KEYWORDS)
  if #found > 0 then fields.options = options.merge(core.get(spec(t), "options"), found) end
  core.set(spec(t), fields)
end

local function add_items(t, p, o, replace)
  local event = given(o.listeners) and require "lualchemy.event"
  for _, listener in ipairs(given(o.listeners) or {}) do event.listen(t, listener[1], listener[2]) end
  if given(o.autoload_with) ~= nil then base.autoload(t, o) end
  for i = 3, p.n do
    if p[i] ~= nil and p[i] ~= core.null then add_item(t, p[i], replace) end
  end
end

local function extend(t, p, o)
  if given(o.schema) ~= nil and base.plain(o.schema) ~= core.get(t, "schema") then
    err.raise("ArgumentError", "Can't change schema of existing table from '%s' to '%s'",
      tostring(core.get(t, "schema")), base.plain(o.schema))
  end
  if o.quote ~= nil or o.quote_schema ~= nil then
    err.raise("ArgumentError", "Can't redefine 'quote' or 'quote_schema' arguments")
  end
  if given(o.include_columns) ~= nil then
    local wanted = {}
    for _, name in ipairs(o.include_columns) do wanted[name] = true end
    for _, column in ipairs(core.columns(t):values()) do
      if not wanted[column.name] then schema.column_remove(t, column) end
    end
  end
  set_options(t, o)
  add_items(t, p, o, true)
end

local function existing(t, key, p, o)
  local keep, extends = given(o.keep_existing), given(o.extend_existing)
  if not keep and not extends and p.n > 2 then
    err.raise("InvalidRequestError", "Table '%s' is already defined for this MetaData instance.  Specify "
      .. "'extend_existing=True' to redefine options and columns on an existing Table object.", key)
  end
  if extends then extend(t, p, o) end
  return t
end

local function fill(t, p, o)
  core.set(spec(t), {prefixes = prefixes_of(o)})
  set_options(t, o)
  add_items(t, p, o, given(o.extend_existing) or given(o.keep_existing) or given(o.autoload_with) ~= nil)
end

--- A new table; init(t, …) says what is in it.
local function create(t, metadata, init, ...)
  base.fire(t, "before_parent_attach", t, metadata)
  local ok, e = pcall(init, t, ...)
  if not ok then
    schema.remove(metadata, t)
    error(e, 0)
  end
  base.fire(t, "after_parent_attach", t, metadata)
  return t
end

local Table

--- The table that is there, or a new one without anything in it; of a class, where one is given.
local function find_or_new(p, o, class)
  local name, metadata = p[1] or o.name, p[2] or o.metadata
  if type(base.plain(name)) ~= "string" or not MetaData:is(metadata) then
    err.raise("ArgumentError", "Table() takes at least two positional-only arguments 'name' and 'metadata'")
  end
  if given(o.keep_existing) and given(o.extend_existing) then
    err.raise("ArgumentError", "keep_existing and extend_existing are mutually exclusive.")
  end
  local schema_ = schema_of(o, metadata)
  local key = key_of(name, schema_)
  local t = schema.table(metadata, key)
  if t then return existing(t, key, p, o) end
  if given(o.must_exist) then err.raise("InvalidRequestError", "Table '%s' not defined", key) end
  t = schema.table_new(metadata, base.name(name, o.quote, "Table"), schema_)
  if class then core.set(spec(t), {object = element_class.object(class)}) end
  return t, metadata
end

--- Table("name", metadata, columns and constraints…, {options}), or all of it in braces.
--- @param ... any Column, constraints and indexes; options: schema, comment, info, prefixes, quote, extend_existing,
-- keep_existing, must_exist, autoload_with, implicit_returning, listeners, <dialect>_…
--- @return any table
Table = base.class("Table", is_schema_table, function(...)
  local p, o = args.brace("Table", KEYWORDS, ...)
  local t, new = find_or_new(p, o)
  return new and create(t, new, fill, p, o) or t
end)

--- Keywords that a class of the user's takes for itself are no concern of what makes its instance.
local ANY = setmetatable({}, {__index = function() return true end})

element_class.root(Table, {
  kind = "TABLE",
  make = function(class, ...)
    local p, o = args.brace("Table", ANY, ...)
    local t, new = find_or_new(p, o, class)
    return new and create(t, new, class.__init__, ...) or t
  end,
  --- What a class derived from Table calls in its own __init__.
  init = function(t, ...) fill(t, args.brace("Table", KEYWORDS, ...)) end,
})

return {
  public = {MetaData = MetaData, Table = Table, BLANK_SCHEMA = base.BLANK_SCHEMA},
  append_column = append_column, append_constraint = append_constraint, key_of = key_of,
}
