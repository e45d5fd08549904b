"""What may differ: each rule stands in docs/differences.md."""

import collections
import itertools
import re

from sides import MARK
from term import lua_source

PYTHON_MISTAKES = ("TypeError", "AttributeError", "KeyError", "ValueError", "NotImplementedError", "IndexError")


# What a message shows in each language's own words: (pattern, what stands for it)
WORDING = [
    (r"the compiler of the dialect '\w+'|Compiler <[^>]*>", "the compiler"),
    (r"<class '[\w.]*?(\w+)'>|<(?:built-in )?function (\w+)[^>]*>", r"\1\2"),
    (r"%\(\d+ (\w+)\)s", r"\1"), (r"\(0?x?[0-9a-f]{8,}\)", "(id)"),
    (r".*[Ll]iteral value.*", "no literal"), (r"(Column type) .*( on column)", r"\1 T\2"),
    (r"(Don't know how to join to|Select statement|for constraint \w+\() .*|(for constraint \w+)\(.*", r"\1\2"),
    (r"(from table\(s\)|required for bind parameter) .*", r"\1"), (r"(Foreign key) associated .*", r"\1"),
    (r"(foreign key relationships between) .*", r"\1"), (r"(does not include table\(s\)) .*", r"\1"),
    (r"(Entity namespace for) .*( has no property)", r"\1\2"), (r"(Create|Drop)(Enum|Domain)Type$", "NamedType"), (r"got .*", "got it")]


# What a statement can be told of: what it joins to comes first, what a dialect can't write later.
JOIN_MISTAKES = [
    "Can't determine which FROM clause", "Can't determine join between", "Don't know how to join to", "foreign key relationship"]
WRITE_MISTAKES = [
    "can't render element", "Could not render literal value", "No literal value renderer", "Can't generate DDL", "requires an order_by", "Can't resolve label reference", "Cannot compile",
    "dialect does not support", "binary precision", "identical numbers of columns"]


def message(text):
    for pattern, instead in WORDING:
        text = re.sub(pattern, instead, text, flags=re.S)
    return text


def same(ours, theirs):
    """Equal text and parameters; or the same error. Mistakes that Python itself finds raise an error here, too."""
    if ours == theirs:
        return True
    a, b = ours.split(MARK), theirs.split(MARK)
    if a[0] != "E" or b[0] != "E" or a[1] in ("Lua", "Crash"):
        return False
    return b[1] in PYTHON_MISTAKES or a[1] == b[1] and message(a[2]) == message(b[2])


def manner(difference):
    """How two outcomes differ, roughly: what a smaller program must share."""
    a, b = difference.ours.split(MARK), difference.theirs.split(MARK)
    if a[0] == "E" or b[0] == "E":
        return (a[:2] if a[0] == "E" else "S"), (b[:2] if b[0] == "E" else "S"), (a[2][:25] if a[0] == "E" else ""), (
            b[2][:25] if b[0] == "E" else "")
    return tuple(x == y for x, y in zip(a, b))


def raises(theirs, *texts):
    return theirs.startswith("E") and any(t in theirs for t in texts)


def own_sql(outcome):
    return outcome.split(MARK)[1]


def words(sql):
    return sorted(filter(None, re.split(r"[\s,()]+", sql)))


# What stands for a value: a literal or a placeholder
VALUE = r"'(?:[^']|'')*'|\b(?:true|false|NULL)\b|%%?\([\w']+\)s|:\"[^\"]*\"|:\w+|\?|%s|\$\d+|__\[POSTCOMPILE_\w+\]|\b\d[\d.]*\b"


QUALIFIER = r"(?:__\[SCHEMA_\w+\]|\w+|\"[^\"]*\"|`[^`]*`|\[[^\]]*\])\.(?=[\w\"`\[])"


def without_values(sql):
    return re.sub(VALUE, "?", sql)


def written(ours, theirs):
    return ours.startswith("S") and theirs.startswith("S")


