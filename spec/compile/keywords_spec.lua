-- Every argument that has a place has a name, too: f(a, b), f(a, {y = b}) and f{x = a, y = b} are the same call.
local la = require "lualchemy"
local compat = require "lualchemy.compat"

local metadata = la.MetaData()
local t = la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.String),
  la.Column("y", la.Integer))
local o = la.Table("o", metadata, la.Column("id", la.Integer), la.Column("tid", la.Integer, la.ForeignKey("t.id")))
local x, y, statement = t.c.x, t.c.y, la.select(t)
local on = t.c.id:eq(o.c.tid)

local function sql_of(result)
  local node = la.FromClause:is(result) and la.select(result) or result
  local compiled = node:compile{dialect = "postgresql"}
  local values = {}
  for name, value in pairs(compiled.params) do values[#values + 1] = name .. "=" .. tostring(value) end
  table.sort(values)
  return tostring(compiled) .. " " .. table.concat(values, " ")
end

--- Calls fn(self, …), or fn(…), with the first arguments in their places and the others by their names.
local function call(fn, self, names, values, places)
  local given, keywords, n = {}, {}, places
  for i, name in ipairs(names) do
    if i <= places then given[i] = values[i] else keywords[name] = values[i] end
  end
  if next(keywords) ~= nil then
    n = n + 1
    given[n] = keywords
  end
  if self == nil then return fn(compat.unpack(given, 1, n)) end
  return fn(self, compat.unpack(given, 1, n))
end

--- Checks that all spellings of a call give the same, and that another keyword is refused.
local function same(label, fn, self, names, values, finish)
  it(label, function()
    finish = finish or function(result) return result end
    local expected = sql_of(finish(call(fn, self, names, values, #names)))
    for places = 0, #names - 1 do
      assert.equal(expected, sql_of(finish(call(fn, self, names, values, places))))
    end
    assert.has_error(function() finish(call(fn, self, {"there_is_none"}, {1}, 0)):compile() end)
  end)
end

local function methods_of(self, rows)
  for _, row in ipairs(rows) do same(row[1], self[row[1]], self, row[2], row[3], row[4]) end
end

local function functions(rows)
  for _, row in ipairs(rows) do same(row[1], la[row[1]], nil, row[2], row[3], row[4]) end
end

describe("arguments by name: methods of expressions", function()
  for _, name in ipairs{"like", "ilike", "not_like", "not_ilike"} do
    methods_of(x, {{name, {"other", "escape"}, {"a", "/"}}})
  end
  for _, name in ipairs{"startswith", "istartswith", "endswith", "iendswith"} do
    methods_of(x, {{name, {"other", "escape", "autoescape"}, {"a", "/", true}}})
  end
  methods_of(y, {
    {"between", {"cleft", "cright", "symmetric"}, {1, 2, true}},
    {"cast", {"type_"}, {la.String}}, {"collate", {"collation"}, {"C"}},
    {"regexp_match", {"pattern", "flags"}, {"a", "i"}},
    {"regexp_replace", {"pattern", "replacement", "flags"}, {"a", "b", "i"}},
  })
  local function with_5(operator) return operator(5) end
  methods_of(x, {
    {"op", {"opstring", "precedence", "is_comparison", "return_type"}, {"@@", 5, true, la.Integer}, with_5},
    {"bool_op", {"opstring", "precedence"}, {"@@", 5}, with_5},
  })

  it("that take any value take it by name, too", function()
    for _, name in ipairs{"is_", "is_not", "is_distinct_from", "is_not_distinct_from", "concat", "bitwise_and",
      "bitwise_or", "bitwise_xor", "bitwise_lshift", "bitwise_rshift"} do
      assert.equal(sql_of(y[name](y, 5)), sql_of(y[name](y, {other = 5})))
    end
    assert.equal("t.y IN (1, 2)", tostring(y:in_{other = {1, 2}}:compile{literal_binds = true}))
    assert.equal(sql_of(la.literal(5, la.Integer, true)), sql_of(la.literal{value = 5, type_ = la.Integer,
      literal_execute = true}))
    assert.same({a = 1}, la.literal({a = 1}).value)
    assert.equal(sql_of(y:not_in(la.select(y))), sql_of(y:not_in{other = la.select(y)}))
    assert.equal(sql_of(x:match("a")), sql_of(x:match{other = "a"}))
    assert.is_true(x:eq(y):compare{other = y:eq(x)})
    assert.is_true(x:shares_lineage{othercolumn = t:alias().c.x})
  end)

  it("are given once", function()
    local ok, e = pcall(x.like, x, "a", "/", {escape = "!"})
    assert.is_false(ok)
    assert.equal("like() got multiple values for argument 'escape'", e.message)
  end)
end)

describe("arguments by name: functions", function()
  functions{
    {"column", {"text", "type_", "is_literal"}, {"q r", la.Integer, true}},
    {"literal_column", {"text", "type_"}, {"q r", la.Integer}},
    {"bindparam", {"key", "value", "type_", "unique", "required"}, {"k", 5, la.Integer, true, false}},
    {"outparam", {"key", "type_"}, {"k", la.Integer}},
    {"cast", {"expression", "type_"}, {x, la.Integer}}, {"type_coerce", {"expression", "type_"}, {"x", la.String}},
    {"collate", {"expression", "collation"}, {x, "C"}}, {"extract", {"field", "expr"}, {"year", x}},
    {"between", {"expr", "lower_bound", "upper_bound", "symmetric"}, {y, 1, 2, true}},
    {"label", {"name", "element", "type_"}, {"q", x, la.Integer}, la.select},
    {"over", {"element", "partition_by", "order_by"}, {la.func.f(), x, y}},
    {"alias", {"selectable", "name"}, {t, "a"}}, {"lateral", {"selectable", "name"}, {statement, "a"}},
    {"cte", {"selectable", "name", "recursive"}, {statement, "a", true}},
    {"tablesample", {"selectable", "sampling", "name", "seed"}, {t, la.func.system(5), "a", la.literal(3)}},
    {"join", {"left", "right", "onclause", "isouter", "full"}, {t, o, on, true, true}},
    {"outerjoin", {"left", "right", "onclause", "full"}, {t, o, on, true}},
  }
end)

describe("arguments by name: methods of what can be selected from", function()
  methods_of(t, {
    {"alias", {"name", "flat"}, {"a", true}}, {"lateral", {"name"}, {"a"}},
    {"join", {"right", "onclause", "isouter", "full"}, {o, on, true, true}},
    {"tablesample", {"sampling", "name"}, {5, "a"}},
  })
  methods_of(statement, {
    {"join", {"target", "onclause", "isouter"}, {o, on, true}},
    {"join_from", {"from_", "target", "onclause", "isouter"}, {t, o, on, true}},
    {"outerjoin_from", {"from_", "target", "onclause"}, {t, o, on}},
    {"fetch", {"count", "with_ties", "percent"}, {5, true, true}}, {"slice", {"start", "stop"}, {5, 10}},
    {"subquery", {"name"}, {"a"}}, {"alias", {"name"}, {"a"}}, {"lateral", {"name"}, {"a"}},
    {"cte", {"name", "recursive", "nesting"}, {"a", true, true}},
    {"set_label_style", {"style"}, {la.LABEL_STYLE_TABLENAME_PLUS_COL}}, {"column", {"column"}, {y}},
    {"with_hint", {"selectable", "text", "dialect_name"}, {t, "h", "mysql"}},
    {"with_statement_hint", {"text", "dialect_name"}, {"h", "postgresql"}},
  })
  methods_of(la.func.f(1), {
    {"alias", {"name", "joins_implicitly"}, {"a", true}}, {"column_valued", {"name"}, {"a"}},
    {"scalar_table_valued", {"name", "type_"}, {"a", la.Integer}},
  })
  methods_of(la.func.f(1):table_valued(la.column("a", la.Integer)), {
    {"render_derived", {"name", "with_types"}, {"q", true}},
  })
  methods_of(la.select(x):scalar_subquery(), {{"where", {"crit"}, {x:eq("a")}}})
  methods_of(la.insert(t), {
    {"from_select", {"names", "select", "include_defaults"}, {{"id", "x"}, la.select(t.c.id, t.c.x), false}},
  })

  it("about where columns come from", function()
    local a = t:alias()
    assert.equal(a.c.x, a:corresponding_column{column = x, require_embedded = false})
    assert.is_true(a:is_derived_from{fromclause = t})
  end)
end)
