-- CREATE INDEX and DROP INDEX.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local CreateIndex, DropIndex = la.schema.CreateIndex, la.schema.DropIndex

local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
  la.Column("data", la.String(20), {key = "dkey"}), la.Column("other data", la.Integer))
local in_schema = la.Table("t2", la.MetaData(), la.Column("x", la.Integer, {index = true, unique = true}),
  {schema = "alt"})

local function index(...)
  local given = {...}
  return function() return CreateIndex(la.Index("ix", (table.unpack or unpack)(given))) end -- luacheck: ignore 143 113
end

describe("CREATE INDEX", function()
  compiles("of a column", index(t.c.dkey), {default = "CREATE INDEX ix ON t (data)"})
  compiles("unique", index(t.c.dkey, t.c["other data"], {unique = true}), {
    default = [[CREATE UNIQUE INDEX ix ON t (data, "other data")]],
    mysql = "CREATE UNIQUE INDEX ix ON t (data, `other data`)",
  })
  compiles("of expressions", index(la.func.lower(t.c.dkey), t.c.id:desc(), t.c.id + 5), {
    default = "CREATE INDEX ix ON t (lower(data), id DESC, id + 5)",
    postgresql = "CREATE INDEX ix ON t (lower(data), id DESC, (id + 5))",
    mysql = "CREATE INDEX ix ON t ((lower(data)), id DESC, (id + 5))",
  })
  compiles("with values written out", index(t.c.dkey:op("->")("x's")), {
    default = "CREATE INDEX ix ON t (data -> 'x''s')",
    postgresql = "CREATE INDEX ix ON t ((data -> 'x''s'))",
  })
  compiles("if not exists", function() return CreateIndex(la.Index("Ix", t.c.id), {if_not_exists = true}) end, {
    default = [[CREATE INDEX IF NOT EXISTS "Ix" ON t (id)]],
  })
  compiles("of a column's flag, in a schema", CreateIndex(in_schema.indexes[1]), {
    default = "CREATE UNIQUE INDEX ix_alt_t2_x ON alt.t2 (x)",
    sqlite = "CREATE UNIQUE INDEX alt.ix_alt_t2_x ON t2 (x)",
    oracle = "CREATE UNIQUE INDEX alt.ix_alt_t2_x ON alt.t2 (x)",
  })
  compiles("of some rows", index(t.c.id, {postgresql_where = t.c.id:gt(5), sqlite_where = t.c.id:gt(6),
    mssql_where = "id > 7"}), {
    default = "CREATE INDEX ix ON t (id)",
    sqlite = "CREATE INDEX ix ON t (id) WHERE id > 6",
    postgresql = "CREATE INDEX ix ON t (id) WHERE id > 5",
    mssql = "CREATE INDEX ix ON t (id) WHERE id > 7",
  })
  compiles("all of PostgreSQL", index(t.c.dkey, t.c.id, {postgresql_using = "GIN",
    postgresql_ops = {dkey = "text_ops"}, postgresql_with = {fillfactor = 50}, postgresql_tablespace = "Ts",
    postgresql_concurrently = true, postgresql_nulls_not_distinct = true,
    postgresql_include = {"id", t.c["other data"]}}), {
    postgresql = [[CREATE INDEX CONCURRENTLY ix ON t USING gin (data text_ops, id) INCLUDE (id, "other data") ]]
      .. [[NULLS NOT DISTINCT WITH (fillfactor = 50) TABLESPACE "Ts"]],
  })
  compiles("operator classes of expressions", index(la.func.lower(t.c.dkey):label("l"), la.text("x"),
    {postgresql_ops = {l = "ops"}}), {postgresql = "CREATE INDEX ix ON t (lower(data) ops, x)"})
  compiles("MySQL", index(t.c.dkey, t.c.id, {mysql_length = {data = 10}, mysql_prefix = "FULLTEXT",
    mysql_using = "btree", mysql_with_parser = "ngram"}), {
    mysql = "CREATE FULLTEXT INDEX ix ON t (data(10), id) WITH PARSER ngram USING btree",
  })
  compiles("SQL Server", index(t.c.id, {mssql_clustered = false, mssql_include = {"dkey"}}), {
    mssql = "CREATE NONCLUSTERED INDEX ix ON t (id) INCLUDE (data)",
  })
  compiles("Oracle", index(t.c.id, {oracle_bitmap = true, oracle_compress = 2}), {
    oracle = "CREATE BITMAP INDEX ix ON t (id) COMPRESS 2",
  })
  compiles("without a table", function() return CreateIndex(la.Index("ix", la.text("x"))) end, {
    default = {fails = "Index 'ix' is not associated with any table."},
  })
end)

describe("DROP INDEX", function()
  local ix = la.Index("ix", t.c.id, {postgresql_concurrently = true})
  compiles("plain", DropIndex(ix), {
    default = "DROP INDEX ix",
    postgresql = "DROP INDEX CONCURRENTLY ix",
    mysql = "DROP INDEX ix ON t",
    mssql = "DROP INDEX ix ON t",
  })
  compiles("if exists, in a schema", DropIndex(in_schema.indexes[1], {if_exists = true}), {
    default = "DROP INDEX IF EXISTS alt.ix_alt_t2_x",
    mssql = "DROP INDEX IF EXISTS ix_alt_t2_x ON alt.t2",
  })
end)
