-- Attributes of classes that are expressions: negated, of aliases, in an UPDATE.
local la = require "lualchemy"

local function refused(part, fn)
  local ok, e = pcall(fn)
  assert.is_false(ok)
  assert.is_truthy(tostring(e):find(part, 1, true), tostring(e))
end

describe("attributes that are expressions", function()
  local Base = la.declarative_base()
  local Account
  local User = Base:class("User", {
    __tablename__ = "users", id = la.Column{la.Integer, primary_key = true}, first = la.Column{la.String},
    some = la.hybrid_property(function(self) return la.and_(self.id:gt(1), self.id:lt(9)) end),
    high = la.hybrid_property(function(self) return self.id:gt(5) end),
    name = la.hybrid_property(function(self) return self.first .. "!" end),
    balance = la.hybrid_property{get = function() end, expr = function() return Account.balance end},
    twice = la.hybrid_method{function(self) return self.id * 2 end},
    accounts = la.relationship{"Account"},
  })
  Account = Base:class("Account", {
    __tablename__ = "account", id = la.Column{la.Integer, primary_key = true}, balance = la.Column{la.Integer},
    user_id = la.Column{la.ForeignKey("users.id")},
    words = la.association_proxy("user", "first"),
  })
  User.low = la.column_property(User.id:lt(3))

  it("are negated as what they stand for", function()
    assert.equal("NOT (users.id > :id_1 AND users.id < :id_2)", tostring(la.not_(User.some)))
    assert.equal("users.id <= :id_1", tostring(la.not_(User.high)))
    assert.equal("users.id >= :id_1", tostring(la.not_(User.low)))
    assert.equal("user_1.id <= :id_1", tostring(la.not_(la.aliased(User, {name = "user_1"}).high)))
  end)

  it("of an alias come before what it tells of itself", function()
    local a = la.aliased(User, {name = "a"})
    assert.equal("SELECT a.first || :first_1 AS name \nFROM users AS a", tostring(la.select(a.name)))
    assert.equal(la.inspect(User), a.mapper)
  end)

  it("of another table are refused in SET", function()
    for _, values in ipairs{{balance = 5}, {[User.balance] = 5}, {[Account.balance] = 5}} do
      refused("cannot include columns from table(s) 'account' in SET clause", function()
        return tostring(la.update(User):values(values))
      end)
    end
  end)

  it("tell what kind of descriptor they are", function()
    local of = la.inspect(User).all_orm_descriptors
    assert.equal(la.hybrid.HybridExtensionType.HYBRID_PROPERTY, of.high.extension_type)
    assert.equal(la.hybrid.HybridExtensionType.HYBRID_METHOD, of.twice.extension_type)
    assert.equal(la.associationproxy.AssociationProxyExtensionType.ASSOCIATION_PROXY,
      la.inspect(Account).all_orm_descriptors.words.extension_type)
  end)
end)
