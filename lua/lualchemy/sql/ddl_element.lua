--- Statements about schema items: CREATE, DROP, COMMENT ON …, and DDL() for free text.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local element_class = require "lualchemy.sql.element_class"
local err = require "lualchemy.error"

local given = base.given

--- classes: those of la.schema by name; actions: their numbers; public: the names that la has, too.
local ddl = {classes = {}}
local public = {}

--- What an element must be, by the word of ddl.def.
local ELEMENT = {
  TABLE = {"a Table", function(x) return core.kind(x) == "TABLE" end},
  COLUMN = {"a Column", function(x) return core.kind(x) == "COLUMN" end},
  INDEX = {"an Index", function(x) return core.kind(x) == "INDEX" end},
  CONSTRAINT = {"a Constraint", function(x) return core.kind(x) == "CONSTRAINT" end},
  SEQUENCE = {"a Sequence", function(x) return core.kind(x) == "SEQUENCE" end},
  TYPE = {"a type", function(x) return core.kind(x) == "TYPE" end},
}

local function check_element(class, word, x)
  local node = core.element(x)
  if not node or not ELEMENT[word][2](node) then
    err.raise("ArgumentError", "%s: argument 'element' must be %s, got %s", class, ELEMENT[word][1],
      node and core.kind(node):lower() or type(x))
  end
  return node
end

--- Keywords that set a field of the same name, and those that do more.
local FLAGS = {"if_exists", "if_not_exists", "cascade", "materialized"}

local MORE = {
  include_foreign_key_constraints = function(fields, list)
    fields.parts, fields.has_parts = list, 1
  end,
  isolate_from_table = function() end,
}

local KEYWORDS = {
  CreateTable = "element include_foreign_key_constraints if_not_exists", DropTable = "element if_exists",
  CreateSchema = "name if_not_exists", DropSchema = "name cascade if_exists",
  CreateIndex = "element if_not_exists", DropIndex = "element if_exists", CreateSequence = "element if_not_exists",
  DropSequence = "element if_exists", AddConstraint = "element isolate_from_table",
  DropConstraint = "element cascade if_exists isolate_from_table", DropView = "element if_exists materialized",
}

--- A constraint that is added or dropped by ALTER is left out of CREATE TABLE.
local function isolate(class, o, element)
  if class ~= "AddConstraint" and class ~= "DropConstraint" then return end
  if given(o.isolate_from_table) ~= false then core.set(element, {isolated = 1}) end
end

local function condition_of(element)
  local kind = element and core.kind(element)
  return (kind == "CONSTRAINT" or kind == "INDEX") and core.get(element, "ddl_if") or nil
end

local function make(action, class, word, names, keywords, ...)
  local o = args.merge(names, args.brace(class, keywords, ...))
  local fields, first = {action = action}, o.element or o.name
  if word == "SCHEMA" then
    fields.text = base.name(first, nil, class)
  else
    fields.element = check_element(class, word, first)
    fields.condition = condition_of(fields.element)
  end
  for _, flag in ipairs(FLAGS) do fields[flag] = given(o[flag]) and 1 or 0 end
  for name, set in pairs(MORE) do
    if given(o[name]) ~= nil then set(fields, o[name]) end
  end
  if fields.element then isolate(class, o, fields.element) end
  return core.new("DDL", fields)
end

local function is_action(action)
  return function(x) return core.kind(x) == "DDL" and core.get(x, "action") == action end
end
ddl.is_action = is_action

local actions = {}
for action, row in pairs(core.ddl_actions) do
  local class, word = row[1], row[2]
  if word == "SCHEMA" or ELEMENT[word] then
    local names = KEYWORDS[class] or "element"
    local keywords = base.keywords(names)
    ddl.classes[class] = base.class(class, is_action(action), function(...)
      return make(action, class, word, names, keywords, ...)
    end)
    ddl.classes[class].kinds = {DDL = true}
  end
  actions[class] = action
end

-- ---- DDL("…") ----

