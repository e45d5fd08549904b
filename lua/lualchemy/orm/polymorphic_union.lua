--- la.polymorphic_union: the tables of concrete classes as one FROM.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local join_find = require "lualchemy.orm.join_find"
local registries = require "lualchemy.orm.registry"

--- {type, FROM} each, in the order in which the tables were made.
local function entries(table_map)
  local list = {}
  for type_, from in pairs(table_map) do
    local node = core.element(from)
    if not node then
      err.raise("ArgumentError", "polymorphic_union: the table of '%s' must be a FROM clause, got %s", tostring(type_),
        type(from))
    end
    list[#list + 1] = {type_, node}
  end
  local function order(entry)
    local first = join_find.columns(entry[2])[1]
    return first and registries.order_of(first) or math.huge
  end
  table.sort(list, function(a, b)
    local x, y = order(a), order(b)
    if x ~= y then return x < y end
    return tostring(a[1]) < tostring(b[1])
  end)
  return list
end

local function collect(list, typecolname)
  local names, types, by_from = {}, {}, {}
  for _, entry in ipairs(list) do
    local columns = {}
    for _, c in ipairs(join_find.columns(entry[2])) do
      if c.key == typecolname then
        err.raise("InvalidRequestError", "Polymorphic union can't use '%s' as the discriminator column due to mapped "
          .. "column "
          .. "%s; please apply the 'typecolname' argument; this is available on ConcreteBase as "
          .. "'_concrete_discriminator_name'", typecolname, tostring(c))
      end
      if not types[c.key] then names[#names + 1] = c.key end
      columns[c.key], types[c.key] = c, core.get(c, "type")
    end
    by_from[entry] = columns
  end
  return names, types, by_from
end

local KEYWORDS = base.keywords("table_map typecolname aliasname cast_nulls")

--- @param ... any {type = table …}, the name of the column that tells the type, the name of the alias
local function polymorphic_union(...)
  local p, o = args.take("polymorphic_union", KEYWORDS, ...)
  local api = require "lualchemy.sql.api"
  local typecolname, cast_nulls = p[2] or o.typecolname, o.cast_nulls ~= false
  local list = entries(p[1] or o.table_map)
  local names, types, by_from = collect(list, typecolname)
  local selects = {}
  for i, entry in ipairs(list) do
    local columns = {}
    for k, name in ipairs(names) do
      local absent = (cast_nulls and api.cast or api.type_coerce)(api.null(), types[name])
      columns[k] = by_from[entry][name] or absent:label(name)
    end
    if typecolname then
      local quoted = "'" .. tostring(entry[1]):gsub("'", "''") .. "'"
      columns[#columns + 1] = api.literal_column(quoted):label(typecolname)
    end
    selects[i] = api.select(compat.unpack(columns)):select_from(entry[2])
  end
  return api.union_all(compat.unpack(selects)):alias(p[3] or o.aliasname or "p_union")
end

return {public = {polymorphic_union = polymorphic_union}}
