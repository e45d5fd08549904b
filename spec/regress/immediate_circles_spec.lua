-- lazy = "immediate" around a circle: what the session has is taken, collections are read.
local la = require "lualchemy"

describe("an immediate load around a circle", function()
  local function loaded(obj, name)
    for _, key in ipairs(la.inspect(obj).unloaded) do
      if key == name then return false end
    end
    return true
  end

  it("takes the parent that the session has", function()
    local Base = la.declarative_base()
    local User = Base:class("User", {
      __tablename__ = "user",
      id    = la.Column{la.Integer, primary_key = true},
      posts = la.relationship{"Post", back_populates = "user"},
    })
    local Post = Base:class("Post", {
      __tablename__ = "post",
      id      = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.ForeignKey("user.id")},
      user    = la.relationship{"User", back_populates = "posts", lazy = "immediate"},
    })
    local engine, statements = la.create_engine("sqlite://"), 0
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    session:add(User{id = 1, posts = {Post{id = 1}, Post{id = 2}}})
    session:commit()
    la.event.listen(engine, "before_cursor_execute", function() statements = statements + 1 end)
    for how, expected in pairs{joinedload = 1, selectinload = 2, subqueryload = 2} do
      session:expunge_all()
      statements = 0
      local user = session:scalars(la.select(User):options(la[how](User.posts))):unique():one()
      assert.equal(expected, statements, how)
      assert.is_true(loaded(user.posts[2], "user"), how)
      assert.equal(user, user.posts[2].user)
    end
    session:close()
  end)

  it("reads collections to the end", function()
    local Base = la.declarative_base()
    local Node = Base:class("Node", {
      __tablename__ = "node",
      id    = la.Column{la.Integer, primary_key = true},
      above = la.Column{la.ForeignKey("node.id")},
      nodes = la.relationship{"Node", lazy = "immediate"},
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    session:add(Node{id = 1, nodes = {Node{id = 2, nodes = {Node{id = 3}}}}})
    session:commit()
    session:expunge_all()
    local node = session:scalars(la.select(Node):where(Node.id:eq(1))):one()
    for _, id in ipairs{1, 2, 3} do
      assert.equal(id, node.id)
      assert.is_true(loaded(node, "nodes"))
      node = node.nodes[1]
    end
    assert.is_nil(node)
    session:close()
  end)
end)
