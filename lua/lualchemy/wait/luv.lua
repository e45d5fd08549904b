--- Waiting in luv (libuv, Neovim): la.create_engine(url, {wait = require "lualchemy.wait.luv"}).
--
-- To be called in a coroutine; the loop (uv.run, or the host's) resumes it. In the main program the loop is run until
-- the descriptor is ready.
local uv = require "luv"
local compat = require "lualchemy.compat"

local function close(handle)
  if handle and not handle:is_closing() then
    handle:stop()
    handle:close()
  end
end

--- Yields until wake() is called; answers at once if it was called before.
local function suspended(co, state)
  state.waiting = co
  if not state.done then coroutine.yield() end
end

--- @param fd integer descriptor
--- @param events string "r", "w" or "rw"
--- @param seconds number|nil
return function(fd, events, seconds)
  local co, state = compat.running(), {}
  local poll, timer = uv.new_poll(fd), seconds and uv.new_timer()
  local function wake()
    if state.done then return end
    state.done = true
    close(poll)
    close(timer)
    if state.waiting then
      local ok, e = coroutine.resume(state.waiting)
      if not ok then error(e, 0) end
    end
  end
  poll:start(events, wake)
  if timer then timer:start(math.max(1, math.ceil(seconds * 1000)), 0, wake) end
  if co then return suspended(co, state) end
  while not state.done do uv.run("once") end
end
