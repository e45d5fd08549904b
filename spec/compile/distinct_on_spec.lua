-- postgresql.distinct_on(): DISTINCT ON as an extension of a SELECT.
local la = require "lualchemy"
local support = require "spec.support"
local compiles = support.compiles

local on = la.postgresql.distinct_on
local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}), la.Column("a", la.String),
  la.Column("b", la.String))

--- The SQL on PostgreSQL; all others refuse it.
local function on_postgresql(name, stmt, sql)
  local refused = {fails = "can't render element of type postgresql_distinct_on"}
  compiles(name, stmt, {default = refused, postgresql = sql, mysql = refused, mssql = refused, oracle = refused})
  it(name .. ", as text", function() assert.equal(sql, (tostring(stmt):gsub("\n", ""))) end)
end

local function fails(message, fn, ...)
  local ok, e = pcall(fn, ...)
  assert.is_false(ok)
  assert.is_truthy(tostring(e):find(message, 1, true), tostring(e))
end

describe("distinct_on", function()
  on_postgresql("a column", la.select(t):ext(on(t.c.a)), "SELECT DISTINCT ON (t.a) t.id, t.a, t.b FROM t")
  on_postgresql("several, which add up", la.select(t):ext(on(t.c.a)):ext(on(t.c.b, t.c.a)),
    "SELECT DISTINCT ON (t.a, t.b, t.a) t.id, t.a, t.b FROM t")
  on_postgresql("a label", la.select(t.c.id:label("foo")):ext(on "foo"), "SELECT DISTINCT ON (foo) t.id AS foo FROM t")
  on_postgresql("an expression, after distinct()", la.select(t.c.id):distinct():ext(on(la.func.lower(t.c.a))),
    "SELECT DISTINCT ON (lower(t.a)) t.id FROM t")
  on_postgresql("in a subquery", la.select(la.func.count()):select_from(la.select(t.c.id):ext(on(t.c.a)):subquery()),
    "SELECT count(*) AS count_1 FROM (SELECT DISTINCT ON (t.a) t.id AS id FROM t) AS anon_1")
  compiles("nothing", la.select(t.c.id):ext(on()), {
    postgresql = "SELECT DISTINCT t.id FROM t",
  })

  it("is not mixed with expressions in distinct()", function()
    fails("Cannot mix", function() return la.select(t):distinct(t.c.b):ext(on(t.c.a)) end)
    local mixed = la.select(t):ext(on(t.c.a)):distinct(t.c.b)
    fails("Cannot mix", mixed.compile, mixed, {dialect = "postgresql"})
  end)

  it("is for SELECT alone", function()
    assert.is_true(la.SyntaxExtension:is(on(t.c.a)))
    fails("cannot be applied to update", function() return la.update(t):ext(on(t.c.a)) end)
  end)

  it("follows aliases, in a Query and within eager loads", function()
    local Base = la.declarative_base()
    local User = Base:class("User", {__tablename__ = "u", id = la.Column{la.Integer, primary_key = true},
      name = la.Column(la.String), things = la.relationship{"Thing"}})
    Base:class("Thing", {__tablename__ = "g", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.ForeignKey "u.id"}})
    local function sql(x) return (tostring(x:compile{dialect = "postgresql"}):gsub("\n", "")) end
    local alias = la.aliased(User)
    assert.equal("SELECT DISTINCT ON (u_1.name) u_1.id, u_1.name FROM u AS u_1",
      sql(la.Session():query(alias):ext(on(alias.name)).statement))
    assert.equal("SELECT anon_1.id, anon_1.name, g_1.id AS id_1, g_1.user_id FROM (SELECT DISTINCT ON (u.name) "
      .. "u.id AS id, u.name AS name FROM u) AS anon_1 LEFT OUTER JOIN g AS g_1 ON anon_1.id = g_1.user_id",
      sql(la.select(User):options(la.joinedload(User.things)):ext(on(User.name))))
  end)
end)

for db in support.databases() do
  if db.name == "postgresql" then
    it("distinct_on runs on PostgreSQL", function()
      db:engine():begin(function(conn)
        t:create(conn)
        conn:execute(la.insert(t), {{a = "x", b = "2"}, {a = "x", b = "1"}, {a = "y", b = "3"}})
        local first = la.select(t.c.b):ext(on(t.c.a)):order_by(t.c.a, t.c.b)
        assert.same({"1", "3"}, conn:execute(first):scalars():all())
      end)
    end)
  end
end
