-- Positions of values.
local la = require "lualchemy"

local positions = {}

local function position(name, run, options)
  options = options or {}
  positions[#positions + 1] = {name = name, run = run, kind = options.kind or "value", only = options.only,
    utf8 = options.utf8, refuses = options.refuses}
end

--- SQLite before 3.45 can find no such key.
local function no_path(bench, s)
  return not bench.pg and s:find('"', 1, true) and s:find("[.%[]")
end

local function table_of(bench, type)
  local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
    la.Column("v", type))
  t:create(bench.conn)
  return t
end

--- What the statement gives with its values written into it.
local function written(bench, statement)
  local options = {dialect = bench.engine.dialect, paramstyle = "named", literal_binds = true}
  return bench.conn:exec_driver_sql(tostring(statement:compile(options))):scalar()
end

local PG = {only = "postgresql"}

position("a bind", function(bench, s)
  return bench.conn:scalar(la.select(la.cast(la.bindparam("v", s, {type_ = la.Text}), la.Text)))
end)

position("a value of text()", function(bench, s)
  return bench.conn:scalar(la.text "SELECT CAST(:v AS TEXT)", {v = s})
end)

position("a parameter of SQL of one's own", function(bench, s)
  return bench.conn:exec_driver_sql("SELECT CAST(" .. (bench.pg and "$1" or "?") .. " AS TEXT)", {s}):scalar()
end)

position("a parameter by name", function(bench, s)
  local row = bench.conn:exec_driver_sql("SELECT CAST(%(v)s AS TEXT), '%%', CAST(%(w)s AS TEXT)", {v = s, w = s}):one()
  return row[2] == "%" and row[3] == row[1] and row[1]
end, PG)

position("the name of a parameter", function(bench, s)
  local bad = s:find("[()]") or s == ""
  return bench.conn:exec_driver_sql("SELECT CAST(%(" .. (bad and "v" or s) .. ")s AS TEXT)",
    {[bad and "v" or s] = s}):scalar()
end, PG)

position("a LIKE pattern", function(bench, s)
  local t = table_of(bench, la.Text)
  bench.conn:execute(t:insert(), {{v = s}, {v = "q" .. s}})
  local escaped = s:gsub("[%%_/]", "/%0")
  return bench.conn:scalars(la.select(t.c.v):where(t.c.v:like(escaped, {escape = "/"}))):all()[1]
end, {kind = "pattern"})

position("a column of type String", function(bench, s)
  local t = table_of(bench, la.String)
  bench.conn:execute(t:insert():values{v = s})
  bench.conn:execute(t:update():values{v = t.c.v .. ""}:where(t.c.v:eq(s)))
  return bench.conn:scalar(la.select(t.c.v):where(t.c.v:in_{s, "other"}))
end)

position("many rows", function(bench, s)
  local t = table_of(bench, la.Text)
  bench.conn:execute(t:insert(), {{v = "x"}, {v = s}, {v = "y"}})
  return bench.conn:scalars(la.select(t.c.v):order_by(t.c.id)):all()[2]
end)

position("a row returned", function(bench, s)
  local t = table_of(bench, la.Text)
  return bench.conn:scalar(t:insert():values{v = s}:returning(t.c.v))
end)

position("bytes", function(bench, s)
  local t = table_of(bench, la.LargeBinary)
  bench.conn:execute(t:insert():values{v = s})
  return bench.conn:scalar(la.select(t.c.v):where(t.c.v:eq(s)))
end, {kind = "bytes"})

position("a literal", function(bench, s)
  return written(bench, la.select(la.cast(la.literal(s, la.Text), la.Text):label("x")))
end, {kind = "name"})

position("a literal_execute bind", function(bench, s)
  return bench.conn:scalar(la.select(la.cast(la.bindparam("v", s, {type_ = la.Text, literal_execute = true}), la.Text)))
end, {kind = "name"})

position("a literal_column of a literal", function(bench, s)
  local t = table_of(bench, la.Text)
  bench.conn:execute(t:insert():values{v = s})
  local sql = la.select(la.func.count()):select_from(t):where(t.c.v:in_{s, "it's"})
  return written(bench, sql) == 1 and s
end, {kind = "name"})

