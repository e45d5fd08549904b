"""Dialects and compile options that a program is tried on."""
from term import Call, Dict, Name, Value, call, term


def versioned(path, *args, **attributes):
    return Call(Name("with_attributes"), None, [call(path, *args)], {k: term(v) for k, v in attributes.items()})


PLAIN = [call("default.dialect"), call("sqlite.dialect"), call("postgresql.dialect"), call("mysql.dialect"),
         call("mysql.dialect", is_mariadb=True), call("mssql.dialect"), call("oracle.dialect")]

SPECIAL = [call("default.dialect", paramstyle=style) for style in (
    "qmark", "format", "pyformat", "numeric", "numeric_dollar")] + [
    call("default.dialect", label_length=10), call("default.dialect", max_identifier_length=20),
    call("postgresql.dialect", paramstyle="named"), call("oracle.dialect", enable_offset_fetch=False),
    call("oracle.dialect", enable_offset_fetch=False, optimize_limits=True), call("oracle.dialect", use_ansi=False),
    versioned("mssql.dialect", server_version_info=(11,), _supports_offset_fetch=True),
    versioned("mysql.dialect", server_version_info=(8, 0, 20)), versioned("mysql.dialect", server_version_info=(5, 5, 0)),
    call("sqlite.dialect", paramstyle="named"), call("sqlite.dialect", paramstyle="numeric"),
    call("mysql.dialect", paramstyle="pyformat"), call("mssql.dialect", paramstyle="qmark"),
    call("postgresql.dialect", paramstyle="format"),
    call("postgresql.dialect", paramstyle="numeric_dollar"), call("postgresql.dialect", label_length=12),
    call("oracle.dialect", max_identifier_length=30), call("mssql.dialect", deprecate_large_types=True),
    call("mssql.dialect", deprecate_large_types=False), call("mssql.dialect", legacy_schema_aliasing=True),
    call("mysql.dialect", label_length=6), call("sqlite.dialect", label_length=20, paramstyle="numeric_dollar")]

OPTIONS = [{"literal_binds": True}, {"render_postcompile": True}, {"literal_binds": True},
           {"schema_translate_map": {"sch": "other", None: "main one", "My Schema": None}},
           {"schema_translate_map": {"remote": "x", None: "y", "sch": "z"}, "render_schema_translate": True},
           {"column_keys": ["id", "name"]}, {"for_executemany": True}, {"literal_binds": True, "render_postcompile": True},
           {"column_keys": ["id"], "for_executemany": True},
           {"schema_translate_map": {"sch": "O'S", None: "a.b"}, "render_schema_translate": True}]

# attributes of dialects, which programs may set
BOOLEANS = """supports_native_boolean supports_native_enum supports_native_uuid supports_alter supports_comments inline_comments
    supports_constraint_comments supports_default_values supports_default_metavalue supports_empty_insert
    supports_multivalues_insert supports_sequences sequences_optional preexecute_autoincrement_sequences
    supports_identity_columns insert_returning update_returning delete_returning insert_null_pk_still_autoincrements
    implicit_returning favor_returning_over_lastrowid postfetch_lastrowid supports_for_update_of supports_is_distinct_from
    supports_simple_order_by_label tuple_in_values div_is_floordiv cte_follows_insert""".split()
NUMBERS = ["max_index_name_length", "max_constraint_name_length", "max_identifier_length", "label_length"]


def altered(r):
    """A dialect with attributes that are not its own."""
    dialect = r.choice(["default", "sqlite", "postgresql", "mysql", "mssql", "oracle"])
    chosen = {k: r.random() < 0.5 for k in r.sample(BOOLEANS, r.randint(1, 3))}
    if dialect == "oracle":
        chosen.pop("supports_native_boolean", None)  # is BOOLEAN here, as in SQLAlchemy 2.1
    if r.random() < 0.3:
        chosen[r.choice(NUMBERS)] = r.choice([8, 14, 30])
    return versioned(dialect + ".dialect", **chosen)


# what str() and tostring() print
PRINTED = (Value(None), Dict([]))

DESCRIBED = (call("default.dialect"), Dict([(Value("describe"), Value(True))]))


FOR_STATEMENTS = ("column_keys", "for_executemany")


def choose(r, root, wide=False):
    """The dialects, most often without options; wide: most of the special ones, with options."""
    options = {}
    if r.random() < (0.7 if wide else 0.3):
        options = r.choice(OPTIONS)
    if isinstance(root, Call) and isinstance(root.target, Name) and root.target.path.startswith("la.schema."):
        options = {k: v for k, v in options.items() if k not in FOR_STATEMENTS}
    found = list(PLAIN)
    found += r.sample(SPECIAL, 12 if wide else r.choice([0, 0, 1, 1, 2]))
    if wide or r.random() < 0.3:
        found.append(altered(r))
    options = Dict([(Value(k), term(v)) for k, v in options.items()])
    whole = isinstance(root, Call) and isinstance(root.target, Name) and root.target.path == "Whole"
    return [(d, options) for d in found] + ([] if whole else [PRINTED]) + [DESCRIBED]
