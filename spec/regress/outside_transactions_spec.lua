-- What SQLite does not do within a transaction begins none.
local la = require "lualchemy"

describe("ATTACH, DETACH and VACUUM", function()
  local STATEMENTS = {"VACUUM", "ATTACH DATABASE ':memory:' AS other", "DETACH DATABASE other"}

  it("run on connections of SQLite", function()
    la.create_engine("sqlite://"):connect(function(connection)
      for _, sql in ipairs(STATEMENTS) do connection:execute(la.text(sql)) end
    end)
  end)

  it("run on its raw cursors", function()
    local raw = la.create_engine("sqlite://"):raw_connection()
    for _, sql in ipairs(STATEMENTS) do raw:cursor():execute(sql) end
    raw:close()
  end)
end)
