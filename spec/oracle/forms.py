"""Other ways to say things: functions instead of methods, text everywhere, dialects' own expressions, joins on foreign keys."""
from expressions import COMMON, LABELS
from tables import From
from term import Apply, Dict, Field, Index, Item, Name, Shared, Unary, Value, binary, call, column, method, name, term

TEXTS = ["1", "a = b", "x = :x", "'it''s' || y", "count(*)", "a::int", "q.b", "'50%' LIKE z", "\\:not_bind", "a -- b", "/* :c */ 1"]

# tables that a foreign key leads to
LINKED = [("users", "addresses"), ("addresses", "users"), ("orders", "lines"), ("lines", "orders"), ("users", "orders"),
          ("twins", "keys"), ("orders", "orders"), ("lines", "users")]


class Forms:
    """Needs what Expressions, Rarities and Selects have."""

    def form(self, size):
        d = min(1 + size, 4)
        self.scope = [self.r.choice(self.base)]
        made = self.one(self.linked_join, self.whole_tables, self.of_text, self.of_functions, self.selected_from, self.rebound,
                        self.of_postgresql, self.of_mysql, self.of_oracle, self.several, self.light_select, self.window,
                        self.lateral_join, self.standing_values, self.deep_alias, self.upsert, self.many_rows, self.nested_cte,
                        self.labelled, self.counted, self.exported, self.late_values, self.correlated, self.own_operators,
                        self.typed_text, self.dml_sources, self.dml_ctes, self.frames, self.set_trees, self.named_columns)
        return made(d)

    def item(self, d):
        return self.expr(self.r.choice(COMMON), d)

    def from_of(self, key):
        return next(f for f in self.base if isinstance(f.term, Name) and f.term.path == key)

    def aliased_of(self, key):
        found = self.from_of(key)
        if self.chance(0.4):
            return From(Shared(method(found.term, "alias", *([self.one("j1", "j2")] if self.chance(0.5) else []))), found.columns)
        return found

    def linked_join(self, d):
        """Joins that find their ON by foreign keys, or fail to."""
        pairs = [self.r.choice(LINKED) for _ in range(self.r.randint(1, 2))]
        left, right = (self.aliased_of(k) for k in pairs[0])
        self.scope = [left, right]
        s = call("select", *[self.item(0) for _ in range(self.r.randint(1, 2))])
        word = self.one("join", "outerjoin", "join_from", "outerjoin_from")
        pick = self.r.random()
        if pick < 0.3:
            tree = method(left.term, word[:-5] if word.endswith("_from") else word, right.term)
            if len(pairs) == 2:
                more = self.aliased_of(pairs[1][1])
                tree = call(self.one("join", "outerjoin"), tree, more.term)
            s = method(s, "select_from", tree)
        elif pick < 0.6:
            s = method(s, word, *([left.term] if word.endswith("from") else []), right.term)
        else:
            s = method(s, "select_from", left.term)
            s = method(s, "join", right.term)
            if len(pairs) == 2:
                s = method(s, self.one("join", "outerjoin"), self.aliased_of(pairs[1][1]).term)
        if self.chance(0.3):
            s = method(s, "filter_by", **{self.one("id", "code", "name", "nope"): self.r.randint(1, 9)})
        return self.ended(s, d)

    def ended(self, s, d):
        """Further clauses at random."""
        if self.chance(0.3):
            s = method(s, "where", self.expr("bool", d - 1))
        if self.chance(0.2):
            s = method(s, "order_by", self.order_item(d - 1))
        if self.chance(0.15):
            s = self.limited(s)
        if self.chance(0.2):
            s = method(s, "set_label_style", name(self.one("LABEL_STYLE_TABLENAME_PLUS_COL", "LABEL_STYLE_DISAMBIGUATE_ONLY",
                                                           "LABEL_STYLE_NONE")))
        return s

    def whole_tables(self, d):
        """Tables with all of their columns, which repeat names; what is made of such a SELECT."""
        chosen = [self.r.choice(self.base) for _ in range(self.r.randint(1, 3))]
        parts = [self.one(f.term, f.term, Shared(method(f.term, "alias")), f.column(f.columns[0][0])) for f in chosen]
        s = call("select", *parts)
        if self.chance(0.4):
            s = method(s, "set_label_style", name(self.one("LABEL_STYLE_TABLENAME_PLUS_COL", "LABEL_STYLE_DISAMBIGUATE_ONLY",
                                                           "LABEL_STYLE_NONE")))
        pick = self.r.randrange(6)
        if pick == 0:
            return call("select", Shared(method(s, self.one("subquery", "cte", "alias"), *(["wt"] if self.chance(0.5) else []))))
        if pick == 1:
            return method(Shared(method(s, "subquery")), "select")
        if pick == 2:
            return method(s, "reduce_columns")
        if pick == 3:
            both = Shared(s)
            return call(self.one("union", "union_all", "except_"), both, both)
        if pick == 4:
            inner = Shared(method(s, "subquery", "w"))
            return call("select", inner, Shared(method(inner, "alias")))
        return self.ended(s, d - 1)

    def of_text(self, d):
        t = lambda: call("text", self.r.choice(TEXTS))
        s = call("select", *[self.one(t(), self.item(d - 1), call("literal_column", self.r.choice(TEXTS)),
                                      method(call("literal_column", self.r.choice(TEXTS)), "label", self.r.choice(LABELS)))
                             for _ in range(self.r.randint(1, 3))])
        for word, p in (("select_from", 0.5), ("where", 0.5), ("group_by", 0.3), ("having", 0.2), ("order_by", 0.4)):
            if self.chance(p):
                s = method(s, word, self.one(t(), call("literal_column", self.r.choice(TEXTS))) if word != "select_from" else
                           self.one(t(), call("table", self.one("tt", "T t", "order"), call("column", "q"))))
        if self.chance(0.2):
            s = Shared(method(s, "subquery", "tq"))
            return call("select", s)
        return call("exists", s) if self.chance(0.1) else s

    def of_functions(self, d):
        """The functions whose methods the others use."""
        function = lambda: call(self.one("func.max", "func.f", "func.count"), self.item(d - 1))
        f = self.r.choice(self.base)
        return self.one(
            lambda: call("over", function(), **{k: v for k, v in (("partition_by", self.item(d - 1)), ("order_by", self.order_item(
                d - 1)), ("rows", (None, 5))) if self.chance(0.5)}),
            lambda: call("funcfilter", function(), self.expr("bool", d - 1)),
            lambda: call("within_group", call("func.percentile_cont", 0.25), self.order_item(d - 1)),
            lambda: call("select", Shared(call("alias", f.term, *([self.r.choice(LABELS)] if self.chance(0.5) else [])))),
            lambda: call("select", Shared(call("tablesample", f.term, self.one(3, call("func.system", 2.5)), **self.some(
                name=["ts"], seed=[call("func.r", 1)])))),
            lambda: call("select", Shared(call("lateral", self.select_term(["int"], d - 1, keys=["n"]), *(["lt"] if self.chance(
                0.5) else [])))),
            lambda: call("select", Shared(call("cte", self.select_term(["int"], d - 1, keys=["n"]), *(["ct"] if self.chance(
                0.5) else [])))),
            lambda: call("label", self.r.choice(LABELS), self.item(d - 1)),
            lambda: call("collate", self.expr("str", d - 1), "C"),
            lambda: call("bitwise_not", self.expr("int", d - 1)),
            lambda: call("nulls_first", call("desc", self.item(d - 1))),
            lambda: call("not_", call("exists", self.select_term(["int"], d - 1))),
            lambda: call("func.%s" % self.one("end", "select", "Foo", "over", "filter", "now", "random", "current_user", "user",
                                              "session_user", "localtime", "sysdate", "cume_dist", "percent_rank")),
            lambda: call("func.%s" % self.one("cast", "next_value", "ifnull", "date_trunc", "group_concat", "concat_ws"), self.item(
                d - 1)),
            lambda: call("func.cast", self.item(d - 1), self.sql_type("int")),
            lambda: call("outparam", "out_p", self.sql_type("int")),
            lambda: call("column", call("sql.quoted_name", "qn", self.one(True, False, None))))()

    def selected_from(self, d):
        f = self.r.choice(self.base)
        function = call("func.gen", self.operand("int", d - 1))
        return self.one(
            lambda: method(f.term, "select"), lambda: method(Shared(method(f.term, "alias", "fa")), "select"),
            lambda: method(function, "select"), lambda: call("select", function),
            lambda: method(call("select", call("literal_column", "*")), "select_from", function),
            lambda: method(call("select", Field(Shared(method(function, "alias", "g")), "column")), "where", self.expr("bool", 0)),
            lambda: method(call("exists", f.column(f.columns[0][0])), "select"),
            lambda: method(method(call("exists"), "select_from", f.term), "where", self.expr("bool", d - 1)),
            lambda: method(call("select", method(call("exists", f.column(f.columns[0][0])), "label", "e")), "where", Unary("~", call(
                "exists", self.select_term(["int"], d - 1)))),
            lambda: method(call("join", Name("users"), Name("addresses")), "select"),
            lambda: call("select", Shared(method(method(call("join", Name("users"), Name("addresses")), "select"), "alias", "j"))))()

    def rebound(self, d):
        """Statements whose parameters are given later."""
        s = self.select_term(["int"], d - 1, outer=())
        bound = call("bindparam", self.one("p1", "x y"), *([4] if self.chance(0.5) else []), **self.some(type_=[name("Integer")]))
        s = method(s, "where", binary(self.one("==", "<"), self.expr("int", 0), bound))
        word = self.one("params", "unique_params")
        return method(s, word, Dict([(Value(bound.args[0].value), Value(self.r.randint(1, 99)))]))

    def of_postgresql(self, d):
        words = lambda: self.operand("str", d - 1)
        config = self.one([], ["english"])
        vector = call(self.one("postgresql.to_tsvector", "func.to_tsvector"), *config, words())
        query = call("postgresql." + self.one("to_tsquery", "plainto_tsquery", "phraseto_tsquery", "websearch_to_tsquery"), *config, words())
        array = self.strict(self.one("intarray", "strarray"), d - 1)
        ranged = lambda: call("postgresql.Range", *self.one((1, 5), (None, 5), (2, None), ()), **self.some(
            bounds=["[]", "(]", "()"], empty=[True]))
        json = call("cast", self.expr("json", d - 1), name("postgresql.JSONB"))
        return self.one(
            lambda: Apply(method(vector, "bool_op", "@@"), [query]), lambda: method(vector, "match", words(), **self.some(
                postgresql_regconfig=["english", "simple"])),
            lambda: call("postgresql.ts_headline", *config, words(), query),
            lambda: call("postgresql." + self.one("Any", "All"), self.operand("int", d - 1), array, *([] if self.chance(0.6) else [
                name("sql.operators.lt")])),
            lambda: call("postgresql.array_agg", self.item(d - 1), **self.some(type_=[call("postgresql.ARRAY", name("Text"))])),
            lambda: call("postgresql.hstore", *self.one(("a", "b"), (array, array), (Name("pg.c.tags"), call("null")))),
            lambda: binary("==", column(Name("pg"), "span"), ranged()),
            lambda: method(column(Name("pg"), "span"), self.one("contains", "overlaps", "adjacent_to", "union", "difference",
                                                                "intersection"), self.one(ranged(), term(3))),
            lambda: method(column(Name("pg"), "spans"), self.one("contains", "overlaps"), self.one([ranged()], ranged())),
            lambda: call("literal", ranged(), name(self.one("postgresql.INT4RANGE", "postgresql.INT8RANGE", "postgresql.NUMRANGE"))),
            lambda: method(Index(json, Value("k")), self.one("contains", "has_key"), "x"),
            lambda: method(json, self.one("delete_path", "has_all", "has_any"), call("postgresql.array", ["a", "b"])),
            lambda: method(self.selected(d), "distinct", *[self.item(0) for _ in range(self.r.randint(1, 2))]),
            lambda: method(self.selected(d), "with_hint", Name("users"), "ONLY", dialect_name="postgresql"),
            lambda: call("select", call("postgresql.aggregate_order_by", self.item(d - 1), *[self.order_item(d - 1) for _ in range(
                self.r.randint(1, 2))])),
            lambda: call("func.array_agg", call("postgresql.aggregate_order_by", call("distinct", self.item(d - 1)), self.order_item(
                d - 1))),
            lambda: Index(array, Value(1), Value(self.r.randint(2, 5))), lambda: call("tuple_", self.item(d - 1), self.item(d - 1)),
            lambda: method(self.expr("str", d - 1), "regexp_match", words(), flags="i"),
            lambda: Apply(method(self.expr("str", d - 1), "op", self.one("~*", "->", "#>>", "?", "?|", "@>")), [words()]))()

    def selected(self, d):
        return call("select", *[self.item(d - 1) for _ in range(self.r.randint(1, 2))])

    def of_mysql(self, d):
        text = [self.expr("str", 0) for _ in range(self.r.randint(1, 2))]
        match = call("mysql.match", *text, against=self.operand("str", d - 1))
        for word in ("in_boolean_mode", "in_natural_language_mode", "with_query_expansion"):
            if self.chance(0.3):
                match = method(match, word)
        target = self.from_of("users")
        limit = {self.one("mysql_limit", "mariadb_limit"): self.r.randint(1, 5)}
        return self.one(
            lambda: match, lambda: method(call("select", match), "where", match), lambda: Unary("~", match),
            lambda: method(method(call("select", Name("users")), "with_hint", Name("users"), "FORCE INDEX (x)"), "with_for_update",
                           **self.some(read=[True], nowait=[True], skip_locked=[True], of=[Name("users")])),
            lambda: method(method(call("update", target.term), "values", name="x"), "with_dialect_options", **limit),
            lambda: method(method(call("delete", target.term), "where", self.expr("bool", 0)), "with_dialect_options", **limit),
            lambda: method(self.selected(d), "prefix_with", self.one("STRAIGHT_JOIN", "HIGH_PRIORITY"), dialect=self.one("mysql", "mariadb")),
            lambda: method(text[0], "collate", "utf8mb4_bin"),
            lambda: call("cast", self.item(d - 1), name("mysql." + self.one("INTEGER", "TINYINT", "CHAR", "VARCHAR", "DATETIME", "JSON",
                                                                            "DOUBLE", "YEAR", "DECIMAL", "TIME"))))()

    def of_oracle(self, d):
        vector = call("column", "vec", call("oracle.VECTOR", 3))
        return self.one(
            lambda: method(vector, self.one("l2_distance", "cosine_distance", "inner_product"), [1, 2, 3]),
            lambda: method(method(call("select", vector), "order_by", method(vector, "l2_distance", [1.5, 2])), "fetch", 3),
            lambda: method(call("select", Name("users")), "with_hint", Name("users"), "index(%(name)s ix)", dialect_name="oracle"),
            lambda: call("func.sysdate"), lambda: method(method(self.selected(d), "limit", self.number()), "offset", self.number()),
            lambda: method(method(self.selected(d), "limit", 5), "with_for_update", **self.some(nowait=[True], of=[column(Name(
                "users"), "id")])))()

    def several(self, d):
        """One element at many places."""
        e = Shared(self.item(d - 1))
        labelled = Shared(method(e, "label", self.r.choice(LABELS)))
        s = call("select", *[self.one(e, labelled, labelled) for _ in range(self.r.randint(1, 3))])
        for word in ("where", "group_by", "having", "order_by"):
            if self.chance(0.5):
                chosen = self.one(e, labelled)
                if word in ("where", "having"):
                    chosen = binary("==", chosen, chosen)
                elif self.chance(0.4):
                    chosen = self.one(call("desc", chosen), call("func.lower", chosen), method(chosen, "nulls_last"))
                s = method(s, word, chosen)
        if self.chance(0.3):
            return call("union", s, s) if self.chance(0.5) else call("select", Shared(method(s, "subquery")))
        return s

    def light_select(self, d):
        """Tables and columns without types."""
        table = Shared(call("table", self.one("lt", "L t", "order", "x.y"), call("column", "c1"), call("column", "C 2", name("String")),
                            **self.some(schema=["ls", "L s"])))
        f = From(table, [("c1", "any"), ("C 2", "str")])
        self.scope = [f]
        return self.ended(call("select", f.column("c1"), self.item(d - 1)), d)

    def window(self, d):
        w = lambda: self.windowed(call(self.one("func.sum", "func.lead", "func.ntile", "func.row_number"), *([self.item(d - 1)] if
                                                                                                            self.chance(0.7) else [])), d - 1)
        s = call("select", method(w(), "label", self.one("w", "order")), w())
        if self.chance(0.3):
            s = method(s, "order_by", self.one(w(), term("w"), method(w(), "desc")))
        if self.chance(0.3):
            inner = Shared(method(s, "subquery", "win"))
            return call("select", Item(Field(inner, "c"), self.one("w", "order")))
        return s

    def lateral_join(self, d):
        f = self.from_of("users")
        inner = Shared(method(method(call("select", column(Name("addresses"), "email")), "where", binary(
            "==", column(Name("addresses"), "user_id"), column(Name("users"), "id"))), "lateral", *(["lat"] if self.chance(0.5) else [])))
        s = call("select", column(Name("users"), "id"), Item(Field(inner, "c"), "email"))
        if self.chance(0.6):
            return method(s, self.one("join", "outerjoin"), inner, call("true")) if self.chance(0.6) else method(
                s, "select_from", method(f.term, "outerjoin", inner, call("true")))
        return s

    def standing_values(self, d):
        """VALUES as a scalar, in IN, in a CTE, as a lateral."""
        v = call("values", call("column", "a", name("Integer")), call("column", "b", name("String")), **self.some(
            name=["vv"], literal_binds=[True]))
        v = Shared(method(v, "data", [(1, "x"), (self.r.randint(2, 9), self.one("y", "it's", "50%"))]))
        one = call("values", call("column", "a", name("Integer")))
        one = method(Shared(one), "data", [(3,), (4,)])
        return self.one(
            lambda: call("select", v), lambda: method(Shared(one), "scalar_values"),
            lambda: call("select", method(method(Shared(one), "scalar_values"), "label", "sv")),
            lambda: method(self.expr("int", 0), "in_", method(Shared(one), "scalar_values")),
            lambda: call("select", Shared(method(v, "cte", "vc"))), lambda: call("select", Shared(method(v, "lateral"))),
            lambda: method(call("select", Name("users")), "join", v, binary("==", Item(Field(v, "c"), "a"), column(Name("users"), "id"))),
            lambda: method(call("insert", Name("users")), "from_select", ["id", "name"], call("select", v)))()

    def deep_alias(self, d):
        """Aliases of aliases, of subqueries and CTEs, of joins' parts."""
        f = self.r.choice(self.base)
        made = f.term
        for _ in range(self.r.randint(1, 3)):
            word = self.one("alias", "alias", "subquery", "cte")
            names = [self.one("d1", "d2", "anon_1")] if self.chance(0.5) else []
            made = Shared(method(made if word == "alias" else call("select", made), word, *names))
        key = f.columns[0][0]
        s = call("select", Item(Field(made, "c"), key), made)
        self.scope = [From(made, f.columns[:1])]
        return self.ended(s, d - 1)

    def upsert(self, d):
        """ON CONFLICT, ON DUPLICATE KEY with their rarer arguments."""
        target = self.from_of(self.one("users", "addresses", "keys", "fill"))
        dialect = self.one("postgresql", "sqlite", "mysql")
        self.scope = [target]
        s = method(call(dialect + ".insert", target.term), "values", Dict(self.pairs(target, 0)))
        if dialect == "mysql":
            return self.on_duplicate(s, target, d - 1)
        index = self.one(
            {"index_elements": [target.column(target.columns[0][0])]},
            {"index_elements": [self.one("id", "no such"), call("func.lower", target.column(target.columns[1][0]))]},
            {"index_elements": ["id"], "index_where": self.expr("bool", 0)},
            {"constraint": self.one("uq", "Uq 1", Field(target.term, "primary_key"))})
        if self.chance(0.3):
            return method(s, "on_conflict_do_nothing", **index)
        return method(s, "on_conflict_do_update", set_=Dict(self.pairs(target, d - 1, at_most=2)), **index, **(
            {"where": self.expr("bool", d - 1)} if self.chance(0.3) else {}))

    def many_rows(self, d):
        """INSERT of rows, positional and named, with defaults; unknown names."""
        key = self.one("users", "fill", "keys", "orders")
        target = self.from_of(key)
        s = call(self.one("insert", "sqlite.insert", "postgresql.insert"), target.term)
        keys = [Value(k) for k, _ in self.r.sample(target.columns, 2)]
        if self.chance(0.1):
            keys[1] = Value("no such column")
        row = lambda: Dict([(k, self.one(term(1), term(None), call("func.f"), call("bindparam", "bp"), term("x"))) for k in keys])
        s = method(s, "values", self.one(row(), [row() for _ in range(self.r.randint(1, 4))]))
        if self.chance(0.3):
            s = self.returning(target, s, 1)
        return method(s, "return_defaults") if self.chance(0.2) else s

    def nested_cte(self, d):
        """CTEs in CTEs, in subqueries, in set operations; nesting here or at the top; the same name twice."""
        def cte(inner, again=False):
            options = dict(self.some(nesting=[True]), **({"name": self.one("c1", "c2", "C 3")} if self.chance(0.8) else {}))
            return Shared(method(inner, "cte", **options))
        first = cte(call("select", method(self.expr("int", 0), "label", "n")))
        n = lambda c: Item(Field(c, "c"), "n")
        second = cte(method(call("select", n(first)), "where", binary(">", n(first), self.r.randint(1, 5))))
        pick = self.r.randrange(6)
        if pick == 0:
            return call("select", n(first), n(second))
        if pick == 1:
            return call("select", Shared(method(call("select", n(second)), "subquery")))
        if pick == 2:
            return call(self.one("union", "union_all"), call("select", n(first)), call("select", n(second)))
        if pick == 3:
            return method(call("select", method(call("select", n(second)), "scalar_subquery"), n(first)), "where", binary(
                "==", n(first), method(call("select", n(first)), "scalar_subquery")))
        if pick == 4:
            return method(call("select", n(first)), "add_cte", second, **self.some(nest_here=[True]))
        return method(method(call("insert", Name("users")), "from_select", ["id"], call("select", n(second))), "add_cte", first)

    def labelled(self, d):
        """Names in ORDER BY and GROUP BY that are labels, columns, or nothing."""
        f = self.r.choice(self.base)
        self.scope = [f]
        key, kind = self.r.choice(f.columns)
        s = call("select", self.one(f.column(key), method(f.column(key), "label", self.one("lab", key))), method(self.item(
            d - 1), "label", "other"))
        chosen = [self.one(term("lab"), term(key), term("other"), call("desc", self.one("lab", "other", key)), f.column(key),
                           call("literal_column", "other"), call("nulls_first", call("asc", "lab"))) for _ in range(self.r.randint(1, 2))]
        s = method(s, self.one("order_by", "order_by", "group_by"), *chosen)
        if self.chance(0.3):
            s = method(call("union", s, s), "order_by", self.one(term("other"), call("desc", "lab")))
        return s

    def counted(self, d):
        """Counting what a SELECT finds."""
        inner = Shared(method(self.select_term(["int"], d - 1, keys=["n"], outer=()), self.one("subquery", "alias", "cte")))
        return self.one(
            lambda: method(call("select", call("func.count")), "select_from", inner),
            lambda: call("select", call("func.count", Item(Field(inner, "c"), "n"))),
            lambda: call("select", method(call("func.count", Item(Field(inner, "c"), "n")), "distinct") if self.chance(0.3) else call(
                "func.count", call("distinct", Item(Field(inner, "c"), "n")))))()

    def exported(self, d):
        """Columns of a statement that is made of others."""
        kinds = [self.r.choice(COMMON) for _ in range(self.r.randint(1, 2))]
        keys = ["e%d" % n for n in range(len(kinds))]
        inner = Shared(self.compound(kinds, d - 1, keys) if self.chance(0.5) else self.select_term(kinds, d - 1, keys=keys, outer=()))
        which = self.one("selected_columns", "exported_columns")
        if self.chance(0.5):
            return method(inner, self.one("order_by", "order_by", "limit") if self.chance(0.9) else "offset", Item(Field(
                inner, which), keys[0])) if self.chance(0.3) else method(inner, "order_by", Item(Field(inner, which), keys[0]))
        sub = Shared(method(inner, self.one("subquery", "cte"), *(["ex"] if self.chance(0.5) else [])))
        again = Shared(method(sub, "alias"))
        s = call("select", Item(Field(sub, "c"), keys[0]), again)
        return method(s, "where", binary("==", Item(Field(sub, "c"), keys[0]), Item(Field(again, "c"), keys[0])))

    def late_values(self, d):
        """Values that are written into the text as late as can be, or never bound."""
        kind = self.one("int", "str", "num", "date", "datetime", "bool")
        value = self.value(kind)
        return self.one(
            lambda: call("literal", value, literal_execute=True), lambda: call("literal", value, self.sql_type(kind), literal_execute=True),
            lambda: method(self.expr(kind, 0), "in_", call("bindparam", "le", [value, value], expanding=True, literal_execute=True)),
            lambda: method(call("select", call("bindparam", "le", value, literal_execute=True)), "limit", self.number()),
            lambda: binary("==", self.expr(kind, 0), call("bindparam", "le", value, literal_execute=True, unique=True)),
            lambda: method(self.expr(kind, 0), "in_", []), lambda: method(self.expr(kind, 0), "not_in", []),
            lambda: method(call("tuple_", self.expr("int", 0), self.expr("str", 0)), self.one("in_", "not_in"), []),
            lambda: method(call("tuple_", self.expr("int", 0), self.expr("str", 0)), "in_", call(
                "bindparam", "tt", [(1, "x"), (2, "it's")], expanding=True, literal_execute=self.chance(0.5))))()

    def correlated(self, d):
        """Subqueries in subqueries that speak of what is outside."""
        a, b = (Shared(method(self.r.choice(self.base).term, "alias", n)) for n in ("o1", "o2"))
        outer = [From(x, next(f.columns for f in self.base if f.term.path == x.term.target.path)) for x in (a, b)]
        self.scope = outer
        deep = call("select", self.expr("int", 0))
        deep = method(deep, "where", self.expr("bool", 1))
        for _ in range(self.r.randint(0, 2)):
            word = self.one("correlate", "correlate_except")
            if self.chance(0.5):
                deep = method(deep, word, *[x.term for x in self.r.sample(outer, self.r.randint(1, 2))])
            deep = method(call("select", method(deep, "scalar_subquery")), "where", self.expr("bool", 0))
        deep = self.one(method(deep, "scalar_subquery"), call("exists", deep), method(self.expr("int", 0), "in_", deep))
        s = call("select", outer[0].column(outer[0].columns[0][0]))
        if self.chance(0.3):
            s = method(s, "select_from", *[o.term for o in outer])
        return method(s, self.one("where", "order_by", "add_columns"), deep)

    def own_operators(self, d):
        """op() in chains, turned round, as conditions."""
        def link(left, right):
            word = self.one("op", "op", "bool_op")
            return Apply(method(left, word, self.one("@@", "<@", "||", "%%", "->", "REGEXP"), **self.some(
                precedence=[1, 5, 8], **({"is_comparison": [True]} if word == "op" else {}))), [right])
        kind = self.one("int", "str", "bool")
        e = link(self.expr(kind, 1), self.operand(kind, 1))
        for _ in range(self.r.randint(0, 2)):
            e = self.one(link(e, self.operand(kind, 0)), link(self.expr(kind, 0), e), binary(self.one("+", "==", "-"), e, self.operand(kind, 0)),
                         Unary("~", e), call("and_", e, self.expr("bool", 0)), call("func.f", e), method(e, "label", "o"),
                         method(e, self.one("is_", "is_not"), None), method(e, "in_", [1, 2]), method(e, "collate", "C"))
        return e

    def typed_text(self, d):
        """text() with typed binds and columns, as a statement and in others."""
        text = self.one("select a, b from t where x = :x and y = :y", "select :x", "select * from t where q in :x", "a :x b \\:y ':y'")
        t = call("text", text)
        pick = self.r.randrange(4)
        if pick == 0:
            t = method(t, "bindparams", x=self.r.choice([5, "s", None]))
        elif pick == 1:
            t = method(t, "bindparams", call("bindparam", "x", self.value("date"), type_=name("Date")))
        elif pick == 2:
            t = method(t, "bindparams", call("bindparam", "x", [1, 2, 3], expanding=True))
        if self.chance(0.5):
            return t
        t = method(t, "columns", *self.one([column(Name("users"), "id"), column(Name("users"), "name")], [call(
            "column", "a", name("Integer")), call("column", "b")]))
        return self.one(
            lambda: t, lambda: call("select", Shared(method(t, "subquery", "st"))), lambda: call("select", Shared(method(t, "cte", "ct"))),
            lambda: method(call("select", Name("users")), "where", call("exists", t)) if self.chance(0.3) else method(
                call("select", Name("users")), "where", method(column(Name("users"), "id"), "in_", t)),
            lambda: method(call("insert", Name("users")), "from_select", ["id", "name"], t))()

    def dml_sources(self, d):
        """UPDATE and DELETE that read from other tables, joins, subqueries, CTEs."""
        target = self.from_of(self.one("users", "orders", "lines"))
        other = self.one(self.from_of("addresses"), self.aliased_of("orders"), self.derived(d - 1))
        self.scope = [target, other]
        s = call(self.one("update", "delete"), target.term)
        if s.target.path == "la.update":
            key, kind = self.r.choice(target.columns)
            self.scope = [other]
            s = method(s, "values", Dict([(Value(key), self.expr(kind, 1))]))
            self.scope = [target, other]
        key = other.columns[0][0]
        s = method(s, "where", binary("==", target.column(target.columns[0][0]), other.column(key)))
        if self.chance(0.3):
            s = method(s, "where", call("exists", method(call("select", other.column(key)), "where", self.expr("bool", 0))))
        if self.chance(0.3):
            s = self.returning(self.one(target, other), s, 1)
        return s

    def dml_ctes(self, d):
        """Statements that change rows, with CTEs that read or change them."""
        first = self.from_of("users")
        read = Shared(method(method(call("select", first.column("id")), "where", binary(">", first.column("id"), 3)), "cte", "rd"))
        moved = Shared(method(method(method(call("delete", Name("orders")), "where", binary("==", column(Name(
            "orders"), "id"), 1)), "returning", column(Name("orders"), "id"), column(Name("orders"), "user_id")), "cte", "mv"))
        n = lambda c, k: Item(Field(c, "c"), k)
        return self.one(
            lambda: method(method(call("update", first.term), "values", age=1), "where", method(first.column("id"), "in_", call(
                "select", n(read, "id")))),
            lambda: method(call("delete", first.term), "where", binary("==", first.column("id"), n(read, "id"))),
            lambda: method(call("insert", Name("lines")), "from_select", ["order_id", "n"], call("select", n(moved, "id"), n(moved, "user_id"))),
            lambda: call("select", moved), lambda: method(call("select", n(moved, "id")), "where", method(n(moved, "id"), "in_", call(
                "select", n(read, "id")))),
            lambda: method(method(call("insert", first.term), "values", id=4), "add_cte", moved, read),
            lambda: method(method(call("update", first.term), "values", age=method(call("select", call("func.max", n(
                read, "id"))), "scalar_subquery")), "add_cte", read))()

    def frames(self, d):
        f = call(self.one("func.sum", "func.avg", "func.array_agg", "func.last_value"), self.item(d - 1))
        if self.chance(0.3):
            f = method(f, "filter", self.expr("bool", 0))
        frame = tuple(self.one(None, 0, self.r.randint(1, 9), -self.r.randint(1, 9)) for _ in range(2))
        f = method(f, "over", **{self.one("rows", "range_", "groups"): frame}, **{k: v for k, v in (
            ("order_by", [self.order_item(0)]), ("partition_by", [self.item(0), self.item(0)])) if self.chance(0.5)})
        return self.one(f, method(f, "label", "fr"), binary("+", f, 1), call("func.coalesce", f, 0), method(call("select", f), "order_by", f))

    def set_trees(self, d):
        """Set operations of set operations, with limits and orders within."""
        def tree(depth):
            if depth == 0:
                s = call("select", method(self.expr("int", 0), "label", "n"))
                if self.chance(0.3):
                    s = method(s, "order_by", "n")
                return self.limited(s) if self.chance(0.3) else s
            parts = [tree(self.r.randint(0, depth - 1)) for _ in range(self.r.randint(1, 3))]
            word = self.one("union", "union_all", "intersect", "except_", "intersect_all", "except_all")
            made = call(word, *parts) if self.chance(0.7) else method(parts[0], word, *parts[1:])
            if self.chance(0.3):
                made = method(made, "order_by", self.one(term("n"), call("text", "1"), call("desc", "n")))
            if self.chance(0.2):
                made = self.limited(made)
            pick = self.r.random()
            if pick < 0.15:
                return call("select", Shared(method(made, self.one("subquery", "cte", "alias"))))
            return method(made, "self_group") if pick < 0.2 else made
        made = tree(2)
        return self.one(made, made, method(made, "scalar_subquery"), call("exists", made), method(self.expr("int", 0), "in_", made))

    def named_columns(self, d):
        """Names that need quotes, or look like other things, in every position."""
        odd = self.one("a b", "order", "x%y", "q:r", "UPPER", "ü", "a.b", "1st", "_x", "$d", "it's", 'd"q', "b`t", "s]b", "%(x)s", ":n", "")
        table = Shared(call("table", odd, call("column", odd, name("Integer")), call("column", "n"), **self.some(schema=["s c", "x.y"])))
        f = From(table, [(odd, "int"), ("n", "any")])
        c = f.column(odd)
        named = Shared(method(table, "alias", odd))
        return self.one(
            lambda: call("select", table), lambda: call("select", method(c, "label", odd + "l")), lambda: call("select", named),
            lambda: method(call("select", c), "where", binary("==", c, 5)), lambda: method(call("select", c), "where", method(c, "in_", [1, 2])),
            lambda: method(call("insert", table), "values", Dict([(Value(odd), self.one(term(1), call("func.f")))])),
            lambda: method(method(call("update", table), "values", Dict([(Value(odd), term(1))])), "where", binary(">", c, 0)),
            lambda: call("select", Shared(method(call("select", c), "subquery", odd))),
            lambda: call("select", Shared(method(call("select", c), "cte", odd))),
            lambda: method(call("select", call("bindparam", odd, 5)), "order_by", c), lambda: call("func." + "x", c),
            lambda: method(call("select", c, binary("+", c, 1)), "set_label_style", name("LABEL_STYLE_TABLENAME_PLUS_COL")),
            lambda: method(call("select", call("bindparam", odd, 5)), "params", Dict([(Value(odd), term(6))])))()
