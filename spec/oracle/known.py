"""What may differ: each rule stands in docs/differences.md."""

from sides import MARK
from term import lua_source

PYTHON_MISTAKES = ("TypeError", "AttributeError", "KeyError", "ValueError", "NotImplementedError", "IndexError", "AssertionError")


def same(ours, theirs):
    """Equal text and parameters; or errors of one class. Mistakes that Python itself finds raise an error here, too."""
    if ours == theirs:
        return True
    a, b = ours.split(MARK), theirs.split(MARK)
    if a[0] != "E" or b[0] != "E" or a[1] in ("Lua", "Crash"):
        return False
    return a[1] == b[1] or b[1] in PYTHON_MISTAKES


def manner(difference):
    """How two outcomes differ, roughly: what a smaller program must share."""
    a, b = difference.ours.split(MARK), difference.theirs.split(MARK)
    if a[0] == "E" or b[0] == "E":
        return (a[:2] if a[0] == "E" else "S"), (b[:2] if b[0] == "E" else "S"), (a[2][:25] if a[0] == "E" else ""), (
            b[2][:25] if b[0] == "E" else "")
    return tuple(x == y for x, y in zip(a, b))


def raises(theirs, *texts):
    return theirs.startswith("E") and any(t in theirs for t in texts)


def stops(root, target, ours, theirs):
    return not raises(ours, "Crash") and raises(
        theirs, "can't unwrap a textual label reference", "has no attribute '_json_serializer'",
        "has no attribute '_json_deserializer'", "expected str instance, NoneType found",
        "'INTERVAL' object has no attribute 'day_precision'", "TypeEngine.dialect_impl() missing", "No module named 'psycopg2'")


def more_methods(root, target, ours, theirs):
    return not raises(ours, "Crash") and raises(
        theirs, "'CompoundSelect' object has no attribute", "'TextClause' object", "with 'TextClause'", "TextClause' and")


def left_over(root, target, ours, theirs):
    return "__[POSTCOMPILE" in theirs and any(k.value == "render_postcompile" for k, _ in target[1].pairs)


def literals(root, target, ours, theirs):
    """What literal_binds writes out is taken for a placeholder, or forgotten below a function."""
    source = lua_source(root)
    given = any(k.value == "literal_binds" for k, _ in target[1].pairs) or "literal_binds" in source
    if not given or not theirs.startswith("S"):
        return False
    if raises(ours, 'Could not render literal value "True"', 'Could not render literal value "False"'):
        return True
    return "%(" in source or "char_length" in source or "path_" in source


def array_and_text(root, target, ours, theirs):
    return theirs.startswith("S") and "postgresql.array(" in lua_source(root) and "ARRAY[" in theirs


RULES = [
    ("postgresql.array beside a string", array_and_text),
    ("methods of text() and of set operations", more_methods),
    ("render_postcompile that leaves a mark", left_over),
    ("errors within SQLAlchemy", stops),
    ("literal_binds", literals),
]


def rule(root, target, ours, theirs):
    """The name of the rule that explains a difference, or None."""
    for name, explains in RULES:
        if explains(root, target, ours, theirs):
            return name
    return None
