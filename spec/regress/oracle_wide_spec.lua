-- What `make oracle` found: types, copies of tables, functions of one dialect, what is printed in place of ORDER BY.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local function raises(class, text, fn)
  local ok, e = pcall(fn)
  assert.is_false(ok)
  assert.is_true(la.exc[class]:is(e), tostring(e))
  assert.truthy(tostring(e):find(text, 1, true), tostring(e))
end

describe("BETWEEN", function()
  compiles("NULL and something", la.column("y"):between(nil, la.literal(5)), {
    default = "y BETWEEN :y_1 AND :param_1", params = {param_1 = 5, y_1 = la.NULL},
  })
end)

describe("Uuid(native_uuid = false)", function()
  compiles("is no UUID to be cast to", la.literal("x", la.Uuid{native_uuid = false}), {postgresql = ":param_1"})
end)

describe("a copy of a table", function()
  local metadata = la.MetaData{naming_convention = {pk = "pk_%(table_name)s"}}
  local t = la.Table("t", metadata, la.Column("b", la.Integer, {primary_key = true, autoincrement = false}),
    la.Column("id", la.Integer, {primary_key = true, autoincrement = true}))

  it("keeps the name and the order of its primary key", function()
    local copy = t:to_metadata(la.MetaData{naming_convention = metadata.naming_convention}, {name = "u"})
    local function key(x) return tostring(la.schema.CreateTable(x)):match("CONSTRAINT [^\n]*") end
    assert.equal("CONSTRAINT pk_t PRIMARY KEY (id, b)", key(t))
    assert.equal("CONSTRAINT pk_t PRIMARY KEY (b, id)", key(copy))
  end)
end)

describe("dropping tables in a circle", function()
  it("looks for all that they refer to", function()
    local metadata = la.MetaData()
    la.Table("a", metadata, la.Column("id", la.Integer), la.Column("b_id", la.ForeignKey("b.id")))
    la.Table("b", metadata, la.Column("id", la.Integer), la.Column("a_id", la.ForeignKey("a.id")),
      la.Column("c_id", la.ForeignKey("c.id", {name = "fk_c", use_alter = true})))
    raises("NoReferencedTableError", "could not find table 'c'", function()
      metadata:drop_all(la.create_mock_engine("postgresql://", function() end), {checkfirst = false})
    end)
  end)
end)

describe("la.mysql.match", function()
  local matched = la.mysql.match(la.column("a"), {against = "x"})
  compiles("is MySQL's", matched, {mysql = "MATCH (a) AGAINST (:param_1)"})
  it("is nobody else's", function()
    for _, dialect in ipairs{"default", "sqlite", "postgresql", "mssql", "oracle"} do
      raises("UnsupportedCompilationError", "match", function() matched:compile{dialect = dialect} end)
    end
  end)
end)

describe("la.mssql.try_cast", function()
  compiles("is there", la.mssql.try_cast(la.column("x"), la.Integer), {mssql = "TRY_CAST (x AS INTEGER)"})
end)

describe("ANY and ALL", function()
  local tags = la.column("tags", la.ARRAY(la.Integer))
  it("have no operators but comparisons", function()
    for _, name in ipairs{"asc", "desc", "nulls_first", "distinct", "bitwise_not"} do
      raises("ArgumentError", "Only comparison operators may be used with ANY/ALL", function()
        local e = la.any_(tags)
        return e[name](e)
      end)
    end
  end)
  compiles("have functions", la.asc(la.any_(tags)), {default = "ANY (tags) ASC"})
end)

describe("the columns of literal columns", function()
  it("are never shortened", function()
    local s = la.select(la.select(la.literal_column("'a long text' LIKE z")):subquery())
    assert.equal("SELECT anon_1.'a long text' LIKE z \nFROM (SELECT 'a long text' LIKE z) AS anon_1",
      s:compile{dialect = la.default.dialect{label_length = 10}}.string)
  end)
end)

describe("ROW_NUMBER() of SQL Server", function()
  local t = la.table("t", la.column("id"))
  local sample = t:tablesample(5)
  compiles("leaves what subqueries in ORDER BY select from as it is", function()
    local s = la.select(la.select(sample.c.id):scalar_subquery()):order_by(la.select(sample.c.id))
    return s:limit(la.literal_column("8"))
  end, {
    mssql = "SELECT anon_2.anon_1 FROM (SELECT (SELECT t_1.id FROM t AS t_1 TABLESAMPLE system(:system_1)) AS anon_1, "
      .. "ROW_NUMBER() OVER (ORDER BY (SELECT t_1.id FROM t AS t_1 TABLESAMPLE system(:system_1))) AS mssql_rn) "
      .. "AS anon_2 WHERE mssql_rn <= 8",
  })
end)

