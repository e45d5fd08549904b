--- The catalogue of SQLite.
local catalogue = {}

local function quote(name) return '"' .. name:gsub('"', '""') .. '"' end

--- The PRAGMA about columns that tells most; before SQLite 3.31 nothing of generated columns.
function catalogue.columns_pragma(connection)
  local version = connection.dialect.server_version_info
  return version[1] == 3 and version[2] < 31 and "table_info" or "table_xinfo"
end

--- The rows of a PRAGMA about a table or an index: of that schema, else of `main` or, if there are none, of `temp`.
function catalogue.pragma(connection, what, name, schema)
  local prefixes = schema and {quote(schema)} or {"main", "temp"}
  for _, prefix in ipairs(prefixes) do
    local result = connection:exec_driver_sql(("PRAGMA %s.%s(%s)"):format(prefix, what, quote(name)))
    -- Before 3.16 a PRAGMA that finds nothing is no query.
    local rows = result.returns_rows and result:all() or {}
    if #rows > 0 then return rows end
  end
  return {}
end

local function is_attached(connection, schema)
  for _, name in ipairs(catalogue.get_schema_names(connection)) do
    if name == schema then return true end
  end
  return false
end

function catalogue.has_table(connection, name, schema)
  if schema and not is_attached(connection, schema) then return false end
  return #catalogue.pragma(connection, "table_info", name, schema) > 0
end

--- Which of these tables and views there are: {name = true}.
function catalogue.existing(connection, wanted, schema)
  local out = {}
  for _, name in ipairs(wanted) do out[name] = catalogue.has_table(connection, name, schema) or nil end
  return out
end

function catalogue.has_sequence() return false end

local WITHOUT_INTERNAL = " AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"

--- Names of that kind; with `internal` also those that SQLite keeps for itself.
local function names(kind, master)
  return function(connection, schema, internal)
    local prefix = schema and not master and (quote(schema) .. ".") or ""
    return connection:exec_driver_sql("SELECT name FROM " .. prefix .. (master or "sqlite_master") .. " WHERE type='"
      .. kind .. "'" .. (internal and "" or WITHOUT_INTERNAL) .. " ORDER BY name"):scalars():all()
  end
end

catalogue.get_table_names, catalogue.get_view_names = names("table"), names("view")
catalogue.get_temp_table_names = names("table", "sqlite_temp_master")
catalogue.get_temp_view_names = names("view", "sqlite_temp_master")

function catalogue.get_schema_names(connection)
  local out = {}
  for _, row in ipairs(connection:exec_driver_sql("PRAGMA database_list"):all()) do
    if row[2] ~= "temp" then out[#out + 1] = row[2] end
  end
  return out
end

return catalogue
