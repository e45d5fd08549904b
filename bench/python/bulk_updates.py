from sqlalchemy.orm import Session

import model
from model import Customer


def orm_flush(bench):
    engine, n = model.engine(bench), bench.n

    def run():
        session = Session(engine, future=True)
        for first in range(1, n + 1, 1000):
            customers = (
                session.query(Customer)
                .filter(Customer.id.between(first, first + 999))
                .all()
            )
            for customer in customers:
                customer.description += "updated"
            session.flush()
        session.commit()

    bench.time(run)
    return model.stored(engine)


def dbapi_raw(bench):
    engine = model.engine(bench)
    mark = "%s" if bench.postgresql else "?"

    def run():
        connection = engine.raw_connection()
        connection.cursor().executemany(
            f"UPDATE customer SET description={mark} WHERE id = {mark}",
            [
                (f"customer description {i - 1}updated", i)
                for i in range(1, bench.n + 1)
            ],
        )
        connection.commit()
        connection.close()

    bench.time(run)
    return model.stored(engine)


JOBS = {"orm_flush": orm_flush, "dbapi_raw": dbapi_raw}