describe("return_defaults() of many rows", function()
  local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.Integer))
  compiles("is Oracle's, too", la.insert(t):values{x = 5}:return_defaults(), {
    oracle = "INSERT INTO t (x) VALUES (:x) RETURNING t.id INTO :ret_0", options = {for_executemany = true},
  })
end)

describe("RETURNING … INTO of Oracle", function()
  local Wrapped = la.types.TypeDecorator:class("Wrapped", {
    impl = la.String, cache_ok = true,
    column_expression = function(self, column) return la.func.from_db(column, {type_ = self}) end,
  })
  Wrapped.bind_expression = function(self, bind) return la.func.to_db(bind, {type_ = self}) end
  local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer), la.Column("w", Wrapped))
  compiles("selects what the types select", la.update(t):values{id = 5}:returning(t), {
    oracle = "UPDATE t SET id=:id RETURNING t.id, from_db(t.w) INTO :ret_0, :ret_1",
    postgresql = "UPDATE t SET id=:id RETURNING t.id, from_db(t.w) AS w",
  })
end)

describe("OUTPUT of SQL Server", function()
  local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer))
  compiles("speaks of the table, not of its aliases", function()
    local other = t:alias("o")
    return la.delete(t):where(t.c.id:eq(other.c.id)):returning(t.c.id, other.c.id)
  end, {
    mssql = "DELETE FROM t OUTPUT deleted.id, o.id AS id_1 FROM t, t AS o WHERE t.id = o.id",
  })
end)

describe("legacy_schema_aliasing of SQL Server", function()
  it("does not take the rows of OUTPUT for the alias", function()
    local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer), {schema = "s"})
    local u = la.table("u", la.column("id"))
    local s = la.delete(t):where(t.c.id:eq(u.c.id)):returning(t.c.id)
    assert.equal("DELETE FROM s.t OUTPUT deleted.id FROM s.t AS t_1, u WHERE s.t.id = u.id",
      s:compile{dialect = la.mssql.dialect{legacy_schema_aliasing = true}}.string)
  end)
end)

describe("Enum(inherit_schema = true)", function()
  it("has no schema where the table has none", function()
    local t = la.Table("t", la.MetaData(),
      la.Column("x", la.Enum("a", {name = "e", schema = "s", inherit_schema = true})))
    assert.truthy(tostring(la.schema.CreateTable(t):compile{dialect = "postgresql"}):find("x e\n", 1, true))
  end)
end)

describe("times of SQLite", function()
  compiles("are written in their own format by who has none", la.literal(la.time(1, 2, 3), la.sqlite.TIME), {
    default = "'01:02:03.000000'", mysql = "'01:02:03'", mssql = "'01:02:03'", options = {literal_binds = true},
  })
end)

describe("bool_op", function()
  it("is a comparison without being told so", function()
    raises("ArgumentError", "is_comparison", function() la.column("x"):bool_op("@@", {is_comparison = true}) end)
    assert.equal("x @@ :x_1", tostring(la.column("x"):bool_op("@@", {precedence = 3})(5)))
  end)
end)

describe("a SELECT of nothing", function()
  compiles("has no columns that are too many", la.select():reduce_columns(), {default = "SELECT"})
end)

describe("errors", function()
  it("name constructs by their classes", function()
    for name, x in pairs{
      array = la.postgresql.array{1},
      aggregate_order_by = la.postgresql.aggregate_order_by(la.column("a"), la.column("b")),
      OnConflictDoNothing = la.sqlite.insert(la.table("t")):on_conflict_do_nothing(),
      OnDuplicateClause = la.mysql.insert(la.table("t", la.column("a"))):on_duplicate_key_update{a = 1},
    } do
      raises("UnsupportedCompilationError", "can't render element of type " .. name, function()
        x:compile{dialect = "mssql"}
      end)
    end
  end)
  it("tell of tables that are no arrays where they are written out", function()
    raises("CompileError", "literal value", function()
      la.literal({a = 1}, la.ARRAY(la.Integer)):compile{dialect = "postgresql", literal_binds = true}
    end)
  end)
  it("show the beginning of long names", function()
    raises("CompileError", "Textual SQL expression 'a_name_that_is_longer_tha...' should be", function()
      la.select(la.column("x")):order_by("a_name_that_is_longer_than_that"):compile()
    end)
  end)
end)

