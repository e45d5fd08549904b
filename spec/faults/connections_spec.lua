-- What happens to connections, on a real PostgreSQL: backends that are killed, frozen or out of patience, servers that
-- are not there. Afterwards the pool's counts are right and the next statement works.
local la = require "lualchemy"
local support = require "spec.support"

local url = support.pg_url()

describe("connections", function()
  if not url then return pending("needs PostgreSQL (LA_TEST_PG)") end
  local engine, other

  before_each(function()
    engine = la.create_engine(url, {pool_size = 3, max_overflow = 0, pool_timeout = 1})
    other = la.create_engine(url, {isolation_level = "AUTOCOMMIT"})
    other:connect(function(conn)
      conn:exec_driver_sql "DROP TABLE IF EXISTS fault"
      conn:exec_driver_sql "CREATE TABLE fault (id INTEGER PRIMARY KEY, v VARCHAR(20))"
    end)
  end)

  after_each(function()
    assert.equal(0, engine.pool:checkedout())
    assert.equal(1, engine:connect(function(conn) return conn:scalar(la.select(1)) end))
    engine:dispose()
    other:dispose()
  end)

  local function pid_of(conn) return conn:exec_driver_sql("select pg_backend_pid()"):scalar() end
  local function count()
    return other:connect(function(conn) return conn:exec_driver_sql("select count(*) from fault"):scalar() end)
  end

  --- Ends the backend, and waits until it is gone.
  local function kill(pid)
    other:connect(function(conn)
      conn:exec_driver_sql("select pg_terminate_backend($1)", {pid})
      while conn:exec_driver_sql("select count(*) from pg_stat_activity where pid = $1", {pid}):scalar() > 0 do
        conn:exec_driver_sql "select pg_sleep(0.01)"
      end
    end)
  end

  --- Ends the backend from a process of its own, as soon as it does what `state` says of it.
  local function kill_when(pid, state)
    local sql = ("do $$ begin for i in 1..500 loop if exists (select from pg_stat_activity where pid = %d and %s) "
      .. "then perform pg_terminate_backend(%d); exit; end if; perform pg_sleep(0.01); "
      .. "perform pg_stat_clear_snapshot(); end loop; end $$"):format(pid, state, pid)
    support.sh(("(psql -qX %s -c %s >/dev/null 2>&1 &)"):format(support.quote(url), support.quote(sql)))
  end

  local function lost(e)
    assert.is_true(la.exc.OperationalError:is(e), tostring(e))
    assert.is_true(e.connection_invalidated)
    assert.equal("connection_failure", e.kind)
    return e.outcome
  end

  it("whose backend is killed in a query: the transaction is lost until it is rolled back", function()
    local conn = engine:connect()
    conn:exec_driver_sql "INSERT INTO fault VALUES (1, 'a')"
    kill_when(pid_of(conn), "query like 'select pg_sleep%'")
    local ok, e = pcall(conn.exec_driver_sql, conn, "select pg_sleep(60)")
    assert.is_false(ok)
    assert.equal("none", lost(e))
    assert.is_true(conn.invalidated)
    for _ = 1, 2 do
      ok, e = pcall(conn.exec_driver_sql, conn, "INSERT INTO fault VALUES (2, 'b')")
      assert.is_false(ok)
      assert.is_true(la.exc.PendingRollbackError:is(e))
    end
    conn:rollback()
    conn:exec_driver_sql "INSERT INTO fault VALUES (3, 'c')"
    conn:commit()
    conn:close()
    assert.equal(1, count())
  end)

  it("whose backend is killed between statements: the second half is not done alone", function()
    local ok, e = pcall(engine.begin, engine, function(conn)
      conn:exec_driver_sql "INSERT INTO fault VALUES (1, 'a')"
      kill(pid_of(conn))
      conn:exec_driver_sql "INSERT INTO fault VALUES (2, 'b')"
    end)
    assert.is_false(ok)
    assert.equal("none", lost(e))
    assert.equal(0, count())
  end)

  it("whose backend is killed during COMMIT: nobody knows what became of it", function()
    other:connect(function(conn)
      conn:exec_driver_sql [[CREATE OR REPLACE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$]]
      conn:exec_driver_sql [[CREATE CONSTRAINT TRIGGER late AFTER INSERT ON fault DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION doze()]]
    end)
    local conn = engine:connect()
    conn:exec_driver_sql "INSERT INTO fault VALUES (1, 'a')"
    kill_when(pid_of(conn), "query = 'COMMIT' and state = 'active'")
    local ok, e = pcall(conn.commit, conn)
    assert.is_false(ok)
    assert.equal("unknown", lost(e))
    assert.is_false(e.retryable)
    conn:rollback()
    conn:close()

    local session = la.Session(engine)
    session:execute(la.text "INSERT INTO fault VALUES (2, 'b')")
    kill_when(session:scalar(la.text "select pg_backend_pid()"), "query = 'COMMIT' and state = 'active'")
    ok, e = pcall(session.commit, session)
    assert.is_false(ok)
    assert.equal("unknown", lost(e))
    session:rollback()
    assert.equal(1, session:scalar(la.text "select 1"))
    session:close()
  end)

  it("whose backend is killed while a result is read", function()
    engine:connect(function(conn)
      local pid = pid_of(conn)
      local result = conn:execute(la.text "select generate_series(1, 100000), repeat('x', 100)", {},
        {execution_options = {yield_per = 10}})
      assert.equal(10, #result:fetchmany(10))
      kill(pid)
      local ok, e = pcall(result.all, result)
      assert.is_false(ok)
      assert.equal("none", lost(e))
      conn:rollback()
      assert.not_equal(pid, pid_of(conn))
    end)
  end)

  it("that are lost while another error is on its way: the first is told", function()
    local ok, e = pcall(engine.begin, engine, function(conn)
      kill(pid_of(conn))
      error("boom", 0)
    end)
    assert.is_false(ok)
    assert.equal("boom", e)
    ok, e = pcall(engine.begin, engine, function(conn)
      conn:begin_nested(function()
        kill(pid_of(conn))
        error("boom", 0)
      end)
    end)
    assert.is_false(ok)
    assert.equal("boom", e)
  end)

  it("that are all lost at once: each error is told once, then all are new", function()
    local held, old = {}, {}
    for i = 1, 3 do
      held[i] = engine:connect()
      old[pid_of(held[i])] = true
      held[i]:rollback()
    end
    for pid in pairs(old) do kill(pid) end
    local errors = 0
    for _ = 1, 3 do
      for _, conn in ipairs(held) do
        local ok, e = pcall(pid_of, conn)
        if ok then
          assert.is_nil(old[e])
        else
          lost(e)
          errors = errors + 1
        end
        conn:rollback()
      end
    end
    assert.is_true(errors <= 3)
    for _, conn in ipairs(held) do conn:close() end
  end)

  it("to a server that is not there: no place in the pool is lost", function()
    local nowhere = la.create_engine("postgresql://u:sesame@127.0.0.1:1/x", {pool_size = 1, max_overflow = 1,
      pool_timeout = 0.2})
    for _ = 1, 5 do
      local ok, e = pcall(nowhere.connect, nowhere)
      assert.is_false(ok)
      assert.is_true(la.exc.OperationalError:is(e), tostring(e))
      assert.is_true(e.retryable)
      assert.matches("127.0.0.1", tostring(e), 1, true)
      assert.not_matches("sesame", tostring(e), 1, true)
    end
    assert.equal(0, nowhere.pool:checkedout())
  end)

  it("of which the server gives no more: an error that may be tried again", function()
    other:connect(function(conn)
      conn:exec_driver_sql "DROP ROLE IF EXISTS few"
      conn:exec_driver_sql "CREATE ROLE few LOGIN CONNECTION LIMIT 1"
    end)
    local few = la.create_engine(la.make_url(url):set{username = "few"}, {poolclass = la.NullPool})
    local held = few:connect()
    local ok, e = pcall(few.connect, few)
    assert.is_false(ok)
    assert.is_true(la.exc.OperationalError:is(e))
    assert.is_true(e.retryable, tostring(e))
    held:close()
    for _ = 1, 100 do -- the server is not told at once that the connection is over
      ok = pcall(function() few:connect():close() end)
      if ok then break end
      os.execute "sleep 0.02"
    end
    assert.is_true(ok)
    few:dispose()
    other:connect(function(conn) conn:exec_driver_sql "DROP ROLE few" end)
  end)

  it("whose statement takes too long for the server, or for the program", function()
    engine:connect(function(conn)
      conn:exec_driver_sql "SET statement_timeout = 50"
      local ok, e = pcall(conn.exec_driver_sql, conn, "select pg_sleep(60)")
      assert.is_false(ok)
      assert.equal("57014", e.sqlstate)
      assert.is_false(e.connection_invalidated)
      conn:rollback()
      local before = pid_of(conn)
      ok, e = pcall(conn.exec_driver_sql, conn, "select pg_sleep(60)", nil, {execution_options = {timeout = 0.1}})
      assert.is_false(ok)
      assert.equal("timeout", e.kind)
      conn:rollback()
      assert.equal(before, pid_of(conn))
    end)
  end)

  it("that wait in a transaction longer than the server allows", function()
    engine:connect(function(conn)
      conn:exec_driver_sql "SET idle_in_transaction_session_timeout = 50"
      conn:commit()
      conn:exec_driver_sql "INSERT INTO fault VALUES (1, 'a')"
      os.execute "sleep 0.3"
      local ok, e = pcall(conn.exec_driver_sql, conn, "INSERT INTO fault VALUES (2, 'b')")
      assert.is_false(ok)
      assert.equal("none", lost(e))
      conn:rollback()
    end)
    assert.equal(0, count())
  end)

  it("whose backend is frozen: the ping gives up and another is opened", function()
    local pinging = la.create_engine(url, {pool_pre_ping = true, connect_timeout = 2})
    local pid = pinging:connect(pid_of)
    if select(2, support.sh("kill -STOP " .. pid)) ~= 0 then return end -- not ours to stop
    local started = os.time()
    local ok, now = pcall(pinging.connect, pinging, pid_of)
    support.sh("kill -CONT " .. pid)
    assert.is_true(ok, tostring(now))
    assert.not_equal(pid, now)
    assert.is_true(os.time() - started < 20)
    pinging:dispose()
  end)

  it("that are given back twice, or used afterwards", function()
    local raw = engine:raw_connection()
    raw:close()
    raw:close()
    assert.equal(0, engine.pool:checkedout())
    assert.is_false((pcall(function() raw:cursor() end)))
    local conn = engine:connect()
    conn:close()
    conn:close()
    for _, use in ipairs{function() conn:execute(la.select(1)) end, function() conn:begin() end,
      function() conn:exec_driver_sql "select 1" end} do
      local ok, e = pcall(use)
      assert.is_false(ok)
      assert.is_true(la.exc.ResourceClosedError:is(e), tostring(e))
    end
  end)

  it("whose table changed under a prepared statement: read anew, after the transaction if there is one", function()
    local function columns(conn)
      local result = conn:exec_driver_sql "SELECT * FROM fault"
      result:all()
      return #result:keys()
    end
    local function alter(name)
      other:connect(function(conn) conn:exec_driver_sql("ALTER TABLE fault ADD " .. name .. " INTEGER") end)
    end
    local alone, conn = other:connect(), engine:connect()
    for _ = 1, 8 do
      assert.equal(2, columns(alone))
      assert.equal(2, columns(conn))
      conn:commit()
    end
    alter "more"
    assert.equal(3, columns(alone))
    local ok, e = pcall(columns, conn)
    assert.is_false(ok)
    assert.matches("cached plan must not change result type", tostring(e), 1, true)
    conn:rollback()
    assert.equal(3, columns(conn))
    alone:close()
    conn:close()
  end)
end)
