-- Constructs of the user's own, and what users say about those of the library: la.compiles.
local la = require "lualchemy"
local compiles = require "spec.support.compiles"

local t = la.table("t", la.column("a", la.Integer), la.column("b"), la.column("c"))

local function flat(construct, options)
  return (tostring(construct:compile(options or {})):gsub("[\n\t]", ""))
end

describe("functions of one's own", function()
  local greatest = la.FunctionElement:class("greatest", {type = la.Numeric, name = "greatest", inherit_cache = true})
  la.compiles(greatest)(function(element, compiler, kw) return compiler:visit_function(element, kw) end)
  la.compiles(greatest, "mssql")(function(element, compiler, kw)
    local a, b = compiler:process(element.clauses[1], kw), compiler:process(element.clauses[2], kw)
    return ("CASE WHEN %s > %s THEN %s ELSE %s END"):format(a, b, a, b)
  end)

  compiles("one text for each dialect", function() return greatest("a", "b") end, {
    default = "greatest(:greatest_1, :greatest_2)",
    mssql = "CASE WHEN :greatest_1 > :greatest_2 THEN :greatest_1 ELSE :greatest_2 END",
    params = {greatest_1 = "a", greatest_2 = "b"},
  })

  compiles("values in the text", function() return la.select(greatest(t.c.a, 5)):where(greatest(t.c.b, 7):eq(3)) end, {
    default = "SELECT greatest(t.a, 5) AS greatest_1 FROM t WHERE greatest(t.b, 7) = 3",
    mssql = "SELECT CASE WHEN t.a > 5 THEN t.a ELSE 5 END AS greatest_1 FROM t WHERE "
      .. "CASE WHEN t.b > 7 THEN t.b ELSE 7 END = 3",
    options = {literal_binds = true},
  })

  it("have the type of their class", function()
    assert.is_true(la.Numeric:is(greatest(1, 2).type))
    assert.is_true(greatest:is(greatest(1)))
    assert.is_true(la.FunctionElement:is(greatest(1)))
    assert.is_false(greatest:is(la.func.greatest(1)))
  end)

  it("without a name are labelled as expressions are", function()
    local myfunc = la.FunctionElement:class("myfunc")
    la.compiles(myfunc)(function(element, compiler, kw) return "f" .. compiler:process(element.clause_expr, kw) end)
    assert.equal("SELECT f(t.a, t.b) AS anon_1, f() AS anon_2 FROM t", flat(la.select(myfunc(t.c.a, t.c.b), myfunc())))
  end)

  it("inherit what was said of their class", function()
    local Base = la.FunctionElement:class("Base", {name = "base"})
    local Sub1 = Base:class("Sub1", {name = "sub1"})
    local Sub2 = Base:class("Sub2", {name = "sub2"})
    la.compiles(Base)(function(element) return element.name end)
    assert.equal("SELECT sub1 AS sub1_1, sub2 AS sub2_1", flat(la.select(Sub1(), Sub2())))
    la.compiles(Sub1, function(element) return "FOO" .. element.name end)
    assert.equal("SELECT FOOsub1 AS sub1_1, sub2 AS sub2_1", flat(la.select(Sub1(), Sub2())))
  end)

  it("may be fields of la.func", function()
    local as_utc = la.sql.functions.GenericFunction:class("as_utc", {type = la.DateTime, inherit_cache = true})
    la.compiles(as_utc, "postgresql")(function(element, compiler, kw)
      return "timezone('utc', " .. compiler:process(element.clauses, kw) .. ")"
    end)
    local call = la.func.as_utc(t.c.a)
    assert.is_true(as_utc:is(call))
    assert.is_true(la.DateTime:is(call.type))
    assert.equal("as_utc(t.a)", flat(call))
    assert.equal("timezone('utc', t.a)", flat(call, {dialect = "postgresql"}))
  end)

  it("may have attributes", function()
    local rounded = la.FunctionElement:class("rounded", {name = "rounded", __init__ = function(self, x, places)
      la.FunctionElement.__init__(self, x)
      self.places = places
    end})
    la.compiles(rounded)(function(element, compiler, kw)
      return ("round(%s, %d)"):format(compiler:process(element.clauses, kw), element.places)
    end)
    assert.equal("SELECT round(t.a, 2) AS rounded_1, round(t.a, 3) AS rounded_2 FROM t",
      flat(la.select(rounded(t.c.a, 2), rounded(t.c.a, 3))))
  end)
end)

