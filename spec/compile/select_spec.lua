-- SELECT: columns, WHERE, GROUP BY, ORDER BY, limits, locks, hints.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.String), la.column("ok", la.Boolean))
local u = la.table("u", la.column("a", la.Integer), la.column("c", la.Integer))

describe("columns", function()
  compiles("a table", la.select(t), {default = "SELECT t.a, t.b, t.ok FROM t"})
  compiles("some columns", la.select(t.c.b, t.c.a), {default = "SELECT t.b, t.a FROM t"})
  compiles("the columns of a table", la.select(t.c), {default = "SELECT t.a, t.b, t.ok FROM t"})
  compiles("columns of two tables with the same name", la.select(t.c.a, u.c.a), {
    default = "SELECT t.a, u.a AS a_1 FROM t, u",
  })
  compiles("the same column again", la.select(t.c.a, t.c.a), {default = "SELECT t.a, t.a AS a__1 FROM t"})
  compiles("a number, NULL, true", la.select(1, nil, la.true_()), {
    default = "SELECT 1, NULL AS anon_1, 1 AS anon_2",
    postgresql = "SELECT 1, NULL AS anon_1, true AS anon_2",
    mysql = "SELECT 1, NULL AS anon_1, true AS anon_2",
    oracle = "SELECT 1, NULL AS anon_1, 1 AS anon_2 FROM DUAL",
  })
  compiles("a star", la.select("*"):select_from(t), {default = "SELECT * FROM t"})
  compiles("expressions have no names", la.select(t.c.a + 1, t.c.a + 2), {
    default = "SELECT t.a + :a_1 AS anon_1, t.a + :a_2 AS anon_2 FROM t",
    params = {a_1 = 1, a_2 = 2},
  })
  compiles("functions are called after themselves", la.select(la.func.max(t.c.a), la.func.max(t.c.a), la.func.now()), {
    default = "SELECT max(t.a) AS max_1, max(t.a) AS max_2, now() AS now_1 FROM t",
    sqlite = "SELECT max(t.a) AS max_1, max(t.a) AS max_2, CURRENT_TIMESTAMP AS now_1 FROM t",
    mssql = "SELECT max(t.a) AS max_1, max(t.a) AS max_2, CURRENT_TIMESTAMP AS now_1 FROM t",
    oracle = "SELECT max(t.a) AS max_1, max(t.a) AS max_2, CURRENT_TIMESTAMP AS now_1 FROM t",
  })
  compiles("labels", la.select((t.c.a + 1):label("next"), t.c.b:label("text")), {
    default = "SELECT t.a + :a_1 AS next, t.b AS text FROM t",
    params = {a_1 = 1},
  })
  compiles("a cast keeps the name of its column", la.select(la.cast(t.c.a, la.String)), {
    default = "SELECT CAST(t.a AS VARCHAR) AS a FROM t",
    mysql = "SELECT CAST(t.a AS CHAR) AS a FROM t",
    mssql = "SELECT CAST(t.a AS VARCHAR(max)) AS a FROM t",
    oracle = "SELECT CAST(t.a AS VARCHAR2) AS a FROM t",
  })
  compiles("text", la.select(la.text("a AS x"), t.c.b), {default = "SELECT a AS x, t.b FROM t"})
  compiles("more columns", la.select(t.c.a):add_columns(u.c.c), {default = "SELECT t.a, u.c FROM t, u"})
  compiles("other columns", la.select(t.c.a):where(t.c.a:gt(1)):with_only_columns(t.c.b), {
    default = "SELECT t.b FROM t WHERE t.a > :a_1",
    params = {a_1 = 1},
  })
  compiles("other columns of what it was from",
    la.select(t.c.a):with_only_columns(la.literal_column("1"), {maintain_column_froms = true}), {
    default = "SELECT 1 FROM t",
  })
  compiles("without columns that an equality makes the same", la.select(t, u):where(t.c.a:eq(u.c.a)):reduce_columns(), {
    default = "SELECT t.a, t.b, t.ok, u.c FROM t, u WHERE t.a = u.a",
  })
  compiles("DISTINCT", la.select(t.c.a):distinct(), {default = "SELECT DISTINCT t.a FROM t"})
  compiles("DISTINCT ON", la.select(t.c.a):distinct(t.c.b), {
    default = "SELECT DISTINCT t.a FROM t",
    postgresql = "SELECT DISTINCT ON (t.b) t.a FROM t",
  })
end)

