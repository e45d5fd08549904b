--- la.sql.visitors: walking through constructs, and copies of them with something replaced.
local core = require "lualchemy.core"
local err = require "lualchemy.error"

--- @class lualchemy.visitors
local visitors = {}

--- What SQLAlchemy calls the kinds (__visit_name__), where it is not the kind in small letters.
local NAMES = {
  BIND = "bindparam", TEXT = "textclause", CLAUSE_LIST = "clauselist", NULL = "null", TRUE = "true", FALSE = "false",
  COMPOUND = "compound_select", TYPE_COERCE = "type_coerce", SCALAR_SELECT = "select", FILTER = "funcfilter",
  WITHIN_GROUP = "withingroup", AGGREGATE_ORDER_BY = "aggregateorderby",
  LABEL_REF = "label_reference", TEXT_REF = "textual_label_reference",
  TABLE_VALUED = "table_valued_alias", TEXT_SELECT = "textual_select", SELECT_GROUPING = "select_statement_grouping",
  FROM_GROUPING = "grouping", NEXT_VALUE = "next_value_func", SCALAR_VALUES = "scalar_values", CUSTOM = "custom",
}

local CONSTRAINTS = {
  PrimaryKeyConstraint = "primary_key_constraint", ForeignKeyConstraint = "foreign_key_constraint",
  UniqueConstraint = "unique_constraint", CheckConstraint = "table_or_column_check_constraint",
  ExcludeConstraint = "exclude_constraint",
}

--- The name under which a visitor is looked up: "bindparam", "column", "select" …
--- @param node any
--- @return string
function visitors.visit_name(node)
  local kind = core.kind(node)
  if kind == "CONSTRAINT" then return CONSTRAINTS[core.schema.class(node)] or "constraint" end
  return NAMES[kind] or kind:lower()
end

core.getters({"EXPR", "FROM", "STATEMENT", "SCHEMA", "DDL"}, {__visit_name__ = visitors.visit_name})

local function add(out, seen, node)
  if core.category(node) == "PART" then
    for _, child in ipairs(core.children(node)) do add(out, seen, child) end
  elseif core.category(node) ~= "TYPE" and not seen[core.id(node)] then
    seen[core.id(node)] = true
    out[#out + 1] = node
  end
end

--- The constructs that a construct is directly made of; of a SELECT also its FROMs.
--- @param node any
--- @return any[]
function visitors.get_children(node)
  local out, seen, kind = {}, {}, core.kind(node)
  if kind == "TABLE" or kind == "COLUMN" then return out end
  for _, child in ipairs(core.children(node)) do add(out, seen, child) end
  for _, from in ipairs(kind == "SELECT" and core.froms(node) or {}) do add(out, seen, from) end
  return out
end

--- An iterator over a construct and all that it is made of, level by level.
--- @param node any
--- @return fun(): any
function visitors.iterate(node)
  local queue, at, last = {core.element(node)}, 0, 1
  return function()
    at = at + 1
    local current = queue[at]
    if current == nil then return nil end
    for _, child in ipairs(visitors.get_children(current)) do
      last = last + 1
      queue[last] = child
    end
    return current
  end
end

local function check_table(name, map)
  if type(map) ~= "table" then
    err.raise("ArgumentError", "%s: argument 'visitors' must be a table of functions, got %s", name, type(map))
  end
end

--- Calls map.column(node), map.bindparam(node) … for a construct and all that it is made of.
--- @param node any
--- @param options table not used
--- @param map table<string, fun(node: any)>
--- @return any node
function visitors.traverse(node, options, map) -- luacheck: no unused args
  check_table("traverse", map)
  return visitors.traverse_using(visitors.iterate(node), node, map)
end

--- A copy in which replace(node) stands for what it was called with, where it returns something.
--- @param node any
--- @param options table not used
--- @param replace fun(node: any): any
--- @return any
function visitors.replacement_traverse(node, options, replace) -- luacheck: no unused args
  return core.replace(core.element(node), function(n)
    local new = replace(n)
    return new ~= nil and core.element(new) or nil
  end)
end

--- A copy in which what map.<name>(node) returns stands for each node of that name. Constructs are immutable: a visitor
--- does not change what it is given, it returns what is to be in its place.
--- @param node any
--- @param options table not used
--- @param map table<string, fun(node: any): any>
--- @return any
function visitors.cloned_traverse(node, options, map)
  check_table("cloned_traverse", map)
  return visitors.replacement_traverse(node, options, function(n)
    local fn = map[visitors.visit_name(n)]
    return fn and fn(n) or nil
  end)
end

core.methods({"EXPR", "FROM", "STATEMENT"}, {
  get_children = visitors.get_children,
  _generate_cache_key = function(node) return require("lualchemy.sql.cache_key")(node) end,
})

--- Calls map.column(node), map.bindparam(node) … for what an iterator gives.
--- @param iterator fun(): any
--- @param node any what is given back
--- @param map table<string, fun(node: any)>
--- @return any node
function visitors.traverse_using(iterator, node, map)
  check_table("traverse_using", map)
  for current in iterator do
    local fn = map[visitors.visit_name(current)]
    if fn then fn(current) end
  end
  return node
end

for name, class in pairs(require("lualchemy.sql.visitor_class")(visitors)) do visitors[name] = class end

return visitors
