-- Flushes of objects that refer to others of their own class.
local la = require "lualchemy"

local function id() return la.Column{la.Integer, primary_key = true} end

describe("a flush of a tree", function()
  local engine, session, statements

  local function open(Base)
    engine = la.create_engine "sqlite://"
    Base.metadata:create_all(engine)
    session, statements = la.Session(engine), {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, statement, parameters)
      statements[#statements + 1] = {statement, parameters}
    end)
  end

  local function tree()
    local Base, key = la.declarative_base(), id()
    local Node = Base:class("Node", {__tablename__ = "node", id = key, data = la.Column{la.String},
      parent_id = la.Column{la.ForeignKey "node.id"},
      children = la.relationship{"Node", back_populates = "parent"},
      parent = la.relationship{"Node", back_populates = "children", remote_side = key}})
    open(Base)
    return Node
  end

  it("puts a new object in the place of a deleted one of the same key", function()
    local Node = tree()
    local old = Node{data = "old"}
    local root = Node{data = "root", children = {old}}
    session:add(root)
    session:flush()
    session:delete(old)
    root.children:append(Node{id = old.id, data = "new"})
    statements = {}
    session:flush()
    assert.equal("UPDATE node SET data=?, parent_id=? WHERE node.id = ?", statements[#statements][1])
    session:commit()
    assert.same({"new"}, {root.children[1].data})
  end)

  it("leaves rows of associations alone whose object went before", function()
    local Base = la.declarative_base()
    local edge = la.Table("edge", Base.metadata, la.Column("a", la.ForeignKey "node.id", {primary_key = true}),
      la.Column("b", la.ForeignKey "node.id", {primary_key = true}))
    local Node
    Node = Base:class("Node", {__tablename__ = "node", id = id(),
      children = la.relationship{"Node", secondary = edge, backref = "parents",
        primaryjoin = function() return Node.id:eq(edge.c.a) end,
        secondaryjoin = function() return Node.id:eq(edge.c.b) end}})
    open(Base)
    local a, b, c = Node{id = 1}, Node{id = 2}, Node{id = 3}
    a.children, b.children = {b, c}, {c}
    session:add_all{a, b, c}
    session:flush()
    session:delete(a)
    session:flush()
    session:delete(b)
    session:delete(c)
    statements = {}
    session:flush()
    local deletes = {}
    for _, one in ipairs(statements) do
      if one[1]:find("DELETE FROM edge", 1, true) then deletes[#deletes + 1] = one[2] end
    end
    assert.same({{2, 3}}, deletes)
    assert.equal(0, session:scalar(la.select(la.func.count(Node.id))))
  end)

  it("writes the rows of associations of many objects at once", function()
    local Base = la.declarative_base()
    local edge = la.Table("edge", Base.metadata, la.Column("a", la.ForeignKey "node.id", {primary_key = true}),
      la.Column("b", la.ForeignKey "node.id", {primary_key = true}))
    local Node
    Node = Base:class("Node", {__tablename__ = "node", id = id(),
      next_id = la.Column{la.ForeignKey "node.id"}, later = la.relationship{"Node"},
      children = la.relationship{"Node", secondary = edge,
        primaryjoin = function() return Node.id:eq(edge.c.a) end,
        secondaryjoin = function() return Node.id:eq(edge.c.b) end}})
    open(Base)
    local a, b, c = Node{id = 1}, Node{id = 2}, Node{id = 3}
    a.children, b.children = {c}, {c}
    session:add_all{a, b, c}
    session:flush()
    local sent = 0
    for _, one in ipairs(statements) do
      if one[1]:find("INSERT INTO edge", 1, true) then sent = sent + 1 end
    end
    assert.equal(1, sent)
  end)
end)
