--- The classes of expressions: `la.BinaryExpression:is(x)`, and those that are called: `la.Label("a", x)`.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local element_class = require "lualchemy.sql.element_class"
local err = require "lualchemy.error"
local expression = require "lualchemy.sql.expression"
local extension = require "lualchemy.sql.extension"

local ops = core.ops
local NULLTYPE = core.type(require("lualchemy.sql.type_class").of("NULLTYPE")._id)
local Class = {__name = "lualchemy.expression_class"}
Class.__index = Class
Class.__tostring = function(class) return "la." .. class.name end
Class.__call = function(class, ...)
  if class.make then return class.make(...) end
  err.raise("ArgumentError", "%s is not made by calling it", tostring(class))
end

--- A class derived from this one.
function Class.class(class, name, ...) return element_class.derive(class, name, ...) end

--- isinstance(x, class).
function Class.is(class, x)
  local node = core.is_node(x) and x or nil
  return node ~= nil and class.test(node, core.kind(node))
end

local classes = {}

local function define(name, test, make)
  classes[name] = setmetatable({name = name, test = test, make = make}, Class)
end

--- A class whose instances are the nodes of these kinds.
local function kinds(name, list, make)
  local set = {}
  for _, kind in ipairs(list) do set[kind] = true end
  define(name, function(_, kind) return set[kind] == true end, make)
  classes[name].kinds = set
end

local function category(name, ...)
  local set = {}
  for _, c in ipairs{...} do set[c] = true end
  define(name, function(node) return set[core.category(node)] == true end)
end

category("ClauseElement", "EXPR", "FROM", "STATEMENT", "DDL")
category("ColumnElement", "EXPR")
category("ColumnOperators", "EXPR")
category("Operators", "EXPR")
category("SQLColumnExpression", "EXPR")
classes.ColumnElement.test = function(node, kind) return core.category(node) == "EXPR" and kind ~= "TEXT" end

local BINARY = {type_ = true, negate = true, modifiers = true}
kinds("BinaryExpression", {"BINARY"}, function(left, right, op, options)
  local o = args.check("BinaryExpression", BINARY, options or {})
  return core.binary(left, right, op.id or op, o.type_, o.negate and o.negate.id)
end)

local UNARY = {operator = true, modifier = true, type_ = true, wraps_column_expression = true}
kinds("UnaryExpression", {"UNARY"}, function(element, options)
  local o = args.check("UnaryExpression", UNARY, options or {})
  local custom = core.is_node(o.operator) and o.operator or core.is_node(o.modifier) and o.modifier or nil
  local function id(op) return op and (op == custom and ops.custom_op or op.id) end
  if custom then element = core.element(element):self_group{against = custom} end
  local node = core.unary(element, id(o.operator), id(o.modifier), o.type_)
  return custom and core.with(node, {custom = custom}) or node
end)

local function with_op(...)
  local set = {}
  for _, op in ipairs{...} do set[op] = true end
  return function(node, kind)
    return (kind == "UNARY" or kind == "CLAUSE_LIST") and set[core.get(node, "op")] == true
  end
end
define("CollectionAggregate", with_op(ops.any_op, ops.all_op))
define("BooleanClauseList", with_op(ops.and_, ops.or_))
local LIST = {operator = true, group = true, group_contents = true}
kinds("ClauseList", {"CLAUSE_LIST", "TUPLE"}, function(...)
  local p, o = args.take("ClauseList", LIST, ...)
  local op = o.operator and o.operator.id or ops.comma_op
  return core.clause_list(p, op, o.group ~= false, o.group_contents ~= false)
end)
kinds("ExpressionClauseList", {"CLAUSE_LIST", "TUPLE"})
define("TypeClause", function() return false end)
kinds("BindParameter", {"BIND"}, expression.bindparam)
kinds("Case", {"CASE"}, expression.case)
kinds("Cast", {"CAST"}, core.cast)
kinds("ColumnClause", {"COLUMN"}, expression.column)
kinds("Extract", {"EXTRACT"}, core.extract)
kinds("False_", {"FALSE"}, expression.false_)
kinds("FunctionElement", {"FUNCTION"})
kinds("FunctionFilter", {"FILTER"}, expression.funcfilter)
kinds("Grouping", {"GROUPING"}, function(element) return core.new("GROUPING", {
  element = element, type = core.expr_type(element),
}) end)
kinds("Label", {"LABEL"}, expression.label)
kinds("Null", {"NULL"}, expression.null)
kinds("Over", {"OVER"}, expression.over)
local function is_template(node) return #core.get(node, "parts") > 0 end
define("TextClause", function(node, kind) return kind == "TEXT" and not is_template(node) end, core.text)
define("TString", function(node, kind) return kind == "TEXT" and is_template(node) end, expression.tstring)
--- A list in an ORDER BY, which desc() and its kin apply to element by element.
kinds("OrderByList", {"ORDER_BY_LIST"}, function(...)
  local first = ...
  local given, clauses = args.is_plain(first) and first or {...}, {}
  for i, clause in ipairs(given) do clauses[i] = core.coerce(core.roles.by_of, clause) end
  return core.new("ORDER_BY_LIST", {clauses = clauses, type = NULLTYPE})
end)
category("OrderingOperators", "EXPR")
kinds("True_", {"TRUE"}, expression.true_)
kinds("TryCast", {"CAST"}, core.try_cast)
kinds("Tuple", {"TUPLE"}, expression.tuple_)
kinds("TypeCoerce", {"TYPE_COERCE"}, core.type_coerce)
kinds("AggregateOrderBy", {"AGGREGATE_ORDER_BY"}, expression.aggregate_order_by)
kinds("WithinGroup", {"WITHIN_GROUP"}, expression.within_group)
kinds("Slice", {"SLICE"}, function(start, stop, step) return core.slice(nil, start, stop, step) end)
classes.TryCast.test = function(node, kind) return kind == "CAST" and core.get(node, "try_") ~= 0 end

local FUNCTION = {type_ = true, packagenames = true, monotonic = true}
kinds("Function", {"FUNCTION"}, function(name, ...)
  local p, o = args.take("Function", FUNCTION, ...)
  local packages = o.packagenames and o.packagenames[1] and core.new("LIST", {items = o.packagenames})
  local node = core.call(name, packages, require("lualchemy.compat").unpack(p, 1, p.n))
  return core.with(node, {monotonic = o.monotonic or false, type = core.element(o.type_) or core.expr_type(node)})
end)

define("SyntaxExtension", function(node) return extension.is(node) end)

local families = element_class.families
element_class.root(classes.SyntaxExtension, families.EXTENSION)
extension.root = classes.SyntaxExtension
element_class.root(classes.ClauseElement, families.EXECUTABLE)
element_class.root(classes.ColumnElement, families.CUSTOM)
element_class.root(classes.ColumnClause, families.COLUMN)
element_class.root(classes.FunctionElement, families.FUNCTION)

return classes
