-- WITH: common table expressions.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local t = la.table("t", la.column("id", la.Integer), la.column("up", la.Integer), la.column("b", la.String))
local u = la.table("u", la.column("id", la.Integer))
local c = la.select(t.c.id):where(t.c.b:eq("x")):cte("c")
local d = c:alias("d")

describe("WITH", function()
  compiles("a SELECT", la.select(c), {
    default = "WITH c AS (SELECT t.id AS id FROM t WHERE t.b = :b_1) SELECT c.id FROM c",
    params = {b_1 = "x"},
  })
  compiles("without a name", la.select(la.select(t.c.id):cte()), {
    default = "WITH anon_1 AS (SELECT t.id AS id FROM t) SELECT anon_1.id FROM anon_1",
  })
  compiles("twice", la.select(c, d):where(c.c.id:eq(d.c.id)), {
    default = "WITH c AS (SELECT t.id AS id FROM t WHERE t.b = :b_1) SELECT c.id, d.id AS id_1 FROM c, c AS d "
      .. "WHERE c.id = d.id",
    oracle = "WITH c AS (SELECT t.id AS id FROM t WHERE t.b = :b_1) SELECT c.id, d.id AS id_1 FROM c, c d "
      .. "WHERE c.id = d.id",
    params = {b_1 = "x"},
  })
  compiles("one within another", la.select(la.select(c.c.id):where(c.c.id:gt(1)):cte("d")), {
    default = "WITH c AS (SELECT t.id AS id FROM t WHERE t.b = :b_1), d AS (SELECT c.id AS id FROM c WHERE "
      .. "c.id > :id_1) SELECT d.id FROM d",
    params = {b_1 = "x", id_1 = 1},
  })
  compiles("in a subquery it stands in front", la.select(u):where(u.c.id:in_(la.select(c.c.id))), {
    default = "WITH c AS (SELECT t.id AS id FROM t WHERE t.b = :b_1) SELECT u.id FROM u WHERE u.id IN (SELECT "
      .. "c.id FROM c)",
    params = {b_1 = "x"},
  })
  compiles("in both parts of a UNION",
    la.union(la.select(c.c.id), la.select(u.c.id):where(u.c.id:in_(la.select(c.c.id)))), {
    default = "WITH c AS (SELECT t.id AS id FROM t WHERE t.b = :b_1) SELECT c.id FROM c UNION SELECT u.id FROM "
      .. "u WHERE u.id IN (SELECT c.id FROM c)",
    params = {b_1 = "x"},
  })
  compiles("nested where it is used", la.select(la.select(la.select(t.c.id):cte("n", {nesting = true})):cte("o")), {
    default = "WITH o AS (WITH n AS (SELECT t.id AS id FROM t) SELECT n.id AS id FROM n) SELECT o.id FROM o",
  })
  compiles("a prefix", la.select(la.select(t.c.id):cte("m"):prefix_with("MATERIALIZED", {dialect = "postgresql"})), {
    default = "WITH m AS (SELECT t.id AS id FROM t) SELECT m.id FROM m",
    postgresql = "WITH m AS MATERIALIZED (SELECT t.id AS id FROM t) SELECT m.id FROM m",
  })
  compiles("a UNION", la.select(la.union(la.select(t.c.id), la.select(u.c.id)):cte("c")), {
    default = "WITH c AS (SELECT t.id AS id FROM t UNION SELECT u.id AS id FROM u) SELECT c.id FROM c",
  })
end)

