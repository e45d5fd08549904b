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
        "has no attribute '_json_deserializer'")


def literals(root, target, ours, theirs):
    """What literal_binds writes out is taken for a placeholder, or forgotten below a function."""
    if not any(k.value == "literal_binds" for k, _ in target[1].pairs) or not theirs.startswith("S"):
        return False
    source = lua_source(root)
    return "%(" in source or "char_length" in source or "path_" in source


RULES = [
    ("errors within SQLAlchemy", stops),
    ("literal_binds", literals),
]


def rule(root, target, ours, theirs):
    """The name of the rule that explains a difference, or None."""
    for name, explains in RULES:
        if explains(root, target, ours, theirs):
            return name
    return None
