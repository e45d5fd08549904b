--- Waiting: the one place where the library waits for a descriptor.
--
-- What must wait in C answers `false, "r"|"w"|"rw", descriptor, seconds or nil`. An engine without a
-- `wait` function lets C poll (the step is told so and never answers that); with one, the function
-- is called, may yield, and the step is taken again.
local err = require "lualchemy.error"

local wait = {}

--- Calls step(object, may_block) until it is done. Returns true, or nil and the error object.
--- @param waiter function|nil fn(descriptor, "r"|"w"|"rw", seconds)
function wait.finish(waiter, step, object)
  local ok, what, fd, seconds = step(object, waiter == nil)
  while ok == false do
    waiter(fd, what, seconds)
    ok, what, fd, seconds = step(object, false)
  end
  if ok == nil then return nil, what end
  return true
end

--- Checks create_engine's `wait`.
function wait.check(waiter)
  if waiter ~= nil and type(waiter) ~= "function" and not (getmetatable(waiter) or {}).__call then
    err.raise("ArgumentError", "create_engine: argument 'wait' must be a function(descriptor, events, seconds), got %s", type(waiter))
  end
  return waiter
end

return wait
