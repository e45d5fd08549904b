-- What refresh(), get() and expiry read again, and what options say of it.
local la = require "lualchemy"

describe("Objects that are read again", function()
  local engine, session, User, statements
  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, city = la.Column{la.String},
      posts = la.relationship{"Post"}, drafts = la.relationship{"Post", lazy = "raise", viewonly = true}})
    Base:class("Post", {__tablename__ = "posts", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.ForeignKey("users.id")}})
    engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    engine:begin(function(conn)
      conn:exec_driver_sql "INSERT INTO users VALUES (1, 'ed', 'Berlin')"
      conn:exec_driver_sql "INSERT INTO posts VALUES (1, 1)"
    end)
    session, statements = la.Session(engine), {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) statements[#statements + 1] = sql end)
  end)

  local function first(option) return session:scalars(la.select(User):options(option)):first() end
  local function refuses(fn, message)
    local ok, e = pcall(fn)
    assert.is_false(ok)
    assert.truthy(tostring(e):find(message, 1, true), tostring(e))
  end

  it("forget what an option said of all relationships", function()
    local user = first(la.raiseload("*"))
    refuses(function() return #user.posts end, "'User.posts' is not available due to lazy='raise'")
    session:refresh(user)
    assert.equal(1, #user.posts)
  end)

  it("keep what an option says of a relationship", function()
    local user = first(la.raiseload(User.posts))
    session:refresh(user)
    refuses(function() return #user.posts end, "'User.posts' is not available due to lazy='raise'")
    session:expire(user)
    assert.equal(1, #user.posts)
  end)

  it("read a relationship that is asked for by name, whatever its mapping says", function()
    local user = first(la.raiseload("*"))
    session:refresh(user, {"posts", "drafts"})
    assert.equal(1, #user.posts)
    assert.equal(1, #user.drafts)
  end)

  it("have the columns that options keep out expired, to be read together", function()
    local user = first(la.defer(User.name, {raiseload = true}))
    refuses(function() return user.name end, "'User.name' is not available due to raiseload=True")
    session:refresh(user)
    assert.equal("ed", user.name)
    session:close()
    user, statements = first(la.load_only(User.id)), {}
    session:refresh(user)
    assert.equal("edBerlin", user.name .. user.city)
    assert.same({"SELECT users.id \nFROM users \nWHERE users.id = ?",
      "SELECT users.name AS users_name, users.city AS users_city \nFROM users \nWHERE users.id = ?"}, statements)
  end)

  it("are refused by defer(\"*\", raiseload)", function()
    local user = first(la.defer("*", {raiseload = true}))
    refuses(function() return user.name end, "'User.name' is not available due to raiseload=True")
  end)

  it("are looked for once more by get() where their row is gone", function()
    local user = session:get(User, 1)
    session:expire(user)
    session:execute(la.text("DELETE FROM users"))
    statements = {}
    assert.is_nil(session:get(User, 1))
    assert.equal(2, #statements)
    assert.is_true(la.inspect(user).deleted)
  end)
end)
