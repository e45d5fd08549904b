--- Inheritance of mappers: which tables a class shares with its parent, what tells classes apart.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local join_find = require "lualchemy.orm.join_find"
local property = require "lualchemy.orm.property"

local inherit = {}

local function find_condition(mapper)
  local parent, child = mapper.inherits.local_table, mapper.local_table
  local ok, found = pcall(join_find.condition, parent, child)
  if ok then return found end
  local names = {join_find.description(parent), join_find.description(child)}
  if err.exc.AmbiguousForeignKeysError:is(found) then
    err.raise("AmbiguousForeignKeysError", "Can't determine the inherit condition between inherited table '%s' and "
      .. "inheriting table '%s'; tables have more than one foreign key relationship established.  Please specify the "
      .. "'on clause' using the 'inherit_condition' mapper argument.", names[1], names[2])
  elseif err.exc.NoForeignKeysError:is(found) then
    err.raise("NoForeignKeysError", "Can't determine the inherit condition between inherited table '%s' and "
      .. "inheriting table '%s'; tables have no foreign key relationships established.  Please ensure the inheriting "
      .. "table has a foreign key relationship to the inherited table, or provide an 'on clause' using the "
      .. "'inherit_condition' mapper argument.",
      names[1], names[2])
  end
  error(found, 0)
end

