--- Drivers: which module serves a URL, and what a new connection of each database needs.
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local drivers = {}

--- dialect -> driver module and what to install if it is not there.
local BACKENDS = {
  sqlite = {driver = "sqlite3", package = "libsqlite3 (Debian: libsqlite3-dev)"},
  postgresql = {driver = "libpq", package = "libpq (Debian: libpq-dev)"},
  mock = {driver = "mock", dialect = "sqlite", package = "the mock driver"},
}
--- Databases whose SQL can be compiled, but not yet sent.
local COMPILE_ONLY = {mysql = true, mariadb = true, mssql = true, oracle = true}
local CIPHER = {driver = "sqlcipher", package = "SQLCipher (Debian: libsqlcipher-dev)"}
--- The Python drivers' names, accepted in URLs: for the driver that is there, be it an asynchronous one in Python or
--- not, or for one of its own.
local ALIASES = {
  sqlite = {pysqlite = true, aiosqlite = true, sqlite3 = true, pysqlcipher = CIPHER, sqlcipher = CIPHER},
  postgresql = {psycopg2 = true, psycopg = true, psycopg_async = true, psycopg2cffi = true, asyncpg = true,
    pg8000 = true, libpq = true},
  mock = {mock = true},
}

local loaded = {}

--- Loads a driver's module once; false and what was wrong if it is not there.
function drivers.register(name)
  if loaded[name] then return true end
  local ok, module = pcall(require, "lualchemy.driver." .. name)
  if not ok then return false, module end
  core.register_driver(module)
  loaded[name] = true
  return true
end

--- Loads the driver for the URL; returns its name and that of the dialect.
function drivers.load(url)
  local backend, named = core.url_backend(url), core.url_driver(url)
  if backend == "postgres" then backend = "nosuch" end
  local entry = BACKENDS[backend]
  if not entry then
    if COMPILE_ONLY[backend] then
      err.raise("NotSupportedError",
        "connecting to %s is not supported: statements can be compiled for it (stmt:compile{dialect = \"%s\"}), "
        .. "but there is no driver", backend, backend)
    end
    err.raise("NoSuchModuleError", "Can't load plugin: sqlalchemy.dialects:%s; there are sqlite and postgresql",
      tostring(core.url_backend(url)))
  end
  local alias = not named or ALIASES[backend][named]
  if not alias then err.raise("NoSuchModuleError", "Can't load plugin: sqlalchemy.dialects:%s.%s", backend, named) end
  if type(alias) == "table" then entry = alias end
  local ok, e = drivers.register(entry.driver)
  if not ok then
    err.raise("NoSuchModuleError", "the driver for %s is not installed: install %s and build Lualchemy again (%s)",
      url.drivername, entry.package, tostring(e):match("^[^\n]*"))
  end
  return entry.driver, entry.dialect or backend
end

-- ---- new connections ----

--- REGEXP and floor(), which SQLAlchemy gives to SQLite.
local function sqlite_functions(dbapi)
  local last, search
  dbapi:create_function("regexp", 2, function(pattern, value)
    if value == nil or pattern == nil then return nil end
    if pattern ~= last then
      last, search = pattern, require("lualchemy.dialects.sqlite.regexp").searcher(pattern)
    end
    return search(tostring(value))
  end, {deterministic = true})
  dbapi:create_function("floor", 1, function(n) return n and math.floor(n) end, {deterministic = true})
end

local SQLITE_LEVELS = {"READ UNCOMMITTED", "SERIALIZABLE", "AUTOCOMMIT"}
local LEVELS = {
  sqlite = SQLITE_LEVELS,
  postgresql = {"AUTOCOMMIT", "READ COMMITTED", "READ UNCOMMITTED", "REPEATABLE READ", "SERIALIZABLE"},
}

--- The isolation levels of a dialect.
function drivers.levels(dialect)
  local levels = LEVELS[dialect.name]
  if levels then return levels end
  err.raise("NotImplementedError", "isolation levels of %s are not known: nothing connects to it", dialect.name)
end

local function level_named(engine, level)
  local levels = drivers.levels(engine.dialect)
  local name = type(level) == "string" and level:gsub("_", " "):upper()
  for _, known in ipairs(levels) do
    if name == known then return name end
  end
  err.raise("ArgumentError", "Invalid value '%s' for isolation_level. Valid isolation levels for '%s' are %s",
    name or tostring(level), engine.dialect.name, table.concat(levels, ", "))
end

--- Further properties of PostgreSQL's transactions: option, field, how it is said, how it is denied.
local CHARACTERISTICS = {
  {"postgresql_readonly", "_readonly", " READ ONLY", " READ WRITE"},
  {"postgresql_deferrable", "_deferrable", " DEFERRABLE", " NOT DEFERRABLE"},
}

