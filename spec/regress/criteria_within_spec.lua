--- with_loader_criteria() in statements that others select from; loads below of_type() and noload().
local la = require "lualchemy"

local Base = la.declarative_base()
local function key() return la.Column{la.Integer, primary_key = true} end
local User = Base:class("User", {
  __tablename__ = "user",
  id = key(),
  hidden = la.Column{la.Boolean, default = false},
  orders = la.relationship{"Order"},
})
local Order = Base:class("Order", {
  __tablename__ = "order",
  id = key(),
  user_id = la.Column{la.ForeignKey("user.id")},
  hidden = la.Column{la.Boolean, default = false},
  items = la.relationship{"Item"},
})
local Item = Base:class("Item", {
  __tablename__ = "item",
  id = key(),
  kind = la.Column{la.String},
  order_id = la.Column{la.ForeignKey("order.id")},
  __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "item"},
})
local Special = Item:class("Special", {
  __tablename__ = "special",
  id = la.Column{la.ForeignKey("item.id"), primary_key = true},
  parts = la.relationship{"Part"},
  __mapper_args__ = {polymorphic_identity = "special"},
})
local Part = Base:class("Part", {
  __tablename__ = "part",
  id = key(),
  special_id = la.Column{la.ForeignKey("special.id")},
})

local function shown(class)
  return la.with_loader_criteria(class, function(cls) return cls.hidden:eq(false) end)
end

local session, statements
before_each(function()
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  session = la.Session(engine)
  session:add_all{
    User{id = 1, orders = {
      Order{id = 1, items = {Special{id = 1, parts = {Part{id = 1}}}}},
      Order{id = 2, hidden = true},
    }},
    User{id = 2, hidden = true, orders = {Order{id = 3}}}}
  session:commit()
  session:expunge_all()
  statements = {}
  la.event.listen(engine, "before_cursor_execute", function(_, _, sql)
    statements[#statements + 1] = (sql:gsub("%s+", " "))
  end)
end)

local function values(statement)
  local out = {}
  for i, row in ipairs(session:execute(statement):all()) do out[i] = {row:unpack()} end
  return out
end

describe("with_loader_criteria()", function()
  it("holds in subqueries and CTEs", function()
    local cte = la.select(User.id):cte("c")
    assert.same({{1}}, values(la.select(cte.c.id):options(shown(User))))
    local counts = la.select(Order.user_id, la.func.count(Order.id):label("n")):group_by(Order.user_id):subquery()
    assert.same({{1, 1}, {2, 1}}, values(la.select(User.id, counts.c.n):join(counts, counts.c.user_id:eq(User.id))
      :order_by(User.id):options(shown(Order))))
    assert.same({{1, 2}, {2, 1}}, values(la.select(User.id, counts.c.n):join(counts, counts.c.user_id:eq(User.id))
      :order_by(User.id)))
  end)

  it("holds for what is joined there, in the ON; in unions; in what an alias of a class stands for", function()
    local joined = la.select(User.id, la.func.count(Order.id):label("n")):outerjoin(User.orders):group_by(User.id)
      :subquery()
    assert.same({{1, 1}, {2, 1}}, values(la.select(joined.c.id, joined.c.n):order_by(joined.c.id)
      :options(shown(Order))))
    local union = la.union_all(la.select(User.id), la.select(Order.id)):subquery()
    assert.same({{3}}, values(la.select(la.func.count()):select_from(union):options(shown(User), shown(Order))))
    local Few = la.aliased(User, la.select(User):where(User.id:lt(5)):subquery())
    assert.equal(1, #session:scalars(la.select(Few):options(shown(User))):all())
  end)

  it("holds in a CTE that another one reads, once", function()
    local c1 = la.select(User.id):cte("c1")
    local c2 = la.select(c1.c.id, Order.id:label("o")):join(Order, Order.user_id:eq(c1.c.id)):cte("c2")
    assert.same({{1, 1}, {1, 2}}, values(la.select(c1.c.id, c2.c.o):join(c1, c1.c.id:eq(c2.c.id)):order_by(c2.c.o)
      :options(shown(User))))
  end)
end)

describe("subqueryload() below of_type()", function()
  it("goes out from the rows of the class that is named", function()
    session:scalars(la.select(Order):options(
      la.subqueryload(Order.items:of_type(Special)):subqueryload(Special.parts))):all()
    assert.equal('SELECT part.id AS part_id, part.special_id AS part_special_id, anon_1.special_id AS '
      .. 'anon_1_special_id FROM (SELECT "order".id AS order_id FROM "order") AS anon_2 JOIN (SELECT item.id AS '
      .. 'item_id, item.kind AS item_kind, item.order_id AS item_order_id, special.id AS special_id FROM item JOIN '
      .. 'special ON item.id = special.id) AS anon_1 ON anon_2.order_id = anon_1.item_order_id JOIN part ON '
      .. 'anon_1.special_id = part.special_id', statements[#statements])
  end)
end)

describe("noload()", function()
  it("holds when the relationship is refreshed by its name", function()
    local user = session:get(User, 1, {options = {la.noload(User.orders)}})
    session:refresh(user, {"orders"})
    assert.equal(0, #user.orders)
  end)
end)
