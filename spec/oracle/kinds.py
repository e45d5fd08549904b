"""Every type with its options: as DDL, in casts, as the type of literals and of columns; types of the user's own."""
import datetime
import decimal

from term import Name, Shared, Source, Value, binary, call, called, method, name, term

COLLATED = {"length": [10], "collation": ["utf8_bin", "de_DE"]}
MY_TEXT = {"charset": ["utf8", "latin1"], "collation": ["utf8_bin"], "ascii": [True], "unicode": [True], "binary": [True],
           "national": [True]}
MY_NUMBER = {"unsigned": [True], "zerofill": [True]}
MY_INTEGER = dict(MY_NUMBER, display_width=[5])
MY_FLOAT = dict(MY_NUMBER, precision=[12], scale=[4], asdecimal=[True, False])
DECIMAL = {"precision": [9, 12], "scale": [0, 3], "asdecimal": [True, False]}
LENGTH = {"length": [16]}
ZONE = {"timezone": [True, False]}

# name -> keywords and what they may be
TYPES = {
    "BIGINT": {}, "BINARY": LENGTH, "BLOB": LENGTH, "BOOLEAN": {}, "CHAR": COLLATED, "CLOB": COLLATED, "DATE": {}, "DATETIME": ZONE,
    "DECIMAL": DECIMAL, "DOUBLE": {"precision": [53]}, "DOUBLE_PRECISION": {"precision": [53]}, "FLOAT": {"precision": [5, 30]},
    "INT": {}, "INTEGER": {}, "JSON": {"none_as_null": [True]}, "NCHAR": COLLATED, "NUMERIC": DECIMAL, "NVARCHAR": COLLATED,
    "REAL": {}, "SMALLINT": {}, "TEXT": COLLATED, "TIME": ZONE, "TIMESTAMP": ZONE, "UUID": {"as_uuid": [True, False]},
    "VARBINARY": LENGTH, "VARCHAR": COLLATED, "String": COLLATED, "Text": COLLATED, "Unicode": COLLATED, "UnicodeText": COLLATED,
    "Integer": {}, "SmallInteger": {}, "BigInteger": {}, "Numeric": dict(DECIMAL, decimal_return_scale=[5]),
    "Float": {"precision": [7, 40], "asdecimal": [True], "decimal_return_scale": [2]}, "Double": {"precision": [50]},
    "Boolean": {"create_constraint": [True], "name": ["bool_ck"]}, "Date": {}, "Time": ZONE, "DateTime": ZONE,
    "Interval": {"native": [True, False], "second_precision": [3], "day_precision": [4]}, "LargeBinary": LENGTH,
    "Uuid": {"as_uuid": [True, False], "native_uuid": [True, False]}, "PickleType": {}, "types.NullType": {},
    "postgresql.JSONB": {"none_as_null": [True]}, "postgresql.JSON": {"none_as_null": [True]}, "postgresql.JSONPATH": {},
    "postgresql.HSTORE": {}, "postgresql.INET": {}, "postgresql.CIDR": {}, "postgresql.MACADDR": {}, "postgresql.MACADDR8": {},
    "postgresql.MONEY": {}, "postgresql.OID": {}, "postgresql.REGCLASS": {}, "postgresql.REGCONFIG": {}, "postgresql.TSQUERY": {},
    "postgresql.TSVECTOR": {}, "postgresql.BYTEA": LENGTH, "postgresql.CITEXT": COLLATED, "postgresql.UUID": {"as_uuid": [True, False]},
    "postgresql.BIT": {"length": [4], "varying": [True, False]}, "postgresql.DOUBLE_PRECISION": {"precision": [5]},
    "postgresql.TIMESTAMP": {"timezone": [True], "precision": [0, 3]}, "postgresql.TIME": {"timezone": [True], "precision": [0, 2]},
    "postgresql.INTERVAL": {"fields": ["YEAR TO MONTH", "DAY"], "precision": [0, 3]},
    "postgresql.INT4RANGE": {}, "postgresql.INT8RANGE": {}, "postgresql.NUMRANGE": {}, "postgresql.DATERANGE": {},
    "postgresql.TSRANGE": {}, "postgresql.TSTZRANGE": {}, "postgresql.INT4MULTIRANGE": {}, "postgresql.INT8MULTIRANGE": {},
    "postgresql.NUMMULTIRANGE": {}, "postgresql.DATEMULTIRANGE": {}, "postgresql.TSMULTIRANGE": {}, "postgresql.TSTZMULTIRANGE": {},
    "mysql.TINYINT": MY_INTEGER, "mysql.SMALLINT": MY_INTEGER, "mysql.MEDIUMINT": MY_INTEGER, "mysql.INTEGER": MY_INTEGER,
    "mysql.BIGINT": MY_INTEGER, "mysql.DECIMAL": MY_FLOAT, "mysql.NUMERIC": MY_FLOAT, "mysql.DOUBLE": MY_FLOAT, "mysql.REAL": MY_FLOAT,
    "mysql.FLOAT": MY_FLOAT, "mysql.TINYTEXT": MY_TEXT, "mysql.TEXT": dict(MY_TEXT, length=[9]), "mysql.MEDIUMTEXT": MY_TEXT,
    "mysql.LONGTEXT": MY_TEXT, "mysql.TINYBLOB": {}, "mysql.MEDIUMBLOB": {}, "mysql.LONGBLOB": {}, "mysql.BLOB": LENGTH,
    "mysql.VARCHAR": dict(MY_TEXT, length=[9]), "mysql.CHAR": dict(MY_TEXT, length=[9]), "mysql.YEAR": {"display_width": [4]},
    "mysql.NVARCHAR": {"length": [9], "collation": ["utf8_bin"], "binary": [True]},
    "mysql.NCHAR": {"length": [9], "collation": ["utf8_bin"], "binary": [True]}, "mysql.BIT": {"length": [3]}, "mysql.JSON": {},
    "mysql.DATETIME": {"fsp": [0, 3]}, "mysql.TIME": {"fsp": [0, 3]}, "mysql.TIMESTAMP": {"fsp": [0, 3], "timezone": [True]},
    "mssql.BIT": {}, "mssql.TINYINT": {}, "mssql.MONEY": {}, "mssql.SMALLMONEY": {}, "mssql.DATETIME2": {"precision": [0, 3]},
    "mssql.DATETIMEOFFSET": {"precision": [0, 3]}, "mssql.SMALLDATETIME": {}, "mssql.TIME": {"precision": [0, 3]},
    "mssql.NTEXT": {"collation": ["Latin1_General_CI_AS"]}, "mssql.IMAGE": {}, "mssql.XML": {}, "mssql.SQL_VARIANT": {},
    "mssql.UNIQUEIDENTIFIER": {"as_uuid": [True, False]}, "mssql.ROWVERSION": {}, "mssql.TIMESTAMP": {"convert_int": [True]},
    "mssql.VARBINARY": {"length": [7, "max"], "filestream": [False]}, "mssql.DOUBLE_PRECISION": {}, "mssql.REAL": {}, "mssql.JSON": {},
    "oracle.NUMBER": {"precision": [8], "scale": [0, 2], "asdecimal": [True, False]}, "oracle.VARCHAR2": COLLATED,
    "oracle.NVARCHAR2": COLLATED, "oracle.NCLOB": {}, "oracle.CLOB": {}, "oracle.LONG": COLLATED, "oracle.RAW": LENGTH,
    "oracle.BFILE": {}, "oracle.ROWID": {}, "oracle.DATE": {}, "oracle.BINARY_DOUBLE": {}, "oracle.BINARY_FLOAT": {},
    "oracle.TIMESTAMP": {"timezone": [True], "local_timezone": [True]}, "oracle.FLOAT": {"binary_precision": [16], "asdecimal": [True]},
    "oracle.INTERVAL": {"day_precision": [2], "second_precision": [3]},
    "oracle.VECTOR": {"dim": [3], "storage_format": [name("oracle.VectorStorageFormat.FLOAT32"), name("oracle.VectorStorageFormat.INT8")],
                      "storage_type": [name("oracle.VectorStorageType.DENSE"), name("oracle.VectorStorageType.SPARSE")]},
    "sqlite.DATETIME": {"truncate_microseconds": [True]}, "sqlite.DATE": {}, "sqlite.TIME": {"truncate_microseconds": [True]},
    "sqlite.JSON": {},
}

