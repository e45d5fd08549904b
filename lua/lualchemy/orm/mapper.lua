--- Mapper: how a class lies in tables.
--
--   class_, class_name, record (orm/class.lua), registry, entity (ENTITY node), instance_meta
--   local_table           its own table (FROM node); persist_selectable (mapped_table): with those it inherits, a JOIN
--   selectable            what a SELECT of the class selects from (persist_selectable, or with_polymorphic's)
--   tables                array: the tables of persist_selectable, base first; inherits_equated_pairs {{parent,
--   child}, …}
--   inherits, base_mapper, inherit_condition, single (shares the parent's table), concrete, concrete_below (some
--   subclass is), identity_mapper (the uppermost whose identities its objects share: concrete classes have their own)
--   self_and_descendants (array), inheriting_mappers (array), :iterate_to_root() (array, itself first), :isa(other),
--   :common_parent(other)
--   polymorphic_on (column), polymorphic_identity, polymorphic_map {identity = Mapper}, polymorphic_key,
--   polymorphic_abstract,
--   polymorphic_load, with_polymorphic {spec, selectable}|nil, :polymorphic_mappers(), :single_table_criterion()
--   primary_key           array of columns of persist_selectable; pks_by_table, cols_by_table {FROM = {column, …}}
--   props {key = property}, prop_list (in order); attrs, column_attrs, relationships, synonyms, composites: by key and
--   in order
--   column_to_property {column = property}; :get_property(key), :has_property(key), :get_property_by_column(column)
--   columns, c            by key and in order;  readonly_props {property = true}
--   slot_root             the mapper that counts the slots, where it is not the base mapper
--   layout {width = the last slot, lists = slots of collections}, false while not known
--   impls {key = impl}, impl_list, collection_impls (orm/attribute.lua); column_slots {column = slot}
--   version_id_col, version_id_generator (function|false), version_id_prop, eager_defaults, batch,
--   confirm_deleted_rows,
--   always_refresh, passive_updates, passive_deletes, allow_partial_pks, validators {key = {…}}
--   delete_orphans        Relationships whose children die without a parent; :is_orphan(obj)
--   dispatch              events of the class and its bases (init, load, before_insert …)
--   configured
-- mapper.configure(registry|nil): la.configure_mappers()
-- mapper.of(x): the configured mapper of a mapped class, instance, ENTITY, aliased; raises where there is none
local base = require "lualchemy.sql.schema_base"
local class = require "lualchemy.orm.class"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local instance = require "lualchemy.orm.instance"
local ordered = require "lualchemy.orm.ordered"
local property = require "lualchemy.orm.property"
local state = require "lualchemy.orm.state"

local given, record_of = base.given, class.record

--- @class lualchemy.Mapper
local Mapper = {}
local module = {Mapper = Mapper}

-- ---- the class la.Mapper ----

local mapper_class = setmetatable({}, {
  __tostring = function() return "la.Mapper" end,
  __index = {is = function(_, x) return type(x) == "table" and getmetatable(x) == Mapper.meta end},
})
module.public = {Mapper = mapper_class}

Mapper.meta = {
  __index = function(mapper, name)
    local value = Mapper[name]
    if value ~= nil then return value end
    local getter = Mapper.getters[name]
    if getter then return getter(mapper) end
  end,
  __tostring = function(m)
    return ("Mapper[%s(%s)]"):format(m.class_name, require("lualchemy.orm.join_find").description(m.local_table))
  end,
  __clause_element = function(m) return m.entity end,
}
Mapper.getters = {}

event.state_with(function(obj) return require("lualchemy.orm.view").of(obj) end)
event.resolver(function(target)
  if type(target) == "table" and getmetatable(target) == Mapper.meta then return target.class_ end
end)

--- The dispatcher of a class: the listeners of all mappers, of its bases (those that propagate), and its own.
local function dispatcher(record)
  local targets = {mapper_class}
  for i = #record.mro, 1, -1 do targets[#targets + 1] = record.mro[i] end
  return event.dispatcher(targets, function(listener, target)
    return listener.propagate or target == record.class or target == mapper_class
  end)
end

-- ---- asking ----

--- This mapper and those that it inherits from, itself first.
--- @return lualchemy.Mapper[]
function Mapper.iterate_to_root(mapper)
  local out = {}
  while mapper do
    out[#out + 1] = mapper
    mapper = mapper.inherits
  end
  return out
end

--- Does the mapper inherit from the other one, or is it the same?
--- @param other lualchemy.Mapper
--- @return boolean
function Mapper.isa(mapper, other)
  while mapper and mapper ~= other do mapper = mapper.inherits end
  return mapper ~= nil
end

--- Do both inherit from one mapper?
--- @param other lualchemy.Mapper
--- @return boolean
function Mapper.common_parent(mapper, other)
  return mapper.base_mapper == other.base_mapper
end

--- @param key string
--- @return boolean
function Mapper.has_property(mapper, key)
  return mapper.props[key] ~= nil
end

--- The property of that key; configures all mappers first. Raises if there is none.
--- @param key string
--- @return lualchemy.MapperProperty
function Mapper.get_property(mapper, key)
  module.configure(mapper.registry)
  local prop = mapper.props[key]
  if not prop then
    err.raise("InvalidRequestError", "Mapper '%s' has no property '%s'.  If this property was indicated from other "
      .. "mappers or configure events, ensure registry.configure() has been called.", tostring(mapper), tostring(key))
  end
  return prop
end

--- The property that maps a column; raises if there is none.
--- @param column lualchemy.ColumnElement
--- @return lualchemy.MapperProperty
function Mapper.get_property_by_column(mapper, column)
  local prop = mapper.column_to_property[core.element(column)]
  if not prop then
    err.raise("UnmappedColumnError", "No column %s is configured on mapper %s...", tostring(column), tostring(mapper))
  end
  return prop
end

--- Properties by kind; kept until there is a new one.
local function collect(kind)
  return function(mapper)
    module.configure(mapper.registry)
    local kept = mapper.collected
    if not kept[kind] then
      local out = ordered.new()
      for _, prop in ipairs(mapper.prop_list) do
        if kind == "any" or prop.kind == kind then ordered.put(out, prop.key, prop) end
      end
      kept[kind] = out
    end
    return kept[kind]
  end
end

Mapper.getters.attrs = collect "any"
Mapper.getters.column_attrs = collect "column"
Mapper.getters.relationships = collect "relationship"
Mapper.getters.synonyms = collect "synonym"
Mapper.getters.composites = collect "composite"
Mapper.getters.iterate_properties = function(mapper) return mapper.prop_list end
Mapper.getters.mapped_table = function(mapper) return mapper.persist_selectable end
Mapper.getters.with_polymorphic_mappers = function(mapper) return mapper:polymorphic_mappers() end
Mapper.getters.mapper = function(mapper) return mapper end
for name, fn in pairs(require("lualchemy.orm.flags").getters "is_mapper") do Mapper.getters[name] = fn end
Mapper.getters.c = function(mapper) return mapper.columns end
Mapper.getters.selectable = function(mapper) return mapper:with_polymorphic_selectable() end
Mapper.getters.version_id_prop = function(mapper)
  return mapper.version_id_col and mapper.column_to_property[mapper.version_id_col]
end
Mapper.getters.self_and_descendants = function(mapper)
  local out = {mapper}
  local i = 1
  while out[i] do
    for _, sub in ipairs(out[i].inheriting_mappers) do out[#out + 1] = sub end
    i = i + 1
  end
  return out
end
Mapper.getters.all_orm_descriptors = function(mapper)
  module.configure(mapper.registry)
  return require("lualchemy.orm.tells").descriptors(mapper)
end

--- The properties in the order in which a constructor sets them: columns first.
--- @return lualchemy.MapperProperty[]
function Mapper.init_order(mapper)
  if mapper.collected.init_order then return mapper.collected.init_order end
  local out = {}
  for pass = 1, 2 do
    for _, prop in ipairs(mapper.prop_list) do
      if (prop.kind == "column") == (pass == 1) then out[#out + 1] = prop end
    end
  end
  mapper.collected.init_order = out
  return out
end

-- ---- making ----

local KEYWORDS = base.keywords([[properties primary_key non_primary inherits inherit_condition
  inherit_foreign_keys always_refresh version_id_col version_id_generator polymorphic_on _polymorphic_map
  polymorphic_identity concrete with_polymorphic polymorphic_abstract polymorphic_load allow_partial_pks batch
  column_prefix include_properties exclude_properties passive_updates passive_deletes confirm_deleted_rows
  eager_defaults legacy_is_orphan _compiled_cache_size]])
module.KEYWORDS = KEYWORDS

local function set_of(list)
  if list == nil then return nil end
  local out = {}
  for k, v in pairs(list) do
    if type(k) == "number" then out[v] = true else out[k] = true end
  end
  return out
end

local function or_default(value, default)
  if value == nil then return default end
  return value
end

--- A count that goes up by one.
local function next_version(version)
  if version == nil or version == core.null then return 1 end
  return version + 1
end

local function settings(mapper, o)
  local generator = o.version_id_generator
  mapper.version_id_generator = generator == nil and next_version or generator
  mapper.version_id_col = core.element(given(o.version_id_col))
  if o.version_id_col and not mapper.version_id_col and o.version_id_col ~= core.null then
    err.raise("ArgumentError", "mapper: argument 'version_id_col' must be a Column, got %s", type(o.version_id_col))
  end
  mapper.concrete = given(o.concrete) or false
  mapper.batch = or_default(o.batch, true)
  mapper.eager_defaults = or_default(o.eager_defaults, "auto")
  mapper.always_refresh = given(o.always_refresh) or false
  mapper.allow_partial_pks = or_default(o.allow_partial_pks, true)
  mapper.passive_updates = or_default(o.passive_updates, true)
  mapper.passive_deletes = given(o.passive_deletes) or false
  mapper.legacy_is_orphan = given(o.legacy_is_orphan) or false
  mapper.polymorphic_identity = given(o.polymorphic_identity)
  mapper.polymorphic_on = core.element(given(o.polymorphic_on)) or given(o.polymorphic_on)
  mapper.polymorphic_abstract = given(o.polymorphic_abstract) or false
  mapper.polymorphic_load = given(o.polymorphic_load)
  mapper.column_prefix = given(o.column_prefix)
  mapper.include_properties, mapper.exclude_properties = set_of(given(o.include_properties)),
    set_of(given(o.exclude_properties))
  mapper.primary_key_argument = given(o.primary_key)
  mapper.inherit_condition = given(o.inherit_condition)
  mapper.inherit_foreign_keys = given(o.inherit_foreign_keys)
  mapper.confirm_deleted_rows = or_default(o.confirm_deleted_rows, true)
  if mapper.inherits and not mapper.concrete then mapper.confirm_deleted_rows = false end
end

local function as_mapper(x)
  if x == nil then return nil end
  if getmetatable(x) == Mapper.meta then return x end
  local found = class.mapper(x)
  if not found then err.raise("ArgumentError", "inherits: a mapped class is expected, got %s", tostring(x)) end
  return found
end

--- What a class may be mapped to.
local FROM = {FROM = true, STATEMENT = true}

local function take_table(mapper, local_table)
  if local_table ~= nil then
    mapper.local_table = core.element(local_table)
    if not core.is_node(mapper.local_table) or not FROM[core.category(mapper.local_table)]
      or core.kind(mapper.local_table) == "ENTITY" then
      err.raise("ArgumentError", "FROM expression, such as a Table or alias() object expected for argument "
        .. "'local_table'; got %s.", type(local_table) == "string" and "'" .. local_table .. "'"
        or tostring(local_table))
    end
    if core.category(mapper.local_table) == "STATEMENT" then mapper.local_table = mapper.local_table:subquery() end
  elseif mapper.inherits then
    mapper.local_table = mapper.inherits.local_table
    mapper.single = true
  else
    err.raise("ArgumentError",
      "Mapper[%s(None)] has None for a primary table argument and does not specify 'inherits'", mapper.class_name)
  end
end

--- Maps a class.
--- @param record table the class's
--- @param local_table any|nil
--- @param o table keywords
--- @param properties table {{key, property or column}, …}
function module.new(record, local_table, o, properties)
  require("lualchemy.args").check("Mapper", KEYWORDS, o)
  local mapper = setmetatable({
    layout = false, class_ = record.class, class = record.class,
    class_name = record.name, record = record, registry = record.registry,
    props = {}, prop_list = {}, columns = ordered.new(), column_to_property = {}, column_slots = {}, impl_list = {},
    collection_impls = {}, anchors = {}, delete_orphans = {}, inheriting_mappers = {}, configured = false,
    polymorphic_map = o._polymorphic_map or {}, collected = {}, single = false, inherits = as_mapper(given(o.inherits)),
  }, Mapper.meta)
  local meta = instance.meta(record)
  mapper.instance_meta, mapper.impls, mapper.slots = meta, meta.impls, meta.slots
  take_table(mapper, local_table)
  settings(mapper, o)
  local inherit = require "lualchemy.orm.mapper_inherit"
  inherit.set_with_polymorphic(mapper, given(o.with_polymorphic))
  inherit.configure(mapper)
  mapper.dispatch = dispatcher(record)
  record.mapper, record.instance_meta = mapper, meta
  event.fire(mapper.dispatch, "class_instrument", record.class)
  event.epoch = event.epoch + 1
  local ok, e = pcall(function()
    mapper.entity = core.new("ENTITY", {mapper = mapper, selectable = mapper.persist_selectable, name = record.name})
    require("lualchemy.orm.validates").collect(mapper)
    require("lualchemy.orm.transient").listen(mapper)
    local columns = require "lualchemy.orm.mapper_columns"
    columns.configure(mapper, properties or {})
    inherit.configure_polymorphic(mapper)
    columns.configure_primary_key(mapper)
  end)
  if not ok then
    record.mapper = nil
    inherit.undo(mapper)
    error(e, 0)
  end
  record.registry:_flag_new(mapper)
  event.fire(mapper.dispatch, "instrument_class", mapper, record.class)
  event.fire(mapper.dispatch, "after_mapper_constructed", mapper, record.class)
  return mapper
end

--- Adds a property later; at once if the mapper is configured.
--- @param key string
--- @param prop any
function Mapper.add_property(mapper, key, prop)
  return require("lualchemy.orm.mapper_columns").set_property(mapper, key, prop, {init = mapper.configured})
end

--- @param properties table<string, any>
function Mapper.add_properties(mapper, properties)
  for key, prop in pairs(properties) do mapper:add_property(key, prop) end
end

for _, part in ipairs{"lualchemy.orm.mapper_polymorphic", "lualchemy.orm.mapper_keys"} do
  for name, fn in pairs(require(part)) do Mapper[name] = fn end
end

-- ---- configuring ----

function module.configure(registry)
  return require("lualchemy.orm.registry").configure(registry)
end

module.public.configure_mappers = function() module.configure(nil) end

--- Forgets all mappers.
module.public.clear_mappers = function() require("lualchemy.orm.registry").dispose_all() end

--- The mapper of a mapped class, mapper, instance or ENTITY; nil if there is none. Configures.
function module.find(x)
  local record = record_of(x)
  local mapper = record and record.mapper
    or type(x) == "table" and getmetatable(x) == Mapper.meta and x
    or state.is_instance(x) and state.mapper(x)
    or core.is_node(x) and core.kind(x) == "ENTITY" and core.get(x, "mapper")
  if not mapper then return nil end
  if mapper.registry.pending then module.configure(mapper.registry) end
  return mapper
end

--- The same; raises where there is none.
function module.of(x)
  local record = record_of(x)
  local mapper = record and record.mapper
  if mapper and not mapper.registry.pending then return mapper end
  mapper = module.find(x)
  if mapper then return mapper end
  if record then require("lualchemy.orm.declarative_deferred").check(record) end
  if record then err.raise("UnmappedClassError", "Class '%s' is not mapped", record.name) end
  err.raise("NoInspectionAvailable", "No inspection system is available for object of type %s", type(x))
end

--- The mapper of a mapped class.
module.public.class_mapper = function(x)
  if not record_of(x) and not module.find(x) then
    err.raise("ArgumentError", "Class object expected, got '%s'.", tostring(x))
  end
  return module.of(x)
end
module.public.object_mapper = function(obj)
  if not state.is_instance(obj) then
    err.raise("UnmappedInstanceError", "Class '%s' is not mapped", type(obj))
  end
  return state.mapper(obj)
end

module.property = property

return module
