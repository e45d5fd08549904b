-- Columns that get no value: defaults, sequences, identities, and what is fetched back.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local m = la.MetaData()
local t = la.Table("t", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("a", la.Integer, {default = 5}),
  la.Column("b", la.String, {default = la.func.now()}), la.Column("c", la.String, {server_default = "x"}),
  la.Column("u", la.Integer, {onupdate = 7}), la.Column("v", la.Integer, {onupdate = la.func.f()}),
  la.Column("w", la.Integer, {server_onupdate = la.FetchedValue()}))
local seq = la.Table("seq", m, la.Column("id", la.Integer, la.Sequence("seq_id"), {primary_key = true}),
  la.Column("x", la.Integer))
local opt = la.Table("opt", m,
  la.Column("id", la.Integer, la.Sequence("opt_id", {optional = true}), {primary_key = true}),
  la.Column("x", la.Integer))
local ident = la.Table("ident", m, la.Column("id", la.Integer, la.Identity{always = true}, {primary_key = true}),
  la.Column("x", la.Integer))
local comp = la.Table("comp", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.Integer),
  la.Column("y", la.Integer, la.Computed("x + 1")))

describe("defaults", function()
  compiles("values and expressions", t:insert():values{c = "z"}, {
    default = "INSERT INTO t (a, b, c) VALUES (:a, now(), :c)",
    sqlite = "INSERT INTO t (a, b, c) VALUES (:a, CURRENT_TIMESTAMP, :c)",
    postgresql = "INSERT INTO t (a, b, c) VALUES (:a, now(), :c) RETURNING t.id",
    mssql = "INSERT INTO t (a, b, c) OUTPUT inserted.id VALUES (:a, CURRENT_TIMESTAMP, :c)",
    oracle = "INSERT INTO t (a, b, c) VALUES (:a, CURRENT_TIMESTAMP, :c) RETURNING t.id INTO :ret_0",
  })
  compiles("values take their place", t:insert():values{id = 3, a = 1, b = "y", c = "z"}, {
    default = "INSERT INTO t (id, a, b, c) VALUES (:id, :a, :b, :c)",
    params = {a = 1, b = "y", c = "z", id = 3},
  })
  compiles("of UPDATE", t:update():values{a = 1}, {default = "UPDATE t SET a=:a, u=:u, v=f()"})
  compiles("with a SELECT", t:insert():from_select({"c"}, la.select(la.literal("q"))), {
    default = "INSERT INTO t (c, a, b) SELECT :param_1 AS anon_1, :a AS anon_2, now() AS now_1",
    sqlite = "INSERT INTO t (c, a, b) SELECT :param_1 AS anon_1, :a AS anon_2, CURRENT_TIMESTAMP AS now_1",
    mssql = "INSERT INTO t (c, a, b) SELECT :param_1 AS anon_1, :a AS anon_2, CURRENT_TIMESTAMP AS now_1",
    oracle = "INSERT INTO t (c, a, b) SELECT :param_1 AS anon_1, :a AS anon_2, CURRENT_TIMESTAMP AS now_1 FROM DUAL",
  })
  compiles("or without", t:insert():from_select({"c"}, la.select(la.literal("q")), {include_defaults = false}), {
    default = "INSERT INTO t (c) SELECT :param_1 AS anon_1",
    oracle = "INSERT INTO t (c) SELECT :param_1 AS anon_1 FROM DUAL",
    params = {param_1 = "q"},
  })
  compiles("in every row", t:insert():values{{a = 1}, {a = 2}}, {
    sqlite = "INSERT INTO t (a, b) VALUES (:a_m0, CURRENT_TIMESTAMP), (:a_m1, CURRENT_TIMESTAMP)",
    postgresql = "INSERT INTO t (a, b) VALUES (:a_m0, now()), (:a_m1, now())",
    params = {a_m0 = 1, a_m1 = 2},
  })
  compiles("in rows that leave out what the first one has", t:insert():values{{a = 1, c = "z"}, {c = "y"}}, {
    sqlite = "INSERT INTO t (a, b, c) VALUES (:a_m0, CURRENT_TIMESTAMP, :c_m0), (:a_m1, CURRENT_TIMESTAMP, :c_m1)",
  })
  compiles("columns without one are in all rows or none", t:insert():values{{c = "z"}, {a = 1}}, {
    sqlite = {fails = "INSERT value for column t.c is explicitly rendered as a boundparameter in the VALUES clause; a "
      .. "Python-side value or SQL expression is required"},
  })
end)