for _, method in ipairs{"contains", "startswith", "endswith", "icontains"} do
  position(method .. " with autoescape", function(bench, s)
    local t = table_of(bench, la.Text)
    bench.conn:execute(t:insert(), {{v = s}, {v = "Something else entirely"}})
    local found = bench.conn:scalars(la.select(t.c.v):where(t.c.v[method](t.c.v, s, {autoescape = true}))):all()
    for _, v in ipairs(found) do
      if v == s then return s end
    end
    return ("not found among %d rows"):format(#found)
  end, {kind = "pattern"})
end

position("JSON", function(bench, s)
  local t = table_of(bench, la.JSON)
  bench.conn:execute(t:insert():values{v = {["k" .. s] = s, [s] = {s}}})
  local value = bench.conn:scalar(la.select(t.c.v))
  return value["k" .. s] == s and value[s][1] == s and s
end, {utf8 = true})

position("a key of JSON", function(bench, s)
  local t = table_of(bench, la.JSON)
  bench.conn:execute(t:insert():values{v = {[s] = "found", ["k" .. s] = "a"}})
  return bench.conn:scalar(la.select(t.c.v:at(s):as_string())) == "found" and s
end, {utf8 = true, refuses = no_path})

position("an element of a JSON path", function(bench, s)
  local t = table_of(bench, la.JSON)
  bench.conn:execute(t:insert():values{v = {x = {[s] = {1, "found"}}, ["a"] = "a"}})
  return bench.conn:scalar(la.select(t.c.v:at{"x", s, 1}:as_string())) == "found" and s
end, {utf8 = true, refuses = no_path})

position("a literal key of JSON", function(bench, s)
  local t = table_of(bench, la.JSON)
  bench.conn:execute(t:insert():values{v = {[s] = "found", ["k" .. s] = "a"}})
  return written(bench, la.select(t.c.v:at(s):as_string())) == "found" and s
end, {kind = "name", utf8 = true, refuses = no_path})

position("a literal JSON path", function(bench, s)
  local t = table_of(bench, la.JSON)
  bench.conn:execute(t:insert():values{v = {x = {[s] = "found"}}})
  return written(bench, la.select(t.c.v:at{"x", s}:as_string())) == "found" and s
end, {kind = "name", utf8 = true, refuses = no_path})

position("JSONB has_key", function(bench, s)
  local t = table_of(bench, la.postgresql.JSONB)
  bench.conn:execute(t:insert():values{v = {[s] = 1}})
  return bench.conn:scalar(la.select(t.c.v:has_key(s))) == true and s
end, PG)

position("JSONB contains", function(bench, s)
  local t = table_of(bench, la.postgresql.JSONB)
  bench.conn:execute(t:insert():values{v = {a = s}})
  return bench.conn:scalar(la.select(t.c.v:contains{a = s})) == true and s
end, PG)

position("an element of an array", function(bench, s)
  local t = table_of(bench, la.ARRAY(la.Text))
  bench.conn:execute(t:insert():values{v = {"x", s, la.NULL, s}})
  local value = bench.conn:scalar(la.select(t.c.v))
  local count = bench.conn:scalar(la.select(la.func.count()):where(t.c.v:any(s)))
  return count == 1 and value[1] == "x" and value[3] == la.NULL and value[4] == s and value[2]
end, PG)

position("an element of a nested array", function(bench, s)
  local t = table_of(bench, la.ARRAY(la.Text, {dimensions = 2}))
  bench.conn:execute(t:insert():values{v = {{s, "a"}, {"b", s}}})
  local value = bench.conn:scalar(la.select(t.c.v))
  return value[1][1] == s and value[2][2]
end, PG)

position("an element of array()", function(bench, s)
  return bench.conn:scalar(la.select(la.postgresql.array{s, "x"}))[1]
end, PG)

position("a literal array", function(bench, s)
  return written(bench, la.select(la.literal({s, "x"}, la.ARRAY(la.Text))))[1]
end, {only = "postgresql", kind = "name"})

position("hstore", function(bench, s)
  bench.conn:exec_driver_sql "CREATE EXTENSION IF NOT EXISTS hstore"
  local t = table_of(bench, la.postgresql.HSTORE)
  bench.conn:execute(t:insert():values{v = {[s] = s, other = la.NULL}})
  local value = bench.conn:scalar(la.select(t.c.v))
  local at = bench.conn:scalar(la.select(t.c.v:at(s)))
  return value[s] == s and value.other == la.NULL and at
end, PG)

position("a bound of a range", function(bench, s)
  bench.conn:exec_driver_sql 'CREATE TYPE textrange AS RANGE (subtype = text, collation = "C")'
  local range = la.postgresql.Range(s, nil)
  local lower = bench.conn:exec_driver_sql("SELECT lower(textrange($1, NULL))", {s}):scalar()
  return range.lower == s and lower
end, PG)

position("an enum's label", function(bench, s)
  local t = table_of(bench, la.Enum("other", s, {name = bench.fresh("e"), native_enum = false, length = 2000000,
    create_constraint = #s < 1000}))
  bench.conn:execute(t:insert():values{v = s})
  return bench.conn:scalar(la.select(t.c.v):where(t.c.v:eq(s)))
end, {kind = "name"})

position("a native enum's label", function(bench, s)
  local t = table_of(bench, la.Enum("other", s, {name = bench.fresh("e")}))
  bench.conn:execute(t:insert():values{v = s})
  return written(bench, la.select(t.c.v):where(t.c.v:eq(s)))
end, {kind = "name", only = "postgresql"})

position("a label that the enum has not", function(bench, s)
  local t = table_of(bench, la.Enum("other", {name = bench.fresh("e")}))
  bench.conn:execute(t:insert():values{v = s})
end, {kind = "word"})

position("a number", function(bench, s)
  local t = table_of(bench, la.Integer)
  bench.conn:execute(t:insert():values{v = s})
  return tostring(bench.conn:scalar(la.select(t.c.v)))
end, {kind = "word"})

position("a literal number", function(bench, s)
  for _, kind in ipairs{la.Integer, la.Numeric, la.Float} do
    local ok, compiled = pcall(function()
      return tostring(la.select(la.literal(s, kind)):compile{dialect = bench.engine.dialect, literal_binds = true})
    end)
    local number = ok and compiled:match "SELECT (.*) AS"
    if ok and not number:find("^%-?%d+%.?%d*$") then return "written as " .. number end
  end
end, {kind = "word"})

for _, clause in ipairs{"limit", "offset"} do
  position(clause, function(bench, s)
    local ok, stmt = pcall(function() return la.select(la.literal_column("1"))[clause](la.select(1), s) end)
    if not ok then error(stmt, 0) end
    bench.conn:execute(stmt):all()
  end, {kind = "word"})
end

position("a separator of string_agg", function(bench, s)
  local agg = bench.pg and la.func.string_agg or la.func.group_concat
  local t = table_of(bench, la.Text)
  bench.conn:execute(t:insert(), {{v = "1"}, {v = "2"}})
  return bench.conn:scalar(la.select(agg(t.c.v, s))):sub(2, -2)
end)

position("a value of values()", function(bench, s)
  local v = la.values(la.column("a", la.Text), la.column("b", la.Integer), {name = "v"}):data{{s, 1}, {"x", 2}}
  local c = bench.pg and v or v:cte("c")
  return bench.conn:scalar(la.select(c.c.a):where(c.c.b:eq(1)))
end)

position("a literal of values()", function(bench, s)
  local v = la.values(la.column("a", la.Text), la.column("b", la.Integer), {name = "v", literal_binds = true})
    :data{{s, 1}, {"x", 2}}
  local c = bench.pg and v or v:cte("c")
  return bench.conn:scalar(la.select(c.c.a):where(c.c.b:eq(1)))
end, {kind = "name"})

position("a regular expression's subject", function(bench, s)
  return bench.conn:scalar(la.select(la.literal(1)):where(la.literal(s, la.Text):regexp_match("^no such thing$"))) or s
end)

return positions
