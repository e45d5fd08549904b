"""Whole schemas: what create_all() and drop_all() say, in which order; copies of tables; DDL strings and conditions."""
from term import Field, Item, Name, Shared, Value, call, called, method, name

TABLE_KEYS = ["alpha", "beta", "gamma", "delta"]


class Whole:
    """Needs what Schemas and Kinds have."""

    def whole(self, size):
        made = self.one(self.created, self.created, self.copied, self.ddl_string, self.rare_ddl)
        return made(size)

    def linked_tables(self, count):
        metadata = Shared(self.new_metadata())
        keys = TABLE_KEYS[:count]
        found = []
        for key in keys:
            found.append(Shared(call("Table", key, metadata, *self.linked_columns(key, keys), **self.table_options(), **self.some(
                schema=["ws"]))) if self.chance(0.1) else Shared(call("Table", key, metadata, *self.linked_columns(key, keys))))
        return metadata, found

    def new_metadata(self):
        options = {}
        if self.chance(0.3):
            options["naming_convention"] = {k: v for k, v in (
                ("ix", "ix_%(table_name)s_%(column_0_N_label)s"), ("uq", "uq_%(table_name)s_%(column_0_name)s"),
                ("ck", "ck_%(table_name)s_%(constraint_name)s"), ("pk", "pk_%(table_name)s"),
                ("fk", "fk_%(table_name)s_%(column_0_key)s_%(referred_table_name)s_%(referred_column_0_name)s"))
                if self.chance(0.7)}
        return call("MetaData", **options, **self.some(schema=["ms"])) if self.chance(0.2) else call("MetaData", **options)

    def linked_columns(self, key, keys):
        parts = [call("Column", "id", self.one(name("Integer"), name("BigInteger")), primary_key=True, **self.some(
            autoincrement=[True, False]))]
        if self.chance(0.1):
            parts[0] = call("Column", "id", name("Integer"), self.one(call("Sequence", "seq_" + key, **self.some(start=[5], optional=[
                True])), call("Identity", **self.some(start=[3], always=[True]))), primary_key=True)
        for other in self.r.sample(keys, self.r.randint(0, min(2, len(keys)))):
            options = self.some(name=["fk_%s_%s" % (key, other)], use_alter=[True], ondelete=["CASCADE"]) if self.chance(0.5) else {}
            parts.append(call("Column", other + "_id", self.one(name("Integer"), Value(None)), call("ForeignKey", other + ".id", **options),
                              **self.some(index=[True], unique=[True]) if self.chance(0.4) else {}))
        for more in self.r.sample(["x", "y", "kind", "Long Name"], self.r.randint(0, 2)):
            parts.append(call("Column", more, self.column_type(), **self.some(
                index=[True], unique=[True], comment=["c'c"], nullable=[False], server_default=["0"], key=[more + "_key"]
            ) if self.chance(0.5) else {}))
        if self.chance(0.2):
            parts.append(call("Column", "mood", call("Enum", "a", "b", name=self.one("mood", "shared_mood"), **self.some(schema=["es"])),
                              **self.some(index=[True])))
        if self.chance(0.2):
            parts.append(call("Index", self.one(None, "ix_" + key), "id", **self.index_options(["id"])))
        if self.chance(0.2):
            parts.append(call("CheckConstraint", "id > 0", **self.some(name=["positive"])))
        if self.chance(0.1):
            parts.append(call("UniqueConstraint", "id", **self.some(name=["uq_" + key], comment=["about it"])))
        return parts

    def created(self, size):
        metadata, found = self.linked_tables(self.r.randint(1, 4))
        arguments = [metadata, Value(self.one("create_all", "create_all", "drop_all")), found]
        if self.chance(0.15):
            ddl = call("DDL", self.one("ALTER x %(table)s", "GRANT %(schema)s %(fullname)s", "-- %% done"))
            condition = self.some(dialect=["postgresql", ["sqlite", "mysql"]])
            arguments += [self.r.choice(found), Value(self.one("after_create", "before_create", "before_drop")), method(
                ddl, "execute_if", **condition) if condition else ddl]
        return called("Whole", *arguments)

    def copied(self, size):
        metadata = self.metadata_term()
        table, keys = self.table_term(metadata)
        options = self.some(schema=["copied", None, "Other S"], name=["renamed"])
        copy = Shared(method(table, "to_metadata", call("MetaData", **self.some(schema=["def"], naming_convention=[
            {"uq": "uq_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s",
             "ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s"}])), **options))
        if self.chance(0.5):
            return call("schema.CreateTable", copy)
        return called("Whole", Field(copy, "metadata"), Value("create_all"), [copy])

    def ddl_string(self, size):
        text = self.one("CREATE %(table)s", "x %(schema)s y", "%(fullname)s.%(column)s", "50%% off", "no templates", "%(missing)s")
        ddl = call("DDL", text, **({"context": {"column": "cc"}} if self.chance(0.5) else {}))
        if self.chance(0.6):
            ddl = method(ddl, "against", Name(self.one("users", "odd", "things")))
        return ddl

    def rare_ddl(self, size):
        metadata = self.metadata_term()
        table, keys = self.table_term(metadata)
        sequence = Shared(call("Sequence", self.one("sq", "S q"), **self.some(schema=["ss"], start=[2], metadata=[metadata])))
        unique = Shared(call("UniqueConstraint", Item(Field(table, "c"), keys[0]), name="u", **self.some(comment=["it's"])))
        check = Shared(call("CheckConstraint", "1 = 1", name="ckc", comment="com"))
        index = Shared(call("Index", "vi", Item(Field(table, "c"), keys[0]), **self.vector_options()))
        exclude = call("postgresql.ExcludeConstraint", (Item(Field(table, "c"), keys[0]), self.one("=", "&&")), **self.some(
            using=["gist", "spgist"], where=["x > 1", call("text", "y = '%'")], ops=[{keys[0]: "my_ops"}], name=["ex"],
            deferrable=[True], initially=["DEFERRED"]))
        return self.one(
            lambda: call(self.one("schema.CreateSequence", "schema.DropSequence"), sequence, **self.some(if_not_exists=[True])),
            lambda: call("schema.DropSequence", sequence, **self.some(if_exists=[True])),
            lambda: call("schema.DropTable", table, **self.some(if_exists=[True])),
            lambda: call(self.one("schema.SetConstraintComment", "schema.DropConstraintComment"), unique),
            lambda: call("schema.AddConstraint", unique, **self.some(isolate_from_table=[True])),
            lambda: call("schema.DropConstraint", unique, **self.some(cascade=[True], if_exists=[True])),
            lambda: call("schema.CreateColumn", Item(Field(table, "c"), keys[0])),
            lambda: call("schema.CreateIndex", index), lambda: call("schema.CreateIndex", index, if_not_exists=True),
            lambda: call("schema.AddConstraint", exclude),
            lambda: call("schema.CreateTable", Shared(call("Table", "ck", metadata, call("Column", "x", name("Integer")), check))),
            lambda: call("schema.CreateTable", Shared(call("Table", "mst", metadata, call("Column", "id", name("Integer"), primary_key=True, **self.some(
                mssql_identity_start=[5], mssql_identity_increment=[2])), schema=self.one("db.owner", "db.[x.y]", "d b.o", "a.b.c")))),
            lambda: call("select", Shared(call("Table", "mst", call("MetaData"), call("Column", "id", name("Integer")), schema=self.one(
                "db.owner", "[a.b].c", "[Schema]", "x.y.z")))),
            lambda: method(sequence, "next_value"), lambda: call("select", method(sequence, "next_value")),
            lambda: call("func.next_value", sequence),
            lambda: call("schema.CreateTable", Shared(call("Table", "sent", metadata, call("insert_sentinel"), call(
                "Column", "x", self.any_type())))))()

    def vector_options(self):
        return self.one(
            {}, {"mssql_columnstore": True}, {"mssql_columnstore": True, "mssql_clustered": True},
            {"oracle_vector": True}, {"oracle_vector": call("oracle.VectorIndexConfig", **self.some(
                index_type=[name("oracle.VectorIndexType.IVF"), name("oracle.VectorIndexType.HNSW")],
                distance=[name("oracle.VectorDistanceType.COSINE")], accuracy=[90]))}, {"postgresql_ops": {"x": "o"}})

