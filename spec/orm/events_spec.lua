-- Events of sessions, mappers, instances and attributes: when they come, with what.
local la = require "lualchemy"
local orm = require "spec.support.orm"

describe("events", function()
  local Base, User, Address, session, heard

  before_each(function()
    Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, addresses = la.relationship{"Address", back_populates = "user"}})
    Address = Base:class("Address", {__tablename__ = "addresses", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.Integer, la.ForeignKey("users.id")}, email = la.Column{la.String},
      user = la.relationship{"User", back_populates = "addresses"}})
    session = orm.open(Base)
    heard = {}
  end)

  after_each(function() session:close() end)

  local function hear(target, ...)
    for _, name in ipairs{...} do
      la.event.listen(target, name, function() heard[#heard + 1] = name end)
    end
  end

  it("of a session, around flush and commit", function()
    hear(session, "before_flush", "after_flush", "after_flush_postexec", "before_commit", "after_commit",
      "after_begin", "after_transaction_create", "after_transaction_end")
    session:add(User{name = "ann"})
    session:commit()
    assert.same({"after_transaction_create", "before_commit", "before_flush", "after_transaction_create", "after_begin",
      "after_flush", "after_flush_postexec", "after_transaction_end", "after_commit", "after_transaction_end"}, heard)
  end)

  it("of a session, around rollback", function()
    session:add(User{name = "ann"})
    session:flush()
    hear(session, "after_rollback", "after_soft_rollback", "after_commit")
    session:rollback()
    assert.same({"after_rollback", "after_soft_rollback"}, heard)
  end)

  it("before_flush may change what is written", function()
    la.event.listen(session, "before_flush", function(s)
      for _, object in ipairs(s.new) do object.name = object.name:upper() end
    end)
    local user = User{name = "ann"}
    session:add(user)
    session:commit()
    assert.equal("ANN", user.name)
  end)

  it("of states, one for each transition", function()
    hear(session, "transient_to_pending", "pending_to_persistent", "persistent_to_deleted", "deleted_to_detached",
      "pending_to_transient", "persistent_to_detached", "detached_to_persistent", "loaded_as_persistent",
      "persistent_to_transient", "deleted_to_persistent")
    local user = User{name = "ann"}
    session:add(user)
    session:flush()
    session:delete(user)
    session:commit()
    assert.same({"transient_to_pending", "pending_to_persistent", "persistent_to_deleted", "deleted_to_detached"},
      heard)
    heard = {}
    local other = User{name = "bob"}
    session:add(other)
    session:expunge(other)
    session:add(other)
    session:commit()
    session:expunge(other)
    session:add(other)
    assert.same({"transient_to_pending", "pending_to_transient", "transient_to_pending", "pending_to_persistent",
      "persistent_to_detached", "detached_to_persistent"}, heard)
    heard = {}
    session:expunge_all()
    local found = session:scalars(la.select(User)):all()
    assert.equal(1, #found)
    assert.same({"persistent_to_detached", "loaded_as_persistent"}, heard)
  end)

  it("of a mapper, around each kind of statement", function()
    hear(User, "before_insert", "after_insert", "before_update", "after_update", "before_delete", "after_delete")
    local user = User{name = "ann"}
    session:add(user)
    session:flush()
    user.name = "bob"
    session:flush()
    session:delete(user)
    session:flush()
    assert.same({"before_insert", "after_insert", "before_update", "after_update", "before_delete", "after_delete"},
      heard)
  end)

  it("before_insert may set columns, with mapper, connection and object", function()
    la.event.listen(User, "before_insert", function(mapper, connection, user)
      assert.equal(la.inspect(User), mapper)
      assert.equal(1, connection:scalar(la.select(la.literal_column("1"))))
      user.name = "set"
    end)
    local user = User()
    session:add(user)
    session:commit()
    assert.equal("set", user.name)
  end)

  it("of classes above with propagate", function()
    local count = 0
    la.event.listen(Base, "before_insert", function() count = count + 1 end, {propagate = true})
    session:add(User{name = "ann", addresses = {Address{email = "a"}}})
    session:flush()
    assert.equal(2, count)
  end)

  it("of instances: init, load, refresh, expire", function()
    hear(User, "init", "load", "refresh", "expire")
    local user = User{name = "ann"}
    session:add(user)
    session:commit()
    assert.equal("ann", user.name)
    session:expunge_all()
    session:get(User, 1)
    assert.same({"init", "expire", "refresh", "load"}, heard)
  end)

  it("of an attribute: set with the value before, and what a listener gives in its place", function()
    local seen = {}
    la.event.listen(User.name, "set", function(_, value, old)
      seen[#seen + 1] = {value, old == la.NULL and "nil" or tostring(old)}
      return value:lower()
    end, {retval = true})
    local user = User{name = "ANN"}
    assert.equal("ann", user.name)
    user.name = "BOB"
    assert.equal("bob", user.name)
    assert.same({"BOB", "ann"}, seen[2])
    assert.equal("LoaderCallableStatus.NO_VALUE", seen[1][2])
  end)

  it("of collections: append, remove, both sides of a backref", function()
    Base.registry:configure()
    la.event.listen(User.addresses, "append", function(_, address) heard[#heard + 1] = "append " .. address.email end)
    la.event.listen(User.addresses, "remove", function(_, address) heard[#heard + 1] = "remove " .. address.email end)
    la.event.listen(Address.user, "set", function(address) heard[#heard + 1] = "set " .. address.email end)
    local user, address = User(), Address{email = "a"}
    user.addresses:append(address)
    address.user = nil
    assert.same({"set a", "append a", "remove a", "set a"}, heard)
  end)

  it("of attributes come before cascades and backrefs to listeners that were there before the mapping", function()
    la.event.listen(User.addresses, "append", function(_, address) heard[#heard + 1] = "append " .. address.email end)
    la.event.listen(Address.user, "set", function(address) heard[#heard + 1] = "set " .. address.email end)
    hear(session, "transient_to_pending")
    local user = User()
    session:add(user)
    heard = {}
    user.addresses:append(Address{email = "a"})
    assert.same({"append a", "transient_to_pending", "set a"}, heard)
  end)

  it("of a flush tell of deleted objects first", function()
    local gone = User{name = "gone"}
    session:add(gone)
    session:commit()
    hear(session, "persistent_to_deleted", "pending_to_persistent")
    session:add(User{name = "new"})
    session:delete(gone)
    session:flush()
    assert.same({"persistent_to_deleted", "pending_to_persistent"}, heard)
  end)

  it("of validation, for values and for what is appended", function()
    local Other = la.declarative_base()
    local A = Other:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true},
      email = la.Column{la.String}, check = la.validates("email", function(_, key, value)
        if not value:find("@", 1, true) then error("no " .. key, 0) end
        return value:lower()
      end)})
    assert.equal("a@b", A{email = "A@B"}.email)
    local ok, e = pcall(A, {email = "x"})
    assert.is_false(ok)
    assert.matches("no email", tostring(e))
  end)

  it("end with remove()", function()
    local function listener() heard[#heard + 1] = "heard" end
    la.event.listen(session, "before_flush", listener)
    assert.is_true(la.event.contains(session, "before_flush", listener))
    la.event.remove(session, "before_flush", listener)
    session:add(User())
    session:flush()
    assert.same({}, heard)
  end)

  it("come once with once", function()
    la.event.listen(User, "before_insert", function() heard[#heard + 1] = "heard" end, {once = true})
    session:add_all{User{id = 1}, User{id = 2}}
    session:flush()
    assert.same({"heard"}, heard)
  end)
end)
