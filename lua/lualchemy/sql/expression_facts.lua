--- What expressions tell of themselves, besides their parts: their lineage, keys, modifiers, kinds of operators.
local core = require "lualchemy.core"
local from = require "lualchemy.sql.selectable_from"
local operators = require "lualchemy.sql.operators"

--- Expressions that stand for no column of a table.
local COMPUTED = {
  "BIND", "NULL", "TRUE", "FALSE", "UNARY", "BINARY", "CLAUSE_LIST", "TUPLE", "GROUPING", "CASE", "CAST", "TYPE_COERCE",
  "EXTRACT", "FUNCTION", "FILTER", "WITHIN_GROUP", "AGGREGATE_ORDER_BY", "OVER", "SLICE", "ARRAY", "AGG_ORDER_BY",
  "SCALAR_SELECT", "SCALAR_VALUES", "NEXT_VALUE",
}

local function field(name)
  return function(node) return core.get(node, name) end
end

local function flag(name)
  return function(node) return core.get(node, name) ~= 0 end
end

local function no() return false end
local function none() return {} end
local function none_at_all() return nil end
local function only_itself(node) return {node} end

-- ---- lineage ----

--- The name that an expression without one has in a statement, before the statement numbers it.
local function anon_label(node)
  return ("%%(%s %s)s"):format(tostring(core.id(node)), core.expr_name(node) or "anon")
end

core.getters(COMPUTED, {
  primary_key = no, foreign_keys = none, base_columns = only_itself, proxy_set = only_itself, anon_label = anon_label,
  anon_key_label = anon_label,
})
core.methods(COMPUTED, from.lineage)
core.getters({"COLUMN", "LABEL"}, {
  --- All columns that this one stands for, itself included.
  proxy_set = core.lineage, anon_label = anon_label, anon_key_label = anon_label,
})
core.getters({"COLUMN"}, {description = core.expr_name})
core.getters({"LABEL"}, {
  table = none_at_all, is_literal = no,
  primary_key = function(node) return core.get(node, "element").primary_key end,
  foreign_keys = function(node) return core.get(node, "element").foreign_keys end,
})

-- ---- operators ----

local function is_comparison(node)
  local operator = operators.of(core.get(node, "op"), core.get(node, "custom"))
  return operator ~= nil and operators.values.is_comparison(operator)
end

--- What else is said of an operator: {flags = "i"}, {escape = "/"}, {symmetric = true}.
local function modifiers(node)
  local out, name = {}, core.ops.regexp_match_op
  local escape, op = core.get(node, "escape"), core.get(node, "op")
  if escape then
    local flags = op == name or op == core.ops.not_regexp_match_op or op == core.ops.regexp_replace_op
    out[flags and "flags" or "escape"] = escape
  end
  for _, pair in ipairs(core.get(node, "modifiers") or {}) do
    local value = core.get(pair, "value")
    out[core.get(core.get(pair, "key"), "s")] = core.has(value, "value") and core.get(value, "value") or value
  end
  return out
end

core.getters({"BINARY"}, {is_comparison = is_comparison, modifiers = modifiers, group = function() return true end})
core.getters({"CLAUSE_LIST"}, {is_comparison = no, group = flag "group", group_contents = flag "group_contents"})
core.getters({"UNARY"}, {is_comparison = no})

-- ---- parts ----

core.getters({"BIND"}, {literal_execute = flag "literal_execute", isoutparam = flag "isoutparam"})
core.getters({"CASE"}, {
  --- {condition, result} of each WHEN.
  whens = function(node)
    local out = {}
    for i, pair in ipairs(core.get(node, "whens")) do out[i] = {core.get(pair, "key"), core.get(pair, "value")} end
    return out
  end,
})

--- What a list of ORDER BY is: one expression, or all of them with commas between; nil where there is none.
local function listed(name)
  return function(node)
    local list = core.get(node, name)
    if #list < 2 then return list[1] end
    return core.clause_list(list, core.ops.comma_op, false, false)
  end
end
core.getters({"WITHIN_GROUP", "AGG_ORDER_BY", "AGGREGATE_ORDER_BY", "OVER"}, {order_by = listed "order_by"})
core.getters({"OVER"}, {partition_by = listed "partition_by"})

local PRECEDING = 2 -- la_bound

--- A bound of a frame as over() takes it: a number, la.NULL where there is none; of a FrameClause the bind itself.
local function bound(node, name)
  local value = core.has(node, name .. "_value") and core.get(node, name .. "_value")
  if not value then return core.get(node, name) == 0 and core.null or 0 end
  local n = core.get(value, "value")
  if type(n) ~= "number" then return value end
  return core.get(node, name) == PRECEDING and -n or n
end

for frame, name in ipairs{"range_", "rows", "groups"} do
  core.getters({"OVER"}, {[name] = function(node)
    if core.get(node, "frame") ~= frame then return nil end
    return {bound(node, "lower"), bound(node, "upper")}
  end})
end
core.getters({"COLLATION"}, {collation = field "name"})
core.getters({"TYPE_COERCE"}, {
  --- The expression; a value has the type that it is coerced to.
  typed_expression = function(node)
    local clause = core.get(node, "clause")
    return core.kind(clause) == "BIND" and core.with(clause, {type = core.expr_type(node)}) or clause
  end,
})
core.getters({"AGG_ORDER_BY"}, {target = field "target"})
core.getters({"CAST", "TYPE_COERCE"}, {wrapped_column_expression = field "clause"})

-- ---- functions, which can be selected from, too ----

local function columns(node) return core.select(node).selected_columns end

core.getters({"FUNCTION"}, {c = columns, columns = columns, exported_columns = columns})
core.methods({"FUNCTION"}, {
  join = from.join, outerjoin = from.outerjoin, lateral = from.methods.lateral, tablesample = from.methods.tablesample,
  is_derived_from = from.methods.is_derived_from,
})

-- ---- statements ----

core.methods({"INSERT", "UPDATE", "DELETE"}, {self_group = function(self) return self end})
core.getters({"TEXT_SELECT"}, {column_args = field "column_args", positional = flag "positional"})
core.getters({"INSERT"}, {
  include_insert_from_select_defaults = function(node)
    return core.has(node, "select") and core.get(node, "include_defaults") ~= 0
  end,
})
core.getters({"INSERT", "UPDATE", "DELETE"}, {selectable = function(self) return self end})
