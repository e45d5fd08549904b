-- from_dml_column(): what another column of an INSERT or UPDATE is given; DELETE … USING.
local la = require "lualchemy"
local support = require "spec.support"
local compiles = support.compiles

local copy = la.from_dml_column
local metadata = la.MetaData()
local t = la.Table("dml_column", metadata,
  la.Column("id", la.Integer, {primary_key = true}), la.Column("a", la.String(40)), la.Column("b", la.String(40)),
  la.Column("c", la.String(40)))
local d = la.Table("dml_default", metadata,
  la.Column("id", la.Integer, {primary_key = true}), la.Column("a", la.String(40)),
  la.Column("made", la.String(40), {default = la.func.upper("now"), onupdate = la.func.upper("later")}),
  la.Column("n", la.Integer, {default = function() return 7 end, onupdate = function() return 8 end}),
  la.Column("s", la.String(40), {server_default = "x"}))
local c = t.c

describe("from_dml_column in INSERT", function()
  compiles("of a value", t:insert():values{a = "x", b = copy(c.a)}, {
    default = "INSERT INTO dml_column (a, b) VALUES (:a, :a)",
    postgresql = "INSERT INTO dml_column (a, b) VALUES (:a, :a) RETURNING dml_column.id",
    mysql = "INSERT INTO dml_column (a, b) VALUES (:a, :a)",
    mssql = "INSERT INTO dml_column (a, b) OUTPUT inserted.id VALUES (:a, :a)",
    params = {a = "x"},
  })
  compiles("of a later column", t:insert():values{a = copy(c.c) .. "!", c = "x"}:inline(), {
    default = "INSERT INTO dml_column (a, c) VALUES ((:c || :param_1), :c)", params = {c = "x", param_1 = "!"},
  })
  compiles("of an expression", t:insert():values{a = la.func.foo(3), b = copy(c.a) .. "x"}:inline(), {
    default = "INSERT INTO dml_column (a, b) VALUES (foo(:foo_1), (foo(:foo_1) || :param_1))",
    params = {foo_1 = 3, param_1 = "x"},
  })
  compiles("of a parameter to come", t:insert():values{b = copy(c.a)}:inline(), {
    default = "INSERT INTO dml_column (a, b) VALUES (:a, :a)", options = {column_keys = {"a"}},
  })
  compiles("of a named bind", t:insert():values{a = la.bindparam("q"), b = copy(c.a)}:inline(), {
    default = "INSERT INTO dml_column (a, b) VALUES (:q, :q)",
  })
  compiles("of a copy", t:insert():values{a = "x", b = copy(c.a), c = copy(c.b)}:inline(), {
    default = "INSERT INTO dml_column (a, b, c) VALUES (:a, :a, :a)", params = {a = "x"},
  })
  compiles("of defaults", d:insert():values{a = copy(d.c.made), s = la.cast(copy(d.c.n), la.String(9))}:inline(), {
    default = "INSERT INTO dml_default (a, made, n, s) VALUES (upper(:upper_1), upper(:upper_1), :n, "
      .. "CAST(:n AS VARCHAR(9)))",
  })
  compiles("in each of many rows", t:insert():values{{a = "1", b = copy(c.a)}, {a = "2", b = copy(c.a) .. "z"}}, {
    default = {fails = "does not support in-place multirow inserts"},
    sqlite = "INSERT INTO dml_column (a, b) VALUES (:a_m0, :a_m0), (:a_m1, (:a_m1 || :param_1))",
    postgresql = "INSERT INTO dml_column (a, b) VALUES (:a_m0, :a_m0), (:a_m1, (:a_m1 || :param_1))",
    params = {a_m0 = "1", a_m1 = "2", param_1 = "z"},
  })
  compiles("of what has no value", t:insert():values{a = copy(c.b)}, {
    default = {fails = "Can't resolve referenced column name in INSERT statement: 'b'"},
  })
  compiles("of what the server gives", d:insert():values{a = copy(d.c.s)}, {
    default = {fails = "Can't resolve referenced column name in INSERT statement: 's'"},
  })
end)

describe("from_dml_column in UPDATE", function()
  compiles("of a value", t:update():values{a = "x", b = copy(c.a)}, {
    default = "UPDATE dml_column SET a=:a, b=:a", params = {a = "x"},
  })
  compiles("of a column that is not set", t:update():values{b = copy(c.a)}, {
    default = "UPDATE dml_column SET b=dml_column.a", params = {},
  })
  compiles("of an expression", t:update():values{a = c.a .. "x", b = copy(c.a)}, {
    default = "UPDATE dml_column SET a=(dml_column.a || :a_1), b=(dml_column.a || :a_1)", params = {a_1 = "x"},
  })
  compiles("of onupdate", d:update():values{a = copy(d.c.made)}, {
    default = "UPDATE dml_default SET a=upper(:upper_1), made=upper(:upper_1), n=:n",
  })
  compiles("in the order given", t:update():ordered_values({c.b, copy(c.a)}, {c.a, "5"}), {
    default = "UPDATE dml_column SET b=:a, a=:a", params = {a = "5"},
  })
  compiles("in a subquery", t:update():values{a = "1", b = la.select(copy(c.a)):scalar_subquery()}, {
    default = "UPDATE dml_column SET a=:a, b=(SELECT :a AS anon_1)", params = {a = "1"},
  })
  compiles("of itself", t:update():values{a = copy(c.a) .. "x"}, {default = {fails = "refers to itself"}})
  compiles("of each other", t:update():values{a = copy(c.b), b = copy(c.a)}, {default = {fails = "refers to itself"}})
  compiles("in WHERE", t:update():values{a = "x"}:where(c.b:eq(copy(c.a))), {
    default = {fails = "DML target objects may only be used with compiled INSERT or UPDATE statements"},
  })
  it("is about a column", function()
    assert.has_error(function() copy("a") end, la.exc.ArgumentError("Column expression expected, got 'a'."))
    assert.has_error(function() copy(la.func.foo()) end)
    assert.is_true(la.String:is(copy(c.a).type))
  end)
end)

