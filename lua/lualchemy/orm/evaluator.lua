--- Conditions and values of SQL, computed on objects: what a criteria UPDATE or DELETE did to those in the session.
--
-- evaluator.compile(mapper, node) -> fn(obj) -> value: nil is NULL, EXPIRED where an attribute is not loaded. It
-- raises UNEVALUATABLE
-- (a table with the message) for what only the database can compute.
local core = require "lualchemy.core"
local state = require "lualchemy.orm.state"

local NULL = core.null
local evaluator = {EXPIRED = setmetatable({}, {__tostring = function() return "EXPIRED" end})}
local EXPIRED = evaluator.EXPIRED
local unevaluatable_meta = {__tostring = function(e) return e.message end}

local OP = {}
for name, id in pairs(core.ops) do
  if type(id) == "number" then OP[id] = name end
end

local function refuse(format, ...)
  error(setmetatable({message = format:format(...)}, unevaluatable_meta), 0)
end

--- Is e what compile raises?
function evaluator.is_refusal(e) return type(e) == "table" and getmetatable(e) == unevaluatable_meta end

local function plain(value)
  if value == NULL then return nil end
  return value
end

local visit = {}

--- The name of the node's class in messages: FUNCTION is Function, SCALAR_SELECT ScalarSelect.
local function class_name(node)
  return (core.kind(node):lower():gsub("^%l", string.upper):gsub("_(%l)", string.upper))
end

local function compile(mapper, node)
  while core.kind(node) == "SCALAR_SELECT" do node = core.get(node, "element") end
  local fn = visit[core.kind(node)]
  if not fn then refuse("Cannot evaluate %s", class_name(node)) end
  return fn(mapper, node)
end

function visit.GROUPING(mapper, node) return compile(mapper, core.get(node, "element")) end
function visit.NULL() return function() return nil end end
function visit.TRUE() return function() return true end end
function visit.FALSE() return function() return false end end

local function read(mapper, key)
  return function(obj)
    local impl = state.mapper(obj).impls[key] or mapper.impls[key]
    local value = rawget(obj, impl.slot)
    if value ~= nil then return plain(value) end
    local st = rawget(obj, 1)
    if state.is_unset(st, impl) then return nil end
    if st.expired or st.expired_attributes or rawget(obj, 2) ~= nil then return EXPIRED end
    return nil
  end
end

local function column(mapper, node)
  local prop = mapper.column_to_property[node]
  if not prop then refuse("Cannot evaluate column: %s", tostring(node)) end
  return read(mapper, prop.key)
end

function visit.ATTRIBUTE(mapper, node)
  local entity = core.get(node, "entity")
  if not entity then return compile(mapper, core.get(node, "expr")) end
  local of = core.get(entity, "mapper")
  if core.get(entity, "is_alias") == 1 or not mapper:isa(of) then
    refuse("Can't evaluate criteria against alternate class %s", of.class_name)
  end
  local expr = core.get(node, "expr")
  if core.kind(expr) == "COLUMN" then return column(mapper, expr) end
  return compile(mapper, expr)
end
visit.COLUMN = column

function visit.BIND(_, node)
  local fn = core.get(node, "callable")
  if fn then
    local value = plain(fn())
    return function() return value end
  end
  local value = plain(core.get(node, "value"))
  return function() return value end
end

-- ---- lists ----

local function all_of(mapper, nodes)
  local list = {}
  for i, node in ipairs(nodes) do list[i] = compile(mapper, node) end
  return list
end

local lists = {}

function lists.and_(list)
  return function(obj)
    for i = 1, #list do
      local value = list[i](obj)
      if value == EXPIRED then return EXPIRED end
      if not value then return value end
    end
    return true
  end
end

function lists.or_(list)
  return function(obj)
    local null = false
    for i = 1, #list do
      local value = list[i](obj)
      if value == EXPIRED then return EXPIRED end
      if value then return true end
      null = null or value == nil
    end
    if null then return nil end
    return false
  end
