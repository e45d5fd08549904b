-- Tables that PostgreSQL keeps in several schemas, and keys in an order of their own.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("reflecting a primary key of " .. db.name, function()
    it("keeps the order of the key, before what the program adds", function()
      local engine = db:engine()
      engine:connect(function(conn)
        conn:exec_driver_sql("CREATE TABLE key_order (a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER NOT NULL, "
          .. "PRIMARY KEY (c, a))")
        local t = la.Table("key_order", la.MetaData(), {autoload_with = conn})
        assert.same({"c", "a"}, t.primary_key.columns:keys())
        assert.same({"a", "b", "c"}, t.c:keys())
        assert.matches("PRIMARY KEY (c, a)", la.schema.CreateTable(t):compile{dialect = db.name}.string, 1, true)
        t = la.Table("key_order", la.MetaData(), la.Column("b", la.Integer, {primary_key = true}),
          {autoload_with = conn})
        assert.same({"c", "a", "b"}, t.primary_key.columns:keys())
        conn:exec_driver_sql "DROP TABLE key_order"
      end)
      engine:dispose()
    end)
  end)

  if db.name == "postgresql" then
    describe("with several schemas", function()
      local engine, conn
      setup(function()
        engine = db:engine()
        conn = engine:connect()
        for _, sql in ipairs{"CREATE SCHEMA one", "CREATE SCHEMA two",
          "CREATE TABLE two.parent (id INTEGER PRIMARY KEY)",
          "CREATE TABLE one.child (id INTEGER PRIMARY KEY, pid INTEGER REFERENCES two.parent (id))",
          "SET LOCAL search_path TO one, two"} do conn:exec_driver_sql(sql) end
      end)
      teardown(function()
        conn:close()
        engine:dispose()
      end)

      local function names(metadata)
        local out = {}
        for _, t in ipairs(metadata.sorted_tables) do out[#out + 1] = t.key end
        table.sort(out)
        return out
      end

      it("a MetaData's schema is the one that is read", function()
        local m = la.MetaData{schema = "two"}
        m:reflect(conn)
        assert.same({"two.parent"}, names(m))
      end)

      it("a table that the search path finds has no schema, whatever the MetaData's", function()
        local m = la.MetaData{schema = "one"}
        local child = la.Table("child", m, {autoload_with = conn})
        assert.same({"one.child", "parent"}, names(m))
        assert.truthy(child.c.pid:references(m.tables.parent.c.id))
      end)

      it("unless the search path is ignored", function()
        local m = la.MetaData()
        la.Table("child", m, {autoload_with = conn, postgresql_ignore_search_path = true})
        assert.same({"child", "two.parent"}, names(m))
        local keys = la.inspect(conn):get_foreign_keys("child", {postgresql_ignore_search_path = true})
        assert.equal("two", keys[1].referred_schema)
        assert.is_nil(la.inspect(conn):get_foreign_keys("child")[1].referred_schema)
      end)
    end)

    describe("ON CONFLICT", function()
      it("takes the primary key for the columns it is about; a row that was not inserted has no key", function()
        local t = la.Table("conflicts", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
          la.Column("x", la.Integer, {unique = true}))
        local engine = db:engine()
        engine:connect(function(conn)
          t:create(conn)
          local insert = la.postgresql.insert(t)
          local stmt = insert:on_conflict_do_update{index_elements = t.primary_key, set_ = {x = 3}}
          assert.same({1}, {conn:execute(insert:values{x = 1}:on_conflict_do_nothing()).inserted_primary_key:unpack()})
          conn:execute(stmt, {id = 1, x = 2})
          assert.equal(3, conn:scalar(la.select(t.c.x)))
          assert.is_nil(conn:execute(insert:values{x = 3}:on_conflict_do_nothing()).inserted_primary_key)
        end)
        engine:dispose()
      end)
    end)
  end
end
