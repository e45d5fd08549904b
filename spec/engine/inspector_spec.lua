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

    it("tells of many tables at once", function()
      local columns = inspector:get_multi_columns()
      assert.equal("amount", columns.a[3].name)
      assert.equal("q", columns.b[4].name)
      local keys = inspector:get_multi_foreign_keys{filter_names = {"b"}}
      assert.is_nil(keys.a)
      assert.equal("fk_a", keys.b[1].name)
      assert.same({}, inspector:get_multi_indexes{kind = la.ObjectKind.ANY_VIEW})
      local ok, e = pcall(inspector.get_multi_columns, inspector, {schemas = "x"})
      assert.is_false(ok)
      assert.is_truthy(tostring(e):find("did you mean 'schema'?", 1, true))
    end)

    it("sorts tables by their dependencies", function()
      assert.same({{"a", {}}, {"b", {{"b", "fk_a"}}}, {la.NULL, {}}}, inspector:get_sorted_table_and_fkc_names())
    end)

    it("lets listeners change columns", function()
      local metadata = la.MetaData()
      la.event.listen(metadata, "column_reflect", function(of, t, info)
        assert.is_true(la.Inspector:is(of))
        info.key = t.name .. "_" .. info.name
        info.info = {seen = true}
      end)
      local a = la.Table("a", metadata)
      inspector:reflect_table(a, {"id", "name"})
      assert.same({"a_id", "a_name"}, a.c:keys())
      assert.equal("name", a.c.a_name.name)
      assert.is_true(a.c.a_id.info.seen)
      local b = la.Table("b", metadata, {autoload_with = engine})
      assert.same({"b_a_id"}, b.foreign_key_constraints[1].column_keys)
      assert.equal(metadata.tables.a.c.a_id, b.foreign_keys[1].column)
      local unique
      for _, constraint in ipairs(b.constraints) do
        if constraint.name == "uq_xq" then unique = constraint end
      end
      assert.same({"b_x", "b_q"}, unique.columns:keys())
    end)

    it("knows when keys are checked, and what they refer to", function()
      local options = {name = "fk_m", deferrable = true, initially = "DEFERRED", onupdate = "CASCADE"}
      engine:begin(function(conn)
        conn:execute(la.text("CREATE TABLE m (id INTEGER PRIMARY KEY, m_id INTEGER, o_id INTEGER REFERENCES m, "
          .. "CONSTRAINT fk_m FOREIGN KEY (m_id) REFERENCES m (id) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED)"))
      end)
      local keys = {}
      for _, key in ipairs(la.inspect(engine):get_foreign_keys("m")) do keys[key.constrained_columns[1]] = key end
      options.name = nil
      assert.equal("fk_m", keys.m_id.name)
      assert.same(options, keys.m_id.options)
      assert.same({"id"}, keys.o_id.referred_columns)
      assert.same({}, keys.o_id.options)
      engine:begin(function(conn) conn:execute(la.text("DROP TABLE m")) end)
    end)

    it("has no index of a table that is not there", function()
      assert.is_false(inspector:has_index("nowhere", "ix"))
      assert.is_true(inspector:has_index("a", "ix_a_name"))
    end)

    it("sorts tables that need each other", function()
      local metadata = la.MetaData()
      la.Table("c1", metadata, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("c2_id", la.ForeignKey("c2.id", {name = "fk_c2", use_alter = true})))
      la.Table("c2", metadata, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("c1_id", la.ForeignKey("c1.id", {name = "fk_c1"})))
      metadata:create_all(engine)
      local sorted = la.inspect(engine):get_sorted_table_and_fkc_names()
      local last = table.remove(sorted)
      for _, pair in ipairs(sorted) do assert.same(pair[1] == "b" and {{"b", "fk_a"}} or {}, pair[2]) end
      assert.equal(4, #sorted)
      assert.equal(la.NULL, last[1])
      local names = {}
      for _, key in ipairs(last[2]) do names[key[1]] = key[2] end
      -- SQLite has no ALTER: the key that needs one stays without a name of its own there.
      if db.name == "postgresql" then assert.same({c1 = "fk_c2", c2 = "fk_c1"}, names) end
      metadata:drop_all(engine)
    end)

    if db.name == "postgresql" then
      it("knows enums, domains and OIDs", function()
        engine:begin(function(conn)
          conn:execute(la.text("CREATE TYPE mood AS ENUM ('sad', 'ok')"))
          conn:execute(la.text("CREATE DOMAIN positive AS integer NOT NULL DEFAULT 1 "
            .. "CONSTRAINT more CHECK (VALUE > 0)"))
        end)
        assert.same({{name = "mood", schema = "public", visible = true, labels = {"sad", "ok"}}}, inspector:get_enums())
        local domain = inspector:get_domains()[1]
        assert.same({"positive", "integer", false, "1"}, {domain.name, domain.type, domain.nullable, domain.default})
        assert.same({{name = "more", check = "VALUE > 0"}}, domain.constraints)
        assert.is_true(inspector:get_table_oid("a") > 0)
        assert.same({}, inspector:get_foreign_table_names())
      end)
    end

    it("reads indexes with conditions, and columns that are computed", function()
      engine:begin(function(conn)
        conn:execute(la.text("CREATE TABLE g (id INTEGER PRIMARY KEY, n INTEGER, "
          .. "k INTEGER GENERATED ALWAYS AS (n * (2 + 1)) STORED)"))
        conn:execute(la.text("CREATE INDEX ix_g ON g (n) WHERE n > 5"))
      end)
      local g = la.Table("g", la.MetaData(), {autoload_with = engine})
      assert.is_true(g.c.k.computed.persisted)
      assert.matches("n * (2 + 1)", tostring(g.c.k.computed.sqltext), 1, true)
      assert.matches("WHERE %(?n > 5", tostring(la.schema.CreateIndex(g.indexes[1]):compile(engine)))
      engine:begin(function(conn) conn:execute(la.text("DROP TABLE g")) end)
    end)

    it("replaces the columns of a table, or keeps them", function()
      local function extended(replace)
        local m = la.MetaData()
        la.Table("a", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("name", la.String(99)))
        return la.Table("a", m, {extend_existing = true, autoload_with = engine, autoload_replace = replace})
      end
      assert.equal(30, extended(nil).c.name.type.length)
      assert.equal(99, extended(false).c.name.type.length)
      assert.same({"id", "name", "amount"}, extended(nil).c:keys())
    end)

    if db.name == "postgresql" then
      it("reads domains, collations, intervals, identities and comments", function()
        engine:begin(function(conn)
          for _, sql in ipairs{"CREATE DOMAIN small AS integer DEFAULT 3 CHECK (VALUE < 9)",
            "CREATE TABLE k (id INTEGER GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 2) PRIMARY KEY, d small, "
              .. 's VARCHAR(5) COLLATE "C", i INTERVAL DAY TO SECOND(3), b BIT VARYING(4), m INT4MULTIRANGE)',
            "COMMENT ON TABLE k IS 'it''s'", "CREATE MATERIALIZED VIEW kv AS SELECT d FROM k"} do
            conn:exec_driver_sql(sql)
          end
        end)
        local m = la.MetaData()
        m:reflect(engine, {views = true})
        local k = m.tables.k
        assert.equal("it's", k.comment)
        assert.same({5, 2}, {k.c.id.identity.start, k.c.id.identity.increment})
        assert.is_true(la.postgresql.DOMAIN:is(k.c.d.type))
        assert.equal("3", tostring(k.c.d.server_default.arg))
        local function text(name) return tostring(k.c[name].type:compile{dialect = "postgresql"}) end
        assert.equal('VARCHAR(5) COLLATE "C"', text("s"))
        assert.equal("INTERVAL day to second (3)", text("i"))
        assert.equal("BIT VARYING(4)", text("b"))
        assert.equal("INT4MULTIRANGE", text("m"))
        assert.same({"d"}, m.tables.kv.c:keys())
        engine:begin(function(conn)
          for _, sql in ipairs{"DROP MATERIALIZED VIEW kv", "DROP TABLE k", "DROP DOMAIN small"} do
            conn:exec_driver_sql(sql)
          end
        end)
      end)

      it("reads partitioned tables and their partitions", function()
        local m = la.MetaData()
        local measure = la.Table("measure", m, la.Column("n", la.Integer, {nullable = false}),
          la.Column("q", la.Integer), {postgresql_partition_by = "RANGE (n)"})
        la.Index("ix_measure", measure.c.q)
        la.event.listen(measure, "after_create",
          la.DDL "CREATE TABLE measure_4 PARTITION OF measure FOR VALUES FROM (4) TO (10)")
        m:create_all(engine)
        local told = la.inspect(engine)
        for name, index in pairs{measure = "ix_measure", measure_4 = "measure_4_q_idx"} do
          local columns = told:get_columns(name)
          assert.same({"n", "q"}, {columns[1].name, columns[2].name})
          assert.is_false(columns[1].nullable)
          assert.same({{name = index, unique = false, column_names = {"q"}, include_columns = {},
            dialect_options = {postgresql_include = {}}}}, told:get_indexes(name))
        end
        local names = table.concat(told:get_table_names(), " ")
        assert.is_truthy(names:find("measure measure_4", 1, true), names)
        local reflected = la.MetaData()
        reflected:reflect(engine)
        engine:begin(function(conn)
          conn:execute(la.insert(measure), {{n = 5, q = 1}})
          assert.equal(1, conn:scalar(la.select(reflected.tables.measure_4.c.q)))
        end)
        m:drop_all(engine)
        assert.is_false(la.inspect(engine):has_table("measure_4"))
      end)

      it("reads collations of schemas", function()
        engine:begin(function(conn)
          local function text(table, name, options)
            local t = la.Table(table, la.MetaData(), {autoload_with = conn})
            local made = options and la.postgresql.CreateDomainType(t.c[name].type) or t.c[name].type
            return tostring(made:compile{dialect = "postgresql"})
          end
          conn:execute(la.text 'CREATE SCHEMA "My"')
          conn:execute(la.text [[CREATE COLLATION "My".plain (provider = libc, locale = 'C')]])
          local plain = {collation = "plain", collation_schema = "My"}
          local domain = la.postgresql.DOMAIN("dom", la.Text, plain)
          local s = la.Table("collated", la.MetaData(), la.Column("s", la.String{length = 5, collation = "plain",
            collation_schema = "My"}), la.Column("d", domain))
          s:create(conn)
          assert.equal('VARCHAR(5) COLLATE "My".plain', text("collated", "s"))
          assert.equal('CREATE DOMAIN dom AS TEXT COLLATE "My".plain', text("collated", "d", true))
          conn:execute(la.insert(s), {{s = "b"}, {s = "a"}})
          local order = la.select(s.c.s):order_by(s.c.s:collate("plain", {collation_schema = "My"}))
          assert.same({"a", "b"}, conn:execute(order):scalars():all())
          conn:execute(la.text 'SET LOCAL search_path TO "My", public')
          assert.equal('VARCHAR(5) COLLATE "plain"', text("collated", "s"))
          conn:rollback()
        end)
      end)

      it("reads what an index of PostgreSQL is made of", function()
        engine:begin(function(conn)
          conn:execute(la.text("CREATE TABLE h (id SERIAL PRIMARY KEY, n INTEGER, s VARCHAR(5))"))
          conn:execute(la.text("CREATE INDEX ix_h ON h (lower(s), n DESC) INCLUDE (id) WHERE n > 5"))
          conn:execute(la.text("CREATE INDEX ix_hash ON h USING hash (s)"))
          conn:execute(la.text("CREATE UNIQUE INDEX ix_with ON h (s varchar_pattern_ops) NULLS NOT DISTINCT "
            .. "WITH (fillfactor = 50)"))
          conn:execute(la.text("ALTER TABLE h ADD CONSTRAINT uq_h UNIQUE NULLS NOT DISTINCT (n) INCLUDE (s), "
            .. "ADD CONSTRAINT ck_h CHECK (n > 1) NO INHERIT NOT VALID"))
        end)
        local h = la.Table("h", la.MetaData(), {autoload_with = engine})
        local texts = {}
        for _, index in ipairs(h.indexes) do
          texts[index.name] = tostring(la.schema.CreateIndex(index):compile(engine))
        end
        assert.equal("CREATE INDEX ix_h ON h (lower(s::text), n DESC) INCLUDE (id) WHERE (n > 5)", texts.ix_h)
        assert.equal("CREATE INDEX ix_hash ON h USING hash (s)", texts.ix_hash)
        assert.equal("CREATE UNIQUE INDEX ix_with ON h (s varchar_pattern_ops) NULLS NOT DISTINCT "
          .. "WITH (fillfactor = 50)", texts.ix_with)
        local now = la.inspect(engine)
        assert.same({postgresql_include = {"s"}, postgresql_nulls_not_distinct = true},
          now:get_unique_constraints("h")[1].dialect_options)
        assert.same({postgresql_include = {}}, now:get_pk_constraint("h").dialect_options)
        assert.same({no_inherit = true, not_valid = true}, now:get_check_constraints("h")[1].dialect_options)
        assert.matches("id SERIAL NOT NULL", tostring(la.schema.CreateTable(h):compile(engine)), 1, true)
        engine:begin(function(conn) conn:execute(la.text("DROP TABLE h")) end)
      end)
    end

    if db.name == "sqlite" then
      it("knows lengths of types by their affinity, and tables of SQLite's own", function()
        engine:begin(function(conn)
          conn:execute(la.text("CREATE TABLE own (a NATIVE CHARACTER(70), b MONEY(5, 2), c INT(3))"))
          conn:execute(la.text("CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT)"))
        end)
        local now, types = la.inspect(engine), {}
        for i, column in ipairs(now:get_columns("own")) do types[i] = tostring(column.type) end
        assert.same({"TEXT(70)", "NUMERIC(5, 2)", "INTEGER"}, types)
        assert.same({"a", "b", "counted", "own"}, now:get_table_names())
        assert.same({"a", "b", "counted", "own", "sqlite_sequence"},
          now:get_table_names{sqlite_include_internal = true})
        engine:begin(function(conn)
          conn:execute(la.text("DROP TABLE own"))
          conn:execute(la.text("DROP TABLE counted"))
        end)
      end)
    end

    it("is made by older ways, too, and knows what it has not", function()
      assert.same(la.inspect(engine):get_table_names(), la.Inspector.from_engine(engine):get_table_names())
      engine:connect(function(conn)
        local made = la.Inspector(conn)
        assert.is_true(la.Inspector:is(made))
        made:get_table_names()
        assert.is_truthy(next(made.info_cache))
        made:clear_cache()
        assert.is_nil(next(made.info_cache))
        local ok, e = pcall(function() return made.nosuch end)
        assert.is_false(ok)
        assert.equal("'Inspector' object has no attribute 'nosuch'", tostring(e))
        ok, e = pcall(made.get_table_options, made, "a")
        assert.is_false(ok)
        assert.is_true(la.exc.NotImplementedError:is(e))
      end)
      assert.has_error(function() la.Inspector(5) end)
    end)

    it("knows of many tables at once which are there", function()
      local odd = 'odd \\ "name", {x}'
      engine:begin(function(conn)
        conn:exec_driver_sql('CREATE TABLE "' .. odd:gsub('"', '""') .. '" (i INTEGER)')
        conn:execute(la.text "CREATE VIEW many_view AS SELECT 1 AS one")
      end)
      local now = la.inspect(engine)
      local there = now:has_multi_table{"a", "b", "nowhere", "many_view", odd, "o'clock"}
      assert.same({a = true, b = true, nowhere = false, many_view = true, [odd] = true, ["o'clock"] = false}, there)
      assert.same({}, now:has_multi_table{})
      local schema = db.name == "sqlite" and "main" or now.default_schema_name
      assert.same({[schema .. ".a"] = true, [schema .. ".no"] = false},
        now:has_multi_table({"a", "no"}, {schema = schema}))
      assert.has_error(function() now:has_multi_table("a") end, la.exc.ArgumentError(
        "has_multi_table: argument 'table_names' must be an array of names, got string"))
      if db.name == "postgresql" then
        assert.same({["nowhere.a"] = false}, now:has_multi_table({"a"}, {schema = "nowhere"}))
      end
      engine:connect(function(conn)
        assert.same({a = true}, engine.dialect:has_multi_table(conn, {"a"}))
      end)
      engine:begin(function(conn)
        conn:execute(la.text "DROP VIEW many_view")
        conn:exec_driver_sql('DROP TABLE "' .. odd:gsub('"', '""') .. '"')
      end)
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
