"""What is paid once: loading the library, configuring classes."""


def first_query(bench):
    def run():
        from sqlalchemy import create_engine, orm, text  # noqa: F401

        with create_engine("sqlite://").connect() as conn:
            return conn.execute(text("SELECT 1")).scalar()

    return bench.time(run)


def configure_classes(bench):
    from sqlalchemy import Column, ForeignKey, Integer, String, inspect
    from sqlalchemy.orm import configure_mappers, declarative_base, relationship

    def run():
        base, classes = declarative_base(), []
        for i in range(1, bench.n + 1):
            parent = max(1, i - 1)
            made = type(
                f"Class{i}",
                (base,),
                {
                    "__tablename__": f"class{i}",
                    "id": Column(Integer, primary_key=True),
                    "name": Column(String(50)),
                    "number": Column(Integer),
                    "parent_id": Column(Integer, ForeignKey(f"class{parent}.id")),
                    "parent": relationship(
                        f"Class{parent}", remote_side=f"Class{parent}.id"
                    ),
                },
            )
            classes.append(made)
        configure_mappers()
        return classes

    return len(inspect(bench.time(run)[-1]).relationships)


JOBS = {"first_query": first_query, "configure_classes": configure_classes}
