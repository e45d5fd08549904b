-- Names: which are quoted, and how.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local function select_of(...) return la.select(la.table(...)) end

describe("columns", function()
  compiles("lower case is plain", select_of("t", la.column("a_1"), la.column("b$")), {
    default = "SELECT t.a_1, t.b$ FROM t",
  })
  compiles("upper case is quoted", select_of("t", la.column("Id")), {
    default = 'SELECT t."Id" FROM t',
    mysql = "SELECT t.`Id` FROM t",
    mssql = "SELECT t.[Id] FROM t",
    oracle = 'SELECT t."Id" FROM t',
  })
  compiles("a digit in front", select_of("t", la.column("1st")), {
    default = 'SELECT t."1st" FROM t',
    mysql = "SELECT t.`1st` FROM t",
    mssql = "SELECT t.[1st] FROM t",
  })
  compiles("other letters", select_of("t", la.column("two words"), la.column("größe")), {
    default = 'SELECT t."two words", t."größe" FROM t',
  })
  compiles("a quote within is doubled", select_of("t", la.column('a"b'), la.column("c`d"), la.column("e]f")), {
    default = 'SELECT t."a""b", t."c`d", t."e]f" FROM t',
    mysql = 'SELECT t.`a"b`, t.`c``d`, t.`e]f` FROM t',
    mssql = 'SELECT t.[a"b], t.[c`d], t.[e]]f] FROM t',
  })
  compiles("an underscore in front, on Oracle", select_of("t", la.column("_a")), {
    default = "SELECT t._a FROM t",
    oracle = 'SELECT t."_a" FROM t',
  })
end)

describe("reserved words", function()
  compiles("everywhere", select_of("order", la.column("select"), la.column("from")), {
    default = 'SELECT "order"."select", "order"."from" FROM "order"',
    mysql = "SELECT `order`.`select`, `order`.`from` FROM `order`",
    mssql = "SELECT [order].[select], [order].[from] FROM [order]",
  })
  compiles("of one dialect", select_of("t", la.column("rlike"), la.column("top"), la.column("plan")), {
    default = "SELECT t.rlike, t.top, t.plan FROM t",
    sqlite = 'SELECT t.rlike, t.top, t."plan" FROM t',
    mysql = "SELECT t.`rlike`, t.top, t.plan FROM t",
    mssql = "SELECT t.rlike, t.[top], t.[plan] FROM t",
  })

  it("of MySQL and MariaDB", function()
    local select = select_of("t", la.column("offset"), la.column("lateral"))
    assert.equal("SELECT t.offset, t.`lateral` \nFROM t", tostring(select:compile{dialect = "mysql"}))
    assert.equal("SELECT t.`offset`, t.lateral \nFROM t", tostring(select:compile{dialect = "mariadb"}))
    assert.equal("SELECT t.`offset`, t.lateral \nFROM t",
      tostring(select:compile{dialect = la.mysql.dialect{is_mariadb = true}}))
  end)
end)

describe("quoted_name", function()
  compiles("always", select_of(la.quoted_name("t", true), la.column(la.quoted_name("a", true))), {
    default = 'SELECT "t"."a" FROM "t"',
    mysql = "SELECT `t`.`a` FROM `t`",
  })
  compiles("never", select_of(la.quoted_name("T", false), la.column(la.quoted_name("Order", false))), {
    default = "SELECT T.Order FROM T",
  })
  compiles("Table and Column have quote", function()
    local m = la.MetaData()
    local id, b = la.Column("Id", la.Integer, {quote = false}), la.Column("b", la.Integer, {quote = true})
    return la.select(la.Table("t", m, id, b, {quote = true}))
  end, {default = 'SELECT "t".Id, "t"."b" FROM "t"'})
end)

describe("schemas", function()
  compiles("in front of the table", select_of("t", la.column("a"), {schema = "s"}), {default = "SELECT s.t.a FROM s.t"})
  compiles("quoted as names are", select_of("t", la.column("a"), {schema = "My S"}), {
    default = 'SELECT "My S".t.a FROM "My S".t',
    mysql = "SELECT `My S`.t.a FROM `My S`.t",
  })
  compiles("a dot within", select_of("t", la.column("a"), {schema = "db.owner"}), {
    default = 'SELECT "db.owner".t.a FROM "db.owner".t',
    mssql = "SELECT db.owner.t.a FROM db.owner.t",
  })
  compiles("brackets keep a dot, on SQL Server", select_of("t", la.column("a"), {schema = "[db.x].owner"}), {
    mssql = "SELECT [db.x].owner.t.a FROM [db.x].owner.t",
  })
end)

describe("labels and aliases", function()
  local t = la.table("t", la.column("a"))
  compiles("a label", la.select(t.c.a:label("The A")), {
    default = 'SELECT t.a AS "The A" FROM t',
    mssql = "SELECT t.a AS [The A] FROM t",
  })
  compiles("an alias", la.select(t:alias("X")), {
    default = 'SELECT "X".a FROM t AS "X"',
    oracle = 'SELECT "X".a FROM t "X"',
  })
  compiles("a common table expression", la.select(la.select(t):cte("My CTE")), {
    default = 'WITH "My CTE" AS (SELECT t.a AS a FROM t) SELECT "My CTE".a FROM "My CTE"',
  })
  compiles("a function is called by its name", la.select(la.func.myFunction(t.c.a)), {
    default = 'SELECT myFunction(t.a) AS "myFunction_1" FROM t',
  })
end)

describe("per cent signs", function()
  local t = la.table("t", la.column("10%"))
  local function printed(style)
    return (tostring(la.select(t):compile{dialect = "postgresql", paramstyle = style}):gsub("\n", ""))
  end

  it("are doubled in names where placeholders have them", function()
    assert.equal('SELECT t."10%%" FROM t', printed("pyformat"))
    assert.equal('SELECT t."10%%" FROM t', printed("format"))
  end)
  it("are plain elsewhere", function()
    assert.equal('SELECT t."10%" FROM t', printed("numeric_dollar"))
    assert.equal('SELECT t."10%" FROM t', printed("named"))
  end)
end)
