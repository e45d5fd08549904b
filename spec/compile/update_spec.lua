-- UPDATE and DELETE.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.String), la.column("c", la.Integer))
local u = la.table("u", la.column("x", la.Integer), la.column("y", la.String))

describe("UPDATE", function()
  compiles("all columns", la.update(t), {default = "UPDATE t SET a=:a, b=:b, c=:c"})
  compiles("values", la.update(t):values{b = "x", c = 3}, {
    default = "UPDATE t SET b=:b, c=:c",
    params = {b = "x", c = 3},
  })
  compiles("with a condition", la.update(t):values{b = "x"}:where(t.c.a:eq(5)), {
    default = "UPDATE t SET b=:b WHERE t.a = :a_1",
    params = {a_1 = 5, b = "x"},
  })
  compiles("with several", la.update(t):values{b = "x"}:where(t.c.a:gt(5), t.c.c:lt(3)):where(t.c.b:ne("y")), {
    default = "UPDATE t SET b=:b WHERE t.a > :a_1 AND t.c < :c_1 AND t.b != :b_1",
    params = {a_1 = 5, b = "x", b_1 = "y", c_1 = 3},
  })
  compiles("by the names of columns", la.update(t):values{b = "x"}:filter_by{a = 5}, {
    default = "UPDATE t SET b=:b WHERE t.a = :a_1",
    params = {a_1 = 5, b = "x"},
  })
  compiles("expressions", la.update(t):values{c = t.c.c + 1, b = la.func.lower(t.c.b)}, {
    default = "UPDATE t SET b=lower(t.b), c=(t.c + :c_1)",
    params = {c_1 = 1},
  })
  compiles("NULL", la.update(t):values{b = la.NULL}, {default = "UPDATE t SET b=:b"})
  compiles("in the given order", la.update(t):ordered_values({t.c.c, 1}, {"a", 2}), {
    default = "UPDATE t SET c=:c, a=:a",
    params = {a = 2, c = 1},
  })
  compiles("a subquery",
    la.update(t):values{c = la.select(la.func.max(u.c.x)):where(u.c.y:eq(t.c.b)):scalar_subquery()}, {
    default = "UPDATE t SET c=(SELECT max(u.x) AS max_1 FROM u WHERE u.y = t.b)",
  })
  compiles("as a method of the table", t:update():values{a = 1}, {
    default = "UPDATE t SET a=:a",
    params = {a = 1},
  })
  compiles("an alias", la.update(t:alias("z")):values{b = "x"}, {
    default = "UPDATE t AS z SET b=:b",
    oracle = "UPDATE t z SET b=:b",
    params = {b = "x"},
  })
  compiles("a name that values use already", la.update(t):values{a = 1}:where(t.c.a:eq(la.bindparam("a"))), {
    default = {fails = "Bind parameter 'a' conflicts with unique bind parameter of the same name"},
  })
  compiles("a column that does not exist", la.update(t):values{z = 1}, {
    default = {fails = "Unconsumed column names: z"},
  })
end)

describe("from other tables", function()
  compiles("a condition on another table", la.update(t):values{b = "x"}:where(t.c.a:eq(u.c.x)), {
    default = {fails = "This backend does not support multiple-table criteria within UPDATE"},
    sqlite = "UPDATE t SET b=:b FROM u WHERE t.a = u.x",
    postgresql = "UPDATE t SET b=:b FROM u WHERE t.a = u.x",
    mysql = "UPDATE t, u SET t.b=:b WHERE t.a = u.x",
    mssql = "UPDATE t SET b=:b FROM t, u WHERE t.a = u.x",
    params = {b = "x"},
  })
  compiles("values from it", la.update(t):values{b = u.c.y}:where(t.c.a:eq(u.c.x)), {
    default = {fails = "This backend does not support multiple-table criteria within UPDATE"},
    sqlite = "UPDATE t SET b=u.y FROM u WHERE t.a = u.x",
    postgresql = "UPDATE t SET b=u.y FROM u WHERE t.a = u.x",
    mysql = "UPDATE t, u SET t.b=u.y WHERE t.a = u.x",
    mssql = "UPDATE t SET b=u.y FROM t, u WHERE t.a = u.x",
  })
end)

