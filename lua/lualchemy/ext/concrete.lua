--- la.ConcreteBase and la.AbstractConcreteBase: classes that have a table each are read together, by a UNION ALL of
-- these tables that is made once all classes are known.
--
--     local Employee = Base:class("Employee", la.ConcreteBase, {
--       __tablename__ = "employee", …, __mapper_args__ = {polymorphic_identity = "employee", concrete = true}})
--     local Manager = Employee:class("Manager", {
--       __tablename__ = "manager", …, __mapper_args__ = {polymorphic_identity = "manager", concrete = true}})
local class = require "lualchemy.orm.class"
local inherit = require "lualchemy.orm.mapper_inherit"
local polymorphic = require "lualchemy.orm.polymorphic_alias"

local function discriminator_of(cls) return class.find(class.record(cls), "_concrete_discriminator_name") or "type" end

local function union_of(mappers, name)
  local keys, tables = {}, {}
  for i, mapper in ipairs(mappers) do
    keys[i] = mapper.polymorphic_identity
    tables[keys[i]] = mapper.local_table
  end
  return polymorphic.union(keys, tables, name, "pjoin", true)
end

local concrete, concrete_record = class.new("ConcreteBase", {})
concrete_record.abstract = true

--- Has the class select from the tables of all its heirs.
rawset(concrete, "__declare_first__", function(cls)
  local mapper, name = class.mapper(cls), discriminator_of(cls)
  if mapper.with_polymorphic then return end
  local union = union_of(mapper.self_and_descendants, name)
  inherit.set_with_polymorphic(mapper, {"*", union})
  mapper.polymorphic_on = union.c[name]
  inherit.configure_polymorphic(mapper)
end)

-- ---- without a table of its own ----

--- The nearest class above that is mapped, or `base` if it comes first: what stands between is abstract.
local function parent_of(mapper, base)
  local parent = mapper.record.parent
  while parent and parent ~= base and not parent.mapper do parent = parent.parent end
  return parent
end

--- The mappers of the heirs: of each, what derives from it before its neighbours, the last one first.
local function mappers_below(record)
  local out, children = {}, {}
  for _, mapper in ipairs(record.registry.mappers) do
    local parent = parent_of(mapper, record)
    children[parent or false] = children[parent or false] or {}
    table.insert(children[parent or false], mapper)
  end
  local function add(of)
    local list = children[of] or {}
    for i = #list, 1, -1 do
      out[#out + 1] = list[i]
      add(list[i].record)
    end
  end
  add(record)
  return out
end

--- The columns of the body are those of the union. Answers their names.
local function use_columns_of(union, scan)
  local keys, known = {}, {}
  for _, one in ipairs(scan.columns) do known[one[1]] = one[1].key end
  for _, pair in ipairs(scan.properties) do
    local key = known[pair[2]]
    if key then pair[2], known[pair[2]] = union.c[key], nil end
  end
  for _, key in pairs(known) do keys[#keys + 1] = key end
  scan.columns = {}
  return keys
end

local function attach(mappers, parent)
  for i = #mappers, 1, -1 do
    local mapper = mappers[i]
    if mapper.concrete and not mapper.inherits then inherit.set_concrete_base(mapper, parent) end
  end
end

--- Maps the class to the union of its heirs' tables.
local function map(record, mappers)
  local declarative = require "lualchemy.orm.declarative"
  local name = discriminator_of(record.class)
  local union = union_of(mappers, name)
  local scan = require("lualchemy.orm.declarative_scan").scan(record)
  local keys = use_columns_of(union, scan)
  scan.mapper_args = {polymorphic_on = union.c[name], polymorphic_abstract = true}
  if record.body.strict_attrs then
    keys[#keys + 1] = name
    for _, column in ipairs(mappers[1].primary_key) do keys[#keys + 1] = column.key end
    scan.mapper_args.include_properties, scan.mapper_args.with_polymorphic = keys, {"*", union}
  end
  attach(mappers, declarative.finish(record, scan, union))
end

local abstract, abstract_record = class.new("AbstractConcreteBase", {})
abstract_record.abstract = true

--- Has the class wait until mappers are configured while there is a class that derives from it.
function abstract_record.holds(record)
  local registry = record.registry
  record.waits = true
  registry.waiting = registry.waiting or {}
  table.insert(registry.waiting, function()
    local mappers = mappers_below(record)
    if not mappers[1] then return abstract_record.holds(record) end
    record.waits = nil
    map(record, mappers)
  end)
end

return {ConcreteBase = concrete, AbstractConcreteBase = abstract}
