--- Table(name, metadata, {autoload_with = engine}) and metadata:reflect(engine): tables as the database has them.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local api = require "lualchemy.sql.api"
local schema_base = require "lualchemy.sql.schema_base"
local as_it_is = require("lualchemy.engine.reflect_text").as_it_is
local Inspector = require "lualchemy.engine.inspector"

local function qualified(name, schema) return schema and (schema .. "." .. name) or name end

local function set_of(list)
  local set = {}
  for _, v in ipairs(list) do set[v] = true end
  return set
end

--- Listeners of column_reflect, of the MetaData, the table and its class, may change what is said of the column.
local function tell(t, inspector, facts)
  for _, item in ipairs{t.metadata, t} do schema_base.fire(item, "column_reflect", inspector, t, facts) end
end

local REPLACE = {replace_existing = true}

--- The table's column of that name: a listener may have given it another key.
local function column_named(t, name)
  if t.c:contains(name) and t.c[name].name == name then return t.c[name] end
  for _, column in ipairs(t.c:values()) do
    if column.name == name then return column end
  end
end

--- A default as a listener may have put it: text of SQL, an expression of it, or what a Column takes.
local function default_of(told)
  return type(told) == "string" and api.text(as_it_is(told)) or told
end

--- A column as the database, or a listener, tells of it.
local function made(facts, in_key)
  local options = {nullable = facts.nullable, primary_key = in_key or false, comment = facts.comment, key = facts.key,
    info = facts.info, autoincrement = facts.autoincrement, quote = facts.quote}
  for k, v in pairs(facts.dialect_options or {}) do options[k] = v end
  if facts.computed then
    return api.Column(facts.name, facts.type,
      api.Computed(as_it_is(facts.computed.sqltext), {persisted = facts.computed.persisted}), options)
  end
  if facts.identity then return api.Column(facts.name, facts.type, api.Identity(facts.identity), options) end
  if facts.default then options.server_default = default_of(facts.default) end
  return api.Column(facts.name, facts.type, options)
end

--- A plain column takes the place of one that a program has given a key of its own.
local function warn_of_key(t, column)
  local old = not t.c:contains(column.key) and column.key == column.name and column_named(t, column.name)
  if old then
    err.warn(('Column with user-specified key "%s" is being replaced with plain named column "%s", key "%s" is being '
      .. "removed.  If this is a reflection operation, specify autoload_replace=False to prevent this replacement.")
      :format(old.key, column.name, old.key))
  end
end

