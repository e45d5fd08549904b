"""Random schemas: tables with columns, constraints, indexes, sequences, comments; what creates and drops them."""
from term import Dict, Field, Item, Sequence, Shared, Value, binary, call, method, name

COLUMN_NAMES = ["id", "name", "x", "y", "order", "Mixed Case", "a b", "per%cent", "_u", "col:on", "value", "long_" * 14]
TABLE_NAMES = ["t", "tab", "Table", "select", "my table", "t%t", "x" * 70]
TYPES = ["Integer", "BigInteger", "SmallInteger", ("String", 30), "String", "Text", ("Unicode", 20), "UnicodeText", "Float",
         ("Numeric", 10, 2), "Numeric", "Boolean", "Date", "DateTime", "Time", "Interval", "LargeBinary", "JSON", "Uuid", "Double",
         ("Float", 5), ("VARCHAR", 20), ("CHAR", 2), "TIMESTAMP", ("LargeBinary", 100)]
DIALECT_TYPES = ["postgresql.JSONB", "postgresql.UUID", "postgresql.INET", "postgresql.TSVECTOR", ("postgresql.BIT", 5),
                 "postgresql.INT4RANGE", "postgresql.HSTORE", "postgresql.BYTEA", "postgresql.MONEY", "postgresql.OID",
                 "postgresql.CITEXT", "mysql.TINYINT", "mysql.LONGTEXT", "mysql.YEAR", "mysql.MEDIUMINT", ("mysql.BIT", 4),
                 "mysql.DOUBLE", "mssql.UNIQUEIDENTIFIER", "mssql.MONEY", "mssql.DATETIMEOFFSET", "mssql.XML", "mssql.BIT",
                 "mssql.NTEXT", "mssql.DATETIME2", "oracle.NUMBER", "oracle.CLOB", "oracle.RAW", "oracle.VARCHAR2", "oracle.LONG",
                 "oracle.BINARY_DOUBLE", "sqlite.DATETIME"]


