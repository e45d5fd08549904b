--- The placeholders of Python's drivers in SQL of a program's own. PostgreSQL: `%(name)s` with a table of names, `%s`
--- with an array, and with either `%%` for a percent sign. SQLite: `:name`, `@name` and `$name` with a table of names.
--- All other SQL is sent as it is: with `$1` or `?`, or without parameters.
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local placeholders = {}

--- The text with what `take(name or nil)` gives (nil: nothing) in the place of each placeholder of psycopg2.
local function rewrite_percent(sql, take)
  local out, at = {}, 1
  while true do
    local found = sql:find("%", at, true)
    if not found then break end
    out[#out + 1] = sql:sub(at, found - 1)
    local following = sql:sub(found + 1, found + 1)
    local name = following == "(" and sql:match("^%(([^()]*)%)s", found + 1) or nil
    local placeholder = (name or following == "s") and take(name)
    if placeholder then
      at = found + (name and #name + 4 or 2)
    else
      placeholder, at = "%", found + (following == "%" and 2 or 1)
    end
    out[#out + 1] = placeholder
  end
  out[#out + 1] = sql:sub(at)
  return table.concat(out)
end

local CLOSING = {["'"] = "'", ['"'] = '"', ["`"] = "`", ["["] = "]", ["--"] = "\n", ["/*"] = "*/"}

--- The same for SQLite's, of which none is in a literal, a quoted name or a comment.
local function rewrite_colon(sql, take)
  local out, copied, at = {}, 1, 1
  while true do
    local found = sql:find("['\"`%[:@$%-/]", at)
    if not found then break end
    local closing = CLOSING[sql:sub(found, found)] or CLOSING[sql:sub(found, found + 1)]
    local name = not closing and sql:match("^[:@$]([%a_][%w_]*)", found)
    if closing then
      local _, last = sql:find(closing, found + #closing, true)
      at = (last or #sql) + 1
    elseif name then
      out[#out + 1] = sql:sub(copied, found - 1)
      out[#out + 1] = take(name)
      copied = found + #name + 1
      at = copied
    else
      at = found + 1
    end
  end
  out[#out + 1] = sql:sub(copied)
  return table.concat(out)
end

--- Values in the order of the names.
local function in_order(names, set)
  local values = {n = #names}
  for i, name in ipairs(names) do
    local value = set[name]
    if value == nil then
      err.raise("InvalidRequestError", "exec_driver_sql: a value is required for parameter '%s'", name)
    end
    if value ~= core.null then values[i] = value end
  end
  return values
end

--- mark: what stands before the number of a parameter
local function by_name(sql, sets, many, rewrite, mark)
  local names, at = {}, {}
  local text = rewrite(sql, function(name)
    if not name then return nil end
    if not at[name] then
      names[#names + 1] = name
      at[name] = #names
    end
    return mark .. at[name]
  end)
  if not many then return text, in_order(names, sets) end
  local out = {}
  for i, set in ipairs(sets) do out[i] = in_order(names, set) end
  return text, out
end

local function is_dict(x)
  return type(x) == "table" and getmetatable(x) == nil and x[1] == nil and next(x) ~= nil
end

--- The same where values go by name; nil where they do not.
local function named(sql, parameters, rewrite, mark)
  if is_dict(parameters) then return by_name(sql, parameters, false, rewrite, mark) end
  if type(parameters) == "table" and is_dict(parameters[1]) then
    return by_name(sql, parameters, true, rewrite, mark)
  end
end

--- @param sql string
--- @param parameters? table values by name or in order, or an array of such tables
--- @return string sql, table? parameters as SQLite takes them: `?1`, values in order
function placeholders.sqlite(sql, parameters)
  local text, values = named(sql, parameters, rewrite_colon, "?")
  return text or sql, values or parameters
end

--- @param sql string
--- @param parameters? table values by name or in order, or an array of such tables
--- @return string sql, table? parameters as libpq takes them: `$1`, values in order
function placeholders.postgresql(sql, parameters)
  if not sql:find("%", 1, true) then return sql, parameters end
  local by_names, values = named(sql, parameters, rewrite_percent, "$")
  if by_names then return by_names, values end
  if type(parameters) ~= "table" or sql:find("$%d") then return sql, parameters end
  local n = 0
  local text = rewrite_percent(sql, function(name)
    if name then return nil end
    n = n + 1
    return "$" .. n
  end)
  return n > 0 and text or sql, parameters
end

return placeholders
