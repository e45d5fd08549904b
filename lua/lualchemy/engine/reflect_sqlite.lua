--- What a table of SQLite is made of: PRAGMAs, and the names of constraints from the text of its CREATE TABLE.
local compat = require "lualchemy.compat"
local api = require "lualchemy.sql.api"
local ddl = require "lualchemy.engine.sqlite_ddl"
local err = require "lualchemy.error"
local reflect_text = require "lualchemy.engine.reflect_text"
local type_class = require "lualchemy.sql.type_class"

local reflect = {}

local function quote(name) return '"' .. name:gsub('"', '""') .. '"' end

local catalogue = require "lualchemy.engine.catalogue_sqlite"
local rows = catalogue.pragma

--- The text of the statement that made a table, view or index.
local function create_sql(connection, name, schema, types)
  local masters = schema and {quote(schema) .. ".sqlite_master"} or {"sqlite_master", "sqlite_temp_master"}
  for _, master in ipairs(masters) do
    local sql = ("SELECT sql FROM %s WHERE name = ? AND type IN (%s)"):format(master, types or "'table', 'view'")
    local text = connection:exec_driver_sql(sql, {name}):scalar()
    if text then return text end
  end
  return ""
end

-- ---- types ----

local ALIASES = {BOOL = "BOOLEAN", INT = "INTEGER", DOUBLE = "DOUBLE", DATETIME_CHAR = "DATETIME", DATE_CHAR = "DATE",
  TIME_CHAR = "TIME"}
local KNOWN = {}
for word in ([[BIGINT BLOB BOOLEAN CHAR DATE DATETIME DECIMAL DOUBLE DOUBLE_PRECISION FLOAT INTEGER JSON NUMERIC REAL
  SMALLINT TEXT TIME TIMESTAMP VARCHAR NVARCHAR]]):gmatch("%S+") do KNOWN[word] = true end

--- SQLite's own rule for names that it does not know.
local function by_affinity(word)
  if word:find("INT", 1, true) then return "INTEGER" end
  if word:find("CHAR", 1, true) or word:find("CLOB", 1, true) or word:find("TEXT", 1, true) then return "TEXT" end
  if word:find("BLOB", 1, true) or word == "" then return nil end
  if word:find("REAL", 1, true) or word:find("FLOA", 1, true) or word:find("DOUB", 1, true) then return "REAL" end
  return "NUMERIC"
end

