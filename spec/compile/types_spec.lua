-- The text of types on every dialect.
local compiles = require "spec.support.compiles"
local la = require "lualchemy"

local function fails(text) return {fails = text} end
local NEEDS_LENGTH = fails "VARCHAR requires a length on dialect mysql"
local UNKNOWN = fails "can't render"

describe("generic types", function()
  compiles("Integer", la.Integer(), {default = "INTEGER", mysql = "INTEGER", mssql = "INTEGER", oracle = "INTEGER"})
  compiles("BigInteger", la.BigInteger(), {default = "BIGINT", mysql = "BIGINT", mssql = "BIGINT",
    oracle = "NUMBER(19)"})
  compiles("SmallInteger", la.SmallInteger(), {default = "SMALLINT"})
  compiles("String", la.String(50), {default = "VARCHAR(50)", mysql = "VARCHAR(50)", mssql = "VARCHAR(50)",
    oracle = "VARCHAR2(50 CHAR)"})
  compiles("String without a length", la.String(), {default = "VARCHAR", mysql = NEEDS_LENGTH, mssql = "VARCHAR(max)",
    oracle = "VARCHAR2"})
  compiles("a collation of a schema", la.String(20, {collation = "de", collation_schema = "My"}), {
    default = 'VARCHAR(20) COLLATE "My".de', oracle = "VARCHAR2(20 CHAR)",
  })
  it("a schema without a collation is refused", function()
    local ok, e = pcall(la.String, {collation_schema = "x"})
    assert.is_false(ok)
    assert.is_truthy(tostring(e):find("the 'collation_schema' parameter of String requires the 'collation'", 1, true))
  end)
  compiles("a collation", la.String(20, {collation = "de_DE"}), {default = 'VARCHAR(20) COLLATE "de_DE"',
    mysql = "VARCHAR(20) COLLATE de_DE", mssql = "VARCHAR(20) COLLATE de_DE"})
  compiles("Text", la.Text(), {default = "TEXT", mysql = "TEXT", mssql = "TEXT", oracle = "CLOB"})
  compiles("Unicode", la.Unicode(5), {default = "VARCHAR(5)", mysql = "VARCHAR(5)", mssql = "NVARCHAR(5)",
    oracle = "VARCHAR2(5 CHAR)"})
  compiles("UnicodeText", la.UnicodeText(), {default = "TEXT", mssql = "NTEXT", oracle = "CLOB"})
  compiles("Numeric", la.Numeric(10, 2), {default = "NUMERIC(10, 2)", mysql = "NUMERIC(10, 2)",
    oracle = "NUMERIC(10, 2)"})
  compiles("Numeric without places", la.Numeric{precision = 10}, {default = "NUMERIC(10)"})
  compiles("Float", la.Float(), {default = "FLOAT", mysql = "FLOAT", mssql = "FLOAT", oracle = "FLOAT"})
  compiles("Float with a precision", la.Float(5), {default = "FLOAT", postgresql = "FLOAT(5)", mysql = "FLOAT(5)",
    mssql = "FLOAT(5)", oracle = fails "Oracle Database FLOAT types use 'binary precision'"})
  compiles("Double", la.Double(), {default = "DOUBLE", postgresql = "DOUBLE PRECISION", mysql = "DOUBLE",
    mssql = "DOUBLE PRECISION", oracle = "DOUBLE PRECISION"})
  compiles("Boolean", la.Boolean(), {default = "BOOLEAN", mysql = "BOOL", mssql = "BIT", oracle = "SMALLINT"})
  compiles("Date", la.Date(), {default = "DATE", mssql = "DATETIME", oracle = "DATE"})
  compiles("DateTime", la.DateTime(), {default = "DATETIME", postgresql = "TIMESTAMP WITHOUT TIME ZONE",
    mysql = "DATETIME", mssql = "DATETIME", oracle = "DATE"})
  compiles("DateTime with a time zone", la.DateTime{timezone = true}, {default = "DATETIME",
    postgresql = "TIMESTAMP WITH TIME ZONE", mssql = "DATETIMEOFFSET"})
  compiles("Time", la.Time(), {default = "TIME", postgresql = "TIME WITHOUT TIME ZONE", mysql = "TIME"})
  compiles("Interval", la.Interval{second_precision = 3, day_precision = 2}, {default = "DATETIME",
    postgresql = "INTERVAL (3)", oracle = "INTERVAL DAY(2) TO SECOND(3)"})
  compiles("an Interval that is not native", la.Interval{native = false}, {default = "DATETIME",
    postgresql = "TIMESTAMP WITHOUT TIME ZONE", oracle = "DATE"})
  compiles("LargeBinary", la.LargeBinary(), {default = "BLOB", postgresql = "BYTEA", mssql = "IMAGE", oracle = "BLOB"})
  compiles("Uuid", la.Uuid(), {default = "CHAR(32)", postgresql = "UUID", mysql = "CHAR(32)",
    mssql = "UNIQUEIDENTIFIER", oracle = "CHAR(32)"})
  compiles("a Uuid that is not native", la.Uuid{native_uuid = false}, {default = "CHAR(32)", mssql = "CHAR(32)"})
  compiles("Enum", la.Enum("one", "three", {name = "numbers"}), {default = "VARCHAR(5)", postgresql = "numbers",
    mysql = "ENUM('one','three')", oracle = "VARCHAR(5 CHAR)"})
  compiles("an Enum in a schema", la.Enum("a", {name = "Mixed", schema = "s"}), {default = "VARCHAR(1)",
    postgresql = 's."Mixed"'})
  compiles("an Enum without a name", la.Enum("a"), {default = "VARCHAR(1)",
    postgresql = fails "PostgreSQL Enum type requires a name."})
  compiles("an Enum that is not native", la.Enum("a", "bc", {name = "e", native_enum = false, length = 10}),
    {default = "VARCHAR(10)", mysql = "VARCHAR(10)"})
  compiles("JSON", la.JSON(), {default = UNKNOWN, sqlite = "JSON", postgresql = "JSON", mysql = "JSON",
    mssql = "NVARCHAR(max)"})
  compiles("ARRAY", la.ARRAY(la.Integer), {default = UNKNOWN, postgresql = "INTEGER[]", sqlite = UNKNOWN})
  compiles("NullType", la.types.NULLTYPE, {default = fails
    "Can't generate DDL for NullType(); did you forget to specify a type on this Column?"})
end)

