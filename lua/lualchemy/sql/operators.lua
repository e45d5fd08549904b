--- Operators as values (la.sql.operators), and op().
--
-- An operator is called with its operands: `operators.lt(a, b)` is `a:lt(b)`, `operators.desc_op(a)` is `a:desc()`.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local args = require "lualchemy.args"
local type_class = require "lualchemy.sql.type_class"

local values = {}
local operators = {values = values}

local Operator = {__name = "lualchemy.operator"}
Operator.__index = Operator
Operator.__tostring = function(self) return "la.sql.operators." .. self.name end

--- Operators whose method has another name.
local METHOD = {
  add = "__add", sub = "__sub", mul = "__mul", truediv = "__div", mod = "__mod", neg = "__unm", inv = "__bnot",
  and_ = "__band", or_ = "__bor", getitem = "at", in_op = "in_", bitwise_lshift_op = "bitwise_lshift",
  bitwise_rshift_op = "bitwise_rshift",
}

--- The operator that means the same with its operands exchanged.
local MIRROR = {lt = "gt", gt = "lt", le = "ge", ge = "le", eq = "eq", ne = "ne"}

Operator.__call = function(self, a, b, ...)
  local name = METHOD[self.name] or self.name:match("^(.*)_op$") or self.name
  local meta = core.expr_metamethods[name]
  if meta then return meta(a, b) end
  local node = core.element(a)
  if node == nil and MIRROR[self.name] and core.element(b) then return core.element(b)[MIRROR[self.name]](b, a) end
  if node == nil then
    err.raise("ArgumentError", "the operator %s needs a column expression, got %s", self.name, type(a))
  end
  return node[name](a, b, ...)
end

local by_id = {}
for name, id in pairs(core.ops) do
  values[name] = setmetatable({name = name, __name__ = name, id = id}, Operator)
  by_id[id] = values[name]
end
for old, name in pairs{
  notin_op = "not_in_op", notlike_op = "not_like_op", notilike_op = "not_ilike_op", isnot = "is_not",
  nullsfirst_op = "nulls_first_op", nullslast_op = "nulls_last_op", notbetween_op = "not_between_op",
  isfalse = "is_false", istrue = "is_true", isnot_distinct_from = "is_not_distinct_from", notmatch_op = "not_match_op",
  notcontains_op = "not_contains_op", notstartswith_op = "not_startswith_op", notendswith_op = "not_endswith_op",
} do values[old] = values[name] end

local CUSTOM = {
  precedence = true, is_comparison = true, return_type = true, natural_self_precedent = true, eager_grouping = true,
  python_impl = true, operator_class = true,
}

--- OperatorClass.BASE
local BASE = 2

--- What operators of the user's do with plain values.
local impls = setmetatable({}, {__mode = "k"})

--- An operator of the user's. Called with two operands it makes the expression, or, for plain values, what its
-- python_impl gives.
--- @param opstring string
--- @param options table|nil precedence, is_comparison, return_type, python_impl …
function values.custom_op(opstring, options)
  if type(opstring) ~= "string" then
    err.raise("ArgumentError", "op(): argument 'opstring' must be a string, got %s", type(opstring))
  end
  local o = args.check("op", CUSTOM, options or {})
  local op = core.new("CUSTOM_OP", {
    opstring = opstring, precedence = o.precedence or 0, is_comparison = o.is_comparison or false,
    natural_self = o.natural_self_precedent or false, eager_grouping = o.eager_grouping or false,
    return_type = o.return_type and core.element(o.return_type),
    operator_class = o.operator_class
      and require("lualchemy.sql.operator_class").set_of(o.operator_class, "op(): argument 'operator_class'") or BASE,
  })
  impls[op] = o.python_impl
  return op
end

local function of_custom(field)
  return function(op) return core.get(op, field) end
end

local function flag_of_custom(field)
  return function(op) return core.get(op, field) ~= 0 end
end

core.getters({"CUSTOM_OP"}, {
  __name__ = function() return "custom_op" end, opstring = of_custom "opstring", precedence = of_custom "precedence",
  is_comparison = flag_of_custom "is_comparison", natural_self_precedent = flag_of_custom "natural_self",
  eager_grouping = flag_of_custom "eager_grouping", return_type = of_custom "return_type",
  python_impl = function(op) return impls[op] end,
})

-- ---- their rules ----

--- precedence, comparison, commutative, associative, natural_self, ordering of an operator value or CUSTOM_OP
local function rule(op)
  if not core.is_node(op) then return core.op_rule(op.id) end
  local natural = core.get(op, "natural_self") ~= 0
  return core.get(op, "precedence"), core.get(op, "is_comparison") ~= 0, false, false, natural, false
end

local function property(index)
  return function(op) return (select(index, rule(op))) end
end

values.is_comparison, values.is_commutative, values.is_associative = property(2), property(3), property(4)
values.is_natural_self_precedent, values.is_ordering_modifier = property(5), property(6)

local BOOLEANS = {inv = true, is_true = true, is_false = true, and_ = true, or_ = true}
function values.is_boolean(op) return values.is_comparison(op) or BOOLEANS[op.name] == true end

local ORDER_BY_MODIFIERS = {desc_op = true, asc_op = true, nulls_first_op = true, nulls_last_op = true}
function values.is_order_by_modifier(op) return ORDER_BY_MODIFIERS[op.name] == true end

--- Does `operator` need parentheses as an operand of `against`?
function values.is_precedent(operator, against)
  if operator == against and values.is_natural_self_precedent(operator) then return false end
  if against == nil then return true end
  local a, b = rule(operator), rule(against)
  return (a == 100 and -100 or a) <= b
end

--- The operator that means the same with its operands exchanged.
function values.mirror(op) return op.id and values[MIRROR[op.name] or op.name] or op end

core.methods({"EXPR"}, {
  --- op(self, …) for an operator value.
  operate = function(self, op, ...) return op(self, ...) end,
  --- op(other, self).
  reverse_operate = function(self, op, other) return op(other, self) end,
})

--- The function that op is for plain values, or nil.
function operators.impl(op)
  return impls[op]
end

--- The operator value of an expression: a number of core.ops, or the CUSTOM_OP.
function operators.of(id, custom)
  if id == core.ops.custom_op then return custom end
  return by_id[id]
end

--- left op right for an operator value or a CUSTOM_OP.
--- @param options table|nil as core.operate takes them
function operators.apply(op, left, right, options)
  if not core.is_node(op) then return core.operate(op.id, left, right, options) end
  if not core.element(left) then
    if impls[op] then return impls[op](left, right) end
    err.raise("InvalidRequestError", "Custom operator '%s' can't be used with plain values unless it includes the "
      .. "'python_impl' parameter.", core.get(op, "opstring"))
  end
  type_class.check_operator(type_class.class_of(core.expr_type(core.element(left))), op)
  local with = {custom = op}
  for k, v in pairs(options or {}) do with[k] = v end
  return core.operate(core.ops.custom_op, left, right, with)
end

return operators
