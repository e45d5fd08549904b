-- Positions in DDL: names of objects, comments, defaults, arguments of types; read back by reflection.
local la = require "lualchemy"

local positions = {}

local function position(name, run, options)
  options = options or {}
  positions[#positions + 1] = {name = name, run = run, kind = options.kind or "name", only = options.only,
    refuses = options.refuses, utf8 = options.utf8}
end

local PG = {only = "postgresql"}

local function make(bench, ...)
  local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
    la.Column("a", la.Integer), la.Column("b", la.Text), ...)
  t:create(bench.conn)
  return t
end

local function named(list, name)
  for _, entry in ipairs(list) do
    if entry.name == name then return entry end
  end
end

--- Does the statement fail? What was done before it stays.
local function fails(bench, statement)
  local nested = bench.conn:begin_nested()
  local ok, e = pcall(bench.conn.execute, bench.conn, statement)
  nested:rollback()
  return not ok and e
end

--- The name as reflection tells it: one of the list.
local function found(list, s)
  if named(list, s) then return s end
  return list[1] and list[1].name
end

-- ---- names ----

position("an index", function(bench, s)
  local t = make(bench)
  local index = la.Index(s, t.c.a, t.c.b)
  index:create(bench.conn)
  local got = found(la.inspect(bench.conn):get_indexes(t.name), s)
  assert(got ~= s or la.inspect(bench.conn):has_index(t.name, s))
  index:drop(bench.conn)
  return got
end)

position("an indexed column", function(bench, s)
  local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column(s, la.Integer, {index = true, unique = true}))
  t:create(bench.conn)
  return la.inspect(bench.conn):get_indexes(t.name)[1].column_names[1]
end)

position("a unique constraint", function(bench, s)
  local t = make(bench, la.UniqueConstraint("a", "b", {name = s}))
  return found(la.inspect(bench.conn):get_unique_constraints(t.name), s)
end)

position("a CHECK constraint", function(bench, s)
  local t = make(bench, la.CheckConstraint("a > 0", {name = s}))
  local got = found(la.inspect(bench.conn):get_check_constraints(t.name), s)
  assert(fails(bench, t:insert():values{a = -1}).kind == "check_violation")
  return got
end)

position("a foreign key", function(bench, s)
  local parent = make(bench)
  local t = la.Table(bench.fresh("t"), parent.metadata, la.Column("x", la.Integer),
    la.ForeignKeyConstraint({"x"}, {parent.c.id}, {name = s}))
  t:create(bench.conn)
  return found(la.inspect(bench.conn):get_foreign_keys(t.name), s)
end)

position("the columns of a foreign key", function(bench, s)
  local m = la.MetaData()
  local parent = la.Table(bench.fresh("t"), m, la.Column(s, la.Integer, {primary_key = true}))
  local t = la.Table(bench.fresh("t"), m, la.Column(s, la.Integer, la.ForeignKey(parent.c[s])))
  m:create_all(bench.conn)
  local key = la.inspect(bench.conn):get_foreign_keys(t.name)[1]
  assert(key.referred_table == parent.name and key.referred_columns[1] == key.constrained_columns[1])
  return key.referred_columns[1]
end)

position("a primary key", function(bench, s)
  local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column("id", la.Integer),
    la.PrimaryKeyConstraint("id", {name = s}))
  t:create(bench.conn)
  return la.inspect(bench.conn):get_pk_constraint(t.name).name
end)

