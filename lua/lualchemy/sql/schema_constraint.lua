--- Constraints, foreign keys and indexes.
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local element_class = require "lualchemy.sql.element_class"
local err = require "lualchemy.error"
local options = require "lualchemy.sql.schema_options"

local schema = core.schema
local given = base.given

local COMMON = base.keywords("name deferrable initially info comment", {_dialect = true})
local FK = base.keywords("name onupdate ondelete deferrable initially use_alter link_to_name match info comment",
  {_dialect = true})

-- ---- what they are made of ----

--- A column, a name or an expression, as an element of a constraint.
local function element(x)
  if type(x) == "string" then return x end
  local node = core.element(x)
  if not node or core.category(node) ~= "EXPR" then
    err.raise("ArgumentError", "String column name or column expression for DDL constraint expected, got %s",
      node and tostring(node) or x == nil and "nil" or type(x) == "table" and "a table" or tostring(x))
  end
  return base.without_attributes(node)
end

local function elements(list, n)
  local out = {}
  for i = 1, n do out[i] = element(list[i]) end
  return out
end

--- The fields that all constraints have, out of the keywords.
local function common(who, o, own)
  return {
    name = base.name(o.name, nil, who), deferrable = base.tri(o.deferrable), initially = given(o.initially),
    comment = given(o.comment), info = given(o.info), options = options.take(who, o, own),
  }
end

local function finish(constraint, fields, parent)
  core.set(constraint, fields)
  if parent then
    base.attached(schema.attach(parent, constraint))
  else
    base.attached(schema.auto_attach(constraint))
  end
  return constraint
end

-- ---- constraints of columns ----

local function kind_test(kind)
  return function(x) return core.kind(x) == "CONSTRAINT" and schema.class(x) == kind end
end

--- A class of constraints, from which others may be derived. init(constraint, …) is its constructor's work.
local function constraint_class(who, kind, init)
  local class = base.class(who, kind_test(who), function(...) return init(schema.constraint_new(kind), ...) end)
  class.kinds = {CONSTRAINT = true}
  return element_class.root(class, {
    kind = "CONSTRAINT", init = init,
    make = function(derived, ...)
      local constraint = schema.constraint_new(kind)
      core.set(constraint, {object = element_class.object(derived)})
      derived.__init__(constraint, ...)
      return constraint
    end,
  })
end

local function column_constraint(who, kind)
  return constraint_class(who, kind, function(constraint, ...)
    local p, o = base.brace(who, COMMON, ...)
    local fields = common(who, o, COMMON)
    fields.given = elements(p, p.n)
    return finish(constraint, fields)
  end)
end

--- PRIMARY KEY and UNIQUE of columns or their names.
local PrimaryKeyConstraint = column_constraint("PrimaryKeyConstraint", "primary_key")
local UniqueConstraint = column_constraint("UniqueConstraint", "unique")
local Constraint = base.class("Constraint", base.kinds("CONSTRAINT"))
local ColumnCollectionConstraint = base.class("ColumnCollectionConstraint", base.kinds("CONSTRAINT"))

-- ---- CHECK ----

