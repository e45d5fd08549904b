--- CheckFirst: what create_all() and its kin ask the database for, before they create or drop it.
local err = require "lualchemy.error"

--- Sums of these, or true for ALL, false for NONE.
local CheckFirst = {NONE = 0, TABLES = 2, VIEWS = 4, INDEXES = 8, SEQUENCES = 16, TYPES = 32, ALL = 62}

local checkfirst = {CheckFirst = CheckFirst}

--- What was given as `checkfirst`, checked; nil and NULL are no answer.
function checkfirst.take(name, given)
  if given == nil or given == require("lualchemy.core").null then return nil end
  if type(given) == "boolean" then return given end
  local sum = type(given) == "number" and given or -1
  if sum < 0 or sum > CheckFirst.ALL or sum % 2 ~= 0 then
    err.raise("ArgumentError", "%s: argument 'checkfirst' must be true, false or a sum of la.CheckFirst, got %s", name,
      tostring(given))
  end
  return sum
end

--- Is what has that name in CheckFirst to be asked for?
function checkfirst.asks(given, name)
  if type(given) ~= "number" then return given or false end
  return math.floor(given / CheckFirst[name]) % 2 == 1
end

return checkfirst
