--- la.sql.util: what constructs are made of, and what follows from that.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local visitors = require "lualchemy.sql.visitors"

--- @class lualchemy.sql_util
local util = {}

--- The tables, and if asked for aliases, joins and subqueries, that a construct is made of.
--- @param clause any
--- @param options? table check_columns, include_aliases, include_joins, include_selects: booleans
--- @return any[]
function util.find_tables(clause, options)
  local o, out, seen = options or {}, {}, {}
  local want = {TABLE = true, JOIN = o.include_joins, ALIAS = o.include_aliases, SUBQUERY = o.include_aliases,
    CTE = o.include_aliases, SELECT = o.include_selects}
  for node in visitors.iterate(clause) do
    local kind = core.kind(node)
    if kind == "COLUMN" and o.check_columns then node = core.get(node, "table") end
    if node and (want[kind] or kind == "COLUMN" and o.check_columns) and not seen[core.id(node)] then
      seen[core.id(node)] = true
      out[#out + 1] = node
    end
  end
  return out
end

--- @class lualchemy.ClauseAdapter
local Adapter = {__name = "lualchemy.ClauseAdapter"}
Adapter.__index = Adapter

--- The construct with the columns of the adapter's selectable in the place of those that they stand for.
--- @param clause any
--- @return any
function Adapter:traverse(clause)
  return require("lualchemy.sql.adapt").adapt(core.element(clause), self.selectable, self._options)
end

--- Adapts expressions to a selectable.
--- @param selectable any
--- @param options? {equivalents?: table<any, any[]>, adapt_on_names?: boolean}
--- @return lualchemy.ClauseAdapter
function util.ClauseAdapter(selectable, options)
  local o = options or {}
  return setmetatable({selectable = core.element(selectable), _options = {equivalents = o.equivalents,
    by_name = o.adapt_on_names}}, Adapter)
end

--- The values of the binds in a construct, in the order in which traverse() meets them.
--- @param clause any
--- @return any[] NULL is la.NULL
function util.bind_values(clause)
  local out = {}
  visitors.traverse(clause, {}, {bindparam = function(bind)
    local value = bind.value
    out[#out + 1] = value == nil and core.null or value
  end})
  return out
end

--- An iterator over the FROMs that a FROM clause is made of, as far as joins go.
--- @param clause any
--- @return fun(): any
function util.surface_selectables(clause)
  local todo = {core.element(clause)}
  return function()
    local node = table.remove(todo)
    local kind = node and core.kind(node)
    if kind == "JOIN" then
      todo[#todo + 1] = core.get(node, "left")
      todo[#todo + 1] = core.get(node, "right")
    elseif kind == "FROM_GROUPING" then
      todo[#todo + 1] = core.get(node, "element")
    end
    return node
  end
end

--- Is a FROM one of those that another is joined of?
--- @param clause any
--- @param search any
--- @return boolean
function util.clause_is_present(clause, search)
  local node = core.element(clause)
  for found in util.surface_selectables(search) do
    if found == node then return true end
  end
  return false
end

--- The condition on which two FROMs are joined where none is given, by their foreign keys.
--- @param a any
--- @param b any
--- @param options? {a_subset: any, consider_as_foreign_keys: any[]}
--- @return any
function util.join_condition(a, b, options)
  local o = args.check("join_condition", {a_subset = true, consider_as_foreign_keys = true}, options or {})
  return core.join_condition(core.element(a), core.element(b), o.a_subset and core.element(o.a_subset),
    o.consider_as_foreign_keys)
end

--- The columns without those that repeat others, by foreign keys and by equalities in the clauses.
--- @param columns any[]
--- @param ... any clauses, then {only_synonyms = true, ignore_nonexistent_tables = true}
--- @return any[]
function util.reduce_columns(columns, ...)
  local p, o = args.take("reduce_columns", {only_synonyms = true, ignore_nonexistent_tables = true}, ...)
  local list = {}
  for i, column in ipairs(columns) do list[i] = core.element(column) end
  return require("lualchemy.sql.selectable_reduce")(list, p, o.only_synonyms or false)
end

local PAIRS = {consider_as_foreign_keys = true, consider_as_referenced_keys = true, any_operator = true}

local function set_of(list)
  local set = list and {}
  for _, column in ipairs(list or {}) do set[core.id(core.element(column))] = true end
  return set
end

local function references(a, b)
  for _, fk in ipairs(core.kind(a) == "COLUMN" and a.foreign_keys or {}) do
    if fk.column == b then return true end
  end
  return false
end

--- {referenced column, column that refers to it} of each equality in an expression.
--- @param expression any
--- @param options? {consider_as_foreign_keys: any[], consider_as_referenced_keys: any[], any_operator: boolean}
--- @return any[][]
function util.criterion_as_pairs(expression, options)
  local o = args.check("criterion_as_pairs", PAIRS, options or {})
  local foreign, referenced = set_of(o.consider_as_foreign_keys), set_of(o.consider_as_referenced_keys)
  if foreign and referenced then
    err.raise("ArgumentError",
      "Can only specify one of 'consider_as_foreign_keys' or 'consider_as_referenced_keys'")
  end
  local out = {}
  local function is_side(set, a, b) return set[core.id(a)] and (a == b or not set[core.id(b)]) end
  visitors.traverse(expression, {}, {binary = function(binary)
    if not o.any_operator and core.get(binary, "op") ~= core.ops.eq then return end
    local left, right = core.get(binary, "left"), core.get(binary, "right")
    local set = foreign or referenced
    local left_refers = set and is_side(set, left, right) or not set and references(left, right)
    local right_refers = set and is_side(set, right, left) or not set and references(right, left)
    if referenced then left_refers, right_refers = right_refers and not left_refers, left_refers end
    if left_refers then
      out[#out + 1] = {right, left}
    elseif right_refers then
      out[#out + 1] = {left, right}
    end
  end})
  return out
end

return util
