--- la.with_polymorphic, la.polymorphic_union: classes together with their subclasses in one SELECT.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local err = require "lualchemy.error"
local compat = require "lualchemy.compat"

local polymorphic = {}

local function given(x)
  if x == core.null then return nil end
  return x
end

-- ---- with_polymorphic ----

--- What the alias selects from: the selectable given (or that of the mapper's own with_polymorphic), or the join of the
-- tables; as a subquery or of aliases where asked.
local function selectable_of(mapper, mappers, selectable, o)
  local from = selectable or mapper:selectable_from_mappers(mappers, o.innerjoin)
  if not o.aliased and not o.flat then return from end
  if o.flat and core.kind(from) == "JOIN" then return from:alias(nil, {flat = true}) end
  if core.kind(from) ~= "JOIN" then return from:alias() end
  local la = require "lualchemy.sql.api"
  return la.select(from):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL):correlate(nil):subquery()
end

local function mappers_of(mapper, classes, selectable)
  if classes == nil or classes == false then return {} end
  if entities.of(classes) then classes = {classes} end
  if classes ~= "*" and not args.is_plain(classes) then
    err.raise("ArgumentError", "with_polymorphic: argument 'classes' must be an array of classes or \"*\", got %s",
      type(classes))
  end
  return mapper:mappers_from_spec(classes, selectable)
end

local KEYWORDS = {base = true, classes = true, selectable = true, flat = true, polymorphic_on = true, aliased = true,
  innerjoin = true, adapt_on_names = true, name = true}

--- A class with the columns of subclasses: la.with_polymorphic(Employee, {Manager, Engineer}) or "*". Sub-entities by
-- class name.
--- @param ... any base, classes, {selectable, flat, aliased, innerjoin, polymorphic_on, name}
function polymorphic.with_polymorphic(...)
  local p, o = args.take("with_polymorphic", KEYWORDS, ...)
  local base, classes = p[1] or o.base, p[2]
  if classes == nil then classes = o.classes end
  if p[3] ~= nil and o.selectable == nil then o = setmetatable({selectable = p[3]}, {__index = o}) end
  local entity = entities.of(base)
  if not entity then
    err.raise("ArgumentError", "with_polymorphic: argument 'base' must be a mapped class, got %s", type(base))
  end
  local mapper = entities.mapper(entity)
  local from = core.element(given(o.selectable))
  if from and o.flat then
    err.raise("ArgumentError", "the 'flat' and 'selectable' arguments cannot be passed simultaneously to "
      .. "with_polymorphic()")
  end
  if from and core.category(from) == "STATEMENT" then from = from:subquery() end
  local own = mapper.with_polymorphic
  if own and o.selectable == nil then from = own[2] end
  if own and not classes then classes = own[1] end
  local mappers = mappers_of(mapper, classes, from)
  local selectable = selectable_of(mapper, mappers, from, o)
  local function make(m, subs)
    return core.new("ENTITY",
      {mapper = m, selectable = selectable, name = o.name or m.class_name, is_alias = 1, subs = subs})
  end
  local subs = {}
  for _, m in ipairs(mappers) do
    if m ~= mapper then subs[m.class_name] = entities.wrap(make(m, {})) end
  end
  return entities.wrap(make(mapper, mappers), subs)
end

-- ---- polymorphic_union ----

local UNION = {table_map = true, typecolname = true, aliasname = true, cast_nulls = true}

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
end

--- Names of all columns of the tables in order, the type of each, and each table's columns by name.
local function all_columns(tables, keys, type_name)
  local names, types, by_name = {}, {}, {}
  for _, key in ipairs(keys) do
    by_name[key] = {}
    for _, column in ipairs(core.columns(tables[key]):values()) do
      local name = core.get(column, "key")
      if name == type_name then
        err.raise("InvalidRequestError", "Polymorphic union can't use '%s' as the discriminator column due to mapped "
          .. "column %s; please apply the 'typecolname' argument; this is available on ConcreteBase as "
          .. "'_concrete_discriminator_name'", name, tostring(column))
      end
      if not types[name] then
        names[#names + 1] = name
        types[name] = core.get(column, "type")
      end
      by_name[key][name] = column
    end
  end
  return names, types, by_name
end

--- The UNION ALL of tables[key] for each of the keys in turn.
function polymorphic.union(keys, tables, type_name, alias_name, cast)
  local sql = require "lualchemy.sql.api"
  local names, types, by_name = all_columns(tables, keys, type_name)
  local selects = {}
  for i, key in ipairs(keys) do
    local list = {}
    for j, name in ipairs(names) do
      local absent = cast and sql.cast or sql.type_coerce
      list[j] = by_name[key][name] or absent(sql.null(), types[name]):label(name)
    end
    if type_name then list[#list + 1] = sql.literal_column(("'%s'"):format(tostring(key))):label(type_name) end
    selects[i] = sql.select(compat.unpack(list)):select_from(tables[key])
  end
  return sql.union_all(compat.unpack(selects)):alias(alias_name)
end

--- UNION ALL of tables that hold instances of a hierarchy: missing columns are NULL, typecolname tells them apart.
--- @param ... any {identity = table, …}, name of the type column or nil, name of the alias, {cast_nulls = true}
function polymorphic.polymorphic_union(...)
  local p, o = args.take("polymorphic_union", UNION, ...)
  if p.n == 0 and o.table_map == nil then p, o = {n = 1, ...}, {} end
  local map, type_name, alias_name = p[1] or o.table_map, given(p[2] or o.typecolname), p[3] or o.aliasname or "p_union"
  local cast = o.cast_nulls ~= false
  local keys, tables = sorted_keys(map), {}
  for _, key in ipairs(keys) do
    local from = core.element(map[key])
    if core.category(from) == "STATEMENT" then from = from:subquery() end
    tables[key] = core.kind(from) == "ENTITY" and core.get(from, "selectable") or from
  end
  return polymorphic.union(keys, tables, type_name, alias_name, cast)
end

polymorphic.public = {
  with_polymorphic = polymorphic.with_polymorphic, polymorphic_union = polymorphic.polymorphic_union,
}
return polymorphic