describe("recursive", function()
  local tree = la.select(t.c.id, t.c.up):where(t.c.up:is_(nil)):cte("tree", {recursive = true})
  compiles("UNION ALL of itself",
    la.select(tree:union_all(la.select(t.c.id, t.c.up):where(t.c.up:eq(tree.c.id))).c.id), {
    default = "WITH RECURSIVE tree(id, up) AS (SELECT t.id AS id, t.up AS up FROM t WHERE t.up IS NULL UNION "
      .. "ALL SELECT t.id AS id, t.up AS up FROM t, tree WHERE t.up = tree.id) SELECT tree.id FROM tree",
    mssql = "WITH tree(id, up) AS (SELECT t.id AS id, t.up AS up FROM t WHERE t.up IS NULL UNION ALL SELECT "
      .. "t.id AS id, t.up AS up FROM t, tree WHERE t.up = tree.id) SELECT tree.id FROM tree",
    oracle = "WITH tree(id, up) AS (SELECT t.id AS id, t.up AS up FROM t WHERE t.up IS NULL UNION ALL SELECT "
      .. "t.id AS id, t.up AS up FROM t, tree WHERE t.up = tree.id) SELECT tree.id FROM tree",
  })
  compiles("UNION", la.select(tree:union(la.select(t.c.id, t.c.up):where(t.c.up:eq(tree.c.id)))), {
    default = "WITH RECURSIVE tree(id, up) AS (SELECT t.id AS id, t.up AS up FROM t WHERE t.up IS NULL UNION "
      .. "SELECT t.id AS id, t.up AS up FROM t, tree WHERE t.up = tree.id) SELECT tree.id, tree.up FROM tree",
    mssql = "WITH tree(id, up) AS (SELECT t.id AS id, t.up AS up FROM t WHERE t.up IS NULL UNION SELECT t.id "
      .. "AS id, t.up AS up FROM t, tree WHERE t.up = tree.id) SELECT tree.id, tree.up FROM tree",
    oracle = "WITH tree(id, up) AS (SELECT t.id AS id, t.up AS up FROM t WHERE t.up IS NULL UNION SELECT t.id "
      .. "AS id, t.up AS up FROM t, tree WHERE t.up = tree.id) SELECT tree.id, tree.up FROM tree",
  })
end)

describe("statements that change data", function()
  compiles("INSERT with RETURNING", la.select(la.insert(t):values{id = 1}:returning(t.c.id):cte("ins").c.id), {
    default = "WITH ins AS (INSERT INTO t (id) VALUES (:param_1) RETURNING t.id) SELECT ins.id FROM ins",
    sqlite = "WITH ins AS (INSERT INTO t (id) VALUES (:param_1) RETURNING id) SELECT ins.id FROM ins",
    mssql = "WITH ins AS (INSERT INTO t (id) OUTPUT inserted.id VALUES (:param_1)) SELECT ins.id FROM ins",
    oracle = "WITH ins AS (INSERT INTO t (id) VALUES (:param_1) RETURNING t.id INTO :ret_0) SELECT ins.id FROM ins",
    params = {param_1 = 1},
  })
  compiles("one that is not named elsewhere", la.select(u):add_cte(la.delete(t):where(t.c.id:eq(5)):cte("del")), {
    default = "WITH del AS (DELETE FROM t WHERE t.id = :id_1) SELECT u.id FROM u",
    params = {id_1 = 5},
  })
  compiles("of an INSERT", la.insert(u):from_select({"id"}, la.select(c.c.id)), {
    default = "WITH c AS (SELECT t.id AS id FROM t WHERE t.b = :b_1) INSERT INTO u (id) SELECT c.id FROM c",
    mysql = "INSERT INTO u (id) WITH c AS (SELECT t.id AS id FROM t WHERE t.b = :b_1) SELECT c.id FROM c",
    oracle = "INSERT INTO u (id) WITH c AS (SELECT t.id AS id FROM t WHERE t.b = :b_1) SELECT c.id FROM c",
    params = {b_1 = "x"},
  })
  compiles("of an UPDATE", la.update(u):values{id = la.select(c.c.id):scalar_subquery()}, {
    default = "WITH c AS (SELECT t.id AS id FROM t WHERE t.b = :b_1) UPDATE u SET id=(SELECT c.id FROM c)",
    params = {b_1 = "x"},
  })
  compiles("of a DELETE", la.delete(u):where(u.c.id:in_(la.select(c.c.id))), {
    default = "WITH c AS (SELECT t.id AS id FROM t WHERE t.b = :b_1) DELETE FROM u WHERE u.id IN (SELECT c.id FROM c)",
    params = {b_1 = "x"},
  })
end)
