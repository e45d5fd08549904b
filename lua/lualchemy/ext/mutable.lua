--- la.mutable: values that tell their owners when they change in place.
--
-- The slot of the attribute keeps the plain table; what the user gets is a view of it, which knows its owners and
-- marks their
-- attribute as changed (orm/attributes.flag_modified) with every write.
local class = require "lualchemy.orm.class"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local views = require "lualchemy.ext.mutable_views"

local mutable = {}

-- ---- owners ----

--- value -> {owner = key}; weak on both sides.
local owners = setmetatable({}, {__mode = "k"})

local function adopt(value, obj, key)
  local of_value = owners[value]
  if not of_value then
    of_value = setmetatable({}, {__mode = "k"})
    owners[value] = of_value
  end
  of_value[obj] = key
end

local function abandon(value, obj)
  if owners[value] then owners[value][obj] = nil end
end

--- Marks the attribute of every owner as changed.
local function changed(value)
  for obj, key in pairs(owners[value] or {}) do
    local impl = rawget(obj, 1).mapper.impls[key]
    if impl and rawget(obj, impl.slot) ~= nil then require("lualchemy.orm.attributes").flag_modified(obj, key) end
  end
end
views.on_change(changed)

-- ---- attributes ----

local function refuse(key, value)
  err.raise("ValueError", "Attribute '%s' does not accept objects of type %s", tostring(key), type(value))
end

--- The value that the slot keeps and the one that users see, of what was given.
local function coerce(kind, key, value)
  if kind.view then
    local plain = kind.view.plain(value)
    if not plain then refuse(key, value) end
    return plain, kind.view.of(plain, value)
  end
  local made = kind.coerce(kind, key, value)
  if made == nil then refuse(key, value) end
  return made, made
end

local function read_as(impl, kind)
  local get = impl.get
  local function show(obj, raw)
    local plain, seen = coerce(kind, impl.key, raw)
    if plain ~= raw then rawset(obj, impl.slot, plain) end
    adopt(seen, obj, impl.key)
    return seen
  end
  impl.get = function(obj, one, passive)
    local raw, available = get(obj, one, passive)
    if raw == nil then return nil, available end
    return show(obj, raw), available
  end
  impl.mapper.instance_meta.slots[impl.key] = nil
  impl.mapper.instance_meta.getters[impl.key] = function(obj)
    local raw = rawget(obj, impl.slot)
    if raw == nil then return (impl.get(obj, impl, require("lualchemy.orm.state").OFF)) end
    if raw == core.null then return nil end
    return show(obj, raw)
  end
end

local function write_as(impl, kind)
  local set = impl.set
  impl.set = function(obj, one, value, initiator)
    local old = rawget(obj, impl.slot)
    if value == nil or value == core.null or core.is_node(value) then
      set(obj, one, value, initiator)
    else
      local plain, seen = coerce(kind, impl.key, value)
      set(obj, one, plain, initiator)
      adopt(seen, obj, impl.key)
    end
    if old ~= nil and old ~= core.null and not core.is_node(old) then
      local seen = kind.view and kind.view.known(old) or old
      if type(seen) == "table" and not rawequal(seen, value) then abandon(seen, obj) end
    end
  end
end

--- Makes a mapped column attribute (Class.name) one of mutable values of that kind.
local function associate_impl(impl, kind)
  if impl.mutable then return end
  impl.mutable = kind
  event.epoch = event.epoch + 1
  read_as(impl, kind)
  write_as(impl, kind)
end

-- ---- types ----

--- Types whose columns are mutable: {type = TYPE node, kind}.
local by_type, by_class = {}, {}

local function kind_of_column(column)
  local type_ = core.kind(column) == "COLUMN" and core.get(column, "type")
  if not type_ then return nil end
  for _, one in ipairs(by_type) do
    if core.id(one.type) == core.id(type_) then return one.kind end
  end
  for _, one in ipairs(by_class) do
    if one.class:is(type_) then return one.kind end
  end
end

local listening = false

