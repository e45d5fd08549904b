from sqlalchemy.orm import Bundle, Session

import model
from model import Customer, customer

JOBS = {}


def job(function):
    JOBS[function.__name__] = function
    return function


@job
def orm_full_objects_list(bench):
    session = Session(model.engine(bench), future=True)
    found = bench.time(lambda: list(session.query(Customer).limit(bench.n)))
    return model.read(len(found), found[-1])


def streamed(bench, query):
    def run():
        count, last = 0, None
        for last in query.limit(bench.n):
            count += 1
        return count, last

    return bench.time(run)


@job
def orm_full_objects_chunks(bench):
    session = Session(model.engine(bench), future=True)
    return model.read(*streamed(bench, session.query(Customer).yield_per(1000)))


@job
def orm_bundles(bench):
    session = Session(model.engine(bench), future=True)
    bundle = Bundle("customer", Customer.id, Customer.name, Customer.description)
    count, last = streamed(bench, session.query(bundle).yield_per(10000))
    return model.read(count, last.customer)


@job
def orm_columns(bench):
    session = Session(model.engine(bench), future=True)
    columns = Customer.id, Customer.name, Customer.description
    return model.read(*streamed(bench, session.query(*columns).yield_per(10000)))


class Last:
    def __init__(self, id_, name, description):
        self.id, self.name, self.description = id_, name, description


def attributes(bench, chunks):
    engine = model.engine(bench)

    def run():
        count = 0
        with engine.connect() as conn:
            for chunk in chunks(conn, customer.select().limit(bench.n)):
                for row in chunk:
                    id_, name, description = row.id, row.name, row.description
                count += len(chunk)
        return count, Last(id_, name, description)

    return model.read(*bench.time(run))


def by_many(result):
    while True:
        chunk = result.fetchmany(10000)
        if not chunk:
            return
        yield chunk


@job
def core_fetchall(bench):
    return attributes(bench, lambda conn, stmt: [conn.execute(stmt).fetchall()])


@job
def core_fetchall_mapping(bench):
    engine = model.engine(bench)

    def run():
        with engine.connect() as conn:
            found = conn.execute(customer.select().limit(bench.n)).mappings().fetchall()
            for row in found:
                id_, name, description = row["id"], row["name"], row["description"]
        return len(found), Last(id_, name, description)

    return model.read(*bench.time(run))


@job
def core_fetchmany(bench):
    return attributes(bench, lambda conn, stmt: by_many(conn.execute(stmt)))


@job
def core_fetchmany_w_streaming(bench):
    return attributes(
        bench,
        lambda conn, stmt: by_many(
            conn.execution_options(stream_results=True).execute(stmt)
        ),
    )


def raw(bench, each):
    engine = model.engine(bench)

    def run():
        connection = engine.raw_connection()
        cursor = connection.cursor()
        cursor.execute(
            "SELECT customer.id, customer.name, customer.description "
            f"FROM customer LIMIT {bench.n}"
        )
        found = cursor.fetchall()
        last = each(found)
        connection.close()
        return len(found), last

    return model.read(*bench.time(run))


@job
def dbapi_fetchall_plus_append_objects(bench):
    def each(found):
        for row in found:
            made = Last(row[0], row[1], row[2])
        return made

    return raw(bench, each)


@job
def dbapi_fetchall_no_object(bench):
    def each(found):
        for row in found:
            id_, name, description = row[0], row[1], row[2]
        return Last(id_, name, description)

    return raw(bench, each)
