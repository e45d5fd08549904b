-- Constraints within CREATE TABLE, and by ALTER TABLE.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local CreateTable, AddConstraint, DropConstraint =
  la.schema.CreateTable, la.schema.AddConstraint, la.schema.DropConstraint

local function parent(metadata, schema)
  return la.Table("parent", metadata, la.Column("id", la.Integer, {primary_key = true}),
    la.Column("other id", la.Integer), {schema = schema})
end

--- ALTER TABLE t ADD …, and DROP, of a constraint of a table (id, data with the key dkey).
local function added(constraint)
  local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer), la.Column("data", la.String(10), {key = "dkey"}))
  t:append_constraint(constraint)
  return AddConstraint(constraint), DropConstraint(constraint)
end

describe("foreign keys", function()
  compiles("of one column", function()
    local m = la.MetaData()
    parent(m)
    return CreateTable(la.Table("t", m,
      la.Column("p", la.Integer, la.ForeignKey("parent.id", {ondelete = "CASCADE", onupdate = "SET NULL"})),
      la.Column("q", nil, la.ForeignKey(m.tables.parent.c["other id"], {name = "fkq", match = "FULL"}))))
  end, {
    default = "CREATE TABLE t (p INTEGER, q INTEGER, FOREIGN KEY(p) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE "
      .. "SET NULL, CONSTRAINT fkq FOREIGN KEY(q) REFERENCES parent (\"other id\") MATCH FULL)",
    mysql = {fails = "MySQL ignores the 'MATCH' keyword"},
    oracle = "CREATE TABLE t (p INTEGER, q INTEGER, FOREIGN KEY(p) REFERENCES parent (id) ON DELETE CASCADE, "
      .. "CONSTRAINT fkq FOREIGN KEY(q) REFERENCES parent (\"other id\") MATCH FULL)",
  })
  compiles("of two columns", function()
    local m = la.MetaData()
    parent(m)
    return CreateTable(la.Table("t", m, la.Column("p", la.Integer), la.Column("q", la.Integer),
      la.ForeignKeyConstraint({"p", "q"}, {"parent.id", "parent.other id"},
        {name = "fk", initially = "DEFERRED", deferrable = true})))
  end, {
    default = "CREATE TABLE t (p INTEGER, q INTEGER, CONSTRAINT fk FOREIGN KEY(p, q) REFERENCES parent (id, "
      .. "\"other id\") DEFERRABLE INITIALLY DEFERRED)",
  })
  compiles("into another schema", function()
    local m = la.MetaData()
    parent(m, "sch")
    return CreateTable(la.Table("t", m, la.Column("p", la.Integer, la.ForeignKey("sch.parent.id"))))
  end, {
    default = "CREATE TABLE t (p INTEGER, FOREIGN KEY(p) REFERENCES sch.parent (id))",
    sqlite = "CREATE TABLE t (p INTEGER)",
  })
  compiles("by ALTER", function()
    local m = la.MetaData()
    parent(m)
    return CreateTable(la.Table("t", m, la.Column("p", la.Integer, la.ForeignKey("parent.id", {use_alter = true}))))
  end, {
    default = "CREATE TABLE t (p INTEGER)",
    sqlite = "CREATE TABLE t (p INTEGER, FOREIGN KEY(p) REFERENCES parent (id))",
  })
  compiles("columns to set", function()
    local m = la.MetaData()
    parent(m)
    return CreateTable(la.Table("t", m, la.Column("p", la.Integer, la.ForeignKey("parent.id",
      {ondelete = "SET NULL (p)"}))))
  end, {
    default = {fails = "Unexpected SQL phrase: 'SET NULL (p)'"},
    postgresql = "CREATE TABLE t (p INTEGER, FOREIGN KEY(p) REFERENCES parent (id) ON DELETE SET NULL (p))",
  })
  compiles("to a table that is not there", function()
    return CreateTable(la.Table("t", la.MetaData(), la.Column("p", la.Integer, la.ForeignKey("nope.id"))))
  end, {default = {fails = "Foreign key associated with column 't.p' could not find table 'nope' with which to "
    .. "generate a foreign key to target column 'id'"}})
end)

describe("constraints of a table", function()
  compiles("unique and check", function()
    return CreateTable(la.Table("t", la.MetaData(), la.Column("x", la.Integer, {unique = true}),
      la.Column("y", la.Integer, la.CheckConstraint("y > 5", {name = "c1"})),
      la.UniqueConstraint("x", "y", {name = "uq", deferrable = true, initially = "DEFERRED"}),
      la.CheckConstraint("x < 10", {name = "c2"}), la.CheckConstraint("x <> 7")))
  end, {
    default = "CREATE TABLE t (x INTEGER, y INTEGER CONSTRAINT c1 CHECK (y > 5), CONSTRAINT uq UNIQUE (x, y) "
      .. "DEFERRABLE INITIALLY DEFERRED, CONSTRAINT c2 CHECK (x < 10), CHECK (x <> 7), UNIQUE (x))",
  })
  compiles("a check of an expression", function()
    local t = la.Table("t", la.MetaData(), la.Column("x", la.Integer), la.Column("y", la.Integer))
    la.CheckConstraint(t.c.x:gt(la.func.coalesce(t.c.y, 3)))
    return CreateTable(t)
  end, {default = "CREATE TABLE t (x INTEGER, y INTEGER, CHECK (x > coalesce(y, 3)))"})
  compiles("the key by a constraint", function()
    return CreateTable(la.Table("t", la.MetaData(), la.Column("x", la.Integer), la.Column("y", la.Integer),
      la.PrimaryKeyConstraint("y", "x", {name = "pk"})))
  end, {default = "CREATE TABLE t (x INTEGER NOT NULL, y INTEGER NOT NULL, CONSTRAINT pk PRIMARY KEY (y, x))"})
  compiles("nothing to be unique", function()
    return CreateTable(la.Table("t", la.MetaData(), la.Column("x", la.Integer), la.UniqueConstraint()))
  end, {default = "CREATE TABLE t (x INTEGER)"})
  compiles("a phrase that is none", function()
    return CreateTable(la.Table("t", la.MetaData(), la.Column("x", la.Integer),
      la.UniqueConstraint("x", {initially = "foo"})))
  end, {default = {fails = "Unexpected SQL phrase: 'foo' (matching against '^(?:DEFERRED|IMMEDIATE)$')"}})
end)

