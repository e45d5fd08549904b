--- Which columns and properties a mapper has, and its primary key.
local core = require "lualchemy.core"
local class = require "lualchemy.orm.class"
local err = require "lualchemy.error"
local join_find = require "lualchemy.orm.join_find"
local ordered = require "lualchemy.orm.ordered"
local property = require "lualchemy.orm.property"

local columns = {}

local function is_column(x)
  return core.is_node(x) and core.kind(x) == "COLUMN"
end

local function has_column(from, column)
  return is_column(column) and core.columns(from):contains_column(column)
end

local function corresponding(from, column)
  if not is_column(column) then return nil end
  if has_column(from, column) then return column end
  return from:corresponding_column(column)
end

-- ---- what is left out ----

local function overridden(mapper, key, is_local)
  local record = mapper.record
  if is_local then return record.descriptors[key] ~= nil or (rawget(record.class, key) ~= nil
    and not class.is_mapped_value(rawget(record.class, key))) end
  return class.find(record, key) ~= nil or class.descriptor(record, key) ~= nil
end

local function should_exclude(mapper, name, key, is_local, column)
  if overridden(mapper, key, is_local) then return true end
  local include, exclude = mapper.include_properties, mapper.exclude_properties
  if include and not include[name] and not (column and include[column]) then return true end
  return exclude ~= nil and (exclude[name] or (column ~= nil and exclude[column])) and true or false
end

-- ---- properties from columns ----

local function property_of(mapper, key, column)
  local found = corresponding(mapper.persist_selectable, column) or corresponding(mapper.local_table, column)
  if not found then
    err.raise("ArgumentError", "When configuring property '%s' on %s, column '%s' is not represented in the mapper's "
      .. "table. Use the `column_property()` function to force this column to be mapped as a read-only attribute.", key,
      tostring(mapper), tostring(column))
  end
  return property.column({found})
end

local function equates(mapper, a, b)
  for _, pair in ipairs(mapper.inherits_equated_pairs or {}) do
    if (pair[1] == a and pair[2] == b) or (pair[1] == b and pair[2] == a) then return true end
  end
  return false
end

local function check_combination(mapper, key, existing, incoming, warn_only)
  if equates(mapper, existing, incoming) or existing == incoming or existing == mapper.version_id_col
    or incoming == mapper.version_id_col then
    return
  end
  if existing.shares_lineage and existing:shares_lineage(incoming) then return end
  local message = ("Implicitly combining column %s with column %s under attribute '%s'.  Please configure one or "
    .. "more attributes for these same-named columns explicitly."):format(tostring(existing), tostring(incoming), key)
  if not warn_only then err.raise("InvalidRequestError", "%s", message) end
  err.warn(message)
end

