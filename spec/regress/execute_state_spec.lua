--- What do_orm_execute listeners are told of a statement; when listeners of `load` are told.
local la = require "lualchemy"

local Base = la.declarative_base()
local User = Base:class("User", {
  __tablename__ = "user",
  id = la.Column{la.Integer, primary_key = true},
  name = la.Column{la.String},
  posts = la.relationship{"Post", back_populates = "user"},
})
local Post = Base:class("Post", {
  __tablename__ = "post",
  id = la.Column{la.Integer, primary_key = true},
  user_id = la.Column{la.ForeignKey("user.id")},
  user = la.relationship{"User", back_populates = "posts", active_history = true},
})

local engine, session
before_each(function()
  engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  session = la.Session(engine)
  session:add(User{name = "a", posts = {Post()}})
  session:commit()
  session:expunge_all()
end)
after_each(function() session:close() end)

describe("do_orm_execute", function()
  local seen
  before_each(function()
    seen = {}
    la.event.listen(session, "do_orm_execute", function(state) seen[#seen + 1] = state end)
  end)

  it("tells the mappers of a statement and the options of the call", function()
    session:execute(la.select(User, Post.id):execution_options{a = 1}, {}, {execution_options = {b = 2}})
    session:execute(la.update(User):values{name = "x"})
    session:execute(la.select(1))
    assert.same({la.inspect(User), la.inspect(Post)}, seen[1].all_mappers)
    assert.same({b = 2}, seen[1].local_execution_options)
    assert.same({a = 1, b = 2}, seen[1].execution_options)
    assert.same({la.inspect(User)}, seen[2].all_mappers)
    assert.same({}, seen[3].all_mappers)
  end)

  it("is told of from_statement()", function()
    local stmt = la.select(User):from_statement(la.text("SELECT * FROM user"))
    assert.equal("a", session:scalars(stmt):one().name)
    assert.equal(1, #seen)
    assert.is_true(seen[1].is_from_statement)
    assert.is_true(seen[1].is_orm_statement)
    assert.is_false(seen[1].is_select)
    assert.equal(la.inspect(User), seen[1].bind_mapper)
  end)

  it("may put from_statement() in the place of a statement, and the other way", function()
    local from = la.select(User):from_statement(la.text("SELECT 1 AS id, 'b' AS name"))
    la.event.listen(session, "do_orm_execute", function(state)
      state.statement = state.is_from_statement and la.select(User.id) or from
    end)
    assert.equal("b", session:scalars(la.select(User)):one().name)
    assert.equal(1, session:scalars(from):one())
  end)

  it("tells whose attribute is loaded", function()
    local user = session:scalars(la.select(User)):one()
    assert.equal(1, #user.posts)
    assert.is_nil(seen[1].lazy_loaded_from)
    assert.is_true(seen[2].is_relationship_load)
    assert.equal(user, seen[2].lazy_loaded_from.object)
  end)
end)

describe("listeners of load", function()
  it("are told before further loads are done", function()
    local said = {}
    local function listener() said[#said + 1] = "load" end
    la.event.listen(User, "load", listener)
    la.event.listen(engine, "before_cursor_execute", function(_, _, statement)
      said[#said + 1] = statement:match("FROM (%w+)") or statement:match('FROM "(%w+)')
    end)
    session:scalars(la.select(User):options(la.selectinload(User.posts))):all()
    la.event.remove(User, "load", listener)
    assert.same({"user", "load", "post"}, said)
  end)
end)

describe("listeners of set", function()
  it("are told that there was no object before, where history is active; else that it is not known", function()
    local said = {}
    local function listener(_, _, old) said[#said + 1] = old == nil and "none" or "unknown" end
    la.event.listen(Post.user, "set", listener)
    Post().user = User()
    la.event.remove(Post.user, "set", listener)
    assert.same({"none"}, said)
    assert.equal(la.attributes.NO_VALUE, la.attributes.NEVER_SET)
  end)
end)
