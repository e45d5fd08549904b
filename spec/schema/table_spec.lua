-- Tables, columns and what they know of each other.
local la = require "lualchemy"

local function names(list)
  local out = {}
  for i, x in ipairs(list) do out[i] = x.name end
  return table.concat(out, " ")
end

describe("a MetaData", function()
  it("has its tables by key", function()
    local m = la.MetaData{schema = "dflt"}
    local b = la.Table("b", m, la.Column("id", la.Integer, {primary_key = true}))
    local c = la.Table("c", m, la.Column("id", la.Integer, la.ForeignKey("b.id")))
    local e = la.Table("e", m, la.Column("x", la.Integer), {schema = la.BLANK_SCHEMA})
    assert.equal(b, m.tables["dflt.b"])
    assert.is_nil(m.tables.b)
    assert.equal(e, m.tables.e)
    assert.is_nil(e.schema)
    assert.same({"dflt.b", "dflt.c", "e"}, m.tables:keys())
    assert.equal(b.c.id, c.c.id.foreign_keys[1].column)
    assert.equal("dflt.b", b.fullname)
    assert.equal("dflt.b", tostring(b))
    assert.equal("b.id", tostring(b.c.id))
    m:remove(b)
    assert.is_nil(m.tables["dflt.b"])
    m:clear()
    assert.equal(0, #m.sorted_tables)
  end)

  it("sorts them by their foreign keys", function()
    local m = la.MetaData()
    la.Table("a", m, la.Column("id", la.Integer), la.Column("c", la.Integer, la.ForeignKey("c.id")))
    la.Table("b", m, la.Column("id", la.Integer))
    la.Table("c", m, la.Column("id", la.Integer), la.Column("b", la.Integer, la.ForeignKey("b.id")))
    assert.equal("b c a", names(m.sorted_tables))
    m.tables.b:add_is_dependent_on(m.tables.c)
    local list = la.schema.sort_tables({m.tables.b, m.tables.c}, function() return true end)
    assert.equal("c b", names(list))
  end)

  it("warns of circles", function()
    local err = require "lualchemy.error"
    local m, warning = la.MetaData(), nil
    la.Table("x", m, la.Column("id", la.Integer), la.Column("y", la.Integer, la.ForeignKey("y.id")))
    la.Table("y", m, la.Column("id", la.Integer), la.Column("x", la.Integer, la.ForeignKey("x.id")))
    local before = err.on_warning
    err.on_warning = function(message) warning = message end
    assert.equal("x y", names(m.sorted_tables))
    err.on_warning = before
    assert.is_truthy(warning:find('unresolvable cycles between tables "x, y"', 1, true))
  end)
end)

describe("a Table", function()
  it("is extended", function()
    local m = la.MetaData()
    local t = la.Table("t", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.Integer))
    la.Table("t", m, la.Column("id", la.String, {primary_key = true}), la.Column("new", la.Integer),
      {extend_existing = true})
    assert.equal("id x new", names(t.c:values()))
    assert.equal("id", names(t.primary_key.columns))
    assert.is_true(la.String:is(t.c.id.type))
    la.Table("t", m, la.Column("other", la.Integer), {keep_existing = true})
    assert.equal("id x new", names(t.c:values()))
    t:append_column(la.Column("x", la.Float), {replace_existing = true})
    assert.equal("id x new", names(t.c:values()))
    assert.is_true(la.Float:is(t.c.x.type))
  end)

  it("lists constraints, indexes and keys", function()
    local m = la.MetaData()
    la.Table("p", m, la.Column("id", la.Integer, {primary_key = true}))
    local t = la.Table("t", m, la.Column("id", la.Integer, {primary_key = true}),
      la.Column("p", la.Integer, la.ForeignKey("p.id", {name = "fk"}), {index = true}),
      la.UniqueConstraint("p", {name = "uq"}))
    assert.equal("ix_t_p", names(t.indexes))
    assert.equal("fk", names(t.foreign_key_constraints))
    assert.equal(3, #t.constraints)
    assert.equal(t.c.p, t.foreign_keys[1].parent)
    assert.equal(m.tables.p, t.foreign_key_constraints[1].referred_table)
    assert.equal(t.c.id, t.autoincrement_column)
    assert.is_true(t.c.p:references(m.tables.p.c.id))
  end)

  it("attaches what was made of its columns", function()
    local a, b = la.Column("a", la.Integer), la.Column("b", la.Integer)
    local index, unique = la.Index("ix", a, la.func.lower(b)), la.UniqueConstraint(a, b)
    local t = la.Table("t", la.MetaData(), a, b)
    assert.equal(t, index.table)
    assert.equal(t, unique.table)
    assert.same({"a", "b"}, unique.columns:keys())
  end)

  it("outlives its MetaData's variable", function()
    local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}))
    local id = t.c.id
    t = nil -- luacheck: ignore 311
    collectgarbage()
    collectgarbage()
    assert.equal("t", id.table.name)
  end)

  it("keeps info and options", function()
    local t = la.Table("t", la.MetaData(), la.Column("x", la.Integer, {info = {a = 1}}),
      {mysql_engine = "InnoDB", info = {b = 2}})
    assert.equal(1, t.c.x.info.a)
    assert.equal(2, t.info.b)
    assert.same({mysql_engine = "InnoDB"}, t.kwargs)
    assert.equal("InnoDB", t.dialect_options.mysql.engine)
    assert.is_false(t.dialect_options.sqlite.autoincrement)
  end)
