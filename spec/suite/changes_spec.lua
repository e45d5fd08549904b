-- What INSERT, UPDATE and DELETE do, on every database.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("changes in " .. db.name, function()
    local engine, item, other
    before_each(function()
      engine = db:engine()
      local metadata = la.MetaData()
      item = la.Table("suite_item", metadata, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("code", la.Integer, {unique = true}), la.Column("name", la.String(20), {default = "none"}),
        la.Column("state", la.String(10), {server_default = "new"}))
      other = la.Table("suite_other", metadata,
        la.Column("id", la.Integer, {primary_key = true, autoincrement = false}), la.Column("name", la.String(20)))
      metadata:create_all(engine)
    end)
    after_each(function()
      item.metadata:drop_all(engine)
      engine:dispose()
    end)

    local function rows(conn, statement)
      local out = {}
      for i, row in ipairs(conn:execute(statement):all()) do out[i] = {row:unpack()} end
      return out
    end
    local function all(conn)
      return rows(conn, la.select(item.c.code, item.c.name, item.c.state):order_by(item.c.code))
    end

    it("one row, its key and its defaults", function()
      engine:begin(function(conn)
        local first = conn:execute(la.insert(item):values{code = 1}).inserted_primary_key[1]
        local second = conn:execute(la.insert(item), {code = 2, name = "b"}).inserted_primary_key[1]
        assert.is_true(second > first)
        assert.same({{1, "none", "new"}, {2, "b", "new"}}, all(conn))
      end)
    end)

    it("many sets of parameters", function()
      engine:begin(function(conn)
        conn:execute(la.insert(item), {{code = 1, name = "a"}, {code = 2, name = "b"}, {code = 3, name = "c"}})
        conn:execute(la.update(item):where(item.c.code:eq(la.bindparam "at")):values{name = la.bindparam "to"},
          {{at = 1, to = "x"}, {at = 3, to = "z"}})
        assert.same({{1, "x", "new"}, {2, "b", "new"}, {3, "z", "new"}}, all(conn))
      end)
    end)

    it("a row of defaults alone", function()
      db:needs(pending, "empty_insert")
      engine:begin(function(conn)
        conn:execute(la.insert(other):values{id = 1})
        conn:execute(la.insert(item):values{})
        assert.equal(1, #all(conn))
      end)
    end)

    it("many rows in one VALUES", function()
      db:needs(pending, "multivalues_insert")
      engine:begin(function(conn)
        conn:execute(la.insert(item):values{{code = 1, name = "a"}, {code = 2, name = "b"}})
        assert.same({{1, "a", "new"}, {2, "b", "new"}}, all(conn))
      end)
    end)

    it("rows of a SELECT", function()
      engine:begin(function(conn)
        conn:execute(la.insert(other), {{id = 7, name = "seven"}})
        conn:execute(la.insert(item):from_select({"code", "name"}, la.select(other.c.id, other.c.name)))
        assert.same({{7, "seven", "new"}}, all(conn))
      end)
    end)

    it("INSERT … RETURNING", function()
      db:needs(pending, "insert_returning")
      engine:begin(function(conn)
        assert.same({{5, "none", "new"}}, rows(conn, la.insert(item):values{code = 5}
          :returning(item.c.code, item.c.name, item.c.state)))
      end)
    end)

    it("RETURNING in the order of the parameters", function()
      db:needs(pending, "sorted_returning")
      engine:begin(function(conn)
        local sets = {}
        for i = 1, 30 do sets[i] = {code = 31 - i} end
        local insert = la.insert(item):returning(item.c.code, {sort_by_parameter_order = true})
        for i, code in ipairs(conn:execute(insert, sets):scalars():all()) do assert.equal(31 - i, code) end
      end)
    end)

    it("UPDATE and DELETE count their rows", function()
      engine:begin(function(conn)
        conn:execute(la.insert(item), {{code = 1}, {code = 2}, {code = 3}})
        assert.equal(2, conn:execute(la.update(item):where(item.c.code:le(2)):values{name = "x"}).rowcount)
        assert.equal(3, conn:execute(la.update(item):values{code = item.c.code + 10}).rowcount)
        assert.equal(0, conn:execute(la.delete(item):where(item.c.code:eq(99))).rowcount)
        assert.equal(1, conn:execute(la.delete(item):where(item.c.code:eq(13))).rowcount)
        assert.same({{11, "x", "new"}, {12, "x", "new"}}, all(conn))
      end)
    end)

    it("UPDATE … RETURNING", function()
      db:needs(pending, "update_returning")
      engine:begin(function(conn)
        conn:execute(la.insert(item), {{code = 1}, {code = 2}})
        assert.same({{2, "y"}}, rows(conn, la.update(item):where(item.c.code:eq(2)):values{name = "y"}
          :returning(item.c.code, item.c.name)))
      end)
    end)

    it("DELETE … RETURNING", function()
      db:needs(pending, "delete_returning")
      engine:begin(function(conn)
        conn:execute(la.insert(item), {{code = 1}, {code = 2}})
        assert.same({{2}}, rows(conn, la.delete(item):where(item.c.code:eq(2)):returning(item.c.code)))
      end)
    end)

    it("UPDATE of one table from another", function()
      db:needs(pending, "update_from")
      engine:begin(function(conn)
        conn:execute(la.insert(other), {id = 1, name = "one"})
        conn:execute(la.insert(item), {{code = 1}, {code = 2}})
        conn:execute(la.update(item):where(item.c.code:eq(other.c.id)):values{name = other.c.name})
        assert.same({{1, "one", "new"}, {2, "none", "new"}}, all(conn))
      end)
    end)

    it("DELETE by another table", function()
      db:needs(pending, "delete_using")
      engine:begin(function(conn)
        conn:execute(la.insert(other), {id = 1, name = "one"})
        conn:execute(la.insert(item), {{code = 1}, {code = 2}})
        conn:execute(la.delete(item):where(item.c.code:eq(other.c.id)))
        assert.same({{2, "none", "new"}}, all(conn))
      end)
    end)

    it("upserts", function()
      db:needs(pending, "upsert")
      engine:begin(function(conn)
        conn:execute(la.insert(item), {code = 1, name = "a"})
        local own = la[db.name].insert(item):values{code = 1, name = "b"}
        if db.name == "mysql" then
          conn:execute(own:on_duplicate_key_update{name = own.inserted.name})
        else
          conn:execute(own:on_conflict_do_nothing{index_elements = {"code"}})
          assert.same({{1, "a", "new"}}, all(conn))
          conn:execute(own:on_conflict_do_update{index_elements = {"code"}, set_ = {name = own.excluded.name}})
        end
        assert.same({{1, "b", "new"}}, all(conn))
      end)
    end)

    it("what breaks a constraint", function()
      engine:begin(function(conn) conn:execute(la.insert(item), {code = 1}) end)
      local ok, e = pcall(function()
        engine:begin(function(conn) conn:execute(la.insert(item), {code = 1}) end)
      end)
      assert.is_false(ok)
      assert.is_true(la.exc.IntegrityError:is(e))
      assert.equal("unique_violation", e.kind)
    end)
  end)
end
