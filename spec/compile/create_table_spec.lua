-- CREATE TABLE: columns, keys, defaults, comments, what dialects add.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local CreateTable = la.schema.CreateTable

--- CREATE TABLE of a table of these items, named t.
local function create(...)
  local items = {...}
  return function()
    local args = {"t", la.MetaData()}
    for _, item in ipairs(items) do args[#args + 1] = type(item) == "function" and item() or item end
    return CreateTable(la.Table((table.unpack or unpack)(args))) -- luacheck: ignore 143 113
  end
end

local function column(...)
  local args = {...}
  return function() return la.Column((table.unpack or unpack)(args)) end -- luacheck: ignore 143 113
end

describe("CREATE TABLE", function()
  it("prints each column on a line of its own", function()
    local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
      la.Column("name", la.Text))
    assert.equal("\nCREATE TABLE t (\n\tid INTEGER NOT NULL, \n\tname TEXT, \n\tPRIMARY KEY (id)\n)\n\n",
      tostring(CreateTable(t):compile{dialect = "sqlite"}))
  end)

  compiles("an integer key", create(column("id", la.Integer, {primary_key = true})), {
    default = "CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id))",
    postgresql = "CREATE TABLE t (id SERIAL NOT NULL, PRIMARY KEY (id))",
    mysql = "CREATE TABLE t (id INTEGER NOT NULL AUTO_INCREMENT, PRIMARY KEY (id))",
    mssql = "CREATE TABLE t (id INTEGER NOT NULL IDENTITY, PRIMARY KEY (id))",
    oracle = "CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id))",
  })
  compiles("a big key", create(column("id", la.BigInteger, {primary_key = true})), {
    default = "CREATE TABLE t (id BIGINT NOT NULL, PRIMARY KEY (id))",
    postgresql = "CREATE TABLE t (id BIGSERIAL NOT NULL, PRIMARY KEY (id))",
  })
  compiles("a small key", create(column("id", la.SmallInteger, {primary_key = true})), {
    postgresql = "CREATE TABLE t (id SMALLSERIAL NOT NULL, PRIMARY KEY (id))",
  })
  compiles("a key that nobody numbers", create(column("id", la.Integer, {primary_key = true, autoincrement = false})), {
    default = "CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id))",
    mysql = "CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id))",
    mssql = "CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id))",
  })
  compiles("a key of two columns", create(column("a", la.Integer, {primary_key = true}),
    column("b", la.Integer, {primary_key = true})), {
    default = "CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b))",
  })
  compiles("one of them numbered", create(column("a", la.Integer, {primary_key = true}),
    column("b", la.Integer, {primary_key = true, autoincrement = true})), {
    default = "CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (b, a))",
    sqlite = {fails = "SQLite does not support autoincrement for composite primary keys"},
    postgresql = "CREATE TABLE t (a INTEGER NOT NULL, b SERIAL NOT NULL, PRIMARY KEY (b, a))",
    mysql = "CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL AUTO_INCREMENT, PRIMARY KEY (b, a))",
    mssql = "CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL IDENTITY, PRIMARY KEY (a, b))",
  })
  compiles("the key of a sequence", create(function()
    return la.Column("id", la.Integer, la.Sequence("s"), {primary_key = true})
  end), {
    default = "CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id))",
    mssql = "CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id))",
    mysql = "CREATE TABLE t (id INTEGER NOT NULL AUTO_INCREMENT, PRIMARY KEY (id))",
  })
  compiles("the key of an optional sequence", create(function()
    return la.Column("id", la.Integer, la.Sequence("s", {optional = true}), {primary_key = true})
  end), {
    default = "CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id))",
    postgresql = "CREATE TABLE t (id SERIAL NOT NULL, PRIMARY KEY (id))",
    mssql = "CREATE TABLE t (id INTEGER NOT NULL IDENTITY, PRIMARY KEY (id))",
  })

  compiles("defaults of the server", create(column("x", la.Integer, {server_default = "5"}),
    column("y", la.String(20), {server_default = "it's"}), column("z", la.DateTime, {server_default = la.func.now()}),
    column("w", la.Integer, {server_default = la.text("1 + 2")})), {
    default = "CREATE TABLE t (x INTEGER DEFAULT '5', y VARCHAR(20) DEFAULT 'it''s', z DATETIME DEFAULT now(), "
      .. "w INTEGER DEFAULT 1 + 2)",
    sqlite = "CREATE TABLE t (x INTEGER DEFAULT '5', y VARCHAR(20) DEFAULT 'it''s', "
      .. "z DATETIME DEFAULT CURRENT_TIMESTAMP, w INTEGER DEFAULT (1 + 2))",
    postgresql = "CREATE TABLE t (x INTEGER DEFAULT '5', y VARCHAR(20) DEFAULT 'it''s', "
      .. "z TIMESTAMP WITHOUT TIME ZONE DEFAULT now(), w INTEGER DEFAULT 1 + 2)",
    mssql = "CREATE TABLE t (x INTEGER NULL DEFAULT '5', y VARCHAR(20) NULL DEFAULT 'it''s', "
      .. "z DATETIME NULL DEFAULT CURRENT_TIMESTAMP, w INTEGER NULL DEFAULT 1 + 2)",
  })
  compiles("TIMESTAMP on MySQL", create(column("x", la.TIMESTAMP), column("y", la.TIMESTAMP, {nullable = false}),
    column("z", la.TIMESTAMP, {server_default = la.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP")})), {
    mysql = "CREATE TABLE t (x TIMESTAMP NULL, y TIMESTAMP NOT NULL, "
      .. "z TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)",
  })

  compiles("names that need quotes", function()
    return CreateTable(la.Table("Mixed Case", la.MetaData(), la.Column("Select", la.Integer, {primary_key = true}),
      la.Column("from", la.Integer), la.Column("100x", la.Integer), la.Column("_y", la.Integer)))
  end, {
    default = [[CREATE TABLE "Mixed Case" ("Select" INTEGER NOT NULL, "from" INTEGER, "100x" INTEGER, _y INTEGER, ]]
      .. [[PRIMARY KEY ("Select"))]],
    postgresql = [[CREATE TABLE "Mixed Case" ("Select" SERIAL NOT NULL, "from" INTEGER, "100x" INTEGER, _y INTEGER, ]]
      .. [[PRIMARY KEY ("Select"))]],
    mysql = "CREATE TABLE `Mixed Case` (`Select` INTEGER NOT NULL AUTO_INCREMENT, `from` INTEGER, `100x` INTEGER, "
      .. "_y INTEGER, PRIMARY KEY (`Select`))",
    oracle = [[CREATE TABLE "Mixed Case" ("Select" INTEGER NOT NULL, "from" INTEGER, "100x" INTEGER, "_y" INTEGER, ]]
      .. [[PRIMARY KEY ("Select"))]],
  })
  compiles("quotes by wish", function()
    return CreateTable(la.Table("lower", la.MetaData(), la.Column("x", la.Integer, {quote = true}),
      la.Column("Select", la.Integer, {quote = false}), {quote = true, schema = "sc", quote_schema = true}))
  end, {default = [[CREATE TABLE "sc"."lower" ("x" INTEGER, Select INTEGER)]]})

  compiles("prefixes", function()
    return CreateTable(la.Table("t", la.MetaData(), la.Column("x", la.Integer), {prefixes = {"TEMPORARY", "FOO"}}))
  end, {default = "CREATE TEMPORARY FOO TABLE t (x INTEGER)"})
  compiles("columns of the system", create(column("x", la.Integer), column("ctid", la.Integer, {system = true})),
    {default = "CREATE TABLE t (x INTEGER)"})
  compiles("if not exists", function()
    return CreateTable(la.Table("t", la.MetaData(), la.Column("x", la.Integer)), {if_not_exists = true})
  end, {default = "CREATE TABLE IF NOT EXISTS t (x INTEGER)"})
  compiles("no columns", create(), {default = "CREATE TABLE t ()"})
  compiles("a column without a type", create(column("x")), {default = {fails = "(in table 't', column 'x'): "
    .. "Can't generate DDL for NullType(); did you forget to specify a type on this Column?"}})

  compiles("AUTOINCREMENT on SQLite", function()
    return CreateTable(la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
      {sqlite_autoincrement = true}))
  end, {sqlite = "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT)"})
  compiles("ON CONFLICT on SQLite", function()
    return CreateTable(la.Table("t", la.MetaData(),
      la.Column("x", la.Integer, {primary_key = true, sqlite_on_conflict_primary_key = "FAIL"}),
      la.Column("y", la.Integer, {nullable = false, unique = true, sqlite_on_conflict_not_null = "FAIL",
        sqlite_on_conflict_unique = "REPLACE"}),
      la.CheckConstraint("y > 1", {sqlite_on_conflict = "ROLLBACK"}), {sqlite_autoincrement = true}))
  end, {
    sqlite = "CREATE TABLE t (x INTEGER NOT NULL PRIMARY KEY ON CONFLICT FAIL AUTOINCREMENT, y INTEGER NOT NULL ON "
      .. "CONFLICT FAIL, CHECK (y > 1) ON CONFLICT ROLLBACK, UNIQUE (y) ON CONFLICT REPLACE)",
  })
  compiles("options", function()
    return CreateTable(la.Table("t", la.MetaData(), la.Column("x", la.Integer), {
      postgresql_inherits = {"a", "Some B"}, postgresql_on_commit = "preserve_rows", postgresql_tablespace = "Sp",
      postgresql_with_oids = false, oracle_on_commit = "PRESERVE_ROWS", oracle_compress = 6,
      oracle_tablespace = "tsp", sqlite_with_rowid = false, sqlite_strict = true, mysql_charset = "utf8",
      mysql_collate = "utf8_bin", comment = "it's",
    }))
  end, {
    default = "CREATE TABLE t (x INTEGER)",
    sqlite = "\nCREATE TABLE t (\n\tx INTEGER\n)\n WITHOUT ROWID,\n STRICT\n\n",
    postgresql = "\nCREATE TABLE t (\n\tx INTEGER\n)\n INHERITS ( a, \"Some B\" )\n WITHOUT OIDS\n"
      .. " ON COMMIT PRESERVE ROWS\n TABLESPACE \"Sp\"\n\n",
    mysql = "\nCREATE TABLE t (\n\tx INTEGER\n)CHARSET=utf8 COLLATE utf8_bin COMMENT='it''s'\n\n",
    mssql = "CREATE TABLE t (x INTEGER NULL)",
    oracle = "\nCREATE TABLE t (\n\tx INTEGER\n)\n ON COMMIT PRESERVE ROWS\n COMPRESS FOR 6\n TABLESPACE tsp\n\n",
  })
  compiles("partitions", function()
    return CreateTable(la.Table("t", la.MetaData(), la.Column("x", la.Integer), {
      postgresql_partition_by = "LIST (x)", postgresql_using = "heap", mysql_partition_by = "HASH(x)",
      mysql_partitions = "6", mysql_engine = "InnoDB",
    }))
  end, {
    postgresql = "CREATE TABLE t (x INTEGER) PARTITION BY LIST (x) USING heap",
    mysql = "CREATE TABLE t (x INTEGER)ENGINE=InnoDB PARTITION BY HASH(x) PARTITIONS 6",
  })
  compiles("a schema in the place of another", function()
    return CreateTable(la.Table("t", la.MetaData(), la.Column("x", la.Integer), {schema = "a"}))
  end, {default = "CREATE TABLE b.t (x INTEGER)",
    options = {schema_translate_map = {a = "b"}, render_schema_translate = true}})
end)

describe("DROP TABLE", function()
  local t = la.Table("t", la.MetaData(), la.Column("x", la.Integer), {schema = "s"})
  compiles("plain", la.schema.DropTable(t), {default = "DROP TABLE s.t"})
  compiles("if exists", la.schema.DropTable(t, {if_exists = true}), {default = "DROP TABLE IF EXISTS s.t"})
end)

describe("schemas", function()
  compiles("create", la.schema.CreateSchema("foo"), {default = "CREATE SCHEMA foo"})
  compiles("create, quoted", la.schema.CreateSchema("Foo", {if_not_exists = true}),
    {default = [[CREATE SCHEMA IF NOT EXISTS "Foo"]], mysql = "CREATE SCHEMA IF NOT EXISTS `Foo`"})
  compiles("drop", la.schema.DropSchema("foo", {cascade = true, if_exists = true}),
    {default = "DROP SCHEMA IF EXISTS foo CASCADE"})
end)

describe("DDL", function()
  local t = la.Table("t", la.MetaData(), la.Column("x", la.Integer), {schema = "S"})
  compiles("percent signs", la.DDL("ALTER %% x"), {default = "ALTER % x"})
  local ddl = la.DDL("x %(table)s %(fullname)s %(schema)s %(a)s", {context = {a = "zz"}})
  compiles("the table it is about", ddl:against(t), {default = [[x t "S".t "S" zz]]})
  compiles("a name that nobody gave", la.DDL("x %(nope)s"), {default = {fails = "the context has nothing for 'nope'"}})
end)
