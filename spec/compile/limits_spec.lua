-- Size and depth: whatever took more than linear time would not come to an end here, and nothing overflows the C stack.
local la = require "lualchemy"
local support = require "spec.support"
local unpack = require("lualchemy.compat").unpack

local MANY = 100000
local WIDE = pcall(unpack, {}, 1, MANY) and MANY or 7000 -- as many arguments as this Lua passes

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.String))

local function times(n, start, step)
  for i = 1, n do start = step(start, i) end
  return start
end

local function list(n, make)
  local all = {}
  for i = 1, n do all[i] = make(i) end
  return all
end

local function count(stmt, word)
  return (select(2, tostring(stmt:compile{dialect = "sqlite"}):gsub(word, "")))
end

describe("width has no limit:", function()
  it("operators in a row", function()
    assert.equal(MANY, count(times(MANY, t.c.a, function(e) return e + 1 end), "%+"))
    assert.equal(MANY, count(times(MANY, t.c.b, function(e) return e .. "x" end), "||"))
  end)

  it("conditions in a row", function()
    assert.equal(MANY, count(times(MANY, t.c.a:eq(0), function(e, i) return la.and_(e, t.c.a:ne(i)) end), "AND"))
    assert.equal(MANY, count(times(MANY, t.c.a:eq(0), function(e, i) return la.or_(e, t.c.a:ne(i)) end), "OR"))
    assert.equal(WIDE - 1, count(la.and_(unpack(list(WIDE, function(i) return t.c.a:ne(i) end))), "AND"))
  end)

  it("a statement that grows", function()
    local s = la.select(t.c.a)
    assert.equal(MANY - 1, count(times(MANY, s, function(q, i) return q:where(t.c.a:ne(i)) end), "AND"))
    assert.equal(MANY, count(times(MANY, s, function(q) return q:order_by(t.c.a:desc()) end), "DESC"))
    assert.equal(MANY, count(times(MANY, s, function(q, i) return q:add_columns(la.literal(i)) end), "%?"))
  end)

  it("what is added to a statement one by one", function()
    local function grown(name, step) return tostring(times(MANY, la.select(t.c.a), step)):find(name, 1, true) end
    assert.is_truthy(grown("x", function(q) return q:prefix_with("x") end))
    assert.is_truthy(grown("y", function(q) return q:suffix_with("y") end))
    assert.is_truthy(grown("z", function(q) return q:with_statement_hint("z") end))
    local one = la.select(t.c.a):cte("one")
    assert.is_truthy(grown("one", function(q) return q:add_cte(one) end))
    local ctes = list(MANY / 10, function(i) return la.select(t.c.a):cte("c" .. i) end)
    local all = times(#ctes, la.insert(t):values{a = 1}, function(q, i) return q:add_cte(ctes[i]) end)
    assert.equal(#ctes, count(all, " AS \n"))
  end)

  it("lists", function()
    local values = list(MANY, function(i) return i end)
    local numbers = t.c.a:in_(values):compile{dialect = "sqlite", compile_kwargs = {render_postcompile = true}}
    assert.equal(MANY, select(2, tostring(numbers):gsub("%?", "")))
    local literals = list(MANY, function(i) return la.literal(i) end)
    assert.equal(MANY, count(t.c.a:in_(literals), "%?"))
    assert.equal(WIDE, count(la.case(unpack(list(WIDE, function(i) return {t.c.a:eq(i), i} end))), "WHEN"))
  end)

  it("rows", function()
    local rows = list(MANY, function(i) return {a = i, b = "x"} end)
    assert.equal(MANY + 1, count(la.insert(t):values(rows), "%("))
    local tuples = list(MANY, function(i) return {i, "x"} end)
    local v = la.values(la.column("a", la.Integer), la.column("b", la.String), {name = "v"}):data(tuples)
    assert.equal(2 * MANY, count(la.select(v), "%?"))
  end)

  it("columns", function()
    local wide = la.Table("wide", la.MetaData(), la.Column("c0", la.Integer))
    for i = 1, 10000 do wide:append_column(la.Column("c" .. i, la.Integer)) end
    assert.equal(10000, count(la.select(wide), ","))
    local all = {}
    for i = 1, 10000 do all["c" .. i] = i end
    assert.equal(9999, count(la.update(wide):values(all), ","))
    local one_by_one = times(2000, la.update(wide), function(q, i) return q:values{["c" .. i] = i} end)
    assert.equal(1999, count(one_by_one, ","))
  end)

  it("parameters of text()", function()
    local names, values = {}, {}
    for i = 1, MANY do names[i], values["p" .. i] = ":p" .. i, i end
    local text = la.text(table.concat(names, ", ")):bindparams(values)
    assert.equal(MANY, count(text, "%?"))
    assert.equal(MANY, text:compile().params["p" .. MANY])
  end)

  it("common table expressions", function()
    local ctes = list(WIDE > 10000 and 10000 or WIDE, function(i) return la.select(t.c.a):cte("c" .. i).c.a end)
    assert.equal(#ctes, count(la.select(unpack(ctes)), " AS \n"))
  end)

  it("joins", function()
    local s, j, before = la.select(t.c.a), t, t
    for _ = 1, 20000 do
      local other = t:alias()
      s, j = s:join(other, other.c.a:eq(before.c.a)), j:join(other, other.c.a:eq(before.c.a))
      before = other
    end
    assert.equal(20000, count(s, " JOIN "))
    assert.equal(20000, count(la.select(t.c.a):select_from(j), " JOIN "))
  end)

  it("set operations", function()
    local all = list(WIDE, function(i) return la.select(t.c.a):where(t.c.a:eq(i)) end)
    assert.equal(WIDE - 1, count(la.union(unpack(all)), "UNION"))
  end)
end)

-- Depth, by what nests.
local NESTS = [[
local la = require "lualchemy"
local t = la.table("t", la.column("a", la.Integer))
local shapes = {
  functions = function(e) return la.func.f(e) end,
  negations = function(e) return -e end,
  conditions = function(e) return la.or_(la.and_(e, t.c.a:eq(1)), t.c.a:eq(2)) end,
  casts = function(e) return la.cast(e, la.Integer) end,
  cases = function(e) return la.case({t.c.a:eq(1), e}) end,
  scalars = function(e) return la.select(e):scalar_subquery():label("x") end,
  subqueries = function(e) return la.select(la.select(e):subquery()):scalar_subquery():label("x") end,
}
local function nested(shape, n)
  local e = t.c.a:eq(0)
  for _ = 1, n do e = shapes[shape](e) end
  return e
end
local function outcome(ok, e)
  if ok or la.exc.OperationalError:is(e) then return "fine" end -- there is no table t
  return la.exc.CompileError:is(e) and e.message:find("nests too deep: the limit is 10000 levels", 1, true) and "error"
    or tostring(e)
end
local engine = la.create_engine("sqlite://")
local function tell(n)
  for name in pairs(shapes) do
    local deep, twin = nested(name, n), nested(name, n)
    local compiled = outcome(pcall(tostring, deep))
    local executed = outcome(pcall(function() return engine:connect():execute(la.select(deep)) end))
    pcall(deep.compare, deep, twin)
    pcall(deep.params, deep, {})
    print(name, compiled, executed)
    deep, twin = nil, nil
    collectgarbage()
  end
end
]]

local function outcomes(depth, stack)
  local program = NESTS .. "tell(" .. depth .. ")"
  local found, n = {}, 0
  support.with_folder(function(folder)
    local path = folder .. "/deep.lua"
    local file = assert(io.open(path, "w"))
    file:write(program)
    file:close()
    local limit = stack and "ulimit -s " .. stack .. "; " or ""
    local output, status = support.sh(limit .. "exec " .. support.quote(support.lua) .. " " .. support.quote(path))
    assert.equal(0, status, output)
    for compiled, executed in output:gmatch("%w+%s+(%w+)%s+(%w+)\n") do
      assert.equal(compiled, executed, output)
      found[compiled] = (found[compiled] or 0) + 1
      n = n + 1
    end
    assert.equal(7, n, output)
  end)
  return found
end

describe("depth", function()
  it("of a thousand selects is fine", function()
    local s = times(1000, la.select(t.c.a), function(q) return la.select(q:subquery().c.a) end)
    assert.equal(1001, count(s, "SELECT"))
    s = times(1000, la.select(t.c.a), function(q) return la.select(q:scalar_subquery():label("x")) end)
    assert.equal(1001, count(s, "SELECT"))
    local cte = times(1000, la.select(t.c.a):cte("c0"), function(q, i) return la.select(q.c.a):cte("c" .. i) end)
    assert.equal(1001, count(la.select(cte.c.a), " AS \n"))
  end)

  it("has a limit, past which compiling is an error", function() assert.same({error = 7}, outcomes(20000)) end)

  it("has a lower one where the stack is small", function()
    assert.same({error = 7}, outcomes(20000, 256))
    assert.same({fine = 7}, outcomes(8, 256))
  end)
end)
