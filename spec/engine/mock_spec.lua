-- la.create_mock_engine: statements go to a function.
local la = require "lualchemy"

describe("a mock engine", function()
  it("is given what create_all and drop_all would execute", function()
    local seen, engine = {}, nil
    engine = la.create_mock_engine("postgresql+psycopg2://", function(statement)
      local text = statement:compile{dialect = engine.dialect}.string:gsub("[\n\t]", "")
      seen[#seen + 1] = text
    end)
    local m = la.MetaData()
    local t = la.Table("t", m, la.Column("id", la.Integer, {primary_key = true}),
      la.Column("state", la.Enum("a", "b", {name = "state"})))
    la.Index("ix", t.c.state)
    la.event.listen(t, "after_create", la.DDL("GRANT SELECT ON %(table)s TO x"))
    m:create_all(engine)
    m:drop_all(engine)
    assert.same({
      "CREATE TYPE state AS ENUM ('a', 'b')",
      "CREATE TABLE t (id SERIAL NOT NULL, state state, PRIMARY KEY (id))",
      "CREATE INDEX ix ON t (state)", "GRANT SELECT ON t TO x", "DROP TABLE t", "DROP TYPE state",
    }, seen)
  end)

  it("hands on what is executed", function()
    local given
    local engine = la.create_mock_engine("sqlite://", function(...) given = {...} end)
    local insert = la.insert(la.table("t", la.column("a")))
    engine:begin(function(conn) conn:execute(insert, {a = 1}) end)
    assert.equal(insert, given[1])
    assert.same({a = 1}, given[2])
    assert.equal("sqlite", engine.dialect.name)
    local ok, e = pcall(la.create_mock_engine, "sqlite://")
    assert.is_false(ok)
    assert.is_truthy(tostring(e):find("argument 'executor' must be a function", 1, true))
  end)
end)
