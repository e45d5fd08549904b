-- JSON and HSTORE: elements, paths, questions.
local la = require "lualchemy"
local support = require "spec.support"
local compiles = support.compiles

local pg = la.postgresql
local t = la.table("t", la.column("j", la.JSON), la.column("pj", pg.JSON), la.column("b", pg.JSONB),
  la.column("h", pg.HSTORE))
local j, pj, b, h = t.c.j, t.c.pj, t.c.b, t.c.h

describe("elements", function()
  compiles("a key", j:at("k"), {
    sqlite = "JSON_QUOTE(JSON_EXTRACT(t.j, :j_1))",
    postgresql = "t.j -> :j_1",
    mysql = "JSON_EXTRACT(t.j, :j_1)",
    mssql = "JSON_QUERY(t.j, :j_1)",
    params = {j_1 = "k"},
  })
  compiles("an index", j:at(2), {
    sqlite = "JSON_QUOTE(JSON_EXTRACT(t.j, :j_1))",
    postgresql = "t.j -> :j_1",
    mysql = "JSON_EXTRACT(t.j, :j_1)",
    mssql = "JSON_QUERY(t.j, :j_1)",
    params = {j_1 = 2},
  })
  compiles("a path", j:at{"a", 1}, {
    sqlite = "JSON_QUOTE(JSON_EXTRACT(t.j, :j_1))",
    postgresql = "t.j #> :j_1",
    mysql = "JSON_EXTRACT(t.j, :j_1)",
    mssql = "JSON_QUERY(t.j, :j_1)",
    params = {j_1 = {"a", 1}},
  })
  compiles("an element of an element", j:at("a"):at("b"), {
    sqlite = "JSON_QUOTE(JSON_EXTRACT(JSON_QUOTE(JSON_EXTRACT(t.j, :j_1)), :param_1))",
    postgresql = "(t.j -> :j_1) -> :param_1",
    mysql = "JSON_EXTRACT(JSON_EXTRACT(t.j, :j_1), :param_1)",
    mssql = "JSON_QUERY(JSON_QUERY(t.j, :j_1), :param_1)",
    params = {j_1 = "a", param_1 = "b"},
  })
  compiles("compared", j:at("k"):eq(nil), {
    sqlite = "JSON_QUOTE(JSON_EXTRACT(t.j, :j_1)) IS NULL",
    postgresql = "(t.j -> :j_1) IS NULL",
    mysql = "JSON_EXTRACT(t.j, :j_1) IS NULL",
    mssql = "JSON_QUERY(t.j, :j_1) IS NULL",
    params = {j_1 = "k"},
  })
end)

