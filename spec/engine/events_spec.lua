-- Events of engines, connections and pools, and functions of Lua in SQLite.
local la = require "lualchemy"

local function recorder(target, names)
  local log = {}
  for _, name in ipairs(names) do la.event.listen(target, name, function() log[#log + 1] = name end) end
  return log
end

describe("events", function()
  it("come in order", function()
    local engine = la.create_engine("sqlite://", {poolclass = la.QueuePool})
    local log = recorder(engine, {"first_connect", "connect", "checkout", "engine_connect", "begin", "before_execute",
      "before_cursor_execute", "after_cursor_execute", "after_execute", "savepoint", "rollback_savepoint",
      "release_savepoint", "commit", "rollback", "reset", "checkin", "invalidate", "close"})
    engine:connect(function(conn)
      conn:execute(la.select(1))
      conn:begin_nested():rollback()
      conn:commit()
      conn:invalidate()
    end)
    assert.same({"first_connect", "connect", "checkout", "engine_connect", "before_execute", "begin",
      "before_cursor_execute", "after_cursor_execute", "after_execute", "savepoint", "before_execute",
      "before_cursor_execute", "after_cursor_execute", "after_execute", "rollback_savepoint", "before_execute",
      "before_cursor_execute", "after_cursor_execute", "after_execute", "commit",
      "invalidate", "close", "checkin"}, log)
  end)

  it("may replace the statement", function()
    local engine = la.create_engine("sqlite://")
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql, parameters)
      return {(sql:gsub("%?", "? + 1")), parameters}
    end, {retval = true})
    engine:connect(function(conn) assert.equal(43, conn:scalar(la.select(la.literal(42)))) end)
  end)

  it("get the parameters", function()
    local engine, seen = la.create_engine("sqlite://"), {}
    la.event.listen(engine, "after_cursor_execute", function(_, _, sql, parameters, _, many)
      seen[#seen + 1] = {sql, parameters[1], many}
    end)
    engine:connect(function(conn) conn:execute(la.text "select :x", {x = 5}) end)
    assert.same({{"select ?", 5, false}}, seen)
  end)

  it("may replace an error", function()
    local engine = la.create_engine("sqlite://")
    la.event.listen(engine, "handle_error", function(context)
      assert.equal("selec", context.statement)
      return "mine"
    end)
    local ok, e = pcall(engine.connect, engine, function(conn) conn:execute(la.text "selec") end)
    assert.is_false(ok)
    assert.equal("mine", e)
  end)

  it("tells what was executed", function()
    local engine, seen = la.create_engine("sqlite://"), {}
    la.event.listen(engine, "handle_error", function(context)
      local execution = context.execution_context
      seen[#seen + 1] = execution and {execution.statement, execution.isinsert, execution.executemany} or "nothing"
    end)
    engine:connect(function(conn)
      pcall(conn.execute, conn, la.text "selec")
      pcall(conn.exec_driver_sql, conn, "sele")
      pcall(conn.execute, conn, la.insert(la.table("t", la.column("x"))), {{x = 1}, {x = 2}})
      pcall(conn.execute, conn, la.text "SELECT :x")
    end)
    assert.same({{"selec", false, false}, {"sele", false, false}, {"INSERT INTO t (x) VALUES (?)", true, true},
      "nothing"}, seen)
  end)
end)

describe("do_connect", function()
  local support = require "spec.support"

  it("gives the arguments, and takes what listeners make of them", function()
    local engine, seen = la.create_engine("sqlite:///none.db", {connect_args = {timeout = 3}, poolclass = la.NullPool})
    la.event.listen(engine, "do_connect", function(dialect, record, args, named)
      seen = {dialect.name, type(record), args[1], named.timeout}
      args[1] = ":memory:"
    end)
    engine:connect(function(conn)
      assert.equal("", conn:exec_driver_sql("PRAGMA database_list"):one()[3])
    end)
    assert.same({"sqlite", "table", "none.db", 3}, seen)
  end)

  it("may open the connection itself", function()
    local engine, record = la.create_engine("sqlite:///none.db", {poolclass = la.QueuePool}), nil
    la.event.listen(engine, "do_connect", function(dialect, given)
      record = given
      return dialect:connect(":memory:")
    end)
    engine:connect(function(conn)
      assert.equal("", conn:exec_driver_sql("PRAGMA database_list"):one()[3])
      assert.equal(record.info, conn.info)
    end)
    assert.equal(1, engine.pool:checkedin())
  end)

  it("may not answer anything else", function()
    local engine = la.create_engine("sqlite://", {poolclass = la.QueuePool})
    la.event.listen(engine, "do_connect", function() return {} end)
    local ok, e = pcall(engine.connect, engine)
    assert.is_false(ok)
    assert.is_true(la.exc.ArgumentError:is(e))
    assert.equal(0, engine.pool:checkedout())
  end)

  it("gives each connection a password, a name of its own", function()
    if not support.pg_url() then return pending("needs PostgreSQL (LA_TEST_PG)") end
    local url = la.make_url(support.pg_url())
    local n, engine = 0, la.create_engine(url:set{port = 1}:update_query_dict{connect_timeout = "5"})
    la.event.listen(engine, "do_connect", function(_, _, _, named)
      n = n + 1
      assert.same({1, url.host, url.username, url.database, "5"}, {named.port, named.host, named.user, named.dbname,
        named.connect_timeout})
      named.port, named.password, named.application_name = url.port, "a:@/?#" .. n, "spec " .. n
    end)
    local one, two = engine:connect(), engine:connect()
    assert.equal("spec 1", one:exec_driver_sql("show application_name"):scalar())
    assert.equal("spec 2", two:exec_driver_sql("show application_name"):scalar())
    one:close()
    two:close()
    assert.equal(2, n)
    engine:dispose()
  end)
end)

describe("before_execute and after_execute", function()
  it("come for savepoints, too", function()
    local engine, log = la.create_engine("sqlite://"), {}
    for _, name in ipairs{"before_execute", "after_execute"} do
      la.event.listen(engine, name, function(_, element) log[#log + 1] = name .. " " .. tostring(element) end)
    end
    engine:connect(function(conn)
      conn:begin_nested():rollback()
      conn:begin_nested():commit()
    end)
    assert.same({"before_execute SAVEPOINT sa_savepoint_1", "after_execute SAVEPOINT sa_savepoint_1",
      "before_execute ROLLBACK TO SAVEPOINT sa_savepoint_1", "after_execute ROLLBACK TO SAVEPOINT sa_savepoint_1",
      "before_execute SAVEPOINT sa_savepoint_2", "after_execute SAVEPOINT sa_savepoint_2",
      "before_execute RELEASE SAVEPOINT sa_savepoint_2", "after_execute RELEASE SAVEPOINT sa_savepoint_2"}, log)
  end)
end)

describe("functions of Lua in SQLite", function()
  local engine = la.create_engine("sqlite://")
  la.event.listen(engine, "connect", function(dbapi)
    dbapi:create_function("twice", 1, function(x) return x and x * 2 end)
    dbapi:create_function("fails", 0, function() error("no luck", 0) end)
    dbapi:create_aggregate("joined", 1, function()
      return {
        text = "",
        step = function(self, x) self.text = self.text .. x end,
        finalize = function(self) return self.text end,
      }
    end)
    dbapi:create_collation("backwards", function(a, b) return a < b and 1 or a > b and -1 or 0 end)
  end)
  local function scalar(sql) return engine:connect(function(conn) return conn:scalar(la.text(sql)) end) end

  it("compute", function()
    assert.equal(42, scalar "select twice(21)")
    assert.is_nil(scalar "select twice(null)")
    assert.equal("ab", scalar "select joined(x) from (select 'a' as x union all select 'b')")
    assert.equal("b", scalar "select x from (select 'a' as x union all select 'b') order by x collate backwards")
  end)

  it("fail", function()
    local ok, e = pcall(scalar, "select fails()")
    assert.is_false(ok)
    assert.is_true(la.exc.OperationalError:is(e))
    assert.matches("user-defined function raised exception: no luck", tostring(e), 1, true)
  end)

  it("are there for REGEXP and floor()", function()
    assert.equal(1, scalar "select 'hello' regexp 'l+o$'")
    assert.equal(2, scalar "select floor(2.7)")
  end)
end)

describe("do_execute", function()
  local function engine_with(name, fn)
    local engine = la.create_engine("sqlite://")
    la.event.listen(engine, name, fn)
    return engine
  end

  it("offers each statement and its values", function()
    local seen = {}
    local engine = engine_with("do_execute", function(_, sql, parameters, context)
      seen[#seen + 1] = {sql, parameters[1], context.executemany}
    end)
    engine:connect(function(conn) assert.equal(5, conn:scalar(la.text "select :x", {x = 5})) end)
    assert.same({{"select ?", 5, false}}, seen)
  end)

  it("answers with what a listener executed that returns true", function()
    local later = 0
    local engine = engine_with("do_execute", function(cursor, sql)
      if sql ~= "select 1" then return end
      cursor:execute("select ? + 1", {41})
      return true
    end)
    la.event.listen(engine, "do_execute", function() later = later + 1 end)
    engine:connect(function(conn)
      assert.equal(42, conn:scalar(la.text "select 1"))
      assert.equal(0, later)
      assert.equal(2, conn:scalar(la.text "select 2"))
      assert.equal(1, later)
    end)
  end)

  it("answers nothing for a listener that only returns true", function()
    local engine = engine_with("do_execute", function(_, sql) return sql:find("^DROP") and true end)
    engine:begin(function(conn)
      conn:execute(la.text "CREATE TABLE kept (id INTEGER)")
      assert.is_false(conn:execute(la.text "DROP TABLE kept").returns_rows)
      assert.equal(0, conn:scalar(la.text "select count(*) from kept"))
    end)
  end)

  it("fails as the statement does", function()
    local engine = engine_with("do_execute", function(cursor)
      cursor:execute("selec")
      return true
    end)
    local ok, e = pcall(engine.connect, engine, function(conn) conn:execute(la.text "select 1") end)
    assert.is_false(ok)
    assert.is_true(la.exc.OperationalError:is(e))
    assert.equal("select 1", e.statement)
  end)

  it("has others for many sets of values, and for none", function()
    local t = la.Table("many", la.MetaData(), la.Column("id", la.Integer), la.Column("name", la.String))
    local seen = {}
    local engine = engine_with("do_executemany", function(cursor, sql, sets)
      seen[#seen + 1] = #sets
      cursor:executemany(sql, {{1, "mine"}})
      return true
    end)
    la.event.listen(engine, "do_execute_no_params", function(_, sql) seen[#seen + 1] = sql end)
    t:create(engine)
    engine:begin(function(conn)
      conn:execute(t:insert(), {{id = 1, name = "a"}, {id = 2, name = "b"}})
      assert.equal("mine", conn:scalar(la.select(t.c.name)))
      conn:exec_driver_sql("select 7", nil, {execution_options = {no_parameters = true}})
    end)
    assert.same({2, "select 7"}, seen)
  end)
end)

describe("listeners of one connection", function()
  it("hear of nothing else", function()
    local engine, log = la.create_engine("sqlite://"), {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) log[#log + 1] = "engine " .. sql end)
    engine:connect(function(conn)
      la.event.listen(conn, "before_cursor_execute", function(_, _, sql) log[#log + 1] = "one " .. sql end)
      conn:execute(la.text "select 1")
    end)
    engine:connect(function(conn) conn:execute(la.text "select 2") end)
    assert.same({"one select 1", "engine select 1", "engine select 2"}, log)
  end)
end)
