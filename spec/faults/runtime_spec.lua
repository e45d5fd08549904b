-- What a host may do to the library: stop it at any instruction, raise anything in its callbacks, forget what it holds.
local la = require "lualchemy"
local support = require "spec.support"

local Base = la.declarative_base()
local Parent = Base:class("Parent", {
  __tablename__ = "fault_parent",
  id       = la.Column{la.Integer, primary_key = true},
  name     = la.Column{la.String(20)},
  children = la.relationship{"Child", cascade = "all, delete-orphan", back_populates = "parent"},
})
local Child = Base:class("Child", {
  __tablename__ = "fault_child",
  id        = la.Column{la.Integer, primary_key = true},
  parent_id = la.Column{la.Integer, la.ForeignKey "fault_parent.id"},
  parent    = la.relationship{"Parent", back_populates = "children"},
})

local function family(name) return Parent{name = name, children = {Child(), Child(), Child()}} end

--- Runs fn, which is stopped after k instructions, and again after as many; true if it came to its end. LuaJIT's hooks
-- are those of all coroutines: there it is stopped once.
local function interrupted(k, fn)
  local jit = rawget(_G, "jit")
  local function stop()
    if jit then debug.sethook() end
    error("stopped", 0)
  end
  local thread = coroutine.create(function()
    debug.sethook(stop, "", k)
    fn()
    debug.sethook()
  end)
  local ok, e = coroutine.resume(thread)
  debug.sethook(thread)
  if ok then return true end
  -- What was stopped may tell of it in its own words, but nothing else may have gone wrong.
  assert.matches("stopped", tostring(e), 1, true)
  return false
end

--- What was stopped between taking a connection and keeping it is found by the collector.
local function all_returned(engine)
  if engine.pool:checkedout() == 0 then return true end
  collectgarbage()
  collectgarbage()
  return engine.pool:checkedout() == 0
end