def alike(ours, theirs, *patterns):
    """Are both SQL, which is the same but for its values, and for what these patterns match?"""
    if not written(ours, theirs):
        return False
    texts = [without_values(own_sql(outcome)) for outcome in (ours, theirs)]
    for pattern in patterns:
        texts = [re.sub(pattern, "", text) for text in texts]
    return texts[0] == texts[1]


def one_value(outcome, *patterns):
    """The SQL, where one value stands for the values of a list; without parentheses, and what these patterns match."""
    text = without_values(own_sql(outcome))
    for pattern in patterns + (r"VALUES |[()]",):
        text = re.sub(pattern, "", text)
    return re.sub(r"-?\?(, -?\?)*", "?", text)


FORGETFUL = "char_length|aggregate_strings"


def asked_for(target, option):
    return any(k.value == option for k, _ in target[1].pairs)


def stops(root, target, ours, theirs):
    """What Python itself finds wrong while SQLAlchemy compiles is a mistake of SQLAlchemy's."""
    return theirs.startswith("E") and theirs.split(MARK)[1].startswith("internal ") or raises(
        theirs, "array._bind_param() got", "AssertionError")


def more_methods(root, target, ours, theirs):
    return raises(
        theirs, "'CompoundSelect' object has no attribute", "'TextClause' object", "with 'TextClause'", "TextClause' and")


def left_over(root, target, ours, theirs):
    """Options do not reach RETURNING either: what stands there is expanded only if something else is."""
    if not asked_for(target, "render_postcompile") or not theirs.startswith("S"):
        return False
    source = lua_source(root)
    unseen = "returning(" in source and "cte(" in source and re.search("literal_execute|expanding", source)
    if "__[POSTCOMPILE" not in theirs:
        return unseen and raises(ours, "A value is required for bind parameter")
    return raises(ours, "A value is required for bind parameter", "iteral value") or (
        written(ours, theirs) and expands(own_sql(ours), own_sql(theirs)))


def expands(ours, theirs):
    """Is the one the other, with whatever stands for its marks?"""
    parts = map(without_values, re.split(r"__\[POSTCOMPILE_\w+\]", theirs))
    return re.fullmatch(".*".join(map(re.escape, parts)), without_values(ours), re.S)


# A literal of another type, which SQLAlchemy writes as it comes or cuts to fit.
NO_LITERALS = [
    ("(True|False)", "[A-Z]"), (r"(Decimal\('[-+\dE.]+'\)|[-+\de.]+)", r"\w*INT|DECIMAL|NUMERIC"), (".*", "UUID|UNIQUEIDENTIFIER"),
    (".*", r"CHAR\(32\)"), (".*", "ARRAY"), (".*", "JSONPATH")]


TO_DATE = r"TO_(?:DATE|TIMESTAMP)\(('[^']*'), '[^']*'\)"


def literals(root, target, ours, theirs):
    """What literal_binds writes out is taken for a placeholder, or forgotten below a function."""
    source = lua_source(root)
    if not asked_for(target, "literal_binds") and not re.search("literal_(binds|execute)", source):
        return False
    if any(re.search('Could not render literal value "%s" with datatype %s' % p, ours) for p in NO_LITERALS):
        return theirs.startswith("S") or raises(theirs, *WRITE_MISTAKES)
    if "with_variant" in source and raises(ours, "Could not render literal value"):
        return theirs.startswith("S")  # the type that is named is another than that of the dialect
    if "params(" in source and raises(theirs, "with datatype NULL"):
        return ours.startswith("S")  # a value that came later
    if written(ours, theirs) and own_sql(ours).lower() == own_sql(theirs).lower():
        return True  # True as a number
    if "%(" in source and written(ours, theirs) and without_placeholders(ours) == without_placeholders(theirs):
        return True
    if "Interval" in source and "oracle" in target[0].py() and alike(re.sub(TO_DATE, r"\1", ours), theirs):
        return True  # a date or time as an interval
    element = r"(?<=SET )\w+\[[^\]]*\]|(?<=, )\w+\[[^\]]*\](?==)"  # of an array that is set, or of JSON
    return (re.search(r"SET \S*(\[|JSON_)", theirs) or "path_" in source) and alike(ours, theirs, element)


