-- Values that INSERT and UPDATE compute.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("defaults on " .. db.name, function()
    local engine, t
    before_each(function()
      engine = db:engine()
      local metadata, calls = la.MetaData(), 0
      t = la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true}), la.Column("name", la.String(30)),
        la.Column("length", la.Integer, {default = function(ctx) return #ctx:get_current_parameters().name end}),
        la.Column("answer", la.Integer, {default = la.select(la.literal(40) + 2):scalar_subquery()}),
        la.Column("fixed", la.Integer, {default = 3, onupdate = la.text "4"}),
        la.Column("changes", la.Integer, {onupdate = function()
          calls = calls + 1
          return calls
        end}),
        la.Column("server", la.Integer, {server_default = "11"}))
      metadata:create_all(engine)
    end)
    after_each(function() engine:dispose() end)

    it("are functions, values and SQL", function()
      engine:begin(function(conn)
        local result = conn:execute(la.insert(t), {name = "abc"})
        assert.equal(1, result.inserted_primary_key[1])
        assert.equal("(1, 'abc', 3, 42, 3, None, 11)", tostring(conn:execute(la.select(t)):first()))
      end)
    end)

    it("are computed for each of many rows", function()
      engine:begin(function(conn)
        conn:execute(la.insert(t), {{name = "a"}, {name = "abcd"}})
        assert.same({1, 4}, conn:scalars(la.select(t.c.length):order_by(t.c.id)):all())
      end)
    end)

    it("are asked for beforehand where a table returns no keys", function()
      local reserved = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
        la.Column("name", la.String(30)), {implicit_returning = false})
      engine:begin(function(conn)
        assert.equal(1, conn:execute(la.insert(reserved):values{name = "a"}).inserted_primary_key[1])
        assert.equal(2, conn:execute(la.insert(reserved):values{name = "b"}).inserted_primary_key[1])
      end)
    end)

    it("leave what was given, also NULL", function()
      engine:begin(function(conn)
        conn:execute(la.insert(t), {name = "abc", length = 9, fixed = la.NULL})
        assert.equal("(1, 'abc', 9, 42, None, None, 11)", tostring(conn:execute(la.select(t)):first()))
      end)
    end)

    it("follow updates", function()
      engine:begin(function(conn)
        conn:execute(la.insert(t), {name = "abc"})
        conn:execute(la.update(t):values{name = "z"})
        assert.equal("(1, 'z', 3, 42, 4, 1, 11)", tostring(conn:execute(la.select(t)):first()))
      end)
    end)
  end)
end

describe("a sequence", function()
  local url = support.pg_url()
  if not url then return pending("needs PostgreSQL (LA_TEST_PG)") end

  it("gives keys", function()
    local engine, metadata = la.create_engine(url), la.MetaData()
    local ids = la.Sequence("of_sequence_ids", {start = 100, metadata = metadata})
    local t = la.Table("of_sequence", metadata, la.Column("id", la.Integer, ids, {primary_key = true}),
      la.Column("n", la.Integer))
    metadata:drop_all(engine)
    metadata:create_all(engine)
    engine:begin(function(conn)
      assert.equal(100, conn:execute(la.insert(t), {n = 1}).inserted_primary_key[1])
      conn:execute(la.insert(t), {{n = 2}, {n = 3}})
      assert.same({100, 101, 102}, conn:scalars(la.select(t.c.id):order_by(t.c.id)):all())
    end)
    metadata:drop_all(engine)
    engine:dispose()
  end)
end)
