-- Relationships that are never loaded as a whole: merged, deleted, asked of objects that no session has.
local la = require "lualchemy"

describe("a relationship that is never loaded as a whole", function()
  local engine, session, User, Address, statements

  local function open(lazy, options)
    local Base = la.declarative_base()
    local to = {"Address", lazy = lazy, order_by = "Address.id"}
    for k, v in pairs(options or {}) do to[k] = v end
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, addresses = la.relationship(to)})
    Address = Base:class("Address", {__tablename__ = "addresses", id = la.Column{la.Integer, primary_key = true},
      email = la.Column{la.String}, user_id = la.Column{la.ForeignKey "users.id"}})
    engine = la.create_engine "sqlite://"
    Base.metadata:create_all(engine)
    session, statements = la.Session(engine), {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, statement)
      statements[#statements + 1] = statement
    end)
  end

  local function owners()
    local out = {}
    for i, row in ipairs(session:execute(la.select(Address.user_id):order_by(Address.id)):all()) do
      out[i] = row[1] or la.NULL
    end
    return out
  end

  for _, lazy in ipairs{"dynamic", "write_only"} do
    it("is a collection: " .. lazy, function()
      open(lazy, {uselist = false})
      assert.has_error(function() User.registry:configure() end, "On relationship User.addresses, 'dynamic' loaders "
        .. "cannot be used with many-to-one/one-to-one relationships and/or uselist=False.")
      User.registry:dispose()
    end)

    it("merges what a new object has: " .. lazy, function()
      open(lazy)
      session:merge(User{name = "jack", addresses = {Address{email = "a"}, Address{email = "b"}}})
      session:flush()
      assert.same({1, 1}, owners())
    end)

    it("is not given what is said to be loaded: " .. lazy, function()
      open(lazy)
      local ok, e = pcall(la.attributes.set_committed_value, User(), "addresses", {})
      assert.is_false(ok)
      assert.truthy(tostring(e):find("Dynamic attributes don't support collection population.", 1, true))
    end)
  end

  it("takes the place of the items when it is merged: dynamic", function()
    open "dynamic"
    local a, b, c = Address{email = "a"}, Address{email = "b"}, Address{email = "c"}
    local user = User{name = "jack", addresses = {b, c}}
    session:add_all{user, a}
    session:flush()
    session:merge(User{id = user.id, name = "jane", addresses = {a, c}})
    session:flush()
    local left = session:scalars(la.select(Address):where(Address.user_id:eq(user.id))):all()
    assert.equal(2, #left)
  end)

  it("of a deleted object is never read: write_only", function()
    for _, cascade in ipairs{"save-update", "all, delete-orphan"} do
      open("write_only", {cascade = cascade})
      local user = User{name = "jack", addresses = {Address(), Address()}}
      session:add(user)
      session:commit()
      local ok, e = pcall(function()
        session:delete(user)
        session:commit()
      end)
      assert.is_false(ok)
      assert.truthy(tostring(e):find("Attribute User.addresses can't load the existing state from the database for "
        .. "this operation; full iteration is not permitted.  If this is a delete operation, configure "
        .. "passive_deletes=True on the User.addresses relationship in order to resolve this error.", 1, true))
    end
  end)

  it("is left to the database with passive_deletes: write_only", function()
    open("write_only", {cascade = "all, delete-orphan", passive_deletes = true})
    local user = User{name = "jack"}
    session:add(user)
    session:commit()
    session:delete(user)
    session:commit()
    assert.equal("DELETE FROM users WHERE users.id = ?", statements[#statements])
  end)

  it("can't be looped over: write_only", function()
    open "write_only"
    local user = User{name = "jack"}
    for _, loop in ipairs{function() return user.addresses[1] end, function() return user.addresses() end} do
      local ok, e = pcall(loop)
      assert.is_false(ok)
      assert.truthy(tostring(e):find("WriteOnly collections don't support iteration in-place", 1, true))
    end
  end)

  it("of objects that no session has is what was added: dynamic", function()
    open "dynamic"
    local address = Address()
    local user = User{name = "jack", addresses = {address}}
    assert.same({address}, user.addresses:all())
    assert.equal(address, user.addresses:one())
    assert.equal(1, user.addresses:count())
    local none = User{name = "ed"}
    assert.is_nil(none.addresses:one_or_none())
    assert.has_error(function() none.addresses:one() end, "No row was found when one was required")
    assert.has_error(function() none.addresses:filter(Address.id:eq(1)) end)
  end)

  it("warns of detached objects: dynamic", function()
    open "dynamic"
    local user = User{name = "jack", addresses = {Address()}}
    session:add(user)
    session:flush()
    session:expunge(user)
    local warned = la.warnings.catch_warnings(function() assert.same({}, user.addresses:all()) end)
    assert.truthy(warned[1].message:find("is detached, dynamic relationship cannot return a correct result.", 1, true))
  end)

  it("has the attributes of a query: dynamic", function()
    open "dynamic"
    local user = User{name = "jack", addresses = {Address()}}
    session:add(user)
    session:commit()
    assert.equal(1, #session:scalars(user.addresses.statement):all())
    assert.has_error(function() return user.addresses.nothing end)
  end)
end)
