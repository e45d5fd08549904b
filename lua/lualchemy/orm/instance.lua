--- Instances: making them, reading and writing their attributes.
--
--   instance.meta(record)            the metatable of a mapped class's instances: {record, slots, getters, impls …}
--   instance.new(mapper, st, raw)    an object as a loader makes it: no __init__, no events
--   instance.construct(record, …)    a transient object: __init__ or the keywords, the init event
local args = require "lualchemy.args"
local class = require "lualchemy.orm.class"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local state = require "lualchemy.orm.state"

local NULL = core.null
local instance = {}

-- ---- obj.name ----

local function member(obj, record, key)
  local d = class.descriptor(record, key)
  if d then return getmetatable(d).get(d, obj, key), true end
  local value = class.find(record, key)
  if value ~= nil then return value, true end
  local getter = class.getters[key]
  if getter then return getter(record), true end
  if key == "__class__" then return record.class, true end
end

--- Names that only a configured mapper knows (backrefs) are found at the second try.
local function late(record, key)
  if record.mapper.configured then return false end
  require("lualchemy.orm.mapper").configure(record.registry)
  return record.mapper.impls[key] ~= nil
end

local function other(obj, record, key)
  local st = rawget(obj, 1)
  local extra = st and st.extra
  if extra and extra[key] ~= nil then return extra[key] end
  local value, found = member(obj, record, key)
  if found then return value end
  if type(key) ~= "string" or key:sub(1, 2) == "__" or (extra and extra[key] == nil
    and st.extra_names[key]) then return nil end
  if late(record, key) then return obj[key] end
  class.unknown(record, key, "object of class")
end

local function read_missing(obj, impl)
  return (impl.get(obj, impl, state.OFF))
end

--- Without tail calls: on PUC 5.1 wait.guard sees by this frame that what is loaded now cannot be waited for.
local function make_index(record, slots, getters, impls)
  local function index(obj, key)
    local slot = slots[key]
    if slot then
      local value = rawget(obj, slot)
      if value == NULL then return nil end
      if value ~= nil then return value end
      return (read_missing(obj, impls[key]))
    end
    local getter = getters[key]
    if getter then return (getter(obj, key)) end
    return (other(obj, record, key))
  end
  return core.slot_index and core.slot_index(slots, index) or index
end

-- ---- obj.name = value ----

local function write_extra(obj, key, value)
  local st = state.own(obj)
  st.extra = st.extra or {}
  st.extra_names = st.extra_names or {}
  st.extra[key] = value
  st.extra_names[key] = true
end

local function write_other(obj, record, key, value)
  if type(key) ~= "string" then
    err.raise("TypeError", "'%s' object does not support item assignment (%s)", record.name, tostring(key))
  end
  local d = class.descriptor(record, key)
  if d then return getmetatable(d).set(d, obj, key, value) end
  if not record.mapper.configured and late(record, key) then
    obj[key] = value
    return
  end
  write_extra(obj, key, value)
end

--- The slots of columns to whose changes nobody listens, by name, and at 1 the epoch in which that is so.
local function note_known(known, impls)
  local set = require("lualchemy.orm.attribute_column").set
  for key in pairs(known) do known[key] = nil end
  for key, impl in pairs(impls) do
    if impl.set == set and not impl.validators and not impl.dispatch.set then known[key] = impl.slot end
  end
  known[1] = event.epoch
end

local function make_newindex(record, impls)
  if not core.slot_newindex then
    return function(obj, key, value)
      local impl = impls[key]
      if impl then impl.set(obj, impl, value) else write_other(obj, record, key, value) end
    end
  end
  local known = {}
  return core.slot_newindex(known, event, function(obj, key, value)
    if known[1] ~= event.epoch then note_known(known, impls) end
    local impl = impls[key]
    if impl then impl.set(obj, impl, value) else write_other(obj, record, key, value) end
  end)
end

--- name, value of what is loaded: pairs(obj).
local function iterate(obj)
  local mapper, i = rawget(obj, 1).mapper, 0
  return function()
    while true do
      i = i + 1
      local impl = mapper.impl_list[i]
      if not impl then return nil end
      local value = rawget(obj, impl.slot)
      if value ~= nil then return impl.key, value end
    end
  end
end

--- The metatable of the instances of a class.
function instance.meta(record)
  local slots, getters, impls = {}, {}, {}
  local meta = {record = record, slots = slots, getters = getters, impls = impls}
  meta.__index = make_index(record, slots, getters, impls)
  meta.__newindex = make_newindex(record, impls)
  meta.__pairs = iterate
  meta.__tostring = function(obj) return class.text_of(record, obj) end
  state.note_metatable(meta)
  return class.inherit_metamethods(record, meta)
end

-- ---- making ----

