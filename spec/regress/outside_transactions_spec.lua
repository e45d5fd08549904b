-- What SQLite does not do within a transaction begins none.
local la = require "lualchemy"

describe("ATTACH, DETACH and VACUUM", function()
  it("run on connections and raw cursors of SQLite", function()
    local engine = la.create_engine("sqlite://")
    local connection, raw = engine:connect(), engine:raw_connection()
    for _, sql in ipairs{"VACUUM", "ATTACH DATABASE ':memory:' AS other", "DETACH DATABASE other"} do
      connection:execute(la.text(sql))
      connection:rollback()
      raw:cursor():execute(sql)
    end
    raw:close()
    connection:close()
  end)
end)
