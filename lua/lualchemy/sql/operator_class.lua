--- la.OperatorClass: which operators a type is for, as sets of their kinds.
--
-- The types of the library tell theirs and accept all operators, as those of SQLAlchemy 2.0 do. A user's type that says
-- `operator_classes` is warned of others.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local type_class = require "lualchemy.sql.type_class"

--- The kinds, each a power of two, in SQLAlchemy's order.
local KINDS = {"UNSPECIFIED", "BASE", "BOOLEAN_ALGEBRA", "COMPARISON", "INDEXABLE", "CONTAINS", "CONCATENABLE",
  "STRING_MATCH", "MATH", "BITWISE", "DATE_ARITHEMETIC", "JSON_GETITEM"}

local operator_class, next_bit = {}, 1
for _, name in ipairs(KINDS) do
  operator_class[name] = next_bit
  next_bit = next_bit * 2
end

local function has(set, bit) return math.floor(set / bit) % 2 == 1 end

--- The set of all that is in any of the sets.
local function union(sets)
  local out = 0
  for _, name in ipairs(KINDS) do
    local bit = operator_class[name]
    for _, set in ipairs(sets) do
      if has(set, bit) then
        out = out + bit
        break
      end
    end
  end
  return out
end

local function define(name, members)
  local sets = {}
  for member in members:gmatch("%S+") do sets[#sets + 1] = operator_class[member] end
  operator_class[name] = union(sets)
end

define("STRING", "BASE COMPARISON STRING_MATCH CONTAINS CONCATENABLE INDEXABLE")
define("INTEGER", "BASE COMPARISON MATH BITWISE")
define("NUMERIC", "INTEGER")
define("BOOLEAN", "BASE COMPARISON BOOLEAN_ALGEBRA")
define("BINARY", "BASE COMPARISON CONTAINS CONCATENABLE INDEXABLE")
define("DATETIME", "BASE COMPARISON DATE_ARITHEMETIC")
define("JSON", "BASE COMPARISON INDEXABLE JSON_GETITEM")
define("ARRAY", "BINARY")
define("TUPLE", "BINARY")
define("ANY", "STRING INTEGER NUMERIC BOOLEAN DATETIME BINARY JSON ARRAY TUPLE")

--- A set, or an array of sets.
local function set_of(value, what)
  if type(value) == "table" then
    for _, set in ipairs(value) do set_of(set, what) end
    return union(value)
  end
  if type(value) ~= "number" or value < 1 or value ~= math.floor(value) or value >= next_bit then
    err.raise("ArgumentError", "%s must be of la.OperatorClass, or an array of these, got %s", what, tostring(value))
  end
  return value
end

--- Of the library's types, by the class that says it; the others inherit.
local of = type_class.of
for id, set in pairs{
  ENGINE = "UNSPECIFIED", STRING = "STRING", INTEGER = "INTEGER", NUMERIC = "NUMERIC", DATE = "DATETIME",
  DATETIME = "DATETIME", TIME = "DATETIME", ANYBINARY = "BINARY", BOOLEAN = "BOOLEAN", ABSTRACTINTERVAL = "DATETIME",
  SQL_JSON = "JSON", SQL_ARRAY = "ARRAY", TUPLETYPE = "TUPLE", NULLTYPE = "ANY", USERDEFINEDTYPE = "ANY",
  ORACLE_ROWID = "ANY", POSTGRESQL_TSVECTOR = "STRING", POSTGRESQL_ABSTRACTRANGE = "NUMERIC",
} do of(id).operator_classes = operator_class[set] end
for id, sets in pairs{
  UUID = {"BASE", "COMPARISON"}, POSTGRESQL_BIT = {"BASE", "COMPARISON", "BITWISE"},
  POSTGRESQL_JSONB = {"JSON", "CONCATENABLE"}, ORACLE_VECTOR = {"BASE", "MATH"},
  POSTGRESQL_HSTORE = {"BASE", "CONTAINS", "INDEXABLE", "CONCATENABLE"},
  POSTGRESQL_INET = {"BASE", "COMPARISON"}, POSTGRESQL_CIDR = {"BASE", "COMPARISON"},
  POSTGRESQL_MACADDR = {"BASE", "COMPARISON"}, POSTGRESQL_MACADDR8 = {"BASE", "COMPARISON"},
  POSTGRESQL_OID = {"BASE", "COMPARISON"}, POSTGRESQL_REGCONFIG = {"BASE", "COMPARISON"},
  POSTGRESQL_TSQUERY = {"BASE", "COMPARISON"}, POSTGRESQL_REGCLASS = {"BASE", "COMPARISON"},
} do
  for i, name in ipairs(sets) do sets[i] = operator_class[name] end
  of(id).operator_classes = union(sets)
end

-- ---- operators ----

local OF_OPERATOR = {
  and_ = "BOOLEAN_ALGEBRA", or_ = "BOOLEAN_ALGEBRA", inv = {"BOOLEAN_ALGEBRA", "BITWISE"},
  add = {"CONCATENABLE", "MATH", "DATE_ARITHEMETIC", "BITWISE"}, concat_op = {"CONCATENABLE", "BITWISE"},
  sub = {"MATH", "DATE_ARITHEMETIC"}, getitem = "INDEXABLE",
}
for set, names in pairs{
  COMPARISON = [[lt le ne gt ge eq is_distinct_from is_not_distinct_from in_op not_in_op is_ is_not between_op
    not_between_op desc_op asc_op nulls_first_op nulls_last_op distinct_op any_op all_op]],
  CONTAINS = "contains_op icontains_op not_contains_op not_icontains_op",
  STRING_MATCH = [[like_op ilike_op not_like_op not_ilike_op startswith_op istartswith_op endswith_op iendswith_op
    not_startswith_op not_istartswith_op not_endswith_op not_iendswith_op collate match_op not_match_op
    regexp_match_op not_regexp_match_op regexp_replace_op]],
  BITWISE = [[lshift rshift bitwise_xor_op bitwise_or_op bitwise_and_op bitwise_not_op bitwise_lshift_op
    bitwise_rshift_op]],
  MATH = "neg mul truediv floordiv mod", JSON_GETITEM = "json_path_getitem_op json_getitem_op",
} do
  for name in names:gmatch("%S+") do OF_OPERATOR[name] = set end
end

local function of_operator(name)
  local sets = OF_OPERATOR[name]
  if type(sets) ~= "table" then return operator_class[sets or "UNSPECIFIED"] end
  local out = {}
  for i, set in ipairs(sets) do out[i] = operator_class[set] end
  return union(out)
end

local function meet(a, b)
  for _, name in ipairs(KINDS) do
    if has(a, operator_class[name]) and has(b, operator_class[name]) then return true end
  end
  return false
end

--- What type_class.check_operator() says, of a class that says its operators.
local function check(class, operator)
  local accepted = set_of(class.operator_classes, tostring(class) .. ".operator_classes")
  local custom = core.is_node(operator)
  if meet(accepted, custom and core.get(operator, "operator_class") or of_operator(operator)) then return end
  if accepted == operator_class.UNSPECIFIED then
    err.warn(("Type object %s does not refer to an OperatorClass in its operator_classes attribute. This attribute "
      .. "will be required in a future release."):format(tostring(class)), err.exc.SADeprecationWarning)
    return
  end
  err.warn(("Type object %s does not include %s in its operator classes.  Using built-in operators (not including "
    .. "custom or overridden operators) outside of a type's stated operator classes is deprecated and will raise "
    .. "InvalidRequestError in a future release"):format(tostring(class), custom
    and ("custom operator '%s'"):format(core.get(operator, "opstring")) or ("operator '%s'"):format(operator)),
    err.exc.SADeprecationWarning)
end

return {OperatorClass = operator_class, set_of = set_of, check = check}
