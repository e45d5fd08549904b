-- The ninth and later columns of a SELECT were told apart only from the first: names that repeated one of the others
-- got no label of their own.
local la = require "lualchemy"

describe("column names that repeat", function()
  it("are told apart however many columns there are", function()
    local meta = la.MetaData()
    local function of(name)
      local columns = {}
      for i = 1, 12 do columns[i] = la.Column("c" .. i, la.Integer) end
      return la.Table(name, meta, require("lualchemy.compat").unpack(columns))
    end
    local a, b = of "a", of "b"
    local names = {}
    for name in tostring(la.select(a, b)):gmatch("AS (%S+)[, \n]") do names[#names + 1] = (name:gsub(",", "")) end
    local expected = {}
    for i = 1, 12 do expected[i] = "c" .. i .. "_1" end
    assert.are.same(expected, names)
  end)
end)
