--- Errors that a program makes itself, with SQLAlchemy's positional arguments:
-- la.exc.OperationalError("SELECT 1", {a = 1}, "why", {hide_parameters = true}).
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"
local args = require "lualchemy.args"
local repr = require "lualchemy.engine.repr"

local exc = err.exc
local HIDDEN = "[SQL parameters hidden due to hide_parameters=True]"

--- What the arguments of a class are, beginning with the first that is not the message.
local FIELDS = {
  {exc.DBAPIError, {"statement", "params", "orig"}, {hide_parameters = true, connection_invalidated = true,
    code = true, ismulti = true}},
  {exc.StatementError, {"message", "statement", "params", "orig"}, {hide_parameters = true, code = true,
    ismulti = true}},
  {exc.CircularDependencyError, {"message", "cycles", "edges", "msg"}, {code = true}},
  {exc.NoReferencedColumnError, {"message", "table_name", "column_name"}, {code = true}},
  {exc.NoReferencedTableError, {"message", "table_name"}, {code = true}},
}

local function inherits(class, from)
  while class and class ~= from do class = rawget(class, "__base") end
  return class == from
end

local function params_text(e)
  if type(e.params) ~= "table" or next(e.params) == nil then return nil end
  if e.hide_parameters then return HIDDEN end
  local first = e.params[1]
  if not e.ismulti or type(first) ~= "table" then return "[parameters: " .. repr.value(e.params) .. "]" end
  local sets = e.params
  if #first > 0 then return "[parameters: " .. repr.parameters(sets, true) .. "]" end
  return "[parameters: " .. repr.sets(sets, repr.value) .. "]"
end

--- The name of the class of what went wrong underneath.
local function class_of(orig)
  if type(orig) == "string" then return "builtins.str" end
  local name = type(orig) == "table" and (getmetatable(orig) or {}).__name
  if exc.SQLAlchemyError:is(orig) then return "sqlalchemy.exc." .. name end
  return name or type(orig)
end

local function told_cycle(e)
  local shown = {}
  for i, item in ipairs(e.cycles or {}) do shown[i] = repr.value(item) end
  e.message = e.msg or ("%s (%s)"):format(e.message, table.concat(shown, ", "))
end

local function complete(e)
  e.hide_parameters = e.hide_parameters or false
  if exc.DBAPIError:is(e) then
    e.connection_invalidated = e.connection_invalidated or false
    local text = exc.SQLAlchemyError:is(e.orig) and e.orig.message or tostring(e.orig)
    e.message = e.orig ~= nil and ("(%s) %s"):format(class_of(e.orig), text) or "None"
  end
  e.headline = e.message
  e.params_text = e.statement and params_text(e)
end

local function read(class, names, keywords, given)
  local e, n = {}, math.min(given.n, #names)
  for i = 1, n do e[names[i]] = given[i] end
  for k, v in pairs(args.check(class.__name, keywords, given[n + 1] or {})) do e[k] = v end
  e.doc_code = e.code
  return setmetatable(e, class)
end

--- The error of a class, or nil for one that takes a message alone.
--- @param class table
--- @return table|nil
return function(class, ...)
  for _, row in ipairs(FIELDS) do
    if inherits(class, row[1]) then
      local e = read(class, row[2], row[3], compat.pack(...))
      if exc.StatementError:is(e) then complete(e) end
      if exc.CircularDependencyError:is(e) then told_cycle(e) end
      return e
    end
  end
  return nil
end
