--- What attributes, sessions, proxies and bundles tell of themselves.
local la = require "lualchemy"

local Base = la.declarative_base()
local User = Base:class("User", {
  __tablename__ = "user",
  id = la.Column{la.Integer, primary_key = true},
  name = la.Column{la.String, nullable = false, index = true, default = "x", comment = "c"},
  address = la.relationship{"Address", back_populates = "users"},
  address_id = la.Column{la.ForeignKey("address.id")},
  email = la.association_proxy("address", "email", {info = {shown = true}}),
})
local Address = Base:class("Address", {
  __tablename__ = "address",
  id = la.Column{la.Integer, primary_key = true},
  email = la.Column{la.String},
  users = la.relationship{"User", back_populates = "address"},
  names = la.association_proxy("users", "name"),
})

describe("an attribute of a class", function()
  it("tells what its column is", function()
    assert.is_false(User.name.nullable)
    assert.is_true(User.id.primary_key)
    assert.is_true(User.name.index)
    assert.equal("x", User.name.default.arg)
    assert.equal("c", User.name.comment)
    assert.equal(User.__table__, User.name.table)
    assert.equal("address.id", User.address_id.foreign_keys[1].target_fullname)
  end)

  it("of an alias has the table of the alias", function()
    local alias = la.aliased(User)
    assert.is_false(alias.name.nullable)
    assert.equal(la.inspect(alias).selectable, alias.name.table)
  end)
end)

describe("a session", function()
  it("tells its options and the session of an object", function()
    local session = la.Session{twophase = true, autobegin = false, join_transaction_mode = "rollback_only"}
    assert.same({true, false, "rollback_only"}, {session.twophase, session.autobegin, session.join_transaction_mode})
    session = la.Session()
    local user = User{name = "a"}
    session:add(user)
    assert.equal(session, la.Session.object_session(user))
    assert.equal(session, la.Session():object_session(user))
  end)

  it("has its identity map by keys and states", function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    local user = User{name = "a"}
    session:add(user)
    session:flush()
    local map, key = session.identity_map, la.inspect(user).key
    assert.is_true(map:has_key(key))
    assert.is_false(map:has_key{User, {99}})
    assert.equal(user, map:items()[1][2])
    assert.equal(key[2][1], map:items()[1][1][2][1])
    assert.equal(user, map:all_states()[1].object)
    session:close()
  end)
end)

describe("an association proxy of a class", function()
  local function refused(pattern, fn)
    local ok, e = pcall(fn)
    assert.is_false(ok)
    assert.truthy(tostring(e):find(pattern, 1, true))
  end

  it("takes operators of the user's own", function()
    assert.truthy(tostring(User.email:op("@@")("x")):find("address.email @@ :email_1", 1, true))
  end)

  it("is no column", function()
    local message = "can't be used as a plain column expression; it only works inside of a comparison expression"
    refused(message, function() return la.select(User.email) end)
    refused(message, function() return la.select(User):order_by(User.email) end)
  end)

  it("of a column has no has() with a criterion", function()
    refused("Non-empty has() not allowed for column-targeted association proxy; use ==",
      function() return User.email:has(Address.email:eq("x")) end)
    assert.truthy(Address.names:any(User.name:eq("x")))
  end)

  it("tells its info", function() assert.is_true(User.email.info.shown) end)
end)

describe("the columns of a bundle", function()
  it("have keys, and those of bundles in it", function()
    local bundle = la.Bundle("b", User.name, la.Bundle("inner", User.id))
    assert.same({"name", "inner"}, bundle.c:keys())
    assert.equal(User.name, bundle.c:values()[1])
    assert.equal("id", bundle.c.inner.c.id.key)
  end)
end)

describe("hybrid_property{comparator = …}", function()
  it("says what the operators mean", function()
    local Upper = la.hybrid.Comparator:class("Upper", {
      eq = function(self, other) return la.func.upper(self:__clause_element__()):eq(la.func.upper(other)) end,
    })
    local Word = Base:class("Word", {
      __tablename__ = "word",
      id = la.Column{la.Integer, primary_key = true},
      text = la.Column{la.String},
      folded = la.hybrid_property{get = function(self) return self.text:upper() end,
        comparator = function(cls) return Upper(cls.text) end},
    })
    assert.equal("upper(word.text) = upper(:upper_1)", tostring(Word.folded:eq("a")))
  end)
end)