describe("labels with the name of the table", function()
  compiles("all", la.select(t, u.c.a):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL), {
    default = "SELECT t.a AS t_a, t.b AS t_b, t.ok AS t_ok, u.a AS u_a FROM t, u",
  })
  compiles("none", la.select(t.c.a, u.c.a):set_label_style(la.LABEL_STYLE_NONE), {
    default = "SELECT t.a, u.a FROM t, u",
  })
  compiles("of an alias", la.select(t:alias().c.a):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL), {
    default = "SELECT t_1.a AS t_1_a FROM t AS t_1",
    oracle = "SELECT t_1.a AS t_1_a FROM t t_1",
  })
  compiles("with a schema",
    la.select(la.table("t", la.column("a"), {schema = "s"})):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL), {
    default = "SELECT s.t.a AS s_t_a FROM s.t",
  })
end)

describe("WHERE", function()
  compiles("one condition", la.select(t.c.a):where(t.c.a:eq(5)), {
    default = "SELECT t.a FROM t WHERE t.a = :a_1",
    params = {a_1 = 5},
  })
  compiles("several are joined by AND", la.select(t.c.a):where(t.c.a:eq(5), t.c.b:eq("x")):where(t.c.ok), {
    default = "SELECT t.a FROM t WHERE t.a = :a_1 AND t.b = :b_1 AND t.ok = 1",
    postgresql = "SELECT t.a FROM t WHERE t.a = :a_1 AND t.b = :b_1 AND t.ok",
    params = {a_1 = 5, b_1 = "x"},
  })
  compiles("a condition on another table brings it into FROM", la.select(t.c.a):where(t.c.a:eq(u.c.a)), {
    default = "SELECT t.a FROM t, u WHERE t.a = u.a",
  })
  compiles("filter is another name", la.select(t.c.a):filter(t.c.a:gt(5)), {
    default = "SELECT t.a FROM t WHERE t.a > :a_1",
    params = {a_1 = 5},
  })
  compiles("by the names of columns", la.select(t):filter_by{a = 5}:filter_by{b = la.NULL}, {
    default = "SELECT t.a, t.b, t.ok FROM t WHERE t.a = :a_1 AND t.b IS NULL",
    params = {a_1 = 5},
  })
  compiles("text", la.select(t.c.a):where(la.text("a > :min"):bindparams{min = 3}), {
    default = "SELECT t.a FROM t WHERE a > :min",
    params = {min = 3},
  })
  compiles("an empty conjunction is none", la.select(t.c.a):where(la.and_(la.true_())), {
    default = "SELECT t.a FROM t WHERE 1 = 1",
    postgresql = "SELECT t.a FROM t WHERE true",
    mysql = "SELECT t.a FROM t WHERE true = 1",
  })
end)

describe("GROUP BY and ORDER BY", function()
  compiles("group and having",
    la.select(t.c.b, la.func.count(t.c.a)):group_by(t.c.b):having(la.func.count(t.c.a):gt(2)), {
    default = "SELECT t.b, count(t.a) AS count_1 FROM t GROUP BY t.b HAVING count(t.a) > :count_2",
    params = {count_2 = 2},
  })
  compiles("group by a whole table", la.select(t):group_by(t), {
    default = "SELECT t.a, t.b, t.ok FROM t GROUP BY t.a, t.b, t.ok",
  })
  compiles("order", la.select(t.c.a):order_by(t.c.b, t.c.a:desc()), {
    default = "SELECT t.a FROM t ORDER BY t.b, t.a DESC",
  })
  compiles("an order that was given before stays", la.select(t.c.a):order_by(t.c.a):order_by(t.c.b), {
    default = "SELECT t.a FROM t ORDER BY t.a, t.b",
  })
  compiles("nil takes it away", la.select(t.c.a):order_by(t.c.a):group_by(t.c.a):order_by(nil):group_by(nil), {
    default = "SELECT t.a FROM t",
  })
  compiles("by the name of a label", la.select((t.c.a + 1):label("x")):order_by("x", la.desc("x")), {
    default = "SELECT t.a + :a_1 AS x FROM t ORDER BY x, x DESC",
    params = {a_1 = 1},
  })
  compiles("by a label", la.select((t.c.a + 1):label("x")):order_by((t.c.a + 1):label("x"):desc()), {
    default = "SELECT t.a + :a_1 AS x FROM t ORDER BY t.a + :a_2 DESC",
    params = {a_1 = 1, a_2 = 1},
  })
  compiles("NULLS LAST", la.select(t.c.a):order_by(t.c.a:desc():nulls_last()), {
    default = "SELECT t.a FROM t ORDER BY t.a DESC NULLS LAST",
  })
end)

