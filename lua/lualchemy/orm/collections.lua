--- la.collections: the library's collections as classes that others derive from, marks for methods of collections that
-- do not, adapters.
local class = require "lualchemy.orm.class"
local collection = require "lualchemy.orm.collection"
local custom = require "lualchemy.orm.collection_custom"
local err = require "lualchemy.error"
local kinds = require "lualchemy.orm.collection_kinds"
require "lualchemy.orm.collection_keyed" -- completes la.KeyFuncDict

--- What la.collections has.
local names = {}
local collections = {names = names}

-- ---- classes ----

local function kind_of(cls)
  local meta = getmetatable(cls)
  return type(meta) == "table" and rawget(meta, "collection_kind") or nil
end

--- A collection of no object.
local function standalone(kind, ...)
  local rec = {is_collection = true, kind = kind}
  local c = {}
  kind.init(c, rec)
  setmetatable(c, rec)
  local init = kind.methods.__init__
  if init then
    init(c, ...)
  elseif ... ~= nil then
    for _, item in ipairs(collection.record((...)) and collection.copy((...)) or (...)) do kind.put(c, rec, item) end
  end
  return c
end

--- What a derived class's own methods put in the place of its parent's.
local function override(kind, methods)
  local function call(name, c, rec, item, initiator)
    return custom.during(rec, initiator, methods[name], c, item)
  end
  local roles = kind.roles
  if methods[roles.appender] then
    function kind.append(c, rec, item, initiator) call(roles.appender, c, rec, item, initiator) end
    function kind.put(c, rec, item) call(roles.appender, c, rec, item, false) end
  end
  if methods[roles.remover] then
    function kind.remove(c, rec, item, initiator)
      for _, one in ipairs(kind.items(c, rec)) do
        if one == item then
          call(roles.remover, c, rec, item, initiator)
          return true
        end
      end
      return false
    end
    function kind.take(c, rec, item) kind.remove(c, rec, item, false) end
  end
  kind.convert = roles.converter and methods[roles.converter] or kind.convert
end

--- A class derived from one of the library's collections.
local function derive(cls, name, body)
  if type(name) ~= "string" then
    err.raise("ArgumentError", "class: argument 'name' must be a string, got %s", type(name))
  end
  local parent, kind = kind_of(cls), {}
  for k, v in pairs(parent) do kind[k] = v end
  local roles = {}
  for role, method in pairs(parent.roles) do roles[role] = method end
  local methods = {}
  for k, v in pairs(body or {}) do methods[k] = v end
  for k, fn in pairs(custom.sort_out(methods, nil, roles)) do methods[k] = fn end
  kind.methods = setmetatable(methods, {__index = parent.methods})
  kind.is_kind, kind.roles, kind.adopt = true, roles, nil
  override(kind, body or {})
  if methods.keyfunc then kind.keyfn = function(item) return methods.keyfunc(item) end end
  local made = kinds.class(name, kind, cls)
  if kind.methods.__init__ then kind.make = made end
  return made
end

local class_methods = {class = derive}

--- Is x a collection of the class, or of one derived from it?
function class_methods.is(cls, x)
  local rec = collection.record(x)
  local own = rec and rec.kind.class
  while own do
    if own == cls then return true end
    own = getmetatable(own).parent
  end
  return false
end

local function of_library(name, kind, roles)
  local own = {}
  for k, v in pairs(kind) do own[k] = v end
  own.is_kind, own.roles = true, roles
  return kinds.class(name, own)
end

names.InstrumentedList = of_library("InstrumentedList", require "lualchemy.orm.collection_list",
  {appender = "append", remover = "remove"})
names.InstrumentedSet = of_library("InstrumentedSet", require "lualchemy.orm.collection_set",
  {appender = "add", remover = "remove"})
for name, fn in pairs(kinds.public) do names[name] = fn end

-- ---- marks ----

local mark = {}
names.collection = mark

for _, role in ipairs{"appender", "remover", "iterator", "converter"} do
  mark[role] = function(fn) return custom.marked(fn, {role = role}) end
end

--- The method tells listeners by itself.
function mark.internally_instrumented(fn) return custom.marked(fn, {internal = true}) end

local function positional(name, n)
  if type(n) ~= "number" or n < 1 then
    err.raise("ArgumentError", "collection.%s: argument 'arg' must be the place of an argument, from 1, got %s", name,
      tostring(n))
  end
  return n
end

--- The n-th argument of the method is added.
function mark.adds(n)
  positional("adds", n)
  return function(fn) return custom.marked(fn, {adds = n}) end
end

