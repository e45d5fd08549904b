--- What a declarative class has: its own body, that of mixins and abstract bases, along the mro.
--
-- scan(record) -> {attributes = {{key, value}, …} in order, columns = {{column, sort_order}, …}, copies = {mixin's
-- column = copy},
--   properties = {{key, property or column}, …}, tablename, table_args, table, mapper_args (function or table)}
local base = require "lualchemy.sql.schema_base"
local class = require "lualchemy.orm.class"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local property = require "lualchemy.orm.property"
local registries = require "lualchemy.orm.registry"

local given = base.given
local scanner = {}

local function is_column(x)
  return core.is_node(x) and core.kind(x) == "COLUMN" and core.has(x, "spec")
end

local function is_declared(x)
  return require("lualchemy.orm.declarative").is_declared(x)
end

--- What a class or mixin was written with.
local function body_of(one)
  local of = class.record(one)
  return of and of.body or one
end

local function is_mapped_parent(record, one)
  local of = class.record(one)
  return one ~= record.class and of ~= nil and of.mapper ~= nil
end

-- ---- __tablename__ and its kin ----

local function evaluate(record, value)
  if is_declared(value) then return value.fn(record.class) end
  return value
end

--- The value of a special name for this class, and who said it. Mapped parents speak for themselves only.
local function special(record, name)
  for _, one in ipairs(record.mro) do
    local value = body_of(one)[name]
    if value ~= nil and (not is_mapped_parent(record, one) or is_declared(value)) then
      local found = evaluate(record, value)
      if given(found) ~= nil then
        if is_declared(value) then rawset(record.class, name, found) end
        return found, one
      end
      if one == record.class then return nil, one end
    end
  end
end

-- ---- attributes ----

local function sorted(body)
  local list = {}
  for key, value in pairs(body) do
    if type(key) == "string" and class.is_mapped_value(value) and key:sub(1, 2) ~= "__" then list[#list + 1] = {key,
      value} end
  end
  return registries.sort_properties(list)
end

--- Who has the name first along the mro.
local function first_owner(record, name)
  for _, one in ipairs(record.mro) do
    local of = class.record(one)
    if body_of(one)[name] ~= nil then return one end
    if of and of.mapper and one ~= record.class and of.mapper.props[name] then return one end
    if of and (of.descriptors[name] or rawget(one, name) ~= nil) and one ~= record.class then return one end
  end
end

