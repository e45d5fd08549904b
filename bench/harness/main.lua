--- bench/run: plays what is asked for and prints it.
package.path = "./?.lua;" .. package.path
local options = require("bench.harness.options")(arg)
local participants = require "bench.harness.participants"
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
if options.db.sqlite then databases[1] = {name = "sqlite", dialect = "sqlite", url = "sqlite", inside = true} end
if options.db.postgresql and os.getenv("LA_TEST_PG") then
  databases[#databases + 1] = {name = "postgresql", dialect = "postgresql", url = os.getenv("LA_TEST_PG")}
end

local function wanted(suite, job)
  local jobs = options.jobs
  return not jobs or jobs[suite.name] or jobs[job.name] or jobs[suite.name .. "." .. job.name]
end

local who = participants.present(options.only)
local all, failed = results.read(), false
for _, db in ipairs(databases) do
  for _, suite in ipairs(suites) do
    local n = math.max(1, math.floor(suite.size * options.scale))
    local header
    for _, job in ipairs(suite) do
      if wanted(suite, job) then
        header = header or table_of.header(db, suite, n, who)
        local found = rounds(db, suite, job, who, options.rounds, n)
        for _, one in ipairs(who) do
          local result = found[one.name]
          if result.wrong then
            failed = true
            print(("%s.%s: %s did something else: %s"):format(suite.name, job.name, one.name, result.wrong))
          elseif result.seconds then
            result.n = n
            results.set(all, db.name, suite.name, job.name, one.name, result)
          end
        end
        table_of.row(job, who, found)
        results.write(all)
      end
    end
  end
end
if failed then os.exit(1) end
