-- selectinload() and joins of relationships whose condition is their own.
local la = require "lualchemy"

describe("selectinload()", function()
  local Base = la.declarative_base()
  local A = Base:class("A", {__tablename__ = "a", id = la.Column(la.Integer, {primary_key = true}),
    name = la.Column(la.String), bs = la.relationship("B", {primaryjoin = "A.name == foreign(B.aname)"}),
    direct = la.relationship("B", {primaryjoin = "A.id == foreign(B.aid)", overlaps = "bs"}),
    joined = la.relationship("B", {primaryjoin = "A.id == foreign(B.aid)", omit_join = false, viewonly = true}),
    last = la.relationship("B", {viewonly = true, uselist = false, primaryjoin = "and_(A.id == foreign(B.aid), B.id == "
      .. "select(func.max(B.id)).where(B.aid == A.id).correlate_except(B).scalar_subquery())"})})
  local B = Base:class("B", {__tablename__ = "b", id = la.Column(la.Integer, {primary_key = true}),
    aname = la.Column(la.String), aid = la.Column(la.Integer)})
  local session, statements

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add(A{id = 1, name = "n", bs = {B{aid = 1}, B{aid = 1}}})
    session:commit()
    session:expunge_all()
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) statements[#statements + 1] = sql end)
    statements = {}
  end)

  it("joins the parent where its primary key does not tell the children", function()
    for key, joins in pairs{bs = true, direct = false, joined = true} do
      session:expunge_all()
      statements = {}
      local a = session:scalars(la.select(A):options(la.selectinload(A[key]))):one()
      assert.equal(2, #a[key])
      assert.equal(2, #statements)
      assert.equal(joins, statements[2]:find("JOIN b ON", 1, true) ~= nil)
    end
  end)

  it("and joinedload() read the SELECT within a primaryjoin about their own alias", function()
    for _, option in ipairs{la.joinedload(A.last), la.selectinload(A.last), la.lazyload(A.last)} do
      session:expunge_all()
      assert.equal(2, session:scalars(la.select(A):options(option)):one().last.id)
    end
    assert.matches("(SELECT max(b_1.id) AS max_1 \nFROM b AS b_1 \nWHERE b_1.aid = a.id)",
      tostring(la.select(A):options(la.joinedload(A.last))), 1, true)
  end)
end)

describe("joinedload(\"*\") below an attribute", function()
  it("does not lead back", function()
    local Base = la.declarative_base()
    local A = Base:class("A", {__tablename__ = "a", id = la.Column(la.Integer, {primary_key = true}),
      bs = la.relationship("B", {back_populates = "a"})})
    Base:class("B", {__tablename__ = "b", id = la.Column(la.Integer, {primary_key = true}),
      aid = la.Column(la.ForeignKey("a.id")), a = la.relationship("A", {back_populates = "bs"})})
    assert.not_matches("a AS a_1", tostring(la.select(A):options(la.joinedload(A.bs):joinedload("*"))), 1, true)
  end)
end)