def array_of_over(root, target, ours, theirs):
    if not re.search(r"(partition_by|order_by) = la.postgresql.array\(", lua_source(root)):
        return False
    if raises(ours, "element of type array"):
        return theirs.startswith("S") or raises(theirs, *WRITE_MISTAKES)
    return alike(ours, theirs, r"ARRAY\[|\]")


def array_and_text(root, target, ours, theirs):
    if "postgresql.array(" not in lua_source(root):
        return False
    if not ours.startswith("S") or not theirs.startswith("S"):
        return theirs.startswith("S") and "ARRAY" in theirs or raises(theirs, "object is not iterable")
    a, b = (re.sub(r"ARRAY\[[^\[\]]*\]", "?", outcome) for outcome in (ours, theirs))
    return alike(a, b)


def forgotten_returning(root, target, ours, theirs):
    """A CTE that changes rows: SQLAlchemy forgets to ask for the keys of the row that is inserted, or asks for what the
    CTE returns."""
    source = lua_source(root)
    if not theirs.startswith("S") or "cte(" not in source:
        return False
    if ours.startswith("E"):  # what it should return can't be written
        return "return_defaults" in source and "can't render element" in ours
    constraint = r" ON CONSTRAINT (\"[^\"]*\"|\S+)" if "sqlite" in target[0].py() else "$^"  # see foreign_upsert()
    pattern = constraint + r"| (RETURNING|OUTPUT ).*?(?=\)\n| VALUES| DEFAULT| \(?SELECT| FROM| WHERE|$)"
    forgets = re.search(FORGETFUL, source) or asked_for(target, "literal_binds") and "%(" in source
    texts = [without_values(own_sql(outcome)) if forgets else own_sql(outcome) for outcome in (ours, theirs)]
    a, b = (re.sub(r"_\d+\b", "", re.sub(pattern, "", text, flags=re.S)) for text in texts)
    c, d = (text[:text.rfind(" RETURNING ")] for text in texts)  # all but the statement's own
    return words(a) == words(b) or words(c) == words(d)


def newer_json(root, target, ours, theirs):
    """SQLAlchemy writes these from 2.1 on."""
    if "sqlite" in target[0].py() or target[0].py() == "None" and "sqlite.insert" in lua_source(root):
        return raises(theirs, "type JSONB")
    return "oracle" in target[0].py() and (
        raises(theirs, "type JSON", "json_getitem_op", "json_path_getitem_op") or (
            "->>" in theirs or "JSONPATH" in lua_source(root)) and written(ours, theirs) and one_value(ours) == one_value(theirs))


def finds_farther(root, target, ours, theirs):
    """filter_by() looks at all that is joined from SQLAlchemy 2.1 on."""
    return "filter_by" in lua_source(root) and raises(theirs, "Entity namespace for") and (
        ours.startswith("S") or raises(ours, "is ambiguous", *JOIN_MISTAKES))


def printed_parts(root, target, ours, theirs):
    """Where str() meets what one dialect alone has, it asks that one, which has other words and placeholders."""
    parts = r"on_(conflict|duplicate)|aggregate_order_by|postgresql.array\(|delete_path"
    return target[0].py() == "None" and re.search(parts, lua_source(root))


def foreign_upsert(root, target, ours, theirs):
    source = lua_source(root)
    return "on_conflict" in source and (raises(theirs, "has no attribute 'constraint_target'") or (
        "postgresql.insert" in source and "sqlite" in target[0].py() and alike(
            ours, theirs, r" (ON CONSTRAINT (\"[^\"]*\"|\S+))? ?(?=DO )")))


def percent_of_inserted(root, target, ours, theirs):
    a, b = (re.sub("%+", "%", outcome) for outcome in (ours, theirs))
    return "VALUES(" in theirs and "%%%%" in theirs and a == b


