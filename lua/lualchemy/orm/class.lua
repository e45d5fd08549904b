--- Classes: mapped, declarative bases, mixins, plain (la.class).
--
-- A class is a table; its metatable is its *record*:
--   {class, name, parent = record|nil, mixins = {table or class, …}, mro = {class or mixin table, …} itself first,
--    body = what the class was made from, mapper = Mapper|nil, registry = Registry|nil, abstract = boolean,
--    descriptors = {name = descriptor}, instance_meta = the metatable of its instances}
-- Fields of the class table: methods, plain values, and the attributes' nodes (ATTRIBUTE, RELATION) made on first use.
--
-- A *descriptor* (hybrids, synonyms, proxies) is a table whose metatable has
--   descriptor = true, class_get(d, class, name) -> what Class.name is,
--   get(d, obj, name) -> what obj.name is, set(d, obj, name, value).
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"

local class = {}

--- Methods that every class has, by name; a mapped attribute or the user's method wins.
class.methods = {}
--- What every class answers without calling: {name = function(record)}.
class.getters = {}

-- ---- asking ----

--- The records of all classes.
local records = setmetatable({}, {__mode = "k"})

--- The record of a class, or nil if x is none.
function class.record(x)
  local meta = getmetatable(x)
  return records[meta] and meta or nil
end
local record_of = class.record

--- The record of the class of an instance, or nil.
function class.record_of_instance(x)
  local meta = getmetatable(x)
  return type(meta) == "table" and rawget(meta, "record") or nil
end

--- The mapper of a mapped class, or nil.
function class.mapper(x)
  local record = record_of(x)
  return record and record.mapper or nil
end

--- Is class c the class p, or derived from it?
function class.subclass(c, p)
  local record = record_of(c)
  for _, one in ipairs(record and record.mro or {}) do
    if one == p then return true end
  end
  return false
end

local ATTRIBUTE_KINDS = {ATTRIBUTE = true, RELATION = true, COLUMN = true}

--- Is that value of a class body something that is mapped (and no method or plain value)?
local function is_mapped_value(value)
  if type(value) == "userdata" then return ATTRIBUTE_KINDS[core.kind(value)] == true end
  local meta = type(value) == "table" and getmetatable(value)
  return type(meta) == "table" and (rawget(meta, "property") or rawget(meta, "declared")) and true or false
end
class.is_mapped_value = is_mapped_value

--- A method or plain value along the mro, and the table that has it.
function class.find(record, name)
  for _, one in ipairs(record.mro) do
    local value = rawget(one, name)
    if value ~= nil and not is_mapped_value(value) then return value, one end
  end
end

--- Is x a descriptor?
function class.is_descriptor(x)
  local meta = type(x) == "table" and getmetatable(x)
  return type(meta) == "table" and rawget(meta, "descriptor") and true or false
end

--- The descriptor of that name along the mro, and its owner.
function class.descriptor(record, name)
  for _, one in ipairs(record.mro) do
    local of = record_of(one)
    local d = of and of.descriptors[name]
    if d then return d, one end
    local plain = rawget(one, name)
    if not of and class.is_descriptor(plain) then return plain, one end
    if plain ~= nil and not is_mapped_value(plain) then return nil end
  end
end

-- ---- Class.name ----

local function mapped_attribute(record, name)
  local mapper = record.mapper
  local prop = mapper and mapper.props[name]
  if prop then return require("lualchemy.orm.attribute").node(record, name, prop) end
end

local function known(record, name)
  local node = mapped_attribute(record, name)
  if node ~= nil then return node end
  local d = class.descriptor(record, name)
  if d then return getmetatable(d).class_get(d, record.class, name) end
  local value = class.find(record, name)
  if value ~= nil then return value end
  local getter = class.getters[name]
  if getter then return getter(record) end
  return class.methods[name]
end

