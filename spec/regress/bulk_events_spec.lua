-- Events of collections that are replaced or expire, and of objects that an UPDATE by criteria changes.
local la = require "lualchemy"

describe("events", function()
  local User, Address, session, heard

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "user", id = la.Column(la.Integer, {primary_key = true}),
      name = la.Column(la.String), addresses = la.relationship("Address")})
    Address = Base:class("Address", {__tablename__ = "address", id = la.Column(la.Integer, {primary_key = true}),
      user_id = la.Column(la.ForeignKey("user.id"))})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session, heard = la.Session(engine), {}
    session:add(User{id = 1, name = "a", addresses = {Address()}})
    session:commit()
  end)

  local function listen(target, names)
    for _, name in ipairs(names) do la.event.listen(target, name, function() heard[#heard + 1] = name end) end
  end

  it("of a replaced collection: the new one is there before its items are told", function()
    local user = session:get(User, 1)
    assert.equal(1, #user.addresses)
    listen(User.addresses, {"init_collection", "bulk_replace", "append", "remove", "dispose_collection"})
    user.addresses = {Address()}
    assert.same({"init_collection", "bulk_replace", "append", "remove", "dispose_collection"}, heard)
  end)

  it("of a collection that expires: none", function()
    local user = session:get(User, 1)
    assert.equal(1, #user.addresses)
    listen(User.addresses, {"dispose_collection"})
    session:expire_all()
    session:expire(user, {"addresses"})
    assert.same({}, heard)
  end)

  it("of objects that update():where() changes: expire and refresh", function()
    local user = session:get(User, 1)
    assert.equal("a", user.name)
    listen(User, {"expire", "refresh"})
    session:execute(la.update(User):where(User.id:eq(1)):values{name = "b"})
    assert.same({"expire", "refresh"}, heard)
    assert.equal("b", user.name)
    assert.same({"expire", "refresh"}, heard)
  end)
end)
