--- Declarative classes: Base:class(name, [mixins …,] body), la.declarative_base, la.DeclarativeBase, la.declared_attr.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local class = require "lualchemy.orm.class"
local core = require "lualchemy.core"
local deferred = require "lualchemy.orm.declarative_deferred"
local err = require "lualchemy.error"
local property = require "lualchemy.orm.property"
local registries = require "lualchemy.orm.registry"

local given = base.given
local declarative = {}

-- ---- declared_attr ----

local declared_meta = {declared = true, __tostring = function() return "declared_attr" end}

local function declare(cascading)
  return function(fn)
    if type(fn) ~= "function" then
      err.raise("ArgumentError", "declared_attr: argument must be a function of the class, got %s", type(fn))
    end
    return setmetatable({fn = fn, cascading = cascading, order = property.next_order()}, declared_meta)
  end
end

--- A value of a class body that a function of the class makes, for every class that has it.
local declared_attr = setmetatable({directive = declare(false), cascading = declare(true)},
  {__call = function(_, fn) return declare(false)(fn) end})

function declarative.is_declared(x)
  return type(x) == "table" and getmetatable(x) == declared_meta
end

-- ---- bases ----

local BASE_KEYWORDS = base.keywords("metadata mapper cls name class_registry type_annotation_map constructor metaclass")

local function new_base(registry, name, parent)
  local cls, record = class.new(name, {parent = class.record(parent) and parent or nil,
    mixins = parent and not class.record(parent) and {parent} or {}, body = {}})
  record.registry, record.abstract, record.is_base = registry, true, true
  return cls
end

--- A base class of that registry.
function declarative.generate_base(registry, ...)
  local p, o = args.brace("generate_base", BASE_KEYWORDS, ...)
  return new_base(registry, given(o.name) or "Base", p[2] or given(o.cls))
end

--- A function that makes a class, or a table with what all classes have, a base of that registry.
function declarative.as_base(registry, ...)
  local _, o = args.brace("as_declarative_base", BASE_KEYWORDS, ...)
  return function(cls)
    local record = class.record(cls)
    return new_base(registry, given(o.name) or record and record.name or "Base", cls)
  end
end

--- la.declarative_base{metadata = …}: a base class with a registry of its own.
local function declarative_base(...)
  local _, o = args.brace("declarative_base", BASE_KEYWORDS, ...)
  local registry = registries.public.registry{
    metadata = o.metadata, class_registry = o.class_registry, constructor = o.constructor,
  }
  local cls = new_base(registry, given(o.name) or "Base", given(o.cls))
  if given(o.constructor) then rawset(cls, "__init__", o.constructor) end
  return cls
end

--- la.as_declarative{…}(cls): a declarative base from a class or a table with what all classes have.
local function as_declarative(...)
  local _, o = args.brace("as_declarative", BASE_KEYWORDS, ...)
  return function(cls)
    local options = {cls = cls, name = o.name or (class.record(cls) and class.record(cls).name)}
    for k, v in pairs(o) do options[k] = v end
    return declarative_base(options)
  end
end

--- What la.DeclarativeBase:class(name, body) derives: a base.
local root_class, root = class.new("DeclarativeBase", {})
root.abstract = true

local function found_base(record)
  local body = record.body
  record.abstract, record.is_base = true, true
  record.registry = given(body.registry) or registries.public.registry{metadata = given(body.metadata)}
  rawset(record.class, "registry", nil)
end

-- ---- classes ----

local DUNDERS = {__tablename__ = true, __table_args__ = true, __mapper_args__ = true, __table__ = true,
  __abstract__ = true}

local function fill(record)
  for k, v in pairs(record.body) do
    if type(k) ~= "string" then
      err.raise("ArgumentError", "class '%s': the body has a value without a name at %s", record.name, tostring(k))
    end
    if not class.is_mapped_value(v) then
      if DUNDERS[k] then rawset(record.class, k, given(v)) else class.put(record, k, v) end
    end
  end
end

--- The mixin that has the class wait until all others are configured (record.holds), or nil.
local function holder_of(mixins)
  for _, mixin in ipairs(mixins) do
    local of = class.record(mixin)
    if of and of.holds then return of end
  end
end

--- Does the class derive from a declarative base, so that it is mapped as soon as it is made?
local function is_declarative(record)
  local one = record.parent
  while one and not one.is_base do one = one.parent end
  return one ~= nil
end

