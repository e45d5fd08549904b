--- The catalogue of SQLite.
local catalogue = {}

local function quote(name) return '"' .. name:gsub('"', '""') .. '"' end

local function pragma(connection, what, name, schema)
  local prefixes = schema and {quote(schema)} or {"main", "temp"}
  for _, prefix in ipairs(prefixes) do
    local rows = connection:exec_driver_sql(("PRAGMA %s.%s(%s)"):format(prefix, what, quote(name))):all()
    if #rows > 0 then return rows end
  end
  return {}
end

function catalogue.has_table(connection, name, schema)
  return #pragma(connection, "table_info", name, schema) > 0
end

function catalogue.has_sequence() return false end

local function names(connection, kind, schema, master)
  local prefix = schema and (quote(schema) .. ".") or ""
  local sql = "SELECT name FROM %s%s WHERE type='%s' AND name NOT LIKE 'sqlite~_%%' ESCAPE '~' ORDER BY name"
  sql = sql:format(prefix, master or "sqlite_master", kind)
  return connection:exec_driver_sql(sql):scalars():all()
end

function catalogue.get_table_names(connection, schema) return names(connection, "table", schema) end
function catalogue.get_view_names(connection, schema) return names(connection, "view", schema) end
function catalogue.get_temp_table_names(connection) return names(connection, "table", nil, "sqlite_temp_master") end
function catalogue.get_temp_view_names(connection) return names(connection, "view", nil, "sqlite_temp_master") end

function catalogue.get_schema_names(connection)
  local out = {}
  for _, row in ipairs(connection:exec_driver_sql("PRAGMA database_list"):all()) do
    if row[2] ~= "temp" then out[#out + 1] = row[2] end
  end
  return out
end

return catalogue
