-- LIMIT of UPDATE and DELETE on MySQL: what is no integer is refused, never left out.
local la = require "lualchemy"

describe("mysql_limit", function()
  local t = la.table("t", la.column("x"))
  local function text(limit)
    return la.delete(t):with_dialect_options{mysql_limit = limit}:compile{dialect = "mysql"}.string
  end

  it("is an integer, also one in a string", function()
    assert.equal("DELETE FROM t LIMIT 5", text(5))
    assert.equal("DELETE FROM t LIMIT 0", text(0))
    assert.equal("DELETE FROM t LIMIT 12", text("12"))
    assert.equal("DELETE FROM t", text(la.NULL))
  end)

  it("is nothing else", function()
    for _, limit in ipairs{"1; DROP TABLE t", "", "-", 2.5, true, t.c.x} do
      local ok, e = pcall(text, limit)
      assert.is_false(ok)
      assert.is_truthy(tostring(e):find("argument 'mysql_limit' must be an integer", 1, true))
    end
  end)
end)
