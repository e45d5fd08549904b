--- Objects that left a collection before its owner was deleted; viewonly relationships that expunge.
local la = require "lualchemy"

local function model(cascade, viewonly)
  local Base = la.declarative_base()
  local Parent = Base:class("Parent", {
    __tablename__ = "parent",
    id = la.Column{la.Integer, primary_key = true},
    children = la.relationship("Child", {cascade = cascade, viewonly = viewonly, order_by = "Child.id"}),
  })
  local Child = Base:class("Child", {
    __tablename__ = "child",
    id = la.Column{la.Integer, primary_key = true},
    parent_id = la.Column{la.ForeignKey("parent.id")},
  })
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  return la.Session(engine), Parent, Child
end

describe("a child that was removed before its parent is deleted", function()
  local function removed(cascade)
    local session, Parent, Child = model(cascade)
    local parent = Parent{children = {Child(), Child()}}
    session:add(parent)
    session:commit()
    local child = parent.children[1]
    parent.children:remove(child)
    session:delete(parent)
    return session, Child, child
  end

  it("stays, without a parent, where cascade is all", function()
    local session, Child, child = removed("all")
    session:commit()
    assert.equal(1, session:query(Child):count())
    assert.is_nil(child.parent_id)
  end)

  it("goes with the flush, not at once, where it is all, delete-orphan", function()
    local session, Child, child = removed("all, delete-orphan")
    assert.is_false(session.deleted:contains(child))
    session:commit()
    assert.equal(0, session:query(Child):count())
  end)

  it("may be given to another parent before the flush", function()
    local session, Parent, Child = model("all, delete-orphan")
    local parent = Parent{children = {Child(), Child()}}
    session:add(parent)
    session:commit()
    session:no_autoflush(function()
      local child = parent.children[1]
      parent.children:remove(child)
      session:delete(parent)
      session:add(Parent{children = {child}})
    end)
    session:commit()
    assert.equal(1, session:query(Child):count())
  end)
end)

it("expunge goes along viewonly relationships whose cascade says so", function()
  local session, Parent, Child = model("expunge", true)
  session:add_all{Parent{id = 1}, Child{id = 1, parent_id = 1}}
  session:commit()
  local parent = session:get(Parent, 1)
  local child = parent.children[1]
  session:expunge(parent)
  assert.is_false(session:contains(child))
end)

describe("options of all relationships", function()
  local session, A, sent

  before_each(function()
    local Base = la.declarative_base()
    A = Base:class("A", {
      __tablename__ = "a",
      id = la.Column{la.Integer, primary_key = true},
      bs = la.relationship("B", {lazy = "selectin"}),
    })
    Base:class("B", {
      __tablename__ = "b",
      id = la.Column{la.Integer, primary_key = true},
      a_id = la.Column{la.ForeignKey("a.id")},
      cs = la.relationship("C", {lazy = "selectin"}),
    })
    Base:class("C", {
      __tablename__ = "c",
      id = la.Column{la.Integer, primary_key = true},
      b_id = la.Column{la.ForeignKey("b.id")},
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    for _, text in ipairs{"INSERT INTO a VALUES (1)", "INSERT INTO b VALUES (1, 1)", "INSERT INTO c VALUES (1, 1)"} do
      session:execute(la.text(text))
    end
    sent = 0
    la.event.listen(engine, "before_cursor_execute", function() sent = sent + 1 end)
  end)

  after_each(function() session:close() end)

  it("are about their statement: what is loaded when it is asked for is loaded as it was mapped", function()
    local a = session:scalars(la.select(A):options(la.lazyload("*"))):one()
    assert.equal(1, sent)
    local b = a.bs[1]
    assert.equal(3, sent)
    assert.equal(1, #b.cs)
    assert.equal(3, sent)
  end)

  it("are the last of theirs", function()
    for _, make in ipairs{function() return la.selectinload("*", A.bs) end,
      function() return la.lazyload("*"):joinedload(A.bs) end} do
      local ok, e = pcall(make)
      assert.is_false(ok)
      assert.truthy(tostring(e):find("Wildcard token cannot be followed by another entity", 1, true))
    end
  end)
end)

it("subqueryload below two joins starts from the entity of the statement", function()
  local Base = la.declarative_base()
  local function key(target) return la.Column{la.ForeignKey(target)} end
  local function id() return la.Column{la.Integer, primary_key = true} end
  local A = Base:class("A", {__tablename__ = "a", id = id(), b_id = key "b.id", b = la.relationship("B")})
  local B = Base:class("B", {__tablename__ = "b", id = id(), c_id = key "c.id", c = la.relationship("C")})
  local C = Base:class("C", {__tablename__ = "c", id = id(), ds = la.relationship("D")})
  local D = Base:class("D", {__tablename__ = "d", id = id(), c_id = key "c.id"})
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  local session = la.Session(engine)
  session:add_all{A{b = B{c = C{ds = {D()}}}}, A{b = B{c = C{ds = {D(), D()}}}}}
  session:commit()
  session:expunge_all()
  local sent = {}
  la.event.listen(engine, "before_cursor_execute", function(_, _, statement) sent[#sent + 1] = statement end)
  local a = session:scalars(la.select(A):order_by(A.id:desc()):limit(1)
    :options(la.joinedload(A.b):joinedload(B.c):subqueryload(C.ds))):one()
  assert.equal(2, #a.b.c.ds)
  assert.equal(2, #sent)
  assert.truthy(sent[2]:find("FROM (SELECT DISTINCT a.b_id AS a_b_id", 1, true), sent[2])
end)
