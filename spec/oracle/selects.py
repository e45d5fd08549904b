"""Random selectables: tables, aliases, joins, SELECT with every clause, set operations, CTEs."""
import tables
from expressions import COMMON, LABELS, Expressions
from rarities import Rarities
from tables import From
# Selectables without a name are numbered by their identity: those that others are made from must live on.
from term import Name, Shared, Value, binary, call, method, name, term

ALIASES = ["a", "al", "Alias", "users", "order", None, None, "anon_1", "q r"]


class Selects(Expressions, Rarities):
    def __init__(self, random):
        self.r = random
        self.base = tables.tables()
        self.scope = [self.r.choice(self.base)]

    # ---- what to select from ----

    def source(self, d):
        base = self.r.choice(self.base)
        pick = self.r.random()
        if d <= 0 or pick < 0.5:
            return base
        if pick < 0.65:
            return From(self.named(Name(base.term.path), "alias"), base.columns)
        if pick < 0.7:
            return From(self.named(base.term, "tablesample", self.one(5, call("func.bernoulli", 1)),
                                   **({"seed": call("func.random")} if self.chance(0.3) else {})), base.columns)
        return self.derived(d - 1)

    def named(self, target, word, *args, **options):
        alias = self.r.choice(ALIASES)
        if word == "alias" and self.chance(0.7) and alias:
            return Shared(method(target, word, alias, **options))
        if alias and self.chance(0.8):
            options["name"] = alias
        return Shared(method(target, word, *args, **options))

    def derived(self, d):
        """A subquery, CTE, lateral, VALUES or function in FROM."""
        pick = self.r.randrange(20)
        if pick == 0:
            return self.text_source(d)
        pick //= 2
        if pick <= 6:
            return self.derived_select(d)
        if pick == 7:
            return self.values_source(d)
        return self.function_source(d)

    def derived_select(self, d):
        kinds = [self.r.choice(COMMON) for _ in range(self.r.randint(1, 3))]
        keys = ["c%d" % n for n in range(len(kinds))]
        inner, scope = self.scope, self.scope
        if self.chance(0.15):
            statement = self.compound(kinds, d, keys)
        else:
            statement = self.select_term(kinds, d, keys=keys, outer=scope if self.chance(0.1) else ())
        self.scope = inner
        word = self.one("subquery", "subquery", "alias", "cte", "cte", "lateral")
        options = {}
        alias = self.r.choice(ALIASES)
        if alias:
            options["name"] = alias
        if word == "cte" and self.chance(0.1):
            options["nesting"] = True
        found = method(statement, word, **options)
        if word == "cte" and self.chance(0.15):
            found = method(Shared(found), "prefix_with", self.one("MATERIALIZED", "NOT MATERIALIZED"),
                           **({"dialect": "postgresql"} if self.chance(0.5) else {}))
        if word in ("subquery", "cte") and self.chance(0.1):
            found = method(Shared(found), "alias", *([self.r.choice(LABELS)] if self.chance(0.6) else []))
        return From(Shared(found), list(zip(keys, kinds)))

    def values_source(self, d):
        kinds = [self.r.choice(("int", "str", "num")) for _ in range(self.r.randint(1, 2))]
        keys = ["v%d" % n for n in range(len(kinds))]
        options = {}
        if self.chance(0.7):
            options["name"] = self.one("vals", "my values", "v")
        if self.chance(0.3):
            options["literal_binds"] = True
        found = call("values", *[call("column", k, self.sql_type(t)) for k, t in zip(keys, kinds)], **options)
        rows = [tuple(self.value(t) for t in kinds) for _ in range(self.r.randint(1, 3))]
        found = method(Shared(found), "data", rows)
        if self.chance(0.3):
            found = method(Shared(found), "alias", self.one("va", "order"))
        if self.chance(0.15):
            found = method(Shared(found), "lateral")
        elif self.chance(0.15):
            found = method(Shared(found), "cte", self.one("vc", "v"))
        return From(Shared(found), list(zip(keys, kinds)))

    def function_source(self, d):
        function = call(self.one("func.generate_series", "func.json_each", "func.unnest", "func.pkg.rows"),
                        *[self.operand(self.one("int", "str"), d) for _ in range(self.r.randint(0, 2))])
        return self.table_valued(function)

    def table_valued(self, function):
        kinds = [self.one("int", "str") for _ in range(self.r.randint(1, 2))]
        keys = ["t%d" % n for n in range(len(kinds))]
        options = {}
        if self.chance(0.3):
            options["with_ordinality"] = "ord"
            kinds, more = kinds + ["int"], keys + ["ord"]
        else:
            more = keys
        if self.chance(0.2):
            options["name"] = self.one("tv", "t v")
        columns = [k if self.chance(0.5) else call("column", k, self.sql_type(t)) for k, t in zip(keys, kinds)]
        found = method(function, "table_valued", *columns, **options)
        if self.chance(0.4):
            found = method(Shared(found), "render_derived", **{k: v for k, v in (
                ("name", "rd"), ("with_types", True)) if self.chance(0.4)})
        elif self.chance(0.3):
            found = method(Shared(found), "alias", self.one("tva", "x"))
        elif self.chance(0.2):
            found = method(Shared(found), "lateral")
        return From(Shared(found), list(zip(more, kinds)))

    # ---- SELECT ----

    def select_term(self, kinds, d, scalar=False, keys=None, outer=None):
        saved = self.scope
        visible = list(outer) if outer is not None else (saved if self.chance(0.35) else [])
        own = [self.source(d)]
        while self.chance(0.25) and len(own) < 3:
            own.append(self.source(d - 1))
        self.scope = own + visible
        try:
            statement = self.select(kinds, d, keys, own, visible)
        finally:
            self.scope = saved
        if scalar:
            return method(statement, "scalar_subquery")
        return statement

    def result_columns(self, kinds, d, keys):
        found = []
        for n, kind in enumerate(kinds):
            e = self.expr(kind, d)
            if keys:
                e = method(e, "label", keys[n])
            elif self.chance(0.15):
                e = method(e, "label", self.r.choice(LABELS))
            found.append(e)
        return found

    def select(self, kinds, d, keys, own, visible):
        columns = self.result_columns(kinds, d, keys)
        if not keys and len(kinds) > 1 and self.chance(0.15):
            columns.append(self.r.choice(own).term)
        statement = call("select", *columns)
        clauses = []
        if len(own) > 1 and self.chance(0.7):
            clauses.append(lambda s: self.joined(s, own, d))
        elif self.chance(0.3):
            clauses.append(lambda s: method(s, "select_from", *[f.term for f in own]))
        if self.chance(0.6):
            clauses.append(lambda s: method(s, self.one("where", "where", "filter"),
                                            *[self.expr("bool", d) for _ in range(self.r.randint(1, 2))]))
        if self.chance(0.2):
            clauses.append(lambda s: method(s, "group_by", *[self.group_item(d) for _ in range(self.r.randint(1, 2))]))
            if self.chance(0.5):
                clauses.append(lambda s: method(s, "having", self.expr("bool", d)))
        if self.chance(0.35):
            labels = list(keys or ()) or [c.args[0].value for c in columns if getattr(c, "method", "") == "label"]
            if self.chance(0.05):
                labels = LABELS
            clauses.append(lambda s: method(s, "order_by", *[
                self.ordering(d, columns, labels) for _ in range(self.r.randint(1, 2))]))
        if self.chance(0.25):
            clauses.append(self.limited)
        if self.chance(0.12):
            clauses.append(lambda s: method(s, "distinct", *([self.expr(self.r.choice(COMMON), d)]
                                                             if self.chance(0.4) else [])))
        if self.chance(0.06):
            clauses.append(lambda s: self.for_update(s, own))
        if self.chance(0.08):
            clauses.append(lambda s: self.decorated(s, own))
        if visible and self.chance(0.3):
            clauses.append(lambda s: method(s, self.one("correlate", "correlate_except"),
                                            *([self.r.choice(visible).term] if self.chance(0.9) else [Value(None)])))
        if self.chance(0.1):
            clauses.append(lambda s: method(s, "add_columns", self.expr("int", d)))
        if self.chance(0.06) and not keys:
            clauses.append(lambda s: self.rare_clause(s, own, columns, d))
        if self.chance(0.2):
            self.r.shuffle(clauses)
        for clause in clauses:
            statement = clause(statement)
        if self.chance(0.05):
            statement = method(statement, "set_label_style", name(self.one(
                "LABEL_STYLE_TABLENAME_PLUS_COL", "LABEL_STYLE_DISAMBIGUATE_ONLY", "LABEL_STYLE_NONE")))
        return statement

    def on_clause(self, left, right, d):
        a, b = left.of_type(("int",)), right.of_type(("int",))
        if a and b and self.chance(0.7):
            (x, k), (y, m) = self.r.choice(a), self.r.choice(b)
            return binary("==", x.column(k), y.column(m))
        return self.expr("bool", d)

    def joined(self, s, own, d):
        first, *rest = own
        if self.chance(0.4):
            tree = first.term
            if self.chance(0.3) and len(rest) == 2:
                inner = call("join", rest[0].term, rest[1].term, self.on_clause(rest[0], rest[1], d), **self.join_options())
                return method(s, "select_from", self.join_of(tree, inner, self.on_clause(first, rest[0], d)))
            for f in rest:
                tree = self.join_of(tree, f.term, self.on_clause(first, f, d))
            return method(s, "select_from", tree)
        if self.chance(0.5):
            s = method(s, "select_from", first.term)
        for f in rest:
            if not self.chance(0.9):
                continue
            word = self.one("join", "join", "outerjoin", "join_from", "outerjoin_from")
            args = [f.term] + ([self.on_clause(first, f, d)] if self.chance(0.97) else [])
            if word.endswith("from"):
                args.insert(0, first.term)
            options = {} if word.startswith("outer") else self.join_options()
            if word.startswith("outer") and self.chance(0.2):
                options = {"full": True}
            s = method(s, word, *args, **options)
        return s

    def join_options(self):
        pick = self.r.random()
        return {"isouter": True} if pick < 0.2 else {"full": True} if pick < 0.3 else {}

    def join_of(self, left, right, on):
        if self.chance(0.5):
            return call(self.one("join", "outerjoin"), left, right, on)
        return method(left, self.one("join", "outerjoin"), right, on)

    def group_item(self, d):
        kind = self.r.choice(COMMON)
        pick = self.r.random()
        if pick < 0.03:
            return term(self.r.choice(LABELS[:6]))
        if pick < 0.25:
            return call(self.one("func.rollup", "func.cube"), *[self.expr(kind, d) for _ in range(self.r.randint(1, 2))])
        if pick < 0.3:
            return call("func.grouping_sets", call("tuple_", self.expr(kind, d), self.expr("int", d)),
                        self.expr(kind, d))
        return self.expr(kind, d)

    def ordering(self, d, columns, labels):
        pick = self.r.random()
        if pick < 0.3:
            item = self.r.choice(columns)
        elif pick < 0.5 and labels:
            item = term(self.r.choice(labels))
            if self.chance(0.5):
                return call(self.one("asc", "desc", "nulls_last"), item)
            return item
        else:
            return self.order_item(d)
        if self.chance(0.4):
            return method(item, self.one("asc", "desc"))
        return item

    def number(self):
        return self.one(term(self.r.randint(0, 20)), term(self.r.randint(1, 5)), call("bindparam", "lim", 5),
                        binary("+", call("literal", 3), 4), call("literal_column", "8"),
                        call("func.least", 3, 9))

    def limited(self, s):
        pick = self.r.random()
        if pick < 0.35:
            return method(s, "limit", self.number())
        if pick < 0.5:
            return method(s, "offset", self.number())
        if pick < 0.75:
            return method(method(s, "limit", self.number()), "offset", self.number())
        if pick < 0.8:
            return method(s, "slice", self.r.randint(0, 3), self.r.randint(4, 9))
        options = {k: True for k in ("with_ties", "percent") if self.chance(0.3)}
        s = method(s, "fetch", self.number(), **options)
        return method(s, "offset", self.number()) if self.chance(0.5) else s

    def for_update(self, s, own):
        options = {k: True for k in ("read", "nowait", "skip_locked", "key_share") if self.chance(0.3)}
        if self.chance(0.4):
            f = self.r.choice([f for f in own if len(f.columns) > 2] or self.base)
            options["of"] = self.one(f.term, f.column(f.columns[0][0]), term([f.column(f.columns[0][0])]))
        return method(s, "with_for_update", **options)

    def decorated(self, s, own):
        dialect = {} if self.chance(0.5) else {"dialect": self.one("mysql", "oracle", "postgresql", "sqlite")}
        pick = self.r.randrange(4)
        if pick == 0:
            return method(s, "prefix_with", self.one("SQL_CALC_FOUND_ROWS", "/*+ x */"), **dialect)
        if pick == 1:
            return method(s, "suffix_with", "OPTION (x)", **dialect)
        if pick == 2:
            if dialect:
                dialect = {"dialect_name": dialect["dialect"]}
            return method(s, "with_hint", self.r.choice(self.base).term, self.one("WITH (NOLOCK)", "USE INDEX (%(name)s)"), **dialect)
        if dialect:
            dialect = {"dialect_name": dialect["dialect"]}
        return method(s, "with_statement_hint", "HINT 1", **dialect)

    # ---- set operations ----

    def compound(self, kinds, d, keys=None):
        word = self.one("union", "union_all", "intersect", "except_", "intersect_all", "except_all", "union")
        parts = [self.part(kinds, d - 1, keys) for _ in range(self.r.randint(1, 3))]
        if self.chance(0.3):
            found = method(parts[0], word, *parts[1:]) if len(parts) > 1 else call(word, *parts)
        else:
            found = call(word, *parts)
        if self.chance(0.3):
            labels = list(keys or ()) if self.chance(0.95) else LABELS
            found = method(found, "order_by", self.one(term(self.r.choice(labels)), call("desc", self.r.choice(labels)))
                           if labels else call("text", "1"))
        if self.chance(0.25):
            found = self.limited(found)
        if self.chance(0.05):
            found = method(found, "with_for_update")
        return found

    def part(self, kinds, d, keys):
        if d > 0 and self.chance(0.2):
            found = self.compound(kinds, d - 1, keys)
        else:
            found = self.select_term(kinds, d, keys=keys)
        return method(found, "self_group") if self.chance(0.05) else found

    # ---- recursive CTEs ----

    def recursive(self, d):
        kinds = ["int", self.r.choice(COMMON)]
        keys = ["n", "w"]
        base = self.select_term(kinds, d, keys=keys, outer=())
        cte = Shared(method(base, "cte", *([self.one("rec", "my rec")] if self.chance(0.8) else []), recursive=True))
        source = From(cte, list(zip(keys, kinds)))
        again = self.one(cte, Shared(method(cte, "alias", *(["ra"] if self.chance(0.5) else []))))
        inner = From(again, source.columns)
        step = call("select", binary("+", inner.column("n"), 1), inner.column("w"))
        if self.chance(0.8):
            step = method(step, "where", binary("<", inner.column("n"), 10))
        union = Shared(method(cte, self.one("union", "union_all"), step))
        found = From(union, source.columns)
        self.scope = [found]
        return call("select", *[found.column(k) for k in keys]) if self.chance(0.5) else self.select(kinds, d, None, [found], [])

    # ---- a statement ----

    def statement(self, size):
        d = min(1 + size, 7)
        kinds = [self.r.choice(COMMON if self.chance(0.8) else COMMON + ("json", "intarray", "jsonb"))
                 for _ in range(self.r.randint(1, 3))]
        pick = self.r.random()
        if pick < 0.25:
            self.scope = [self.source(d - 1)]
            return self.expr(self.r.choice(COMMON + ("bool", "bool", "json", "jsonb", "intarray", "hstore", "range", "any",
                                                     "interval", "strarray")), d)
        if pick < 0.83:
            return self.select_term(kinds, d, outer=())
        if pick < 0.94:
            return self.compound(kinds, d)
        return self.recursive(d)
