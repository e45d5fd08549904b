-- Statements of a program that never asks for the ORM told nothing of their table and of what they return.
local support = require "spec.support"

describe("without the ORM, statements tell of", function()
  it("their table, and the columns that they return", function()
    local output, status = support.run{source = [[
      local la = require "lualchemy"
      local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer), la.Column("x", la.String))
      for _, statement in ipairs{la.insert(t), la.update(t), la.delete(t)} do
        local returned = statement:returning(t.c.id, t.c.x:label("y")).returning_column_descriptions
        assert(statement.entity_description.table == t and statement.entity_description.name == "t")
        assert(#returned == 2 and returned[1].expr == t.c.id and returned[2].name == "y")
      end
      assert(not package.loaded["lualchemy.orm"])
      print "told"
    ]]}
    assert.equal("told\n", output)
    assert.equal(0, status)
  end)
end)