for db in support.databases() do
  describe("a host of " .. db.name, function()
    local engine, file
    before_each(function()
      local url = db:fresh()
      if db.name == "sqlite" then
        file = os.tmpname()
        url = "sqlite:///" .. file
      end
      engine = la.create_engine(url, {pool_size = 1, max_overflow = 0, pool_timeout = 0.2})
      Base.metadata:create_all(engine)
    end)
    after_each(function()
      engine:dispose()
      if file then os.remove(file) end
    end)

    local function counts()
      return engine:connect(function(conn)
        return conn:scalar(la.select(la.func.count()):select_from(Parent.__table__)),
          conn:scalar(la.select(la.func.count()):select_from(Child.__table__))
      end)
    end

    it("may stop a flush at any instruction: all of it is there, or nothing", function()
      if rawget(_G, "jit") then rawget(_G, "jit").off() end
      la.Session(engine, function(session)
        session:add(family "first")
        session:commit()
      end)
      local k, done, families = 1, false, 1
      while not done do
        local session = la.Session(engine)
        session:add(family "more")
        done = interrupted(k, function() session:commit() end)
        -- The session is of use again, whatever was left undone.
        local ok, e = pcall(session.rollback, session)
        assert.is_true(ok, tostring(e))
        session:close()
        assert.is_true(all_returned(engine), "after " .. k .. " instructions")
        local parents, children = counts()
        assert.equal(parents * 3, children, "after " .. k .. " instructions")
        assert.is_true(parents == families or parents == families + 1)
        assert.is_true(not done or parents == families + 1)
        families = parents
        k = k + 61
      end
      if rawget(_G, "jit") then rawget(_G, "jit").on() end
    end)

    it("may stop a query at any instruction", function()
      if rawget(_G, "jit") then rawget(_G, "jit").off() end
      la.Session(engine, function(session)
        session:add_all{family "a", family "b"}
        session:commit()
      end)
      local k, done = 1, false
      while not done do
        local session = la.Session(engine)
        local found
        done = interrupted(k, function()
          found = session:scalars(la.select(Parent):options(la.selectinload(Parent.children)):order_by(Parent.id)):all()
        end)
        session:rollback()
        assert.is_true(all_returned(engine), "after " .. k .. " instructions")
        local names = {}
        for _, p in ipairs(session:scalars(la.select(Parent):order_by(Parent.id)):all()) do
          names[#names + 1] = p.name .. #p.children
        end
        assert.same({"a3", "b3"}, names)
        assert.is_true(not done or #found == 2)
        session:close()
        assert.is_true(all_returned(engine), "after " .. k .. " instructions")
        k = k + 47
      end
      if rawget(_G, "jit") then rawget(_G, "jit").on() end
    end)

    it("may raise anything in a callback: it arrives unchanged, the transaction is over", function()
      for _, thrown in ipairs{"a text", {a = "table"}, 42, true} do
        local t = la.Table("fault_default", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
          la.Column("v", la.Integer, {default = function() error(thrown, 0) end}))
        t:create(engine, {checkfirst = true})
        local ok, e = pcall(engine.begin, engine, function(conn)
          conn:execute(la.insert(Parent), {name = "never"})
          conn:execute(t:insert():values{id = 1})
        end)
        assert.is_false(ok)
        assert.is_truthy(e == thrown or la.exc.StatementError:is(e), tostring(e))
        ok, e = pcall(engine.begin, engine, function(conn)
          conn:execute(la.insert(Parent), {name = "never"})
          error(thrown, 0)
        end)
        assert.is_false(ok)
        assert.equal(thrown, e)
        local listener = la.event.listen(engine, "before_cursor_execute", function() error(thrown, 0) end)
        ok, e = pcall(engine.connect, engine, function(conn) conn:execute(la.select(1)) end)
        la.event.remove(engine, "before_cursor_execute", listener)
        assert.is_false(ok)
        assert.equal(thrown, e)
        assert.equal(0, (counts()))
        t:drop(engine)
      end
    end)

    it("may forget results and sessions half way: the pool gets its connection back", function()
      la.Session(engine, function(session)
        session:add_all{family "a", family "b"}
        session:commit()
      end)
      for _ = 1, 20 do
        do
          local session = la.Session(engine)
          local rows = session:execute(la.select(Child.id))
          rows:fetchone()
          session:add(family "never")
          session:flush()
        end
        collectgarbage()
        collectgarbage()
        assert.equal(0, engine.pool:checkedout())
      end
      assert.equal(2, (counts()))
    end)

    it("is told of nil in lists and conditions", function()
      local c = la.column("c", la.Integer)
      for _, wrong in ipairs{function() return la.select(c):where(false) end,
        function() return la.select(c):where(5) end,
        function() return la.select(c):where({}) end, function() return la.select(c):where({kind = "TEXT"}) end,
        function() return la.select(c):limit({}) end, function() return la.select(c):order_by({}) end,
        function() return la.select({text = "1; DROP TABLE t"}) end} do
        local ok, e = pcall(wrong)
        assert.is_true(not ok and la.exc.SQLAlchemyError:is(e), tostring(e))
      end
      engine:connect(function(conn)
        local found = conn:scalars(la.select(la.literal(1)):where(la.literal(3):in_{1, la.NULL, 3})):all()
        assert.same({1}, found)
      end)
    end)

    it("may use what is closed: it says so", function()
      local conn = engine:connect()
      local trans = conn:begin()
      local nested = conn:begin_nested()
      local result = conn:execute(la.select(1))
      conn:close()
      for name, use in pairs{
        execute = function() conn:execute(la.select(1)) end,
        begin = function() conn:begin() end,
        begin_nested = function() conn:begin_nested() end,
        detach = function() conn:detach() end,
        commit = function() trans:commit() end,
        nested = function() nested:commit() end,
        driver = function() conn:exec_driver_sql("select 1") end,
      } do
        local ok, e = pcall(use)
        assert.is_true(not ok and la.exc.SQLAlchemyError:is(e), name .. ": " .. tostring(e))
      end
      trans:rollback()
      nested:rollback()
      conn:rollback()
      conn:commit()
      pcall(result.all, result)
      for _, x in ipairs{conn, trans, nested, result, engine} do assert.is_string(tostring(x)) end
      assert.equal(0, engine.pool:checkedout())
    end)
  end)
end
