--- Statements of all kinds, as bench/python/statements.py writes them: each made anew when its function is called.
local la = require "lualchemy"

local metadata = la.MetaData()
local users = la.Table("users", metadata, la.Column("id", la.Integer, {primary_key = true}),
  la.Column("name", la.String(50)), la.Column("fullname", la.String(100)), la.Column("age", la.Integer),
  la.Column("active", la.Boolean))
local orders = la.Table("orders", metadata, la.Column("id", la.Integer, {primary_key = true}),
  la.Column("user_id", la.Integer, la.ForeignKey("users.id")), la.Column("amount", la.Float),
  la.Column("status", la.String(20)), la.Column("created", la.DateTime))
local items = la.Table("items", metadata, la.Column("id", la.Integer, {primary_key = true}),
  la.Column("order_id", la.Integer, la.ForeignKey("orders.id")), la.Column("sku", la.String(30)),
  la.Column("quantity", la.Integer), la.Column("price", la.Float))

local u, o, t = users.c, orders.c, items.c
local select, func, and_, or_, not_ = la.select, la.func, la.and_, la.or_, la.not_

local makers = {
  function() return select(users) end,
  function() return select(u.id, u.name):where(u.id:eq(5)) end,
  function() return select(users):where(u.name:like("a%")):order_by(u.name) end,
  function() return select(users):where(and_(u.age:gt(18), u.age:lt(65), u.name:ne("x"))) end,
  function() return select(users):where(or_(u.name:eq("a"), u.name:eq("b"), u.fullname:is_(nil))) end,
  function() return select(users):where(not_(and_(u.age:eq(1), u.name:eq("a")))) end,
  function() return select(users):where(u.id:in_{1, 2, 3}) end,
  function() return select(users):where(u.age:between(20, 30)):limit(10):offset(5) end,
  function() return select(u.name, o.amount):join(orders, u.id:eq(o.user_id)) end,
  function()
    return select(u.name, o.amount, t.sku):select_from(
      users:join(orders, u.id:eq(o.user_id)):join(items, o.id:eq(t.order_id)))
  end,
  function() return select(u.name, o.id):outerjoin(orders, and_(u.id:eq(o.user_id), o.status:eq("open"))) end,
  function() return select(func.count(u.id)) end,
  function() return select(u.age, func.count(u.id):label("n")):group_by(u.age):having(func.count(u.id):gt(1)) end,
  function() return select(func.coalesce(u.fullname, u.name):label("shown"), func.lower(u.name)) end,
  function() return select((o.amount * 2 + 1):label("twice"), (o.amount * o.user_id):label("product")) end,
  function() return select(la.case({u.age:lt(18), "minor"}, {u.age:lt(65), "adult"}, {else_ = "old"}):label("c")) end,
  function() return select(la.cast(u.age, la.String(10)), u.name + " " + u.fullname) end,
  function() return select(u.name):distinct():order_by(u.name:desc()) end,
  function()
    local sub = select(o.user_id, func.sum(o.amount):label("total")):group_by(o.user_id):subquery("sums")
    return select(u.name, sub.c.total):join(sub, u.id:eq(sub.c.user_id))
  end,
  function() return select(users):where(la.exists():where(o.user_id:eq(u.id)):correlate(users)) end,
  function() return select(users):where(u.id:in_(select(o.user_id):where(o.amount:gt(100)))) end,
  function()
    local big = select(o.user_id):where(o.amount:gt(100)):cte("big")
    return select(u.name):join(big, big.c.user_id:eq(u.id))
  end,
  function() return la.union(select(u.id):where(u.age:eq(1)), select(u.id):where(u.age:eq(2))) end,
  function()
    return select(u.name, func.row_number():over{partition_by = u.age, order_by = u.id}:label("rank"))
  end,
  function()
    local other = users:alias("other")
    return select(u.name, other.c.name):where(and_(u.age:eq(other.c.age), u.id:lt(other.c.id)))
  end,
  function() return select(select(func.max(o.amount)):where(o.user_id:eq(u.id)):scalar_subquery():label("most")) end,
  function() return users:insert():values{name = "a", fullname = "b", age = 300} end,
  function() return users:update():where(u.id:eq(7)):values{name = "b", age = u.age + 1} end,
  function() return users:delete():where(and_(u.age:gt(200), u.name:is_not(nil))) end,
  function() return la.text("SELECT id, name FROM users WHERE id = :id"):bindparams{id = 3} end,
  function()
    local tree = select(u.id, u.age):where(u.id:eq(1)):cte("tree", {recursive = true})
    tree = tree:union_all(select(u.id, u.age):join(tree, u.id:eq(tree.c.id + 1)))
    return select(tree.c.id, tree.c.age):order_by(tree.c.id)
  end,
  function()
    return items:insert():from_select({"order_id", "sku"}, select(o.id, o.status):where(o.amount:gt(300)))
  end,
  function()
    return orders:insert():values{{user_id = 900, amount = 1.5}, {user_id = 901, amount = 2.5}}
  end,
  function()
    local insert = la.sqlite.insert(users):values{id = 900, name = "x"}
    return insert:on_conflict_do_update{index_elements = {u.id}, set_ = {name = insert.excluded.name}}
  end,
  function() return users:update():where(u.id:eq(900)):values{age = 7}:returning(u.id, u.name) end,
  function()
    local a, b = orders:alias(), orders:alias()
    return select(a.c.id, b.c.id):join_from(a, b, a.c.user_id:eq(b.c.user_id)):where(a.c.id:ne(b.c.id))
  end,
  function()
    local old = select(u.id, u.name):where(u.age:gt(60))
    local young = select(u.id, u.name):where(u.age:lt(20))
    return la.union_all(old, young):order_by("name"):limit(5)
  end,
  function()
    local latest = select(o.id, o.amount):where(o.user_id:eq(u.id)):order_by(o.created:desc()):limit(1)
    return select(u.name):where(u.age:in_{1, 2}, latest:with_only_columns(o.amount):scalar_subquery():gt(10))
  end,
  function()
    local running = func.sum(o.amount):over{partition_by = o.user_id, order_by = {o.created, o.id}, rows = {la.NULL, 0}}
    return select(o.user_id, running:label("running"), func.count():filter(o.status:eq("open")):label("open"))
  end,
  function()
    local inner = select(t.order_id, func.max(t.price):label("dearest")):group_by(t.order_id):subquery()
    local outer = select(o.user_id, inner.c.dearest):join(inner, inner.c.order_id:eq(o.id)):subquery()
    return select(u.name, outer.c.dearest):outerjoin(outer, outer.c.user_id:eq(u.id)):where(u.active:is_(true))
  end,
}

return {metadata = metadata, users = users, makers = makers}
