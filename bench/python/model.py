"""What the jobs share. Runs with SQLAlchemy 1.4 and 2.0."""

from sqlalchemy import Column, Identity, Integer, String, create_engine
from sqlalchemy.orm import declarative_base, deferred

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, Identity(), primary_key=True)
    name = Column(String(255))
    description = Column(String(255))


customer = Customer.__table__

WideBase = declarative_base()


class Wide(WideBase):
    __tablename__ = "customer"
    id = Column(Integer, Identity(), primary_key=True)
    name = Column(String(255))
    description = Column(String(255))
    q = Column(Integer)
    p = Column(Integer)
    x = deferred(Column(Integer))
    y = deferred(Column(Integer))
    z = deferred(Column(Integer))


def engine(bench, url=None, **options):
    made = create_engine(
        url or (bench.url if bench.postgresql else "sqlite://"), future=True, **options
    )
    with made.begin() as conn:
        for statement in bench.setup():
            conn.exec_driver_sql(statement)
    return made


def stored(made):
    with made.connect() as conn:
        row = conn.exec_driver_sql(
            "SELECT count(*), sum(id), sum(length(name)), sum(length(description)) FROM customer"
        ).one()
        return "%d %d %d %d" % tuple(row)


def read(count, row):
    return f"{count} {row.id} {row.name} {row.description}"
