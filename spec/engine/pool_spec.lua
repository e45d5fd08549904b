-- Pools: which suits, what they count, what they do with lost connections.
local la = require "lualchemy"
local support = require "spec.support"

describe("the usual pool", function()
  it("depends on the database", function()
    assert.is_true(la.SingletonThreadPool:is(la.create_engine("sqlite://").pool))
    assert.is_true(la.QueuePool:is(la.create_engine("sqlite:///x.db").pool))
    assert.is_true(la.NullPool:is(la.create_engine("sqlite://", {poolclass = la.NullPool}).pool))
  end)

  it("refuses settings that it does not have", function()
    local ok, e = pcall(la.create_engine, "sqlite://", {max_overflow = 5})
    assert.is_false(ok)
    assert.matches("Invalid argument(s) 'max_overflow' sent to create_engine()", tostring(e), 1, true)
  end)
end)

describe("a QueuePool", function()
  local function engine(options)
    options.poolclass = la.QueuePool
    return la.create_engine("sqlite://", options)
  end

  it("counts", function()
    local e = engine{pool_size = 2, max_overflow = 1}
    local a, b, c = e:connect(), e:connect(), e:connect()
    assert.equal(3, e.pool:checkedout())
    assert.equal(1, e.pool:overflow())
    a:close() b:close() c:close()
    assert.equal("Pool size: 2  Connections in pool: 2 Current Overflow: 0 Current Checked out connections: 0",
      e.pool:status())
    e:dispose()
    assert.equal(0, e.pool:checkedin())
  end)

  it("raises TimeoutError when all are in use", function()
    local e = engine{pool_size = 1, max_overflow = 0, pool_timeout = 0.05}
    local held = e:connect()
    local ok, failure = pcall(e.connect, e)
    assert.is_false(ok)
    assert.is_true(la.exc.TimeoutError:is(failure))
    held:close()
    e:connect():close()
  end)
end)

describe("a StaticPool", function()
  it("has one connection for all", function()
    local e = la.create_engine("sqlite://", {poolclass = la.StaticPool})
    e:begin(function(conn) conn:execute(la.text "create table t (x integer)") end)
    e:connect(function(conn) assert.equal(0, conn:scalar(la.text "select count(*) from t")) end)
  end)
end)

describe("an AssertionPool", function()
  it("gives one out", function()
    local e = la.create_engine("sqlite://", {poolclass = la.AssertionPool})
    local held = e:connect()
    assert.is_false((pcall(e.connect, e)))
    held:close()
  end)
end)

describe("a lost connection", function()
  local url = support.pg_url()
  if not url then return pending("needs PostgreSQL (LA_TEST_PG)") end

  local function kill(pid)
    local killer = la.create_engine(url, {isolation_level = "AUTOCOMMIT"})
    killer:connect(function(conn)
      conn:execute(la.text "select pg_terminate_backend(:pid)", {pid = pid})
      for _ = 1, 100 do
        local there = conn:scalar(la.text "select count(*) from pg_stat_activity where pid = :pid", {pid = pid})
        if there == 0 then break end
        conn:execute(la.text "select pg_sleep(0.01)")
      end
    end)
    killer:dispose()
  end
  local function pid_of(conn) return conn:scalar(la.text "select pg_backend_pid()") end

  it("is told and replaced", function()
    local engine, told = la.create_engine(url), nil
    la.event.listen(engine, "handle_error", function(context) told = context.is_disconnect end)
    local conn, other = engine:connect(), engine:connect()
    local old = pid_of(other)
    other:close()
    kill(pid_of(conn))
    local ok, e = pcall(conn.execute, conn, la.select(1))
    assert.is_false(ok)
    assert.is_true(e.connection_invalidated)
    assert.equal("connection_failure", e.kind)
    assert.is_true(told)
    assert.is_true(conn.invalidated)
    conn:rollback()
    -- The whole pool is as old as what was lost: its connections are replaced, too.
    assert.not_equal(old, pid_of(conn))
    conn:close()
    engine:dispose()
  end)

  it("is found by pre_ping", function()
    local engine = la.create_engine(url, {pool_pre_ping = true})
    kill(engine:connect(pid_of))
    assert.equal(1, engine:connect(function(conn) return conn:scalar(la.select(1)) end))
    engine:dispose()
  end)

  it("was never made: the error names the driver and no password", function()
    local engine = la.create_engine("postgresql://nobody:sesame@127.0.0.1:1/x", {connect_timeout = 5})
    local ok, e = pcall(engine.connect, engine)
    assert.is_false(ok)
    assert.is_true(la.exc.OperationalError:is(e))
    assert.matches("(libpq.OperationalError)", tostring(e), 1, true)
    assert.not_matches("sesame", tostring(e) .. tostring(engine) .. tostring(engine.url))
  end)
end)
