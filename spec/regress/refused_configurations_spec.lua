-- What is refused: sides of a relationship that are alike, a Query given to a connection.
local la = require "lualchemy"

local function node_class(keyword)
  local Base = la.declarative_base()
  return Base:class("Node", {
    __tablename__ = "node",
    id = la.Column{la.Integer, primary_key = true},
    parent_id = la.Column{la.ForeignKey "node.id"},
    children = la.relationship("Node", keyword),
  }), Base
end

describe("a self-referential backref", function()
  it("is refused where nothing tells its side from the other", function()
    local _, Base = node_class{backref = "parent"}
    local ok, why = pcall(function() Base.registry:configure() end)
    assert.is_false(ok)
    assert.is_true(la.exc.ArgumentError:is(why))
    assert.equal("Node.children and back-reference Node.parent are both of the same direction "
      .. "<RelationshipDirection.ONETOMANY: 1>.  Did you mean to set remote_side on the many-to-one side ?",
      why.message)
    Base.registry:dispose()
  end)

  it("has its side by remote_side, or by the columns marked remote", function()
    local Node, Base = node_class{backref = la.backref("parent", {remote_side = "Node.id"})}
    Base.registry:configure()
    assert.equal("MANYTOONE", la.inspect(Node).relationships.parent.direction.name)
    Node, Base = node_class{primaryjoin = "Node.id == remote(Node.parent_id)", backref = "parent"}
    Base.registry:configure()
    assert.equal("ONETOMANY", la.inspect(Node).relationships.children.direction.name)
    assert.equal("MANYTOONE", la.inspect(Node).relationships.parent.direction.name)
  end)
end)

describe("Connection:execute", function()
  it("refuses a Query, which is its session's to execute", function()
    local Node, Base = node_class{backref = la.backref("parent", {remote_side = "Node.id"})}
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    engine:connect(function(connection)
      for _, name in ipairs{"execute", "scalars", "scalar"} do
        local ok, why = pcall(connection[name], connection, session:query(Node.id))
        assert.is_false(ok)
        assert.is_true(la.exc.ObjectNotExecutableError:is(why))
        assert.matches("^Not an executable object: ", why.message)
      end
    end)
    assert.same({}, session:execute(session:query(Node.id)):all())
    session:close()
  end)
end)

describe("Table:to_metadata", function()
  it("takes la.NULL for a name or a referred_schema_fn that is not given", function()
    local t = la.Table{"t", la.MetaData{}, la.Column{"id", la.Integer}, la.Column{"x_id", la.ForeignKey "x.id"}}
    local copy = t:to_metadata(la.MetaData{}, {name = la.NULL, referred_schema_fn = la.NULL})
    assert.equal("t", copy.name)
  end)
end)
