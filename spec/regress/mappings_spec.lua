-- A result that was told more about its rows still gives mappings.
local la = require "lualchemy"

describe("mappings()", function()
  it("gives mappings, whatever else the result was told", function()
    la.create_engine("sqlite://"):connect(function(conn)
      local function result() return conn:execute(la.text("SELECT 1 AS a, 2 AS b")):mappings() end
      for _, told in ipairs{result(), result():unique(), result():yield_per(1), result():columns("b")} do
        local row = told:one()
        assert.is_true(la.RowMapping:is(row))
        assert.equal(2, row.b)
      end
    end)
  end)
end)
