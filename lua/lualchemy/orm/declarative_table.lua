--- The table and the mapper of a declarative class, from what its scan found.
local base = require "lualchemy.sql.schema_base"
local class = require "lualchemy.orm.class"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local join_find = require "lualchemy.orm.join_find"
local property = require "lualchemy.orm.property"

local given = base.given
local declared = {}

-- ---- the table ----

local function metadata_of(record)
  local metadata = class.find(record, "metadata")
  return metadata or record.registry.metadata
end

--- What __table_cls__(cls, name, metadata, columns …, {keywords}) makes of a table's arguments; nil is no table.
local function by_hook(record, hook, arguments)
  local positional, keywords = {}, {}
  for i, x in ipairs(arguments) do positional[i] = x end
  for k, v in pairs(arguments) do
    if type(k) == "string" then keywords[k] = v end
  end
  if next(keywords) ~= nil then positional[#positional + 1] = keywords end
  return core.element(hook(record.class, compat.unpack(positional)))
end

local function make_table(record, scan)
  local arguments = {scan.tablename, metadata_of(record)}
  for _, one in ipairs(scan.columns) do arguments[#arguments + 1] = one[1] end
  for k, v in pairs(scan.table_args or {}) do
    if type(k) == "string" then arguments[k] = v end
  end
  for _, item in ipairs(scan.table_args or {}) do
    if base.element(item, "TABLE") == nil and type(item) == "table" and getmetatable(item) == nil then
      for k, v in pairs(item) do arguments[k] = v end
    else
      arguments[#arguments + 1] = item
    end
  end
  local hook = class.find(record, "__table_cls__")
  if hook then return by_hook(record, hook, arguments) end
  return require("lualchemy.sql.api").Table(arguments)
end

local function check_columns(t, scan)
  for _, one in ipairs(scan.columns) do
    if not core.columns(t):contains_column(one[1]) then
      err.raise("ArgumentError", "Can't add additional column '%s' when specifying __table__", one[1].key)
    end
  end
end

--- The table that the class names or describes, nil if it has none of its own.
function declared.table(record, scan)
  if scan.table then
    local t = core.element(scan.table)
    check_columns(t, scan)
    return t
  end
  if scan.tablename then return make_table(record, scan) end
end

-- ---- single-table inheritance ----

local function mapped_parent(record)
  local parent = record.parent
  while parent and not parent.mapper do parent = parent.parent end
  if parent then return parent end
  for _, mixin in ipairs(record.mixins) do
    local of = class.record(mixin)
    if of and of.mapper then return of end
  end
end

local function use_existing(scan, column, existing)
  local spec = core.schema.spec_of(column)
  local o = spec and core.get(spec, "orm")
  if not o or not given(o.use_existing_column) then return false end
  for _, pair in ipairs(scan.properties) do
    if pair[2] == column then pair[2] = existing end
  end
  return true
end

--- The columns that a class without table declares go to its parent's.
local function add_to_parent(record, scan, parent)
  if scan.table_args then
    err.raise("ArgumentError", "Can't place __table_args__ on an inherited class with no table.")
  end
  local t = parent.mapper.local_table
  for _, one in ipairs(scan.columns) do
    local column = one[1]
    local name = tostring(column.name)
    if core.columns(t):contains(name) and t.c[name] ~= column and use_existing(scan, column, t.c[name]) then
      one[1] = t.c[name]
    end
  end
  for _, one in ipairs(scan.columns) do
    local column = one[1]
    local existing = core.columns(t):contains(tostring(column.name)) and t.c[tostring(column.name)]
    if existing and existing ~= column then
      err.raise("ArgumentError", "Column '%s' on class %s conflicts with existing column '%s'.  If using "
        .. "Declarative, consider using the use_existing_column parameter of mapped_column() to resolve conflicts.",
        tostring(column),
        record.name,
        tostring(existing))
    elseif not existing then
      if column.primary_key then
        err.raise("ArgumentError", "Can't place primary key columns on an inherited class with no table.")
      end
      t:append_column(column)
    end
  end
  if #scan.columns > 0 then require("lualchemy.orm.mapper_inherit").refresh_join(parent.mapper) end
end

-- ---- the mapper ----

--- Columns of the parent's table that the parent does not map are not this class's either.
local function exclude_siblings(o, scan, parent)
  if o.exclude_properties ~= nil then return end
  local exclude, own = {}, {}
  for _, one in ipairs(scan.columns) do own[one[1].key] = true end
  for _, column in ipairs(join_find.columns(parent.local_table)) do
    if not parent.column_to_property[column] and not own[column.key] then exclude[#exclude + 1] = column.key end
  end
  for name in pairs(parent.exclude_properties or {}) do
    if not own[name] then exclude[#exclude + 1] = name end
  end
  o.exclude_properties = exclude
end

local function join_with_parent(properties, parent)
  for _, pair in ipairs(properties) do
    local theirs = parent.props[pair[1]]
    if core.is_node(pair[2]) and property.is(theirs, "column") then
      local list = {pair[2]}
      for _, column in ipairs(theirs.columns) do list[#list + 1] = column end
      pair[2] = list
    end
  end
end

--- The columns of a concrete class take the place of its parent's, in their own order.
local function name_columns(scan)
  local known = {}
  for _, pair in ipairs(scan.properties) do known[pair[1]] = true end
  for _, one in ipairs(scan.columns) do
    local column = one[1]
    if not known[column.key] then scan.properties[#scan.properties + 1] = {column.key, column} end
  end
end

local function own_copies(o, scan)
  for _, name in ipairs{"version_id_col", "polymorphic_on"} do
    if o[name] ~= nil then o[name] = scan.copies[o[name]] or o[name] end
  end
  if type(o.primary_key) == "table" then
    local list = {}
    for i, column in ipairs(o.primary_key) do list[i] = scan.copies[column] or column end
    o.primary_key = list
  end
end

local function add_given(properties, given_properties)
  local list = {}
  for key, prop in pairs(given_properties or {}) do list[#list + 1] = {key, prop} end
  require("lualchemy.orm.registry").sort_properties(list)
  for _, pair in ipairs(list) do properties[#properties + 1] = pair end
end

--- Makes the mapper, on table t or (nil) on that of its parent.
function declared.map(record, scan, t)
  local parent = mapped_parent(record)
  if not t and not parent then
    err.raise("InvalidRequestError", "Class <class '%s'> does not have a __table__ or __tablename__ specified and "
      .. "does not inherit from an existing table-mapped class.", record.name)
  end
  if not t then add_to_parent(record, scan, parent) end
  local o = require("lualchemy.orm.declarative_scan").mapper_args(record)
  for name, value in pairs(scan.mapper_args or {}) do o[name] = value end
  own_copies(o, scan)
  add_given(scan.properties, given(o.properties))
  o.properties = nil
  if parent then
    o.inherits = parent.mapper
    if not given(o.concrete) then
      exclude_siblings(o, scan, parent.mapper)
      join_with_parent(scan.properties, parent.mapper)
    else
      name_columns(scan)
    end
  end
  return require("lualchemy.orm.mapper").new(record, t, o, scan.properties)
end

return declared
