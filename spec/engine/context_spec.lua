-- What the context of an execution tells listeners.
local la = require "lualchemy"

local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
  la.Column("x", la.Integer, {default = 7}))

describe("the context of an execution", function()
  local engine, seen
  before_each(function()
    engine = la.create_engine("sqlite://")
    t:create(engine)
    seen = {}
  end)

  --- Notes with each execution what fn(context) returns.
  local function watch(fn)
    la.event.listen(engine, "before_cursor_execute", function(_, _, _, _, context) seen[#seen + 1] = fn(context) end)
  end
  local function execute(...)
    local given = {...}
    engine:begin(function(conn)
      for _, statement in ipairs(given) do
        local result = type(statement) == "string" and conn:exec_driver_sql(statement) or conn:execute(statement)
        result:close()
      end
    end)
  end

  it("says of what kind the statement is", function()
    watch(function(context)
      local words = {}
      for _, name in ipairs{"isinsert", "isupdate", "isdelete", "isddl", "is_crud", "is_text"} do
        if context[name] then words[#words + 1] = name end
      end
      return table.concat(words, " ")
    end)
    execute(la.insert(t), la.update(t):values{x = 1}, la.delete(t), la.select(t), la.text("SELECT 1"), "SELECT 1",
      la.schema.CreateTable(t, {if_not_exists = true}))
    assert.same({"isinsert is_crud", "isupdate is_crud", "isdelete is_crud", "", "is_text", "", "isddl"}, seen)
  end)

  it("has the compiled statement and the parameters by name", function()
    watch(function(context)
      return {context.compiled and context.compiled.string == context.statement, context.compiled_parameters}
    end)
    execute(la.insert(t):values{id = 5})
    execute(la.select(t):where(t.c.id:eq(5)))
    execute("SELECT 1")
    engine:begin(function(conn) conn:execute(la.insert(t), {{x = 1}, {x = 2}}) end)
    execute(la.select(t):where(t.c.id:in_{5, 6}))
    assert.same({true, {{id = 5, x = 7}}}, seen[1])
    assert.same({true, {{id_1 = 5}}}, seen[2])
    assert.same({nil, {}}, seen[3])
    assert.same({true, {{x = 1}, {x = 2}}}, seen[4])
    assert.same({false, {{id_1_1 = 5, id_1_2 = 6}}}, seen[5])
  end)

  it("says how the statement was come by", function()
    watch(function(context) return context.cache_hit end)
    execute(la.select(t), la.select(t), la.schema.CreateTable(t, {if_not_exists = true}), "SELECT 1")
    local stats = la.engine.interfaces.CacheStats
    assert.same({stats.CACHE_MISS, stats.CACHE_HIT, stats.NO_CACHE_KEY, stats.NO_CACHE_KEY}, seen)
    engine = la.create_engine("sqlite://", {query_cache_size = 0})
    t:create(engine)
    watch(function(context) return context.cache_hit end)
    execute(la.select(t))
    assert.equal(stats.CACHING_DISABLED, seen[5])
  end)

  it("says how it is executed, and what came of it", function()
    local rows = {}
    watch(function(context) return context.execute_style end)
    la.event.listen(engine, "after_cursor_execute", function(_, _, _, _, context)
      rows[#rows + 1] = {context.rowcount, context:get_lastrowid()}
    end)
    engine:begin(function(conn)
      conn:execute(la.insert(t):values{id = 5})
      conn:execute(la.insert(t), {{x = 1}, {x = 2}})
      conn:execute(la.insert(t):returning(t.c.id), {{x = 1}, {x = 2}}):all()
      conn:execute(la.update(t):values{x = 3})
      conn:execute(la.select(t)):all()
    end)
    local style = la.engine.interfaces.ExecuteStyle
    assert.same({style.EXECUTE, style.EXECUTEMANY, style.INSERTMANYVALUES, style.EXECUTE, style.EXECUTE}, seen)
    assert.same({{1, 5}, {2}, {5, 9}, {-1, 9}}, {rows[1], rows[2], rows[#rows - 1], rows[#rows]})
  end)

  it("keeps what listeners put into it", function()
    watch(function(context) context._started = 5 end)
    la.event.listen(engine, "after_cursor_execute", function(_, _, _, _, context) seen[1] = context._started end)
    execute(la.select(t))
    assert.equal(5, seen[1])
  end)

  it("and what a result tells of its parameters", function()
    engine:begin(function(conn)
      assert.same({x = 7}, conn:execute(la.insert(t)):last_inserted_params())
      assert.same({{x = 7, id = 4}, {x = 7, id = 5}},
        conn:execute(la.insert(t), {{id = 4}, {id = 5}}):last_inserted_params())
      assert.same({x = 9, id_1 = 4}, conn:execute(la.update(t):where(t.c.id:eq(4)):values{x = 9}):last_updated_params())
    end)
  end)
end)

describe("connections and cursors of drivers", function()
  it("are known by their class", function()
    local interfaces, engine = la.engine.interfaces, la.create_engine("sqlite://")
    local raw = engine:raw_connection()
    local cursor = raw:cursor()
    assert.is_true(interfaces.DBAPIConnection:is(raw.dbapi_connection))
    assert.is_true(interfaces.DBAPICursor:is(cursor))
    assert.is_false(interfaces.DBAPICursor:is(raw))
    raw:close()
  end)
end)

describe("_generate_cache_key()", function()
  local function key(x) return x:_generate_cache_key() end

  it("is equal for constructs that differ in values alone", function()
    assert.is_true(key(la.select(t):where(t.c.id:eq(5))) == key(la.select(t):where(t.c.id:eq(6))))
    assert.equal(key(la.select(t):where(t.c.id:eq(5))).key, key(la.select(t):where(t.c.id:eq(6))).key)
    assert.is_false(key(la.select(t):where(t.c.id:eq(5))) == key(la.select(t):where(t.c.x:eq(5))))
    assert.is_false(key(la.select(t):limit(1)) == key(la.select(t)))
    assert.is_true(key(t:alias("a")) == key(t:alias("a")))
  end)

  it("minds where a bind stands", function()
    local b = la.bindparam("b", 1)
    assert.is_false(key(la.and_(t.c.id:eq(b), t.c.x:eq(b)))
      == key(la.and_(t.c.id:eq(la.bindparam("b", 1)), t.c.x:eq(la.bindparam("c", 1)))))
  end)

  it("knows the binds", function()
    local binds = key(la.select(t):where(t.c.id:eq(5), t.c.x:eq("y"))).bindparams
    assert.same({5, "y"}, {binds[1].value, binds[2].value})
  end)
end)