local function type_of(text)
  local word, arguments = text:match("^([%w_ ]*)(%b())")
  word = ((word or text):match("^%s*(.-)%s*$")):upper()
  word = ALIASES[word] or word
  if word == "JSONB" then return type_class.of("SQLITE_JSONB")() end
  local name = KNOWN[word] and word or by_affinity(word)
  if not name then return type_class.named("NullType", "")() end
  local numbers = {}
  for n in (arguments or ""):gmatch("%d+") do numbers[#numbers + 1] = tonumber(n) end
  if #numbers == 0 then return api[name]() end
  local ok, made = pcall(api[name], compat.unpack(numbers))
  if ok then return made end
  err.warn(("Could not instantiate type %s with reflected arguments %s; using no arguments."):format(name,
    table.concat(numbers, ", ")))
  return api[name]()
end

-- ---- columns and keys ----

--- What a generated column is computed from: PRAGMAs do not tell.
local function computed(sql, column, persisted)
  local upper, from = sql:upper(), 1
  while true do
    local at, behind = upper:find(column:upper(), from, true)
    if not at then return {sqltext = "", persisted = persisted} end
    local whole = not upper:find("^[%w_]", at - 1) and not upper:find("^[%w_]", behind + 1)
    local head = whole and upper:match("^[\"%]`]?([^,(]*)", behind + 1) or ""
    local text = sql:match("^[\"%]`]?[^,]-%f[%w][Aa][Ss]%s*(%b())", behind + 1)
    if text and head:find("%f[%w]AS%f[%W]") then return {sqltext = text:sub(2, -2), persisted = persisted} end
    from = behind + 1
  end
end

--- The values of `hidden` that mean a generated column: is it stored?
local GENERATED = {[2] = false, [3] = true}

function reflect.get_columns(connection, name, schema)
  local list, pragma = {}, catalogue.columns_pragma(connection)
  for _, row in ipairs(rows(connection, pragma, name, schema)) do
    local hidden = pragma == "table_xinfo" and row.hidden or 0
    if hidden ~= 1 then
      list[#list + 1] = {name = row.name, type = type_of(row.type or ""), nullable = row.notnull == 0,
        default = row.dflt_value, primary_key = row.pk}
      local stored = GENERATED[hidden]
      if stored ~= nil then
        list[#list].computed = computed(create_sql(connection, name, schema), row.name, stored)
      end
    end
  end
  return #list > 0 and list or nil
end

--- The constraints of that kind, as the text of the table has them.
local function constraints(connection, kind, name, schema)
  local list = {}
  for _, found in ipairs(ddl.constraints(create_sql(connection, name, schema))) do
    if found.kind == kind then list[#list + 1] = found end
  end
  return list
end

function reflect.get_pk_constraint(connection, name, schema)
  local keys = {}
  for _, row in ipairs(rows(connection, "table_info", name, schema)) do
    if row.pk > 0 then keys[row.pk] = row.name end
  end
  local found = constraints(connection, "primary", name, schema)[1]
  return {constrained_columns = keys, name = #keys > 0 and found and found.name or nil}
end

local function same(a, b)
  if #a ~= #b then return false end
  for i = 1, #a do
    if a[i]:lower() ~= b[i]:lower() then return false end
  end
  return true
end

local OPTIONS = {on_update = "onupdate", on_delete = "ondelete"}

--- Does the text that was found make that key? Text may leave out the columns referred to.
local function makes(found, key)
  return same(found.columns, key.constrained_columns)
    and (found.referred_table or ""):lower() == key.referred_table:lower()
    and (not found.referred_columns or same(found.referred_columns, key.referred_columns))
end

--- Adds to a foreign key what only the text of the table says; the number of the constraint, unless of a column.
local function complete(key, named)
  for i, found in ipairs(named) do
    if makes(found, key) then
      key.name, key.options.deferrable, key.options.initially = found.name, found.deferrable, found.initially
      return not found.inline and i or nil
    end
  end
end

--- Those of the table in the order of its text, then those of columns as the database tells them.
local function ordered(list, named)
  local place = {}
  for i, key in ipairs(list) do place[key] = complete(key, named) or #named + i end
  table.sort(list, function(a, b) return place[a] < place[b] end)
  return list
end

function reflect.get_foreign_keys(connection, name, schema)
  local by_id, list, named = {}, {}, constraints(connection, "foreign", name, schema)
  for _, row in ipairs(rows(connection, "foreign_key_list", name, schema)) do
    local key = by_id[row.id]
    if not key then
      key = {constrained_columns = {}, referred_schema = schema, referred_table = row.table, referred_columns = {},
        options = {}}
      by_id[row.id] = key
      for from, to in pairs(OPTIONS) do
        if row[from] and row[from] ~= "NO ACTION" then key.options[to] = row[from] end
      end
      list[#list + 1] = key
    end
    table.insert(key.constrained_columns, row.from)
    table.insert(key.referred_columns, row.to)
  end
  for _, key in ipairs(ordered(list, named)) do
    if #key.referred_columns == 0 then
      key.referred_columns = reflect.get_pk_constraint(connection, key.referred_table, schema).constrained_columns
    end
  end
  return list
end

-- ---- indexes and constraints ----

--- The condition of a partial index.
local function predicate(connection, name, schema)
  local text = create_sql(connection, name, schema, "'index'"):match("%)%s+[Ww][Hh][Ee][Rr][Ee]%s+(.+)")
  return text and api.text(reflect_text.as_it_is(text))
end

--- The columns of an index; nil if it is over expressions.
local function index_columns(connection, name, schema)
  local columns = {}
  for i, column in ipairs(rows(connection, "index_info", name, schema)) do
    if column.name == nil then
      err.warn("Skipped unsupported reflection of expression-based index " .. name)
      return nil
    end
    columns[i] = column.name
  end
  return columns
end

function reflect.get_indexes(connection, name, schema)
  local list = {}
  for _, row in ipairs(rows(connection, "index_list", name, schema)) do
    if not row.name:find("^sqlite_autoindex") then
      local columns = index_columns(connection, row.name, schema)
      local options = columns and row.partial == 1 and {sqlite_where = predicate(connection, row.name, schema)} or {}
      if columns then
        list[#list + 1] = {name = row.name, column_names = columns, unique = row.unique, dialect_options = options}
      end
    end
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

--- Those of the table come first, then those of single columns.
function reflect.get_unique_constraints(connection, name, schema)
  local list = {}
  for _, inline in ipairs{false, true} do
    for _, found in ipairs(constraints(connection, "unique", name, schema)) do
      if found.inline == inline then list[#list + 1] = {name = found.name, column_names = found.columns} end
    end
  end
  return list
end

--- By name; those without one come last.
function reflect.get_check_constraints(connection, name, schema)
  local list = {}
  for i, found in ipairs(constraints(connection, "check", name, schema)) do
    list[i] = {name = found.name, sqltext = found.text:match("^%s*(.-)%s*$"), at = i}
  end
  table.sort(list, function(a, b)
    local one, other = a.name or "~", b.name or "~"
    if one ~= other then return one < other end
    return a.at < b.at
  end)
  for _, check in ipairs(list) do check.at = nil end
  return list
end

function reflect.get_view_definition(connection, name, schema)
  local sql = create_sql(connection, name, schema)
  return sql:find("^%s*[Cc][Rr][Ee][Aa][Tt][Ee]%s+%a*%s*[Vv][Ii][Ee][Ww]%f[%W]") and sql or nil
end

return reflect
