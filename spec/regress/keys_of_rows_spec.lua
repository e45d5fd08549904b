-- The keys of rows of a SELECT of attributes: each another one, as those of a Core SELECT.
local la = require "lualchemy"
local unpack = require("lualchemy.compat").unpack

local Base = la.declarative_base()
local User = Base:class("User", {__tablename__ = "user", id = la.Column(la.Integer, {primary_key = true}),
  mail = la.Column("e_mail", la.String)})
local Address = Base:class("Address", {__tablename__ = "address", id = la.Column(la.Integer, {primary_key = true}),
  user_id = la.Column(la.ForeignKey("user.id")), user = la.relationship("User")})

describe("keys of rows", function()
  local session

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add(Address{id = 2, user = User{id = 1, mail = "a"}})
    session:flush()
  end)

  after_each(function() session:close() end)

  local joined = la.select(User.id, Address.id):join(Address.user)

  local function keys(...) return session:execute(la.select(...):where(User.id:eq(Address.user_id))):keys() end

  it("are disambiguated", function()
    local row = session:execute(joined):one()
    assert.equal("id id_1", table.concat(row._fields, " "))
    assert.equal(1, row.id)
    assert.equal(2, row.id_1)
    assert.equal(2, row._mapping[Address.id])
    assert.same({"id", "id_1", "id_1"}, {unpack(keys(User.id, Address.id, Address.id))})
    assert.same({"mail", "n", "n_1"}, {unpack(keys(User.mail, User.id:label("n"), Address.id:label("n")))})
    assert.same({"count", "count_1"}, {unpack(keys(la.func.count(User.id), la.func.count(Address.id)))})
  end)

  it("stand for what has no name, too", function()
    assert.same({"_no_label", "id", "_no_label_1"}, {unpack(keys(User.id + 1, User.id, Address.id + 1))})
  end)

  it("of classes are their names", function()
    assert.same({"User", "id", "Address"}, {unpack(keys(User, User.id, Address))})
  end)

  it("of a Query are those of its columns", function()
    local row = session:query(User.id, Address.id):join(Address.user):one()
    assert.equal("id id", table.concat(row._fields, " "))
    assert.equal("id id_1", table.concat(session:execute(joined):one()._fields, " "))
    row = session:query(User.id, User.mail):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL):one()
    assert.equal("id mail", table.concat(row._fields, " "))
  end)

  it("are those of the label style", function()
    local function styled(stmt) return stmt:set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL) end
    assert.same({"user_id", "address_id"}, {unpack(session:execute(styled(joined)):keys())})
    local u = la.aliased(User, {name = "u"})
    local both = styled(la.select(u.mail, User):where(u.id:eq(User.id)))
    assert.same({"u_mail", "User"}, {unpack(session:execute(both):keys())})
    assert.same({"mail"}, {unpack(keys(la.cast(User.mail, la.Integer)))})
  end)
end)

describe("columns of a subquery of attributes", function()
  local function keys(from) return table.concat(from.c:keys(), " ") end

  it("have the keys of the attributes", function()
    assert.equal("mail id", keys(la.select(User.mail, User.id):subquery()))
    assert.equal("mail", keys(la.select(User.mail):cte("c")))
    assert.equal("mail id", keys(la.Session():query(User.mail, User.id):subquery()))
    assert.equal("mail e_mail", keys(la.select(User.mail, User.__table__.c.e_mail):subquery()))
    local styled = la.select(User.mail, User.id):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL)
    assert.equal("user_mail user_id", keys(styled:subquery()))
    local u = la.aliased(User, la.select(User):subquery())
    assert.equal("mail", keys(la.select(u.mail):subquery()))
  end)

  it("have the keys of the columns where a class is selected", function()
    assert.equal("id e_mail", keys(la.select(User):subquery()))
  end)

  it("are written by their names", function()
    local c = la.select(User.mail):cte("c")
    assert.equal("WITH c AS \n(SELECT \"user\".e_mail AS e_mail \nFROM \"user\")\n SELECT c.e_mail \nFROM c",
      tostring(la.select(c.c.mail)))
    local sub = la.select(User.mail):subquery()
    assert.equal(sub.c.mail, sub:corresponding_column(User.__table__.c.e_mail))
  end)
end)
