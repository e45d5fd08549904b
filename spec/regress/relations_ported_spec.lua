-- Relationships as programs of SQLAlchemy's examples use them.
local la = require "lualchemy"

local function id() return la.Column{la.Integer, primary_key = true} end

describe("a relationship", function()
  local engine, session, statements

  before_each(function()
    engine, statements = la.create_engine("sqlite://"), {}
    session = la.Session(engine)
    la.event.listen(engine, "before_cursor_execute", function(_, _, statement, parameters)
      statements[#statements + 1] = {statement, parameters}
    end)
  end)

  local function fill(Base, objects)
    Base.metadata:create_all(engine)
    session:add_all(objects)
    session:commit()
    statements = {}
  end

  it("compares columns of its target with constants beside remote()", function()
    local Base = la.declarative_base()
    local Address = Base:class("Address", {__tablename__ = "address", id = id(), kind = la.Column{la.String},
      parent_id = la.Column{la.Integer}})
    local Customer = Base:class("Customer", {__tablename__ = "customer", id = id()})
    Customer.addresses = la.relationship{Address, primaryjoin = la.and_(
      Customer.id:eq(la.foreign(la.remote(Address.parent_id))), Address.kind:eq("customer"))}
    fill(Base, {Customer{id = 1}, Address{parent_id = 1, kind = "customer"}, Address{parent_id = 1, kind = "other"}})
    assert.equal(1, #session:get(Customer, 1).addresses)
  end)

  it("does not join an entity to itself", function()
    local Base = la.declarative_base()
    local key = la.Column("id", la.Integer, {primary_key = true})
    local Node = Base:class("Node", {__tablename__ = "node", id = key, parent_id = la.Column(la.ForeignKey("node.id")),
      parent = la.relationship{"Node", remote_side = key}})
    assert.has_error(function() tostring(la.select(Node):join(Node.parent)) end,
      "Can't construct a join from Mapper[Node(node)] to Mapper[Node(node)], they are the same entity")
    local alias = la.aliased(Node)
    assert.truthy(tostring(la.select(Node):join(Node.parent:of_type(alias))))
    assert.has_error(function() tostring(la.select(alias):join(alias.parent:of_type(alias))) end,
      "Can't construct a join from aliased(Node) to aliased(Node), they are the same entity")
  end)

  it("with lazy = write_only can't be replaced once its owner has a row", function()
    local Base = la.declarative_base()
    local Org = Base:class("Org", {__tablename__ = "org", id = id(),
      members = la.relationship{"Member", lazy = "write_only"}})
    local Member = Base:class("Member", {__tablename__ = "member", id = id(),
      org_id = la.Column(la.ForeignKey("org.id"))})
    local org = Org{members = {Member()}}
    fill(Base, {org})
    assert.has_error(function() org.members = {Member()} end, "Collection \"Org.members\" does not support implicit "
      .. "iteration; collection replacement operations can't be used")
  end)

  it("with lazy = dynamic tells its history without a flush, and is printed as its query", function()
    local Base = la.declarative_base()
    local Parent = Base:class("Parent", {__tablename__ = "parent", id = id(),
      children = la.relationship{"Child", lazy = "dynamic"}})
    local Child = Base:class("Child", {__tablename__ = "child", id = id(),
      parent_id = la.Column(la.ForeignKey("parent.id"))})
    local parent = Parent()
    fill(Base, {parent})
    assert.equal(1, parent.id)
    parent.children:append(Child())
    assert.equal(1, #la.attributes.get_history(parent, "children").added)
    assert.truthy(statements[#statements][1]:find("^SELECT"))
    assert.equal("SELECT child.id AS child_id, child.parent_id AS child_parent_id \nFROM child \n"
      .. "WHERE ? = child.parent_id", tostring(parent.children))
  end)

  it("is followed to its end before the next one when objects are saved", function()
    local Base = la.declarative_base()
    local Node = Base:class("Node", {__tablename__ = "node", id = id(), name = la.Column{la.String}})
    local Edge
    Edge = Base:class("Edge", {__tablename__ = "edge", id = id(),
      low_id = la.Column(la.ForeignKey("node.id")), high_id = la.Column(la.ForeignKey("node.id")),
      low = la.relationship{Node, primaryjoin = function() return Edge.low_id:eq(Node.id) end, backref = "highs"},
      high = la.relationship{Node, primaryjoin = function() return Edge.high_id:eq(Node.id) end, backref = "lows"}})
    local a, b, c, d = Node{name = "a"}, Node{name = "b"}, Node{name = "c"}, Node{name = "d"}
    for _, pair in ipairs{{a, b}, {a, c}, {b, d}} do
      local edge = Edge()
      edge.low, edge.high = pair[1], pair[2]
    end
    fill(Base, {a})
    assert.same({"a", "b", "d", "c"}, session:scalars(la.select(Node.name):order_by(Node.id)):all())
  end)
end)

describe("rows of classes that inherit from each other", function()
  it("go together where they are alike", function()
    local Base = la.declarative_base()
    local Person = Base:class("Person", {__tablename__ = "person", id = id(), name = la.Column{la.String},
      type = la.Column{la.String}, __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "p"}})
    local Engineer = Person:class("Engineer", {__tablename__ = "engineer",
      id = la.Column(la.ForeignKey("person.id"), {primary_key = true}), lang = la.Column{la.String},
      __mapper_args__ = {polymorphic_identity = "e"}})
    local engine, seen = la.create_engine("sqlite://"), {}
    Base.metadata:create_all(engine)
    la.event.listen(engine, "before_cursor_execute", function(_, _, statement, _, _, many)
      seen[#seen + 1] = statement:match("^%u+ %u* ?%w+") .. (many and " many" or "")
    end)
    local session = la.Session(engine)
    local all = {Engineer{name = "a", lang = "c"}, Person{name = "b"}, Engineer{name = "c", lang = "lua"}}
    session:add_all(all)
    session:flush()
    local ids = {}
    for i, one in ipairs(all) do ids[i] = one.id end
    assert.same({1, 2, 3}, ids)
    for _, one in ipairs(all) do one.name = one.name .. "!" end
    session:flush()
    for _, one in ipairs(all) do session:delete(one) end
    session:flush()
    assert.equal("INSERT INTO engineer many", seen[#seen - 3])
    assert.equal("UPDATE person many", seen[#seen - 2])
    assert.equal("DELETE FROM engineer many", seen[#seen - 1])
    assert.equal("DELETE FROM person many", seen[#seen])
  end)
end)

describe("a class on an alias", function()
  it("maps its columns under other names, whatever include_properties says", function()
    local Base = la.declarative_base()
    local t = la.Table("t", Base.metadata, la.Column("id", la.Integer, {primary_key = true}),
      la.Column("kind", la.String))
    local alias = la.select(t):alias("a")
    local Doc = Base:class("Doc", {__table__ = alias, documentKind = alias.c.kind,
      __mapper_args__ = {include_properties = {alias.c.id}}})
    assert.equal("SELECT a.id, a.kind \nFROM (SELECT t.id AS id, t.kind AS kind \nFROM t) AS a",
      tostring(la.select(Doc)))
    assert.equal("a.kind = :kind_1", tostring(Doc.documentKind:eq("x")))
  end)
end)
