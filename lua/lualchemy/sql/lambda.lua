--- la.lambda_stmt(function() return la.select(…) end): a statement to which functions add.
--
-- The functions are called when they are given: what they enclose needs no tracking, since statements are cached by
-- their structure, and values are binds anyway.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

--- @class lualchemy.StatementLambdaElement
local Lambda = {__name = "lualchemy.StatementLambdaElement"}

local KEYWORDS = {enable_tracking = true, track_closure_variables = true, track_on = true,
  global_track_bound_values = true, track_bound_values = true, lambda_cache = true}

local function call(name, fn, ...)
  if type(fn) ~= "function" then
    err.raise("ArgumentError", "%s: argument 'lambda' must be a function, got %s", name, type(fn))
  end
  local statement = core.element(fn(...))
  if not statement then err.raise("ArgumentError", "%s: the function must return a statement", name) end
  return setmetatable({_statement = statement}, Lambda)
end

local methods = {}

--- The statement that a function makes of this one.
--- @param fn fun(statement: any): any
--- @param options? table of lambda_stmt(), without effect
--- @return lualchemy.StatementLambdaElement
function methods:add_criteria(fn, options)
  args.check("add_criteria", KEYWORDS, options or {})
  return call("add_criteria", fn, self._statement)
end

Lambda.__clause_element = function(self) return self._statement end
Lambda.__tostring = function(self) return tostring(self._statement) end
Lambda.__add = function(self, fn) return methods.add_criteria(self, fn) end

--- Whatever else is asked is the statement's.
Lambda.__index = function(self, key)
  if methods[key] then return methods[key] end
  local statement = rawget(self, "_statement")
  if key == "is_select" or key == "statement" then return key == "statement" and statement or true end
  local value = statement[key]
  if type(value) ~= "function" then return value end
  return function(x, ...) return value(x == self and statement or x, ...) end
end

local class = {is = function(_, x) return type(x) == "table" and getmetatable(x) == Lambda end}

return {
  --- @param fn fun(): any
  --- @param options? table without effect
  --- @return lualchemy.StatementLambdaElement
  lambda_stmt = function(fn, options)
    args.check("lambda_stmt", KEYWORDS, options or {})
    return call("lambda_stmt", fn)
  end,
  StatementLambdaElement = class, LambdaElement = class,
}