--- An object of the mapper's class with that state and raw identity: as loaded.
function instance.new(mapper, st, raw)
  return setmetatable({st, raw}, mapper.instance_meta)
end

local function accepts(record, name)
  if type(name) ~= "string" then return false end
  return class.get(record, name) ~= nil or class.descriptor(record, name) ~= nil
end

local function set(obj, key, value)
  if value == NULL then value = nil end
  obj[key] = value
end

--- The keys that are no mapped properties: hybrids, proxies, plain attributes of the class; sorted.
local function others(record, given)
  local props, rest = record.mapper.props, {}
  for key in next, given do
    if not props[key] then
      if not accepts(record, key) then
        err.raise("TypeError", "'%s' is an invalid keyword argument for %s", tostring(key), record.name)
      end
      rest[#rest + 1] = key
    end
  end
  table.sort(rest)
  return rest
end

--- Sets attributes from a table, columns first: what a class without __init__ does.
function instance.assign(obj, given)
  local record = class.record_of_instance(obj)
  local rest = others(record, given)
  local props = record.mapper:init_order()
  for i = 1, #props do
    local key = props[i].key
    local value = given[key]
    if value ~= nil then set(obj, key, value) end
  end
  for _, key in ipairs(rest) do set(obj, key, given[key]) end
end

local function default_init(obj, record, n, given)
  if n == 0 then return end
  if n > 1 or type(given) ~= "table" then
    err.raise("TypeError", "%s.__init__() takes a table of attributes by name", record.name)
  end
  instance.assign(obj, given)
end

--- What a discriminator is told at birth.
local function set_polymorphic_identity(obj, mapper)
  local setter = mapper.polymorphic_setter
  if setter then setter(obj, mapper) end
end

--- The positional arguments and the table of keywords that a constructor was called with.
local function arguments(...)
  local only = ...
  if select("#", ...) == 1 and args.is_plain(only) then return {}, only end
  return {...}, {}
end

local function announce(obj, mapper, positional, keywords)
  if not mapper.first_init_done then
    mapper.first_init_done = true
    event.fire(mapper.dispatch, "first_init", mapper, mapper.class_)
  end
  if mapper.dispatch.init then event.fire(mapper.dispatch, "init", obj, positional, keywords) end
end

local function initialize(obj, record, ...)
  local init = class.find(record, "__init__")
  if init then return init(obj, ...) end
  default_init(obj, record, select("#", ...), ...)
end

--- The same where somebody wants to know of a failure.
local function initialize_watched(obj, record, ...)
  local ok, e = compat.pcall(initialize, obj, record, ...)
  if ok then return end
  event.fire(record.mapper.dispatch, "init_failure", obj, arguments(...))
  error(e, 0)
end

-- ---- objects of which nothing but columns is said ----

--- The plain tables among the bases of a class: they may get an __init__ at any time.
local function loose_bases(record)
  for _, one in ipairs(record.mro) do
    if not class.record(one) then return true end
  end
  return false
end

--- Columns whose values are stored as they are given: {[key] = slot}, and how many slots there are.
local function plain_columns(mapper)
  local slots, n = {}, 2
  for _, impl in ipairs(mapper.impl_list) do
    if impl.slot > n then n = impl.slot end
    if impl.column and not impl.validators and not impl.dispatch.set then slots[impl.key] = impl.slot end
  end
  return slots, n
end

local function no_maker() end

--- mapper.make: makes an object from a table of plain columns, or answers nil where more is to be done; found anew
-- whenever somebody listens to something else.
local function find_maker(record, mapper)
  local dispatch, make, call = mapper.dispatch, no_maker, class.call
  if not (dispatch.init or dispatch.init_failure or mapper.polymorphic_setter or loose_bases(record)
    or class.find(record, "__init__")) then
    local slots, n = plain_columns(mapper)
    local meta, st = mapper.instance_meta, state.fresh(mapper)
    make = core.maker(meta, st, n, slots)
    call = core.class_call and core.class_call(meta, st, n, slots, event, call) or call
  end
  record.__call = call
  mapper.make, mapper.make_epoch = make, event.epoch
end

--- A new transient object.
function instance.construct(record, ...)
  local mapper = record.mapper
  if mapper.first_init_done and mapper.configured and mapper.make_epoch ~= event.epoch then
    find_maker(record, mapper)
    local obj = mapper.make(...)
    if obj then return obj end
  end
  if not mapper.configured then require("lualchemy.orm.mapper").configure(record.registry) end
  local obj = instance.new(mapper, state.blank(mapper))
  local dispatch = mapper.dispatch
  if dispatch.init or not mapper.first_init_done then announce(obj, mapper, arguments(...)) end
  set_polymorphic_identity(obj, mapper)
  if dispatch.init_failure then
    initialize_watched(obj, record, ...)
  else
    initialize(obj, record, ...)
  end
  return obj
end

return instance
