-- Arguments that have places may be given by name, too: f{name = …} is f(…).
local la = require "lualchemy"

describe("arguments by name", function()
  local metadata = la.MetaData()
  local t = la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.String))

  it("of what creates and drops", function()
    local engine = la.create_engine{url = "sqlite://"}
    local function has() return la.inspect(engine):has_table("t") end
    metadata:create_all{bind = engine}
    assert.is_true(has())
    t:drop{bind = engine, checkfirst = true}
    assert.is_false(has())
    t:create{bind = engine}
    metadata:create_all{bind = engine, tables = {t}, checkfirst = true}
    metadata:drop_all{bind = engine}
    assert.is_false(has())
    local ok, e = pcall(metadata.create_all, metadata, {checkfirst = true})
    assert.is_false(ok)
    assert.equal("create_all: argument 'bind' must be an engine or a connection, got table", e.message)
    assert.equal("q.t", t:to_metadata{metadata = la.MetaData(), schema = "q"}.fullname)
    local other = la.MetaData()
    other:remove{table = t:to_metadata(other)}
    assert.equal(0, #other.sorted_tables)
  end)

  it("of expressions and statements", function()
    local x = t.c.x
    for sql, expression in pairs{
      ["CAST(t.x AS INTEGER)"] = la.cast{expression = x, type_ = la.Integer},
      ["TRY_CAST(t.x AS INTEGER)"] = la.try_cast(x, {type_ = la.Integer}),
      ["CAST(t.x AS TEXT)"] = x:cast{type_ = la.Text},
      ["q"] = la.literal_column{text = "q", type_ = la.Integer},
      ["SELECT 1"] = la.text{text = "SELECT 1"},
      ["t.id BETWEEN SYMMETRIC :id_1 AND :id_2"] =
        la.between{expr = t.c.id, lower_bound = 1, upper_bound = 2, symmetric = true},
      ["t.x @@ :x_1"] = x:op{opstring = "@@", is_comparison = true}(5),
      ['t.x COLLATE "C"'] = x:collate{collation = "C"},
      ['t.id COLLATE "C"'] = la.collate{expression = t.c.id, collation = "C"},
      ["t.x DESC"] = la.desc{column = x},
      ["DISTINCT t.x"] = la.distinct{expr = x},
      ["EXTRACT(year FROM t.x)"] = la.extract{field = "year", expr = x},
      ["f() OVER (PARTITION BY t.x)"] = la.over{element = la.func.f(), partition_by = x},
      ["t.x != :x_1"] = la.not_{clause = x:eq("a")},
      ["CASE t.x WHEN :param_1 THEN :param_2 WHEN :param_3 THEN :param_4 ELSE :param_5 END"] =
        la.case({a = 1, b = 2}, {value = x, else_ = 3}),
      ["SELECT t.x AS q \nFROM t"] = la.select(x:label{name = "q"}),
      ["SELECT t.x AS r \nFROM t"] = la.select(la.label{name = "r", element = x}),
      ["SELECT t.x \nFROM t\n LIMIT :param_1 OFFSET :param_2"] = la.select(x):limit{limit = 5}:offset{offset = 2},
      ["DELETE FROM t"] = la.delete{table = t},
    } do
      assert.equal(sql, tostring(expression))
    end
    assert.same({param_1 = "a", param_2 = 1, param_3 = "b", param_4 = 2, param_5 = 3},
      la.case({a = 1, b = 2}, {value = x, else_ = 3}):compile().params)
  end)

  it("of aliases of classes", function()
    local Base = la.declarative_base()
    local User = Base:class("User", {__tablename__ = "u", id = la.mapped_column(la.Integer, {primary_key = true})})
    assert.equal("SELECT q.id \nFROM u AS q", tostring(la.select(la.aliased{element = User, name = "q"})))
  end)

  it("of results", function()
    la.create_engine("sqlite://"):connect(function(conn)
      local function result() return conn:execute(la.text("SELECT 1 AS a, 2 AS b UNION SELECT 3, 4")) end
      assert.equal(1, #result():fetchmany{size = 1})
      assert.equal(1, #result():partitions{size = 1}())
      assert.same({2, 4}, result():scalars{index = "b"}:all())
      assert.equal(2, #result():yield_per{num = 1}:all())
      assert.equal(1, #result():unique{strategy = function() return 1 end}:all())
    end)
  end)

  it("that are not among the names are refused", function()
    assert.has_error(function() la.cast{expression = t.c.x, kind = la.Integer} end)
    assert.has_error(function() la.text{sql = "SELECT 1"} end)
  end)
end)
