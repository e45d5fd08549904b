-- A flush reads the versions of all objects that it may save before it writes any.
local la = require "lualchemy"

describe("The version of an object of which only a collection changed", function()
  it("is read by the flush, before the rows of others are written", function()
    local Base = la.declarative_base()
    local version = la.Column{la.Integer}
    local Order = Base:class("Order", {__tablename__ = "orders", id = la.Column{la.Integer, primary_key = true},
      total = la.Column{la.Integer}, version = version, items = la.relationship{"Item", back_populates = "order"},
      __mapper_args__ = {version_id_col = version}})
    local Item = Base:class("Item", {__tablename__ = "items", id = la.Column{la.Integer, primary_key = true},
      order_id = la.Column{la.ForeignKey("orders.id")}, order = la.relationship{"Order", back_populates = "items"}})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session, statements = la.Session(engine), {}
    local first, second = Order{id = 1}, Order{id = 2}
    session:add_all{first, second}
    session:commit()
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql)
      statements[#statements + 1] = sql:match("%a+")
    end)
    first.total = 5
    session:add(Item{id = 1, order = second})
    session:flush()
    assert.same({"SELECT", "SELECT", "UPDATE", "INSERT"}, statements)
    assert.equal(1, second.version)
  end)
end)
