"""Statements of all kinds: made, compiled, found in the cache, executed through the cache and without it, on tables
with few rows."""

from sqlalchemy import create_engine
from sqlalchemy.dialects import sqlite

import statements
from statements import MAKERS


def checksum(texts):
    return "%d %d" % (len(texts), sum(sum(text.encode()) for text in texts))


def compiled(dialect):
    return [str(make().compile(dialect=dialect)) for make in MAKERS]


def build(bench):
    def run():
        for _ in range(bench.n):
            for make in MAKERS:
                make()

    bench.time(run)
    return checksum(compiled(sqlite.dialect()))


def build_and_compile(bench):
    dialect = sqlite.dialect()

    def run():
        for _ in range(bench.n):
            texts = compiled(dialect)
        return texts

    return checksum(bench.time(run))


def compile_made(bench):
    dialect = sqlite.dialect()
    made = [make() for make in MAKERS]

    def run():
        for _ in range(bench.n):
            texts = [str(stmt.compile(dialect=dialect)) for stmt in made]
        return texts

    return checksum(bench.time(run))


def cache_hit(bench):
    engine = create_engine("sqlite://", future=True)
    dialect, cache = engine.dialect, engine._compiled_cache

    def find(stmt):
        return stmt._compile_w_cache(
            dialect, compiled_cache=cache, column_keys=[]
        )

    for make in MAKERS:
        find(make())
    made = [[make() for make in MAKERS] for _ in range(bench.n)]

    def run():
        for stmts in made:
            for stmt in stmts:
                find(stmt)

    bench.time(run)
    return checksum(compiled(dialect))


def executed(bench, **options):
    engine = create_engine("sqlite://", future=True, **options)
    statements.metadata.create_all(engine)
    with engine.connect() as conn:
        conn.execute(
            statements.users.insert(),
            [
                {"name": "a", "fullname": "b", "age": 1},
                {"name": "b", "fullname": None, "age": 2},
            ],
        )
        conn.commit()

        def run():
            count = 0
            for _ in range(bench.n):
                for make in MAKERS:
                    result = conn.execute(make())
                    if result.returns_rows:
                        count += len(result.all())
                conn.rollback()  # the rows of a round would grow the self-joins of the next
            return count

        return str(bench.time(run))


JOBS = {
    "build": build,
    "compile": compile_made,
    "cache_hit": cache_hit,
    "build_and_compile": build_and_compile,
    "execute_cached": executed,
    "execute_not_cached": lambda bench: executed(bench, query_cache_size=0),
}
