--- Types of PostgreSQL's columns, from what format_type() calls them.
local api = require "lualchemy.sql.api"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local dialect_types = require "lualchemy.dialects.postgresql.types"
local err = require "lualchemy.error"
local params = require "lualchemy.sql.type_params"
local type_class = require "lualchemy.sql.type_class"

local NAMES = {
  ["character varying"] = "VARCHAR", character = "CHAR", ['"char"'] = "VARCHAR", name = "VARCHAR",
  ["double precision"] = "DOUBLE_PRECISION", bit = "BIT", ["bit varying"] = "BIT",
  ["time without time zone"] = "TIME", ["time with time zone"] = "TIME",
  ["timestamp without time zone"] = "TIMESTAMP", ["timestamp with time zone"] = "TIMESTAMP",
}
-- Those whose classes have their names.
for name in ([[integer bigint smallint text numeric real boolean date interval bytea uuid json jsonb jsonpath inet cidr
  macaddr macaddr8 money oid regclass regconfig hstore citext tsvector tsquery int4range int8range numrange daterange
  tsrange tstzrange int4multirange int8multirange nummultirange datemultirange tsmultirange
  tstzmultirange]]):gmatch("%S+") do
  NAMES[name] = name:upper()
end

local type_of

local NAMED = [[t.typname AS name, n.nspname AS schema, pg_catalog.pg_type_is_visible(t.oid) AS visible]]
local FROM = [[ FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace ]]

local function enum_of(connection, text)
  local rows = connection:exec_driver_sql("SELECT e.enumlabel AS label, " .. NAMED .. FROM
    .. [[JOIN pg_catalog.pg_enum e ON t.oid = e.enumtypid
WHERE pg_catalog.format_type(t.oid, NULL) = $1 ORDER BY e.enumsortorder]], {text}):all()
  if #rows == 0 then return nil end
  local labels = {}
  for i, row in ipairs(rows) do labels[i] = row.label end
  labels[#labels + 1] = {name = rows[1].name, schema = not rows[1].visible and rows[1].schema or nil}
  return dialect_types.ENUM(compat.unpack(labels))
end

local function domain_of(connection, text)
  local row = connection:exec_driver_sql("SELECT pg_catalog.format_type(t.typbasetype, t.typtypmod) AS base, "
    .. "l.collname AS collation, (SELECT y.nspname FROM pg_catalog.pg_namespace y WHERE y.oid = l.collnamespace "
    .. "AND NOT pg_catalog.pg_collation_is_visible(l.oid)) AS collation_schema, "
    .. "t.typnotnull AS not_null, t.typdefault AS dflt, k.conname AS constraint_name, "
    .. "pg_catalog.pg_get_constraintdef(k.oid, true) AS definition, " .. NAMED .. FROM
    .. [[JOIN pg_catalog.pg_type base ON base.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_collation l ON l.oid = t.typcollation AND l.oid <> base.typcollation
LEFT JOIN pg_catalog.pg_constraint k ON k.contypid = t.oid AND k.contype = 'c'
WHERE t.typtype = 'd' AND pg_catalog.format_type(t.oid, NULL) = $1 ORDER BY k.conname]], {text}):first()
  if not row then return nil end
  local check = row.definition and row.definition:match("^CHECK %((.*)%)$")
  return dialect_types.DOMAIN(row.name, type_of(connection, row.base), {
    schema = not row.visible and row.schema or nil, default = row.dflt, not_null = row.not_null or nil,
    constraint_name = row.constraint_name, check = check, create_type = false, collation = row.collation,
    collation_schema = row.collation_schema,
  })
end

local function user_type(connection, text, column)
  local found = enum_of(connection, text) or domain_of(connection, text)
  if found then return found end
  if column then err.warn(("Did not recognize type '%s' of column '%s'"):format(text, column)) end
  return type_class.named("NullType", "")()
end

--- The type of that name; column: whose it is, for the warning where there is none.
--- @param connection lualchemy.Connection
--- @param text string
--- @param column? string
function type_of(connection, text, column)
  local element = text:match("^(.*)%[%]$")
  if element then return dialect_types.ARRAY(type_of(connection, element, column)) end
  local word, arguments = text:gsub("%b()", ""), text:match("%b()") or ""
  local fields = word:match("^interval (.+)$")
  local name = fields and "INTERVAL" or NAMES[word]
  if not name then return user_type(connection, text, column) end
  local make, numbers = dialect_types[name] or api[name], {}
  for n in arguments:gmatch("%d+") do numbers[#numbers + 1] = tonumber(n) end
  if word:find("^time") then
    return make{timezone = word:find("with time zone", 1, true) ~= nil, precision = numbers[1]}
  elseif name == "INTERVAL" then
    return make{precision = numbers[1], fields = fields}
  elseif word == "bit varying" then
    return make(numbers[1], {varying = true})
  end
  if #numbers == 0 then return make() end
  return make(compat.unpack(numbers))
end

--- The type of a column with a collation of its own; schema: of the collation, if it is not found without.
local function collated(t, collation, schema)
  if not collation or not type_class.of("STRING"):is(t) then return t end
  return params.fill(type_class.class_of(t), core.with(t, {}), {collation = collation, collation_schema = schema})
end

local function is_domain(t) return dialect_types.DOMAIN:is(t) end

return {type_of = type_of, collated = collated, is_domain = is_domain}
