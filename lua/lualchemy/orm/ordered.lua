--- Ordered collections by key: mapper.columns, mapper.attrs … An array whose items are found by key, too;
-- :keys(), :values(), :items(), :contains(key), :get(key), `#`.
local ordered = {}

--- Keys of the fields that are not items.
local BY_KEY, KEYS = {}, {}
local methods = {}

local meta = {
  __index = function(o, key)
    local item = rawget(o, BY_KEY)[key]
    if item ~= nil then return item end
    return methods[key]
  end,
}

--- An empty collection.
function ordered.new()
  return setmetatable({[BY_KEY] = {}, [KEYS] = {}}, meta)
end

--- Adds an item, or puts it in the place of the one of that key.
function ordered.put(o, key, item)
  local by_key, keys = rawget(o, BY_KEY), rawget(o, KEYS)
  if by_key[key] == nil then
    rawset(o, #keys + 1, item)
    keys[#keys + 1] = key
  else
    for i, one in ipairs(keys) do
      if one == key then rawset(o, i, item) end
    end
  end
  by_key[key] = item
end

function methods.keys(o)
  local out = {}
  for i, key in ipairs(rawget(o, KEYS)) do out[i] = key end
  return out
end

function methods.values(o)
  local out = {}
  for i = 1, #o do out[i] = rawget(o, i) end
  return out
end

function methods.items(o)
  local out = {}
  for i, key in ipairs(rawget(o, KEYS)) do out[i] = {key, rawget(o, i)} end
  return out
end

function methods.contains(o, key)
  return rawget(o, BY_KEY)[key] ~= nil
end

function methods.get(o, key, default)
  local item = rawget(o, BY_KEY)[key]
  if item == nil then return default end
  return item
end

return ordered
