--- Constructors of column expressions: and_, text, literal, case, cast …
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local err = require "lualchemy.error"
local operators = require "lualchemy.sql.operators"
local window = require "lualchemy.sql.window"
require "lualchemy.sql.expression_methods"
require "lualchemy.sql.expression_facts"
require "lualchemy.sql.comparators"
require "lualchemy.sql.fallback"

local NULL = core.null
local NULLTYPE = core.type(require("lualchemy.sql.type_class").of("NULLTYPE")._id)
local expression = {
  and_ = core.and_, or_ = core.or_, not_ = core.not_, text = core.text,
  asc = core.asc, desc = core.desc, nulls_first = core.nulls_first, nulls_last = core.nulls_last,
  nullsfirst = core.nulls_first, nullslast = core.nulls_last, distinct = core.distinct,
  bitwise_not = core.bitwise_not, any_ = core.any_, all_ = core.all_,
  cast = core.cast, try_cast = core.try_cast, type_coerce = core.type_coerce, extract = core.extract,
  custom_op = operators.values.custom_op,
  FrameClause = window.FrameClause, FrameClauseType = window.FrameClauseType,
}

--- Text with values and expressions in it.
function expression.tstring(template, values)
  return require "lualchemy.sql.tstring"(template, values)
end

--- `expression COLLATE collation`
function expression.collate(element, collation, collation_schema)
  return core.collate(core.coerce(core.roles.expr, element), collation, collation_schema)
end

--- SQL NULL, true and false.
function expression.null() return core.null_ end
function expression.true_() return core.true_ end
function expression.false_() return core.false_ end

--- What a keyword that stands for None gives: nil.
local function given(x)
  if x == NULL then return nil end
  return x
end

-- ---- columns ----

--- A column by its name alone.
--- @param text string
--- @param type_? any
--- @param is_literal? boolean
function expression.column(text, type_, is_literal)
  if given(is_literal) then return core.literal_column(text, type_) end
  return core.column(text, type_)
end

--- SQL text that stands for a column.
expression.literal_column = core.literal_column

-- ---- values ----

--- A value as a bound parameter.
expression.literal = core.literal

local BINDPARAM = {
  "key", "value", "type_", "unique", "required", "quote", "callable_", "expanding", "isoutparam", "literal_execute",
}
local BINDPARAM_KEYWORDS = {}
for _, name in ipairs(BINDPARAM) do BINDPARAM_KEYWORDS[name] = true end

--- A name with a quoting preference: quote true or false; nil leaves it to the dialect.
function expression.quoted_name(name, quote)
  if name == nil then return nil end
  return core.schema.quoted(name, quote)
end

--- bindparam(key, value, type_, …): without a value it must be given when the statement is executed.
--- @param ... any key, value, type_, …; then keywords
function expression.bindparam(...)
  local p, keywords = args.take("bindparam", BINDPARAM_KEYWORDS, ...)
  local o = {}
  for i, name in ipairs(BINDPARAM) do
    o[name] = given(p[i])
    if o[name] == nil then o[name] = given(keywords[name]) end
  end
  local key, has, required = o.key, p.n > 1 or keywords.value ~= nil, o.required
  if required == nil then required = not has and o.callable_ == nil end
  if o.quote ~= nil and key ~= nil then key = core.schema.quoted(key, o.quote) end
  return core.bind(key, has, o.value, {
    type = o.type_, unique = o.unique, required = required, callable = o.callable_,
    expanding = o.expanding, isoutparam = o.isoutparam, literal_execute = o.literal_execute,
  })
end

--- An output parameter of a procedure.
function expression.outparam(key, type_)
  return core.bind(key, true, nil, {type = type_, isoutparam = true})
end

-- ---- compounds ----

--- `element AS name`.
function expression.label(name, element, type_)
  return core.label(core.coerce(core.roles.expr, element), given(name), given(type_))
end

--- `expr BETWEEN lower_bound AND upper_bound`.
function expression.between(expr, lower_bound, upper_bound, symmetric)
  return core.coerce(core.roles.expr, expr):between(lower_bound, upper_bound, symmetric)
end

local TUPLE = {types = true}

--- `(a, b, …)`.
function expression.tuple_(...)
  local p, o = args.take("tuple_", TUPLE, ...)
  if not o.types then return core.tuple(...) end
  if #o.types ~= p.n then err.raise("ArgumentError", "Wrong number of elements for %d-tuple", #o.types) end
  local items = {}
  for i = 1, p.n do
    local t = core.element(o.types[i])
    items[i] = core.coerce_literal(p[i], nil, t ~= NULLTYPE and t or nil)
  end
  return core.tuple(require("lualchemy.compat").unpack(items, 1, p.n))
end

local CASE = {value = true, else_ = true}

--- {{value, result}, …} of {[value] = result}, by value.
local function sorted(whens)
  local out = {}
  for value, result in pairs(whens) do out[#out + 1] = {value, result} end
  table.sort(out, function(a, b)
    if type(a[1]) ~= type(b[1]) then return type(a[1]) < type(b[1]) end
    return type(a[1]) == "boolean" and b[1] and not a[1] or type(a[1]) ~= "boolean" and a[1] < b[1]
  end)
  out.n = #out
  return out
end

--- case({condition, value}, …, {value = …, else_ = …}).
function expression.case(...)
  local p, o = args.take("case", CASE, ...)
  local only = p.n == 1 and args.is_plain(p[1]) and p[1]
  if only and only[1] == nil and next(only) ~= nil then p = sorted(only) end
  if only and args.is_plain(only[1]) and (only[2] == nil or args.is_plain(only[2])) then
    err.raise("ArgumentError", "The \"whens\" argument to case(), when referring to a sequence of items, is now "
      .. "passed as a series of positional elements, rather than as a list. ")
  end
  return core.case(p, given(o.value), given(o.else_))
end

--- `func(…) FILTER (WHERE …)`.
function expression.funcfilter(func, ...)
  return core.filter(func, ...)
end

--- `func(…) OVER (…)`.
function expression.over(element, ...)
  if args.is_options(element) then return expression.over(args.pick(element, "element")) end
  return core.element(element):over(...)
end

--- `func(…) WITHIN GROUP (ORDER BY …)`.
function expression.within_group(element, ...)
  return core.within_group(element, {...})
end

--- `func(… ORDER BY …)`, or what the database has for it.
function expression.aggregate_order_by(element, ...)
  return window.aggregate_order_by(element, ...)
end

return args.by_name(expression, {
  collate = "expression collation collation_schema", column = "text type_ is_literal", outparam = "key type_",
  label = "name element type_", between = "expr lower_bound upper_bound symmetric",
})
