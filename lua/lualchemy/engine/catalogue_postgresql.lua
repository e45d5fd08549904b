--- The catalogue of PostgreSQL.
local catalogue = {}

local function scalar(connection, sql, ...)
  return connection:exec_driver_sql(sql, {...}):scalar()
end

local RELATION = [[
SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = $1 AND c.relkind = ANY (string_to_array($2, ',')) AND ]]

local function exists(connection, name, kinds, schema)
  if schema then return scalar(connection, RELATION .. "n.nspname = $3", name, kinds, schema) ~= nil end
  return scalar(connection, RELATION .. "pg_catalog.pg_table_is_visible(c.oid)", name, kinds) ~= nil
end

function catalogue.has_table(connection, name, schema) return exists(connection, name, "r,p,f,v,m", schema) end
function catalogue.has_sequence(connection, name, schema) return exists(connection, name, "S", schema) end

function catalogue.has_type(connection, name, schema)
  local sql = "SELECT t.typname FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace "
    .. "WHERE t.typname = $1 AND "
  if schema then return scalar(connection, sql .. "n.nspname = $2", name, schema) ~= nil end
  return scalar(connection, sql .. "pg_catalog.pg_type_is_visible(t.oid)", name) ~= nil
end

local function names(connection, kinds, schema)
  local sql = [[
SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = ANY (string_to_array($1, ',')) AND c.relpersistence != 't' AND ]]
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
function catalogue.get_sequence_names(connection, schema) return names(connection, "S", schema) end

function catalogue.get_schema_names(connection)
  local sql = "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname NOT LIKE 'pg\\_%' ORDER BY nspname"
  return connection:exec_driver_sql(sql):scalars():all()
end

return catalogue
