--- la.synonym: another name of an attribute.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local property = require "lualchemy.orm.property"
local prop_comparator = require "lualchemy.orm.prop_comparator"

local is_instance, wrap = prop_comparator.is_instance, prop_comparator.wrap
local module = {}
local methods = {}
local meta = property.class("synonym", methods)

--- A synonym of the attribute `name`.
function module.new(name, o)
  o = o or {}
  return setmetatable({name = name, order = property.next_order(), map_column = o.map_column, descriptor = o.descriptor,
    doc = o.doc, info = o.info, comparator_factory = o.comparator_factory}, meta)
end

--- Class.synonym is the attribute it stands for.
function methods.class_get(prop, record)
  if prop.descriptor then return getmetatable(prop.descriptor).class_get(prop.descriptor, record.class, prop.key) end
  local target = record.class[prop.name]
  local factory = prop.comparator_factory
  if is_instance(target) then
    factory, target = factory or getmetatable(target).comparator, core.element(target)
  end
  if core.is_node(target) and core.kind(target) == "ATTRIBUTE" then target = core.with(target, {key = prop.key}) end
  return wrap(factory, target)
end

local function map_column(prop, mapper)
  local column = mapper.persist_selectable.c:get(prop.key)
  if not column then
    err.raise("ArgumentError", "Can't compile synonym '%s': no column on table '%s' named '%s'", prop.key,
      require("lualchemy.orm.join_find").description(mapper.persist_selectable), prop.key)
  end
  if not mapper.props[prop.name] then
    require("lualchemy.orm.mapper_columns").set_property(mapper, prop.name, property.column({column}), {})
  end
end

function methods.instrument_class(prop, mapper)
  local name, descriptor = prop.name, prop.descriptor
  if prop.map_column and prop.parent == mapper then map_column(prop, mapper) end
  if descriptor then
    local class = getmetatable(descriptor)
    mapper.instance_meta.getters[prop.key] = function(obj) return class.get(descriptor, obj, prop.key) end
  else
    mapper.instance_meta.getters[prop.key] = function(obj) return obj[name] end
  end
  mapper.impls[prop.key] = {
    key = prop.key, prop = prop, mapper = mapper, synonym = true,
    set = function(obj, _, value)
      if descriptor then return getmetatable(descriptor).set(descriptor, obj, prop.key, value) end
      obj[name] = value
    end,
    get = function(obj) return obj[name], true end,
  }
end

local KEYWORDS = base.keywords([[map_column descriptor comparator_factory init repr default default_factory
  compare kw_only hash info doc dataclass_metadata]])

local function synonym(...)
  local p, o = args.brace("synonym", KEYWORDS, ...)
  if type(p[1]) ~= "string" then
    err.raise("ArgumentError", "synonym: argument 'name' must be a string, got %s", type(p[1]))
  end
  return module.new(p[1], o)
end

-- ---- attributes of a parent that a concrete class has not ----

local concrete_meta = property.class("concrete", {
  instrument_class = function(prop, mapper)
    local function refuse()
      err.raise("AttributeError", "Concrete %s does not implement attribute '%s' at the instance level.  Add this "
        .. "property explicitly to %s.", tostring(mapper), prop.key, tostring(mapper))
    end
    mapper.instance_meta.getters[prop.key] = refuse
    mapper.impls[prop.key] = {key = prop.key, prop = prop, mapper = mapper, synonym = true, set = refuse, get = refuse}
  end,
  -- Of the class it is what it is of the parent.
  class_get = function(prop, record) return record.mapper.inherits.class_[prop.key] end,
})

--- The place of an attribute that only the parent of a concrete class has.
function module.concrete()
  return setmetatable({order = 0}, concrete_meta)
end

module.public = {synonym = synonym}
return module
