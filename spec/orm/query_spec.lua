-- session:query and select(): what they give, row by row, and the errors of the wrong number.
local la = require "lualchemy"
local orm = require "spec.support.orm"

describe("a query", function()
  local User, Address, session, sent

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, addresses = la.relationship{"Address", back_populates = "user"}})
    Address = Base:class("Address", {__tablename__ = "addresses", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.Integer, la.ForeignKey("users.id")}, email = la.Column{la.String},
      user = la.relationship{"User", back_populates = "addresses"}})
    session, sent = orm.open(Base)
    session:add_all{User{id = 1, name = "ann", addresses = {Address{id = 1, email = "a1"}, Address{id = 2,
      email = "a2"}}},
      User{id = 2, name = "bob", addresses = {Address{id = 3, email = "b1"}}}, User{id = 3, name = "cid"}}
    session:commit()
    sent()
  end)

  after_each(function() session:close() end)

  it("of a class labels its columns and gives objects", function()
    assert.equal("ann", session:query(User):filter(User.name:eq("ann")):one().name)
    assert.same({"SELECT users.id AS users_id, users.name AS users_name FROM users WHERE users.name = ? ['ann']"},
      sent())
  end)

  it("of columns gives rows", function()
    local row = session:query(User.id, User.name:label("n")):order_by(User.id):first()
    assert.same({1, "ann"}, {row.id, row.n})
    assert.same({"SELECT users.id AS users_id, users.name AS n FROM users ORDER BY users.id LIMIT ? OFFSET ? [1, 0]"},
      sent())
  end)

  it("first(), one(), one_or_none(), scalar(), all()", function()
    local q = session:query(User):order_by(User.id)
    assert.equal(1, q:first().id)
    assert.equal(3, #q:all())
    assert.is_nil(q:filter(User.id:eq(9)):first())
    assert.is_nil(q:filter(User.id:eq(9)):one_or_none())
    assert.equal("bob", session:query(User.name):filter_by{id = 2}:scalar())
    assert.matches("No row was found when one was required",
      orm.raises("NoResultFound", function() q:filter(User.id:eq(9)):one() end))
    assert.matches("Multiple rows were found when exactly one was required",
      orm.raises("MultipleResultsFound", function() q:one() end))
    assert.matches("Multiple rows were found when one or none was required",
      orm.raises("MultipleResultsFound", function() q:one_or_none() end))
  end)

  it("count() counts the rows of a subquery", function()
    assert.equal(2, session:query(User):filter(User.id:lt(3)):count())
    assert.same({"SELECT count(*) AS count_1 FROM (SELECT users.id AS users_id, users.name AS users_name FROM users "
      .. "WHERE users.id < ?) AS anon_1 [3]"}, sent())
  end)

  it("exists() as a condition", function()
    assert.is_true(session:query(session:query(User):filter_by{name = "ann"}:exists()):scalar())
    assert.same({"SELECT EXISTS (SELECT 1 FROM users WHERE users.name = ?) AS anon_1 ['ann']"}, sent())
  end)

  it("joins along a relationship, or by a condition", function()
    local rows = session:query(User.name, Address.email):join(User.addresses):order_by(Address.id):all()
    assert.same({"ann", "a1"}, {rows[1][1], rows[1][2]})
    rows = session:query(User.name, Address.email):outerjoin(Address, Address.user_id:eq(User.id))
      :order_by(User.id):all()
    assert.equal(4, #rows)
    assert.is_nil(rows[4].email)
    assert.matches("FROM users LEFT OUTER JOIN addresses ON addresses.user_id = users.id", sent()[2])
  end)

  it("of a class gives each object once where rows repeat", function()
    assert.equal(2, #session:query(User):join(User.addresses):all())
    assert.equal(3, #session:scalars(la.select(User):join(User.addresses)):all())
    assert.equal(2, #session:scalars(la.select(User):join(User.addresses)):unique():all())
  end)

  it("of an alias", function()
    local other = la.aliased(User, {name = "o"})
    assert.equal(3, session:query(other):order_by(other.id:desc()):first().id)
    assert.equal("SELECT o.id AS o_id, o.name AS o_name FROM users AS o ORDER BY o.id DESC LIMIT ? OFFSET ? [1, 0]",
      sent()[1])
  end)

  it("of several classes gives rows of objects", function()
    local row = session:execute(la.select(User, Address):join(User.addresses):order_by(Address.id)):first()
    assert.equal("ann", row.User.name)
    assert.equal("a1", row.Address.email)
    assert.equal(row.User, row.Address.user)
  end)

  it("of a bundle gives rows in rows", function()
    local bundle = la.Bundle("b", User.id, User.name)
    local row = session:execute(la.select(bundle):order_by(User.id)):first()
    assert.same({1, "ann"}, {row.b.id, row.b.name})
  end)

  it("groups, and keeps what having says", function()
    local rows = session:query(User.name, la.func.count(Address.id):label("n")):join(User.addresses):group_by(User.name)
      :having(la.func.count(Address.id):gt(1)):all()
    assert.same({"ann", 2}, {rows[1].name, rows[1].n})
    assert.equal(1, #rows)
  end)

  it("from a subquery", function()
    local sub = la.select(Address.user_id, la.func.count():label("n")):group_by(Address.user_id):subquery()
    local rows = session:execute(la.select(User.name, sub.c.n):join(sub, User.id:eq(sub.c.user_id)):order_by(User.id))
      :all()
    assert.same({"ann", 2, "bob", 1}, {rows[1].name, rows[1].n, rows[2].name, rows[2].n})
  end)

  it("as text gives objects with from_statement", function()
    local list = session:scalars(la.select(User):from_statement(la.text("SELECT * FROM users WHERE id < :id"))
      :params{id = 3}):all()
    assert.same({"ann", "bob"}, orm.each(list, "name"))
  end)

  it("slices, limits, and distinct", function()
    assert.same({"bob"}, orm.each(session:query(User):order_by(User.id):slice(1, 2):all(), "name"))
    assert.same({"cid"}, orm.each(session:query(User):order_by(User.id):offset(2):limit(1):all(), "name"))
    assert.equal(2, session:query(Address.user_id):distinct():count())
  end)

  it("locks with with_for_update (which SQLite leaves out)", function()
    assert.matches("FOR UPDATE NOWAIT$", tostring(session:query(User):with_for_update{nowait = true}.statement
      :compile{dialect = "postgresql"}))
  end)

  it("unites with others", function()
    local q = session:query(User):filter_by{id = 1}:union(session:query(User):filter_by{id = 2})
    assert.same({"ann", "bob"}, orm.each(q:order_by(User.id):all(), "name"))
  end)

  it("gives its rows in portions with yield_per", function()
    local sizes = {}
    for part in session:scalars(la.select(User):execution_options{yield_per = 2}):partitions() do
      sizes[#sizes + 1] = #part
    end
    assert.same({2, 1}, sizes)
  end)

  it("with criteria for every use of a class", function()
    local list = session:scalars(la.select(User):options(la.selectinload(User.addresses),
      la.with_loader_criteria(Address, Address.email:ne("a1"))):order_by(User.id)
      :execution_options{populate_existing = true}):all()
    assert.same({"a2"}, orm.each(list[1].addresses, "email"))
  end)
end)

describe("a sessionmaker", function()
  it("makes sessions with its options, and with those given", function()
    local engine = la.create_engine("sqlite://")
    local Factory = la.sessionmaker{bind = engine, expire_on_commit = false}
    local one, two = Factory(), Factory{expire_on_commit = true}
    assert.equal(engine, one.bind)
    assert.is_false(one.expire_on_commit)
    assert.is_true(two.expire_on_commit)
    Factory:configure{autoflush = false}
    assert.is_false(Factory().autoflush)
  end)

  it("scoped gives the same session until it is removed", function()
    local Scoped = la.scoped_session(la.sessionmaker{bind = la.create_engine("sqlite://")})
    local first = Scoped()
    assert.equal(first, Scoped())
    Scoped:remove()
    assert.not_equal(first, Scoped())
    Scoped:remove()
  end)

  it("scoped gives classes their queries", function()
    local Base, engine = la.declarative_base(), la.create_engine("sqlite://")
    local Scoped = la.scoped_session(la.sessionmaker{bind = engine})
    Base.query = Scoped:query_property()
    local Thing = Base:class("Thing", {__tablename__ = "thing", id = la.Column{la.Integer, primary_key = true}})
    Base.metadata:create_all(engine)
    Scoped:add(Thing{id = 1})
    Scoped:flush()
    assert.equal(1, Thing.query:count())
    assert.equal(Scoped(), Thing.query:filter_by{id = 1}:one() and la.object_session(Thing.query:first()))
    Scoped:remove()
  end)
end)
