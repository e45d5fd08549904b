-- Positions of names in statements.
local la = require "lualchemy"

local positions = {}

local function position(name, run, options)
  options = options or {}
  positions[#positions + 1] = {name = name, run = run, kind = options.kind or "name", only = options.only,
    refuses = options.refuses}
end

local function only_key(result)
  local keys = result:keys()
  return keys[1]
end

--- A table with the column, one row in it.
local function with_column(bench, name)
  local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column("id_", la.Integer, {primary_key = true}),
    la.Column(name, la.Text), la.Column("other_", la.Text))
  t:create(bench.conn)
  return t
end

-- ---- binds ----

position("the name of a bind", function(bench, s)
  if s == "" then error(la.exc.ArgumentError("no name")) end
  local b = la.bindparam(s, nil, {type_ = la.Text})
  return bench.conn:scalar(la.select(la.cast(b, la.Text)), {[s] = s})
end)

position("two names of binds", function(bench, s)
  local a, b = la.bindparam(s, "a", {type_ = la.Text}), la.bindparam(s .. "_", "b", {type_ = la.Text})
  local row = bench.conn:execute(la.select(la.cast(a, la.Text):label("x"), la.cast(b, la.Text):label("y"))):one()
  return row.x .. row.y == "ab" and s or row.x .. row.y
end)

-- ---- columns ----

position("a column", function(bench, s)
  local t = with_column(bench, s)
  bench.conn:execute(t:insert():values{[t.c[s]] = "value"})
  bench.conn:execute(t:update():values{[s] = t.c[s] .. "!"}:where(t.c[s]:eq("value")))
  local row = bench.conn:execute(la.select(t):where(t.c[s]:in_{"value!"}):order_by(t.c[s])):one()
  assert(row._mapping[t.c[s]] == "value!" and row._mapping[s] == "value!")
  return only_key(bench.conn:execute(la.select(t.c[s])))
end)

position("a column in executemany", function(bench, s)
  local t = with_column(bench, s)
  bench.conn:execute(t:insert(), {{[s] = "1"}, {[s] = "2"}})
  bench.conn:execute(t:update():where(t.c.id_:eq(la.bindparam("b_id"))),
    {{b_id = 1, [s] = "3"}, {b_id = 2, [s] = "4"}})
  local all = bench.conn:scalars(la.select(t.c[s]):order_by(t.c.id_)):all()
  return all[1] == "3" and all[2] == "4" and s
end)

position("a column returned", function(bench, s)
  local t = with_column(bench, s)
  local row = bench.conn:execute(t:insert():values{[s] = "v"}:returning(t.c[s], t.c.id_)):one()
  return row._mapping[s] == "v" and s
end)

position("a column of many rows in one statement", function(bench, s)
  local t = with_column(bench, s)
  bench.conn:execute(t:insert():values{{[s] = "1", other_ = "x"}, {[s] = "2", other_ = "y"}})
  return bench.conn:scalar(la.select(t.c.other_):where(t.c[s]:eq("2"))) == "y" and s
end)

position("a column of an upsert", function(bench, s)
  local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column(s, la.Text, {primary_key = true}),
    la.Column("n_", la.Integer))
  t:create(bench.conn)
  local insert = (bench.pg and la.postgresql or la.sqlite).insert(t):values{[s] = "k", n_ = 1}
  insert = insert:on_conflict_do_update{index_elements = {t.c[s]}, set_ = {[s] = insert.excluded[s], n_ = 2}}
  bench.conn:execute(insert)
  bench.conn:execute(insert)
  return bench.conn:scalar(la.select(t.c.n_):where(t.c[s]:eq("k"))) == 2 and s
end)

position("a column of text()", function(bench, s)
  local quoted = '"' .. s:gsub('"', '""'):gsub(":", "\\:") .. '"'
  if s == "" or bench.pg and #s > 63 then error(la.exc.ArgumentError("no name")) end
  local t = with_column(bench, s)
  bench.conn:execute(t:insert():values{[s] = "v"})
  local got = bench.conn:execute(la.text("SELECT " .. quoted .. " FROM " .. t.name))
  return only_key(got)
end, {refuses = function(_, s) return s:find("\\", 1, true) end})

position("a key that is not the column's name", function(bench, s)
  local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column("id_", la.Integer, {primary_key = true}),
    la.Column("plain", la.Text, {key = s}))
  t:create(bench.conn)
  bench.conn:execute(t:insert():values{[s] = "v"})
  bench.conn:execute(t:insert(), {{[s] = "w"}})
  return bench.conn:scalar(la.select(la.func.count(t.c[s]))) == 2 and s
end)

-- ---- tables ----

local function plain_table(name, options)
  return la.Table(name, la.MetaData(), la.Column("id", la.Integer, {primary_key = true}), la.Column("v", la.Text),
    options)
end