describe("limits", function()
  compiles("limit", la.select(t.c.a):order_by(t.c.a):limit(5), {
    default = "SELECT t.a FROM t ORDER BY t.a LIMIT :param_1",
    sqlite = "SELECT t.a FROM t ORDER BY t.a LIMIT :param_1 OFFSET :param_2",
    postgresql = "SELECT t.a FROM t ORDER BY t.a  LIMIT :param_1",
    mysql = "SELECT t.a FROM t ORDER BY t.a  LIMIT :param_1",
    mssql = "SELECT TOP __[POSTCOMPILE_param_1] t.a FROM t ORDER BY t.a",
    oracle = "SELECT t.a FROM t ORDER BY t.a FETCH FIRST __[POSTCOMPILE_param_1] ROWS ONLY",
  })
  compiles("offset", la.select(t.c.a):order_by(t.c.a):offset(10), {
    default = "SELECT t.a FROM t ORDER BY t.a LIMIT -1 OFFSET :param_1",
    sqlite = "SELECT t.a FROM t ORDER BY t.a LIMIT :param_1 OFFSET :param_2",
    postgresql = "SELECT t.a FROM t ORDER BY t.a LIMIT ALL OFFSET :param_1",
    mysql = "SELECT t.a FROM t ORDER BY t.a  LIMIT :param_1, 18446744073709551615",
    mssql = "SELECT anon_1.a FROM (SELECT t.a AS a, ROW_NUMBER() OVER (ORDER BY t.a) AS mssql_rn FROM t) AS "
      .. "anon_1 WHERE mssql_rn > :param_1",
    oracle = "SELECT t.a FROM t ORDER BY t.a OFFSET __[POSTCOMPILE_param_1] ROWS",
  })
  compiles("both", la.select(t.c.a):order_by(t.c.a):limit(5):offset(10), {
    default = "SELECT t.a FROM t ORDER BY t.a LIMIT :param_1 OFFSET :param_2",
    postgresql = "SELECT t.a FROM t ORDER BY t.a  LIMIT :param_1 OFFSET :param_2",
    mysql = "SELECT t.a FROM t ORDER BY t.a  LIMIT :param_1, :param_2",
    mssql = "SELECT anon_1.a FROM (SELECT t.a AS a, ROW_NUMBER() OVER (ORDER BY t.a) AS mssql_rn FROM t) AS "
      .. "anon_1 WHERE mssql_rn > :param_1 AND mssql_rn <= :param_2 + :param_1",
    oracle = "SELECT t.a FROM t ORDER BY t.a OFFSET __[POSTCOMPILE_param_1] ROWS FETCH FIRST "
      .. "__[POSTCOMPILE_param_2] ROWS ONLY",
  })
  compiles("an expression", la.select(t.c.a):order_by(t.c.a):limit(la.bindparam("n", 3) + 1), {
    default = "SELECT t.a FROM t ORDER BY t.a LIMIT :n + :param_1",
    sqlite = "SELECT t.a FROM t ORDER BY t.a LIMIT :n + :param_1 OFFSET :param_2",
    postgresql = "SELECT t.a FROM t ORDER BY t.a  LIMIT :n + :param_1",
    mysql = "SELECT t.a FROM t ORDER BY t.a  LIMIT :n + :param_1",
    mssql = "SELECT anon_1.a FROM (SELECT t.a AS a, ROW_NUMBER() OVER (ORDER BY t.a) AS mssql_rn FROM t) AS "
      .. "anon_1 WHERE mssql_rn <= :n + :param_1",
    oracle = "SELECT t.a FROM t ORDER BY t.a FETCH FIRST :n + :param_1 ROWS ONLY",
  })
  compiles("nil takes them away", la.select(t.c.a):limit(5):offset(3):limit(nil):offset(nil), {
    default = "SELECT t.a FROM t",
  })
  compiles("fetch", la.select(t.c.a):order_by(t.c.a):fetch(5), {
    default = "SELECT t.a FROM t ORDER BY t.a FETCH FIRST :param_1 ROWS ONLY",
    postgresql = "SELECT t.a FROM t ORDER BY t.a FETCH FIRST (:param_1) ROWS ONLY",
    mssql = "SELECT anon_1.a FROM (SELECT t.a AS a, ROW_NUMBER() OVER (ORDER BY t.a) AS mssql_rn FROM t) AS "
      .. "anon_1 WHERE mssql_rn <= :param_1",
    oracle = "SELECT t.a FROM t ORDER BY t.a FETCH FIRST __[POSTCOMPILE_param_1] ROWS ONLY",
    params = {param_1 = 5},
  })
  compiles("fetch with ties", la.select(t.c.a):order_by(t.c.a):fetch(5, {with_ties = true}), {
    default = "SELECT t.a FROM t ORDER BY t.a FETCH FIRST :param_1 ROWS WITH TIES",
    postgresql = "SELECT t.a FROM t ORDER BY t.a FETCH FIRST (:param_1) ROWS WITH TIES",
    mssql = "SELECT TOP __[POSTCOMPILE_param_1] WITH TIES t.a FROM t ORDER BY t.a",
    oracle = "SELECT t.a FROM t ORDER BY t.a FETCH FIRST __[POSTCOMPILE_param_1] ROWS WITH TIES",
    params = {param_1 = 5},
  })
  compiles("a slice", la.select(t.c.a):order_by(t.c.a):slice(5, 15), {
    default = "SELECT t.a FROM t ORDER BY t.a LIMIT :param_1 OFFSET :param_2",
    postgresql = "SELECT t.a FROM t ORDER BY t.a  LIMIT :param_1 OFFSET :param_2",
    mysql = "SELECT t.a FROM t ORDER BY t.a  LIMIT :param_1, :param_2",
    mssql = "SELECT anon_1.a FROM (SELECT t.a AS a, ROW_NUMBER() OVER (ORDER BY t.a) AS mssql_rn FROM t) AS "
      .. "anon_1 WHERE mssql_rn > :param_1 AND mssql_rn <= :param_2 + :param_1",
    oracle = "SELECT t.a FROM t ORDER BY t.a OFFSET __[POSTCOMPILE_param_1] ROWS FETCH FIRST "
      .. "__[POSTCOMPILE_param_2] ROWS ONLY",
  })
end)

