"""The tables that random statements speak of: columns of every type, names that need quotes, schemas, long names."""
from kinds import user_constructs, user_types
from term import Field, Item, Name, Shared, call, name

LONG = "a_column_whose_name_is_longer_than_most_databases_allow_an_identifier_to_be"

# table -> (key, type of the grammar, how the column is written)
COLUMNS = {
    "users": [
        ("id", "int", call("Column", "id", name("Integer"), primary_key=True)),
        ("name", "str", call("Column", "name", call("String", 30))),
        ("age", "int", call("Column", "age", name("SmallInteger"))),
        ("salary", "num", call("Column", "salary", call("Numeric", 10, 2))),
        ("score", "float", call("Column", "score", name("Float"))),
        ("active", "bool", call("Column", "active", name("Boolean"))),
        ("created", "datetime", call("Column", "created", name("DateTime"))),
        ("birthday", "date", call("Column", "birthday", name("Date"))),
        ("data", "json", call("Column", "data", name("JSON"))),
        ("k", "str", call("Column", "column_of_key", call("String", 10), key="k")),
    ],
    "addresses": [
        ("id", "int", call("Column", "id", name("Integer"), primary_key=True)),
        ("user_id", "int", call("Column", "user_id", name("Integer"), call("ForeignKey", "users.id"))),
        ("email", "str", call("Column", "email", call("Unicode", 100))),
        ("order", "int", call("Column", "order", name("BigInteger"))),
        ("Mixed Case", "str", call("Column", "Mixed Case", name("Text"))),
        ("per%cent", "num", call("Column", "per%cent", name("Numeric"))),
        ("a:b", "int", call("Column", "a:b", name("Integer"))),
        ("opened", "time", call("Column", "opened", name("Time"))),
    ],
    "odd": [
        ("id", "int", call("Column", "id", name("Integer"), primary_key=True)),
        ("select", "str", call("Column", "select", name("String"))),
        ('quo"te', "int", call("Column", 'quo"te', name("Integer"))),
        ("a`b", "int", call("Column", "a`b", name("Integer"))),
        ("a]b", "str", call("Column", "a]b", name("String"))),
        ("_under", "int", call("Column", "_under", name("Integer"))),
        ("(paren)", "int", call("Column", "(paren)", name("Integer"))),
        ("UPPER", "str", call("Column", "UPPER", name("String"))),
    ],
    "things": [
        ("thing_id", "int", call("Column", "thing_id", name("Integer"), primary_key=True)),
        ("kind", "enum", call("Column", "kind", call("Enum", "one", "two", name="kinds"))),
        ("uid", "uuid", call("Column", "uid", name("Uuid"))),
        ("pic", "bytes", call("Column", "pic", name("LargeBinary"))),
        ("span", "interval", call("Column", "span", name("Interval"))),
        ("wrapped", "str", call("Column", "wrapped", Name("Wrapped"))),
        ("strict", "int", call("Column", "strict", Name("Strict"))),
        ("mk", "str", call("Column", "marked", Name("Marked"), key="mk")),
        ("point", "any", call("Column", "point", Name("Point"))),
        ("out", "int", call("Column", "out", Name("OutOnly"))),
        (LONG, "int", call("Column", LONG, name("Integer"))),
        (LONG + "_too", "str", call("Column", LONG + "_too", name("String"))),
    ],
    "fill": [
        ("id", "int", call("Column", "id", name("Integer"), call("Sequence", "fill_id_seq"), primary_key=True)),
        ("two", "int", call("Column", "two", name("Integer"), default=2)),
        ("stamp", "datetime", call("Column", "stamp", name("DateTime"), default=call("func.now"), onupdate=call("func.now"))),
        ("word", "str", call("Column", "word", call("String", 20), server_default="it's", onupdate="x")),
        ("total", "num", call("Column", "total", call("Numeric", 8, 2), default=call("select", call("func.f", 1)))),
        ("twice", "int", call("Column", "twice", name("Integer"), call("Computed", "two * 2"))),
        ("serial", "int", call("Column", "serial", name("Integer"), call("Sequence", "other_seq", optional=True))),
    ],
    "keys": [
        ("a", "int", call("Column", "a", name("Integer"), primary_key=True, autoincrement=False)),
        ("b", "str", call("Column", "b", call("String", 5), primary_key=True, default="k")),
        ("c", "int", call("Column", "c", name("Integer"), call("Identity", always=True))),
    ],
    "orders": [
        ("id", "int", call("Column", "id", name("Integer"), primary_key=True)),
        ("user_id", "int", call("Column", "user_id", None, call("ForeignKey", "users.id"))),
        ("seller_id", "int", call("Column", "seller_id", None, call("ForeignKey", "users.id"))),
        ("parent_id", "int", call("Column", "parent_id", None, call("ForeignKey", "orders.id"))),
        ("code", "str", call("Column", "code", call("String", 8), nullable=False)),
    ],
    "lines": [
        ("order_id", "int", call("Column", "order_id", None, call("ForeignKey", "orders.id"), primary_key=True)),
        ("n", "int", call("Column", "n", name("Integer"), primary_key=True)),
        ("price", "num", call("Column", "price", call("Numeric", 10, 2), default=0)),
    ],
    "twins": [
        ("id", "int", call("Column", "id", name("Integer"), primary_key=True)),
        ("ka", "int", call("Column", "ka", name("Integer"))),
        ("kb", "str", call("Column", "kb", call("String", 5))),
    ],
    "pg": [
        ("id", "int", call("Column", "id", name("Integer"), primary_key=True)),
        ("tags", "strarray", call("Column", "tags", call("postgresql.ARRAY", name("String")))),
        ("nums", "intarray", call("Column", "nums", call("ARRAY", name("Integer")))),
        ("doc", "jsonb", call("Column", "doc", name("postgresql.JSONB"))),
        ("hs", "hstore", call("Column", "hs", name("postgresql.HSTORE"))),
        ("span", "range", call("Column", "span", name("postgresql.INT4RANGE"))),
        ("spans", "multirange", call("Column", "spans", name("postgresql.INT4MULTIRANGE"))),
        ("tsv", "tsvector", call("Column", "tsv", name("postgresql.TSVECTOR"))),
    ],
}

