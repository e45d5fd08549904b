-- Placeholders: their styles, their names, lists, and their order.
local la = require "lualchemy"

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.String), la.column("c d", la.Integer))
local limited = la.select(t.c.a):where(t.c.a:eq(5), t.c.b:in_{"x", "y"}):limit(3)

local function compile(stmt, dialect, options)
  local all = {dialect = dialect}
  for name, value in pairs(options or {}) do all[name] = value end
  local compiled = stmt:compile(all)
  return (tostring(compiled):gsub("\n", "")), compiled
end

describe("the style", function()
  local function has(style, placeholder, positions)
    it(style, function()
      local both = la.select(t.c.a):where(t.c.a:eq(5), t.c.b:eq("x"))
      local text, compiled = compile(both, "default", {paramstyle = style})
      assert.equal("SELECT t.a FROM t WHERE t.a = " .. placeholder[1] .. " AND t.b = " .. placeholder[2], text)
      assert.same({a_1 = 5, b_1 = "x"}, compiled.params)
      assert.same(positions, compiled.positiontup)
    end)
  end

  has("named", {":a_1", ":b_1"})
  has("pyformat", {"%(a_1)s", "%(b_1)s"})
  has("qmark", {"?", "?"}, {"a_1", "b_1"})
  has("format", {"%s", "%s"}, {"a_1", "b_1"})
  has("numeric", {":1", ":2"}, {"a_1", "b_1"})
  has("numeric_dollar", {"$1", "$2"}, {"a_1", "b_1"})

  it("is the dialect's if none is given", function()
    local function placeholder(dialect) return compile(t.c.a:eq(5), dialect):match("= (.*)") end
    assert.equal(":a_1", placeholder("default"))
    assert.equal("?", placeholder("sqlite"))
    assert.equal("%(a_1)s", placeholder("postgresql"))
    assert.equal("%s", placeholder("mysql"))
    assert.equal("%s", placeholder("mariadb"))
    assert.equal(":a_1", placeholder("mssql"))
    assert.equal(":a_1", placeholder("oracle"))
  end)

  it("that is unknown is an error", function()
    local ok, e = pcall(compile, t.c.a:eq(5), "default", {paramstyle = "dollar"})
    assert.is_false(ok)
    assert.equal("compile: argument 'paramstyle' must be named, qmark, format, pyformat, numeric or numeric_dollar, "
      .. "got 'dollar'", e.message)
  end)
end)

describe("lists", function()
  it("are filled in when the statement is executed", function()
    local text, compiled = compile(limited, "default")
    assert.equal("SELECT t.a FROM t WHERE t.a = :a_1 AND t.b IN (__[POSTCOMPILE_b_1]) LIMIT :param_1", text)
    assert.same({a_1 = 5, b_1 = {"x", "y"}, param_1 = 3}, compiled.params)
  end)

  it("or with render_postcompile", function()
    local text, compiled = compile(limited, "default", {render_postcompile = true})
    assert.equal("SELECT t.a FROM t WHERE t.a = :a_1 AND t.b IN (:b_1_1, :b_1_2) LIMIT :param_1", text)
    assert.same({a_1 = 5, b_1_1 = "x", b_1_2 = "y", param_1 = 3}, compiled.params)
  end)

  it("have places of their own", function()
    local text, compiled = compile(limited, "default", {render_postcompile = true, paramstyle = "qmark"})
    assert.equal("SELECT t.a FROM t WHERE t.a = ? AND t.b IN (?, ?) LIMIT ?", text)
    assert.same({"a_1", "b_1_1", "b_1_2", "param_1"}, compiled.positiontup)
  end)

  it("are counted after all others", function()
    local text, compiled = compile(limited, "default", {render_postcompile = true, paramstyle = "numeric_dollar"})
    assert.equal("SELECT t.a FROM t WHERE t.a = $1 AND t.b IN ($3, $4) LIMIT $2", text)
    assert.same({"a_1", "param_1", "b_1_1", "b_1_2"}, compiled.positiontup)
  end)

  it("that are empty find nothing", function()
    local none = la.select(t.c.a):where(t.c.b:in_{})
    assert.equal("SELECT t.a FROM t WHERE t.b IN (SELECT 1 FROM (SELECT 1) WHERE 1!=1)",
      (compile(none, "sqlite", {render_postcompile = true})))
    assert.equal("SELECT t.a FROM t WHERE t.b IN (NULL) AND (1 != 1)",
      (compile(none, "postgresql", {render_postcompile = true})))
  end)
end)

describe("names", function()
  it("of letters that a style has for itself are written otherwise", function()
    local insert = t:insert():values{["c d"] = 1}
    local text, compiled = compile(insert, "postgresql")
    assert.equal('INSERT INTO t ("c d") VALUES (%(c_d)s)', text)
    assert.same({c_d = 1}, compiled.params)
    text, compiled = compile(insert, "oracle")
    assert.equal('INSERT INTO t ("c d") VALUES (:"c d")', text)
    assert.same({['"c d"'] = 1}, compiled.params)
  end)

  it("that begin with a digit are quoted on Oracle", function()
    assert.equal('t.a = :"1"', (compile(t.c.a:eq(la.bindparam("1", 3)), "oracle")))
  end)

  it("given twice are one", function()
    local twice = la.and_(t.c.a:eq(la.bindparam("x", 3)), t.c.a:lt(la.bindparam("x", 3)))
    local text, compiled = compile(twice, "default", {paramstyle = "numeric_dollar"})
    assert.equal("t.a = $1 AND t.a < $1", text)
    assert.same({"x"}, compiled.positiontup)
    text, compiled = compile(twice, "default", {paramstyle = "qmark"})
    assert.equal("t.a = ? AND t.a < ?", text)
    assert.same({"x", "x"}, compiled.positiontup)
  end)

  it("cannot be those that were made", function()
    local ok, e = pcall(compile, la.and_(t.c.a:eq(la.bindparam("a_1", 3)), t.c.a:lt(4)), "default")
    assert.is_false(ok)
    assert.is_true(la.exc.CompileError:is(e))
    assert.equal("Bind parameter 'a_1' conflicts with unique bind parameter of the same name", e.message)
  end)
end)

describe("text", function()
  it("has its own per cent signs doubled where placeholders have them", function()
    local fifty = la.text("SELECT '50%' WHERE x = :y"):bindparams{y = 5}
    assert.equal("SELECT '50%%' WHERE x = %(y)s", (compile(fifty, "postgresql")))
    assert.equal("SELECT '50%%' WHERE x = %s", (compile(fifty, "mysql")))
    assert.equal("SELECT '50%' WHERE x = ?", (compile(fifty, "sqlite")))
  end)

  it("and so have operators", function()
    assert.equal("t.a %% %(a_1)s", (compile(t.c.a % 3, "postgresql")))
    assert.equal("t.a % ?", (compile(t.c.a % 3, "sqlite")))
  end)
end)