position("a naming convention", function(bench, s)
  local m = la.MetaData{naming_convention = {uq = "%(constraint_name)s_" .. s:gsub("%%", "%%%%")}}
  local t = la.Table(bench.fresh("t"), m, la.Column("a", la.Integer), la.UniqueConstraint("a", {name = "q"}))
  t:create(bench.conn)
  return found(la.inspect(bench.conn):get_unique_constraints(t.name), "q_" .. s):gsub("^q_", "")
end, {refuses = function(_, s) return #s > 60 end})

position("a name that the convention makes", function(bench, s)
  local m = la.MetaData{naming_convention = {uq = "uq_%(column_0_name)s"}}
  local t = la.Table(bench.fresh("t"), m, la.Column(s, la.Integer, {unique = true}))
  t:create(bench.conn)
  return found(la.inspect(bench.conn):get_unique_constraints(t.name), "uq_" .. s):gsub("^uq_", "")
end, {refuses = function(_, s) return #s > 60 end})

position("a sequence", function(bench, s)
  local sequence = la.Sequence(s, {start = 5})
  sequence:create(bench.conn)
  assert(bench.conn:scalar(sequence) == 5 and bench.conn:scalar(la.select(sequence:next_value())) == 6)
  local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column("id", la.Integer, sequence, {primary_key = true}),
    la.Column("n", la.Integer, {server_default = sequence:next_value()}))
  t:create(bench.conn, {checkfirst = true})
  assert(bench.conn:execute(t:insert()).inserted_primary_key[1] >= 7)
  local has = la.inspect(bench.conn):has_sequence(s)
  t:drop(bench.conn)
  sequence:drop(bench.conn)
  return has and s
end, PG)

position("a table with a serial", function(bench, s)
  local t = la.Table(s, la.MetaData(), la.Column("id", la.Integer, {primary_key = true}), la.Column("v", la.Text))
  t:create(bench.conn)
  local result = bench.conn:execute(t:insert():values{v = "a"})
  return result.inserted_primary_key[1] == 1 and s
end)

position("the name of an enum", function(bench, s)
  local kind = la.Enum("a", "b", {name = s})
  local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column("e", kind), la.Column("l", la.ARRAY(kind)))
  t:create(bench.conn)
  bench.conn:execute(t:insert():values{e = "a", l = {"a", "b"}})
  local row = bench.conn:execute(la.select(t):where(t.c.e:eq("a"))):one()
  assert(row.e == "a" and row.l[2] == "b")
  assert(bench.conn:scalar(la.select(la.cast("b", kind))) == "b")
  local has = la.inspect(bench.conn):has_type(s)
  t:drop(bench.conn)
  return has and s
end, PG)

position("the name of a domain", function(bench, s)
  local domain = la.postgresql.DOMAIN(s, la.Integer, {constraint_name = s, check = "VALUE > 0"})
  local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column("d", domain))
  t:create(bench.conn)
  bench.conn:execute(t:insert():values{d = 1})
  return la.inspect(bench.conn):has_type(s) and s
end, PG)

position("an exclude constraint", function(bench, s)
  local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column(s, la.postgresql.INT4RANGE),
    la.postgresql.ExcludeConstraint({s, "&&"}, {name = s}))
  t:create(bench.conn)
  return found(la.inspect(bench.conn):get_indexes(t.name), s)
end, PG)

position("a constraint of an upsert", function(bench, s)
  local t = make(bench, la.UniqueConstraint("a", {name = s}))
  local insert = la.postgresql.insert(t):values{a = 1}:on_conflict_do_nothing{constraint = s}
  bench.conn:execute(insert)
  return bench.conn:execute(insert).rowcount == 0 and s
end, PG)

position("an operator class", function(bench, s)
  local t = make(bench)
  la.Index(bench.fresh("ix"), t.c.b, {postgresql_ops = {b = s}}):create(bench.conn)
end, {only = "postgresql", kind = "word"})

position("an access method", function(bench, s)
  local t = make(bench)
  la.Index(bench.fresh("ix"), t.c.b, {postgresql_using = s}):create(bench.conn)
end, {only = "postgresql", kind = "word"})

for _, option in ipairs{"ondelete", "onupdate", "initially", "match"} do
  position(option, function(bench, s)
    local parent = make(bench)
    local t = la.Table(bench.fresh("t"), parent.metadata,
      la.Column("x", la.Integer, la.ForeignKey(parent.c.id, {[option] = s})))
    t:create(bench.conn)
  end, {kind = "word"})
end

-- ---- texts ----

position("a table's comment", function(bench, s)
  local t = make(bench, {comment = s})
  t.comment = s
  bench.conn:execute(la.schema.SetTableComment(t))
  return la.inspect(bench.conn):get_table_comment(t.name).text or ""
end, {only = "postgresql", kind = "value"})

position("a column's comment", function(bench, s)
  local t = make(bench, la.Column("c", la.Integer, {comment = s}))
  return named(la.inspect(bench.conn):get_columns(t.name), "c").comment or ""
end, {only = "postgresql", kind = "value"})

position("a constraint's comment", function(bench, s)
  local t = make(bench, la.UniqueConstraint("a", {name = "q", comment = s}))
  return named(la.inspect(bench.conn):get_unique_constraints(t.name), "q").comment or ""
end, {only = "postgresql", kind = "value"})

position("a server_default", function(bench, s)
  local t = make(bench, la.Column("c", la.Text, {server_default = s}))
  bench.conn:execute(t:insert():values{a = 1})
  return bench.conn:scalar(la.select(t.c.c))
end, {refuses = function(_, s) return s:find("\0", 1, true) end, kind = "value"})