--- The columns within an expression, level by level.
local function columns_in(node)
  local queue, found, i = {node}, {}, 1
  while queue[i] do
    if core.kind(queue[i]) == "COLUMN" then
      found[#found + 1] = queue[i]
    else
      for _, child in ipairs(core.children(queue[i])) do queue[#queue + 1] = child end
    end
    i = i + 1
  end
  return found
end

local CHECK = base.keywords("sqltext table", COMMON)
--- CHECK of a condition: a text or an expression.
--- @param ... any options: name, deferrable, initially, info, table, <dialect>_…
local CheckConstraint = constraint_class("CheckConstraint", "check", function(constraint, ...)
  local p, o = base.brace("CheckConstraint", CHECK, ...)
  local sqltext = p[1]
  if sqltext == nil then sqltext = o.sqltext end
  for i, name in ipairs{"name", "deferrable", "initially", "table"} do
    if p[i + 1] ~= nil then o[name] = p[i + 1] end
  end
  local condition = base.sql(sqltext, "CheckConstraint", "sqltext")
  local fields = common("CheckConstraint", o, CHECK)
  fields.expressions = {condition}
  fields.given = columns_in(condition)
  return finish(constraint, fields, given(o.table))
end)

-- ---- foreign keys ----

--- The fields in which a foreign key and its constraint agree.
local function reference(who, o)
  return {
    name = base.name(o.name, nil, who), onupdate = given(o.onupdate), ondelete = given(o.ondelete),
    deferrable = base.tri(o.deferrable), initially = given(o.initially), match = given(o.match),
    use_alter = given(o.use_alter) and 1 or 0, link_to_name = given(o.link_to_name) and 1 or 0,
    comment = given(o.comment), info = given(o.info),
  }
end

--- Sets what the key refers to: a text, or a column.
local function refer(fk, target)
  if type(target) == "string" then return core.set(fk, {colspec = target}) end
  local column = core.element(target)
  column = column and base.without_attributes(column)
  if not column or core.kind(column) ~= "COLUMN" then
    err.raise("ArgumentError", "String column name or Column object for DDL foreign key constraint expected, got %s.",
      base.shown(target))
  end
  local table_ = core.get(column, "table")
  if table_ and core.kind(table_) ~= "TABLE" then
    err.raise("ArgumentError", "ForeignKey received Column not bound to a Table, got: %s", tostring(table_))
  end
  return core.set(fk, {held = column})
end

--- A reference of one column: to a Column, or to one by name ("table.column", "schema.table.column").
--- @param ... any options: name, onupdate, ondelete, deferrable, initially, match, use_alter, link_to_name, info,
-- comment
local ForeignKey = base.class("ForeignKey", base.kinds("FOREIGN_KEY"), function(...)
  local keywords = base.keywords("column", FK)
  local p, o = base.brace("ForeignKey", keywords, ...)
  local fields = reference("ForeignKey", o)
  fields.options = options.take("ForeignKeyConstraint", o, keywords)
  return refer(core.new("FOREIGN_KEY", fields), p[1] == nil and o.column or p[1])
end)

local function check_counts(columns, referred)
  local seen, n = {}, 0
  for _, c in ipairs(columns) do
    if not seen[c] then n = n + 1 end
    seen[c] = true
  end
  if n == #referred then return end
  if n ~= #columns then
    err.raise("ArgumentError", "ForeignKeyConstraint with duplicate source column references are not supported.")
  end
  err.raise("ArgumentError",
    "ForeignKeyConstraint number of constrained columns must match the number of referenced columns.")
end

local FKC = base.keywords("columns refcolumns table", FK)
--- FOREIGN KEY of several columns.
--- @param ... any options as those of ForeignKey(), and table
local ForeignKeyConstraint = constraint_class("ForeignKeyConstraint", "foreign_key", function(constraint, ...)
  local p, o = base.brace("ForeignKeyConstraint", FKC, ...)
  local columns, referred = p[1] or o.columns, p[2] or o.refcolumns
  if type(columns) == "string" then columns = {columns} end
  if type(columns) ~= "table" or type(referred) ~= "table" then
    err.raise("ArgumentError", "ForeignKeyConstraint: arguments 'columns' and 'refcolumns' must be arrays")
  end
  check_counts(columns, referred)
  local fields = reference("ForeignKeyConstraint", o)
  fields.options = options.take("ForeignKeyConstraint", o, FKC)
  local keys = {}
  for i, target in ipairs(referred) do
    keys[i] = refer(core.set(core.new("FOREIGN_KEY", fields), {constraint = constraint}), target)
    core.adopt(constraint, keys[i])
  end
  fields.elements = keys
  fields.given = elements(columns, #columns)
  return finish(constraint, fields, given(o.table))
end)

-- ---- indexes ----

local INDEX = base.keywords("name unique quote info _table", {_dialect = true})
--- An index of columns, names and expressions; it belongs to the table of its columns, or to that which it is given to.
--- @param ... any columns and expressions; options: unique, quote, info, <dialect>_…
local Index = base.class("Index", base.kinds("INDEX"), function(...)
  local p, o = base.brace("Index", INDEX, ...)
  local name = p[1]
  if name == nil then name = o.name end
  local list = {}
  for i = 2, p.n do list[i - 1] = element(p[i]) end
  local index = core.new("INDEX", {
    name = base.name(name, o.quote, "Index"), unique = given(o.unique) and 1 or 0, info = given(o.info),
    options = options.take("Index", o, INDEX), given = list,
  })
  if given(o._table) then
    base.attached(schema.attach(o._table, index))
  else
    base.attached(schema.auto_attach(index))
  end
  return index
end)

-- ---- EXCLUDE, of PostgreSQL ----

local EXCLUDE = base.keywords("name deferrable initially info where using ops")
--- EXCLUDE USING … (expression WITH operator, …).
--- @param ... any {expression, operator} each; options: name, deferrable, initially, using, where, ops, info
local ExcludeConstraint = constraint_class("ExcludeConstraint", "exclude", function(constraint, ...)
  local p, o = base.brace("ExcludeConstraint", EXCLUDE, ...)
  if p.n == 2 and type(p[2]) == "string" then p = {n = 1, {p[1], p[2]}} end -- the only pair is no table of arguments
  local pairs_, columns = {}, {}
  for i = 1, p.n do
    if type(p[i]) ~= "table" or type(p[i][2]) ~= "string" then
      err.raise("ArgumentError", "ExcludeConstraint: argument %d must be an array {expression, operator}, got %s", i,
        type(p[i]))
    end
    local expr = element(p[i][1])
    local column = type(expr) == "string" and expr or columns_in(expr)[1]
    if type(expr) == "string" then expr = core.new("STR", {s = expr}) end
    pairs_[i] = core.new("PAIR", {key = expr, value = core.new("STR", {s = p[i][2]})})
    columns[#columns + 1] = column
  end
  local where = given(o.where)
  return finish(constraint, {
    name = base.name(o.name, nil, "ExcludeConstraint"), deferrable = base.tri(o.deferrable),
    initially = given(o.initially), info = given(o.info), using = given(o.using) or "gist",
    where = where and base.sql(where, "ExcludeConstraint", "where"), ops = options.pairs(given(o.ops) or {}),
    expressions = pairs_, given = columns,
  })
end)

return {
  public = {
    Constraint = Constraint, ColumnCollectionConstraint = ColumnCollectionConstraint,
    PrimaryKeyConstraint = PrimaryKeyConstraint, UniqueConstraint = UniqueConstraint,
    CheckConstraint = CheckConstraint, ForeignKeyConstraint = ForeignKeyConstraint, ForeignKey = ForeignKey,
    Index = Index,
  },
  ExcludeConstraint = ExcludeConstraint,
}
