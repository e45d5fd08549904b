from sqlalchemy import pool
from sqlalchemy.orm import Session

import model
from model import Customer, customer

JOBS = {}


def values(i):
    return {"name": f"customer name {i}", "description": f"customer description {i}"}


def each(one):
    """The job that calls `one` with the engine and each number."""

    def job(bench):
        engine = model.engine(bench)

        def run():
            for i in range(bench.n):
                one(engine, i)

        bench.time(run)
        return model.stored(engine)

    JOBS[one.__name__] = job


@each
def orm_commit(engine, i):
    session = Session(engine, future=True)
    session.add(Customer(**values(i)))
    session.commit()


@each
def bulk_save(engine, i):
    session = Session(engine, future=True)
    session.bulk_save_objects([Customer(**values(i))])
    session.commit()


@each
def bulk_insert_dictionaries(engine, i):
    session = Session(engine, future=True)
    session.bulk_insert_mappings(Customer, [values(i)])
    session.commit()


@each
def core(engine, i):
    with engine.begin() as conn:
        conn.execute(customer.insert(), values(i))


INSERT = customer.insert()


@each
def core_query_caching(engine, i):
    with engine.begin() as conn:
        conn.execute(INSERT, values(i))


def insert_raw(bench, engine):
    mark = "%s, %s" if bench.postgresql else "?, ?"
    sql = f"INSERT INTO customer (name, description) VALUES ({mark})"

    def run():
        for i in range(bench.n):
            connection = engine.raw_connection()
            connection.cursor().execute(
                sql, (f"customer name {i}", f"customer description {i}")
            )
            connection.commit()
            connection.close()

    bench.time(run)
    return model.stored(engine)


def dbapi_raw_w_pool(bench):
    return insert_raw(bench, model.engine(bench))


def dbapi_raw_w_connect(bench):
    url = bench.url if bench.postgresql else f"sqlite:///{bench.file}"
    return insert_raw(bench, model.engine(bench, url, poolclass=pool.NullPool))


JOBS["dbapi_raw_w_pool"] = dbapi_raw_w_pool
JOBS["dbapi_raw_w_connect"] = dbapi_raw_w_connect
