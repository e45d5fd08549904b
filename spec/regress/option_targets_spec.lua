--- What loader options take, and deferred columns of objects that expired.
local la = require "lualchemy"

local Base = la.declarative_base()
local User = Base:class("User", {
  __tablename__ = "user",
  id = la.Column{la.Integer, primary_key = true},
  name = la.Column{la.String},
  bio = la.deferred(la.Column{la.String}, {group = "long"}),
  notes = la.deferred(la.Column{la.String}, {group = "long"}),
  posts = la.relationship{"Post"},
})
Base:class("Post", {
  __tablename__ = "post",
  id = la.Column{la.Integer, primary_key = true},
  user_id = la.Column{la.ForeignKey("user.id")},
})

local function message(fn)
  local ok, e = pcall(fn)
  assert.is_false(ok)
  return tostring(e)
end

describe("loader options", function()
  it("take attributes, no names", function()
    for _, option in ipairs{la.joinedload, la.selectinload, la.defer, la.undefer} do
      assert.equal("Strings are not accepted for attribute names in loader options; please use class-bound attributes "
        .. "directly.", message(function() option("posts") end))
    end
    assert.equal("expected ORM mapped attribute for loader strategy argument",
      message(function() la.load_only("name") end))
    assert.truthy(la.joinedload("*"))
  end)

  it("of relationships are refused for columns, and the other way", function()
    assert.equal("Can't apply \"joined loader\" strategy to property \"User.name\", which is a \"column property\"; "
      .. "this loader strategy is intended to be used with a \"relationship property\".",
      message(function() tostring(la.select(User):options(la.joinedload(User.name))) end))
    assert.equal("Can't apply \"deferred column loader\" strategy to property \"User.posts\", which is a "
      .. "\"relationship\"; this loader strategy is intended to be used with a \"column property\".",
      message(function() tostring(la.select(User):options(la.defer(User.posts))) end))
  end)
end)

describe("a deferred column of an object that expired", function()
  it("is read with its group alone; the rest stays expired", function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session, statements = la.Session(engine), {}
    local user = User{id = 1, name = "a", bio = "b", notes = "n"}
    session:add(user)
    session:commit()
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql)
      statements[#statements + 1] = (sql:gsub("%s+", " "))
    end)
    assert.equal("b", user.bio)
    assert.equal("n", user.notes)
    assert.equal("a", user.name)
    assert.same({"SELECT user.bio AS user_bio, user.notes AS user_notes FROM user WHERE user.id = ?",
      "SELECT user.id AS user_id, user.name AS user_name FROM user WHERE user.id = ?"}, statements)
  end)
end)
