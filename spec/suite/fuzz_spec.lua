-- Random strings in random positions (spec/fuzz): LA_FUZZ_SEED and LA_FUZZ_COUNT, or some that are always the same.
local fuzz = require "spec.fuzz.hostile"
local support = require "spec.support"

local seed = tonumber(os.getenv "LA_FUZZ_SEED" or 1)
local count = tonumber(os.getenv "LA_FUZZ_COUNT" or 200)

describe("random strings", function()
  for db in support.databases() do
    it("come back from " .. db.name, function() assert.same({}, fuzz.database(db, seed, count)) end)
  end

  it("are no JSON, or come back from it", function() assert.same({}, fuzz.json(seed, count * 20)) end)
end)
