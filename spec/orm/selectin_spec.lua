-- selectinload(): one SELECT for a relationship of all objects; when it follows, and how far.
local la = require "lualchemy"

describe("selectin loading", function()
  local Node, User, session, sent

  before_each(function()
    local Base = la.declarative_base()
    Node = Base:class("Node", {__tablename__ = "node", id = la.Column{la.Integer, primary_key = true},
      up_id = la.Column{la.Integer, la.ForeignKey("node.id")}, kids = la.relationship("Node")})
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      mails = la.relationship("Mail", {lazy = "selectin", back_populates = "user"})})
    local Mail = Base:class("Mail", {__tablename__ = "mail", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.Integer, la.ForeignKey("users.id")},
      user = la.relationship("User", {lazy = "selectin", back_populates = "mails"})})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    local last = Node{}
    for _ = 1, 5 do last = Node{kids = {last}} end
    session:add_all{last, User{mails = {Mail{}, Mail{}}}, User{}}
    session:commit()
    session:expunge_all()
    sent = 0
    la.event.listen(engine, "before_cursor_execute", function() sent = sent + 1 end)
  end)

  after_each(function() session:close() end)

  it("follows once for all objects, not around a circle", function()
    local users = session:scalars(la.select(User):order_by(User.id)):all()
    assert.equal(2, sent)
    assert.equal(2, #users[1].mails)
    assert.equal(0, #users[2].mails)
    assert.equal(users[1], users[1].mails[1].user)
    assert.equal(2, sent)
  end)

  it("follows again for objects that are there already, and leaves what they have", function()
    local user = session:scalars(la.select(User):order_by(User.id)):first()
    user.mails:pop()
    session.autoflush = false
    sent = 0
    session:scalars(la.select(User)):all()
    assert.equal(2, sent)
    assert.equal(1, #user.mails)
  end)

  for depth, count in pairs{[0] = 2, [1] = 3, [3] = 5, [-1] = 7} do
    it("goes down a tree by recursion_depth = " .. depth, function()
      session:scalars(la.select(Node):where(Node.up_id:is_(nil))
        :options(la.selectinload(Node.kids, {recursion_depth = depth}))):all()
      assert.equal(count, sent)
    end)
  end

  it("is one SELECT for the object alone when that is read again, and no more", function()
    local user = session:scalars(la.select(User):order_by(User.id)):first()
    session:commit()
    sent = 0
    assert.equal(2, #user.mails)
    assert.equal(2, sent)
    session:commit()
    sent = 0
    assert.is_number(user.id)
    assert.equal(2, sent)
    assert.equal(2, #user.mails)
    assert.equal(2, sent)
  end)

  it("refuses recursion_depth where nothing recurs", function()
    local ok, e = pcall(function()
      return session:scalars(la.select(User):options(la.selectinload(User.mails, {recursion_depth = 1}))):all()
    end)
    assert.is_false(ok)
    assert.is_truthy(tostring(e):find("not valid for non-self-referential relationship", 1, true), tostring(e))
  end)
end)
