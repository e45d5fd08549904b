-- secondary = "join(B, D, …)": a join of classes in a string stands for that of their tables.
local la = require "lualchemy"

local Base = la.declarative_base()
local A = Base:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true},
  b_id = la.Column(la.ForeignKey("b.id")),
  cs = la.relationship{"C", secondary = "join(B, D, B.d_id == D.id)", primaryjoin = "A.b_id == B.id",
    secondaryjoin = "D.c_id == C.id", viewonly = true}})
local B = Base:class("B", {__tablename__ = "b", id = la.Column{la.Integer, primary_key = true},
  d_id = la.Column(la.ForeignKey("d.id"))})
local C = Base:class("C", {__tablename__ = "c", id = la.Column{la.Integer, primary_key = true}})
local D = Base:class("D", {__tablename__ = "d", id = la.Column{la.Integer, primary_key = true},
  c_id = la.Column(la.ForeignKey("c.id"))})

describe("a join of classes as secondary", function()
  it("is joined under names of its own", function()
    assert.equal("SELECT a.id, a.b_id \nFROM a JOIN (b AS b_1 JOIN d AS d_1 ON b_1.d_id = d_1.id) ON a.b_id = b_1.id "
      .. "JOIN c ON d_1.c_id = c.id", tostring(la.select(A):join(A.cs)))
  end)

  it("is a subquery in comparisons with objects", function()
    local statement = la.select(A.id):where(A.cs:contains(C{id = 1}))
    assert.equal("SELECT a.id \nFROM a, (SELECT b.id AS b_id, b.d_id AS b_d_id, d.id AS d_id, d.c_id AS d_c_id \n"
      .. "FROM b JOIN d ON b.d_id = d.id) AS anon_1 \nWHERE a.b_id = anon_1.b_id AND anon_1.d_c_id = :param_1",
      tostring(statement))
  end)

  it("loads", function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    la.Session(engine, function(session)
      session:add_all{C{id = 1}, D{id = 1, c_id = 1}, B{id = 1, d_id = 1}, A{id = 1, b_id = 1}}
      session:commit()
      for _, load in ipairs{la.lazyload, la.joinedload, la.selectinload, la.subqueryload} do
        session:expunge_all()
        assert.equal(1, session:query(A):options(load(A.cs)):one().cs[1].id)
      end
      assert.equal(1, session:query(A):filter(A.cs:contains(session:get(C, 1))):count())
    end)
  end)
end)
