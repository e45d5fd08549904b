--- What a table of PostgreSQL is made of.
local compat = require "lualchemy.compat"
local api = require "lualchemy.sql.api"
local core = require "lualchemy.core"
local type_class = require "lualchemy.sql.type_class"
local dialect_types = require "lualchemy.dialects.postgresql.types"

local reflect = {}

local FROM = [[
 pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace]]

local function where(schema)
  return " c.relname = $1 AND " .. (schema and "n.nspname = $2" or "pg_catalog.pg_table_is_visible(c.oid)")
end

local function ask(connection, sql, name, schema)
  return connection:exec_driver_sql(sql .. "", schema and {name, schema} or {name}):all()
end

-- ---- types ----

local NAMES = {
  integer = "INTEGER", bigint = "BIGINT", smallint = "SMALLINT", ["character varying"] = "VARCHAR", character = "CHAR",
  text = "TEXT", numeric = "NUMERIC", real = "REAL", ["double precision"] = "DOUBLE_PRECISION", boolean = "BOOLEAN",
  date = "DATE", ["time without time zone"] = "TIME", ["time with time zone"] = "TIME",
  ["timestamp without time zone"] = "TIMESTAMP", ["timestamp with time zone"] = "TIMESTAMP", interval = "INTERVAL",
  bytea = "BYTEA", uuid = "UUID", json = "JSON", jsonb = "JSONB", inet = "INET", cidr = "CIDR", macaddr = "MACADDR",
  bit = "BIT", ["bit varying"] = "BIT", money = "MONEY", oid = "OID", hstore = "HSTORE", tsvector = "TSVECTOR",
  int4range = "INT4RANGE", int8range = "INT8RANGE", numrange = "NUMRANGE", daterange = "DATERANGE",
  tsrange = "TSRANGE", tstzrange = "TSTZRANGE", name = "TEXT",
}

local function enum_labels(connection, text)
  local sql = [[SELECT e.enumlabel AS label, t.typname AS name, n.nspname AS schema,
  pg_catalog.pg_type_is_visible(t.oid) AS visible FROM pg_catalog.pg_enum e
  JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE pg_catalog.format_type(t.oid, NULL) = $1 ORDER BY e.enumsortorder]]
  return connection:exec_driver_sql(sql, {text}):all()
end

