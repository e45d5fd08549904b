-- What the SQL depends on besides the dialect: the version of the database, and attributes of the dialect object.
local la = require "lualchemy"

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.String))

local function text(stmt, dialect)
  return (tostring(stmt:compile{dialect = dialect, paramstyle = "named"}):gsub("\n", ""))
end

local function version(name, ...)
  local dialect = la[name].dialect()
  dialect.server_version_info = {...}
  return dialect
end

describe("SQL Server", function()
  local paged = la.select(t.c.a):order_by(t.c.b):limit(10):offset(20)

  it("has OFFSET and FETCH", function()
    assert.equal("SELECT t.a FROM t ORDER BY t.b OFFSET :param_1 ROWS FETCH FIRST :param_2 ROWS ONLY",
      text(paged, version("mssql", 11)))
  end)

  it("before 2012 counts rows", function()
    assert.equal("SELECT anon_1.a FROM (SELECT t.a AS a, ROW_NUMBER() OVER (ORDER BY t.b) AS mssql_rn FROM t) AS "
      .. "anon_1 WHERE mssql_rn > :param_1 AND mssql_rn <= :param_2 + :param_1", text(paged, version("mssql", 10)))
  end)

  it("has TOP for a limit alone", function()
    assert.equal("SELECT TOP __[POSTCOMPILE_param_1] t.a FROM t",
      text(la.select(t.c.a):limit(10), version("mssql", 10)))
  end)

  it("does not page without an order", function()
    local ok, e = pcall(text, la.select(t.c.a):offset(20), version("mssql", 11))
    assert.is_false(ok)
    assert.equal("MSSQL requires an order_by when using an OFFSET or a non-simple LIMIT clause", e.message)
  end)
end)

describe("Oracle Database", function()
  local function old(attributes)
    attributes.enable_offset_fetch = false
    return la.oracle.dialect(attributes)
  end

  it("before 12 stops at a ROWNUM", function()
    assert.equal("SELECT anon_1.a FROM (SELECT t.a AS a FROM t) anon_1 WHERE ROWNUM <= __[POSTCOMPILE_param_1]",
      text(la.select(t.c.a):limit(10), old{}))
  end)

  it("and leaves out those before another", function()
    assert.equal("SELECT anon_1.a FROM (SELECT anon_2.a AS a, ROWNUM AS ora_rn FROM (SELECT t.a AS a FROM t) anon_2 "
      .. "WHERE ROWNUM <= __[POSTCOMPILE_param_1] + __[POSTCOMPILE_param_2]) anon_1 WHERE ora_rn > "
      .. "__[POSTCOMPILE_param_2]", text(la.select(t.c.a):limit(10):offset(20), old{}))
  end)

  it("can be told how many rows are wanted", function()
    assert.equal("SELECT /*+ FIRST_ROWS(__[POSTCOMPILE_param_1]) */ anon_1.a FROM (SELECT t.a AS a FROM t) anon_1 "
      .. "WHERE ROWNUM <= __[POSTCOMPILE_param_1]", text(la.select(t.c.a):limit(10), old{optimize_limits = true}))
  end)

  it("before 9 has no joins", function()
    local u = la.table("u", la.column("a", la.Integer))
    local join = t:outerjoin(u, u.c.a:eq(t.c.a))
    assert.equal("SELECT t.a, t.b, u.a AS a_1 FROM t, u WHERE u.a(+) = t.a",
      text(la.select(t, u):select_from(join), la.oracle.dialect{use_ansi = false}))
  end)
end)

describe("MySQL", function()
  it("before 8.0.17 does not cast to FLOAT", function()
    local cast = la.cast(t.c.a, la.Float)
    assert.equal("CAST(t.a AS FLOAT)", text(cast, version("mysql", 8, 0, 17)))
    assert.equal("t.a", text(cast, version("mysql", 8, 0, 16)))
  end)

  it("may have a name for the row that is inserted", function()
    local insert = la.mysql.insert(t):values{a = 1}
    insert = insert:on_duplicate_key_update{a = insert.inserted.a}
    assert.equal("INSERT INTO t (a) VALUES (:a) ON DUPLICATE KEY UPDATE a = VALUES(a)", text(insert, "mysql"))
    assert.equal("INSERT INTO t (a) VALUES (:a) AS new ON DUPLICATE KEY UPDATE a = new.a",
      text(insert, la.mysql.dialect{_requires_alias_for_on_duplicate_key = true}))
  end)

  it("MariaDB has RETURNING", function()
    local insert = t:insert():values{a = 1}:returning(t.c.a)
    assert.equal("INSERT INTO t (a) VALUES (:a) RETURNING t.a", text(insert, "mariadb"))
  end)
end)

describe("SQLite", function()
  it("has no IS DISTINCT FROM of its own", function()
    assert.equal("t.a IS NOT :a_1", text(t.c.a:is_distinct_from(5), "sqlite"))
  end)
end)

describe("attributes", function()
  it("can be read", function()
    local dialect = la.postgresql.dialect()
    assert.equal("postgresql", dialect.name)
    assert.equal(63, dialect.max_identifier_length)
    assert.is_true(dialect.supports_native_boolean)
  end)

  it("and set", function()
    local dialect = la.default.dialect()
    assert.equal("SELECT 1 AS anon_1", text(la.select(la.true_()), dialect))
    dialect.supports_native_boolean = true
    assert.equal("SELECT true AS anon_1", text(la.select(la.true_()), dialect))
  end)

  it("of one object only", function()
    local one = la.default.dialect{label_length = 10}
    assert.equal(10, one.label_length)
    assert.is_nil(la.default.dialect().label_length)
  end)

  it("names of no dialect are an error", function()
    local ok, e = pcall(text, la.select(t), "db2")
    assert.is_false(ok)
    assert.is_true(la.exc.NoSuchModuleError:is(e))
    assert.is_truthy(e.message:find("Can't load plugin: sqlalchemy.dialects:db2", 1, true))
  end)
end)
