--- What execute() was given besides the statement: sets of parameters, options.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local row_module = require "lualchemy.engine.row"

--- no_options: the execution options of who has none; never changed.
local parameters = {no_options = {}}
local NO_SETS = {}

local function refuse_element(i, set)
  err.raise("ArgumentError", "List argument must consist only of dictionaries (execute: element %d is a %s)", i,
    type(set))
end

--- The array with tables in the place of rows and of mappings of rows.
function parameters.plain(list)
  if core.plain_sets(list) then return list end
  local copy = {}
  for i, set in ipairs(list) do
    if type(set) ~= "table" then refuse_element(i, set) end
    copy[i] = row_module.values(set) or set
  end
  return copy
end

--- Sets of parameters (an array of tables) from what the caller gave, and whether it is an executemany.
function parameters.distill(given)
  if given == nil then return NO_SETS, false end
  if type(given) ~= "table" then
    err.raise("ArgumentError", "mapping or list expected for parameters (execute: got a %s)", type(given))
  end
  if getmetatable(given) then given = row_module.values(given) or given end
  if #given == 0 then
    if next(given) == nil then return NO_SETS, false end
    return {given}, false
  end
  return parameters.plain(given), #given > 1
end

--- Sets of positional values for exec_driver_sql: an array of values, or an array of such arrays.
function parameters.positional(given)
  if given == nil then return {}, false end
  if type(given) ~= "table" then
    err.raise("ArgumentError", "mapping or list expected for parameters (exec_driver_sql: got a %s)", type(given))
  end
  if #given == 0 then
    if next(given) == nil then return {}, false end
    err.raise("ArgumentError", "exec_driver_sql: parameters are positional: an array of values, or an array of arrays")
  end
  if type(given[1]) == "table" and getmetatable(given[1]) == nil then return given, true end
  return {given}, false
end

local plain_set = core.plain_set
local ONLY_OPTIONS = {parameters = true, execution_options = true, bind_arguments = true, _parent_execute_state = true,
  _add_event = true}

--- execute(stmt, {execution_options = …}): the options may stand in the place of the parameters, and hold them.
function parameters.split(given, options)
  if options ~= nil or type(given) ~= "table" or not ONLY_OPTIONS[next(given) or false] then return given, options end
  if not args.is_options(given) then return given, nil end
  for k, v in pairs(given) do
    if not ONLY_OPTIONS[k] or type(v) ~= "table" then return given, nil end
  end
  return given.parameters, given
end

--- What execute() was given besides the statement: the set of parameters (nil: none) or the array of many, whether
-- there are many, options (options.plain: this array of many, known to hold plain tables).
function parameters.given(given, options)
  if options and options.plain == given then return given, true, options end
  local name = plain_set(given)
  if name and not ONLY_OPTIONS[name] then return given, false, options end
  local sets, many
  given, options = parameters.split(given, options)
  sets, many = parameters.distill(given)
  return many and sets or sets[1], many, options
end

return parameters