--- The property of the parent's column and of this mapper's, which stands first.
local function combine(mapper, key, existing, incoming_columns, warn_only)
  check_combination(mapper, key, existing.columns[1], incoming_columns[1], warn_only)
  local prop = existing:copy()
  local list = {incoming_columns[1]}
  for _, column in ipairs(prop.columns) do list[#list + 1] = column end
  prop:set_columns(list)
  return prop
end

local function from_column(mapper, key, column)
  local prop = mapper.props[key]
  if property.is(prop, "column") then return combine(mapper, key, prop, {column}, prop.parent ~= mapper) end
  if prop == nil or prop.kind == "concrete" then return property_of(mapper, key, column) end
  err.raise("ArgumentError", "WARNING: when configuring property '%s' on %s, column '%s' conflicts with property "
    .. "'%s'. To resolve this, map the column to the class under a different name in the 'properties' dictionary.  "
    .. "Or, to remove all awareness of the column entirely (including its availability as a foreign key), use the "
    .. "'include_properties' or 'exclude_properties' mapper arguments to control specifically which table columns "
    .. "get mapped.", key,
    tostring(mapper),
    column.key, tostring(prop))
end

-- ---- setting a property ----

local function slot_for(mapper, key)
  local root = mapper.slot_root or mapper.base_mapper
  if not root.slot_of_key[key] then
    root.slot_of_key[key] = root.next_slot
    root.next_slot = root.next_slot + 1
  end
  return root.slot_of_key[key]
end

local function note_columns(mapper, key, prop)
  local column = corresponding(mapper.persist_selectable, prop.columns[1]) or prop.columns[1]
  if mapper.readonly_props and not (is_column(column) and mapper.cols_by_table[column.table]) then
    mapper.readonly_props[prop], mapper.flush_forgets = true, nil
  elseif mapper.cols_by_table and is_column(column) then
    local list = mapper.cols_by_table[column.table]
    local there = false
    for _, one in ipairs(list or {}) do there = there or one == column end
    if list and not there then list[#list + 1] = column end
  end
  prop.is_discriminator = prop.is_discriminator or column == mapper.polymorphic_on
    or prop.columns[1] == mapper.polymorphic_on
  ordered.put(mapper.columns, key, column)
  mapper.column_to_property[column] = prop
  for _, one in ipairs(prop.columns) do mapper.column_to_property[one] = prop end
end

local function store(mapper, key, prop)
  if mapper.props[key] == nil then
    mapper.prop_list[#mapper.prop_list + 1] = prop
  else
    for i, one in ipairs(mapper.prop_list) do
      if one == mapper.props[key] then mapper.prop_list[i] = prop end
    end
  end
  mapper.props[key] = prop
  mapper.collected = {}
  local raw = rawget(mapper.class_, key)
  if raw ~= nil and class.is_mapped_value(raw) then rawset(mapper.class_, key, nil) end
end

local function instrument(mapper, key, prop)
  if prop.kind == "column" and prop.instrument then
    prop.slot = slot_for(mapper, key)
    require("lualchemy.orm.attribute").install(mapper, prop)
  elseif prop.instrument_class then
    if prop.wants_slot then prop.slot = slot_for(mapper, key) end
    prop:instrument_class(mapper)
  end
end

--- Sets a property (or a column, of which one is made). o: init (configure it now), inherited (its parent stays).
function columns.set_property(mapper, key, given, o)
  local prop = property.is(given) and given or from_column(mapper, key, core.element(given))
  local before = mapper.props[key]
  if prop.kind == "column" then note_columns(mapper, key, prop) end
  if prop.key ~= nil and prop.key ~= key then
    err.warn(("ORM mapped property %s.%s being assigned to attribute '%s' is already associated with attribute '%s'. "
      .. "The attribute will be de-associated from '%s'."):format(mapper.class_name, prop.key, key, prop.key, prop.key))
  end
  prop.key = key
  if not o.inherited then
    prop.parent = mapper
    prop.order = prop.order or property.next_order()
  end
  if before and before ~= prop and before.kind == "relationship" and before.parent == mapper then
    err.warn(("User-placed attribute %s.%s on %s is replacing an existing ORM-mapped attribute."):format(
      mapper.class_name, key, tostring(mapper)))
  end
  store(mapper, key, prop)
  instrument(mapper, key, prop)
  for _, sub in ipairs(mapper.inheriting_mappers) do columns.adapt_inherited(sub, key, prop) end
  if o.init then prop:configure() end
  return prop
end

--- A property of the parent that the mapper has, too.
function columns.adapt_inherited(mapper, key, prop)
  if mapper.concrete then
    if mapper.props[key] == nil and not overridden(mapper, key, true) then
      columns.set_property(mapper, key, require("lualchemy.orm.synonym").concrete(key), {})
    end
    return
  end
  if mapper.props[key] ~= nil and mapper.props[key].parent == mapper then return end
  columns.set_property(mapper, key, prop, {inherited = true})
end

-- ---- all properties of a new mapper ----

--- Properties given for columns of the table wait for their place among its columns.
local function explicit(mapper, properties)
  local by_column, by_key = {}, {}
  for _, pair in ipairs(properties) do
    local key, prop = pair[1], pair[2]
    if not property.is(prop) then
      local list = type(prop) == "table" and getmetatable(prop) == nil and prop or {prop}
      local first = property_of(mapper, key, core.element(list[1]))
      local all = {}
      for i, column in ipairs(list) do all[i] = i == 1 and first.columns[1] or core.element(column) end
      first:set_columns(all)
      prop = first
    end
    local now = true
    for _, column in ipairs(prop.kind == "column" and prop.columns or {}) do
      if has_column(mapper.local_table, column) then
        now = false
        by_key[key] = prop
        by_column[column] = key
      end
    end
    if now then columns.set_property(mapper, key, prop, {}) end
  end
  return by_column, by_key
end

local function reconcile(mapper, key, inherited, incoming)
  if mapper.concrete or not property.is(inherited, "column") then return incoming end
  for _, column in ipairs(incoming.columns) do
    if column == inherited.columns[1] then return incoming end
  end
  return combine(mapper, key, inherited, incoming.columns, false)
end

local function inherit_all(mapper, by_column, by_key)
  local inherited = {}
  for i, prop in ipairs(mapper.inherits and mapper.inherits.prop_list or {}) do inherited[i] = prop end
  for _, prop in ipairs(inherited) do
    local key = prop.key
    if not should_exclude(mapper, key, key, false, nil) then
      local incoming = by_key[key]
      if incoming then
        by_key[key] = reconcile(mapper, key, prop, incoming)
        for _, column in ipairs(incoming.columns) do by_column[column] = key end
      elseif not mapper.props[key] then
        columns.adapt_inherited(mapper, key, prop)
      end
    end
  end
end

local function map_column(mapper, column)
  if mapper.column_to_property[column] then return end
  local key = (mapper.column_prefix or "") .. column.key
  if should_exclude(mapper, column.key, key, has_column(mapper.local_table, column), column) then return end
  for _, m in ipairs(mapper:iterate_to_root()) do
    local prop = m.column_to_property[column]
    if prop then key = prop.key end
  end
  columns.set_property(mapper, key, column, {})
end

--- Maps what was given, what is inherited, and the columns of the table, in this order.
--- @param properties table {{key, property or column}, …}
function columns.configure(mapper, properties)
  local by_column, by_key = explicit(mapper, properties)
  inherit_all(mapper, by_column, by_key)
  local done = {}
  for _, column in ipairs(join_find.columns(mapper.persist_selectable)) do
    local key = by_column[column]
    if key then
      if not done[key] then columns.set_property(mapper, key, by_key[key], {}) end
      done[key] = true
    else
      map_column(mapper, column)
    end
  end
end

-- ---- the primary key ----

local function primary_key_of(from)
  if core.kind(from) == "TABLE" and core.has(from, "spec") then
    local constraint = from.primary_key
    local list = {}
    for i, column in ipairs(constraint and core.get(constraint, "columns") or {}) do list[i] = column end
    return list
  end
  local list = {}
  for _, column in ipairs(join_find.columns(from)) do
    if column.primary_key then list[#list + 1] = column end
  end
  return list
end

--- Where a class is mapped to a SELECT: the columns that it selects have the properties of those that it gives.
local function note_lineage(mapper)
  if not join_find.is_named(mapper.persist_selectable) then return end
  for _, column in ipairs(join_find.columns(mapper.persist_selectable)) do
    local prop = mapper.column_to_property[column]
    for _, one in ipairs(prop and is_column(column) and core.lineage(column) or {}) do
      if is_column(one) and not mapper.column_to_property[one] then mapper.column_to_property[one] = prop end
    end
  end
end

local function note_tables(mapper)
  note_lineage(mapper)
  mapper.tables = join_find.written_tables(mapper.persist_selectable)
  mapper.pks_by_table, mapper.cols_by_table = {}, {}
  local froms = {}
  for i, t in ipairs(mapper.tables) do froms[i] = t end
  if core.kind(mapper.persist_selectable) ~= "TABLE" then froms[#froms + 1] = mapper.persist_selectable end
  for _, from in ipairs(froms) do
    local pks, all = primary_key_of(from), #primary_key_of(from) > 0
    for _, column in ipairs(pks) do all = all and mapper.column_to_property[column] ~= nil end
    if all then mapper.pks_by_table[from] = pks end
    local list = {}
    for _, column in ipairs(join_find.columns(from)) do
      if mapper.column_to_property[column] then list[#list + 1] = column end
    end
    mapper.cols_by_table[from] = list
  end
end

--- Columns that a foreign key makes equal to another one of the list say nothing new.
local function reduce(list)
  local out, dropped = {}, {}
  for _, column in ipairs(list) do
    for _, fk in ipairs(column.foreign_keys or {}) do
      local target = core.schema.fk_column_find(fk)
      for _, other in ipairs(list) do
        if other ~= column and other == target and not dropped[other] then dropped[column] = true end
      end
    end
  end
  for _, column in ipairs(list) do
    if not dropped[column] then out[#out + 1] = column end
  end
  return out
end

local function given_key(mapper)
  local out = {}
  local given = mapper.primary_key_argument
  if core.is_node(given) or type(given) == "string" then given = {given} end
  for i, column in ipairs(given) do
    if type(column) == "string" then
      local prop = mapper.props[column]
      if not prop then
        err.raise("ArgumentError", "Can't determine primary_key column '%s' - no attribute is mapped to this name.",
          column)
      end
      column = prop.columns[1]
    end
    column = core.element(column)
    out[i] = corresponding(mapper.persist_selectable, column) or column
  end
  return out
end

local function no_key(mapper)
  err.raise("ArgumentError", "Mapper %s could not assemble any primary key columns for mapped table '%s'",
    tostring(mapper),
    join_find.description(mapper.persist_selectable))
end

local function note_readonly(mapper)
  mapper.readonly_props, mapper.flush_forgets = {}, nil
  local written = {}
  for _, column in ipairs(mapper.primary_key) do
    local prop = mapper.column_to_property[column]
    if prop then written[prop] = true end
  end
  for column, prop in pairs(mapper.column_to_property) do
    local t = is_column(column) and core.get(column, "table")
    if t and mapper.cols_by_table[t] then written[prop] = true end
  end
  for _, prop in pairs(mapper.column_to_property) do
    if not written[prop] then mapper.readonly_props[prop] = true end
  end
end

--- Finds the primary key, of each table and of the whole.
function columns.configure_primary_key(mapper)
  note_tables(mapper)
  local given = mapper.primary_key_argument
  if given then
    mapper.primary_key = given_key(mapper)
    for _, column in ipairs(mapper.primary_key) do
      local t = core.get(column, "table")
      if t and not mapper.pks_by_table[t] then mapper.pks_by_table[t] = {} end
      local list, there = mapper.pks_by_table[t], false
      for _, one in ipairs(list or {}) do there = there or one == column end
      if list and not there then list[#list + 1] = column end
    end
  else
    local pks = mapper.pks_by_table[mapper.persist_selectable]
    if not pks or #pks == 0 then no_key(mapper) end
    if mapper.inherits and not mapper.concrete then
      mapper.primary_key = mapper.inherits.primary_key
    else
      mapper.primary_key = reduce(pks)
    end
  end
  if #mapper.primary_key == 0 then no_key(mapper) end
  note_readonly(mapper)
end

return columns
