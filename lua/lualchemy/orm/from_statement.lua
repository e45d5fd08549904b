--- select(User):from_statement(text("…")): objects from the rows of any statement, by the names of its columns.
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local module = {public = {}}

local FromStatement = {__name = "lualchemy.FromStatement"}
local methods = {}
FromStatement.__index = function(self, key)
  local value = methods[key]
  if value ~= nil then return value end
  local node = rawget(self, "statement")
  local member = node[key]
  if type(member) ~= "function" then return member end
  return function(_, ...) return member(node, ...) end
end
FromStatement.__clause_element = function(self) return rawget(self, "statement") end
FromStatement.__tostring = function(self) return tostring(rawget(self, "statement")) end

local function make(select, statement)
  return setmetatable({select = select, statement = statement}, FromStatement)
end

--- The SELECT whose objects from_statement() gives, where x is what it gives.
function module.select_of(x) return module.is(x) and rawget(x, "select") or nil end

--- Is x what from_statement() gives?
function module.is(x) return type(x) == "table" and getmetatable(x) == FromStatement end

--- Loader options for the objects.
function methods:options(...)
  return make(rawget(self, "select"):options(...), rawget(self, "statement"))
end

function methods:execution_options(o)
  return make(rawget(self, "select"):execution_options(o), rawget(self, "statement"))
end

--- Values for the binds of the statement.
function methods:params(...)
  local statement = rawget(self, "statement")
  if core.kind(statement) == "TEXT" then return make(rawget(self, "select"), statement:bindparams(...)) end
  return make(rawget(self, "select"), statement:params(...))
end

--- Raises: a string is no statement.
function module.refuse_text(statement)
  local quote = statement:find("'", 1, true) and not statement:find('"', 1, true) and '"' or "'"
  local text = quote .. statement .. quote
  err.raise("ArgumentError", "Textual SQL expression %s should be explicitly declared as text(%s)", text, text)
end

--- What from_statement() was given, as a node.
function module.check(statement)
  local node = core.element(statement)
  if node and (core.category(node) == "STATEMENT" or core.kind(node) == "TEXT") then return node end
  if type(statement) == "string" then module.refuse_text(statement) end
  err.raise("ArgumentError", "SELECT construct or equivalent text() construct expected, got %s.",
    node and core.category(node) == "FROM" and core.from_description(node) or tostring(statement))
end

core.methods({"SELECT"}, {
  --- The classes and columns of this SELECT, from the rows of that statement.
  from_statement = function(self, statement)
    return make(self, module.check(statement))
  end,
})

-- ---- where the columns are ----

local function places(result)
  local meta = result._meta
  local at = {}
  for i, key in ipairs(meta.keys) do at[key] = at[key] or i end
  return at, require("lualchemy.engine.row").objects(meta)
end

--- @return function place the place of one of the columns; exact: not of another that has its mere name
local function finder(result, columns)
  local at, objects = places(result)
  return function(index, exact)
    local column = columns[index]
    local found = objects[core.id(column)]
    if found then return found end
    local name, key
    if core.kind(column) == "COLUMN" then
      local owner = core.get(column, "table")
      name, key = core.get(column, "name"), core.get(column, "key")
      local owner_name = owner and core.kind(owner) == "TABLE" and core.get(owner, "name")
      found = owner_name and at[owner_name .. "_" .. name]
    elseif core.kind(column) == "LABEL" or core.kind(column) == "FUNCTION" then
      name = core.get(column, "name")
    end
    if found or exact then return found end
    return (name and at[name]) or (key and at[key])
  end
end

local function missing(column)
  err.raise("NoSuchColumnError", "Could not locate column in row for column '%s'", tostring(column))
end

local relocate = {}

--- contains_eager(): what is joined in the rows, where they have its keys.
local function relocate_joined(element, place, columns)
  local kept = {}
  for _, j in ipairs(element.joined) do
    local there = true
    for _, index in ipairs(j.plan.pk) do there = there and place(index, true) end
    if there then
      relocate.entity(j.plan, place, columns)
      kept[#kept + 1] = j
    end
  end
  element.joined = kept
end

function relocate.entity(element, place, columns)
  local kept = {}
  for _, c in ipairs(element.columns) do
    local index = place(c[2])
    if index then kept[#kept + 1] = {c[1], index} end
  end
  element.columns = kept
  for i, index in ipairs(element.pk) do element.pk[i] = place(index) or missing(columns[index]) end
  if element.discriminator then element.discriminator = place(element.discriminator)
    or missing(columns[element.discriminator]) end
  relocate_joined(element, place, columns)
end

function relocate.column(element, place, columns)
  element.index = place(element.index) or missing(columns[element.index])
end

function relocate.bundle(element, place, columns)
  for _, part in ipairs(element.elements) do relocate[part.kind](part, place, columns) end
end

local function meta_of(plan)
  local keys, objects = {}, {}
  for i = 1, plan.n do
    local element = plan.elements[i]
    keys[i] = plan.keys[i] or ("column_" .. i)
    if element.entity then objects[core.id(element.entity)] = i end
    if element.node then objects[core.id(element.node)] = i end
  end
  return require("lualchemy.engine.row").meta(keys, objects)
end

-- ---- execution ----

--- The statement with the with_loader_criteria() options of the SELECT.
local function with_criteria(node, select)
  if core.kind(node) ~= "SELECT" and core.kind(node) ~= "COMPOUND" then return node end
  for _, option in ipairs(core.get(select, "options")) do
    local object = core.get(option, "object")
    if type(object) == "table" and object.loader_criteria then node = node:options(option) end
  end
  return node
end

--- Executes what from_statement() gave.
function module.run(session, statement, params, options, bind_arguments)
  local context, execute = require "lualchemy.orm.context", require "lualchemy.orm.execute"
  local select = rawget(statement, "select")
  local node = with_criteria(rawget(statement, "statement"), select)
  if options.autoflush ~= false then session:_autoflush() end
  local bare = core.new("SELECT", {raw_columns = core.get(select, "raw_columns"), options = core.get(select,
    "options"), auto_correlate = true})
  local rewritten, plan = context.rewrite(bare, {inner = true, rows = true})
  local columns = core.get(rewritten, "raw_columns")
  local connection = bind_arguments and session:connection{bind_arguments = bind_arguments}
    or session:_connection_for(execute.mapper_of(select))
  local result = require("lualchemy.engine.execute").run(connection, node, params, {execution_options = options})
  local place = finder(result, columns)
  for _, element in ipairs(plan.elements) do relocate[element.kind](element, place, columns) end
  local meta = meta_of(plan)
  local load = require("lualchemy.orm.loading").new(session, plan, {populate_existing = options.populate_existing},
    meta)
  return require("lualchemy.engine.result").Result.from_rows(load:rows(result:all()), meta)
end

return module
