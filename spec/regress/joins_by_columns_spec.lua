-- A join without a left side begins at the FROM that has all columns of its ON clause.
local la = require "lualchemy"

describe("where a join begins", function()
  local q, lines = la.table("q", la.column("b")), la.table("lines", la.column("price"))
  local first = la.select(q.c.b, lines.c.price)

  it("is not known where a function as a column has columns of neither", function()
    assert.error_matches(function()
      return first:join(q, la.func.array_agg(la.column("free")):column_valued()):compile()
    end, "Can't determine which FROM clause")
    assert.equal("SELECT q.b, lines.price \nFROM lines JOIN q ON anon_1",
      first:join(q, la.func.array_agg(1):column_valued()):compile().string)
  end)

  it("is found where a function in FROM has columns of its own", function()
    local rows = la.func.rows():table_valued("t0")
    assert.error_matches(function() -- what the join is then about is for correlate() to say
      return la.select(q.c.b, lines.c.price):join(rows, la.exists(q.c.b):where(rows.c.t0)):compile()
    end, "returned no FROM clauses due to auto%-correlation")
  end)

  it("does not depend on what a SELECT in the ON clause is correlated to", function()
    local t, other = la.table("t", la.column("two")), la.select(lines.c.price):subquery()
    local on = la.exists(t.c.two):correlate(other)
    assert.equal("SELECT t.two, q.b \nFROM t LEFT OUTER JOIN q ON EXISTS (SELECT t.two \nFROM t)",
      la.select(t.c.two, q.c.b):outerjoin(q, on):compile().string)
  end)
end)
