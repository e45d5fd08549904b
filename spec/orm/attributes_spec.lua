-- Instances: changes, history, both sides of a relationship, events, validators.
local la = require "lualchemy"

describe("attributes of instances", function()
  local Base, User, Address

  before_each(function()
    Base = la.declarative_base()
    User = Base:class("User", {
      __tablename__ = "user", id = la.Column{la.Integer, primary_key = true}, name = la.Column{la.String},
      addresses = la.relationship{"Address", back_populates = "user", cascade = "all, delete-orphan"},
    })
    Address = Base:class("Address", {
      __tablename__ = "address", id = la.Column{la.Integer, primary_key = true}, email = la.Column{la.String},
      user_id = la.Column{la.ForeignKey("user.id")}, user = la.relationship{"User", back_populates = "addresses"},
    })
  end)

  local function history(obj, key)
    local h = la.attributes.get_history(obj, key)
    return {h.added, h.unchanged, h.deleted}
  end

  it("remember what was before", function()
    local u = User{name = "a"}
    assert.same({{"a"}, {}, {}}, history(u, "name"))
    assert.same({{}, {}, {}}, history(u, "id"))
    la.attributes.set_committed_value(u, "name", "b")
    assert.same({{}, {"b"}, {}}, history(u, "name"))
    u.name = "c"
    u.name = "d"
    assert.same({{"d"}, {}, {"b"}}, history(u, "name"))
    u.name = nil
    assert.same({{la.NULL}, {}, {"b"}}, history(u, "name"))
    assert.is_nil(u.name)
    u.name = "b"
    assert.same({{}, {"b"}, {}}, history(u, "name"))
    la.attributes.flag_modified(u, "name")
    assert.same({{"b"}, {}, {}}, history(u, "name"))
  end)

  it("keep both sides of a relationship in step", function()
    local u, v, a = User{}, User{}, Address{}
    u.addresses:append(a)
    assert.equal(u, a.user)
    a.user = v
    assert.equal(0, #u.addresses)
    assert.equal(a, v.addresses[1])
    v.addresses = {}
    assert.is_nil(a.user)
    local b = Address{user = u}
    assert.equal(b, u.addresses[1])
  end)

  it("refuse what is no instance", function()
    local u = User{}
    assert.has_error(function() u.addresses:append(5) end)
    assert.has_error(function() u.addresses = "x" end)
    assert.has_error(function() u.addresses = {5} end)
    assert.has_error(function() Address{}.user = 5 end)
  end)

  it("find what was changed behind the back of a list", function()
    local u, a, b, c = User{}, Address{}, Address{}, Address{}
    u.addresses[#u.addresses + 1] = a
    assert.equal(u, a.user)
    table.insert(u.addresses, b)
    table.insert(u.addresses, 1, c)
    assert.equal(u, b.user)
    assert.equal(u, c.user)
    assert.equal(3, #u.addresses)
    assert.equal(c, u.addresses[1])
    assert.equal(3, #history(u, "addresses")[1])
    table.remove(u.addresses, 1)
    assert.is_true(u.addresses:contains(a))
    assert.is_nil(c.user)
  end)

  it("call listeners, who may give another value", function()
    local heard = {}
    la.event.listen(User.name, "set", function(target, value, old)
      heard[#heard + 1] = {target.id, value, old == nil or old == la.attributes.NO_VALUE}
      return value:upper()
    end, {retval = true})
    la.event.listen(User.addresses, "append", function(_, value) heard[#heard + 1] = value.email end)
    la.event.listen(User.addresses, "remove", function(_, value) heard[#heard + 1] = "-" .. value.email end)
    local u, a = User{id = 1, name = "x"}, Address{email = "e"}
    assert.equal("X", u.name)
    u.addresses:append(a)
    u.addresses:remove(a)
    assert.same({{1, "x", true}, "e", "-e"}, heard)
  end)

  it("are checked by validators", function()
    local Checked = Base:class("Checked", {
      __tablename__ = "checked", id = la.Column{la.Integer, primary_key = true}, email = la.Column{la.String},
      valid = la.validates("email", function(_, key, value)
        if not value:find("@") then error("bad " .. key, 0) end
        return value:lower()
      end),
    })
    assert.equal("a@b", Checked{email = "A@B"}.email)
    assert.has_error(function() Checked{email = "ab"} end, "bad email")
  end)

  it("let one parent have a child", function()
    local Parent = Base:class("Parent", {
      __tablename__ = "parent", id = la.Column{la.Integer, primary_key = true},
        user_id = la.Column{la.ForeignKey("user.id")},
      user = la.relationship{"User", single_parent = true, cascade = "all, delete-orphan"},
    })
    local u = User{}
    local first = Parent{user = u}
    local _, e = pcall(Parent, {user = u})
    assert.matches("is already associated with an instance of", e.message)
    assert.equal(u, first.user)
  end)

  it("tell their state", function()
    local u = User{name = "x"}
    local i = la.inspect(u)
    assert.is_true(i.transient)
    assert.is_false(i.persistent)
    assert.is_nil(i.identity)
    assert.equal(i, la.inspect(u))
    assert.equal("x", i.attrs.name.value)
    assert.same({"x"}, i.attrs.name.history.added)
    assert.is_nil(la.object_session(u))
    u = User{id = 5}
    la.make_transient_to_detached(u)
    i = la.inspect(u)
    assert.is_true(i.detached)
    assert.equal(5, i.identity[1])
    local _, e = pcall(function() return u.name end)
    assert.is_true(la.exc.DetachedInstanceError:is(e))
    assert.matches("attribute refresh operation cannot proceed", e.message)
    _, e = pcall(function() return u.addresses end)
    assert.matches("lazy load operation of attribute 'addresses' cannot proceed", e.message)
  end)

  it("may be unmapped", function()
    local u = User{}
    u.note = 5
    assert.equal(5, u.note)
    assert.has_error(function() return u.nothing end)
  end)
end)
