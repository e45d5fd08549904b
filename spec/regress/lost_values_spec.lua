-- Objects whose values were expired before a rollback took their identity; savepoints of a transaction that failed.
local la = require "lualchemy"

describe("after a rollback", function()
  local session, User

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String, nullable = false}, age = la.Column(la.Integer)})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
  end)

  local function message(fn, ...)
    local ok, e = pcall(fn, ...)
    assert.is_false(ok)
    return tostring(e)
  end

  it("what an object of the transaction had forgotten is lost, which reading and flushing it tell", function()
    local user = User{name = "ann", age = 5}
    session:add(user)
    session:flush()
    session:expire_all()
    session:rollback()
    assert.is_true(la.inspect(user).transient)
    assert.matches("is not bound to a Session; attribute refresh operation cannot proceed",
      message(function() return user.name end), 1, true)
    user.name = "bob"
    assert.equal("bob", user.name)
    session:add(user)
    assert.matches("cannot be refreshed - it's not  persistent and does not contain a full primary key",
      message(session.flush, session), 1, true)
    session:rollback()
    la.make_transient(user)
    assert.is_nil(user.age)
    session:add(user)
    session:commit()
    assert.equal("bob", user.name)
  end)

  it("other values stay", function()
    local user = User{name = "ann", age = 5}
    session:add(user)
    session:flush()
    session:expire(user, {"age"})
    session:rollback()
    assert.equal("ann", user.name)
    assert.matches("is not bound to a Session", message(function() return user.age end), 1, true)
  end)

  it("that is still to come no savepoint begins", function()
    session:add(User())
    assert.has_error(function() session:flush() end)
    assert.matches("has been rolled back due to a previous exception during flush",
      message(session.begin_nested, session), 1, true)
    session:rollback()
    session:begin_nested():rollback()
  end)
end)
