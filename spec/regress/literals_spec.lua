-- Values and names that reached the database changed.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("what an engine of " .. db.name .. " writes", function()
    local engine
    setup(function() engine = db:engine() end)
    teardown(function() engine:dispose() end)

    local function scalar(statement)
      return engine:connect(function(conn) return conn:scalar(statement) end)
    end

    it("keeps backslashes in literals", function()
      assert.equal([[a\b]], scalar(la.select(la.bindparam("x", [[a\b]], {literal_execute = true}))))
      local sql = tostring(la.select(la.literal([[a\b]])):compile{dialect = engine.dialect, literal_binds = true})
      assert.matches([['a\b']], sql, 1, true)
    end)

    it("keeps per cent signs in operators, names and DDL", function()
      assert.equal(3, scalar(la.select(la.cast(7, la.Integer) % 4)))
      engine:connect(function(conn)
        local t = la.Table("t", la.MetaData(), la.Column("50%", la.String, {server_default = "100%"}),
          la.Column("b", la.Integer), la.CheckConstraint("b % 2 = 0"))
        t:create(conn)
        conn:execute(t:insert():values{b = 2})
        assert.same({["50%"] = "100%", b = 2}, conn:execute(la.select(t)):one():_asdict())
      end)
    end)

    it("keeps labels of enums", function()
      engine:connect(function(conn)
        local t = la.Table("t", la.MetaData(), la.Column("e", la.Enum("100%", [[a\b]], {name = "kind",
          create_constraint = true})))
        t:create(conn)
        conn:execute(t:insert(), {{e = "100%"}, {e = [[a\b]]}})
        assert.same({"100%", [[a\b]]}, conn:scalars(la.select(t.c.e):order_by(t.c.e)):all())
      end)
    end)

    it("keeps bytes that are none", function()
      engine:connect(function(conn)
        local t = la.Table("t", la.MetaData(), la.Column("b", la.LargeBinary))
        t:create(conn)
        conn:execute(t:insert():values{b = ""})
        assert.equal("", conn:scalar(la.select(t.c.b)))
        assert.equal(1, conn:scalar(la.select(la.func.count()):select_from(t):where(t.c.b:eq(""))))
      end)
    end)

    it("writes the rows of values() each time", function()
      local function first(x)
        local v = la.values(la.column("a", la.Text), {name = "v", literal_binds = true}):data{{x}}:cte("c")
        return scalar(la.select(v.c.a))
      end
      assert.equal("one", first "one")
      assert.equal("two", first "two")
    end)

    it("tells translations of schemas apart", function()
      local m = la.MetaData()
      local a, b = la.Table("t", m, la.Column("x", la.Integer), {schema = "a"}),
        la.Table("t", m, la.Column("x", la.Integer), {schema = "a=b"})
      local function sql(table, map)
        local ok, e = pcall(engine.connect, engine, function(conn)
          return conn:execute(la.select(table.c.x), {}, {execution_options = {schema_translate_map = map}})
        end)
        assert.is_false(ok)
        return e.statement
      end
      assert.matches('FROM "b=c".t', sql(a, {a = "b=c"}), 1, true)
      assert.matches('FROM "a=b".t', sql(b, {a = "b=c"}), 1, true)
      assert.matches('FROM c.t', sql(b, {["a=b"] = "c"}), 1, true)
    end)
  end)
end

describe("a key of JSON", function()
  it("may have quotes, backslashes and letters that are not ASCII", function()
    local engine = la.create_engine("sqlite://")
    local t = la.Table("t", la.MetaData(), la.Column("j", la.JSON))
    engine:connect(function(conn)
      t:create(conn)
      for _, key in ipairs{'a"b', [[a\b]], "größe", "a\nb", "a.b", "a[0]"} do
        conn:execute(t:delete())
        conn:execute(t:insert():values{j = {[key] = {1, "found"}}})
        assert.equal("found", conn:scalar(la.select(t.c.j:at{key, 1}:as_string())), key)
      end
    end)
  end)
end)

describe("a literal of an enum", function()
  it("is compared in full", function()
    local e = la.literal("a\0b", la.Enum("a", "c", {validate_strings = true}))
    assert.has_error(function() return tostring(la.select(e):compile{literal_binds = true}) end)
  end)
end)