describe("RETURNING and other parts", function()
  compiles("columns", la.update(t):values{b = "x"}:returning(t.c.a, t.c.b), {
    default = "UPDATE t SET b=:b RETURNING t.a, t.b",
    sqlite = "UPDATE t SET b=:b RETURNING a, b",
    mssql = "UPDATE t SET b=:b OUTPUT inserted.a, inserted.b",
    oracle = "UPDATE t SET b=:b RETURNING t.a, t.b INTO :ret_0, :ret_1",
    params = {b = "x"},
  })
  compiles("a prefix", la.update(t):values{b = "x"}:prefix_with("LOW_PRIORITY"), {
    default = "UPDATE LOW_PRIORITY t SET b=:b",
    params = {b = "x"},
  })
  compiles("a limit", la.update(t):values{b = "x"}:with_dialect_options{mysql_limit = 5}, {
    default = "UPDATE t SET b=:b",
    mysql = "UPDATE t SET b=:b LIMIT 5",
    params = {b = "x"},
  })
  compiles("of an alias, by another table", la.update(t:alias("z")):values{a = u.c.x}, {
    mysql = "UPDATE t AS z, u SET z.a=u.x",
    postgresql = "UPDATE t AS z SET a=u.x FROM u",
  })
  compiles("of all columns, by another table", la.update(t):where(u.c.x:eq(1)), {
    mysql = "UPDATE t, u SET a=:a, b=:b, c=:c WHERE u.x = :x_1",
    params = {x_1 = 1},
  })
  compiles("of a join, by position", la.update(t:join(u, t.c.a:eq(u.c.x))):values{1, "x"}, {
    mysql = "UPDATE t INNER JOIN u ON t.a = u.x SET t.a=:a, t.b=:b",
    params = {a = 1, b = "x"},
  })
end)

describe("DELETE", function()
  compiles("all rows", la.delete(t), {default = "DELETE FROM t"})
  compiles("with a condition", la.delete(t):where(t.c.a:eq(5)), {
    default = "DELETE FROM t WHERE t.a = :a_1",
    params = {a_1 = 5},
  })
  compiles("by another table", la.delete(t):where(t.c.a:eq(u.c.x)), {
    default = {fails = "This backend does not support multiple-table criteria within DELETE"},
    postgresql = "DELETE FROM t USING u WHERE t.a = u.x",
    mysql = "DELETE FROM t USING t, u WHERE t.a = u.x",
    mssql = "DELETE FROM t FROM t, u WHERE t.a = u.x",
  })
  compiles("as a method of the table", t:delete():where(t.c.b:eq("x")), {
    default = "DELETE FROM t WHERE t.b = :b_1",
    params = {b_1 = "x"},
  })
  compiles("RETURNING", la.delete(t):where(t.c.a:eq(5)):returning(t.c.b), {
    default = "DELETE FROM t WHERE t.a = :a_1 RETURNING t.b",
    sqlite = "DELETE FROM t WHERE t.a = :a_1 RETURNING b",
    mssql = "DELETE FROM t OUTPUT deleted.b WHERE t.a = :a_1",
    oracle = "DELETE FROM t WHERE t.a = :a_1 RETURNING t.b INTO :ret_0",
    params = {a_1 = 5},
  })
  compiles("a limit", la.delete(t):with_dialect_options{mysql_limit = 5}, {
    default = "DELETE FROM t",
    mysql = "DELETE FROM t LIMIT 5",
  })
  compiles("EXISTS correlates", la.delete(t):where(la.exists():where(u.c.x:eq(t.c.a))), {
    default = "DELETE FROM t WHERE EXISTS (SELECT * FROM u WHERE u.x = t.a)",
  })
end)
