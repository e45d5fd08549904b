-- Schemas of SQLite may use what SQLite itself brings: JSON in indexes, constraints, generated columns, views and
-- triggers; full-text and R*Tree tables in triggers. Of the functions of a program they may call deterministic ones.
local la = require "lualchemy"

describe("the schema of a SQLite database", function()
  local engine, conn
  before_each(function()
    engine = la.create_engine("sqlite://")
    la.event.listen(engine, "connect", function(dbapi)
      dbapi:create_function("double", 1, function(x) return x * 2 end, {deterministic = true})
      dbapi:create_function("act", 1, function(x) return x end)
    end)
    conn = engine:connect()
  end)
  after_each(function()
    conn:close()
    engine:dispose()
  end)

  local function run(...)
    for _, sql in ipairs{...} do conn:exec_driver_sql(sql) end
  end

  it("uses JSON", function()
    run("CREATE TABLE t (j TEXT CHECK (json_valid(j)), a TEXT GENERATED ALWAYS AS (json_extract(j, '$.a')))",
      "CREATE INDEX ix ON t (json_extract(j, '$.b'))", "CREATE VIEW v AS SELECT json_extract(j, '$.b') AS b FROM t",
      "CREATE TABLE log (b)",
      "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (json_extract(new.j, '$.b')); END",
      [[INSERT INTO t (j) VALUES ('{"a": "x", "b": 5}')]])
    assert.equal("x", conn:scalar(la.text("SELECT a FROM t")))
    assert.equal(5, conn:scalar(la.text("SELECT v.b FROM v JOIN log ON log.b = v.b")))
  end)

  it("fills full-text and R*Tree tables from triggers", function()
    if not pcall(run, "CREATE VIRTUAL TABLE fts USING fts5(body)",
      "CREATE VIRTUAL TABLE boxes USING rtree(id, a, b)") then
      return pending("this SQLite has no fts5 or no rtree")
    end
    run("CREATE TABLE docs (id INTEGER PRIMARY KEY, body TEXT)",
      "CREATE TRIGGER tr AFTER INSERT ON docs BEGIN INSERT INTO fts (rowid, body) VALUES (new.id, new.body); "
        .. "INSERT INTO boxes VALUES (new.id, 1, 2); END",
      "INSERT INTO docs (body) VALUES ('hello world')")
    assert.equal(1, conn:scalar(la.text("SELECT count(*) FROM fts WHERE fts MATCH 'hello'")))
    assert.equal(1, conn:scalar(la.text("SELECT count(*) FROM boxes")))
  end)

  it("calls functions of the program that only compute", function()
    run("CREATE TABLE t (x)", "CREATE INDEX ix ON t (double(x))", "INSERT INTO t VALUES (4)",
      "CREATE VIEW computed AS SELECT double(x) AS y FROM t", "CREATE VIEW acting AS SELECT act(x) FROM t")
    assert.equal(8, conn:scalar(la.text("SELECT y FROM computed")))
    assert.equal(4, conn:scalar(la.text("SELECT act(x) FROM t")))
    local ok, e = pcall(conn.exec_driver_sql, conn, "SELECT * FROM acting")
    assert.is_false(ok)
    assert.is_truthy(tostring(e):find("unsafe use of act()", 1, true))
  end)
end)