describe("DELETE … USING", function()
  local unsupported = {fails = "This backend does not support multiple-table criteria within DELETE"}
  local function using(name, statement, postgresql, mysql, mssql)
    compiles(name, statement, {
      default = unsupported, sqlite = unsupported, postgresql = postgresql, mysql = mysql, mssql = mssql,
      oracle = unsupported,
    })
  end
  local on = c.id:eq(d.c.id)
  using("a table", t:delete():using(d):where(c.a:eq("x")),
    "DELETE FROM dml_column USING dml_default WHERE dml_column.a = :a_1",
    "DELETE FROM dml_column USING dml_column, dml_default WHERE dml_column.a = :a_1",
    "DELETE FROM dml_column FROM dml_column, dml_default WHERE dml_column.a = :a_1")
  using("a table that WHERE is about, too", t:delete():using(d):where(on),
    "DELETE FROM dml_column USING dml_default WHERE dml_column.id = dml_default.id",
    "DELETE FROM dml_column USING dml_column, dml_default WHERE dml_column.id = dml_default.id",
    "DELETE FROM dml_column FROM dml_column, dml_default WHERE dml_column.id = dml_default.id")
  using("a join with the table", t:delete():using(t:outerjoin(d, on)):where(d.c.a:eq(nil)),
    "DELETE FROM dml_column USING dml_column LEFT OUTER JOIN dml_default ON dml_column.id = dml_default.id "
      .. "WHERE dml_default.a IS NULL",
    "DELETE FROM dml_column USING dml_column LEFT OUTER JOIN dml_default ON dml_column.id = dml_default.id "
      .. "WHERE dml_default.a IS NULL",
    "DELETE FROM dml_column FROM dml_column, dml_column LEFT OUTER JOIN dml_default "
      .. "ON dml_column.id = dml_default.id WHERE dml_default.a IS NULL")
end)

-- ---- executed ----

local Base = la.declarative_base()
local Note = Base:class("Note", {
  __tablename__ = "dml_note",
  id = la.Column{la.Integer, primary_key = true}, text = la.Column{la.String(40)}, old = la.Column{la.String(40)},
})
local Gone = Base:class("Gone", {
  __tablename__ = "dml_gone",
  id = la.Column{la.Integer, primary_key = true}, note_id = la.Column{la.Integer},
})

for db in support.databases() do
  describe("from_dml_column in " .. db.name, function()
    local engine
    setup(function()
      engine = db:engine()
      metadata:drop_all(engine)
      metadata:create_all(engine)
      Base.metadata:drop_all(engine)
      Base.metadata:create_all(engine)
    end)
    teardown(function()
      metadata:drop_all(engine)
      Base.metadata:drop_all(engine)
    end)

    it("gives both the same", function()
      engine:begin(function(conn)
        conn:execute(t:insert():values{a = "x", b = copy(c.a) .. "y"})
        conn:execute(t:insert():values{b = copy(c.a)}, {{a = "1", c = "q"}, {a = "2", c = "r"}})
        conn:execute(t:update():where(c.a:eq("1")):values{c = "s", b = copy(c.c)})
        local rows = {}
        for row in conn:execute(la.select(c.a, c.b, c.c):order_by(c.id)) do
          rows[#rows + 1] = table.concat({row.a, row.b, tostring(row.c)}, " ")
        end
        assert.same({"x xy nil", "1 s s", "2 2 r"}, rows)
        conn:execute(d:insert():values{a = copy(d.c.made), s = la.cast(copy(d.c.n), la.String(9))})
        local row = conn:execute(la.select(d)):one()
        assert.same({"NOW", "NOW", 7, "7"}, {row.a, row.made, row.n, row.s})
      end)
    end)

    it("serves rows that are returned in order", function()
      engine:begin(function(conn)
        local insert = t:insert():values{b = copy(c.a) .. "!"}:returning(c.b, {sort_by_parameter_order = true})
        local given = conn:execute(insert, {{a = "1"}, {a = "2"}, {a = "3"}}):scalars():all()
        assert.same({"1!", "2!", "3!"}, given)
      end)
    end)

    it("serves classes", function()
      la.Session(engine, function(session)
        session:add_all{Note{text = "a"}, Note{text = "b"}}
        session:commit()
        session:execute(la.update(Note):where(Note.text:eq("a")):values{text = "c", old = copy(Note.text) .. "?"})
        local note = session:scalars(la.select(Note):where(Note.text:eq("c"))):one()
        assert.equal("c?", note.old)
        session:rollback()
      end)
    end)

    if db.name == "postgresql" then
      it("DELETE uses classes", function()
        la.Session(engine, function(session)
          session:add_all{Note{id = 11, text = "a"}, Note{id = 12, text = "a"}, Gone{note_id = 12}}
          session:flush()
          session:execute(la.delete(Note):using(Gone):where(Note.id:eq(Gone.note_id)))
          assert.same({11}, session:scalars(la.select(Note.id):where(Note.id:gt(10))):all())
          session:rollback()
        end)
      end)
    end
  end)
end