describe("constructs of one's own within others", function()
  local Outer = la.FunctionElement:class("outer", {type = la.Integer, inherit_cache = true})
  local Inner = la.ColumnElement:class("inner", {type = la.Integer, inherit_cache = true})
  local Named = la.types.TypeDecorator:class("Named", {
    impl = la.String, cache_ok = true,
    process_literal_param = function(_, value, dialect) return value .. " of " .. dialect.name end,
  })
  la.compiles(Outer)(function(element, compiler, kw)
    return "outer(" .. compiler:process(element.clauses, kw) .. ")"
  end)
  la.compiles(Inner)(function(_, compiler) return "inner_of_" .. compiler.dialect.name end)

  compiles("are told the dialect", function() return Outer(Inner(), la.literal("x", Named)) end, {
    default = "outer(inner_of_default, 'x of default')", sqlite = "outer(inner_of_sqlite, 'x of sqlite')",
    postgresql = "outer(inner_of_postgresql, 'x of postgresql')", mysql = "outer(inner_of_mysql, 'x of mysql')",
    mssql = "outer(inner_of_mssql, 'x of mssql')", oracle = "outer(inner_of_oracle, 'x of oracle')",
    options = {literal_binds = true},
  })
  compiles("stay on their side of a comparison", Outer():eq(la.func.current_date()), {
    default = "outer() = CURRENT_DATE", oracle = "outer() = CURRENT_DATE", mssql = "outer() = GETDATE()",
  })
  compiles("are told not to name tables", function()
    local t = la.Table("t", la.MetaData(), la.Column("a", la.Integer))
    return la.update(t):returning(Outer(t.c.a))
  end, {sqlite = "UPDATE t SET a=:a RETURNING outer(a) AS anon_1"})
end)

describe("outer joins of Oracle without ANSI", function()
  it("leave what they join as it is", function()
    local f = la.func.f(la.column("x"):op("%")(la.column("y"))):table_valued("a")
    local t = la.table("t", la.column("id"))
    local s = la.select(t.c.id):join_from(f, t, f.c.a:eq(t.c.id), {isouter = true})
    assert.equal("SELECT t.id \nFROM TABLE (f(x % y)) anon_1, t \nWHERE anon_1.a = t.id(+)",
      s:compile{dialect = la.oracle.dialect{use_ansi = false}}.string)
  end)
end)

describe("labels of labels", function()
  it("have the type of the label", function()
    local x = la.column("x", la.String)
    assert.equal("VARCHAR", tostring(la.not_(x:label("a")):label("b").type))
  end)
end)

describe("like", function()
  compiles("takes a table as its value, options behind it", la.column("x", la.JSON):like({a = 1}, {}), {
    default = "x LIKE :x_1", postgresql = "x LIKE :x_1::JSON", params = {x_1 = {a = 1}},
  })
end)

describe("positiontup of numbered placeholders", function()
  it("has the order of the numbers", function()
    local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
      la.Column("a", la.Integer))
    local s = la.sqlite.insert(t):on_conflict_do_update{index_elements = {"id"}, set_ = {a = 5}}:returning(t.c.id)
    local c = s:compile{
      dialect = la.sqlite.dialect{paramstyle = "numeric_dollar"}, for_executemany = true, column_keys = {"id"},
    }
    assert.equal("INSERT INTO t (id) VALUES ($2) ON CONFLICT (id) DO UPDATE SET a = $1 RETURNING id", c.string)
    assert.same({"param_1", "id"}, c.positiontup)
  end)
end)

describe("the left side of a join", function()
  it("is sought by the columns within functions that are columns", function()
    local a = la.table("a", la.column("x"), la.column("y"))
    local b = la.table("b", la.column("x"))
    local function join(column)
      local on = la.func.f(a.c.y, column):scalar_table_valued("sv"):eq(1)
      return tostring(la.select(a.c.x + b.c.x):join(a, on))
    end
    assert.equal("SELECT a.x + b.x AS anon_1 \nFROM b JOIN a ON (f(a.y, b.x)).sv = :param_1", join(b.c.x))
    raises("InvalidRequestError", "there are multiple FROMS", function() join(la.column("q")) end)
  end)
end)

describe("a function as a column", function()
  compiles("stays on its side of a comparison", function()
    local t = la.Table("t", la.MetaData(), la.Column("a", la.Integer))
    return la.select(la.func.f():alias("f").column:ne(t.c.a))
  end, {default = "SELECT f != t.a AS anon_1 FROM f() AS f, t"})
end)
