-- Kinds of relationships: what they join by, and what they write.
local la = require "lualchemy"
local orm = require "spec.support.orm"

local function key() return la.Column{la.Integer, primary_key = true} end
local function refer(target) return la.Column{la.Integer, la.ForeignKey(target)} end

describe("a relationship", function()
  local Base, session, sent

  before_each(function() Base = la.declarative_base() end)
  after_each(function()
    if session then session:close() end
    session = nil
  end)

  local function open()
    session, sent = orm.open(Base)
    sent()
  end

  it("one-to-one gives an object, and replaces it", function()
    local User = Base:class("User", {__tablename__ = "users", id = key(),
      profile = la.relationship{"Profile", back_populates = "user", uselist = false}})
    local Profile = Base:class("Profile", {__tablename__ = "profile", id = key(), user_id = refer("users.id"),
      user = la.relationship{"User", back_populates = "profile"}})
    open()
    local user, first = User{id = 1}, Profile{id = 1}
    user.profile = first
    session:add(user)
    session:commit()
    assert.equal(first, user.profile)
    local second = Profile{id = 2}
    user.profile = second
    assert.is_nil(first.user)
    assert.equal(user, second.user)
    session:commit()
    assert.is_nil(first.user_id)
  end)

  it("many-to-many writes rows of its association table", function()
    local links = la.Table("links", Base.metadata, la.Column("a_id", la.ForeignKey("a.id"), {primary_key = true}),
      la.Column("b_id", la.ForeignKey("b.id"), {primary_key = true}))
    local A = Base:class("A", {__tablename__ = "a", id = key(),
      bs = la.relationship{"B", secondary = links, back_populates = "as", order_by = "B.id"}})
    local B = Base:class("B", {__tablename__ = "b", id = key(),
      as = la.relationship{"A", secondary = links, back_populates = "bs"}})
    open()
    local a = A{id = 1, bs = {B{id = 1}, B{id = 2}}}
    session:add(a)
    session:flush()
    assert.equal("INSERT INTO links (a_id, b_id) VALUES (?, ?) [(1, 1), (1, 2)]", sent()[3])
    local b = a.bs[1]
    assert.equal(a, b.as[1])
    a.bs:remove(b)
    session:flush()
    assert.same({"DELETE FROM links WHERE links.a_id = ? AND links.b_id = ? [1, 1]"}, sent())
    session:delete(a)
    session:flush()
    assert.same({"DELETE FROM links WHERE links.a_id = ? AND links.b_id = ? [1, 2]", "DELETE FROM a WHERE a.id = ? "
      .. "[1]"},
      sent())
  end)

  it("many-to-many is loaded over its association table", function()
    local links = la.Table("links", Base.metadata, la.Column("a_id", la.ForeignKey("a.id")),
      la.Column("b_id", la.ForeignKey("b.id")))
    local A = Base:class("A", {__tablename__ = "a", id = key(), bs = la.relationship{"B", secondary = links}})
    local B = Base:class("B", {__tablename__ = "b", id = key()})
    open()
    session:add(A{id = 1, bs = {B{id = 1}}})
    session:commit()
    local a = session:get(A, 1)
    sent()
    assert.equal(1, #a.bs)
    assert.same({"SELECT b.id AS b_id FROM b, links WHERE ? = links.a_id AND b.id = links.b_id [1]"}, sent())
  end)

  it("to the class itself knows its direction by remote_side", function()
    local id = key()
    local Node = Base:class("Node", {__tablename__ = "node", id = id, parent_id = refer("node.id"),
      children = la.relationship{"Node", back_populates = "parent", order_by = "Node.id"},
      parent = la.relationship{"Node", back_populates = "children", remote_side = id}})
    open()
    local root = Node{id = 1, children = {Node{id = 2, children = {Node{id = 3}}}}}
    session:add(root)
    session:commit()
    assert.equal(root, root.children[1].children[1].parent.parent)
    session:expunge_all()
    sent()
    local list = session:scalars(la.select(Node):where(Node.parent_id:is_(nil))
      :options(la.selectinload(Node.children):selectinload(Node.children))):all()
    sent()
    assert.equal(3, list[1].children[1].children[1].id)
    assert.same({}, sent())
  end)

  it("may go over an association object", function()
    local Order = Base:class("Order", {__tablename__ = "orders", id = key(),
      lines = la.relationship{"Line", back_populates = "order", cascade = "all, delete-orphan"}})
    local Item = Base:class("Item", {__tablename__ = "item", id = key()})
    local Line = Base:class("Line", {__tablename__ = "line",
      order_id = la.Column{la.Integer, la.ForeignKey("orders.id"), primary_key = true},
      item_id = la.Column{la.Integer, la.ForeignKey("item.id"), primary_key = true}, n = la.Column{la.Integer},
      order = la.relationship{"Order", back_populates = "lines"}, item = la.relationship{"Item"}})
    open()
    local order = Order{id = 1, lines = {Line{item = Item{id = 7}, n = 3}}}
    session:add(order)
    session:flush()
    assert.same({"INSERT INTO item (id) VALUES (?) [7]", "INSERT INTO orders (id) VALUES (?) [1]",
      "INSERT INTO line (order_id, item_id, n) VALUES (?, ?, ?) [1, 7, 3]"}, sent())
    order.lines = {}
    session:flush()
    assert.same({"DELETE FROM line WHERE line.order_id = ? AND line.item_id = ? [1, 7]"}, sent())
  end)

  it("joins by its primaryjoin", function()
    local User, Address
    User = Base:class("User", {__tablename__ = "users", id = key(),
      boston = la.relationship{"Address", viewonly = true,
        primaryjoin = function() return la.and_(User.id:eq(Address.user_id), Address.city:eq("Boston")) end}})
    Address = Base:class("Address", {__tablename__ = "address", id = key(), user_id = refer("users.id"),
      city = la.Column{la.String}})
    open()
    session:add_all{User{id = 1}, Address{id = 1, user_id = 1, city = "Boston"},
      Address{id = 2, user_id = 1, city = "Rome"}}
    session:commit()
    local user = session:get(User, 1)
    sent()
    assert.same({1}, orm.each(user.boston, "id"))
    assert.same({"SELECT address.id AS address_id, address.user_id AS address_user_id, address.city AS address_city "
      .. "FROM address WHERE ? = address.user_id AND address.city = ? [1, 'Boston']"}, sent())
  end)

  it("joins columns without foreign keys that are marked", function()
    local A, B
    A = Base:class("A", {__tablename__ = "a", id = key(), code = la.Column{la.String},
      bs = la.relationship{"B", primaryjoin = function() return A.code:eq(la.foreign(B.code)) end}})
    B = Base:class("B", {__tablename__ = "b", id = key(), code = la.Column{la.String}})
    open()
    session:add(A{id = 1, code = "x", bs = {B{id = 1}}})
    session:commit()
    assert.equal("x", session:get(B, 1).code)
  end)

  it("chooses among several foreign keys by foreign_keys", function()
    local Customer, Address
    Address = Base:class("Address", {__tablename__ = "address", id = key()})
    Customer = Base:class("Customer", {__tablename__ = "customer", id = key(), home_id = refer("address.id"),
      work_id = refer("address.id"), home = la.relationship{"Address", foreign_keys = "Customer.home_id"},
      work = la.relationship{"Address", foreign_keys = "Customer.work_id"}})
    open()
    local customer = Customer{id = 1, home = Address{id = 1}, work = Address{id = 2}}
    session:add(customer)
    session:commit()
    assert.same({1, 2}, {customer.home_id, customer.work_id})
  end)

  it("that could mean several foreign keys is refused", function()
    Base:class("Address", {__tablename__ = "address", id = key()})
    Base:class("Customer", {__tablename__ = "customer", id = key(), home_id = refer("address.id"),
      work_id = refer("address.id"), home = la.relationship{"Address"}})
    assert.matches("Could not determine join condition between parent/child tables on relationship Customer.home "
      .. "%- there are multiple foreign key paths linking the tables",
      orm.raises("AmbiguousForeignKeysError", Base.registry.configure, Base.registry))
    Base.registry:dispose()
  end)

  it("without a foreign key is refused", function()
    Base:class("A", {__tablename__ = "a", id = key(), bs = la.relationship{"B"}})
    Base:class("B", {__tablename__ = "b", id = key()})
    assert.matches("Could not determine join condition between parent/child tables on relationship A.bs "
      .. "%- there are no foreign keys linking these tables",
      orm.raises("NoForeignKeysError", Base.registry.configure, Base.registry))
    Base.registry:dispose()
  end)

  it("of a backref is made on the other class", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(),
      bs = la.relationship{"B", backref = la.backref("owner", {lazy = "joined"}), order_by = "B.id"}})
    local B = Base:class("B", {__tablename__ = "b", id = key(), a_id = refer("a.id")})
    open()
    local a, b = A{id = 1}, B{id = 1}
    b.owner = a
    assert.equal(b, a.bs[1])
    session:add(a)
    session:add(b)
    session:commit()
    session:expunge_all()
    sent()
    session:get(B, 1)
    assert.matches("LEFT OUTER JOIN a AS a_1", sent()[1])
  end)

  it("viewonly is never written", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), bs = la.relationship{"B", viewonly = true}})
    local B = Base:class("B", {__tablename__ = "b", id = key(), a_id = refer("a.id")})
    open()
    local a, b = A{id = 1}, B{id = 1}
    a.bs = {b}
    session:add_all{a, b}
    session:commit()
    assert.is_nil(b.a_id)
    assert.equal(0, #a.bs)
  end)

  it("lazy = 'dynamic' is a query", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), bs = la.relationship{"B", lazy = "dynamic",
      order_by = "B.id"}})
    local B = Base:class("B", {__tablename__ = "b", id = key(), a_id = refer("a.id")})
    open()
    local a = A{id = 1}
    a.bs:append(B{id = 1})
    a.bs:append(B{id = 2})
    session:add(a)
    session:commit()
    sent()
    assert.equal(2, a.bs:filter(B.id:gt(1)):one().id)
    assert.equal(2, a.bs:count())
    a.bs:remove(session:get(B, 1))
    session:commit()
    assert.same({2}, orm.each(a.bs:all(), "id"))
  end)

  it("lazy = 'write_only' reads by a statement and writes", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), bs = la.relationship{"B", lazy = "write_only",
      order_by = "B.id"}})
    local B = Base:class("B", {__tablename__ = "b", id = key(), a_id = refer("a.id")})
    open()
    local a = A{id = 1}
    a.bs:add_all{B{id = 1}, B{id = 2}}
    session:add(a)
    session:commit()
    sent()
    assert.same({1, 2}, orm.each(session:scalars(a.bs:select()):all(), "id"))
    assert.equal("SELECT b.id, b.a_id FROM b WHERE ? = b.a_id ORDER BY b.id [1]", sent()[2])
  end)

  it("keeps a collection ordered as its order_by says when it is read", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), bs = la.relationship{"B", order_by = "B.id.desc()"}})
    local B = Base:class("B", {__tablename__ = "b", id = key(), a_id = refer("a.id")})
    open()
    session:add(A{id = 1, bs = {B{id = 1}, B{id = 2}}})
    session:commit()
    assert.same({2, 1}, orm.each(session:get(A, 1).bs, "id"))
  end)

  it("in expressions: any, has, contains, of an object, none", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), bs = la.relationship{"B", back_populates = "a"}})
    local B = Base:class("B", {__tablename__ = "b", id = key(), a_id = refer("a.id"),
      a = la.relationship{"A", back_populates = "bs"}})
    Base.registry:configure()
    local function sql(condition) return (tostring(condition):gsub("%s+", " ")) end
    assert.equal("EXISTS (SELECT 1 FROM b, a WHERE a.id = b.a_id AND b.id = :id_1)", sql(A.bs:any(B.id:eq(1))))
    assert.equal("EXISTS (SELECT 1 FROM a, b WHERE a.id = b.a_id AND a.id = :id_1)", sql(B.a:has(A.id:eq(1))))
    assert.equal("a.id = :param_1", sql(A.bs:contains(B{id = 1, a_id = 5})))
    assert.equal(":param_1 = b.a_id", sql(B.a:eq(A{id = 5})))
    assert.equal("b.a_id IS NULL", sql(B.a:eq(nil)))
    assert.equal("b.a_id != :a_id_1 OR b.a_id IS NULL", sql(B.a:ne(A{id = 5})))
    assert.equal(":param_1 = b.a_id", sql(la.with_parent(A{id = 5}, A.bs)))
  end)
end)
