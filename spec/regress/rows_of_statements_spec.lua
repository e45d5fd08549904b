--- Options about the rows of a statement hold for these rows alone; from_statement() knows where its columns are.
local la = require "lualchemy"

local function model()
  local Base = la.declarative_base()
  local User = Base:class("User", {
    __tablename__ = "users",
    id = la.Column{la.Integer, primary_key = true},
    name = la.Column{la.String},
    mails = la.relationship("Mail", {back_populates = "user", order_by = "Mail.id"}),
  })
  local Mail = Base:class("Mail", {
    __tablename__ = "mails",
    id = la.Column{la.Integer, primary_key = true},
    user_id = la.Column{la.ForeignKey("users.id")},
    user = la.relationship("User", {back_populates = "mails"}),
    parts = la.relationship("Part"),
  })
  local Part = Base:class("Part", {
    __tablename__ = "parts",
    id = la.Column{la.Integer, primary_key = true},
    mail_id = la.Column{la.ForeignKey("mails.id")},
  })
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  local session = la.Session(engine)
  session:add_all{
    User{id = 1, name = "ada", mails = {Mail{id = 1, parts = {Part{id = 1}}}, Mail{id = 2, parts = {Part{id = 2}}}}},
    User{id = 2, name = "bob"},
  }
  session:commit()
  session:expunge_all()
  local sent = {}
  la.event.listen(engine, "before_cursor_execute", function(_, _, statement) sent[#sent + 1] = statement end)
  return session, User, Mail, Part, sent
end

--- Names of users, ids of their mails and of the parts of these.
local function told(users)
  local out = {}
  for _, user in ipairs(users) do
    out[#out + 1] = user.name
    for _, mail in ipairs(user.mails) do
      out[#out + 1] = mail.id
      for _, part in ipairs(mail.parts) do out[#out + 1] = "part " .. part.id end
    end
  end
  return out
end

local ALL = {"ada", 1, "part 1", 2, "part 2", "bob"}

it("contains_eager() is not about what is loaded when it is asked for later", function()
  local session, User, Mail = model()
  local users = session:scalars(la.select(User):outerjoin(User.mails):outerjoin(Mail.parts):order_by(User.id, Mail.id)
    :options(la.contains_eager(User.mails):contains_eager(Mail.parts))):unique():all()
  assert.same(ALL, told(users))
  session:expire_all()
  assert.same(ALL, told(users))
end)

it("options below contains_eager() are", function()
  local session, User, Mail, _, sent = model()
  local users = session:scalars(la.select(User):outerjoin(User.mails):order_by(User.id, Mail.id)
    :options(la.contains_eager(User.mails):joinedload(Mail.parts))):unique():all()
  session:expire_all()
  local mails = users[1].mails
  local n = #sent
  assert.equal(1, #mails[1].parts)
  assert.equal(n, #sent)
end)

it("what is said of all relationships goes on into what is loaded when it is asked for", function()
  local session, User = model()
  local users = session:scalars(la.select(User):order_by(User.id):options(la.lazyload("*"))):all()
  assert.same(ALL, told(users))
end)

describe("from_statement()", function()
  local session, User, Mail, sent

  before_each(function()
    local _
    session, User, Mail, _, sent = model()
  end)

  after_each(function() session:close() end)

  it("reads the columns of each text where they are", function()
    for _, text in ipairs{"SELECT id, name FROM users ORDER BY id", "SELECT name, id FROM users ORDER BY id",
      "SELECT 7, name, id FROM users ORDER BY id"} do
      session:expunge_all()
      local users = session:query(User):from_statement(la.text(text)):all()
      assert.same({1, "ada", 2, "bob"}, {users[1].id, users[1].name, users[2].id, users[2].name})
    end
  end)

  local function both()
    return la.select(User.__table__, Mail.__table__):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL)
      :select_from(User.__table__:outerjoin(Mail.__table__)):order_by(User.id, Mail.id)
  end

  it("takes contains_eager() from its rows", function()
    local users = session:query(User):from_statement(both()):options(la.contains_eager(User.mails)):all()
    assert.equal(2, #users)
    assert.equal(2, #users[1].mails)
    assert.equal(0, #users[2].mails)
    assert.equal(1, #sent)
    session:expunge_all()
    local text = la.text("SELECT u.id, u.name, m.id, m.user_id FROM users u JOIN mails m ON m.user_id = u.id")
      :columns(User.id, User.name, Mail.id, Mail.user_id)
    users = session:scalars(la.select(User):from_statement(text):options(la.contains_eager(User.mails))):unique():all()
    assert.same({1, 2}, {#users, #users[1].mails})
    assert.equal(2, #sent)
  end)

  it("loads later what the rows do not have", function()
    local users = session:query(User):from_statement(la.text("SELECT id, name FROM users ORDER BY id"))
      :options(la.contains_eager(User.mails)):all()
    assert.equal(2, #users[1].mails)
    assert.equal(2, #sent)
  end)
end)

describe("conditions of of_type(Subclass):and_(…)", function()
  local session, Owner, Dog

  before_each(function()
    local Base = la.declarative_base()
    Owner = Base:class("Owner", {
      __tablename__ = "owner",
      id = la.Column{la.Integer, primary_key = true},
      animals = la.relationship("Animal"),
    })
    local Animal = Base:class("Animal", {
      __tablename__ = "animal",
      id = la.Column{la.Integer, primary_key = true},
      type = la.Column{la.String},
      owner_id = la.Column{la.ForeignKey("owner.id")},
      __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "animal"},
    })
    Dog = Animal:class("Dog", {
      __tablename__ = "dog",
      id = la.Column{la.ForeignKey("animal.id"), primary_key = true},
      breed = la.Column{la.String},
      __mapper_args__ = {polymorphic_identity = "dog"},
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add(Owner{id = 1, animals = {Dog{id = 1, breed = "Lab"}, Dog{id = 2, breed = "Pug"}, Animal{id = 3}}})
    session:commit()
    session:expunge_all()
  end)

  for _, option in ipairs{"joinedload", "selectinload", "subqueryload"} do
    it("are about what " .. option .. " reads", function()
      local owner = session:scalars(la.select(Owner):options(
        la[option](Owner.animals:of_type(Dog):and_(Dog.breed:eq("Pug"))))):unique():one()
      assert.equal(1, #owner.animals)
      assert.equal("Pug", owner.animals[1].breed)
    end)
  end
end)

it("a relationship whose condition is true without a key is loaded without one", function()
  local Base = la.declarative_base()
  local A, B
  B = Base:class("B", {
    __tablename__ = "b",
    id = la.Column{la.Integer, primary_key = true},
    is_default = la.Column{la.Boolean},
  })
  A = Base:class("A", {
    __tablename__ = "a",
    id = la.Column{la.Integer, primary_key = true},
    b_id = la.Column{la.ForeignKey("b.id")},
    b = la.relationship("B", {viewonly = true, primaryjoin = function()
      return la.or_(A.b_id:eq(B.id), la.and_(A.b_id:is_(nil), B.is_default))
    end}),
  })
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  local session = la.Session(engine)
  session:add_all{B{id = 1, is_default = true}, B{id = 2, is_default = false}, A{id = 1}, A{id = 2, b_id = 2}}
  session:commit()
  assert.equal(1, session:get(A, 1).b.id)
  assert.equal(2, session:get(A, 2).b.id)
end)

describe("rows of an association table for what is not in the session", function()
  local session, Item, Keyword

  before_each(function()
    local Base = la.declarative_base()
    local link = la.Table("link", Base.metadata, la.Column("item", la.ForeignKey("item.id")),
      la.Column("keyword", la.ForeignKey("keyword.id")))
    Item = Base:class("Item", {
      __tablename__ = "item",
      id = la.Column{la.Integer, primary_key = true},
      keywords = la.relationship("Keyword", {secondary = link, backref = "items"}),
    })
    Keyword = Base:class("Keyword", {__tablename__ = "keyword", id = la.Column{la.Integer, primary_key = true}})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
  end)

  after_each(function() session:close() end)

  it("are not written: the object was expunged", function()
    local item, keyword = Item(), Keyword()
    item.keywords = {keyword}
    session:add(item)
    session:commit()
    local loaded = item.keywords
    session:expunge(keyword)
    loaded:remove(keyword)
    session:commit()
    assert.equal(1, #item.keywords)
  end)

  it("are not deleted twice: the object was deleted", function()
    local item, keyword = Item(), Keyword()
    item.keywords = {keyword}
    session:add(item)
    session:commit()
    local loaded = item.keywords
    assert.equal(1, #loaded)
    session:delete(keyword)
    session:flush()
    loaded:remove(keyword)
    session:commit()
    assert.equal(0, #item.keywords)
  end)
end)
