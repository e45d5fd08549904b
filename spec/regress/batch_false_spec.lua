-- Mappers with batch = false save object by object: an event sees the rows of those before.
local la = require "lualchemy"

describe("batch = false", function()
  it("sends an INSERT before the next object's before_insert", function()
    local Node = la.declarative_base():class("Node", {__tablename__ = "node", __mapper_args__ = {batch = false},
      name = la.Column{la.String(5), primary_key = true}, before = la.Column{la.Integer}})
    la.event.listen(Node, "before_insert", function(_, connection, node)
      node.before = connection:scalar(la.select(la.func.count()):select_from(Node.__table__))
    end)
    local engine = la.create_engine("sqlite://")
    Node.metadata:create_all(engine)
    la.Session(engine, function(session)
      session:add_all{Node{name = "a"}, Node{name = "c"}, Node{name = "b"}}
      session:commit()
      assert.same({0, 1, 2}, session:scalars(la.select(Node.before):order_by(Node.before)):all())
      assert.equal(2, session:get(Node, "b").before)
    end)
  end)
end)
