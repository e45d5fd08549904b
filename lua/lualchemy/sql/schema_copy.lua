--- Copies of schema items: Table:to_metadata(), and the columns of mixins.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local constraint_module = require "lualchemy.sql.schema_constraint"
local core = require "lualchemy.core"
local element_class = require "lualchemy.sql.element_class"
local err = require "lualchemy.error"
local options = require "lualchemy.sql.schema_options"
local params = require "lualchemy.sql.type_params"
local tables = require "lualchemy.sql.schema_table"

local schema = core.schema
local spec = base.spec
local public = constraint_module.public

--- The expression with the columns of one table replaced by those of another.
local function copy_expression(expr, from, to)
  expr = schema.hold(expr)
  if not from or not to then return expr end
  return core.replace(expr, function(n)
    if core.kind(n) ~= "COLUMN" or core.get(n, "table") ~= from then return nil end
    return core.columns_find(core.columns(to), core.get(n, "key"))
  end)
end

local function copy_info(from, to)
  local info = core.get(from, "info")
  if not info then return end
  local copy = {}
  for k, v in pairs(info) do copy[k] = v end
  core.set(to, {info = copy})
end

-- ---- foreign keys ----

--- "schema.table.column" that a foreign key refers to, in another schema or another table.
-- @param in_schema any nil: as it is; BLANK_SCHEMA: none
local function colspec_of(fk, in_schema, table_name)
  local text = schema.fk_target(fk)
  local parts = {}
  for part in (text .. "."):gmatch("([^.]*)%.") do parts[#parts + 1] = part end
  local column = #parts > 1 and table.remove(parts) or nil
  local name = table.remove(parts)
  local own = #parts > 0 and table.concat(parts, ".") or nil
  if in_schema == nil and not table_name then
    local target = core.get(fk, "target") or core.get(fk, "held")
    return target and not core.get(target, "table") and target or text
  end
  local where = in_schema == nil and own or in_schema
  if where == base.BLANK_SCHEMA then where = nil end
  name = (table_name or name) .. (column and "." .. column or "")
  return where and where .. "." .. name or name
end

local REFERENCE = {"onupdate", "ondelete", "initially", "match", "comment"}

local function reference(x)
  local o = {name = schema.name(x, "name"), deferrable = base.from_tri(core.get(x, "deferrable")),
    use_alter = core.get(x, "use_alter") == 1, link_to_name = core.get(x, "link_to_name") == 1}
  for _, field in ipairs(REFERENCE) do o[field] = core.get(x, field) end
  return o
end

local function add_options(o, x)
  for name, value in pairs(options.read(core.get(x, "options"))) do o[name] = value end
  return o
end

local function copy_fk(fk, in_schema)
  local copy = public.ForeignKey(colspec_of(fk, in_schema), add_options(reference(fk), fk))
  copy_info(fk, copy)
  return copy
end

-- ---- constraints ----

local copiers = {}

local function common(c)
  return add_options({name = schema.name(c, "name"), deferrable = base.from_tri(core.get(c, "deferrable")),
    initially = core.get(c, "initially"), comment = core.get(c, "comment")}, c)
end

local function copy_columns(c, target)
  local own, out = core.get(c, "table"), {}
  for i, column in ipairs(core.get(c, "columns")) do out[i] = copy_expression(column, own, target) end
  return out
end

for _, class in ipairs{"PrimaryKeyConstraint", "UniqueConstraint"} do
  copiers[class] = function(c, target)
    local given = copy_columns(c, target)
    for name, value in pairs(common(c)) do given[name] = value end
    return public[class](given)
  end
end

function copiers.CheckConstraint(c, target)
  local o = common(c)
  o.table = target
  return public.CheckConstraint(copy_expression(core.get(c, "expressions")[1], core.get(c, "table"), target), o)
end

function copiers.ForeignKeyConstraint(c, target, in_schema)
  local keys, referred = {}, {}
  local own = core.get(c, "table")
  for i, fk in ipairs(core.get(c, "elements")) do
    keys[i] = core.get(core.get(fk, "parent"), "key")
    local found = schema.fk_table_find(fk)
    local itself = target and own and found == own
    referred[i] = colspec_of(fk, in_schema, itself and core.get(target, "name") or nil)
    if core.is_node(referred[i]) then
      err.raise("InvalidRequestError", "Can't copy ForeignKey object which refers to non-table bound Column %s",
        tostring(referred[i]))
    end
  end
  return public.ForeignKeyConstraint(keys, referred, add_options(reference(c), c))
end

function copiers.ExcludeConstraint(c, target)
  local o, own = common(c), core.get(c, "table")
  local elements = {n = 0}
  for i, pair in ipairs(core.get(c, "expressions")) do
    local expr = core.get(pair, "key")
    if core.kind(expr) == "STR" then expr = core.get(expr, "s") else expr = copy_expression(expr, own, target) end
    elements[i] = {expr, core.get(core.get(pair, "value"), "s")}
  end
  o.using, o.where = c.using, c.where
  for name, value in pairs(o) do elements[name] = value end
  elements.n = nil
  return constraint_module.ExcludeConstraint(elements)
end

--- A copy of the constraint for another table.
local function copy_constraint(c, target, in_schema)
  local copy = copiers[schema.class(c)](c, target, in_schema)
  copy_info(c, copy)
  local object = element_class.object_of(c)
  if object then core.set(copy, {object = element_class.object(getmetatable(object).class, object)}) end
  if core.has(c, "ddl_if") then core.set(copy, {ddl_if = core.get(c, "ddl_if")}) end
  base.propagate_events(c, copy)
  return copy
end

-- ---- columns ----

local DEFAULTS = {"default_", "onupdate", "server_default", "server_onupdate"}

--- Gives the copy the defaults of the column.
local function copy_defaults(column, copy)
  local s = spec(column)
  local seen = {}
  for _, field in ipairs(DEFAULTS) do
    local d = core.get(s, field)
    if d and not seen[d] then
      seen[d] = true
      local fields, kind = {column = core.null}, core.kind(d)
      if kind == "COMPUTED" then
        fields.sqltext = d.sqltext
      elseif kind == "SEQUENCE" then
        fields.metadata = core.null
      elseif kind ~= "IDENTITY" then
        fields.arg = schema.hold(core.get(d, "arg"))
      end
      schema.set_default(copy, core.with(d, fields))
    end
  end
end

local FLAGS = {"primary_key", "nullable", "user_nullable", "autoincrement", "unique", "index", "system",
  "insert_sentinel", "omit_from_statements", "doc", "comment", "orm"}

--- The type of a copy: one that belongs to a MetaData goes to the new one.
local function copy_type(type_, metadata)
  if metadata and core.get(type_, "metadata") ~= 0 then
    type_ = core.with(type_, {metadata = core.get(metadata, "id")})
    params.note_type(metadata, type_)
  end
  return type_
end

--- A copy of the column that belongs to no table.
--- @param column any
--- @param o? table schema: that of its foreign keys; metadata: where it goes
local function copy_column(column, o)
  o = o or {}
  local s, object = spec(column), element_class.object_of(column)
  local copy = schema.column_new(schema.name(column, "name"), copy_type(core.get(column, "type"), o.metadata))
  local fields = {options = core.get(s, "options")}
  if object then fields.object = element_class.object(getmetatable(object).class, object) end
  for _, name in ipairs(FLAGS) do fields[name] = core.get(s, name) end
  core.set(copy, {key = schema.name(column, "key")})
  core.set(spec(copy), fields)
  copy_info(s, spec(copy))
  copy_defaults(column, copy)
  for _, c in ipairs(core.get(s, "constraints")) do schema.column_constraint(copy, copy_constraint(c)) end
  for _, fk in ipairs(core.get(s, "foreign_keys")) do
    local constraint = core.get(fk, "constraint")
    -- those that a constraint was made for are copied with it
    if not constraint or o.foreign_keys then schema.foreign_key(copy, copy_fk(fk, o.schema)) end
  end
  base.propagate_events(column, copy)
  return copy
end

core.methods({"COLUMN"}, {_copy = copy_column, copy = copy_column})
core.methods({"CONSTRAINT"}, {
  copy = function(c, o) return copy_constraint(c, o and o.target_table, o and o.schema) end,
})
core.methods({"FOREIGN_KEY"}, {copy = function(fk, o) return copy_fk(fk, o and o.schema) end})

-- ---- tables ----

local function fk_schema(t, c, actual, fn)
  local parts = {}
  for part in (schema.fk_target(core.get(c, "elements")[1]) .. "."):gmatch("([^.]*)%.") do parts[#parts + 1] = part end
  local referred = #parts > 2 and table.concat(parts, ".", 1, #parts - 2) or nil
  if fn then return fn(t, base.plain(actual), c, referred) end
  if referred == core.get(t, "schema") then return base.plain(actual) end
end

local function copy_constraints(t, copy, actual, fn)
  for _, c in ipairs(core.get(spec(t), "constraints")) do
    if schema.class(c) == "ForeignKeyConstraint" then
      local new = copy_constraint(c, copy, fk_schema(t, c, actual, fn))
      if not core.get(new, "table") then tables.append_constraint(copy, new) end
    elseif not core.has(c, "bound_type") and core.get(c, "column_flag") == 0 then
      local new = copy_constraint(c, copy)
      tables.append_constraint(copy, new)
    end
  end
end

local function copy_indexes(t, copy)
  for _, index in ipairs(core.get(spec(t), "indexes")) do
    if core.get(index, "column_flag") == 0 then
      local given = {schema.name(index, "name")}
      for i, expr in ipairs(core.get(index, "expressions")) do given[i + 1] = copy_expression(expr, t, copy) end
      given.unique = core.get(index, "unique") == 1
      local new = public.Index(add_options(given, index))
      if not core.get(new, "table") then tables.append_constraint(copy, new) end
    end
  end
end

local function copy_statements(t, copy)
  for _, field in ipairs{"creator", "dropper"} do
    local statement = base.statement(t, field)
    if statement then base.set_statement(copy, field, statement, {element = copy, parts = {}, has_parts = 0}) end
  end
end

--- A copy of the table in another MetaData, with constraints and indexes.
local function to_metadata(t, metadata, wanted, referred_schema_fn, name)
  name = base.given(name) or schema.name(t, "name")
  local actual = wanted
  if wanted == nil or wanted == base.RETAIN_SCHEMA then
    actual = schema.name(t, "schema")
  elseif wanted == core.null then
    actual = schema.name(metadata, "schema")
  end
  local key = tables.key_of(name, actual ~= base.BLANK_SCHEMA and actual or nil)
  local there = schema.table(metadata, key)
  if there then
    err.warn(("Table '%s' already exists within the given MetaData - not copying."):format(t.name))
    return there
  end
  local list = {name, metadata}
  for _, column in ipairs(core.columns(t):values()) do
    list[#list + 1] = column:_copy({schema = base.plain(actual), metadata = metadata})
  end
  list.schema = actual
  list.comment = core.get(spec(t), "comment")
  add_options(list, spec(t))
  local copy = tables.public.Table(list)
  copy_constraints(t, copy, actual, base.given(referred_schema_fn))
  copy_indexes(t, copy)
  copy_info(spec(t), spec(copy))
  copy_statements(t, copy)
  base.propagate_events(t, copy)
  return copy
end

core.methods({"TABLE"}, args.by_name({to_metadata = to_metadata, tometadata = to_metadata}, {
  to_metadata = "self metadata schema referred_schema_fn name",
  tometadata = "self metadata schema referred_schema_fn name",
}))

return {copy_expression = copy_expression, column = copy_column}
