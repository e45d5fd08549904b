--- Waiting in luv (libuv, Neovim): la.create_engine(url, {wait = require "lualchemy.wait.luv"}).
--
-- To be called in a coroutine; the loop (uv.run, or the host's) resumes it. In the main program the loop is run until
-- the descriptor is ready.
local uv = require "luv"

--- One poll handle for each descriptor: libuv allows no two.
local handles = {}

local function poll_of(fd)
  local handle = handles[fd]
  if not handle or handle:is_closing() then
    handle = uv.new_poll(fd)
    handles[fd] = handle
  end
  return handle
end

--- @param fd integer descriptor
--- @param events string "r", "w" or "rw"
--- @param seconds number|nil
return function(fd, events, seconds)
  local co, main = coroutine.running()
  if main then co = nil end
  local handle, done = poll_of(fd), false
  local timer = seconds and uv.new_timer()
  local function finish()
    if done then return end
    done = true
    handle:stop()
    handle:close()
    handles[fd] = nil
    if timer then
      timer:stop()
      timer:close()
    end
    if co then
      local ok, e = coroutine.resume(co)
      if not ok then error(e, 0) end
    end
  end
  handle:start(events, finish)
  if timer then timer:start(math.max(1, math.ceil(seconds * 1000)), 0, finish) end
  if co then return coroutine.yield() end
  while not done do uv.run("once") end
end