end)

describe("a Column", function()
  it("is written in both forms", function()
    local a = la.Column("a", la.Integer, {nullable = false})
    local b = la.Column{"b", la.String(10), primary_key = true}
    assert.is_false(a.nullable)
    assert.is_true(b.primary_key)
    assert.is_false(b.nullable)
    assert.equal("auto", a.autoincrement)
    assert.is_true(la.Column:is(a))
    assert.is_false(la.Column:is("a"))
    local c = la.mapped_column{la.Integer, deferred = true, index = true}
    assert.is_nil(c.name)
    c.name, c.key = "c", "c"
    assert.equal("c", c.name)
  end)

  it("takes its type from a foreign key, also one that comes later", function()
    local m = la.MetaData()
    local a = la.Table("a", m, la.Column("q", nil, la.ForeignKey("late.id")), la.Column("r", nil, la.ForeignKey("a.q")))
    assert.is_false(la.BigInteger:is(a.c.r.type))
    la.Table("late", m, la.Column("id", la.BigInteger))
    assert.is_true(la.BigInteger:is(a.c.q.type))
    assert.is_true(la.BigInteger:is(a.c.r.type))
  end)

  it("has defaults of every sort", function()
    local t = la.Table("t", la.MetaData(), la.Column("a", la.Integer, {default = 5}),
      la.Column("b", la.Integer, {default = function() return 7 end, onupdate = la.func.now()}),
      la.Column("c", la.Integer, la.Sequence("s")), la.Column("d", la.Integer, {server_default = "x"}),
      la.Column("e", la.Integer, la.FetchedValue()), la.Column("f", la.Integer, {default = la.NULL}))
    assert.is_true(t.c.a.default.is_scalar)
    assert.equal(5, t.c.a.default.arg)
    assert.is_true(t.c.b.default.is_callable)
    assert.equal(7, t.c.b.default.arg())
    assert.is_true(t.c.b.onupdate.is_clause_element)
    assert.is_true(t.c.c.default.is_sequence)
    assert.equal("x", t.c.d.server_default.arg)
    assert.is_false(t.c.e.server_default.has_argument)
    assert.is_nil(t.c.f.default)
    assert.equal(t.c.a, t.c.a.default.column)
  end)
end)

describe("argument_for", function()
  it("makes a class accept a keyword of a dialect, with a default", function()
    la.Index.argument_for("sqlite", "spec_weight", 5)
    la.Table:argument_for("mysql", "spec_flag")
    assert.equal(5, la.Index("ix").dialect_options.sqlite.spec_weight)
    local index = la.Index("ix", {sqlite_spec_weight = 7})
    assert.equal(7, index.dialect_options.sqlite.spec_weight)
    assert.same({sqlite_spec_weight = 7}, index.dialect_kwargs)
    assert.is_true(la.Table("t", la.MetaData(), {mysql_spec_flag = true}).dialect_options.mysql.spec_flag)
  end)

  it("leaves other classes and keywords as they are", function()
    assert.has_error(function() la.Table("t", la.MetaData(), {sqlite_spec_weight = 7}) end)
    assert.has_error(function() la.Index("ix", {sqlite_spec_length = 7}) end)
    local ok, e = pcall(la.Index.argument_for, "nowhere", "x", 1)
    assert.is_false(ok)
    assert.is_true(la.exc.NoSuchModuleError:is(e))
    assert.has_error(function() la.Index.argument_for("sqlite") end)
  end)
end)
