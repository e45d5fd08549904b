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
