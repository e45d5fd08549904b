-- What joins and with_parent() do not take, and what they say.
local la = require "lualchemy"

local Base = la.declarative_base()
local User = Base:class("User", {__tablename__ = "user", id = la.Column{la.Integer, primary_key = true},
  name = la.Column(la.String), addresses = la.relationship("Address")})
local Address = Base:class("Address", {__tablename__ = "address", id = la.Column{la.Integer, primary_key = true},
  user_id = la.Column(la.ForeignKey("user.id"))})

local function refuses(kind, message, run)
  local ok, e = pcall(run)
  assert.is_false(ok)
  assert.is_true(kind:is(e), tostring(e))
  assert.equal(message, (tostring(e):gsub(" %(Background.*", "")))
end

describe("refused", function()
  it("a relationship that does not go out from what join_from() names", function()
    local u = la.aliased(User)
    local mismatch = "explicit from clause %s does not match left side of relationship attribute %s.addresses"
    for _, case in ipairs{{User, u.addresses, "Mapper[User(user)]", "aliased(User)"},
      {u, User.addresses, "aliased(User)", "User"}, {Address, User.addresses, "Mapper[Address(address)]", "User"}} do
      refuses(la.exc.InvalidRequestError, mismatch:format(case[3], case[4]), function()
        return tostring(la.select(User, Address):join_from(case[1], case[2]))
      end)
    end
    assert.truthy(tostring(la.select(Address):join_from(u, u.addresses)):find("FROM \"user\" AS user_1 JOIN", 1, true))
  end)

  it("a column as what is joined", function()
    refuses(la.exc.ArgumentError, "Join target User.name does not refer to a mapped entity", function()
      return tostring(la.select(User):join(User.name))
    end)
  end)

  it("what is no relationship in with_parent()", function()
    refuses(la.exc.ArgumentError, "Expected relationship property for with_parent(), got User.name", function()
      return la.with_parent(User{id = 1}, User.name)
    end)
    refuses(la.exc.ArgumentError, "with_parent() accepts class-bound mapped attributes, not strings", function()
      return la.with_parent(User{id = 1}, "addresses")
    end)
  end)
end)
