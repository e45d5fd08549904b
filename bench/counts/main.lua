--- Runs one operation for callgrind, which counts what happens inside of bench_timed alone.
--   lua bench/counts/main.lua           prints how often each is run, and its name
--   lua bench/counts/main.lua NUMBER    runs the operation so often
-- The collector stands still while an operation runs: when it steps in depends on what was there before.
package.path = "./?.lua;" .. package.path
local probe = require "bench.probe"

local RUNS = 5

local START = "require and first query"

local function start()
  local la = require "lualchemy"
  return la.create_engine("sqlite://"):connect(function(conn) return conn:execute(la.text("SELECT 1")):scalar() end)
end

--- A collection cuts the stack to what is in use: whether an operation must make it longer would depend on what was
-- there before.
local unpack = table.unpack or rawget(_G, "unpack") -- luacheck: ignore 143
local function lengthen_stack() return select("#", unpack({}, 1, 1000)) end

local function run(operation, before)
  if before then before() end
  collectgarbage()
  collectgarbage("stop")
  lengthen_stack()
  probe.timed(operation)
  collectgarbage("restart")
end

local number = tonumber(arg[1])
if number == 1 then
  run(start)
  return
end

local operations = {{START}}
for _, name in ipairs{"core", "orm"} do
  for _, one in ipairs(require("bench.counts." .. name)) do operations[#operations + 1] = one end
end
if not number then
  for i, one in ipairs(operations) do print(i == 1 and 1 or RUNS, one[1]) end
  return
end

local operation, before = operations[number][2]()
-- What is made once is made, and what is cached is there.
for _ = 1, 3 do
  if before then before() end
  operation()
end
for _ = 1, RUNS do run(operation, before) end
