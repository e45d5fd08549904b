-- Transactions, savepoints, isolation, and what returns to the pool.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("transactions on " .. db.name, function()
    local engine, t
    before_each(function()
      engine = db:engine()
      local metadata = la.MetaData()
      t = la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true, autoincrement = false}))
      metadata:create_all(engine)
    end)
    after_each(function() engine:dispose() end)

    local function count()
      return engine:connect(function(conn) return conn:scalar(la.select(la.func.count()):select_from(t)) end)
    end
    local function add(conn, id) conn:execute(la.insert(t), {id = id}) end

    it("commit as you go", function()
      engine:connect(function(conn)
        add(conn, 1)
        conn:commit()
        add(conn, 2)
        conn:rollback()
        add(conn, 3)
      end)
      assert.equal(1, count())
    end)

    it("begin once: the block commits, an error rolls back and is raised again", function()
      engine:begin(function(conn) add(conn, 1) end)
      local thrown = {}
      local ok, e = pcall(engine.begin, engine, function(conn)
        add(conn, 2)
        error(thrown, 0)
      end)
      assert.is_false(ok)
      assert.equal(thrown, e)
      assert.equal(1, count())
    end)

    it("have savepoints", function()
      engine:begin(function(conn)
        add(conn, 1)
        pcall(conn.begin_nested, conn, function()
          add(conn, 2)
          error "no"
        end)
        conn:begin_nested(function() add(conn, 3) end)
        assert.is_false(conn:in_nested_transaction())
      end)
      assert.equal(2, count())
    end)

    it("refuse a second begin()", function()
      engine:connect(function(conn)
        conn:begin()
        local ok, e = pcall(conn.begin, conn)
        assert.is_false(ok)
        assert.is_true(la.exc.InvalidRequestError:is(e))
      end)
    end)

    it("refuse statements after their end within the block", function()
      local ok, e = pcall(engine.begin, engine, function(conn)
        conn:commit()
        add(conn, 1)
      end)
      assert.is_false(ok)
      assert.matches("Can't operate on closed transaction inside context manager", tostring(e), 1, true)
    end)

    it("begin at once with AUTOCOMMIT, and the level returns with the connection", function()
      local level
      engine:connect(function(conn)
        level = conn:get_isolation_level()
        conn:execution_options{isolation_level = "AUTOCOMMIT"}
        add(conn, 1)
        conn:rollback()
      end)
      assert.equal(1, count())
      engine:connect(function(conn) assert.equal(level, conn:get_isolation_level()) end)
      local ok, e = pcall(engine.execution_options, engine, {isolation_level = "NONE SUCH"})
      if ok then ok, e = pcall(e.connect, e) end
      assert.is_false(ok)
      assert.matches("Invalid value 'NONE SUCH' for isolation_level", tostring(e), 1, true)
    end)

    it("cannot go on over an invalidated connection", function()
      if db.name == "sqlite" then return end
      local conn = engine:connect()
      conn:execute(la.select(1))
      conn:invalidate()
      assert.is_true(conn.invalidated)
      local ok, e = pcall(conn.execute, conn, la.select(1))
      assert.is_false(ok)
      assert.is_true(la.exc.PendingRollbackError:is(e))
      conn:rollback()
      assert.equal(1, conn:scalar(la.select(1)))
      conn:close()
    end)
  end)
end

describe("SQLite", function()
  it("takes no lock for what only reads", function()
    support.with_folder(function(folder)
      local url = "sqlite:///" .. folder .. "/x.db"
      local one, two = la.create_engine(url), la.create_engine(url, {connect_args = {timeout = 0.1}})
      one:begin(function(conn) conn:execute(la.text "create table t (x integer)") end)
      local reader = one:connect()
      reader:execute(la.text "with a as (select 1) select * from a, t"):all()
      reader:execute(la.text "pragma user_version"):all()
      two:begin(function(conn) conn:execute(la.text "insert into t values (1)") end)
      reader:close()
      one:dispose()
      two:dispose()
    end)
  end)

  it("begins before a savepoint", function()
    local engine = la.create_engine("sqlite://")
    engine:begin(function(conn)
      conn:execute(la.text "create table t (x integer)")
    end)
    engine:connect(function(conn)
      conn:begin_nested(function() conn:execute(la.text "insert into t values (1)") end)
      conn:rollback()
      assert.equal(0, conn:scalar(la.text "select count(*) from t"))
    end)
  end)
end)

describe("two-phase transactions", function()
  local url = support.pg_url()
  if not url then return pending("needs PostgreSQL (LA_TEST_PG)") end

  it("are prepared, found, committed or rolled back", function()
    local engine = la.create_engine(url)
    local conn = engine:connect()
    if conn:scalar(la.text "show max_prepared_transactions") == "0" then
      conn:close()
      return
    end
    conn:rollback()
    local transaction = conn:begin_twophase "lualchemy spec"
    conn:execute(la.text "create table prepared (x integer)")
    transaction:prepare()
    transaction:commit()
    assert.equal(0, conn:scalar(la.text "select count(*) from prepared"))
    conn:rollback()
    transaction = conn:begin_twophase "lualchemy spec 2"
    conn:execute(la.text "insert into prepared values (1)")
    transaction:prepare()
    assert.same({"lualchemy spec 2"}, engine:connect(function(other) return other:recover_twophase() end))
    transaction:rollback()
    transaction = conn:begin_twophase()
    conn:execute(la.text "insert into prepared values (2)")
    transaction:commit()
    assert.equal(1, conn:scalar(la.text "select count(*) from prepared"))
    conn:execute(la.text "drop table prepared")
    conn:commit()
    conn:close()
    engine:dispose()
  end)
end)

for db in support.databases() do
  if db.name == "postgresql" then
    describe("transactions of PostgreSQL", function()
      it("can be read only and deferrable, until the connection is given back", function()
        local engine = db:engine{pool_size = 1, max_overflow = 0}
        local function of(conn)
          return conn:scalar(la.text("SHOW transaction_read_only")) .. " "
            .. conn:scalar(la.text("SHOW transaction_deferrable")) .. " "
            .. conn:scalar(la.text("SHOW transaction_isolation"))
        end
        engine:connect(function(conn)
          conn:execution_options{postgresql_readonly = true, postgresql_deferrable = true,
            isolation_level = "SERIALIZABLE"}
          assert.equal("on on serializable", of(conn))
          local ok, e = pcall(conn.execution_options, conn, {postgresql_readonly = false})
          assert.is_false(ok)
          assert.is_truthy(tostring(e):find("postgresql_readonly may not be altered", 1, true))
        end)
        engine:connect(function(conn) assert.equal("off off read committed", of(conn)) end)
        engine:execution_options{postgresql_readonly = true}:connect(function(conn)
          assert.equal("on off read committed", of(conn))
        end)
        engine:dispose()
      end)
    end)
  end
end
