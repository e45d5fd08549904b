-- What executing refuses, or takes: binds that must be given, binds that expand, lengths of labels, ended transactions.
local la = require "lualchemy"

describe("a bind", function()
  local engine, t
  setup(function()
    engine = la.create_engine("sqlite://", {poolclass = la.pool.StaticPool})
    t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.Integer))
    t:create(engine)
    engine:begin(function(conn) conn:execute(t:insert(), {{id = 1, x = 1}, {id = 2, x = 2}}) end)
  end)

  it("that is required must be given, though it has a value", function()
    engine:connect(function(conn)
      local stmt = la.select(la.bindparam("z", 5, {required = true}))
      for _ = 1, 2 do
        local ok, e = pcall(conn.scalar, conn, stmt)
        assert.is_false(ok)
        assert.matches("A value is required for bind parameter 'z'", tostring(e), 1, true)
        assert.equal(6, conn:scalar(stmt, {z = 6}))
      end
      assert.equal(5, conn:scalar(la.select(la.bindparam("z", 5))))
      assert.equal(7, conn:scalar(stmt:params{z = 7}))
    end)
  end)

  it("that expands serves one set of parameters alone", function()
    engine:connect(function(conn)
      local ids = la.bindparam("ids", {expanding = true})
      for _, stmt in ipairs{t:delete():where(t.c.id:in_(ids)), t:update():where(t.c.id:in_(ids)):values{x = 3}} do
        local ok, e = pcall(conn.execute, conn, stmt, {{ids = {1}}, {ids = {2}}})
        assert.is_false(ok)
        assert.matches("'literal_execute' or 'expanding' parameters can't be used with executemany()", tostring(e), 1,
          true)
        assert.equal(1, conn:execute(stmt, {{ids = {1}}}).rowcount)
        conn:rollback()
      end
    end)
  end)

  it("that expands takes NULL as no elements", function()
    engine:connect(function(conn)
      local stmt = la.select(t):where(t.c.id:in_(la.bindparam("ids", {expanding = true})))
      assert.same({}, conn:execute(stmt, {ids = la.NULL}):all())
      assert.equal(2, #conn:execute(stmt, {ids = {1, 2}}):all())
    end)
  end)
end)

describe("label_length", function()
  it("is at most what the database allows", function()
    local engine = la.create_engine("sqlite://", {max_identifier_length = 50, label_length = 60})
    local ok, e = pcall(engine.connect, engine)
    assert.is_false(ok)
    assert.truthy(la.exc.ArgumentError:is(e))
    assert.equal("Label length of 60 is greater than this dialect's maximum identifier length of 50", e.message)
  end)
end)

describe("a transaction that has ended", function()
  it("warns who rolls it back", function()
    local told = {}
    for i, warning in ipairs(la.warnings.catch_warnings(function(list)
      la.create_engine("sqlite://"):connect(function(conn)
        local root = conn:begin()
        local savepoint = conn:begin_nested()
        savepoint:rollback()
        assert.same({}, list)
        savepoint:rollback()
        root:rollback()
        root:close()
        root:rollback()
      end)
    end)) do told[i] = warning.message end
    assert.same({"nested transaction already deassociated from connection",
      "transaction already deassociated from connection"}, told)
  end)
end)
