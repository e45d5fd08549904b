-- Engines by class: a class stands for its tables, too, and for those of its heirs.
local la = require "lualchemy"

describe("Session{binds = …}", function()
  local one, two, User, Admin, Other, Base

  before_each(function()
    Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true}})
    Admin = User:class("Admin", {__tablename__ = "admins",
      id = la.Column(la.ForeignKey("users.id"), {primary_key = true})})
    Other = Base:class("Other", {__tablename__ = "other", id = la.Column{la.Integer, primary_key = true}})
    one, two = la.create_engine("sqlite://"), la.create_engine("sqlite://")
    Base.metadata:create_all(one)
    Base.metadata:create_all(two)
  end)

  it("finds the engine of counts, tables, heirs and statements on them", function()
    local session = la.Session{binds = {[User] = one, [Other] = two}}
    session:add_all{Admin(), Other(), Other()}
    session:flush()
    assert.equal(1, session:query(User):count())
    assert.equal(2, session:query(Other):count())
    assert.equal(1, #session:execute(la.select(Admin.__table__)):all())
    assert.equal(1, session:execute(la.update(User.__table__):values{id = 5}).rowcount)
    assert.equal(two, session:get_bind(Other))
    assert.equal(one, session:get_bind{clause = la.select(Admin.id)})
  end)

  it("takes a base for all of its classes", function()
    local session = la.Session{binds = {[Base] = one}}
    assert.equal(0, session:query(Other):count())
  end)

  it("tells what it has no engine for", function()
    local session = la.Session{binds = {[User] = one}}
    assert.has_error(function() session:query(Other):count() end, "Could not locate a bind configured on mapper "
      .. "Mapper[Other(other)], SQL expression or this Session.")
  end)
end)

describe("do_orm_execute", function()
  it("takes query:count() for a statement of the ORM", function()
    local Base = la.declarative_base()
    local User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true}})
    local engine, seen = la.create_engine("sqlite://"), nil
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    la.event.listen(session, "do_orm_execute", function(state) seen = state end)
    session:query(User):count()
    assert.is_true(seen.is_orm_statement)
    assert.equal(User, seen.bind_mapper.class_)
    session:execute(la.select(User.__table__))
    assert.is_false(seen.is_orm_statement)
  end)
end)

describe("loader options", function()
  it("begin at what the statement selects", function()
    local Base = la.declarative_base()
    local User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      posts = la.relationship{"Post"}})
    local Post = Base:class("Post", {__tablename__ = "posts", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column(la.ForeignKey("users.id"))})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    assert.has_error(function() session:scalars(la.select(Post):options(la.joinedload(User.posts))) end,
      "Mapped class Mapper[User(users)] does not apply to any of the root entities in this query, e.g. "
      .. "Mapper[Post(posts)]. Please specify the full path from one of the root entities to the target attribute. ")
    assert.has_error(function()
      session:scalars(la.select(la.func.count(Post.id)):options(la.joinedload(User.posts)))
    end, "Query has only expression-based entities; attribute loader options for Mapper[User(users)] can't be applied "
      .. "here.")
    local alias = la.aliased(User)
    assert.has_error(function() session:scalars(la.select(alias):options(la.joinedload(User.posts))) end)
    assert.same({}, session:scalars(la.select(alias):options(la.selectinload(alias.posts))):all())
  end)
end)
