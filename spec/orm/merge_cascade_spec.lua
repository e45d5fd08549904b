-- Session:merge case by case: which object is given back, what is read, how far it follows.
local la = require "lualchemy"
local orm = require "spec.support.orm"

describe("merge", function()
  local Base, User, Address, session, sent, engine

  before_each(function()
    Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, age = la.Column{la.Integer},
      addresses = la.relationship{"Address", back_populates = "user", order_by = "Address.id",
        cascade = "all, delete-orphan"}})
    Address = Base:class("Address", {__tablename__ = "addresses", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.Integer, la.ForeignKey("users.id")}, email = la.Column{la.String},
      user = la.relationship{"User", back_populates = "addresses"}})
    session, sent, engine = orm.open(Base)
    session:add(User{id = 1, name = "ann", age = 30,
      addresses = {Address{id = 1, email = "a1"}, Address{id = 2, email = "a2"}}})
    session:commit()
    session:expunge_all()
    sent()
  end)

  after_each(function() session:close() end)

  it("of a transient object without a key makes a new one", function()
    local given = User{name = "bob"}
    local merged = session:merge(given)
    assert.not_equal(given, merged)
    assert.is_true(la.inspect(given).transient)
    assert.is_true(la.inspect(merged).pending)
    assert.equal("bob", merged.name)
    assert.same({}, sent())
  end)

  it("of an object whose key has no row makes a new one with this key", function()
    local merged = session:merge(User{id = 9, name = "bob"})
    assert.is_true(la.inspect(merged).pending)
    assert.equal(9, merged.id)
    assert.equal(1, #sent())
  end)

  it("reads the row of its key and changes what differs", function()
    local merged = session:merge(User{id = 1, name = "anna"})
    assert.is_true(la.inspect(merged).persistent)
    assert.equal("anna", merged.name)
    assert.equal(30, merged.age)
    sent()
    session:flush()
    assert.same({"UPDATE users SET name=? WHERE users.id = ? ['anna', 1]"}, sent())
  end)

  it("writes nothing where nothing differs", function()
    session:merge(User{id = 1, name = "ann", age = 30})
    assert.is_false(session:is_modified(session:get(User, 1)))
    sent()
    session:flush()
    assert.same({}, sent())
  end)

  it("of a persistent object of this session gives it back", function()
    local user = session:get(User, 1)
    assert.equal(user, session:merge(user))
  end)

  it("copies NULL that was set, not what was never set", function()
    local merged = session:merge(User{id = 1, name = la.NULL})
    assert.is_nil(merged.name)
    assert.equal(30, merged.age)
  end)

  it("follows collections: changes, adds, and deletes orphans", function()
    local merged = session:merge(User{id = 1, addresses = {Address{id = 1, email = "changed"}, Address{email = "new"}}})
    session:commit()
    assert.same({"changed", "new"}, orm.each(merged.addresses, "email"))
    assert.is_nil(session:get(Address, 2))
  end)

  it("does not touch a collection that was not loaded", function()
    local merged = session:merge(User{id = 1, name = "anna"})
    session:commit()
    assert.equal(2, #merged.addresses)
  end)

  it("follows a reference", function()
    local merged = session:merge(Address{id = 1, user = User{id = 1, name = "anna"}})
    assert.equal("anna", merged.user.name)
    assert.equal(session:get(User, 1), merged.user)
  end)

  it("of a graph that comes back to itself ends", function()
    local user = User{id = 1, name = "anna"}
    user.addresses = {Address{id = 1, user = user}}
    local merged = session:merge(user)
    assert.equal(merged, merged.addresses[1].user)
  end)

  it("of two objects with one new key gives one", function()
    local merged = session:merge(User{id = 5, addresses = {Address{id = 7, email = "x"}, Address{id = 7, email = "y"}}})
    assert.equal(2, #merged.addresses)
    assert.equal(merged.addresses[1], merged.addresses[2])
    assert.equal("y", merged.addresses[1].email)
  end)

  it("does not follow a relationship without merge in its cascade", function()
    local Other = la.declarative_base()
    local Child = Other:class("Child", {__tablename__ = "child", id = la.Column{la.Integer, primary_key = true},
      parent_id = la.Column{la.Integer, la.ForeignKey("parent.id")}})
    local Parent = Other:class("Parent", {__tablename__ = "parent", id = la.Column{la.Integer, primary_key = true},
      children = la.relationship{Child, cascade = "save-update"}})
    local s = orm.open(Other)
    local merged = s:merge(Parent{id = 1, children = {Child{id = 1}}})
    assert.equal(0, #merged.children)
    s:close()
  end)

  it("with load = false takes the state as it is and reads nothing", function()
    local other = la.Session(engine)
    local user = other:get(User, 1)
    assert.equal(2, #user.addresses)
    other:close()
    sent()
    local merged = session:merge(user, {load = false})
    assert.same({"ann", 2}, {merged.name, #merged.addresses})
    assert.same({}, sent())
    assert.is_false(session.dirty:contains(merged))
  end)

  it("with load = false keeps what is expired expired", function()
    local other = la.Session(engine)
    local user = other:get(User, 1)
    other:expire(user)
    other:expunge(user)
    local merged = session:merge(user, {load = false})
    sent()
    assert.equal("ann", merged.name)
    assert.equal(1, #sent())
    other:close()
  end)

  it("with load = false refuses what is transient or changed", function()
    assert.matches("merge%(%) with load=False option does not support objects transient",
      orm.raises("InvalidRequestError", session.merge, session, User{id = 1}, {load = false}))
    local other = la.Session(engine)
    local user = other:get(User, 1)
    user.name = "changed"
    assert.matches("merge%(%) with load=False option does not support objects marked as 'dirty'",
      orm.raises("InvalidRequestError", session.merge, session, user, {load = false}))
    other:close()
  end)

  it("takes loader options for what it reads", function()
    session:merge(User{id = 1, name = "anna"}, {options = {la.selectinload(User.addresses)}})
    assert.equal(2, #sent())
  end)

  it("checks the version of the given state", function()
    local Other = la.declarative_base()
    local version = la.Column{la.Integer, nullable = false}
    local Doc = Other:class("Doc", {__tablename__ = "doc", id = la.Column{la.Integer, primary_key = true},
      title = la.Column{la.String}, version = version, __mapper_args__ = {version_id_col = version}})
    local s = orm.open(Other)
    s:add(Doc{id = 1, title = "a"})
    s:commit()
    local doc = s:merge(Doc{id = 1, title = "b", version = 1})
    assert.equal("b", doc.title)
    s:commit()
    assert.equal(2, doc.version)
    assert.matches("Version id '1' on merged state .* does not match existing version '2'",
      orm.raises("StaleDataError", s.merge, s, Doc{id = 1, title = "c", version = 1}))
    s:close()
  end)
end)