describe("columns of one's own", function()
  it("are written as their name where nobody said how", function()
    local Thing = la.ColumnClause:class("Thing")
    la.compiles(Thing, "postgresql")(function() return "thing" end)
    assert.equal("x", flat(Thing("x")))
    assert.equal("thing", flat(Thing("x"), {dialect = "postgresql"}))
  end)

  it("give their name to binds beside them, and the compiler keeps attributes", function()
    local Counted = la.ColumnClause:class("Counted", {
      __init__ = function(self) la.ColumnClause.__init__(self, "counted") end,
    })
    la.compiles(Counted)(function(_, compiler)
      compiler.counter = (compiler.counter or 0) + 1
      return tostring(compiler.counter)
    end)
    assert.equal("SELECT 1, 2 WHERE 3 = :counted_1", flat(la.select(Counted(), Counted()):where(Counted():eq(5))))
    assert.equal("SELECT foo, 1 ORDER BY 2 DESC",
      flat(la.select(la.column("foo"), Counted()):order_by(la.desc(Counted()))))
  end)

  it("of any other expression are labelled if they have no name", function()
    local Nameless = la.ColumnElement:class("Nameless")
    local Named = la.ColumnElement:class("Named", {name = "m"})
    la.compiles(Nameless)(function() return "mm" end)
    la.compiles(Named)(function() return "mm" end)
    assert.equal("SELECT mm AS anon_1, mm AS anon_2 WHERE mm = :param_1",
      flat(la.select(Nameless(), Nameless()):where(Nameless():eq(5))))
    assert.equal("SELECT mm, mm AS m_1", flat(la.select(Named(), Named())))
  end)
end)

