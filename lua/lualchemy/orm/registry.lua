--- la.registry: the classes of a declarative base by name, and what maps them.
--
--   registry.metadata, registry.mappers (array, in the order made), registry:configure(), registry:dispose()
--   registry:map_imperatively(class, table, {…}) -> Mapper; registry:map_declaratively(class);
--   registry:generate_base{…}
--   registry:lookup(name) -> class or table, raises InvalidRequestError if none or many
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local class = require "lualchemy.orm.class"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"

local given = base.given

--- @class lualchemy.registry
--- @field metadata lualchemy.MetaData
--- @field mappers lualchemy.Mapper[] in the order in which they were made
--- @overload fun(options?: lualchemy.RegistryOptions): lualchemy.registry
local Registry = {}
Registry.__index = Registry
local module = {}

--- All registries, for la.configure_mappers().
local registries = setmetatable({}, {__mode = "k"})

local KEYWORDS = base.keywords("metadata class_registry type_annotation_map constructor")

--- la.registry{metadata = …}
local function new(...)
  local p, o = args.brace("registry", KEYWORDS, ...)
  local self = setmetatable({
    metadata = given(p[1]) or given(o.metadata) or require("lualchemy.sql.api").MetaData(),
    mappers = {}, classes = given(o.class_registry) or {}, pending = false, constructor = given(o.constructor),
  }, Registry)
  registries[self] = true
  return self
end

local registry_class = setmetatable({is = function(_, x) return type(x) == "table" and getmetatable(x) == Registry end},
  {__call = function(_, ...) return new(...) end, __tostring = function() return "la.registry" end})

-- ---- names ----

