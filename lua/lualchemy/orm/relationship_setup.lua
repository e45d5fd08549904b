--- Configuring a relationship: target, join condition, direction, the other side.
local annotate = require "lualchemy.orm.annotate"
local base = require "lualchemy.sql.schema_base"
local class = require "lualchemy.orm.class"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local resolve = require "lualchemy.orm.resolve"

local given = base.given
local setup = {}

-- ---- the target ----

local function is_callable(x)
  return type(x) == "function"
end

local function target_of(prop, argument)
  if type(argument) == "string" then argument = resolve.class(prop.parent, argument) end
  if is_callable(argument) then return target_of(prop, argument()) end
  return argument
end

local function set_entity(prop)
  if prop.mapper then return end
  local found = target_of(prop, prop.argument)
  local record = class.record(found)
  if record and record.mapper then
    prop.mapper, prop.entity = record.mapper, record.mapper.entity
  elseif type(found) == "table" and getmetatable(found) == require("lualchemy.orm.mapper").Mapper.meta then
    prop.mapper, prop.entity = found, found.entity
  else
    local node = found ~= nil and core.element(found)
    local mapper = node and core.kind(node) == "ENTITY" and core.get(node, "mapper")
    if not mapper then
      if record then err.raise("UnmappedClassError", "Class '%s' is not mapped", record.name) end
      err.raise("ArgumentError", "relationship '%s' expects a class or a mapper argument (received: %s)",
        tostring(prop.key),
        type(found))
    end
    prop.mapper, prop.entity = mapper.mapper or mapper, node
  end
  prop.target = prop.entity == prop.mapper.entity and prop.mapper.persist_selectable or core.get(prop.entity,
    "selectable")
  prop.is_self_referential = prop.mapper:common_parent(prop.parent)
end

-- ---- what was given ----

local function evaluate(prop, value, from)
  value = given(value)
  if type(value) == "string" then
    value = (from and resolve.from or resolve.expression)(prop.parent, value)
  end
  if is_callable(value) then value = evaluate(prop, value(), from) end
  return value
end

local function raise_no_column(name, got)
  err.raise("ArgumentError", "Column expression expected for argument '%s'; got %s.", name,
    type(got) == "string" and "'" .. got .. "'" or tostring(got))
end

--- One column or an array of them, as an array of columns. Within an array nothing is evaluated.
local function columns_of(prop, name)
  local value = evaluate(prop, prop.given[name])
  if value == nil then return {} end
  if core.element(value) then value = {value} end
  local out = {}
  for i, one in ipairs(value) do
    local node = core.element(one)
    if not node or core.category(node) ~= "EXPR" then raise_no_column(name, one) end
    out[i] = annotate.read(annotate.plain(node))
  end
  return out
end

local function condition_of(prop, name)
  local value = evaluate(prop, prop.given[name])
  if value == nil then return nil end
  local node = core.element(value)
  if not node or core.category(node) ~= "EXPR" then raise_no_column(name, value) end
  return node
end

local function order_of(prop)
  local value = evaluate(prop, prop.given.order_by)
  if value == nil or value == false then return false end
  if core.element(value) then value = {value} end
  local out = {}
  for i, one in ipairs(value) do
    local node = core.element(one)
    if not node then raise_no_column("order_by", one) end
    out[i] = annotate.plain(node)
  end
  return out
end

local function secondary_of(prop)
  local value = evaluate(prop, prop.given.secondary, true)
  if value == nil then return nil end
  if class.record(value) then
    err.raise("ArgumentError", "secondary argument %s passed to to relationship() %s must be a Table object or other "
      .. "FROM clause; can't send a mapped class directly as rows in 'secondary' are persisted independently of a "
      .. "class that is mapped to that same table.", tostring(value), tostring(prop))
  end
  local node = core.element(value)
  if not node or core.category(node) ~= "FROM" then
    err.raise("ArgumentError", "FROM expression, such as a Table or alias() object expected for argument "
      .. "'secondary'; got %s.",
      tostring(value))
  end
  return core.kind(node) == "JOIN" and require("lualchemy.orm.entities").of_tables(node) or node
end

-- ---- the join ----

