-- What is made and what is read of it, on every database.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("the schema of " .. db.name, function()
    local engine, metadata
    before_each(function()
      engine = db:engine()
      metadata = la.MetaData()
    end)
    after_each(function()
      metadata:drop_all(engine)
      engine:dispose()
    end)

    local function names(list)
      local out = {}
      for i, entry in ipairs(list) do out[i] = entry.name end
      table.sort(out)
      return out
    end

    it("is made where it is missing, and dropped where it is there", function()
      local t = la.Table("suite_one", metadata, la.Column("id", la.Integer, {primary_key = true}))
      local function there() return la.inspect(engine):has_table("suite_one") end
      assert.is_false(there())
      metadata:create_all(engine)
      metadata:create_all(engine)
      assert.is_true(there())
      t:drop(engine)
      t:drop(engine, {checkfirst = true})
      assert.is_false(there())
    end)

    it("is read as it was made", function()
      la.Table("suite_parent", metadata, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("name", la.String(30), {nullable = false}), la.Column("price", la.Numeric(10, 2)),
        la.UniqueConstraint("name", {name = "suite_uq"}))
      la.Table("suite_child", metadata, la.Column("a", la.Integer, {primary_key = true, autoincrement = false}),
        la.Column("b", la.Integer, {primary_key = true}),
        la.Column("parent_id", la.Integer, la.ForeignKey("suite_parent.id", {name = "suite_fk"}), {index = true}))
      metadata:create_all(engine)

      local inspector = la.inspect(engine)
      local found = {}
      for _, name in ipairs(inspector:get_table_names()) do found[name] = true end
      assert.is_true(found.suite_parent and found.suite_child)
      local columns = inspector:get_columns("suite_parent")
      assert.equal(3, #columns)
      assert.equal("name", columns[2].name)
      assert.is_false(columns[2].nullable)
      assert.is_true(columns[3].nullable)
      assert.is_true(la.String:is(columns[2].type))
      assert.equal(30, columns[2].type.length)
      assert.equal(10, columns[3].type.precision)
      assert.equal(2, columns[3].type.scale)
      assert.same({"a", "b"}, inspector:get_pk_constraint("suite_child").constrained_columns)
      local fk = inspector:get_foreign_keys("suite_child")[1]
      assert.equal("suite_parent", fk.referred_table)
      assert.same({"parent_id"}, fk.constrained_columns)
      assert.same({"id"}, fk.referred_columns)
      assert.same({"ix_suite_child_parent_id"}, names(inspector:get_indexes("suite_child")))
      assert.same({"suite_uq"}, names(inspector:get_unique_constraints("suite_parent")))

      local again = la.MetaData()
      la.Table("suite_child", again, {autoload_with = engine})
      assert.is_not_nil(again.tables.suite_parent)
      assert.is_true(again.tables.suite_child.c.parent_id:references(again.tables.suite_parent.c.id))
    end)

    it("has names of every kind", function()
      local t = la.Table("Suite \"odd\" täble", metadata, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("select", la.Integer), la.Column("Mixed Case", la.Integer), la.Column("a%(b):c", la.Integer))
      metadata:create_all(engine)
      engine:begin(function(conn)
        conn:execute(la.insert(t), {id = 1, select = 2, ["Mixed Case"] = 3, ["a%(b):c"] = 4})
        local row = conn:execute(la.select(t):where(t.c["Mixed Case"]:eq(3))):one()
        assert.equal(2, row.select)
        assert.equal(4, row["a%(b):c"])
      end)
      assert.is_true(la.inspect(engine):has_table("Suite \"odd\" täble"))
    end)

    it("refuses what its constraints forbid", function()
      local t = la.Table("suite_one", metadata, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("n", la.Integer, {nullable = false}), la.CheckConstraint("n > 0", {name = "suite_ck"}))
      metadata:create_all(engine)
      for _, values in ipairs{{n = la.null()}, {n = -1}} do
        local ok, e = pcall(function() engine:begin(function(conn) conn:execute(la.insert(t):values(values)) end) end)
        assert.is_false(ok)
        assert.is_true(la.exc.IntegrityError:is(e))
      end
    end)

    it("keeps foreign keys", function()
      db:needs(pending, "foreign_keys_enforced")
      la.Table("suite_parent", metadata, la.Column("id", la.Integer, {primary_key = true}))
      local child = la.Table("suite_child", metadata, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("parent_id", la.Integer, la.ForeignKey("suite_parent.id")))
      metadata:create_all(engine)
      local ok, e = pcall(function()
        engine:begin(function(conn) conn:execute(la.insert(child), {parent_id = 9}) end)
      end)
      assert.is_false(ok)
      assert.equal("foreign_key_violation", e.kind)
    end)

    it("has comments", function()
      db:needs(pending, "comments")
      la.Table("suite_one", metadata, la.Column("id", la.Integer, {primary_key = true, comment = "it's \"one\""}),
        {comment = "of a table"})
      metadata:create_all(engine)
      assert.equal("of a table", la.inspect(engine):get_table_comment("suite_one").text)
      assert.equal("it's \"one\"", la.inspect(engine):get_columns("suite_one")[1].comment)
    end)

    it("computes columns", function()
      db:needs(pending, "computed_columns")
      local t = la.Table("suite_one", metadata, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("double", la.Integer, la.Computed("id * 2", {persisted = true})))
      metadata:create_all(engine)
      engine:begin(function(conn)
        conn:execute(la.insert(t), {id = 4})
        assert.equal(8, conn:scalar(la.select(t.c.double)))
      end)
      assert.is_not_nil(la.inspect(engine):get_columns("suite_one")[2].computed)
    end)

    it("has identity columns", function()
      db:needs(pending, "identity_columns")
      local t = la.Table("suite_one", metadata, la.Column("id", la.Integer, la.Identity{start = 5, increment = 5},
        {primary_key = true}), la.Column("n", la.Integer))
      metadata:create_all(engine)
      engine:begin(function(conn)
        assert.equal(5, conn:execute(la.insert(t), {n = 1}).inserted_primary_key[1])
        assert.equal(10, conn:execute(la.insert(t), {n = 1}).inserted_primary_key[1])
      end)
    end)

    it("has sequences", function()
      db:needs(pending, "sequences")
      local sequence = la.Sequence("suite_seq", {start = 3, metadata = metadata})
      metadata:create_all(engine)
      engine:begin(function(conn)
        assert.equal(3, conn:scalar(sequence))
        assert.equal(4, conn:scalar(la.select(sequence:next_value())))
      end)
      assert.is_true(la.inspect(engine):has_sequence("suite_seq"))
    end)

    it("has indexes of some rows", function()
      db:needs(pending, "partial_indexes")
      local t = la.Table("suite_one", metadata, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("n", la.Integer))
      la.Index("suite_ix", t.c.n, {unique = true, sqlite_where = t.c.n:gt(0), postgresql_where = t.c.n:gt(0)})
      metadata:create_all(engine)
      engine:begin(function(conn) conn:execute(la.insert(t), {{n = 0}, {n = 0}, {n = 1}}) end)
      assert.same({"suite_ix"}, names(la.inspect(engine):get_indexes("suite_one")))
    end)

    it("has views", function()
      db:needs(pending, "views")
      local t = la.Table("suite_one", metadata, la.Column("id", la.Integer, {primary_key = true}))
      metadata:create_all(engine)
      engine:begin(function(conn)
        conn:exec_driver_sql("CREATE VIEW suite_view AS SELECT id FROM suite_one WHERE id > 1")
        conn:execute(la.insert(t), {{id = 1}, {id = 2}})
        assert.same({2}, conn:scalars(la.select(la.column("id")):select_from(la.table("suite_view"))):all())
      end)
      assert.same({"suite_view"}, la.inspect(engine):get_view_names())
      engine:begin(function(conn) conn:exec_driver_sql("DROP VIEW suite_view") end)
    end)

    it("has temporary tables", function()
      db:needs(pending, "temporary_tables")
      local t = la.Table("suite_temp", la.MetaData(), la.Column("id", la.Integer), {prefixes = {"TEMPORARY"}})
      engine:connect(function(conn)
        t:create(conn)
        conn:execute(la.insert(t), {id = 1})
        assert.equal(1, conn:scalar(la.select(t.c.id)))
        t:drop(conn)
        conn:commit()
      end)
    end)

    it("drops tables that need each other", function()
      db:needs(pending, "alter")
      la.Table("suite_a", metadata, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("b_id", la.Integer, la.ForeignKey("suite_b.id", {name = "suite_ab"})))
      la.Table("suite_b", metadata, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("a_id", la.Integer, la.ForeignKey("suite_a.id", {name = "suite_ba"})))
      metadata:create_all(engine)
      assert.equal(1, #la.inspect(engine):get_foreign_keys("suite_a"))
      metadata:drop_all(engine)
      assert.is_false(la.inspect(engine):has_table("suite_b"))
    end)
  end)
end
