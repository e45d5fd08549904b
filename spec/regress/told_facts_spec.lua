-- What expressions, operators, constraints and compiled statements tell of themselves, as SQLAlchemy's documents say.
local la = require "lualchemy"

local users = la.Table("users", la.MetaData(),
  la.Column("id", la.Integer, {primary_key = true}),
  la.Column("name", la.String(30)),
  la.Column("made", la.Integer, {default = 5}),
  la.Column("seen", la.Integer, {server_default = "4"}),
  la.UniqueConstraint("id", "name"))
local x, y = la.column("x", la.Integer), la.column("y", la.Integer)
local custom_op = la.sql.operators.custom_op

local function texts(list)
  local out = {}
  for i, item in ipairs(list) do out[i] = tostring(item) end
  return out
end

describe("an operator", function()
  it("has a name", function()
    assert.equal("eq", x:eq(5).operator.__name__)
    assert.equal("like_op", x:like("a").operator.__name__)
    assert.equal("desc_op", x:desc().modifier.__name__)
  end)

  it("of the user's tells how it was made", function()
    local op = x:op("@@", {precedence = 3, is_comparison = true, return_type = la.Integer})(5).operator
    assert.equal("custom_op", op.__name__)
    assert.equal("@@", op.opstring)
    assert.equal(3, op.precedence)
    assert.is_true(op.is_comparison)
    assert.is_true(la.Integer:is(op.return_type))
    assert.is_false(op.natural_self_precedent)
    assert.is_false(op.eager_grouping)
    assert.is_nil(op.python_impl)
  end)

  it("of the user's stands before one operand, or behind it", function()
    local Unary = la.UnaryExpression
    assert.equal("x !", tostring(Unary(x, {modifier = custom_op "!", type_ = la.Numeric})))
    assert.equal("(! x) + :param_1", tostring(Unary(x, {operator = custom_op "!"}) + 5))
    assert.equal("! (x + y)", tostring(Unary(x + y, {operator = custom_op("!", {precedence = 9})})))
    assert.equal("x + y !", tostring(Unary(x + y, {modifier = custom_op("!", {precedence = 2})})))
  end)

  it("decides on parentheses, also the user's", function()
    assert.equal("x + y", tostring((x + y):self_group{against = custom_op("!", {precedence = 4})}))
    assert.equal("(x + y)", tostring((x + y):self_group{against = custom_op("!", {precedence = 12})}))
  end)
end)

describe("an expression", function()
  it("of OVER tells its lists", function()
    local sum = la.func.sum(x):over{partition_by = {x, y}, order_by = y}
    assert.equal("x, y", tostring(sum.partition_by))
    assert.equal("y", tostring(sum.order_by))
    assert.is_nil(la.func.sum(x):over().order_by)
  end)

  it("of OVER takes them by position", function()
    assert.equal("row_number() OVER (PARTITION BY x ORDER BY y)", tostring(la.over(la.func.row_number(), x, y)))
    assert.equal("row_number() OVER (ORDER BY y ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)",
      tostring(la.over(la.func.row_number(), nil, y, {rows = {-1, 1}}):compile{literal_binds = true}))
  end)

  it("tells its collation, and what is coerced", function()
    assert.equal("C", la.column("s", la.String):collate("C").right.collation)
    assert.equal(x, la.type_coerce(x, la.String).typed_expression)
    assert.is_true(la.String:is(la.type_coerce(5, la.String).typed_expression.type))
  end)

  it("that is text is described with the columns", function()
    local described = la.select(users.c.id, la.text("y"), users.c.name).column_descriptions
    assert.equal(3, #described)
    assert.is_nil(described[2].name)
    assert.equal("y", tostring(described[2].expr))
    assert.equal("name", described[3].name)
  end)
end)

describe("a FROM", function()
  it("says whether its name stands before its columns", function()
    assert.is_true(users.named_with_column)
    assert.is_true(users:alias().named_with_column)
    assert.is_false(users:join(users:alias("u"), la.true_()).named_with_column)
    assert.same({"id", "name", "made", "seen"}, users.entity_namespace:keys())
    assert.is_false(la.table("t", x).implicit_returning)
  end)

  it("counts the columns of its constraints", function()
    assert.equal(1, #users.primary_key)
    assert.equal(2, #users.constraints[2])
    assert.has_error(function() return #users end)
  end)
end)

describe("statements", function()
  it("tell of their text's columns and of INSERT from SELECT", function()
    local text = la.text("select id"):columns(users.c.id)
    assert.same({"users.id"}, texts(text.column_args))
    assert.is_true(text.positional)
    local insert = users:insert():from_select({"id"}, la.select(x))
    assert.is_true(insert.include_insert_from_select_defaults)
    assert.is_false(users:insert().include_insert_from_select_defaults)
  end)
end)

describe("a compiled statement", function()
  it("tells its binds", function()
    local compiled = la.select(users.c.id):where(users.c.id:eq(5)):compile()
    assert.equal(5, compiled.binds.id_1.value)
    assert.is_true(compiled.is_sql)
    assert.is_false(compiled.is_ddl)
    assert.is_true(la.schema.CreateTable(users):compile().is_ddl)
  end)

  it("tells what comes back, and what is made before and after", function()
    local compiled = users:insert():values{name = "n"}:compile{dialect = "postgresql"}
    assert.same({"users.id"}, texts(compiled.effective_returning))
    assert.same({"users.made"}, texts(compiled.insert_prefetch))
    assert.same({"users.made"}, texts(compiled.prefetch))
    assert.same({}, compiled.update_prefetch)
    assert.same({"users.seen"}, texts(compiled.postfetch))
    local update = users:update():values{name = "n"}:returning(users.c.name)
    assert.same({"users.name"}, texts(update:compile{dialect = "oracle"}.returning))
    assert.is_nil(la.select(users):compile().returning)
  end)
end)

describe("signs", function()
  it("around names are the preparer's", function()
    local preparer = la.mssql.dialect().identifier_preparer
    assert.equal("[", preparer.initial_quote)
    assert.equal("]", preparer.final_quote)
  end)
end)

describe("a NullType", function()
  it("has no generic type unless that is allowed", function()
    assert.has_error(function() la.types.NullType():as_generic() end)
    assert.is_true(la.types.NullType:is(la.types.NullType():as_generic{allow_nulltype = true}))
  end)
end)

describe("a row", function()
  it("is _t, as Python's typed tuples", function()
    la.create_engine("sqlite://"):connect(function(conn)
      local row = conn:execute(la.select(1, 2)):one()
      assert.equal(row, row._t)
    end)
  end)
end)
