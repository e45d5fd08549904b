--- Methods and attributes of column expressions, beyond the operators of the core.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local err = require "lualchemy.error"
local comparator = require "lualchemy.sql.comparator"
local operators = require "lualchemy.sql.operators"
local window = require "lualchemy.sql.window"

local ops, NULL = core.ops, core.null
local methods = {}
for name, fn in pairs(core.expr_methods) do methods[name] = fn end

local function given(x)
  if x == NULL then return nil end
  return x
end

-- ---- operators of the user's ----

--- expr:op("->>", {precedence = 5})(other)
--- @param opstring string
--- @return function
function methods.op(self, opstring, precedence, is_comparison, return_type, python_impl, operator_class)
  local op = operators.values.custom_op(opstring, {
    precedence = precedence, is_comparison = is_comparison, return_type = return_type, python_impl = python_impl,
    operator_class = operator_class,
  })
  return function(other) return operators.apply(op, self, other) end
end

--- The same for an operator that compares.
function methods.bool_op(self, opstring, precedence, python_impl)
  return methods.op(self, opstring, precedence, true, nil, python_impl)
end

-- ---- ranges, text ----

--- A LIST of PAIRs of the core for {name = value, …}, or nil.
local function modifiers(options)
  local names, pairs_ = {}, {}
  for k in pairs(options) do names[#names + 1] = k end
  table.sort(names)
  for i, name in ipairs(names) do
    local value = core.new("CONST", {value = options[name], repr = tostring(options[name])})
    pairs_[i] = core.new("PAIR", {key = core.new("STR", {s = name}), value = value})
  end
  return names[1] and core.new("LIST", {items = pairs_})
end

--- `self BETWEEN lower AND upper`.
--- @param symmetric? boolean
function methods.between(self, lower, upper, symmetric)
  if symmetric == nil then return core.between(self, lower, upper) end
  local options = {third = upper == nil and NULL or upper}
  if given(symmetric) then options.modifiers = modifiers{symmetric = true} end
  return core.operate(ops.between_op, self, lower, options)
end

--- Full-text search, in the dialect's way. Options are the dialect's.
function methods.match(self, other, options)
  if args.is_options(other) and other.other ~= nil then other, options = args.pick(other, "other") end
  return core.operate(ops.match_op, self, other, {modifiers = modifiers(options or {})})
end

--- Does self match the regular expression?
function methods.regexp_match(self, pattern, flags)
  return core.operate(ops.regexp_match_op, self, pattern, {escape = given(flags)})
end

--- self with what matches the regular expression replaced.
function methods.regexp_replace(self, pattern, replacement, flags)
  return core.operate(ops.regexp_replace_op, self, pattern, {third = replacement, escape = given(flags)})
end

--- `element COLLATE collation`; a collation of PostgreSQL may be of a schema.
function methods.collate(self, collation, collation_schema)
  local op = core.kind(self) == "UNARY" and core.get(self, "op")
  if op == ops.any_op or op == ops.all_op then
    err.raise("ArgumentError", "Only comparison operators may be used with ANY/ALL")
  end
  return core.collate(self, collation, collation_schema)
end

-- ---- names, casts ----

--- `self AS name`; nil: a name made when it is compiled.
methods.label = core.label

--- `CAST(self AS type)`.
methods.cast = core.cast

local OF_OPERATORS = {BINARY = true, UNARY = true, CLAUSE_LIST = true}

--- self, in parentheses where it needs them within an operator.
function methods.self_group(self, against)
  if core.is_node(against) and OF_OPERATORS[core.kind(self)] then
    local own = operators.of(core.get(self, "op"), core.get(self, "custom"))
    if own and not operators.values.is_precedent(own, against) then return self end
  end
  return core.self_group(self, type(against) == "table" and against.id or nil)
end

-- ---- what depends on the type ----

local function of_type(name)
  return function(self, ...)
    local fn = comparator.find(self, name)
    if fn then return fn(self, ...) end
    err.raise("InvalidRequestError", "Operator '%s' is not supported on this expression", name)
  end
end

methods.lshift, methods.rshift = of_type("lshift"), of_type("rshift")

--- `contains` of the types that hold things is theirs; of the others it is LIKE.
function methods.contains(self, ...)
  local fn = comparator.find(self, "contains")
  return (fn or core.expr_methods.contains)(self, ...)
end

--- A subscript: data:at("k"), arr:at(3), data:at{"a", "b"}.
function methods.at(self, index)
  local setup = comparator.find(self, "_setup_getitem")
  if not setup then return core.operate(ops.getitem, self, index) end
  local op, side, options = setup(self, index)
  return operators.apply(op, self, side, options)
end

--- A slice of an array: arr:slice(2, 5).
function methods.slice(self, ...)
  local fn = comparator.find(self, "slice")
  if not fn then err.raise("InvalidRequestError", "Operator 'getitem' is not supported on this expression") end
  return fn(self, ...)
end

core.methods({"EXPR"}, args.by_name(methods, {
  op = "self opstring precedence is_comparison return_type python_impl operator_class",
  bool_op = "self opstring precedence python_impl", between = "self cleft cright symmetric",
  regexp_match = "self pattern flags", regexp_replace = "self pattern replacement flags",
  collate = "self collation collation_schema", self_group = "self against",
}))

-- ---- functions and what follows them ----

--- `self FILTER (WHERE …)`.
local function filter(self, ...)
  if select("#", ...) == 0 then return self end
  return core.filter(self, ...)
end

--- `self WITHIN GROUP (ORDER BY …)`.
local function within_group(self, ...)
  return core.within_group(self, {...})
end

core.methods({"FUNCTION", "FILTER", "WITHIN_GROUP", "AGGREGATE_ORDER_BY", "CUSTOM", "AGG_ORDER_BY"}, {
  over = window.over, filter = filter,
})
core.methods({"FUNCTION", "FILTER", "CUSTOM"}, {within_group = within_group})
core.methods({"FUNCTION"}, {aggregate_order_by = window.aggregate_order_by})
core.methods({"FUNCTION"}, {select = function(self) return core.select(self) end})
core.methods({"BIND"}, {
  --- A bind whose value is rendered into the SQL when the statement is executed.
  render_literal_execute = function(self) return core.with(self, {literal_execute = true}) end,
})

-- ---- attributes ----

local function get(field)
  return function(node) return core.get(node, field) end
end

local function same(node) return node end

core.getters({"EXPR"}, {
  type = core.expr_type, name = core.expr_name, comparator = same, expression = same, expr = same,
  key = function() return nil end,
})
core.getters({"COLUMN"}, {key = get("key"), table = get("table"), is_literal = function(node)
  return core.get(node, "is_literal") ~= 0
end})
core.getters({"LABEL"}, {key = get("name"), element = get("element")})
core.getters({"BIND"}, {
  key = get("key"), value = get("value"), callable = get("callable"),
  unique = function(node) return core.get(node, "unique") == 1 end,
  required = function(node) return core.get(node, "required") ~= 0 end,
  expanding = function(node) return core.get(node, "expanding") ~= 0 end,
  effective_value = function(node)
    local fn = core.get(node, "callable")
    if fn then return fn() end
    return core.get(node, "value")
  end,
})
local function operator(node) return operators.of(core.get(node, "op"), core.get(node, "custom")) end
core.getters({"BINARY"}, {left = get("left"), right = get("right"), operator = operator, negate = function(node)
  return operators.of(core.get(node, "negate"))
end})
core.getters({"UNARY"}, {element = get("element"), operator = operator, modifier = function(node)
  return operators.of(core.get(node, "modifier"))
end})
core.getters({"ORDER_BY_LIST"}, {clauses = get("clauses")})
core.getters({"CLAUSE_LIST"}, {clauses = get("clauses"), operator = operator})
core.getters({"TUPLE", "ARRAY"}, {clauses = get("clauses")})
core.getters({"GROUPING", "SCALAR_SELECT", "OVER", "WITHIN_GROUP", "AGGREGATE_ORDER_BY"}, {element = get("element")})
core.getters({"CASE"}, {value = get("value"), else_ = get("else_")})
core.getters({"CAST", "TYPE_COERCE"}, {clause = get("clause")})
core.getters({"EXTRACT"}, {field = get("field"), expr = get("expr")})
core.getters({"FUNCTION"}, {clauses = get("args"), clause_expr = function(node)
  return core.new("GROUPING", {element = core.clause_list(core.get(node, "args"), core.ops.comma_op, false, false)})
end})
core.getters({"FILTER"}, {func = get("func"), criterion = get("criterion")})
core.getters({"TEXT"}, {text = get("text")})

-- ---- binds of a whole construct ----

--- A copy with fn(bind) in the place of binds, also of those of functions that stand as columns.
local function with_binds(self, fn)
  local function replaced(n)
    local kind = core.kind(n)
    if kind == "BIND" then return fn(n) end
    if kind == "COLUMN" and core.has(n, "render") then return n, true end
  end
  return core.replace(self, replaced)
end

--- A copy in which the binds of these names have these values.
local function params(self, values)
  return with_binds(self, function(n)
    if core.get(n, "unique") ~= 0 then return nil end
    local value = values[core.get(n, "key")]
    if value == nil then return nil end
    return core.bind_with_value(n, value)
  end)
end

--- The same; every bind of the copy gets a name of its own.
local function unique_params(self, values)
  return with_binds(params(self, values or {}), function(n)
    if core.get(n, "unique") == 0 then return core.with(n, {unique = true}) end
  end)
end

local function collect(node, values)
  if core.kind(node) == "BIND" then values[#values + 1] = {core.get(node, "value")} end
  for _, child in ipairs(core.children(node)) do collect(child, values) end
  return values
end

local function written_alike(self, other)
  if not core.same(self, other) then return false end
  local a, b = collect(self, {}), collect(other, {})
  for i = 1, #a do
    if a[i][1] ~= b[i][1] then return false end
  end
  return true
end

local COMMUTATIVE = {}
for _, name in ipairs{"eq", "ne", "add", "mul"} do COMMUTATIVE[core.ops[name]] = true end
local UNORDERED = {[core.ops.and_] = true, [core.ops.or_] = true}
local compare

--- Has each of the one list its like among the others?
local function alike_in_any_order(some, others)
  if #some ~= #others then return false end
  local taken = {}
  for _, one in ipairs(some) do
    local found
    for i, other in ipairs(others) do
      if not found and not taken[i] and compare(one, other) then found, taken[i] = true, true end
    end
    if not found then return false end
  end
  return true
end

--- Are both the same SQL with the same values? The order within AND and OR, and of the sides of =, !=, + and *, is of
--- no importance.
function compare(self, other)
  if not core.is_node(other) then return false end
  if written_alike(self, other) then return true end
  local kind = core.kind(self)
  if kind ~= core.kind(other) or (kind ~= "BINARY" and kind ~= "CLAUSE_LIST") then return false end
  local op = core.get(self, "op")
  if op ~= core.get(other, "op") then return false end
  if kind == "BINARY" then
    return COMMUTATIVE[op] and compare(core.get(self, "left"), core.get(other, "right"))
      and compare(core.get(self, "right"), core.get(other, "left")) or false
  end
  return UNORDERED[op] and alike_in_any_order(core.get(self, "clauses"), core.get(other, "clauses")) or false
end

core.methods({"EXPR", "STATEMENT", "FROM"}, {
  params = function(self, values) return params(self, values or {}) end,
  unique_params = unique_params,
  compare = function(...)
    local self, other = args.place("self other", ...)
    return compare(self, other)
  end,
})

core.methods({"BIND"}, {
  --- The same bind, written into the text when the statement is executed.
  render_literal_execute = function(self) return core.with(self, {literal_execute = true}) end,
})

-- ---- text() ----

--- The binds of a text(): bindparam objects, or {name = value}.
core.methods({"TEXT"}, {bindparams = function(self, ...)
  if core.get(self, "parts")[1] then
    err.raise("NotImplementedError", "TString constructs do not support .bindparams(). Bind parameters are "
      .. "automatically created from interpolated values.")
  end
  local binds, bound = {}, {}
  for i = 1, select("#", ...) do
    local x = (select(i, ...))
    if core.kind(x) == "BIND" then
      binds[core.get(x, "key")] = x
    elseif type(x) == "table" and not core.is_node(x) then
      for name, value in pairs(x) do bound[name] = value end
    else
      err.raise("ArgumentError", "bindparams(): argument #%d: bindparam() objects or a table of values by name are "
        .. "accepted, got %s", i, core.is_node(x) and core.kind(x) or type(x))
    end
  end
  local text = core.text_bindparams(self, binds, bound)
  local unknown = next(binds) or next(bound)
  if unknown then
    err.raise("ArgumentError", "This text() construct doesn't define a bound parameter named '%s'", unknown)
  end
  return text
end})

-- ---- errors that teach ----

local function no_comparison(sign, method)
  return function()
    err.raise("InvalidRequestError", "Lua's %s gives a boolean at once; to compare in SQL write column:%s(value)", sign,
      method)
  end
end

for name, fn in pairs(core.expr_metamethods) do methods[name] = fn end
core.metamethods(core.expr_metamethods)
core.metamethods{
  __lt = no_comparison("<", "lt"), __le = no_comparison("<=", "le"),
  __shl = function(a, b) return core.element(a):lshift(b) end,
  __shr = function(a, b) return core.element(a):rshift(b) end,
  __call = function(op, left, right, options)
    if core.kind(op) == "CUSTOM_OP" then return operators.apply(op, left, right, options) end
    err.raise("InvalidRequestError", "a %s cannot be called", core.kind(op):lower())
  end,
}