FUNCTION_OF = "(lambda self, %s: la.func.%s(%s, type_=self))", "function(self, %s) return la.func.%s(%s, {type_ = self}) end"


def wrapped(argument, function):
    return tuple(text % (argument, function, argument) for text in FUNCTION_OF)


def user_types():
    """Types that programs define: (name, both sources)."""
    bind, column = wrapped("bind", "to_db"), wrapped("col", "from_db")
    plain = "lambda self, v, dialect: None if v is None else 'it'"
    lua_plain = "function(self, v, dialect) return v ~= nil and 'it' or nil end"
    decorated = "type(%r, (la.types.TypeDecorator,), dict(impl=%s, cache_ok=True, %s))"
    lua_decorated = "la.types.TypeDecorator:class(%r, {impl = %s, cache_ok = true, %s})"

    def decorator(title, impl, py, lua):
        return Shared(Source(decorated % (title, "la." + impl, py), lua_decorated % (title, "la." + impl, lua)), title)

    python_impl = ("load_dialect_impl=lambda self, dialect: dialect.type_descriptor("
                   "la.BigInteger() if dialect.name == 'postgresql' else la.String(20))")
    lua_impl = ("load_dialect_impl = function(self, dialect) return dialect:type_descriptor("
                "dialect.name == 'postgresql' and la.BigInteger() or la.String(20)) end")
    return [
        decorator("Marked", "String", "process_bind_param=" + plain, "process_bind_param = " + lua_plain),
        decorator("Literal", "String", "process_literal_param=" + plain, "process_literal_param = " + lua_plain),
        decorator("Wrapped", "String", "bind_expression=%s, column_expression=%s" % (bind[0], column[0]),
                  "bind_expression = %s, column_expression = %s" % (bind[1], column[1])),
        decorator("OutOnly", "Integer", "column_expression=%s" % column[0], "column_expression = %s" % column[1]),
        decorator("Chosen", "String", python_impl, lua_impl),
        decorator("Strict", "Integer", "coerce_compared_value=lambda self, op, value: self",
                  "coerce_compared_value = function(self, op, value) return self end"),
        decorator("Price", "Numeric(10, 2)", "doc=''", "doc = ''"),
        Shared(Source("type('Point', (la.types.UserDefinedType,), dict(cache_ok=True, get_col_spec=lambda self, **kw: 'POINT', "
                      "bind_expression=%s, column_expression=%s))" % (bind[0], column[0]),
                      "la.types.UserDefinedType:class('Point', {cache_ok = true, get_col_spec = function() return 'POINT' end, "
                      "bind_expression = %s, column_expression = %s})" % (bind[1], column[1])), "Point"),
        Shared(Source("type('Plain', (la.types.UserDefinedType,), dict(cache_ok=True, get_col_spec=lambda self, **kw: 'PLAIN'))",
                      "la.types.UserDefinedType:class('Plain', {cache_ok = true, get_col_spec = function() return 'PLAIN' end})"),
               "Plain"),
    ]


