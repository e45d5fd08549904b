-- Every hostile string in every position: what comes back is what went in, and nothing else is executed. Each Lua
-- takes every fourth string, one further on in each position: together they try them all (`make fuzz`: each does).
local support = require "spec.support"
local hostile = require "spec.support.hostile"
local la = require "lualchemy"

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

describe("the bench of hostile strings", function()
  local bench, statement
  setup(function()
    for db in support.databases() do
      bench = bench or hostile.open(db)
    end
    statement = hostile.strings.entry("a statement", "'; UPDATE canary SET v = 'dead'; --")
  end)
  teardown(function() hostile.close(bench) end)

  local function try(run) return hostile.try(bench, {name = "here", kind = "value", run = run}, statement) end

  it("notices that another statement was executed", function()
    assert.equal("another statement was executed", try(function(_, s)
      bench.conn:exec_driver_sql("UPDATE canary SET v = 'dead'")
      return s
    end))
  end)

  it("notices what comes back as something else", function()
    assert.matches("came back as", try(function(_, s) return s .. " " end), 1, true)
    assert.is_nil(try(function(_, s) return s end))
  end)

  it("notices what is refused for no reason, or by no error of the library", function()
    assert.matches("refused: ", try(function() error(la.exc.ArgumentError("no")) end), 1, true)
    assert.matches("an error of no class: ", try(function() error("no", 0) end), 1, true)
  end)

  it("notices that a string has become SQL", function()
    assert.is_not_nil(try(function(_, s) return bench.conn:exec_driver_sql("SELECT '" .. s .. "'"):scalar() end))
  end)

  it("notices what is left in the catalogue", function()
    local ok, e = pcall(hostile.try_all, bench, {name = "here", kind = "value", run = function(_, s)
      bench.conn:exec_driver_sql("CREATE TABLE IF NOT EXISTS left_behind (id INTEGER)")
      bench.conn:commit()
      return s
    end}, 1)
    assert.is_false(ok)
    assert.equal("the catalogue has changed", e)
    bench.conn:exec_driver_sql("DROP TABLE left_behind")
    bench.conn:commit()
  end)
end)
