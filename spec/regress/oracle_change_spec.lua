-- What `make oracle` found: INSERT, UPDATE, DELETE, DDL, and what is printed more than once.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local metadata = la.MetaData()
local t = la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true}), la.Column("a", la.Integer),
  la.Column("b", la.String))

describe("values that are made binds when they are printed", function()
  local v = la.values(la.column("x", la.Integer)):data{{1}, {la.literal(2)}}
  compiles("VALUES twice in a statement", function()
    return la.select(v.c.x):where(la.exists(la.select(la.literal(0)):select_from(v)))
  end, {
    default = "SELECT x FROM (VALUES (:param_1), (:param_2)) WHERE EXISTS (SELECT :param_3 AS anon_1 "
      .. "FROM (VALUES (:param_4), (:param_2)))",
    params = {param_1 = 1, param_2 = 2, param_3 = 0, param_4 = 1},
  })
end)

describe("INSERT", function()
  compiles("numbers RETURNING before its SELECT", function()
    return la.insert(t):from_select({"a"}, la.select(la.literal(5))):returning(la.literal(7))
  end, {
    default = "INSERT INTO t (a) SELECT :param_2 AS anon_2 RETURNING :param_1 AS anon_1",
    params = {param_1 = 7, param_2 = 5},
  })
  compiles("without values there is nothing to be written out", la.insert(t), {
    default = "INSERT INTO t (id, a, b) VALUES (:id, :a, :b)",
    options = {literal_binds = true},
  })
  compiles("inserted columns wherever they are", function()
    local s = la.mysql.insert(t):values{a = 1}
    return s:on_duplicate_key_update{
      a = la.select(s.inserted.a + 1):scalar_subquery(),
      b = la.func.f(la.bindparam("x", "y")),
    }
  end, {
    mysql = "INSERT INTO t (a) VALUES (:a) ON DUPLICATE KEY UPDATE a = (SELECT VALUES(a) + :a_1 AS anon_1), b = f(:x)",
  })
  it("SQLite has no constraints by name", function()
    assert.has_error(function() la.sqlite.insert(t):on_conflict_do_nothing{constraint = "c"} end)
  end)
end)

describe("UPDATE", function()
  local filled = la.Table("filled", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
    la.Column("at", la.Integer, {onupdate = la.func.now()}), la.Column("n", la.Integer), {schema = "s"})
  compiles("of several tables names what is filled in of the others in full", function()
    return la.update(t):where(t.c.id:eq(filled.c.id)):values{[filled.c.n] = 1}
  end, {mysql = "UPDATE t, s.filled SET s.filled.n=:filled_n, s.filled.at=now() WHERE t.id = s.filled.id"})
  compiles("in a CTE returns its defaults, which are none of the statement around it", function()
    return la.insert(t):values{a = 1}:add_cte(la.update(filled):values{n = 1}:return_defaults(filled.c.at):cte("c"))
  end, {
    postgresql = "WITH c AS (UPDATE s.filled SET at=now(), n=:param_1 RETURNING s.filled.at) "
      .. "INSERT INTO t (a) VALUES (:a) RETURNING t.id",
  })
  compiles("a DELETE of an alias returns its columns", function()
    local x = t:alias("x")
    return la.delete(x):return_defaults(x.c.a)
  end, {postgresql = "DELETE FROM t AS x RETURNING x.a"})
  compiles("of a column that is set twice", function()
    local other = t:alias("o")
    return la.update(t):values{[t.c.a] = 1, [other.c.a] = 2}
  end, {default = {fails = "Column 'a' is given two values"}})
end)

describe("SELECT", function()
  compiles("a list of lists beside no IN", function()
    return la.select(la.literal(1)):where(la.bindparam("p", {{4, 5}}, {expanding = true}))
  end, {
    default = "SELECT :param_1 AS anon_1 WHERE ((:p_1_1, :p_1_2))",
    sqlite = "SELECT :param_1 AS anon_1 WHERE (VALUES (:p_1_1, :p_1_2))",
    params = {param_1 = 1, p_1_1 = 4, p_1_2 = 5},
    options = {render_postcompile = true},
  })
  compiles("a join whose condition names no table", function()
    local a, b = la.select(t.c.a):subquery("a"), la.table("b", la.column("x"))
    return la.select(a.c.a, b.c.x):join(b, la.func.f():scalar_table_valued("v"))
  end, {default = "SELECT a.a, b.x FROM (SELECT t.a AS a FROM t) AS a JOIN b ON (f()).v"})
  compiles("join_from() twice from what only joins bring in", function()
    local u = la.table("u", la.column("x"))
    return la.select(la.literal(1)):join_from(t, u, t.c.id:eq(u.c.x)):join_from(t, u:alias("w"), la.literal(2))
  end, {
    default = "SELECT :param_1 AS anon_1 FROM t JOIN u ON t.id = u.x, t JOIN u AS w ON :param_2",
  })
  compiles("a list of who knows what", la.func.array_agg():in_{{1}}, {
    postgresql = "array_agg() IN (__[POSTCOMPILE_array_agg_1])",
  })
  it("a table with names is no array", function()
    local x = la.literal({a = 1}, la.ARRAY(la.Integer))
    assert.has_error(function() x:compile{literal_binds = true} end)
  end)
end)

describe("DDL", function()
  local function index(name)
    local m = la.MetaData{naming_convention = {pk = "pk_%(table_name)s"}}
    local table = la.Table("t", m, la.Column("a", la.Integer))
    return la.Index(name, table.c.a)
  end
  compiles("an index without a name is not created", function() return la.schema.CreateIndex(index(nil)) end, {
    default = {fails = "CREATE INDEX requires that the index have a name"},
    mysql = {fails = "CREATE INDEX requires that the index have a name"},
    mssql = {fails = "CREATE INDEX requires that the index have a name"},
    oracle = {fails = "CREATE INDEX requires that the index have a name"},
  })
  compiles("nor dropped", function() return la.schema.DropIndex(index(nil)) end, {
    default = {fails = "DROP INDEX requires that the index have a name"},
    mysql = {fails = "DROP INDEX requires that the index have a name"},
    mssql = {fails = "DROP INDEX requires that the index have a name"},
  })
  compiles("an index of no table is not dropped from one", la.schema.DropIndex(la.Index("i")), {
    default = "DROP INDEX i",
    mysql = {fails = "not associated with any table"},
  })
  compiles("what cannot be numbered", function()
    return la.schema.CreateTable(la.Table("x", la.MetaData(),
      la.Column("id", la.Date, la.Identity(), {primary_key = true, autoincrement = true})))
  end, {
    postgresql = {fails = "on column 'x.id' is not compatible with autoincrement=True"},
  })
  compiles("SQL Server takes schemas apart, quoted or not", function()
    return la.schema.CreateTable(la.Table("x", la.MetaData(), la.Column("a", la.Integer),
      {schema = "S 2", quote_schema = false}))
  end, {mssql = "CREATE TABLE [S 2].x (a INTEGER NULL)"})
end)
