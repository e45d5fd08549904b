-- What INSERT, UPDATE and DELETE tell of themselves, also where nothing of the ORM is loaded.
local support = require "spec.support"

local PROGRAM = [[
local la = require "lualchemy"
local t = la.Table("t", la.MetaData(), la.Column("x", la.Integer, {primary_key = true}),
  la.Column("s", la.String, {key = "k"}))
local insert = la.insert(t):returning(t.c.k, t.c.x:label("q"), la.func.now())
for _, c in ipairs(insert.returning_column_descriptions) do print(c.name, c.type, c.expr) end
print(insert.entity_description.name, insert.entity_description.table == t)
print(la.update(t:alias("u")).entity_description.name, #la.delete(t).returning_column_descriptions)
print(package.loaded["lualchemy.orm.descriptions"] == nil)
]]

describe("a statement that changes rows", function()
  it("describes what it returns and is about", function()
    assert.equal("k\tVARCHAR\tt.s\nq\tINTEGER\tt.x\nnil\tDATETIME\tnow()\nt\ttrue\nu\t0\ntrue\n",
      (support.run{source = PROGRAM}))
  end)
end)
