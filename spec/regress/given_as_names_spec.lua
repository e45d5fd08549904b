-- Arguments of relationship() are names as a whole, not within an array.
local la = require "lualchemy"

describe("relationship()", function()
  local function configured(options)
    local Base = la.declarative_base()
    options[1], options.primaryjoin = "Post", "User.id == Post.user_id"
    Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      posts = la.relationship(options)})
    Base:class("Post", {__tablename__ = "posts", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.Integer}})
    local ok, e = pcall(Base.registry.configure, Base.registry)
    Base.registry:dispose()
    return ok or tostring(e)
  end

  it("evaluates a string, also one that is an array", function()
    assert.is_true(configured{foreign_keys = "Post.user_id", remote_side = "[Post.user_id]"})
  end)

  for _, name in ipairs{"foreign_keys", "remote_side", "order_by"} do
    it("refuses strings in an array of " .. name, function()
      local given = {foreign_keys = "Post.user_id"}
      given[name] = {"Post.user_id"}
      assert.equal("Column expression expected for argument '" .. name .. "'; got 'Post.user_id'.", configured(given))
    end)
  end
end)
