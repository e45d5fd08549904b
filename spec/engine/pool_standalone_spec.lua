-- Pools that are made by themselves, and connections that a function makes.
local la = require "lualchemy"

local function refused(class, fn, ...)
  local ok, e = pcall(fn, ...)
  assert.is_false(ok)
  assert.is_true(class:is(e), tostring(e))
  return tostring(e)
end

--- A program's own connections, and what was done with them.
local function own()
  local log, n = {}, 0
  local function connect()
    n = n + 1
    local number, made = n, {}
    for _, name in ipairs{"close", "commit", "rollback"} do
      made[name] = function() log[#log + 1] = name .. number end
    end
    log[#log + 1] = "open" .. number
    return made
  end
  local function done()
    local text = table.concat(log, " ")
    log = {}
    for i = #log, 1, -1 do log[i] = nil end
    return text
  end
  return connect, done
end

describe("a pool of a program's own connections", function()
  local connect, done
  before_each(function() connect, done = own() end)

  it("opens, resets, closes them", function()
    local pool = la.QueuePool(connect, {pool_size = 1, max_overflow = 1})
    local a, b = pool:connect(), pool:connect()
    a:close()
    b:close()
    assert.equal("open1 open2 rollback1 rollback2 close2", done())
    assert.equal("Pool size: 1  Connections in pool: 1 Current Overflow: 0 Current Checked out connections: 0",
      pool:status())
    pool:connect():invalidate()
    assert.equal("close1", done())
    pool:connect():close()
    pool:dispose()
    assert.equal("open3 rollback3 close3", done())
  end)

  it("is of every kind", function()
    la.NullPool(connect):connect():close()
    assert.equal("open1 rollback1 close1", done())
    local static = la.StaticPool(connect)
    static:connect():close()
    static:connect():close()
    static:dispose()
    assert.equal("open2 rollback2 rollback2 close2", done())
    local once = la.AssertionPool(connect)
    local held = once:connect()
    assert.has_error(function() once:connect() end)
    held:close()
    la.pool.SingletonThreadPool{connect, pool_size = 1}:connect():close()
    assert.equal("open3 rollback3 open4 rollback4", done())
  end)

  it("resets as it is told, and tells listeners", function()
    la.QueuePool(connect, {reset_on_return = "commit"}):connect():close()
    la.QueuePool(connect, {reset_on_return = la.NULL}):connect():close()
    assert.equal("open1 commit1 open2", done())
    local state
    local pool = la.QueuePool(connect, {events = {{function(_, _, given) state = given end, "reset"}}})
    pool:connect():close()
    assert.is_true(la.PoolResetState:is(state))
    assert.is_false(state.transaction_was_reset)
  end)

  it("detaches them", function()
    local pool = la.QueuePool(connect, {pool_size = 1})
    local conn = pool:connect()
    assert.is_true(la.PoolProxiedConnection:is(conn))
    conn:detach()
    conn:close()
    assert.equal("open1 rollback1 close1", done())
  end)

  it("forgets what was kept with a connection that is gone, not what was kept with its place", function()
    local pool = la.QueuePool(connect, {pool_size = 1})
    local conn = pool:connect()
    conn.info.x, conn.record_info.y = 1, 2
    conn:invalidate()
    conn = pool:connect()
    assert.is_nil(conn.info.x)
    assert.equal(2, conn.record_info.y)
    conn:close()
  end)

  it("refuses what it cannot do", function()
    refused(la.exc.ArgumentError, la.QueuePool, 5)
    assert.truthy(refused(la.exc.ArgumentError, la.NullPool, connect, {pool_size = 5}):find("pool_size", 1, true))
    assert.truthy(refused(la.exc.ArgumentError, la.NullPool, connect, {reset_on_return = "maybe"}):find "maybe")
    local empty = la.QueuePool(function() end)
    refused(la.exc.ArgumentError, empty.connect, empty)
    assert.equal(0, empty:checkedout())
    local pinged = la.QueuePool(connect, {pre_ping = true, pool_size = 1})
    pinged:connect():close()
    refused(la.exc.NotImplementedError, pinged.connect, pinged)
    local engine = la.create_engine("sqlite://", {creator = connect})
    refused(la.exc.ArgumentError, engine.connect, engine)
  end)
end)

describe("connections of the driver that a function makes", function()
  local dialect, opened = la.sqlite.dialect(), 0
  local function creator()
    opened = opened + 1
    return dialect:connect(":memory:")
  end
  before_each(function() opened = 0 end)

  it("are an engine's", function()
    local engine = la.create_engine("sqlite:///nowhere.db", {creator = creator, poolclass = la.QueuePool})
    engine:begin(function(conn)
      conn:exec_driver_sql("CREATE TABLE t (x INTEGER)")
      conn:exec_driver_sql("INSERT INTO t VALUES (1)")
    end)
    engine:connect(function(conn) assert.equal(1, conn:exec_driver_sql("SELECT floor(x + 0.5) FROM t"):scalar()) end)
    assert.equal(1, opened)
  end)

  it("are in a pool that an engine is given", function()
    local pool = la.QueuePool(creator, {pool_size = 1})
    local engine = la.create_engine("sqlite://", {pool = pool})
    assert.equal(pool, engine.pool)
    assert.equal(7, engine:connect(function(conn) return conn:scalar(la.select(la.literal(7))) end))
    assert.equal(1, pool:checkedin())
    engine:dispose()
    assert.equal(7, engine:connect(function(conn) return conn:scalar(la.select(la.literal(7))) end))
    assert.equal(2, opened)
    refused(la.exc.ArgumentError, la.create_engine, "sqlite://", {pool = 5})
  end)

  it("belong to no pool otherwise", function()
    local conn = dialect:connect(":memory:")
    conn:execute("CREATE TABLE t (x INTEGER)")
    conn:commit()
    conn:execute("INSERT INTO t VALUES (1)")
    conn:rollback()
    assert.equal(0, conn:execute("SELECT count(*) FROM t"):fetchone()[1])
    conn:close()
    assert.same({{"a.db"}, {timeout = "5"}}, dialect:create_connect_args("sqlite:///a.db?timeout=5"))
    assert.has_error(function() dialect:connect(":memory:", {nosuch = 1}) end)
  end)

  it("come from a URL", function()
    local pool = la.create_pool_from_url("sqlite://", {poolclass = la.QueuePool, pool_size = 3, timeout = 4})
    assert.equal(4, pool:timeout())
    local conn = pool:connect()
    local cursor = conn:cursor()
    assert.equal(8, cursor:execute("SELECT 8"):fetchone()[1])
    conn:close()
    assert.equal(1, pool:checkedin())
  end)
end)

describe("raw_connection()", function()
  it("has a transaction that commit() and rollback() end", function()
    local engine = la.create_engine("sqlite://")
    local conn = engine:raw_connection()
    conn:cursor():execute("CREATE TABLE t (x INTEGER)")
    conn:commit()
    conn:cursor():execute("INSERT INTO t VALUES (1)")
    conn:rollback()
    conn:cursor():execute("INSERT INTO t VALUES (2)")
    conn:commit()
    conn:cursor():execute("INSERT INTO t VALUES (3)")
    conn:close()
    engine:connect(function(c) assert.same({2}, c:exec_driver_sql("SELECT x FROM t"):scalars():all()) end)
  end)
end)

describe("echo_pool", function()
  local echo = require "lualchemy.engine.echo"

  local function lines_of(setting)
    local lines, before = {}, echo.write
    echo.write = function(line) lines[#lines + 1] = line:gsub("^%S+ %S+ %u+ ", ""):gsub("[%w.]+: 0x%x+", "CONN") end
    local engine = la.create_engine("sqlite://", {echo_pool = setting, pool_logging_name = "mine"})
    engine:connect(function(conn) conn:scalar(la.select(la.literal(1))) end)
    engine:connect(function(conn) conn:invalidate() end)
    engine:dispose()
    echo.write = before
    return lines
  end

  it("tells of what goes wrong, debug of all", function()
    local name = "lualchemy.pool.impl.SingletonThreadPool.mine "
    local told = lines_of(true)
    assert.equal(name .. "Invalidate connection CONN", told[1])
    assert.truthy(told[2]:find("Pool disposed. SingletonThreadPool", 1, true))
    assert.equal(name .. "Pool recreating", told[3])
    local all = lines_of("debug")
    assert.same({name .. "Created new connection CONN", name .. "Connection CONN checked out from pool",
      name .. "Connection CONN being returned to pool", name .. "Connection CONN reset, transaction already reset",
      name .. "Connection CONN checked out from pool", name .. "Invalidate connection CONN",
      name .. "Closing connection CONN"}, {(table.unpack or unpack)(all, 1, 7)}) -- luacheck: ignore
    assert.same({}, lines_of(false))
  end)
end)

describe("dialects", function()
  it("list their isolation levels, and set them for a connection of the driver", function()
    local engine = la.create_engine("sqlite://")
    local dialect, conn = engine.dialect, engine:raw_connection()
    assert.same({"READ UNCOMMITTED", "SERIALIZABLE", "AUTOCOMMIT"}, dialect:get_isolation_level_values(conn))
    assert.equal("SERIALIZABLE", dialect.default_isolation_level)
    assert.equal("SERIALIZABLE", dialect:get_default_isolation_level(conn.dbapi_connection))
    dialect:set_isolation_level(conn.dbapi_connection, "READ UNCOMMITTED")
    assert.equal("READ UNCOMMITTED", dialect:get_isolation_level(conn.dbapi_connection))
    dialect:reset_isolation_level(conn.dbapi_connection)
    assert.equal("SERIALIZABLE", dialect:get_isolation_level(conn))
    conn:close()
    refused(la.exc.ArgumentError, dialect.get_isolation_level, dialect, 5)
    local mysql = la.mysql.dialect()
    refused(la.exc.NotImplementedError, mysql.get_isolation_level_values, mysql)
  end)
end)
