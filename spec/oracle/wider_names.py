"""Names that are long, repeated or translated, and types of the user's own, in every place."""
from tables import From
from term import Dict, Field, Item, Name, Shared, Value, binary, call, column, method, name, term
from wider_changes import LONG


class WiderNames:
    """Needs what Expressions and Kinds have."""

    # ---- names ----

    def long_names(self, d):
        table = Shared(
            call("Table", self.one("t", LONG[0]), call("MetaData"),
                call("Column", LONG[0], name("Integer"), primary_key=True), call("Column", LONG[1], name("String")),
                call("Column", "x", name("Integer"), **self.some(key=["ykey"])), **self.some(schema=["s"])))
        f = From(table, [(LONG[0], "int"), (LONG[1], "str")])
        a = Shared(method(table, "alias", *self.one([], [LONG[1]])))
        style = name(self.one("LABEL_STYLE_TABLENAME_PLUS_COL", "LABEL_STYLE_DISAMBIGUATE_ONLY", "LABEL_STYLE_NONE"))
        c = Item(Field(a, "c"), LONG[0])
        return self.one(
            lambda: method(call("select", table), "set_label_style", style),
            lambda: method(call("select", table, a), "set_label_style", style),
            lambda: method(method(call("select", c), "where", method(c, "in_", [1, 2])), "set_label_style", style),
            lambda: call("select",
                Shared(
                    method(method(call("select", table), "set_label_style", style), self.one("subquery", "cte"),
                        *self.one([], [LONG[0]])))),
            lambda: method(call("insert", table), "values", {LONG[0]: 5, LONG[1]: call("func.f", "x")}),
            lambda: method(method(call("update", table), "values", {LONG[1]: "y"}), "where",
                binary("==", f.column(LONG[0]), 3)),
            lambda: method(
                method(call("select", method(c, "label", LONG[1])), "where",
                    binary("==", c, call("bindparam", LONG[0], 5))), "order_by", LONG[1]),
            lambda: method(method(call("select", binary("+", c, 1), call("func.max", c)), "set_label_style", style),
                "group_by", c),
            lambda: method(method(call("insert", table), "values", {LONG[1]: "z"}), "returning", f.column(LONG[0]),
                method(f.column(LONG[1]), "label", LONG[0])),
            lambda: call("schema.CreateTable", table),
            lambda: call("schema.CreateIndex", Shared(call("Index", LONG[0], f.column(LONG[1])))))()

    def label_names(self, d):
        """Labels that are the names of columns, of other labels, of keys; in ORDER BY, GROUP BY, HAVING, subqueries."""
        f = self.of(self.one("users", "addresses", "orders", "lines"))
        self.scope = [f]
        keys = [k for k, _ in f.columns]
        labels = [self.one(self.r.choice(keys), "lb", "LB 2", "l%l") for _ in range(3)]
        parts = [
            method(self.one(f.column(self.r.choice(keys)), self.expr("int", 1), call("func.count")), "label",
                w) for w in labels]
        parts = [Shared(p) if self.chance(0.5) else p for p in parts]
        s = call("select", *parts, *([f.column(self.r.choice(keys))] if self.chance(0.5) else []))
        pick = lambda: self.one(term(self.r.choice(labels)), self.r.choice(parts), call("desc", self.r.choice(labels)),
            term(self.r.choice(keys)), f.column(self.r.choice(keys)),
            call("nulls_last", call("asc", self.r.choice(parts))), binary("+", self.r.choice(parts), 1),
            call("func.lower", self.r.choice(parts)), method(self.r.choice(parts), "collate", "C"))
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
            lambda: method(call("select", a, odd), "join", odd, binary("==", k(a), k(odd))),
            lambda: method(call("select", k(a)), "where",
                call("exists", method(call("select", k(b)), "where", binary("==", k(a), k(b))))),
            lambda: method(method(call("update", b), "values", Dict([(Value(keys["fill"]), k(a))])), "where",
                binary("==", k(a), k(b))),
            lambda: method(call("delete", a), "where", binary("==", k(a), k(odd))),
            lambda: method(method(call("insert", b), "from_select", [keys["fill"]], call("select", k(a))), "returning",
                k(b)),
            lambda: method(call("select", Shared(method(a, "alias", "ta"))), "with_hint", a, "H"),
            lambda: call("schema.CreateTable", self.one(a, b, odd)),
            lambda: call("schema.DropTable", self.one(a, b, odd)),
            lambda: method(call("select", k(a)), "set_label_style", name("LABEL_STYLE_TABLENAME_PLUS_COL")),
            lambda: call("select",
                method(Shared(call("Sequence", "sq", **self.some(schema=["sch", "My Schema"]))), "next_value")))()

    # ---- types of one's own ----

    def own_table(self):
        types = [
            Name(
                self.one("Marked", "Wrapped", "OutOnly", "Chosen", "Strict", "Price", "Point", "Literal",
                    "Plain")) for _ in range(2)]
        keys = ["a", self.one("b", "B 2")]
        table = Shared(
            call("Table", "own", call("MetaData"), call("Column", "id", name("Integer"), primary_key=True),
                *[call("Column", k, t) for k, t in zip(keys, types)]))
        return table, keys

    def user_types(self, d):
        table, keys = self.own_table()
        c = lambda k, of=table: Item(Field(of, "c"), k)
        a = Shared(method(table, "alias", *self.one([], ["oa"])))
        k, j = self.r.choice(keys), self.r.choice(keys)
        value = self.one("x", 5, None)
        return self.one(
            lambda: call("select", table),
            lambda: method(call("select", c(k)), "where", binary(self.one("==", "<", "!="), c(k), value)),
            lambda: call("select", Shared(method(call("select", table), self.one("subquery", "cte")))),
            lambda: method(call("select", c(k, a)), "order_by", c(k, a)),
            lambda: method(call("select", method(c(k), "label", "w")), "order_by", self.one("w", c(k))),
            lambda: call("union", call("select", c(k)), call("select", c(j, a))),
            lambda: method(call("select", c(k)), "where",
                method(c(k), self.one("in_", "not_in"), [value, "y"] if value else ["y"])),
            lambda: call("select", call("func.max", c(k)), call("func.coalesce", c(k), value)),
            lambda: method(call("select", c(k), c(j)), "distinct"),
            lambda: call("select", call("cast", c(k), self.any_type(0)), call("type_coerce", c(j), self.any_type(0))),
            lambda: method(call("select", table), "set_label_style", name("LABEL_STYLE_TABLENAME_PLUS_COL")),
            lambda: call("select", call("case", (binary("==", c(k), value), c(j)), else_=c(k))),
            lambda: method(method(call("select", c(k)), "group_by", c(k)), "having",
                binary(">", call("func.min", c(k)), value)),
            lambda: call("select", method(call("select", c(k)), "scalar_subquery")),
            lambda: method(call("select", table), "where", method(c(k), "between", value, value)),
            lambda: call("select", binary("+", c(k), value), binary("+", c(k), c(j))),
            lambda: method(call("select", table), "limit", 3))()

    def user_types_changed(self, d):
        table, keys = self.own_table()
        c = lambda k: Item(Field(table, "c"), k)
        k, j = self.r.choice(keys), self.r.choice(keys)
        value = lambda: self.one(term("x"), term(None), call("bindparam", "ub"), call("func.f", 1),
            call("literal", "q"), c(j))
        s = self.one(
            lambda: method(call("insert", table), "values", Dict([(Value(k), value())])),
            lambda: call("insert", table),
            lambda: method(call("insert", table), "values", [Dict([(Value(k), value())]), Dict([(Value(k), value())])]),
            lambda: method(method(call("update", table), "values", Dict([(Value(k), value())])), "where",
                binary("==", c(j), "w")),
            lambda: method(call("delete", table), "where", method(c(k), "in_", ["x", "y"])),
            lambda: method(call("insert", table), "from_select", [k],
                call("select", self.one(c(j), call("literal", "v"), c("id")))),
            lambda: method(method(call("postgresql.insert", table), "values", Dict([(Value(k), value())])),
                "on_conflict_do_update", index_elements=["id"], set_=Dict([(Value(j), value())])))()
        return method(s, "returning", self.one(table, c(k), method(c(k), "label", "rl"))) if self.chance(0.5) else s
