--- Relationships to aliases, conditions that are more than equal columns, and viewonly sides of two.
local la = require "lualchemy"

local function session_of(Base)
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  return la.Session(engine)
end

local function id() return la.Column{la.Integer, primary_key = true} end

describe("a many-to-one relationship to an alias of a join", function()
  local session, A

  before_each(function()
    local Base = la.declarative_base()
    A = Base:class("A", {__tablename__ = "a", id = id(), b_id = la.Column{la.ForeignKey("b.id")}})
    local B = Base:class("B", {__tablename__ = "b", id = id()})
    local D = Base:class("D", {__tablename__ = "d", id = id(), b_id = la.Column{la.ForeignKey("b.id")}})
    local join = la.join(B, D, D.b_id:eq(B.id))
    A.b = la.relationship(la.aliased(B, join, {flat = true}), {primaryjoin = A.b_id:eq(join.c.b_id)})
    session = session_of(Base)
    session:add_all{B{id = 1}, B{id = 2}, A{id = 1, b_id = 1}, A{id = 2, b_id = 2}, D{id = 1, b_id = 1}}
    session:commit()
    session:expunge_all()
  end)

  after_each(function() session:close() end)

  for _, option in ipairs{"lazyload", "joinedload", "selectinload", "subqueryload"} do
    it("is loaded by " .. option .. " from the join", function()
      local found = {}
      for i, a in ipairs(session:scalars(la.select(A):options(la[option](A.b)):order_by(A.id)):all()) do
        found[i] = a.b and a.b.id or "none"
      end
      assert.same({1, "none"}, found)
    end)
  end

  it("is asked for the join's rows by has()", function()
    assert.equal(1, #session:scalars(la.select(A):where(A.b:has())):all())
  end)
end)

it("any() of a relationship to an alias of a SELECT selects from that alone", function()
  local Base = la.declarative_base()
  local A = Base:class("A", {__tablename__ = "a", id = id()})
  local B = Base:class("B", {__tablename__ = "b", id = id(), a_id = la.Column{la.ForeignKey("a.id")}})
  A.some = la.relationship(la.aliased(B, la.select(B):where(B.id:gt(1)):subquery()), {viewonly = true})
  assert.equal("SELECT a.id \nFROM a \nWHERE EXISTS (SELECT 1 \nFROM (SELECT b.id AS id, b.a_id AS a_id \nFROM b \n"
    .. "WHERE b.id > :id_1) AS anon_1 \nWHERE a.id = anon_1.a_id)", tostring(la.select(A):where(A.some:any())))
end)

it("selectinload of a condition by a function joins", function()
  local Base = la.declarative_base()
  local Node
  Node = Base:class("Node", {
    __tablename__ = "node",
    path = la.Column{la.String, primary_key = true},
    below = la.relationship("Node", {viewonly = true, order_by = "Node.path", primaryjoin = function()
      return la.func.instr(la.remote(la.foreign(Node.path)), Node.path):as_comparison(1, 2):eq(1)
    end}),
  })
  local session = session_of(Base)
  session:add_all{Node{path = "a"}, Node{path = "a/b"}, Node{path = "c"}}
  session:commit()
  session:expunge_all()
  local nodes = session:scalars(la.select(Node):options(la.selectinload(Node.below)):order_by(Node.path)):all()
  assert.same({2, 1, 1}, {#nodes[1].below, #nodes[2].below, #nodes[3].below})
end)

it("a condition with a SELECT that has a limit is loaded when it is asked for", function()
  local Base = la.declarative_base()
  local A = Base:class("A", {__tablename__ = "a", id = id()})
  local B = Base:class("B", {__tablename__ = "b", id = id(), a_id = la.Column{la.ForeignKey("a.id")}})
  local a, b = A.__table__, B.__table__
  local last = la.select(b.c.id):where(b.c.a_id:eq(a.c.id)):correlate(a):order_by(b.c.id:desc()):limit(1)
  A.last = la.relationship(B, {viewonly = true, uselist = false,
    primaryjoin = la.and_(a.c.id:eq(b.c.a_id), b.c.id:eq(last:scalar_subquery()))})
  local session = session_of(Base)
  session:add_all{A{id = 1}, B{id = 1, a_id = 1}, B{id = 2, a_id = 1}}
  session:commit()
  assert.equal(2, session:get(A, 1).last.id)
end)

describe("of two sides", function()
  local function sides(o, other)
    local Base = la.declarative_base()
    o.backref = la.backref("a", other)
    local A = Base:class("A", {__tablename__ = "a", id = id(), bs = la.relationship("B", o)})
    local B = Base:class("B", {__tablename__ = "b", id = id(), a_id = la.Column{la.ForeignKey("a.id")}})
    Base.registry:configure()
    local a, b = A(), B()
    a.bs = {b}
    local c, d = A(), B()
    d.a = c
    return b.a == a, #c.bs
  end

  it("neither follows the other where one is viewonly", function()
    assert.same({false, 0}, {sides({viewonly = true}, {viewonly = false})})
    assert.same({false, 0}, {sides({}, {viewonly = true})})
    assert.same({false, 0}, {sides({viewonly = true}, {})})
  end)

  it("both follow where none is", function() assert.same({true, 1}, {sides({}, {})}) end)
end)

it("a FROM is refused where a condition belongs", function()
  local Base = la.declarative_base()
  local B = Base:class("B", {__tablename__ = "b", id = id()})
  local table_a = la.Table("a", Base.metadata, la.Column("id", la.Integer, {primary_key = true}),
    la.Column("b_id", la.ForeignKey("b.id")))
  Base:class("A", {__table__ = table_a, b = la.relationship("B", {primaryjoin = table_a:join(B.__table__)})})
  local ok, e = pcall(function() Base.registry:configure() end)
  Base.registry:dispose()
  assert.is_false(ok)
  assert.truthy(tostring(e):find("Column expression expected for argument 'primaryjoin'; got", 1, true))
end)
