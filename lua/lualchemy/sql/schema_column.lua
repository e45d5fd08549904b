--- Column and mapped_column: one constructor; what a column of a table knows.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local default = require "lualchemy.sql.schema_default"
local element_class = require "lualchemy.sql.element_class"
local err = require "lualchemy.error"
local options = require "lualchemy.sql.schema_options"

local schema = core.schema
local given, spec = base.given, base.spec

local KEYWORDS = base.keywords([[name type_ autoincrement default insert_default doc key index unique info nullable
  onupdate primary_key server_default server_onupdate quote system comment insert_sentinel
  _omit_from_statements]], {_dialect = true})
--- What mapped_column() takes besides: kept for the mapper.
local ORM = base.keywords([[init repr default_factory compare kw_only hash deferred deferred_group deferred_raiseload
  use_existing_column active_history sort_order dataclass_metadata]])
local MAPPED = base.keywords("", KEYWORDS)
for k in pairs(ORM) do MAPPED[k] = true end

local AUTOINCREMENT = {auto = 0, [false] = 1, [true] = 2, ignore_fk = 3}

-- ---- arguments ----

local function take_name(items, o)
  local first = items[1]
  if type(first) == "string" or base.element(first, "STR") then
    if given(o.name) ~= nil then
      err.raise("ArgumentError", "May not pass name positionally and as a keyword.")
    end
    o.name = first
  elseif first ~= nil then
    return 1
  end
  return 2
end

local function take_type(items, at, o)
  local first = items[at]
  if first ~= nil and base.element(first, "TYPE") then
    if given(o.type_) ~= nil then
      err.raise("ArgumentError", "May not pass type_ positionally and as a keyword.")
    end
    o.type_ = first
  elseif first ~= nil then
    return at
  end
  return at + 1
end

