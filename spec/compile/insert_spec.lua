-- INSERT.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.String), la.column("c", la.Integer))
local u = la.table("u", la.column("x", la.Integer), la.column("y", la.String))
local account = la.Table("account", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
  la.Column("name", la.String(20)), la.Column("level", la.Integer, {server_default = "1"}))

describe("values", function()
  compiles("none are given: all columns", la.insert(t), {default = "INSERT INTO t (a, b, c) VALUES (:a, :b, :c)"})
  compiles("by name", la.insert(t):values{a = 1, b = "x"}, {
    default = "INSERT INTO t (a, b) VALUES (:a, :b)",
    params = {a = 1, b = "x"},
  })
  compiles("by column", la.insert(t):values{[t.c.a] = 1, [t.c.b] = "x"}, {
    default = "INSERT INTO t (a, b) VALUES (:a, :b)",
    params = {a = 1, b = "x"},
  })
  compiles("in the order of the columns", la.insert(t):values{1, "x", 3}, {
    default = "INSERT INTO t (a, b, c) VALUES (:a, :b, :c)",
    params = {a = 1, b = "x", c = 3},
  })
  compiles("NULL", la.insert(t):values{a = la.NULL}, {default = "INSERT INTO t (a) VALUES (:a)"})
  compiles("expressions", la.insert(t):values{a = la.func.length("x"), b = la.literal("z")}, {
    default = "INSERT INTO t (a, b) VALUES (length(:length_1), :b)",
    mssql = "INSERT INTO t (a, b) VALUES (LEN(:length_1), :b)",
    params = {b = "z", length_1 = "x"},
  })
  compiles("a subquery", la.insert(t):values{a = la.select(la.func.max(u.c.x)):scalar_subquery()}, {
    default = "INSERT INTO t (a) VALUES ((SELECT max(u.x) AS max_1 FROM u))",
  })
  compiles("parameters that are named",
    la.insert(t):values{a = la.bindparam("first"), b = la.bindparam("second", "y")}, {
    default = "INSERT INTO t (a, b) VALUES (:first, :second)",
    params = {second = "y"},
  })
  compiles("later values are added", la.insert(t):values{a = 1}:values{b = "x"}, {
    default = "INSERT INTO t (a, b) VALUES (:a, :b)",
    params = {a = 1, b = "x"},
  })
  compiles("or replace", la.insert(t):values{a = 1}:values{a = 2}, {
    default = "INSERT INTO t (a) VALUES (:a)",
    params = {a = 2},
  })
  compiles("as a method of the table", t:insert():values{a = 1}, {
    default = "INSERT INTO t (a) VALUES (:a)",
    params = {a = 1},
  })
  compiles("a primary key that the database makes", la.insert(account):values{name = "ed"}, {
    default = "INSERT INTO account (name) VALUES (:name)",
    postgresql = "INSERT INTO account (name) VALUES (:name) RETURNING account.id",
    mssql = "INSERT INTO account (name) OUTPUT inserted.id VALUES (:name)",
    oracle = "INSERT INTO account (name) VALUES (:name) RETURNING account.id INTO :ret_0",
    params = {name = "ed"},
  })
  compiles("inline", la.insert(account):values{name = "ed"}:inline(), {
    default = "INSERT INTO account (name) VALUES (:name)",
    params = {name = "ed"},
  })
  compiles("no value at all", la.insert(account):values{}, {
    default = "INSERT INTO account () VALUES ()",
    sqlite = "INSERT INTO account DEFAULT VALUES",
    postgresql = "INSERT INTO account DEFAULT VALUES RETURNING account.id",
    mssql = "INSERT INTO account OUTPUT inserted.id DEFAULT VALUES",
    oracle = "INSERT INTO account () VALUES () RETURNING account.id INTO :ret_0",
  })
end)

