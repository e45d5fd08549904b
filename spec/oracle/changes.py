"""Random INSERT, UPDATE, DELETE; those within CTEs."""
from expressions import COMMON
from selects import Selects
from tables import COLUMNS, From
from term import Dict, Field, Item, Name, Sequence, Shared, Value, call, method, term


class Changes(Selects):
    def target(self):
        key = self.r.choice([k for k in COLUMNS if k != "pg"] + ["users", "addresses", "fill", "mytable"])
        found = next(f for f in self.base if isinstance(f.term, Name) and f.term.path == key)
        return found

    def new_value(self, kind, d):
        pick = self.r.random()
        if pick < 0.5:
            return self.typed_value(kind)
        if pick < 0.58:
            return term(None)
        if pick < 0.64:
            return call("null")
        if pick < 0.7:
            return call("bindparam", self.one("nv", "x%y", "n v"), **({"type_": self.sql_type(kind)} if self.chance(0.3) else {}))
        if pick < 0.75:
            return self.select_term([kind], d - 1, scalar=True)
        if pick < 0.8:
            return call("text", self.one("1 + 1", "now()", ":tb"))
        return self.expr(kind, d - 1)

    def pairs(self, target, d, at_most=4, by_column=None):
        columns = self.r.sample(target.columns, self.r.randint(1, min(at_most, len(target.columns))))
        by_column = self.chance(0.3) if by_column is None else by_column
        return [(target.column(k) if by_column else Value(k), self.new_value(t, d)) for k, t in columns]

    def returning(self, target, s, d):
        pick = self.r.random()
        if pick < 0.3:
            columns = [target.term]
        else:
            saved, self.scope = self.scope, [target]
            columns = [self.expr(self.r.choice(COMMON), self.r.randint(0, max(d - 1, 0)))
                       if self.chance(0.4) else target.column(self.r.choice(target.columns)[0])
                       for _ in range(self.r.randint(1, 3))]
            self.scope = saved
            columns = [method(c, "label", self.one("r1", "order", "Ret")) if self.chance(0.15) else c for c in columns]
        return method(s, "returning", *columns)

    # ---- INSERT ----

    def insert(self, d):
        target = self.target()
        self.scope = [target]
        which = self.one("insert", "insert", "postgresql.insert", "sqlite.insert", "mysql.insert")
        s = call(which, target.term) if which != "insert" or self.chance(0.7) else method(target.term, "insert")
        pick = self.r.random()
        self.scope = [self.r.choice(self.base)] if self.chance(0.1) else [target]
        if pick < 0.45:
            s = method(s, "values", Dict(self.pairs(target, d)))
        elif pick < 0.6:
            keys = self.pairs(target, 0, by_column=False)
            kinds = dict(target.columns)
            rows = [Dict([(k, self.new_value(kinds[k.value], d - 1)) for k, _ in keys]) for _ in range(self.r.randint(1, 3))]
            s = method(s, "values", Sequence(rows))
        elif pick < 0.75:
            s = self.from_select(s, target, d)
        elif pick < 0.8:
            s = method(s, "values", Sequence([Value(self.value(t)) if t not in ("json",) else Value("j")
                                              for _, t in target.columns], True))
        if which in ("postgresql.insert", "sqlite.insert") and self.chance(0.6):
            s = self.on_conflict(s, target, d)
        elif which == "mysql.insert" and self.chance(0.6):
            s = self.on_duplicate(s, target, d)
        if self.chance(0.3):
            s = self.returning(target, s, d)
        if self.chance(0.06):
            s = method(s, "prefix_with", self.one("OR REPLACE", "IGNORE"), **({"dialect": "sqlite"} if self.chance(0.4) else {}))
        if self.chance(0.04):
            s = method(s, "inline")
        if self.chance(0.06):
            s = self.return_defaults(s, target)
        return s, target

    def from_select(self, s, target, d):
        chosen = self.r.sample(target.columns, self.r.randint(1, min(3, len(target.columns))))
        select = self.compound([t for _, t in chosen], d - 1) if self.chance(0.15) else self.select_term(
            [t for _, t in chosen], d - 1, outer=())
        names = [target.column(k) if self.chance(0.3) else Value(k) for k, _ in chosen]
        return method(s, "from_select", Sequence(names), select,
                      **({"include_defaults": False} if self.chance(0.2) else {}))

    def on_conflict(self, s, target, d):
        shared = Shared(s)
        options = {}
        if self.chance(0.7):
            options["index_elements"] = Sequence([
                target.column(k) if self.chance(0.5) else Value(k)
                for k, _ in self.r.sample(target.columns, self.r.randint(1, 2))])
            if self.chance(0.2):
                options["index_where"] = self.expr("bool", d - 1)
        elif self.chance(0.5):
            options["constraint"] = self.one("pk_x", "Some Constraint")
        if self.chance(0.3):
            return method(shared, "on_conflict_do_nothing", **options)
        options.setdefault("index_elements", Sequence([Value(target.columns[0][0])]))
        if "constraint" in options:
            del options["index_elements"]
        excluded = From(shared, target.columns)
        excluded.column = lambda key: _excluded(shared, key)
        saved, self.scope = self.scope, [target, excluded] if self.chance(0.8) else [target]
        columns = self.r.sample(target.columns, self.r.randint(1, 2))
        options["set_"] = Dict([(Value(k), excluded.column(k) if self.chance(0.5) else self.new_value(t, d)) for k, t in columns])
        if self.chance(0.3):
            options["where"] = self.expr("bool", d - 1)
        self.scope = saved
        return method(shared, "on_conflict_do_update", **options)

    def on_duplicate(self, s, target, d):
        shared = Shared(s)
        columns = self.r.sample(target.columns, self.r.randint(1, 3))
        inserted = From(shared, target.columns)
        inserted.column = lambda key: _inserted(shared, key)
        saved, self.scope = self.scope, [target, inserted]
        pairs = [(Value(k), inserted.column(k) if self.chance(0.5) else self.new_value(t, d)) for k, t in columns]
        self.scope = saved
        if self.chance(0.3):
            return method(shared, "on_duplicate_key_update", Sequence([Sequence(p, True) for p in pairs]))
        return method(shared, "on_duplicate_key_update", Dict(pairs))

    # ---- UPDATE, DELETE ----

    def others(self, target, d):
        """Further tables, which the conditions bring in."""
        return [target] + ([self.source(d - 1)] if self.chance(0.35) else [])

    def update(self, d):
        target = self.aliased(self.target())
        s = call("update", target.term) if self.chance(0.8) or not isinstance(target.term, Name) else method(target.term, "update")
        self.scope = self.others(target, d)
        if self.chance(0.75):
            s = method(s, "where", *[self.expr("bool", d) for _ in range(self.r.randint(1, 2))])
        if self.chance(0.12):
            s = method(s, "ordered_values", *[Sequence(p, True) for p in self.pairs(target, d)])
        elif self.chance(0.93):
            # a table of Lua has no order: what the values bring into FROM comes in the order of the columns
            keys = [k for k, _ in target.columns]
            pairs = sorted(self.pairs(target, d), key=lambda p: keys.index(getattr(p[0], "key", None) or p[0].value))
            if len(self.scope) > 1 and self.chance(0.1):
                other = self.scope[1]
                key, kind = self.r.choice(other.columns)
                pairs = [(target.column(k.value) if isinstance(k, Value) else k, v) for k, v in pairs]
                pairs.append((other.column(key), self.new_value(kind, d)))
            s = method(s, "values", Dict(pairs))
        return self.finished(s, target, d, "update"), target

    def delete(self, d):
        target = self.aliased(self.target())
        s = call("delete", target.term) if self.chance(0.8) or not isinstance(target.term, Name) else method(target.term, "delete")
        self.scope = self.others(target, d)
        if self.chance(0.85):
            s = method(s, "where", *[self.expr("bool", d) for _ in range(self.r.randint(1, 2))])
        return self.finished(s, target, d, "delete"), target

    def aliased(self, target):
        if self.chance(0.93):
            return target
        return From(self.named(target.term, "alias"), target.columns)

    def return_defaults(self, s, target):
        columns = self.r.sample(target.columns, self.r.randint(0, 2))
        return method(s, "return_defaults", *[target.column(k) for k, _ in columns])

    def finished(self, s, target, d, word):
        if self.chance(0.05):
            s = self.return_defaults(s, target)
        if self.chance(0.3):
            s = self.returning(target, s, d)
        if self.chance(0.06):
            s = method(s, "with_dialect_options", mysql_limit=self.one(3, 10))
        if self.chance(0.05):
            s = method(s, "prefix_with", "LOW_PRIORITY", **({"dialect": "mysql"} if self.chance(0.5) else {}))
        if self.chance(0.05):
            s = method(s, "with_hint", "WITH (PAGLOCK)", **(
                {"dialect_name": self.one("mssql", "*", "oracle")} if self.chance(0.7) else {}))
        return s

    def change(self, size):
        d = min(1 + size, 4)
        s, target = self.one(self.insert, self.update, self.delete)(d)
        pick = self.r.random()
        if pick < 0.1:
            inner, _ = self.one(self.insert, self.update, self.delete)(d - 1)
            s = method(s, "add_cte", Shared(method(inner, "cte", self.one("c1", "c 2"))))
        elif pick < 0.2:
            columns = self.r.sample(target.columns, self.r.randint(1, 2))
            s = method(s, "returning", *[target.column(k) for k, _ in columns])
            cte = From(Shared(method(s, "cte", *(["chg"] if self.chance(0.7) else []))), columns)
            self.scope = [cte]
            s = self.select([self.r.choice(COMMON)], d - 1, None, [cte], [])
        return s


def _excluded(insert, key):
    return Item(Field(insert, "excluded"), key)


def _inserted(insert, key):
    return Item(Field(insert, "inserted"), key)
