-- la.with_parent along a relationship to an alias.
local la = require "lualchemy"

describe("with_parent along of_type()", function()
  it("is about the alias alone", function()
    local Base = la.declarative_base()
    local A = Base:class("A", {
      __tablename__ = "a",
      id = la.Column{la.Integer, primary_key = true},
      bs = la.relationship "B",
    })
    local B = Base:class("B", {
      __tablename__ = "b",
      id = la.Column{la.Integer, primary_key = true},
      a_id = la.Column{la.ForeignKey "a.id"},
    })
    local alias = la.aliased(B, {name = "other"})
    local statement = la.select(alias.id):where(la.with_parent(A{id = 1}, A.bs:of_type(alias)))
    assert.equal("SELECT other.id FROM b AS other WHERE :param_1 = other.a_id",
      (tostring(statement):gsub("%s*\n", " ")))
  end)
end)