--- The columns of the primary key: those that were in it, then the others as the database orders them.
local function order_key(t, before, names)
  local list, known = {}, {}
  local function add(column)
    if column and column.primary_key and not known[column.key] then
      list[#list + 1], known[column.key] = column, true
    end
  end
  for _, key in ipairs(before) do add(t.c:contains(key) and t.c[key]) end
  for _, name in ipairs(names) do add(column_named(t, name)) end
  if #list == #t.primary_key.columns:keys() then core.set(t.primary_key, {columns = list}) end
end

--- @param kept table<string, true> the names of columns that stay as they are
local function add_columns(t, inspector, where, o, kept)
  local only = o.include_columns and set_of(o.include_columns)
  local exclude = set_of(o.exclude_columns or {})
  local before = t.primary_key.columns:keys()
  local key = inspector:get_pk_constraint(t.name, where)
  local keys = set_of(key.constrained_columns)
  for _, facts in ipairs(inspector:get_columns(t.name, where)) do
    local own = {}
    for k, v in pairs(facts) do own[k] = v end
    tell(t, inspector, own)
    if (not only or only[own.name]) and not exclude[own.name] and not kept[own.name] then
      local column = made(own, keys[facts.name] or set_of(t.primary_key.columns:keys())[own.key or own.name])
      warn_of_key(t, column)
      t:append_column(column, REPLACE)
    end
  end
  if key.name then core.set(t.primary_key, {name = key.name}) end
  order_key(t, before, key.constrained_columns)
end

--- The keys of the columns of these names, nil if one is not there. la.NULL stays.
local function keys_of(t, names)
  local keys = {}
  for i, name in ipairs(names) do
    local column = name ~= core.null and column_named(t, name)
    if not column and name ~= core.null then return nil end
    keys[i] = column and column.key or name
  end
  return keys
end

local function referred(metadata, key, o)
  local name = qualified(key.referred_table, key.referred_schema)
  if o.resolve_fks ~= false and not metadata.tables[name] then
    api.Table(key.referred_table, metadata, {schema = key.referred_schema or schema_base.BLANK_SCHEMA,
      autoload_with = o.autoload_with, _extend_on = o._extend_on,
      postgresql_ignore_search_path = o.postgresql_ignore_search_path})
  end
  local columns, known = {}, metadata.tables[name]
  for i, column in ipairs(key.referred_columns) do
    columns[i] = known and column_named(known, column) or name .. "." .. column
  end
  return columns
end

local function has_any(set, names)
  for _, name in ipairs(names) do
    if set[name] then return true end
  end
  return false
end

--- The columns of each foreign key that the table has, as one string.
local function columns_of_foreign_keys(t)
  local out = {}
  for _, constraint in ipairs(t.foreign_key_constraints) do out[table.concat(constraint.column_keys, "\0")] = true end
  return out
end

--- kept: the names of columns that stay as they were.
local function add_foreign_keys(t, inspector, where, o, kept)
  local before = columns_of_foreign_keys(t)
  for _, key in ipairs(inspector:get_foreign_keys(t.name, where)) do
    local names = keys_of(t, key.constrained_columns)
    if names and not has_any(kept, names) and not before[table.concat(names, "\0")] then
      local options = {name = key.name}
      for k, v in pairs(key.options) do options[k] = v end
      t:append_constraint(api.ForeignKeyConstraint(names, referred(t.metadata, key, o), options))
    end
  end
end

local unpack = require("lualchemy.compat").unpack

--- What an index is over: columns, sorted as they are, and expressions as text.
local function index_elements(t, index)
  local out = {}
  for i, name in ipairs(index.column_names) do
    if name == core.null then
      out[i] = api.text(as_it_is(index.expressions[i]))
    else
      out[i] = column_named(t, name)
      for _, option in ipairs(index.column_sorting and index.column_sorting[name] or {}) do
        out[i] = out[i][option](out[i])
      end
    end
  end
  return out
end

local function add_indexes(t, inspector, where)
  for _, index in ipairs(inspector:get_indexes(t.name, where)) do
    if not index.duplicates_constraint and keys_of(t, index.column_names) then
      local arguments = index_elements(t, index)
      local options = {_table = t, unique = index.unique == true or index.unique == 1}
      for k, v in pairs(index.dialect_options) do
        options[k] = k:find("_where$") and type(v) == "string" and api.text(as_it_is(v)) or v
      end
      arguments[#arguments + 1] = options
      api.Index(index.name, unpack(arguments))
    end
  end
end

--- Name and comment of a constraint, and what only its dialect says of it.
local function options_of(facts, class, dialect)
  local options = {name = facts.name, comment = facts.comment}
  for k, v in pairs(facts.dialect_options or {}) do
    local name = k:match("^" .. dialect .. "_(.*)") or k
    if core.schema.option_known(dialect, class, name) then options[dialect .. "_" .. name] = v end
  end
  return options
end

local function add_constraints(t, inspector, where)
  for _, unique in ipairs(inspector:get_unique_constraints(t.name, where)) do
    local arguments = keys_of(t, unique.column_names)
    if arguments then
      arguments[#arguments + 1] = options_of(unique, "UniqueConstraint", inspector.dialect.name)
      t:append_constraint(api.UniqueConstraint(unpack(arguments)))
    end
  end
  for _, check in ipairs(inspector:get_check_constraints(t.name, where)) do
    t:append_constraint(api.CheckConstraint(as_it_is(check.sqltext),
      options_of(check, "CheckConstraint", inspector.dialect.name)))
  end
end

--- Fills a table from the database; what it has already stays. Those of `_extend_on` have been.
function schema_base.autoload(t, o)
  if o._extend_on then
    if o._extend_on[core.id(t)] then return end
    o._extend_on[core.id(t)] = true
  end
  local inspector = Inspector:is(o.autoload_with) and o.autoload_with or Inspector.new(o.autoload_with)
  local schema = core.get(t, "schema")
  local where = {schema = schema, postgresql_ignore_search_path = o.postgresql_ignore_search_path}
  if not inspector:has_table(t.name, schema) then err.raise("NoSuchTableError", "%s", qualified(t.name, schema)) end
  local kept = {}
  for _, column in ipairs(o.autoload_replace == false and t.c:values() or {}) do kept[column.name] = true end
  add_columns(t, inspector, where, o, kept)
  add_foreign_keys(t, inspector, where, o, kept)
  add_indexes(t, inspector, where)
  add_constraints(t, inspector, where)
  if inspector:_supports("get_table_comment") then
    core.set(schema_base.spec(t), {comment = inspector:get_table_comment(t.name, where).text})
  end
end

--- Which of the names are wanted: all, those of a list, or those that a function(name, metadata) lets through.
local function wanted(metadata, names, only, engine, schema)
  if only == nil then return names end
  local list = {}
  if type(only) == "function" then
    for _, name in ipairs(names) do
      if only(name, metadata) then list[#list + 1] = name end
    end
    return list
  end
  local known, missing = set_of(names), {}
  for _, name in ipairs(only) do
    if not known[name] then missing[#missing + 1] = name end
  end
  if #missing > 0 then
    err.raise("InvalidRequestError", "Could not reflect: requested table(s) not available in %s: (%s)",
      tostring(engine) .. (schema and " schema '" .. schema .. "'" or ""), table.concat(missing, ", "))
  end
  return only
end

--- Loads the tables of a database that the MetaData has not yet.
--- @param bind lualchemy.Engine|lualchemy.Connection or the options, with a bind among them
--- @param options? lualchemy.ReflectOptions
local function reflect(metadata, bind, options)
  if args.is_plain(bind) then bind, options = bind.bind, bind end
  options = options or {}
  local inspector = Inspector.new(bind)
  local schema = options.schema or metadata.schema
  local where = {schema = schema}
  local names = inspector:get_table_names(where)
  if options.views then
    for _, kind in ipairs{"get_view_names", "get_materialized_view_names"} do
      local there = inspector:_supports(kind) and inspector[kind](inspector, where) or {}
      for _, name in ipairs(there) do names[#names + 1] = name end
    end
  end
  local done = {}
  for _, name in ipairs(wanted(metadata, names, options.only, inspector.engine, schema)) do
    if options.extend_existing or not metadata.tables[qualified(name, schema)] then
      api.Table(name, metadata, {schema = schema, autoload_with = bind, resolve_fks = options.resolve_fks,
        extend_existing = options.extend_existing, autoload_replace = options.autoload_replace, _extend_on = done,
        postgresql_ignore_search_path = options.postgresql_ignore_search_path})
    end
  end
end

core.methods({"METADATA"}, {reflect = reflect})

return {reflect = reflect}
