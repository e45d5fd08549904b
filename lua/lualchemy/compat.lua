--- Every difference between Lua versions that the Lua layer meets.
local compat = {}

compat.unpack = table.unpack or unpack -- luacheck: ignore 113
compat.load = loadstring or load -- luacheck: ignore 113

--- Does `pairs` honour __pairs, and `#` honour __len of tables (5.2 and later)?
compat.has_len = #setmetatable({}, {__len = function() return 1 end}) == 1

--- Do numbers have an integer subtype (5.3 and later)?
compat.has_integers = math.type ~= nil

function compat.pack(...)
  return {n = select("#", ...), ...}
end

--- Is x a whole number?
function compat.is_integer(x)
  if math.type then return math.type(x) == "integer" end
  return type(x) == "number" and x == math.floor(x) and x > -2 ^ 53 and x < 2 ^ 53
end

return compat
