-- la.inspect(engine), Table(autoload_with), metadata:reflect().
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("the inspector on " .. db.name, function()
    local engine, inspector
    setup(function()
      engine = db:engine()
      local metadata = la.MetaData()
      la.Table("a", metadata, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("name", la.String(30), {nullable = false, index = true}),
        la.Column("amount", la.Numeric(10, 2), {server_default = "5"}))
      la.Table("b", metadata, la.Column("x", la.Integer, {primary_key = true}),
        la.Column("y", la.Integer, {primary_key = true}),
        la.Column("a_id", la.Integer, la.ForeignKey("a.id", {name = "fk_a", ondelete = "CASCADE"})),
        la.Column("q", la.Integer), la.UniqueConstraint("x", "q", {name = "uq_xq"}),
        la.CheckConstraint("q > 0", {name = "ck_q"}))
      metadata:create_all(engine)
      inspector = la.inspect(engine)
    end)
    teardown(function() engine:dispose() end)

    it("knows tables and columns", function()
      assert.same({"a", "b"}, inspector:get_table_names())
      local columns = inspector:get_columns "a"
      assert.equal("name", columns[2].name)
      assert.equal("VARCHAR(30)", tostring(columns[2].type))
      assert.is_false(columns[2].nullable)
      assert.equal("NUMERIC(10, 2)", tostring(columns[3].type))
      assert.matches("'5'", columns[3].default, 1, true)
    end)

    it("knows keys, indexes and constraints", function()
      assert.same({"x", "y"}, inspector:get_pk_constraint("b").constrained_columns)
      local key = inspector:get_foreign_keys("b")[1]
      assert.equal("fk_a", key.name)
      assert.equal("a", key.referred_table)
      assert.same({"id"}, key.referred_columns)
      assert.equal("CASCADE", key.options.ondelete)
      assert.same({"name"}, inspector:get_indexes("a")[1].column_names)
      assert.equal("uq_xq", inspector:get_unique_constraints("b")[1].name)
      assert.equal("q > 0", inspector:get_check_constraints("b")[1].sqltext)
    end)

    it("says that there is no such table", function()
      assert.is_false(inspector:has_table "nowhere")
      local ok, e = pcall(inspector.get_columns, inspector, "nowhere")
      assert.is_false(ok)
      assert.is_true(la.exc.NoSuchTableError:is(e))
    end)

    it("fills tables", function()
      local metadata = la.MetaData()
      local b = la.Table("b", metadata, {autoload_with = engine})
      assert.same({"x", "y", "a_id", "q"}, b.c:keys())
      assert.equal(metadata.tables.a.c.id, b.c.a_id.foreign_keys[1].column)
      local all = la.MetaData()
      all:reflect(engine)
      assert.is_truthy(all.tables.a and all.tables.b)
      engine:begin(function(conn)
        conn:execute(la.insert(metadata.tables.a), {name = "n"})
        assert.equal("n", conn:scalar(la.select(all.tables.a.c.name)))
      end)
    end)
  end)
end
