--- How values of PostgreSQL's own types are sent and read: ranges, HSTORE, JSON paths.
local bitstring = require "lualchemy.dialects.postgresql.bitstring"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local processors = require "lualchemy.sql.processors"
local ranges = require "lualchemy.dialects.postgresql.range"
local type_class = require "lualchemy.sql.type_class"
local values = require "lualchemy.values"

local of = type_class.of
local Range, MultiRange = ranges.Range, ranges.MultiRange

-- ---- text of ranges ----

local function quote(value)
  local text = tostring(value)
  if text ~= "" and not text:find('[%s",()%[%]\\{}]') then return text end
  return '"' .. text:gsub('["\\]', "\\%0") .. '"'
end

local function write_range(r)
  if r.empty then return "empty" end
  return r.bounds:sub(1, 1) .. (r.lower == nil and "" or quote(r.lower)) .. ","
    .. (r.upper == nil and "" or quote(r.upper)) .. r.bounds:sub(2, 2)
end

local function malformed(text)
  err.raise("DataError", "not the text of a range or an array: '%s'", text)
end

--- A bound that begins at `at`: its text (nil: none) and where it ends.
local function read_bound(text, at)
  local out, inside, quoted = {}, false, false
  while true do
    local ch = text:sub(at, at)
    if ch == "" then malformed(text) end
    if not inside and (ch == "," or ch == ")" or ch == "]") then break end
    if ch == "\\" or ch == '"' and inside and text:sub(at + 1, at + 1) == '"' then
      at = at + 1
      out[#out + 1] = text:sub(at, at)
    elseif ch == '"' then
      inside, quoted = not inside, true
    else
      out[#out + 1] = ch
    end
    at = at + 1
  end
  if #out == 0 and not quoted then return nil, at end
  return table.concat(out), at
end

--- The range that begins at `at`, and where it ends.
local function read_range(text, at, convert)
  if text:sub(at, at + 4) == "empty" then return ranges.make(nil, nil, nil, true), at + 5 end
  local open = text:match("^[%[%(]", at)
  if not open then malformed(text) end
  local lower, upper
  lower, at = read_bound(text, at + 1)
  if text:sub(at, at) ~= "," then malformed(text) end
  upper, at = read_bound(text, at + 1)
  return ranges.make(lower and convert(lower), upper and convert(upper), open .. text:sub(at, at)), at + 1
end

local function read_multirange(text, convert)
  local out, at = {}, 2
  if text:sub(1, 1) ~= "{" then malformed(text) end
  while text:sub(at, at) ~= "}" do
    out[#out + 1], at = read_range(text, at, convert)
    if text:sub(at, at) == "," then at = at + 1 end
  end
  return MultiRange(out)
end

-- ---- elements ----

local function integer(text) return core.json_decode(text) end

local CONVERT = {
  INT4 = integer, INT8 = integer, NUM = values.Decimal, DATE = values.date.fromisoformat,
  TS = values.datetime.fromisoformat, TSTZ = values.datetime.fromisoformat,
}

local binds, results = {}, {}

local function bind_range(value)
  if Range:is(value) then return write_range(value) end
  return value
end

local function bind_multirange(value)
  if type(value) ~= "table" then return value end
  local out = {}
  for i = 1, #value do out[i] = write_range(value[i]) end
  return "{" .. table.concat(out, ",") .. "}"
end

for prefix, convert in pairs(CONVERT) do
  local one, many = "POSTGRESQL_" .. prefix .. "RANGE", "POSTGRESQL_" .. prefix .. "MULTIRANGE"
  binds[of(one)] = function() return bind_range end
  binds[of(many)] = function() return bind_multirange end
  results[of(one)] = function()
    return function(text) return type(text) == "string" and read_range(text, 1, convert) or text end
  end
  results[of(many)] = function()
    return function(text) return type(text) == "string" and read_multirange(text, convert) or text end
  end
end

-- ---- arrays that come as text, for their elements are of a type that the driver does not know ----

local function read_array_item(text, at)
  if text:sub(at, at) == '"' then
    local out, stop = {}, at + 1
    while text:sub(stop, stop) ~= '"' do
      if stop > #text then malformed(text) end
      if text:sub(stop, stop) == "\\" then stop = stop + 1 end
      out[#out + 1] = text:sub(stop, stop)
      stop = stop + 1
    end
    return table.concat(out), stop + 1
  end
  local item = text:match("^[^,{}]+", at)
  if not item then malformed(text) end
  return item == "NULL" and core.null or item, at + #item
end

--- The array that begins at `at`, and where it ends.
local function read_array(text, at)
  local out = {}
  if text:sub(at, at) ~= "{" then malformed(text) end
  at = at + 1
  while text:sub(at, at) ~= "}" do
    local read = text:sub(at, at) == "{" and read_array or read_array_item
    out[#out + 1], at = read(text, at)
    if text:sub(at, at) == "," then at = at + 1 end
  end
  return out, at + 1
end

results[of("SQL_ARRAY")] = function(node, dialect)
  local convert = processors.of_elements(node, dialect)
  return function(value)
    if type(value) == "string" then value = read_array(value, value:match("^[%[%]%-%d:]+=()") or 1) end
    return convert and convert(value) or value
  end
end

-- ---- the types of ranges as values ----

local function is_int32(r)
  local function fits(v) return v == nil or v >= -2 ^ 31 and v < 2 ^ 31 end
  return fits(r.lower) and fits(r.upper)
end

--- "INT4", "TS" …: what the range is of; nil if that is not known.
local function element_of(r)
  local value = r.lower
  if value == nil then value = r.upper end
  if type(value) == "number" then
    return value ~= math.floor(value) and "NUM" or is_int32(r) and "INT4" or "INT8"
  end
  if values.Decimal:is(value) then return "NUM" end
  if values.datetime:is(value) then return value.tzinfo and "TSTZ" or "TS" end
  if values.date:is(value) then return "DATE" end
end

local function type_of(element, suffix)
  return core.type(of(element and "POSTGRESQL_" .. element .. suffix or "NULLTYPE")._id)
end

ranges.meta.__sa_type_engine__ = function(r) return type_of(element_of(r), "RANGE") end
ranges.multi_meta.__sa_type_engine__ = function(list)
  local element = list[1] and element_of(list[1])
  for i = 2, #list do
    if element == "INT4" and not is_int32(list[i]) then element = "INT8" end
  end
  return type_of(element, "MULTIRANGE")
end

-- ---- HSTORE ----

local function hstore_text(value, place)
  if type(value) ~= "string" then
    err.raise("StatementError", "(builtins.ValueError) %s in %s position is not a string.", tostring(value), place)
  end
  return '"' .. value:gsub('["\\]', "\\%0") .. '"'
end

local function write_hstore(value)
  if type(value) ~= "table" then return value end
  local keys, out = {}, {}
  for k in pairs(value) do keys[#keys + 1] = hstore_text(k, "key") end
  table.sort(keys)
  for k, v in pairs(value) do keys[hstore_text(k, "key")] = v end
  for i, k in ipairs(keys) do
    local v = keys[k]
    out[i] = k .. "=>" .. (v == core.null and "NULL" or hstore_text(v, "value"))
  end
  return table.concat(out, ", ")
end

--- A word in quotes that begins at `at`, and where it ends.
local function read_quoted(text, at)
  local stop = at + 1
  while true do
    stop = text:find('["\\]', stop)
    if not stop or text:sub(at, at) ~= '"' then err.raise("DataError", "not the text of an HSTORE: '%s'", text) end
    if text:sub(stop, stop) == '"' then break end
    stop = stop + 2
  end
  return (text:sub(at + 1, stop - 1):gsub("\\(.)", "%1")), stop + 1
end

local function read_hstore(text)
  if type(text) ~= "string" then return text end
  local out, at = {}, 1
  while at <= #text do
    local key, value
    key, at = read_quoted(text, at)
    at = text:match("^%s*=>%s*()", at) or #text + 1
    if text:sub(at, at + 3) == "NULL" then
      value, at = core.null, at + 4
    else
      value, at = read_quoted(text, at)
    end
    out[key] = value
    at = text:match("^%s*,%s*()", at) or at
  end
  return out
end

binds[of("POSTGRESQL_HSTORE")] = function() return write_hstore end
results[of("POSTGRESQL_HSTORE")] = function() return read_hstore end

-- ---- bit strings ----

binds[of("POSTGRESQL_BIT")] = function()
  return function(value) return bitstring.BitString:is(value) and tostring(value) or value end
end

bitstring.meta.__sa_type_engine__ = function() return of("POSTGRESQL_BIT"){varying = true} end

-- ---- JSON paths ----

binds[of("JSONPATHTYPE")] = function()
  return function(value) return type(value) == "table" and core.list_path(value) or value end
end

return {binds = binds, results = results}
