-- Conflicts between transactions, and errors within them: what is told, and that all is well afterwards.
local la = require "lualchemy"
local compat = require "lualchemy.compat"
local support = require "spec.support"

local function session_class(db)
  local Base = la.declarative_base()
  local version = la.Column{la.Integer, nullable = false}
  local Item = Base:class("Item", {
    __tablename__ = "item",
    id      = la.Column{la.Integer, primary_key = true},
    name    = la.Column{la.String(20), unique = true},
    version = version,
    __mapper_args__ = {version_id_col = version},
  })
  local engine = db:engine()
  Base.metadata:create_all(engine)
  return engine, Item
end

for db in support.databases() do
  describe("transactions on " .. db.name, function()
    local engine, Item
    before_each(function() engine, Item = session_class(db) end)
    after_each(function()
      assert.equal(0, db.name == "postgresql" and engine.pool:checkedout() or 0)
      engine:dispose()
    end)

    local function count() return engine:connect(function(c) return c:scalar(la.select(la.func.count(Item.id))) end) end

    it("whose flush fails in its middle: rolled back, the objects are new again", function()
      local session = la.Session(engine)
      session:add(Item{name = "c"})
      session:commit()
      local items = {}
      for i, name in ipairs{"a", "b", "c", "d", "e"} do items[i] = Item{name = name} end
      session:add_all(items)
      local ok, e = pcall(session.flush, session)
      assert.is_false(ok)
      assert.is_true(la.exc.IntegrityError:is(e))
      session:rollback()
      assert.equal(1, session:scalar(la.select(la.func.count(Item.id))))
      for _, item in ipairs(items) do
        assert.is_true(la.inspect(item).transient)
        assert.is_false(session:contains(item))
      end
      items[3].name = "f"
      session:add_all(items)
      session:commit()
      assert.equal(6, session:scalar(la.select(la.func.count(Item.id))))
      session:close()
    end)

    it("whose session failed: it says so until it is rolled back", function()
      local session = la.Session(engine)
      session:add_all{Item{name = "a"}, Item{name = "a"}}
      assert.is_false((pcall(session.commit, session)))
      session:rollback()
      session:add_all{Item{name = "a"}, Item{name = "a"}}
      assert.is_false((pcall(session.flush, session)))
      for _ = 1, 2 do
        local ok, e = pcall(session.scalar, session, la.select(1))
        if not ok then assert.is_true(la.exc.PendingRollbackError:is(e), tostring(e)) end
      end
      session:rollback()
      assert.equal(0, session:scalar(la.select(la.func.count(Item.id))))
      session:close()
    end)

    it("in whose flush a listener fails: the session is not flushing for ever", function()
      local session = la.Session(engine)
      for _, name in ipairs{"before_flush", "after_flush", "after_flush_postexec"} do
        local listener = la.event.listen(session, name, function() error("no", 0) end)
        session:add(Item{name = name})
        local ok, e = pcall(session.flush, session)
        assert.is_false(ok)
        assert.equal("no", e)
        la.event.remove(session, name, listener)
        session:rollback()
      end
      for _, name in ipairs{"before_insert", "after_insert"} do
        local listener = la.event.listen(Item, name, function() error({text = "a table"}) end)
        session:add(Item{name = name})
        local ok, e = pcall(session.flush, session)
        assert.is_false(ok)
        assert.equal("a table", e.text)
        la.event.remove(Item, name, listener)
        session:rollback()
      end
      session:add(Item{name = "good"})
      session:commit()
      assert.equal(1, count())
      session:close()
    end)

    it("of two sessions that change one row: the second is stale", function()
      local one, two = la.Session(engine), la.Session(engine)
      one:add(Item{id = 1, name = "a"})
      one:commit()
      local item = two:get(Item, 1)
      assert.equal("a", item.name)
      if db.name == "sqlite" then two:commit() end
      one:execute(la.update(Item.__table__):values{version = 7})
      one:commit()
      item.name = "b"
      local ok, e = pcall(two.flush, two)
      if db.name == "postgresql" or not ok then
        assert.is_false(ok)
        assert.is_true(la.exc.StaleDataError:is(e), tostring(e))
      end
      two:rollback()
      assert.equal("a", one:scalar(la.select(Item.name)))
      one:close()
      two:close()
    end)

    it("after a statement that failed: savepoints keep what was before them", function()
      engine:begin(function(conn)
        conn:execute(la.insert(Item), {name = "a", version = 1})
        for _ = 1, 3 do
          local ok, e = pcall(conn.begin_nested, conn, function()
            conn:execute(la.insert(Item), {name = "b", version = 1})
            conn:execute(la.insert(Item), {name = "a", version = 1})
          end)
          assert.is_false(ok)
          assert.equal("unique_violation", e.kind)
        end
      end)
      assert.equal(1, count())
    end)

    it("that are nested wrongly are told so", function()
      engine:connect(function(conn)
        local outer = conn:begin()
        local ok, e = pcall(conn.begin, conn)
        assert.is_false(ok)
        assert.is_true(la.exc.InvalidRequestError:is(e))
        local nested = conn:begin_nested()
        outer:rollback()
        ok, e = pcall(nested.commit, nested)
        assert.is_false(ok)
        assert.is_true(la.exc.InvalidRequestError:is(e), tostring(e))
        assert.is_false(nested.is_active)
        outer:rollback()
        ok = pcall(outer.commit, outer)
        assert.is_false(ok)
        assert.equal(0, conn:scalar(la.select(la.func.count(Item.id))))
      end)
      local session = la.Session(engine)
      local nested = session:begin_nested()
      session:rollback()
      assert.is_false((pcall(nested.commit, nested)))
      session:begin_nested():rollback()
      session:close()
    end)

    it("of sessions that are closed: they begin anew; what was theirs is detached", function()
      local session = la.Session(engine)
      local item = Item{name = "a"}
      session:add(item)
      session:commit()
      session:close()
      assert.is_true(la.inspect(item).detached)
      local ok, e = pcall(function() return item.name end)
      assert.is_false(ok)
      assert.is_true(la.exc.DetachedInstanceError:is(e), tostring(e))
      assert.equal(1, session:scalar(la.select(la.func.count(Item.id))))
      session:close()
      session:close()

      local strict = la.Session(engine, {close_resets_only = false})
      strict:close()
      ok, e = pcall(strict.scalar, strict, la.select(1))
      assert.is_false(ok)
      assert.is_true(la.exc.InvalidRequestError:is(e), tostring(e))
    end)

    it("whose results outlive them say that they are closed", function()
      local conn = engine:connect()
      local result = conn:execute(la.select(1))
      conn:close()
      pcall(result.all, result)
      local closed = engine:connect(function(c)
        local r = c:execute(la.select(1))
        r:close()
        return r
      end)
      for _, method in ipairs{"all", "first", "one", "fetchmany"} do
        local ok, e = pcall(closed[method], closed)
        assert.is_false(ok)
        assert.is_true(la.exc.ResourceClosedError:is(e), tostring(e))
      end
      assert.is_string(tostring(closed) .. tostring(conn))
    end)
  end)
