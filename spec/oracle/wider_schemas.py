"""Schemas as programs have them: names by convention, graphs of tables, options of MySQL; comparisons by functions."""
from term import Apply, Dict, Field, Index, Item, Name, Shared, Source, Unary, Value, binary, call, called, column, method, name, term

TOKENS = {
    "ix": ["ix_%(table_name)s_%(column_0N_name)s", "ix_%(column_0_N_key)s", "ix_%(column_0_label)s", "ix_%(mine)s"],
    "uq": ["uq_%(table_name)s_%(column_0_N_name)s", "uq_%(column_1_name)s", "uq_%(column_0N_label)s", "uq", "uq_%(mine)s"],
    "ck": ["ck_%(table_name)s_%(constraint_name)s", "ck_%(table_name)s", "ck_%(column_0_name)s", "ck_%(mine)s_%(constraint_name)s"],
    "fk": ["fk_%(table_name)s_%(column_0N_key)s_%(referred_table_name)s", "fk_%(referred_column_0_N_name)s",
           "fk_%(column_0_label)s_%(referred_column_0N_key)s", "fk_%(nope)s", "fk_%(column_7_name)s"],
    "pk": ["pk_%(table_name)s", "pk_%(column_0_N_name)s", "%(mine)s"],
}
MINE = Source("lambda constraint, table: 'my_' + table.name", "function(constraint, table) return 'my_' .. table.name end")

MYSQL = {
    "row_format": ["DYNAMIC"], "key_block_size": ["1024"], "collate": ["utf8_bin"], "default_charset": ["utf8"],
    "data_directory": ["/d'd"], "index_directory": ["/i"], "partitions": ["4"], "partition_by": ["HASH(x)"], "subpartitions": ["2"],
    "subpartition_by": ["KEY(y)"], "engine": ["InnoDB"], "comment": ["it's", "50%"], "default_character_set": ["latin1"],
    "password": ["p'w"], "pack_keys": ["1"], "tablespace": ["ts"], "connection": ["c"], "insert_method": ["FIRST"], "foo": ["bar"],
    "stats_persistent": ["0"], "character_set": ["utf8"], "default_collate": ["utf8_bin"]}


