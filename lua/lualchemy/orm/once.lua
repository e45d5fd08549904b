--- Lists that take each item once: {items = {…}, seen = {[item] = true}|nil}.
local err = require "lualchemy.error"

local once = {}

local FEW = 8

--- Adds an item that is not there yet.
function once.put(list, item)
  local items, seen = list.items, list.seen
  local n = #items
  if not seen then
    for i = 1, n do
      if rawequal(items[i], item) then return end
    end
    items[n + 1] = item
    if n + 1 < FEW then return end
    seen = {}
    for i = 1, n + 1 do seen[items[i]] = true end
    list.seen = seen
    return
  end
  if seen[item] then return end
  seen[item] = true
  items[n + 1] = item
end

--- Says that a relationship to one object got several.
function once.warn_of_several(prop)
  err.warn(("Multiple rows returned with uselist=False for eagerly-loaded attribute '%s' "):format(tostring(prop)))
end

return once