describe("the types of PostgreSQL", function()
  local pg = la.postgresql
  local function is(name, t, text) compiles(name, t, {default = nil, postgresql = text}) end
  is("ARRAY", pg.ARRAY(la.String(5, {collation = "C"}), {dimensions = 2}), 'VARCHAR(5)[][] COLLATE "C"')
  is("BIT", pg.BIT(5), "BIT(5)")
  is("BIT VARYING", pg.BIT{varying = true}, "BIT VARYING")
  is("INTERVAL", pg.INTERVAL{precision = 3, fields = "DAY TO SECOND"}, "INTERVAL DAY TO SECOND (3)")
  is("TIMESTAMP", pg.TIMESTAMP{precision = 3, timezone = true}, "TIMESTAMP(3) WITH TIME ZONE")
  is("ENUM", pg.ENUM("a", {name = "e"}), "e")
  is("DOMAIN", pg.DOMAIN("positive", la.Integer), "positive")
  is("JSONB", pg.JSONB(), "JSONB")
  is("TSTZMULTIRANGE", pg.TSTZMULTIRANGE(), "TSTZMULTIRANGE")
  is("CITEXT", pg.CITEXT(), "CITEXT")
end)

describe("the types of MySQL", function()
  local my = la.mysql
  local function is(name, t, text) compiles(name, t, {mysql = text}) end
  is("unsigned", my.INTEGER{unsigned = true, display_width = 4}, "INTEGER(4) UNSIGNED")
  is("zerofill", my.BIGINT(4, {zerofill = true, unsigned = true}), "BIGINT(4) UNSIGNED ZEROFILL")
  is("DOUBLE", my.DOUBLE(12, 4), "DOUBLE(12, 4)")
  is("national", my.CHAR(1, {national = true, charset = "utf8", binary = true}), "NATIONAL CHAR(1) BINARY")
  is("a character set", my.TEXT{charset = "utf8", collation = "utf8_bin"}, "TEXT CHARACTER SET utf8 COLLATE utf8_bin")
  is("NVARCHAR", my.NVARCHAR(5), "NATIONAL VARCHAR(5)")
  is("ENUM", my.ENUM("it's", "b"), "ENUM('it''s','b')")
  is("SET", my.SET("a", "b", {charset = "latin1"}), "SET('a','b') CHARACTER SET latin1")
  is("parts of a second", my.DATETIME{fsp = 6}, "DATETIME(6)")
  is("LONGTEXT", my.LONGTEXT(), "LONGTEXT")
  is("INET4", my.INET4(), UNKNOWN)

  it("refuses a precision without a scale", function()
    assert.has_error(function() my.DOUBLE(10) end)
  end)
end)