--- Makes a class known by its name.
--- @param name string
--- @param cls lualchemy.MappedClass
function Registry:add_class(name, cls)
  local list = self.classes[name]
  if not list then
    list = {}
    self.classes[name] = list
  end
  if list[1] then
    err.warn(("This declarative base already contains a class with the same class name and module name as %s, and will "
      .. "be replaced in the string-lookup table."):format(name))
  end
  list[#list + 1] = cls
end

--- Forgets it.
--- @param name string
--- @param cls lualchemy.MappedClass
function Registry:remove_class(name, cls)
  local list = self.classes[name] or {}
  for i = #list, 1, -1 do
    if list[i] == cls then table.remove(list, i) end
  end
end

--- The class of that name, or nil; raises if several have it.
--- @param name string
--- @return lualchemy.MappedClass?
function Registry:find_class(name)
  local list = self.classes[name]
  if not list or #list == 0 then return nil end
  if #list > 1 then
    err.raise("InvalidRequestError", "Multiple classes found for path \"%s\" in the registry of this declarative "
      .. "base. Please use a fully module-qualified path.", name)
  end
  return list[1]
end

-- ---- mapping ----

function Registry:_flag_new(mapper)
  self.mappers[#self.mappers + 1] = mapper
  self.pending = true
  module.pending = true
end

--- Maps a class to a table without declarative.
--- @param cls table a class (la.class)
--- @param local_table? lualchemy.FromClause left out where the class has the table of the one it inherits from
--- @param o? table properties = {name = relationship or column …}, and what __mapper_args__ may say
--- @return lualchemy.Mapper
function Registry:map_imperatively(cls, local_table, o)
  if args.is_options(local_table) and o == nil then local_table, o = nil, local_table end
  local record = class.record(cls)
  if not record then
    err.raise("ArgumentError", "map_imperatively: argument 'class_' must be a class (la.class(…)), got %s", type(cls))
  end
  if record.mapper and record.mapper.class_ == cls then
    err.raise("ArgumentError", "Class '<class '%s'>' already has a primary mapper defined. ", record.name)
  end
  local keywords, properties = {}, {}
  for k, v in pairs(o or {}) do keywords[k] = v end
  if core.is_node(keywords.properties) then keywords.properties = nil end
  for key, prop in pairs(given(keywords.properties) or {}) do properties[#properties + 1] = {key, prop} end
  keywords.properties = nil
  module.sort_properties(properties)
  if keywords.inherits == nil and record.parent and record.parent.mapper then
    keywords.inherits = record.parent.mapper
  end
  record.registry = self
  self:add_class(record.name, cls)
  return require("lualchemy.orm.mapper").new(record, local_table, keywords, properties)
end

--- Maps a class that says itself how (__tablename__, columns …).
--- @param cls lualchemy.MappedClass
--- @return lualchemy.Mapper
function Registry:map_declaratively(cls)
  local record = class.record(cls)
  record.registry = self
  self:add_class(record.name, cls)
  require("lualchemy.orm.declarative").map(record)
  return record.mapper
end
Registry.mapped = function(self, cls)
  self:map_declaratively(cls)
  return cls
end

--- A declarative base of this registry.
--- @param ... any lualchemy.DeclarativeBaseOptions
--- @return lualchemy.MappedClass
function Registry:generate_base(...)
  return require("lualchemy.orm.declarative").generate_base(self, ...)
end

--- The same from a class or a table with what all classes have: registry:as_declarative_base{…}(cls).
--- @param ... any lualchemy.DeclarativeBaseOptions
--- @return fun(cls: table): lualchemy.MappedClass
function Registry:as_declarative_base(...)
  return require("lualchemy.orm.declarative").as_base(self, ...)
end

local function order_of(value)
  if core.is_node(value) then
    local spec = core.kind(value) == "COLUMN" and core.schema.spec_of(value)
    return spec and core.get(spec, "order") or math.huge
  end
  return type(value) == "table" and rawget(value, "order") or math.huge
end
module.order_of = order_of

--- Sorts {key, value} pairs by the order in which their values were made.
function module.sort_properties(list)
  local orders = {}
  for _, pair in ipairs(list) do orders[pair] = order_of(pair[2]) end
  table.sort(list, function(a, b)
    if orders[a] ~= orders[b] then return orders[a] < orders[b] end
    return tostring(a[1]) < tostring(b[1])
  end)
  return list
end

-- ---- configuring ----

local configuring = false

local function fail_again(mapper)
  err.raise("InvalidRequestError", "One or more mappers failed to initialize - can't proceed with initialization of "
    .. "other mappers. Triggering mapper: '%s'. Original exception was: %s", tostring(mapper),
    tostring(mapper.configure_failed))
end

--- Tells of an attribute of a mapper, and of the same one on its heirs.
local function tell_attribute(mapper, prop)
  for _, m in ipairs(mapper.self_and_descendants) do
    if m.props[prop.key] == prop and m.dispatch.attribute_instrument then
      event.fire(m.dispatch, "attribute_instrument", m.class_, prop.key, m.class_[prop.key])
    end
  end
end

local function configure_mapper(mapper)
  event.fire(mapper.dispatch, "before_mapper_configured", mapper, mapper.class_)
  local list = {}
  for i, prop in ipairs(mapper.prop_list) do list[i] = prop end
  for _, prop in ipairs(list) do
    if prop.parent == mapper then
      prop:configure()
      tell_attribute(mapper, prop)
    end
  end
  mapper.configured = true
  event.fire(mapper.dispatch, "mapper_configured", mapper, mapper.class_)
end

local function configure_registry(registry)
  for _, mapper in ipairs(registry.mappers) do
    if mapper.configure_failed then fail_again(mapper) end
    if not mapper.configured then
      local ok, e = pcall(configure_mapper, mapper)
      if not ok then
        mapper.configure_failed = e
        error(e, 0)
      end
    end
  end
  registry.pending = false
end

local function targets(registry)
  if registry then return {registry} end
  local out = {}
  for one in pairs(registries) do out[#out + 1] = one end
  return out
end

local function any_pending(list)
  for _, one in ipairs(list) do
    if one.pending then return true end
  end
  return false
end

--- Calls the methods of that name that mapped classes have.
local function call_hooks(list, name)
  for _, registry in ipairs(list) do
    for _, mapper in ipairs(registry.mappers) do
      local fn = not mapper[name] and class.find(mapper.record, name)
      if fn then
        rawset(mapper, name, true)
        fn(mapper.class_)
      end
    end
  end
end

--- Maps the classes that wait for the others: registry.waiting, an array of functions.
local function map_waiting(registry)
  local waiting = registry.waiting
  registry.waiting = nil
  for _, map in ipairs(waiting or {}) do map() end
end

--- Configures the mappers of a registry, or of all (la.configure_mappers()).
function module.configure(registry)
  if configuring or not module.pending or registry and not registry.pending then return end
  local list = targets(registry)
  if not any_pending(list) then return end
  configuring = true
  local all = require("lualchemy.orm.mapper").public.Mapper
  local dispatch = event.dispatcher{all}
  local ok, e = pcall(function()
    event.fire(dispatch, "before_configured")
    call_hooks(list, "__declare_first__")
    for _, one in ipairs(list) do map_waiting(one) end
    for _, one in ipairs(list) do
      if one.pending then configure_registry(one) end
    end
  end)
  configuring = false
  event.epoch = event.epoch + 1
  if not ok then error(e, 0) end
  event.fire(dispatch, "after_configured")
  call_hooks(list, "__declare_last__")
end

--- Configures its mappers; first use does it, too.
function Registry:configure()
  module.configure(self)
end

--- Forgets the mappers of the registry.
function Registry:dispose()
  for i = #self.mappers, 1, -1 do
    local mapper = self.mappers[i]
    event.fire(mapper.dispatch, "class_uninstrument", mapper.class_)
    mapper.record.mapper, mapper.record.__call = nil, class.call
    mapper.configured = true
  end
  self.mappers, self.classes, self.pending, self.sync_targets = {}, {}, false, nil
end

function module.dispose_all()
  for one in pairs(registries) do one:dispose() end
end

module.Registry = Registry
module.public = {registry = registry_class}
return module
