-- Arguments of the schema's, the engine's and the dialects' functions by their names, or in their places.
local la = require "lualchemy"

local function made()
  return la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.String))
end

local function sql(x, dialect) return (tostring(x:compile{dialect = dialect or "postgresql"}):gsub("%s+", " ")) end

describe("arguments by name, in their places", function()
  it("of tables and keys", function()
    local t = made()
    t:append_column{column = la.Column("y", la.Integer)}
    t:append_column(la.Column("y", la.Text), true)
    assert.equal("TEXT", tostring(t.c.y.type))
    t:append_constraint{constraint = la.CheckConstraint("y > 5")}
    t.c.y:append_foreign_key{fk = la.ForeignKey("t.id")}
    local fk = t.c.y.foreign_keys[1]
    assert.is_true(fk:references{table = t})
    assert.equal(t.c.id, fk:get_referent{table = t})
    assert.is_true(t.primary_key:contains_column{col = t.c.id})
    assert.equal("s.n", t:to_metadata(la.MetaData(), "s", nil, "n").fullname)
    assert.equal("s.n", t:to_metadata{metadata = la.MetaData(), schema = "s", name = "n"}.fullname)
    assert.has_error(function() t:append_column{col = la.Column("z", la.Integer)} end,
      "append_column() got an unexpected keyword argument 'col'; accepted: column, replace_existing")
  end)

  it("of DDL", function()
    local t = made()
    assert.equal("CREATE SCHEMA IF NOT EXISTS x", sql(la.schema.CreateSchema("x", true)))
    assert.equal("DROP SCHEMA x CASCADE", sql(la.schema.DropSchema("x", true)))
    assert.equal(" DROP TABLE IF EXISTS t", sql(la.schema.DropTable(t, true)))
    assert.equal("CREATE INDEX IF NOT EXISTS i ON t (x)", sql(la.schema.CreateIndex(la.Index("i", t.c.x), true)))
    assert.equal("x t", sql(la.DDL("x %(table)s"):against{target = t}))
    assert.has_no_error(function() la.DDL("x"):execute_if("postgresql", function() return true end, 5) end)
  end)

  it("of ON CONFLICT", function()
    local t = made()
    local insert = la.postgresql.insert(t):values{x = "a"}
    assert.equal(sql(insert:on_conflict_do_nothing{constraint = "c"}), sql(insert:on_conflict_do_nothing("c")))
    assert.equal(sql(insert:on_conflict_do_update{index_elements = {"id"}, set_ = {x = "b"}, where = t.c.id:gt(5)}),
      sql(insert:on_conflict_do_update(nil, {"id"}, nil, {x = "b"}, t.c.id:gt(5))))
    insert = la.sqlite.insert(t):values{x = "a"}
    assert.equal(sql(insert:on_conflict_do_nothing{index_elements = {"id"}}, "sqlite"),
      sql(insert:on_conflict_do_nothing({"id"}), "sqlite"))
  end)

  it("of PostgreSQL's types", function()
    local array = la.column("a", la.postgresql.ARRAY(la.Integer))
    local lt = la.sql.operators.lt
    assert.equal(sql(array:any(5, lt)), sql(array:any{other = 5, operator = lt}))
    assert.equal(sql(la.postgresql.Any(5, array, lt)),
      sql(la.postgresql.Any{other = 5, arrexpr = array, operator = lt}))
    assert.equal(sql(array:overlap(array)), sql(array:overlap{other = array}))
    local json = la.column("j", la.postgresql.JSONB)
    assert.equal("j @? %(j_1)s", sql(json:path_exists{other = "$.a"}))
    assert.equal(sql(json:delete_path{"a"}), sql(json:delete_path{array = {"a"}}))
    assert.equal("CAST(j ->> %(j_1)s AS NUMERIC(10, 2))", sql(json:at("a"):as_numeric{precision = 10, scale = 2}))
    assert.same({other = 5}, json:contains{other = 5}.right.value)
  end)

  it("of connections, results and inspectors", function()
    local engine, t = la.create_engine("sqlite://"), made()
    engine:connect(function(conn)
      t.metadata:create_all(conn)
      conn:execute(la.insert(t), {parameters = {{x = "a"}, {x = "b"}}})
      local by_id = la.select(t.c.x):where(t.c.id:eq(la.bindparam("k")))
      assert.equal("b", conn:scalar(by_id, {parameters = {k = 2}, execution_options = {marked = true}}))
      local inspector = la.inspect{subject = conn}
      assert.is_true(inspector:has_table{table_name = "t"})
      assert.is_true(inspector:has_table("t", "main"))
      assert.equal(2, #inspector:get_columns{table_name = "t"})
      assert.is_table(inspector:get_multi_columns(nil, {"t"}).t)
    end)
    assert.is_nil(la.inspect(5, {raiseerr = false}))
  end)

  it("of events", function()
    local engine, n = la.create_engine("sqlite://"), 0
    local function count() n = n + 1 end
    la.event.listen{target = engine, identifier = "before_execute", fn = count, once = true}
    engine:connect(function(conn)
      conn:execute(la.text("SELECT 1"))
      conn:execute(la.text("SELECT 1"))
    end)
    assert.equal(1, n)
    assert.is_true(la.event.contains{target = engine, identifier = "before_execute", fn = count})
    la.event.remove{target = engine, identifier = "before_execute", fn = count}
    assert.is_false(la.event.contains(engine, "before_execute", count))
  end)

  it("of URLs and engines that are not connected", function()
    assert.equal("sqlite://", tostring(la.make_url{name_or_url = "sqlite://"}))
    local url = la.make_url("x:///x?a=b")
    assert.equal("x:///x", tostring(url:difference_update_query{names = {"a"}}))
    assert.equal("x:///x?a=b&a=c", tostring(url:update_query_string("a=c", true)))
    assert.equal("x:///x?a=b&a=c", tostring(url:update_query_pairs{key_value_pairs = {{"a", "c"}}, append = true}))
    local seen
    local mock = la.create_mock_engine{url = "postgresql://", executor = function(ddl) seen = sql(ddl) end}
    made().metadata:create_all(mock, nil, false)
    assert.matches("CREATE TABLE t", seen, 1, true)
    local engine = la.engine_from_config{configuration = {["db.url"] = "sqlite://"}, prefix = "db."}
    assert.equal("sqlite", engine.name)
  end)
end)

describe("rows without a number", function()
  it("come one by one from a cursor, all at once from elsewhere", function()
    la.create_engine("sqlite://"):connect(function(conn)
      local numbers = la.text("SELECT 1 UNION SELECT 2 UNION SELECT 3")
      local function sizes(result)
        local out = {}
        for part in result:partitions() do out[#out + 1] = #part end
        return out
      end
      assert.same({1, 1, 1}, sizes(conn:execute(numbers)))
      assert.same({2, 1}, sizes(conn:execute(numbers):yield_per(2)))
      assert.same({3}, sizes(conn:execute(numbers):freeze()()))
      assert.equal(1, #conn:execute(numbers):fetchmany())
      assert.equal(3, #conn:execute(numbers):freeze()():fetchmany())
    end)
  end)
end)
