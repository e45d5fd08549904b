--- What a table of PostgreSQL is made of.
local core = require "lualchemy.core"
local types = require "lualchemy.engine.reflect_postgresql_type"

local reflect = {}

local FROM = [[
 pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace]]

local function where(schema)
  return " c.relname = $1 AND " .. (schema and "n.nspname = $2" or "pg_catalog.pg_table_is_visible(c.oid)")
end

local function ask(connection, sql, name, schema)
  return connection:exec_driver_sql(sql .. "", schema and {name, schema} or {name}):all()
end

-- ---- columns ----

local COLUMNS = [[SELECT a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
  pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS default, a.attnotnull AS not_null, a.attidentity::text AS identity,
  a.attgenerated::text AS generated, pg_catalog.col_description(c.oid, a.attnum) AS comment, l.collname AS collation,
  (SELECT y.nspname FROM pg_catalog.pg_namespace y WHERE y.oid = l.collnamespace
   AND NOT pg_catalog.pg_collation_is_visible(l.oid)) AS collation_schema,
  s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS minvalue, s.seqmax AS maxvalue, s.seqcache AS cache,
  s.seqcycle AS cycle FROM]] .. FROM .. [[
 JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
 LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation AND a.attcollation <> t.typcollation
 LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 LEFT JOIN pg_catalog.pg_depend x ON x.refobjid = c.oid AND x.refobjsubid = a.attnum AND x.deptype = 'i'
  AND x.refclassid = 'pg_catalog.pg_class'::regclass AND x.classid = 'pg_catalog.pg_class'::regclass
 LEFT JOIN pg_catalog.pg_sequence s ON s.seqrelid = x.objid WHERE]]

local IDENTITY = {"start", "increment", "minvalue", "maxvalue", "cache", "cycle"}

local function identity_of(row)
  local identity = {always = row.identity == "a"}
  for _, name in ipairs(IDENTITY) do identity[name] = row[name] end
  return identity
end

--- A sequence that the default of a column asks, within the schema that the table was looked for in.
local function in_schema(default, schema)
  if not default or not schema then return default end
  return (default:gsub("nextval%('([^'.]+)'", function(name) return ("nextval('\"%s\".%s'"):format(schema, name) end))
end

local function column_of(connection, row, schema)
  local computed = row.generated ~= ""
  local column = {name = row.name, nullable = not row.not_null, comment = row.comment,
    type = types.collated(types.type_of(connection, row.type, row.name), row.collation, row.collation_schema),
    default = not computed and in_schema(row.default, schema) or nil,
    autoincrement = row.identity ~= "" or (row.default or ""):find("^nextval") ~= nil}
  if computed then column.computed = {sqltext = row.default, persisted = true} end
  if row.identity ~= "" then column.identity = identity_of(row) end
  if types.is_domain(column.type) and column.default == nil and not computed then
    column.default = column.type.default
    column.nullable = column.nullable and not column.type.not_null
  end
  return column
end

