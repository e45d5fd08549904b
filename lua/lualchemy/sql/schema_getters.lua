--- What tables, constraints and indexes tell of themselves, and how they print.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local options = require "lualchemy.sql.schema_options"
local tables = require "lualchemy.sql.schema_table"

local schema = core.schema
local spec = base.spec

local function field(name)
  return function(x) return core.get(x, name) end
end

local function flag(name)
  return function(x) return core.get(x, name) == 1 end
end

-- ---- what all have ----

--- Where an item keeps its info and the options of dialects.
local function holder(x)
  local kind = core.kind(x)
  return (kind == "TABLE" or kind == "COLUMN") and spec(x) or x
end

local function class_of(x)
  local kind = core.kind(x)
  if kind == "TABLE" then return "Table" end
  if kind == "COLUMN" then return "Column" end
  if kind == "FOREIGN_KEY" then return "ForeignKeyConstraint" end
  return schema.class(x)
end

local WITH_INFO = {
  "TABLE", "COLUMN", "CONSTRAINT", "INDEX", "FOREIGN_KEY", "METADATA", "SEQUENCE", "IDENTITY", "COMPUTED",
}
core.getters(WITH_INFO, {
  --- A table of the user's own, kept with the item.
  info = function(x)
    local h = holder(x)
    if not h then return {} end
    local info = core.get(h, "info")
    if not info then
      info = {}
      core.set(h, {info = info})
    end
    return info
  end,
})

core.setters(WITH_INFO, {
  info = function(x, info) core.set(holder(x), {info = info}) end,
})

local function dialect_kwargs(x)
  return options.read(core.get(holder(x), "options"))
end

core.getters({"TABLE", "COLUMN", "CONSTRAINT", "INDEX", "FOREIGN_KEY"}, {
  dialect_kwargs = dialect_kwargs,
  kwargs = dialect_kwargs,
  dialect_options = function(x) return options.by_dialect(class_of(x), core.get(holder(x), "options")) end,
})

local DIALECT_OPTION = {else_ = true, deprecated_fallback = true}

core.methods({"TABLE", "COLUMN", "CONSTRAINT", "INDEX", "FOREIGN_KEY"}, {
  --- What an option is on a dialect; `else_` where that dialect has no such option; with `deprecated_fallback` what
  -- was given for that other dialect, if nothing was for this one.
  get_dialect_option = function(x, dialect, name, keywords)
    local o = args.check("get_dialect_option", DIALECT_OPTION, keywords or {})
    if not options.is_known(class_of(x), dialect.name, name) then return base.given(o.else_) end
    local value = x.dialect_options[dialect.name][name]
    local other, given = base.given(o.deprecated_fallback), dialect_kwargs(x)
    local old = other and given[other .. "_" .. name]
    if old ~= nil and given[dialect.name .. "_" .. name] == nil then
      err.warn(("Using '%s_%s' with the '%s' dialect is deprecated; please additionally specify '%s_%s'."):format(other,
        name, dialect.name, dialect.name, name), err.exc.SADeprecationWarning)
      value = old
    end
    return base.given(value)
  end,
})

-- ---- tables ----

local function only_schema(get)
  return function(t)
    local s = spec(t)
    if not s then err.raise("InvalidRequestError", "table('%s') is no Table of a MetaData", core.get(t, "name")) end
    return get(s, t)
  end
end

