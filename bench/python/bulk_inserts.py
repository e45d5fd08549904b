from sqlalchemy import __version__, insert
from sqlalchemy.orm import Session

import model
from model import Customer

JOBS = {}


def job(function):
    JOBS[function.__name__] = function
    return function


def rows(n):
    return [
        {"name": f"customer name {i}", "description": f"customer description {i}"}
        for i in range(n)
    ]


def flushed(bench, make):
    engine, n = model.engine(bench), bench.n

    def run():
        session = Session(engine, future=True)
        for first in range(0, n, 1000):
            session.add_all([make(i) for i in range(first, min(first + 1000, n))])
            session.flush()
        session.commit()

    bench.time(run)
    return model.stored(engine)


@job
def flush_no_pk(bench):
    return flushed(
        bench,
        lambda i: Customer(
            name=f"customer name {i}", description=f"customer description {i}"
        ),
    )


@job
def flush_pk_given(bench):
    return flushed(
        bench,
        lambda i: Customer(
            id=i + 1,
            name=f"customer name {i}",
            description=f"customer description {i}",
        ),
    )


@job
def orm_bulk_insert(bench):
    engine = model.engine(bench)

    def run():
        session = Session(engine, future=True)
        session.execute(insert(Customer), rows(bench.n))
        session.commit()

    bench.time(run)
    return model.stored(engine)


def orm_insert_returning(bench):
    engine = model.engine(bench)

    def run():
        session = Session(engine, future=True)
        found = session.scalars(insert(Customer).returning(Customer), rows(bench.n)).all()
        session.commit()
        return found

    found = bench.time(run)
    return model.stored(engine) if len(found) == bench.n else "wrong count"


if not __version__.startswith("1."):
    job(orm_insert_returning)


@job
def core_insert(bench):
    engine = model.engine(bench)

    def run():
        with engine.begin() as conn:
            conn.execute(model.customer.insert(), rows(bench.n))

    bench.time(run)
    return model.stored(engine)


@job
def make_rows(bench):
    return len(bench.time(lambda: rows(bench.n)))


@job
def dbapi_raw(bench):
    engine = model.engine(bench)
    mark = "%s, %s" if bench.postgresql else "?, ?"

    def run():
        connection = engine.raw_connection()
        connection.cursor().executemany(
            f"INSERT INTO customer (name, description) VALUES ({mark})",
            [
                (f"customer name {i}", f"customer description {i}")
                for i in range(bench.n)
            ],
        )
        connection.commit()
        connection.close()

    bench.time(run)
    return model.stored(engine)
