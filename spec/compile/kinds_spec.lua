-- What statements, types and compiled objects say of themselves.
local la = require "lualchemy"

local t = la.table("t", la.column("a", la.Integer))

describe("a statement", function()
  it("says what kind it is", function()
    local function kinds(x)
      local list = {}
      for _, name in ipairs{"select", "insert", "update", "delete", "dml", "text"} do
        if x["is_" .. name] then list[#list + 1] = name end
      end
      return table.concat(list, " ")
    end
    assert.equal("select", kinds(la.select(t)))
    assert.equal("select", kinds(la.union(la.select(t), la.select(t))))
    assert.equal("insert dml", kinds(la.insert(t)))
    assert.equal("update dml", kinds(la.update(t)))
    assert.equal("delete dml", kinds(la.delete(t)))
    assert.equal("text", kinds(la.text("SELECT 1")))
    assert.equal("", kinds(t.c.a))
  end)

  it("says whether it can be executed", function()
    assert.is_true(la.select(t).supports_execution)
    assert.is_true(la.func.now().supports_execution)
    assert.is_true(la.schema.CreateSchema("x").supports_execution)
    assert.is_false(t.c.a.supports_execution)
    assert.is_true(t.is_selectable)
  end)
end)

describe("a type", function()
  it("says which values it has", function()
    assert.equal("number", la.Integer().python_type)
    assert.equal("string", la.Enum("a", "b").python_type)
    assert.equal("boolean", la.Boolean().python_type)
    assert.equal("table", la.postgresql.JSONB().python_type)
    assert.equal(la.date, la.Date().python_type)
    assert.equal(la.Decimal, la.Numeric(10, 2).python_type)
    assert.equal("number", la.Numeric{asdecimal = false}.python_type)
    assert.equal(la.timedelta, la.Interval().python_type)
    local ok, e = pcall(function() return la.types.NULLTYPE.python_type end)
    assert.is_false(ok)
    assert.is_true(la.exc.NotImplementedError:is(e))
  end)
end)

describe("a compiled statement", function()
  local stmt = la.select(t.c.a):where(t.c.a:in_(la.bindparam("q", nil, {expanding = true})), t.c.a:ne(5))

  it("expands its lists", function()
    local state = stmt:compile{dialect = "sqlite"}:construct_expanded_state{q = {1, 2, 3}}
    assert.equal("SELECT t.a FROM t WHERE t.a IN (?, ?, ?) AND t.a != ?", (state.statement:gsub("\n", "")))
    assert.same({1, 2, 3, 5}, state.positional_parameters)
    assert.same({"q_1", "q_2", "q_3", "a_1"}, state.positiontup)
    assert.same({q_1 = 1, q_2 = 2, q_3 = 3, a_1 = 5}, state.parameters)
  end)

  it("has positions where its style has", function()
    local state = stmt:compile{dialect = "default"}:construct_expanded_state{q = {1}}
    assert.equal("SELECT t.a FROM t WHERE t.a IN (:q_1) AND t.a != :a_1", (state.statement:gsub("\n", "")))
    local ok, e = pcall(function() return state.positional_parameters end)
    assert.is_false(ok)
    assert.is_truthy(tostring(e):find("statement does not use a positional paramstyle", 1, true))
  end)
end)

describe("a dialect", function()
  it("says what it can do, in booleans and numbers", function()
    assert.is_true(la.sqlite.dialect().insert_executemany_returning)
    assert.is_false(la.mysql.dialect().insert_returning)
    assert.is_false(la.postgresql.dialect().postfetch_lastrowid)
    assert.is_true(la.sqlite.dialect().postfetch_lastrowid)
    assert.equal(63, la.postgresql.dialect().max_identifier_length)
    assert.is_nil(la.default.dialect().label_length)
    assert.equal("pyformat", la.postgresql.dialect().default_paramstyle)
    local dialect = la.default.dialect{div_is_floordiv = false}
    assert.is_false(dialect.div_is_floordiv)
    dialect.label_length = 10
    assert.equal(10, dialect.label_length)
  end)
end)
