--- Tables with rules: one that does not change, one that forgets, one value for each scope.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local DATA = {}

local function class(name, meta, new)
  meta.__name = "lualchemy." .. name
  return setmetatable({is = function(_, x) return type(x) == "table" and getmetatable(x) == meta end},
    {__call = function(_, ...) return setmetatable(new(...), meta) end})
end

-- ---- immutabledict ----

local Immutable, immutable = {}, {}

--- A new one, with these, too; la.NULL is nothing.
function immutable:merge_with(...)
  local out = {}
  for _, part in ipairs{self, ...} do
    local data = part ~= core.null and (getmetatable(part) == Immutable and part[DATA] or part) or {}
    for k, v in pairs(data) do out[k] = v end
  end
  return setmetatable({[DATA] = out}, Immutable)
end
immutable.union = immutable.merge_with

--- @return any[]
function immutable:keys()
  local out = {}
  for k in pairs(self[DATA]) do out[#out + 1] = k end
  return out
end

--- @return boolean
function immutable:contains(key) return self[DATA][key] ~= nil end

Immutable.__index = function(self, key)
  local data = rawget(self, DATA)
  if data[key] ~= nil then return data[key] end
  return immutable[key]
end
Immutable.__newindex = function() err.raise("TypeError", "'immutabledict' object is immutable") end
Immutable.__pairs = function(self) return next, self[DATA], nil end
Immutable.__len = function(self) return #self:keys() end

-- ---- LRUCache ----

local LRU, lru = {}, {}

local function touch(self, item)
  local state = rawget(self, DATA)
  state.counter = state.counter + 1
  item[2] = state.counter
  return item[1]
end

--- The value of a key, or the default.
function lru:get(key, default)
  local item = self[DATA].items[key]
  if item then return touch(self, item) end
  return default
end

--- @return any[]
function lru:keys()
  local out = {}
  for k in pairs(self[DATA].items) do out[#out + 1] = k end
  return out
end

--- @return any[]
function lru:values()
  local out = {}
  for _, item in pairs(self[DATA].items) do out[#out + 1] = item[1] end
  return out
end

--- Drops those that were used longest ago, down to the capacity, where there are more than it and its threshold allow.
local function shrink(self)
  local state = self[DATA]
  if state.n <= state.capacity + state.capacity * state.threshold then return end
  if state.size_alert then state.size_alert(self) end
  local keys = self:keys()
  table.sort(keys, function(a, b) return state.items[a][2] > state.items[b][2] end)
  for i = state.capacity + 1, #keys do
    state.items[keys[i]] = nil
    state.n = state.n - 1
  end
end

LRU.__index = function(self, key)
  local state = rawget(self, DATA)
  if state.items[key] then return touch(self, state.items[key]) end
  if key == "capacity" or key == "threshold" or key == "size_alert" then return state[key] end
  if key == "size_threshold" then return state.capacity + state.capacity * state.threshold end
  return lru[key]
end
LRU.__newindex = function(self, key, value)
  local state = rawget(self, DATA)
  if (state.items[key] == nil) ~= (value == nil) then state.n = state.n + (value == nil and -1 or 1) end
  state.items[key] = value ~= nil and {value, 0} or nil
  if value == nil then return end
  touch(self, state.items[key])
  shrink(self)
end
LRU.__len = function(self) return self[DATA].n end

local LRU_NAMES = {capacity = true, threshold = true, size_alert = true}

local function new_lru(...)
  local p, o = args.take("LRUCache", LRU_NAMES, ...)
  return {[DATA] = {items = {}, n = 0, counter = 0, capacity = p[1] or o.capacity or 100,
    threshold = p[2] or o.threshold or 0.5, size_alert = p[3] or o.size_alert}}
end

-- ---- ScopedRegistry ----

local Scoped, scoped = {}, {}
Scoped.__index = scoped

local function check_function(name, argument, fn)
  if type(fn) == "function" or type(fn) == "table" then return fn end
  err.raise("ArgumentError", "%s: argument '%s' must be a function, got %s", name, argument, type(fn))
end

--- The scope of now; nil is one, too.
local function scope(self)
  local key = self.scopefunc()
  if key == nil then return core.null end
  return key
end

Scoped.__call = function(self)
  local key = scope(self)
  if self.registry[key] == nil then self.registry[key] = self.createfunc() end
  return self.registry[key]
end

--- Is there an object in this scope?
--- @return boolean
function scoped:has() return self.registry[scope(self)] ~= nil end

--- @param object any that of this scope from now on
function scoped:set(object) self.registry[scope(self)] = object end

--- Forgets the object of this scope.
function scoped:clear() self.registry[scope(self)] = nil end

local function new_scoped(createfunc, scopefunc)
  return {createfunc = check_function("ScopedRegistry", "createfunc", createfunc),
    scopefunc = check_function("ScopedRegistry", "scopefunc", scopefunc), registry = {}}
end

local function new_local(createfunc)
  return {createfunc = check_function("ThreadLocalRegistry", "createfunc", createfunc), scopefunc = function() end,
    registry = {}}
end

return {
  immutabledict = class("immutabledict", Immutable, function(...) return immutable.merge_with({}, ...) end),
  LRUCache = class("LRUCache", LRU, new_lru),
  ScopedRegistry = class("ScopedRegistry", Scoped, new_scoped),
  ThreadLocalRegistry = class("ThreadLocalRegistry", Scoped, new_local),
}
