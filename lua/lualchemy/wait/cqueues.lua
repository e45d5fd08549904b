--- Waiting in cqueues: la.create_engine(url, {wait = require "lualchemy.wait.cqueues"}).
--
-- Outside a cqueues controller the thread blocks, as cqueues.poll does.
local cqueues = require "cqueues"

--- @param fd integer descriptor
--- @param events string "r", "w" or "rw"
--- @param seconds number|nil
return function(fd, events, seconds)
  local item = {pollfd = fd, events = events}
  if seconds then cqueues.poll(item, seconds) else cqueues.poll(item) end
  -- The descriptor may be closed, and its number used again, before the controller looks at it the next time.
  cqueues.cancel(fd)
end
