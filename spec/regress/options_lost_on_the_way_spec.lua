-- What options of a statement say of the loads and statements that follow it or stand within it.
local compat = require "lualchemy.compat"
local la = require "lualchemy"

local Base = la.declarative_base()
local User = Base:class("User", {
  __tablename__ = "user",
  id    = la.Column{la.Integer, primary_key = true},
  name  = la.Column{la.String},
  n     = la.Column{la.Integer},
  twice = la.query_expression(),
  posts = la.relationship{"Post", back_populates = "user", order_by = "Post.id"},
})
local Post = Base:class("Post", {
  __tablename__ = "post",
  id      = la.Column{la.Integer, primary_key = true},
  user_id = la.Column{la.ForeignKey("user.id")},
  hidden  = la.Column{la.Boolean, default = false},
  user    = la.relationship{"User", back_populates = "posts"},
})
User.post_count = la.column_property(la.select(la.func.count(Post.id)):where(Post.user_id:eq(User.id))
  :correlate_except(Post):scalar_subquery())

local function flat(x) return (tostring(x):gsub("%s+", " ")) end

describe("options", function()
  local engine, session

  before_each(function()
    engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add(User{id = 1, name = "a", n = 4, posts = {Post{id = 1}, Post{id = 2, hidden = true}}})
    session:commit()
    session:expunge_all()
  end)
  after_each(function() session:close() end)

  local shown = la.with_loader_criteria(Post, Post.hidden:is_(false))

  it("of criteria hold in the SELECTs of column properties", function()
    assert.equal("SELECT \"user\".id FROM \"user\" WHERE (SELECT count(post.id) AS count_1 FROM post WHERE "
      .. "post.user_id = \"user\".id AND post.hidden IS false) > :param_1",
      flat(la.select(User.id):where(User.post_count:gt(0)):options(shown)))
    assert.equal(1, session:scalars(la.select(User):options(shown)):one().post_count)
    assert.equal(2, session:scalars(la.select(User):execution_options{populate_existing = true}):one().post_count)
  end)

  it("of criteria hold when the object is read again with what is joined to it", function()
    local user = session:scalars(la.select(User):options(la.joinedload(User.posts), shown)):unique():one()
    assert.equal(1, #user.posts)
    session:refresh(user)
    assert.equal(1, #user.posts)
    session:expire(user)
    assert.equal("a", user.name)
    assert.equal(1, #user.posts)
  end)

  it("give a joined class the expression in its own terms", function()
    local stmt = la.select(Post):options(la.joinedload(Post.user):with_expression(User.twice, User.n * 2))
    assert.equal(8, session:scalars(stmt:order_by(Post.id)):first().user.twice)
    assert.matches("user_1.n * :n_1 AS anon_1", flat(stmt), 1, true)
  end)

  it("of execution hold for the loads that follow", function()
    local seen = {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, _, _, context)
      seen[#seen + 1] = tostring(context.execution_options.mark) .. tostring(context.execution_options.yield_per)
    end)
    for _, how in ipairs{la.selectinload, la.subqueryload} do
      session:execute(la.select(User):options(how(User.posts)), nil, {execution_options = {mark = 5}}):all()
      session:expunge_all()
    end
    session:execute(la.select(User):options(la.selectinload(User.posts))
      :execution_options{mark = 6, yield_per = 7}):all()
    assert.same({"5nil", "5nil", "5nil", "5nil", "67", "6nil"}, seen)
  end)

  it("translate the schemas of the loads that follow", function()
    local seen = {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) seen[#seen + 1] = sql end)
    session:scalars(la.select(User):options(la.selectinload(User.posts))
      :execution_options{schema_translate_map = {[la.NULL] = "main"}}):all()
    assert.matches("FROM main.post", seen[2], 1, true)
  end)

  it("that contradict each other are refused", function()
    local function refused(path, ...)
      local stmt = la.select(User):options(...)
      local ok, e = pcall(tostring, stmt)
      assert.is_false(ok)
      assert.is_true(la.exc.InvalidRequestError:is(e))
      assert.equal("Loader strategies for ORM Path[" .. path .. "] conflict", tostring(e))
    end
    local POSTS = "Mapper[User(user)] -> User.posts -> Mapper[Post(post)]"
    refused(POSTS, la.joinedload(User.posts), la.selectinload(User.posts))
    refused(POSTS, la.joinedload(User.posts, {innerjoin = true}), la.joinedload(User.posts))
    refused(POSTS .. " -> Post.user -> Mapper[User(user)]", la.selectinload(User.posts):lazyload(Post.user),
      la.selectinload(User.posts):joinedload(Post.user))
    refused("Mapper[User(user)] -> User.name", la.load_only(User.name), la.defer(User.name))
  end)

  it("that say the same twice, or of \"*\" and one relationship, are not", function()
    for _, options in ipairs{
      {la.joinedload(User.posts), la.joinedload(User.posts):lazyload(Post.user)},
      {la.defaultload(User.posts):load_only(Post.id), la.selectinload(User.posts)},
      {la.lazyload("*"), la.joinedload(User.posts), la.raiseload("*")},
      {la.load_only(User.name), la.undefer(User.name)},
    } do
      assert.truthy(tostring(la.select(User):options(compat.unpack(options))))
    end
  end)
end)

describe("do_orm_execute", function()
  it("is told of from_statement()", function()
    local engine, seen = la.create_engine("sqlite://"), {}
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    la.event.listen(session, "do_orm_execute", function(state)
      seen[#seen + 1] = {state.is_from_statement, state.is_select, state.is_insert, state.is_orm_statement}
      state:update_execution_options{populate_existing = true}
    end)
    local user = session:scalars(la.select(User):from_statement(la.insert(User):values{id = 1, name = "a"}
      :returning(User))):one()
    session:connection():execute(la.text("UPDATE user SET name = 'b'"))
    session:scalars(la.select(User):from_statement(la.text("SELECT * FROM user"))):all()
    assert.equal("b", user.name)
    session:execute(la.text("SELECT id FROM user"):columns{id = la.Integer}):all()
    assert.same({{true, false, true, true}, {true, false, false, true}, {false, true, false, false}}, seen)
    session:close()
  end)
end)