describe("primary keys", function()
  compiles("a sequence", seq:insert():values{x = 1}, {
    default = "INSERT INTO seq (x) VALUES (:x)",
    postgresql = "INSERT INTO seq (id, x) VALUES (nextval('seq_id'), :x) RETURNING seq.id",
    mssql = "INSERT INTO seq (id, x) OUTPUT inserted.id VALUES (NEXT VALUE FOR seq_id, :x)",
    oracle = "INSERT INTO seq (id, x) VALUES (seq_id.nextval, :x) RETURNING seq.id INTO :ret_0",
    params = {x = 1},
  })
  compiles("a sequence where there is nothing better", opt:insert():values{x = 1}, {
    default = "INSERT INTO opt (x) VALUES (:x)",
    postgresql = "INSERT INTO opt (x) VALUES (:x) RETURNING opt.id",
    mssql = "INSERT INTO opt (x) OUTPUT inserted.id VALUES (:x)",
    oracle = "INSERT INTO opt (id, x) VALUES (opt_id.nextval, :x) RETURNING opt.id INTO :ret_0",
    params = {x = 1},
  })
  compiles("an identity", ident:insert():values{x = 1}, {
    default = "INSERT INTO ident (x) VALUES (:x)",
    postgresql = "INSERT INTO ident (x) VALUES (:x) RETURNING ident.id",
    mssql = "INSERT INTO ident (x) OUTPUT inserted.id VALUES (:x)",
    oracle = "INSERT INTO ident (x) VALUES (:x) RETURNING ident.id INTO :ret_0",
    params = {x = 1},
  })
  compiles("an expression", seq:insert():values{id = la.func.g()}, {
    default = "INSERT INTO seq (id) VALUES (g())",
    postgresql = "INSERT INTO seq (id) VALUES (g()) RETURNING seq.id",
    mssql = "INSERT INTO seq (id) OUTPUT inserted.id VALUES (g())",
    oracle = "INSERT INTO seq (id) VALUES (g()) RETURNING seq.id INTO :ret_0",
  })
  compiles("no value at all", ident:insert():values{}, {
    default = "INSERT INTO ident () VALUES ()",
    sqlite = "INSERT INTO ident DEFAULT VALUES",
    postgresql = "INSERT INTO ident DEFAULT VALUES RETURNING ident.id",
    mssql = "INSERT INTO ident OUTPUT inserted.id DEFAULT VALUES",
    oracle = "INSERT INTO ident () VALUES () RETURNING ident.id INTO :ret_0",
  })
  compiles("inline: not fetched back", seq:insert():values{x = 1}:inline(), {
    default = "INSERT INTO seq (x) VALUES (:x)",
    postgresql = "INSERT INTO seq (id, x) VALUES (nextval('seq_id'), :x)",
    mssql = "INSERT INTO seq (id, x) VALUES (NEXT VALUE FOR seq_id, :x)",
    oracle = "INSERT INTO seq (id, x) VALUES (seq_id.nextval, :x)",
    params = {x = 1},
  })
end)

describe("fetched back", function()
  compiles("computed columns are left out", comp:insert():values{x = 1}, {
    default = "INSERT INTO comp (x) VALUES (:x)",
    postgresql = "INSERT INTO comp (x) VALUES (:x) RETURNING comp.id",
    mssql = "INSERT INTO comp (x) OUTPUT inserted.id VALUES (:x)",
    oracle = "INSERT INTO comp (x) VALUES (:x) RETURNING comp.id INTO :ret_0",
    params = {x = 1},
  })
  compiles("return_defaults", comp:insert():values{x = 1}:return_defaults(), {
    default = "INSERT INTO comp (x) VALUES (:x)",
    sqlite = "INSERT INTO comp (x) VALUES (:x) RETURNING id, y",
    postgresql = "INSERT INTO comp (x) VALUES (:x) RETURNING comp.id, comp.y",
    mssql = "INSERT INTO comp (x) OUTPUT inserted.id, inserted.y VALUES (:x)",
    oracle = "INSERT INTO comp (x) VALUES (:x) RETURNING comp.id, comp.y INTO :ret_0, :ret_1",
    params = {x = 1},
  })
  compiles("some of them", comp:insert():values{x = 1}:return_defaults(comp.c.y), {
    default = "INSERT INTO comp (x) VALUES (:x)",
    sqlite = "INSERT INTO comp (x) VALUES (:x) RETURNING id, y",
    postgresql = "INSERT INTO comp (x) VALUES (:x) RETURNING comp.id, comp.y",
    mssql = "INSERT INTO comp (x) OUTPUT inserted.id, inserted.y VALUES (:x)",
    oracle = "INSERT INTO comp (x) VALUES (:x) RETURNING comp.id, comp.y INTO :ret_0, :ret_1",
    params = {x = 1},
  })
  compiles("of UPDATE", comp:update():values{x = 1}:return_defaults(), {
    default = "UPDATE comp SET x=:x",
    sqlite = "UPDATE comp SET x=:x RETURNING y",
    postgresql = "UPDATE comp SET x=:x RETURNING comp.y",
    mssql = "UPDATE comp SET x=:x OUTPUT inserted.y",
    oracle = "UPDATE comp SET x=:x RETURNING comp.y INTO :ret_0",
    params = {x = 1},
  })
end)

describe("column_keys", function()
  local function text(stmt, keys) return tostring(stmt:compile{dialect = "sqlite", column_keys = keys}) end

  it("name the columns whose values come later", function()
    assert.equal("INSERT INTO t (a, b, c) VALUES (?, CURRENT_TIMESTAMP, ?)", text(t:insert(), {"a", "c"}))
    assert.equal("UPDATE t SET a=?, c=?, u=?, v=f()", text(t:update(), {"a", "c"}))
  end)

  it("besides those that have values", function()
    assert.equal("INSERT INTO t (a, b, c) VALUES (?, CURRENT_TIMESTAMP, ?)", text(t:insert():values{c = "x"}, {"a"}))
  end)
end)