def user_constructs():
    """Constructs that programs define."""
    made = '%s_class("%s", %s)'
    texts = {"default": "pick(%s)", "sqlite": "max(%s)", "mssql": "(SELECT MAX(q) FROM (%s))"}
    words = {"default": "tick", "postgresql": "'50%'", "oracle": "TICK()"}
    return [Shared(Source(made % ("function", "pick", term(texts).py()), made % ("function", "pick", term(texts).lua())), "Pick"),
            Shared(Source(made % ("element", "tick", term(words).py()), made % ("element", "tick", term(words).lua())), "Tick")]


USER_TYPES = ["Marked", "Literal", "Wrapped", "OutOnly", "Chosen", "Strict", "Price", "Point", "Plain"]

VALUES = [1, -5, "x", "it's", "50%", "a:b", 1.5, decimal.Decimal("2.50"), True, False, None, datetime.date(2024, 2, 29),
          datetime.datetime(2020, 1, 2, 3, 4, 5), datetime.datetime(2020, 1, 2, 3, 4, 5, 678), datetime.time(1, 2, 3),
          datetime.timedelta(days=2, seconds=5), [1, 2], ["a"], {"a": 1}]
FITTING = (
    ("INT", [1, -5]), ("Int", [1, 7]), ("NUMBER", [3]), ("CHAR", ["x", "it's"]), ("TEXT", ["50%"]), ("String", ["a:b"]),
    ("Text", ["\\n"]), ("Unicode", ["ü"]), ("DATETIME", [datetime.datetime(2020, 1, 2, 3, 4, 5, 678)]), ("Interval", [
        datetime.timedelta(days=2, seconds=5)]), ("TIMESTAMP", [datetime.datetime(2020, 1, 2, 3, 4, 5)]), ("DATE", [
            datetime.date(2024, 2, 29)]), ("TIME", [datetime.time(1, 2, 3)]), ("Bool", [True, False]), ("BOOL", [True]),
    ("NUMERIC", [decimal.Decimal("2.50")]), ("Numeric", [decimal.Decimal("2.50")]), ("DECIMAL", [decimal.Decimal("-0.1")]),
    ("FLOAT", [1.5]), ("DOUBLE", [0.25]), ("REAL", [1.0]), ("JSON", [{"a": 1}, [1, None]]))


