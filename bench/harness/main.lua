--- bench/run: plays what is asked for and prints it.
package.path = "./?.lua;" .. package.path
local options = require("bench.harness.options")(arg)
local participants = require "bench.harness.participants"
local report = require "bench.harness.report"
local results = require "bench.harness.results"
local rounds = require "bench.harness.rounds"
local suites = require "bench.jobs"
local table_of = require "bench.harness.table"

if options.list then
  for _, suite in ipairs(suites) do
    for _, job in ipairs(suite) do print(suite.name .. "." .. job.name) end
  end
  for _, one in ipairs(participants.all) do print(one.name) end
  return
end

local databases = {}
if options.report then options.db = {} end
if options.db.sqlite then databases[1] = {name = "sqlite", dialect = "sqlite", url = "sqlite", inside = true} end
if options.db.postgresql and os.getenv("LA_TEST_PG") then
  databases[#databases + 1] = {name = "postgresql", dialect = "postgresql", url = os.getenv("LA_TEST_PG")}
end

local function wanted(suite, job)
  local jobs = options.jobs
  return not jobs or jobs[suite.name] or jobs[job.name] or jobs[suite.name .. "." .. job.name]
end

local who = participants.present(options.only)
local all, failed = results.read(options.results), false

local ours = {}
for _, one in ipairs(who) do
  if one.ours then ours[#ours + 1] = one end
end

local function play(db, suite, job, players)
  local found = rounds(db, job, players, options.rounds)
  for _, one in ipairs(players) do
    local result = found[one.name]
    if result.wrong then
      failed = true
      print(("%s.%s: %s did something else: %s"):format(suite.name, job.name, one.name, result.wrong))
    elseif result.value then
      result.n = job.n
      results.set(all, db.name, suite.name, job.name, one.name, result)
    end
  end
  table_of.row(job, players, found)
  results.write(options.results, all)
end

for _, db in ipairs(databases) do
  for _, suite in ipairs(suites) do
    local begun, players = false, suite.ours and ours or who
    for _, job in ipairs(suite) do
      if wanted(suite, job) and (db.inside or not suite.inside) then
        job.n = math.max(1, math.floor(job.size * options.scale))
        begun = begun or table_of.header(db, suite, job, players)
        play(db, suite, job, players)
      end
    end
  end
end
if options.write then report.write(all, who, "bench/RESULTS.md") end
if failed then os.exit(1) end
