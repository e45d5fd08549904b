--- la.sql.util: what constructs are made of, and what follows from that.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local operators = require("lualchemy.sql.operators").values
local visitors = require "lualchemy.sql.visitors"

--- @class lualchemy.sql_util
--- @field ClauseAdapter fun(selectable: any, options?: lualchemy.AdapterOptions): lualchemy.ClauseAdapter
--- @field ColumnAdapter fun(selectable: any, options?: lualchemy.AdapterOptions): lualchemy.ColumnAdapter
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

for name, class in pairs(require "lualchemy.sql.adapter_class") do util[name] = class end

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

--- Calls fn(comparison, left, right) for each pair of columns on the two sides of each comparison in an expression.
--- @param fn fun(comparison: any, left: any, right: any)
--- @param expression any
function util.visit_binary_product(fn, expression)
  local around = {}
  local function visit(node, found)
    local kind = core.kind(node)
    if kind == "BINARY" and operators.is_comparison(node.operator) then
      around[#around + 1] = node
      visit(core.get(node, "left"), function(left)
        visit(core.get(node, "right"), function(right) fn(around[#around], left, right) end)
      end)
      around[#around] = nil
      return
    end
    if kind == "COLUMN" or kind == "SCALAR_SELECT" then found(node) end
    if kind == "SCALAR_SELECT" then return end
    for _, child in ipairs(visitors.get_children(node)) do visit(child, found) end
  end
  visit(core.element(expression), function() end)
end

--- The expressions that an element of an ORDER BY orders by, without DESC, NULLS FIRST and labels.
--- @param clause any
--- @return any[]
function util.unwrap_order_by(clause)
  local todo, at, out, seen = {core.element(clause)}, 1, {}, {}
  while todo[at] do
    local node = todo[at]
    local kind = core.kind(node)
    local element = (kind == "LABEL" or kind == "LABEL_REF") and core.get(node, "element")
    if element and core.kind(element) ~= "SCALAR_SELECT" then
      todo[#todo + 1] = core.kind(element) == "GROUPING" and core.get(element, "element") or element
    elseif core.category(node) ~= "EXPR" or kind == "UNARY" and operators.is_ordering_modifier(node.modifier) then
      for _, child in ipairs(visitors.get_children(node)) do todo[#todo + 1] = child end
    elseif kind ~= "TEXT_REF" and not seen[core.id(node)] then
      seen[core.id(node)] = true
      out[#out + 1] = node
    end
    at = at + 1
  end
  return out
end

--- What an ORDER BY orders by and an array of columns lacks.
--- @param columns any[]
--- @param order_by any[]
--- @return any[]
function util.expand_column_list_from_order_by(columns, order_by)
  local there, out = {}, {}
  for _, column in ipairs(columns) do
    local node = core.element(column)
    there[core.id(core.kind(node) == "LABEL" and core.get(node, "element") or node)] = true
  end
  for _, clause in ipairs(order_by) do
    for _, node in ipairs(util.unwrap_order_by(clause)) do
      if not there[core.id(node)] then out[#out + 1] = node end
    end
  end
  return out
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
