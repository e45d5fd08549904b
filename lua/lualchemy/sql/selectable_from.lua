--- What everything that can stand in FROM has: columns, joins, aliases.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local err = require "lualchemy.error"
local reduce = require "lualchemy.sql.selectable_reduce"

local NULL = core.null
local from = {}

local function given(x)
  if x == NULL then return nil end
  return x
end

--- The first of positional and keyword that is given.
local function either(positional, keyword)
  positional = given(positional)
  if positional == nil then return given(keyword) end
  return positional
end

from.given, from.either = given, either

local function field(name)
  return function(node) return core.get(node, name) end
end

local function flag(name)
  return function(node) return core.get(node, name) ~= 0 end
end

-- ---- making tables, aliases, joins ----

--- A table of no MetaData.
--- @param name string
--- @param ... any columns, then {schema = …}
function from.table(name, ...)
  if args.is_options(name) then return from.table(args.pick(name, "name")) end
  local p, o = args.take("table", {schema = true}, ...)
  return core.table(name, given(o.schema), require("lualchemy.compat").unpack(p, 1, p.n))
end

--- A join of aliases of what it joins; name: the beginning of their names.
local function flat_alias(node, name)
  local kind = core.kind(node)
  if kind == "FROM_GROUPING" then return core.with(node, {element = flat_alias(core.get(node, "element"), name)}) end
  if kind ~= "JOIN" then return core.alias(node, name and (name .. "_" .. core.from_name(node))) end
  local left, right = flat_alias(core.get(node, "left"), name), flat_alias(core.get(node, "right"), name)
  local sides = {core.columns(left), core.columns(right)}
  local onclause = core.replace(core.get(node, "onclause"), function(n)
    if core.kind(n) ~= "COLUMN" then return nil end
    return sides[1]:corresponding_column(n) or sides[2]:corresponding_column(n)
  end)
  return core.with(node, {left = left, right = right, onclause = onclause})
end

--- `from AS name`; without a name one is made when it is compiled. flat: a join becomes one of aliases.
function from.alias(selectable, name, flat)
  name = given(name)
  if given(flat) and core.kind(selectable) == "JOIN" then return flat_alias(selectable, name) end
  return core.alias(selectable, name)
end

--- `LATERAL (…) AS name`.
function from.lateral(selectable, name) return core.lateral(selectable, given(name)) end

--- `from TABLESAMPLE method(argument) REPEATABLE (seed)`; a number as sampling is `system(number)`.
function from.tablesample(selectable, sampling, name, seed)
  sampling, seed = given(sampling), given(seed)
  if sampling == nil then err.raise("ArgumentError", "tablesample() needs a sampling: a percentage or a function") end
  if core.kind(sampling) ~= "FUNCTION" then sampling = core.call("system", nil, sampling) end
  if seed ~= nil then seed = core.coerce(core.roles.expr, seed) end
  return core.tablesample(selectable, given(name), sampling, seed)
end

from.join, from.outerjoin = core.join, core.outerjoin

-- ---- methods ----

local methods = {
  join = from.join, outerjoin = from.outerjoin, alias = from.alias, lateral = from.lateral,
  tablesample = from.tablesample,
  --- `SELECT … FROM self`.
  select = function(self) return core.select(self) end,
  --- The row as a whole, as a column.
  table_valued = function(self) return core.valued_column(self) end,
  is_derived_from = core.is_derived_from,
  --- The column that stands for another one here, or nil.
  corresponding_column = function(self, column, require_embedded)
    return core.columns(self):corresponding_column(column, given(require_embedded))
  end,
  --- self, in parentheses where it needs them.
  self_group = function(self) return core.self_group(self) end,
}
--- The same: it is there for who reads the program.
function methods.with_cols(self) return self end

from.methods = args.by_name(methods, {
  alias = "self name flat", lateral = "self name", tablesample = "self sampling name seed",
  is_derived_from = "self fromclause", corresponding_column = "self column require_embedded",
})
core.methods({"FROM"}, methods)
core.methods({"JOIN"}, {
  select = function(self)
    return core.select(core.get(self, "left"), core.get(self, "right")):select_from(self)
  end,
})
core.methods({"TABLE", "ALIAS", "JOIN", "CTE", "ENTITY"}, {
  --- `INSERT INTO self`, `UPDATE self`, `DELETE FROM self`.
  insert = core.insert, update = core.update, delete = core.delete,
})

-- ---- getters ----

core.getters({"FROM"}, {
  c = core.columns, columns = core.columns, exported_columns = core.columns,
  name = core.from_name, description = core.from_description, froms = core.froms,
  selectable = function(self) return self end, entity_namespace = core.columns,
  --- Does its name stand before those of its columns?
  named_with_column = function(self)
    local kind = core.kind(self)
    return kind ~= "JOIN" and kind ~= "FROM_GROUPING"
  end,
})

local function foreign_keys(self)
  local out = {}
  for _, column in ipairs(core.columns(self):values()) do
    for _, fk in ipairs(column.foreign_keys) do out[#out + 1] = fk end
  end
  return out
end

local DERIVED = {
  "ALIAS", "SUBQUERY", "LATERAL", "TABLESAMPLE", "CTE", "TABLE_VALUED", "VALUES", "JOIN", "FROM_GROUPING",
}
core.getters(DERIVED, {
  primary_key = core.primary_key, foreign_keys = foreign_keys, schema = function() return nil end,
})
core.getters({"JOIN"}, {
  --- Without columns that the condition makes equal to others.
  primary_key = function(self) return reduce(core.primary_key(self), {core.get(self, "onclause")}) end,
})
--- Do both stand for a common column?
from.lineage = args.by_name({shares_lineage = core.shares_lineage}, {shares_lineage = "self othercolumn"})
core.methods({"COLUMN", "LABEL", "ATTRIBUTE"}, from.lineage)
core.getters({"COLUMN", "LABEL"}, {
  --- The columns that this one stands for and that stand for no other.
  base_columns = function(self)
    local out = {}
    for _, c in ipairs(core.lineage(self)) do
      local kind = core.kind(c)
      if kind ~= "LABEL" and not (kind == "COLUMN" and core.has(c, "proxies")) then out[#out + 1] = c end
    end
    return out
  end,
})
core.getters({"ALIAS", "SUBQUERY", "LATERAL", "TABLESAMPLE", "CTE", "TABLE_VALUED", "FROM_GROUPING"}, {
  element = field "element", original = field "element",
})
core.getters({"TABLE"}, {name = field "name", schema = field "schema"})
core.getters({"TABLESAMPLE"}, {sampling = field "sampling", seed = field "seed"})
core.getters({"JOIN"}, {
  left = field "left", right = field "right", onclause = field "onclause", isouter = flag "isouter", full = flag "full",
})
core.getters({"CTE"}, {recursive = flag "recursive", nesting = flag "nesting"})

--- A subquery as a column: the SELECT within.
core.methods({"SUBQUERY"}, {
  as_scalar = function(self) return core.scalar_subquery(core.get(self, "element")) end,
  scalar_subquery = function(self) return core.scalar_subquery(core.get(self, "element")) end,
})

return from
