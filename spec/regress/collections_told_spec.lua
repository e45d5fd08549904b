-- What listeners hear of collections, and what an UPDATE with return_defaults() brings.
local la = require "lualchemy"

describe("A loaded collection", function()
  local Base = la.declarative_base()
  local User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
    name = la.Column{la.String}, posts = la.relationship{"Post"}})
  local Post = Base:class("Post", {__tablename__ = "posts", id = la.Column{la.Integer, primary_key = true},
    user_id = la.Column{la.ForeignKey("users.id")}})
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  la.Session(engine, function(session)
    session:add(User{id = 1, name = "ed", posts = {Post{}, Post{}}})
    session:commit()
  end)

  it("is empty when init_collection tells of it", function()
    local seen
    local function listener(_, collection) seen = #collection end
    la.event.listen(User.posts, "init_collection", listener)
    for _, option in ipairs{la.lazyload, la.selectinload, la.joinedload} do
      la.Session(engine, function(session)
        local user = session:scalars(la.select(User):options(option(User.posts))):unique():one()
        assert.equal(2, #user.posts)
        assert.equal(0, seen)
      end)
    end
    la.event.remove(User.posts, "init_collection", listener)
  end)

  it("does not hinder an UPDATE with return_defaults() from being synchronized by what it fetches", function()
    la.Session(engine, function(session)
      local user = session:get(User, 1)
      session:execute(la.update(User):where(User.id:eq(1)):values{name = "jack"}:return_defaults(User.name), nil,
        {execution_options = {synchronize_session = "fetch"}})
      assert.equal("jack", user.name)
    end)
  end)
end)
