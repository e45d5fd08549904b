--- la.automap: classes and relationships for tables that were read from a database.
--
--     local Base = la.automap.automap_base()
--     Base:prepare{autoload_with = engine}
--     local User = Base.classes.user
--
-- prepare() gives each table of the metadata that has a primary key, and no class, a class; and each foreign key
-- between mapped tables a relationship in both directions. A table of nothing but two foreign keys becomes a
-- relationship from many to many.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local class = require "lualchemy.orm.class"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local declarative = require "lualchemy.orm.declarative"
local deferred = require "lualchemy.orm.declarative_deferred"
local directions = require "lualchemy.orm.direction"
local err = require "lualchemy.error"
local ordered = require "lualchemy.orm.ordered"
local property = require "lualchemy.orm.property"
local relationships = require("lualchemy.orm.relationship").public

local given = base.given
local automap = {}

-- ---- names and relationships, unless prepare() is given other functions ----

--- The name of a table's class: its own.
--- @param _ lualchemy.MappedClass
--- @param tablename string
--- @return string
function automap.classname_for_table(_, tablename) return tablename end

--- The name of the attribute that refers to one object: that of its class.
--- @param _ lualchemy.MappedClass
--- @param _local_cls lualchemy.MappedClass
--- @param referred_cls lualchemy.MappedClass
--- @return string
function automap.name_for_scalar_relationship(_, _local_cls, referred_cls)
  return class.record(referred_cls).name:lower()
end

--- The name of the attribute that refers to many: that of their class, and "_collection".
--- @param _ lualchemy.MappedClass
--- @param _local_cls lualchemy.MappedClass
--- @param referred_cls lualchemy.MappedClass
--- @return string
function automap.name_for_collection_relationship(_, _local_cls, referred_cls)
  return class.record(referred_cls).name:lower() .. "_collection"
end

--- Makes a relationship, or a backref (`make` is la.relationship or la.backref).
--- @param _ lualchemy.MappedClass
--- @param _direction lualchemy.RelationshipDirection
--- @param make function
--- @param attrname string
--- @param _local_cls lualchemy.MappedClass
--- @param referred_cls lualchemy.MappedClass
--- @param options table keywords for `make`
--- @return any nil: there is to be none
function automap.generate_relationship(_, _direction, make, attrname, _local_cls, referred_cls, options)
  if make == relationships.backref then return make(attrname, options) end
  if make == relationships.relationship then return make(referred_cls, options) end
  err.raise("TypeError", "Unknown relationship function: %s", tostring(make))
end

-- ---- what a class has ----

local function has(record, name) return record.deferred.scan.by_key[name] ~= nil end