core.getters({"TABLE"}, {
  metadata = field "metadata",
  key = function(t)
    local s = spec(t)
    return s and core.get(s, "key") or core.get(t, "name")
  end,
  fullname = function(t)
    local s = spec(t)
    return s and core.get(s, "key") or tables.key_of(core.get(t, "name"), core.get(t, "schema"))
  end,
  primary_key = function(t)
    local s = spec(t)
    return s and core.get(s, "primary_key") or {}
  end,
  constraints = only_schema(function(s) return core.get(s, "constraints") end),
  indexes = only_schema(function(s) return core.get(s, "indexes") end),
  comment = only_schema(function(s) return core.get(s, "comment") end),
  implicit_returning = function(t)
    local s = spec(t)
    return s ~= nil and core.get(s, "implicit_returning") == 1
  end,
  autoincrement_column = only_schema(function(_, t) return schema.autoincrement_column(t) end),
  foreign_key_constraints = only_schema(function(s)
    local out = {}
    for _, c in ipairs(core.get(s, "constraints")) do
      if schema.class(c) == "ForeignKeyConstraint" then out[#out + 1] = c end
    end
    return out
  end),
  foreign_keys = function(t)
    local out = {}
    for _, column in ipairs(core.columns(t):values()) do
      for _, fk in ipairs(column.foreign_keys) do out[#out + 1] = fk end
    end
    return out
  end,
})
core.setters({"TABLE"}, {
  comment = function(t, text) core.set(spec(t), {comment = text}) end,
  name = function(t, name) core.set(t, {name = name}) end, schema = function(t, name) core.set(t, {schema = name}) end,
})

--- Adds a column; `after` ends the message of one whose name is taken.
local function append_column(t, column, replace, after)
  if not core.has(t, "spec") then return core.add_column(t, core.element(column)) end
  local ok, e = pcall(tables.append_column, t, core.element(column) or column, replace)
  if ok then return end
  if err.exc.DuplicateColumnError:is(e) then err.raise("DuplicateColumnError", "%s", e.message .. after) end
  error(e, 0)
end

--- Where a column goes that is to stand before the one at `index` (from 1; negative: from the end), and takes the place
-- of the one at `old`, if any; from 0.
local function place_of(index, n, old)
  if type(index) ~= "number" or index == 0 or index % 1 ~= 0 then
    err.raise("ArgumentError", "insert_column: argument 'index' must be a position, the first is 1, got %s",
      tostring(index))
  end
  local at = index > 0 and math.min(index - 1, n) or math.max(0, n + index)
  return old and at > old and at - 1 or at
end

local function position_of(t, name)
  for i, column in ipairs(core.columns(t):values()) do
    if core.get(column, "name") == name then return i - 1 end
  end
end

core.methods({"TABLE"}, args.by_name({
  --- Adds a column; replace_existing: one of its name makes place.
  append_column = function(t, column, replace_existing)
    append_column(t, column, base.given(replace_existing),
      " Specify replace_existing=True to Table.append_column() to replace an existing column.")
  end,
  --- The same, before the column at a position.
  insert_column = function(t, column, index, replace_existing)
    local node = core.element(column) or column
    local old = core.is_node(node) and core.kind(node) == "COLUMN" and position_of(t, core.get(node, "name"))
    local at = place_of(index, #core.columns(t), old)
    append_column(t, node, base.given(replace_existing), " Specify replace_existing=True to Table.append_column() or "
      .. "Table.insert_column() to replace an existing column.")
    core.move_column(t, node, at)
  end,
  --- Adds a constraint or an index.
  append_constraint = function(t, constraint) tables.append_constraint(t, constraint) end,
  --- The table comes after the other one when tables are sorted.
  add_is_dependent_on = function(t, other)
    if core.get(t, "metadata") ~= core.get(other, "metadata") then
      err.raise("ArgumentError", "add_is_dependent_on: argument 'table' must be a table of the same MetaData")
    end
    local list = core.get(spec(t), "dependencies")
    list[#list + 1] = other
    core.set(spec(t), {dependencies = list})
  end,
}, {
  append_column = "self column replace_existing", insert_column = "self column index replace_existing",
  append_constraint = "self constraint", add_is_dependent_on = "self table",
}))

-- ---- constraints and indexes ----

local function table_of(constraint)
  local t = core.get(constraint, "table")
  if not t then
    err.raise("InvalidRequestError",
      "This constraint is not bound to a table.  Did you mean to call table.append_constraint(constraint) ?")
  end
  return t
end

--- Columns as a collection is read: by name or position, with keys() and values().
local Columns = {__name = "lualchemy.constraint.columns"}
local column_methods = {
  keys = function(list)
    local out = {}
    for i, c in ipairs(list) do out[i] = core.get(c, "key") end
    return out
  end,
  values = function(list)
    local out = {}
    for i, c in ipairs(list) do out[i] = c end
    return out
  end,
  contains_column = function(list, column)
    for _, c in ipairs(list) do
      if c == column then return true end
    end
    return false
  end,
}
Columns.__index = function(list, key)
  if type(key) == "number" then return nil end
  for _, c in ipairs(list) do
    if core.get(c, "key") == key then return c end
  end
  return column_methods[key]
end

local function columns_of(x)
  return setmetatable(core.get(x, "columns"), Columns)
end

core.getters({"CONSTRAINT", "INDEX"}, {name = field "name", columns = columns_of, c = columns_of})
core.methods({"CONSTRAINT", "INDEX"}, args.by_name({
  contains_column = function(x, column) return columns_of(x):contains_column(column) end,
}, {contains_column = "self col"}))
core.metamethods{
  --- #constraint: the number of its columns.
  __len = function(node)
    if core.kind(node) == "CONSTRAINT" then return #core.get(node, "columns") end
    err.raise("InvalidRequestError", "a %s has no length", core.kind(node):lower():gsub("_", " "))
  end,
}
core.setters({"CONSTRAINT", "INDEX", "FOREIGN_KEY"}, {name = function(x, name) core.set(x, {name = name}) end})

core.getters({"CONSTRAINT", "FOREIGN_KEY"}, {
  deferrable = function(c) return base.from_tri(core.get(c, "deferrable")) end,
  initially = field "initially", comment = field "comment", ondelete = field "ondelete", onupdate = field "onupdate",
  match = field "match", use_alter = flag "use_alter", link_to_name = flag "link_to_name",
})
core.setters({"CONSTRAINT"}, {comment = function(c, text) core.set(c, {comment = text}) end})
local settable = {deferrable = function(c, value) core.set(c, {deferrable = base.tri(value)}) end}
for _, name in ipairs{"ondelete", "onupdate", "initially", "match"} do
  settable[name] = function(c, value) core.set(c, {[name] = value == nil and core.null or value}) end
end
core.setters({"CONSTRAINT", "FOREIGN_KEY"}, settable)

core.getters({"CONSTRAINT"}, {
  table = table_of,
  parent = function(c) return core.get(c, "table") or core.get(c, "column") end,
  elements = field "elements",
  column_keys = function(c)
    if core.get(c, "table") then return columns_of(c):keys() end
    local out = {}
    for i, x in ipairs(core.get(c, "given")) do
      out[i] = core.kind(x) == "STR" and core.get(x, "s") or core.get(x, "key")
    end
    return out
  end,
  referred_table = function(c) return schema.referred_table(c) end,
  sqltext = function(c) return schema.hold(core.get(c, "expressions")[1]) end,
  is_column_level = function(c) return core.get(c, "table") == nil end,
  using = field "using",
  where = function(c) return schema.hold(core.get(c, "where")) end,
  columns_autoinc_first = function(c)
    local first, out = schema.autoincrement_column(table_of(c)), {}
    out[1] = first
    for _, column in ipairs(core.get(c, "columns")) do
      if column ~= first then out[#out + 1] = column end
    end
    return out
  end,
})

core.getters({"INDEX"}, {
  table = field "table", unique = flag "unique",
  expressions = function(index)
    local list = core.get(index, core.get(index, "table") and "expressions" or "given")
    for i, expr in ipairs(list) do list[i] = schema.hold(expr) end
    return list
  end,
})

core.getters({"FOREIGN_KEY"}, {
  name = field "name", parent = field "parent", constraint = field "constraint",
  column = schema.fk_column, target_fullname = schema.fk_target,
})
core.methods({"FOREIGN_KEY"}, args.by_name({
  --- Does the key refer to a column of this table?
  references = function(fk, t) return fk:get_referent(t) ~= nil end,
  --- The column of the table (or an alias of it) that the key refers to, or nil.
  get_referent = function(fk, t) return t:corresponding_column(schema.fk_column(fk)) end,
}, {references = "self table", get_referent = "self table"}))

core.methods({"CONSTRAINT", "INDEX"}, args.by_name({
  --- The item is part of CREATE only on that dialect, or where `callable_` says so.
  ddl_if = function(item, ...)
    core.set(item, {ddl_if = require("lualchemy.sql.ddl_element").condition(...)})
    return item
  end,
}, {ddl_if = "self dialect callable_ state"}))

--- What a MetaData has besides tables, few programs ask for.
local function found(name)
  return function(...) return require("lualchemy.sql.schema_objects")[name](...) end
end
core.getters({"METADATA"}, {schemas = found "schemas"})
core.methods({"METADATA"}, {
  get_schema_objects = found "get_schema_objects", get_schema_object_by_name = found "get_schema_object_by_name",
})
