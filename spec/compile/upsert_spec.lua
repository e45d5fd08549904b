-- INSERT … ON CONFLICT of PostgreSQL and SQLite, ON DUPLICATE KEY UPDATE of MySQL.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local t = la.table("t", la.column("id", la.Integer), la.column("name", la.String), la.column("n", la.Integer))
local pg = la.postgresql.insert(t):values{id = 1, name = "x"}
local my = la.mysql.insert(t):values{id = 1, name = "x"}
local lite = la.sqlite.insert(t):values{id = 1, name = "x"}

describe("PostgreSQL", function()
  compiles("do nothing", pg:on_conflict_do_nothing(), {
    postgresql = "INSERT INTO t (id, name) VALUES (:id, :name) ON CONFLICT DO NOTHING",
    params = {id = 1, name = "x"},
  })
  compiles("do nothing on some columns", pg:on_conflict_do_nothing{index_elements = {"id", t.c.name}}, {
    postgresql = "INSERT INTO t (id, name) VALUES (:id, :name) ON CONFLICT (id, name) DO NOTHING",
    params = {id = 1, name = "x"},
  })
  compiles("do nothing on a constraint", pg:on_conflict_do_nothing{constraint = "uq_name"}, {
    postgresql = "INSERT INTO t (id, name) VALUES (:id, :name) ON CONFLICT ON CONSTRAINT uq_name DO NOTHING",
    params = {id = 1, name = "x"},
  })
  compiles("update", pg:on_conflict_do_update{index_elements = {"id"}, set_ = {name = "y"}}, {
    postgresql = "INSERT INTO t (id, name) VALUES (:id, :name) ON CONFLICT (id) DO UPDATE SET name = :param_1",
    params = {id = 1, name = "x", param_1 = "y"},
  })
  compiles("update from the row that was to be inserted",
    pg:on_conflict_do_update{index_elements = {t.c.id}, set_ = {name = pg.excluded.name}}, {
    postgresql = "INSERT INTO t (id, name) VALUES (:id, :name) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
    params = {id = 1, name = "x"},
  })
  compiles("update by columns, with a condition",
    pg:on_conflict_do_update{constraint = "pk", set_ = {[t.c.n] = t.c.n + 1}, where = t.c.n:lt(5)}, {
    postgresql = "INSERT INTO t (id, name) VALUES (:id, :name) ON CONFLICT ON CONSTRAINT pk DO UPDATE SET n = "
      .. "(t.n + :n_1) WHERE t.n < :n_2",
    params = {id = 1, n_1 = 1, n_2 = 5, name = "x"},
  })
  compiles("update on a partial index",
    pg:on_conflict_do_update{index_elements = {"id"}, index_where = t.c.n:gt(5), set_ = {name = "y"}}, {
    postgresql = "INSERT INTO t (id, name) VALUES (:id, :name) ON CONFLICT (id) WHERE n > :n_1 DO UPDATE SET "
      .. "name = :param_1",
    params = {id = 1, n_1 = 5, name = "x", param_1 = "y"},
  })
  compiles("with RETURNING", pg:on_conflict_do_nothing():returning(t.c.id), {
    postgresql = "INSERT INTO t (id, name) VALUES (:id, :name) ON CONFLICT DO NOTHING RETURNING t.id",
    params = {id = 1, name = "x"},
  })
end)

describe("SQLite", function()
  compiles("do nothing", lite:on_conflict_do_nothing(), {
    sqlite = "INSERT INTO t (id, name) VALUES (:id, :name) ON CONFLICT DO NOTHING",
    params = {id = 1, name = "x"},
  })
  compiles("update", lite:on_conflict_do_update{index_elements = {"id"}, set_ = {name = lite.excluded.name, n = 5}}, {
    sqlite = "INSERT INTO t (id, name) VALUES (:id, :name) ON CONFLICT (id) DO UPDATE SET name = "
      .. "excluded.name, n = :param_1",
    params = {id = 1, name = "x", param_1 = 5},
  })
  compiles("with a condition",
    lite:on_conflict_do_update{index_elements = {"id"}, set_ = {name = "y"}, where = t.c.n:gt(1)}, {
    sqlite = "INSERT INTO t (id, name) VALUES (:id, :name) ON CONFLICT (id) DO UPDATE SET name = :param_1 "
      .. "WHERE t.n > :n_1",
    params = {id = 1, n_1 = 1, name = "x", param_1 = "y"},
  })
end)

describe("MySQL", function()
  compiles("update", my:on_duplicate_key_update{name = "y", n = my.inserted.n}, {
    mysql = "INSERT INTO t (id, name) VALUES (:id, :name) ON DUPLICATE KEY UPDATE name = :param_1, n = VALUES(n)",
    params = {id = 1, name = "x", param_1 = "y"},
  })
  compiles("is not for others", my:on_duplicate_key_update{name = "y"}, {
    sqlite = {fails = "can't render element of type OnDuplicateClause"},
    postgresql = {fails = "can't render element of type OnDuplicateClause"},
  })
  it("prints as MySQL has it", function()
    assert.equal("INSERT INTO t (id, name) VALUES (%s, %s) ON DUPLICATE KEY UPDATE name = %s",
      tostring(my:on_duplicate_key_update{name = "y"}))
  end)
  it("prints within another statement, too", function()
    assert.equal("WITH c AS \n(INSERT INTO t (id, name) VALUES (:param_1, :param_2) "
      .. "ON DUPLICATE KEY UPDATE name = VALUES(name))\n DELETE FROM t",
      tostring(la.delete(t):add_cte(my:on_duplicate_key_update{name = my.inserted.name}:cte("c"))))
  end)
end)
