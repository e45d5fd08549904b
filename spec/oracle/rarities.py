"""Constructs that are rarer: ordered-set aggregates, text with columns, functions as columns, collections of columns."""
from tables import From
from term import Apply, Field, Shared, Value, binary, call, called, method, name


class Rarities:
    """Needs what Expressions and Selects have."""

    def rare(self, kind, d):
        """An expression of a rarer form, of more or less that type."""
        made = self.one(self.ordered_set, self.of_function, self.combined, self.converted, self.correlated_subquery,
                        self.expanding, self.of_array, self.of_json, self.own_construct)
        return made(kind, d)

    def ordered_set(self, kind, d):
        function = self.one(call("func.mode"), call("func.percentile_cont", 0.5), call("func.percentile_disc", [0.25, 0.5]) if
                            self.chance(0.1) else call("func.percentile_disc", 0.5), call("func.rank", self.operand("int", d)),
                            call("func.listagg", self.expr("str", d), ","))
        found = method(function, "within_group", *[self.order_item(d) for _ in range(self.r.randint(1, 2))])
        if self.chance(0.3):
            found = method(found, "filter", self.expr("bool", d))
        if self.chance(0.3):
            found = method(found, "over", partition_by=self.expr("int", d))
        return found

    def of_function(self, kind, d):
        function = call(self.one("func.unnest", "func.json_array_elements", "func.f"), self.expr(self.one("intarray", "json"), d),
                        **({"type_": self.sql_type(kind)} if self.chance(0.4) else {}))
        pick = self.r.randrange(5)
        if pick == 0:
            return Shared(method(function, "column_valued", *([self.one("cv", "c v")] if self.chance(0.7) else [])))
        if pick == 1:
            return Shared(Field(Shared(method(function, "alias", *(["fa"] if self.chance(0.5) else []))), "column"))
        if pick == 2:
            return method(function, "scalar_table_valued", "sv", **({"type_": self.sql_type(kind)} if self.chance(0.4) else {}))
        if pick == 3:
            return call("func.count", method(self.expr(kind, d), "distinct"))
        return call("func.aggregate_strings", self.expr("str", d), self.one(",", "; "))

    def combined(self, kind, d):
        pick = self.r.randrange(4)
        if pick == 0:
            sides = [call("tuple_", self.expr("int", d), self.expr("str", d)) for _ in range(2)]
            return binary(self.one("==", "!=", "<", ">="), *sides)
        if pick == 1:
            return method(call("tuple_", self.expr("int", d), self.expr("int", d)), "in_", call(
                "bindparam", "tups", [(1, 2), (3, 4)], expanding=True))
        if pick == 2:
            return Apply(method(self.expr("bool", d), "op", self.one("XOR", "AND"), is_comparison=True,
                                precedence=self.one(0, 5, 10)), [self.operand("bool", d)])
        return method(self.expr("int", d), self.one("any_", "all_")) if self.chance(0.2) else binary(
            "==", self.expr("int", d), method(self.strict("intarray", d), self.one("any_", "all_")))

    def converted(self, kind, d):
        e = self.expr(self.one("int", "str", "date"), d)
        return self.one(
            lambda: method(e, "cast", self.sql_type(kind)),
            lambda: call("cast", call("null"), self.sql_type(kind)),
            lambda: call("cast", Value(None), self.sql_type(kind)),
            lambda: call("type_coerce", call("cast", e, self.sql_type(kind)), self.sql_type(self.one("str", "int", "json"))),
            lambda: call("literal", Value(None), self.sql_type(kind)))()

    def correlated_subquery(self, kind, d):
        found = self.select_term([kind], d, scalar=True)
        return method(found, self.one("correlate", "correlate_except"), self.r.choice(self.scope).term)

    def expanding(self, kind, d):
        kind = self.one("int", "str", "date")
        values = [self.value(kind) for _ in range(self.r.randint(1, 3))]
        return method(self.expr(kind, d), self.one("in_", "not_in"), call("bindparam", self.one("many", "m n"), values,
                                                                          expanding=True, **({"type_": self.sql_type(kind)}
                                                                          if self.chance(0.3) else {})))

    def own_construct(self, kind, d):
        if self.chance(0.4):
            return called("Tick")
        made = called("Pick", *[self.operand(kind, d) if n else self.expr(kind, d) for n in range(self.r.randint(1, 2))])
        return self.windowed(made, d) if self.chance(0.2) else made

    def of_array(self, kind, d):
        item = self.one("int", "str")
        made = self.strict(item + "array", d)
        return self.one(
            lambda: method(made, self.one("any", "all"), self.operand(item, d),
                           operator=name(self.one("sql.operators.lt", "sql.operators.ne", "sql.operators.ge"))),
            lambda: binary("+", call("postgresql.array", [1, 2]), call("postgresql.array", [self.operand("int", d)])),
            lambda: call("cast", call("postgresql.array", [self.operand(item, d)]), call("postgresql.ARRAY", name("Text"))),
            lambda: call("postgresql.array", [call("postgresql.array", [1]), call("postgresql.array", [2])]),
            lambda: call("func.array_length", made, 1),
            lambda: call("func.array_cat", made, made, type_=call("postgresql.ARRAY", name("Integer"))))()

    def of_json(self, kind, d):
        item = self.json_item(d)
        return self.one(
            lambda: method(item, "as_numeric", 10, 2), lambda: method(item, "as_json"),
            lambda: binary("==", item, self.one(Value("x"), Value(5), call("null"), Value(True))),
            lambda: binary("==", method(item, "as_string"), self.operand("str", d)),
            lambda: call("cast", item, self.sql_type(kind)),
            lambda: call("func.jsonb_set", self.strict("jsonb", d), call("postgresql.array", ["a"]), self.expr("jsonb", d)))()

    # ---- FROM ----

    def text_source(self, d):
        kinds = [self.one("int", "str") for _ in range(self.r.randint(1, 2))]
        keys = ["x%d" % n for n in range(len(kinds))]
        text = call("text", self.one("select 1", "select a, b from t where q = :lim", "select '50%'", "select x0, x1 from y"))
        if self.chance(0.3):
            text = method(text, "bindparams", call("bindparam", "lim", self.r.randint(1, 9))) if ":lim" in text.args[0].value else text
        if self.chance(0.5):
            text = method(text, "columns", *[call("column", k, self.sql_type(t)) for k, t in zip(keys, kinds)])
        else:
            text = method(text, "columns", **{k: self.sql_type(t) for k, t in zip(keys, kinds)})
        found = method(text, self.one("subquery", "alias", "cte"), *([self.one("tx", "t x")] if self.chance(0.6) else []))
        return From(Shared(found), list(zip(keys, kinds)))

    # ---- SELECT ----

    def rare_clause(self, s, own, columns, d):
        pick = self.r.randrange(5)
        if pick == 0:
            return method(s, "with_only_columns", *[self.expr("int", d) for _ in range(len(columns))],
                          **({"maintain_column_froms": True} if self.chance(0.5) else {}))
        if pick == 1:
            inner = Shared(method(self.select_term(["int"], d - 1, outer=()), "cte", self.one("extra", "x y")))
            return method(s, "add_cte", inner, **({"nest_here": True} if self.chance(0.4) else {}))
        if pick == 2:
            return method(s, "distinct")
        if pick == 3:
            return method(s, "order_by", Value(None)) if self.chance(0.3) else method(s, "group_by", self.expr("int", d))
        return method(s, "where", call("exists", self.select_term(["int"], d - 1)))

