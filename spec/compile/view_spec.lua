-- CREATE VIEW, CREATE TABLE … AS, DROP VIEW.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

describe("views", function()
  local m = la.MetaData()
  local t = la.Table("src", m, la.Column("id", la.Integer), la.Column("name", la.String(50)))
  local other = la.Table("other", m, la.Column("id", la.Integer), la.Column("status", la.String(20)))
  local select = la.select(t.c.id, t.c.name)

  compiles("of a SELECT", la.CreateView(select, "v"), {default = "CREATE VIEW v AS SELECT src.id, src.name FROM src"})
  compiles("in a schema, in quotes", la.CreateView(select, "My View", {schema = "s"}), {
    default = "CREATE VIEW s.\"My View\" AS SELECT src.id, src.name FROM src",
  })
  compiles("in no schema", la.CreateView(la.select(t.c.id), "v", {schema = ""}), {
    default = "CREATE VIEW v AS SELECT src.id FROM src",
  })
  compiles("with values written out", la.CreateView(la.select(t.c.id):where(t.c.name:eq("x")), "v"), {
    default = "CREATE VIEW v AS SELECT src.id FROM src WHERE src.name = 'x'",
  })
  compiles("with words", la.CreateView(la.select(t.c.id), "v",
    {temporary = true, or_replace = true, materialized = true}), {
    default = "CREATE OR REPLACE TEMPORARY MATERIALIZED VIEW v AS SELECT src.id FROM src",
    mssql = "CREATE OR ALTER TEMPORARY MATERIALIZED VIEW v AS SELECT src.id FROM src",
  })
  compiles("with options of dialects", la.CreateView(la.select(t.c.id), "v", {
    sqlite_if_not_exists = true, postgresql_with = {security_barrier = true, check_option = "local"}}), {
    default = "CREATE VIEW v AS SELECT src.id FROM src",
    sqlite = "CREATE VIEW IF NOT EXISTS v AS SELECT src.id FROM src",
    postgresql = "CREATE VIEW v WITH (check_option = local, security_barrier = true) AS SELECT src.id FROM src",
  })
  compiles("of a union", la.CreateView(la.select(t.c.id:label("a")):union(la.select(other.c.id)), "v"), {
    default = "CREATE VIEW v AS SELECT src.id AS a FROM src UNION SELECT other.id FROM other",
  })
  compiles("of text", la.CreateView(la.text("SELECT a FROM x"):columns(la.column("a", la.Integer)), "v"), {
    default = "CREATE VIEW v AS SELECT a FROM x",
  })
  compiles("that are dropped", la.schema.DropView(la.CreateView(select, "v").table, {if_exists = true}), {
    default = "DROP VIEW IF EXISTS v",
  })
  compiles("that are stored and dropped", la.schema.DropView(t, {materialized = true}), {
    default = "DROP MATERIALIZED VIEW src",
  })

  it("have a table of the columns", function()
    local view = la.CreateView(la.select(t.c.name:label("n"), la.func.count(), la.func.count(t.c.id)), "v").table
    assert.same({"n", "count_1", "count_2"}, view.c:keys())
    assert.equal("VARCHAR(50)", tostring(view.c.n.type))
    assert.is_true(view.is_view)
    assert.is_false(t.is_view)
  end)

  it("tell what they are made of", function()
    local statement = la.CreateView(select, "v", {metadata = m, or_replace = true, sqlite_if_not_exists = true})
    assert.equal(m, statement.metadata)
    assert.equal(m.tables.v, statement.table)
    assert.equal(select, statement.selectable)
    assert.is_true(statement.or_replace)
    assert.is_false(statement.materialized)
    assert.is_true(statement.dialect_options.sqlite.if_not_exists)
    m:remove(statement.table)
  end)

  it("refuse what is no SELECT", function()
    assert.has_error(function() la.CreateView(t, "v") end,
      "CreateView: argument 'selectable' must be a SELECT, got table")
    assert.has_error(function() la.CreateView(select) end, "CreateView: argument 'name' must be a string, got nil")
    assert.has_error(function() la.CreateView(select, "v", {postgresql_x = 1}) end,
      "Argument 'postgresql_x' is not accepted by dialect 'postgresql' on behalf of CreateView")
  end)
end)

describe("CREATE TABLE AS", function()
  local t = la.Table("src", la.MetaData(), la.Column("id", la.Integer), la.Column("name", la.String(50)))

  compiles("a SELECT", la.CreateTableAs(la.select(t.c.id), "d",
    {schema = "s", temporary = true, if_not_exists = true}), {
    default = "CREATE TEMPORARY TABLE IF NOT EXISTS s.d AS SELECT src.id FROM src",
  })
  compiles("by into()", la.select(t.c.id):where(t.c.id:eq(2)):into("d", {schema = "s"}), {
    default = "CREATE TABLE s.d AS SELECT src.id FROM src WHERE src.id = 2",
    mssql = "SELECT src.id INTO s.d FROM src WHERE src.id = 2",
  })
  local cte = la.select(t.c.id:label("aid")):cte("u")
  compiles("a SELECT with a CTE", la.select(cte.c.aid):into("d"), {
    default = "CREATE TABLE d AS WITH u AS (SELECT src.id AS aid FROM src) SELECT u.aid FROM u",
    mssql = "WITH u AS (SELECT src.id AS aid FROM src) SELECT u.aid INTO d FROM u",
  })
  local inner = la.select(la.func.max(t.c.id)):correlate(la.NULL):scalar_subquery()
  compiles("a SELECT with another in it", la.select(t.c.id, inner:label("m")):where(t.c.name:eq("(")):into("d"), {
    mssql = "SELECT src.id, (SELECT max(src.id) AS max_1 FROM src) AS m INTO d FROM src WHERE src.name = '('",
  })
  compiles("a SELECT of nothing", la.select(la.literal(1):label("x")):into("d"), {
    default = "CREATE TABLE d AS SELECT 1 AS x",
    mssql = {fails = "Could not find FROM keyword in selectable for CREATE TABLE AS"},
  })
end)
