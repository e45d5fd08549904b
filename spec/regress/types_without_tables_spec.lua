-- Types that were made with a MetaData are created and dropped with it, whether or not a table uses them.
local la = require "lualchemy"

local function sent(dialect)
  local seen, engine = {}, nil
  engine = la.create_mock_engine(dialect .. "://", function(statement)
    seen[#seen + 1] = statement:compile{dialect = engine.dialect}.string:gsub("[\n\t]", ""):gsub(" +$", "")
  end)
  return engine, seen
end

local function make(m)
  return la.Enum("a", {name = "plain", metadata = m}), la.postgresql.ENUM("b", {name = "native", metadata = m}),
    la.postgresql.DOMAIN("positive", la.Integer, {metadata = m})
end

describe("types made with a MetaData", function()
  it("need no table", function()
    local m = la.MetaData()
    make(m)
    local engine, seen = sent "postgresql"
    m:create_all(engine, {checkfirst = false})
    m:drop_all(engine, {checkfirst = false})
    assert.same({"CREATE TYPE plain AS ENUM ('a')", "CREATE TYPE native AS ENUM ('b')",
      "CREATE DOMAIN positive AS INTEGER", "DROP TYPE plain", "DROP TYPE native", "DROP DOMAIN positive"}, seen)
  end)

  it("are made once where tables use them", function()
    local m = la.MetaData()
    local plain, native = make(m)
    la.Table("t", m, la.Column("x", plain), la.Column("y", native), la.Column("z", la.ARRAY(plain)))
    local engine, seen = sent "postgresql"
    m:create_all(engine, {checkfirst = false})
    assert.equal(4, #seen)
  end)

  it("go to the MetaData of copies", function()
    local m, other = la.MetaData(), la.MetaData()
    la.Table("t", m, la.Column("x", (make(m)))):to_metadata(other)
    other:remove(other.tables.t)
    local engine, seen = sent "postgresql"
    other:create_all(engine, {checkfirst = false})
    assert.same({"CREATE TYPE plain AS ENUM ('a')"}, seen)
  end)

  it("are not made where somebody else makes them, nor on databases without them", function()
    local m = la.MetaData()
    la.postgresql.ENUM("b", {name = "native", metadata = m, create_type = false})
    la.Enum("a", {name = "plain", metadata = m, native_enum = false})
    local engine, seen = sent "postgresql"
    m:create_all(engine, {checkfirst = false})
    assert.same({}, seen)
    make(m)
    engine, seen = sent "sqlite"
    m:create_all(engine, {checkfirst = false})
    assert.same({}, seen)
  end)
end)
