--- Expressions of PostgreSQL: arrays, JSON, HSTORE, ranges, text search.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local comparator = require "lualchemy.sql.comparator"
local err = require "lualchemy.error"
local func = require "lualchemy.sql.func"
local operators = require "lualchemy.sql.operators"
local type_class = require "lualchemy.sql.type_class"

local function simple(id) return core.type(type_class.of(id)._id) end

local BOOLEAN = simple("BOOLEAN")

-- ---- operators ----

local COMPARES, GETS = 5, 15 -- precedences

local function compares(sign, natural)
  return operators.values.custom_op(sign, {
    precedence = COMPARES, is_comparison = true, natural_self_precedent = natural, eager_grouping = natural,
  })
end

local function gets(sign)
  return operators.values.custom_op(sign, {precedence = GETS, natural_self_precedent = true, eager_grouping = true})
end

local ASTEXT, JSONPATH_ASTEXT, DELETE_PATH, GETITEM = gets "->>", gets "#>>", gets "#-", gets "->"
local CONTAINS, CONTAINED_BY, OVERLAP = compares("@>", true), compares("<@", true), compares "&&"

--- A method that applies op and answers a truth value.
local function asks(op, bind_type)
  return function(...)
    local self, other = args.place("self other", ...)
    return operators.apply(op, self, other, {result_type = BOOLEAN, bind_type = bind_type})
  end
end

local contained_by = asks(CONTAINED_BY)
--- What is contained may be a table of any keys.
local function contains(self, other) return operators.apply(CONTAINS, self, other, {result_type = BOOLEAN}) end
local keys = {
  has_key = asks(compares("?", true)), has_all = asks(compares("?&", true)), has_any = asks(compares("?|", true)),
}

-- ---- arrays ----

--- ARRAY[…] of these elements.
--- @param elements table
--- @param options table|nil type_: the type of the elements
local function array(elements, options)
  if type(elements) ~= "table" or core.is_node(elements) then
    err.raise("ArgumentError", "array() takes a table of elements, got %s", type(elements))
  end
  local o = args.check("array", {type_ = true}, options or {})
  return core.array(elements, o.type_ ~= core.null and o.type_ or nil)
end

comparator.register("POSTGRESQL_ARRAY", {contains = contains, contained_by = contained_by, overlap = asks(OVERLAP)})

--- array_agg() whose result is a PostgreSQL array.
local function array_agg(...)
  local p, o = args.take("array_agg", {type_ = true}, ...)
  local call = core.call("array_agg", nil, ...)
  local t = core.expr_type(call)
  if o.type_ or core.get(t, "id") ~= type_class.of("SQL_ARRAY")._id or p.n == 0 then return call end
  local own = core.type_of_args(call)
  if core.type_isa(own, type_class.of("SQL_ARRAY")._id) then return call end
  return core.with(call, {type = type_class.of("POSTGRESQL_ARRAY")(own, {dimensions = 1})})
end

--- An aggregate's argument with the order in which it is read: `target ORDER BY …`.
local function aggregate_order_by(target, ...)
  local order_by = {...}
  if #order_by == 0 then err.raise("ArgumentError", "at least one ORDER BY element is required") end
  local node = core.coerce(core.roles.expr, target)
  for i, x in ipairs(order_by) do
    order_by[i] = core.coerce(core.roles.expr, x)
    if #order_by > 1 then order_by[i] = core.self_group(order_by[i], core.ops.comma_op) end
  end
  return core.new("AGG_ORDER_BY", {target = node, order_by = order_by, type = core.expr_type(node)})
end

-- ---- JSON ----

comparator.register("POSTGRESQL_JSON", {}, {
  --- The element as text: data:at("k").astext
  astext = function(self)
    if core.kind(self) ~= "BINARY" then
      err.raise("InvalidRequestError", "astext needs an element, as in col:at('k').astext")
    end
    local left, right = core.get(self, "left"), core.get(self, "right")
    local path = core.type_isa(core.expr_type(right), type_class.of("JSONPATHTYPE")._id)
    return operators.apply(path and JSONPATH_ASTEXT or ASTEXT, left, right,
      {result_type = core.expr_type(self).astext_type or simple("TEXT")})
  end,
})

local TEXT_ARRAY = type_class.of("POSTGRESQL_ARRAY")(simple("SQL_TEXT"))
local JSONPATH = simple("JSONPATHTYPE")

comparator.register("POSTGRESQL_JSONB", {
  has_key = keys.has_key, has_all = keys.has_all, has_any = keys.has_any,
  contains = contains, contained_by = contained_by,
  delete_path = function(...)
    local self, path = args.place("self array", ...)
    if not core.is_node(path) then path = array(path) end
    return operators.apply(DELETE_PATH, self, core.cast(path, TEXT_ARRAY), {result_type = simple("POSTGRESQL_JSONB")})
  end,
  path_exists = asks(compares("@?", true), JSONPATH), path_match = asks(compares("@@", true), JSONPATH),
})

-- ---- HSTORE ----

local HSTORE = type_class.of("POSTGRESQL_HSTORE")