describe("several rows", function()
  compiles("as tables", la.insert(t):values{{a = 1, b = "x"}, {a = 2, b = "y"}}, {
    default = {fails = "The 'default' dialect with current database version settings does not support"},
    sqlite = "INSERT INTO t (a, b) VALUES (:a_m0, :b_m0), (:a_m1, :b_m1)",
    postgresql = "INSERT INTO t (a, b) VALUES (:a_m0, :b_m0), (:a_m1, :b_m1)",
    mysql = "INSERT INTO t (a, b) VALUES (:a_m0, :b_m0), (:a_m1, :b_m1)",
    mssql = "INSERT INTO t (a, b) VALUES (:a_m0, :b_m0), (:a_m1, :b_m1)",
    oracle = {fails = "The 'oracle' dialect with current database version settings does not support"},
    params = {a_m0 = 1, a_m1 = 2, b_m0 = "x", b_m1 = "y"},
  })
  compiles("by position", la.insert(t):values{{1, "x", 3}, {2, "y", 4}}, {
    default = {fails = "The 'default' dialect with current database version settings does not support"},
    sqlite = "INSERT INTO t (a, b, c) VALUES (:a_m0, :b_m0, :c_m0), (:a_m1, :b_m1, :c_m1)",
    postgresql = "INSERT INTO t (a, b, c) VALUES (:a_m0, :b_m0, :c_m0), (:a_m1, :b_m1, :c_m1)",
    mysql = "INSERT INTO t (a, b, c) VALUES (:a_m0, :b_m0, :c_m0), (:a_m1, :b_m1, :c_m1)",
    mssql = "INSERT INTO t (a, b, c) VALUES (:a_m0, :b_m0, :c_m0), (:a_m1, :b_m1, :c_m1)",
    oracle = {fails = "The 'oracle' dialect with current database version settings does not support"},
    params = {a_m0 = 1, a_m1 = 2, b_m0 = "x", b_m1 = "y", c_m0 = 3, c_m1 = 4},
  })
  compiles("added to", la.insert(t):values{{a = 1}}:values{{a = 2}}, {
    default = {fails = "The 'default' dialect with current database version settings does not support"},
    sqlite = "INSERT INTO t (a) VALUES (:a_m0), (:a_m1)",
    postgresql = "INSERT INTO t (a) VALUES (:a_m0), (:a_m1)",
    mysql = "INSERT INTO t (a) VALUES (:a_m0), (:a_m1)",
    mssql = "INSERT INTO t (a) VALUES (:a_m0), (:a_m1)",
    oracle = {fails = "The 'oracle' dialect with current database version settings does not support"},
    params = {a_m0 = 1, a_m1 = 2},
  })
  compiles("with expressions", la.insert(t):values{{a = 1, b = "x"}, {a = la.func.length("x"), b = "y"}}, {
    default = {fails = "The 'default' dialect with current database version settings does not support"},
    sqlite = "INSERT INTO t (a, b) VALUES (:a_m0, :b_m0), (length(:length_1), :b_m1)",
    postgresql = "INSERT INTO t (a, b) VALUES (:a_m0, :b_m0), (length(:length_1), :b_m1)",
    mysql = "INSERT INTO t (a, b) VALUES (:a_m0, :b_m0), (length(:length_1), :b_m1)",
    mssql = "INSERT INTO t (a, b) VALUES (:a_m0, :b_m0), (LEN(:length_1), :b_m1)",
    oracle = {fails = "The 'oracle' dialect with current database version settings does not support"},
    params = {a_m0 = 1, b_m0 = "x", b_m1 = "y", length_1 = "x"},
  })
end)

describe("from a SELECT", function()
  compiles("by name", la.insert(t):from_select({"a", "b"}, la.select(u.c.x, u.c.y):where(u.c.x:gt(5))), {
    default = "INSERT INTO t (a, b) SELECT u.x, u.y FROM u WHERE u.x > :x_1",
    params = {x_1 = 5},
  })
  compiles("by column", la.insert(t):from_select({t.c.a}, la.select(u.c.x)), {
    default = "INSERT INTO t (a) SELECT u.x FROM u",
  })
  compiles("a UNION", la.insert(t):from_select({"a"}, la.union(la.select(u.c.x), la.select(u.c.x + 1))), {
    default = "INSERT INTO t (a) SELECT u.x FROM u UNION SELECT u.x + :x_1 AS anon_1 FROM u",
    params = {x_1 = 1},
  })
  compiles("a table", la.insert(t):from_select({"a", "b"}, u), {
    default = "INSERT INTO t (a, b) SELECT u.x, u.y FROM u",
  })
end)

describe("RETURNING", function()
  compiles("columns", la.insert(t):values{a = 1}:returning(t.c.b, t.c.c), {
    default = "INSERT INTO t (a) VALUES (:a) RETURNING t.b, t.c",
    sqlite = "INSERT INTO t (a) VALUES (:a) RETURNING b, c",
    mssql = "INSERT INTO t (a) OUTPUT inserted.b, inserted.c VALUES (:a)",
    oracle = "INSERT INTO t (a) VALUES (:a) RETURNING t.b, t.c INTO :ret_0, :ret_1",
    params = {a = 1},
  })
  compiles("all", la.insert(t):values{a = 1}:returning(t), {
    default = "INSERT INTO t (a) VALUES (:a) RETURNING t.a, t.b, t.c",
    sqlite = "INSERT INTO t (a) VALUES (:a) RETURNING a, b, c",
    mssql = "INSERT INTO t (a) OUTPUT inserted.a, inserted.b, inserted.c VALUES (:a)",
    oracle = "INSERT INTO t (a) VALUES (:a) RETURNING t.a, t.b, t.c INTO :ret_0, :ret_1, :ret_2",
    params = {a = 1},
  })
  compiles("an expression", la.insert(t):values{a = 1}:returning(t.c.a + 1, la.func.lower(t.c.b):label("low")), {
    default = "INSERT INTO t (a) VALUES (:a) RETURNING t.a + :a_1 AS anon_1, lower(t.b) AS low",
    sqlite = "INSERT INTO t (a) VALUES (:a) RETURNING a + :a_1 AS anon_1, lower(b) AS low",
    mssql = "INSERT INTO t (a) OUTPUT inserted.a + :a_1 AS anon_1, lower(inserted.b) AS low VALUES (:a)",
    oracle = "INSERT INTO t (a) VALUES (:a) RETURNING t.a + :a_1, lower(t.b) INTO :ret_0, :ret_1",
    params = {a = 1, a_1 = 1},
  })
end)

describe("other parts", function()
  compiles("a prefix", la.insert(t):values{a = 1}:prefix_with("OR REPLACE"), {
    default = "INSERT OR REPLACE INTO t (a) VALUES (:a)",
    params = {a = 1},
  })
  compiles("a column that does not exist", la.insert(t):values{z = 1}, {
    default = {fails = "Unconsumed column names: z"},
  })
  compiles("a name that values use already", la.insert(t):values{a = 1, b = la.bindparam("a")}, {
    default = {fails = "Bind parameter 'a' conflicts with unique bind parameter of the same name"},
  })
end)
