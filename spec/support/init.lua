-- What the specs share: fresh databases, processes of their own, temporary folders, comparing SQL.
local support = {}

support.compiles = require "spec.support.compiles"

-- The interpreter that runs the specs, and its name ("luajit").
support.lua = os.getenv("LA_TEST_LUA") or arg and arg[-1] or "lua"
support.lua_name = os.getenv("LA_TEST_NAME") or support.lua:match("[^/]+$")

--- A word for the shell.
function support.quote(word) return "'" .. tostring(word):gsub("'", "'\\''") .. "'" end

local function execute(command)
  local pipe = assert(io.popen("( " .. command .. "\n) 2>&1; echo \"\n$?\"", "r"))
  local output, status = pipe:read("*a"):match("^(.*)\n(%d+)\n$")
  pipe:close()
  return output, tonumber(status)
end

--- Runs a shell command. Returns what it printed (on both channels) and its exit status.
-- The runtime of the sanitizers, which the interpreter may need, is kept from it.
function support.sh(command) return execute("unset LD_PRELOAD\n" .. command) end

--- Runs a Lua program in a fresh process of the same interpreter with the same modules: {file = path} or
-- {source = text}. `options.args` are its arguments, `options.env` its environment in addition. Returns as `sh` does.
function support.run(program, options)
  options = options or {}
  local words = {"env"}
  for name, value in pairs(options.env or {}) do words[#words + 1] = support.quote(name .. "=" .. value) end
  words[#words + 1] = support.quote(support.lua)
  if program.source then words[#words + 1] = "-e " .. support.quote(program.source) end
  if program.file then words[#words + 1] = support.quote(program.file) end
  for _, word in ipairs(options.args or {}) do words[#words + 1] = support.quote(word) end
  return execute(table.concat(words, " ") .. " </dev/null")
end

--- Calls fn with the path of a new folder that is removed afterwards.
function support.with_folder(fn)
  local folder = support.sh("mktemp -d"):match("%S+")
  local ok, err = pcall(fn, folder)
  support.sh("rm -rf " .. support.quote(folder))
  if not ok then error(err, 0) end
end

--- The URL of the PostgreSQL database for tests, nil where there is none.
function support.pg_url() return os.getenv("LA_TEST_PG") end

-- Connections that an earlier test left in a transaction would keep the schema from being dropped.
local EMPTY = [[psql -qX -v ON_ERROR_STOP=1 %s -c "select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and state like 'idle in transaction%%'" \
  -c "set client_min_messages = error" -c "drop schema public cascade" -c "create schema public" >/dev/null]]

local Database = {}
Database.__index = Database

--- Drops what can be read of the database.
local function drop_all(url)
  local la = require "lualchemy"
  local engine, metadata = la.create_engine(url, {poolclass = la.NullPool}), la.MetaData()
  engine:begin(function(conn)
    for _, name in ipairs(la.inspect(conn):get_view_names()) do conn:execute(la.schema.DropView(name)) end
  end)
  metadata:reflect(engine)
  metadata:drop_all(engine)
  engine:dispose()
end

--- Empties the database. Returns its URL. SQLite's is in memory: each connection's own.
function Database:fresh()
  if self.given then
    drop_all(self.url)
  elseif self.name == "postgresql" then
    local output, status = support.sh(EMPTY:format(support.quote(self.url)))
    assert(status == 0, output)
  end
  return self.url
end

local capabilities = require "spec.support.capabilities"

--- Names of LA_TEST_WITHOUT: what the database lacks besides.
local function without()
  local names = {}
  for name in (os.getenv "LA_TEST_WITHOUT" or ""):gmatch("[^%s,]+") do
    assert(capabilities[name], "LA_TEST_WITHOUT: no capability is named " .. name)
    names[name] = true
  end
  return names
end

--- Has the database what spec.support.capabilities calls by that name?
function Database:has(name)
  local has = assert(capabilities[name], "no capability is named " .. name)
  if without()[name] then return false end
  if not self.dialect then
    local engine = require("lualchemy").create_engine(self.url)
    engine:connect(function() end)
    self.dialect = engine.dialect
    engine:dispose()
  end
  return has(self.dialect) and true or false
end

--- In a test, which gives the `pending` of busted: it is left out, and counted by the capability's name, where the
-- database lacks one of these.
function Database:needs(pending, ...)
  for _, name in ipairs{...} do
    if not self:has(name) then pending("lacks " .. name) end
  end
end

--- A new engine on the emptied database, with options as for create_engine.
function Database:engine(options) return require("lualchemy").create_engine(self:fresh(), options or {}) end

--- Iterates over the databases to run a spec on:
--    for db in support.databases() do describe(db.name, function() local engine = db:engine() … end) end
-- `db.name` is the dialect's. Without a server PostgreSQL is pending. LA_TEST_URL names one that is run on alone: it is
-- emptied.
function support.databases()
  local list = {setmetatable({name = "sqlite", url = "sqlite://"}, Database)}
  local given = os.getenv "LA_TEST_URL"
  if given then
    local name = require("lualchemy").make_url(given):get_backend_name()
    list = {setmetatable({name = name, url = given, given = true}, Database)}
  elseif support.pg_url() then
    list[2] = setmetatable({name = "postgresql", url = support.pg_url()}, Database)
  else
    require("busted").pending("needs PostgreSQL (LA_TEST_PG)")
  end
  local i = 0
  return function()
    i = i + 1
    return list[i]
  end
end

return support
