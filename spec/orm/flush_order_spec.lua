-- What a flush writes first: children before what they refer to are deleted, classes by name where nothing else tells.
local la = require "lualchemy"

describe("a flush", function()
  local Base, Node, User, Profile, engine, session, sent

  before_each(function()
    Base = la.declarative_base()
    Node = Base:class("Node", {__tablename__ = "node", id = la.Column{la.Integer, primary_key = true},
      parent_id = la.Column{la.Integer, la.ForeignKey("node.id")},
      children = la.relationship{"Node", cascade = "all", order_by = "Node.id"}})
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, profile = la.relationship{"Profile", uselist = false, back_populates = "user"}})
    Profile = Base:class("Profile", {__tablename__ = "profile", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.Integer, la.ForeignKey("users.id")},
      user = la.relationship{"User", back_populates = "profile"}})
    engine = la.create_engine("sqlite://")
    la.event.listen(engine, "connect", function(connection) connection:execute("PRAGMA foreign_keys=ON") end)
    Base.metadata:create_all(engine)
    sent = {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, statement) sent[#sent + 1] = statement end)
    session = la.Session{bind = engine}
  end)

  after_each(function() session:close() end)

  it("deletes a tree from its leaves", function()
    local root = Node{children = {Node{children = {Node{}, Node{}}}, Node{}}}
    session:add(root)
    session:commit()
    session:delete(root)
    session:commit()
    assert.equal(0, session:scalar(la.select(la.func.count()):select_from(Node)))
  end)

  it("writes classes that have nothing to do with each other in the order of their names", function()
    local Tag = Base:class("Tag", {__tablename__ = "tag", id = la.Column{la.Integer, primary_key = true}})
    Tag.__table__:create(engine)
    sent = {}
    session:add_all{User{name = "u"}, Tag{}, Node{}}
    session:flush()
    local tables = {}
    for i, statement in ipairs(sent) do tables[i] = statement:match("INSERT INTO (%S+)") end
    assert.are.same({"node", "tag", "users"}, tables)
  end)

  it("reads what a new object replaces only when it is written", function()
    local user = User{name = "u", profile = Profile{}}
    session:add(user)
    session:commit()
    local first = session:scalars(la.select(Profile)):one()
    session:expire_all()
    sent = {}
    user.profile = Profile{}
    assert.equal(0, #sent)
    session:commit()
    assert.is_nil(first.user_id)
    assert.equal(user.id, user.profile.user_id)
    assert.are_not.equal(first, user.profile)
  end)

  it("comes after refresh() gave up the changes of its object", function()
    local user = User{name = "u"}
    session:add(user)
    session:commit()
    user.name = "changed"
    sent = {}
    session:refresh(user)
    assert.equal("u", user.name)
    assert.are.same({"SELECT users.id, users.name \nFROM users \nWHERE users.id = ?"}, sent)
  end)
end)

describe("a rollback", function()
  it("makes new objects transient that have left the session", function()
    local Base = la.declarative_base()
    local A = Base:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true}})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    local a = A{}
    session:add(a)
    session:flush()
    session:expunge_all()
    assert.is_true(la.inspect(a).detached)
    session:rollback()
    assert.is_true(la.inspect(a).transient)
    session:close()
  end)
end)

describe("delete()", function()
  it("refuses a detached object whose key another one has in the session", function()
    local Base = la.declarative_base()
    local A = Base:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true}})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    local a = A{id = 1}
    session:add(a)
    session:commit()
    session:expunge(a)
    local other = session:get(A, 1)
    local ok, e = pcall(session.delete, session, a)
    assert.is_false(ok)
    assert.is_true(la.exc.InvalidRequestError:is(e))
    assert.are_not.equal(a, other)
    session:close()
  end)
end)