describe("elements as values", function()
  compiles("as_string", j:at("k"):as_string():eq("x"), {
    sqlite = "JSON_EXTRACT(t.j, :j_1) = :param_1",
    postgresql = "CAST((t.j ->> :j_1) AS VARCHAR) = :param_1",
    mysql = "CASE JSON_EXTRACT(t.j, :j_1) WHEN 'null' THEN NULL ELSE JSON_UNQUOTE(JSON_EXTRACT(t.j, "
      .. ":j_1)) END = :param_1",
    mssql = "CASE JSON_VALUE(t.j, :j_1) WHEN NULL THEN NULL ELSE JSON_VALUE(t.j, :j_1) END = :param_1",
    params = {j_1 = "k", param_1 = "x"},
  })
  compiles("as_integer", j:at("k"):as_integer():gt(5), {
    sqlite = "JSON_EXTRACT(t.j, :j_1) > :param_1",
    postgresql = "CAST((t.j ->> :j_1) AS INTEGER) > :param_1",
    mysql = "CASE JSON_EXTRACT(t.j, :j_1) WHEN 'null' THEN NULL ELSE CAST(JSON_EXTRACT(t.j, :j_1) AS "
      .. "SIGNED INTEGER) END > :param_1",
    mssql = "CASE JSON_VALUE(t.j, :j_1) WHEN NULL THEN NULL ELSE CAST(JSON_VALUE(t.j, :j_1) AS "
      .. "INTEGER) END > :param_1",
    params = {j_1 = "k", param_1 = 5},
  })
  compiles("as_float", j:at("k"):as_float(), {
    sqlite = "JSON_EXTRACT(t.j, :j_1)",
    postgresql = "CAST(t.j ->> :j_1 AS FLOAT)",
    mysql = "CASE JSON_EXTRACT(t.j, :j_1) WHEN 'null' THEN NULL ELSE JSON_EXTRACT(t.j, "
      .. ":j_1)+0.0000000000000000000000 END",
    mssql = "CASE JSON_VALUE(t.j, :j_1) WHEN NULL THEN NULL ELSE CAST(JSON_VALUE(t.j, :j_1) AS FLOAT) END",
    params = {j_1 = "k"},
  })
  compiles("as_boolean", j:at("k"):as_boolean(), {
    sqlite = "JSON_EXTRACT(t.j, :j_1)",
    postgresql = "CAST(t.j ->> :j_1 AS BOOLEAN)",
    mysql = "CASE JSON_EXTRACT(t.j, :j_1) WHEN 'null' THEN NULL WHEN true THEN true ELSE false END",
    mssql = "CASE JSON_VALUE(t.j, :j_1) WHEN NULL THEN NULL WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE NULL END",
    params = {j_1 = "k"},
  })
  compiles("as_numeric", j:at("k"):as_numeric(10, 2), {
    sqlite = "JSON_EXTRACT(t.j, :j_1)",
    postgresql = "CAST(t.j ->> :j_1 AS NUMERIC(10, 2))",
    mysql = "CASE JSON_EXTRACT(t.j, :j_1) WHEN 'null' THEN NULL ELSE CAST(JSON_EXTRACT(t.j, :j_1) AS "
      .. "DECIMAL(10, 2)) END",
    mssql = "CASE JSON_VALUE(t.j, :j_1) WHEN NULL THEN NULL ELSE CAST(JSON_VALUE(t.j, :j_1) AS NUMERIC(10, 2)) END",
    params = {j_1 = "k"},
  })
end)

describe("PostgreSQL", function()
  compiles("astext", pj:at("k").astext:eq("x"), {
    default = "(t.pj ->> :pj_1) = :param_1",
    params = {param_1 = "x", pj_1 = "k"},
  })
  compiles("astext of a path", pj:at{"a", 1}.astext, {default = "t.pj #>> :pj_1", params = {pj_1 = {"a", 1}}})
  compiles("cast of the text", pj:at("k").astext:cast(la.Integer):gt(5), {
    default = "CAST((t.pj ->> :pj_1) AS INTEGER) > :param_1",
    mysql = "CAST((t.pj ->> :pj_1) AS SIGNED INTEGER) > :param_1",
    params = {param_1 = 5, pj_1 = "k"},
  })
  compiles("has_key", b:has_key("k"), {default = "t.b ? :b_1", params = {b_1 = "k"}})
  compiles("has_all", b:has_all(pg.array{"a", "b"}), {
    postgresql = "t.b ?& ARRAY[:param_1, :param_2]",
    params = {param_1 = "a", param_2 = "b"},
  })
  compiles("has_any", la.not_(b:has_any(pg.array{"a", "b"})), {
    postgresql = "NOT (t.b ?| ARRAY[:param_1, :param_2])",
    params = {param_1 = "a", param_2 = "b"},
  })
  compiles("contains", b:contains(pj), {default = "t.b @> t.pj"})
  compiles("contained_by", la.and_(b:contained_by(b), b:has_key("k")), {
    default = "(t.b <@ t.b) AND (t.b ? :b_1)",
    params = {b_1 = "k"},
  })
  compiles("delete_path", b:delete_path{"a", "b"}, {
    postgresql = "t.b #- CAST(ARRAY[:param_1, :param_2] AS TEXT[])",
    params = {param_1 = "a", param_2 = "b"},
  })
  compiles("path_exists", b:path_exists("$.k"), {default = "t.b @? :b_1", params = {b_1 = "$.k"}})
  compiles("path_match", b:path_match("$.k > 5"), {default = "t.b @@ :b_1", params = {b_1 = "$.k > 5"}})
  compiles("concatenation", b + b, {default = "t.b || t.b", mysql = "concat(t.b, t.b)", mssql = "t.b + t.b"})
end)

