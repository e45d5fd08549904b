-- Names that rows answer to besides those of their columns, what makes mappings equal, parameters by name.
local la = require "lualchemy"

describe("rows", function()
  local conn, users

  before_each(function()
    local metadata = la.MetaData()
    users = la.Table("users", metadata, la.Column("id", la.Integer, {primary_key = true}),
      la.Column("user_name", la.String, {key = "name"}))
    conn = la.create_engine("sqlite://"):connect()
    metadata:create_all(conn)
    conn:execute(users:insert(), {{name = "jack"}, {name = "jack"}})
  end)

  after_each(function() conn:close() end)

  it("answer to a column's key and to its name behind its table's", function()
    local row = conn:execute(la.select(users)):first()
    assert.same({"jack", "jack", 1}, {row.user_name, row.name, row.users_id})
    assert.equal("jack", row._mapping.name)
    assert.is_true(row._mapping:contains("users_user_name"))
    assert.same({"id", "user_name"}, row._fields)
    assert.same({"jack", "jack"}, conn:execute(la.select(users)):scalars("name"):all())
    assert.equal("jack", conn:execute(users:insert():values{name = "jack"}:returning(users)):first().name)
    local labelled = la.select(users):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL)
    assert.equal("jack", conn:execute(labelled):first().users_name)
  end)

  it("do not answer to what a label hides", function()
    local row = conn:execute(la.select(users.c.name:label("n"))):first()
    assert.equal("jack", row.n)
    assert.has_error(function() return row.name end)
  end)

  it("of text answer to the names of the columns that it was given", function()
    local text = la.text("SELECT id AS a, user_name AS b FROM users")
    local row = conn:execute(text:columns(users.c.id, users.c.name)):first()
    assert.same({1, 1, "jack", "jack", "jack"}, {row.a, row.id, row.b, row.user_name, row.name})
  end)

  it("as mappings are unique by their values", function()
    assert.equal(1, #conn:execute(la.select(users.c.name)):mappings():unique():all())
  end)

  it("take parameters by name in SQL of a program's own", function()
    local row = conn:exec_driver_sql([[SELECT :a, @b, $a, ':a', ":c" /* :d */ -- :e
      FROM (SELECT 1 AS ":c")]], {a = 5, b = "x"}):first()
    assert.same({5, "x", 5, ":a", 1}, {row:unpack()})
    assert.equal(2, conn:exec_driver_sql("UPDATE users SET user_name = :n WHERE id = :id",
      {{n = "a", id = 1}, {n = "b", id = 2}}).rowcount)
    local ok, e = pcall(conn.exec_driver_sql, conn, "SELECT :a", {b = 1})
    assert.is_false(ok)
    assert.truthy(tostring(e):find("a value is required for parameter 'a'", 1, true))
  end)

  it("of text warn of columns that do not come", function()
    local list = la.warnings.catch_warnings(function()
      conn:execute(la.text("SELECT id FROM users"):columns(users.c.id, users.c.name)):all()
    end)
    assert.equal("Number of columns in textual SQL (2) is smaller than number of columns requested (1)",
      list[1].message)
  end)
end)

describe("INSERT", function()
  it("warns of a key that nothing gives a value", function()
    local metadata = la.MetaData()
    local t = la.Table("t", metadata, la.Column("id", la.String, {primary_key = true}), la.Column("x", la.Integer))
    la.create_engine("sqlite://"):connect(function(conn)
      metadata:create_all(conn)
      local list = la.warnings.catch_warnings(function() pcall(conn.execute, conn, t:insert():values{x = 5}) end)
      local text = "Column 't.id' is marked as a member of the primary key for table 't'"
      assert.truthy(list[1].message:find(text, 1, true))
      assert.same({}, la.warnings.catch_warnings(function() conn:execute(t:insert():values{id = "a", x = 5}) end))
    end)
  end)
end)
