--- Plays one job once, for all participants in Lua, and prints what came of it: lines of a key, a tab and a value.
--   lua bench/player.lua PLAYER SUITE JOB N
-- PLAYER is a module of bench/ that answers suites with jobs. The database is in BENCH_URL; the statements
-- that make an SQLite database in memory are in the file BENCH_SETUP; BENCH_FILE may be written as a database.
package.path = "./?.lua;./?/init.lua;" .. package.path
local probe = require "bench.probe"

local player, suite, name, n = arg[1], arg[2], arg[3], tonumber(arg[4])

local function put(key, value) io.write(key, "\t", tostring(value), "\n") end

local function setup()
  local statements = {}
  if not os.getenv("BENCH_SETUP") then return statements end
  for line in io.lines(os.getenv("BENCH_SETUP")) do statements[#statements + 1] = line end
  return statements
end

local bench = {
  url = os.getenv("BENCH_URL") or "sqlite",
  file = os.getenv("BENCH_FILE"),
  setup = setup,
  n = n,
  put = put,
  allocated = probe.allocated,
  timed = probe.timed,
}
bench.postgresql = bench.url ~= "sqlite"

local function timed(seconds, work, ...)
  put("work", ("%.6f"):format(work))
  put("seconds", ("%.6f"):format(seconds))
  return ...
end

--- Runs and times what a job is about. What it makes before and looks at afterwards is not timed.
function bench.time(fn)
  collectgarbage()
  collectgarbage()
  local shown = tonumber(os.getenv("BENCH_SAMPLE"))
  if not shown then return timed(probe.timed(fn)) end
  local found
  require("bench.sample").run(function() found = {fn()} end, shown)
  return found[1], found[2], found[3]
end

local jobs = require("bench." .. player)[suite]
if jobs and jobs[name] then
  put("check", jobs[name](bench) or "nothing")
else
  put("absent", "no such job")
end