--- The names that a class answers to, for messages.
function class.names(record)
  local names = {}
  for _, one in ipairs(record.mro) do
    for k in pairs(one) do
      if type(k) == "string" then names[#names + 1] = k end
    end
    for k in pairs(record_of(one) and record_of(one).descriptors or {}) do names[#names + 1] = k end
  end
  for k in pairs(record.mapper and record.mapper.props or {}) do names[#names + 1] = k end
  return names
end

--- Raises: there is no such attribute.
function class.unknown(record, name, what)
  local near = type(name) == "string" and err.nearest(name, class.names(record))
  err.raise("AttributeError", "%s '%s' has no attribute '%s'%s", what, record.name, tostring(name),
    near and ("; did you mean '" .. near .. "'?") or "")
end

--- Names whose absence is an answer, not a mistake.
local function may_be_absent(name)
  return type(name) ~= "string" or name:sub(1, 2) == "__"
end

local function class_index(cls, name)
  local record = getmetatable(cls)
  local value = known(record, name)
  if value ~= nil then return value end
  if (record.waits or record.mapper and not record.mapper.configured) and not may_be_absent(name) then
    require("lualchemy.orm.mapper").configure(record.registry)
    value = known(record, name)
    if value ~= nil then return value end
  end
  if may_be_absent(name) or not record.mapper then return nil end
  class.unknown(record, name, "type object")
end

--- The value of Class.name, nil where there is none: never raises, never configures.
function class.get(record, name)
  local own = rawget(record.class, name)
  if own ~= nil then return own end
  return known(record, name)
end

-- ---- writing to a class ----

local METAMETHODS = {}
for name in ("__eq __lt __le __concat __call __len __add __sub __mul __div __mod __unm __idiv __pow "
  .. "__clause_element"):gmatch("%S+") do
  METAMETHODS[name] = true
end

--- Puts a plain value or a descriptor on the class.
function class.put(record, name, value)
  if class.is_descriptor(value) then
    record.descriptors[name] = value
    local attach = rawget(getmetatable(value), "attach")
    if attach then attach(value, record.class, name) end
    return
  end
  if METAMETHODS[name] and record.instance_meta then record.instance_meta[name] = value end
  if name == "__init__" then event.epoch = event.epoch + 1 end
  rawset(record.class, name, value)
end

local function class_newindex(cls, name, value)
  local record = getmetatable(cls)
  if record.mapper and (is_mapped_value(value) or core.kind(value) == "COLUMN") then
    return require("lualchemy.orm.declarative").add_attribute(record, name, value)
  end
  class.put(record, name, value)
end

-- ---- making ----

local function linearize(record)
  local mro, seen = {}, {}
  local function add(x)
    if not seen[x] then
      seen[x] = true
      mro[#mro + 1] = x
    end
  end
  add(record.class)
  for _, mixin in ipairs(record.mixins) do
    local of = record_of(mixin)
    for _, one in ipairs(of and of.mro or {mixin}) do
      if not (record.parent and class.subclass(record.parent.class, one)) then add(one) end
    end
  end
  for _, one in ipairs(record.parent and record.parent.mro or {}) do add(one) end
  return mro
end

--- Gives the metatable of instances the metamethods that the class and its bases define.
function class.inherit_metamethods(record, meta)
  for name in pairs(METAMETHODS) do
    local fn = class.find(record, name)
    if fn then meta[name] = fn end
  end
  return meta
end

--- What tostring(instance) gives where the class says it.
function class.text_of(record, obj)
  local fn = class.find(record, "__str__") or class.find(record, "__repr__") or class.find(record, "__tostring")
  if fn then return fn(obj) end
  return ("<%s object at %s>"):format(record.name, require("lualchemy.orm.state").address(obj))
end

local function plain_meta(record)
  local meta = {record = record}
  meta.__index = function(_, name)
    local d = class.descriptor(record, name)
    if d then return getmetatable(d).get(d, _, name) end
    local value = class.find(record, name)
    if value ~= nil then return value end
    return name == "__class__" and record.class or nil
  end
  meta.__tostring = function(obj) return class.text_of(record, obj) end
  return class.inherit_metamethods(record, meta)
end

local function construct_plain(record, ...)
  record.instance_meta = record.instance_meta or plain_meta(record)
  local obj = setmetatable({}, record.instance_meta)
  local init = class.find(record, "__init__")
  if init then
    init(obj, ...)
  elseif select("#", ...) > 0 then
    local given = ...
    if select("#", ...) ~= 1 or type(given) ~= "table" then
      err.raise("TypeError", "%s() takes no arguments but a table of attributes", record.name)
    end
    for k, v in pairs(given) do obj[k] = v end
  end
  return obj
end

local instance

local function class_call(cls, ...)
  local record = getmetatable(cls)
  local mapper = record.mapper
  if mapper then
    local obj = mapper.make_epoch == event.epoch and mapper.make(...)
    if obj then return obj end
    instance = instance or require "lualchemy.orm.instance"
    return instance.construct(record, ...)
  end
  return construct_plain(record, ...)
end

class.call = class_call

local function clause_element(cls)
  local record = getmetatable(cls)
  if record.waits then require("lualchemy.orm.mapper").configure(record.registry) end
  local mapper = record.mapper
  return mapper and mapper.entity
end

local function class_text(cls)
  return "<class '" .. getmetatable(cls).name .. "'>"
end

--- A new class; nothing is mapped.
--- @param name string
--- @param o table parent (a class), mixins (array of tables and classes), body
--- @return table class, table record
function class.new(name, o)
  if type(name) ~= "string" then err.raise("ArgumentError", "class: argument 'name' must be a string, got %s",
    type(name)) end
  local cls = {}
  local record = {
    class = cls, name = name, parent = o.parent and record_of(o.parent), mixins = o.mixins or {},
    body = o.body or {}, descriptors = {}, __index = class_index, __newindex = class_newindex, __call = class_call,
    __clause_element = clause_element, __tostring = class_text,
  }
  record.registry = record.parent and record.parent.registry
  record.mro = linearize(record)
  setmetatable(cls, record)
  records[record] = true
  return cls, record
end

-- ---- what every class has ----

--- isinstance(x, class)
function class.methods.is(cls, x)
  local record = class.record_of_instance(x)
  return record ~= nil and class.subclass(record.class, cls)
end

class.getters.__name__ = function(record) return record.name end
class.getters.__mapper__ = function(record) return record.mapper end
class.getters.__table__ = function(record) return record.mapper and record.mapper.local_table end
class.getters.registry = function(record) return record.registry end
class.getters.metadata = function(record) return record.registry and record.registry.metadata end

return class