--- Makes and maps a class.
function declarative.define(parent, name, mixins, body)
  local cls, record = class.new(name, {parent = parent, mixins = mixins, body = body})
  fill(record)
  if record.parent == root then
    found_base(record)
    return cls
  end
  record.abstract = given(body.__abstract__) == true
  if record.abstract or not record.registry or not is_declarative(record) then return cls end
  record.registry:add_class(name, cls)
  local holder = holder_of(mixins)
  if holder then
    holder.holds(record)
    return cls
  end
  local ok, e = pcall(deferred.by(record) and deferred.hold or declarative.map, record)
  if not ok then
    record.registry:remove_class(name, cls)
    error(e, 0)
  end
  return cls
end

--- name, mixins and body out of the arguments of Base:class.
local function split(...)
  local n = select("#", ...)
  local name, mixins, last = (...), {}, select(n, ...)
  for i = 2, n - 1 do
    local mixin = select(i, ...)
    if type(mixin) ~= "table" then
      err.raise("ArgumentError", "class: mixin number %d must be a table or a class, got %s", i - 1, type(mixin))
    end
    mixins[#mixins + 1] = mixin
  end
  if type(name) ~= "string" then
    err.raise("ArgumentError", "class: argument 'name' must be a string, got %s", type(name))
  end
  if n < 2 then return name, mixins, {} end
  if class.record(last) then
    mixins[#mixins + 1] = last
    return name, mixins, {}
  end
  if type(last) ~= "table" then
    err.raise("ArgumentError", "class '%s': the body must be a table, got %s", name, type(last))
  end
  return name, mixins, last
end

--- Base:class(name, [mixins …,] body)
function class.methods.class(cls, ...)
  local name, mixins, body = split(...)
  return declarative.define(cls, name, mixins, body)
end

--- la.class(Base, name, [mixins …,] body), or la.class(name, methods) for a class without base.
local function la_class(first, ...)
  if class.record(first) then return class.methods.class(first, ...) end
  local name, mixins, body = split(first, ...)
  return declarative.define(nil, name, mixins, body)
end

-- ---- mapping ----

--- Maps a class by what its body and its mixins say.
function declarative.map(record)
  local scan = require("lualchemy.orm.declarative_scan").scan(record)
  return declarative.finish(record, scan, require("lualchemy.orm.declarative_table").table(record, scan))
end

--- The same once its scan is made, and its table.
function declarative.finish(record, scan, t)
  local mapper = require("lualchemy.orm.declarative_table").map(record, scan, t)
  for k, v in next, record.class do
    if class.is_mapped_value(v) and core.kind(v) ~= "ATTRIBUTE"
      and core.kind(v) ~= "RELATION" then record.class[k] = nil end
  end
  if scan.table then rawset(record.class, "__table__", nil) end
  return mapper
end

local function table_of(record)
  local t = record.mapper.local_table
  if core.kind(t) ~= "TABLE" or not core.has(t, "spec") then
    err.raise("InvalidRequestError", "Cannot add a new attribute to mapped class '%s' because it's not mapped "
      .. "against a table.",
      record.name)
  end
  return t
end

--- Gives a mapped class one more attribute: Class.name = la.Column{…}.
function declarative.add_attribute(record, key, value)
  local mapper = record.mapper
  if declarative.is_declared(value) then value = value.fn(record.class) end
  local kind = core.kind(value)
  if kind == "COLUMN" then
    local scan = require "lualchemy.orm.declarative_scan"
    scan.name_column(key, value)
    table_of(record):append_column(value, {replace_existing = true})
    return mapper:add_property(key, scan.column_property(value) or value)
  elseif kind == "ATTRIBUTE" or kind == "RELATION" then
    return mapper:add_property(key, require("lualchemy.orm.synonym").new(core.get(value, "key")))
  elseif property.is(value) then
    for _, column in ipairs(value.columns or {}) do
      if core.kind(column) == "COLUMN" and core.has(column, "spec") and not core.get(column, "table") then
        require("lualchemy.orm.declarative_scan").name_column(key, column)
        table_of(record):append_column(column, {replace_existing = true})
      end
    end
    return mapper:add_property(key, value)
  end
  class.put(record, key, value)
end

--- Does a base of the class have a table?
local function has_inherited_table(cls)
  local record = class.record(cls)
  if not record then err.raise("ArgumentError", "has_inherited_table: a class is expected, got %s", type(cls)) end
  for i = 2, #record.mro do
    local of = class.record(record.mro[i])
    if of and of.mapper then return true end
  end
  return false
end

--- Gives a mapped class one more attribute.
local function add_mapped_attribute(cls, key, attr) cls[key] = attr end

declarative.public = {
  orm_insert_sentinel = require("lualchemy.sql.schema_column").public.insert_sentinel,
  as_declarative = as_declarative, add_mapped_attribute = add_mapped_attribute,
  has_inherited_table = has_inherited_table,
  declarative_base = declarative_base, DeclarativeBase = root_class, declared_attr = declared_attr, class = la_class,
}

return declarative