local function listen()
  if listening then return end
  listening = true
  event.listen(require("lualchemy.orm.mapper").public.Mapper, "mapper_configured", function(mapper)
    for _, impl in ipairs(mapper.impl_list) do
      local kind = impl.column and kind_of_column(impl.prop.columns[1])
      if kind then associate_impl(impl, kind) end
    end
  end)
end

local function type_node(x)
  if core.is_node(x) then return x end
  return core.element(x()) or x()
end

--- The methods of Mutable and of all that derive from it; both spellings of a call are accepted.
local statics = {}

local function with_self(kind, fn)
  return function(first, ...)
    if first == kind then return fn(kind, ...) end
    return fn(kind, first, ...)
  end
end

--- A type whose columns hold values of this kind: MutableDict.as_mutable(la.JSON).
function statics.as_mutable(kind, sqltype)
  local node = type_node(sqltype)
  by_type[#by_type + 1] = {type = node, kind = kind}
  listen()
  return node
end

--- All columns of that type hold values of this kind.
function statics.associate_with(kind, sqltype)
  by_class[#by_class + 1] = {class = sqltype, kind = kind}
  listen()
end

--- One attribute holds values of this kind.
function statics.associate_with_attribute(kind, attribute)
  local mapper = core.get(core.get(attribute, "entity"), "mapper")
  for _, m in ipairs(mapper.self_and_descendants) do
    local impl = m.impls[core.get(attribute, "key")]
    if impl then associate_impl(impl, kind) end
  end
end

-- ---- dictionaries, lists, sets ----

local function view_class(name, view)
  local kind = {view = view, __name = name}
  local methods = {}
  for key, fn in pairs(statics) do methods[key] = with_self(kind, fn) end
  methods.coerce = with_self(kind, function(_, key, value)
    local _, seen = coerce(kind, key, value)
    return seen
  end)
  methods.is = function(_, x) return view.is(x) end
  methods.class = function() return view_class(name, view) end
  return setmetatable(kind, {
    __index = methods, __tostring = function() return "la.mutable." .. name end,
    __call = function(_, given) return view.of(view.plain(given or {}) or refuse(name, given)) end,
  })
end

mutable.MutableDict = view_class("MutableDict", views.dict)
mutable.MutableList = view_class("MutableList", views.list)
mutable.MutableSet = view_class("MutableSet", views.set)

-- ---- classes of the user's own ----

local function base_class(name)
  local cls = class.new(name, {})
  function cls.changed(self) changed(self) end
  for key, fn in pairs(statics) do
    rawset(cls, key, function(first, ...)
      if class.record(first) then return fn(first, ...) end
      return fn(cls, first, ...)
    end)
  end
  return cls
end

local Mutable = base_class "Mutable"
function Mutable.coerce(cls, _, value)
  if cls:is(value) then return value end
end
mutable.Mutable = Mutable

--- Composite values that write their columns when they change: MutableComposite:class("Point", {…}).
local MutableComposite = class.new("MutableComposite", {})
local fields = setmetatable({}, {__mode = "k"})

function MutableComposite.changed(self)
  for obj, key in pairs(owners[self] or {}) do
    local prop = rawget(obj, 1).mapper.props[key]
    local values = prop:values_of(self)
    for i, name in ipairs(prop.keys) do
      local value = values[i]
      if value == core.null then value = nil end
      obj[name] = value
    end
  end
end

function MutableComposite._adopt(self, obj, key)
  adopt(self, obj, key)
end

--- Derives a composite class; the fields of its instances are watched.
rawset(MutableComposite, "class", function(_, name, methods)
  local cls, record = class.new(name, {parent = MutableComposite, body = methods})
  for key, value in pairs(methods) do class.put(record, key, value) end
  local meta = {record = record}
  meta.__index = function(self, key)
    local of_self = fields[self]
    if of_self and of_self[key] ~= nil then return of_self[key] end
    return (class.find(record, key))
  end
  meta.__newindex = function(self, key, value)
    fields[self] = fields[self] or {}
    fields[self][key] = value
    self:changed()
  end
  meta.__tostring = function(self) return class.text_of(record, self) end
  record.instance_meta = class.inherit_metamethods(record, meta)
  return cls
end)
mutable.MutableComposite = MutableComposite

return mutable
