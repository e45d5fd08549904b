"""Random expressions, by type."""
import datetime
import decimal
import uuid

from term import Apply, Dict, Field, Index, Name, Sequence, Shared, Unary, Value, binary, call, method, name, term

NUMBERS = ("int", "num", "float")
TYPES = ("int", "int", "int", "str", "str", "num", "float", "bool", "date", "datetime", "time", "interval", "json", "jsonb",
         "strarray", "intarray", "hstore", "range", "multirange", "enum", "uuid", "bytes", "any", "tsvector")
COMMON = ("int", "int", "str", "str", "num", "float", "bool", "date", "datetime")

SQL_TYPES = {
    "int": ["Integer", "BigInteger", "SmallInteger", "INTEGER", "BIGINT"],
    "num": ["Numeric", ("Numeric", 10, 2), ("DECIMAL", 8), ("Numeric", 12, 4)],
    "float": ["Float", "Double", ("Float", 53), "REAL", ("FLOAT", 24)],
    "str": ["String", ("String", 50), "Text", "Unicode", ("VARCHAR", 10), ("CHAR", 3), "UnicodeText", ("Unicode", 7)],
    "bool": ["Boolean", "BOOLEAN"],
    "date": ["Date", "DATE"],
    "datetime": ["DateTime", "TIMESTAMP", "DATETIME", ("DateTime", True)],
    "time": ["Time", "TIME"],
    "interval": ["Interval", "postgresql.INTERVAL"],
    "json": ["JSON"],
    "jsonb": ["postgresql.JSONB", "postgresql.JSON"],
    "strarray": [("postgresql.ARRAY", "String"), ("ARRAY", "Text")],
    "intarray": [("postgresql.ARRAY", "Integer"), ("ARRAY", "Integer")],
    "hstore": ["postgresql.HSTORE"],
    "range": ["postgresql.INT4RANGE", "postgresql.INT8RANGE"],
    "multirange": ["postgresql.INT4MULTIRANGE"],
    "enum": [("Enum", "one", "two")],
    "uuid": ["Uuid", "UUID"],
    "bytes": ["LargeBinary", ("LargeBinary", 20), "BLOB", ("VARBINARY", 8)],
    "tsvector": ["postgresql.TSVECTOR"],
    "any": ["types.NullType", "Integer", "String"],
}

LABELS = ["a", "b", "total", "x", "id", "name", "some label", "order", "Q", "lbl_1",
          "a_label_that_is_longer_than_what_most_of_the_databases_allow_as_an_identifier_1"]

WORDS = ["a", "abc", "it's", "50%", "x_y", "a/b", "", "\\back", "a:b", ":p", "%s", "%(x)s", "ü", "Z"]


# values at the edges of their types
EDGES = {
    "int": [2 ** 63 - 1, 1 - 2 ** 63, 2 ** 31, -2 ** 31, -1, 1000000],
    "num": [decimal.Decimal(x) for x in ("1E+5", "0E-10", "-0", "123456789012345678901234567890.123456789", "1.10", "-1E-7", "0.000001")],
    "float": [1e20, 1e-7, 123456789.123456789, -0.0, 1e16, 0.1, 1e15, 5.0, 2.5e-5, 1.7976931348623157e308, 1 / 3],
    "str": ["a\nb", "\\'", "''", "'", "\"", "%%", "%(", "::", ":a:", "\\:", "?", "😀", "\t", "\\n", " ", "--", "/*", "\\\\", "é%s", "$1", "x" * 300],
    "date": [datetime.date(1, 1, 1), datetime.date(9999, 12, 31), datetime.date(1969, 12, 31)],
    "datetime": [datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999), datetime.datetime(2000, 1, 1, 0, 0, 0, 1),
                 datetime.datetime(1900, 2, 28, 12, 0, 0, 100000)],
    "time": [datetime.time(0, 0, 0), datetime.time(23, 59, 59, 999999), datetime.time(1, 2, 3, 40)],
    "interval": [datetime.timedelta(days=-1), datetime.timedelta(microseconds=1), datetime.timedelta(days=400, seconds=86399, microseconds=999999),
                 datetime.timedelta(seconds=-1), datetime.timedelta()],
    "json": [{"é": "ü\n\"\\"}, {"a": {"b": [1.5, 1e20, -0.5, None, True]}}, "it's", "%s", [[], [1]], 1.0, 2 ** 53, "", {"k'": "%"}],
}
EDGES["jsonb"] = EDGES["json"]