describe("statements of one's own", function()
  local InsertFromSelect = la.Executable:class("InsertFromSelect", la.ClauseElement, {
    __init__ = function(self, table, select)
      self.table, self.select = table, select
    end,
  })
  la.compiles(InsertFromSelect)(function(element, compiler, kw)
    return ("INSERT INTO %s %s"):format(compiler:process(element.table, {asfrom = true}),
      compiler:process(element.select, kw))
  end)

  compiles("of others", function() return InsertFromSelect(t, la.select(t):where(t.c.a:gt(5))) end, {
    default = "INSERT INTO t SELECT t.a, t.b, t.c FROM t WHERE t.a > :a_1",
    params = {a_1 = 5},
  })

  it("are executed", function()
    local MySelect = la.Executable:class("MySelect", la.ClauseElement)
    la.compiles(MySelect)(function(_, compiler)
      return "SELECT a, b FROM t WHERE a > " .. compiler:process(la.literal(6)) .. " ORDER BY a"
    end)
    la.create_engine("sqlite://"):begin(function(conn)
      conn:execute(la.text("CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER)"))
      conn:execute(la.text("INSERT INTO t (a, b) VALUES (6, 7), (8, 9), (10, 11)"))
      conn:execute(InsertFromSelect(t, la.select(t):where(t.c.a:gt(9))))
      local found = {}
      for row in conn:execute(MySelect()) do found[#found + 1] = row.b end
      assert.same({9, 11, 11}, found)
      local ok, e = pcall(conn.execute, conn, la.ColumnElement:class("x")())
      assert.is_false(ok)
      assert.is_true(la.exc.ObjectNotExecutableError:is(e))
    end)
  end)

  it("are compiled anew for other attributes, once for equal arguments", function()
    local Const = la.FunctionElement:class("Const", {name = "const", __init__ = function(self, n) self.n = n end})
    la.compiles(Const)(function(element) return tostring(element.n) end)
    local calls, Same = 0, la.FunctionElement:class("Same", {name = "same", inherit_cache = true})
    la.compiles(Same)(function(element, compiler, kw)
      calls = calls + 1
      return compiler:process(element.clauses, kw)
    end)
    la.create_engine("sqlite://"):begin(function(conn)
      for i = 1, 3 do
        assert.equal(i, conn:scalar(la.select(Const(i))))
        assert.equal(i * 10, conn:scalar(la.select(Same(i * 10))))
      end
    end)
    assert.equal(1, calls)
  end)
end)

describe("DDL of one's own", function()
  local AlterColumn = la.schema.ExecutableDDLElement:class("AlterColumn", {__init__ = function(self, column, command)
    self.column, self.command = column, command
  end})
  la.compiles(AlterColumn)(function(element, compiler)
    return ("ALTER TABLE %s ALTER COLUMN %s %s"):format(compiler.preparer:format_table(element.column.table),
      compiler.preparer:format_column(element.column), element.command)
  end)
  la.compiles(AlterColumn, "sqlite")(function() return "SELECT 1" end)

  compiles("with names of the dialect", function()
    return AlterColumn(la.Table("some T", la.MetaData(), la.Column("q", la.Integer)).c.q, "DROP NOT NULL")
  end, {
    default = [[ALTER TABLE "some T" ALTER COLUMN q DROP NOT NULL]],
    sqlite = "SELECT 1", mysql = "ALTER TABLE `some T` ALTER COLUMN q DROP NOT NULL",
  })

  it("is executed, and listens to the DDL of tables", function()
    local heard = {}
    local Note = la.schema.DDLElement:class("Note", {__init__ = function(self, text) self.text = text end})
    la.compiles(Note)(function(element)
      heard[#heard + 1] = element.text
      return "SELECT 1"
    end)
    local engine, m = la.create_engine("sqlite://"), la.MetaData()
    local some = la.Table("some", m, la.Column("q", la.Integer))
    la.event.listen(some, "after_create", Note("created"))
    la.event.listen(some, "after_create", Note("on postgresql"):execute_if{dialect = "postgresql"})
    m:create_all(engine)
    engine:begin(function(conn) conn:execute(Note("executed")) end)
    assert.same({"created", "executed"}, heard)
  end)
end)

describe("constructs of the library", function()
  after_each(function()
    for _, class in ipairs{la.Select, la.BindParameter, la.Insert, la.schema.CreateColumn, la.types.String} do
      la.deregister(class)
    end
  end)

  it("are written as users say", function()
    la.compiles(la.Select, "sqlite")(function() return "OVERRIDE" end)
    assert.equal("OVERRIDE", flat(la.select(t), {dialect = "sqlite"}))
    assert.equal("SELECT t.a, t.b, t.c FROM t", flat(la.select(t)))
  end)

  it("can be written around", function()
    la.compiles(la.BindParameter)(function(element, compiler, kw)
      return "BIND(" .. compiler:visit_bindparam(element, kw) .. ")"
    end)
    assert.equal("SELECT t.a FROM t WHERE t.a = BIND(:a_1)", flat(la.select(t.c.a):where(t.c.a:eq(5))))
    assert.equal("INSERT INTO t (a, b) VALUES (BIND(:a), BIND(:b))", flat(la.insert(t), {column_keys = {"a", "b"}}))
    la.deregister(la.BindParameter)
    la.compiles(la.Insert)(function(element, compiler, kw)
      return compiler:visit_insert(element:prefix_with("some prefix"), kw)
    end)
    assert.equal("INSERT some prefix INTO t (a) VALUES (:a)", flat(la.insert(t):values{a = 1}))
  end)

  it("columns of CREATE TABLE change or are left out", function()
    la.compiles(la.schema.CreateColumn)(function(element, compiler, kw)
      local column = element.element
      if column.name == "xmin" then return nil end
      if not column.info.special then return compiler:visit_create_column(element, kw) end
      return column.name .. " SPECIAL " .. compiler.type_compiler:process(column.type)
    end)
    local some = la.Table("s", la.MetaData(), la.Column("x", la.Integer, {info = {special = true}}),
      la.Column("xmin", la.Integer), la.Column("y", la.String(50)))
    assert.equal("CREATE TABLE s (x SPECIAL INTEGER, y VARCHAR(50))", flat(la.schema.CreateTable(some)))
  end)

  it("types too", function()
    la.compiles(la.types.String, "mssql", "oracle")(function(type_, compiler, kw)
      if type_.length == nil then return "VARCHAR('max')" end
      return compiler:visit_VARCHAR(type_, kw)
    end)
    assert.equal("VARCHAR('max')", flat(la.String(), {dialect = "mssql"}))
    assert.equal("VARCHAR(5 CHAR)", flat(la.String(5), {dialect = "oracle"}))
    assert.equal("VARCHAR", flat(la.String()))
  end)
end)

describe("a function given to la.compiles", function()
  local function fails(class, text, fn)
    local ok, e = pcall(fn)
    assert.is_false(ok)
    assert.is_true(class:is(e), tostring(e))
    assert.is_truthy(tostring(e):find(text, 1, true), tostring(e))
  end

  it("is missed where there is none", function()
    local Thing = la.ClauseElement:class("Thing")
    la.compiles(Thing, "postgresql")(function() return "thing" end)
    fails(la.exc.UnsupportedCompilationError, "construct has no default compilation handler",
      function() tostring(Thing()) end)
    assert.equal("thing", flat(Thing(), {dialect = "postgresql"}))
  end)

  it("passes its errors on, and those of what it processes", function()
    local Thing = la.ClauseElement:class("Thing")
    la.compiles(Thing, "sqlite")(function() error(la.exc.TypeError("two arguments only")) end)
    la.compiles(Thing)(function(_, compiler) return compiler:process(la.select(la.Column(la.Integer))) end)
    fails(la.exc.TypeError, "two arguments only", function() Thing():compile{dialect = "sqlite"} end)
    fails(la.exc.CompileError, "Cannot compile Column object until its 'name' is assigned.",
      function() Thing():compile{dialect = "default"} end)
  end)

  it("cannot make a bind of text that looks like one", function()
    local Thing = la.ClauseElement:class("Thing", {__init__ = function(self, text) self.text = text end})
    local mark
    la.compiles(Thing)(function(element, compiler)
      mark = compiler:process(la.literal(1))
      return element.text .. mark
    end)
    assert.equal("__[LA_0_0]:param_1", flat(Thing("__[LA_0_0]")))
    local kept = mark
    assert.equal(kept:gsub("_0]$", "_7]") .. ":param_1", flat(Thing((kept:gsub("_0]$", "_7]")))))
  end)

  it("returns a string", function()
    local Thing = la.ClauseElement:class("Thing")
    la.compiles(Thing)(function() return 5 end)
    fails(la.exc.CompileError, "must return a string, got number", function() tostring(Thing()) end)
    fails(la.exc.ArgumentError, "a class of constructs or types is expected", function() la.compiles("x")(print) end)
    fails(la.exc.ArgumentError, "has no subclasses", function() la.Label:class("x", {}) end)
  end)

  it("are functions that the library knows, too", function()
    local functions = la.sql.functions
    la.compiles(functions.now)(function() return "NOW_OF_MINE" end)
    la.compiles(functions.coalesce, "postgresql")(function(element, compiler, kw)
      return "NVL(" .. compiler:process(element.clauses, kw) .. ")"
    end)
    local all = la.select(la.func.now(), la.func.coalesce(la.column("x"), 5), la.func.max(la.column("x")))
    assert.equal("SELECT NOW_OF_MINE AS now_1, NVL(x, %(coalesce_2)s) AS coalesce_1, max(x) AS max_1",
      tostring(all:compile{dialect = "postgresql"}))
    assert.equal("SELECT NOW_OF_MINE AS now_1, coalesce(x, ?) AS coalesce_1, max(x) AS max_1",
      tostring(all:compile{dialect = "sqlite"}))
    la.deregister(functions.now)
    la.deregister(functions.coalesce)
    assert.equal("now()", tostring(la.func.now()))
  end)
end)
