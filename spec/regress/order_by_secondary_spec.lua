--- A relationship ordered by columns of its secondary table, by every way to load it.
local la = require "lualchemy"

describe("order_by = a column of the secondary table", function()
  local A, session

  before_each(function()
    local Base = la.declarative_base()
    local link = la.Table("link", Base.metadata, la.Column("position", la.Integer, {primary_key = true}),
      la.Column("a_id", la.ForeignKey("a.id")), la.Column("b_id", la.ForeignKey("b.id")))
    A = Base:class("A", {
      __tablename__ = "a",
      id = la.Column{la.Integer, primary_key = true},
      bs = la.relationship{"B", secondary = link, order_by = function() return link.c.position:desc() end},
    })
    Base:class("B", {__tablename__ = "b", id = la.Column{la.Integer, primary_key = true}})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:execute(la.text("INSERT INTO a (id) VALUES (1), (2)"))
    session:execute(la.text("INSERT INTO b (id) VALUES (1), (2), (3)"))
    session:execute(la.text("INSERT INTO link VALUES (1, 1, 3), (2, 1, 1), (3, 2, 3), (4, 1, 2)"))
  end)

  after_each(function() session:close() end)

  for _, option in ipairs{"selectinload", "subqueryload", "joinedload", "lazyload", "immediateload"} do
    it(option .. " orders by what stands for the table", function()
      local a = session:scalars(la.select(A):options(la[option](A.bs)):order_by(A.id)):unique():all()[1]
      local ids = {}
      for i, b in ipairs(a.bs) do ids[i] = b.id end
      assert.same({2, 1, 3}, ids)
    end)
  end
end)