class Kinds:
    """Needs: one, chance, r, some."""

    def any_type(self, d=1):
        pick = self.r.random()
        if pick < 0.15:
            chosen = Name(self.r.choice(USER_TYPES))
            return chosen if self.chance(0.5) else called(chosen.path)
        if d > 0 and pick < 0.22:
            return method(self.instance(d - 1), "with_variant", self.instance(d - 1), *self.r.sample(
                ["postgresql", "mysql", "sqlite", "oracle", "mssql", "mariadb"], self.r.randint(1, 2)))
        if d > 0 and pick < 0.26:
            return call(self.one("ARRAY", "postgresql.ARRAY"), self.any_type(0), **self.some(
                dimensions=[1, 2], zero_indexes=[True], as_tuple=[True]))
        if pick < 0.3:
            return self.enumeration()
        return self.catalogued()

    def catalogued(self):
        chosen = self.r.choice(list(TYPES))
        options = {k: self.r.choice(v) for k, v in TYPES[chosen].items() if self.chance(0.35)}
        if not options and self.chance(0.5):
            return name(chosen)
        return call(chosen, **options)

    def enumeration(self):
        words = self.one(("a", "b"), ("it's", "x y"), ("50%", "z"), ("one",))
        return self.one(
            lambda: call("Enum", *words, **self.some(name=["mood", "My Enum"], native_enum=[False], create_constraint=[True],
                                                     schema=["sch"], inherit_schema=[True], validate_strings=[True])),
            lambda: call("postgresql.ENUM", *words, name="pg_enum", **self.some(schema=["sch"], create_type=[False])),
            lambda: call("mysql.ENUM", *words, **self.some(charset=["utf8"], collation=["utf8_bin"])),
            lambda: call("mysql.SET", *words, **self.some(charset=["utf8"], retrieve_as_bitwise=[True])),
            lambda: call("postgresql.DOMAIN", "dom", self.catalogued(), **self.some(check=["value > 0"], not_null=[True])))()

    def instance(self, d):
        chosen = self.any_type(d)
        return called(chosen.path) if isinstance(chosen, Name) else chosen

    def fitting(self, t):
        text = t.lua()
        found = [values for word, values in FITTING if word in text]
        if self.chance(0.15):
            return term(self.value(self.one("int", "num", "float", "str", "date", "datetime", "time", "interval", "json")))
        return term(self.r.choice(found[0] if found and self.chance(0.8) else VALUES))

    def typed(self, d):
        """An expression of one of the types."""
        t = self.any_type()
        value = self.fitting(t)
        made = self.one(
            lambda: call("literal", value, t), lambda: call("bindparam", self.one("b", "c"), value, type_=t),
            lambda: call("column", self.one("x", "y"), t), lambda: call("cast", value, t),
            lambda: call("type_coerce", value, t), lambda: call("func.f", value, type_=t),
            lambda: call("cast", call("column", "z", self.any_type()), t))()
        return made, t, value

    def typed_expression(self, d):
        made, t, value = self.typed(d)
        other = value if self.chance(0.4) else self.typed(d)[0]
        return self.one(
            lambda: made,
            lambda: method(made, "label", "lbl"),
            lambda: binary(self.one("+", "-", "*", "/", "%", "//"), made, other),
            lambda: binary(self.one("==", "!=", "<", ">"), made, other),
            lambda: method(made, "in_", [value, self.fitting(t)]),
            lambda: method(made, self.one("concat", "is_distinct_from", "like"), other),
            lambda: method(made, "between", value, other),
            lambda: call("case", (binary("==", made, value), other), else_=value),
            lambda: call("func.coalesce", made, other),
            lambda: call("func.max", made),
            lambda: call("cast", made, self.any_type()),
            lambda: call("type_coerce", made, self.any_type()))()

    def typed_table(self):
        keys = self.r.sample(["a", "b", "c d", "id"], self.r.randint(1, 3))
        columns = [call("Column", k, self.any_type(), **self.some(primary_key=[True], nullable=[False], unique=[True],
                                                                  autoincrement=[True])) for k in keys]
        return Shared(call("Table", "typed", call("MetaData"), *columns, **self.some(schema=["sch"]))), keys

    def types_statement(self, size):
        pick = self.r.randrange(8)
        if pick == 0:
            return self.instance(1)
        if pick == 1:
            return call("schema.CreateTable", self.typed_table()[0])
        if pick == 2:
            table, keys = self.typed_table()
            chosen = {k: self.r.choice(VALUES[:10]) for k in keys if self.chance(0.8)}
            return method(call(self.one("insert", "update"), table), "values", term(chosen))
        if pick == 3:
            return call("select", Shared(method(call("select", self.typed_table()[0]), "subquery", "q")))
        if pick == 4:
            return call("select", *[self.typed_expression(size) for _ in range(self.r.randint(1, 2))])
        return self.typed_expression(size)

