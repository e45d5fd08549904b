--- The catalogue of PostgreSQL.
local catalogue = {}

local function scalar(connection, sql, ...)
  return connection:exec_driver_sql(sql, {...}):scalar()
end

local RELATION = [[
SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = $1 AND c.relkind = ANY (string_to_array($2, ',')) AND ]]

--- Tables, foreign and with partitions, and views.
local RELATIONS = "r,p,f,v,m"

local function exists(connection, name, kinds, schema)
  if schema then return scalar(connection, RELATION .. "n.nspname = $3", name, kinds, schema) ~= nil end
  return scalar(connection, RELATION .. "pg_catalog.pg_table_is_visible(c.oid)", name, kinds) ~= nil
end

function catalogue.has_table(connection, name, schema) return exists(connection, name, RELATIONS, schema) end

--- Which of these relations there are, with one question: {name = true}.
function catalogue.existing(connection, wanted, schema)
  local literal = {}
  for i, name in ipairs(wanted) do
    literal[i] = '"' .. name:gsub('[\\"]', "\\%0") .. '"'
  end
  local sql = RELATION:gsub("c.relname = %$1", "c.relname = ANY ($1::name[])")
  local given, filter = {"{" .. table.concat(literal, ",") .. "}", RELATIONS}, "pg_catalog.pg_table_is_visible(c.oid)"
  if schema then given[3], filter = schema, "n.nspname = $3" end
  local out = {}
  for _, name in ipairs(connection:exec_driver_sql(sql .. filter, given):scalars():all()) do out[name] = true end
  return out
end

function catalogue.has_sequence(connection, name, schema) return exists(connection, name, "S", schema) end

function catalogue.has_type(connection, name, schema)
  local sql = "SELECT t.typname FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace "
    .. "WHERE t.typname = $1 AND "
  if schema then return scalar(connection, sql .. "n.nspname = $2", name, schema) ~= nil end
  return scalar(connection, sql .. "pg_catalog.pg_type_is_visible(t.oid)", name) ~= nil
end

local function names(connection, kinds, schema, temporary)
  local sql = [[
SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = ANY (string_to_array($1, ',')) AND c.relpersistence ]] .. (temporary and "=" or "!=") .. " 't' AND "
  if schema then
    return connection:exec_driver_sql(sql .. "n.nspname = $2 ORDER BY c.relname", {kinds, schema}):scalars():all()
  end
  return connection:exec_driver_sql(sql
    .. "pg_catalog.pg_table_is_visible(c.oid) AND n.nspname != 'pg_catalog' ORDER BY c.relname",
    {kinds}):scalars():all()
end

function catalogue.get_table_names(connection, schema) return names(connection, "r,p", schema) end
function catalogue.get_view_names(connection, schema) return names(connection, "v", schema) end
function catalogue.get_materialized_view_names(connection, schema) return names(connection, "m", schema) end
function catalogue.get_temp_table_names(connection) return names(connection, "r,p", nil, true) end
function catalogue.get_temp_view_names(connection) return names(connection, "v", nil, true) end
function catalogue.get_foreign_table_names(connection, schema) return names(connection, "f", schema) end
function catalogue.get_sequence_names(connection, schema) return names(connection, "S", schema) end

function catalogue.get_schema_names(connection)
  local sql = "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname NOT LIKE 'pg\\_%' ORDER BY nspname"
  return connection:exec_driver_sql(sql):scalars():all()
end

function catalogue.get_table_oid(connection, name, schema)
  local sql = "SELECT c.oid::bigint FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
    .. "ON n.oid = c.relnamespace WHERE c.relkind = ANY (string_to_array('r,p,f,v,m', ',')) AND c.relname = $1 AND "
  local oid = schema and scalar(connection, sql .. "n.nspname = $2", name, schema)
    or not schema and scalar(connection, sql .. "pg_catalog.pg_table_is_visible(c.oid)", name)
  return oid or require("lualchemy.core").null
end

-- ---- named types ----

--- What a query about types says of the schemas that it is about.
local function of_schema(schema)
  if schema == "*" then return "true", {} end
  if schema then return "n.nspname = $1", {schema} end
  return "pg_catalog.pg_type_is_visible(t.oid)", {}
end

function catalogue.get_enums(connection, schema)
  local where, parameters = of_schema(schema)
  local rows = connection:exec_driver_sql([[
SELECT t.typname, n.nspname, pg_catalog.pg_type_is_visible(t.oid), e.enumlabel
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid
WHERE t.typtype = 'e' AND ]] .. where .. " ORDER BY n.nspname, t.typname, e.enumsortorder", parameters):all()
  local out, last = {}, nil
  for _, row in ipairs(rows) do
    if not last or last.name ~= row[1] or last.schema ~= row[2] then
      last = {name = row[1], schema = row[2], visible = row[3], labels = {}}
      out[#out + 1] = last
    end
    last.labels[#last.labels + 1] = row[4]
  end
  return out
end

local DOMAINS = [[
SELECT t.typname, n.nspname, pg_catalog.pg_type_is_visible(t.oid), pg_catalog.format_type(t.typbasetype, t.typtypmod),
  NOT t.typnotnull, t.typdefault, nullif(l.collname, 'default'), c.conname, pg_catalog.pg_get_constraintdef(c.oid, true)
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_collation l ON l.oid = t.typcollation
LEFT JOIN pg_catalog.pg_constraint c ON c.contypid = t.oid AND c.contype = 'c'
WHERE t.typtype = 'd' AND ]]

function catalogue.get_domains(connection, schema)
  local where, parameters = of_schema(schema)
  local rows = connection:exec_driver_sql(DOMAINS .. where .. " ORDER BY n.nspname, t.typname, c.conname",
    parameters):all()
  local out, last = {}, nil
  for _, row in ipairs(rows) do
    if not last or last.name ~= row[1] or last.schema ~= row[2] then
      last = {name = row[1], schema = row[2], visible = row[3], type = row[4]:gsub("%(.-%)", ""), nullable = row[5],
        default = row[6], collation = row[7], constraints = {}}
      out[#out + 1] = last
    end
    local check = row[9] and (row[9]:match("^CHECK %(%((.*)%)%)$") or row[9]:match("^CHECK %((.*)%)$"))
    if row[8] then last.constraints[#last.constraints + 1] = {name = row[8], check = check} end
  end
  return out
end

return catalogue