class Expressions:
    """Needs: self.r (random), self.scope (list of From), self.select(...)"""

    def one(self, *things):
        return self.r.choice(things)

    def chance(self, p):
        return self.r.random() < p

    # ---- leaves ----

    def sql_type(self, kind):
        chosen = self.r.choice(SQL_TYPES.get(kind, SQL_TYPES["any"]))
        if isinstance(chosen, str):
            return name(chosen) if self.chance(0.7) else call(chosen)
        if "ARRAY" in chosen[0]:
            return call(chosen[0], name(chosen[1]))
        if chosen[0] == "DateTime":
            return call("DateTime", timezone=True)
        if chosen[0] == "Enum":
            return call("Enum", *chosen[1:], name="kinds")
        return call(chosen[0], *chosen[1:])

    def value(self, kind):
        r = self.r
        if kind in EDGES and self.chance(0.06):
            return r.choice(EDGES[kind])
        if kind == "int":
            return r.choice([0, 1, 2, 5, 7, 10, -3, 100, 12345678901])
        if kind == "num":
            return r.choice([decimal.Decimal("1.50"), decimal.Decimal("-2"), decimal.Decimal("10.001"), 3])
        if kind == "float":
            return r.choice([1.5, 0.25, -2.75, 100.125])
        if kind in ("str", "any", "tsvector"):
            return r.choice(WORDS)
        if kind == "bool":
            return r.choice([True, False])
        if kind == "date":
            return datetime.date(2024, r.randint(1, 12), r.randint(1, 28))
        if kind == "datetime":
            return datetime.datetime(2023, r.randint(1, 12), 5, r.randint(0, 23), 30, 0, r.choice([0, 1500]))
        if kind == "time":
            return datetime.time(r.randint(0, 23), 15, 0)
        if kind == "interval":
            return datetime.timedelta(days=r.randint(0, 3), seconds=r.randint(0, 100))
        if kind in ("json", "jsonb"):
            return r.choice([{"a": 1}, [1, 2], "s", 5, True, {"k": [1, None]}])
        if kind == "strarray":
            return [r.choice(WORDS) for _ in range(r.randint(1, 3))]
        if kind == "intarray":
            return [r.randint(0, 9) for _ in range(r.randint(1, 3))]
        if kind == "hstore":
            return r.choice([{"a": "b"}, {"k": None}])
        if kind == "enum":
            return r.choice(["one", "two"])
        if kind == "uuid":
            return uuid.UUID(int=r.getrandbits(128))
        if kind == "bytes":
            return r.choice(["abc", "\x01\x7f"])
        return r.randint(0, 9)

    def typed_value(self, kind):
        if kind == "range":
            low = self.r.randint(0, 5)
            return call("postgresql.Range", low, low + self.r.randint(1, 5), **(
                {"bounds": self.one("[]", "()", "[)", "(]")} if self.chance(0.5) else {}))
        if kind == "multirange":
            return term([self.typed_value("range")])
        return term(self.value(kind))

    def columns(self, kinds):
        return [found for f in self.scope for found in f.of_type(kinds)]

    def column(self, kind):
        found = self.columns((kind,))
        if not found:
            return None
        source, key = self.r.choice(found)
        return source.column(key)

    def any_column(self):
        source = self.r.choice(self.scope)
        return source.column(self.r.choice(source.columns)[0])

    def literal(self, kind):
        """An element that stands for a value."""
        pick = self.r.random()
        value = self.typed_value(kind)
        if pick < 0.3 and kind in ("int", "num", "float", "str", "bool", "date", "datetime", "time", "interval", "uuid"):
            return call("literal", value)
        if pick < 0.5:
            return call("literal", value, self.sql_type(kind))
        if pick < 0.75:
            return self.bindparam(kind)
        if pick < 0.85:
            return call("literal_column", self.one("1", "'x'", "q.b", "now()", "50%", "a:b"), self.sql_type(kind))
        if pick < 0.9:
            return call("literal_column", self.one("1", "'y'"))
        if pick < 0.93:
            return call("null")
        return call("column", self.one("free", "Free Col", "order"), self.sql_type(kind))

    def bindparam(self, kind):
        options = {}
        if self.chance(0.4) or kind in ("json", "jsonb", "strarray", "intarray", "hstore", "range", "multirange"):
            options["type_"] = self.sql_type(kind)
        if self.chance(0.15):
            options["unique"] = True
        names = self.one("p", "q", "a b", "r", "x%y", "order", "p:q", "s") if self.chance(0.98) else "param_1"
        if self.chance(0.05):
            return call("bindparam", "le", self.typed_value(kind), literal_execute=True, **options)
        if self.chance(0.6):
            return call("bindparam", names + "v", self.typed_value(kind), **options)
        if self.chance(0.1):
            options["required"] = self.one(True, False)
        return call("bindparam", names, **options)

    def leaf(self, kind):
        if self.chance(0.8):
            found = self.column(kind)
            if found:
                return found
        return self.literal(kind)

    def strict(self, kind, d):
        """An element that has the type's own operators for sure."""
        found = self.column(kind) if self.chance(0.6) else None
        if found:
            return found
        chosen = {"jsonb": name("postgresql.JSONB"), "strarray": call("postgresql.ARRAY", name("Text")),
                  "intarray": call("postgresql.ARRAY", name("Integer"))}.get(kind) or self.sql_type(kind)
        return call(self.one("type_coerce", "cast", "literal"), self.typed_value(kind), chosen) if self.chance(0.3) else call(
            self.one("type_coerce", "cast"), self.expr(kind, d), chosen)

    def operand_or_text(self, kind, d):
        if self.chance(0.03):
            return call("text", self.one("1", "q.z", "a::int", "x = 'y'", "'50%'", "x\\:y", ":bound"))
        return self.operand(kind, d)

    # ---- expressions ----

    def expr(self, kind, depth):
        """An element (never a plain value) of a type, or now and then of another."""
        if self.chance(0.03):
            kind = self.r.choice(TYPES)
        if depth <= 0 or self.chance(0.15):
            return self.leaf(kind)
        if self.chance(0.04):
            return self.rare(kind, depth - 1)
        special = getattr(self, "expr_" + kind, None)
        if special and self.chance(0.7):
            return special(depth - 1)
        return self.generic(kind, depth - 1)

    def operand(self, kind, depth):
        """An element or a plain value."""
        if self.chance(0.3) and kind not in ("range", "multirange"):
            return self.typed_value(kind)
        return self.expr(kind, depth)

    def generic(self, kind, d):
        pick = self.r.randrange(17)
        if pick <= 1:
            return self.case(kind, d)
        if pick == 2:
            return call("cast", self.operand(self.r.choice(COMMON), d), self.sql_type(kind))
        if pick == 3:
            return call(self.one("type_coerce", "type_coerce", "cast", "cast", "try_cast"), self.expr(self.r.choice(COMMON), d), self.sql_type(kind))
        if pick == 4:
            return call("func.coalesce", *[self.operand(kind, d) if i else self.expr(kind, d)
                                           for i in range(self.r.randint(1, 3))])
        if pick == 5:
            return call(self.one("func.nullif", "func.greatest", "func.my_func", "func.pkg.fn", "func.Mixed"),
                        self.expr(kind, d), self.operand(kind, d),
                        **({"type_": self.sql_type(kind)} if self.chance(0.5) else {}))
        if pick == 6:
            return call(self.one("func.max", "func.min"), self.expr(kind, d))
        if pick == 7:
            return self.windowed(call(self.one("func.max", "func.min", "func.lag", "func.first_value"), self.expr(kind, d)), d)
        if pick == 8:
            return self.scalar_subquery(kind, d)
        if pick == 9:
            return method(self.expr(kind, d), "label", self.r.choice(LABELS))
        if pick == 10 and self.chance(0.5):
            return method(self.expr(kind, d), "label", None)
        if pick == 11:
            return Apply(method(self.expr(kind, d), "op", self.one("&&", "->>", "%%", "<->", "%", "SOUNDS LIKE", "||"),
                                **self.op_options(kind)), [self.operand(kind, d)])
        if pick == 12:
            return method(self.expr(kind, d), "self_group") if self.chance(0.4) else method(
                self.expr(kind, d), "concat", self.operand(kind, d))
        if pick == 13:
            return call(self.one("distinct", "func.foo", "func.sum", "func.bar"), self.expr(kind, d))
        if pick == 14:
            return self.filtered(kind, d)
        if pick == 15:
            return binary(self.one("+", "-", "*", "/", "%", "//"), self.expr(kind, d), self.operand(self.r.choice(COMMON), d))
        return self.leaf(kind)

    def op_options(self, kind):
        options = {}
        if self.chance(0.3):
            options["precedence"] = self.one(0, 3, 5, 7, 15)
        if self.chance(0.2):
            options["is_comparison"] = True
        if self.chance(0.3):
            options["return_type"] = self.sql_type(kind)
        return options

    def case(self, kind, d):
        options = {"else_": self.operand(kind, d)} if self.chance(0.7) else {}
        if self.chance(0.3):
            subject = self.r.choice(["int", "str"])
            pairs = [(term(self.value(subject)), term(self.operand(kind, d))) for _ in range(self.r.randint(1, 2))]
            keys = [k.value for k, _ in pairs]
            if len(set(keys)) == len(keys):
                return call("case", Dict(pairs, ordered=True), value=self.expr(subject, d), **options)
        whens = [(self.expr("bool", d), self.operand(kind, d)) for _ in range(self.r.randint(1, 2))]
        if self.chance(0.2):
            options["value"] = self.expr("int", d)
            whens = [(self.operand("int", d), v) for _, v in whens]
        return call("case", *[term(w) for w in whens], **options)

    def windowed(self, function, d):
        options = {}
        if self.chance(0.6):
            options["partition_by"] = self.expr_or_list(d)
        if self.chance(0.7):
            options["order_by"] = self.one(self.order_item(d), term([self.order_item(d), self.order_item(d)]))
        if self.chance(0.3):
            options[self.one("rows", "range_", "groups")] = self.one((None, 0), (None, None), (-2, 3), (0, None), (1, 5), (-5, -1))
        return method(function, "over", **options)

    def expr_or_list(self, d):
        if self.chance(0.6):
            return self.expr(self.r.choice(COMMON), d)
        return term([self.expr(self.r.choice(COMMON), d) for _ in range(self.r.randint(1, 2))])

    def filtered(self, kind, d):
        f = method(call(self.one("func.max", "func.array_agg", "func.sum"), self.expr(kind, d)), "filter",
                   *[self.expr("bool", d) for _ in range(self.r.randint(1, 2))])
        return self.windowed(f, d) if self.chance(0.3) else f

    def order_item(self, d):
        e = self.expr(self.r.choice(COMMON), d)
        if self.chance(0.4):
            e = method(e, self.one("asc", "desc")) if self.chance(0.6) else call(self.one("asc", "desc"), e)
        if self.chance(0.2):
            e = method(e, self.one("nulls_first", "nulls_last", "nullsfirst"))
        return e

    def expr_int(self, d):
        pick = self.r.randrange(12)
        if pick <= 3:
            left, right = self.expr(self.r.choice(NUMBERS + ("int", "int")), d), self.operand("int", d)
            if self.chance(0.2) and isinstance(right, Value):
                left, right = right, left
            return binary(self.one("+", "-", "*", "/", "%", "//", "+", "-"), left, right)
        if pick == 4:
            return Unary("-", self.expr("int", d))
        if pick == 5:
            return method(self.expr("int", d), self.one("bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_lshift",
                                                         "bitwise_rshift"), self.operand("int", d))
        if pick == 6:
            return call("func.count", *([self.expr(self.r.choice(COMMON), d)] if self.chance(0.7) else []))
        if pick == 7:
            return call(self.one("func.length", "func.char_length", "func.len"), self.operand("str", d))
        if pick == 8:
            return call("extract", self.one("year", "month", "day", "epoch", "dow", "doy", "hour", "second", "milliseconds"),
                        self.expr(self.one("date", "datetime", "interval"), d))
        if pick == 9:
            return self.windowed(call(self.one("func.row_number", "func.rank", "func.dense_rank", "func.count")), d)
        if pick == 10:
            return call("func.sum", self.expr("int", d))
        return method(self.expr("int", d), "bitwise_not") if self.chance(0.5) else Unary("~", self.expr("int", d))

    def expr_num(self, d):
        if self.chance(0.2):
            return Unary("-", self.expr("num", d))
        return binary(self.one("+", "-", "*", "/", "%", "//"), self.expr(self.r.choice(NUMBERS), d),
                      self.operand(self.r.choice(NUMBERS), d))

    expr_float = expr_num

    def expr_str(self, d):
        pick = self.r.randrange(9)
        if pick <= 2:
            left, right = self.expr("str", d), self.operand("str", d)
            if self.chance(0.2) and isinstance(right, Value):
                left, right = right, left
            return binary("+", left, right)
        if pick == 3:
            return call(self.one("func.lower", "func.upper", "func.trim", "func.concat", "func.char"), self.expr("str", d))
        if pick == 4:
            e = self.expr("str", d)
            collation = self.one("utf8_bin", "NOCASE", "en_US", "Latin1_General_CI_AS") if self.chance(0.98) else "fr-CA"
            return call("collate", e, collation) if self.chance(0.4) else method(e, "collate", collation)
        if pick == 5 and self.chance(0.3):
            return method(self.expr("str", d), "regexp_replace", self.operand("str", d), self.operand("str", d),
                          **({"flags": self.one("i", "g")} if self.chance(0.3) else {}))
        if pick == 6:
            return call("func.substr", self.expr("str", d), self.operand("int", d), self.operand("int", d))
        if pick == 7:
            aggregate = call("func.string_agg", self.expr("str", d), self.operand("str", d))
            return call("func.group_concat", self.expr("str", d)) if self.chance(0.4) else aggregate
        return Field(self.json_item(d), "astext") if self.chance(0.4) else method(self.json_item(d), "as_string")

    def expr_date(self, d):
        if self.chance(0.4):
            return call("func.current_date")
        return binary(self.one("+", "-"), self.expr("date", d), self.operand(self.one("interval", "int", "date"), d))

    def expr_datetime(self, d):
        if self.chance(0.4):
            return call(self.one("func.now", "func.current_timestamp", "func.localtimestamp", "func.sysdate"))
        return binary(self.one("+", "-"), self.expr(self.one("datetime", "date"), d), self.operand(
            self.one("interval", "datetime", "time"), d))

    def expr_interval(self, d):
        if self.chance(0.5):
            return binary("-", self.expr("datetime", d), self.operand("datetime", d))
        return binary(self.one("*", "/", "+", "-"), self.expr("interval", d), self.operand(self.one("interval", "int"), d))

    # ---- JSON, arrays, ranges ----

    def json_item(self, d):
        base = self.strict(self.one("json", "json", "jsonb"), d)
        index = self.one(Value("k"), Value("a b"), Value(0), Value(3), Value(-1), Value("it's"))
        if self.chance(0.25):
            index = Sequence([self.one(Value("a"), Value(1), Value("b c")) for _ in range(2)], True)
        if self.chance(0.1):
            index = self.expr(self.one("int", "str"), d)
        return Index(base, index)

    def expr_json(self, d):
        return self.json_item(d)

    def expr_jsonb(self, d):
        if self.chance(0.5):
            return self.json_item(d)
        return self.one(
            lambda: method(self.strict("jsonb", d), "concat", self.operand("jsonb", d)),
            lambda: method(call("cast", self.expr("jsonb", d), name("postgresql.JSONB")), "delete_path", term(["a", "b"])),
            lambda: method(call("type_coerce", self.expr("jsonb", d), name("postgresql.JSONB")), self.one("path_match", "path_exists"), self.one("$.a", "$.b ? (@ > 1)")),
            lambda: call("func.jsonb_build_object", "a", self.expr("int", d), type_=name("postgresql.JSONB")))()

    def expr_strarray(self, d):
        return self.array("strarray", "str", d)

    def expr_intarray(self, d):
        return self.array("intarray", "int", d)

    def array(self, kind, item, d):
        return self.one(
            lambda: Index(self.strict(kind, d), Value(self.r.randint(0, 3)), Value(self.r.randint(2, 6))),
            lambda: call("postgresql.array", term([self.operand(item, d) for _ in range(self.r.randint(1, 3))])),
            lambda: binary("+", self.strict(kind, d), self.operand(kind, d)),
            lambda: call("func.array_agg", self.expr(item, d)),
            lambda: call("func.array_agg", call("postgresql.aggregate_order_by", self.expr(item, d), self.order_item(d))))()

    def expr_hstore(self, d):
        return self.one(
            lambda: method(self.strict("hstore", d), self.one("slice", "delete"), self.operand(self.one("strarray", "hstore"), d)),
            lambda: method(self.strict("hstore", d), self.one("keys", "vals", "array", "matrix")),
            lambda: binary("+", self.expr("hstore", d), self.operand("hstore", d)))()

    def expr_range(self, d):
        return binary(self.one("+", "-", "*"), self.expr("range", d), self.operand("range", d))

    def expr_any(self, d):
        return self.one(
            lambda: Index(self.strict(self.one("intarray", "strarray"), d), self.operand("int", d)),
            lambda: Index(self.strict("hstore", d), Value("k")),
            lambda: self.generic("any", d))()

    # ---- conditions ----

    def expr_bool(self, d):
        pick = self.r.randrange(22)
        if pick <= 3:
            return self.comparison(d)
        if pick <= 6:
            return self.junction(d)
        if pick <= 8:
            e = self.expr("bool", d)
            return self.one(lambda: Unary("~", e), lambda: call("not_", e))()
        if pick <= 10:
            return self.membership(d)
        if pick == 11:
            kind = self.r.choice(COMMON)
            options = {"symmetric": True} if self.chance(0.2) else {}
            e = self.expr(kind, d)
            if self.chance(0.1):
                return call("between", e, self.operand(kind, d), self.operand(kind, d))
            return method(e, "between", self.operand(kind, d), self.operand(kind, d), **options)
        if pick <= 13:
            return self.like(d)
        if pick == 14:
            return method(self.expr(self.r.choice(COMMON), d), self.one("is_", "is_not", "isnot"),
                          self.one(Value(None), call("null"), call("true"), call("false"), Value(True), Value(False)))
        if pick == 15:
            kind = self.r.choice(COMMON)
            return method(self.expr(kind, d), self.one("is_distinct_from", "is_not_distinct_from"),
                          self.one(self.operand(kind, d), Value(None)))
        if pick == 16:
            return self.exists(d)
        if pick == 17:
            return self.quantified(d)
        if pick == 18:
            return call(self.one("true", "false"))
        if pick == 19 and self.chance(0.3):
            options = {"flags": self.one("i", "g", "im")} if self.chance(0.4) else {}
            return method(self.expr("str", d), "regexp_match", self.operand("str", d), **options)
        if pick == 20:
            return self.special_comparison(d)
        return self.one(
            lambda: Apply(method(self.expr("int", d), "bool_op", self.one("&&", "@@")), [self.operand("int", d)]),
            lambda: method(self.json_item(d), "as_boolean"),
            lambda: method(self.expr("str", d), "match", self.operand("str", d)),
            lambda: binary(self.one("==", ">"), method(self.json_item(d), self.one("as_integer", "as_float")), self.operand("int", d)))()

    def comparison(self, d):
        kind = self.r.choice(COMMON + ("int", "str", "json", "enum", "uuid", "interval", "time", "bytes", "strarray"))
        left = self.expr(kind, d)
        op = self.one("==", "!=", "<", "<=", ">", ">=", "==")
        if self.chance(0.1):
            return binary(self.one("==", "!="), left, self.one(Value(None), Value(True), Value(False), call("null"), call("true")))
        return binary(op, left, self.operand_or_text(kind, d))

    def junction(self, d):
        terms = [self.expr("bool", d) for _ in range(self.r.randint(1, 3))]
        if self.chance(0.05):
            terms.append(call("text", self.one("a = b", "x OR y", "q LIKE '%z'", "x = :x", "'a:b' = c\\:d")))
        pick = self.r.random()
        if pick < 0.1:
            terms.insert(0, term(self.one(True, False)))
        if pick > 0.9 and len(terms) >= 2:
            return binary(self.one("&", "|"), terms[0], terms[1])
        if pick > 0.8:
            return call("not_", call(self.one("and_", "or_"), *terms))
        return call(self.one("and_", "or_"), *terms)

    def membership(self, d):
        word = self.one("in_", "in_", "not_in", "notin_")
        pick = self.r.random()
        if pick < 0.12:
            kinds = [self.r.choice(COMMON) for _ in range(2)]
            left = call("tuple_", *[self.expr(k, d) for k in kinds])
            if self.chance(0.2):
                return method(left, word, self.select_term(kinds, d))
            return method(left, word, [tuple(self.value(k) for k in kinds) for _ in range(self.r.randint(0, 2))])
        kind = self.r.choice(COMMON)
        left = self.expr(kind, d)
        if pick < 0.3:
            return method(left, word, self.select_term([kind], d))
        if pick < 0.4:
            return method(left, word, call("bindparam", self.one("ids", "a b"), expanding=True))
        if pick < 0.5:
            return method(left, word, [self.operand(kind, d) for _ in range(self.r.randint(1, 3))])
        return method(left, word, [self.one(self.value(kind), self.value(kind), None) if self.chance(0.1) else self.value(kind)
                                   for _ in range(self.r.randint(0, 3))])

    def like(self, d):
        e = self.expr("str", d)
        if self.chance(0.4):
            options = {"escape": self.one("/", "\\", "^")} if self.chance(0.4) else {}
            return method(e, self.one("like", "ilike", "not_like", "not_ilike", "notlike"), self.operand("str", d), **options)
        word = self.one("contains", "startswith", "endswith", "icontains", "istartswith", "iendswith")
        options = {}
        if self.chance(0.3):
            options["escape"] = self.one("/", "^", "\\")
        if self.chance(0.3):
            return method(e, word, self.value("str"), autoescape=True, **options)
        return method(e, word, self.operand("str", d), **options)

    def exists(self, d):
        if self.chance(0.3):
            return method(self.select_term(["int"], d), "exists")
        found = call("exists", self.select_term(["int"], d)) if self.chance(0.6) else method(
            call("exists", self.any_column()), "where", self.expr("bool", d))
        if self.chance(0.2):
            found = method(found, "correlate", self.r.choice(self.scope).term)
        return found

    def quantified(self, d):
        kind = self.r.choice(COMMON)
        word = self.one("any_", "all_")
        if self.chance(0.5):
            right = call(word, self.select_term([kind], d, scalar=True))
        else:
            right = call(word, self.expr(self.one("intarray", "strarray"), d))
        if self.chance(0.2):
            return method(self.strict("intarray", d), self.one("any", "all"), self.operand("int", d))
        return binary(self.one("==", "!=", "<", ">="), self.expr(kind, d), right)

    def special_comparison(self, d):
        kind = self.one("jsonb", "strarray", "intarray", "hstore", "range", "multirange")
        left = self.strict(kind, d)
        if kind in ("jsonb", "hstore"):
            left = left if kind == "hstore" else call("cast", left, name("postgresql.JSONB"))
            return self.one(
                lambda: method(left, "has_key", self.operand("str", d)),
                lambda: method(left, self.one("has_any", "has_all"), self.expr("strarray", d)),
                lambda: method(left, self.one("contains", "contained_by"), self.operand(kind, d)))()
        if kind in ("range", "multirange"):
            return method(left, self.one("contains", "contained_by", "overlaps", "strictly_left_of", "strictly_right_of",
                                         "not_extend_right_of", "not_extend_left_of", "adjacent_to"), self.operand(kind, d))
        return method(left, self.one("contains", "contained_by", "overlap"), self.operand(kind, d))

    def scalar_subquery(self, kind, d):
        found = self.select_term([kind], d, scalar=True)
        return method(found, "label", self.r.choice(LABELS)) if self.chance(0.2) else found
