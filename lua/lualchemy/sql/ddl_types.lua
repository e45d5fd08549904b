--- Types that the database must be told of (CREATE TYPE, CREATE DOMAIN): created with the MetaData that they were made
-- with, or with the first table that uses them; dropped with the MetaData.
local core = require "lualchemy.core"
local ddl = require "lualchemy.sql.ddl_element"
local type_class = require "lualchemy.sql.type_class"

local schema = core.schema
local classes = ddl.classes
local Enum, Domain = type_class.of("ENUM"), type_class.of("POSTGRESQL_DOMAIN")
local Named = type_class.of("POSTGRESQL_NAMEDTYPE")

local types = {}

--- The type that stands for t on the dialect: its variant, what a decorator wraps, the elements of an array.
local function on_dialect(t, dialect)
  local impl = t:dialect_impl(dialect)
  while core.get(impl, "impl") do impl = core.get(impl, "impl") end
  local item = not Domain:is(impl) and core.get(impl, "item")
  if item then return on_dialect(item, dialect) end
  return impl
end

--- Does the dialect know the type by a name of its own?
local function is_named(t, dialect)
  if Domain:is(t) then return true end
  return Enum:is(t) and dialect.supports_native_enum and t.native_enum
end

--- Is the type to be made by whoever makes the tables?
local function is_ours(t)
  return not Named:is(t) or t.create_type
end

local function key_of(t)
  return ("%s.%s"):format(core.get(t, "schema") or "", core.get(t, "name") or "")
end

--- Was the type dealt with by this visitor? It is from now on.
local function was_seen(visitor, t)
  local key = key_of(t)
  local seen = visitor.memo[key]
  visitor.memo[key] = true
  return seen
end

local function create(visitor, t)
  if visitor:_is_there("type", t, false) then return end
  visitor.connection:execute(Domain:is(t) and classes.CreateDomainType(t) or classes.CreateEnumType(t))
end

local function drop(visitor, t)
  if not visitor:_is_there("type", t, true) then return end
  visitor.connection:execute(Domain:is(t) and classes.DropDomainType(t) or classes.DropEnumType(t))
end

--- Calls fn with what stands for the type on the dialect, where that has a name that tables do not bring themselves.
local function if_named(visitor, t, fn)
  local type_ = on_dialect(t, visitor.dialect)
  if is_named(type_, visitor.dialect) and is_ours(type_) then fn(type_) end
end

--- Calls fn with the named types of the table's columns.
local function each(visitor, t, fn)
  if not schema.has_types(visitor.dialect.name) then return end
  for _, column in ipairs(core.columns(t):values()) do if_named(visitor, core.get(column, "type"), fn) end
end

--- Calls fn once with each named type that was made with the MetaData, whether or not a table uses it, and with
--- those of its tables that were made with none.
local function each_of_metadata(visitor, metadata, fn)
  if not schema.has_types(visitor.dialect.name) then return end
  local function once(type_)
    local owner = core.get(type_, "metadata")
    if (owner == 0 or owner == core.get(metadata, "id")) and not was_seen(visitor, type_) then fn(visitor, type_) end
  end
  for _, t in ipairs(core.get(metadata, "types") or {}) do if_named(visitor, t, once) end
  for _, t in ipairs(schema.tables(metadata)) do each(visitor, t, once) end
end

function types.create_for_metadata(visitor, metadata)
  each_of_metadata(visitor, metadata, create)
end

function types.drop_for_metadata(visitor, metadata)
  each_of_metadata(visitor, metadata, drop)
end

function types.create_for_table(visitor, t, whole)
  each(visitor, t, function(type_)
    local alone = core.get(type_, "metadata") == 0 and not whole
    if (visitor:_asks("type") or alone) and not was_seen(visitor, type_) then create(visitor, type_) end
  end)
end

function types.drop_for_table(visitor, t, whole)
  if whole then return end
  each(visitor, t, function(type_)
    if core.get(type_, "metadata") == 0 and not was_seen(visitor, type_) then drop(visitor, type_) end
  end)
end

--- The steps for a type alone.
function types.create(visitor, t)
  local impl = on_dialect(t, visitor.dialect)
  if schema.has_types(visitor.dialect.name) and is_named(impl, visitor.dialect) then create(visitor, impl) end
end

function types.drop(visitor, t)
  local impl = on_dialect(t, visitor.dialect)
  if schema.has_types(visitor.dialect.name) and is_named(impl, visitor.dialect) then drop(visitor, impl) end
end

return types