describe("HSTORE", function()
  compiles("a key", h:at("k"):eq("x"), {default = "(t.h -> :h_1) = :param_1", params = {h_1 = "k", param_1 = "x"}})
  compiles("has_key", h:has_key("k"), {default = "t.h ? :h_1", params = {h_1 = "k"}})
  compiles("defined", h:defined("k"), {default = "defined(t.h, :defined_1)", params = {defined_1 = "k"}})
  compiles("delete", h:delete("k"), {default = "delete(t.h, :delete_1)", params = {delete_1 = "k"}})
  compiles("keys and values", h:keys() + h:vals(), {
    default = "akeys(t.h) || avals(t.h)",
    mysql = "concat(akeys(t.h), avals(t.h))",
    mssql = "akeys(t.h) + avals(t.h)",
  })
  compiles("the function", pg.hstore("a", "b"):at("a"), {
    default = "hstore(:hstore_1, :hstore_2) -> :hstore_3",
    params = {hstore_1 = "a", hstore_2 = "b", hstore_3 = "a"},
  })

  compiles("a key is assigned to by its subscript", la.update(t):values{[h:at("k")] = "x"}, {
    default = "UPDATE t SET h -> :h_1=:param_1",
    postgresql = "UPDATE t SET h[:h_1]=:param_1",
  })

  it("subscripts everywhere, for who wants them", function()
    local dialect = pg.dialect{hstore_subscripting = true}
    local function sql(x) return tostring(x:compile{dialect = dialect, paramstyle = "named"}) end
    assert.equal("t.h[:h_1]", sql(h:at("k")))
    assert.equal("(hstore(:hstore_1, :hstore_2))[:hstore_3]", sql(pg.hstore("a", "b"):at("a")))
  end)
end)

describe("JSONB of SQLite", function()
  local d = la.table("d", la.column("id", la.Integer), la.column("b", la.sqlite.JSONB))
  local function on_sqlite(name, construct, sql) compiles(name, construct, {sqlite = sql}) end
  on_sqlite("is a type", la.sqlite.JSONB(), "JSONB")
  on_sqlite("is written by jsonb()", la.insert(d):values{b = {k = 1}}, "INSERT INTO d (b) VALUES (jsonb(:b))")
  on_sqlite("is read by json()", la.select(d), "SELECT d.id, json(d.b) AS b FROM d")
  on_sqlite("is compared as it is stored", la.select(d.c.id):where(d.c.b:eq{a = 1}),
    "SELECT d.id FROM d WHERE d.b = jsonb(:b_1)")
  on_sqlite("has elements", la.select(d.c.b:at("k"), d.c.b:at{"a", 1}:as_integer()),
    "SELECT json(JSON_QUOTE(JSON_EXTRACT(d.b, :b_1))) AS anon_1, JSON_EXTRACT(d.b, :b_2) AS anon_2 FROM d")
  on_sqlite("comes back from an INSERT", la.insert(d):values{id = 1}:returning(d.c.b),
    "INSERT INTO d (id) VALUES (:id) RETURNING json(b) AS b")
  local either = la.table("e", la.column("j", la.JSON():with_variant(la.sqlite.JSONB(), "sqlite")))
  compiles("as a variant", la.select(either), {default = "SELECT e.j FROM e", sqlite = "SELECT json(e.j) AS j FROM e"})

  it("goes to the database and comes back", function()
    local engine = la.create_engine "sqlite://"
    la.event.listen(engine, "connect", function(connection)
      -- before 3.45 there is no jsonb(): text serves as well
      if not pcall(connection.execute, connection, "SELECT jsonb('1')") then
        connection:create_function("jsonb", 1, function(text) return text end)
      end
    end)
    engine:begin(function(conn)
      local s = la.Table("s", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
        la.Column("b", la.sqlite.JSONB))
      s:create(conn)
      local value = {recs = {"one", "two"}, k = {x = la.NULL}}
      conn:execute(la.insert(s), {{b = value}, {b = la.json_array{}}})
      conn:execute(la.insert(s):values{b = la.null()})
      assert.same({value, {}, la.NULL}, conn:execute(la.select(s.c.b):order_by(s.c.id)):scalars():all())
      assert.equal("two", conn:scalar(la.select(s.c.b:at{"recs", 1}):where(s.c.id:eq(1))))
      local reflected = la.Table("s", la.MetaData(), {autoload_with = conn})
      assert.is_true(la.sqlite.JSONB:is(reflected.c.b.type))
    end)
  end)
end)

