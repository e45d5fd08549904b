-- Loader options hold for objects that the session had before, where the relationship was not loaded yet.
local la = require "lualchemy"

describe("an object that the session had before", function()
  local Base = la.declarative_base()
  local User = Base:class("User", {__tablename__ = "user", id = la.Column(la.Integer, {primary_key = true}),
    name = la.Column(la.String), addresses = la.relationship("Address")})
  local Address = Base:class("Address", {__tablename__ = "address",
    id = la.Column(la.Integer, {primary_key = true}), user_id = la.Column(la.ForeignKey("user.id"))})
  local session, user

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add(User{id = 1, name = "x", addresses = {Address(), Address()}})
    session:commit()
    session:expunge_all()
    user = session:get(User, 1)
  end)

  local function query(...) return session:scalars(la.select(User):options(...)):first() end

  local function refuses(what)
    local ok, e = pcall(function() return user.addresses end)
    assert.is_false(ok)
    assert.matches("'User.addresses' is not available due to lazy='" .. what .. "'", tostring(e), 1, true)
  end

  it("follows raiseload()", function()
    assert.equal(user, query(la.raiseload(User.addresses)))
    refuses "raise"
    session:scalars(la.select(User)):all()
    refuses "raise"
    query(la.raiseload(User.addresses, {sql_only = true}))
    refuses "raise_on_sql"
  end)

  it("follows raiseload() with changes of its own", function()
    user.name = "changed"
    query(la.raiseload(User.addresses))
    refuses "raise"
    assert.equal("changed", user.name)
    assert.is_false(session:is_modified(user)) -- the query flushed it
  end)

  it("follows it until it expires", function()
    query(la.raiseload(User.addresses))
    session:expire_all()
    assert.equal("x", user.name)
    assert.equal(2, #user.addresses)
  end)

  it("gets what noload() says at once, and reads it when that expires", function()
    query(la.noload(User.addresses))
    assert.same({}, la.inspect(user).unloaded)
    assert.equal(0, #user.addresses)
    session:expire(user, {"addresses"})
    assert.equal(2, #user.addresses)
  end)

  it("keeps a relationship that was loaded", function()
    assert.equal(2, #user.addresses)
    query(la.raiseload(User.addresses))
    assert.equal(2, #user.addresses)
  end)

  it("is not bound by the options of its first statement once all of it expired, nor by a refresh", function()
    session:expunge_all()
    user = query(la.raiseload(User.addresses))
    refuses "raise"
    session:refresh(user, {"addresses"})
    assert.equal(2, #user.addresses)
    session:expire_all()
    assert.equal(2, #user.addresses)
  end)
end)
