-- What `make oracle` found: the sides of comparisons, ANY and ALL, hints, the type of what NUMBER is reckoned with.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local x, y, flag = la.column("x", la.Integer), la.column("y", la.String), la.column("flag", la.Boolean)
local list = la.column("list", la.ARRAY(la.String))

describe("ANY and ALL", function()
  compiles("stay left of true, false and of IS DISTINCT FROM a constant",
    la.and_(la.any_(list):eq(true), la.all_(list):ne(false), la.any_(list):is_not_distinct_from(true),
      la.any_(list):is_distinct_from(la.NULL)), {
      postgresql = "ANY (list) = true AND ALL (list) != false AND ANY (list) IS NOT DISTINCT FROM true "
        .. "AND ANY (list) IS DISTINCT FROM NULL",
    })

  compiles("escape nothing: the value is what is searched", la.all_(list):endswith("50%", {autoescape = true}), {
    postgresql = ":param_1 LIKE '%' || (ALL (list))", params = {param_1 = "50%"},
  })

  compiles("take an escape character as it is given",
    la.any_(list):startswith("5+0%", {escape = "+", autoescape = true}), {
      postgresql = ":param_1 LIKE (ANY (list)) || '%' ESCAPE '+'", params = {param_1 = "5+0%"},
    })

  it("have no collation", function()
    local ok, e = pcall(function() return la.any_(list):collate("C") end)
    assert.is_false(ok)
    assert.truthy(tostring(e):find("Only comparison operators may be used with ANY/ALL", 1, true))
  end)
end)

describe("the right side of a comparison comes first", function()
  compiles("where it is a condition, and the left another operator with one operand",
    la.distinct(x):lt(la.not_(flag)), {default = "flag = 0 > (DISTINCT x)", postgresql = "NOT flag > (DISTINCT x)"})
  compiles("where it is AND, OR or an array, and the left another chain", (x + 1 + 2):eq(la.and_(flag, y)), {
    postgresql = "(flag AND y) = x + :x_1 + :param_1",
  })
  compiles("where it is a match of MySQL", x:eq(1):eq(la.mysql.match(y, {against = "k"})), {
    mysql = "(MATCH (y) AGAINST (:param_1)) = (x = :x_1)",
  })
  compiles("where it is a function of PostgreSQL's own, and the left one that nobody knows",
    la.func.f(x):lt(la.postgresql.to_tsquery("k")), {postgresql = "to_tsquery(:to_tsquery_1) > f(x)"})
  compiles("where it is the next value of a sequence", la.func.f():lt(la.Sequence("s"):next_value()), {
    postgresql = "nextval('s') > f()",
  })
  compiles("where the left is text()", la.text("now()"):lt(x), {default = "x > now()"})
  compiles("but not where both are known", la.func.max(x):lt(la.postgresql.to_tsquery("k")), {
    postgresql = "max(x) < to_tsquery(:to_tsquery_1)",
  })
end)

describe("with_hint()", function()
  local metadata = la.MetaData()
  local t = la.Table("t", metadata, la.Column("id", la.Integer), {schema = "s"})

  compiles("keeps the place of a hint that takes another's", la.select(t):with_hint(t, "A", "oracle")
    :with_hint(t, "B"):with_hint(t, "C", "oracle"), {oracle = "SELECT /*+ B */ s.t.id \nFROM s.t"})

  it("names its table before the columns, even where the text has no room for the name", function()
    local alias = t:alias()
    local statement = la.select(alias):with_hint(t, "H")
    assert.equal("SELECT t_2.id \nFROM s.t AS t_2",
      tostring(statement:compile{dialect = la.mssql.dialect{legacy_schema_aliasing = true}}))
  end)
end)

describe("oracle.NUMBER", function()
  it("reckons as a numeric, also without a scale", function()
    local number = la.literal(3, la.oracle.NUMBER)
    assert.equal("NUMBER", tostring((number / 3).type))
    assert.equal("NUMBER", tostring((number + la.column("q", la.Numeric)).type))
    assert.equal("NUMBER", tostring((number * la.column("q", la.Float)).type))
  end)
end)

describe("tostring()", function()
  it("speaks the dialect of what one dialect alone has", function()
    local t = la.Table("t", la.MetaData(), la.Column("y", la.Integer))
    local exclude = la.postgresql.ExcludeConstraint({t.c.y, "="}, {name = "x"})
    assert.equal("ARRAY[%(param_1)s]", tostring(la.postgresql.array{1}))
    assert.equal("x ORDER BY %(param_1)s", tostring(la.postgresql.aggregate_order_by(x, 5)))
    assert.equal("ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (y WITH =)",
      tostring(la.schema.AddConstraint(exclude)))
  end)

  it("leaves the collation where TRY_CAST has it", function()
    assert.equal('TRY_CAST(NULL AS VARCHAR COLLATE "C")', tostring(la.try_cast(nil, la.String{collation = "C"})))
  end)
end)

describe("options of tables and indexes", function()
  local function refused(dialect, options)
    local t = la.Table("t", la.MetaData(), la.Column("x", la.Integer), options)
    local ok, e = pcall(function() return la.schema.CreateTable(t):compile{dialect = dialect} end)
    assert.is_false(ok)
    return tostring(e)
  end

  it("are not left out for being of another type", function()
    assert.truthy(refused("postgresql", {postgresql_tablespace = 5}):find(
      "the option 'postgresql_tablespace' must be a string", 1, true))
    assert.truthy(refused("mysql", {mysql_union = {"a", "b"}}):find("must be a string or a number", 1, true))
  end)
end)

describe("postgresql.ENUM", function()
  it("is the type of text beside it", function()
    local mood = la.column("mood", la.postgresql.ENUM("sad", "ok", {name = "mood"}))
    assert.equal("VARCHAR(3)", tostring(mood:eq("ok").right.type))
    assert.equal("INTEGER", tostring(mood:eq(5).right.type))
  end)
end)