describe("Oracle", function()
  local function on_oracle(name, construct, sql) compiles(name, construct, {oracle = sql}) end
  on_oracle("JSON", la.JSON(), "JSON")
  on_oracle("JSON in a BLOB", la.oracle.JSON{use_blob = true}, "BLOB")
  on_oracle("an element", la.select(j:at("k")), [[SELECT JSON_QUERY(t.j, '$."k"') AS anon_1 FROM t]])
  on_oracle("a path", la.select(j:at{"k", 1}:as_string()),
    [[SELECT JSON_VALUE(t.j, '$."k"[1]' RETURNING VARCHAR2(4000) ERROR ON ERROR) AS anon_1 FROM t]])
  on_oracle("a whole number", j:at("k"):as_integer(), [[JSON_VALUE(t.j, '$."k"' RETURNING INTEGER ERROR ON ERROR)]])
  on_oracle("a number", j:at("k"):as_float(), [[JSON_VALUE(t.j, '$."k"' RETURNING FLOAT ERROR ON ERROR)]])
  on_oracle("a decimal", j:at("k"):as_numeric(10, 2),
    [[JSON_VALUE(t.j, '$."k"' RETURNING NUMBER(10, 2) ERROR ON ERROR)]])
  on_oracle("a truth value", j:at("k"):as_boolean(), [[CASE JSON_VALUE(t.j, '$."k"') WHEN 'true' THEN 1 ]]
    .. [[WHEN 'false' THEN 0 ELSE CAST(JSON_VALUE(t.j, '$."k"') AS NUMBER(1)) END]])
  on_oracle("a quote in a key", j:at("it's"), [[JSON_QUERY(t.j, '$."it''s"')]])
  on_oracle("BOOLEAN", la.oracle.BOOLEAN(), "BOOLEAN")

  it("is told what it has", function()
    local dialect = la.oracle.dialect()
    local function text(x) return tostring(x:compile{dialect = dialect}) end
    assert.equal("SMALLINT", text(la.Boolean()))
    dialect.supports_native_boolean, dialect._supports_oracle_json = true, false
    assert.equal("BOOLEAN", text(la.Boolean()))
    assert.equal("BLOB", text(la.JSON()))
    assert.equal("JSON", text(la.oracle.JSON{use_blob = false}))
  end)
end)

for db in support.databases() do
  if db.name == "postgresql" then
    it("keys of an HSTORE are read and assigned to", function()
      for _, subscripting in ipairs{false, true} do
        local engine = db:engine()
        engine.dialect.hstore_subscripting = subscripting
        engine:begin(function(conn)
          conn:execute(la.text "CREATE EXTENSION hstore")
          local s = la.Table("s", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
            la.Column("h", pg.HSTORE))
          s:create(conn)
          conn:execute(la.insert(s), {{h = {k = "x", l = "y"}}})
          assert.equal("x", conn:scalar(la.select(s.c.h:at("k"))))
          conn:execute(la.update(s):values{[s.c.h:at("k")] = "z"}:where(s.c.h:at("l"):eq("y")))
          assert.same({k = "z", l = "y"}, conn:scalar(la.select(s.c.h)))
        end)
        engine:dispose()
      end
    end)
  end
end
