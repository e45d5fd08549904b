--- Writes bench/RESULTS.md from all results that are kept.
local machine = require "bench.harness.machine"
local results = require "bench.harness.results"
local suites = require "bench.jobs"

local report = {}

local TITLES = {
  ["lualchemy-lua5.4"] = "Lua 5.4", ["lualchemy-luajit"] = "LuaJIT", sqlalchemy = "SQLAlchemy (Debian)",
  ["sqlalchemy-checkout"] = "SQLAlchemy (checkout)", luadbi = "LuaDBI", luasql = "LuaSQL", c = "C",
  ["c-tables"] = "C into tables",
}

local function title(one)
  if one.opponent then return "SQLAlchemy " .. (one.label:match("SQLAlchemy (%S+)") or "") end
  return TITLES[one.name] or one.name:gsub("lualchemy%-", "")
end

local function shown(value)
  if value >= 100 then return ("%.0f"):format(value) end
  return (("%.3f"):format(value))
end

--- What all of the report needs: results, participants, the opponent.
local function context(all, who)
  local opponents, ours = {}, {}
  for _, one in ipairs(who) do
    if one.opponent then opponents[#opponents + 1] = one end
    if one.ours then ours[#ours + 1] = one end
  end
  return {all = all, who = who, ours = ours, opponents = opponents, verdicts = {}}
end

local function get(c, db, suite, job, name) return results.get(c.all, db, suite.name, job.name, name) end

--- Is the goal of the job reached by one of ours? nil where it has none, or where there is nothing to compare with.
local function reached(c, db, suite, job, one)
  local mine = get(c, db, suite, job, one.name)
  if not mine then return nil end
  if job.limit then return mine.value <= job.limit end
  local opponent = c.opponents[#c.opponents]
  local its = job.goal and opponent and get(c, db, suite, job, opponent.name)
  if its then return its.value / mine.value >= job.goal end
end

local function note(c, job, ok)
  local kind = job.class or "limit"
  c.verdicts[kind] = c.verdicts[kind] or {yes = 0, no = 0}
  local sum = c.verdicts[kind]
  if ok then sum.yes = sum.yes + 1 else sum.no = sum.no + 1 end
end

local function opponents_among(players)
  local found = {}
  for _, one in ipairs(players) do
    if one.opponent then found[#found + 1] = one end
  end
  return found
end

--- The row of a job: medians, ratios, goal, whether it is reached.
local function row(c, db, suite, job, players)
  local cells, found = {job.name}, false
  for _, one in ipairs(players) do
    local result = get(c, db, suite, job, one.name)
    found = found or result
    cells[#cells + 1] = result and shown(result.value) or ""
  end
  if not found then return nil end
  if suite.ours then return cells end
  for _, one in ipairs(c.ours) do
    for _, opponent in ipairs(opponents_among(players)) do
      local mine, its = get(c, db, suite, job, one.name), get(c, db, suite, job, opponent.name)
      cells[#cells + 1] = mine and its and ("%.1f"):format(its.value / mine.value) or ""
    end
  end
  cells[#cells + 1] = job.goal and "× " .. job.goal or job.limit and "≤ " .. job.limit or ""
  for _, one in ipairs(c.ours) do
    local ok = reached(c, db, suite, job, one)
    if ok ~= nil then note(c, job, ok) end
    cells[#cells + 1] = ok == nil and "" or ok and "yes" or "**no**"
  end
  return cells
end

local function header(c, suite, players)
  local cells = {"Job"}
  for _, one in ipairs(players) do cells[#cells + 1] = title(one) end
  if not suite.ours then
    for _, one in ipairs(c.ours) do
      for _, opponent in ipairs(opponents_among(players)) do
        cells[#cells + 1] = ("%s / %s"):format(title(opponent):gsub("SQLAlchemy ", ""), title(one))
      end
    end
    cells[#cells + 1] = "Goal"
    for _, one in ipairs(c.ours) do cells[#cells + 1] = title(one) .. " reaches it" end
  end
  return cells
end

local function put_table(out, head, rows)
  out("| ", table.concat(head, " | "), " |\n|", (" --- |"):rep(#head), "\n")
  for _, cells in ipairs(rows) do out("| ", table.concat(cells, " | "), " |\n") end
end

--- Only who has played in the suite has a column.
local function players_of(c, db, suite)
  local players = {}
  for _, one in ipairs(c.who) do
    for _, job in ipairs(suite) do
      if get(c, db, suite, job, one.name) then
        players[#players + 1] = one
        break
      end
    end
  end
  return players
end

local function size_of(c, db, suite)
  for _, job in ipairs(suite) do
    for _, one in ipairs(c.who) do
      local result = get(c, db, suite, job, one.name)
      if result then return result end
    end
  end
end

--- The size; and the full one, where this is a part of it.
local function size_text(suite, sample)
  return ("n = %d%s; "):format(sample.n, sample.n < suite.size and (" in place of %d"):format(suite.size) or "")
end

local function put_suite(c, out, db, suite)
  local players, rows = players_of(c, db, suite), {}
  local sample = size_of(c, db, suite)
  if not sample then return end
  for _, job in ipairs(suite) do rows[#rows + 1] = row(c, db, suite, job, players) end
  out(("\n### %s, %s\n\n"):format(suite.name, db == "sqlite" and "SQLite" or "PostgreSQL"))
  out(("%s; %smedians of %d.\n\n"):format(
    suite.unit or db == "sqlite" and "seconds of the process at work" or "seconds",
    suite.size and suite.size > 1 and size_text(suite, sample) or "", sample.rounds))
  put_table(out, header(c, suite, players), rows)
end

local KINDS = {
  {"orm", "every ORM job at least 6 times as fast as SQLAlchemy"},
  {"core", "every Core job at least 3 times as fast"},
  {"fetch", "fetching rows and reading their attributes at least 2 times as fast"},
  {"limit", "limits: an object at most 450 bytes; 1,000 classes in a second; start-up in 10 ms"},
}

local function put_goals(c, out)
  out("\n## Goals\n\n")
  local rows = {}
  for _, kind in ipairs(KINDS) do
    local sum = c.verdicts[kind[1]] or {yes = 0, no = 0}
    rows[#rows + 1] = {kind[2], ("%d of %d"):format(sum.yes, sum.yes + sum.no)}
  end
  for _, db in ipairs{"sqlite", "postgresql"} do
    local drivers = results.get(c.all, db, "bulk_inserts", "dbapi_raw", "luadbi")
    for _, one in ipairs(c.ours) do
      local mine = results.get(c.all, db, "bulk_inserts", "core_insert", one.name)
      if drivers and mine then
        rows[#rows + 1] = {("Core insert no slower than LuaDBI's prepared loop: %s, %s"):format(db, title(one)),
          ("%s (%s against %s)"):format(mine.value <= drivers.value and "yes" or "no", shown(mine.value),
            shown(drivers.value))}
      end
    end
  end
  put_table(out, {"Goal", "Reached, of jobs, databases and Luas"}, rows)
end

local INTRODUCTION = [[
# Results of the benchmark

Written by `make bench` (`bench/run --help` says how to run parts of it); it is measured anew rather than edited.

The jobs are those of SQLAlchemy's examples/performance with its sizes, and a few more: `bench/jobs.lua`. Each
participant plays each job in a process of its own, one after the other, round by round, so that a machine that changes
its pace does so for all. What a job did is looked at afterwards (counts, sums, texts); who did something else has no
figure. On SQLite, a database in memory, the time is that of the process at work; on PostgreSQL it is the time that
passes, the server's share included. Columns such as "2.0.52 / Lua 5.4" say how many times as fast Lualchemy is, or, in
tables of bytes, how many times as small. `dbapi_raw` and its like are the plain driver of each: SQLAlchemy's is
Python's sqlite3 or psycopg2. `orm_insert_returning` is new in SQLAlchemy 2.0.
]]

--- @param all table results
--- @param who table[] participants with their labels
--- @param path string the file that is written
function report.write(all, who, path)
  local c, body = context(all, who), {}
  local function out(...)
    for i = 1, select("#", ...) do body[#body + 1] = (select(i, ...)) end
  end
  for _, db in ipairs{"sqlite", "postgresql"} do
    for _, suite in ipairs(suites) do put_suite(c, out, db, suite) end
  end
  local tables = table.concat(body)
  body = {}
  out(INTRODUCTION, "\n## Machine and versions\n\n")
  for _, line in ipairs(machine.describe(who)) do out("- ", line, "\n") end
  put_goals(c, out)
  for _, extra in ipairs{(os.getenv("BUILD") or "build") .. "/bench/where.md", "bench/notes.md"} do
    local file = io.open(extra)
    if file then
      out("\n", file:read("*a"))
      file:close()
    end
  end
  out("\n## Tables\n", tables)
  local file = assert(io.open(path, "w"))
  file:write(table.concat(body))
  file:close()
end

return report
