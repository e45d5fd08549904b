--- Who plays: how each is started, and whether it is there.
local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

--- What a command prints, also as errors.
local function output(command)
  local pipe = io.popen(command .. " 2>&1")
  local text = pipe:read("*a")
  pipe:close()
  return (text:gsub("%s+$", ""))
end

local build = os.getenv("BUILD") or "build"
local python = os.getenv("PYTHON") or "/usr/bin/python3"
--- A checkout of SQLAlchemy, or the folder lib of one.
local checkout = os.getenv("SQLALCHEMY")
if checkout and checkout ~= "" then
  local path = quote(checkout)
  checkout = output(("test -d %s/lib && echo %s/lib || echo %s"):format(path, path, path))
end

local function lua(name, player)
  return ("scripts/with-lua %s %s bench/player.lua %s"):format(name, name, player)
end

--- Prints a version where all modules that a player needs are found.
local function lua_version(name, modules, expression)
  local program = ("for m in (%q):gmatch('%%S+') do require(m) end print('version ' .. %s)"):format(modules, expression)
  return ("scripts/with-lua %s %s -e %s"):format(name, name, quote(program))
end

local function python_path(lib)
  local path = lib and lib .. ":" .. (os.getenv("PYTHONPATH") or "") or ""
  return "env PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=" .. quote(path) .. " " .. quote(python)
end

local function sqlalchemy(name, lib)
  return {
    name = name, opponent = true,
    command = python_path(lib) .. " bench/python/player.py",
    version = python_path(lib) .. " bench/python/version.py",
  }
end

local list = {}
for _, name in ipairs{"lua5.4", "luajit", "lua5.1", "lua5.2", "lua5.3"} do
  list[#list + 1] = {
    name = "lualchemy-" .. name, ours = true, extra = name:find("^lua5%.[123]") and true,
    command = lua(name, "lualchemy"),
    version = lua_version(name, "lualchemy bench.probe", ("'Lualchemy, %s'"):format(name)),
  }
end
list[#list + 1] = sqlalchemy("sqlalchemy")
if checkout and checkout ~= "" then list[#list + 1] = sqlalchemy("sqlalchemy-checkout", checkout) end
local drivers = {
  {"luadbi", "DBI dbd.sqlite3", "'LuaDBI ' .. require('DBI')._VERSION"},
  {"luasql", "luasql.sqlite3", "require('luasql.sqlite3')._VERSION"},
}
for _, driver in ipairs(drivers) do
  list[#list + 1] = {
    name = driver[1],
    command = lua("lua5.4", "drivers." .. driver[1]),
    version = lua_version("lua5.4", driver[2] .. " bench.probe", driver[3]),
  }
end
list[#list + 1] = {
  name = "c-tables",
  command = lua("lua5.4", "drivers.fill"),
  version = lua_version("lua5.4", "bench.fill bench.probe", "'C that fills Lua tables'"),
}
local hand = build .. "/bench/hand"
list[#list + 1] = {name = "c", command = hand, version = "test -x " .. hand .. " && echo version a program in C"}

local participants = {all = list}

--- Those that are asked for, with their versions. Who is asked for by name must be there.
--- @param only table<string, boolean>? names
function participants.present(only)
  local present = {}
  for _, one in ipairs(list) do
    if only and only[one.name] or not only and not one.extra then
      local said = output(one.version)
      one.label = said:match("^version (.*)")
      if one.label then
        present[#present + 1] = one
      elseif only then
        error(one.name .. " does not run: " .. said, 0)
      else
        io.stderr:write(one.name, " is left out: ", said:match("[^\n]*"), "\n")
      end
    end
  end
  return present
end

participants.output = output
participants.quote = quote
participants.python = python
return participants