def option_order(root, target, ours, theirs):
    """SQLAlchemy sorts the options of a MySQL table by the hashes of their names."""
    if "mysql" not in target[0].py() or " TABLE " not in ours or not theirs.startswith("S"):
        return False
    a, b = own_sql(ours).rpartition("\n)"), own_sql(theirs).rpartition("\n)")
    return a[0] == b[0] and sorted(a[2].split()) == sorted(b[2].split())


def unsorted_options(statement):
    body, end, options = statement.rpartition("\n)")
    return body + end + " ".join(sorted(options.split())) if end else statement


def whole(outcome):
    """Its statements. Indexes of a table, foreign keys that are added, and options of MySQL have no order of their own."""
    statements = map(unsorted_options, own_sql(outcome).split("\n;"))
    runs = itertools.groupby(statements, lambda s: re.search(r"\bINDEX\b|^ALTER TABLE .* (ADD|DROP)", s) and s.split()[0])
    return [sorted(run) if key else list(run) for key, run in runs]


def order_of_sets(root, target, ours, theirs):
    if "Whole(" not in lua_source(root):
        return False
    return no_order(ours, theirs) or written(ours, theirs) and whole(ours) == whole(theirs)


def no_order(ours, theirs):
    """Two of those that have no order can't be written: another is the first."""
    mistakes = ["could not find table", "exceeds maximum length", "can't render element", "it has no name", "to include"]
    return raises(ours, *mistakes) and raises(theirs, *mistakes)


def order_of_copies(root, target, ours, theirs):
    """to_metadata() copies the constraints of a set."""
    if "to_metadata" not in lua_source(root):
        return False
    return no_order(ours, theirs) or written(ours, theirs) and words(own_sql(ours)) == words(own_sql(theirs))


def double_of_mysql(root, target, ours, theirs):
    return "mysql" in target[0].py() and raises(theirs, "You must specify both precision and scale or omit both") and (
        "DOUBLE" in lua_source(root).upper())


def update_of_nothing(root, target, ours, theirs):
    """What makes an INSERT of many rows without values possible sets the first column of an UPDATE."""
    name = r"(?<=SET )(\"[^\"]*\"|`[^`]*`|\[[^\]]*\]|\S+)="
    nothing = name + r"(\?|DEFAULT)"
    return asked_for(target, "for_executemany") and re.search(name + "(NULL|DEFAULT)", theirs) and (
        alike(ours, theirs, nothing))


def without_placeholders(outcome):
    return re.sub(r"%+\([^)]+?\)s|\?|%+s|[:$]\d+", "?", own_sql(outcome))


def name_or_placeholder(root, target, ours, theirs):
    if not written(ours, theirs):
        return False
    if "%(" in lua_source(root) and re.search(r"[^,]*'", theirs.split(MARK)[2]):
        return True  # from the sign on, what comes before the next placeholder is taken for its name
    return "%(x)s" in own_sql(ours) and "%(x)s" not in own_sql(theirs) and without_placeholders(ours) == without_placeholders(theirs)


def charset_of_copies(root, target, ours, theirs):
    return re.search(r"mysql.(ENUM|SET)\(.*with_variant", lua_source(root)) and theirs.startswith("S") and (
        re.sub(r" (CHARACTER SET|COLLATE) \w+", "", own_sql(ours)) == own_sql(theirs))


def quoted_sequence(root, target, ours, theirs):
    return "nextval('" in theirs and own_sql(ours).replace("''", "'") == own_sql(theirs).replace("''", "'")


def two_mistakes(root, target, ours, theirs):
    """What a SELECT joins to is looked at first; a bind may have the name of a value, which is one of many rows."""
    joins, writes = JOIN_MISTAKES, WRITE_MISTAKES
    if raises(ours, "conflicts with unique bind parameter") and raises(theirs, "is reserved for automatic usage"):
        return True
    return raises(theirs, *joins) and (raises(ours, *writes) or "with_for_update" in lua_source(root)) or (
        raises(ours, *joins) and raises(theirs, *writes))


