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
