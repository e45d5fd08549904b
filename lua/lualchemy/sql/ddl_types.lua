--- Types that the database must be told of (CREATE TYPE, CREATE DOMAIN): created with the first table that uses them,
-- dropped with the MetaData.
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

--- Was the type dealt with in this plan? It is from now on.
local function was_seen(plan, t)
  local key = key_of(t)
  local seen = plan.seen[key]
  plan.seen[key] = true
  return seen
end

local function create(plan, t)
  if plan:is_there("type", core.get(t, "name"), core.get(t, "schema"), false) then return end
  plan:add(Domain:is(t) and classes.CreateDomainType(t) or classes.CreateEnumType(t))
end

local function drop(plan, t)
  if not plan:is_there("type", core.get(t, "name"), core.get(t, "schema"), true) then return end
  plan:add(Domain:is(t) and classes.DropDomainType(t) or classes.DropEnumType(t))
end

--- Calls fn with the named types of the table's columns.
local function each(plan, t, fn)
  if not schema.has_types(plan.dialect.name) then return end
  for _, column in ipairs(core.columns(t):values()) do
    local type_ = on_dialect(core.get(column, "type"), plan.dialect)
    if is_named(type_, plan.dialect) and is_ours(type_) then fn(type_) end
  end
end

local function each_of_metadata(plan, metadata, fn)
  for _, t in ipairs(schema.tables(metadata)) do
    each(plan, t, function(type_)
      local owner = core.get(type_, "metadata")
      if (owner == 0 or owner == core.get(metadata, "id")) and not was_seen(plan, type_) then fn(plan, type_) end
    end)
  end
end

function types.create_for_metadata(plan, metadata)
  each_of_metadata(plan, metadata, create)
end

function types.drop_for_metadata(plan, metadata)
  each_of_metadata(plan, metadata, drop)
end

function types.create_for_table(plan, t, whole)
  each(plan, t, function(type_)
    local alone = core.get(type_, "metadata") == 0 and not whole
    if (plan.checkfirst or alone) and not was_seen(plan, type_) then create(plan, type_) end
  end)
end

function types.drop_for_table(plan, t, whole)
  if whole then return end
  each(plan, t, function(type_)
    if core.get(type_, "metadata") == 0 and not was_seen(plan, type_) then drop(plan, type_) end
  end)
end

--- The steps for a type alone.
function types.create(plan, t)
  local impl = on_dialect(t, plan.dialect)
  if schema.has_types(plan.dialect.name) and is_named(impl, plan.dialect) then create(plan, impl) end
end

function types.drop(plan, t)
  local impl = on_dialect(t, plan.dialect)
  if schema.has_types(plan.dialect.name) and is_named(impl, plan.dialect) then drop(plan, impl) end
end

return types