local function add(record, name, prop)
  local scan = record.deferred.scan
  scan.by_key[name] = prop
  scan.properties[#scan.properties + 1] = {name, prop}
end

--- A relationship that somebody wrote gets to know its other side.
local function populate(record, name, other)
  local prop = record.deferred.scan.by_key[name]
  if property.is(prop, "relationship") then prop.back_populates = other end
end

--- Two relationships that are each other's reverse, as far as they are not there. `there` and `back`:
-- {record, name, direction, options for both forms, more for a relationship}.
local function connect(run, there, back)
  local function make(side, fn, more)
    local options = {}
    for k, v in pairs(side.options) do options[k] = v end
    for k, v in pairs(more or {}) do options[k] = v end
    local other = side == there and back or there
    return run.generate_relationship(run.base, side.direction, fn, side.name, side.record.class, other.record.class,
      options)
  end
  local create_back = not has(back.record, back.name)
  if not has(there.record, there.name) then
    local more = {}
    for k, v in pairs(there.more) do more[k] = v end
    if create_back then more.backref = make(back, relationships.backref) end
    local prop = make(there, relationships.relationship, more)
    if prop == nil then return end
    add(there.record, there.name, prop)
    if not create_back then populate(back.record, back.name, there.name) end
  elseif create_back then
    local more = {back_populates = there.name}
    for k, v in pairs(back.more) do more[k] = v end
    local prop = make(back, relationships.relationship, more)
    if prop == nil then return end
    add(back.record, back.name, prop)
    populate(there.record, there.name, back.name)
  end
end

-- ---- foreign keys ----

local function ends(constraint)
  local parents, columns = {}, {}
  for i, fk in ipairs(constraint.elements) do parents[i], columns[i] = fk.parent, fk.column end
  return parents, columns
end

--- Options of the side that refers to many, by what the foreign key says.
local function options_to_many(constraint, parents)
  local on_delete = (constraint.ondelete or ""):lower()
  for _, column in ipairs(parents) do
    if not column.nullable then
      return {cascade = "all, delete-orphan", passive_deletes = on_delete == "cascade" or nil}
    end
  end
  return {passive_deletes = on_delete == "set null" or nil}
end

local function relate_by_key(run, record, constraint)
  local parents, columns = ends(constraint)
  local referred = run.by_table[core.id(columns[1].table)]
  if not referred or referred ~= record and class.subclass(record.class, referred.class) then return end
  local options = options_to_many(constraint, parents)
  options.collection_class = run.collection_class
  connect(run, {
    record = record, direction = directions.MANYTOONE, options = {},
    name = run.name_for_scalar_relationship(run.base, record.class, referred.class, constraint),
    more = {foreign_keys = parents, remote_side = columns},
  }, {
    record = referred, direction = directions.ONETOMANY, options = options,
    name = run.name_for_collection_relationship(run.base, referred.class, record.class, constraint),
    more = {foreign_keys = parents},
  })
end

--- The two foreign keys that are all that a table consists of, or nil.
local function only_keys(t)
  local keys = t.foreign_key_constraints
  if #keys ~= 2 then return nil end
  local in_keys = {}
  for _, constraint in ipairs(keys) do
    for _, column in ipairs((ends(constraint))) do in_keys[column.key] = true end
  end
  for _, column in ipairs(core.columns(t):values()) do
    if not in_keys[column.key] then return nil end
  end
  return keys
end

local function condition(constraint)
  local parents, columns = ends(constraint)
  local terms = {}
  for i, column in ipairs(columns) do terms[i] = column:eq(parents[i]) end
  return require("lualchemy.sql.api").and_(compat.unpack(terms))
end

local function relate_many(run, t, keys)
  local here = run.by_table[core.id(keys[1].elements[1].column.table)]
  local there = run.by_table[core.id(keys[2].elements[1].column.table)]
  if not here or not there then return end
  local function side(record, other, to, from)
    return {
      record = record, direction = directions.MANYTOMANY,
      name = run.name_for_collection_relationship(run.base, record.class, other.class, to),
      options = {collection_class = run.collection_class, overlaps = run.by_table[core.id(t)] and "__*" or nil},
      more = {secondary = t, primaryjoin = condition(to), secondaryjoin = condition(from)},
    }
  end
  connect(run, side(here, there, keys[1], keys[2]), side(there, here, keys[2], keys[1]))
end

-- ---- classes ----

--- The name that ports know the module of made classes by.
local MODULE = "sqlalchemy.ext.automap"

local function put_by_module(cls, module, name, made)
  local place = cls.by_module
  for token in module:gmatch("[^.]+") do
    if not place:contains(token) then ordered.put(place, token, ordered.new()) end
    place = place:get(token)
  end
  ordered.put(place, name, made)
end

local function make_class(run, cls, t)
  local module = run.modulename_for_table and run.modulename_for_table(cls, t.name, t)
  local name = run.classname_for_table(cls, t.name, t)
  if not module and cls.classes:contains(name) then
    err.warn(("Ignoring duplicate class name '%s' received in automap base for table %s without ``__module__`` being "
      .. "set; consider using the ``modulename_for_table`` hook"):format(name, t.key))
    return nil
  end
  local made = declarative.define(run.base, name, {}, {__table__ = t, __module__ = module or nil})
  if not module then ordered.put(cls.classes, name, made) end
  put_by_module(cls, module or MODULE, name, made)
  return class.record(made)
end

--- Classes for tables that have none; the tables of nothing but two foreign keys.
local function make_classes(run, cls, seen)
  local keys, many = {}, {}
  for _, key in ipairs(cls.metadata.tables:keys()) do
    if not seen[key] then keys[#keys + 1] = key end
  end
  table.sort(keys)
  for _, key in ipairs(keys) do
    local t = cls.metadata.tables[key]
    local id, two = core.id(t), only_keys(t)
    seen[key] = true
    if two then
      many[#many + 1] = {t, two}
    elseif #t.primary_key.columns > 0 and not run.by_table[id] then
      run.by_table[id] = make_class(run, cls, t)
      run.records[#run.records + 1] = run.by_table[id]
    end
  end
  return many
end

local FUNCTIONS = {"classname_for_table", "name_for_scalar_relationship", "name_for_collection_relationship",
  "generate_relationship"}
local KEYWORDS = base.keywords([[autoload_with engine reflect schema modulename_for_table collection_class
  reflection_options classname_for_table name_for_scalar_relationship name_for_collection_relationship
  generate_relationship]])

local function reflect(cls, bind, o)
  local options = {schema = given(o.schema), extend_existing = true, autoload_replace = false}
  for k, v in pairs(given(o.reflection_options) or {}) do options[k] = v end
  cls.metadata:reflect(bind, options)
end

local function prepare(own, cls, ...)
  local p, o = args.brace("prepare", KEYWORDS, ...)
  local bind = given(o.engine) or given(p[1]) or given(o.autoload_with)
  if bind then reflect(cls, bind, o) end
  local run = {base = own.class, records = deferred.records(cls), by_table = {},
    modulename_for_table = given(o.modulename_for_table), collection_class = given(o.collection_class)}
  for _, name in ipairs(FUNCTIONS) do run[name] = given(o[name]) or automap[name] end
  for _, record in ipairs(run.records) do
    local t = record.deferred.table
    if t then run.by_table[core.id(t)] = record end
  end
  local many = make_classes(run, cls, own.automapped)
  for _, record in ipairs(run.records) do
    local t = record.deferred.table
    for _, constraint in ipairs(t and t.foreign_key_constraints or {}) do relate_by_key(run, record, constraint) end
  end
  for _, pair in ipairs(many) do relate_many(run, pair[1], pair[2]) end
  for _, record in ipairs(deferred.records(own.class)) do deferred.finish(record) end
end

-- ---- bases ----

local BASE_KEYWORDS = base.keywords("declarative_base metadata cls name class_registry type_annotation_map constructor")

--- A declarative base whose classes are mapped by Base:prepare{…}; `Base.classes` has those that it makes.
--- @param ... any a declarative base, or keywords for la.declarative_base
--- @return lualchemy.MappedClass
function automap.automap_base(...)
  local p, o = args.brace("automap_base", BASE_KEYWORDS, ...)
  local parent = given(p[1]) or given(o.declarative_base)
  o.declarative_base = nil
  parent = parent or declarative.public.declarative_base(o)
  if not class.record(parent) then
    err.raise("ArgumentError", "automap_base: argument 'declarative_base' must be a class, got %s", type(parent))
  end
  local cls, record = class.new(class.record(parent).name, {parent = parent})
  record.abstract, record.defers, record.automapped = true, "AutomapBase", {}
  rawset(cls, "classes", ordered.new())
  rawset(cls, "by_module", ordered.new())
  rawset(cls, "prepare", function(first, ...)
    if class.record(first) then return prepare(record, first, ...) end
    return prepare(record, cls, first, ...)
  end)
  return cls
end

return automap
