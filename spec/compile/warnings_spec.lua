-- What the compiler warns of, on one dialect or another.
local la = require "lualchemy"
local warnings = la.warnings

local m = la.MetaData()
local t = la.Table("t", m, la.Column("a", la.Integer, {primary_key = true}), la.Column("b", la.String(5)))

--- The warnings of compiling that for a dialect.
local function of(construct, dialect)
  local texts = {}
  for i, warning in ipairs(warnings.catch_warnings(function() construct:compile{dialect = dialect} end)) do
    texts[i] = warning.message
  end
  return texts
end

describe("compiling warns", function()
  it("of names in an upsert that no column has", function()
    local text = "Additional column names not matching any column keys in table 't': 'q', 'r'"
    for _, dialect in ipairs{"postgresql", "sqlite"} do
      local insert = la[dialect].insert(t):values{a = 1}
      assert.same({text}, of(insert:on_conflict_do_update{index_elements = {"a"}, set_ = {b = "x", q = 1, r = 2}},
        dialect))
      assert.same({}, of(insert:on_conflict_do_update{index_elements = {"a"}, set_ = {b = "x"}}, dialect))
    end
    local insert = la.mysql.insert(t):values{a = 1}
    assert.same({(text:gsub(", 'r'", ""))}, of(insert:on_duplicate_key_update{b = "x", q = 1}, "mysql"))
  end)

  it("of casts that MySQL has not", function()
    local cast = la.cast(t.c.b, la.Boolean)
    assert.same({"Datatype BOOL does not support CAST on MySQL/MariaDb; the CAST will be skipped."}, of(cast, "mysql"))
    assert.same({}, of(cast, "postgresql"))
    assert.same({}, of(la.cast(t.c.b, la.Integer), "mysql"))
  end)

  it("of ON UPDATE, which Oracle has not", function()
    local other = la.Table("other", m, la.Column("x", la.Integer, la.ForeignKey("t.a", {onupdate = "CASCADE"})))
    local create = la.schema.CreateTable(other)
    assert.equal(1, #of(create, "oracle"))
    assert.truthy(of(create, "oracle")[1]:find("does not contain native UPDATE CASCADE", 1, true))
    assert.same({}, of(create, "postgresql"))
  end)

  it("once, or raises", function()
    local cast = la.select(la.cast(t.c.b, la.Boolean))
    warnings.catch_warnings(function()
      warnings.simplefilter("error")
      local ok, e = pcall(cast.compile, cast, {dialect = "mysql"})
      assert.is_false(ok)
      assert.is_true(la.exc.SAWarning:is(e))
    end)
  end)

  it("when the statement is executed, too", function()
    local engine = la.create_engine("sqlite://")
    m:create_all(engine)
    local insert = la.sqlite.insert(t):values{a = 1, b = "x"}
    insert = insert:on_conflict_do_update{index_elements = {"a"}, set_ = {b = "y", zz = 1}}
    local list = warnings.catch_warnings(function()
      engine:connect(function(conn) pcall(conn.execute, conn, insert) end)
    end)
    assert.equal(1, #list)
  end)
end)