def in_beside_any(root, target, ours, theirs):
    return written(ours, theirs) and re.search(r"(any|all)_\(", lua_source(root)) and (
        re.search(r"\bIN \(?(ANY|ALL) ", theirs)) and words(without_values(own_sql(ours))) == words(without_values(own_sql(theirs)))


def date_of_oracle(root, target, ours, theirs):
    return "oracle.DATE" in lua_source(root) and "oracle" not in target[0].py() and alike(
        ours, re.sub(TO_DATE, r"\1", theirs))


def decorated_variant(root, target, ours, theirs):
    return "with_variant" in lua_source(root) and ours.startswith("S") and (
        re.sub(r"CHAR\(\d+\)", "CHAR", own_sql(ours)) == own_sql(theirs) and "mysql" in target[0].py()
        or re.sub("BIGSERIAL|SMALLSERIAL", "SERIAL", own_sql(ours)) == own_sql(theirs)
        or "oracle" in target[0].py() and own_sql(ours) == re.sub(r"from_db\(([^()]*)\)", r"\1", own_sql(theirs)))


def insert_into_alias(root, target, ours, theirs):
    return ours.startswith("S") and theirs.startswith("S") and re.search(
        r"local (v\d+) = [^\n]*:?alias\([^\n]*\n(.*\n)*.*insert\(\1\)", lua_source(root))


def join_of_copies(root, target, ours, theirs):
    """params() copies an alias that is joined, but not its columns: its FROM is not found, or stands there twice."""
    if not re.search(r"params\((\{.*)?\)$", lua_source(root)) or "JOIN" not in ours:
        return False
    a, b = (collections.Counter(words(own_sql(outcome))) for outcome in (ours, theirs))
    return raises(theirs, "there are multiple FROMS") or written(ours, theirs) and "JOIN" in theirs and not a - b


def bind_seen_before(root, target, ours, theirs):
    """params() leaves alone what a column belongs to that it has met before it comes to a SELECT from it."""
    if not (ours.startswith("S") and theirs.startswith("S")) or not re.search(r"params\((\{.*\})?\)", lua_source(root)):
        return False
    a, b = (re.sub(r'_\d+|"', "", own_sql(outcome)) for outcome in (ours, theirs))
    return a == b and re.search(r":(cte|alias|lateral)\(", lua_source(root))


def text_of_max(root, target, ours, theirs):
    return asked_for(target, "describe") and theirs == re.sub(r"VARBINARY\(max\)", "?", ours)


def own_name_of_a_bind(root, target, ours, theirs):
    """A bind with a name of one's own that is also that of one without: one value would take the place of the other."""
    return re.search(r"on_(duplicate_key|conflict_do)_update", lua_source(root)) and "bindparam(" in lua_source(root) and (
        theirs.startswith("S") or raises(theirs, *WRITE_MISTAKES)) and raises(ours, "conflicts with unique bind parameter")


def message_of_hint(root, target, ours, theirs):
    return raises(ours, "Unrecognized hint") and raises(theirs, "Unrecognized hint")


def bytes_are_strings(root, target, ours, theirs):
    kinds = r"\w*BLOB|BFILE|BYTEA|VARBINARY|BINARY|RAW|IMAGE|ROWVERSION|TIMESTAMP"
    if re.search("Could not render literal value .* with datatype (%s)" % kinds, theirs):
        return True
    variant = re.search(r"with_variant\(la\.[\w.]*(%s)" % kinds, lua_source(root))
    return variant and raises(theirs, "Could not render literal value \"'")


def writes_none(root, target, ours, theirs):
    return theirs.startswith("S") and own_sql(theirs) == own_sql(ours) + "None"


def locks_a_subquery(root, target, ours, theirs):
    """FOR UPDATE OF a table, whose rows are counted by ROWNUM."""
    return "oracle" in target[0].py() and written(ours, theirs) and "FOR UPDATE OF SELECT" in theirs and alike(
        ours, theirs, r"(?s)FOR UPDATE OF .*")