position("a table", function(bench, s)
  local t = plain_table(s)
  t:create(bench.conn)
  bench.conn:execute(t:insert():values{v = "a"})
  bench.conn:execute(t:update():values{v = "b"}:where(t.c.v:eq("a")))
  local v = bench.conn:scalar(la.select(t.c.v):select_from(t:join(plain_table(s):alias("x"), t.c.id:eq(1))))
  bench.conn:execute(t:delete():where(t.c.v:eq(v)))
  local inspector = la.inspect(bench.conn)
  assert(inspector:has_table(s) and #inspector:get_columns(s) == 2)
  local found
  for _, name in ipairs(inspector:get_table_names()) do found = found or name == s end
  t:drop(bench.conn)
  assert(not inspector:has_table(s))
  return found and s
end)

position("a schema", function(bench, s)
  bench.conn:execute(la.schema.CreateSchema(s))
  local t = plain_table("t", {schema = s})
  t:create(bench.conn)
  bench.conn:execute(t:insert():values{v = "a"})
  assert(bench.conn:scalar(la.select(t.c.v)) == "a")
  assert(la.inspect(bench.conn):has_table("t", {schema = s}) and not la.inspect(bench.conn):has_table("t"))
  bench.conn:execute(la.schema.DropSchema(s, {cascade = true}))
  return la.inspect(bench.conn):has_schema(s) or s
end, {only = "postgresql"})

position("an attached database", function(bench, s)
  if s == "" then error(la.exc.ArgumentError("no name")) end
  bench.conn:rollback()
  local quoted = '"' .. s:gsub('"', '""') .. '"'
  bench.conn.connection:execute("ATTACH DATABASE ':memory:' AS " .. quoted):close()
  local ok, e = pcall(function()
    local t = plain_table("t", {schema = s})
    t:create(bench.conn)
    bench.conn:execute(t:insert():values{v = "a"})
    assert(bench.conn:scalar(la.select(t.c.v)) == "a" and la.inspect(bench.conn):has_table("t", {schema = s}))
    t:drop(bench.conn)
  end)
  bench.conn:rollback()
  bench.conn.connection:execute("DETACH DATABASE " .. quoted):close()
  if not ok then error(e, 0) end
  return s
end, {only = "sqlite"})

position("a schema that another is translated to", function(bench, s)
  local t = plain_table("t", {schema = "original"})
  local options = {execution_options = {schema_translate_map = {original = s}}}
  if bench.pg then bench.conn:execute(la.schema.CreateSchema(s)) end
  local translated = bench.engine:execution_options(options.execution_options)
  assert(translated)
  if not bench.pg then
    local ok, e = pcall(bench.conn.execute, bench.conn, la.select(t.c.v), {}, options)
    assert(not ok)
    if not tostring(e):find("no such table: " .. s .. ".t", 1, true) then error(e, 0) end
    return s
  end
  bench.conn:execute(la.schema.CreateTable(t), {}, options)
  bench.conn:execute(t:insert():values{v = "a"}, {}, options)
  assert(bench.conn:scalar(la.select(t.c.v), {}, options) == "a")
  return la.inspect(bench.conn):has_table("t", {schema = s}) and s
end)

position("a schema that is translated", function(bench, s)
  local t = plain_table(bench.fresh "t", {schema = s})
  local options = {execution_options = {schema_translate_map = {[s] = bench.pg and "public" or "main"}}}
  bench.conn:execute(la.schema.CreateTable(t), {}, options)
  bench.conn:execute(t:insert():values{v = "a"}, {}, options)
  return bench.conn:scalar(la.select(t.c.v), {}, options) == "a" and s
end, {refuses = function(_, s) return s:find("[%[%]]") end})

-- ---- labels, aliases ----

position("a label", function(bench, s)
  local result = bench.conn:execute(la.select(la.literal("v", la.Text):label(s)):order_by(s))
  local row = result:one()
  assert(row._mapping[s] == "v")
  return only_key(result)
end)

position("a label ordered and grouped by", function(bench, s)
  local t = with_column(bench, "v_")
  bench.conn:execute(t:insert(), {{v_ = "b"}, {v_ = "a"}, {v_ = "a"}})
  local x = la.func.lower(t.c.v_):label(s)
  local rows = bench.conn:execute(la.select(x, la.func.count()):group_by(s):order_by(la.desc(s))):all()
  return rows[1][1] == "b" and rows[2][2] == 2 and s
end)

position("a label that nothing has", function(bench, s)
  local t = with_column(bench, "v_")
  bench.conn:execute(la.select(t.c.v_):order_by(s)):all()
  return s
end, {kind = "word"})

position("an alias", function(bench, s)
  local t = with_column(bench, "v_")
  bench.conn:execute(t:insert():values{v_ = "a"})
  local a = t:alias(s)
  return bench.conn:scalar(la.select(a.c.v_):where(a.c.v_:eq("a"))) == "a" and s
end)

position("a subquery", function(bench, s)
  local sub = la.select(la.literal("a", la.Text):label(s)):subquery(s)
  return bench.conn:execute(la.select(sub.c[s])):keys()[1]
end)

position("a common table expression", function(bench, s)
  local cte = la.select(la.literal(1, la.Integer):label("n")):cte(s, {recursive = true})
  cte = cte:union_all(la.select(cte.c.n + 1):where(cte.c.n:lt(3)))
  return bench.conn:scalar(la.select(la.func.sum(cte.c.n))) == 6 and s
end)

position("a column of values()", function(bench, s)
  local v = la.values(la.column(s, la.Text), {name = s}):data{{"a"}}
  if not bench.pg then v = v:cte(s) end
  return bench.conn:execute(la.select(v.c[s])):keys()[1]
end)

position("a column of a table-valued function", function(bench, s)
  local f = la.func.json_each('{"a": "b"}'):table_valued("key", "value", {name = s})
  if bench.pg then
    local json = la.literal_column("json '{\"a\": \"b\"}'")
    f = la.func.json_each_text(json):table_valued(s, "value_"):render_derived{name = s}
    return bench.conn:execute(la.select(f.c[s])):keys()[1]
  end
  return bench.conn:scalar(la.select(f.c.value)) == "b" and s
end)

position("a function", function(bench, s)
  bench.conn:execute(la.select(la.func[s](1))):all()
  return s
end, {kind = "word"})

position("a collation", function(bench, s)
  if bench.pg then
    bench.conn:exec_driver_sql('CREATE COLLATION "' .. s:gsub('"', '""') .. '" FROM "C"')
  else
    bench.conn.connection:create_collation(s, function(a, b) return a < b and -1 or a > b and 1 or 0 end)
  end
  local t = la.Table(bench.fresh("t"), la.MetaData(), la.Column("v", la.String(20, {collation = s})))
  t:create(bench.conn)
  bench.conn:execute(t:insert(), {{v = "b"}, {v = "a"}})
  local all = bench.conn:scalars(la.select(t.c.v):order_by(la.collate(t.c.v, s))):all()
  return all[1] == "a" and s
end)

position("a collation that is not there", function(bench, s)
  bench.conn:execute(la.select(la.literal("a", la.Text):collate(s .. "?"))):all()
end, {kind = "word"})

-- ---- words ----

position("a field of extract()", function(bench, s)
  bench.conn:execute(la.select(la.extract(s, la.func.now()))):all()
  return s
end, {kind = "word"})

position("a level of isolation", function(bench, s)
  bench.engine:connect(function(conn) conn:execution_options{isolation_level = s} end)
end, {kind = "word"})

position("a lock's table", function(bench, s)
  local t = with_column(bench, "v_")
  bench.conn:execute(la.select(t:alias(s)):with_for_update{of = t:alias(s)}):all()
  return s
end, {only = "postgresql", kind = "word"})

position("a hint of a lock", function(bench, s)
  local t = with_column(bench, "v_")
  bench.conn:execute(la.select(t):with_for_update{nowait = s, read = s, skip_locked = s}):all()
  return s
end, {kind = "word"})

-- ---- the connection ----

position("a savepoint", function(bench, s)
  local nested = bench.conn:begin_nested()
  bench.conn:execute(la.text "SELECT 1")
  nested:rollback()
  return s
end)

position("a two-phase transaction", function(bench, s)
  bench.conn:rollback()
  bench.engine:connect(function(conn)
    local transaction = conn:begin_twophase(s)
    conn:execute(la.text "SELECT 1")
    local ok, e = pcall(transaction.prepare, transaction)
    if not ok then
      transaction:rollback()
      error(e, 0)
    end
    local found
    for _, gid in ipairs(conn:recover_twophase()) do found = found or gid == s end
    transaction:rollback()
    assert(found)
  end)
  return s
end, {only = "postgresql", refuses = function(_, s) return #s > 199 end})

position("the name of the application", function(bench, s)
  if s == "" then error(la.exc.ArgumentError("none")) end
  local url = la.make_url(bench.url):update_query_dict{application_name = s}
  local engine = la.create_engine(url)
  local ok, got = pcall(engine.connect, engine,
    function(conn) return conn:exec_driver_sql("show application_name"):scalar() end)
  engine:dispose()
  if not ok then error(got, 0) end
  if got == s:sub(1, 63):gsub("[^\32-\126]", "?") then return s end
  return got
end, {only = "postgresql"})

position("the password", function(bench, s)
  local url = la.make_url(bench.url):set{password = s}
  local again = la.make_url(url:render_as_string{hide_password = false})
  assert(again.password == (s ~= "" and s or again.password))
  assert(#s < 6 or not tostring(url):find(s, 1, true))
  local engine = la.create_engine(again)
  local ok, got = pcall(engine.connect, engine, function(conn) return conn:exec_driver_sql("select 1"):scalar() end)
  engine:dispose()
  if not ok then
    assert(#s < 6 or not tostring(got):find(s, 1, true))
    error(got, 0)
  end
  return s
end, {only = "postgresql"})

position("the name of the database", function(bench, s)
  local url = la.make_url(bench.url):set{database = s}
  assert(s:find("[?@]") or la.make_url(tostring(url)).database == s)
  local engine = la.create_engine(url)
  local ok, got = pcall(engine.connect, engine, function() end)
  engine:dispose()
  if not ok then error(got, 0) end
end, {only = "postgresql", kind = "word"})

return positions
