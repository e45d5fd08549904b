import gc
import tracemalloc

from sqlalchemy.orm import Session

import model
from model import Customer, customer


def counted():
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def resident():
    gc.collect()
    with open("/proc/self/status", encoding="ascii") as lines:
        for line in lines:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024


def kept(load, measure):
    def job(bench):
        engine = model.engine(bench)
        load(engine, 1)
        if measure is counted:
            tracemalloc.start()
        before = measure()
        found, owner = load(engine, bench.n)
        bench.put("value", (measure() - before) / len(found))
        return model.read(len(found), found[-1])

    return job


def objects(engine, n):
    session = Session(engine, future=True)
    return session.query(Customer).limit(n).all(), session


def rows(engine, n):
    with engine.connect() as conn:
        return conn.execute(customer.select().limit(n)).fetchall(), None


def detached(engine, n):
    found, owner = objects(engine, n)
    owner.close()
    return found, None


def session(bench):
    engine = model.engine(bench)
    tracemalloc.start()
    before = counted()
    found = [Session(engine, future=True) for _ in range(bench.n)]
    bench.put("value", (counted() - before) / len(found))
    return len(found)


JOBS = {
    "object": kept(objects, counted),
    "object_resident": kept(objects, resident),
    "object_detached": kept(detached, counted),
    "row": kept(rows, counted),
    "row_resident": kept(rows, resident),
    "session": session,
}
