-- Names, conditions and defaults that reflection told wrongly.
local la = require "lualchemy"
local support = require "spec.support"

describe("the text of a table of SQLite", function()
  local engine = la.create_engine("sqlite://")
  local function inspected(sql, name)
    engine:begin(function(conn) conn:exec_driver_sql(sql) end)
    return la.inspect(engine), name or "t"
  end
  after_each(function() engine:begin(function(conn) conn:exec_driver_sql "DROP TABLE t" end) end)

  it("is read with all kinds of quotes and comments", function()
    local i = inspected [[CREATE TABLE t (
      "a)," INTEGER CONSTRAINT [of the column] CHECK ("a)," > 0), -- CHECK (x)
      b VARCHAR(10) DEFAULT 'UNIQUE (z' /* CONSTRAINT no UNIQUE (a) */ CONSTRAINT "one ""b""" UNIQUE,
      `c d` DECIMAL(10, 2) REFERENCES p (x),
      CONSTRAINT "two ""u""" UNIQUE ("a),", b COLLATE NOCASE),
      constraint 'pk' primary key (b, `c d`),
      CHECK (b <> ')'), CONSTRAINT "f,k" FOREIGN KEY (b, "a),") REFERENCES q (y, z))]]
    assert.same({{name = "of the column", sqltext = '"a)," > 0'}, {sqltext = "b <> ')'"}},
      i:get_check_constraints "t")
    assert.same({{name = 'two "u"', column_names = {"a),", "b"}}, {name = 'one "b"', column_names = {"b"}}},
      i:get_unique_constraints "t")
    assert.same({constrained_columns = {"b", "c d"}, name = "pk"}, i:get_pk_constraint "t")
    local names = {}
    for _, key in ipairs(i:get_foreign_keys "t") do names[key.referred_table] = key.name or "none" end
    assert.same({p = "none", q = "f,k"}, names)
  end)

  it("may have columns called like constraints", function()
    local i = inspected [[CREATE TABLE t ("unique" INTEGER UNIQUE, "check" TEXT, "primary" INTEGER PRIMARY KEY)]]
    assert.same({{column_names = {"unique"}}}, i:get_unique_constraints "t")
    assert.same({}, i:get_check_constraints "t")
    assert.same({constrained_columns = {"primary"}}, i:get_pk_constraint "t")
  end)
end)

for db in support.databases() do
  describe("reflection in " .. db.name, function()
    it("keeps colons in defaults and conditions", function()
      local engine = db:engine()
      engine:begin(function(conn)
        conn:exec_driver_sql [[CREATE TABLE t (a VARCHAR(20) DEFAULT ':name \:x 1::2', CHECK (a <> ':name'))]]
        local copy = la.Table("t", la.MetaData(), {autoload_with = conn}):to_metadata(la.MetaData(), {name = "u"})
        copy:create(conn)
        conn:exec_driver_sql "INSERT INTO u DEFAULT VALUES"
        assert.equal([[:name \:x 1::2]], conn:scalar(la.select(copy.c.a)))
      end)
      local ok, e = pcall(engine.begin, engine, function(conn)
        conn:exec_driver_sql "INSERT INTO u VALUES (':name')"
      end)
      assert.is_false(ok)
      assert.equal("check_violation", e.kind)
      engine:dispose()
    end)

    it("tells a schema called nil from none", function()
      local engine = db:engine()
      engine:connect(function(conn)
        conn:exec_driver_sql "CREATE TABLE t (a INTEGER)"
        local inspector = la.inspect(conn)
        assert.equal(1, #inspector:get_columns("t"))
        assert.has_error(function() inspector:get_columns("t", {schema = "nil"}) end)
      end)
      engine:dispose()
    end)
  end)
end

describe("reflection in PostgreSQL", function()
  if not support.pg_url() then return pending("needs PostgreSQL (LA_TEST_PG)") end

  it("reads enums, indexed columns and conditions with hostile names", function()
    local engine = la.create_engine(support.pg_url())
    engine:connect(function(conn)
      conn:exec_driver_sql [[CREATE TYPE "a ""e"" COLLATE" AS ENUM ('x', 'y''z')]]
      conn:exec_driver_sql [[CREATE TABLE t ("c ""d""" "a ""e"" COLLATE"[], b text CONSTRAINT q CHECK (b <> '(:)'))]]
      conn:exec_driver_sql [[CREATE INDEX i ON t ("c ""d""", lower(b))]]
      local inspector = la.inspect(conn)
      assert.same({'c "d"', la.NULL}, inspector:get_indexes("t")[1].column_names)
      assert.same({'c "d"', "lower(b)"}, inspector:get_indexes("t")[1].expressions)
      assert.equal("b <> '(:)'::text", inspector:get_check_constraints("t")[1].sqltext)
      local kind = inspector:get_columns("t")[1].type
      assert.equal([["a ""e"" COLLATE"[] ]], kind:compile{dialect = "postgresql"}.string .. " ")
      local t = la.Table("t", la.MetaData(), {autoload_with = conn})
      conn:execute(t:insert():values{['c "d"'] = {"y'z"}, b = "x"})
      assert.same({"y'z"}, conn:scalar(la.select(t.c['c "d"'])))
    end)
    engine:dispose()
  end)
end)

describe("what stands in SQL as a word", function()
  it("is one", function()
    local evil = "x); DROP TABLE t; --"
    local function refused(construct, dialect)
      local ok, e = pcall(construct.compile, construct, {dialect = dialect})
      assert.is_false(ok, tostring(e))
      assert.is_true(la.exc.CompileError:is(e))
    end
    refused(la.extract(evil, la.column("a")), "postgresql")
    refused(la.extract(evil, la.column("a")), "mssql")
    refused(la.String(5, {collation = evil}), "mssql")
    refused(la.String(5, {collation = evil}), "mysql")
    refused(la.mysql.VARCHAR(5, {charset = evil}), "mysql")
    refused(la.postgresql.INTERVAL{fields = evil}, "postgresql")
    local text = la.String(5, {collation = 'a"b'}):compile{dialect = "postgresql"}
    assert.equal([[VARCHAR(5) COLLATE "a""b"]], tostring(text))
  end)
end)
