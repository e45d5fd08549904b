-- What commit, rollback and savepoints do to objects; expiry, refresh, autoflush, get.
local la = require "lualchemy"
local orm = require "spec.support.orm"

describe("a session", function()
  local Base, User, Address, session, sent, engine

  before_each(function()
    Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, age = la.Column{la.Integer},
      addresses = la.relationship{"Address", back_populates = "user", order_by = "Address.id"}})
    Address = Base:class("Address", {__tablename__ = "addresses", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.Integer, la.ForeignKey("users.id")}, email = la.Column{la.String},
      user = la.relationship{"User", back_populates = "addresses"}})
    session, sent, engine = orm.open(Base)
    session:add(User{name = "ann", age = 30, addresses = {Address{email = "a1"}, Address{email = "a2"}}})
    session:commit()
    session:expunge_all()
    sent()
  end)

  after_each(function() session:close() end)

  local BY_KEY = "SELECT users.id AS users_id, users.name AS users_name, users.age AS users_age FROM users "
    .. "WHERE users.id = ? [1]"
  local REFRESH = "SELECT users.id, users.name, users.age FROM users WHERE users.id = ? [1]"

  describe("autoflush", function()
    it("writes before a statement of the ORM, a lazy load and a query", function()
      local user = session:get(User, 1)
      for _, act in ipairs{
        function() session:scalars(la.select(Address)):all() end,
        function() return #user.addresses end,
        function() session:query(Address):all() end,
      } do
        user.age = user.age + 1
        sent()
        act()
        assert.matches("^UPDATE users SET age", sent()[1])
      end
    end)

    it("does not come before a get() that the identity map answers", function()
      local user = session:get(User, 1)
      user.age = 31
      sent()
      assert.equal(user, session:get(User, 1))
      assert.same({}, sent())
    end)

    it("is off within no_autoflush() and with autoflush = false", function()
      local user = session:get(User, 1)
      user.age = 31
      session:no_autoflush(function()
        assert.equal(30, session:scalar(la.select(User.age)))
      end)
      assert.equal(31, session:scalar(la.select(User.age)))
      session:rollback()
      session.autoflush = false
      session:get(User, 1).age = 32
      assert.equal(30, session:scalar(la.select(User.age)))
    end)

    it("is off for one statement with the execution option autoflush", function()
      session:get(User, 1).age = 31
      assert.equal(30, session:scalar(la.select(User.age):execution_options{autoflush = false}))
    end)

    it("gives its errors as they are, with a hint", function()
      session:add(User{id = 1})
      local message = orm.raises("IntegrityError", function() session:scalars(la.select(Address)):all() end)
      assert.matches("raised as a result of Query%-invoked autoflush; consider using a session.no_autoflush block",
        message)
    end)
  end)

  describe("expire", function()
    it("reads all columns at the first access", function()
      local user = session:get(User, 1)
      session:expire(user)
      sent()
      assert.equal("ann", user.name)
      assert.equal(30, user.age)
      assert.same({BY_KEY}, sent())
    end)

    it("of some attributes reads those", function()
      local user = session:get(User, 1)
      session:expire(user, {"name", "age"})
      sent()
      assert.equal("ann", user.name)
      assert.equal(30, user.age)
      assert.same({"SELECT users.name AS users_name, users.age AS users_age FROM users WHERE users.id = ? [1]"}, sent())
    end)

    it("of a relationship reads that alone", function()
      local user = session:get(User, 1)
      assert.equal(2, #user.addresses)
      session:expire(user, {"addresses"})
      sent()
      assert.equal("ann", user.name)
      assert.same({}, sent())
      assert.equal(2, #user.addresses)
      assert.equal(1, #sent())
    end)

    it("gives up pending changes", function()
      local user = session:get(User, 1)
      user.name = "bob"
      session:expire(user)
      assert.is_false(session.dirty:contains(user))
      assert.equal("ann", user.name)
    end)

    it("keeps what is set afterwards when the rest is read", function()
      local user = session:get(User, 1)
      session:expire(user)
      user.name = "bob"
      session:no_autoflush(function() assert.equal(30, user.age) end)
      assert.equal("bob", user.name)
      assert.is_true(session:is_modified(user))
    end)

    it("is answered by any statement that reads the row", function()
      local user = session:get(User, 1)
      session:expire(user)
      session:scalars(la.select(User)):all()
      sent()
      assert.equal("ann", user.name)
      assert.same({}, sent())
    end)

    it("refuses objects that are not in the session", function()
      assert.matches("is not persistent within this Session",
        orm.raises("InvalidRequestError", session.expire, session, User{name = "x"}))
    end)

    it("makes an object whose row is gone raise ObjectDeletedError", function()
      local user = session:get(User, 1)
      session:expire(user)
      session:execute(la.delete(User.__table__))
      assert.matches("Instance '<User at .*>' has been deleted, or its row is otherwise not present%.",
        orm.raises("ObjectDeletedError", function() return user.name end))
    end)

    it("all: every object of the session", function()
      local user, address = session:get(User, 1), session:get(Address, 1)
      session:expire_all()
      sent()
      assert.equal("ann", user.name)
      assert.equal("a1", address.email)
      assert.equal(2, #sent())
    end)
  end)

  describe("refresh", function()
    it("reads all columns at once", function()
      local user = session:get(User, 1)
      sent()
      session:refresh(user)
      assert.same({REFRESH}, sent())
    end)

    it("reads the named ones", function()
      local user = session:get(User, 1)
      session:execute(la.update(User.__table__):values{name = "bob", age = 40})
      sent()
      session:refresh(user, {"name"})
      assert.same({"SELECT users.name FROM users WHERE users.id = ? [1]"}, sent())
      assert.equal("bob", user.name)
      assert.equal(30, user.age)
    end)

    it("of a relationship reads it at once", function()
      local user = session:get(User, 1)
      sent()
      session:refresh(user, {"addresses"})
      assert.same({"SELECT users.id FROM users WHERE users.id = ? [1]",
        "SELECT addresses.id AS addresses_id, addresses.user_id AS addresses_user_id, "
        .. "addresses.email AS addresses_email FROM addresses WHERE ? = addresses.user_id ORDER BY addresses.id [1]"},
        sent())
    end)

    it("refuses an object that is not persistent", function()
      assert.matches("is not persistent within this Session",
        orm.raises("InvalidRequestError", session.refresh, session, User{name = "x"}))
    end)

    it("of an object whose row is gone is an error", function()
      local user = session:get(User, 1)
      session:execute(la.delete(User.__table__))
      assert.matches("Could not refresh instance '<User at .*>'",
        orm.raises("InvalidRequestError", session.refresh, session, user))
    end)
  end)

  describe("get", function()
    it("answers from the identity map without a statement, else by key", function()
      local user = session:get(User, 1)
      assert.same({BY_KEY}, sent())
      assert.equal(user, session:get(User, 1))
      assert.same({}, sent())
    end)

    it("reads an expired object again", function()
      local user = session:get(User, 1)
      session:expire(user)
      sent()
      assert.equal(user, session:get(User, 1))
      assert.same({BY_KEY}, sent())
    end)

    it("is nil where there is no row, also for an expired object", function()
      assert.is_nil(session:get(User, 5))
      local user = session:get(User, 1)
      session:expire(user)
      session:execute(la.delete(User.__table__))
      assert.is_nil(session:get(User, 1))
    end)

    it("with populate_existing reads over changes", function()
      local user = session:get(User, 1)
      user.name = "changed"
      session:no_autoflush(function() session:get(User, 1, {populate_existing = true}) end)
      assert.equal("ann", user.name)
    end)

    it("with options loads what they say", function()
      local user = session:get(User, 1, {options = {la.joinedload(User.addresses)}})
      sent()
      assert.equal(2, #user.addresses)
      assert.same({}, sent())
    end)

    it("takes a key by names", function()
      assert.equal("ann", session:get(User, {id = 1}).name)
    end)

    it("one raises NoResultFound where there is no row", function()
      assert.equal("ann", session:get_one(User, 1).name)
      assert.matches("No row was found when one was required",
        orm.raises("NoResultFound", session.get_one, session, User, 5))
    end)
  end)

  describe("commit", function()
    it("expires all objects", function()
      local user = session:get(User, 1)
      session:commit()
      sent()
      assert.equal("ann", user.name)
      assert.same({BY_KEY}, sent())
    end)

    it("expires nothing with expire_on_commit = false", function()
      local kept = la.Session(engine, {expire_on_commit = false})
      local user = kept:get(User, 1)
      user.name = "bob"
      kept:commit()
      sent()
      assert.equal("bob", user.name)
      assert.same({}, sent())
      kept:close()
    end)

    it("begins and ends transactions as they are needed", function()
      assert.is_false(session:in_transaction())
      session:get(User, 1)
      assert.is_true(session:in_transaction())
      session:commit()
      assert.is_false(session:in_transaction())
      session:add(User{name = "bob"})
      assert.is_true(session:in_transaction())
    end)
  end)

  describe("rollback", function()
    it("expires objects, so that they show the row again", function()
      local user = session:get(User, 1)
      user.name = "bob"
      session:flush()
      session:rollback()
      assert.equal("ann", user.name)
    end)

    it("gives up changes that were not written", function()
      local user = session:get(User, 1)
      user.name = "bob"
      session:rollback()
      assert.equal("ann", user.name)
      assert.equal(0, #session.dirty)
    end)

    it("restores collections and references", function()
      local user = session:get(User, 1)
      local gone = user.addresses[1]
      user.addresses:remove(gone)
      session:flush()
      assert.is_nil(gone.user)
      session:rollback()
      assert.equal(2, #user.addresses)
      assert.equal(user, gone.user)
    end)

    it("takes a new object out of the collections of others", function()
      local user = session:get(User, 1)
      user.addresses:append(Address{email = "new"})
      session:flush()
      assert.equal(3, #user.addresses)
      session:rollback()
      assert.equal(2, #user.addresses)
    end)

    it("is needed after a flush that failed", function()
      session:add(User{id = 1})
      orm.raises("IntegrityError", session.flush, session)
      session:rollback()
      assert.equal("ann", session:get(User, 1).name)
    end)

    it("restores a key that was changed", function()
      local user = session:get(User, 1)
      user.addresses = {}
      user.id = 7
      session:flush()
      assert.equal(user, session:get(User, 7))
      session:rollback()
      assert.equal(1, user.id)
      assert.equal(user, session:get(User, 1))
    end)
  end)

  describe("begin_nested", function()
    it("rolled back restores the objects that changed within, and keeps the others", function()
      local user, address = session:get(User, 1), session:get(Address, 1)
      address.email = "before"
      local nested = session:begin_nested()
      user.name = "within"
      session:flush()
      nested:rollback()
      sent()
      assert.equal("before", address.email)
      assert.same({}, sent())
      assert.equal("ann", user.name)
      session:commit()
      assert.equal("before", address.email)
    end)

    it("rolled back gives up the objects added within", function()
      local outer = User{name = "outer"}
      session:add(outer)
      local inner
      pcall(session.begin_nested, session, function()
        inner = User{name = "inner"}
        session:add(inner)
        session:flush()
        error("no")
      end)
      assert.is_true(la.inspect(inner).transient)
      assert.is_true(la.inspect(outer).persistent)
      session:commit()
      assert.same({"ann", "outer"}, session:scalars(la.select(User.name):order_by(User.id)):all())
    end)

    it("flushes before the savepoint", function()
      session:add(User{name = "bob"})
      sent()
      local nested = session:begin_nested()
      assert.same({"INSERT INTO users (name, age) VALUES (?, ?) ['bob', NULL]"}, {sent()[1]})
      nested:commit()
    end)

    it("released lets the rollback around it undo its changes", function()
      local inner = User{name = "inner"}
      session:begin_nested(function() session:add(inner) end)
      assert.is_true(la.inspect(inner).persistent)
      session:rollback()
      assert.is_true(la.inspect(inner).transient)
    end)

    it("brings back what was deleted within it", function()
      local address = session:get(Address, 1)
      local nested = session:begin_nested()
      session:delete(address)
      session:flush()
      assert.is_true(la.inspect(address).deleted)
      nested:rollback()
      assert.is_true(la.inspect(address).persistent)
      assert.equal("a1", address.email)
    end)
  end)
end)
