-- create_all and drop_all: which statements, in which order; SchemaGenerator and SchemaDropper, which say so.
local la = require "lualchemy"

--- A connection that notes as texts what it executes. `there`: what is in its database; what it is asked for is noted
-- in `asked`.
local function connection_of(name, there)
  local dialect, out = la[name].dialect(), {asked = {}}
  local connection = {dialect = dialect, out = out}
  function connection:execute(element)
    out[#out + 1] = (tostring(element:compile{dialect = self.dialect}):gsub("[\n\t]", ""))
  end
  function connection:schema_for_object(object) return object.schema end -- luacheck: ignore 212
  for _, kind in ipairs{"table", "sequence", "type"} do
    dialect["has_" .. kind] = function(_, _, item)
      table.insert(out.asked, kind .. " " .. item)
      return there[kind .. " " .. item] or false
    end
  end
  return connection
end

local function visit(method, element, name, o)
  local connection = connection_of(name, o and o.there)
  function connection:_run_ddl_visitor(visitor, x, keywords)
    visitor(self.dialect, self, keywords):traverse_single(x)
  end
  element[method](element, connection, {checkfirst = o and o.there and true or false, tables = o and o.tables})
  connection.out.asked = nil
  return connection.out
end

local ALL = {METADATA = "_all"}
local core = require "lualchemy.core"
local function create(element, name, o)
  return visit("create" .. (ALL[core.kind(element)] or ""), element, name, o)
end
local function drop(element, name, o)
  return visit("drop" .. (ALL[core.kind(element)] or ""), element, name, o)
end

describe("creating", function()
  local m
  before_each(function()
    m = la.MetaData()
    la.Table("a", m, la.Column("id", la.Integer, la.Sequence("aseq"), {primary_key = true}),
      la.Column("bid", la.Integer, la.ForeignKey("b.id")), la.Column("e", la.Enum("x", "y", {name = "en"})),
      {comment = "ca"})
    la.Table("b", m, la.Column("id", la.Integer, {primary_key = true, comment = "cb"}),
      la.Column("ix", la.Integer, {index = true}), la.Column("e", la.Enum("x", "y", {name = "en"})))
    la.Sequence("free", {metadata = m})
    la.Sequence("opt", {metadata = m, optional = true})
  end)

  it("goes from what is referred to to what refers", function()
    assert.same({
      "CREATE TYPE en AS ENUM ('x', 'y')",
      "CREATE SEQUENCE free",
      "CREATE TABLE b (id SERIAL NOT NULL, ix INTEGER, e en, PRIMARY KEY (id))",
      "CREATE INDEX ix_b_ix ON b (ix)",
      "COMMENT ON COLUMN b.id IS 'cb'",
      "CREATE SEQUENCE aseq",
      "CREATE TABLE a (id INTEGER NOT NULL, bid INTEGER, e en, PRIMARY KEY (id), FOREIGN KEY(bid) REFERENCES b (id))",
      "COMMENT ON TABLE a IS 'ca'",
    }, create(m, "postgresql"))
    assert.same({"DROP TABLE a", "DROP TABLE b", "DROP SEQUENCE aseq", "DROP SEQUENCE free", "DROP TYPE en"},
      drop(m, "postgresql"))
    assert.same({"DROP TABLE a", "DROP TABLE b"}, drop(m, "sqlite"))
  end)

  it("leaves what is there", function()
    local there = {["table b"] = true, ["type en"] = true, ["sequence free"] = true, ["sequence aseq"] = true}
    assert.same({
      "CREATE TABLE a (id INTEGER NOT NULL, bid INTEGER, e en, PRIMARY KEY (id), FOREIGN KEY(bid) REFERENCES b (id))",
      "COMMENT ON TABLE a IS 'ca'",
    }, create(m, "postgresql", {there = there}))
    assert.same({"DROP TABLE b", "DROP SEQUENCE aseq", "DROP SEQUENCE free", "DROP TYPE en"},
      drop(m, "postgresql", {there = there}))
  end)

  it("takes some tables", function()
    assert.same({"CREATE TABLE b (id INTEGER NOT NULL, ix INTEGER, e VARCHAR(1), PRIMARY KEY (id))",
      "CREATE INDEX ix_b_ix ON b (ix)"}, create(m, "sqlite", {tables = {m.tables.b}}))
  end)

  it("takes a table, an index, a sequence, a type", function()
    local t = m.tables.b
    assert.same({"CREATE TYPE en AS ENUM ('x', 'y')",
      "CREATE TABLE b (id SERIAL NOT NULL, ix INTEGER, e en, PRIMARY KEY (id))", "CREATE INDEX ix_b_ix ON b (ix)",
      "COMMENT ON COLUMN b.id IS 'cb'"}, create(t, "postgresql"))
    assert.same({"DROP TABLE b", "DROP TYPE en"}, drop(t, "postgresql"))
    assert.same({"CREATE INDEX ix_b_ix ON b (ix)"}, create(t.indexes[1], "sqlite"))
    assert.same({"DROP INDEX ix_b_ix"}, drop(t.indexes[1], "sqlite"))
    assert.same({"CREATE SEQUENCE s"}, create(la.Sequence("s"), "postgresql"))
    assert.same({}, create(la.Sequence("s"), "sqlite"))
    assert.same({"CREATE TYPE en AS ENUM ('x', 'y')"}, create(t.c.e.type, "postgresql"))
    assert.same({}, create(t.c.e.type, "sqlite"))
  end)
end)

describe("circles", function()
  local function circle(x, y)
    local m = la.MetaData()
    local function of(name, other, key)
      la.Table(name, m, la.Column("id", la.Integer, {primary_key = true}),
        la.Column(other, la.Integer, la.ForeignKey(other .. ".id", key)))
    end
    of("x", "y", x)
    of("y", "x", y)
    return m
  end

  it("are closed by ALTER", function()
    local m = circle({name = "fxy"}, {name = "fyx"})
    assert.same({
      "CREATE TABLE x (id SERIAL NOT NULL, y INTEGER, PRIMARY KEY (id))",
      "CREATE TABLE y (id SERIAL NOT NULL, x INTEGER, PRIMARY KEY (id))",
      "ALTER TABLE x ADD CONSTRAINT fxy FOREIGN KEY(y) REFERENCES y (id)",
      "ALTER TABLE y ADD CONSTRAINT fyx FOREIGN KEY(x) REFERENCES x (id)",
    }, create(m, "postgresql"))
    assert.same({"ALTER TABLE x DROP CONSTRAINT fxy", "ALTER TABLE y DROP CONSTRAINT fyx", "DROP TABLE y",
      "DROP TABLE x"}, drop(m, "postgresql"))
  end)

  it("of keys without names cannot be dropped", function()
    local m = circle({}, {})
    local ok, e = pcall(drop, m, "postgresql")
    assert.is_false(ok)
    assert.is_true(la.exc.CircularDependencyError:is(e))
    assert.is_truthy(tostring(e):find("Can't sort tables for DROP; an unresolvable foreign key dependency exists "
      .. "between tables: x, y.  Please ensure", 1, true))
  end)

  it("matter little where there is no ALTER", function()
    local err = require "lualchemy.error"
    local m, warning = circle({}, {}), nil
    assert.same({
      "CREATE TABLE x (id INTEGER NOT NULL, y INTEGER, PRIMARY KEY (id), FOREIGN KEY(y) REFERENCES y (id))",
      "CREATE TABLE y (id INTEGER NOT NULL, x INTEGER, PRIMARY KEY (id), FOREIGN KEY(x) REFERENCES x (id))",
    }, create(m, "sqlite"))
    local before = err.on_warning
    err.on_warning = function(message) warning = message end
    assert.same({"DROP TABLE x", "DROP TABLE y"}, drop(m, "sqlite"))
    err.on_warning = before
    assert.is_truthy(warning:find("Can't sort tables for DROP", 1, true))
  end)

  it("that use_alter opens are none", function()
    local m = circle({use_alter = true, name = "fxy"}, {})
    assert.same({"DROP TABLE y", "DROP TABLE x"}, drop(m, "sqlite"))
    assert.equal("ALTER TABLE x ADD CONSTRAINT fxy FOREIGN KEY(y) REFERENCES y (id)", create(m, "postgresql")[3])
  end)
end)

describe("SchemaGenerator and SchemaDropper", function()
  local m, there
  before_each(function()
    m = la.MetaData()
    la.Table("a", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("b", la.ForeignKey("b.id")))
    la.Table("b", m, la.Column("id", la.Integer, la.Sequence("s"), {primary_key = true}),
      la.Column("x", la.Integer, {index = true}))
    there = {["table b"] = true}
  end)

  local function run(visitor, item, o)
    local connection = connection_of("postgresql", there)
    visitor(connection.dialect, connection, o):traverse_single(item)
    return connection.out
  end

  it("visit a MetaData, a table, an index, a sequence, a foreign key", function()
    local out = run(la.schema.SchemaGenerator, m, {checkfirst = true})
    assert.same({"table a", "table b"}, out.asked)
    assert.same("CREATE TABLE a (id SERIAL NOT NULL, b INTEGER, PRIMARY KEY (id), FOREIGN KEY(b) REFERENCES b (id))",
      out[1])
    assert.equal(1, #out)
    assert.same({"DROP TABLE a"}, {run(la.schema.SchemaDropper, m, {tables = {m.tables.a}})[1]})
    assert.same({"CREATE INDEX ix_b_x ON b (x)", asked = {}}, run(la.schema.SchemaGenerator, m.tables.b.indexes[1]))
    assert.same({"DROP SEQUENCE s", asked = {}}, run(la.schema.SchemaDropper, m.tables.b.c.id.default))
    assert.same({"ALTER TABLE a ADD FOREIGN KEY(b) REFERENCES b (id)", asked = {}},
      run(la.schema.SchemaGenerator, m.tables.a.foreign_key_constraints[1]))
    assert.has_error(function() run(la.schema.SchemaGenerator, m, {check_first = true}) end)
  end)

  it("have subclasses", function()
    local seen = {}
    local Loud = la.schema.SchemaGenerator:class("Loud", {
      visit_table = function(self, t, kw)
        seen[#seen + 1] = t.name
        if t.name ~= "a" then la.schema.SchemaGenerator.visit_table(self, t, kw) end
      end,
      visit_index = function() end,
    })
    local out = run(Loud, m)
    assert.same({"b", "a"}, seen)
    assert.same({"CREATE SEQUENCE s", "CREATE TABLE b (id INTEGER NOT NULL, x INTEGER, PRIMARY KEY (id))", asked = {}},
      out)
    assert.is_true(la.schema.SchemaVisitor:is(Loud(la.sqlite.dialect(), {})))
    assert.is_true(la.schema.InvokeDDLBase:is(Loud(la.sqlite.dialect(), {})))
    assert.is_false(la.schema.SchemaDropper:is(Loud(la.sqlite.dialect(), {})))
  end)

  it("tell listeners who they are", function()
    local runner
    la.event.listen(m, "before_create", function(_, _, kw) runner = kw._ddl_runner end)
    local connection = connection_of("sqlite", {})
    local generator = la.schema.SchemaGenerator(connection.dialect, connection)
    generator:traverse_single(m)
    assert.equal(generator, runner)
  end)

  it("are what an engine runs", function()
    local engine, names = la.create_engine("sqlite://"), {}
    engine:_run_ddl_visitor(la.schema.SchemaGenerator, m, {checkfirst = true})
    assert.same({"a", "b"}, la.inspect(engine):get_table_names())
    assert.is_true(engine:connect(function(c) return engine.dialect:has_table(c, "a") end))
    engine:_run_ddl_visitor(la.schema.SchemaDropper, m, {tables = {m.tables.a}})
    assert.same({"b"}, la.inspect(engine):get_table_names())
    local Names = la.schema.SchemaVisitor:class("Names", {
      visit_table = function(_, t) names[#names + 1] = t.name end,
    })
    for _, t in ipairs(m.sorted_tables) do Names():traverse_single(t) end
    assert.same({"b", "a"}, names)
  end)
end)

describe("events", function()
  it("come before and after", function()
    local m, heard = la.MetaData(), {}
    local p = la.Table("p", m, la.Column("id", la.Integer))
    la.event.listen(p, "after_create", la.DDL("ALTER %(fullname)s"))
    la.event.listen(p, "before_create", la.DDL("ON PG"):execute_if{dialect = "postgresql"})
    la.event.listen(p, "before_drop", la.DDL("ON SOME"):execute_if{dialect = {"mysql", "sqlite"}})
    la.event.listen(m, "after_create", la.DDL("META"))
    la.event.listen(p, "after_create", function(t, connection, kw)
      heard[#heard + 1] = t.name .. " on " .. connection.dialect.name .. tostring(kw.checkfirst)
    end)
    la.event.listen(p, "after_create", la.DDL("ASKED"):execute_if{callable_ = function(_, target)
      return target == p
    end})
    assert.same({"ON PG", "CREATE TABLE p (id INTEGER)", "ALTER p", "ASKED", "META"}, create(m, "postgresql"))
    assert.same({"p on postgresqlfalse"}, heard)
    assert.same({"CREATE TABLE p (id INTEGER)", "ALTER p", "ASKED", "META"}, create(m, "sqlite"))
    assert.same({"ON SOME", "DROP TABLE p"}, drop(m, "sqlite"))
  end)

  it("live as long as the table", function()
    local m = la.MetaData()
    la.Table("p", m, la.Column("id", la.Integer))
    la.event.listen(m.tables.p, "after_create", la.DDL("HEARD"))
    collectgarbage()
    collectgarbage()
    assert.same({"CREATE TABLE p (id INTEGER)", "HEARD"}, create(m, "sqlite"))
  end)

  it("are heard by class, too", function()
    local heard = {}
    local function listener(t) heard[#heard + 1] = t.name end
    la.event.listen(la.Table, "after_parent_attach", listener)
    la.Table("fresh", la.MetaData(), la.Column("id", la.Integer))
    la.event.remove(la.Table, "after_parent_attach", listener)
    assert.same({"fresh"}, heard)
  end)
end)

describe("ddl_if", function()
  it("makes constraints and indexes of one dialect", function()
    local m = la.MetaData()
    local p = la.Table("p", m, la.Column("id", la.Integer))
    p:append_constraint(la.CheckConstraint("id > 5", {name = "c5"}):ddl_if{dialect = "postgresql"})
    la.Index("ix", p.c.id):ddl_if{dialect = "sqlite"}
    assert.same({"CREATE TABLE p (id INTEGER, CONSTRAINT c5 CHECK (id > 5))"}, create(m, "postgresql"))
    assert.same({"CREATE TABLE p (id INTEGER)", "CREATE INDEX ix ON p (id)"}, create(m, "sqlite"))
  end)
end)

describe("tables made by a SELECT", function()
  local m, t
  before_each(function()
    m = la.MetaData()
    t = la.Table("t", m, la.Column("id", la.Integer), la.Column("e", la.Enum("x", "y", {name = "en"})))
    local view = la.CreateView(la.select(t), "a_view", {metadata = m}).table
    local cte = la.select(view.c.id):cte("c")
    la.select(cte.c.id):into("a_copy", {metadata = m})
  end)

  local CREATED = {
    "CREATE TYPE en AS ENUM ('x', 'y')",
    "CREATE TABLE t (id INTEGER, e en)",
    "CREATE VIEW a_view AS SELECT t.id, t.e FROM t",
    "CREATE TABLE a_copy AS WITH c AS (SELECT a_view.id AS id FROM a_view) SELECT c.id FROM c",
  }

  it("come after those that they read", function()
    assert.same(CREATED, create(m, "postgresql"))
    assert.same({"DROP TABLE a_copy", "DROP VIEW a_view", "DROP TABLE t", "DROP TYPE en"}, drop(m, "postgresql"))
    assert.same({"DROP VIEW a_view"}, drop(m.tables.a_view, "postgresql"))
  end)

  it("keep SELECTs of every shape", function()
    local dialect = la.postgresql.dialect()
    local a, b = t:alias("a"), t:alias()
    local inner = la.select(t.c.id, (t.c.id + 1):label("n")):where(t.c.id:gt(1)):subquery()
    local middle = la.select(inner.c.n, a.c.e):join_from(inner, a, a.c.id:eq(inner.c.id)):subquery("m")
    local cte = la.select(t.c.id:label("i")):cte("c", {recursive = true})
    cte = cte:union_all(la.select(cte.c.i + 1):where(cte.c.i:lt(5)))
    local side = la.select(b.c.id):where(b.c.id:eq(a.c.id)):lateral("side")
    local shapes = {
      la.select(middle.c.n, la.func.count(middle.c.e):over{partition_by = middle.c.n}:label("w")):order_by(middle.c.n),
      la.select(cte.c.i, t.c.e):join(t, t.c.id:eq(cte.c.i)),
      la.select(a.c.id, side.c.id:label("s")):join(side, la.true_()),
      la.select(t.c.id):where(la.exists():where(b.c.id:eq(t.c.id))):union(la.select(middle.c.n)),
      la.select(la.select(la.func.max(a.c.id)):correlate(t):where(a.c.id:eq(t.c.id)):scalar_subquery(), t.c.id),
    }
    for i, shape in ipairs(shapes) do
      local statement = la.CreateView(shape, "v" .. i, {metadata = m})
      local text = tostring(statement:compile{dialect = dialect}):gsub("[\n\t]", "")
      assert.same({text}, create(statement.table, "postgresql"))
      local copy = statement.table:to_metadata(la.MetaData())
      assert.same({text}, create(copy, "postgresql"))
    end
    assert.same({"t", "a_view", "a_copy", "v1", "v2", "v3", "v4", "v5"}, m.tables:keys())
  end)

  it("are made in other MetaData likewise", function()
    local copies = la.MetaData()
    for _, name in ipairs{"t", "a_view", "a_copy"} do m.tables[name]:to_metadata(copies) end
    assert.same(CREATED, create(copies, "postgresql"))
    assert.is_true(copies.tables.a_view.is_view)
  end)

  it("and other tables may have statements of their own", function()
    t:set_creator_ddl(la.schema.CreateTable(t, {if_not_exists = true}))
    t:set_dropper_ddl(la.schema.DropTable(t, {if_exists = true}))
    assert.same({"CREATE TABLE IF NOT EXISTS t (id INTEGER, e VARCHAR(1))"}, create(t, "sqlite"))
    assert.same({"DROP TABLE IF EXISTS t"}, drop(t, "sqlite"))
    assert.has_error(function() t:set_creator_ddl("CREATE TABLE") end,
      "set_creator_ddl: argument 'ddl' must be a DDL element, got string")
  end)
end)
