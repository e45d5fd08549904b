-- select().join() and Query:join() by relationships, classes and conditions: what is joined to what.
local la = require "lualchemy"

local function sql(stmt) return (tostring(stmt):gsub("[\n\t]", "")) end

describe("join()", function()
  local User, Address, Order, session

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, orders = la.relationship("Order"), addresses = la.relationship("Address")})
    Address = Base:class("Address", {__tablename__ = "addresses", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.Integer, la.ForeignKey("users.id")}})
    Order = Base:class("Order", {__tablename__ = "orders", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.Integer, la.ForeignKey("users.id")}})
    session = la.Session()
  end)

  after_each(function() session:close() end)

  local BOTH = "FROM users JOIN orders ON users.id = orders.user_id JOIN addresses ON users.id = addresses.user_id"

  it("joins a relationship once, however often it is asked for", function()
    assert.equal("SELECT users.id " .. BOTH,
      sql(la.select(User.id):join(User.orders):join(User.addresses):join(User.orders)))
  end)

  it("joins what is joined first, what else is selected from after it", function()
    local a = la.aliased(Address)
    assert.equal("SELECT orders.id, addresses.id AS id_1 FROM addresses JOIN addresses AS addresses_1 ON "
      .. "addresses.user_id = addresses_1.id, orders",
      sql(la.select(Order.id, Address.id):join(a, Address.user_id:eq(a.id))))
  end)

  it("never joins a class to itself where a subquery can be its left side", function()
    local counts = la.select(Address.user_id, la.func.count(Address.id):label("n")):group_by(Address.user_id):subquery()
    assert.equal("SELECT users.id, anon_1.n FROM (SELECT addresses.user_id AS user_id, count(addresses.id) AS n FROM "
      .. "addresses GROUP BY addresses.user_id) AS anon_1 JOIN users ON anon_1.user_id = users.id",
      sql(la.select(User.id, counts.c.n):join(User, counts.c.user_id:eq(User.id))))
  end)

  it("keeps the left side when with_entities() selects something else", function()
    assert.equal("SELECT addresses.id FROM users JOIN addresses ON users.id = addresses.user_id",
      sql(session:query(User):join(Address):with_entities(Address.id).statement))
  end)

  it("leaves filter_by() with what was joined last, until reset_joinpoint()", function()
    local q = session:query(User):join(Address)
    assert.equal("SELECT users.id FROM users JOIN addresses ON users.id = addresses.user_id WHERE addresses.id = :id_1",
      sql(q:filter_by({id = 5}):with_entities(User.id).statement))
    assert.equal("SELECT users.id FROM users JOIN addresses ON users.id = addresses.user_id WHERE users.name = :name_1",
      sql(q:reset_joinpoint():filter_by({name = "ed"}):with_entities(User.id).statement))
  end)
end)

describe("joined eager loading", function()
  local A, B

  before_each(function()
    local Base = la.declarative_base()
    local function class(name, above, attributes)
      attributes.__tablename__ = name:lower()
      attributes.id = la.Column{la.Integer, primary_key = true}
      if above then attributes[above .. "_id"] = la.Column{la.Integer, la.ForeignKey(above .. ".id")} end
      return Base:class(name, attributes)
    end
    A = class("A", nil, {bs = la.relationship("B"), x = la.Column{la.String}})
    B = class("B", "a", {cs = la.relationship("C"), ds = la.relationship("D")})
    class("C", "b", {})
    class("D", "b", {})
  end)

  it("puts inner joins into the outer join above them, flat", function()
    local text = sql(la.select(A.id, A):options(la.joinedload(A.bs):options(
      la.joinedload(B.cs, {innerjoin = true}), la.joinedload(B.ds, {innerjoin = true}))))
    assert.is_truthy(text:find("FROM a LEFT OUTER JOIN (b AS b_1 JOIN d AS d_1 ON b_1.id = d_1.b_id JOIN c AS c_1 ON "
      .. "b_1.id = c_1.b_id) ON a.id = b_1.a_id", 1, true)
      or text:find("FROM a LEFT OUTER JOIN (b AS b_1 JOIN c AS c_1 ON b_1.id = c_1.b_id JOIN d AS d_1 ON "
      .. "b_1.id = d_1.b_id) ON a.id = b_1.a_id", 1, true), text)
  end)

  it("reads the columns that it joins by, deferred or not", function()
    local Base = la.declarative_base()
    local P = Base:class("P", {__tablename__ = "p", id = la.Column{la.Integer, primary_key = true},
      code = la.Column{la.Integer, unique = true}, data = la.Column{la.String}, qs = la.relationship("Q")})
    Base:class("Q", {__tablename__ = "q", id = la.Column{la.Integer, primary_key = true},
      p_code = la.Column{la.Integer, la.ForeignKey("p.code")}})
    assert.equal("SELECT p.id, p.data, p.code, q_1.id AS id_1, q_1.p_code FROM p LEFT OUTER JOIN q AS q_1 ON "
      .. "p.code = q_1.p_code", sql(la.select(P):options(la.load_only(P.data), la.joinedload(P.qs))))
  end)

  it("goes on to the relationships of subclasses that are loaded with the class", function()
    local Base = la.declarative_base()
    local Item = Base:class("Item", {__tablename__ = "item", id = la.Column{la.Integer, primary_key = true},
      kind = la.Column{la.String}, __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "item",
        with_polymorphic = "*"}})
    local Box = Item:class("Box", {parts = la.relationship("Part"), __mapper_args__ = {polymorphic_identity = "box"}})
    local Part = Base:class("Part", {__tablename__ = "part", id = la.Column{la.Integer, primary_key = true},
      item_id = la.Column{la.Integer, la.ForeignKey("item.id")}})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local s = la.Session(engine)
    s:add_all{Box{parts = {Part{}, Part{}}}, Item{}}
    s:commit()
    s:expunge_all()
    local sent = 0
    la.event.listen(engine, "before_cursor_execute", function() sent = sent + 1 end)
    local items = s:scalars(la.select(Item):options(la.joinedload(Box.parts)):order_by(Item.id)):unique():all()
    assert.equal(2, #items[1].parts)
    assert.equal(1, sent)
    assert.equal("item", items[2].kind)
    s:close()
  end)

  it("options name synonyms, and * with others", function()
    local Base = la.declarative_base()
    local S = Base:class("S", {__tablename__ = "s", id = la.Column{la.Integer, primary_key = true},
      a = la.Column{la.String}, b = la.Column{la.String}, other = la.synonym("a")})
    assert.equal("SELECT s.id, s.a FROM s", sql(la.select(S):options(la.load_only(S.other))))
    assert.equal("SELECT s.id, s.b FROM s", sql(la.select(S):options(la.defer("*"), la.undefer(S.b))))
  end)
end)