local function context_pairs(context)
  local out = {}
  for name, value in pairs(context) do
    local key = core.new("STR", {s = name})
    out[#out + 1] = core.new("PAIR", {key = key, value = core.new("STR", {s = tostring(value)})})
  end
  return out
end

--- SQL to execute when tables are created or dropped. %(table)s, %(schema)s, %(fullname)s are those of the table that
-- it is about, other names come from the context; a percent sign is written twice.
public.DDL = base.class("DDL", is_action(actions.DDL), function(...)
  local o = args.merge("statement context", args.brace("DDL", base.keywords("statement context"), ...))
  local statement = o.statement
  if type(statement) ~= "string" then
    err.raise("ArgumentError", "Expected a string or unicode SQL statement, got '%s'", tostring(statement))
  end
  return core.new("DDL", {action = actions.DDL, text = statement,
    parts = context_pairs(given(o.context) or {})})
end)

public.ExecutableDDLElement = base.class("ExecutableDDLElement", base.kinds("DDL"))
element_class.root(public.ExecutableDDLElement, element_class.families.DDL)
public.DDLElement = public.ExecutableDDLElement

-- ---- conditions ----

local function listed(dialects, name)
  if type(dialects) ~= "table" then return dialects == name end
  for _, d in ipairs(dialects) do
    if d == name then return true end
  end
  return false
end

--- Does the condition of execute_if() or ddl_if() hold? kw: tables, checkfirst, compiler.
function ddl.holds(condition, element, target, bind, dialect, kw)
  if not condition then return true end
  if given(condition.dialect) ~= nil and not listed(condition.dialect, dialect.name) then return false end
  local callable = given(condition.callable_)
  if not callable then return true end
  local all = {state = condition.state, dialect = dialect}
  for k, v in pairs(kw or {}) do all[k] = v end
  return callable(element, target, bind, all) and true or false
end

--- What execute_if() and ddl_if() say.
function ddl.condition(dialect, callable, state)
  return {dialect = given(dialect), callable_ = given(callable), state = given(state)}
end

core.methods({"DDL"}, args.by_name({
  --- Executes only on that dialect (or one of an array), or where callable_(ddl, target, connection, keywords) says so.
  execute_if = function(statement, ...) return core.set(statement, {condition = ddl.condition(...)}) end,
  --- Names the schema item that the statement is about.
  against = function(statement, target) return core.set(statement, {element = target}) end,
}, {execute_if = "self dialect callable_ state", against = "self target"}))

local function field(name)
  return function(x) return core.get(x, name) end
end

local function flag(name)
  return function(x) return core.get(x, name) == 1 end
end

--- What DDL() was given for the names in it.
local function context(d)
  local out = {}
  for _, pair in ipairs(core.get(d, "action") == actions.DDL and core.get(d, "parts") or {}) do
    out[core.get(core.get(pair, "key"), "s")] = core.get(core.get(pair, "value"), "s")
  end
  return out
end

--- What CREATE TABLE says of each column, as statements of their own.
local function columns(d)
  if core.get(d, "action") ~= actions.CreateTable then
    err.raise("AttributeError", "only CreateTable has columns")
  end
  local out = {}
  for i, column in ipairs(core.columns(core.get(d, "element")):values()) do
    out[i] = ddl.classes.CreateColumn(column)
  end
  return out
end

core.getters({"DDL"}, {
  columns = columns,
  element = function(d) return core.get(d, "element") or core.get(d, "text") end,
  target = field "element",
  statement = field "text", context = context,
  if_exists = flag "if_exists", if_not_exists = flag "if_not_exists", cascade = flag "cascade",
  temporary = flag "temporary", or_replace = flag "or_replace", materialized = flag "materialized",
  selectable = field "select",
})

-- ---- before CREATE TABLE is compiled ----

--- The statement without the constraints whose ddl_if() does not hold on the dialect.
function ddl.prepare(statement, dialect)
  if core.get(statement, "action") ~= actions.CreateTable then return statement end
  local t, omit = core.get(statement, "element"), {}
  if not core.has(t, "spec") then return statement end
  for _, constraint in ipairs(core.get(core.get(t, "spec"), "constraints")) do
    local condition = core.has(constraint, "ddl_if") and core.get(constraint, "ddl_if")
    if condition and not ddl.holds(condition, statement, constraint, nil, dialect, {compiler = dialect}) then
      omit[#omit + 1] = constraint
    end
  end
  return #omit > 0 and core.with(statement, {omit = omit}) or statement
end

ddl.actions, ddl.public = actions, public
return ddl