end

describe("conflicts in PostgreSQL", function()
  local url = support.pg_url()
  if not url then return pending("needs PostgreSQL (LA_TEST_PG)") end
  local engine
  before_each(function()
    engine = la.create_engine(url)
    engine:begin(function(conn)
      conn:exec_driver_sql "DROP TABLE IF EXISTS conflict"
      conn:exec_driver_sql "CREATE TABLE conflict (id INTEGER PRIMARY KEY, n INTEGER)"
      conn:exec_driver_sql "INSERT INTO conflict VALUES (1, 0), (2, 0)"
    end)
  end)
  after_each(function() engine:dispose() end)

  local function add(conn, id) conn:exec_driver_sql("UPDATE conflict SET n = n + 1 WHERE id = $1", {id}) end

  it("of isolation may be tried again", function()
    for _, level in ipairs{"REPEATABLE READ", "SERIALIZABLE"} do
      local strict = engine:execution_options{isolation_level = level}
      local one, two = strict:connect(), strict:connect()
      one:exec_driver_sql("SELECT sum(n) FROM conflict"):scalar()
      two:exec_driver_sql("SELECT sum(n) FROM conflict"):scalar()
      add(one, 1)
      one:commit()
      local ok, e = pcall(add, two, 1)
      assert.is_false(ok)
      assert.equal("serialization_failure", e.kind)
      assert.is_true(e.retryable)
      assert.is_false(e.connection_invalidated)
      two:rollback()
      add(two, 1)
      two:commit()
      one:close()
      two:close()
    end
  end)

  it("that show at COMMIT may be tried again, too", function()
    local strict = engine:execution_options{isolation_level = "SERIALIZABLE"}
    local one, two = strict:connect(), strict:connect()
    for i, conn in ipairs{one, two} do
      conn:exec_driver_sql("SELECT sum(n) FROM conflict"):scalar()
      conn:exec_driver_sql("INSERT INTO conflict VALUES ($1, 1)", {10 + i})
    end
    one:commit()
    local ok, e = pcall(two.commit, two)
    assert.is_false(ok)
    assert.equal("serialization_failure", e.kind)
    assert.is_true(e.retryable)
    assert.equal("none", e.outcome)
    two:rollback()
    assert.equal(3, two:exec_driver_sql("SELECT count(*) FROM conflict"):scalar())
    one:close()
    two:close()
  end)

  it("between two who wait for each other", function()
    local waiting = la.create_engine(url, {wait = function() coroutine.yield() end})
    local results, ready = {}, 0
    local function work(first, second)
      return coroutine.create(function()
        local ok, e = compat.pcall(waiting.begin, waiting, function(conn)
          add(conn, first)
          ready = ready + 1
          while ready < 2 do coroutine.yield() end
          add(conn, second)
        end)
        results[#results + 1] = ok and "done" or e
      end)
    end
    local threads = {work(1, 2), work(2, 1)}
    while #results < 2 do
      for _, co in ipairs(threads) do
        if coroutine.status(co) ~= "dead" then assert(coroutine.resume(co)) end
      end
    end
    local e = results[1] == "done" and results[2] or results[1]
    assert.equal("deadlock_detected", e.kind)
    assert.is_true(e.retryable)
    assert.is_true(results[1] == "done" or results[2] == "done")
    assert.equal(0, waiting.pool:checkedout())
    waiting:dispose()
  end)

  it("between two coroutines in one connection, or one session: an error, and no mixed rows", function()
    local waiting = la.create_engine(url, {wait = function() coroutine.yield() end})
    local shared = {}
    local open = coroutine.create(function()
      shared.conn = waiting:connect()
      shared.session = la.Session(waiting)
      shared.conn:scalar(la.select(1))
      shared.session:scalar(la.select(1))
    end)
    while coroutine.status(open) ~= "dead" do assert(coroutine.resume(open)) end
    for _, user in ipairs{shared.conn, shared.session} do
      local results = {}
      local function ask(n)
        return coroutine.create(function()
          local ok, v = compat.pcall(user.scalar, user, la.text("select " .. n .. " from pg_sleep(0.05)"))
          results[n] = ok and v or tostring(v)
        end)
      end
      local threads = {ask(1), ask(2)}
      while results[1] == nil or results[2] == nil do
        for _, co in ipairs(threads) do
          if coroutine.status(co) ~= "dead" then assert(coroutine.resume(co)) end
        end
      end
      assert.equal(1, results[1])
      assert.matches("in progress", results[2], 1, true)
    end
    local close = coroutine.create(function()
      shared.conn:close()
      shared.session:close()
    end)
    while coroutine.status(close) ~= "dead" do assert(coroutine.resume(close)) end
    assert.equal(0, waiting.pool:checkedout())
    waiting:dispose()
  end)

  it("with what has failed before: the first error stays in sight", function()
    engine:connect(function(conn)
      assert.is_false((pcall(conn.exec_driver_sql, conn, "SELECT nothing FROM nowhere")))
      local ok, e = pcall(conn.exec_driver_sql, conn, "SELECT 1")
      assert.is_false(ok)
      assert.equal("25P02", e.sqlstate)
      conn:rollback()
      assert.equal(1, conn:exec_driver_sql("SELECT 1"):scalar())
    end)
  end)
end)
