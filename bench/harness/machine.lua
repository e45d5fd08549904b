--- What the results were measured on: the machine, and the versions of everything that took part.
local participants = require "bench.harness.participants"

local output = participants.output

local function line(command) return (output(command .. " | head -n 1")) end

local function package(name) return line("dpkg-query -W -f '${Version}' " .. name) end

local machine = {}

--- @param who table[] participants with their labels
--- @return string[] lines of a list
function machine.describe(who)
  local python = participants.python
  local lines = {
    ("%s, %s processors, %s MB of memory; %s, %s"):format(
      line("sed -n 's/^model name[^:]*: //p' /proc/cpuinfo"), line("nproc"),
      line("free -m | awk '/^Mem/ { print $2 }'"),
      line("sed -n 's/^PRETTY_NAME=\"\\(.*\\)\"/\\1/p' /etc/os-release"), line("uname -sm")),
    ("gcc %s -O3; SQLite %s, one library for all; PostgreSQL %s over TCP on the loopback, fsync off; libpq %s"):format(
      line("gcc -dumpfullversion"), package("libsqlite3-0"), package("postgresql-15"), package("libpq5")),
    ("%s, LuaJIT %s, %s, psycopg2 %s"):format(line("lua5.4 -v | cut -d' ' -f1,2"), package("luajit"),
      line(python .. " -V"), line(python .. " -c 'import psycopg2; print(psycopg2.__version__)'")),
  }
  for _, one in ipairs(who) do
    if not one.ours then lines[#lines + 1] = ("%s: %s"):format(one.name, one.label) end
  end
  return lines
end

return machine
