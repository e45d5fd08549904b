-- What programs ported from SQLAlchemy's own tests of expressions, results and schemas found to be otherwise.
local la = require "lualchemy"
local support = require "spec.support"

local function fails(class, message, fn, ...)
  local ok, e = pcall(fn, ...)
  assert.is_false(ok)
  assert.is_true(la.exc[class]:is(e), tostring(e))
  assert.equal(message, e.message)
end

local a = la.table("a", la.column("id", la.Integer), la.column("x", la.Integer))

describe("functions that make FROM elements", function()
  it("take what can stand in FROM, or a SELECT", function()
    assert.equal("SELECT s.id \nFROM LATERAL (SELECT a.id AS id \nFROM a) AS s",
      tostring(la.select(la.lateral(la.select(a.c.id), "s"))))
    assert.equal("SELECT b.id, b.x \nFROM a AS b", tostring(la.select(la.alias(a, "b"))))
    local expected = "FROM expression, such as a Table or alias() object expected, got "
    for _, fn in ipairs{la.alias, la.lateral, function(x) return la.tablesample(x, 5) end} do
      fails("ArgumentError", expected .. "12.", fn, 12)
      fails("ArgumentError", expected .. "<column 'id'>.", fn, a.c.id)
      fails("ArgumentError", expected .. "<null>.", fn, la.null())
      fails("ArgumentError", expected .. "<insert>.", fn, la.insert(a))
    end
  end)

  it("give a sampled function its one column", function()
    assert.equal("SELECT anon_1.f_1 \nFROM f() AS anon_1 TABLESAMPLE system(:system_1)",
      tostring(la.select(la.tablesample(la.func.f(), 5))))
  end)
end)

describe("constraints and indexes", function()
  it("are of columns, names or expressions", function()
    local expected = "String column name or column expression for DDL constraint expected, got "
    fails("ArgumentError", expected .. "12", la.UniqueConstraint, "a", 12)
    fails("ArgumentError", expected .. "INTEGER", la.PrimaryKeyConstraint, la.Integer())
    fails("ArgumentError", expected .. "MetaData()", la.Index, "i", la.MetaData())
    fails("ArgumentError", expected .. "a", la.UniqueConstraint, la.Table("a", la.MetaData()))
  end)

  it("have a convention for indexes unless told another", function()
    assert.same({ix = "ix_%(column_0_label)s"}, la.MetaData().naming_convention)
    assert.same({uq = "u"}, la.MetaData{naming_convention = {uq = "u"}}.naming_convention)
  end)
end)

describe("sequences and identities", function()
  it("print their options", function()
    assert.equal("Sequence('s', start=5, cycle=True, schema='z')", tostring(la.Sequence("s", {start = 5, cycle = true,
      schema = "z"})))
    assert.equal("Identity(always=True, start=3)", tostring(la.Identity{always = true, start = 3}))
    assert.equal("Identity()", tostring(la.Identity()))
  end)
end)

describe("a label without letters", function()
  it("is none", function()
    assert.equal("SELECT a.x AS x_1 \nFROM a", tostring(la.select(a.c.x:label(""))))
  end)
end)

describe("constructs", function()
  it("have the name under which visitors find them", function()
    assert.equal("binary", a.c.x:eq(5).__visit_name__)
    assert.equal("bindparam", a.c.x:eq(5).right.__visit_name__)
    assert.equal("select", la.select(a).__visit_name__)
    assert.equal("table", a.__visit_name__)
  end)

  it("are alike whatever the order of what has none", function()
    assert.is_true(la.and_(a.c.x:eq(1), a.c.id:gt(2)):compare(la.and_(a.c.id:gt(2), a.c.x:eq(1))))
    assert.is_true((a.c.x + a.c.id):compare(a.c.id + a.c.x))
    assert.is_true(a.c.x:eq(a.c.id):compare(a.c.id:eq(a.c.x)))
    assert.is_false((a.c.x - a.c.id):compare(a.c.id - a.c.x))
    assert.is_false(la.and_(a.c.x:eq(1), a.c.id:gt(2)):compare(la.or_(a.c.id:gt(2), a.c.x:eq(1))))
    assert.is_false(la.and_(a.c.x:eq(1), a.c.x:eq(1)):compare(la.and_(a.c.x:eq(1), a.c.id:gt(2))))
  end)
end)

