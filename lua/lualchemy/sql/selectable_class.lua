--- The classes of statements and FROMs, for isinstance: `la.Select:is(x)`; some are called like their functions.
local core = require "lualchemy.core"
local cte = require "lualchemy.sql.selectable_cte"
local element_class = require "lualchemy.sql.element_class"
local err = require "lualchemy.error"
local exists = require "lualchemy.sql.selectable_exists"
local from = require "lualchemy.sql.selectable_from"
local unpack = require("lualchemy.compat").unpack

local Class = {__name = "lualchemy.selectable_class"}
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
  return core.is_node(x) and class.test(x)
end

local classes = {}

local function define(name, kinds, make)
  local set = {}
  for _, kind in ipairs(kinds) do set[kind] = true end
  classes[name] = setmetatable({
    name = name, kinds = set, make = make, test = function(node) return set[core.kind(node)] == true end,
  }, Class)
end

local NAMED = {"TABLE", "ALIAS", "SUBQUERY", "LATERAL", "TABLESAMPLE", "CTE", "TABLE_VALUED", "VALUES"}
local FROMS = {"JOIN", "FROM_GROUPING", "ENTITY", unpack(NAMED)}
local SELECTS = {"SELECT", "COMPOUND", "SELECT_GROUPING", "TEXT_SELECT"}

define("TableClause", {"TABLE"}, from.table)
define("Alias", {"ALIAS", "TABLE_VALUED"})
define("Subquery", {"SUBQUERY"})
define("Lateral", {"LATERAL"})
define("TableSample", {"TABLESAMPLE"})
define("CTE", {"CTE"})
define("TableValuedAlias", {"TABLE_VALUED"})
define("Values", {"VALUES"}, cte.values)
define("ScalarValues", {"SCALAR_VALUES"})
define("Join", {"JOIN"}, core.join)
define("FromGrouping", {"FROM_GROUPING"})
define("FromClause", FROMS)
define("NamedFromClause", NAMED)
define("AliasedReturnsRows", {"ALIAS", "SUBQUERY", "LATERAL", "TABLESAMPLE", "CTE", "TABLE_VALUED"})
define("Select", {"SELECT"}, core.select)
define("CompoundSelect", {"COMPOUND"})
define("GenerativeSelect", {"SELECT", "COMPOUND"})
define("SelectBase", SELECTS)
define("TextualSelect", {"TEXT_SELECT"})
define("ScalarSelect", {"SCALAR_SELECT"})
define("Exists", {"UNARY"}, exists.exists)
classes.Exists.test = function(node) return core.kind(node) == "UNARY" and core.get(node, "op") == core.ops.exists end
define("Insert", {"INSERT"}, core.insert)
define("Update", {"UPDATE"}, core.update)
define("Delete", {"DELETE"}, core.delete)
define("UpdateBase", {"INSERT", "UPDATE", "DELETE"})
define("ValuesBase", {"INSERT", "UPDATE"})
define("Selectable", {unpack(FROMS)})
for _, kind in ipairs(SELECTS) do classes.Selectable.kinds[kind] = true end
define("HasPrefixes", {"SELECT", "INSERT", "UPDATE", "DELETE", "CTE"})
define("HasSuffixes", {"SELECT", "CTE"})
define("HasCTE", {"SELECT", "COMPOUND", "TEXT_SELECT", "INSERT", "UPDATE", "DELETE", "VALUES"})
define("Executable", {"SELECT", "COMPOUND", "TEXT_SELECT", "INSERT", "UPDATE", "DELETE", "TEXT", "FUNCTION"})
local executable = classes.Executable.test
classes.Executable.test = function(node)
  return executable(node) or element_class.derives(node, classes.Executable)
end
element_class.root(classes.Executable, element_class.families.EXECUTABLE)
define("ReturnsRows", {"SELECT", "COMPOUND", "TEXT_SELECT", "INSERT", "UPDATE", "DELETE",
  unpack(FROMS)})

return classes
