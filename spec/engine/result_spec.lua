-- Results and rows.
local la = require "lualchemy"
local compat = require "lualchemy.compat"
local support = require "spec.support"

local function message(fn, ...)
  local ok, e = pcall(fn, ...)
  assert.is_false(ok)
  return e, tostring(e)
end

for db in support.databases() do
  describe("results on " .. db.name, function()
    local engine, conn, t
    before_each(function()
      engine = db:engine()
      local metadata = la.MetaData()
      t = la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true}), la.Column("name", la.String(30)),
        la.Column("v", la.Integer, {default = 5}), la.Column("w", la.Integer, {server_default = la.text "7"}))
      metadata:create_all(engine)
      conn = engine:connect()
      conn:execute(la.insert(t), {{name = "a"}, {name = "b"}, {name = "c"}})
    end)
    after_each(function()
      conn:close()
      engine:dispose()
    end)

    local function rows() return conn:execute(la.select(t.c.id, t.c.name):order_by(t.c.id)) end

    it("fetch in every way", function()
      assert.equal(3, #rows():all())
      local result = rows()
      assert.equal("a", result:fetchone().name)
      assert.equal(2, #result:fetchmany(5))
      assert.is_nil(result:fetchone())
      assert.same({}, result:fetchmany(2))
      local names = {}
      for row in rows() do names[#names + 1] = row.name end
      assert.same({"a", "b", "c"}, names)
      assert.same({"a", "b", "c"}, rows():scalars(2):all())
      local sizes = {}
      for part in rows():partitions(2) do sizes[#sizes + 1] = #part end
      assert.same({2, 1}, sizes)
      local frozen = rows():freeze()
      assert.equal(6, #frozen():all() + #frozen():all())
      assert.equal(6, #rows():merge(rows()):all())
    end)

    it("give one, or say what is wrong", function()
      assert.equal("a", rows():first().name)
      local e = message(function() rows():one() end)
      assert.is_true(la.exc.MultipleResultsFound:is(e))
      e = message(function() conn:execute(la.select(t.c.id):where(t.c.id:eq(99))):scalar_one() end)
      assert.is_true(la.exc.NoResultFound:is(e))
      assert.is_nil(conn:execute(la.select(t.c.id):where(t.c.id:eq(99))):one_or_none())
    end)

    it("close", function()
      local result = rows()
      result:first()
      local _, text = message(function() result:all() end)
      assert.equal("This result object is closed.", text)
      result = conn:execute(la.update(t):values{v = 1})
      _, text = message(function() result:all() end)
      assert.equal("This result object does not return rows. It has been closed automatically.", text)
      assert.equal(3, result.rowcount)
    end)

    it("have columns and mappings", function()
      assert.equal("('a', 1)", tostring(rows():columns(2, 1):first()))
      assert.equal("a", rows():mappings():first().name)
      assert.same({"name"}, rows():mappings():columns("name"):first():keys())
      local _, text = message(function() rows():scalars(3) end)
      assert.equal("scalars: there is no column 3: the rows have 2", text)
      assert.equal(1, rows():mappings():first()[t.c.id])
      local frozen = rows():freeze()
      assert.equal("{'id': 1, 'name': 'a'}", tostring(frozen():mappings():first()))
      assert.equal("(1, 'a')", tostring(frozen():first()))
      local other = frozen:with_new_rows{{7, la.NULL}, rows():all()[2]}
      assert.equal("(7, None)", tostring(other():first()))
      assert.equal("b", other():all()[2].name)
      local row = rows():first()
      assert.equal(row._mapping, row._mapping)
      assert.equal("(1, 'a')", tostring(row))
      assert.same({"id", "name"}, rows():keys())
      assert.equal(1, #conn:execute(la.select(t.c.v)):unique():all())
    end)

    it("have rows that are tuples", function()
      local row = rows():first()
      assert.equal(2, row:unpack() and select("#", row:unpack()))
      assert.equal("(1, 'a')", tostring(row))
      assert.equal("a", row._mapping[t.c.name])
      assert.same({"id", "name"}, row._fields)
      assert.same({id = 1, name = "a"}, row:_asdict())
      assert.is_true(row == rows():first())
      local e = message(function() return row.nmae end)
      assert.is_true(la.exc.AttributeError:is(e))
      e = message(function() return row._mapping.nmae end)
      assert.is_true(la.exc.NoSuchColumnError:is(e))
      e = message(function() row.name = "x" end)
      assert.is_true(la.exc.InvalidRequestError:is(e))
      local twice = conn:execute(la.select(t.c.id, t.c.name:label "id")):first()
      local _, text = message(function() return twice.id end)
      assert.equal("Ambiguous column name 'id' in result set column descriptions", text)
    end)

    it("have rows of many columns, of long names and of names that two columns have", function()
      local columns, long = {}, ("n"):rep(60)
      for i = 1, 70 do columns[i] = la.literal(i):label("column_" .. i) end
      local row = conn:execute(la.select(compat.unpack(columns))):one()
      for i = 1, 70 do assert.equal(i, row["column_" .. i]) end
      row = conn:execute(la.select(la.literal(1):label(long), la.null():label("none"), la.literal(3):label("same"),
        la.literal(4):label("same"))):one()
      assert.equal(1, row[long])
      assert.equal(1, row[("n"):rep(30) .. ("n"):rep(30)])
      assert.is_nil(row.none)
      assert.has_error(function() return row.same end)
      assert.has_error(function() return row[long .. "n"] end)
      assert.is_nil(row[5])
    end)

    it("know the columns of text()", function()
      local result = conn:execute(la.text "select name, id from t order by id":columns{id = la.Integer})
      local row = result:first()
      assert.equal(1, row.id)
      assert.equal("a", row.name)
      assert.equal("b", conn:execute(la.text "select 'a' as x, 'b' as x"):first().x)
    end)

    it("tell what an INSERT did", function()
      local result = conn:execute(la.insert(t), {name = "d"})
      assert.equal(4, result.inserted_primary_key[1])
      assert.equal(1, result.rowcount)
      assert.same({name = "d", v = 5}, (function()
        local given = result:last_inserted_params()
        return {name = given.name, v = given.v}
      end)())
      assert.equal("v", result:prefetch_cols()[1].name)
      assert.equal("w", result:postfetch_cols()[1].name)
      assert.is_true(result.is_insert)
      local _, text = message(function() return rows().inserted_primary_key end)
      assert.equal("Statement is not an insert() expression construct.", text)
      _, text = message(function() return result:last_updated_params() end)
      assert.equal("Statement is not an update() expression construct.", text)
    end)

    it("come back in the order of many parameters", function()
      local insert = la.insert(t):returning(t.c.id, t.c.name, {sort_by_parameter_order = true})
      local names = {}
      for _, row in ipairs(conn:execute(insert, {{name = "z"}, {name = "y"}, {name = "x"}}):all()) do
        names[#names + 1] = tostring(row)
      end
      assert.same({"(4, 'z')", "(5, 'y')", "(6, 'x')"}, names)
    end)

    it("stream", function()
      local result = conn:execute(la.select(t.c.id), {}, {execution_options = {yield_per = 2}})
      local sizes = {}
      for part in result:partitions() do sizes[#sizes + 1] = #part end
      assert.same({2, 1}, sizes)
    end)

    it("follow the execution options of text, of functions and of DDL", function()
      local stmt = la.text("SELECT id FROM t ORDER BY id"):execution_options{yield_per = 2}
      assert.same({yield_per = 2}, stmt:get_execution_options())
      local sizes = {}
      for part in conn:execute(stmt):partitions() do sizes[#sizes + 1] = #part end
      assert.same({2, 1}, sizes)
      assert.equal(3, conn:scalar(la.func.abs(-3):execution_options{note = "x"}))
      local seen = {}
      la.event.listen(conn, "before_execute", function(_, _, _, _, options) seen[#seen + 1] = options.note end)
      conn:execute(la.DDL("CREATE TABLE noted (id INTEGER)"):execution_options{note = "ddl"})
      conn:execute(la.text("SELECT 1"):execution_options{note = "text"})
      assert.same({"ddl", "text"}, seen)
    end)

    it("come from SQL of the program's own", function()
      local mark = db.name == "postgresql" and "$1" or "?"
      assert.equal("a", conn:exec_driver_sql("select name from t where id = " .. mark, {1}):scalar())
      if db.name ~= "postgresql" then return end
      assert.equal("x%y", conn:exec_driver_sql("select %(x)s || '%%' || %(y)s || %(x)s || %(y)s",
        {x = "x", y = "y"}):scalar():sub(1, 3))
      assert.equal("1%2", conn:exec_driver_sql("select %s || '%%' || %s", {"1", "2"}):scalar())
      assert.equal("a%%", conn:exec_driver_sql("select 'a%%'"):scalar())
      assert.equal("a%%b", conn:exec_driver_sql("select 'a%%' || $1", {"b"}):scalar())
      assert.equal("a%s %", conn:exec_driver_sql("select 'a%s %'"):scalar())
      conn:exec_driver_sql("update t set name = %(name)s where id = %(id)s",
        {{id = 1, name = "A"}, {id = 2, name = la.NULL}})
      assert.equal("('A',)(None,)", tostring(rows():columns("name"):first())
        .. tostring(conn:execute(la.select(t.c.name):where(t.c.id:eq(2))):first()))
      local stmt = la.select(la.literal("100%")):compile{dialect = engine.dialect}
      assert.equal("100%", conn:exec_driver_sql(tostring(stmt), stmt.params):scalar())
      local e = message(conn.exec_driver_sql, conn, "select %(x)s", {y = 1})
      assert.is_true(la.exc.InvalidRequestError:is(e))
    end)

    it("know their execution, asked before and after they are read", function()
      local stmt = la.select(t.c.name):where(t.c.id:eq(la.bindparam "key"))
      local early, late = conn:execute(stmt, {key = 1}), conn:execute(stmt, {key = 2})
      local context = early.context
      assert.matches("SELECT t.name", context.statement, 1, true)
      assert.same({{1}}, context.parameters)
      assert.is_true(context.invoked_statement == stmt)
      assert.is_false(context.isinsert)
      assert.is_false(context.executemany)
      assert.equal(conn, context.connection)
      assert.equal("a", early:scalar())
      assert.equal("b", late:scalars():one())
      assert.is_false(late.context.isinsert)
      assert.equal(late.context, late.context)
      assert.is_true(late.closed)
      assert.matches("SELECT t.name", late.context.statement, 1, true)
    end)

    it("take the parameters of many columns", function()
      local wide = la.Table("wide_of_results", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}))
      for i = 1, 60 do wide:append_column(la.Column("c" .. i, la.Integer)) end
      wide:create(conn)
      for round = 1, 3 do
        local values = {id = round}
        for i = round, 60, round do values["c" .. i] = i * round end
        conn:execute(wide:insert(), values)
        local row = conn:execute(la.select(wide):where(wide.c.id:eq(round))):one()
        for i = 1, 60 do assert.equal(values["c" .. i], row["c" .. i]) end
      end
    end)

    it("refuse parameters of a wrong form", function()
      for _, given in ipairs{5, "x", {1, 2}} do
        local e = message(conn.execute, conn, la.insert(t), given)
        assert.is_true(la.exc.ArgumentError:is(e))
      end
      local e, text = message(conn.execute, conn, la.text "select :x")
      assert.is_true(la.exc.StatementError:is(e))
      assert.matches("A value is required for bind parameter 'x'", text, 1, true)
      e, text = message(conn.execute, conn, la.insert(t):values{v = la.bindparam "q"}, {{q = 1}, {}})
      assert.matches("A value is required for bind parameter 'q', in parameter group 1", text, 1, true)
      assert.is_true(la.exc.StatementError:is(e))
      assert.equal(5, conn:scalar(t.c.v.default))
      e = message(conn.execute, conn, "select 1")
      assert.is_true(la.exc.ObjectNotExecutableError:is(e))
    end)
  end)
end
