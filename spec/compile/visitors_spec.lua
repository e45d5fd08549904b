-- la.sql.visitors: walking through constructs; la.sql.operators: their rules.
local la = require "lualchemy"
local visitors, operators = la.sql.visitors, la.sql.operators

local t = la.table("t", la.column("a", la.Integer), la.column("b"))
local stmt = la.select(t.c.a, (t.c.b + 5):label("x")):where(t.c.a:gt(7))

describe("visitors", function()
  it("meet a construct and all that it is made of", function()
    local names = {}
    for node in visitors.iterate(stmt) do names[visitors.visit_name(node)] = true end
    assert.same({select = true, column = true, label = true, binary = true, bindparam = true, table = true}, names)
    local binary = t.c.a:gt(7)
    assert.equal(t.c.a, binary:get_children()[1])
    assert.equal(2, #binary:get_children())
    assert.equal(0, #t.c.a:get_children())
  end)

  it("are called by name", function()
    local values = {}
    assert.equal(stmt, visitors.traverse(stmt, {}, {bindparam = function(b) values[#values + 1] = b.value end}))
    table.sort(values)
    assert.same({5, 7}, values)
  end)

  it("replace", function()
    local function flat(x) return (tostring(x):gsub("\n", "")) end
    assert.equal("SELECT zz, t.b + :b_1 AS x FROM t WHERE zz > :a_1",
      flat(visitors.replacement_traverse(stmt, {}, function(n)
        if n == t.c.a then return la.literal_column("zz") end
      end)))
    local cloned = visitors.cloned_traverse(t.c.a:gt(7), {}, {bindparam = function() return la.literal(9) end})
    assert.equal(9, cloned:compile().params.param_1)
    assert.equal("t.a > :a_1", flat(t.c.a:gt(7)))
  end)

  it("adapt to another selectable and find tables", function()
    local x = t:alias("x")
    assert.equal("x.a > :a_1", tostring(la.sql.util.ClauseAdapter(x):traverse(t.c.a:gt(7))))
    assert.same({t}, la.sql.util.find_tables(stmt))
    assert.same({}, la.sql.util.find_tables(t.c.a:eq(5)))
    assert.same({t}, la.sql.util.find_tables(t.c.a:eq(5), {check_columns = true}))
    local ok, e = pcall(visitors.traverse, stmt, {}, nil)
    assert.is_false(ok)
    assert.is_true(la.exc.ArgumentError:is(e))
  end)
end)

describe("classes of visitors", function()
  local function names(node)
    local list = {}
    for x in visitors.iterate(node) do list[#list + 1] = visitors.visit_name(x) end
    return table.concat(list, " ")
  end

  it("call a method for each node", function()
    local Values = visitors.ClauseVisitor:class("Values", {
      __init__ = function(self) self.values = {} end,
      visit_bindparam = function(self, bind) self.values[#self.values + 1] = bind.value end,
    })
    local visitor = Values()
    assert.equal(stmt, visitor:traverse(stmt))
    table.sort(visitor.values)
    assert.same({5, 7}, visitor.values)
    assert.is_true(visitors.ExternalTraversal:is(visitor))
    assert.is_false(visitors.CloningVisitor:is(visitor))
  end)

  it("ask the next one of their chain", function()
    local log = {}
    local A = visitors.ExternalTraversal:class("A", {visit_column = function(_, c) log[#log + 1] = c.name end})
    local B = A:class("B", {visit_bindparam = function(_, b) log[#log + 1] = b.value end})
    visitors.ExternalTraversal():chain(B()):traverse(t.c.a:gt(7))
    assert.same({"a", 7}, log)
  end)

  it("copy with what they return", function()
    local Nine = visitors.CloningVisitor:class("Nine", {visit_bindparam = function() return la.literal(9) end})
    assert.equal(9, Nine():traverse(t.c.a:gt(7)):compile().params.param_1)
    assert.equal(2, #Nine():copy_and_process{t.c.a:gt(7), t.c.b:gt(7)})
    local Z = visitors.ReplacingCloningVisitor:class("Z", {replace = function(_, node)
      if node == t.c.a then return la.column("z") end
    end})
    assert.equal("z > t.b", tostring(Z():traverse(t.c.a:gt(t.c.b))))
    assert.has_error(function() visitors.CloningVisitor:class("X", 5) end)
  end)

  it("find tables and columns to have no parts", function()
    assert.equal("table", names(t))
    assert.equal("alias table", names(t:alias()))
    assert.equal("binary column bindparam", names(t.c.a:gt(5)))
  end)
end)

describe("la.sql.util", function()
  local util, m = la.sql.util, la.MetaData()
  local u = la.Table("u", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("n", la.Integer))
  local ad = la.Table("ad", m, la.Column("id", la.Integer, {primary_key = true}),
    la.Column("u_id", la.Integer, la.ForeignKey("u.id")))

  it("joins by foreign keys", function()
    assert.equal("u.id = ad.u_id", tostring(util.join_condition(u, ad)))
    assert.same({u.c.id, ad.c.id}, util.reduce_columns{u.c.id, ad.c.id, ad.c.u_id})
    assert.same({u.c.id}, util.reduce_columns({u.c.id, ad.c.id, ad.c.u_id}, u.c.id:eq(ad.c.id)))
  end)

  it("finds what is in a construct", function()
    assert.same({5, la.NULL}, util.bind_values(la.and_(t.c.a:eq(5), t.c.b:eq(la.bindparam("x")))))
    assert.is_true(util.clause_is_present(u, u:join(ad)))
    assert.is_false(util.clause_is_present(u, ad))
  end)

  it("pairs the sides of equalities", function()
    local condition = u.c.id:eq(ad.c.u_id)
    assert.same({{u.c.id, ad.c.u_id}}, util.criterion_as_pairs(condition))
    assert.same({{ad.c.u_id, u.c.id}}, util.criterion_as_pairs(condition, {consider_as_foreign_keys = {u.c.id}}))
    assert.same({{u.c.id, ad.c.u_id}}, util.criterion_as_pairs(condition, {consider_as_referenced_keys = {u.c.id}}))
    assert.same({}, util.criterion_as_pairs(u.c.id:gt(ad.c.u_id)))
    assert.same({{ad.c.u_id, u.c.id}}, util.criterion_as_pairs(u.c.id:gt(ad.c.u_id),
      {consider_as_referenced_keys = {ad.c.u_id}, any_operator = true}))
    assert.has_error(function()
      util.criterion_as_pairs(condition, {consider_as_referenced_keys = {}, consider_as_foreign_keys = {}})
    end)
  end)
end)

describe("lambda_stmt()", function()
  it("is what its function returns, and what others add to it", function()
    local lambda = la.lambda_stmt(function() return la.select(t.c.a) end)
    lambda = lambda + function(s) return s:where(t.c.a:eq(5)) end
    lambda = lambda:add_criteria(function(s) return s:order_by(t.c.a) end)
    assert.is_true(la.StatementLambdaElement:is(lambda))
    local sql = "SELECT t.a \nFROM t \nWHERE t.a = :a_1"
    assert.equal(sql .. " ORDER BY t.a", tostring(lambda))
    assert.equal(sql .. " ORDER BY t.a\n LIMIT :param_1", tostring(lambda:limit(3)))
    assert.equal(5, lambda:compile().params.a_1)
    assert.has_error(function() la.lambda_stmt(5) end)
    assert.has_error(function() la.lambda_stmt(function() end) end)
  end)

  it("is executed", function()
    local engine = la.create_engine("sqlite://")
    local one = la.lambda_stmt(function() return la.select(la.literal(1)) end)
    engine:connect(function(conn) assert.equal(1, conn:scalar(one)) end)
    la.Session(engine, function(session) assert.equal(1, session:scalar(one)) end)
  end)
end)

describe("names of la", function()
  it("tell what things are", function()
    local select = la.select(t)
    assert.is_true(la.Selectable:is(t) and la.Selectable:is(select))
    assert.is_false(la.Selectable:is(t.c.a))
    assert.is_true(la.HasPrefixes:is(la.insert(t)) and la.HasSuffixes:is(select))
    assert.is_false(la.HasSuffixes:is(la.insert(t)))
    assert.is_true(la.Visitable:is(t.c.a) and la.ColumnCollection:is(t.c) and la.Compiled:is(select:compile()))
    assert.is_true(la.Dialect:is(la.sqlite.dialect()))
    assert.is_false(la.Dialect:is(5) or la.Compiled:is(5) or la.Visitable:is(5))
    assert.is_true(la.BaseDDLElement:is(la.schema.CreateSchema("s")))
    assert.equal(la.LABEL_STYLE_NONE, la.SelectLabelStyle.LABEL_STYLE_NONE)
    assert.equal("true", tostring(la["true"]()))
  end)

  it("tell functions and types apart", function()
    local functions, types = la.sql.functions, la.types
    assert.is_true(functions.coalesce:is(la.func.COALESCE(1)) and functions.max:is(la.func.max(1)))
    assert.is_false(functions.coalesce:is(la.func.max(1)) or functions.coalesce:is(t.c.a) or functions.max:is(5))
    assert.is_true(functions.GenericFunction:is(la.func.now()))
    assert.is_false(functions.GenericFunction:is(la.func.foo()))
    assert.equal("coalesce(t.a, :coalesce_1)", tostring(functions.coalesce(t.c.a, 2)))
    assert.is_true(types.SchemaType:is(la.Enum("a")) and types.SchemaType:is(la.Boolean()))
    assert.is_true(types.Concatenable:is(la.String()) and types.Indexable:is(la.JSON()))
    assert.is_false(types.SchemaType:is(la.String()) or types.Concatenable:is(la.JSON()) or types.Indexable:is(5))
  end)

  it("say what is tied to Python", function()
    for _, name in ipairs{"AsyncAdaptedQueuePool", "FallbackAsyncAdaptedQueuePool", "AdaptedConnection",
      "CreateEnginePlugin"} do
      local ok, e = pcall(la[name], function() end)
      assert.is_false(ok)
      assert.is_true(la.exc.NotSupportedError:is(e))
      assert.is_false(la[name]:is(5))
    end
  end)

  it("say savepoints", function()
    assert.equal('SAVEPOINT "x y"', tostring(la.SavepointClause("x y")))
    assert.equal("ROLLBACK TO SAVEPOINT x", tostring(la.RollbackToSavepointClause("x")))
    assert.equal("RELEASE SAVEPOINT x", tostring(la.ReleaseSavepointClause("x")))
    local engine, seen = la.create_engine("sqlite://"), {}
    la.event.listen(engine, "before_execute", function(_, element) seen[#seen + 1] = la.SavepointClause:is(element) end)
    engine:begin(function(conn) conn:begin_nested(function() end) end)
    assert.same({true, false}, seen)
  end)
end)

describe("operators", function()
  it("are applied", function()
    assert.equal("t.a > :a_1", tostring(t.c.a:operate(operators.gt, 5)))
    assert.equal("t.a IN (__[POSTCOMPILE_a_1])", tostring(t.c.a:operate(operators.in_op, {1, 2})))
    assert.equal(":a_1 + t.a", tostring(t.c.a:reverse_operate(operators.add, 5)))
  end)

  it("have rules", function()
    assert.is_true(operators.is_precedent(operators.add, operators.mul))
    assert.is_false(operators.is_precedent(operators.mul, operators.add))
    assert.is_false(operators.is_precedent(operators.add, operators.add))
    assert.is_true(operators.is_precedent(operators.sub, operators.sub))
    assert.is_true(operators.is_comparison(operators.eq))
    assert.is_false(operators.is_comparison(operators.add))
    assert.is_true(operators.is_comparison(operators.custom_op("<->", {is_comparison = true})))
    assert.is_true(operators.is_commutative(operators.mul))
    assert.is_true(operators.is_associative(operators.and_))
    assert.is_true(operators.is_ordering_modifier(operators.desc_op))
    assert.equal(operators.gt, operators.mirror(operators.lt))
    assert.equal(operators.add, operators.mirror(operators.add))
  end)
end)
