-- Every hostile string in every position: what comes back is what went in, and nothing else is executed. Each Lua
-- takes every fourth string, one further on in each position: together they try them all (`make fuzz`: each does).
local support = require "spec.support"
local hostile = require "spec.support.hostile"

local nth = tonumber(os.getenv("LA_FUZZ_EVERY") or 4)
local first = ({["lua5.1"] = 0, ["lua5.4"] = 1, luajit = 2, ["lua5.3"] = 3})[support.lua_name] or 0

for db in support.databases() do
  describe("hostile strings in " .. db.name .. ", as", function()
    local bench
    setup(function()
      bench = hostile.open(db)
      bench.turn = first
    end)
    teardown(function() hostile.close(bench) end)

    for _, position in ipairs(hostile.positions) do
      if not position.only or position.only == db.name then
        it(position.name, function() hostile.try_all(bench, position, nth) end)
      end
    end
  end)
end