TABLES = {
    "users": ("users", {}),
    "addresses": ("addresses", {}),
    "odd": ("Odd Table", {"schema": "My Schema"}),
    "things": ("things", {"schema": "sch"}),
    "pg": ("pg", {}),
    "fill": ("fill", {"schema": "sch"}),
    "keys": ("keys", {}),
    "orders": ("orders", {}),
    "lines": ("lines", {}),
    "twins": ("twins", {}),
}

CONSTRAINTS = {"twins": [call("ForeignKeyConstraint", ["ka", "kb"], ["keys.a", "keys.b"])]}

LIGHT = {
    "light": ("light", [("x", "int", name("Integer")), ("y", "str", call("String", 20)), ("z", "any", None)]),
    "mytable": ("mytable", [("myid", "int", name("Integer")), ("name", "str", name("String")),
                            ("description", "str", name("String"))]),
}


def prelude():
    found = user_types() + user_constructs() + [Shared(call("MetaData"), "metadata")]
    for key, (sql_name, options) in TABLES.items():
        columns = [c for _, _, c in COLUMNS[key]]
        found.append(Shared(call("Table", sql_name, Name("metadata"), *columns, *CONSTRAINTS.get(key, ()), **options), key))
    for key, (sql_name, columns) in LIGHT.items():
        columns = [call("column", k, t) if t else call("column", k) for k, _, t in columns]
        options = {"schema": "remote"} if key == "light" else {}
        found.append(Shared(call("table", sql_name, *columns, **options), key))
    return found


class From:
    """Something to select from: the term, and its columns as (key, type of the grammar)."""

    def __init__(self, term, columns):
        self.term, self.columns = term, columns

    def column(self, key):
        return Item(Field(self.term, "c"), key)

    def of_type(self, kinds):
        return [(self, key) for key, kind in self.columns if kind in kinds]


def tables():
    found = [From(Name(key), [(k, t) for k, t, _ in columns]) for key, columns in COLUMNS.items()]
    return found + [From(Name(key), [(k, t) for k, t, _ in columns]) for key, (_, columns) in LIGHT.items()]
