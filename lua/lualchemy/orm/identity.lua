--- Identities: primary keys as keys of Lua tables, and the identity map of a session.
--
-- The *raw* identity of an object (obj[2]) is its primary key where that is one number, string or boolean; otherwise a
-- string that begins with a NUL byte and holds every value with its sort, so that equal keys give equal strings.
local core = require "lualchemy.core"

local NULL, byte = core.null, string.byte
local identity = {}

local MARK = "\0"

local function iso(value) return value:isoformat() end

--- Sorts of values that are no plain key: a letter, how they are recognised, read back, and written (tostring).
local SORTS = {
  {"U", "uuid", function(s) return core.uuid(s) end},
  {"D", "Decimal", function(s) return core.Decimal(s) end, function(value) return tostring(value:normalize()) end},
  {"T", "datetime", function(s) return core.datetime.fromisoformat(s) end, iso},
  {"d", "date", function(s) return core.date.fromisoformat(s) end, iso},
  {"t", "time", function(s) return core.time.fromisoformat(s) end, iso},
  {"i", "timedelta", function(s) return core.timedelta{seconds = tonumber(s)} end,
    function(value) return tostring(value:total_seconds()) end},
}
local READ = {
  n = tonumber, s = function(s) return s end, b = function(s) return s == "1" end, N = function() return NULL end,
}
for _, sort in ipairs(SORTS) do READ[sort[1]] = sort[3] end

local function number_text(n)
  if n == math.floor(n) and n > -2 ^ 63 and n < 2 ^ 63 then return ("%d"):format(n) end
  return ("%.17g"):format(n)
end

local function part(value)
  local kind = type(value)
  if value == nil or value == NULL then return "N", "" end
  if kind == "number" then return "n", number_text(value) end
  if kind == "string" then return "s", value end
  if kind == "boolean" then return "b", value and "1" or "0" end
  for _, sort in ipairs(SORTS) do
    if core[sort[2]]:is(value) then return sort[1], (sort[4] or tostring)(value) end
  end
  return "s", tostring(value)
end

--- Is the value of a key its own raw identity?
function identity.is_raw(value)
  local kind = type(value)
  return kind == "number" or kind == "string" and byte(value) ~= 0 or kind == "boolean"
end
local is_raw = identity.is_raw

--- The raw identity of the values of a primary key (an array), nil if one that must be there is missing.
--- @param partial? boolean some values (not all) may be missing
function identity.raw(values, n, partial)
  if n == 1 then
    local value = values[1]
    if value == nil or value == NULL then return nil end
    if is_raw(value) then return value end
  end
  local parts, present = {MARK}, 0
  for i = 1, n do
    local sort, text = part(values[i])
    if sort ~= "N" then present = present + 1 end
    parts[#parts + 1] = sort .. #text .. ":" .. text
  end
  if present == 0 or (present < n and not partial) then return nil end
  return table.concat(parts)
end

--- The values of the primary key that a raw identity stands for.
--- @return any[]
function identity.values(raw)
  if type(raw) ~= "string" or raw:byte() ~= 0 then return {raw} end
  local out, at = {}, 2
  while at <= #raw do
    local sort, length, colon = raw:match("^(%a)(%d+)():", at)
    local first = colon + 1
    out[#out + 1] = READ[sort](raw:sub(first, first + length - 1))
    at = first + length
  end
  return out
end

--- The identity key of SQLAlchemy: {class, {values}, token}; the token is that of a shard.
function identity.key(mapper, raw, token)
  return {mapper.identity_mapper.class_, identity.values(raw), token}
end

--- The key as messages show it.
function identity.text(mapper, raw)
  local values = {}
  for i, value in ipairs(identity.values(raw)) do
    values[i] = type(value) == "string" and "'" .. value .. "'" or tostring(value)
  end
  return ("(<class '%s'>, (%s%s), None)"):format(mapper.identity_mapper.class_name, table.concat(values, ", "),
    values[2] == nil and "," or "")
end

-- ---- the map ----

local WEAK = {__mode = "v"}

--- The objects of a mapper, and of those that share its identities, by raw identity (weak).
function identity.map(session, mapper)
  local base = mapper.identity_mapper
  local found = session._identity[base]
  if not found then
    found = setmetatable({}, WEAK)
    session._identity[base] = found
  end
  return found
end

--- The object of that identity that is in the session, or nil.
function identity.get(session, mapper, raw)
  local found = session._identity[mapper.identity_mapper]
  return found and found[raw]
end

--- The maps that objects of that state are in: of the session, or of the shard that they come from.
function identity.place(session, st)
  return st.shard and session._shards and session._shards[st.shard.token] or session
end

local function add_maps(out, place)
  for base, map in pairs(place._identity) do
    local n = #out
    out[n + 1], out[n + 2] = base, map
  end
  return out
end

--- All maps of a session: an array of mapper, map, mapper, map …
function identity.maps(session)
  local out = add_maps({}, session)
  if session._shards then
    for _, shard in pairs(session._shards) do add_maps(out, shard) end
  end
  return out
end

--- All persistent objects of a session.
function identity.all(session)
  local out = {}
  local maps = identity.maps(session)
  for i = 2, #maps, 2 do
    for _, obj in pairs(maps[i]) do out[#out + 1] = obj end
  end
  return out
end

-- ---- session.identity_map ----

local methods = {}
local view_meta = {__index = methods, __name = "lualchemy.IdentityMap"}
local SESSION = {}

--- An array of the objects that are there now, with keys(), values(), contains(obj), get(key).
function identity.view(session)
  local out = identity.all(session)
  rawset(out, SESSION, session)
  return setmetatable(out, view_meta)
end

function methods:values()
  local out = {}
  for i = 1, #self do out[i] = self[i] end
  return out
end

function methods:keys()
  local out = {}
  for i = 1, #self do
    local st = rawget(self[i], 1)
    out[i] = identity.key(st.mapper, rawget(self[i], 2), st.shard and st.shard.token)
  end
  return out
end

--- {{key, object}, …}
function methods:items()
  local out, keys = {}, methods.keys(self)
  for i = 1, #self do out[i] = {keys[i], self[i]} end
  return out
end

--- The la.inspect() of each.
function methods:all_states()
  local out, inspect = {}, require("lualchemy.orm.view").of
  for i = 1, #self do out[i] = inspect(self[i]) end
  return out
end

function methods:has_key(key) return self:get(key) ~= nil end

function methods:contains(x)
  for i = 1, #self do
    if self[i] == x then return true end
  end
  return type(x) == "table" and self:get(x) ~= nil
end

--- The object of an identity key.
function methods:get(key)
  if type(key) ~= "table" or not key[1] then return nil end
  local mapper = require("lualchemy.orm.mapper").of(key[1])
  local values = key[2] or {}
  local session = rawget(self, SESSION)
  local place = session._shards and session._shards[key[3]] or session
  return identity.get(place, mapper, identity.raw(values, #mapper.primary_key, true))
end

return identity
