-- What expressions, statements, defaults and options tell of themselves.
local la = require "lualchemy"

local metadata = la.MetaData()
local t = la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.String),
  la.Column("fk", la.ForeignKey("p.id")))
la.Table("p", metadata, la.Column("id", la.Integer, {primary_key = true}))
local x = t.c.x

local function texts(list)
  local out = {}
  for i, element in ipairs(list) do out[i] = tostring(element) end
  return out
end

describe("an expression", function()
  it("that is no column has no keys, and stands for itself", function()
    for _, e in ipairs{t.c.id + 5, t.c.id:eq(5), la.func.foo(x), la.cast(x, la.Integer), la.literal(5),
        la.case({x:eq("a"), 1})} do
      assert.is_false(e.primary_key)
      assert.same({}, e.foreign_keys)
      assert.same({e}, e.base_columns)
      assert.same({e}, e.proxy_set)
      assert.is_true(e:shares_lineage(e))
      assert.is_false(e:shares_lineage(x))
      assert.equal("string", type(e.anon_label))
    end
  end)

  it("of a subquery stands for what it was made from", function()
    local inner = la.select(t):subquery()
    local outer = la.select(inner):subquery()
    assert.equal(1, #t.c.id.proxy_set)
    assert.equal(3, #outer.c.id.proxy_set)
    assert.equal(2, #t.c.id:label("q").proxy_set)
    local e = t.c.id + 5
    assert.is_true(la.select(e:label("l")):subquery().c.l:shares_lineage(e))
  end)

  it("with a label has the keys of what it labels", function()
    assert.is_true(t.c.id:label("q").primary_key)
    assert.equal(1, #t.c.fk:label("q").foreign_keys)
    assert.equal("x", x.description)
  end)

  it("tells whether it compares, and its modifiers", function()
    assert.is_true(t.c.id:eq(5).is_comparison)
    assert.is_false((t.c.id + 5).is_comparison)
    assert.is_true(x:op("@", {is_comparison = true})(5).is_comparison)
    assert.is_true(x:eq("a").group)
    assert.same({flags = "i"}, x:regexp_match("a", {flags = "i"}).modifiers)
    assert.same({escape = "/"}, x:like("a", {escape = "/"}).modifiers)
    assert.same({symmetric = true}, x:between("a", "b", {symmetric = true}).modifiers)
    assert.same({postgresql_regconfig = "english"}, x:match("a", {postgresql_regconfig = "english"}).modifiers)
  end)

  it("tells of its parts", function()
    local case = la.case({x:eq("a"), 1}, {x:eq("b"), 2})
    assert.equal("(t.x = :x_1)", tostring(case.whens[1][1]))
    assert.equal(":param_1", tostring(case.whens[2][2]))
    assert.is_true(la.bindparam("b", 5, {literal_execute = true}).literal_execute)
    assert.is_true(la.outparam("o", la.Integer).isoutparam)
    assert.is_false(la.bindparam("b").isoutparam)
    assert.equal("t.x, t.id", tostring(la.func.mode():within_group(x, t.c.id).order_by))
    local ordered = la.postgresql.aggregate_order_by(x, x:desc())
    assert.same({"t.x", "t.x DESC"}, texts{ordered.target, ordered.order_by})
  end)

  it("that is a function can be selected from", function()
    local f = la.func.foo(x)
    assert.same({"foo(t.x)"}, texts(f.c:values()))
    assert.equal("LATERAL foo(t.x)", tostring(f:lateral("l")))
    assert.equal("foo(t.x) LEFT OUTER JOIN t ON true", tostring(f:outerjoin(t, la.true_())))
    assert.equal("foo(t.x) AS anon_1 TABLESAMPLE system(:system_1)", tostring(f:tablesample(5)))
  end)
end)

describe("a default", function()
  it("tells what it is", function()
    local function of(d)
      return {d.is_callable, d.is_scalar, d.is_sequence, d.is_clause_element, d.is_server_default, d.is_identity}
    end
    assert.same({false, false, true, false, false, false}, of(la.Sequence("s")))
    assert.same({false, true, false, false, false, false}, of(la.Column("z", la.Integer, {default = 5}).default))
    assert.is_true(la.Identity().is_server_default)
    assert.is_true(la.Identity().is_identity)
    assert.is_true(la.Computed("a + 1").is_server_default)
    assert.is_false(la.Computed("a + 1").is_identity)
    local server = la.Column("z", la.Integer, {server_default = "5"}).server_default
    assert.same({true, true, false, false}, {server.is_server_default, server.has_argument, server.reflected,
      server.is_clause_element})
  end)
end)

describe("an item's option of a dialect", function()
  local index = la.Index("i", x, {postgresql_using = "gist"})

  it("is what was given, the dialect's own, or what is said for others", function()
    assert.equal("gist", index:get_dialect_option(la.postgresql.dialect(), "using"))
    assert.is_nil(index:get_dialect_option(la.mysql.dialect(), "using", {else_ = "none"}))
    assert.equal("none", index:get_dialect_option(la.mysql.dialect(), "nothing", {else_ = "none"}))
  end)

  it("may be that of another dialect, with a warning", function()
    local value
    local list = la.warnings.catch_warnings(function()
      value = index:get_dialect_option(la.mysql.dialect(), "using", {deprecated_fallback = "postgresql"})
    end)
    assert.equal("gist", value)
    assert.equal("Using 'postgresql_using' with the 'mysql' dialect is deprecated; please additionally specify "
      .. "'mysql_using'.", list[1].message)
  end)
end)

describe("operators", function()
  it("have their older names", function()
    local o = la.sql.operators
    for old, name in pairs{isfalse = "is_false", istrue = "is_true", isnot_distinct_from = "is_not_distinct_from",
        notcontains_op = "not_contains_op", notmatch_op = "not_match_op", notstartswith_op = "not_startswith_op"} do
      assert.equal(o[name], o[old])
    end
    assert.same({true, true, false}, {o.is_boolean(o.eq), o.is_boolean(o.and_), o.is_boolean(o.add)})
    assert.same({true, false}, {o.is_order_by_modifier(o.desc_op), o.is_order_by_modifier(o.eq)})
  end)
end)

describe("a compiled statement", function()
  it("writes other constructs for its dialect", function()
    local compiled = la.select(x):compile{dialect = "mysql"}
    assert.equal("`a b`.`select`", compiled:process(la.table("a b", la.column("select")).c.select))
    assert.equal("`a b`", compiled.preparer:quote("a b"))
    assert.is_true(compiled.positional)
    assert.is_false(la.select(x):compile().positional)
  end)
end)

describe("names for asking", function()
  it("are classes", function()
    local Own = la.types.TypeDecorator:class("Own", {impl = la.Integer, cache_ok = true})
    assert.is_true(la.types.ExternalType:is(Own()))
    assert.is_false(la.types.ExternalType:is(la.Integer()))
    local own = la.types.adapt_type(la.LargeBinary, {[la.LargeBinary] = la.postgresql.BYTEA})
    assert.is_true(la.postgresql.BYTEA:is(own))
    assert.is_true(la.String:is(la.types.adapt_type(la.String(5), {})))
    assert.is_true(la.ExpressionClauseList:is(la.and_(x:eq("a"), x:eq("b"))))
    assert.is_true(la.schema.HasConditionalDDL:is(la.UniqueConstraint("a")))
    assert.is_false(la.schema.HasConditionalDDL:is(t))
    assert.equal(la.BLANK_SCHEMA, la.schema.SchemaConst.BLANK_SCHEMA)
    assert.is_true(la.exc.HasDescriptionCode:is(la.exc.CompileError("x")))
    assert.same({a = "1"}, la.DDL("x", {context = {a = 1}}).context)
    assert.equal("timedelta", tostring(la.postgresql.INTERVAL().python_type):match("timedelta"))
    assert.has_error(function() la.TextualSelect(la.text("x"), {}) end)
  end)
end)

describe("an error of a program's own", function()
  local function failing(e)
    local Own = la.types.TypeDecorator:class("Own", {impl = la.String, cache_ok = true,
      process_bind_param = function() error(e, 0) end})
    local _, raised = pcall(function()
      la.create_engine("sqlite://"):connect(function(conn) conn:execute(la.select(la.literal("a", Own()))) end)
    end)
    return raised
  end

  it("comes within a StatementError, unless it has DontWrapMixin", function()
    assert.is_true(la.exc.StatementError:is(failing("mine")))
    local plain = setmetatable({}, {__tostring = function() return "mine" end})
    assert.is_true(la.exc.StatementError:is(failing(plain)))
    local Class = setmetatable({}, {__index = la.exc.DontWrapMixin})
    Class.__index = Class
    local own = setmetatable({}, Class)
    assert.equal(own, failing(own))
  end)
end)
