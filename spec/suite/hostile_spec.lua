-- Every hostile string in every position: what comes back is what went in, and nothing else is executed.
local support = require "spec.support"
local hostile = require "spec.support.hostile"

for db in support.databases() do
  describe("hostile strings in " .. db.name .. ", as", function()
    local bench
    setup(function() bench = hostile.open(db) end)
    teardown(function() hostile.close(bench) end)

    for _, position in ipairs(hostile.positions) do
      if not position.only or position.only == db.name then
        it(position.name, function() hostile.try_all(bench, position) end)
      end
    end
  end)
end
