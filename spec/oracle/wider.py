"""What the other forms leave out: grouping sets, chains of JSON and arrays, literals of ranges, names and types."""
from expressions import COMMON
from tables import From
from term import (Apply, Dict, Field, Index, Item, Name, Sequence, Shared, Unary, Value, binary, call, column, method,
                  name, term)
from wider_changes import WiderChanges
from wider_names import WiderNames
from wider_schemas import WiderSchemas

JSON_WORDS = ["as_string", "as_integer", "as_float", "as_boolean", "as_json", "as_numeric"]


class Wider(WiderChanges, WiderNames, WiderSchemas):
    """Needs what Expressions, Changes, Schemas and Kinds have."""

    def wider(self, size):
        d = min(1 + size, 3)
        self.scope = [self.r.choice(self.base)]
        made = self.one(self.grouping_sets, self.json_chain, self.array_chain, self.range_literals, self.hstore_chain,
            self.many_tables, self.upsert_from_select, self.insert_with_ctes, self.long_names, self.user_types,
            self.user_types_changed, self.negated, self.precedence, self.tuples, self.bind_options, self.text_places,
            self.functions_in_from, self.joins_by_key, self.locked, self.hinted, self.casts, self.label_names,
            self.distinct_on, self.index_of, self.table_of, self.translated, self.removed_columns, self.typed_binds,
            self.recursive_forms, self.returning_forms, self.fetched, self.extracted, self.named_by_convention, self.graph,
            self.of_many_options, self.from_alone, self.compared_by_function, self.parts_set, self.operators_of_own)
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
            lambda: typed,
            lambda: e,
            lambda: binary(self.one("==", "!=", "<"), typed, self.operand(self.one("str", "int"), 0)),
            lambda: method(typed, self.one("in_", "not_in"), self.one(["a", "b"], [1, 2], [])),
            lambda: binary("==", e,
                self.one(call("null"), name("JSON.NULL"), Value(None), term({"a": [1, None]}), term([1, 2]))),
            lambda: method(call("select", method(typed, "label", "j"), e), "order_by",
                self.one(typed, term("j"), method(e, "desc"))),
            lambda: call("func.coalesce", typed, self.operand("str", 0)),
            lambda: method(method(e, "is_", None), "label", "n"),
            lambda: Unary("~", typed),
            lambda: binary("+", typed, self.operand(self.one("str", "int"), 0)),
            lambda: method(typed, "like", "a%"),
            lambda: method(e, "cast", self.sql_type("str")),
            lambda: method(call("update", Name("users")), "values",
                Dict(
                    [
                        (Value("data"),
                            self.one(name("JSON.NULL"), call("null"), Value(None), e, term({"k": "v"}),
                                call("literal", {"a": 1}, name("JSON"))))])))()

    def array_chain(self, d):
        kind = self.one("int", "str")
        item = name("Integer" if kind == "int" else "String")
        typed = call(self.one("ARRAY", "postgresql.ARRAY"), item,
            **self.some(dimensions=[1, 2], zero_indexes=[True], as_tuple=[True]))
        a = self.one(call("column", "arr", typed), call("literal", [self.value(kind)], typed), call("cast", call(
            "postgresql.array", [self.value(kind), self.value(kind)]), typed), self.strict(kind + "array", d))
        i = lambda: self.one(Value(0), Value(1), Value(3), self.expr("int", 0), call("literal", 2))
        return self.one(
            lambda: Index(a, i()),
            lambda: Index(Index(a, i()), i()),
            lambda: Index(a, Value(0), Value(2)),
            lambda: Index(Index(a, Value(1), Value(3)), Value(1), Value(2)),
            lambda: binary("==", Index(a, i()), self.value(kind)),
            lambda: method(a, self.one("contains", "contained_by", "overlap"), self.one([self.value(kind)], a)),
            lambda: binary("==", self.expr(kind, 0), call(self.one("any_", "all_"), a)),
            lambda: method(a, self.one("any", "all"), self.value(kind),
                operator=name("sql.operators." + self.one("eq", "gt", "like_op"))),
            lambda: binary("+", a, self.one(a, term([self.value(kind)]))),
            lambda: method(a, "concat", a),
            lambda: call("postgresql.array", [], type_=item),
            lambda: call("cast", call("postgresql.array", []), typed),
            lambda: method(call("select", call("postgresql.array", call("select", self.expr(kind, 0)))), "limit",
                2) if self.chance(0.1) else call("func.array_to_string", a, ","),
            lambda: binary(self.one("==", "!=", "<"), a, self.one([self.value(kind)], a)),
            lambda: method(a, self.one("is_", "is_not"), None),
            lambda: method(a, "in_", [[self.value(kind)]]),
            lambda: call("select", Shared(method(call("func.unnest", a), "column_valued", "u"))))()

    def range_of(self, kind=None):
        bounds = self.one((1, 9), (None, 3), (2, None), ())
        return call("postgresql.Range", *bounds,
            **self.some(bounds=["[]", "(]", "()", "[)"])) if self.chance(0.9) else call("postgresql.Range", empty=True)

    def range_literals(self, d):
        single = name("postgresql." + self.one("INT4RANGE", "INT8RANGE", "NUMRANGE"))
        many = name("postgresql." + self.one("INT4MULTIRANGE", "INT8MULTIRANGE", "NUMMULTIRANGE"))
        a = self.one(call("column", "r", single), call("literal", self.range_of(), single),
            call("cast", self.range_of(), single), call("bindparam", "rb", self.range_of(), type_=single))
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
        h = self.one(column(Name("pg"), "hs"), call("postgresql.hstore", "a", "b"),
            call("cast", self.value("hstore"), name("postgresql.HSTORE")),
            call("literal", self.value("hstore"), name("postgresql.HSTORE")))
        return self.one(
            lambda: Index(h, self.one(Value("k"), Value("it's"), self.expr("str", 0))),
            lambda: binary("==", Index(h, Value("k")), self.operand("str", 0)),
            lambda: method(h, self.one("has_key", "defined"), self.operand("str", 0)),
            lambda: method(h, self.one("has_all", "has_any", "delete", "slice"), call("postgresql.array", ["a", "b"])),
            lambda: method(h, self.one("contains", "contained_by"), self.one(h, term({"a": "1"}))),
            lambda: method(h, self.one("keys", "vals", "array", "matrix")),
            lambda: binary("+", h, h),
            lambda: method(h, "concat", {"x": "y"}),
            lambda: method(Index(h, Value("k")), self.one("is_", "is_not"), None))()

    def distinct_on(self, d):
        f = self.r.choice(self.base)
        self.scope = [f]
        s = method(call("select", self.expr("int", 0), method(self.expr("str", 0), "label", "dl")), "distinct",
            *[
                self.one(self.expr("int", 0), call("text", "a"),
                    call("func.lower", self.expr("str", 0))) for _ in range(self.r.randint(0, 2))])
        if self.chance(0.3):
            s = method(s, "distinct", self.expr("str", 0))
        if self.chance(0.4):
            s = method(s, "order_by", self.one(term("dl"), self.expr("int", 0)))
        return self.limited(s) if self.chance(0.4) else s

    def joins_by_key(self, d):
        """Joins by foreign keys of aliases, subqueries, joins; several in a row; filter_by after them."""
        u, o, n = self.of("users"), self.of("orders"), self.of("lines")
        part = lambda f: self.one(f.term, Shared(method(f.term, "alias")),
            Shared(method(call("select", f.term), "subquery")), Shared(method(f.term, "tablesample", 5)))
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
        of = self.one(a.term, [a.term, g.term], a.column("id"), [a.column("id"), g.column("id")],
            Shared(method(g.term, "alias")))
        s = method(call("select", a.column("id"), g.column("id")), "where",
            binary("==", a.column("id"), g.column("user_id")))
        s = method(s, "with_for_update",
            **self.some(of=[of], nowait=[True], skip_locked=[True], read=[True], key_share=[True]))
        if self.chance(0.3):
            s = self.limited(s)
        return self.one(s, s, call("select", Shared(method(s, "subquery"))), call("union", s, s),
            call("select", Shared(method(s, "cte"))))

    def hinted(self, d):
        f = self.r.choice(self.base)
        a = Shared(method(f.term, "alias", *self.one([], ["h a"])))
        s = call("select", Item(Field(a, "c"), f.columns[0][0]))
        for _ in range(self.r.randint(1, 3)):
            dialect = self.some(dialect_name=["mysql", "mssql", "oracle", "sqlite", "postgresql", "mariadb", "*"])
            plain = {"dialect": v for v in dialect.values() if v != "*"}
            s = self.one(
                lambda: method(s, "with_hint", self.one(a, f.term), self.one("HINT", "WITH (%(name)s)", "50%%"),
                    **dialect),
                lambda: method(s, "with_statement_hint", self.one("OPTION 1", "/*x*/"), **dialect),
                lambda: method(s, "prefix_with", self.one("P1", call("text", "P :x"), call("literal_column", "P2")),
                    **plain),
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
            lambda: method(s, "with_only_columns", *[f.column(k) for k in keys]),
            lambda: method(s, "with_only_columns", call("func.count")),
            lambda: method(s, "with_only_columns", call("func.count"), maintain_column_froms=True),
            lambda: method(method(s, "add_columns", self.expr("int", 0)), "reduce_columns"),
            lambda: call("select", Item(Field(s, "selected_columns"), keys[0]),
                call("func.max", Item(Field(s, "selected_columns"), keys[1]))),
            lambda: method(method(s, "order_by", f.column(keys[0])), "order_by", None),
            lambda: method(method(s, "limit", 5), "limit", None),
            lambda: method(method(s, "group_by", f.column(keys[0])), "group_by", None),
            lambda: method(s, "column", f.column(keys[0])))()

    def recursive_forms(self, d):
        """Recursive CTEs over a table that refers to itself, UNION of several parts, joined, used twice."""
        t = Name("orders")
        base = method(
            call("select", column(t, "id"), column(t, "parent_id"), method(call("literal", 0), "label", "depth")),
            "where", method(column(t, "parent_id"), "is_", None))
        cte = Shared(
            method(base, "cte", **self.some(name=["tree", "Tree 1"]), recursive=True, **self.some(nesting=[True])))
        c = lambda k, of=cte: Item(Field(of, "c"), k)
        o = Shared(method(t, "alias", *self.one([], ["o"])))
        step = call("select", Item(Field(o, "c"), "id"), Item(Field(o, "c"), "parent_id"), binary("+", c("depth"), 1))
        step = self.one(method(step, "where", binary("==", Item(Field(o, "c"), "parent_id"), c("id"))),
                        method(step, "join", cte, binary("==", Item(Field(o, "c"), "parent_id"), c("id"))))
        whole = Shared(method(cte, self.one("union", "union_all"), step, *([step] if self.chance(0.2) else [])))
        again = Shared(method(whole, "alias"))
        k = lambda key, of=whole: Item(Field(of, "c"), key)
        return self.one(
            lambda: call("select", whole),
            lambda: call("select", k("id"), k("depth", again)),
            lambda: method(call("select", k("id")), "join", again, binary("==", k("id"), k("parent_id", again))),
            lambda: method(call("select", t), "where", method(column(t, "id"), "in_", call("select", k("id")))),
            lambda: method(
                method(call("insert", Name("lines")), "from_select", ["order_id", "n"],
                    call("select", k("id"), k("depth"))), "returning",
                column(Name("lines"),
                    "n")) if self.chance(0.5) else method(method(call("update", t), "values", code="x"), "where", method(column(t, "id"), "in_", call("select", k("id")))),
            lambda: method(call("delete", t), "where",
                call("exists", method(call("select", k("id")), "where", binary("==", k("id"), column(t, "id"))))),
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
        number = lambda: self.one(self.number(), term(0), call("func.f"), call("bindparam", "n1"),
            call("select", call("literal", 1)) if self.chance(0.1) else term(7))
        for word in self.r.sample(["limit", "offset", "fetch"], self.r.randint(1, 2)):
            s = method(s, word, number(), **(self.some(with_ties=[True], percent=[True]) if word == "fetch" else {}))
        return self.one(s, s, method(s, "scalar_subquery"), call("select", Shared(method(s, "subquery"))),
            call("union_all", s, s), call("exists", s), method(self.expr("int", 0), "in_", s),
            method(call("insert", Name("keys")), "from_select", ["a"], s))

    def functions_in_from(self, d):
        """Table-valued functions of a column of another FROM; joined, lateral, with ordinality, implicitly joined."""
        pg = self.of("pg")
        source = self.one(pg.column("nums"), pg.column("tags"), pg.column("doc"), call("postgresql.array", [1, 2]))
        f = call(self.one("func.unnest", "func.jsonb_each", "func.json_array_elements", "func.pkg.rows"), source)
        tv = Shared(
            method(f, "table_valued", self.one("v", call("column", "v", name("Integer"))),
                *self.one([], [call("column", "w", name("String"))]),
                **self.some(with_ordinality=["ord"], name=["tv", "T v"], joins_implicitly=[True])))
        if self.chance(0.4):
            tv = Shared(method(tv, "render_derived", **self.some(name=["rd"], with_types=[True])))
        if self.chance(0.2):
            tv = Shared(method(tv, "lateral", *self.one([], ["lt"])))
        v = Item(Field(tv, "c"), "v")
        return self.one(
            lambda: call("select", pg.column("id"), v),
            lambda: method(call("select", pg.column("id"), v), "join", tv, call("true")),
            lambda: method(call("select", v), "select_from", pg.term, tv),
            lambda: call("select", tv),
            lambda: method(call("select", pg.column("id")), "where",
                call("exists", method(call("select", v), "where", binary("==", v, 1)))),
            lambda: method(call("select", call("func.row_to_json", method(tv, "table_valued"))), "select_from", tv),
            lambda: method(call("select", method(f, "column_valued", *self.one([], ["cv"]))), "select_from", pg.term),
            lambda: method(f, "scalar_table_valued", "x"),
            lambda: method(method(f, "scalar_table_valued", "x"), "label", "y"),
            lambda: method(
                call("select", method(pg.term, "table_valued"),
                    Shared(method(Shared(method(pg.term, "alias", "p")), "table_valued"))), "limit", 1),
            lambda: call("select", Field(Shared(method(f, "alias", *self.one([], ["fx"]))), "column")))()

    def text_places(self, d):
        f = self.r.choice(self.base)
        t = lambda: self.one(call("text", self.one("x > :p", "q", "a::int", ":p || 'it''s'", "'\\:no'", "1 % 2")), call(
            "literal_column", self.one("x", "'50%'", "count(*)")))
        key = f.columns[0][0]
        s = self.one(call("select", f.column(key)), call("select", t()), call("select", call("text", "1"), f.term))
        for word in self.r.sample(["where", "order_by", "group_by", "having", "distinct", "add_columns"],
            self.r.randint(1, 3)):
            s = method(s, word,
                *[
                    self.one(t(), call("desc", t()), call("not_", t()),
                        call("and_", t(), t()) if word in ("where", "having") else t())])
        if self.chance(0.3):
            s = method(s, "select_from", self.one(call("text", "t1, t2"), call("table", "tx")))
        if self.chance(0.3):
            s = method(s, "join", f.term, self.one(t(), call("text", "a = b")))
        return method(s, "params", p=5) if self.chance(0.2) else s

    # ---- expressions ----

    def negated(self, d):
        e = self.expr("bool", d)
        made = self.one(
            lambda: method(self.expr("int", 0), "between", 1, 5, symmetric=self.chance(0.5)),
            lambda: method(self.expr("str", 0), "in_", ["a"]),
            lambda: method(self.expr("str", 0), self.one("like", "ilike", "contains", "istartswith"), "x%",
                **self.some(escape=["/"])),
            lambda: method(self.expr("str", 0), "regexp_match", "^a", **self.some(flags=["i"])),
            lambda: method(self.expr("str", 0), "match", "x"),
            lambda: method(self.expr("int", 0), "is_distinct_from", 5),
            lambda: call("exists", self.select_term(["int"], 0)),
            lambda: binary(self.one("==", "<", ">=", "!="), self.expr("int", 0),
                call(self.one("any_", "all_"), self.expr("intarray", 0))),
            lambda: call("and_", e, self.expr("bool", 0)),
            lambda: call("or_", e, self.expr("bool", 0)),
            lambda: call("type_coerce", e, name("Boolean")),
            lambda: method(e, "label", "nl"),
            lambda: call("case", (e, True), else_=False),
            lambda: call("func.f", e, type_=name("Boolean")),
            lambda: Apply(method(self.expr("int", 0), self.one("op", "bool_op"), "@@", **self.some(precedence=[5])),
                [Value(3)]),
            lambda: method(e, "self_group"),
            lambda: call("literal", True),
            lambda: call("column", "flag", name("Boolean")))()
        for _ in range(self.r.randint(1, 3)):
            made = self.one(
                lambda: Unary("~", made),
                lambda: call("not_", made),
                lambda: call("and_", made, call("true")),
                lambda: call("or_", call("false"), made),
                lambda: binary("==", made, self.one(True, False, None)),
                lambda: method(made, "is_", self.one(True, None)))()
        return self.one(
            lambda: made,
            lambda: method(call("select", made), "where", made),
            lambda: call("select", method(made, "label", "x")))()

    def precedence(self, d):
        """Operators within operators, parentheses where they are needed."""
        kind = self.one("int", "int", "str", "num", "bool")
        words = {"int": ["+", "-", "*", "/", "//", "%"], "num": ["+", "-", "*", "/"], "str": ["+"],
            "bool": ["&", "|"]}[kind]
        e = self.expr(kind, 0)
        for _ in range(self.r.randint(2, 5)):
            other = self.one(self.operand(kind, 0) if kind != "bool" else self.expr("bool", 0), self.expr(kind, 0))
            e = self.one(
                lambda: binary(self.r.choice(words), e, other),
                lambda: binary(self.r.choice(words), self.expr(kind, 0), e),
                lambda: Unary("~" if kind == "bool" else "-", e),
                lambda: method(e, "label", "pl"),
                lambda: call("cast", e, self.sql_type(kind)),
                lambda: method(e, "concat", other) if kind == "str" else binary(self.r.choice(words), e, e),
                lambda: method(e, "collate", "C") if kind == "str" else call("type_coerce", e, self.sql_type(kind)),
                lambda: call("distinct", e) if self.chance(0.2) else method(e, "self_group"),
                lambda: binary(self.one("==", "<"), e, other),
                lambda: method(e, "is_", None),
                lambda: method(e, self.one("bitwise_and", "bitwise_lshift"),
                    other) if kind == "int" else method(e, "in_", [self.value(kind)]))()
        return e

    def tuples(self, d):
        t = lambda: call("tuple_", self.expr("int", 0), self.expr("str", 0),
            **self.some(types=[[name("Integer"), name("String")]]))
        return self.one(
            lambda: method(t(), self.one("in_", "not_in"), [(1, "a"), (2, None)]),
            lambda: binary(self.one("==", "<", "!="), t(), t()),
            lambda: binary(self.one("==", ">"), t(), (5, "x")),
            lambda: method(t(), "in_", self.select_term(["int", "str"], 0)),
            lambda: method(t(), "in_",
                call("bindparam", "tp", self.one([], [(3, "it's")]), expanding=True,
                    **self.some(literal_execute=[True]))),
            lambda: call("select", call("func.f", t())),
            lambda: method(call("tuple_", self.expr("int", 0)), "in_", [(1,), (2,)]),
            lambda: method(method(call("select", t()), "group_by", t()), "order_by", t()),
            lambda: call("tuple_", 1, "a", self.expr("date", 0)),
            lambda: method(t(), "in_", [t(), t()]) if self.chance(0.3) else method(t(), "is_", None))()

    def bind_options(self, d):
        kind = self.one("int", "str", "date", "num", "bool")
        b = call("bindparam", self.one("b1", "b.2", "b 3", "x%d", "q:r", None, "ü"),
            *([self.value(kind)] if self.chance(0.6) else []),
            **self.some(unique=[True], required=[False, True], type_=[self.sql_type(kind)], quote=[True],
                literal_execute=[True], isoutparam=[True]))
        b = Shared(b) if self.chance(0.5) else b
        e = self.expr(kind, 0)
        return self.one(
            lambda: binary(self.one("==", "<", "+"), e, b),
            lambda: binary("==", b, b),
            lambda: call("func.f", b, b),
            lambda: call("cast", b, self.sql_type("str")),
            lambda: method(call("select", e), "where", call("or_", binary("==", e, b), binary(">", e, b))),
            lambda: method(e, "between", b, b),
            lambda: call("func.coalesce", b, self.value(kind)),
            lambda: method(b, "label", "bl"),
            lambda: method(call("select", b), "limit", self.one(b, call("bindparam", "lim", type_=name("Integer")))),
            lambda: method(call("insert", Name("users")), "values", name=b),
            lambda: method(call("select", b), "where",
                method(e, "in_", call("bindparam", "lst", [self.value(kind), None], expanding=True))))()

    def typed_binds(self, d):
        """Lists and tuples of types that wrap, literals of each type."""
        t = self.any_type()
        values = [self.fitting(t) for _ in range(self.r.randint(0, 2))]
        c = call("column", "x", t)
        return self.one(
            lambda: method(c, self.one("in_", "not_in"), values),
            lambda: method(c, "in_",
                call("bindparam", "xs", values, expanding=True, **self.some(literal_execute=[True], type_=[t]))),
            lambda: call("literal", self.fitting(t), t, literal_execute=True),
            lambda: method(call("tuple_", c, call("column", "y")), "in_", [(self.fitting(t), 1)]),
            lambda: call("func.coalesce", c, self.fitting(t)),
            lambda: call("case", (binary("==", c, self.fitting(t)), c), else_=call("null")),
            lambda: call("select",
                Shared(
                    method(method(Shared(call("values", c, name="vt")), "data", [(self.fitting(t),)]),
                        self.one("alias", "cte")))),
            lambda: call("union", call("select", c), call("select", call("literal", self.fitting(t), t))))()

    def casts(self, d):
        e = self.one(self.expr(self.r.choice(COMMON), 0), term(self.value(self.r.choice(COMMON))), Value(None),
            call("null"), call("text", "q"))
        t, u = self.any_type(), self.any_type()
        cast = lambda x, y: call(self.one("cast", "cast", "cast", "try_cast", "type_coerce"), x, y)
        made = cast(self.one(e, cast(e, u)), t)
        return self.one(made, method(made, "label", "ca"), binary("==", made, self.fitting(t)), binary("+", made, made),
            call("func.max", made), method(call("select", made), "order_by", made),
            call("func.coalesce", made, Value(None)), method(made, "collate", "C"))

    def extracted(self, d):
        field = self.one("year", "month", "day", "hour", "minute", "second", "milliseconds", "microseconds", "epoch",
            "dow", "doy", "week", "quarter", "isodow", "timezone", "decade")
        source = self.one(self.expr("date", 1), self.expr("datetime", 1), self.expr("interval", 0),
            self.expr("time", 0), call("func.now"), call("literal", self.value("datetime")), call("text", "t.x"),
            self.expr("str", 0), call("cast", "2020-01-01", name("Date")))
        e = call("extract", field, source)
        return self.one(e, binary("==", e, 5), method(e, "label", "ex"), binary("+", e, 1),
            method(call("select", e), "group_by", e), call("cast", e, name("Integer")))
