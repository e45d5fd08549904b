from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

import model
from model import Wide


def each(bench, one):
    def run():
        total = 0
        for i in range(1, bench.n + 1):
            total += one(i * 7919 % 10999 + 1)
        return total

    return "%d %d" % (bench.n, bench.time(run))


UNCACHED = {"query_cache_size": 0}


def classic(bench, **options):
    session = Session(model.engine(bench, **options), future=True)
    return each(
        bench, lambda id_: session.query(Wide).filter(Wide.id == id_).one().id
    )


def new_style(bench, **options):
    session = Session(model.engine(bench, **options), future=True)
    return each(
        bench,
        lambda id_: session.execute(select(Wide).where(Wide.id == id_)).scalar_one().id,
    )


def columns(bench, **options):
    session = Session(model.engine(bench, **options), future=True)
    return each(
        bench,
        lambda id_: session.query(Wide.id, Wide.name, Wide.description)
        .filter(Wide.id == id_)
        .one()
        .id,
    )


def new_statement(bench, **options):
    table = Wide.__table__
    with model.engine(bench, **options).connect() as conn:

        def one(id_):
            row = conn.execute(select(table).where(Wide.id == id_)).first()
            return tuple(row)[0]

        return each(bench, one)


def same_statement(bench, **options):
    stmt = select(Wide.__table__).where(Wide.id == bindparam("id"))
    with model.engine(bench, **options).connect() as conn:
        return each(bench, lambda id_: tuple(conn.execute(stmt, {"id": id_}).first())[0])


def dbapi_raw(bench):
    connection = model.engine(bench).raw_connection()
    cursor = connection.cursor()
    mark = "%s" if bench.postgresql else "?"
    sql = f"SELECT id, name, description, q, p, x, y, z FROM customer WHERE id = {mark}"

    def one(id_):
        cursor.execute(sql, (id_,))
        return cursor.fetchone()[0]

    check = each(bench, one)
    connection.close()
    return check


def uncached(function):
    return lambda bench: function(bench, **UNCACHED)


JOBS = {
    "orm_query_classic_style": uncached(classic),
    "orm_query_classic_style_w_cache": classic,
    "orm_query_new_style": uncached(new_style),
    "orm_query_new_style_cache": new_style,
    "orm_query_classic_style_cols_only": uncached(columns),
    "orm_query_classic_style_cols_only_cache": columns,
    "core_new_stmt_each_time": uncached(new_statement),
    "core_new_stmt_each_time_compiled_cache": new_statement,
    "core_reuse_stmt": uncached(same_statement),
    "core_reuse_stmt_compiled_cache": same_statement,
    "dbapi_raw": dbapi_raw,
}
