"""Statements of all kinds, as bench/lualchemy/statements.lua writes them: each made anew when its function is called."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    case,
    cast,
    exists,
    func,
    not_,
    or_,
    select,
    text,
    union,
    union_all,
)
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

metadata = MetaData()
users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(50)),
    Column("fullname", String(100)),
    Column("age", Integer),
    Column("active", Boolean),
)
orders = Table(
    "orders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id")),
    Column("amount", Float),
    Column("status", String(20)),
    Column("created", DateTime),
)
items = Table(
    "items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("order_id", Integer, ForeignKey("orders.id")),
    Column("sku", String(30)),
    Column("quantity", Integer),
    Column("price", Float),
)

u, o, t = users.c, orders.c, items.c


def joined():
    return users.join(orders, u.id == o.user_id).join(items, o.id == t.order_id)


def from_sums():
    sub = (
        select(o.user_id, func.sum(o.amount).label("total"))
        .group_by(o.user_id)
        .subquery("sums")
    )
    return select(u.name, sub.c.total).join(sub, u.id == sub.c.user_id)


def from_cte():
    big = select(o.user_id).where(o.amount > 100).cte("big")
    return select(u.name).join(big, big.c.user_id == u.id)


def from_alias():
    other = users.alias("other")
    return select(u.name, other.c.name).where(
        and_(u.age == other.c.age, u.id < other.c.id)
    )


def recursive():
    tree = (
        select(u.id, u.age).where(u.id == 1).cte("tree", recursive=True)
    )
    tree = tree.union_all(
        select(u.id, u.age).join(tree, u.id == tree.c.id + 1)
    )
    return select(tree.c.id, tree.c.age).order_by(tree.c.id)


def upsert():
    stmt = sqlite_insert(users).values(id=900, name="x")
    return stmt.on_conflict_do_update(
        index_elements=[u.id], set_={"name": stmt.excluded.name}
    )


def two_aliases():
    a, b = orders.alias(), orders.alias()
    return (
        select(a.c.id, b.c.id)
        .join_from(a, b, a.c.user_id == b.c.user_id)
        .where(a.c.id != b.c.id)
    )


def ordered_union():
    old = select(u.id, u.name).where(u.age > 60)
    young = select(u.id, u.name).where(u.age < 20)
    return union_all(old, young).order_by("name").limit(5)


def correlated():
    latest = (
        select(o.id, o.amount)
        .where(o.user_id == u.id)
        .order_by(o.created.desc())
        .limit(1)
    )
    return select(u.name).where(
        u.age.in_([1, 2]),
        latest.with_only_columns(o.amount).scalar_subquery() > 10,
    )


def windows():
    running = func.sum(o.amount).over(
        partition_by=o.user_id, order_by=[o.created, o.id], rows=(None, 0)
    )
    return select(
        o.user_id,
        running.label("running"),
        func.count().filter(o.status == "open").label("open"),
    )


def nested():
    inner = (
        select(t.order_id, func.max(t.price).label("dearest"))
        .group_by(t.order_id)
        .subquery()
    )
    outer = (
        select(o.user_id, inner.c.dearest)
        .join(inner, inner.c.order_id == o.id)
        .subquery()
    )
    return (
        select(u.name, outer.c.dearest)
        .outerjoin(outer, outer.c.user_id == u.id)
        .where(u.active.is_(True))
    )


MAKERS = [
    lambda: select(users),
    lambda: select(u.id, u.name).where(u.id == 5),
    lambda: select(users).where(u.name.like("a%")).order_by(u.name),
    lambda: select(users).where(and_(u.age > 18, u.age < 65, u.name != "x")),
    lambda: select(users).where(
        or_(u.name == "a", u.name == "b", u.fullname.is_(None))
    ),
    lambda: select(users).where(not_(and_(u.age == 1, u.name == "a"))),
    lambda: select(users).where(u.id.in_([1, 2, 3])),
    lambda: select(users).where(u.age.between(20, 30)).limit(10).offset(5),
    lambda: select(u.name, o.amount).join(orders, u.id == o.user_id),
    lambda: select(u.name, o.amount, t.sku).select_from(joined()),
    lambda: select(u.name, o.id).outerjoin(
        orders, and_(u.id == o.user_id, o.status == "open")
    ),
    lambda: select(func.count(u.id)),
    lambda: select(u.age, func.count(u.id).label("n"))
    .group_by(u.age)
    .having(func.count(u.id) > 1),
    lambda: select(
        func.coalesce(u.fullname, u.name).label("shown"), func.lower(u.name)
    ),
    lambda: select(
        (o.amount * 2 + 1).label("twice"), (o.amount * o.user_id).label("product")
    ),
    lambda: select(
        case((u.age < 18, "minor"), (u.age < 65, "adult"), else_="old").label("c")
    ),
    lambda: select(cast(u.age, String(10)), u.name + " " + u.fullname),
    lambda: select(u.name).distinct().order_by(u.name.desc()),
    from_sums,
    lambda: select(users).where(exists().where(o.user_id == u.id).correlate(users)),
    lambda: select(users).where(u.id.in_(select(o.user_id).where(o.amount > 100))),
    from_cte,
    lambda: union(
        select(u.id).where(u.age == 1),
        select(u.id).where(u.age == 2),
    ),
    lambda: select(
        u.name,
        func.row_number().over(partition_by=u.age, order_by=u.id).label("rank"),
    ),
    from_alias,
    lambda: select(
        select(func.max(o.amount))
        .where(o.user_id == u.id)
        .scalar_subquery()
        .label("most")
    ),
    lambda: users.insert().values(name="a", fullname="b", age=300),
    lambda: users.update().where(u.id == 7).values(name="b", age=u.age + 1),
    lambda: users.delete().where(and_(u.age > 200, u.name.is_not(None))),
    lambda: text("SELECT id, name FROM users WHERE id = :id").bindparams(id=3),
    recursive,
    lambda: items.insert().from_select(
        ["order_id", "sku"], select(o.id, o.status).where(o.amount > 300)
    ),
    lambda: orders.insert().values(
        [{"user_id": 900, "amount": 1.5}, {"user_id": 901, "amount": 2.5}]
    ),
    upsert,
    lambda: users.update()
    .where(u.id == 900)
    .values(age=7)
    .returning(u.id, u.name),
    two_aliases,
    ordered_union,
    correlated,
    windows,
    nested,
]