class WiderSchemas:
    """Needs what Schemas, Kinds and Whole have."""

    def convention(self):
        return Dict([(Value(k), Value(self.r.choice(v))) for k, v in TOKENS.items() if self.chance(0.7)] + [(Value("mine"), MINE)])

    def named_by_convention(self, d):
        metadata = Shared(call("MetaData", naming_convention=self.convention(), **self.some(schema=["ms"])))
        other = Shared(call("Table", "q", metadata, call("Column", "id", name("Integer"), primary_key=True),
                            call("Column", "k", name("Integer"), **self.some(key=["qk"]))))
        given = lambda: self.one({}, {"name": "given"}, {"name": call("schema.conv", "as_it_is")}, {"name": None}, {"name": "x" * 70})
        table = Shared(call(
            "Table", self.one("t", "T 2", "long_" * 9), Field(other, "metadata"), call("Column", "id", name("Integer"), primary_key=True),
            call("Column", "b b", call("Boolean", create_constraint=True, **self.some(name=["bo"]))),
            call("Column", "e", call("Enum", "x", "y", native_enum=False, create_constraint=True, **self.some(name=["en"]))),
            call("Column", "q_id", call("ForeignKey", self.one("q.id", "ms.q.id"), **given()), **self.some(index=[True])),
            call("Column", "x", name("Integer"), **self.some(unique=[True], index=[True], key=["xk"])),
            *self.r.sample([
                call("UniqueConstraint", "id", "b b", **given()), call("CheckConstraint", "id > 5", **given()),
                call("CheckConstraint", binary(">", call("column", "id"), 1), **given()), call("Index", self.one(None, "ixg"), "id", "e"),
                call("ForeignKeyConstraint", ["id", "q_id"], ["q.id", "q.k"], **given()),
                call("PrimaryKeyConstraint", "id", "e", **given())], self.r.randint(0, 3))))
        c = Item(Field(table, "c"), "id")
        late = lambda: self.one(call("UniqueConstraint", c, **given()), call("Index", None, c), call("CheckConstraint", binary(">", c, 5), **given()),
                                call("ForeignKeyConstraint", [c], [Item(Field(other, "c"), "id")], **given()))
        made = Shared(late())
        return self.one(
            lambda: call("schema.CreateTable", table), lambda: called("Whole", metadata, "create_all", [other, table]),
            lambda: call("schema.CreateIndex", made) if made.term.target.path == "la.Index" else call(
                self.one("schema.AddConstraint", "schema.DropConstraint"), made),
            lambda: call("schema.CreateTable", Shared(method(table, "to_metadata", call("MetaData", naming_convention=self.convention())))))()

    def graph(self, d):
        """Many tables that refer to each other, in circles, too."""
        keys = ["a", "b", "c", "d", "e", "f"][:self.r.randint(2, 6)]
        metadata = Shared(call("MetaData"))
        found = []
        for key in keys:
            links = [self.link(key, other) for other in self.r.sample(keys, self.r.choice([0, 1, 1, 2]))]
            found.append(Shared(call("Table", key, metadata, call("Column", "id", name("Integer"), primary_key=True), *links)))
        return called("Whole", metadata, self.one("create_all", "drop_all", "sorted_tables"), found)

    def link(self, key, other):
        return call("Column", other + "_id", call("ForeignKey", other + ".id", **self.one(
            {}, {}, {"name": "fk_%s_%s" % (key, other)}, {"name": "fk_%s_%s" % (key, other), "use_alter": True}, {"use_alter": True})))

    def of_many_options(self, d):
        options = {"mysql_" + k: self.r.choice(v) for k, v in MYSQL.items() if self.chance(0.15)}
        more = self.some(
            comment=["c'c"], prefixes=[["TEMP"]], postgresql_with=[{"fillfactor": 50}], mariadb_engine=["Aria"], mariadb_page_checksum=["1"],
            sqlite_strict=[True], oracle_compress=["FOR OLTP", True], postgresql_partition_by=["LIST (x)"]) if self.chance(0.4) else {}
        return call("schema.CreateTable", Shared(call(
            "Table", "mt", call("MetaData"), call("Column", "x", name("Integer"), **self.some(primary_key=[True])),
            call("Column", "y", self.column_type()), **options, **more)))

    # ---- what stands alone ----

    def from_alone(self, d):
        """What is selected from, by itself."""
        f = self.r.choice(self.base)
        u, a = Name("users"), Name("addresses")
        inner = self.select_term(["int", "str"], d - 1, keys=["n", "w"], outer=())
        join = lambda: call(self.one("join", "outerjoin"), u, self.one(a, Shared(method(a, "alias"))), *self.one([], [call("true")]))
        made = self.one(
            lambda: f.term, lambda: method(f.term, "alias", *self.one([], ["fa"])), join, lambda: method(inner, "subquery", *self.one([], ["sq"])),
            lambda: method(call("select", u, a), "subquery"), lambda: method(call("select", f.term), "cte", "c"), lambda: call("lateral", inner),
            lambda: method(f.term, "tablesample", 5, **self.some(name=["ts"])),
            lambda: method(call("values", call("column", "v", name("Integer")), **self.some(name=["vs"])), "data", [(1,), (2,)]),
            lambda: method(call("func.f", 1), "table_valued", "tv", **self.some(with_ordinality=["o"])),
            lambda: method(call("union", call("select", f.term), call("select", f.term)), "subquery"),
            lambda: method(method(call("text", "select 1"), "columns", call("column", "x", name("Integer"))), "subquery"),
            lambda: method(method(call("select", f.term), "set_label_style", name("LABEL_STYLE_TABLENAME_PLUS_COL")), "subquery"))()
        return self.one(lambda: made, lambda: made, lambda: method(Shared(made), "alias", *self.one([], ["again"])))()

    # ---- expressions ----

    def compared_by_function(self, d):
        f = method(call(self.one("func.f", "func.pkg.g"), self.expr("int", 0), self.operand("str", 0)), "as_comparison", 1, 2)
        return self.one(lambda: f, lambda: Unary("~", f), lambda: method(call("select", Name("users")), "where", f),
                        lambda: method(f, "label", "c"), lambda: binary("==", f, self.expr("bool", 0)), lambda: call("and_", f, f),
                        lambda: call("case", (f, 1)), lambda: method(f, "is_", True))()

    def parts_set(self, d):
        """UPDATE of elements of arrays and JSON."""
        part = lambda: self.one(Index(column(Name("pg"), "nums"), Value(self.r.randint(1, 3))), Index(column(Name("pg"), "doc"), Value("k")),
                                Index(column(Name("pg"), "tags"), Value(1), Value(2)), column(Name("pg"), "id"))
        value = lambda: self.one(term(5), term("x"), call("func.f"), column(Name("pg"), "id"), call("bindparam", "pv"), term([1, 2]))
        s = call("update", Name("pg"))
        if self.chance(0.4):
            return method(s, "ordered_values", (part(), value()), (column(Name("pg"), "hs"), value()))
        s = method(s, "values", Dict([(part(), value())]))
        return method(s, "returning", column(Name("pg"), "id")) if self.chance(0.2) else s

    def operators_of_own(self, d):
        e, o = self.expr("int", 0), lambda: self.operand("int", 0)
        link = lambda a, b: Apply(method(a, "op", self.one("@", "~>", "XOR"), **self.some(
            precedence=[-1, 0, 6, 20], is_comparison=[True], return_type=[name("String"), name("Boolean")])), [b])
        made = link(e, o())
        for _ in range(self.r.randint(1, 3)):
            made = self.one(
                lambda: link(made, o()), lambda: link(self.expr("int", 0), made), lambda: binary(self.one("+", "*", "==", "<", "&", "|"), made, self.expr("bool", 0)),
                lambda: Unary(self.one("~", "-"), made), lambda: method(made, "in_", [1, 2]), lambda: method(made, "desc"),
                lambda: method(made, "between", o(), o()), lambda: method(made, self.one("any_", "all_")) if self.chance(0.2) else made,
                lambda: method(made, "distinct"), lambda: method(made, "label", "ol"))()
        return made