class Schemas:
    """Needs: one, chance, r."""

    def column_type(self):
        pick = self.r.random()
        if pick < 0.88:
            chosen = self.r.choice(TYPES)
        elif pick < 0.94:
            return self.enum()
        elif pick < 0.945:
            return call("ARRAY", name(self.one("Integer", "String")))
        elif pick < 0.975:
            return self.option_type()
        else:
            chosen = self.r.choice(DIALECT_TYPES)
        if isinstance(chosen, str):
            return name(chosen) if self.chance(0.8) else call(chosen)
        return call(chosen[0], *chosen[1:])

    def named_type(self):
        enum = call("postgresql.ENUM", *self.one(("a", "b"), ("it's", "%")), name=self.one("mood", "My Enum"),
                    **self.some(schema=["s", "S 1"]))
        domain = call("postgresql.DOMAIN", self.one("dom", "My Dom"), name("Integer"), **self.some(
            not_null=[True], default=["0"], constraint_name=["pos"], check=["value > 0"], collation=["C"]))
        return self.one(lambda: call(self.one("postgresql.CreateEnumType", "postgresql.DropEnumType"), enum),
                        lambda: call(self.one("postgresql.CreateDomainType", "postgresql.DropDomainType"), domain))()

    def type_instance(self):
        chosen = self.column_type()
        return chosen if hasattr(chosen, "args") else call(chosen.path[3:])

    def option_type(self):
        return self.one(
            lambda: call("DateTime", timezone=True),
            lambda: call("Boolean", create_constraint=True, **({"name": "ck_b"} if self.chance(0.5) else {})),
            lambda: call("String", 10, collation=self.one("utf8_bin", "NOCASE", "en-US")),
            lambda: method(call("String", 30), "with_variant", call("mysql.VARCHAR", 20, charset="utf8"), "mysql"),
            lambda: method(call("Integer"), "with_variant", call("String", 5), self.one("sqlite", "postgresql")),
            lambda: call("mysql.INTEGER", unsigned=True, **({"zerofill": True, "display_width": 4} if self.chance(0.5) else {})),
            lambda: call("mysql.VARCHAR", 20, charset="latin1", collation="latin1_bin"),
            lambda: call("mysql.SET", "a", "b'c"),
            lambda: call("postgresql.ARRAY", call("String", 5), dimensions=2),
            lambda: call("postgresql.INTERVAL", **self.some(fields=["YEAR", "DAY TO SECOND"], precision=[3])),
            lambda: call("postgresql.TIMESTAMP", **self.some(timezone=[True], precision=[2])),
            lambda: call("mysql.DATETIME", **self.some(fsp=[3])),
            lambda: call("mssql.VARCHAR", 10),
            lambda: call("oracle.NUMBER", 8, 2),
            lambda: call("oracle.INTERVAL", **self.some(day_precision=[2], second_precision=[4])),
            lambda: call("Uuid", native_uuid=False),
            lambda: call("Float", **self.some(precision=[10], decimal_return_scale=[3])),
            lambda: call("Numeric", 12, 3, asdecimal=False))()

    def some(self, **choices):
        return {k: self.r.choice(v) for k, v in choices.items() if self.chance(0.5)}

    def enum(self):
        options = self.some(name=["mood", "My Enum"], native_enum=[False], create_constraint=[True], length=[42])
        if "native_enum" not in options:
            options.pop("length", None)
        return call("Enum", *self.one(("a", "b"), ("it's", "x y"), ("50%", "z")), **options)

    def default(self):
        return self.one(
            lambda: Value(self.one("5", "it's", "x%y", "")), lambda: call("text", self.one("now()", "'a'", "0")),
            lambda: call("func.now"), lambda: call("literal", self.one(3, "lit")), lambda: call("true"), lambda: call("func.f", 1, "x"),
            lambda: call("func.current_timestamp"), lambda: call("literal_column", "1 + 1"))()

    def schema_column(self, key, tables):
        args, options = [Value(key)], {}
        pick = self.r.random()
        args.append(self.column_type())
        if self.chance(0.12):
            args.append(self.foreign_key(tables))
            if self.chance(0.4):
                args[1:2] = []
        if pick < 0.08:
            args.append(call("Identity", **self.some(always=[True], start=[5], increment=[2], minvalue=[1], maxvalue=[99],
                                                     cycle=[True], cache=[4], nominvalue=[True], on_null=[True])))
        elif pick < 0.14:
            args.append(call("Computed", self.one("x + 1", "a || '%'"), **self.some(persisted=[True, False])))
        elif pick < 0.18:
            args.append(call("Sequence", self.one("seq", "My Seq"), **self.some(start=[3], optional=[True], schema=["sq"])))
        elif pick < 0.35:
            options["server_default"] = self.default()
        if self.chance(0.03):
            args.append(call("CheckConstraint", self.one("x > 5", "x <> '%'"), **self.some(name=["ck", "Ck 1"])))
        options.update({k: v for k, v in (
            ("primary_key", True), ("nullable", self.one(True, False)), ("unique", True), ("index", True),
            ("comment", self.one("it's", "a % b", "c\\d")), ("autoincrement", self.one(True, False, "ignore_fk")),
            ("quote", self.one(True, False)), ("key", key + "_k")) if self.chance(0.12)})
        if self.chance(0.05):
            options.update(self.some(sqlite_on_conflict_not_null=["FAIL"], sqlite_on_conflict_unique=["ROLLBACK"]))
        return call("Column", *args, **options)

    def foreign_key(self, tables):
        target = self.one("other.id", "sch.other.id", "other.x", Item(Field(self.other, "c"), "id"))
        return call("ForeignKey", target, **self.some(
            ondelete=["CASCADE", "SET NULL"], onupdate=["RESTRICT"], deferrable=[True, False], initially=["DEFERRED"],
            name=["fk", "Fk 1"], match=["FULL"], use_alter=[True]))

    def constraint(self, keys):
        some = self.r.sample(keys, self.r.randint(1, min(2, len(keys))))
        named = self.some(name=["c1", "C 2", "y" * 70])
        return self.one(
            lambda: call("UniqueConstraint", *some, **named, **self.some(deferrable=[True], initially=["DEFERRED"],
                                                                         postgresql_nulls_not_distinct=[True],
                                                                         postgresql_include=[["x"]],
                                                                         sqlite_on_conflict=["IGNORE"])),
            lambda: call("CheckConstraint", self.one("x > 0", "a LIKE '%b'", "c = ':d'"), **named),
            lambda: call("PrimaryKeyConstraint", *some, **named, **self.some(mssql_clustered=[True, False],
                                                                             sqlite_on_conflict=["FAIL"])),
            lambda: call("ForeignKeyConstraint", some, ["other.id", "other.x"][:len(some)], **named, **self.some(
                ondelete=["CASCADE"], onupdate=["SET NULL"], deferrable=[True], match=["SIMPLE"],
                postgresql_not_valid=[True])),
            lambda: call("Index", self.one("ix", "Ix 1"), *some, **self.index_options(some)),
            lambda: call("postgresql.ExcludeConstraint", (some[0], "="), (call("column", some[-1]), "&&"), **named,
                         **self.some(using=["gist"], where=[call("text", "x > 5")])))()

    def index_options(self, keys):
        return self.some(unique=[True], postgresql_using=["gin"], postgresql_where=[call("text", "x > 5")],
                         postgresql_include=[["x"], ["y"]], postgresql_concurrently=[True], mysql_prefix=["FULLTEXT"],
                         mysql_length=[5], mysql_using=["hash"], mssql_clustered=[True], mssql_include=[["y"]],
                         oracle_bitmap=[True], oracle_compress=[True, 2], sqlite_where=[call("text", "y = '%'")],
                         postgresql_ops=[{keys[0]: "text_ops"}], postgresql_with=[{"fillfactor": 50}],
                         postgresql_tablespace=["ts"], postgresql_nulls_not_distinct=[True, False],
                         mssql_where=[call("text", "x > 1")], mysql_with_parser=["ngram"]) if self.chance(0.5) else {}

    def table_options(self):
        return self.some(
            comment=["a table's", "50%", "back\\slash"], prefixes=[["TEMPORARY"], ["GLOBAL", "TEMP"]], sqlite_with_rowid=[False],
            sqlite_autoincrement=[True], sqlite_strict=[True], mysql_engine=["InnoDB"], mysql_charset=["utf8"],
            mysql_comment=["x"], mysql_partition_by=["HASH(x)"], mariadb_engine=["Aria"], postgresql_with_oids=[False],
            postgresql_on_commit=["PRESERVE ROWS"], postgresql_tablespace=["ts 1"], postgresql_partition_by=["RANGE (x)"],
            postgresql_inherits=["p", ("a", "B")], postgresql_using=["heap"], oracle_compress=[True, 6],
            oracle_on_commit=["DELETE ROWS"], oracle_tablespace=["ts"], quote=[True, False], quote_schema=[True, False],
            implicit_returning=[False]) if self.chance(0.35) else {}

    def metadata_term(self):
        options = self.some(schema=["sc", "My Schema"]) if self.chance(0.3) else {}
        if self.chance(0.3):
            options["naming_convention"] = Dict([(Value(k), Value(v)) for k, v in (
                ("ix", "ix_%(column_0_label)s"), ("uq", "uq_%(table_name)s_%(column_0_N_name)s"),
                ("ck", "ck_%(table_name)s_%(constraint_name)s"), ("fk", "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s"),
                ("pk", "pk_%(table_name)s")) if self.chance(0.7)])
        metadata = Shared(call("MetaData", **options))
        elsewhere = Shared(call("Table", "other", metadata, call("Column", "id", name("Integer")), schema="sch"))
        self.other = Shared(call("Table", "other", Field(elsewhere, "metadata"),
                                 call("Column", "id", name("Integer"), primary_key=True), call("Column", "x", name("String"))))
        return Field(self.other, "metadata")

    def table_term(self, metadata, keys=None):
        keys = keys or self.r.sample(COLUMN_NAMES, self.r.randint(1, 5))
        columns = [self.schema_column(k, None) for k in keys]
        keys = [c.kw["key"].value if "key" in c.kw else k for k, c in zip(keys, columns)]
        constraints = [self.constraint(keys) for _ in range(self.r.choice([0, 0, 0, 1, 1, 2]))]
        options = self.table_options()
        if self.chance(0.2):
            options["schema"] = self.one("s1", "S 2", "a.b")
        return Shared(call("Table", self.r.choice(TABLE_NAMES), metadata, *columns, *constraints, **options)), keys

    def schema(self, size):
        metadata = self.metadata_term()
        table, keys = self.table_term(metadata)
        pick = self.r.randrange(12)
        if pick <= 6:
            return call("schema.CreateTable", table, **self.some(if_not_exists=[True], include_foreign_key_constraints=[[]])
                        if self.chance(0.2) else {})
        if pick == 7:
            return call(self.one("schema.DropTable", "schema.DropTable", "schema.SetTableComment", "schema.DropTableComment"), table)
        if pick <= 9:
            columns = [Item(Field(table, "c"), k) for k in self.r.sample(keys, self.r.randint(1, min(2, len(keys))))]
            columns = [self.one(c, call("func.lower", c), method(c, self.one("desc", "asc")), call("text", "z + 1")) if
                       self.chance(0.3) else c for c in columns]
            index = Shared(call("Index", self.one("ix", "My Ix", None), *columns, **self.index_options(keys)))
            if self.chance(0.75):
                return call("schema.CreateIndex", index, **self.some(if_not_exists=[True]) if self.chance(0.3) else {})
            return call("schema.DropIndex", index, **self.some(if_exists=[True]) if self.chance(0.3) else {})
        if pick == 10:
            sequence = call("Sequence", self.one("seq", "My Seq"), **self.some(
                start=[1, 5], increment=[2, -1], minvalue=[0], maxvalue=[100], nominvalue=[True], nomaxvalue=[True], cycle=[True],
                cache=[10], order=[True], schema=["sch"], data_type=[name("BigInteger"), name("SmallInteger")],
                metadata=[metadata]))
            if self.chance(0.3):
                return call("select", method(Shared(sequence), "next_value"))
            return call(self.one("schema.CreateSequence", "schema.CreateSequence", "schema.DropSequence"), sequence)
        if self.chance(0.4):
            return self.one(
                lambda: call(self.one("schema.SetColumnComment", "schema.DropColumnComment"), Item(Field(table, "c"), keys[0])),
                lambda: call("schema.CreateSchema", self.one("s", "My S"), **self.some(if_not_exists=[True])),
                lambda: call("schema.DropSchema", self.one("s", "My S"), **self.some(cascade=[True], if_exists=[True])),
                self.type_instance, self.named_type)()
        return call(self.one("schema.AddConstraint", "schema.AddConstraint", "schema.DropConstraint"), Shared(
            self.attached(table, metadata, keys)))

    def attached(self, table, metadata, keys):
        columns = [Item(Field(table, "c"), k) for k in self.r.sample(keys, self.r.randint(1, min(2, len(keys))))]
        named = {"name": self.one("c1", "C 2")} if self.chance(0.9) else {}
        return self.one(
            lambda: call("UniqueConstraint", *columns, **named),
            lambda: call("CheckConstraint", binary(">", columns[0], self.one(5, "x%y")), **named),
            lambda: call("ForeignKeyConstraint", Sequence(columns), ["other.id", "other.x"][:len(columns)], **named),
            lambda: call("PrimaryKeyConstraint", *columns, **named))()