--- What is left of the positional arguments behind name and type: schema items.
local function split(p, o)
  local at = take_type(p, take_name(p, o), o)
  local items = {}
  for i = at, p.n do
    if p[i] ~= nil and p[i] ~= core.null then items[#items + 1] = p[i] end
  end
  return items
end

local INSTEAD = {
  index = "To create indexes with a specific name, create an explicit Index object external to the Table.",
  unique = "To create unique constraints or indexes with a specific name, append an explicit UniqueConstraint to the "
    .. "Table's list of elements, or create an explicit Index object external to the Table.",
}

local function flag(o, name, who)
  local value = given(o[name])
  if type(value) == "string" then
    err.raise("ArgumentError", "The '%s' keyword argument on %s is boolean only. %s", name, who, INSTEAD[name])
  end
  return value and 1 or 0
end

local function refuse_autoincrement(who, given_value)
  err.raise("ArgumentError", "%s: argument 'autoincrement' must be true, false, \"auto\" or \"ignore_fk\", got %s",
    who, tostring(given_value))
end

local function fill(column, o, who)
  local nullable = given(o.nullable)
  local autoincrement = o.autoincrement
  if autoincrement == nil then autoincrement = "auto" end
  if not AUTOINCREMENT[autoincrement] then refuse_autoincrement(who, autoincrement) end
  local primary_key = given(o.primary_key) and true or false
  local null = nullable
  if null == nil then null = not primary_key end
  core.set(spec(column), {
    primary_key = primary_key, nullable = null and 1 or 0, user_nullable = nullable ~= nil,
    autoincrement = AUTOINCREMENT[autoincrement],
    index = flag(o, "index", "Column"), unique = flag(o, "unique", "Column"),
    system = given(o.system) and 1 or 0, insert_sentinel = given(o.insert_sentinel) and 1 or 0,
    omit_from_statements = o._omit_from_statements and 1 or 0, doc = given(o.doc), comment = given(o.comment),
    info = given(o.info), options = options.take("Column", o, MAPPED),
  })
end

-- ---- schema items given with the column ----

local ADD = {
  FOREIGN_KEY = function(column, item) base.attached(schema.foreign_key(column, item)) end,
  CONSTRAINT = schema.column_constraint,
}
for _, kind in ipairs{"COLUMN_DEFAULT", "SERVER_DEFAULT", "SEQUENCE", "IDENTITY", "COMPUTED"} do
  ADD[kind] = schema.set_default
end

local function add_item(column, item)
  local node = core.element(item)
  local add = node and ADD[core.kind(node)]
  if not add then
    err.raise("ArgumentError", "'SchemaItem' object, such as a 'Column' or a 'Constraint' expected, got %s",
      base.shown(item))
  end
  add(column, node)
end

local function add_defaults(column, o)
  local value = o.insert_default
  if value == nil then value = o.default end
  if given(value) ~= nil then schema.set_default(column, default.as_default(value)) end
  if given(o.onupdate) ~= nil then schema.set_default(column, default.as_default(o.onupdate, true)) end
  if given(o.server_default) ~= nil then
    schema.set_default(column, default.as_server_default(o.server_default, false))
  end
  if given(o.server_onupdate) ~= nil then
    schema.set_default(column, default.as_server_default(o.server_onupdate, true))
  end
end

-- ---- the constructor ----

--- The items among the arguments, and the name; o gets name and type.
local function read(who, p, o)
  local items = split(p, o)
  if given(o.name) == nil and given(o.quote) ~= nil then
    err.raise("ArgumentError", "Explicit 'name' is required when sending 'quote' argument")
  end
  return items, base.name(o.name, o.quote, who)
end

local function settle(column, who, items, o)
  if given(o.key) ~= nil then core.set(column, {key = o.key}) end
  fill(column, o, who)
  -- defaults first: identity and computed columns look at them
  add_defaults(column, o)
  for _, item in ipairs(items) do add_item(column, item) end
  return column
end

local function make(who, p, o)
  local items, name = read(who, p, o)
  return settle(schema.column_new(name, given(o.type_)), who, items, o)
end

--- Column("name", type, items…, {options}); name and type may be left out.
--- @return any column
local Column = base.class("Column", function(x) return core.kind(x) == "COLUMN" and core.has(x, "spec") end,
  function(...)
    return make("Column", base.brace("Column", KEYWORDS, ...))
  end)

element_class.root(Column, {
  kind = "COLUMN",
  make = function(class, ...)
    local column = schema.column_new()
    core.set(spec(column), {object = element_class.object(class)})
    class.__init__(column, ...)
    return column
  end,
  --- What a class derived from Column calls in its own __init__.
  init = function(column, ...)
    local p, o = base.brace("Column", KEYWORDS, ...)
    local items, name = read("Column", p, o)
    core.set(column, {name = name, key = name})
    if given(o.type_) ~= nil then core.set(column, {type = core.element(o.type_)}) end
    settle(column, "Column", items, o)
  end,
})

--- A column for a declarative class: Column with keywords for the mapper.
--- @param ... any what Column() takes, and: name, deferred, deferred_group, init, repr, compare, kw_only, sort_order, …
--- @return any column
local function mapped_column(...)
  local p, o = base.brace("mapped_column", MAPPED, ...)
  local mapper = {}
  for k in pairs(ORM) do mapper[k] = o[k] end
  local column = make("mapped_column", p, o)
  if next(mapper) ~= nil then core.set(spec(column), {orm = mapper}) end
  return column
end

--- A column that tells inserted rows apart where nothing else does.
--- @param ... any name, type_; options: default, omit_from_statements
--- @return any column
local function insert_sentinel(...)
  local p, o = args.take("insert_sentinel", base.keywords("name type_ default omit_from_statements"), ...)
  local omit = o.omit_from_statements
  return make("insert_sentinel", {n = 0}, {
    name = p[1] or o.name, type_ = p[2] or o.type_ or require("lualchemy.sql.types").Integer, insert_sentinel = true,
    default = o.default or default.sentinel_default(), _omit_from_statements = omit == nil or omit,
  })
end

-- ---- what a column knows ----

--- A getter of the field of the schema column that a column is or stands for.
local function of_spec(field, convert)
  return function(column)
    local s = schema.spec_of(column)
    if not s then return nil end
    local value = core.get(s, field)
    if convert then return convert(value) end
    return value
  end
end

local function to_boolean(n)
  return n == 1
end

local function true_or_nil(n)
  return n == 1 or nil
end

local HOW = {[0] = "auto", [1] = false, [2] = true, [3] = "ignore_fk"}

core.getters({"COLUMN"}, {
  default = of_spec "default_", onupdate = of_spec "onupdate", server_default = of_spec "server_default",
  server_onupdate = of_spec "server_onupdate", computed = of_spec "computed", identity = of_spec "identity",
  constraints = of_spec "constraints", comment = of_spec "comment", doc = of_spec "doc",
  primary_key = function(c) return of_spec("primary_key", to_boolean)(c) or false end,
  nullable = of_spec("nullable", to_boolean),
  unique = of_spec("unique", true_or_nil), index = of_spec("index", true_or_nil),
  system = of_spec("system", to_boolean), autoincrement = of_spec("autoincrement", function(n) return HOW[n] end),
  foreign_keys = function(c) return of_spec("foreign_keys")(c) or {} end,
})

--- A setter of a default: nil takes it away.
local function default_setter(field, as, onupdate)
  return function(column, value)
    if given(value) == nil then return core.set(spec(column), {[field] = core.null}) end
    schema.set_default(column, as(value, onupdate))
  end
end

local function flag_setter(name)
  return function(column, value) core.set(spec(column), {[name] = flag({[name] = value}, name, "Column")}) end
end

core.setters({"COLUMN"}, {
  default = default_setter("default_", default.as_default),
  onupdate = default_setter("onupdate", default.as_default, true),
  server_default = default_setter("server_default", default.as_server_default, false),
  server_onupdate = default_setter("server_onupdate", default.as_server_default, true),
  unique = flag_setter "unique", index = flag_setter "index", system = flag_setter "system",
  type = function(c, type_) core.set(c, {type = core.element(type_)}) end,
  autoincrement = function(c, value)
    if not AUTOINCREMENT[value] then refuse_autoincrement("Column", value) end
    core.set(spec(c), {autoincrement = AUTOINCREMENT[value]})
  end,
  name = function(c, name) core.set(c, {name = name}) end,
  key = function(c, key) core.set(c, {key = key}) end,
  nullable = function(c, value) core.set(spec(c), {nullable = value and 1 or 0, user_nullable = 1}) end,
  primary_key = function(c, value) core.set(spec(c), {primary_key = value and 1 or 0}) end,
  comment = function(c, text) core.set(spec(c), {comment = text}) end,
  doc = function(c, text) core.set(spec(c), {doc = text}) end,
})

core.methods({"COLUMN"}, {
  --- Adds a foreign key to the column.
  append_foreign_key = function(...)
    local column, fk = args.place("self fk", ...)
    ADD.FOREIGN_KEY(column, fk)
  end,
  --- Does a foreign key of this column refer to the other one?
  references = function(column, other)
    for _, fk in ipairs(column.foreign_keys) do
      if schema.fk_column(fk) == other then return true end
    end
    return false
  end,
})

return {
  public = {Column = Column, mapped_column = mapped_column, insert_sentinel = insert_sentinel},
  add_item = add_item, make = make, HOW = HOW,
}
