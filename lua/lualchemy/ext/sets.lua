--- Sets that keep their order: arrays of what is in them, each once.
local core = require "lualchemy.core"
local err = require "lualchemy.error"

--- Where a set keeps what is in it.
local THERE = {}

--- @class lualchemy.OrderedSet
local methods = {}

local function put(set, at, element)
  if element == nil then err.raise("ArgumentError", "add: argument 'element' must not be nil") end
  if set[THERE][element] then return end
  set[THERE][element] = true
  table.insert(set, at, element)
end

local function take(set, element)
  if element == nil or not set[THERE][element] then return false end
  set[THERE][element] = nil
  for i, x in ipairs(set) do
    if rawequal(x, element) then return table.remove(set, i) and true end
  end
end

local function new(meta, items)
  local set = setmetatable({[THERE] = {}}, meta)
  if items ~= nil and items ~= core.null then methods.update(set, items) end
  return set
end

--- Adds what is not in it, at the end.
--- @param element any
function methods:add(element) put(self, #self + 1, element) end

--- Adds what is not in it, at a position.
--- @param at integer
--- @param element any
function methods:insert(at, element) put(self, at, element) end

--- Takes out what must be in it.
--- @param element any
function methods:remove(element)
  if not take(self, element) then err.raise("KeyError", "%s", tostring(element)) end
end

--- Takes out what may be in it.
--- @param element any
function methods:discard(element) take(self, element) end

--- Takes out the last one.
--- @return any
function methods:pop()
  local last = self[#self]
  if last == nil then err.raise("KeyError", "pop from an empty set") end
  take(self, last)
  return last
end

--- Empties it.
function methods:clear()
  for i = #self, 1, -1 do self[i] = nil end
  self[THERE] = {}
end

--- Is it there?
--- @param element any
--- @return boolean
function methods:contains(element) return element ~= nil and self[THERE][element] == true end

--- Adds all of these lists or sets.
--- @param ... any[]
function methods:update(...)
  for _, list in ipairs{...} do
    for _, element in ipairs(list) do put(self, #self + 1, element) end
  end
end

--- @return lualchemy.OrderedSet
function methods:copy() return new(getmetatable(self), self) end

--- A new set with these, too.
--- @param ... any[]
--- @return lualchemy.OrderedSet
function methods:union(...)
  local out = self:copy()
  out:update(...)
  return out
end

--- The elements for which the number of lists that have them is wanted.
local function chosen(self, wanted, ...)
  local others, out = {}, new(getmetatable(self))
  for i, list in ipairs{...} do others[i] = new(getmetatable(self), list) end
  for _, element in ipairs(self) do
    local n = 0
    for _, other in ipairs(others) do n = n + (other[THERE][element] and 1 or 0) end
    if n == (wanted and #others or 0) then put(out, #out + 1, element) end
  end
  return out
end

--- A new set of what is in all.
--- @param ... any[]
--- @return lualchemy.OrderedSet
function methods:intersection(...) return chosen(self, true, ...) end

--- A new set of what is in none of these.
--- @param ... any[]
--- @return lualchemy.OrderedSet
function methods:difference(...) return chosen(self, false, ...) end

--- A new set of what is in one of both.
--- @param other any[]
--- @return lualchemy.OrderedSet
function methods:symmetric_difference(other)
  local theirs = new(getmetatable(self), other)
  return self:difference(theirs):union(theirs:difference(self))
end

--- @param other any[]
--- @return boolean
function methods:issubset(other) return #self:difference(other) == 0 end

--- @param other any[]
--- @return boolean
function methods:issuperset(other) return #new(getmetatable(self), other):difference(self) == 0 end

local function equal(a, b) return #a == #b and #a:difference(b) == 0 end

--- A class of sets.
local function class(name)
  local meta = {__name = "lualchemy." .. name, __index = methods, __eq = equal,
    __add = function(a, b) return a:union(b) end, __sub = function(a, b) return a:difference(b) end}
  return setmetatable({is = function(_, x) return type(x) == "table" and getmetatable(x) == meta end},
    {__call = function(_, items) return new(meta, items) end})
end

return {OrderedSet = class "OrderedSet", IdentitySet = class "IdentitySet",
  OrderedIdentitySet = class "OrderedIdentitySet"}