--- {a = "b"} as HSTORE text.
local function serialized(values)
  local function quoted(s) return '"' .. s:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"' end
  local names, parts = {}, {}
  for k in pairs(values) do names[#names + 1] = k end
  table.sort(names)
  for i, k in ipairs(names) do
    local v = values[k]
    parts[i] = quoted(k) .. "=>" .. (v == core.null and "NULL" or quoted(v))
  end
  return table.concat(parts, ", ")
end

--- A call of one of PostgreSQL's own functions, whose type is known.
local function own_call(name, type_, ...)
  return core.with(core.call(name, nil, ...), {type = type_, generic = core.own_function})
end

--- A method that is a call of a function with the expression as its first argument.
local function calls(name, type_, names)
  if not names then return function(self, ...) return own_call(name, type_, self, ...) end end
  return function(...) return own_call(name, type_, args.place(names, ...)) end
end

local texts = type_class.of("POSTGRESQL_ARRAY")(simple("TEXT"))
local delete = calls("delete", simple("POSTGRESQL_HSTORE"))

comparator.register("POSTGRESQL_HSTORE", {
  has_key = keys.has_key, has_all = keys.has_all, has_any = keys.has_any,
  contains = contains, contained_by = contained_by,
  _setup_getitem = function(self, index)
    return GETITEM, index, {result_type = core.expr_type(self).text_type or simple("TEXT")}
  end,
  defined = calls("defined", BOOLEAN, "self key"),
  delete = function(self, key)
    if args.is_options(key) then key = serialized(key) end
    return delete(self, key)
  end,
  slice = calls("slice", simple("POSTGRESQL_HSTORE"), "self array"),
  keys = calls("akeys", texts), vals = calls("avals", texts),
  array = calls("hstore_to_array", texts), matrix = calls("hstore_to_matrix", texts),
})

--- hstore(…), whose result is an HSTORE.
local function hstore(...)
  return own_call("hstore", HSTORE(), ...)
end
func.register_function("hstore", hstore)

-- ---- bit strings ----

comparator.register("POSTGRESQL_BIT", {
  lshift = function(self, n) return self:bitwise_lshift(n) end,
  rshift = function(self, n) return self:bitwise_rshift(n) end,
})

-- ---- ranges ----

local function compares_ranges(sign)
  local op = compares(sign)
  return function(...)
    local self, other = args.place("self other", ...)
    return operators.apply(op, self, other)
  end
end

local function computes(op)
  return function(...)
    local self, other = args.place("self other", ...)
    return core.operate(op, self, other)
  end
end

local left_of, right_of = compares_ranges "<<", compares_ranges ">>"
comparator.register("POSTGRESQL_ABSTRACTRANGE", {
  contains = asks(CONTAINS), contained_by = contained_by, overlaps = compares_ranges "&&",
  strictly_left_of = left_of, strictly_right_of = right_of, lshift = left_of, rshift = right_of,
  not_extend_right_of = compares_ranges "&<", not_extend_left_of = compares_ranges "&>",
  adjacent_to = compares_ranges "-|-",
  union = computes(core.ops.add), difference = computes(core.ops.sub), intersection = computes(core.ops.mul),
})

-- ---- text search ----

local REGCONFIG = simple("POSTGRESQL_REGCONFIG")

--- Functions of text search: with more than one argument, the first is the configuration.
local function search(name, type_id, has_config)
  local t = simple(type_id)
  local function fn(...)
    local p, o = args.take(name, {type_ = true}, ...)
    if has_config(p) and not core.element(p[1]) then p[1] = core.coerce_literal(p[1], name, REGCONFIG) end
    return own_call(name, o.type_ or t, compat.unpack(p, 1, p.n))
  end
  func.register_function(name, fn)
  return fn
end

local function several(p) return p.n > 1 end

--- ts_headline(config, document, query): the second argument tells whether there is a configuration.
local function headline_config(p)
  local second = core.element(p[2])
  return p.n > 1 and not (second and core.category(second) == "EXPR"
    and core.type_affinity(core.expr_type(second)) == type_class.of("POSTGRESQL_TSQUERY")._id)
end

return args.by_name({
  array = array, array_agg = array_agg, aggregate_order_by = aggregate_order_by, hstore = hstore,
  Any = function(other, array_, operator) return array_:any(other, operator) end,
  All = function(other, array_, operator) return array_:all(other, operator) end,
  to_tsvector = search("to_tsvector", "POSTGRESQL_TSVECTOR", several),
  to_tsquery = search("to_tsquery", "POSTGRESQL_TSQUERY", several),
  plainto_tsquery = search("plainto_tsquery", "POSTGRESQL_TSQUERY", several),
  phraseto_tsquery = search("phraseto_tsquery", "POSTGRESQL_TSQUERY", several),
  websearch_to_tsquery = search("websearch_to_tsquery", "POSTGRESQL_TSQUERY", several),
  ts_headline = search("ts_headline", "TEXT", headline_config),
}, {Any = "other arrexpr operator", All = "other arrexpr operator"})