--- The n-th argument is added; what the method returns is taken away.
function mark.replaces(n)
  positional("replaces", n)
  return function(fn) return custom.marked(fn, {adds = n, returns_removed = true}) end
end

--- The n-th argument is taken away.
function mark.removes(n)
  positional("removes", n)
  return function(fn) return custom.marked(fn, {removes = n}) end
end

--- What the method returns is taken away.
function mark.removes_return()
  return function(fn) return custom.marked(fn, {returns_removed = true}) end
end

-- ---- what collection_class may be ----

--- The kind of what a function gives as a collection.
local function kind_of_made(made, make)
  local rec = collection.record(made)
  if rec then
    local kind = {}
    for k, v in pairs(rec.kind) do kind[k] = v end
    kind.make, kind.adopt = make, nil
    return kind
  end
  local record, meta = class.record_of_instance(made), getmetatable(made)
  if record then return custom.kind(record.class, make) end
  return type(meta) == "table" and custom.kind(nil, make, meta) or nil
end

local function is_callable(x)
  local meta = getmetatable(x)
  return type(x) == "function" or type(meta) == "table" and meta.__call ~= nil
end

--- The kind that a class, or a function that gives collections or a kind, stands for; nil where it is none.
function collections.kind_for(given)
  if kind_of(given) then return kind_of(given) end
  if class.record(given) then return custom.kind(given, given) end
  if not is_callable(given) then return nil end
  local made = given()
  if type(made) ~= "table" then return nil end
  return made.is_kind and made or kind_of(made) or kind_of_made(made, given)
end

-- ---- adapters ----

--- What the ORM sees of a collection.
--- @class lualchemy.CollectionAdapter
local Adapter = {}

local function data_of(adapter) return rawget(adapter, "_data")[1] end

--- Adds an item; listeners are told.
--- @param item any
--- @param initiator? any
function Adapter:append_with_event(item, initiator)
  local c = data_of(self)
  local rec = collection.record(c)
  rec.kind.append(c, rec, item, initiator)
end

--- Adds an item; nobody is told.
--- @param item any
function Adapter:append_without_event(item)
  local c = data_of(self)
  local rec = collection.record(c)
  rec.kind.put(c, rec, item)
end

--- Adds the items of an array; nobody is told.
--- @param items any[]
function Adapter:append_multiple_without_event(items)
  for _, item in ipairs(items) do self:append_without_event(item) end
end

--- Takes an item away; listeners are told.
--- @param item any
--- @param initiator? any
function Adapter:remove_with_event(item, initiator)
  local c = data_of(self)
  local rec = collection.record(c)
  if rec.kind.remove(c, rec, item, initiator) == false then
    err.raise("ValueError", "%s is not in the collection", tostring(item))
  end
end

--- Takes an item away; nobody is told.
--- @param item any
function Adapter:remove_without_event(item)
  local c = data_of(self)
  local rec = collection.record(c)
  rec.kind.take(c, rec, item)
end

--- Takes all items away; listeners are told.
--- @param initiator? any
function Adapter:clear_with_event(initiator)
  for _, item in ipairs(collection.copy(data_of(self))) do self:remove_with_event(item, initiator) end
end

--- Takes all items away; nobody is told.
function Adapter:clear_without_event()
  for _, item in ipairs(collection.copy(data_of(self))) do self:remove_without_event(item) end
end

--- The items, as an array.
--- @return any[]
function Adapter:items() return collection.copy(data_of(self)) end

local getters = {
  data = data_of,
  attr = function(adapter) return collection.record(data_of(adapter)).impl end,
  owner_state = function(adapter)
    local owner = collection.record(data_of(adapter)).owner
    return owner and require("lualchemy.orm.view").of(owner)
  end,
}

local adapter_meta = {
  __index = function(adapter, name) return getters[name] and getters[name](adapter) or Adapter[name] end,
  __len = function(adapter) return #adapter:items() end,
  __call = function(adapter, _, at)
    local items = adapter:items()
    local i = 0
    for k, item in ipairs(items) do i = item == at and k or i end
    return items[i + 1]
  end,
}

--- The adapter of a collection that belongs to an object; nil for what belongs to none.
--- @param c any
--- @return lualchemy.CollectionAdapter?
function names.collection_adapter(c)
  local rec = collection.record(c)
  if not rec or not rec.owner then return nil end
  rec.adapter = rec.adapter or setmetatable({_data = setmetatable({c}, {__mode = "v"})}, adapter_meta)
  return rec.adapter
end

names.CollectionAdapter = {is = function(_, x) return getmetatable(x) == adapter_meta end}

collections.class_methods, collections.standalone = class_methods, standalone
return collections
