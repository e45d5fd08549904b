--- Every difference between Lua versions that the Lua layer meets.
local core = require "lualchemy.core"

local compat = {}

compat.unpack = table.unpack or unpack -- luacheck: ignore 113
compat.load = loadstring or load -- luacheck: ignore 113

--- Does LuaJIT run (which compiles functions written in Lua, and calls those written in C more slowly)?
compat.is_jit = rawget(_G, "jit") ~= nil

--- Does `pairs` honour __pairs, and `#` honour __len of tables (5.2 and later)?
compat.has_len = #setmetatable({}, {__len = function() return 1 end}) == 1

--- Do numbers have an integer subtype (5.3 and later)?
compat.has_integers = math.type ~= nil

--- An __index of objects: what their class has at the key, else what other(object, key) answers.
--- @param class table
--- @param other fun(object: table, key: any): any
function compat.index(class, other)
  if not compat.is_jit and coroutine.isyieldable then return core.class_index(class, other) end
  return function(object, key)
    local member = class[key]
    if member ~= nil then return member end
    return other(object, key)
  end
end

function compat.pack(...)
  return {n = select("#", ...), ...}
end

--- pcall through which coroutines may yield, on PUC 5.1 too.
compat.pcall = pcall

local is_puc_51 = _VERSION == "Lua 5.1" and not compat.is_jit

--- coroutine that compat.pcall made -> the one that called it
local callers = setmetatable({}, {__mode = "kv"})

if is_puc_51 then
  local function carry_on(co, ok, ...)
    if not ok then return false, (...) end
    if coroutine.status(co) == "dead" then return true, ... end
    return carry_on(co, coroutine.resume(co, coroutine.yield(...)))
  end
  function compat.pcall(fn, ...)
    local caller = coroutine.running()
    if not caller then return pcall(fn, ...) end
    local co = coroutine.create(function(...) return fn(...) end)
    callers[co] = caller
    return carry_on(co, coroutine.resume(co, ...))
  end
end

--- The coroutine that its scheduler knows: the running one, but for those of compat.pcall. Nil in the main program.
function compat.running()
  local co, main = coroutine.running()
  if main then return nil end
  while callers[co] do co = callers[co] end
  return co
end

--- Is the function at this level of a coroutine's stack a metamethod of its first argument?
local function is_metamethod(co, level, fn)
  local _, object = debug.getlocal(co, level, 1)
  local meta = debug.getmetatable(object)
  for name, value in pairs(type(meta) == "table" and meta or {}) do
    if value == fn and type(name) == "string" and name:sub(1, 2) == "__" and name ~= "__call" then return true end
  end
  return false
end

local PASSED = {[debug.getinfo] = true, [coroutine.resume] = true}
if not is_puc_51 then PASSED[pcall], PASSED[xpcall] = true, true end

--- What keeps a coroutine from yielding, found by looking at its stack.
local function obstacle_in_stack(co)
  local level = 0
  while true do
    local info = debug.getinfo(co, level, "Snf")
    if not info then return nil end
    if info.what == "C" and not PASSED[info.func] then return "a function in C" end
    if is_puc_51 and info.name == "(for generator)" then return "an iterator of `for`" end
    if is_puc_51 and info.what == "Lua" and info.namewhat == "" and is_metamethod(co, level, info.func) then
      return "a metamethod (an attribute that is loaded when read)"
    end
    level = level + 1
  end
end

--- What stands between here and the scheduler so that this Lua cannot yield; nil if nothing does, or where there is
-- no coroutine to yield from.
--- @return string|nil
function compat.yield_obstacle()
  local co = compat.running()
  if not co then return nil end
  if coroutine.isyieldable then
    return not coroutine.isyieldable() and "a function in C, or the end of a coroutine" or nil
  end
  local inner = coroutine.running()
  while inner do
    local obstacle = obstacle_in_stack(inner)
    if obstacle then return obstacle end
    inner = callers[inner]
  end
  return nil
end

--- Is x a whole number?
function compat.is_integer(x)
  if math.type then return math.type(x) == "integer" end
  return type(x) == "number" and x == math.floor(x) and x > -2 ^ 53 and x < 2 ^ 53
end

return compat
