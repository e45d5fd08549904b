-- The compiled object: text, values, facts; and tostring of constructs.
local la = require "lualchemy"

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.String))
local select = la.select(t.c.a):where(t.c.a:eq(5))

describe("compile", function()
  it("takes the name of a dialect", function()
    assert.equal("SELECT t.a \nFROM t \nWHERE t.a = ?", tostring(select:compile{dialect = "sqlite"}))
  end)

  it("or a dialect", function()
    local postgresql = la.postgresql.dialect()
    assert.equal("SELECT t.a \nFROM t \nWHERE t.a = %(a_1)s", tostring(select:compile{dialect = postgresql}))
    assert.equal("SELECT t.a \nFROM t \nWHERE t.a = %(a_1)s", tostring(select:compile(postgresql)))
  end)

  it("or an engine", function()
    local engine = la.create_engine("sqlite://")
    assert.equal("SELECT t.a \nFROM t \nWHERE t.a = ?", tostring(select:compile(engine)))
    assert.equal("SELECT t.a \nFROM t \nWHERE t.a = ?", tostring(select:compile{bind = engine}))
    engine:dispose()
  end)

  it("is for every dialect without", function()
    assert.equal("SELECT t.a \nFROM t \nWHERE t.a = :a_1", tostring(select:compile()))
  end)

  it("has options of its own in compile_kwargs", function()
    local options = {compile_kwargs = {literal_binds = true}}
    assert.equal("SELECT t.a \nFROM t \nWHERE t.a = 5", tostring(select:compile(options)))
  end)

  it("knows its options", function()
    local ok, e = pcall(select.compile, select, {dialct = "sqlite"})
    assert.is_false(ok)
    local wanted = "compile() got an unexpected keyword argument 'dialct' (did you mean 'dialect'?)"
    assert.equal(wanted, e.message:sub(1, #wanted))
  end)

  it("is for expressions and types too", function()
    assert.equal("t.a + :a_1", tostring((t.c.a + 1):compile()))
    assert.equal("VARCHAR(5)", tostring(la.String(5):compile()))
    assert.equal("JSONB", tostring(la.postgresql.JSONB():compile{dialect = "postgresql"}))
  end)
end)

describe("a compiled statement", function()
  local compiled = select:compile{dialect = "sqlite"}

  it("is text", function()
    assert.equal("SELECT t.a \nFROM t \nWHERE t.a = ?", compiled.string)
    assert.equal(compiled.string, tostring(compiled))
  end)

  it("has values", function()
    assert.same({a_1 = 5}, compiled.params)
    assert.same({"a_1"}, compiled.positiontup)
    assert.same({a_1 = 7}, compiled:construct_params{a_1 = 7})
  end)

  it("misses those that must be given", function()
    local open = la.select(t.c.a):where(t.c.a:eq(la.bindparam("x")), t.c.b:eq(la.bindparam("y", "z"))):compile()
    assert.same({x = 5, y = "z"}, open:construct_params{x = 5})
    local ok, e = pcall(open.construct_params, open, {})
    assert.is_false(ok)
    assert.is_true(la.exc.InvalidRequestError:is(e))
    assert.equal("A value is required for bind parameter 'x'", e.message)
  end)

  it("has values that are made when they are needed", function()
    local n = 0
    local counting = t.c.a:eq(la.bindparam("x", nil, {callable_ = function() n = n + 1 return n end})):compile()
    assert.equal(1, counting.params.x)
    assert.equal(2, counting.params.x)
  end)

  it("knows what it is", function()
    assert.equal(select, compiled.statement)
    assert.equal("sqlite", compiled.dialect.name)
    assert.is_false(compiled.isinsert)
    assert.is_true(t:insert():compile().isinsert)
    assert.is_true(t:update():compile().isupdate)
    assert.is_true(t:delete():compile().isdelete)
  end)

  it("has no other attributes", function()
    local ok, e = pcall(function() return compiled.nope end)
    assert.is_false(ok)
    assert.equal("a compiled statement has no attribute 'nope'", e.message)
  end)
end)

describe("tostring", function()
  it("is the SQL of no dialect", function()
    assert.equal("SELECT t.a \nFROM t \nWHERE t.a = :a_1", tostring(select))
    assert.equal("t.a = :a_1", tostring(t.c.a:eq(5)))
    assert.equal("INSERT INTO t (a, b) VALUES (:a, :b)", tostring(t:insert()))
  end)

  it("has all that single dialects have", function()
    assert.equal("t.b ILIKE :b_1", tostring(t.c.b:op("ILIKE")("x")))
    assert.equal("ARRAY[t.a, %(param_1)s]", tostring(la.postgresql.array{t.c.a, 5}))
    assert.equal("INSERT INTO t (a) VALUES (:a_m0), (:a_m1)",
      tostring(t:insert():values{{a = 1}, {a = 2}}))
    assert.equal("DELETE FROM t RETURNING t.a", tostring(t:delete():returning(t.c.a)))
    assert.equal("<next sequence value: s>", tostring(la.Sequence("s"):next_value()))
  end)

  it("says what has no name yet", function()
    assert.equal("SELECT <name unknown>", tostring(la.select(la.Column(la.Integer))))
  end)
end)

describe("schema_translate_map", function()
  local m = la.MetaData()
  local one = la.Table("one", m, la.Column("a", la.Integer), {schema = "s"})
  local two = la.Table("two", m, la.Column("a", la.Integer))
  local both = la.select(one.c.a, two.c.a:label("b"))

  local function text(map, dialect)
    local options = {dialect = dialect, schema_translate_map = map, render_schema_translate = true}
    return (tostring(both:compile(options)):gsub("\n", ""))
  end

  it("gives schemas other names", function()
    assert.equal("SELECT x.one.a, two.a AS b FROM x.one, two", text{s = "x"})
  end)

  it("and one to those that have none", function()
    assert.equal("SELECT s.one.a, y.two.a AS b FROM s.one, y.two", text{[la.NULL] = "y"})
  end)

  it("or the one that is the default", function()
    local dialect = la.default.dialect()
    dialect.default_schema_name = "main"
    assert.equal("SELECT main.one.a, two.a AS b FROM main.one, two", text({s = la.NULL}, dialect))
    local ok, e = pcall(text, {s = la.NULL})
    assert.is_false(ok)
    assert.equal("Dialect has no default schema name; can't use None as dynamic schema target.", e.message)
  end)
end)
