--- Collections of a program's own classes: which of their methods add items, take them away, give them all.
--
-- A class says so with la.collections.collection.appender(fn) and its kin, or by names: append, remove (a list), add,
-- remove (a set). While a method that tells listeners runs, its collection has no owner: what it calls in turn tells
-- nobody.
local class = require "lualchemy.orm.class"
local collection = require "lualchemy.orm.collection"
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"

local custom = {}

-- ---- marks ----

--- A method with a mark: {fn, role = "appender"|"remover"|"iterator"|"converter"|nil, adds = n, removes = n,
-- returns_removed, internal}.
local Marked = {}
Marked.__index = Marked
Marked.__call = function(marked, ...) return marked.fn(...) end

--- fn, which may have marks, with these.
function custom.marked(fn, marks)
  local out = {}
  if getmetatable(fn) == Marked then
    for k, v in pairs(fn) do out[k] = v end
  elseif type(fn) == "function" then
    out.fn = fn
  else
    err.raise("ArgumentError", "collection: a method is marked, which must be a function, got %s", type(fn))
  end
  for k, v in pairs(marks) do out[k] = v end
  return setmetatable(out, Marked)
end

--- What methods of these names do in classes like lists and sets.
local CANNED = {
  list = {append = {adds = 1}, remove = {removes = 1}, insert = {adds = 2}, pop = {returns_removed = true}},
  set = {add = {adds = 1}, remove = {removes = 1}, discard = {removes = 1, if_there = true},
    pop = {returns_removed = true}},
}
local ROLES = {list = {appender = "append", remover = "remove"}, set = {appender = "add", remover = "remove"}}

-- ---- telling ----

--- What tells of changes with another initiator than those of its own.
local function initiated(impl, initiator)
  return setmetatable({tokens = setmetatable({append = initiator, remove = initiator}, {__index = impl.tokens})},
    {__index = impl})
end

--- Runs fn(c, …) with an initiator that listeners hear of (nil: that of the collection; false: nobody is told).
function custom.during(rec, initiator, fn, ...)
  local owner, impl = rec.owner, rec.impl
  if initiator == false then rec.owner = nil elseif initiator then rec.impl = initiated(impl, initiator) end
  local result = {n = 0}
  local function keep(ok, ...)
    result = {n = select("#", ...), ...}
    return ok
  end
  local ok = keep(compat.pcall(fn, ...))
  rec.owner, rec.impl = owner, impl
  if not ok then error(result[1], 0) end
  return compat.unpack(result, 1, result.n)
end

local function is_there(c, rec, item)
  for _, one in ipairs(rec.kind.items(c, rec)) do
    if one == item then return true end
  end
  return false
end

--- fn as a method that tells what it adds and takes away.
local function telling(fn, does)
  local at = does.adds or does.removes
  return function(c, ...)
    local rec = collection.record(c)
    if not rec or not rec.owner then return fn(c, ...) end
    local given = {n = select("#", ...), ...}
    if does.adds then
      given[at] = collection.adding(c, rec, given[at])
    elseif does.removes and not (does.if_there and not is_there(c, rec, given[at])) then
      collection.removing(c, rec, given[at])
    end
    local result = custom.during(rec, false, fn, c, compat.unpack(given, 1, given.n))
    if does.returns_removed and result ~= nil then collection.removing(c, rec, result) end
    return result
  end
end

--- Sorts out methods: those that tell; roles = {appender = name, …}.
--- @param found table name -> function or marked one
--- @param canned? table what names mean
local function sort_out(found, canned, roles)
  local methods = {}
  for name, fn in pairs(found) do
    local marked = getmetatable(fn) == Marked and fn or nil
    if marked and marked.role then roles[marked.role] = name end
    local does = marked and (marked.adds or marked.removes or marked.returns_removed) and marked
      or marked and marked.role == "appender" and {adds = 1} or marked and marked.role == "remover" and {removes = 1}
      or canned and canned[name]
    if marked then fn = marked.fn end
    if does and not (marked and marked.internal) then fn = telling(fn, does) end
    if marked or does then methods[name] = fn end
  end
  return methods
end
custom.sort_out = sort_out

-- ---- what a class has ----

