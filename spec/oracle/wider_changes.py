"""What the other forms leave out of changes and schemas: several tables, upserts from SELECT, options that meet."""
from tables import From
from term import Dict, Field, Index, Item, Name, Shared, Value, binary, call, column, method, name, term

LONG = ["a_name_that_is_much_longer_than_most_databases_would_ever_allow_it_to_be_%s" % n for n in ("one", "two")]


class WiderChanges:
    """Needs what Changes, Schemas and Kinds have."""

    # ---- INSERT, UPDATE, DELETE ----

    def many_tables(self, d):
        """UPDATE and DELETE of and by several tables: aliases, joins, values of others, ordered, returned."""
        keys = self.r.sample(["users", "addresses", "orders", "lines", "keys"], 3)
        parts = [self.of(k) for k in keys]
        parts = [
            p if n == 0 or self.chance(0.6) else From(Shared(method(p.term, "alias", *self.one([], ["ma%d" % n]))),
                p.columns) for n, p in enumerate(parts)]
        target, other, third = parts
        first = lambda p: p.column(p.columns[0][0])
        key, kind = self.r.choice(target.columns)
        s = call(self.one("update", "delete"), target.term)
        if s.target.path == "la.update":
            value = self.one(
                lambda: first(other),
                lambda: self.new_value(kind, 1),
                lambda: binary("+", first(other), first(target)),
                lambda: method(method(call("select", first(third)), "where", binary("==", first(third), first(target))),
                    "scalar_subquery"))()
            if self.chance(0.3):
                s = method(s, "ordered_values", (target.column(key) if self.chance(0.5) else key, value))
            else:
                pairs = [(target.column(key), value)]
                if self.chance(0.25):
                    pairs.append((first(other), self.one(term(5), call("func.f"))))
                s = method(s, "values", Dict(pairs))
        s = method(s, "where", binary("==", first(target), first(other)))
        if self.chance(0.4):
            s = method(s, "where",
                self.one(binary("<", first(other), first(third)),
                    call("exists",
                        method(call("select", first(third)), "where", binary("==", first(third), first(other)))),
                    method(first(target), "in_", call("select", first(third)))))
        if self.chance(0.3):
            s = method(s, "returning",
                *self.one([first(target)], [first(other), first(target)], [target.term],
                    [method(first(target), "label", "rt")]))
        if self.chance(0.15):
            s = method(s, "with_hint", "WITH (X)",
                **self.some(selectable=[other.term], dialect_name=["mssql", "mysql"]))
        if self.chance(0.1):
            s = method(s, "prefix_with", "PX")
        return method(s, "with_dialect_options", mysql_limit=2) if self.chance(0.1) else s

    def upsert_from_select(self, d):
        target, other = self.of("users"), self.of("orders")
        which = self.one("postgresql", "sqlite", "mysql")
        rows = self.one(
            lambda: method(call("select", other.column("id"), call("literal", "n")), "where", call("true")),
            lambda: call("select",
                Shared(method(call("select", other.column("id"), other.column("code")), self.one("subquery", "cte")))),
            lambda: call("union", call("select", other.column("id"), other.column("code")),
                call("select", call("literal", 1), call("literal", "x"))))()
        s = Shared(
            method(call(which + ".insert", target.term), "from_select", ["id", "name"], rows,
                **self.some(include_defaults=[False])))
        if which == "mysql":
            values = {
                "name": self.one(Item(Field(s, "inserted"), "name"),
                    call("func.upper", Item(Field(s, "inserted"), "name")), term("z"))}
            return method(s, "on_duplicate_key_update", values)
        new = Item(Field(s, "excluded"), "name")
        values = {
            self.one("name", "age"): self.one(new, call("func.coalesce", new, target.column("name")), term(None),
                term("v"), call("func.f", call("bindparam", "ef")),
                method(call("select", call("func.max", other.column("id"))), "scalar_subquery"), call("null"))}
        s = method(s, "on_conflict_do_update", set_=values,
            index_elements=self.one(["id"], [target.column("id"), "name"], [call("func.lower", target.column("name"))]),
            **self.some(where=[binary("!=", new, target.column("name"))],
                index_where=[method(target.column("age"), "is_", None)]))
        return method(s, "returning",
            self.one(target.column("id"), binary("+", target.column("age"), 1))) if self.chance(0.3) else s

    def insert_with_ctes(self, d):
        target = self.of(self.one("users", "fill", "keys"))
        read = Shared(
            method(call("select", method(column(Name("orders"), "id"), "label", "n")), "cte", *self.one([], ["ic"]),
                **self.some(nesting=[True])))
        n = Item(Field(read, "c"), "n")
        key = target.columns[0][0]
        s = self.one(
            lambda: method(call("insert", target.term), "from_select", [key], call("select", n)),
            lambda: method(method(call("insert", target.term), "from_select", [key], call("select", n)), "add_cte",
                read),
            lambda: method(call("insert", target.term), "from_select", [key],
                method(call("select", call("literal", 1)), "add_cte", read, **self.some(nest_here=[True]))),
            lambda: method(call("insert", target.term), "values",
                Dict([(Value(key), method(call("select", n), "scalar_subquery"))])),
            lambda: method(call("insert", target.term), "from_select", [key],
                call("union", call("select", n), call("select", call("literal", 2)))),
            lambda: method(call("insert", target.term), "from_select", [key],
                call("select", Item(Field(Shared(method(call("select", n), "subquery")), "c"), "n"))))()
        if self.chance(0.3):
            s = method(s, "returning", target.column(key))
        if self.chance(0.2):
            made = Shared(
                method(method(s, "returning", target.column(key)), "cte",
                    "mc")) if s.method != "returning" else Shared(method(s, "cte", "mc"))
            return call("select", Item(Field(made, "c"), key))
        return s

    def returning_forms(self, d):
        target = self.aliased(self.of(self.one("users", "fill", "lines", "odd")))
        self.scope = [target]
        c = lambda: target.column(self.r.choice(target.columns)[0])
        what = [
            self.one(c(), method(c(), "label", "rr"), call("func.f", c()), binary("+", c(), 1), call("literal", 7),
                call("text", "tx"), call("literal_column", "lc"), target.term, call("cast", c(), self.sql_type("str")),
                method(call("select", call("func.count")), "scalar_subquery"),
                call("case", (binary("==", c(), 1), c())),
                call("type_coerce", c(), name("String"))) for _ in range(self.r.randint(1, 3))]
        base = target.term
        s = self.one(
            lambda: method(call("insert", base), "values", Dict(self.pairs(target, 0))),
            lambda: method(call("update", base), "values", Dict(self.pairs(target, 0))),
            lambda: method(call("delete", base), "where", self.expr("bool", 0)),
            lambda: method(call("insert", base), "values", [Dict(self.pairs(target, 0, at_most=1, by_column=False))]))()
        if self.chance(0.2):
            return method(s, "return_defaults", *[c() for _ in range(self.r.randint(0, 2))],
                **self.some(supplemental_cols=[[c()]]))
        s = method(s, "returning", *what,
            **({"sort_by_parameter_order": True} if s.target.target.path == "la.insert" and self.chance(0.2) else {}))
        return method(s, "returning", c()) if self.chance(0.2) else s

    # ---- schemas ----

    def index_of(self, d):
        """An index with expressions of every kind, and options that meet."""
        metadata = call("MetaData",
            **self.some(
                naming_convention=[{"ix": "ix_%(column_0_N_name)s"}, {"ix": "ix_%(table_name)s_%(column_0_label)s"}]))
        table = Shared(
            call("Table", self.one("it", "I t"), metadata,
                call("Column", "x", name("Integer"), **self.some(key=["xk"])), call("Column", "Y z", name("String")),
                call("Column", "j", name("JSON")), **self.some(schema=["s"])))
        keys = [c.args[0].value if "key" not in c.kw else "xk" for c in table.term.args[2:]]
        c = lambda: Item(Field(table, "c"), self.r.choice(keys[:2]))
        e = lambda: self.one(c(), c(), call("func.lower", c()), method(c(), self.one("desc", "asc")),
            method(method(c(), "desc"), self.one("nulls_last", "nulls_first")), binary("+", c(), 5),
            call("text", "x || 'it''s'"), method(call("func.f", c(), "%"), "label", "fl"), method(c(), "collate", "C"),
            call("cast", c(), name("String")), method(Index(Item(Field(table, "c"), "j"), Value("k")), "as_string"),
            call("desc", call("func.lower", c())))
        more = self.some(unique=[True], quote=[True]) if self.chance(0.3) else {}
        options = self.one({}, self.index_options(keys),
            {"postgresql_ops": {keys[0]: "int4_ops", "fl": "text_ops"}, "postgresql_using": "gist"},
            {"mysql_length": {keys[0]: 5, keys[1]: 10}}, {"mysql_length": 9, "mysql_prefix": "SPATIAL"},
            {"postgresql_where": binary(">", c(), 5)},
            {"sqlite_where": call("and_", binary(">", c(), 5), binary("==", c(), "it's"))},
            {"mssql_where": binary("!=", c(), "x"), "mssql_include": [keys[1]]},
            {"postgresql_include": [keys[1], c()], "postgresql_nulls_not_distinct": True},
            {"postgresql_with": {"buffering": "off"}}, {"mssql_clustered": False, "mssql_columnstore": True},
            {"oracle_compress": 1, "oracle_bitmap": True, "unique": True},
            {"postgresql_concurrently": True, "postgresql_tablespace": "Ts"}, {"mariadb_length": {keys[1]: 3}})
        ix = Shared(
            call("Index", self.one("ix", "Ix 2", None, LONG[0]), *[e() for _ in range(self.r.randint(1, 3))],
                **dict(options, **more)))
        return call(self.one("schema.CreateIndex", "schema.CreateIndex", "schema.CreateIndex", "schema.DropIndex"), ix,
            **(self.some(if_not_exists=[True]) if self.chance(0.2) else {}))

    def table_of(self, d):
        """A table whose columns and constraints have rarer options together."""
        convention = {k: v for k,
            v in (("pk", "pk_%(table_name)s"), ("uq", "uq_%(table_name)s_%(column_0_N_name)s"),
                ("fk", "fk_%(column_0_key)s_%(referred_table_name)s"),
                ("ck", "ck_%(table_name)s_%(constraint_name)s")) if self.chance(0.5)}
        metadata = call("MetaData", **({"naming_convention": convention} if self.chance(0.5) else {}),
            **(self.some(schema=["ms"]) if self.chance(0.2) else {}))
        identity = self.one(call("Identity"),
            call("Identity",
                **self.some(always=[True], start=[3], increment=[2], cycle=[True], cache=[5], order=[True],
                    on_null=[True])), call("Sequence", "sq", **self.some(start=[1], schema=["x"])), None, None)
        first = call("Column", "id",
            self.one(name("Integer"), name("BigInteger"), call("Numeric", 10, 0), name("SmallInteger"),
                name("mysql.INTEGER")), *([identity] if identity else []), primary_key=True,
            **self.some(autoincrement=[True, False, "auto"], comment=["the id"],
                sqlite_on_conflict_primary_key=["FAIL"]))
        second = call("Column", self.one("val", "V al"), self.any_type(),
            *self.one([],
                [call("Computed", binary("+", call("column", "id"), 1), **self.some(persisted=[True, False]))],
                [call("CheckConstraint", "val > 5", **self.some(name=["vck"]))],
                [
                    call("ForeignKey", "o.id",
                        **self.some(name=["fkn"], ondelete=["SET NULL (val)", "CASCADE"], deferrable=[True],
                            initially=["IMMEDIATE"], match=["PARTIAL"]))]),
            **self.some(nullable=[True, False], unique=[True], index=[True],
                server_default=["x", call("text", "1"), call("func.now"), term("it's 5%"), call("literal", 5)],
                server_onupdate=[call("FetchedValue")], system=[True], quote=[True],
                sqlite_on_conflict_unique=["IGNORE"], comment=["it's"]))
        key = second.args[0].value
        rest = self.one(
            lambda: [
                call("UniqueConstraint", "id", key,
                    **self.some(name=["u1", LONG[0]], deferrable=[True], mssql_clustered=[True],
                        postgresql_nulls_not_distinct=[True]))],
            lambda: [
                call("CheckConstraint",
                    call("and_", binary(">", call("column", "id"), 1), binary("!=", call("column", key), "a%b")),
                    **self.some(name=["c k"], postgresql_not_valid=[True], deferrable=[True], initially=["DEFERRED"],
                        comment=["c"]))],
            lambda: [
                call("ForeignKeyConstraint", ["id", key], ["o.id", "o.x"],
                    **self.some(name=["fk"], onupdate=["CASCADE"], ondelete=["NO ACTION"], use_alter=[True],
                        link_to_name=[True], match=["FULL"], postgresql_not_valid=[True], comment=["f"]))],
            lambda: [
                call("PrimaryKeyConstraint", "id", key,
                    **self.some(name=["pkn"], deferrable=[True], mssql_clustered=[False],
                        sqlite_on_conflict=["ABORT"]))],
            lambda: [
                call("Column", "mood",
                    call("Enum", "a", "it's",
                        **self.some(name=["mood"], native_enum=[False], create_constraint=[True], inherit_schema=[True],
                            schema=["es"], length=[9])))],
            lambda: [])()
        table = Shared(
            call("Table", self.one("tt", "T t"), metadata, first, second, *rest,
                call("Column", "x", name("Integer"), **self.some(onupdate=[5])),
                **(self.table_options() if self.chance(0.4) else {})))
        return self.one(
            lambda: call("schema.CreateTable", table, **(self.some(if_not_exists=[True]) if self.chance(0.2) else {})),
            lambda: call("schema.CreateTable", table),
            lambda: call("schema.CreateColumn", Item(Field(table, "c"), "id")),
            lambda: method(call("insert", table), "values", x=5),
            lambda: call("insert", table),
            lambda: method(method(call("update", table), "values", x=None), "where",
                binary("==", Item(Field(table, "c"), "id"), 4)),
            lambda: call("select", table),
            lambda: method(call("insert", table), "return_defaults"),
            lambda: method(call("insert", table), "values", [{"x": 1}, {"x": 2}]))()
