-- A limited statement that is ordered by a column property, with a relationship joined around it.
local la = require "lualchemy"

describe("a limited SELECT ordered by a column property", function()
  it("orders by the column's label, within and around", function()
    local Base = la.declarative_base()
    local B = Base:class("B", {__tablename__ = "b", id = la.Column{la.Integer, primary_key = true},
      a_id = la.Column{la.Integer, la.ForeignKey("a.id")}})
    local A = Base:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true},
      bs = la.relationship{"B"}})
    A.most = la.column_property(la.select(la.func.max(B.__table__.c.id))
      :where(B.__table__.c.a_id:eq(A.__table__.c.id)):scalar_subquery())
    local stmt = la.select(A):options(la.joinedload(A.bs)):order_by(A.most):limit(5)
    local text = tostring(stmt):gsub("%s+", " ")
    assert.matches("FROM a ORDER BY anon_2 LIMIT :param_1) AS anon_1", text, 1, true)
    assert.matches("ORDER BY anon_1.anon_2$", text)
  end)
end)
