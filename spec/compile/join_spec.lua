-- Joins: of tables, and of a SELECT; by foreign keys or by a condition.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local m = la.MetaData()
local parent = la.Table("parent", m, la.Column("id", la.Integer, {primary_key = true}),
  la.Column("name", la.String(20)))
local child = la.Table("child", m, la.Column("id", la.Integer, {primary_key = true}),
  la.Column("parent_id", la.Integer, la.ForeignKey("parent.id")))
local toy = la.Table("toy", m, la.Column("id", la.Integer, {primary_key = true}),
  la.Column("child_id", la.Integer, la.ForeignKey("child.id")))

describe("joins of tables", function()
  compiles("by foreign keys", la.select(parent:join(child)), {
    default = "SELECT parent.id, parent.name, child.id AS id_1, child.parent_id FROM parent JOIN child ON "
      .. "parent.id = child.parent_id",
    mysql = "SELECT parent.id, parent.name, child.id AS id_1, child.parent_id FROM parent INNER JOIN child ON "
      .. "parent.id = child.parent_id",
  })
  compiles("in the other direction", la.select(child.c.id):select_from(child:join(parent)), {
    default = "SELECT child.id FROM child JOIN parent ON parent.id = child.parent_id",
    mysql = "SELECT child.id FROM child INNER JOIN parent ON parent.id = child.parent_id",
  })
  compiles("by a condition", la.select(parent.c.id):select_from(parent:join(child, parent.c.id:gt(child.c.id))), {
    default = "SELECT parent.id FROM parent JOIN child ON parent.id > child.id",
    mysql = "SELECT parent.id FROM parent INNER JOIN child ON parent.id > child.id",
  })
  compiles("outer", la.select(parent.c.id):select_from(parent:outerjoin(child)), {
    default = "SELECT parent.id FROM parent LEFT OUTER JOIN child ON parent.id = child.parent_id",
  })
  compiles("full", la.select(parent.c.id):select_from(parent:join(child, {full = true})), {
    default = "SELECT parent.id FROM parent FULL OUTER JOIN child ON parent.id = child.parent_id",
  })
  compiles("as functions", la.select(parent.c.id):select_from(la.outerjoin(parent, la.join(child, toy))), {
    default = "SELECT parent.id FROM parent LEFT OUTER JOIN (child JOIN toy ON child.id = toy.child_id) ON "
      .. "parent.id = child.parent_id",
    mysql = "SELECT parent.id FROM parent LEFT OUTER JOIN (child INNER JOIN toy ON child.id = toy.child_id) ON "
      .. "parent.id = child.parent_id",
  })
  compiles("of a join", la.select(parent.c.id):select_from(parent:join(child):join(toy)), {
    default = "SELECT parent.id FROM parent JOIN child ON parent.id = child.parent_id JOIN toy ON child.id = "
      .. "toy.child_id",
    mysql = "SELECT parent.id FROM parent INNER JOIN child ON parent.id = child.parent_id INNER JOIN toy ON "
      .. "child.id = toy.child_id",
  })
  compiles("a join within a join stands in parentheses",
    la.select(parent.c.id):select_from(parent:join(child:join(toy), la.true_())), {
    default = "SELECT parent.id FROM parent JOIN (child JOIN toy ON child.id = toy.child_id) ON 1 = 1",
    postgresql = "SELECT parent.id FROM parent JOIN (child JOIN toy ON child.id = toy.child_id) ON true",
    mysql = "SELECT parent.id FROM parent INNER JOIN (child INNER JOIN toy ON child.id = toy.child_id) ON true = 1",
  })
  compiles("of an alias", la.select(parent.c.id):select_from(parent:join(child:alias("c"))), {
    default = "SELECT parent.id FROM parent JOIN child AS c ON parent.id = c.parent_id",
    mysql = "SELECT parent.id FROM parent INNER JOIN child AS c ON parent.id = c.parent_id",
    oracle = "SELECT parent.id FROM parent JOIN child c ON parent.id = c.parent_id",
  })
  compiles("select of a join", parent:join(child):select(), {
    default = "SELECT parent.id, parent.name, child.id AS id_1, child.parent_id FROM parent JOIN child ON "
      .. "parent.id = child.parent_id",
    mysql = "SELECT parent.id, parent.name, child.id AS id_1, child.parent_id FROM parent INNER JOIN child ON "
      .. "parent.id = child.parent_id",
  })
end)

describe("joins of a SELECT", function()
  compiles("from the first column", la.select(parent):join(child), {
    default = "SELECT parent.id, parent.name FROM parent JOIN child ON parent.id = child.parent_id",
    mysql = "SELECT parent.id, parent.name FROM parent INNER JOIN child ON parent.id = child.parent_id",
  })
  compiles("with a condition", la.select(parent.c.name):join(child, child.c.parent_id:eq(parent.c.id)), {
    default = "SELECT parent.name FROM parent JOIN child ON child.parent_id = parent.id",
    mysql = "SELECT parent.name FROM parent INNER JOIN child ON child.parent_id = parent.id",
  })
  compiles("outer", la.select(parent.c.name):outerjoin(child), {
    default = "SELECT parent.name FROM parent LEFT OUTER JOIN child ON parent.id = child.parent_id",
  })
  compiles("full", la.select(parent.c.name):join(child, {full = true}), {
    default = "SELECT parent.name FROM parent FULL OUTER JOIN child ON parent.id = child.parent_id",
  })
  compiles("one after the other", la.select(parent.c.name):join(child):join(toy), {
    default = "SELECT parent.name FROM parent JOIN child ON parent.id = child.parent_id JOIN toy ON child.id = "
      .. "toy.child_id",
    mysql = "SELECT parent.name FROM parent INNER JOIN child ON parent.id = child.parent_id INNER JOIN toy ON "
      .. "child.id = toy.child_id",
  })
  compiles("from a table", la.select(toy.c.id):join_from(parent, child), {
    default = "SELECT toy.id FROM parent JOIN child ON parent.id = child.parent_id, toy",
    mysql = "SELECT toy.id FROM parent INNER JOIN child ON parent.id = child.parent_id, toy",
  })
  compiles("outer, from a table", la.select(la.literal_column("1")):outerjoin_from(parent, child), {
    default = "SELECT 1 FROM parent LEFT OUTER JOIN child ON parent.id = child.parent_id",
  })
  compiles("from what select_from says", la.select(toy.c.id):select_from(child):join(toy), {
    default = "SELECT toy.id FROM child JOIN toy ON child.id = toy.child_id",
    mysql = "SELECT toy.id FROM child INNER JOIN toy ON child.id = toy.child_id",
  })
  compiles("to a subquery", la.select(parent.c.name):join(la.select(child):subquery()), {
    default = "SELECT parent.name FROM parent JOIN (SELECT child.id AS id, child.parent_id AS parent_id FROM "
      .. "child) AS anon_1 ON parent.id = anon_1.parent_id",
    mysql = "SELECT parent.name FROM parent INNER JOIN (SELECT child.id AS id, child.parent_id AS parent_id "
      .. "FROM child) AS anon_1 ON parent.id = anon_1.parent_id",
    oracle = "SELECT parent.name FROM parent JOIN (SELECT child.id AS id, child.parent_id AS parent_id FROM "
      .. "child) anon_1 ON parent.id = anon_1.parent_id",
  })
  compiles("kept when the columns change", la.select(parent.c.name):join(child):with_only_columns(child.c.id), {
    default = "SELECT child.id FROM parent JOIN child ON parent.id = child.parent_id",
    mysql = "SELECT child.id FROM parent INNER JOIN child ON parent.id = child.parent_id",
  })
end)
