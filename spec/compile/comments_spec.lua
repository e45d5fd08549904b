-- Comments on tables, columns and constraints; CREATE TYPE and CREATE DOMAIN.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

describe("comments", function()
  local t = la.Table("t", la.MetaData(), la.Column("x", la.Integer, {comment = "of x"}),
    {comment = "the table's", schema = "s"})
  local unique = la.UniqueConstraint("x", {name = "uq", comment = "one"})
  t:append_constraint(unique)

  compiles("in CREATE TABLE", la.schema.CreateTable(t), {
    default = "CREATE TABLE s.t (x INTEGER, CONSTRAINT uq UNIQUE (x))",
    mysql = "CREATE TABLE s.t (x INTEGER COMMENT 'of x', CONSTRAINT uq UNIQUE (x))COMMENT='the table''s'",
  })
  compiles("on a table", la.schema.SetTableComment(t), {
    default = "COMMENT ON TABLE s.t IS 'the table''s'",
    mysql = "ALTER TABLE s.t COMMENT 'the table''s'",
    mssql = "execute sp_addextendedproperty 'MS_Description', N'the table''s', 'schema', s, 'table', t",
  })
  compiles("off a table", la.schema.DropTableComment(t), {
    default = "COMMENT ON TABLE s.t IS NULL",
    mysql = "ALTER TABLE s.t COMMENT ''",
    mssql = "execute sp_dropextendedproperty 'MS_Description', 'schema', s, 'table', t",
    oracle = "COMMENT ON TABLE s.t IS ''",
  })
  compiles("on a column", la.schema.SetColumnComment(t.c.x), {
    default = "COMMENT ON COLUMN s.t.x IS 'of x'",
    mysql = "ALTER TABLE s.t CHANGE x x INTEGER COMMENT 'of x'",
    mssql = "execute sp_addextendedproperty 'MS_Description', N'of x', 'schema', s, 'table', t, 'column', x",
  })
  compiles("off a column", la.schema.DropColumnComment(t.c.x), {
    default = "COMMENT ON COLUMN t.x IS NULL",
    mssql = "execute sp_dropextendedproperty 'MS_Description', 'schema', s, 'table', t, 'column', x",
  })
  compiles("on a constraint", la.schema.SetConstraintComment(unique), {
    default = {fails = "SetConstraintComment"},
    postgresql = "COMMENT ON CONSTRAINT uq ON s.t IS 'one'",
  })
  compiles("off a constraint", la.schema.DropConstraintComment(unique), {
    postgresql = "COMMENT ON CONSTRAINT uq ON s.t IS NULL",
  })
end)

describe("named types", function()
  local pg = la.postgresql
  compiles("CREATE TYPE", pg.CreateEnumType(pg.ENUM("a", "b's", {name = "Mood", schema = "s"})), {
    postgresql = [[CREATE TYPE s."Mood" AS ENUM ('a', 'b''s')]],
  })
  compiles("DROP TYPE", pg.DropEnumType(pg.ENUM("a", {name = "mood"})), {postgresql = "DROP TYPE mood"})
  it("names the type where columns are strings", function()
    local dialect = pg.dialect()
    dialect.supports_native_enum = false
    local mood = pg.ENUM("a", {name = "mood", schema = "s"})
    assert.equal("CREATE TYPE s.mood AS ENUM ('a')", tostring(pg.CreateEnumType(mood):compile{dialect = dialect}))
    assert.equal("DROP TYPE s.mood", tostring(pg.DropEnumType(mood):compile{dialect = dialect}))
  end)
  compiles("CREATE DOMAIN", pg.CreateDomainType(pg.DOMAIN("d", la.Integer, {collation = "C", default = "5",
    constraint_name = "cn", not_null = true, check = "VALUE > 1"})), {
    postgresql = [[CREATE DOMAIN d AS INTEGER COLLATE "C" DEFAULT '5' CONSTRAINT cn NOT NULL CHECK (VALUE > 1)]],
  })
  compiles("DROP DOMAIN", pg.DropDomainType(pg.DOMAIN("d", la.Integer)), {postgresql = "DROP DOMAIN d"})
end)