end

function visit.CLAUSE_LIST(mapper, node)
  local name = OP[core.get(node, "op")]
  local list = all_of(mapper, core.get(node, "clauses"))
  if lists[name] then return lists[name](list) end
  refuse("Cannot evaluate clauselist with operator %s", tostring(name))
end

-- ---- binary operators ----

local function contained(list, x)
  for _, y in ipairs(list) do
    if x == y then return true end
  end
  return false
end

local straight = {
  eq = function(a, b) return a == b end, ne = function(a, b) return a ~= b end,
  lt = function(a, b) return a < b end, le = function(a, b) return a <= b end,
  gt = function(a, b) return a > b end, ge = function(a, b) return a >= b end,
  in_op = function(a, b) return contained(b, a) end, not_in_op = function(a, b) return not contained(b, a) end,
  startswith_op = function(a, b) return a:sub(1, #b) == b end,
  endswith_op = function(a, b) return b == "" or a:sub(-#b) == b end,
}
local numeric = {
  add = function(a, b) return a + b end, sub = function(a, b) return a - b end, mul = function(a, b) return a * b end,
  truediv = function(a, b) return a / b end, mod = function(a, b) return a % b end,
}
--- The affinities of these types, as a set.
local function affinities(...)
  local types, set = require "lualchemy.sql.types", {}
  for i = 1, select("#", ...) do set[core.type_affinity(types[(select(i, ...))]())] = true end
  return set
end

local NUMBERS, TEXT = affinities("Integer", "Numeric", "Float"), affinities("String", "LargeBinary")

local function is_type(node, set) return set[core.type_affinity(core.expr_type(node))] == true end

local function strict(fn, left, right)
  return function(obj)
    local a, b = left(obj), right(obj)
    if a == EXPIRED or b == EXPIRED then return EXPIRED end
    if a == nil or b == nil then return nil end
    return fn(a, b)
  end
end

local function identical(negate, left, right)
  return function(obj)
    local a, b = left(obj), right(obj)
    if a == EXPIRED or b == EXPIRED then return EXPIRED end
    return (a == b) ~= negate
  end
end

--- The function of an operator between operands of these nodes.
local function operator(name, a, b)
  if straight[name] then return straight[name] end
  if numeric[name] then
    if is_type(a, NUMBERS) and is_type(b, NUMBERS) then return numeric[name] end
    refuse("Cannot evaluate math operator \"%s\" for datatypes %s, %s", name, tostring(a.type), tostring(b.type))
  end
  if name == "concat_op" then
    if is_type(a, TEXT) and is_type(b, TEXT) then return function(x, y) return x .. y end end
    refuse("Cannot evaluate concatenate operator \"%s\" for datatypes %s, %s", name, tostring(a.type), tostring(b.type))
  end
  refuse("Cannot evaluate binary expression with operator %s", tostring(name))
end

function visit.BINARY(mapper, node)
  local a, b, name = core.get(node, "left"), core.get(node, "right"), OP[core.get(node, "op")]
  local left, right = compile(mapper, a), compile(mapper, b)
  if name == "is_" then return identical(false, left, right) end
  if name == "is_not" then return identical(true, left, right) end
  return strict(operator(name, a, b), left, right)
end

function visit.UNARY(mapper, node)
  local name = OP[core.get(node, "op")]
  local inner = compile(mapper, core.get(node, "element"))
  if name == "inv" or name == "is_false" then
    return function(obj)
      local value = inner(obj)
      if value == EXPIRED or value == nil then return value end
      return not value
    end
  end
  if name == "is_true" then return inner end
  refuse("Cannot evaluate unary expression with operator %s", tostring(name))
end

--- @return fun(obj: table): any
evaluator.compile = compile

--- All conditions together; without any, true.
function evaluator.conditions(mapper, nodes)
  return lists.and_(all_of(mapper, nodes))
end

return evaluator
