--- la.warnings: what becomes of warnings, as Python's module of that name has it.
--
--     la.warnings.filterwarnings("error")                                    -- warnings are errors from now on
--     la.warnings.filterwarnings("ignore", {message = "Did not recognize"})  -- but not these
--     local list = la.warnings.catch_warnings(function() … end)              -- those of a function
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"

local show = err.on_warning

--- @class lualchemy.warnings
local warnings = {}

--- {action, category, message}: the first that fits counts; what is done where none does.
local filters, unfiltered = {}, "default"

--- The texts that were shown, and how many.
local seen, nseen, MOST_SEEN = {}, 0, 4096

local ACTIONS = {error = true, ignore = true, always = true, default = true, once = true}

local function fits(filter, warning)
  return filter.category:is(warning) and warning.message:lower():find(filter.message, 1, true) == 1
end

local function action_for(warning)
  for _, filter in ipairs(filters) do
    if fits(filter, warning) then return filter.action end
  end
  return unfiltered
end

--- Was this text shown before? Of the texts, some thousand are remembered.
local function is_repeated(message)
  if seen[message] then return true end
  if nseen == MOST_SEEN then seen, nseen = {}, 0 end
  seen[message], nseen = true, nseen + 1
  return false
end

err.on_warning = function(message, warning)
  local action = action_for(warning)
  if action == "ignore" then return end
  if action == "error" then error(warning, 0) end
  if action ~= "always" and is_repeated(message) then return end
  warnings.showwarning(message, warning)
end

--- What a warning that no filter stops ends in; programs may put a function of their own here.
--- @param message string
--- @param warning table of la.exc.SAWarning or its like
function warnings.showwarning(message, warning) show(message, warning) end

local function is_category(class) return type(class) == "table" and type(class.is) == "function" and class.__name end

--- Warnings of whatever class, those of deprecation, too.
local ANY = {__name = "Warning", is = function() return true end}
local FILTER = {message = true, category = true, append = true}

--- From now on: action "error" raises such warnings, "ignore" drops them, "always" shows each, "default" and "once"
--- each text once, as is done without a filter. Filters set later come first.
--- @param action "error"|"ignore"|"always"|"default"|"once"
--- @param ... string|table the beginning of the text; a class of la.exc; or {message, category, append}
function warnings.filterwarnings(action, ...)
  local p, o = args.take("filterwarnings", FILTER, ...)
  local message, category = p[1] or o.message or "", p[2] or o.category or ANY
  if not ACTIONS[action] then err.raise("ArgumentError", "filterwarnings: invalid action: %s", tostring(action)) end
  if type(message) ~= "string" then
    err.raise("ArgumentError", "filterwarnings: argument 'message' must be a string, got %s", type(message))
  end
  if not is_category(category) then
    err.raise("ArgumentError", "filterwarnings: argument 'category' must be a class of warnings, got %s",
      type(category))
  end
  local filter = {action = action, message = message:lower(), category = category}
  table.insert(filters, o.append and #filters + 1 or 1, filter)
end

--- The same for warnings of whatever text.
--- @param action "error"|"ignore"|"always"|"default"|"once"
--- @param ... table a class of la.exc; or {category, append}
function warnings.simplefilter(action, ...)
  local p, o = args.take("simplefilter", FILTER, ...)
  warnings.filterwarnings(action, "", p[1] or o.category or ANY, {append = o.append})
end

--- Forgets all filters.
function warnings.resetwarnings() filters, seen, nseen = {}, {}, 0 end

--- Warns.
--- @param message string
--- @param category? table a class of la.exc
function warnings.warn(message, category)
  if type(message) ~= "string" then
    err.raise("ArgumentError", "warn: argument 'message' must be a string, got %s", type(message))
  end
  err.warn(message, category)
end

--- Runs a function; filters that it sets end with it. Answers the warnings that came meanwhile, repeated
--- ones, too: objects of la.exc.SAWarning and its like. The function gets that array, too.
--- @param fn fun(list: table[])
--- @return table[]
function warnings.catch_warnings(fn)
  local list, kept = {}, {filters, unfiltered, seen, nseen, warnings.showwarning}
  filters, unfiltered, seen, nseen = {}, "always", {}, 0
  for i, filter in ipairs(kept[1]) do filters[i] = filter end
  warnings.showwarning = function(_, warning) list[#list + 1] = warning end
  local ok, e = compat.pcall(fn, list)
  filters, unfiltered, seen, nseen, warnings.showwarning = kept[1], kept[2], kept[3], kept[4], kept[5]
  if not ok then error(e, 0) end
  return list
end

return warnings
