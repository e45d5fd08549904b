-- What `make oracle --wide` found: numbered parameters, rows that follow a CTE, ROWNUM, columns of `inserted`.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local metadata = la.MetaData()
local t = la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true}), la.Column("a", la.Integer),
  la.Column("b", la.Integer))
local seven = la.select(la.literal(7):label("n")):cte("c")

local function numbered(statement, options, dialect)
  options.dialect = dialect or la.postgresql.dialect{paramstyle = "numeric_dollar"}
  local compiled = statement:compile(options)
  return tostring(compiled), compiled.positiontup
end

describe("INSERT of many rows behind a CTE", function()
  it("repeats the row, and nothing of the CTE", function()
    local engine = la.create_engine("sqlite://")
    metadata:create_all(engine)
    local with_seven = la.insert(t):values{b = la.select(seven.c.n):scalar_subquery()}:returning(t.c.a, t.c.b)
    engine:begin(function(conn)
      local rows = conn:execute(with_seven, {{a = 1}, {a = 2}, {a = 3}}):all()
      assert.equal(3, #rows)
      for i, row in ipairs(rows) do assert.same({i, 7}, {row.a, row.b}) end
    end)
  end)
  it("numbers what is among the values last, also in a CTE that they use", function()
    local removed = la.delete(t):returning(la.literal(10)):cte("d")
    local text, order = numbered(la.insert(t):values{a = 1}:add_cte(removed), {for_executemany = true})
    assert.equal("WITH d AS \n(DELETE FROM t RETURNING $1 AS anon_1)\n INSERT INTO t (a) VALUES ($2)", text)
    assert.same({"param_1", "a"}, order)
    text, order = numbered(la.insert(t):values{b = la.select(seven.c.n):scalar_subquery()},
      {for_executemany = true, column_keys = {"a"}})
    assert.equal("WITH c AS \n(SELECT $2 AS n)\n INSERT INTO t (a, b) VALUES ($1, (SELECT c.n \nFROM c))", text)
    assert.same({"a", "param_1"}, order)
  end)
  it("numbers several rows of values as they come", function()
    local two = la.insert(t):values{{a = 1}, {a = 2}}:returning(la.literal(5))
    local text, order = numbered(two, {for_executemany = true})
    assert.equal("INSERT INTO t (a) VALUES ($1), ($2) RETURNING $3 AS anon_1", text)
    assert.same({"a_m0", "a_m1", "param_1"}, order)
  end)
end)

describe("binds of one name", function()
  it("want a value if one of them does", function()
    local s = la.select(la.bindparam("s")):where(la.bindparam("s", "x"):in_{"y"})
    local ok, e = pcall(function() return s:compile{render_postcompile = true} end)
    assert.is_false(ok)
    assert.equal("A value is required for bind parameter 's'", e.message)
  end)
end)

describe("ROWNUM", function()
  local old = la.oracle.dialect{enable_offset_fetch = false}
  it("counts with one bind wherever the SELECT stands", function()
    local s = la.select(t.c.id):limit(3):scalar_subquery()
    assert.same({param_1 = 3}, la.select(s, s):compile{dialect = old}.params)
  end)
  it("finds no label where FOR UPDATE names its column", function()
    local s = la.select(t.c.id:label("x")):limit(3):with_for_update{of = t.c.id}
    assert.equal("SELECT anon_1.x, anon_1.id \nFROM (SELECT t.id AS x, t.id AS id \nFROM t) anon_1 \n"
      .. "WHERE ROWNUM <= __[POSTCOMPILE_param_1] FOR UPDATE OF anon_1.id", tostring(s:compile{dialect = old}))
  end)
end)

describe("column(+)", function()
  it("brings no table in", function()
    local u, alias = la.table("u", la.column("x")), t:alias("o")
    local s = la.select(u.c.x):outerjoin(alias, t.c.id:eq(u.c.x))
    assert.equal("SELECT u.x \nFROM u, t o \nWHERE t.id(+) = u.x",
      tostring(s:compile{dialect = la.oracle.dialect{use_ansi = false}}))
  end)
end)

describe("ON DUPLICATE KEY UPDATE", function()
  local insert = la.mysql.insert(t):values{a = 1}
  local function sets(value) return insert:on_duplicate_key_update{b = value:scalar_subquery()} end
  local before = "INSERT INTO t (a) VALUES (:a) ON DUPLICATE KEY UPDATE b = (SELECT "
  local rows = la.func.f(insert.inserted.a):table_valued("x")
  compiles("has inserted columns in functions to select from", sets(la.select(rows.c.x)), {
    mysql = before .. "anon_1.x FROM f(VALUES(a)) AS anon_1)",
  })
  local more = la.select((insert.inserted.a + 1):label("x")):subquery()
  compiles("and in subqueries", sets(la.select(more.c.x):where(more.c.x:gt(5))), {
    mysql = before .. "anon_1.x FROM (SELECT VALUES(a) + :a_1 AS x) AS anon_1 WHERE anon_1.x > :x_1)",
  })
end)

describe("add_cte() of an INSERT within a CTE", function()
  compiles("leaves the name of the table alone", function()
    local made = la.insert(t):values{a = 1}:add_cte(seven):returning(t.c.id):cte("made")
    return la.select(made.c.id)
  end, {
    default = "WITH c AS (SELECT :param_2 AS n), made AS (INSERT INTO t (a) VALUES (:param_1) RETURNING t.id) "
      .. "SELECT made.id FROM made",
    sqlite = "WITH c AS (SELECT :param_2 AS n), made AS (INSERT INTO t (a) VALUES (:param_1) RETURNING id) "
      .. "SELECT made.id FROM made",
  })
end)

describe("outparam() beside RETURNING", function()
  compiles("is not Oracle's", la.insert(t):values{a = la.bindparam("x", {isoutparam = true})}, {
    oracle = {fails = "Using explicit outparam() objects"}, default = "INSERT INTO t (a) VALUES (:x)",
    postgresql = "INSERT INTO t (a) VALUES (:x) RETURNING t.id",
  })
end)

describe("mysql.REAL", function()
  it("is cast to as it is", function()
    local dialect = la.mysql.dialect()
    dialect.server_version_info = {8, 0, 20}
    assert.equal("CAST(%s AS REAL)", tostring(la.cast(0.5, la.mysql.REAL):compile{dialect = dialect}))
    assert.equal("CAST(%s AS FLOAT)", tostring(la.cast(0.5, la.REAL):compile{dialect = dialect}))
  end)
end)

describe("comparisons with EXISTS on the right", function()
  local exists = la.exists()
  compiles("change sides as in SQLAlchemy", la.func.f((-t.c.a):ge(exists), la.not_(true):ge(exists)), {
    default = "f((EXISTS (SELECT *)) <= -t.a, :param_1 = 0 >= (EXISTS (SELECT *)))",
    postgresql = "f((EXISTS (SELECT *)) <= -t.a, NOT :param_1 >= (EXISTS (SELECT *)))",
  })
end)

describe("RETURNING of Oracle in a CTE", function()
  compiles("has places of its own", function()
    local gone = la.delete(t):returning(t.c.a):cte("gone")
    return la.delete(t):returning(t.c.id):add_cte(gone)
  end, {
    oracle = "WITH gone AS (DELETE FROM t RETURNING t.a INTO :ret_0) DELETE FROM t RETURNING t.id INTO :ret_0",
    sqlite = "WITH gone AS (DELETE FROM t RETURNING a) DELETE FROM t RETURNING id",
    mssql = "WITH gone AS (DELETE FROM t OUTPUT deleted.a) DELETE FROM t OUTPUT deleted.id",
    default = "WITH gone AS (DELETE FROM t RETURNING t.a) DELETE FROM t RETURNING t.id",
  })
end)

describe("a join of a table with what it is part of", function()
  compiles("finds its foreign key from both sides", function()
    local tree = la.Table("tree", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
      la.Column("up", la.ForeignKey("tree.id")))
    return la.select(tree.c.id):join(t, la.true_()):outerjoin_from(t, tree)
  end, {
    postgresql = "SELECT tree.id FROM tree JOIN t ON true "
      .. "LEFT OUTER JOIN tree ON tree.id = tree.up AND tree.id = tree.up",
  })
end)

describe("rows of an INSERT in the order of their sets", function()
  local q = la.Table("q", la.MetaData(), la.Column("y", la.String),
    la.Column("id", la.Integer, la.Sequence("sq"), {primary_key = true}), la.Column("x", la.Integer))
  compiles("have the key that the database makes beside VALUES", function()
    return la.insert(q):returning(q.c.id, {sort_by_parameter_order = true})
  end, {
    postgresql = "INSERT INTO q (y, id, x) SELECT p0::VARCHAR, nextval('sq'), p2::INTEGER FROM (VALUES (:y, :x)) "
      .. "AS imp_sen(p0, p2, sen_counter) ORDER BY sen_counter RETURNING q.id, q.id AS id__1",
    options = {for_executemany = true, column_keys = {"x", "y"}},
  })
end)

describe("a cast beside TRY_CAST", function()
  compiles("changes sides as in SQLAlchemy", la.cast(t.c.a, la.String):lt(la.try_cast(t.c.b, la.String)), {
    mssql = "TRY_CAST (t.b AS VARCHAR(max)) > CAST(t.a AS VARCHAR(max))",
  })
end)
