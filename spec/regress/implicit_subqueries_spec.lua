-- A SELECT that stands where a FROM is meant is one subquery, however often it is named.
local la = require "lualchemy"

describe("a SELECT in the place of a FROM", function()
  local pg = la.table("pg", la.column("nums"), la.column("x"))

  it("is the subquery that its columns are of", function()
    local inner = la.select(pg.c.x)
    assert.equal("SELECT anon_1.x \nFROM (SELECT pg.x AS x \nFROM pg) AS anon_1",
      la.select(inner.c.x):select_from(inner):compile().string)
  end)

  it("is what a SELECT within is correlated to", function()
    local inner = la.select(pg.c.x):distinct()
    assert.equal("SELECT \nFROM (SELECT DISTINCT pg.x AS x \nFROM pg) AS anon_1 \nWHERE EXISTS (SELECT * \n"
      .. "FROM pg \nWHERE anon_1.x = pg.nums)",
      la.select():select_from(inner):where(la.exists():where(inner.c.x:eq(pg.c.nums)):select_from(pg)):compile().string)
  end)
end)

describe("unique_params()", function()
  it("gives a FROM one copy, also where a function as a column names it", function()
    local sub = la.select(la.bindparam("p", "abc"):label("c0")):subquery()
    local stmt = la.select():select_from(sub):where(la.func.coalesce(sub.c.c0):scalar_table_valued("v"))
    assert.equal("SELECT \nFROM (SELECT :p_1 AS c0) AS anon_1 \nWHERE (coalesce(anon_1.c0)).v",
      stmt:unique_params():compile().string)
  end)
end)
