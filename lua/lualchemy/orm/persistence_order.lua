--- The order in which a flush writes the objects of a mapper: new ones as they were added, others by their keys.
local core = require "lualchemy.core"
local identity = require "lualchemy.orm.identity"

local NONE, order = {}, {}

local function less(a, b)
  local ta, tb = type(a), type(b)
  if ta ~= tb then return ta < tb end
  if ta == "number" or ta == "string" then return a < b end
  return tostring(a) < tostring(b)
end

local function by_key(a, b)
  local x, y = rawget(a, 2), rawget(b, 2)
  if type(x) == "string" and x:byte() == 0 and type(y) == "string" then
    local xs, ys = identity.values(x), identity.values(y)
    for i = 1, #xs do
      if xs[i] ~= ys[i] then return less(xs[i], ys[i]) end
    end
    return false
  end
  return less(x, y)
end

--- The list by the numbers of the objects: the order in which they were added to the session.
function order.by_number(list, numbers)
  if core.in_order(list, numbers) then return list end
  local out = {}
  for i = 1, #list do out[i] = list[i] end
  table.sort(out, function(a, b) return (numbers[a] or 0) < (numbers[b] or 0) end)
  return out
end

--- The list by keys that are no whole numbers.
local function sorted(list)
  local out, keys, by, plain = {}, {}, {}, true
  for i = 1, #list do
    local raw = list[i][2]
    out[i] = list[i]
    plain = plain and type(raw) == "string" and raw:byte() ~= 0
    if plain then keys[i], by[raw] = raw, list[i] end
  end
  if not plain then
    table.sort(out, by_key)
    return out
  end
  table.sort(keys)
  for i = 1, #keys do out[i] = by[keys[i]] end
  return out
end

--- The list by the identities of the objects.
function order.by_identity(list)
  return core.by_identity(list) or sorted(list)
end

--- Objects without and with identity; arrays that are not to be changed.
function order.by_age(list)
  local n = core.without_identity(list)
  if n == #list then return list, NONE end
  if n == 0 then return NONE, list end
  local new, old = {}, {}
  for i = 1, #list do
    local obj = list[i]
    if rawget(obj, 2) == nil then new[#new + 1] = obj else old[#old + 1] = obj end
  end
  return new, old
end

return order
