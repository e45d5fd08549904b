--- How schema items print: tostring(table) is its name, that of the others tells what they are.
local compiler = require "lualchemy.sql.compiler"
local core = require "lualchemy.core"

local schema = core.schema

local print_ = {}

--- table.name, whatever the schema; columns of subqueries and aliases print as SQL.
function print_.COLUMN(c)
  local t, name = core.get(c, "table"), core.get(c, "name")
  if not core.has(c, "spec") then return compiler.text(c) end
  if not name then return "(no name)" end
  return t and core.kind(t) == "TABLE" and core.get(t, "name") .. "." .. name or name
end

function print_.TABLE(t) return t.fullname end
function print_.METADATA() return "MetaData()" end
function print_.FOREIGN_KEY(fk) return ("ForeignKey('%s')"):format(schema.fk_target(fk)) end

-- ---- repr() ----

local function quoted(text) return "'" .. text .. "'" end

--- The parts with commas between.
local function call(name, parts) return name .. "(" .. table.concat(parts, ", ") .. ")" end

local NUMBERING = {"start", "increment", "minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "cache", "order"}

--- Adds the options of a sequence or an IDENTITY that were given: start=5.
local function numbering(item, parts)
  for _, name in ipairs(NUMBERING) do
    local value = item[name]
    if type(value) == "boolean" then value = value and "True" or "False" end
    if value ~= nil then parts[#parts + 1] = name .. "=" .. tostring(value) end
  end
  return parts
end

function print_.SEQUENCE(s)
  local parts = numbering(s, {quoted(core.get(s, "name"))})
  if core.has(s, "schema") then parts[#parts + 1] = "schema=" .. quoted(core.get(s, "schema")) end
  return call("Sequence", parts)
end

local DEFAULTS = {"onupdate", "default", "server_default"}

--- Column('id', Integer(), table=<t>, primary_key=True, nullable=False)
local function column_repr(c)
  local spec, name, t = core.get(c, "spec"), core.get(c, "name"), core.get(c, "table")
  local parts = {name and quoted(name) or "None", c.type:__repr__()}
  for _, fk in ipairs(c.foreign_keys) do parts[#parts + 1] = print_.FOREIGN_KEY(fk) end
  parts[#parts + 1] = t and "table=<" .. core.get(t, "name") .. ">" or "table=None"
  if core.get(c, "key") and core.get(c, "key") ~= name then parts[#parts + 1] = "key=" .. quoted(core.get(c, "key")) end
  if c.primary_key then parts[#parts + 1] = "primary_key=True" end
  if not c.nullable then parts[#parts + 1] = "nullable=False" end
  for _, field in ipairs(DEFAULTS) do
    if c[field] then parts[#parts + 1] = field .. "=" .. tostring(c[field]) end
  end
  if core.has(spec, "comment") then parts[#parts + 1] = "comment=" .. quoted(core.get(spec, "comment")) end
  return call("Column", parts)
end

--- Table('t', MetaData(), Column(…), schema=None)
local function table_repr(t)
  local parts = {quoted(core.get(t, "name")), "MetaData()"}
  for _, c in ipairs(t.c:values()) do parts[#parts + 1] = column_repr(c) end
  parts[#parts + 1] = "schema=" .. (core.get(t, "schema") and quoted(core.get(t, "schema")) or "None")
  return call("Table", parts)
end

local function columns_repr(list)
  local parts = {}
  for i, c in ipairs(list) do
    local kind = core.kind(c)
    if kind == "STR" then
      parts[i] = quoted(core.get(c, "s"))
    else
      parts[i] = kind == "COLUMN" and core.has(c, "spec") and column_repr(c) or tostring(c)
    end
  end
  return parts
end

core.methods({"COLUMN"}, {__repr__ = function(c) return core.has(c, "spec") and column_repr(c) or tostring(c) end})
core.methods({"TABLE"}, {__repr__ = function(t) return core.has(t, "spec") and table_repr(t) or tostring(t) end})

local BY_COLUMNS = {PrimaryKeyConstraint = true, UniqueConstraint = true}

function print_.CONSTRAINT(c)
  local name, class = core.get(c, "name"), schema.class(c)
  if BY_COLUMNS[class] then return call(class, columns_repr(core.get(c, "columns"))) end
  return ("%s(%s)"):format(class, name and "name='" .. name .. "'" or "")
end

function print_.INDEX(index)
  local name, parts = core.get(index, "name"), columns_repr(index.expressions)
  table.insert(parts, 1, name and quoted(name) or "None")
  if index.unique then parts[#parts + 1] = "unique=True" end
  return call("Index", parts)
end

function print_.COLUMN_DEFAULT(d)
  local class = core.has(d, "callable") and "Callable" or core.has(d, "arg") and "ColumnElement" or "ScalarElement"
  local arg = d.arg
  if type(arg) == "string" then arg = "'" .. arg .. "'" end
  return ("%sColumnDefault(%s)"):format(class, tostring(arg))
end

function print_.SERVER_DEFAULT(d)
  local arg, for_update = d.arg, core.get(d, "for_update") ~= 0
  if not d.has_argument then return for_update and "FetchedValue(for_update=True)" or "FetchedValue()" end
  if type(arg) == "string" then arg = "'" .. arg .. "'" end
  return ("DefaultClause(%s, for_update=%s)"):format(tostring(arg), for_update and "True" or "False")
end

--- A name prints as its text.
function print_.STR(name) return core.get(name, "s") end

function print_.COMPUTED(c) return ("Computed(%s)"):format(tostring(c.sqltext)) end

function print_.IDENTITY(i)
  return call("Identity", numbering(i, i.always and {"always=True"} or {}))
end

for kind, fn in pairs(print_) do compiler.printer(kind, fn) end
