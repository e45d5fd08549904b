-- Loader strategies one by one: the statements they send, and what they leave unread.
local la = require "lualchemy"
local orm = require "spec.support.orm"

describe("relationships are loaded", function()
  local Base, User, Address, Tag, session, sent

  before_each(function()
    Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String},
      addresses = la.relationship{"Address", back_populates = "user", order_by = "Address.id"}})
    Address = Base:class("Address", {__tablename__ = "addresses", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.Integer, la.ForeignKey("users.id")}, email = la.Column{la.String},
      user = la.relationship{"User", back_populates = "addresses"}, tags = la.relationship{"Tag", order_by = "Tag.id"}})
    Tag = Base:class("Tag", {__tablename__ = "tags", id = la.Column{la.Integer, primary_key = true},
      address_id = la.Column{la.Integer, la.ForeignKey("addresses.id")}, label = la.Column{la.String}})
    session, sent = orm.open(Base)
    session:add_all{
      User{id = 1, name = "ann", addresses = {Address{id = 1, email = "a1", tags = {Tag{id = 1, label = "t"}}},
        Address{id = 2, email = "a2"}}},
      User{id = 2, name = "bob", addresses = {Address{id = 3, email = "b1"}}}, User{id = 3, name = "cid"}}
    session:commit()
    session:expunge_all()
    sent()
  end)

  after_each(function() session:close() end)

  local USERS = "SELECT users.id, users.name FROM users ORDER BY users.id"
  local function users(...) return session:scalars(la.select(User):order_by(User.id):options(...)):unique():all() end

  local function emails(list)
    local found = {}
    for i, user in ipairs(list) do found[i] = table.concat(orm.each(user.addresses, "email"), " ") end
    return found
  end

  it("lazily: one statement for each object when it is asked", function()
    local list = session:scalars(la.select(User):order_by(User.id)):all()
    assert.same({USERS}, sent())
    assert.same({"a1 a2", "b1", ""}, emails(list))
    assert.equal(3, #sent())
    emails(list)
    assert.same({}, sent())
  end)

  it("lazily, a reference by key: from the identity map when it is there", function()
    local user = session:get(User, 1)
    local address = session:get(Address, 1)
    sent()
    assert.equal(user, address.user)
    assert.same({}, sent())
    assert.equal("bob", session:get(Address, 3).user.name)
    assert.equal("SELECT users.id AS users_id, users.name AS users_name FROM users WHERE users.id = ? [2]", sent()[2])
  end)

  it("lazily, a reference that is NULL: nothing is sent", function()
    local alone = Address{id = 9}
    session:add(alone)
    session:commit()
    assert.is_nil(alone.user_id)
    sent()
    assert.is_nil(alone.user)
    assert.same({}, sent())
  end)

  it("joined: by an outer join", function()
    local list = users(la.joinedload(User.addresses))
    assert.same({"a1 a2", "b1", ""}, emails(list))
    assert.same({"SELECT users.id, users.name, addresses_1.id AS id_1, addresses_1.user_id, addresses_1.email FROM "
      .. "users "
      .. "LEFT OUTER JOIN addresses AS addresses_1 ON users.id = addresses_1.user_id "
      .. "ORDER BY users.id, addresses_1.id"}, sent())
  end)

  it("joined with innerjoin", function()
    assert.same({"a1 a2", "b1"}, emails(users(la.joinedload(User.addresses, {innerjoin = true}))))
    assert.matches("FROM users JOIN addresses AS addresses_1 ON", sent()[1])
  end)

  it("joined with a limit: the limited statement becomes a subquery", function()
    local list = session:scalars(la.select(User):order_by(User.id):limit(2):options(la.joinedload(User.addresses)))
      :unique():all()
    assert.same({"a1 a2", "b1"}, emails(list))
    assert.same({"SELECT anon_1.id, anon_1.name, addresses_1.id AS id_1, addresses_1.user_id, addresses_1.email FROM "
      .. "(SELECT users.id AS id, users.name AS name FROM users ORDER BY users.id LIMIT ? OFFSET ?) AS anon_1 "
      .. "LEFT OUTER JOIN addresses AS addresses_1 ON anon_1.id = addresses_1.user_id "
      .. "ORDER BY anon_1.id, addresses_1.id [2, 0]"}, sent())
  end)

  it("joined collections need unique()", function()
    assert.matches("The unique%(%) method must be invoked on this Result",
      orm.raises("InvalidRequestError", function()
        session:scalars(la.select(User):options(la.joinedload(User.addresses))):all()
      end))
  end)

  it("not in portions where all rows are needed", function()
    for _, load in ipairs{la.joinedload, la.subqueryload} do
      assert.matches("Can't use yield_per with eager loaders that require uniquing or row buffering",
        orm.raises("InvalidRequestError", function()
          session:scalars(la.select(User):options(load(User.addresses)):execution_options{yield_per = 2}):unique():all()
        end))
    end
    assert.equal(3, #session:scalars(la.select(User):options(la.selectinload(User.addresses))
      :execution_options{yield_per = 2}):all())
  end)

  it("joined, over two steps", function()
    local list = users(la.joinedload(User.addresses):joinedload(Address.tags))
    sent()
    assert.equal("t", list[1].addresses[1].tags[1].label)
    assert.same({}, sent())
  end)

  it("selectin: by one statement for all", function()
    local list = users(la.selectinload(User.addresses))
    assert.same({USERS, "SELECT addresses.user_id AS addresses_user_id, addresses.id AS addresses_id, "
      .. "addresses.email AS addresses_email FROM addresses WHERE addresses.user_id IN (?, ?, ?) "
      .. "ORDER BY addresses.id [1, 2, 3]"}, sent())
    assert.same({"a1 a2", "b1", ""}, emails(list))
    assert.same({}, sent())
  end)

  it("selectin, a reference: by the keys that are there", function()
    session:scalars(la.select(Address):options(la.selectinload(Address.user))):all()
    assert.equal("SELECT users.id AS users_id, users.name AS users_name FROM users WHERE users.id IN (?, ?) [1, 2]",
      sent()[2])
  end)

  it("selectin, over two steps", function()
    local list = users(la.selectinload(User.addresses):selectinload(Address.tags))
    assert.equal(3, #sent())
    assert.equal("t", list[1].addresses[1].tags[1].label)
    assert.same({}, sent())
  end)

  it("immediate: by the lazy statement at once", function()
    local list = users(la.immediateload(User.addresses))
    assert.equal(4, #sent())
    assert.same({"a1 a2", "b1", ""}, emails(list))
    assert.same({}, sent())
  end)

  it("not at all with noload", function()
    assert.same({"", "", ""}, emails(users(la.noload(User.addresses))))
    assert.equal(1, #sent())
  end)

  it("never with raiseload", function()
    local user = users(la.raiseload(User.addresses))[1]
    assert.matches("'User.addresses' is not available due to lazy='raise'",
      orm.raises("InvalidRequestError", function() return user.addresses end))
  end)

  it("without SQL with raiseload{sql_only}", function()
    local user = session:get(User, 1)
    local found = session:scalars(la.select(Address):order_by(Address.id)
      :options(la.raiseload(Address.user, {sql_only = true}))):all()
    assert.equal(user, found[1].user)
    assert.matches("'Address.user' is not available due to lazy='raise_on_sql'",
      orm.raises("InvalidRequestError", function() return found[3].user end))
  end)

  it("never again with raiseload after another one that was sql_only", function()
    la.raiseload(User.addresses, {sql_only = true})
    local user = users(la.raiseload(User.addresses))[1]
    assert.matches("lazy='raise'", orm.raises("InvalidRequestError", function() return user.addresses end))
  end)

  it("all alike with a wildcard", function()
    local user = users(la.raiseload("*"))[1]
    orm.raises("InvalidRequestError", function() return user.addresses end)
    session:expunge_all()
    assert.same({"a1 a2", "b1", ""}, emails(users(la.selectinload("*"))))
  end)

  it("from the statement's own join with contains_eager", function()
    local list = session:scalars(la.select(User):join(User.addresses):where(Address.email:ne("a1"))
      :options(la.contains_eager(User.addresses)):order_by(Address.id)):unique():all()
    assert.same({"SELECT addresses.id, addresses.user_id, addresses.email, users.id AS id_1, users.name FROM users "
      .. "JOIN addresses ON users.id = addresses.user_id WHERE addresses.email != ? ORDER BY addresses.id ['a1']"},
        sent())
    assert.same({"a2", "b1"}, emails(list))
  end)

  it("from an aliased join with contains_eager", function()
    local other = la.aliased(Address)
    local list = session:scalars(la.select(User):join(User.addresses:of_type(other)):order_by(other.id)
      :options(la.contains_eager(User.addresses:of_type(other)))):unique():all()
    sent()
    assert.same({"a1 a2", "b1"}, emails(list))
    assert.same({}, sent())
  end)

  it("with further conditions", function()
    local list = users(la.selectinload(User.addresses:and_(Address.email:ne("a1"))))
    assert.same({"a2", "b1", ""}, emails(list))
    session:expunge_all()
    list = users(la.joinedload(User.addresses:and_(Address.email:ne("a1"))))
    assert.same({"a2", "b1", ""}, emails(list))
  end)

  it("with options for what is loaded", function()
    users(la.selectinload(User.addresses):load_only(Address.email))
    assert.matches("^SELECT addresses.user_id AS addresses_user_id, addresses.id AS addresses_id, "
      .. "addresses.email AS addresses_email FROM", sent()[2])
    users(la.defaultload(User.addresses):joinedload(Address.tags))
    assert.same({USERS}, sent())
  end)

  it("with several options at once", function()
    local list = users(la.selectinload(User.addresses)
      :options(la.joinedload(Address.tags), la.load_only(Address.email)))
    sent()
    assert.equal(1, #list[1].addresses[1].tags)
    assert.same({}, sent())
  end)

  it("anew for objects in the session only with populate_existing", function()
    local user = session:get(User, 1)
    assert.equal(2, #user.addresses)
    session:execute(la.insert(Address.__table__):values{id = 8, user_id = 1, email = "new"})
    users(la.selectinload(User.addresses))
    assert.equal(2, #user.addresses)
    session:scalars(la.select(User):options(la.selectinload(User.addresses))
      :execution_options{populate_existing = true}):all()
    assert.equal(3, #user.addresses)
  end)

  it("for an expired object with its columns where they are eager by default", function()
    local Other = la.declarative_base()
    local Child = Other:class("Child", {__tablename__ = "child", id = la.Column{la.Integer, primary_key = true},
      parent_id = la.Column{la.Integer, la.ForeignKey("parent.id")}})
    local Parent = Other:class("Parent", {__tablename__ = "parent", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, children = la.relationship{Child, lazy = "joined"}})
    local s, list = orm.open(Other)
    local parent = Parent{id = 1, name = "p", children = {Child{id = 1}, Child{id = 2}}}
    s:add(parent)
    s:commit()
    list()
    assert.equal("p", parent.name)
    assert.equal(2, #parent.children)
    assert.same({"SELECT parent.id AS parent_id, parent.name AS parent_name, child_1.id AS child_1_id, "
      .. "child_1.parent_id AS child_1_parent_id FROM parent "
      .. "LEFT OUTER JOIN child AS child_1 ON parent.id = child_1.parent_id WHERE parent.id = ? [1]"}, list())
    s:close()
  end)
end)
