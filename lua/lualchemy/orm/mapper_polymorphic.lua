--- What a mapper with heirs selects: mappers and selectable of with_polymorphic, the criterion of single-table classes.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local join_find = require "lualchemy.orm.join_find"

--- @class lualchemy.Mapper
local polymorphic = {}

--- The heir of that class name: a class that is declared later can only be named.
local function named(mapper, name)
  for _, m in ipairs(mapper.self_and_descendants) do
    if m.class_name == name then return m end
  end
  err.raise("InvalidRequestError", "with_polymorphic: no class '%s' inherits from %s", name, tostring(mapper))
end

local function specified(mapper, spec, selectable)
  local wanted = {}
  for _, one in ipairs(spec) do
    local m = type(one) == "string" and named(mapper, one) or require("lualchemy.orm.mapper").of(one)
    if not m:isa(mapper) then
      err.raise("InvalidRequestError", "%s does not inherit from %s", tostring(m), tostring(mapper))
    end
    for _, up in ipairs(selectable and {m} or m:iterate_to_root()) do wanted[up] = true end
  end
  return wanted
end

--- The mappers that a with_polymorphic spec ("*" or an array of classes) stands for, itself included.
--- @param spec? lualchemy.MappedClass[]|"*"
--- @param selectable? lualchemy.FromClause
--- @return lualchemy.Mapper[]
function polymorphic.mappers_from_spec(mapper, spec, selectable)
  local out = {}
  if not spec then return out end
  local wanted = spec ~= "*" and specified(mapper, spec, selectable)
  local tables
  if selectable then
    tables = {}
    for _, t in ipairs(join_find.tables(selectable)) do tables[t] = true end
  end
  for _, m in ipairs(mapper.self_and_descendants) do
    local kept = not wanted or wanted[m]
    if kept and tables and next(tables) ~= nil then kept = tables[m.local_table] end
    if kept then out[#out + 1] = m end
  end
  return out
end

--- The outer join (or inner join) of the mapper's tables with those of the mappers.
--- @param mappers lualchemy.Mapper[]
--- @param innerjoin? boolean
--- @return lualchemy.FromClause
function polymorphic.selectable_from_mappers(mapper, mappers, innerjoin)
  local from = mapper.persist_selectable
  local la = require "lualchemy.sql.api"
  for _, m in ipairs(mappers) do
    if m ~= mapper and m.concrete then
      err.raise("InvalidRequestError",
        "'with_polymorphic()' requires 'selectable' argument when concrete-inheriting mappers are used.")
    elseif m ~= mapper and not m.single then
      from = (innerjoin and la.join or la.outerjoin)(from, m.local_table, m.inherit_condition)
    end
  end
  return from
end

--- The mappers of the mapper's own with_polymorphic setting.
--- @return lualchemy.Mapper[]
function polymorphic.polymorphic_mappers(mapper)
  local spec = mapper.with_polymorphic
  if not spec then return {} end
  return mapper:mappers_from_spec(spec[1], spec[2])
end

--- What a SELECT of the class selects from.
--- @return lualchemy.FromClause
function polymorphic.with_polymorphic_selectable(mapper)
  local spec = mapper.with_polymorphic
  if not spec then return mapper.persist_selectable end
  if spec[2] then return spec[2] end
  local key = #mapper.self_and_descendants
  if mapper._wp_selectable and mapper._wp_key == key and mapper._wp_spec == spec then return mapper._wp_selectable end
  local found = mapper:selectable_from_mappers(mapper:mappers_from_spec(spec[1], nil), false)
  mapper._wp_selectable, mapper._wp_key, mapper._wp_spec = found, key, spec
  return found
end

--- Columns that have the same value in every row of the hierarchy, by the conditions that join its tables.
--- @return table<any, any[]>
function polymorphic.equivalent_columns(mapper)
  local base = mapper.base_mapper
  local known = base._equivalents
  if known and known.n == #base.self_and_descendants then return known.of end
  local of = {}
  local function add(a, b)
    of[a] = of[a] or {}
    table.insert(of[a], b)
  end
  for _, m in ipairs(base.self_and_descendants) do
    for _, pair in ipairs(m.inherits_equated_pairs or {}) do
      add(pair[1], pair[2])
      add(pair[2], pair[1])
    end
  end
  base._equivalents = {n = #base.self_and_descendants, of = of}
  return of
end

local function is_one_of(mapper)
  local identities = {}
  for _, m in ipairs(mapper.self_and_descendants) do
    if not m.polymorphic_abstract then
      local identity = m.polymorphic_identity
      identities[#identities + 1] = identity == nil and core.null or identity
    end
  end
  return mapper.polymorphic_on:in_(identities)
end

--- The condition that tells the rows of a single-table class from those of others, or nil.
--- @param aliased? boolean it is for an alias: with a bound parameter of its own
--- @return lualchemy.ColumnElement?
function polymorphic.single_table_criterion(mapper, aliased)
  if not mapper.single or not mapper.inherits or mapper.polymorphic_on == nil then return nil end
  if aliased then return is_one_of(mapper) end
  local known, n = mapper._single_criterion, #mapper.self_and_descendants
  if known and known.n == n then return known.condition end
  local condition = is_one_of(mapper)
  mapper._single_criterion = {n = n, condition = condition}
  return condition
end

return polymorphic
