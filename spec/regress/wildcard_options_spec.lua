-- "*" in a loader option that begins at no class holds for all relationships, however deep, but not around a circle.
local la = require "lualchemy"

local function id() return la.Column{la.Integer, primary_key = true} end

describe("a loader option for \"*\"", function()
  local session, User, Address, Letter, statements

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = id(),
      addresses = la.relationship{"Address", back_populates = "user"}})
    Address = Base:class("Address", {__tablename__ = "addresses", id = id(),
      user_id = la.Column(la.ForeignKey("users.id")),
      user = la.relationship{"User", back_populates = "addresses"}, letters = la.relationship{"Letter"}})
    Letter = Base:class("Letter", {__tablename__ = "letters", id = id(),
      address_id = la.Column(la.ForeignKey("addresses.id"))})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session, statements = la.Session(engine), {}
    session:add(User{addresses = {Address{letters = {Letter(), Letter()}}}})
    session:commit()
    session:expunge_all()
    la.event.listen(engine, "before_cursor_execute", function(_, _, statement)
      statements[#statements + 1] = statement
    end)
  end)

  it("joins all the way down", function()
    local _, joins = tostring(la.select(User):options(la.joinedload("*"))):gsub("LEFT OUTER JOIN", "")
    assert.equal(2, joins)
    _, joins = tostring(la.select(User):options(la.Load(User):joinedload("*"))):gsub("LEFT OUTER JOIN", "")
    assert.equal(1, joins)
  end)

  for _, name in ipairs{"selectinload", "subqueryload"} do
    it("reads what is below with a statement each: " .. name, function()
      local user = session:scalars(la.select(User):options(la[name]("*"))):one()
      assert.equal(3, #statements)
      assert.equal(2, #user.addresses[1].letters)
      assert.equal(3, #statements)
    end)
  end

  it("leaves what other options say", function()
    local user = session:scalars(la.select(User):options(la.raiseload("*"), la.selectinload(User.addresses))):one()
    assert.equal(1, #user.addresses)
    assert.has_error(function() return user.addresses[1].letters end,
      "'Address.letters' is not available due to lazy='raise'")
  end)
end)

describe("an association proxy of an association proxy", function()
  it("is compared as what it stands for", function()
    local Base = la.declarative_base()
    local Word = Base:class("Word", {__tablename__ = "word", id = id(), text = la.Column{la.String}})
    local Link = Base:class("Link", {__tablename__ = "link", id = id(), user_id = la.Column(la.ForeignKey("users.id")),
      word_id = la.Column(la.ForeignKey("word.id")), word = la.relationship{Word},
      text = la.association_proxy("word", "text")})
    local User2 = Base:class("User2", {__tablename__ = "users", id = id(), links = la.relationship{Link},
      words = la.association_proxy("links", "text")})
    assert.truthy(tostring(la.select(User2):where(User2.words:contains("x"))):find("word.text = :text_1", 1, true))
    assert.has_error(function() return User2.words:eq("x") end,
      "'has()' not implemented for collections. Use any().")
  end)
end)
