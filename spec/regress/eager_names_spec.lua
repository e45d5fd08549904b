-- Text in ORDER BY beside joined eager loads, and where these stand among other FROMs.
local la = require "lualchemy"

describe("joinedload()", function()
  local User, Address, loaded

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      addresses = la.relationship{"Address"}})
    Address = Base:class("Address", {__tablename__ = "addresses", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column(la.ForeignKey("users.id")), email = la.Column(la.String)})
    loaded = la.joinedload(User.addresses)
  end)

  it("gives text in ORDER BY no columns", function()
    local by_email = la.select(User):join(User.addresses):options(loaded):order_by(la.desc("email"))
    assert.matches("ORDER BY addresses.email DESC$", tostring(by_email))
    local ok, e = pcall(tostring, la.select(User):options(loaded):order_by("email"))
    assert.is_false(ok)
    assert.matches("Can't resolve label reference", tostring(e), 1, true)
    assert.matches("ORDER BY users.id$", tostring(la.select(User):options(loaded):order_by("id")))
  end)

  it("stands behind other FROMs", function()
    assert.matches("FROM addresses, users LEFT OUTER JOIN addresses AS addresses_1 ON users.id = addresses_1.user_id$",
      tostring(la.select(User, Address):options(loaded)))
  end)
end)