describe("ALTER TABLE", function()
  local add, drop = added(la.PrimaryKeyConstraint("id", {name = "pk", mssql_clustered = true,
    postgresql_include = {"dkey"}, mysql_using = "btree"}))
  compiles("add a key", add, {
    default = "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (id)",
    postgresql = "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (id) INCLUDE (data)",
    mysql = "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (id) USING btree",
    mssql = "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY CLUSTERED (id)",
  })
  compiles("drop a key", drop, {
    default = "ALTER TABLE t DROP CONSTRAINT pk",
    mysql = "ALTER TABLE t DROP PRIMARY KEY ",
  })

  local add_unique, drop_unique = added(la.UniqueConstraint("id", "dkey", {name = "uq", mssql_clustered = false,
    postgresql_include = {"id"}, postgresql_nulls_not_distinct = true, sqlite_on_conflict = "IGNORE"}))
  compiles("add unique", add_unique, {
    default = "ALTER TABLE t ADD CONSTRAINT uq UNIQUE (id, data)",
    sqlite = "ALTER TABLE t ADD CONSTRAINT uq UNIQUE (id, data) ON CONFLICT IGNORE",
    postgresql = "ALTER TABLE t ADD CONSTRAINT uq UNIQUE NULLS NOT DISTINCT (id, data) INCLUDE (id)",
    mssql = "ALTER TABLE t ADD CONSTRAINT uq UNIQUE NONCLUSTERED (id, data)",
  })
  compiles("drop unique", drop_unique, {
    default = "ALTER TABLE t DROP CONSTRAINT uq",
    mysql = "ALTER TABLE t DROP INDEX uq",
  })

  local check = la.CheckConstraint("id > 5", {name = "ck", postgresql_not_valid = true})
  local add_check, drop_check = added(check)
  compiles("add a check", add_check, {
    default = "ALTER TABLE t ADD CONSTRAINT ck CHECK (id > 5)",
    postgresql = "ALTER TABLE t ADD CONSTRAINT ck CHECK (id > 5) NOT VALID",
  })
  compiles("drop a check", drop_check, {
    default = "ALTER TABLE t DROP CONSTRAINT ck",
    mysql = "ALTER TABLE t DROP CHECK ck",
  })
  compiles("drop with all that hangs on it", function()
    return DropConstraint(check, {cascade = true, if_exists = true})
  end, {default = "ALTER TABLE t DROP CONSTRAINT IF EXISTS ck CASCADE"})

  local _, nameless = added(la.UniqueConstraint("id"))
  compiles("drop without a name", nameless, {default = {fails = "it has no name"}})

  local exclude = la.postgresql.ExcludeConstraint({"id", "="}, {la.func.lower(la.column("data")), "&&"},
    {where = la.column("id"):gt(5), using = "GIST", name = "ex", deferrable = true, ops = {id = "int_ops"}})
  compiles("exclude", (added(exclude)), {
    postgresql = "ALTER TABLE t ADD CONSTRAINT ex EXCLUDE USING gist (id int_ops WITH =, lower(data) WITH &&) "
      .. "WHERE (id > 5) DEFERRABLE",
  })
  compiles("exclude with one pair alone", (added(la.postgresql.ExcludeConstraint{"id", "="})), {
    postgresql = "ALTER TABLE t ADD EXCLUDE USING gist (id WITH =)",
  })
end)

describe("types that bring a CHECK", function()
  local function of(type_)
    return function() return CreateTable(la.Table("t", la.MetaData(), la.Column("x", type_))) end
  end
  compiles("Boolean", of(la.Boolean{create_constraint = true, name = "ck"}), {
    default = "CREATE TABLE t (x BOOLEAN, CONSTRAINT ck CHECK (x IN (0, 1)))",
    postgresql = "CREATE TABLE t (x BOOLEAN)",
    mssql = "CREATE TABLE t (x BIT NULL)",
  })
  compiles("Boolean without a name", of(la.Boolean{create_constraint = true}), {
    default = "CREATE TABLE t (x BOOLEAN, CHECK (x IN (0, 1)))",
    postgresql = "CREATE TABLE t (x BOOLEAN)",
  })
  compiles("Enum", of(la.Enum("a", "b's", {name = "en", create_constraint = true})), {
    default = "CREATE TABLE t (x VARCHAR(3), CONSTRAINT en CHECK (x IN ('a', 'b''s')))",
    postgresql = "CREATE TABLE t (x en)",
    mysql = "CREATE TABLE t (x ENUM('a','b''s'))",
  })
  compiles("Enum that is no type", of(la.Enum("a", "b", {native_enum = false, create_constraint = true})), {
    default = "CREATE TABLE t (x VARCHAR(1), CHECK (x IN ('a', 'b')))",
  })
end)
