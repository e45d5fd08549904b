-- Objects whose rows are gone, pending ones under those that expire, and transactions that are over.
local la = require "lualchemy"

describe("a session", function()
  local engine, session, User, Address

  local function open(cascade)
    local Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, addresses = la.relationship{"Address", cascade = cascade}})
    Address = Base:class("Address", {__tablename__ = "addresses", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.ForeignKey "users.id"}})
    engine = la.create_engine "sqlite://"
    Base.metadata:create_all(engine)
    session = la.Session(engine, {autoflush = false})
    local user = User{id = 1, name = "jack"}
    session:add(user)
    session:commit()
    return user
  end

  it("lets go of an expired object whose row get() does not find, until a rollback", function()
    local user = open "save-update"
    session:execute(la.text "DELETE FROM users")
    assert.is_nil(session:get(User, 1))
    assert.is_false(session:contains(user))
    assert.is_true(la.inspect(user).deleted)
    session:rollback()
    assert.is_true(session:contains(user))
  end)

  it("keeps what is pending under an object that expires, unless it would be an orphan", function()
    for cascade, kept in pairs{["all"] = true, ["all, delete-orphan"] = false} do
      local user = open(cascade)
      local address = Address{id = 1}
      user.addresses:append(address)
      session:expire(user)
      assert.equal(kept, session:contains(address))
    end
  end)

  it("takes the lock of refresh() in the third place", function()
    local user = open "save-update"
    session:refresh(user, nil, true)
    assert.equal("jack", user.name)
  end)

  it("refuses to roll back a savepoint that is over", function()
    open "save-update"
    local savepoint = session:begin_nested()
    session:commit()
    local ok, e = pcall(savepoint.rollback, savepoint)
    assert.is_false(ok)
    assert.is_true(la.exc.ResourceClosedError:is(e))
    assert.equal("This transaction is closed", e.message)
  end)
end)
