--- Tables made by a SELECT: CREATE VIEW, CREATE TABLE … AS; statements of a table's own for CREATE and DROP.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local Column = require("lualchemy.sql.schema_column").public.Column
local core = require "lualchemy.core"
local ddl = require "lualchemy.sql.ddl_element"
local err = require "lualchemy.error"
local options = require "lualchemy.sql.schema_options"
local tables = require "lualchemy.sql.schema_table"

local given, spec = base.given, base.spec
local actions, classes = ddl.actions, ddl.classes
local SELECTS = {"SELECT", "COMPOUND", "SELECT_GROUPING", "TEXT_SELECT"}

local is_select = base.kinds("SELECT", "COMPOUND", "SELECT_GROUPING", "TEXT_SELECT")

local function check_select(class, x)
  local node = core.element(x)
  if not node or not is_select(node) then
    err.raise("ArgumentError", "%s: argument 'selectable' must be a SELECT, got %s", class,
      node and core.kind(node):lower() or type(x))
  end
  return base.without_attributes(node)
end

--- The names that the columns have in the result, for those that are anonymous.
local function namer()
  local counts = {}
  return function(name)
    local plain = name:match("^%%%(%x+ (.*)%)s$")
    if not plain then return name end
    counts[plain] = (counts[plain] or 0) + 1
    return plain .. "_" .. counts[plain]
  end
end

local function make_table(select, name, o)
  local metadata = given(o.metadata) or tables.public.MetaData()
  local list, name_of = {name, metadata}, namer()
  for _, column in ipairs(core.columns(select:subquery()):values()) do
    list[#list + 1] = Column(name_of(column.name), column.type)
  end
  list.schema = o.schema
  if o.schema == "" then list.schema = base.BLANK_SCHEMA end
  return tables.public.Table(list)
end

local function flag(o, name)
  return given(o[name]) and 1 or 0
end

local function make(class, keywords, ...)
  local p, o = base.brace(class, keywords, ...)
  local select, name = check_select(class, p[1] or o.selectable), p[2] or o.name
  if type(base.plain(name)) ~= "string" then
    err.raise("ArgumentError", "%s: argument 'name' must be a string, got %s", class, type(name))
  end
  local taken = options.take(class, o, keywords)
  local t = make_table(select, name, o)
  local statement = core.new("DDL", {action = actions[class], element = t, select = select, options = taken,
    temporary = flag(o, "temporary"), if_not_exists = flag(o, "if_not_exists"), or_replace = flag(o, "or_replace"),
    materialized = flag(o, "materialized")})
  base.set_statement(t, "creator", statement)
  return statement
end

local VIEW = base.keywords("selectable name metadata schema temporary or_replace materialized", {_dialect = true})
local TABLE_AS = base.keywords("selectable name metadata schema temporary if_not_exists", {_dialect = true})

--- CREATE VIEW name AS SELECT …; `.table` is the view as a table. With metadata its create_all() makes the view, and
-- its drop_all() drops it.
--- @param ... table metadata, schema, temporary, or_replace, materialized, <dialect>_…
classes.CreateView = base.class("CreateView", ddl.is_action(actions.CreateView), function(...)
  local statement = make("CreateView", VIEW, ...)
  local t = core.get(statement, "element")
  base.set_statement(t, "dropper", classes.DropView(t, {materialized = statement.materialized}))
  return statement
end)

--- CREATE TABLE name AS SELECT …; `.table` is the table.
--- @param ... table metadata, schema, temporary, if_not_exists
classes.CreateTableAs = base.class("CreateTableAs", ddl.is_action(actions.CreateTableAs), function(...)
  return make("CreateTableAs", TABLE_AS, ...)
end)

ddl.public.CreateView, ddl.public.CreateTableAs = classes.CreateView, classes.CreateTableAs
ddl.public.DropView = classes.DropView

core.methods(SELECTS, {
  --- CREATE TABLE name AS this SELECT.
  --- @param name string
  --- @param o? table metadata, schema, temporary, if_not_exists
  into = function(select, name, o) return classes.CreateTableAs(select, name, o or {}) end,
})

local function class_of(statement)
  return core.ddl_actions[core.get(statement, "action")][1]
end

core.getters({"DDL"}, {
  dialect_kwargs = function(statement) return options.read(core.get(statement, "options")) end,
  dialect_options = function(statement)
    return options.by_dialect(class_of(statement), core.get(statement, "options"))
  end,
  table = function(statement)
    local element = core.get(statement, "element")
    return element and core.kind(element) == "TABLE" and element or nil
  end,
  metadata = function(statement)
    local element = core.get(statement, "element")
    return element and core.kind(element) == "TABLE" and core.get(element, "metadata") or nil
  end,
})

local function set_ddl(name, field)
  local keywords = base.keywords("ddl")
  return function(t, ...)
    local p, o = args.take(name, keywords, ...)
    local statement = p[1] or o.ddl
    if core.kind(statement) ~= "DDL" then
      err.raise("ArgumentError", "%s: argument 'ddl' must be a DDL element, got %s", name, type(statement))
    end
    base.set_statement(t, field, statement)
  end
end

core.methods({"TABLE"}, {
  --- The statement that create_all() and create() execute for the table.
  set_creator_ddl = set_ddl("set_creator_ddl", "creator"),
  --- The statement that drop_all() and drop() execute for the table.
  set_dropper_ddl = set_ddl("set_dropper_ddl", "dropper"),
})
core.getters({"TABLE"}, {
  --- Is it made by CREATE VIEW?
  is_view = function(t)
    local creator = spec(t) and core.get(spec(t), "creator")
    return creator ~= nil and core.get(creator, "action") == actions.CreateView
  end,
})
