-- What the specs of the ORM share: a session on a fresh database in memory and a record of what it sends.
local la = require "lualchemy"

local orm = {}

local function literal(value)
  if value == nil or value == la.NULL then return "NULL" end
  if type(value) == "string" then return "'" .. value .. "'" end
  if type(value) == "table" then return orm.row(value) end
  return tostring(value)
end

--- The values of one row of parameters: "1, 'ann', NULL".
function orm.row(values)
  local n, words = 0, {}
  for i in pairs(values) do
    if type(i) == "number" and i > n then n = i end
  end
  for i = 1, n do words[i] = literal(values[i]) end
  return table.concat(words, ", ")
end

local function describe(statement, parameters)
  local text = statement:gsub("%s+", " ")
  if type(parameters[1]) ~= "table" then
    local values = orm.row(parameters)
    return values == "" and text or text .. " [" .. values .. "]"
  end
  local rows = {}
  for i, row in ipairs(parameters) do rows[i] = "(" .. orm.row(row) .. ")" end
  return text .. " [" .. table.concat(rows, ", ") .. "]"
end

--- Makes the tables of a declarative base in a new database in memory, with a session on it.
-- @return the session; a function that gives the statements sent since it was last called, one line each with its
-- parameters: "SELECT a.id FROM a WHERE a.id = ? [1]", and for many rows "… [(1), (2)]"; the engine
function orm.open(Base, options)
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  local sent = {}
  la.event.listen(engine, "before_cursor_execute", function(_, _, statement, parameters)
    sent[#sent + 1] = describe(statement, parameters)
  end)
  local function take()
    local taken = sent
    sent = {}
    return taken
  end
  local session = options and la.Session(engine, options) or la.Session(engine)
  return session, take, engine
end

--- Calls fn, which must raise an error of a class of la.exc; its message.
function orm.raises(class, fn, ...)
  local ok, e = pcall(fn, ...)
  if ok then error("no " .. class .. " was raised", 2) end
  if not la.exc[class]:is(e) then error("expected " .. class .. ", got " .. tostring(e), 2) end
  return tostring(e)
end

--- The named attribute of each object of a list.
function orm.each(list, name)
  local values = {}
  for i, object in ipairs(list) do values[i] = object[name] end
  return values
end

return orm
