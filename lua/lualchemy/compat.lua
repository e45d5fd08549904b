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

--- pcall through which coroutines may yield, on PUC 5.1 too.
compat.pcall = pcall
if _VERSION == "Lua 5.1" and not jit then -- luacheck: ignore 113
  local function carry_on(co, ok, ...)
    if not ok then return false, (...) end
    if coroutine.status(co) == "dead" then return true, ... end
    return carry_on(co, coroutine.resume(co, coroutine.yield(...)))
  end
  function compat.pcall(fn, ...)
    if not coroutine.running() then return pcall(fn, ...) end
    local co = coroutine.create(function(...) return fn(...) end)
    return carry_on(co, coroutine.resume(co, ...))
  end
end

--- Is x a whole number?
function compat.is_integer(x)
  if math.type then return math.type(x) == "integer" end
  return type(x) == "number" and x == math.floor(x) and x > -2 ^ 53 and x < 2 ^ 53
end

return compat