def in_nothing(root, target, ours, theirs):
    """What a type writes around each value stands around what stands for none, or half of it."""
    wrapped = r"\w+\((?=NULL\) OR \(1 = 1\)|SELECT (1|CAST\(NULL)\b)"
    bare = lambda outcome: re.sub(r"[()]", "", re.sub(wrapped, "", own_sql(outcome)))
    return written(ours, theirs) and re.search(wrapped, theirs) and bare(ours) == bare(theirs)


def negated_is(root, target, ours, theirs):
    """The negation of IS beside a value is IS."""
    if not (ours.startswith("S") and theirs.startswith("S")) or not re.search(r"is_?(not)?_?\(", lua_source(root)):
        return False
    return own_sql(ours).replace(" IS NOT ", " IS ") == own_sql(theirs).replace(" IS NOT ", " IS ")


def bind_of_two(root, target, ours, theirs):
    """A bind without a type takes that of what it stands beside: where it stands twice it is two binds here."""
    if not (ours.startswith("S") and theirs.startswith("S")) or not re.search(
            r"bindparam\(nil|unique = true", lua_source(root)):
        return False
    names = r"(?<=[:(])\w+|(?<=POSTCOMPILE_)\w+|\d+" if "bindparam(nil" in lua_source(root) else r"\d+"
    return re.sub(names, "", own_sql(ours)) == re.sub(names, "", own_sql(theirs))


def unnumbered(root, target, ours, theirs):
    unnamed = r"PA\d{12,}_|\d{12,}_anon_|%\(\d{12,} |%%s`\."
    return re.search(unnamed, theirs) and alike(
        ours, theirs, r"(`[^`]*`|\w+)\.(?=[\w`])", r"\b_?\d{12,}_anon_s?_?\d*|\banon_\d+(_\d+)?")


CAST = r":\?(\[\])?"  # ::UUID, once without_values() has taken it for one


def forgetful_functions(root, target, ours, theirs):
    """The arguments of these forget the options of what is around them."""
    if not re.search(FORGETFUL, lua_source(root)):
        return False
    if not written(ours, theirs):
        fails = raises(ours, "literal value") and (theirs.startswith("S") or raises(theirs, *WRITE_MISTAKES))
        return fails or raises(theirs, "conflicts with unique bind parameter")
    a, b = (one_value(re.sub(r"ARRAY\[[^\[\]]*\]|\[[\d, ]+\]", "?", outcome), QUALIFIER, CAST) for outcome in (ours, theirs))
    return a == b


def given_twice(root, target, ours, theirs):
    return raises(ours, "is given two values")


def bare_collation(root, target, ours, theirs):
    return raises(ours, "the collation must be a word")


def output_of_subquery(root, target, ours, theirs):
    return "mssql" in target[0].py() and re.search(r"(?s)OUTPUT .*\(SELECT ", theirs) and alike(
        ours, theirs, QUALIFIER, r"FROM [^()\n]+")


def array_escape(root, target, ours, theirs):
    containers = "ARRAY|tags|nums|HSTORE|hs|JSONB|doc|RANGE|span"
    return written(ours, theirs) and "autoescape" in lua_source(root) and (
        re.search(containers, lua_source(root)) and own_sql(ours) == own_sql(theirs))


def copied_order(root, target, ours, theirs):
    """Where an ORDER BY is moved into ROW_NUMBER(), SQLAlchemy copies the binds of what its subqueries select from."""
    if "mssql_rn" in ours and raises(theirs, "Multiple, unrelated CTEs found"):
        return True
    a, b = (re.sub(r"(:|POSTCOMPILE_)(\w+)_\d+", r"\1\2", own_sql(outcome)) for outcome in (ours, theirs))
    return "mssql_rn" in theirs and a == b


def returned_set(root, target, ours, theirs):
    """SQLAlchemy keeps the columns of return_defaults() in a set."""
    if "return_defaults" not in lua_source(root) or not theirs.startswith("S"):
        return False
    return words(own_sql(ours)) == words(own_sql(theirs))


