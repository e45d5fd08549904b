-- Joins are placed beside the FROMs of the columns that a SELECT has in the end.
local la = require "lualchemy"

describe("the FROMs beside joins", function()
  local metadata = la.MetaData()
  local a = la.Table("a", metadata, la.Column("id", la.Integer, { primary_key = true }))
  local b = la.Table("b", metadata, la.Column("a_id", la.ForeignKey("a.id")))
  local c = la.Table("c", metadata, la.Column("a_id", la.ForeignKey("a.id")))

  it("are none where the columns were removed", function()
    assert.equals(
      "SELECT \nFROM a JOIN b ON a.id = b.a_id, a LEFT OUTER JOIN c ON a.id = c.a_id",
      tostring(la.select(a):join(b):outerjoin_from(a, c):with_only_columns())
    )
  end)

  it("are those of the columns given later", function()
    assert.equals(
      "SELECT b.a_id \nFROM a JOIN b ON a.id = b.a_id LEFT OUTER JOIN c ON a.id = c.a_id",
      tostring(la.select(a):join(b):outerjoin_from(a, c):with_only_columns(b.c.a_id))
    )
  end)
end)
