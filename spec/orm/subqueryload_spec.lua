-- subqueryload: the original statement becomes a subquery that is joined to what is loaded.
local la = require "lualchemy"
local orm = require "spec.support.orm"

describe("subqueryload", function()
  local Base, User, Address, Tag, session, sent

  before_each(function()
    Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String},
      addresses = la.relationship{"Address", back_populates = "user", order_by = "Address.id"}})
    Address = Base:class("Address", {__tablename__ = "addresses", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.Integer, la.ForeignKey("users.id")}, email = la.Column{la.String},
      user = la.relationship{"User", back_populates = "addresses"},
      tags = la.relationship{"Tag", secondary = "address_tag", order_by = "Tag.id"}})
    Tag = Base:class("Tag", {__tablename__ = "tags", id = la.Column{la.Integer, primary_key = true},
      label = la.Column{la.String}})
    la.Table("address_tag", Base.metadata, la.Column("address_id", la.ForeignKey("addresses.id")),
      la.Column("tag_id", la.ForeignKey("tags.id")))
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

  local ADDRESSES = "SELECT addresses.id AS addresses_id, addresses.user_id AS addresses_user_id, "
    .. "addresses.email AS addresses_email, anon_1.users_id AS anon_1_users_id FROM "
  local JOINED = " AS anon_1 JOIN addresses ON anon_1.users_id = addresses.user_id ORDER BY addresses.id"
  local TAGS = "SELECT tags.id AS tags_id, tags.label AS tags_label, "
  local OF_TAGS = "JOIN address_tag AS address_tag_1 ON addresses_1.id = address_tag_1.address_id "
    .. "JOIN tags ON tags.id = address_tag_1.tag_id ORDER BY tags.id"

  it("joins the statement's keys, without its order, to the target", function()
    local list = session:scalars(la.select(User):where(User.id:lt(3)):order_by(User.name)
      :options(la.subqueryload(User.addresses))):all()
    assert.same({"SELECT users.id, users.name FROM users WHERE users.id < ? ORDER BY users.name [3]",
      ADDRESSES .. "(SELECT users.id AS users_id FROM users WHERE users.id < ?)" .. JOINED .. " [3]"}, sent())
    assert.same({"a1", "a2"}, orm.each(list[1].addresses, "email"))
    assert.same({"b1"}, orm.each(list[2].addresses, "email"))
    assert.same({}, sent())
  end)

  it("keeps order and limit of a limited statement", function()
    local list = session:scalars(la.select(User):order_by(User.name):limit(2)
      :options(la.subqueryload(User.addresses))):all()
    assert.equal(ADDRESSES .. "(SELECT users.id AS users_id FROM users ORDER BY users.name LIMIT ? OFFSET ?)" .. JOINED
      .. " [2, 0]", sent()[2])
    assert.equal(2, #list[1].addresses)
  end)

  it("loads references of distinct keys", function()
    local list = session:scalars(la.select(Address):options(la.subqueryload(Address.user))):all()
    assert.equal("SELECT users.id AS users_id, users.name AS users_name, anon_1.addresses_user_id AS "
      .. "anon_1_addresses_user_id FROM (SELECT DISTINCT addresses.user_id AS addresses_user_id FROM addresses) AS "
        .. "anon_1 "
      .. "JOIN users ON users.id = anon_1.addresses_user_id", sent()[2])
    assert.equal("ann", list[1].user.name)
    assert.same({}, sent())
  end)

  it("goes through an association table", function()
    local list = session:scalars(la.select(Address):options(la.subqueryload(Address.tags))):all()
    assert.equal(TAGS .. "anon_1.addresses_id AS anon_1_addresses_id FROM (SELECT addresses.id AS addresses_id "
      .. "FROM addresses) AS anon_1 JOIN address_tag AS address_tag_1 ON anon_1.addresses_id = "
        .. "address_tag_1.address_id "
      .. "JOIN tags ON tags.id = address_tag_1.tag_id ORDER BY tags.id", sent()[2])
    assert.equal("t", list[1].tags[1].label)
  end)

  it("follows a path: each step joins the ones before", function()
    local list = session:scalars(la.select(User):options(la.subqueryload(User.addresses):subqueryload(Address.tags)))
      :all()
    assert.same({"SELECT users.id, users.name FROM users",
      ADDRESSES .. "(SELECT users.id AS users_id FROM users)" .. JOINED,
      TAGS .. "addresses_1.id AS addresses_1_id FROM (SELECT users.id AS users_id FROM users) AS anon_1 "
        .. "JOIN addresses AS addresses_1 ON anon_1.users_id = addresses_1.user_id " .. OF_TAGS}, sent())
    assert.equal("t", list[1].addresses[1].tags[1].label)
  end)

  it("follows a joined load", function()
    session:scalars(la.select(User):options(la.joinedload(User.addresses):subqueryload(Address.tags))):unique():all()
    assert.equal(TAGS .. "addresses_1.id AS addresses_1_id FROM (SELECT users.id AS users_id FROM users) AS anon_1 "
      .. "JOIN addresses AS addresses_1 ON anon_1.users_id = addresses_1.user_id " .. OF_TAGS, sent()[2])
  end)

  it("follows a lazy load", function()
    local user = session:scalars(la.select(User)
      :options(la.lazyload(User.addresses):subqueryload(Address.tags))):first()
    sent()
    assert.equal(2, #user.addresses)
    assert.equal(TAGS .. "anon_1.addresses_id AS anon_1_addresses_id FROM (SELECT addresses.id AS addresses_id "
      .. "FROM addresses WHERE ? = addresses.user_id) AS anon_1 JOIN address_tag AS address_tag_1 "
      .. "ON anon_1.addresses_id = address_tag_1.address_id JOIN tags ON tags.id = address_tag_1.tag_id "
      .. "ORDER BY tags.id [1]", sent()[2])
  end)

  it("comes with a query", function()
    local list = session:query(User):filter(User.name:eq("ann")):options(la.subqueryload(User.addresses)):all()
    assert.equal(ADDRESSES .. "(SELECT users.id AS users_id FROM users WHERE users.name = ?)" .. JOINED .. " ['ann']",
      sent()[2])
    assert.equal(2, #list[1].addresses)
  end)

  it("comes with get()", function()
    session:get(User, 1, {options = {la.subqueryload(User.addresses)}})
    assert.equal(ADDRESSES .. "(SELECT users.id AS users_id FROM users WHERE users.id = ?)" .. JOINED .. " [1]",
      sent()[2])
  end)

  it("starts from an alias where the statement does", function()
    local other = la.aliased(User)
    session:scalars(la.select(other):where(other.id:eq(1)):options(la.subqueryload(other.addresses))):all()
    assert.equal("SELECT addresses.id AS addresses_id, addresses.user_id AS addresses_user_id, "
      .. "addresses.email AS addresses_email, anon_1.users_1_id AS anon_1_users_1_id FROM "
      .. "(SELECT users_1.id AS users_1_id FROM users AS users_1 WHERE users_1.id = ?) AS anon_1 "
      .. "JOIN addresses ON anon_1.users_1_id = addresses.user_id ORDER BY addresses.id [1]", sent()[2])
  end)

  it("keeps the joins of the statement", function()
    session:scalars(la.select(User):join(User.addresses):where(Address.email:eq("a1"))
      :options(la.subqueryload(User.addresses))):all()
    assert.equal(ADDRESSES .. "(SELECT users.id AS users_id FROM users JOIN addresses ON users.id = addresses.user_id "
      .. "WHERE addresses.email = ?)" .. JOINED .. " ['a1']", sent()[2])
  end)

  it("takes further conditions", function()
    session:scalars(la.select(User):options(la.subqueryload(User.addresses:and_(Address.email:ne("a1"))))):all()
    assert.equal(ADDRESSES .. "(SELECT users.id AS users_id FROM users) AS anon_1 JOIN addresses ON anon_1.users_id = "
      .. "addresses.user_id AND addresses.email != ? ORDER BY addresses.id ['a1']", sent()[2])
  end)

  it("comes before selectin loads", function()
    session:scalars(la.select(Address):options(la.selectinload(Address.user), la.subqueryload(Address.tags))):all()
    assert.matches("^SELECT tags.id", sent()[2])
  end)

  it("can be the relationship's own way", function()
    local Other = la.declarative_base()
    local Child = Other:class("Child", {__tablename__ = "child", id = la.Column{la.Integer, primary_key = true},
      parent_id = la.Column{la.Integer, la.ForeignKey("parent.id")}})
    local Parent = Other:class("Parent", {__tablename__ = "parent", id = la.Column{la.Integer, primary_key = true},
      children = la.relationship{Child, lazy = "subquery"}})
    local s, list = orm.open(Other)
    s:add(Parent{id = 1, children = {Child{id = 1}}})
    s:commit()
    s:expunge_all()
    list()
    s:scalars(la.select(Parent)):all()
    assert.same({"SELECT parent.id FROM parent", "SELECT child.id AS child_id, child.parent_id AS child_parent_id, "
      .. "anon_1.parent_id AS anon_1_parent_id FROM (SELECT parent.id AS parent_id FROM parent) AS anon_1 "
      .. "JOIN child ON anon_1.parent_id = child.parent_id"}, list())
    s:close()
  end)
end)