describe("a URL", function()
  it("takes the digits of a port", function()
    assert.equal(55, la.URL.create("x", {port = "55"}).port)
    assert.is_false(pcall(la.URL.create, "x", {port = "5x"}))
  end)
end)

describe("a dialect", function()
  it("tells the driver that a URL without one means", function()
    assert.equal("psycopg2", la.postgresql.dialect().driver)
    assert.equal("pysqlite", la.create_engine("sqlite://").dialect.driver)
  end)
end)

describe("results of SQLite", function()
  local engine, conn
  local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.Integer))
  setup(function()
    engine = la.create_engine("sqlite://")
    conn = engine:connect()
    t:create(conn)
    conn:execute(la.insert(t), {{x = 1}, {x = 2}, {x = 3}})
  end)
  teardown(function() conn:close() end)

  it("give one row to fetchmany() that is not told how many", function()
    local result = conn:execute(la.select(t))
    assert.equal(1, #result:fetchmany())
    assert.equal(2, #result:all())
    assert.equal(2, #conn:execute(la.select(t)):yield_per(2):fetchmany())
  end)

  it("of many sets have no returned_defaults", function()
    fails("InvalidRequestError", "This statement was an executemany call; if return defaults is supported, please use "
      .. ".returned_defaults_rows.", function()
      return conn:execute(la.insert(t), {{x = 4}, {x = 5}}).returned_defaults
    end)
  end)

  it("an expanding bind wants a list", function()
    local stmt = la.select(t.c.id):where(t.c.x:in_(la.bindparam("xs", {expanding = true})))
    assert.same({2, 3}, conn:scalars(stmt, {xs = {2, 3}}):all())
    for _, value in ipairs{7, "7", true} do
      local ok, e = pcall(conn.execute, conn, stmt, {xs = value})
      assert.is_false(ok)
      assert.matches("value of an expanding bind parameter must be a list; 'xs' got a " .. type(value), tostring(e))
    end
  end)

  it("an expanding bind that is written out wants one, too", function()
    local stmt = la.select(t.c.id):where(t.c.x:in_(la.bindparam("xs", 5)))
    local ok, e = pcall(stmt.compile, stmt, {literal_binds = true})
    assert.is_false(ok)
    assert.matches("value of an expanding bind parameter must be a list", tostring(e))
  end)

  it("names of isolation levels may be written in small letters", function()
    local other = la.create_engine("sqlite://", {isolation_level = "read_uncommitted"})
    assert.equal("READ UNCOMMITTED", other:connect(function(c) return c:get_isolation_level() end))
    fails("ArgumentError", "Invalid value 'ZORK' for isolation_level. Valid isolation levels for 'sqlite' are "
      .. "READ UNCOMMITTED, SERIALIZABLE, AUTOCOMMIT", function()
      la.create_engine("sqlite://", {isolation_level = "zork"}):connect()
    end)
  end)
end)

describe("reflection in SQLite", function()
  local engine = la.create_engine("sqlite://")
  local function inspect(...)
    local conn = engine:connect()
    for _, sql in ipairs{...} do conn:exec_driver_sql(sql) end
    return la.inspect(conn)
  end

  it("tells generated columns with names that begin alike apart", function()
    local i = inspect "CREATE TABLE g (idx INTEGER, h AS (idx + 1) STORED, i AS (idx * 2))"
    local columns = i:get_columns("g")
    assert.same({sqltext = "idx + 1", persisted = true}, columns[2].computed)
    assert.same({sqltext = "idx * 2", persisted = false}, columns[3].computed)
  end)

  it("gives checks by name, those without one last", function()
    local i = inspect "CREATE TABLE c (x INTEGER CHECK (x > 1), CONSTRAINT b CHECK (x < 9), CONSTRAINT a CHECK (x < 8))"
    assert.same({{name = "a", sqltext = "x < 8"}, {name = "b", sqltext = "x < 9"}, {sqltext = "x > 1"}},
      i:get_check_constraints("c"))
  end)

  it("gives foreign keys of the table first, in the order of its text", function()
    local i = inspect("CREATE TABLE p (id INTEGER PRIMARY KEY)",
      [[CREATE TABLE f (a INTEGER REFERENCES p (id), b INTEGER REFERENCES p (id), c INTEGER, d INTEGER,
        FOREIGN KEY (c) REFERENCES p (id), CONSTRAINT fd FOREIGN KEY (d) REFERENCES p (id))]])
    local found = {}
    for n, key in ipairs(i:get_foreign_keys("f")) do found[n] = key.constrained_columns[1] end
    assert.same({"c", "d", "b", "a"}, found)
  end)

  it("has no tables in a schema that is not there", function()
    assert.is_false(inspect():has_table("t", {schema = "nowhere"}))
  end)
end)

for db in support.databases() do
  if db.name == "postgresql" then
    it("reflection in PostgreSQL names the sequence of a default in the schema that was asked for", function()
      local engine = db:engine()
      engine:connect(function(conn)
        conn:exec_driver_sql "CREATE SCHEMA ported"
        conn:exec_driver_sql "SET LOCAL search_path TO ported"
        conn:exec_driver_sql "CREATE TABLE ported.t (id SERIAL PRIMARY KEY)"
        conn:exec_driver_sql "CREATE DOMAIN ported.d AS VARCHAR(5)"
        local i = la.inspect(conn)
        assert.equal("nextval('\"ported\".t_id_seq'::regclass)", i:get_columns("t", {schema = "ported"})[1].default)
        assert.equal("nextval('t_id_seq'::regclass)", i:get_columns("t")[1].default)
        assert.equal("character varying", i:get_domains{schema = "ported"}[1].type)
      end)
      engine:dispose()
    end)
  end
end

describe("listeners", function()
  local function note(list, name) return function() list[#list + 1] = name end end

  it("to a connection come before those to its engine, these before those to the engine that it was made of", function()
    local heard, engine = {}, la.create_engine("sqlite://")
    local second = engine:execution_options{a = 1}
    local third = second:execution_options{b = 2}
    la.event.listen(engine, "before_execute", note(heard, "engine"))
    la.event.listen(second, "before_execute", note(heard, "second"))
    la.event.listen(third, "before_execute", note(heard, "third"))
    third:connect(function(conn)
      la.event.listen(conn, "before_execute", note(heard, "connection"))
      conn:execute(la.text "SELECT 1")
    end)
    assert.same({"connection", "third", "second", "engine"}, heard)
  end)

  it("that propagate hear of copies of columns, constraints and tables", function()
    local heard = {}
    local function listen(item, name)
      la.event.listen(item, name, function(x, parent)
        heard[#heard + 1] = x.name .. "/" .. (la.Table:is(parent) and parent.name or "…")
      end, {propagate = true})
      return item
    end
    local column, unique = la.Column("x", la.Integer), la.UniqueConstraint("x", {name = "u"})
    local t = la.Table("t", la.MetaData(), listen(column, "after_parent_attach"), listen(unique, "after_parent_attach"))
    listen(t, "before_create")
    local m = la.MetaData()
    t:to_metadata(m, {name = "t2"}):to_metadata(m, {name = "t3"})
    assert.same({"x/t", "u/t", "x/t2", "u/t2", "x/t3", "u/t3"}, heard)
    m:create_all(la.create_engine("sqlite://"))
    assert.equal("t2/…", heard[7])
    assert.equal("t3/…", heard[8])
  end)
end)
