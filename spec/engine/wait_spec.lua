-- One thread, many coroutines: la.create_engine(url, {wait = fn}).
local la = require "lualchemy"
local compat = require "lualchemy.compat"
local support = require "spec.support"

local schedulers = {}

function schedulers.cqueues()
  local found, cqueues = pcall(require, "cqueues")
  if not found then return nil end
  local controller = cqueues.new()
  return {
    go = function(fn) controller:wrap(fn) end,
    run = function() assert(controller:loop()) end,
    wait = require "lualchemy.wait.cqueues",
  }
end

function schedulers.luv()
  local found, uv = pcall(require, "luv")
  if not found then return nil end
  return {
    go = function(fn) coroutine.wrap(fn)() end,
    run = function() uv.run() end,
    wait = require "lualchemy.wait.luv",
  }
end

--- A scheduler made of coroutines and nothing else: what waits is resumed in turns.
function schedulers.turns()
  local ready = {}
  return {
    go = function(fn) ready[#ready + 1] = coroutine.create(fn) end,
    run = function()
      while #ready > 0 do
        local co = table.remove(ready, 1)
        local ok, e = coroutine.resume(co)
        assert(ok, e)
        if coroutine.status(co) ~= "dead" then ready[#ready + 1] = co end
      end
    end,
    wait = function() coroutine.yield() end,
  }
end

local url = support.pg_url()
local Base = la.declarative_base()
local Item = Base:class("WaitItem", {
  __tablename__ = "wait_item",
  id = la.Column{la.Integer, primary_key = true},
  name = la.Column{la.String},
  parent_id = la.Column{la.Integer, la.ForeignKey "wait_item.id"},
  parent = la.relationship{"WaitItem", remote_side = "WaitItem.id"},
})

--- Runs the coroutine bodies until all have ended; raises what one of them raised.
local function run(scheduler, n, body)
  local failure
  for i = 1, n do
    scheduler.go(function()
      local ok, e = compat.pcall(body, i)
      if not ok then failure = failure or e end
    end)
  end
  scheduler.run()
  if failure then error(failure, 0) end
end

local function engine_for(scheduler, options)
  options.wait = scheduler.wait
  options.max_overflow = options.max_overflow or 0
  return la.create_engine(url, options)
end

local function round_trip(engine, i)
  la.Session(engine, function(session)
    session:add(Item{id = i, name = "item " .. i})
    session:commit()
    session:expire_all()
    assert.equal("item " .. i, session:get(Item, i).name)
  end)
end

for _, name in ipairs{"cqueues", "luv", "turns"} do
  local make = schedulers[name]
  describe("waiting in " .. name, function()
    if not url then return pending("needs PostgreSQL (LA_TEST_PG)") end
    local scheduler
    before_each(function()
      scheduler = make()
      local plain = la.create_engine(url)
      Base.metadata:drop_all(plain)
      Base.metadata:create_all(plain)
      plain:dispose()
    end)

    it("serves fifty coroutines at once", function()
      if not scheduler then return pending(name .. " is not installed") end
      local engine = engine_for(scheduler, {pool_size = 50})
      local inside, done = 0, 0
      run(scheduler, 50, function(i)
        engine:connect(function(conn)
          inside = inside + 1
          -- Nobody goes on before all fifty have their connection.
          while inside < 50 do conn:execute(la.text "select 1") end
          conn:execute(la.text "select pg_sleep(0.2)")
        end)
        round_trip(engine, i)
        done = done + 1
      end)
      assert.equal(50, done)
      assert.equal(0, engine.pool:checkedout())
      engine:dispose()
      local plain = la.create_engine(url)
      la.Session(plain, function(session) assert.equal(50,
        session:scalar(la.select(la.func.count()):select_from(Item))) end)
      plain:dispose()
    end)

    it("makes those wait their turn for whom there is no connection", function()
      if not scheduler then return end
      local engine = engine_for(scheduler, {pool_size = 5})
      local inside, most, order = 0, 0, {}
      run(scheduler, 20, function(i)
        engine:connect(function(conn)
          inside = inside + 1
          most = math.max(most, inside)
          order[#order + 1] = i
          -- Nobody gives a connection back before all five have been handed out once.
          repeat conn:execute(la.text "select pg_sleep(0.01)") until most == 5
          inside = inside - 1
        end)
      end)
      assert.equal(5, most)
      assert.equal(20, #order)
      assert.equal(0, engine.pool:checkedout())
      engine:dispose()
    end)

    it("raises TimeoutError for who waits too long", function()
      if not scheduler then return end
      local engine = engine_for(scheduler, {pool_size = 1, pool_timeout = 0.05})
      local errors, served = {}, 0
      run(scheduler, 3, function()
        local ok, e = compat.pcall(engine.connect, engine,
          function(conn) conn:execute(la.text "select pg_sleep(0.4)") end)
        if ok then served = served + 1 else errors[#errors + 1] = e end
      end)
      assert.equal(1, served)
      assert.equal(2, #errors)
      assert.is_true(la.exc.TimeoutError:is(errors[1]))
      assert.matches("QueuePool limit of size 1 overflow 0 reached, connection timed out, timeout 0.05",
        tostring(errors[1]), 1, true)
      assert.equal(0, engine.pool:checkedout())
      engine:dispose()
    end)

    it("streams", function()
      if not scheduler then return end
      local engine = engine_for(scheduler, {pool_size = 2})
      local sums = {}
      run(scheduler, 2, function(i)
        engine:connect(function(conn)
          local result = conn:execute(la.text "select generate_series(1, 1000)", {},
            {execution_options = {yield_per = 100}})
          sums[i] = 0
          for _ = 1, 10 do
            for _, row in ipairs(result:fetchmany(100)) do sums[i] = sums[i] + row[1] end
          end
        end)
      end)
      assert.same({500500, 500500}, sums)
      engine:dispose()
    end)
  end)
end

describe("who waits", function()
  if not url then return pending("needs PostgreSQL (LA_TEST_PG)") end

  local function stopped_after(turns)
    local scheduler = schedulers.turns()
    local stopped = false
    local engine = la.create_engine(url, {pool_size = 1, max_overflow = 0, wait = function()
      if stopped then
        stopped = false
        error("stop!", 0)
      end
      coroutine.yield()
    end})
    local raised
    scheduler.go(function()
      local ok, e = compat.pcall(engine.begin, engine, function(conn) conn:execute(la.text "select pg_sleep(60)") end)
      raised = not ok and e
    end)
    scheduler.go(function()
      for _ = 1, turns do coroutine.yield() end
      stopped = true
    end)
    scheduler.run()
    assert.equal("stop!", raised)
    assert.equal(0, engine.pool:checkedout())
    scheduler.go(function() assert.equal(1, engine:connect(function(c) return c:scalar(la.select(1)) end)) end)
    scheduler.run()
    engine:dispose()
  end

  it("may be told to stop by an error, which frees the connection", function()
    for turns = 0, 12 do stopped_after(turns) end -- while it connects, begins, executes
  end)

  it("may be told to stop in the queue", function()
    local scheduler, queued, stop = schedulers.turns(), false, false
    local engine = la.create_engine(url, {pool_size = 1, max_overflow = 0, wait = function()
      if queued and stop then
        stop = false
        error("stop!", 0)
      end
      if compat.running() then coroutine.yield() end
    end})
    local holder = engine:connect()
    local ok, e
    scheduler.go(function()
      queued = true
      ok, e = compat.pcall(engine.connect, engine)
    end)
    scheduler.go(function() stop = true end)
    scheduler.run()
    assert.is_false(ok)
    assert.equal("stop!", e)
    holder:close()
    assert.equal(0, engine.pool:checkedout())
    engine:dispose()
  end)

  it("loses its connection when the coroutine is forgotten", function()
    local engine = la.create_engine(url, {pool_size = 1, max_overflow = 0, wait = function() coroutine.yield() end})
    do
      local co = coroutine.create(function()
        engine:connect(function(c) c:execute(la.text "select pg_sleep(60)") end)
      end)
      while engine.pool:checkedout() == 0 do assert(coroutine.resume(co)) end
      for _ = 1, 5 do assert(coroutine.resume(co)) end
    end
    for _ = 1, 4 do collectgarbage() end
    assert.equal(0, engine.pool:checkedout())
    engine:dispose()
  end)

  it("hears where this Lua cannot yield", function()
    local engine = la.create_engine(url, {wait = function() coroutine.yield() end})
    local said
    local co = coroutine.create(function()
      local conn = engine:connect()
      local _, e = pcall(table.sort, {1, 2, 3}, function() conn:execute(la.text "select 1") end)
      said = e
      conn:close()
    end)
    while coroutine.status(co) ~= "dead" do assert(coroutine.resume(co)) end
    if said == nil or type(said) == "string" then
      assert.is_truthy(rawget(_G, "jit"), tostring(said))
    else
      assert.is_true(la.exc.InvalidRequestError:is(said))
      assert.matches("cannot wait for the database here", tostring(said), 1, true)
    end
    engine:dispose()
  end)

  it("loads lazily, or hears on PUC 5.1 why not", function()
    local plain = la.create_engine(url)
    Base.metadata:drop_all(plain)
    Base.metadata:create_all(plain)
    la.Session(plain, function(session)
      session:add_all{Item{id = 1, name = "a"}, Item{id = 2, name = "b", parent_id = 1}}
      session:commit()
    end)
    local engine = la.create_engine(url, {wait = function() coroutine.yield() end})
    local name, sent
    local co = coroutine.create(function()
      local session = la.Session(engine)
      local item = session:get(Item, 2)
      local ok, e = compat.pcall(function() return item.parent.name end)
      name = ok and e or tostring(e)
      -- Nothing was sent: the session is as it was.
      sent = session:scalar(la.select(la.func.count()):select_from(Item))
      session:close()
    end)
    while coroutine.status(co) ~= "dead" do assert(coroutine.resume(co)) end
    if _VERSION == "Lua 5.1" and not rawget(_G, "jit") then
      assert.matches("cannot yield from within a metamethod", name, 1, true)
    else
      assert.equal("a", name)
    end
    assert.equal(2, sent)
    engine:dispose()
    plain:dispose()
  end)

  it("ends a query at its deadline", function()
    local engine = la.create_engine(url)
    engine:connect(function(conn)
      local ok, e = pcall(conn.execute, conn, la.text "select pg_sleep(60)", {}, {execution_options = {timeout = 0.1}})
      assert.is_false(ok)
      assert.equal("timeout", e.kind)
      conn:rollback()
      assert.equal(1, conn:scalar(la.select(1)))
    end)
    engine:dispose()
  end)
end)

describe("create_engine's wait", function()
  it("is a function", function()
    local ok, e = pcall(la.create_engine, "sqlite://", {wait = 5})
    assert.is_false(ok)
    assert.is_true(la.exc.ArgumentError:is(e))
  end)

  it("is never called for SQLite", function()
    local engine = la.create_engine("sqlite://", {wait = function() error "called" end})
    engine:connect(function(conn) assert.equal(1, conn:scalar(la.select(1))) end)
  end)
end)
