--- Waiting: the one place where the library waits for a descriptor.
--
-- What must wait in C answers `false, "r"|"w"|"rw", descriptor, seconds or nil`. An engine without a
-- `wait` function lets C poll (the step is told so and never answers that); with one, the function
-- is called, may yield, and the step is taken again.
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"

local wait = {}

--- Calls step(object, may_block) until it is done. Returns true; or nil and the error object; or nil, what the
-- waiter raised, and true: whoever waits was told to stop, and what was begun is to be given up.
--- @param waiter function|false|nil fn(descriptor, "r"|"w"|"rw", seconds)
function wait.finish(waiter, step, object)
  local ok, what, fd, seconds = step(object, not waiter)
  while ok == false do
    local fine, e = compat.pcall(waiter, fd, what, seconds)
    if not fine then return nil, e, true end
    ok, what, fd, seconds = step(object, false)
  end
  if ok == nil then return nil, what end
  return true
end

--- Raises where the function that waits would have to yield and this Lua cannot: to be called before anything
-- is sent, so that nothing is left half done.
function wait.guard(waiter)
  if not waiter then return end
  local obstacle = compat.yield_obstacle()
  if not obstacle then return end
  err.raise("InvalidRequestError",
    "cannot wait for the database here: %s cannot yield from within %s; load what is needed "
    .. "beforehand (selectinload, result:all()) or call outside of it", _VERSION, obstacle)
end

--- Checks create_engine's `wait`.
function wait.check(waiter)
  if waiter ~= nil and type(waiter) ~= "function" and not (getmetatable(waiter) or {}).__call then
    err.raise("ArgumentError",
      "create_engine: argument 'wait' must be a function(descriptor, events, seconds), got %s", type(waiter))
  end
  return waiter
end

return wait
