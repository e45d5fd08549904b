--- Values and parameters as Python's repr() shows them, cut to a readable length: for logs and errors.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"

local python_repr = require "lualchemy.engine.python_repr"

local NULL = core.null
local repr = {}

local MAX_CHARS = 300
local MAX_SETS = 10

--- At most MAX_CHARS characters of text, the middle left out.
local function cut(text)
  if #text <= MAX_CHARS then return text end
  local half = MAX_CHARS / 2
  return ("%s ... (%d characters truncated) ... %s"):format(text:sub(1, half), #text - MAX_CHARS, text:sub(-half))
end

local ESCAPES = {["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\\"] = "\\\\"}

local function string_repr(s)
  local quote = (s:find("'", 1, true) and not s:find('"', 1, true)) and '"' or "'"
  local body = s:gsub("[%c\\" .. quote .. "]", function(c)
    if c == quote then return "\\" .. c end
    return ESCAPES[c] or ("\\x%02x"):format(c:byte())
  end)
  return quote .. body .. quote
end

local function list_repr(t)
  local parts = {}
  for i = 1, #t do parts[i] = repr.value(t[i]) end
  return "[" .. table.concat(parts, ", ") .. "]"
end

local function dict_repr(t)
  local keys = {}
  for k in pairs(t) do keys[#keys + 1] = tostring(k) end
  table.sort(keys)
  for i, k in ipairs(keys) do keys[i] = string_repr(k) .. ": " .. repr.value(t[k]) end
  return "{" .. table.concat(keys, ", ") .. "}"
end

--- The shortest text that reads as the same number, marked as a real.
local function real_repr(v)
  local text
  for digits = 15, 17 do
    text = ("%." .. digits .. "g"):format(v)
    if tonumber(text) == v then break end
  end
  if math.abs(v) >= 1e15 and math.abs(v) < 1e16 then text = ("%.0f"):format(v) end
  return text:find("[.e]") and text or text .. ".0"
end

--- One value.
--- @return string
function repr.value(v)
  local kind = type(v)
  if v == nil or v == NULL then return "None" end
  if kind == "string" then return cut(string_repr(v)) end
  if kind == "boolean" then return v and "True" or "False" end
  if kind == "number" then
    if v ~= v then return "nan" end
    if v == math.huge then return "inf" elseif v == -math.huge then return "-inf" end
    return compat.is_integer(v) and ("%d"):format(v) or real_repr(v)
  end
  if kind == "table" and (getmetatable(v) == nil or core.is_json_array(v)) then
    return cut((#v > 0 or core.is_json_array(v)) and list_repr(v) or dict_repr(v))
  end
  return cut(python_repr.of(v, repr.value) or tostring(v))
end

--- Sets of named parameters.
function repr.named(sets)
  local parts = {}
  for i = 1, math.min(#sets, MAX_SETS) do parts[i] = dict_repr(sets[i]) end
  if #sets > MAX_SETS then
    parts[#parts] = ("... displaying %d of %d total bound parameter sets ..."):format(MAX_SETS, #sets)
  end
  return "[" .. table.concat(parts, ", ") .. "]"
end

--- One set of parameters: a tuple of the values in order.
function repr.tuple(values, n)
  local parts = {}
  for i = 1, n or #values do parts[i] = repr.value(values[i]) end
  return "(" .. table.concat(parts, ", ") .. (#parts == 1 and ",)" or ")")
end

local LONG, HEAD, TAIL = 500, 250, 100

--- The text, if it is long only its beginning and its end.
function repr.long(text)
  local chars = {}
  for c in text:gmatch("[%z\1-\127\192-\255][\128-\191]*") do chars[#chars + 1] = c end
  if #chars <= LONG then return text end
  return ("%s ... %d characters truncated ... %s"):format(table.concat(chars, "", 1, HEAD), #chars - HEAD - TAIL,
    table.concat(chars, "", #chars - TAIL + 1))
end

local MAX_VALUES = 100

--- A set of parameters as repr.tuple shows it; of very many values, those at both ends.
local function set_repr(set)
  local n = set.n or #set
  if n <= MAX_VALUES then return repr.tuple(set, n) end
  local first, last = {}, {}
  for i = 1, MAX_VALUES / 2 do
    first[i] = repr.value(set[i])
    last[i] = repr.value(set[n - MAX_VALUES / 2 + i])
  end
  return ("(%s ... %d parameters truncated ... %s)"):format(table.concat(first, ", "), n - MAX_VALUES,
    table.concat(last, ", "))
end

--- Many sets of parameters, each as `shown` shows it; of very many, those at both ends.
--- @param sets table[]
--- @param shown fun(set: table): string
--- @return string
function repr.sets(sets, shown)
  local parts, total = {}, #sets
  local few = total <= MAX_SETS
  for i = 1, few and total or MAX_SETS - 2 do parts[i] = shown(sets[i]) end
  if few then return "[" .. table.concat(parts, ", ") .. "]" end
  return ("[%s  ... displaying %d of %d total bound parameter sets ...  %s, %s]"):format(table.concat(parts, ", "),
    MAX_SETS, total, shown(sets[total - 1]), shown(sets[total]))
end

--- The parameters of an execution: `sets` is an array of arrays (each with n), `many` whether it was an
--- executemany.
function repr.parameters(sets, many)
  if not many then
    return set_repr(sets[1] or {})
  end
  return repr.sets(sets, set_repr)
end

return repr