function reflect.get_columns(connection, name, schema)
  local list = {}
  for i, row in ipairs(ask(connection, COLUMNS .. where(schema) .. " ORDER BY a.attnum", name, schema)) do
    list[i] = column_of(connection, row, schema)
  end
  return list
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
  con.condeferred AS deferred, con.confmatchtype = 'f' AS match_full,
  ARRAY(SELECT a.attname::text FROM generate_series(x.indnkeyatts + 1, x.indnatts) AS k
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[k - 1] ORDER BY k) AS included,
  coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false) AS nulls_not_distinct,
  pg_catalog.pg_get_constraintdef(con.oid, true) AS definition FROM]] .. FROM .. [[
 JOIN pg_catalog.pg_constraint con ON con.conrelid = c.oid LEFT JOIN pg_catalog.pg_class r ON r.oid = con.confrelid
 LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = con.conindid
 LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace WHERE con.contype = ']] .. kind .. "' AND"
    .. where(schema) .. " ORDER BY con.conname"
  return ask(connection, sql, name, schema)
end

function reflect.get_pk_constraint(connection, name, schema)
  local row = constraints(connection, name, schema, "p")[1]
  if not row then return {constrained_columns = {}} end
  return {constrained_columns = row.columns, name = row.name, comment = row.comment,
    dialect_options = {postgresql_include = row.included}}
end

local ACTIONS = {r = "RESTRICT", c = "CASCADE", n = "SET NULL", d = "SET DEFAULT"}

--- The schema that a foreign key is said to refer to: none for a table that the search path finds, unless that is not
-- to be looked at.
local function referred_schema(connection, row, schema, ignore_search_path)
  if ignore_search_path then
    return row.referred_schema ~= connection.dialect.default_schema_name and row.referred_schema or schema
  end
  return (schema == row.referred_schema or not row.visible) and row.referred_schema or nil
end

function reflect.get_foreign_keys(connection, name, schema, ignore_search_path)
  local list = {}
  for i, row in ipairs(constraints(connection, name, schema, "f")) do
    local columns_too = row.definition:match("ON DELETE (SET %u+ %b())")
    local options = {onupdate = ACTIONS[row.on_update], ondelete = columns_too or ACTIONS[row.on_delete]}
    if row.match_full then options.match = "FULL" end
    if row.deferrable then options.deferrable = true end
    if row.deferred then options.initially = "DEFERRED" end
    list[i] = {name = row.name, constrained_columns = row.columns, referred_table = row.referred_table,
      referred_schema = referred_schema(connection, row, schema, ignore_search_path), referred_columns = row.referred,
      options = options, comment = row.comment}
  end
  return list
end

function reflect.get_unique_constraints(connection, name, schema)
  local list = {}
  for i, row in ipairs(constraints(connection, name, schema, "u")) do
    list[i] = {name = row.name, column_names = row.columns, comment = row.comment, dialect_options = {
      postgresql_include = row.included, postgresql_nulls_not_distinct = row.nulls_not_distinct}}
  end
  return list
end

function reflect.get_check_constraints(connection, name, schema)
  local list = {}
  for i, row in ipairs(constraints(connection, name, schema, "c")) do
    local text, behind = row.definition:match("^CHECK%s*%((.*)%)([^)]*)$")
    list[i] = {name = row.name, sqltext = text, comment = row.comment}
    local options = {not_valid = behind:find("NOT VALID", 1, true) and true or nil,
      no_inherit = behind:find("NO INHERIT", 1, true) and true or nil}
    if next(options) ~= nil then list[i].dialect_options = options end
  end
  return list
end

local INDEXES = [[SELECT i.relname AS name, x.indisunique AS is_unique, con.conname AS of_constraint,
  am.amname AS method, i.reloptions AS storage,
  coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false) AS nulls_not_distinct,
  ARRAY(SELECT CASE WHEN o.opcdefault THEN NULL ELSE o.opcname::text END FROM generate_series(1, x.indnkeyatts) AS k
    JOIN pg_catalog.pg_opclass o ON o.oid = x.indclass[k - 1] ORDER BY k) AS classes,
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

--- {"fillfactor=50"} as {fillfactor = "50"}.
local function pairs_of(options)
  local out = {}
  for _, option in ipairs(options) do
    local name, value = option:match("^([^=]*)=(.*)$")
    out[name] = value
  end
  return out
end

--- The operator classes that are not those of their types, by element; nil: there are none.
local function classes_of(row)
  local out = {}
  for i, class in ipairs(row.classes) do
    if class ~= core.null then out[row.texts[i]] = class end
  end
  return next(out) ~= nil and out or nil
end

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
    postgresql_using = row.method ~= "btree" and row.method or nil,
    postgresql_with = row.storage and pairs_of(row.storage), postgresql_ops = classes_of(row),
    postgresql_nulls_not_distinct = row.nulls_not_distinct or nil}
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