describe("locks and hints", function()
  compiles("FOR UPDATE", la.select(t.c.a):with_for_update(), {
    default = "SELECT t.a FROM t FOR UPDATE",
    sqlite = "SELECT t.a FROM t",
    mssql = "SELECT t.a FROM t",
  })
  compiles("FOR UPDATE NOWAIT", la.select(t.c.a):with_for_update{nowait = true}, {
    default = "SELECT t.a FROM t FOR UPDATE",
    sqlite = "SELECT t.a FROM t",
    postgresql = "SELECT t.a FROM t FOR UPDATE NOWAIT",
    mysql = "SELECT t.a FROM t FOR UPDATE NOWAIT",
    mssql = "SELECT t.a FROM t",
    oracle = "SELECT t.a FROM t FOR UPDATE NOWAIT",
  })
  compiles("FOR SHARE", la.select(t.c.a):with_for_update{read = true}, {
    default = "SELECT t.a FROM t FOR UPDATE",
    sqlite = "SELECT t.a FROM t",
    postgresql = "SELECT t.a FROM t FOR SHARE",
    mysql = "SELECT t.a FROM t LOCK IN SHARE MODE",
    mssql = "SELECT t.a FROM t",
  })
  compiles("of one table, skipping what is locked", la.select(t.c.a):with_for_update{of = t, skip_locked = true}, {
    default = "SELECT t.a FROM t FOR UPDATE",
    sqlite = "SELECT t.a FROM t",
    postgresql = "SELECT t.a FROM t FOR UPDATE OF t SKIP LOCKED",
    mysql = "SELECT t.a FROM t FOR UPDATE SKIP LOCKED",
    mssql = "SELECT t.a FROM t",
    oracle = "SELECT t.a FROM t FOR UPDATE OF  SKIP LOCKED",
  })
  compiles("a prefix", la.select(t.c.a):prefix_with("ALL"), {default = "SELECT ALL t.a FROM t"})
  compiles("a prefix for one dialect", la.select(t.c.a):prefix_with("SQL_CACHE", {dialect = "mysql"}), {
    default = "SELECT t.a FROM t",
    mysql = "SELECT SQL_CACHE t.a FROM t",
  })
  compiles("a suffix", la.select(t.c.a):suffix_with("/* end */"), {default = "SELECT t.a FROM t /* end */ "})
  compiles("a hint for a table", la.select(t.c.a):with_hint(t, "INDEX(%(name)s ix)", "oracle"), {
    default = "SELECT t.a FROM t",
    oracle = "SELECT /*+ INDEX(t ix) */ t.a FROM t",
  })
  compiles("a hint for the statement", la.select(t.c.a):with_statement_hint("OPTION (RECOMPILE)", "mssql"), {
    default = "SELECT t.a FROM t",
    mssql = "SELECT t.a FROM t OPTION (RECOMPILE)",
  })
end)