--- The pairs of columns that an ON clause equates: {{a, b}, …}, both ways round as written.
function inherit.equated(condition, out)
  out = out or {}
  local kind = core.kind(condition)
  if kind == "BINARY" and core.get(condition, "op") == core.ops.eq then
    local a, b = core.get(condition, "left"), core.get(condition, "right")
    if core.kind(a) == "ATTRIBUTE" then a = core.get(a, "expr") end
    if core.kind(b) == "ATTRIBUTE" then b = core.get(b, "expr") end
    if core.kind(a) == "COLUMN" and core.kind(b) == "COLUMN" then out[#out + 1] = {a, b} end
  elseif kind == "CLAUSE_LIST" then
    for _, clause in ipairs(core.get(condition, "clauses")) do inherit.equated(clause, out) end
  elseif kind == "GROUPING" then
    inherit.equated(core.get(condition, "element"), out)
  end
  return out
end

--- The pairs of a join, the parent's column first.
local function parent_first(mapper)
  local pairs_ = inherit.equated(mapper.inherit_condition)
  local above = core.columns(mapper.inherits.persist_selectable)
  for _, pair in ipairs(pairs_) do
    if not above:contains_column(pair[1]) then pair[1], pair[2] = pair[2], pair[1] end
  end
  return pairs_
end

local function join_tables(mapper)
  local parent = mapper.inherits
  if mapper.single then
    mapper.persist_selectable = parent.persist_selectable
  elseif mapper.local_table == parent.local_table or mapper.concrete then
    mapper.persist_selectable = mapper.local_table
  else
    mapper.inherit_condition = core.element(mapper.inherit_condition) or find_condition(mapper)
    mapper.persist_selectable = require("lualchemy.sql.api").join(parent.persist_selectable, mapper.local_table,
      mapper.inherit_condition)
    mapper.inherits_equated_pairs = parent_first(mapper)
  end
  if mapper.concrete then
    for _, m in ipairs(mapper:iterate_to_root()) do
      if m.polymorphic_on ~= nil then m.requires_row_aliasing = true end
    end
  end
end

local function register_identity(mapper)
  local identity = mapper.polymorphic_identity
  if identity == nil then return end
  local other = mapper.polymorphic_map[identity]
  if other and other ~= mapper then
    err.warn(("Reassigning polymorphic association for identity '%s' from %s to %s: Check for duplicate use of '%s' "
      .. "as value for polymorphic_identity."):format(tostring(identity), tostring(other), tostring(mapper),
      tostring(identity)))
  end
  mapper.polymorphic_map[identity] = mapper
end

local function take_over(mapper)
  local parent = mapper.inherits
  if mapper.version_id_col == nil then
    mapper.version_id_col, mapper.version_id_generator = parent.version_id_col, parent.version_id_generator
  end
  mapper.polymorphic_map, mapper.batch, mapper.base_mapper = parent.polymorphic_map, parent.batch, parent.base_mapper
  mapper.identity_mapper, mapper.concrete_below = mapper.concrete and mapper or parent.identity_mapper, false
  for _, above in ipairs(mapper.concrete and parent:iterate_to_root() or {}) do above.concrete_below = true end
  mapper.passive_updates = parent.passive_updates
  mapper.passive_deletes = parent.passive_deletes or mapper.passive_deletes
  table.insert(parent.inheriting_mappers, mapper)
end

local LOADS = {inline = true, selectin = true}

local function check_polymorphic_load(mapper)
  local load = mapper.polymorphic_load
  if load == nil then return end
  if mapper.concrete then
    err.raise("ArgumentError", "polymorphic_load is not currently supported with concrete table inheritance")
  end
  if not LOADS[load] then err.raise("ArgumentError", "unknown argument for polymorphic_load: '%s'", tostring(load)) end
  if load == "inline" then inherit.add_polymorphic_subclass(mapper.inherits, mapper) end
end

--- Finds the tables of the mapper and its place among those that it inherits from.
function inherit.configure(mapper)
  if not mapper.inherits then
    mapper.base_mapper, mapper.identity_mapper, mapper.concrete_below = mapper, mapper, false
    mapper.persist_selectable = mapper.local_table
    mapper.slot_of_key, mapper.next_slot = {}, 3
    register_identity(mapper)
    return
  end
  local class = require "lualchemy.orm.class"
  if not class.subclass(mapper.class_, mapper.inherits.class_) then
    err.raise("ArgumentError", "Class '%s' does not inherit from '%s'", mapper.class_name, mapper.inherits.class_name)
  end
  join_tables(mapper)
  take_over(mapper)
  if mapper.polymorphic_identity == nil and not mapper.polymorphic_abstract
    and mapper.base_mapper.polymorphic_on ~= nil then
    err.warn(("%s does not indicate a 'polymorphic_identity', yet is part of an inheritance hierarchy that has a "
      .. "'polymorphic_on' column of '%s'. If this is an intermediary class that should not be instantiated, the "
      .. "class may either be left unmapped, or may include the 'polymorphic_abstract=True' parameter in its Mapper "
      .. "arguments. To leave the class unmapped when using Declarative, set the '__abstract__ = True' attribute on "
      .. "the class."):format(
      tostring(mapper), tostring(mapper.base_mapper.polymorphic_on)))
  end
  register_identity(mapper)
  check_polymorphic_load(mapper)
end

--- A table of the mapper's got a new column: the join with the tables above is made anew.
function inherit.refresh_join(mapper)
  local before = mapper.persist_selectable
  if core.kind(before) ~= "JOIN" then return end
  local join = require("lualchemy.sql.api").join(core.get(before, "left"), core.get(before, "right"), core.get(before,
    "onclause"))
  mapper.persist_selectable = join
  core.set(mapper.entity, {selectable = join})
  mapper.pks_by_table[join], mapper.pks_by_table[before] = mapper.pks_by_table[before], nil
  mapper.cols_by_table[join], mapper.cols_by_table[before] = mapper.cols_by_table[before], nil
  for _, sub in ipairs(mapper.inheriting_mappers) do
    if sub.single then
      sub.persist_selectable = join
      core.set(sub.entity, {selectable = join})
    end
  end
end

--- Has a concrete mapper that inherits from none inherit from one that was made after it.
function inherit.set_concrete_base(mapper, parent)
  local columns = require "lualchemy.orm.mapper_columns"
  for _, m in ipairs(mapper.self_and_descendants) do m.slot_root = m.slot_root or m.base_mapper end
  for identity, m in pairs(mapper.polymorphic_map) do parent.polymorphic_map[identity] = m end
  mapper.inherits = parent
  for _, m in ipairs(mapper.self_and_descendants) do
    m.polymorphic_map, m.base_mapper = parent.polymorphic_map, parent.base_mapper
  end
  for _, above in ipairs(parent:iterate_to_root()) do above.concrete_below = true end
  mapper.batch, mapper.passive_updates = parent.batch, parent.passive_updates
  table.insert(parent.inheriting_mappers, mapper)
  for _, prop in ipairs(parent.prop_list) do
    if mapper.props[prop.key] == nil then columns.adapt_inherited(mapper, prop.key, prop) end
  end
end

--- Takes a mapper that could not be made out of its parent again.
function inherit.undo(mapper)
  local list = mapper.inherits and mapper.inherits.inheriting_mappers or {}
  for i = #list, 1, -1 do
    if list[i] == mapper then table.remove(list, i) end
  end
  if mapper.polymorphic_identity ~= nil and mapper.polymorphic_map[mapper.polymorphic_identity] == mapper then
    mapper.polymorphic_map[mapper.polymorphic_identity] = nil
  end
end

-- ---- with_polymorphic ----

--- spec: nil, "*", an array of classes, or {"*" or array, selectable}.
function inherit.set_with_polymorphic(mapper, spec)
  if spec == nil then
    mapper.with_polymorphic = nil
  elseif spec == "*" then
    mapper.with_polymorphic = {"*"}
  elseif type(spec) ~= "table" then
    err.raise("ArgumentError", "Invalid setting for with_polymorphic: '%s'", tostring(spec))
  elseif spec[1] == "*" or (type(spec[1]) == "table" and getmetatable(spec[1]) == nil) then
    mapper.with_polymorphic = {spec[1], core.element(spec[2])}
  else
    mapper.with_polymorphic = {spec}
  end
end

function inherit.add_polymorphic_subclass(mapper, sub)
  local now = mapper.with_polymorphic
  if not now then
    mapper.with_polymorphic = {{sub.class_}}
  elseif now[1] ~= "*" then
    local list = {}
    for i, one in ipairs(now[1]) do list[i] = one end
    list[#list + 1] = sub.class_
    mapper.with_polymorphic = {list, now[2]}
  end
end

-- ---- polymorphic_on ----

local function by_name(mapper)
  local prop = mapper.props[mapper.polymorphic_on]
  if not prop then
    err.raise("ArgumentError", "Can't determine polymorphic_on value '%s' - no attribute is mapped to this name.",
      mapper.polymorphic_on)
  end
  mapper.polymorphic_on = prop
end

--- A discriminator that is mapped by no attribute gets a property of its own.
local function hidden_property(mapper)
  local on = mapper.polymorphic_on
  local column = core.kind(on) == "COLUMN" and mapper.persist_selectable:corresponding_column(on) or nil
  local instrument = column ~= nil
  if not column then
    column = on
    local selectable = mapper.with_polymorphic and mapper.with_polymorphic[2]
    if core.kind(on) == "COLUMN" and core.has(on, "spec") and not (selectable
      and selectable:corresponding_column(on)) then
      err.raise("InvalidRequestError", "Could not map polymorphic_on column '%s' to the mapped table - polymorphic "
        .. "loads will not function properly", on.name)
    end
  end
  local key = core.kind(column) == "COLUMN" and column.key or nil
  if not key then
    key = core.kind(column) == "LABEL" and core.get(column, "name") or "_sa_polymorphic_on"
    if core.kind(column) ~= "LABEL" then column = column:label(key) end
  end
  mapper.polymorphic_on = column
  local prop = property.column({column}, {instrument = instrument})
  require("lualchemy.orm.mapper_columns").set_property(mapper, key, prop, {})
  return prop, instrument
end

local function inherit_discriminator(mapper)
  for _, m in ipairs(mapper:iterate_to_root()) do
    if m.polymorphic_on ~= nil then
      local on = m.polymorphic_on
      if mapper.persist_selectable ~= m.persist_selectable then
        on = core.kind(on) == "COLUMN" and mapper.persist_selectable:corresponding_column(on) or nil
      end
      mapper.polymorphic_on = on
      if on ~= nil then
        mapper.polymorphic_key, mapper.polymorphic_setter = m.polymorphic_key, m.polymorphic_setter
      end
      return
    end
  end
end

local function setter(key)
  return function(obj, mapper)
    if mapper.polymorphic_identity == nil and mapper.polymorphic_abstract then
      err.raise("InvalidRequestError", "Can't instantiate class for %s; mapper is marked polymorphic_abstract=True",
        tostring(mapper))
    end
    local impl = mapper.impls[key]
    impl.set(obj, impl, mapper.polymorphic_identity)
  end
end

--- Finds the property of the discriminator, and who sets it at birth.
function inherit.configure_polymorphic(mapper)
  if mapper.polymorphic_on == nil then
    inherit_discriminator(mapper)
    if mapper.polymorphic_abstract and mapper.polymorphic_on == nil then
      err.raise("InvalidRequestError", "The Mapper.polymorphic_abstract parameter may only be used on a mapper "
        .. "hierarchy which includes the Mapper.polymorphic_on parameter at the base of the hierarchy.")
    end
    return
  end
  if type(mapper.polymorphic_on) == "string" then by_name(mapper) end
  local on, sets = mapper.polymorphic_on, true
  local prop = property.is(on, "column") and on or mapper.column_to_property[on]
  if property.is(on) and not prop then
    err.raise("ArgumentError", "Only direct column-mapped property or SQL expression can be passed for polymorphic_on")
  end
  if not prop then prop, sets = hidden_property(mapper) end
  mapper.polymorphic_on, mapper.polymorphic_key = prop.columns[1], prop.key
  prop.is_discriminator = true
  if sets then mapper.polymorphic_setter = setter(prop.key) end
end

return inherit