local function user_type(connection, text)
  local rows, labels = enum_labels(connection, text), {}
  if #rows == 0 then return type_class.named("NullType", "")() end
  for i, row in ipairs(rows) do labels[i] = row.label end
  labels[#labels + 1] = {name = rows[1].name, schema = not rows[1].visible and rows[1].schema or nil}
  return dialect_types.ENUM(compat.unpack(labels))
end

local function type_of(connection, text)
  local element = text:match("^(.*)%[%]$")
  if element then return dialect_types.ARRAY(type_of(connection, element)) end
  local word, arguments = text:gsub("%b()", ""), text:match("%b()") or ""
  local name = NAMES[word]
  if not name then return user_type(connection, text) end
  local make = dialect_types[name] or api[name]
  local numbers = {}
  for n in arguments:gmatch("%d+") do numbers[#numbers + 1] = tonumber(n) end
  if word:find("^time") then
    return make{timezone = word:find("with time zone", 1, true) ~= nil, precision = numbers[1]}
  end
  if #numbers == 0 then return make() end
  return make(compat.unpack(numbers))
end

-- ---- columns ----

function reflect.get_columns(connection, name, schema)
  local sql = [[SELECT a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
  pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS default, a.attnotnull AS not_null, a.attidentity::text AS identity,
  a.attgenerated::text AS generated, pg_catalog.col_description(c.oid, a.attnum) AS comment FROM]] .. FROM .. [[
 JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE]] .. where(schema)
    .. " ORDER BY a.attnum"
  local list = {}
  for i, row in ipairs(ask(connection, sql, name, schema)) do
    local computed = row.generated ~= ""
    list[i] = {name = row.name, type = type_of(connection, row.type), nullable = not row.not_null,
      comment = row.comment,
      default = not computed and row.default or nil,
      autoincrement = row.identity ~= "" or (row.default or ""):find("^nextval") ~= nil}
    if computed then list[i].computed = {sqltext = row.default, persisted = true} end
    if row.identity ~= "" then list[i].identity = {always = row.identity == "a"} end
  end
  return #list > 0 and list or nil
end

-- ---- constraints ----

local function constraints(connection, name, schema, kind)
  local sql = [[SELECT con.conname AS name, pg_catalog.obj_description(con.oid, 'pg_constraint') AS comment,
  ARRAY(SELECT a.attname::text FROM unnest(con.conkey) WITH ORDINALITY AS k(num, at)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.num ORDER BY k.at) AS columns,
  ARRAY(SELECT a.attname::text FROM unnest(con.confkey) WITH ORDINALITY AS k(num, at)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.num ORDER BY k.at) AS referred,
  r.relname AS referred_table, rn.nspname AS referred_schema, pg_catalog.pg_table_is_visible(r.oid) AS visible,
  con.confupdtype::text AS on_update, con.confdeltype::text AS on_delete, con.condeferrable AS deferrable,
  con.condeferred AS deferred, pg_catalog.pg_get_constraintdef(con.oid, true) AS definition FROM]] .. FROM .. [[
 JOIN pg_catalog.pg_constraint con ON con.conrelid = c.oid LEFT JOIN pg_catalog.pg_class r ON r.oid = con.confrelid
 LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace WHERE con.contype = ']] .. kind .. "' AND"
    .. where(schema) .. " ORDER BY con.conname"
  return ask(connection, sql, name, schema)
end

function reflect.get_pk_constraint(connection, name, schema)
  local row = constraints(connection, name, schema, "p")[1]
  if not row then return {constrained_columns = {}} end
  return {constrained_columns = row.columns, name = row.name, comment = row.comment}
end

local ACTIONS = {r = "RESTRICT", c = "CASCADE", n = "SET NULL", d = "SET DEFAULT"}

function reflect.get_foreign_keys(connection, name, schema)
  local list = {}
  for i, row in ipairs(constraints(connection, name, schema, "f")) do
    local options = {onupdate = ACTIONS[row.on_update], ondelete = ACTIONS[row.on_delete]}
    if row.deferrable then options.deferrable = true end
    if row.deferred then options.initially = "DEFERRED" end
    local referred_schema = (schema == row.referred_schema or not row.visible) and row.referred_schema or nil
    list[i] = {name = row.name, constrained_columns = row.columns, referred_schema = referred_schema,
      referred_table = row.referred_table, referred_columns = row.referred, options = options, comment = row.comment}
  end
  return list
end

function reflect.get_unique_constraints(connection, name, schema)
  local list = {}
  for i, row in ipairs(constraints(connection, name, schema, "u")) do
    list[i] = {name = row.name, column_names = row.columns, comment = row.comment}
  end
  return list
end

function reflect.get_check_constraints(connection, name, schema)
  local list = {}
  for i, row in ipairs(constraints(connection, name, schema, "c")) do
    list[i] = {name = row.name, sqltext = row.definition:match("^CHECK%s*%((.*)%)"), comment = row.comment}
  end
  return list
end

local INDEXES = [[SELECT i.relname AS name, x.indisunique AS is_unique, con.conname AS of_constraint,
  am.amname AS method,
  pg_catalog.pg_get_expr(x.indpred, x.indrelid) AS predicate, x.indnkeyatts AS keys,
  ARRAY(SELECT a.attname::text FROM generate_series(1, x.indnatts) AS k
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = nullif(x.indkey[k - 1], 0)
    ORDER BY k) AS columns,
  ARRAY(SELECT pg_catalog.pg_get_indexdef(x.indexrelid, k, true) FROM generate_series(1, x.indnkeyatts) AS k
    ORDER BY k) AS texts,
  ARRAY(SELECT x.indoption[k - 1]::int FROM generate_series(1, x.indnkeyatts) AS k ORDER BY k) AS sorting
  FROM]] .. FROM .. [[
 JOIN pg_catalog.pg_index x ON x.indrelid = c.oid AND NOT x.indisprimary
 JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
 JOIN pg_catalog.pg_am am ON am.oid = i.relam
 LEFT JOIN pg_catalog.pg_constraint con ON con.conindid = x.indexrelid AND con.contype IN ('p', 'u', 'x') WHERE]]

--- What pg_index.indoption says: descending, NULLs where they are not by themselves.
local SORTING = {[1] = {"desc", "nulls_last"}, [2] = {"nulls_first"}, [3] = {"desc"}}

local function index_of(row)
  local index = {name = row.name, unique = row.is_unique, column_names = {}, include_columns = {},
    duplicates_constraint = row.of_constraint}
  for i, column in ipairs(row.columns) do
    local sorting = SORTING[row.sorting[i]]
    if i > row.keys then
      table.insert(index.include_columns, column)
    else
      index.column_names[i] = column
      if column ~= core.null then row.texts[i] = column else index.expressions = row.texts end
      if sorting and column ~= core.null then
        index.column_sorting = index.column_sorting or {}
        index.column_sorting[column] = sorting
      end
    end
  end
  index.dialect_options = {postgresql_include = index.include_columns, postgresql_where = row.predicate,
    postgresql_using = row.method ~= "btree" and row.method or nil}
  return index
end

function reflect.get_indexes(connection, name, schema)
  local list = {}
  for i, row in ipairs(ask(connection, INDEXES .. where(schema) .. " ORDER BY i.relname", name, schema)) do
    list[i] = index_of(row)
  end
  return list
end

function reflect.get_table_comment(connection, name, schema)
  local rows = ask(connection, "SELECT pg_catalog.obj_description(c.oid, 'pg_class') AS text FROM" .. FROM .. " WHERE"
    .. where(schema), name, schema)
  return rows[1] and {text = rows[1].text}
end

function reflect.get_view_definition(connection, name, schema)
  local rows = ask(connection, "SELECT pg_catalog.pg_get_viewdef(c.oid) AS text FROM" .. FROM .. " WHERE"
    .. where(schema), name, schema)
  return rows[1] and rows[1].text
end

return reflect
