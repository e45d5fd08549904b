-- INSERT of many sets of parameters as statements of many rows.
local la = require "lualchemy"
local echo = require "lualchemy.engine.echo"
local support = require "spec.support"

for db in support.databases() do
  local postgresql = db.name == "postgresql"
  describe("INSERT of many sets in " .. db.name, function()
    local engine, conn, t, given, unique
    before_each(function()
      engine = db:engine()
      local metadata, serial = la.MetaData(), 0
      t = la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.Integer),
        la.Column("y", la.Integer, {server_default = "7"}))
      given = la.Table("given", metadata, la.Column("id", la.Integer, {primary_key = true, autoincrement = false}),
        la.Column("x", la.Integer, {server_default = "7"}))
      unique = la.Table("keyed", metadata, la.Column("id", la.String(10), {primary_key = true, default = function()
        serial = serial + 1
        return "k" .. serial
      end}), la.Column("x", la.Integer, {unique = true}))
      metadata:create_all(engine)
      conn = engine:connect()
    end)
    after_each(function()
      conn:close()
      engine:dispose()
    end)

    --- {x = 1}, {x = 2} …
    local function numbered(n)
      local list = {}
      for i = 1, n do list[i] = {x = i} end
      return list
    end

    --- How many rows each statement had (by its parameters), and what was told of it.
    local function watched(fn)
      local sizes, texts = {}, {}
      local function before(_, _, sql, parameters, _, many)
        sizes[#sizes + 1] = #parameters
        texts[#texts + 1] = sql
        assert.is_true(many)
      end
      la.event.listen(conn.engine, "before_cursor_execute", before)
      fn()
      la.event.remove(conn.engine, "before_cursor_execute", before)
      return sizes, texts
    end

    it("has pages of 1000 rows", function()
      local result
      local sizes = watched(function() result = conn:execute(t:insert():returning(t.c.id), numbered(2500)) end)
      assert.same({1000, 1000, 500}, sizes)
      assert.equal(500, result.rowcount)
      assert.equal(2500, #result:all())
      assert.equal(2500, conn:scalar(la.select(la.func.count()):select_from(t)))
    end)

    it("has pages of another size, by engine or by execution", function()
      local small = la.create_engine(engine.url, {insertmanyvalues_page_size = 4})
      local on = small:connect()
      t:create(on, {checkfirst = true})
      local statements = 0
      la.event.listen(small, "before_cursor_execute", function() statements = statements + 1 end)
      on:execute(t:insert():returning(t.c.id), numbered(10)):all()
      assert.equal(3, statements)
      local five = {execution_options = {insertmanyvalues_page_size = 5}}
      on:execute(t:insert():returning(t.c.id), numbered(10), five):all()
      assert.equal(5, statements)
      on:close()
      small:dispose()
      assert.has_error(function() la.create_engine(db.url, {insertmanyvalues_page_size = 0}) end)
    end)

    it("stays below the number of parameters that a statement may have", function()
      local options = {execution_options = {insertmanyvalues_page_size = 100000}}
      local sizes = watched(function() conn:execute(t:insert():returning(t.c.id), numbered(40000), options):all() end)
      assert.same({32700, 7300}, sizes)
    end)

    it("gives the rows in the order of the sets", function()
      local insert = t:insert():returning(t.c.id, t.c.x, t.c.y, {sort_by_parameter_order = true})
      local sets = numbered(30)
      local options = {execution_options = {insertmanyvalues_page_size = 7}}
      local rows
      local sizes, texts = watched(function() rows = conn:execute(insert, sets, options):all() end)
      for i, row in ipairs(rows) do
        assert.same({i, i, 7}, {row.id, row.x, row.y})
        assert.is_nil(row[4])
      end
      if postgresql then
        assert.same({7, 7, 7, 7, 2}, sizes)
        assert.matches("FROM (VALUES ($1, 0), ($2, 1)) AS imp_sen(p0, sen_counter) ORDER BY sen_counter", texts[5], 1,
          true)
      else
        assert.equal(30, #sizes)
      end
    end)

    it("tells rows apart by keys that the program gives", function()
      local insert = given:insert():returning(given.c.id, given.c.x, {sort_by_parameter_order = true})
      local ids = {}
      local sizes = watched(function()
        for _, row in ipairs(conn:execute(insert, {{id = 5}, {id = 3}, {id = 4}}):all()) do ids[#ids + 1] = row.id end
      end)
      assert.same({5, 3, 4}, ids)
      assert.same({3}, sizes)
    end)

    it("tells rows apart by keys of default functions", function()
      local insert = unique:insert():returning(unique.c.x, unique.c.id, {sort_by_parameter_order = true})
      local rows = conn:execute(insert, {{x = 3}, {x = 1}, {x = 2}}):all()
      assert.same({"3 k1", "1 k2", "2 k3"}, {rows[1].x .. " " .. rows[1].id, rows[2].x .. " " .. rows[2].id,
        rows[3].x .. " " .. rows[3].id})
    end)

    it("tells rows apart by a column of their own", function()
      local marked = la.Table("marked", la.MetaData(), la.Column("id", la.String(32), {primary_key = true,
        default = function() return la.uuid4().hex end}), la.Column("x", la.Integer), la.insert_sentinel("mark"))
      marked:create(conn)
      local insert = marked:insert():returning(marked.c.x, {sort_by_parameter_order = true})
      assert.same({3, 1, 2}, conn:execute(insert, {{x = 3}, {x = 1}, {x = 2}}):scalars():all())
      assert.same({0, 1, 2}, conn:scalars(la.select(marked.c.mark):order_by(marked.c.mark)):all())
    end)

    it("of one set is a statement like any other", function()
      local insert = t:insert():returning(t.c.id, {sort_by_parameter_order = true})
      local heard
      la.event.listen(engine, "before_cursor_execute", function(_, _, _, _, _, many) heard = many end, {once = true})
      assert.equal(1, conn:execute(insert, {{x = 1}}):scalar())
      assert.is_false(heard)
    end)

    it("takes SQL expressions and NULL", function()
      local insert = t:insert():values{y = la.func.abs(la.bindparam("z"))}:returning(t.c.x, t.c.y)
      local rows = conn:execute(insert, {{x = 1, z = -3}, {x = la.NULL, z = 4}}):all()
      assert.same({1, 3}, {rows[1].x, rows[1].y})
      assert.same({nil, 4}, {rows[2].x, rows[2].y})
    end)

    it("leaves nothing half done in a statement that fails, and shows the ends of a long one", function()
      conn:execute(unique:insert(), {x = 60})
      conn:commit()
      local sets = numbered(100)
      local ok, e = pcall(conn.execute, conn, unique:insert():returning(unique.c.x), sets)
      assert.is_false(ok)
      assert.equal("unique_violation", e.kind)
      assert.is_false(e.ismulti)
      assert.equal(200, #e.params)
      assert.matches("characters truncated", tostring(e), 1, true)
      assert.matches("100 parameters truncated", tostring(e), 1, true)
      assert.is_nil(e.statement:find("truncated", 1, true))
      if postgresql then conn:rollback() end
      assert.equal(1, conn:scalar(la.select(la.func.count()):select_from(unique)))
    end)

    it("lets listeners change a statement", function()
      local function change(_, _, sql, parameters)
        if sql:find("INSERT", 1, true) then parameters[1] = 77 end
        return {sql, parameters}
      end
      la.event.listen(engine, "before_cursor_execute", change, {retval = true})
      local rows = conn:execute(t:insert():returning(t.c.x), numbered(3)):all()
      la.event.remove(engine, "before_cursor_execute", change)
      assert.same({77, 2, 3}, {rows[1].x, rows[2].x, rows[3].x})
    end)

    it("counts all rows where it is asked to", function()
      local options = {execution_options = {insertmanyvalues_page_size = 4, preserve_rowcount = true}}
      assert.equal(10, conn:execute(t:insert():returning(t.c.id), numbered(10), options).rowcount)
    end)

    it("shows each statement in the log", function()
      local lines, write = {}, echo.write
      local loud = la.create_engine(engine.url, {echo = true, insertmanyvalues_page_size = 2})
      echo.write = function(line) lines[#lines + 1] = line:gsub("^.-Engine ", ""):gsub("%d[%d.e-]*s ", "Ts ") end
      local ok, e = pcall(loud.begin, loud, function(on)
        given:create(on, {checkfirst = true})
        on:execute(given:insert():returning(given.c.x), {{id = 1}, {id = 2}, {id = 3}})
      end)
      echo.write = write
      loud:dispose()
      assert(ok, e)
      assert.equal(postgresql and "INSERT INTO given (id) VALUES ($1) RETURNING given.x"
        or "INSERT INTO given (id) VALUES (?) RETURNING x", lines[#lines - 2])
      assert.equal("[generated in Ts (insertmanyvalues) 1/2 (unordered)] (1, 2)", lines[#lines - 3])
      assert.equal("[insertmanyvalues 2/2 (unordered)] (3,)", lines[#lines - 1])
    end)

    describe("by functions whose values rise", function()
      --- PostgreSQL has uuidv7() from 18 on: one that counts serves as well.
      local RISING = [[CREATE FUNCTION rising() RETURNS uuid LANGUAGE sql AS
        $$SELECT lpad(to_hex(nextval('rising_seq')), 32, '0')::uuid$$]]

      local function call()
        if postgresql then return la.func.rising{monotonic = true, type_ = la.Uuid} end
        return la.func.lower(la.func.hex(la.text "randomblob(16)"), {monotonic = true, type_ = la.Uuid})
      end

      --- Inserts three rows; gives how many each statement had, and its text.
      local function insert(options, ...)
        if postgresql then
          conn:execute(la.text "CREATE SEQUENCE rising_seq")
          conn:execute(la.text(RISING:gsub("::", "\\:\\:")))
        end
        local made = la.Table("made", la.MetaData(), la.Column("x", la.Integer), la.Column("id", la.Uuid, options), ...)
        made:create(conn)
        local stmt, rows = made:insert():returning(made.c.x, made.c.id, {sort_by_parameter_order = true}), nil
        local sizes, texts = watched(function() rows = conn:execute(stmt, {{x = 9}, {x = 3}, {x = 5}}):all() end)
        assert.same({9, 3, 5}, {rows[1].x, rows[2].x, rows[3].x})
        for i = 1, 3 do
          assert.is_true(rows[i].id == conn:scalar(la.select(made.c.id):where(made.c.x:eq(rows[i].x))))
        end
        return sizes, texts[1]
      end

      local values = "SELECT %s FROM (VALUES ($1, 0), ($2, 1), ($3, 2)) AS imp_sen(p0, sen_counter) "
        .. "ORDER BY sen_counter RETURNING made.x, made.id, made.id AS id__1"

      local function check(columns, selected, options, ...)
        local sizes, text = insert(options, ...)
        assert.same(postgresql and {3} or {1, 1, 1}, sizes)
        if postgresql then assert.equal("INSERT INTO made (" .. columns .. ") " .. values:format(selected), text) end
      end

      it("that the statement calls", function()
        check("x, id", "p0::INTEGER, rising()", {primary_key = true, default = call()})
      end)
      it("that the table calls", function()
        if not postgresql then return end
        check("x", "p0::INTEGER", {primary_key = true, server_default = call()})
      end)
      it("of a marked column", function()
        if not postgresql then return end
        check("x", "p0::INTEGER", {server_default = call(), insert_sentinel = true}, la.PrimaryKeyConstraint("x"))
      end)
      it("beside another column of the key", function()
        check("x, id", "p0::INTEGER, rising()", {default = call()}, la.PrimaryKeyConstraint("x", "id"))
      end)
      it("only where that is said", function()
        if not postgresql then return end
        local sizes = insert{primary_key = true, server_default = la.func.rising()}
        assert.same({1, 1, 1}, sizes)
      end)
      it("which is read from the function", function()
        local rising = la.sql.functions.GenericFunction:class("rising_ids", {type = la.Uuid, monotonic = true})
        assert.is_true(call().monotonic)
        local made = la.sql.functions.Function("f", {monotonic = true, type_ = la.Integer})
        assert.is_true(made.monotonic)
        assert.is_true(la.Integer:is(made.type))
        assert.is_true(rising().monotonic)
        assert.is_true(la.func.rising_ids().monotonic)
        assert.is_false(la.func.f().monotonic)
        assert.is_false(pcall(la.func.f, {monotonic = "yes"}))
      end)
    end)
  end)
end
