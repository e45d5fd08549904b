--- What a table of SQLite is made of: PRAGMAs, and the names of constraints from the text of its CREATE TABLE.
local compat = require "lualchemy.compat"
local api = require "lualchemy.sql.api"
local type_class = require "lualchemy.sql.type_class"

local reflect = {}

local function quote(name) return '"' .. name:gsub('"', '""') .. '"' end

local function rows(connection, what, name, schema)
  local prefix = schema and quote(schema) .. "." or ""
  return connection:exec_driver_sql(("PRAGMA %s%s(%s)"):format(prefix, what, quote(name))):all()
end

local function create_sql(connection, name, schema)
  local prefix = schema and quote(schema) .. "." or ""
  local sql = "SELECT sql FROM %ssqlite_master WHERE name = ? AND type IN ('table', 'view')"
  return connection:exec_driver_sql(sql:format(prefix), {name}):scalar() or ""
end

-- ---- types ----

local ALIASES = {BOOL = "BOOLEAN", INT = "INTEGER", DOUBLE = "DOUBLE", DATETIME_CHAR = "DATETIME", DATE_CHAR = "DATE",
  TIME_CHAR = "TIME", ["DOUBLE PRECISION"] = "DOUBLE_PRECISION"}
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
  local name = KNOWN[word] and word or by_affinity(word)
  if not name then return type_class.named("NullType", "")() end
  local numbers = {}
  for n in (KNOWN[word] and arguments or ""):gmatch("%d+") do numbers[#numbers + 1] = tonumber(n) end
  if #numbers == 0 then return api[name]() end
  return api[name](compat.unpack(numbers))
end

-- ---- columns and keys ----

function reflect.get_columns(connection, name, schema)
  local list = {}
  for _, row in ipairs(rows(connection, "table_xinfo", name, schema)) do
    if row.hidden ~= 1 then
      list[#list + 1] = {name = row.name, type = type_of(row.type or ""), nullable = row.notnull == 0,
        default = row.dflt_value, primary_key = row.pk}
    end
  end
  return #list > 0 and list or nil
end

--- Calls fn(name or nil, text behind the keyword) for each KEYWORD of the text.
local function each_constraint(sql, keyword, fn)
  local upper, at = sql:upper(), 1
  while true do
    local from, to = upper:find("%f[%w]" .. keyword .. "%s*%f[(]", at)
    if not from then return end
    fn(sql:sub(1, from - 1):match('[Cc][Oo][Nn][Ss][Tt][Rr][Aa][Ii][Nn][Tt]%s+"?([^"%s]+)"?%s+$'), sql:sub(to + 1))
    at = to + 1
  end
end

function reflect.get_pk_constraint(connection, name, schema)
  local keys = {}
  for _, row in ipairs(rows(connection, "table_info", name, schema)) do
    if row.pk > 0 then keys[row.pk] = row.name end
  end
  local named
  each_constraint(create_sql(connection, name, schema), "PRIMARY%s+KEY", function(of) named = of end)
  return {constrained_columns = keys, name = #keys > 0 and named or nil}
end

--- The words "a, "b"" between parentheses as names.
local function names_in(text)
  local list = {}
  for piece in text:gsub("^%(", ""):gsub("%)$", ""):gmatch("[^,]+") do
    list[#list + 1] = piece:match('^%s*"?(.-)"?%s*$')
  end
  return list
end

local function same(a, b)
  if #a ~= #b then return false end
  for i = 1, #a do
    if a[i]:lower() ~= b[i]:lower() then return false end
  end
  return true
end

local OPTIONS = {on_update = "onupdate", on_delete = "ondelete"}

local function foreign_key_names(sql)
  local named = {}
  each_constraint(sql, "FOREIGN%s+KEY", function(name, rest)
    named[#named + 1] = {name = name, columns = names_in(rest:match("^%b()") or "")}
  end)
  return function(columns)
    for _, entry in ipairs(named) do
      if same(entry.columns, columns) then return entry.name end
    end
  end
end

function reflect.get_foreign_keys(connection, name, schema)
  local by_id, list, name_of = {}, {}, foreign_key_names(create_sql(connection, name, schema))
  for _, row in ipairs(rows(connection, "foreign_key_list", name, schema)) do
    local key = by_id[row.id]
    if not key then
      key = {constrained_columns = {}, referred_schema = schema, referred_table = row.table, referred_columns = {},
        options = {}}
      by_id[row.id] = key
      for from, to in pairs(OPTIONS) do
        if row[from] and row[from] ~= "NO ACTION" then key.options[to] = row[from] end
      end
      table.insert(list, 1, key)
    end
    table.insert(key.constrained_columns, row.from)
    table.insert(key.referred_columns, row.to or row.from)
  end
  for _, key in ipairs(list) do key.name = name_of(key.constrained_columns) end
  return list
end

-- ---- indexes and constraints ----

function reflect.get_indexes(connection, name, schema)
  local list = {}
  for _, row in ipairs(rows(connection, "index_list", name, schema)) do
    if not row.name:find("^sqlite_autoindex") then
      local columns = {}
      for i, column in ipairs(rows(connection, "index_info", row.name, schema)) do columns[i] = column.name end
      list[#list + 1] = {name = row.name, column_names = columns, unique = row.unique, dialect_options = {}}
    end
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

function reflect.get_unique_constraints(connection, name, schema)
  local list = {}
  local sql = create_sql(connection, name, schema)
  each_constraint(sql, "UNIQUE", function(named, rest)
    list[#list + 1] = {name = named, column_names = names_in(rest:match("^%b()") or "")}
  end)
  for line in sql:gmatch("[^\n,]+") do
    local column = line:upper():find("%f[%w]UNIQUE%s*$") and line:match('^%s*"?([%w_]+)"?%s')
    if column and column:upper() ~= "CONSTRAINT" then list[#list + 1] = {column_names = {column}} end
  end
  return list
end

function reflect.get_check_constraints(connection, name, schema)
  local list = {}
  each_constraint(create_sql(connection, name, schema), "CHECK", function(named, rest)
    list[#list + 1] = {name = named, sqltext = (rest:match("^%b()") or "()"):sub(2, -2)}
  end)
  return list
end

function reflect.get_view_definition(connection, name, schema)
  return create_sql(connection, name, schema)
end

return reflect
