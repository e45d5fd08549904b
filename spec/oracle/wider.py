"""What the other forms leave out: grouping sets, chains of JSON and arrays, literals of ranges, many-table changes,
upserts from SELECT, schema items whose options meet."""
from expressions import COMMON, LABELS
from tables import From
from term import Apply, Dict, Field, Index, Item, Name, Sequence, Shared, Unary, Value, binary, call, column, method, name, term

LONG = ["a_name_that_is_much_longer_than_most_databases_would_ever_allow_it_to_be_%s" % n for n in ("one", "two")]
JSON_WORDS = ["as_string", "as_integer", "as_float", "as_boolean", "as_json", "as_numeric"]


class Wider:
    """Needs what Expressions, Changes, Schemas and Kinds have."""

    def wider(self, size):
        d = min(1 + size, 3)
        self.scope = [self.r.choice(self.base)]
        made = self.one(self.grouping_sets, self.json_chain, self.array_chain, self.range_literals, self.hstore_chain,
                        self.many_tables, self.upsert_from_select, self.insert_with_ctes, self.long_names, self.user_types,
                        self.user_types_changed, self.negated, self.precedence, self.tuples, self.bind_options, self.text_places,
                        self.functions_in_from, self.joins_by_key, self.locked, self.hinted, self.casts, self.label_names,
                        self.distinct_on, self.index_of, self.table_of, self.translated, self.removed_columns, self.typed_binds,
                        self.recursive_forms, self.returning_forms, self.fetched, self.extracted)
        return made(d)

    def of(self, key):
        return next(f for f in self.base if isinstance(f.term, Name) and f.term.path == key)

    # ---- SELECT ----

    def grouping_sets(self, d):
        items = lambda: [self.expr(self.r.choice(COMMON), 0) for _ in range(self.r.randint(1, 3))]
        sets = self.one(
            lambda: call("func.rollup", *items()), lambda: call("func.cube", *items()),
            lambda: call("func.grouping_sets", *items()),
            lambda: call("func.grouping_sets", call("tuple_", *items()), call("tuple_", *items())),
            lambda: call("func.grouping_sets", call("func.cube", *items()), call("tuple_")))()
        s = call("select", call("func.count"), *items())
        s = method(s, "group_by", sets, *(items() if self.chance(0.3) else []))
        if self.chance(0.3):
            s = method(s, "having", binary(">", call("func.count"), self.r.randint(1, 9)))
        return method(s, "order_by", self.one(sets, items()[0])) if self.chance(0.2) else s

    def json_key(self):
        return self.one(Value("k"), Value(0), Value(2), Value("it's"), Value("a.b"), Value("50%"), Value(""),
                        Sequence([Value("a"), Value(1)], True), Sequence([Value("x y")], True))

    def json_chain(self, d):
        e = self.strict(self.one("json", "jsonb"), d)
        for _ in range(self.r.randint(1, 3)):
            e = Index(e, self.json_key())
        word = self.r.choice(JSON_WORDS)
        typed = method(e, word, *([10, 2] if word == "as_numeric" else []))
        return self.one(
            lambda: typed, lambda: e,
            lambda: binary(self.one("==", "!=", "<"), typed, self.operand(self.one("str", "int"), 0)),
            lambda: method(typed, self.one("in_", "not_in"), self.one(["a", "b"], [1, 2], [])),
            lambda: binary("==", e, self.one(call("null"), name("JSON.NULL"), Value(None), term({"a": [1, None]}), term([1, 2]))),
            lambda: method(call("select", method(typed, "label", "j"), e), "order_by", self.one(typed, term("j"), method(e, "desc"))),
            lambda: call("func.coalesce", typed, self.operand("str", 0)),
            lambda: method(method(e, "is_", None), "label", "n"), lambda: Unary("~", typed),
            lambda: binary("+", typed, self.operand(self.one("str", "int"), 0)),
            lambda: method(typed, "like", "a%"), lambda: method(e, "cast", self.sql_type("str")),
            lambda: method(call("update", Name("users")), "values", Dict([(Value("data"), self.one(
                name("JSON.NULL"), call("null"), Value(None), e, term({"k": "v"}), call("literal", {"a": 1}, name("JSON"))))])))()

    def array_chain(self, d):
        kind = self.one("int", "str")
        item = name("Integer" if kind == "int" else "String")
        typed = call(self.one("ARRAY", "postgresql.ARRAY"), item, **self.some(dimensions=[1, 2], zero_indexes=[True], as_tuple=[True]))
        a = self.one(call("column", "arr", typed), call("literal", [self.value(kind)], typed), call("cast", call(
            "postgresql.array", [self.value(kind), self.value(kind)]), typed), self.strict(kind + "array", d))
        i = lambda: self.one(Value(0), Value(1), Value(3), self.expr("int", 0), call("literal", 2))
        return self.one(
            lambda: Index(a, i()), lambda: Index(Index(a, i()), i()), lambda: Index(a, Value(0), Value(2)),
            lambda: Index(Index(a, Value(1), Value(3)), Value(1), Value(2)), lambda: binary("==", Index(a, i()), self.value(kind)),
            lambda: method(a, self.one("contains", "contained_by", "overlap"), self.one([self.value(kind)], a)),
            lambda: binary("==", self.expr(kind, 0), call(self.one("any_", "all_"), a)),
            lambda: method(a, self.one("any", "all"), self.value(kind), operator=name("sql.operators." + self.one("eq", "gt", "like_op"))),
            lambda: binary("+", a, self.one(a, term([self.value(kind)]))), lambda: method(a, "concat", a),
            lambda: call("postgresql.array", [], type_=item), lambda: call("cast", call("postgresql.array", []), typed),
            lambda: method(call("select", call("postgresql.array", call("select", self.expr(kind, 0)))), "limit", 2) if self.chance(0.1)
            else call("func.array_to_string", a, ","),
            lambda: binary(self.one("==", "!=", "<"), a, self.one([self.value(kind)], a)),
            lambda: method(a, self.one("is_", "is_not"), None), lambda: method(a, "in_", [[self.value(kind)]]),
            lambda: call("select", Field(Shared(method(call("func.unnest", a), "column_valued", "u")), "type") if self.chance(0.01) else
                         Shared(method(call("func.unnest", a), "column_valued", "u"))))()

    def range_of(self, kind=None):
        bounds = self.one((1, 9), (None, 3), (2, None), ())
        return call("postgresql.Range", *bounds, **self.some(bounds=["[]", "(]", "()", "[)"])) if self.chance(0.9) else call(
            "postgresql.Range", empty=True)

    def range_literals(self, d):
        single = name("postgresql." + self.one("INT4RANGE", "INT8RANGE", "NUMRANGE"))
        many = name("postgresql." + self.one("INT4MULTIRANGE", "INT8MULTIRANGE", "NUMMULTIRANGE"))
        a = self.one(call("column", "r", single), call("literal", self.range_of(), single), call("cast", self.range_of(), single),
                     call("bindparam", "rb", self.range_of(), type_=single))
        m = self.one(call("column", "m", many), call("literal", [self.range_of(), self.range_of()], many))
        left = self.one(a, a, m)
        words = ("contains", "contained_by", "overlaps", "strictly_left_of", "strictly_right_of", "not_extend_right_of",
                 "not_extend_left_of", "adjacent_to", "union", "difference", "intersection")
        return self.one(
            lambda: method(left, self.r.choice(words), self.one(a, m, self.range_of(), call("literal", 4))),
            lambda: binary(self.one("+", "-", "*", "==", "!=", "<", ">="), left, self.one(a, m, self.range_of())),
            lambda: Apply(method(left, self.one("op", "bool_op"), self.one("<<", "-|-", "&&")), [a]),
            lambda: call("func." + self.one("lower", "upper", "isempty", "range_merge"), left),
            lambda: method(left, "in_", [self.range_of(), self.range_of()]),
            lambda: method(left, self.one("is_distinct_from", "is_"), self.one(a, Value(None))),
            lambda: method(call("insert", Name("pg")), "values", Dict([(Value("span"), self.one(self.range_of(), a)), (
                Value("spans"), self.one(term([self.range_of()]), m))])))()

    def hstore_chain(self, d):
        h = self.one(column(Name("pg"), "hs"), call("postgresql.hstore", "a", "b"), call("cast", self.value("hstore"), name(
            "postgresql.HSTORE")), call("literal", self.value("hstore"), name("postgresql.HSTORE")))
        return self.one(
            lambda: Index(h, self.one(Value("k"), Value("it's"), self.expr("str", 0))),
            lambda: binary("==", Index(h, Value("k")), self.operand("str", 0)),
            lambda: method(h, self.one("has_key", "defined"), self.operand("str", 0)),
            lambda: method(h, self.one("has_all", "has_any", "delete", "slice"), call("postgresql.array", ["a", "b"])),
            lambda: method(h, self.one("contains", "contained_by"), self.one(h, term({"a": "1"}))),
            lambda: method(h, self.one("keys", "vals", "array", "matrix")), lambda: binary("+", h, h), lambda: method(h, "concat", {"x": "y"}),
            lambda: method(Index(h, Value("k")), self.one("is_", "is_not"), None))()

    def distinct_on(self, d):
        f = self.r.choice(self.base)
        self.scope = [f]
        s = method(call("select", self.expr("int", 0), method(self.expr("str", 0), "label", "dl")), "distinct", *[
            self.one(self.expr("int", 0), call("text", "a"), call("func.lower", self.expr("str", 0))) for _ in range(self.r.randint(0, 2))])
        if self.chance(0.3):
            s = method(s, "distinct", self.expr("str", 0))
        if self.chance(0.4):
            s = method(s, "order_by", self.one(term("dl"), self.expr("int", 0)))
        return self.limited(s) if self.chance(0.4) else s

    def joins_by_key(self, d):
        """Joins by foreign keys of aliases, subqueries, joins; several in a row; filter_by after them."""
        u, o, n = self.of("users"), self.of("orders"), self.of("lines")
        part = lambda f: self.one(f.term, Shared(method(f.term, "alias")), Shared(method(call("select", f.term), "subquery")), Shared(
            method(f.term, "tablesample", 5)))
        a, b, c = part(u), part(o), part(n)
        word = self.one("join", "outerjoin")
        s = self.one(
            lambda: method(method(call("select", a), word, b), self.one("join", "outerjoin"), c),
            lambda: method(call("select", b), "join", a, isouter=self.chance(0.5), full=self.chance(0.3)),
            lambda: method(call("select", call("func.count")), "select_from", method(method(a, word, b), word, c)),
            lambda: method(call("select", a, c), "select_from", call("join", a, call("join", b, c))),
            lambda: method(call("select", c), "join_from", c, b, self.one(call("true"), call("func.f"))),
            lambda: method(method(call("select", a), "join_from", a, b), "join_from", b, c))()
        if self.chance(0.4):
            s = method(s, "filter_by", **{self.one("id", "n", "name"): self.one(3, None, call("func.f"))})
        self.scope = [From(a, u.columns)]
        return self.ended(s, 1)

    def locked(self, d):
        f, g = self.of("users"), self.of("orders")
        a = From(Shared(method(f.term, "alias", "lk")), f.columns)
        of = self.one(a.term, [a.term, g.term], a.column("id"), [a.column("id"), g.column("id")], Shared(method(g.term, "alias")))
        s = method(call("select", a.column("id"), g.column("id")), "where", binary("==", a.column("id"), g.column("user_id")))
        s = method(s, "with_for_update", **self.some(of=[of], nowait=[True], skip_locked=[True], read=[True], key_share=[True]))
        if self.chance(0.3):
            s = self.limited(s)
        return self.one(s, s, call("select", Shared(method(s, "subquery"))), call("union", s, s), call("select", Shared(method(s, "cte"))))

    def hinted(self, d):
        f = self.r.choice(self.base)
        a = Shared(method(f.term, "alias", *self.one([], ["h a"])))
        s = call("select", Item(Field(a, "c"), f.columns[0][0]))
        for _ in range(self.r.randint(1, 3)):
            dialect = self.some(dialect_name=["mysql", "mssql", "oracle", "sqlite", "postgresql", "mariadb", "*"])
            plain = {"dialect": v for v in dialect.values() if v != "*"}
            s = self.one(
                lambda: method(s, "with_hint", self.one(a, f.term), self.one("HINT", "WITH (%(name)s)", "50%%"), **dialect),
                lambda: method(s, "with_statement_hint", self.one("OPTION 1", "/*x*/"), **dialect),
                lambda: method(s, "prefix_with", self.one("P1", call("text", "P :x"), call("literal_column", "P2")), **plain),
                lambda: method(s, "suffix_with", self.one("S1", call("text", "S2")), **plain))()
        if self.chance(0.3):
            cte = Shared(method(Shared(method(s, "cte", "hc")), self.one("prefix_with", "suffix_with"), self.one(
                "MATERIALIZED", "SEARCH x", "CYCLE y"), **self.some(dialect=["postgresql", "oracle"])))
            return call("select", cte)
        return self.limited(s) if self.chance(0.2) else s

    def removed_columns(self, d):
        f = self.r.choice(self.base)
        self.scope = [f]
        s = Shared(method(call("select", f.term), "where", self.expr("bool", 1)))
        keys = [self.r.choice(f.columns)[0] for _ in range(2)]
        return self.one(
            lambda: method(s, "with_only_columns", *[f.column(k) for k in keys]), lambda: method(s, "with_only_columns", call("func.count")),
            lambda: method(s, "with_only_columns", call("func.count"), maintain_column_froms=True),
            lambda: method(method(s, "add_columns", self.expr("int", 0)), "reduce_columns"),
            lambda: call("select", Item(Field(s, "selected_columns"), keys[0]), call("func.max", Item(Field(s, "selected_columns"), keys[1]))),
            lambda: method(method(s, "order_by", f.column(keys[0])), "order_by", None), lambda: method(method(s, "limit", 5), "limit", None),
            lambda: method(method(s, "group_by", f.column(keys[0])), "group_by", None), lambda: method(s, "column", f.column(keys[0])))()

    def recursive_forms(self, d):
        """Recursive CTEs over a table that refers to itself, UNION of several parts, joined, used twice."""
        t = Name("orders")
        base = method(call("select", column(t, "id"), column(t, "parent_id"), method(call("literal", 0), "label", "depth")), "where", method(
            column(t, "parent_id"), "is_", None))
        cte = Shared(method(base, "cte", **self.some(name=["tree", "Tree 1"]), recursive=True, **self.some(nesting=[True])))
        c = lambda k, of=cte: Item(Field(of, "c"), k)
        o = Shared(method(t, "alias", *self.one([], ["o"])))
        step = call("select", Item(Field(o, "c"), "id"), Item(Field(o, "c"), "parent_id"), binary("+", c("depth"), 1))
        step = self.one(method(step, "where", binary("==", Item(Field(o, "c"), "parent_id"), c("id"))),
                        method(step, "join", cte, binary("==", Item(Field(o, "c"), "parent_id"), c("id"))))
        whole = Shared(method(cte, self.one("union", "union_all"), step, *([step] if self.chance(0.2) else [])))
        again = Shared(method(whole, "alias"))
        k = lambda key, of=whole: Item(Field(of, "c"), key)
        return self.one(
            lambda: call("select", whole), lambda: call("select", k("id"), k("depth", again)),
            lambda: method(call("select", k("id")), "join", again, binary("==", k("id"), k("parent_id", again))),
            lambda: method(call("select", t), "where", method(column(t, "id"), "in_", call("select", k("id")))),
            lambda: method(method(call("insert", Name("lines")), "from_select", ["order_id", "n"], call("select", k("id"), k("depth"))), "returning",
                           column(Name("lines"), "n")) if self.chance(0.5) else method(method(call("update", t), "values", code="x"), "where", method(
                               column(t, "id"), "in_", call("select", k("id")))),
            lambda: method(call("delete", t), "where", call("exists", method(call("select", k("id")), "where", binary("==", k("id"), column(t, "id"))))),
            lambda: call("union", call("select", k("id")), call("select", k("depth", again))),
            lambda: call("select", Shared(method(call("select", whole), "subquery"))))()

    def fetched(self, d):
        f = self.r.choice(self.base)
        self.scope = [f]
        s = call("select", f.column(f.columns[0][0]), *([f.column(f.columns[0][0])] if self.chance(0.2) else []))
        if self.chance(0.5):
            s = method(s, "order_by", self.order_item(0))
        if self.chance(0.3):
            s = method(s, "distinct")
        number = lambda: self.one(self.number(), term(0), call("func.f"), call("bindparam", "n1"), call("select", call("literal", 1)) if
                                  self.chance(0.1) else term(7))
        for word in self.r.sample(["limit", "offset", "fetch"], self.r.randint(1, 2)):
            s = method(s, word, number(), **(self.some(with_ties=[True], percent=[True]) if word == "fetch" else {}))
        return self.one(s, s, method(s, "scalar_subquery"), call("select", Shared(method(s, "subquery"))), call("union_all", s, s), call(
            "exists", s), method(self.expr("int", 0), "in_", s), method(call("insert", Name("keys")), "from_select", ["a"], s))

    def functions_in_from(self, d):
        """Table-valued functions of a column of another FROM; joined, lateral, with ordinality, implicitly joined."""
        pg = self.of("pg")
        source = self.one(pg.column("nums"), pg.column("tags"), pg.column("doc"), call("postgresql.array", [1, 2]))
        f = call(self.one("func.unnest", "func.jsonb_each", "func.json_array_elements", "func.pkg.rows"), source)
        tv = Shared(method(f, "table_valued", self.one("v", call("column", "v", name("Integer"))), *self.one([], [call(
            "column", "w", name("String"))]), **self.some(with_ordinality=["ord"], name=["tv", "T v"], joins_implicitly=[True])))
        if self.chance(0.4):
            tv = Shared(method(tv, "render_derived", **self.some(name=["rd"], with_types=[True])))
        if self.chance(0.2):
            tv = Shared(method(tv, "lateral", *self.one([], ["lt"])))
        v = Item(Field(tv, "c"), "v")
        return self.one(
            lambda: call("select", pg.column("id"), v), lambda: method(call("select", pg.column("id"), v), "join", tv, call("true")),
            lambda: method(call("select", v), "select_from", pg.term, tv), lambda: call("select", tv),
            lambda: method(call("select", pg.column("id")), "where", call("exists", method(call("select", v), "where", binary("==", v, 1)))),
            lambda: method(call("select", call("func.row_to_json", method(tv, "table_valued"))), "select_from", tv),
            lambda: method(call("select", method(f, "column_valued", *self.one([], ["cv"]))), "select_from", pg.term),
            lambda: method(f, "scalar_table_valued", "x"), lambda: method(method(f, "scalar_table_valued", "x"), "label", "y"),
            lambda: method(call("select", method(pg.term, "table_valued"), Shared(method(Shared(method(pg.term, "alias", "p")), "table_valued"))), "limit", 1),
            lambda: call("select", Field(Shared(method(f, "alias", *self.one([], ["fx"]))), "column")))()

    def text_places(self, d):
        f = self.r.choice(self.base)
        t = lambda: self.one(call("text", self.one("x > :p", "q", "a::int", ":p || 'it''s'", "'\\:no'", "1 % 2")), call(
            "literal_column", self.one("x", "'50%'", "count(*)")))
        key = f.columns[0][0]
        s = self.one(call("select", f.column(key)), call("select", t()), call("select", call("text", "1"), f.term))
        for word in self.r.sample(["where", "order_by", "group_by", "having", "distinct", "add_columns"], self.r.randint(1, 3)):
            s = method(s, word, *[self.one(t(), call("desc", t()), call("not_", t()), call("and_", t(), t()) if word in ("where", "having") else t())])
        if self.chance(0.3):
            s = method(s, "select_from", self.one(call("text", "t1, t2"), call("table", "tx")))
        if self.chance(0.3):
            s = method(s, "join", f.term, self.one(t(), call("text", "a = b")))
        return method(s, "params", p=5) if self.chance(0.2) else s

    # ---- expressions ----

    def negated(self, d):
        e = self.expr("bool", d)
        made = self.one(
            lambda: method(self.expr("int", 0), "between", 1, 5, symmetric=self.chance(0.5)), lambda: method(self.expr("str", 0), "in_", ["a"]),
            lambda: method(self.expr("str", 0), self.one("like", "ilike", "contains", "istartswith"), "x%", **self.some(escape=["/"])),
            lambda: method(self.expr("str", 0), "regexp_match", "^a", **self.some(flags=["i"])), lambda: method(self.expr("str", 0), "match", "x"),
            lambda: method(self.expr("int", 0), "is_distinct_from", 5), lambda: call("exists", self.select_term(["int"], 0)),
            lambda: binary(self.one("==", "<", ">=", "!="), self.expr("int", 0), call(self.one("any_", "all_"), self.expr("intarray", 0))),
            lambda: call("and_", e, self.expr("bool", 0)), lambda: call("or_", e, self.expr("bool", 0)), lambda: call("type_coerce", e, name("Boolean")),
            lambda: method(e, "label", "nl"), lambda: call("case", (e, True), else_=False), lambda: call("func.f", e, type_=name("Boolean")),
            lambda: Apply(method(self.expr("int", 0), self.one("op", "bool_op"), "@@", **self.some(precedence=[5])), [Value(3)]),
            lambda: method(e, "self_group"), lambda: call("literal", True), lambda: call("column", "flag", name("Boolean")))()
        for _ in range(self.r.randint(1, 3)):
            made = self.one(lambda: Unary("~", made), lambda: call("not_", made), lambda: call("and_", made, call("true")), lambda: call(
                "or_", call("false"), made), lambda: binary("==", made, self.one(True, False, None)), lambda: method(made, "is_", self.one(
                    True, None)))()
        return self.one(lambda: made, lambda: method(call("select", made), "where", made), lambda: call("select", method(made, "label", "x")))()

    def precedence(self, d):
        """Operators within operators, parentheses where they are needed."""
        kind = self.one("int", "int", "str", "num", "bool")
        words = {"int": ["+", "-", "*", "/", "//", "%"], "num": ["+", "-", "*", "/"], "str": ["+"], "bool": ["&", "|"]}[kind]
        e = self.expr(kind, 0)
        for _ in range(self.r.randint(2, 5)):
            other = self.one(self.operand(kind, 0) if kind != "bool" else self.expr("bool", 0), self.expr(kind, 0))
            e = self.one(
                lambda: binary(self.r.choice(words), e, other), lambda: binary(self.r.choice(words), self.expr(kind, 0), e),
                lambda: Unary("~" if kind == "bool" else "-", e), lambda: method(e, "label", "pl"), lambda: call("cast", e, self.sql_type(kind)),
                lambda: method(e, "concat", other) if kind == "str" else binary(self.r.choice(words), e, e),
                lambda: method(e, "collate", "C") if kind == "str" else call("type_coerce", e, self.sql_type(kind)),
                lambda: call("distinct", e) if self.chance(0.2) else method(e, "self_group"),
                lambda: binary(self.one("==", "<"), e, other), lambda: method(e, "is_", None),
                lambda: method(e, self.one("bitwise_and", "bitwise_lshift"), other) if kind == "int" else method(e, "in_", [self.value(kind)]))()
        return e

    def tuples(self, d):
        t = lambda: call("tuple_", self.expr("int", 0), self.expr("str", 0), **self.some(types=[[name("Integer"), name("String")]]))
        return self.one(
            lambda: method(t(), self.one("in_", "not_in"), [(1, "a"), (2, None)]), lambda: binary(self.one("==", "<", "!="), t(), t()),
            lambda: binary(self.one("==", ">"), t(), (5, "x")), lambda: method(t(), "in_", self.select_term(["int", "str"], 0)),
            lambda: method(t(), "in_", call("bindparam", "tp", self.one([], [(3, "it's")]), expanding=True, **self.some(literal_execute=[True]))),
            lambda: call("select", call("func.f", t())), lambda: method(call("tuple_", self.expr("int", 0)), "in_", [(1,), (2,)]),
            lambda: method(method(call("select", t()), "group_by", t()), "order_by", t()), lambda: call("tuple_", 1, "a", self.expr("date", 0)),
            lambda: method(t(), "in_", [t(), t()]) if self.chance(0.3) else method(t(), "is_", None))()

    def bind_options(self, d):
        kind = self.one("int", "str", "date", "num", "bool")
        b = call("bindparam", self.one("b1", "b.2", "b 3", "x%d", "q:r", None, "ü"), *([self.value(kind)] if self.chance(0.6) else []), **self.some(
            unique=[True], required=[False, True], type_=[self.sql_type(kind)], quote=[True], literal_execute=[True], isoutparam=[True]))
        b = Shared(b) if self.chance(0.5) else b
        e = self.expr(kind, 0)
        return self.one(
            lambda: binary(self.one("==", "<", "+"), e, b), lambda: binary("==", b, b), lambda: call("func.f", b, b), lambda: call("cast", b, self.sql_type("str")),
            lambda: method(call("select", e), "where", call("or_", binary("==", e, b), binary(">", e, b))), lambda: method(e, "between", b, b),
            lambda: call("func.coalesce", b, self.value(kind)), lambda: method(b, "label", "bl"),
            lambda: method(call("select", b), "limit", self.one(b, call("bindparam", "lim", type_=name("Integer")))),
            lambda: method(call("insert", Name("users")), "values", name=b), lambda: method(call("select", b), "where", method(e, "in_", call(
                "bindparam", "lst", [self.value(kind), None], expanding=True))))()

    def typed_binds(self, d):
        """Lists and tuples of types that wrap, literals of each type."""
        t = self.any_type()
        values = [self.fitting(t) for _ in range(self.r.randint(0, 2))]
        c = call("column", "x", t)
        return self.one(
            lambda: method(c, self.one("in_", "not_in"), values),
            lambda: method(c, "in_", call("bindparam", "xs", values, expanding=True, **self.some(literal_execute=[True], type_=[t]))),
            lambda: call("literal", self.fitting(t), t, literal_execute=True), lambda: method(call("tuple_", c, call("column", "y")), "in_", [
                (self.fitting(t), 1)]),
            lambda: call("func.coalesce", c, self.fitting(t)), lambda: call("case", (binary("==", c, self.fitting(t)), c), else_=call("null")),
            lambda: call("select", Shared(method(method(Shared(call("values", c, name="vt")), "data", [(self.fitting(t),)]), self.one("alias", "cte")))),
            lambda: call("union", call("select", c), call("select", call("literal", self.fitting(t), t))))()

    def casts(self, d):
        e = self.one(self.expr(self.r.choice(COMMON), 0), term(self.value(self.r.choice(COMMON))), Value(None), call("null"), call("text", "q"))
        t, u = self.any_type(), self.any_type()
        cast = lambda x, y: call(self.one("cast", "cast", "cast", "try_cast", "type_coerce"), x, y)
        made = cast(self.one(e, cast(e, u)), t)
        return self.one(made, method(made, "label", "ca"), binary("==", made, self.fitting(t)), binary("+", made, made), call("func.max", made), method(
            call("select", made), "order_by", made), call("func.coalesce", made, Value(None)), method(made, "collate", "C"))

    def extracted(self, d):
        field = self.one("year", "month", "day", "hour", "minute", "second", "milliseconds", "microseconds", "epoch", "dow", "doy", "week",
                         "quarter", "isodow", "timezone", "decade")
        source = self.one(self.expr("date", 1), self.expr("datetime", 1), self.expr("interval", 0), self.expr("time", 0), call("func.now"), call(
            "literal", self.value("datetime")), call("text", "t.x"), self.expr("str", 0), call("cast", "2020-01-01", name("Date")))
        e = call("extract", field, source)
        return self.one(e, binary("==", e, 5), method(e, "label", "ex"), binary("+", e, 1), method(call("select", e), "group_by", e), call("cast", e, name("Integer")))

    # ---- names ----

    def long_names(self, d):
        table = Shared(call("Table", self.one("t", LONG[0]), call("MetaData"), call("Column", LONG[0], name("Integer"), primary_key=True), call(
            "Column", LONG[1], name("String")), call("Column", "x", name("Integer"), **self.some(key=["ykey"])), **self.some(schema=["s"])))
        f = From(table, [(LONG[0], "int"), (LONG[1], "str")])
        a = Shared(method(table, "alias", *self.one([], [LONG[1]])))
        style = name(self.one("LABEL_STYLE_TABLENAME_PLUS_COL", "LABEL_STYLE_DISAMBIGUATE_ONLY", "LABEL_STYLE_NONE"))
        c = Item(Field(a, "c"), LONG[0])
        return self.one(
            lambda: method(call("select", table), "set_label_style", style), lambda: method(call("select", table, a), "set_label_style", style),
            lambda: method(method(call("select", c), "where", method(c, "in_", [1, 2])), "set_label_style", style),
            lambda: call("select", Shared(method(method(call("select", table), "set_label_style", style), self.one("subquery", "cte"), *self.one([], [LONG[0]])))),
            lambda: method(call("insert", table), "values", {LONG[0]: 5, LONG[1]: call("func.f", "x")}),
            lambda: method(method(call("update", table), "values", {LONG[1]: "y"}), "where", binary("==", f.column(LONG[0]), 3)),
            lambda: method(method(call("select", method(c, "label", LONG[1])), "where", binary("==", c, call("bindparam", LONG[0], 5))), "order_by", LONG[1]),
            lambda: method(method(call("select", binary("+", c, 1), call("func.max", c)), "set_label_style", style), "group_by", c),
            lambda: method(method(call("insert", table), "values", {LONG[1]: "z"}), "returning", f.column(LONG[0]), method(f.column(LONG[1]), "label", LONG[0])),
            lambda: call("schema.CreateTable", table), lambda: call("schema.CreateIndex", Shared(call("Index", LONG[0], f.column(LONG[1])))))()

    def label_names(self, d):
        """Labels that are the names of columns, of other labels, of keys; in ORDER BY, GROUP BY, HAVING, subqueries."""
        f = self.of(self.one("users", "addresses", "orders", "lines"))
        self.scope = [f]
        keys = [k for k, _ in f.columns]
        labels = [self.one(self.r.choice(keys), "lb", "LB 2", "l%l") for _ in range(3)]
        parts = [method(self.one(f.column(self.r.choice(keys)), self.expr("int", 1), call("func.count")), "label", w) for w in labels]
        parts = [Shared(p) if self.chance(0.5) else p for p in parts]
        s = call("select", *parts, *([f.column(self.r.choice(keys))] if self.chance(0.5) else []))
        pick = lambda: self.one(term(self.r.choice(labels)), self.r.choice(parts), call("desc", self.r.choice(labels)), term(self.r.choice(
            keys)), f.column(self.r.choice(keys)), call("nulls_last", call("asc", self.r.choice(parts))), binary("+", self.r.choice(parts), 1), call(
                "func.lower", self.r.choice(parts)), method(self.r.choice(parts), "collate", "C"))
        s = method(s, "order_by", pick(), pick())
        if self.chance(0.4):
            s = method(s, "group_by", pick())
        if self.chance(0.2):
            s = method(s, "having", binary(">", self.r.choice(parts), 1))
        if self.chance(0.3):
            s = self.limited(s)
        if self.chance(0.2):
            return method(call("union", s, s), "order_by", labels[0])
        return call("select", Shared(method(s, "subquery", "ls"))) if self.chance(0.2) else s

    def translated(self, d):
        """Tables of several schemas in every statement; for schema_translate_map."""
        a, b = Name("things"), Name("fill")
        odd = Name("odd")
        keys = {x.path: self.of(x.path).columns[0][0] for x in (a, b, odd)}
        k = lambda x: column(x, keys[x.path])
        return self.one(
            lambda: method(call("select", a, odd), "join", odd, binary("==", k(a), k(odd))), lambda: method(call("select", k(a)), "where", call("exists", method(
                call("select", k(b)), "where", binary("==", k(a), k(b))))),
            lambda: method(method(call("update", b), "values", Dict([(Value(keys["fill"]), k(a))])), "where", binary("==", k(a), k(b))),
            lambda: method(call("delete", a), "where", binary("==", k(a), k(odd))), lambda: method(method(call("insert", b), "from_select", [keys["fill"]], call(
                "select", k(a))), "returning", k(b)),
            lambda: method(call("select", Shared(method(a, "alias", "ta"))), "with_hint", a, "H"), lambda: call("schema.CreateTable", self.one(a, b, odd)),
            lambda: call("schema.DropTable", self.one(a, b, odd)), lambda: method(call("select", k(a)), "set_label_style", name("LABEL_STYLE_TABLENAME_PLUS_COL")),
            lambda: call("select", method(Shared(call("Sequence", "sq", **self.some(schema=["sch", "My Schema"]))), "next_value")))()

    # ---- types of one's own ----

    def own_table(self):
        types = [Name(self.one("Marked", "Wrapped", "OutOnly", "Chosen", "Strict", "Price", "Point", "Literal", "Plain")) for _ in range(2)]
        keys = ["a", self.one("b", "B 2")]
        table = Shared(call("Table", "own", call("MetaData"), call("Column", "id", name("Integer"), primary_key=True), *[
            call("Column", k, t) for k, t in zip(keys, types)]))
        return table, keys

    def user_types(self, d):
        table, keys = self.own_table()
        c = lambda k, of=table: Item(Field(of, "c"), k)
        a = Shared(method(table, "alias", *self.one([], ["oa"])))
        k, j = self.r.choice(keys), self.r.choice(keys)
        value = self.one("x", 5, None)
        return self.one(
            lambda: call("select", table), lambda: method(call("select", c(k)), "where", binary(self.one("==", "<", "!="), c(k), value)),
            lambda: call("select", Shared(method(call("select", table), self.one("subquery", "cte")))), lambda: method(call("select", c(k, a)), "order_by", c(k, a)),
            lambda: method(call("select", method(c(k), "label", "w")), "order_by", self.one("w", c(k))), lambda: call("union", call("select", c(k)), call("select", c(j, a))),
            lambda: method(call("select", c(k)), "where", method(c(k), self.one("in_", "not_in"), [value, "y"] if value else ["y"])),
            lambda: call("select", call("func.max", c(k)), call("func.coalesce", c(k), value)), lambda: method(call("select", c(k), c(j)), "distinct"),
            lambda: call("select", call("cast", c(k), self.any_type(0)), call("type_coerce", c(j), self.any_type(0))), lambda: method(
                call("select", table), "set_label_style", name("LABEL_STYLE_TABLENAME_PLUS_COL")),
            lambda: call("select", call("case", (binary("==", c(k), value), c(j)), else_=c(k))), lambda: method(method(call("select", c(k)), "group_by", c(
                k)), "having", binary(">", call("func.min", c(k)), value)),
            lambda: call("select", method(call("select", c(k)), "scalar_subquery")), lambda: method(call("select", table), "where", method(c(k), "between", value, value)),
            lambda: call("select", binary("+", c(k), value), binary("+", c(k), c(j))), lambda: method(call("select", table), "limit", 3))()

    def user_types_changed(self, d):
        table, keys = self.own_table()
        c = lambda k: Item(Field(table, "c"), k)
        k, j = self.r.choice(keys), self.r.choice(keys)
        value = lambda: self.one(term("x"), term(None), call("bindparam", "ub"), call("func.f", 1), call("literal", "q"), c(j))
        s = self.one(
            lambda: method(call("insert", table), "values", Dict([(Value(k), value())])), lambda: call("insert", table), lambda: method(call(
                "insert", table), "values", [Dict([(Value(k), value())]), Dict([(Value(k), value())])]),
            lambda: method(method(call("update", table), "values", Dict([(Value(k), value())])), "where", binary("==", c(j), "w")),
            lambda: method(call("delete", table), "where", method(c(k), "in_", ["x", "y"])), lambda: method(call("insert", table), "from_select", [k], call(
                "select", self.one(c(j), call("literal", "v"), c("id")))),
            lambda: method(method(call("postgresql.insert", table), "values", Dict([(Value(k), value())])), "on_conflict_do_update", index_elements=["id"], set_=Dict([(
                Value(j), value())])))()
        return method(s, "returning", self.one(table, c(k), method(c(k), "label", "rl"))) if self.chance(0.5) else s

    # ---- INSERT, UPDATE, DELETE ----

    def many_tables(self, d):
        """UPDATE and DELETE of and by several tables: aliases, joins, values of others, ordered, returned."""
        keys = self.r.sample(["users", "addresses", "orders", "lines", "keys"], 3)
        parts = [self.of(k) for k in keys]
        parts = [p if n == 0 or self.chance(0.6) else From(Shared(method(p.term, "alias", *self.one([], ["ma%d" % n]))), p.columns) for n, p in enumerate(parts)]
        target, other, third = parts
        first = lambda p: p.column(p.columns[0][0])
        key, kind = self.r.choice(target.columns)
        s = call(self.one("update", "delete"), target.term)
        if s.target.path == "la.update":
            value = self.one(lambda: first(other), lambda: self.new_value(kind, 1), lambda: binary("+", first(other), first(target)), lambda: method(method(call(
                "select", first(third)), "where", binary("==", first(third), first(target))), "scalar_subquery"))()
            if self.chance(0.3):
                s = method(s, "ordered_values", (target.column(key) if self.chance(0.5) else key, value))
            else:
                pairs = [(target.column(key), value)]
                if self.chance(0.25):
                    pairs.append((first(other), self.one(term(5), call("func.f"))))
                s = method(s, "values", Dict(pairs))
        s = method(s, "where", binary("==", first(target), first(other)))
        if self.chance(0.4):
            s = method(s, "where", self.one(binary("<", first(other), first(third)), call("exists", method(call("select", first(third)), "where", binary("==", first(
                third), first(other)))), method(first(target), "in_", call("select", first(third)))))
        if self.chance(0.3):
            s = method(s, "returning", *self.one([first(target)], [first(other), first(target)], [target.term], [method(first(target), "label", "rt")]))
        if self.chance(0.15):
            s = method(s, "with_hint", "WITH (X)", **self.some(selectable=[other.term], dialect_name=["mssql", "mysql"]))
        if self.chance(0.1):
            s = method(s, "prefix_with", "PX")
        return method(s, "with_dialect_options", mysql_limit=2) if self.chance(0.1) else s

    def upsert_from_select(self, d):
        target, other = self.of("users"), self.of("orders")
        which = self.one("postgresql", "sqlite", "mysql")
        rows = self.one(
            lambda: method(call("select", other.column("id"), call("literal", "n")), "where", call("true")), lambda: call("select", Shared(method(call(
                "select", other.column("id"), other.column("code")), self.one("subquery", "cte")))),
            lambda: call("union", call("select", other.column("id"), other.column("code")), call("select", call("literal", 1), call("literal", "x"))))()
        s = Shared(method(call(which + ".insert", target.term), "from_select", ["id", "name"], rows, **self.some(include_defaults=[False])))
        if which == "mysql":
            values = {"name": self.one(Item(Field(s, "inserted"), "name"), call("func.upper", Item(Field(s, "inserted"), "name")), term("z"))}
            return method(s, "on_duplicate_key_update", values)
        new = Item(Field(s, "excluded"), "name")
        values = {self.one("name", "age"): self.one(new, call("func.coalesce", new, target.column("name")), term(None), term("v"), call("func.f", call(
            "bindparam", "ef")), method(call("select", call("func.max", other.column("id"))), "scalar_subquery"), call("null"))}
        s = method(s, "on_conflict_do_update", set_=values, index_elements=self.one(["id"], [target.column("id"), "name"], [call("func.lower", target.column(
            "name"))]), **self.some(where=[binary("!=", new, target.column("name"))], index_where=[method(target.column("age"), "is_", None)]))
        return method(s, "returning", self.one(target.column("id"), binary("+", target.column("age"), 1))) if self.chance(0.3) else s

    def insert_with_ctes(self, d):
        target = self.of(self.one("users", "fill", "keys"))
        read = Shared(method(call("select", method(column(Name("orders"), "id"), "label", "n")), "cte", *self.one([], ["ic"]), **self.some(nesting=[True])))
        n = Item(Field(read, "c"), "n")
        key = target.columns[0][0]
        s = self.one(
            lambda: method(call("insert", target.term), "from_select", [key], call("select", n)),
            lambda: method(method(call("insert", target.term), "from_select", [key], call("select", n)), "add_cte", read),
            lambda: method(call("insert", target.term), "from_select", [key], method(call("select", call("literal", 1)), "add_cte", read, **self.some(nest_here=[True]))),
            lambda: method(call("insert", target.term), "values", Dict([(Value(key), method(call("select", n), "scalar_subquery"))])),
            lambda: method(call("insert", target.term), "from_select", [key], call("union", call("select", n), call("select", call("literal", 2)))),
            lambda: method(call("insert", target.term), "from_select", [key], call("select", Item(Field(Shared(method(call("select", n), "subquery")), "c"), "n"))))()
        if self.chance(0.3):
            s = method(s, "returning", target.column(key))
        if self.chance(0.2):
            made = Shared(method(method(s, "returning", target.column(key)), "cte", "mc")) if s.method != "returning" else Shared(method(s, "cte", "mc"))
            return call("select", Item(Field(made, "c"), key))
        return s

    def returning_forms(self, d):
        target = self.aliased(self.of(self.one("users", "fill", "lines", "odd")))
        self.scope = [target]
        c = lambda: target.column(self.r.choice(target.columns)[0])
        what = [self.one(c(), method(c(), "label", "rr"), call("func.f", c()), binary("+", c(), 1), call("literal", 7), call("text", "tx"), call(
            "literal_column", "lc"), target.term, call("cast", c(), self.sql_type("str")), method(call("select", call("func.count")), "scalar_subquery"),
            call("case", (binary("==", c(), 1), c())), call("type_coerce", c(), name("String"))) for _ in range(self.r.randint(1, 3))]
        base = target.term
        s = self.one(lambda: method(call("insert", base), "values", Dict(self.pairs(target, 0))), lambda: method(call("update", base), "values", Dict(self.pairs(
            target, 0))), lambda: method(call("delete", base), "where", self.expr("bool", 0)), lambda: method(call("insert", base), "values", [Dict(
                self.pairs(target, 0, at_most=1, by_column=False))]))()
        if self.chance(0.2):
            return method(s, "return_defaults", *[c() for _ in range(self.r.randint(0, 2))], **self.some(supplemental_cols=[[c()]]))
        s = method(s, "returning", *what, **({"sort_by_parameter_order": True} if s.target.target.path == "la.insert" and self.chance(0.2) else {}))
        return method(s, "returning", c()) if self.chance(0.2) else s

    # ---- schemas ----

    def index_of(self, d):
        """An index with expressions of every kind, and options that meet."""
        metadata = call("MetaData", **self.some(naming_convention=[{"ix": "ix_%(column_0_N_name)s"}, {"ix": "ix_%(table_name)s_%(column_0_label)s"}]))
        table = Shared(call("Table", self.one("it", "I t"), metadata, call("Column", "x", name("Integer"), **self.some(key=["xk"])), call(
            "Column", "Y z", name("String")), call("Column", "j", name("JSON")), **self.some(schema=["s"])))
        keys = [c.args[0].value if "key" not in c.kw else "xk" for c in table.term.args[2:]]
        c = lambda: Item(Field(table, "c"), self.r.choice(keys[:2]))
        e = lambda: self.one(c(), c(), call("func.lower", c()), method(c(), self.one("desc", "asc")), method(method(c(), "desc"), self.one(
            "nulls_last", "nulls_first")), binary("+", c(), 5), call("text", "x || 'it''s'"), method(call("func.f", c(), "%"), "label", "fl"), method(c(), "collate", "C"),
            call("cast", c(), name("String")), method(Index(Item(Field(table, "c"), "j"), Value("k")), "as_string"), call("desc", call("func.lower", c())))
        more = self.some(unique=[True], quote=[True]) if self.chance(0.3) else {}
        options = self.one(
            {}, self.index_options(keys), {"postgresql_ops": {keys[0]: "int4_ops", "fl": "text_ops"}, "postgresql_using": "gist"},
            {"mysql_length": {keys[0]: 5, keys[1]: 10}}, {"mysql_length": 9, "mysql_prefix": "SPATIAL"}, {"postgresql_where": binary(">", c(), 5)},
            {"sqlite_where": call("and_", binary(">", c(), 5), binary("==", c(), "it's"))}, {"mssql_where": binary("!=", c(), "x"), "mssql_include": [keys[1]]},
            {"postgresql_include": [keys[1], c()], "postgresql_nulls_not_distinct": True}, {"postgresql_with": {"buffering": "off"}},
            {"mssql_clustered": False, "mssql_columnstore": True}, {"oracle_compress": 1, "oracle_bitmap": True, "unique": True},
            {"postgresql_concurrently": True, "postgresql_tablespace": "Ts"}, {"mariadb_length": {keys[1]: 3}})
        ix = Shared(call("Index", self.one("ix", "Ix 2", None, LONG[0]), *[e() for _ in range(self.r.randint(1, 3))], **dict(options, **more)))
        return call(self.one("schema.CreateIndex", "schema.CreateIndex", "schema.CreateIndex", "schema.DropIndex"), ix, **(
            self.some(if_not_exists=[True]) if self.chance(0.2) else {}))

    def table_of(self, d):
        """A table whose columns and constraints have rarer options together."""
        convention = {k: v for k, v in (("pk", "pk_%(table_name)s"), ("uq", "uq_%(table_name)s_%(column_0_N_name)s"), ("fk", "fk_%(column_0_key)s_%(referred_table_name)s"), (
            "ck", "ck_%(table_name)s_%(constraint_name)s")) if self.chance(0.5)}
        metadata = call("MetaData", **({"naming_convention": convention} if self.chance(0.5) else {}), **(self.some(schema=["ms"]) if self.chance(0.2) else {}))
        identity = self.one(call("Identity"), call("Identity", **self.some(always=[True], start=[3], increment=[2], cycle=[True], cache=[5], order=[True], on_null=[True])), call(
            "Sequence", "sq", **self.some(start=[1], schema=["x"])), None, None)
        first = call("Column", "id", self.one(name("Integer"), name("BigInteger"), call("Numeric", 10, 0), name("SmallInteger"), name("mysql.INTEGER")), *(
            [identity] if identity else []), primary_key=True, **self.some(autoincrement=[True, False, "auto"], comment=["the id"], sqlite_on_conflict_primary_key=["FAIL"]))
        second = call("Column", self.one("val", "V al"), self.any_type(), *self.one([], [call("Computed", binary("+", call("column", "id"), 1), **self.some(persisted=[True, False]))], [
            call("CheckConstraint", "val > 5", **self.some(name=["vck"]))], [call("ForeignKey", "o.id", **self.some(
                name=["fkn"], ondelete=["SET NULL (val)", "CASCADE"], deferrable=[True], initially=["IMMEDIATE"], match=["PARTIAL"]))]), **self.some(
                    nullable=[True, False], unique=[True], index=[True], server_default=["x", call("text", "1"), call("func.now"), term("it's 5%"), call("literal", 5)],
                    server_onupdate=[call("FetchedValue")], system=[True], quote=[True], sqlite_on_conflict_unique=["IGNORE"], comment=["it's"]))
        key = second.args[0].value
        rest = self.one(
            lambda: [call("UniqueConstraint", "id", key, **self.some(name=["u1", LONG[0]], deferrable=[True], mssql_clustered=[True], postgresql_nulls_not_distinct=[True]))],
            lambda: [call("CheckConstraint", call("and_", binary(">", call("column", "id"), 1), binary("!=", call("column", key), "a%b")), **self.some(
                name=["c k"], postgresql_not_valid=[True], deferrable=[True], initially=["DEFERRED"], comment=["c"]))],
            lambda: [call("ForeignKeyConstraint", ["id", key], ["o.id", "o.x"], **self.some(name=["fk"], onupdate=["CASCADE"], ondelete=["NO ACTION"], use_alter=[
                True], link_to_name=[True], match=["FULL"], postgresql_not_valid=[True], comment=["f"]))],
            lambda: [call("PrimaryKeyConstraint", "id", key, **self.some(name=["pkn"], deferrable=[True], mssql_clustered=[False], sqlite_on_conflict=["ABORT"]))],
            lambda: [call("Column", "mood", call("Enum", "a", "it's", **self.some(name=["mood"], native_enum=[False], create_constraint=[True], inherit_schema=[
                True], schema=["es"], length=[9])))],
            lambda: [])()
        table = Shared(call("Table", self.one("tt", "T t"), metadata, first, second, *rest, call("Column", "x", name("Integer"), **self.some(onupdate=[5])), **(
            self.table_options() if self.chance(0.4) else {})))
        return self.one(
            lambda: call("schema.CreateTable", table, **(self.some(if_not_exists=[True]) if self.chance(0.2) else {})), lambda: call("schema.CreateTable", table), lambda: call(
                "schema.CreateColumn", Item(Field(table, "c"), "id")),
            lambda: method(call("insert", table), "values", x=5), lambda: call("insert", table), lambda: method(method(call("update", table), "values", x=None), "where", binary(
                "==", Item(Field(table, "c"), "id"), 4)),
            lambda: call("select", table), lambda: method(call("insert", table), "return_defaults"), lambda: method(call("insert", table), "values", [{"x": 1}, {"x": 2}]))()
