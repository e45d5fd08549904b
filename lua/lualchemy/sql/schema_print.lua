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
function print_.SEQUENCE(s) return ("Sequence('%s')"):format(core.get(s, "name")) end

function print_.CONSTRAINT(c)
  local name = core.get(c, "name")
  return ("%s(%s)"):format(schema.class(c), name and "name='" .. name .. "'" or "")
end

function print_.INDEX(index)
  local name = core.get(index, "name")
  return ("Index(%s)"):format(name and "'" .. name .. "'" or "None")
end

function print_.COLUMN_DEFAULT(d)
  local class = core.has(d, "callable") and "Callable" or core.has(d, "arg") and "ColumnElement" or "ScalarElement"
  local arg = d.arg
  if type(arg) == "string" then arg = "'" .. arg .. "'" end
  return ("%sColumnDefault(%s)"):format(class, tostring(arg))
end

function print_.SERVER_DEFAULT(d)
  if not d.has_argument then return "FetchedValue()" end
  local arg, for_update = d.arg, core.get(d, "for_update") ~= 0
  if type(arg) == "string" then arg = "'" .. arg .. "'" end
  return ("DefaultClause(%s, for_update=%s)"):format(tostring(arg), for_update and "True" or "False")
end

function print_.COMPUTED(c) return ("Computed(%s)"):format(tostring(c.sqltext)) end
function print_.IDENTITY() return "Identity()" end

for kind, fn in pairs(print_) do compiler.printer(kind, fn) end
