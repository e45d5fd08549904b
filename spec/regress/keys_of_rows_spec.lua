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
  end)
end)