describe("the types of SQL Server and Oracle", function()
  local ms, ora = la.mssql, la.oracle
  compiles("DATETIME2", ms.DATETIME2(3), {mssql = "DATETIME2(3)"})
  compiles("VARBINARY", ms.VARBINARY("max", {filestream = true}), {mssql = "VARBINARY(max) FILESTREAM"})
  compiles("REAL", ms.REAL(), {mssql = "REAL"})
  compiles("NUMBER", ora.NUMBER(10, 2), {oracle = "NUMBER(10, 2)"})
  compiles("TIMESTAMP", ora.TIMESTAMP{local_timezone = true}, {oracle = "TIMESTAMP WITH LOCAL TIME ZONE"})
  compiles("FLOAT", ora.FLOAT{binary_precision = 16}, {oracle = "FLOAT(16)"})
  compiles("VECTOR", ora.VECTOR{dim = 3, storage_format = ora.VectorStorageFormat.INT8}, {oracle = "VECTOR(3,INT8,*)"})
  compiles("RAW", ora.RAW(16), {oracle = "RAW(16)"})
end)

describe("variants", function()
  compiles("with_variant", la.String(30):with_variant(la.mysql.VARCHAR(20, {charset = "utf8"}), "mysql"),
    {default = "VARCHAR(30)", mysql = "VARCHAR(20) CHARACTER SET utf8"})
  compiles("of several dialects", la.Integer():with_variant(la.BigInteger, "postgresql", "mssql"), {default = "INTEGER",
    postgresql = "BIGINT", mssql = "BIGINT"})
  compiles("in a copy", la.Integer():with_variant(la.BigInteger, "postgresql"):copy(), {default = "INTEGER",
    postgresql = "BIGINT"})

  it("are given once for a dialect", function()
    local t = la.Integer():with_variant(la.BigInteger, "postgresql")
    assert.has_error(function() t:with_variant(la.String, "postgresql") end)
    assert.has_error(function() la.Integer():with_variant(t, "mysql") end)
    assert.has_error(function() la.Integer():with_variant(la.String) end)
  end)
end)

describe("users' types", function()
  local Point = la.types.UserDefinedType:class("Point", {
    cache_ok = true,
    __init__ = function(self, dimensions) self.dimensions = dimensions or 2 end,
    get_col_spec = function(self) return "POINT(" .. self.dimensions .. ")" end,
  })
  compiles("UserDefinedType", Point(), {default = "POINT(2)"})
  compiles("with an argument", Point(3), {default = "POINT(3)", mysql = "POINT(3)"})
  compiles("in an array", la.ARRAY(Point(3)), {postgresql = "POINT(3)[]"})

  local Lower = la.types.TypeDecorator:class("Lower", {impl = la.String, cache_ok = true})
  compiles("TypeDecorator", Lower(50), {default = "VARCHAR(50)", oracle = "VARCHAR2(50 CHAR)"})
  local Guid = la.types.TypeDecorator:class("Guid", {
    impl = la.CHAR,
    load_dialect_impl = function(_, dialect)
      if dialect.name == "postgresql" then return la.postgresql.UUID() end
      return la.CHAR(32)
    end,
  })
  compiles("load_dialect_impl", Guid(), {default = "CHAR(32)", postgresql = "UUID"})
  local Twice = la.types.TypeDecorator:class("Twice", {impl = Lower})
  compiles("a decorator around another", Twice(5), {default = "VARCHAR(5)"})
  compiles("a class derived from a type", la.String:class("Name", {})(7), {default = "VARCHAR(7)"})

  it("know their class", function()
    assert.is_true(Lower:is(Lower(5)))
    assert.is_true(la.types.TypeDecorator:is(Lower()))
    assert.is_false(la.String:is(Lower()))
    assert.is_true(la.String:is(la.String:class("Name", {})()))
    assert.equal(50, Lower(50).length)
  end)
end)

describe("types", function()
  it("have the attributes that they were made with", function()
    local t = la.Numeric{precision = 10, scale = 2, asdecimal = false}
    assert.same({10, 2, false}, {t.precision, t.scale, t.asdecimal})
    assert.same({"a", "b"}, la.Enum("a", "b").enums)
    assert.is_true(la.DateTime{timezone = true}.timezone)
    assert.is_true(la.Integer:is(la.ARRAY(la.Integer).item_type))
  end)

  it("refuse what they do not take", function()
    assert.has_error(function() la.String{lenght = 5} end)
    assert.has_error(function() la.String("five") end)
    assert.has_error(function() la.Integer(5) end)
    assert.has_error(function() la.ARRAY() end)
    assert.has_error(function() la.ARRAY(la.ARRAY(la.Integer)) end)
    assert.has_error(function() return la.String().nothing end)
  end)

  it("have a generic counterpart", function()
    assert.equal("Integer()", la.mysql.INTEGER(4):as_generic():__repr__())
    local precise = la.postgresql.TIMESTAMP{timezone = true, precision = 3}
    assert.equal("DateTime(timezone=True)", precise:as_generic():__repr__())
    assert.has_error(function() la.postgresql.INET():as_generic() end)
  end)
end)
