-- Many sets of parameters on PostgreSQL: they travel as arrays, some hundreds of rows to a statement, and mean what the
-- statement of each set would.
local la = require "lualchemy"
local support = require "spec.support"

describe("many sets on PostgreSQL", function()
  if not support.pg_url() then return pending("needs PostgreSQL (LA_TEST_PG)") end
  local engine, conn, t, post
  before_each(function()
    for db in support.databases() do
      if db.name == "postgresql" then engine = db:engine({connect_args = {prepare_threshold = 0}}) end
    end
    conn = engine:connect()
    post = la.Table("post", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
      la.Column("x", la.Integer, {unique = true}), la.Column("name", la.String(10)))
    post.metadata:create_all(conn)
  end)
  after_each(function()
    conn:close()
    engine:dispose()
  end)

  --- A table "one" of a column v of that type of PostgreSQL, known to the program as `of`.
  local function make(of, ddl)
    t = la.Table("one", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}), la.Column("v", of))
    conn:exec_driver_sql("DROP TABLE IF EXISTS one")
    conn:exec_driver_sql("CREATE TABLE one (id serial primary key, v " .. ddl .. ")")
  end

  --- 20 sets with these values, turn by turn; la.NULL is one of them.
  local function sets(values)
    local list = {}
    for i = 1, 20 do list[i] = {v = values[(i - 1) % #values + 1]} end
    return list
  end

  --- What the column holds, as text in the order of the keys.
  local function stored()
    local list = {}
    for _, row in ipairs(conn:exec_driver_sql("SELECT v::text FROM one ORDER BY id"):fetchall()) do
      list[#list + 1] = row[1] == nil and "NULL" or row[1]
    end
    return table.concat(list, "|")
  end

  --- How many prepared statements take arrays.
  local function in_arrays()
    return conn:exec_driver_sql("SELECT count(*) FROM pg_prepared_statements WHERE statement ~ 'unnes[t]'"):scalar()
  end

  describe("hold what single ones hold:", function()
    local date, clock = la.date(2024, 2, 29), la.time(23, 59, 58, 123456)
    local uuid = "12345678-9abc-def0-1234-56789abcdef0"
    local cases = {
      {"text", la.Text, "text", {"a", "", "it's \"so\" \\ {,} NULL", "äöü€😀", la.NULL, "NULL"}, true},
      {"varchar", la.String(10), "varchar(10)", {"a", la.NULL, "0123456789"}, true},
      {"char", la.CHAR(4), "char(4)", {"a", "abcd"}, true},
      {"name", la.Text, "name", {"a", "b\"c"}, true},
      {"json", la.JSON, "json", {{a = {1, 2}}, {b = "x\"y\\"}, la.NULL}, true},
      {"jsonb", la.postgresql.JSONB, "jsonb", {{a = {1, 2}}, {b = "x\"y\\"}, la.NULL}, true},
      {"integer", la.Integer, "integer", {1, -2147483648, 2147483647, la.NULL}, true},
      {"bigint, narrow and wide", la.BigInteger, "bigint", {1, 1099511627776, la.NULL, -5}, true},
      {"smallint", la.SmallInteger, "smallint", {1, -3}, true},
      {"numeric", la.Numeric(20, 5), "numeric(20,5)", {la.Decimal("1.5"), la.Decimal("-123456789.12345"), la.NULL},
        true},
      {"double precision", la.Double, "double precision", {1.5, -1e300, 0.1, la.NULL}, true},
      {"infinities among others", la.Double, "double precision", {1.5, -1 / 0, 1 / 0, la.NULL}, nil},
      {"real", la.Float, "real", {1.5, 0.25}, true},
      {"boolean", la.Boolean, "boolean", {true, false, la.NULL}, true},
      {"bytea", la.LargeBinary, "bytea", {"a\0b\255", "", la.NULL}, true},
      {"date", la.Date, "date", {date, la.NULL}, true},
      {"time", la.Time, "time", {clock, la.NULL}, true},
      {"timestamp", la.DateTime, "timestamp", {la.datetime(2024, 2, 29, 1, 2, 3, 4), la.NULL}, true},
      {"timestamptz", la.DateTime{timezone = true}, "timestamptz",
        {la.datetime(2024, 2, 29, 1, 2, 3, 4, la.timezone.utc), la.NULL}, true},
      {"interval", la.Interval, "interval", {la.timedelta(1, 2, 3), la.timedelta(-5), la.NULL}, true},
      {"uuid", la.Uuid, "uuid", {la.uuid(uuid), la.NULL}, true},
      {"a text for another type", la.Text, "uuid", {uuid, la.NULL}, true},
      {"texts for numbers", la.Text, "integer", {"1", " 2 ", la.NULL}, true},
      {"nothing but NULL", la.Integer, "integer", {la.NULL}, true},
      {"an enumeration", la.Enum("one", "two", {name = "number"}), "number", {"one", "two", la.NULL}, true},
      {"inet", la.postgresql.INET, "inet", {"10.0.0.1", la.NULL}, true},
      {"a pair", la.Text, "pair", {'(1,"a,\\"b")', "(,)", la.NULL}, false},
      {"a range", la.postgresql.INT4RANGE, "int4range", {"[1,5)", "empty", la.NULL}, true},
      {"a text for an array", la.Text, "integer[]", {"{1,2}", la.NULL}, false},
      {"a text for a box", la.Text, "box", {"(3,4),(1,2)", la.NULL}, false},
      {"an array", la.ARRAY(la.Integer), "integer[]", {{1, 2}, {}, la.NULL}, false},
      {"a domain", la.Integer, "positive", {1, 2, la.NULL}, nil},
      {"integers and fractions", la.Numeric, "numeric", {la.Decimal("1.5"), 2}, nil},
    }
    for _, case in ipairs(cases) do
      local title, of, ddl, values, as_arrays = case[1], case[2], case[3], case[4], case[5]
      it(title, function()
        conn:exec_driver_sql("CREATE TYPE number AS ENUM ('one', 'two')")
        conn:exec_driver_sql("CREATE TYPE pair AS (a integer, b text)")
        conn:exec_driver_sql("CREATE DOMAIN positive AS integer CHECK (value > 0)")
        make(of, ddl)
        for _, set in ipairs(sets(values)) do conn:execute(t:insert(), set) end
        local singly = stored()
        conn:exec_driver_sql("TRUNCATE one")
        conn:execute(t:insert(), sets(values))
        conn:execute(t:insert(), sets(values))
        assert.equal(singly .. "|" .. singly, stored())
        if as_arrays ~= nil then assert.equal(as_arrays and 1 or 0, in_arrays()) end
        conn:rollback()
      end)
    end
  end)

  it("are refused where single ones are", function()
    make(la.Text, "varchar(3)")
    conn:commit()
    for _, wrong in ipairs{"abcd", "a\0", "a\255"} do
      local list = sets{"a", "b"}
      list[17] = {v = wrong}
      local e = assert.error(function() conn:execute(t:insert(), list) end)
      conn:rollback()
      local alone = assert.error(function() conn:execute(t:insert(), {v = wrong}) end)
      assert.equal(alone.kind, e.kind)
      assert.equal(alone.orig and tostring(alone.orig), e.orig and tostring(e.orig))
      conn:rollback()
      assert.equal("", stored())
    end
    make(la.Text, "integer")
    local e = assert.error(function() conn:execute(t:insert(), sets{"1", "x"}) end)
    assert.matches('invalid input syntax for type integer: "x"', tostring(e), 1, true)
    conn:rollback()
  end)

  it("give keys back in their order, computed values among them", function()
    local list = {}
    for i = 1, 3000 do list[i] = {x = 5000 - i, name = "n" .. i} end
    local insert = la.insert(post):returning(post.c.id, post.c.x, (post.c.x + post.c.x):label("more"),
      {sort_by_parameter_order = true})
    for i, row in ipairs(conn:execute(insert, list):all()) do
      assert.same({i, 5000 - i, 2 * (5000 - i)}, {row:unpack()})
    end
    assert.equal(1, in_arrays())
  end)

  it("take expressions and constants beside the parameters", function()
    local insert = la.insert(post):values{name = la.func.lower("ABC")}
    local list = {}
    for i = 1, 50 do list[i] = {x = i} end
    conn:execute(insert, list)
    assert.equal(50, conn:scalar(la.select(la.func.count()):where(post.c.name:eq("abc"))))
    local from = la.insert(post):values{name = la.select(la.func.max(post.c.name)):where(
      post.c.x:eq(la.bindparam("other"))):scalar_subquery()}
    for i = 1, 50 do list[i] = {x = 50 + i, other = i} end
    conn:execute(from, list)
    assert.equal(100, conn:scalar(la.select(la.func.count()):where(post.c.name:eq("abc"))))
  end)

  it("are one row each for the update of a flush, whose count is checked", function()
    local Base = la.declarative_base()
    local Post = Base:class("Post", {__table__ = post})
    local session = la.Session(engine)
    conn:commit()
    for i = 1, 100 do session:add(Post{x = i, name = "n" .. i}) end
    session:commit()
    for round = 1, 2 do
      for i, one in ipairs(session:scalars(la.select(Post):order_by(Post.id)):all()) do
        one.name = ("%d-%d"):format(round, i)
        one.x = i > 50 and one.x or one.x + 1000
      end
      session:flush()
    end
    assert.equal("2-100", session:scalar(la.select(Post.name):where(Post.id:eq(100))))
    assert.equal(2, session:scalar(la.text(
      "SELECT count(*) FROM pg_prepared_statements WHERE statement ~ 'UPDATE.*unnes[t]'")))
    session:commit()
    local all = session:scalars(la.select(Post):order_by(Post.id)):all()
    conn:exec_driver_sql("DELETE FROM post WHERE id = 50")
    conn:commit()
    for _, one in ipairs(all) do one.name = "gone" end
    local e = assert.error(function() session:flush() end)
    assert.matches("'post' expected to update 100 row(s); 99 were matched.", tostring(e), 1, true)
    session:close()
  end)

  it("may be of the same row elsewhere: the last one stays", function()
    conn:execute(post:insert(), {{id = 1, x = 0}, {id = 2, x = -1}})
    local update, list = la.update(post):where(post.c.id:eq(la.bindparam("of"))):values{x = la.bindparam("to")}, {}
    for i = 1, 40 do list[i] = {of = 1, to = i} end
    assert.equal(40, conn:execute(update, list).rowcount)
    assert.equal(40, conn:scalar(la.select(post.c.x):where(post.c.id:eq(1))))
  end)

  it("fail as one in the middle does, and leave nothing", function()
    local list = {}
    for i = 1, 5000 do list[i] = {x = i} end
    list[4321] = {x = 7}
    conn:commit()
    local e = assert.error(function() conn:execute(post:insert(), list) end)
    assert.matches("Key (x)=(7) already exists", tostring(e), 1, true)
    conn:rollback()
    assert.equal(0, conn:scalar(la.select(la.func.count()):select_from(post)))
    list[4321] = {x = 4321}
    assert.equal(1000, conn:execute(post:insert(), list).rowcount)
    assert.equal(5000, conn:scalar(la.select(la.func.count()):select_from(post)))
  end)

  it("of several pages are told of by the page that failed, as if each had been sent alone", function()
    local Base = la.declarative_base()
    local Post = Base:class("Post", {__table__ = post})
    local list = {}
    for i = 1, 3456 do list[i] = {x = i, name = "n" .. i} end
    conn:commit()
    local function failure(at, fn)
      list[at].x = 7
      local e = assert.error(fn)
      list[at].x = at
      conn:rollback()
      return {e.statement, e.params, (tostring(e):gsub("%(Background.*", ""))}
    end
    local function core() conn:execute(post:insert(), list) end
    local function orm()
      local session = la.Session(conn)
      local rows = session:scalars(la.insert(Post):returning(Post), list):all()
      session:close()
      return rows
    end
    local function watch() end
    for _, at in ipairs{8, 1000, 1001, 2500, 3001, 3456} do
      local of_core, of_orm = failure(at, core), failure(at, orm)
      la.event.listen(engine, "after_cursor_execute", watch)
      assert.same(failure(at, core), of_core)
      assert.same(failure(at, orm), of_orm)
      la.event.remove(engine, "after_cursor_execute", watch)
    end
    local rows = orm()
    assert.equal(3456, #rows)
    for i = 1, #rows do assert.same({i, "n" .. i, rows[1].id + i - 1}, {rows[i].x, rows[i].name, rows[i].id}) end
    for i = 1, #list do list[i].name = ("n%d%s"):format(i, ("x"):rep(3)) end
    conn:rollback()
    assert.equal(456, conn:execute(post:insert(), list).rowcount)
  end)

  it("follow a change of the table", function()
    make(la.Text, "text")
    for _, ddl in ipairs{"text", "varchar(20)", "jsonb", "integer"} do
      conn:exec_driver_sql("ALTER TABLE one ALTER v TYPE " .. ddl .. " USING v::text::" .. ddl)
      conn:execute(t:insert(), sets{"1", "2"})
      conn:execute(t:insert(), sets{"3"})
      conn:commit()
    end
    assert.equal(160, conn:scalar(la.select(la.func.count()):select_from(t)))
    assert.equal(("1|2|"):rep(10) .. ("3|"):rep(19) .. "3", stored():sub(1, 79))
  end)

  it("show listeners and the log the statements of SQLAlchemy", function()
    local texts = {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) texts[#texts + 1] = sql:sub(1, 66) end)
    local list = {}
    for i = 1, 30 do list[i] = {x = i} end
    conn:execute(post:insert(), list)
    assert.same({"INSERT INTO post (x) VALUES ($1), ($2), ($3), ($4), ($5), ($6), ($"}, texts)
  end)
end)