def keys_of_select(root, target, ours, theirs):
    mistake = "to include additional default-holding column(s)"
    if raises(ours, mistake) and raises(theirs, mistake):
        return asked_for(target, "column_keys")
    if not (written(ours, theirs) and "from_select(" in lua_source(root) and asked_for(target, "column_keys")):
        return False
    a, b = (collections.Counter(words(re.sub(r"\b\w+_\d+\b", "", own_sql(outcome)))) for outcome in (ours, theirs))
    return not b - a or alike(ours, theirs, r"INSERT INTO [^(]*\([^)]*\)")


def written_alike(root, target, ours, theirs):
    """Binds of two names that are one name once it is written: by position SQLAlchemy takes one for the other."""
    if not (ours.startswith("S") and theirs.startswith("S")) or own_sql(ours) != own_sql(theirs):
        return False
    written = lambda text: re.sub(r"[^\w,]", "_", text)
    (_, _, a, p), (_, _, b, q) = (outcome.split(MARK) for outcome in (ours, theirs))
    names = collections.Counter(written(n) for n in set(a.split(",")))
    others = lambda params: [line for line in params.split("\n") if names[written(line.partition("=")[0])] < 2]
    return a != b and written(a) == written(b) and others(p) == others(q)


RULES = [
    ("order of indexes and of added foreign keys", order_of_sets),
    ("order of the constraints of copied tables", order_of_copies),
    ("DOUBLE with a precision on MySQL", double_of_mysql),
    ("UPDATE of many rows without values", update_of_nothing),
    ("names that look like placeholders", name_or_placeholder),
    ("mysql.ENUM with variants", charset_of_copies),
    ("quotes in names of sequences", quoted_sequence),
    ("statements with two mistakes", two_mistakes),
    ("IN beside ANY", in_beside_any),
    ("oracle.DATE on other dialects", date_of_oracle),
    ("decorators as variants", decorated_variant),
    ("INSERT into an alias", insert_into_alias),
    ("params() of a SELECT with joins", join_of_copies),
    ("params() of what stands beside its own CTE", bind_seen_before),
    ("the text of VARBINARY('max')", text_of_max),
    ("binds whose names are written alike", written_alike),
    ("column_keys of INSERT from SELECT", keys_of_select),
    ("order of the columns of return_defaults()", returned_set),
    ("subqueries in ORDER BY on SQL Server", copied_order),
    ("contains(autoescape) of an array", array_escape),
    ("collations that are no words", bare_collation),
    ("OUTPUT of a subquery", output_of_subquery),
    ("char_length() and aggregate_strings()", forgetful_functions),
    ("one column set twice", given_twice),
    ("names that SQLAlchemy leaves without a number", unnumbered),
    ("FOR UPDATE OF a table on Oracle", locks_a_subquery),
    ("one bind without a name at two places", bind_of_two),
    ("IN of no values", in_nothing),
    ("IS of a value, negated", negated_is),
    ("texts as bytes", bytes_are_strings),
    ("names of one's own in upserts", own_name_of_a_bind),
    ("hints with translated schemas", message_of_hint),
    ("foreign keys across schemas, added on SQLite", writes_none),
    ("order of the options of MySQL's tables", option_order),
    ("RETURNING beside a CTE that changes rows", forgotten_returning),
    ("JSON on Oracle, JSONB on SQLite", newer_json),
    ("filter_by() of what was joined before", finds_farther),
    ("tostring() of what one dialect has", printed_parts),
    ("upserts of another dialect", foreign_upsert),
    ("inserted columns with a percent sign", percent_of_inserted),
    ("postgresql.array in OVER", array_of_over),
    ("postgresql.array beside a string", array_and_text),
    ("methods of text() and of set operations", more_methods),
    ("render_postcompile that leaves a mark", left_over),
    ("errors within SQLAlchemy", stops),
    ("literal_binds", literals),
]


def rule(root, target, ours, theirs):
    """The name of the rule that explains a difference, or None. An error of Lua's own, or a crash, has no excuse."""
    if ours.startswith("E") and ours.split(MARK)[1] in ("Lua", "Crash"):
        return None
    for name, explains in RULES:
        if explains(root, target, ours, theirs):
            return name
    return None