--- How PostgreSQL's transactions begin, by what the connection was told; nil: as usual.
local function begin_sql(dbapi)
  if dbapi._isolation == "AUTOCOMMIT" then return nil end
  local sql = dbapi._isolation and (" ISOLATION LEVEL " .. dbapi._isolation) or ""
  for _, row in ipairs(CHARACTERISTICS) do
    local wanted = dbapi[row[2]]
    if wanted ~= nil then sql = sql .. (wanted and row[3] or row[4]) end
  end
  return sql ~= "" and "BEGIN" .. sql or nil
end

--- Sets what the execution options say of transactions besides their isolation; true if they do.
function drivers.set_characteristics(engine, dbapi, options)
  local set = false
  for _, row in ipairs(engine.dialect.name == "postgresql" and CHARACTERISTICS or {}) do
    if options[row[1]] ~= nil then
      dbapi[row[2]], set = options[row[1]] and true or false, true
    end
  end
  if set then dbapi._begin_sql = begin_sql(dbapi) end
  return set
end

--- Sets the isolation level of a driver's connection; "AUTOCOMMIT" sends no BEGIN.
function drivers.set_isolation_level(engine, dbapi, level)
  level = level_named(engine, level)
  if engine.dialect.name == "postgresql" then
    dbapi._isolation = level
    dbapi._begin_sql = begin_sql(dbapi)
  elseif level ~= "AUTOCOMMIT" then
    dbapi:_simple("PRAGMA read_uncommitted = " .. (level == "READ UNCOMMITTED" and 1 or 0))
  end
  dbapi._isolation = level
end

--- As it was when the connection was new.
function drivers.reset_isolation_level(engine, dbapi)
  dbapi._readonly, dbapi._deferrable = nil, nil
  if engine._isolation_level then return drivers.set_isolation_level(engine, dbapi, engine._isolation_level) end
  if engine.dialect.name == "sqlite" then drivers.set_isolation_level(engine, dbapi, "SERIALIZABLE") end
  dbapi._isolation, dbapi._begin_sql = nil, nil
end

--- The first row of a query.
local function values(dbapi, sql)
  local cursor = dbapi:cursor():execute(sql)
  local row = cursor:fetchone()
  cursor:close()
  return row or {}
end

local function scalar(dbapi, sql) return values(dbapi, sql)[1] end

--- The level that is in force: the database's, which knows nothing of AUTOCOMMIT.
function drivers.get_isolation_level(engine, dbapi)
  if dbapi._isolation and dbapi._isolation ~= "AUTOCOMMIT" then return dbapi._isolation end
  if engine.dialect.name == "sqlite" then
    return scalar(dbapi, "PRAGMA read_uncommitted") == 1 and "READ UNCOMMITTED" or "SERIALIZABLE"
  end
  return tostring(scalar(dbapi, "show transaction isolation level")):upper()
end

function drivers.default_isolation_level(engine, dbapi)
  if engine.dialect.name == "sqlite" then return "SERIALIZABLE" end
  return tostring(scalar(dbapi, "show default_transaction_isolation")):upper()
end

--- What every new connection needs.
function drivers.on_connect(engine, dbapi)
  if engine.dialect.name == "sqlite" then sqlite_functions(dbapi) end
  if engine._isolation_level then drivers.set_isolation_level(engine, dbapi, engine._isolation_level) end
end

local function version_of(driver, number)
  if driver == "libpq" then
    if number >= 100000 then return {math.floor(number / 10000), number % 10000} end
    return {math.floor(number / 10000), math.floor(number / 100) % 100, number % 100}
  end
  return {math.floor(number / 1000000), math.floor(number / 1000) % 1000, number % 1000}
end

--- Learns from the first connection what the dialect must know of the server.
function drivers.initialize(engine, dbapi)
  local number = dbapi.conn:server_version()
  if number > 0 then engine.dialect.server_version_info = version_of(engine._driver, number) end
  local client = dbapi.conn:client_version()
  if client > 0 then rawset(engine.dialect, "dbapi_version", version_of(engine._driver, client)) end
  core.dialect_connected(engine.dialect.core)
  local length, max = engine.dialect.label_length, engine.dialect.max_identifier_length
  if length and length > max then
    err.raise("ArgumentError", "Label length of %d is greater than this dialect's maximum identifier length of %d",
      length, max)
  end
  if engine.dialect.name == "postgresql" then
    local said = values(dbapi, "select current_schema(), current_setting('standard_conforming_strings'), "
      .. "current_setting('default_transaction_isolation')")
    engine.dialect.default_schema_name = said[1]
    if said[2] == "off" then engine.dialect._backslash_escapes = true end
    rawset(engine.dialect, "default_isolation_level", said[3]:upper())
  elseif engine.dialect.name == "sqlite" then
    engine.dialect.default_schema_name = "main"
    rawset(engine.dialect, "default_isolation_level", "SERIALIZABLE")
  end
end

return drivers