local function join(prop)
  local parent, mapper = prop.parent, prop.mapper
  local secondary = secondary_of(prop)
  local own = prop.entity == mapper.entity
  prop.order_by = order_of(prop)
  local foreign_keys = columns_of(prop, "foreign_keys")
  prop.user_foreign_keys = foreign_keys
  local function mapped(column)
    if core.kind(column) ~= "COLUMN" then return false end
    for _, from in ipairs{parent.persist_selectable, prop.target, secondary} do
      if core.columns(from):contains_column(column) then return true end
    end
    return false
  end
  local jc = require("lualchemy.orm.join_condition").new{
    prop = prop, parent = parent.persist_selectable, child = prop.target, parent_local = parent.local_table,
    child_local = own and mapper.local_table or prop.target, primaryjoin = condition_of(prop, "primaryjoin"),
    secondary = secondary, secondaryjoin = condition_of(prop, "secondaryjoin"), foreign_keys = foreign_keys,
    remote_side = columns_of(prop, "remote_side"), support_sync = not prop.viewonly,
    can_sync = function(a, b) return mapped(a) and (b == nil or mapped(b)) end,
  }
  prop.join_condition = jc
  prop.primaryjoin, prop.secondaryjoin, prop.secondary = jc.primaryjoin, jc.secondaryjoin, jc.secondary
  prop.direction, prop.local_remote_pairs = jc.direction, jc.local_remote_pairs
  prop.remote_side, prop.local_columns, prop.foreign_key_columns = jc.remote_columns, jc.local_columns,
    jc.foreign_key_columns
  prop.synchronize_pairs, prop.secondary_synchronize_pairs = jc.synchronize_pairs, jc.secondary_synchronize_pairs
end

local NAMES = {MANYTOONE = "many-to-one", MANYTOMANY = "many-to-many"}

local function check_cascades(prop)
  local cascade = prop.cascade
  if cascade["delete-orphan"] and not prop.single_parent and NAMES[prop.direction.name] then
    err.raise_documented("ArgumentError", "bbf0",
      "For %s relationship %s, delete-orphan cascade is normally configured only on the "
      .. "\"one\" side of a one-to-many relationship, and not on the \"many\" side of a many-to-one or many-to-many "
      .. "relationship.  To force this relationship to allow a particular \"%s\" object to be referenced by only a "
      .. "single \"%s\" object at a time via the %s relationship, which would allow delete-orphan cascade to take "
      .. "place in this direction, set the single_parent=True flag.",
      NAMES[prop.direction.name], tostring(prop), prop.mapper.class_name, prop.parent.class_name, tostring(prop))
  end
  if prop.passive_deletes == "all" and (cascade.delete or cascade["delete-orphan"]) then
    err.raise("ArgumentError", "On %s, can't set passive_deletes='all' in conjunction with 'delete' or "
      .. "'delete-orphan' cascade",
      tostring(prop))
  end
  if cascade["delete-orphan"] then
    table.insert(prop.mapper.delete_orphans, prop)
    event.epoch = event.epoch + 1
  end
end

-- ---- the other side ----

local function check_sync(a, b)
  if a.viewonly and b.sync_backref then
    err.raise("InvalidRequestError", "Relationship %s cannot specify sync_backref=True since %s includes "
      .. "viewonly=True.",
      tostring(b), tostring(a))
  end
  if not a.viewonly or b.viewonly or b.sync_backref == false then return end
  b.sync_backref = false
  for _, mapper in ipairs(b.parent.self_and_descendants) do
    local impl = mapper.impls and mapper.impls[b.key]
    if impl then impl.other_key = nil end
  end
end