local function collect(scan, key, value)
  if scan.by_key[key] == nil then
    scan.attributes[#scan.attributes + 1] = {key, value}
  else
    for _, pair in ipairs(scan.attributes) do
      if pair[1] == key then pair[2] = value end
    end
  end
  scan.by_key[key] = value
  if is_column(value) then rawset(scan.record.class, key, value) end
end

local function from_mixin(scan, one, key, value)
  local record = scan.record
  if property.is(value) then
    err.raise("InvalidRequestError", "Mapper properties (i.e. deferred,column_property(), relationship(), etc.) must "
      .. "be declared as @declared_attr callables on declarative mixin classes.  For dataclass field() objects, use "
      .. "a lambda:")
  end
  if is_declared(value) and value.cascading then
    collect(scan, key, value.fn(record.class))
  elseif first_owner(record, key) ~= one then
    return
  elseif is_column(value) then
    local t = rawget(record.class, "__table__")
    if t and core.columns(t):contains(core.get(value, "name") and tostring(value.name) or key) then return end
    local copy = value:_copy()
    scan.copies[value] = copy
    collect(scan, key, copy)
  elseif is_declared(value) then
    local made = value.fn(record.class)
    scan.copies[value] = made
    if made ~= nil then collect(scan, key, made) end
  end
end

--- Columns of mixins are there before any declared_attr asks for them.
local function scan_level(scan, one)
  local record = scan.record
  if is_mapped_parent(record, one) then return end
  local list = sorted(body_of(one))
  if one == record.class then
    for _, pair in ipairs(list) do collect(scan, pair[1], pair[2]) end
    return
  end
  for pass = 1, 2 do
    for _, pair in ipairs(list) do
      if (is_column(pair[2]) and 1 or 2) == pass then from_mixin(scan, one, pair[1], pair[2]) end
    end
  end
end

local function show_mixin_columns(scan)
  -- declared_attr functions of the body may read columns that come from mixins
  for _, one in ipairs(scan.record.mro) do
    if one ~= scan.record.class and not is_mapped_parent(scan.record, one) then
      for _, pair in ipairs(sorted(body_of(one))) do
        if is_column(pair[2]) then
          local key = pair[1]
          if rawget(scan.record.class, key) == nil and first_owner(scan.record, key) == one then
            rawset(scan.record.class, key, pair[2])
          end
        end
      end
    end
  end
end

local function evaluate_own(scan)
  for _, pair in ipairs(scan.attributes) do
    if is_declared(pair[2]) then
      pair[2] = pair[2].fn(scan.record.class)
      scan.by_key[pair[1]] = pair[2]
      if is_column(pair[2]) then rawset(scan.record.class, pair[1], pair[2]) end
    end
  end
end

-- ---- columns and properties ----

--- A column without a name has that of its attribute.
function scanner.name_column(key, column)
  if core.get(column, "name") == nil then
    core.set(column, {name = key})
    if core.get(column, "key") == nil then core.set(column, {key = key}) end
  elseif core.get(column, "key") == nil then
    core.set(column, {key = core.get(column, "name")})
  end
end

local function orm_options(column)
  local spec = core.schema.spec_of(column)
  return spec and core.get(spec, "orm") or nil
end

--- The property that a mapped_column with settings for the mapper asks for, or nil.
function scanner.column_property(column)
  local o = orm_options(column)
  if not o then return nil end
  local group = given(o.deferred_group)
  local raiseload = given(o.deferred_raiseload)
  local deferred = given(o.deferred)
  if deferred == nil then deferred = group ~= nil or raiseload == true end
  if not deferred and not given(o.active_history) then return nil end
  return property.column({column}, {deferred = deferred, group = group, raiseload = raiseload,
    active_history = o.active_history})
end

local function add_column(scan, column)
  local o = orm_options(column)
  scan.columns[#scan.columns + 1] = {column, o and given(o.sort_order) or 0, #scan.columns}
end

local function add_property(scan, key, prop)
  for i, column in ipairs(prop.columns or {}) do
    column = scan.copies[column] or column
    prop.columns[i] = column
    if is_column(column) and not core.get(column, "table") then
      scanner.name_column(key, column)
      add_column(scan, column)
    end
  end
  if prop.declare_columns then
    for _, column in ipairs(prop:declare_columns(scan)) do add_column(scan, column) end
  end
  if prop.kind == "column" then prop:set_columns(prop.columns) end
  scan.properties[#scan.properties + 1] = {key, prop}
end

local function distribute(scan)
  for _, pair in ipairs(scan.attributes) do
    local key, value = pair[1], pair[2]
    if key == "metadata" then
      err.raise("InvalidRequestError", "Attribute name '%s' is reserved when using the Declarative API.", key)
    end
    if is_column(value) then
      scanner.name_column(key, value)
      add_column(scan, value)
      local prop = scanner.column_property(value)
      if prop or key ~= value.key then scan.properties[#scan.properties + 1] = {key, prop or value} end
    elseif core.kind(value) == "COLUMN" then -- of a subquery or an alias that is __table__
      scan.properties[#scan.properties + 1] = {key, value}
    elseif property.is(value) then
      add_property(scan, key, value)
    elseif core.kind(value) == "ATTRIBUTE" or core.kind(value) == "RELATION" then
      scan.properties[#scan.properties + 1] = {key, require("lualchemy.orm.synonym").new(core.get(value, "key"))}
    elseif value ~= nil then
      class.put(scan.record, key, value)
    end
  end
  table.sort(scan.columns, function(a, b)
    if a[2] ~= b[2] then return a[2] < b[2] end
    return a[3] < b[3]
  end)
end

local function check_table_args(table_args)
  if table_args ~= nil and type(table_args) ~= "table" then
    err.raise("ArgumentError", "__table_args__ value must be a tuple, dict, or None")
  end
end

--- @param record table the class's record
function scanner.scan(record)
  local scan = {record = record, attributes = {}, by_key = {}, columns = {}, copies = {}, properties = {}}
  show_mixin_columns(scan)
  local said_by
  scan.tablename = special(record, "__tablename__")
  scan.table = special(record, "__table__")
  for _, one in ipairs(record.mro) do scan_level(scan, one) end
  evaluate_own(scan)
  scan.table_args, said_by = special(record, "__table_args__")
  check_table_args(scan.table_args)
  if said_by ~= record.class and not scan.tablename then scan.table_args = nil end
  distribute(scan)
  return scan
end

--- __mapper_args__, asked for when the table is there.
function scanner.mapper_args(record)
  local out = {}
  for k, v in pairs(special(record, "__mapper_args__") or {}) do out[k] = v end
  return out
end

return scanner