--- The functions and marked methods of a class, or of the metatable of an object.
local function methods_of(cls, meta)
  local found = {}
  local function add(from)
    for name, fn in next, from do
      if type(fn) == "function" or getmetatable(fn) == Marked then found[name] = found[name] or fn end
    end
  end
  local record = class.record(cls)
  for _, one in ipairs(record and record.mro or {}) do add(one) end
  local index = not record and meta.__index
  while type(index) == "table" do
    add(index)
    local above = getmetatable(index)
    index = type(above) == "table" and above.__index or nil
  end
  return found
end

--- "list", "set", "dict" or nil: what the class is like.
local function emulated(cls, found)
  local said = cls and class.record(cls) and class.find(class.record(cls), "__emulates__")
  if said ~= nil then return type(said) == "string" and said or nil end
  return found.append and "list" or found.add and "set" or found.set and "dict" or nil
end

--- The items that an iterator method gives: an array, or the functions of a loop, whose last value counts.
local function gathered(first, ...)
  if type(first) == "table" and not (getmetatable(first) or {}).__call then return first end
  local out = {}
  for a, b in first, ... do out[#out + 1] = b == nil and a or b end
  return out
end

-- ---- the kind ----

local kind_methods = {}

function kind_methods.append(c, rec, item, initiator)
  custom.during(rec, initiator, rec.kind.methods[rec.kind.roles.appender], c, item)
end

function kind_methods.put(c, rec, item) kind_methods.append(c, rec, item, false) end

function kind_methods.remove(c, rec, item, initiator)
  if not is_there(c, rec, item) then return false end
  custom.during(rec, initiator, rec.kind.methods[rec.kind.roles.remover], c, item)
  return true
end

function kind_methods.take(c, rec, item) kind_methods.remove(c, rec, item, false) end

function kind_methods.items(c, rec)
  local kind = rec.kind
  return gathered(kind.iterate(c))
end

--- The object's metatable becomes the record's part that the class sees.
function kind_methods.init(c, rec)
  local kind, meta = rec.kind, getmetatable(c) or {}
  for name, value in pairs(meta) do
    if rec[name] == nil then rec[name] = value end
  end
  local index = meta.__index
  rec.__index = function(self, name)
    local method = kind.methods[name]
    if method ~= nil then return method end
    if type(index) == "function" then return index(self, name) end
    return index and index[name]
  end
end

local LIKE = {list = "lualchemy.orm.collection_list", set = "lualchemy.orm.collection_set",
  dict = "lualchemy.orm.collection_keyed"}

local function is_like(kind)
  local like = require(LIKE[kind.emulates] or LIKE.list)
  return function(x)
    local record = class.record_of_instance(x)
    if record and kind.class and record.class == kind.class then return gathered(kind.iterate(x)) end
    local rec = collection.record(x)
    if rec and rec.kind.class == kind.class and kind.class then return collection.items(x) end
    return like.is_like(x)
  end
end

local function check(kind, roles)
  for _, role in ipairs{"appender", "remover", "iterator"} do
    if not roles[role] then
      err.raise("ArgumentError", "Type %s must elect %s %s method to be a collection class", kind.class_name,
        role == "remover" and "a" or "an", role)
    end
  end
end

--- The kind of collections that are objects of a class, or what make() gives.
--- @param cls? table made by la.class()
--- @param make fun(): table
--- @param meta? table the metatable of the objects, where there is no class
function custom.kind(cls, make, meta)
  local found = methods_of(cls, meta)
  local kind = {is_kind = true, class = cls, make = make, emulates = emulated(cls, found)}
  local record = cls and class.record(cls)
  kind.class_name = record and record.name or meta and type(meta.__name) == "string" and meta.__name or "table"
  kind.name = kind.emulates or kind.class_name
  local roles = {iterator = found.__iter__ and "__iter__" or nil}
  for role, name in pairs(ROLES[kind.emulates] or {}) do roles[role] = found[name] and name or nil end
  kind.methods, kind.roles = sort_out(found, CANNED[kind.emulates], roles), roles
  check(kind, roles)
  local iterator = found[roles.iterator]
  kind.iterate = getmetatable(iterator) == Marked and iterator.fn or iterator
  kind.convert = roles.converter and kind.methods[roles.converter]
  for name, fn in pairs(kind_methods) do kind[name] = fn end
  kind.is_like = is_like(kind)
  return kind
end

return custom