position("a server_default that is reflected", function(bench, s)
  local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column("a", la.Integer),
    la.Column("c", la.Text, {server_default = s}), la.CheckConstraint(la.column("c"):ne(s .. "?"), {name = "q"}))
  t:create(bench.conn)
  local again = la.Table(t.name, la.MetaData(), {autoload_with = bench.conn})
  local copy = again:to_metadata(la.MetaData(), {name = bench.fresh("t")})
  t:drop(bench.conn)
  copy:create(bench.conn)
  assert(fails(bench, copy:insert():values{a = 1, c = s .. "?"}).kind == "check_violation")
  bench.conn:execute(copy:insert():values{a = 1})
  return bench.conn:scalar(la.select(copy.c.c))
end, {refuses = function(_, s) return s:find("\0", 1, true) end, kind = "value"})

position("a literal in an index's condition", function(bench, s)
  local t = make(bench)
  la.Index(bench.fresh("ix"), t.c.a, {postgresql_where = t.c.b:eq(s), sqlite_where = t.c.b:eq(s), unique = true})
    :create(bench.conn)
  bench.conn:execute(t:insert(), {{a = 1, b = s}, {a = 1, b = "other"}, {a = 1, b = "other"}})
  return fails(bench, t:insert():values{a = 1, b = s}) and s
end, {refuses = function(_, s) return s:find("\0", 1, true) or #s > 1000 end})

position("a computed column", function(bench, s)
  local t = make(bench, la.Column("c", la.Text, la.Computed(la.literal_column("b"):concat(s))))
  bench.conn:execute(t:insert():values{b = ""})
  return bench.conn:scalar(la.select(t.c.c))
end, {refuses = function(_, s) return s:find("\0", 1, true) end})

position("a literal in a view", function(bench, s)
  local name = bench.fresh("v")
  bench.conn:execute(la.schema.CreateView(la.select(la.cast(la.literal(s, la.Text), la.Text):label("x")), name))
  return bench.conn:scalar(la.text("SELECT x FROM " .. name))
end, {refuses = function(_, s) return s:find("\0", 1, true) end})

position("a default", function(bench, s)
  local t = make(bench, la.Column("c", la.Text, {default = s, onupdate = s .. "!"}))
  bench.conn:execute(t:insert():values{a = 1})
  local first = bench.conn:scalar(la.select(t.c.c))
  bench.conn:execute(t:update():values{a = 2})
  return bench.conn:scalar(la.select(t.c.c)) == s .. "!" and first
end, {kind = "value"})

-- ---- arguments of types ----

for name, make_type in pairs{
  ["the length of a type"] = function(s) return la.String(s) end,
  ["the precision of a type"] = function(s) return la.Numeric(s, 2) end,
  ["the scale of a type"] = function(s) return la.Numeric(10, s) end,
  ["the precision of a time"] = function(s) return la.postgresql.TIMESTAMP{precision = s} end,
  ["the fields of an interval"] = function(s) return la.postgresql.INTERVAL{fields = s} end,
  ["the length of BIT"] = function(s) return la.postgresql.BIT(s) end,
  ["the dimensions of an array"] = function(s) return la.ARRAY(la.Integer, {dimensions = s}) end,
} do
  position(name, function(bench, s)
    local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column("a", make_type(s)))
    local sql = tostring(la.schema.CreateTable(t):compile{dialect = bench.engine.dialect})
    if sql:find("canary", 1, true) then error("it stands in the SQL", 0) end
    bench.conn:execute(la.schema.CreateTable(t))
  end, {kind = "word"})
end

position("a date's storage format", function(bench, s)
  local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column("d", la.sqlite.DATE{storage_format = s}))
  t:create(bench.conn)
  bench.conn:execute(t:insert():values{d = la.date(2024, 1, 2)})
end, {only = "sqlite", kind = "word"})

position("DDL's context", function(bench, s)
  bench.conn:execute(la.schema.DDL("CREATE TABLE %(x)s (v INTEGER)", {context = {x = "safe", y = s}}))
  return la.inspect(bench.conn):has_table("safe") and s
end, {kind = "value"})

position("a table that is asked for", function(bench, s)
  local inspector = la.inspect(bench.conn)
  assert(not inspector:has_table(s .. "?"))
  local ok, e = pcall(inspector.get_columns, inspector, s .. "?")
  if ok or not la.exc.NoSuchTableError:is(e) then error(e, 0) end
  assert(not bench.pg or not inspector:has_schema(s .. "?"))
  return s
end)

return positions