local function add_once(list, x)
  for _, one in ipairs(list) do
    if one == x then return end
  end
  list[#list + 1] = x
end

local function add_reverse(prop, key)
  local other = prop.mapper.props[key]
  if not other then
    err.raise("InvalidRequestError", "Mapper '%s' has no property '%s'.  If this property was indicated from other "
      .. "mappers or configure events, ensure registry.configure() has been called.", tostring(prop.mapper), key)
  end
  if other.kind ~= "relationship" then
    err.raise("InvalidRequestError", "back_populates on relationship '%s' refers to attribute '%s' that is not a "
      .. "relationship.  The back_populates parameter should refer to the name of a relationship on the target "
      .. "class.", tostring(prop),
      tostring(other))
  end
  check_sync(prop, other)
  check_sync(other, prop)
  add_once(prop.reverse_property, other)
  add_once(other.reverse_property, prop)
  set_entity(other)
  if not other.mapper:common_parent(prop.parent) then
    err.raise("ArgumentError", "reverse_property '%s' on relationship %s references relationship %s, which does not "
      .. "reference mapper %s", key, tostring(prop), tostring(other), tostring(prop.parent))
  end
  if other.direction and prop.direction.name ~= "MANYTOMANY" and prop.direction == other.direction then
    err.raise("ArgumentError", "%s and back-reference %s are both of the same direction <%s: %d>.  Did you mean to set "
      .. "remote_side on the many-to-one side ?", tostring(other), tostring(prop), tostring(prop.direction),
      prop.direction.value)
  end
end

--- The key that back_populates means: a name, a relationship, or what a function returns of these.
local function key_of(other)
  if type(other) == "function" then other = other() end
  if type(other) == "string" then return other end
  local node = core.element(other)
  if core.kind(node) == "RELATION" then return core.get(node, "key") end
  err.raise("ArgumentError", "Invalid back_populates value: %s", tostring(other))
end

local function check_name_free(prop, key)
  local mapper = prop.mapper
  if mapper.concrete then return end
  local list = mapper:iterate_to_root()
  for _, m in ipairs(mapper.self_and_descendants) do list[#list + 1] = m end
  for _, m in ipairs(list) do
    if m.props[key] and not m.concrete then
      err.raise("ArgumentError", "Error creating backref '%s' on relationship '%s': property of that name exists on "
        .. "mapper '%s'",
        key, tostring(prop), tostring(m))
    end
  end
end

local function make_backref(prop)
  local key, keywords = require("lualchemy.orm.relationship").backref_of(prop.backref)
  check_name_free(prop, key)
  local jc, o = prop.join_condition, {}
  for k, v in pairs(keywords) do o[k] = v end
  if prop.secondary then
    if o.primaryjoin == nil then o.primaryjoin = jc:minus_local(jc.secondaryjoin) end
    if o.secondaryjoin == nil then o.secondaryjoin = jc:minus_local(jc.primaryjoin) end
  else
    if o.secondaryjoin ~= nil then
      err.raise("InvalidRequestError", "Can't assign 'secondaryjoin' on a backref against a non-secondary "
        .. "relationship.")
    end
    if o.primaryjoin == nil then o.primaryjoin = jc:reversed() end
  end
  if o.foreign_keys == nil then o.foreign_keys = prop.user_foreign_keys end
  for _, name in ipairs{"viewonly", "post_update", "passive_updates", "sync_backref"} do
    if o[name] == nil then o[name] = prop[name] end
  end
  o.argument, o.secondary, o.back_populates = prop.parent.class_, prop.secondary, prop.key
  prop.back_populates = key
  local other = require("lualchemy.orm.relationship").new(o)
  require("lualchemy.orm.mapper_columns").set_property(prop.mapper, key, other, {init = true})
end

local STREAMS = {dynamic = true, write_only = true}

--- What is never loaded as a whole is a collection.
local function check_stream(prop)
  if STREAMS[prop.lazy] and (not prop.uselist or prop.direction.name == "MANYTOONE") then
    err.raise("InvalidRequestError", "On relationship %s, 'dynamic' loaders cannot be used with many-to-one/one-to-one "
      .. "relationships and/or uselist=False.", tostring(prop))
  end
end

--- @param prop table a Relationship whose parent and key are known
function setup.configure(prop)
  set_entity(prop)
  join(prop)
  check_cascades(prop)
  if prop.uselist == nil then prop.uselist = prop.direction.name ~= "MANYTOONE" end
  check_stream(prop)
  prop.configured = true
  if prop.backref and not prop.back_populates then make_backref(prop) end
  if prop.back_populates then
    prop.back_populates = key_of(prop.back_populates)
    add_reverse(prop, prop.back_populates)
  end
  require("lualchemy.orm.overlaps").check(prop)
  if prop.direction.name == "MANYTOONE" and not prop.viewonly then require("lualchemy.orm.key_switch").watch(prop) end
  prop:install()
end

return setup
