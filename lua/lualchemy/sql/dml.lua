--- INSERT, UPDATE, DELETE.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local err = require "lualchemy.error"
local from = require "lualchemy.sql.selectable_from"
require "lualchemy.sql.selectable_parts"
require "lualchemy.sql.upsert"

local given, either = from.given, from.either
local unpack = require("lualchemy.compat").unpack

core.methods({"INSERT", "UPDATE"}, {
  --- {name = value}, {[column] = value}, {value, value} in the order of the columns; for INSERT also a list of these.
  values = core.values,
  --- Defaults are left to the database, nothing is fetched back.
  inline = function(self) return core.with(self, {inline_ = true}) end,
})
core.methods({"UPDATE"}, {
  --- {column, value} pairs that are rendered in this order.
  ordered_values = core.ordered_values,
})

-- ---- RETURNING ----

local function only_insert(self, name)
  if core.kind(self) == "INSERT" then return end
  err.raise("ArgumentError", "The 'sort_by_parameter_order' argument to %s() only applies to INSERT statements", name)
end

local function has(list, x)
  for _, y in ipairs(list) do
    if x == y then return true end
  end
  return false
end

--- list with the nodes of another one at its end; once: without those that are there.
local function joined(list, more, once)
  for _, x in ipairs(more) do
    if not (once and has(list, x)) then list[#list + 1] = x end
  end
  return list
end

local RETURNING = {sort_by_parameter_order = true}

--- Columns and expressions of the rows that the statement changes.
local function returning(self, ...)
  local p, o = args.take("returning", RETURNING, ...)
  if core.has(self, "return_defaults") then
    err.raise("InvalidRequestError", "return_defaults() is already configured on this statement")
  end
  local fields = {returning = joined(core.get(self, "returning"), core.columns_clause(unpack(p, 1, p.n)))}
  if given(o.sort_by_parameter_order) then
    only_insert(self, "returning")
    fields.sort_by_parameter_order = true
  end
  return core.with(self, fields)
end

--- Kinds that from_dml_column() may be about.
local COLUMNS = {COLUMN = true, ATTRIBUTE = true}

local DEFAULTS = {supplemental_cols = true, sort_by_parameter_order = true}

--- Makes the statement fetch what the database computed, for the engine.
local function return_defaults(self, ...)
  local p, o = args.take("return_defaults", DEFAULTS, ...)
  local columns = joined({}, core.columns_clause(unpack(p, 1, p.n)), true)
  local fields = {return_defaults = true, return_defaults_columns = columns}
  if core.has(self, "return_defaults") then
    local before = core.get(self, "return_defaults_columns")
    fields.return_defaults_columns = before[1] and columns[1] and joined(before, columns, true) or {}
  end
  if given(o.sort_by_parameter_order) then
    only_insert(self, "return_defaults")
    fields.sort_by_parameter_order = true
  end
  if given(o.supplemental_cols) then
    fields.supplemental = joined(core.get(self, "supplemental"), core.columns_clause(unpack(o.supplemental_cols)), true)
  end
  return core.with(self, fields)
end

core.methods({"INSERT", "UPDATE", "DELETE"}, {
  returning = returning, return_defaults = return_defaults,
  is_derived_from = function() return false end,
  corresponding_column = from.methods.corresponding_column,
  params = function()
    err.raise("InvalidRequestError", "params() is not supported for INSERT/UPDATE/DELETE statements. To set the values "
      .. "for an INSERT or UPDATE statement, use stmt:values(parameters).")
  end,
})

--- `DELETE FROM table USING …`: FROMs beside the table, also joins with it where the database has that.
local function using(self, ...)
  local froms = {}
  for i = 1, select("#", ...) do froms[i] = core.coerce(core.roles.from, (select(i, ...))) end
  return core.append(self, "using", froms)
end

core.methods({"DELETE"}, {using = using})

--- In values of INSERT and UPDATE: what another column is given there.
--- @param column any
local function from_dml_column(column)
  local node = core.element(column)
  if not node or not COLUMNS[core.kind(node)] then
    err.raise("ArgumentError", "Column expression expected, got %s.", type(column) == "string" and "'" .. column .. "'"
      or tostring(column))
  end
  return core.new("DML_COLUMN", {column = node, type = core.expr_type(node)})
end

-- ---- INSERT … SELECT ----

--- What is selected from: a SELECT, or all of a FROM.
local function select_of(x)
  local node = core.element(x)
  if node and core.category(node) == "FROM" then return core.select(node) end
  return core.coerce(core.roles.dml_select, x)
end

local FROM_SELECT = {names = true, select = true, include_defaults = true}

--- `INSERT INTO table (names) SELECT …`.
--- @param ... any names, SELECT, {include_defaults = false}
local function from_select(self, ...)
  local p, o = args.take("from_select", FROM_SELECT, ...)
  local names = either(p[1], o.names)
  if core.has(self, "values") or core.has(self, "multi_values") then
    err.raise("InvalidRequestError", "This construct already inserts value expressions")
  end
  local keys = {}
  if names == nil then err.raise("ArgumentError", "from_select() needs the names of the columns to insert") end
  for i, name in ipairs(args.is_plain(names) and names or names:values()) do
    keys[i] = type(name) == "string" and name or core.element(name).key
  end
  local include = p[3]
  if include == nil then include = o.include_defaults end
  return core.with(self, {
    select_names = keys, inline_ = true, include_defaults = include ~= false,
    select = select_of(either(p[2], o.select)),
  })
end

core.methods({"INSERT"}, {from_select = from_select})

-- ---- getters ----

local function whereclause(self)
  local list = core.get(self, "where")
  return list[1] and core.whereclause(list) or nil
end

core.getters({"INSERT", "UPDATE", "DELETE"}, {
  table = function(self) return core.get(self, "table") end,
  exported_columns = core.columns,
})

local function described(name)
  return function(stmt) return require("lualchemy.sql.dml_descriptions")[name](stmt) end
end
core.getters({"INSERT", "UPDATE", "DELETE"}, {
  entity_description = described "about", returning_column_descriptions = described "returned",
})
core.getters({"INSERT"}, {select = function(self) return core.get(self, "select") end})
core.getters({"UPDATE", "DELETE"}, {whereclause = whereclause})

return {insert = core.insert, update = core.update, delete = core.delete, from_dml_column = from_dml_column}
