"""What may differ: each rule stands in docs/differences.md."""

PYTHON_MISTAKES = ("TypeError", "AttributeError", "KeyError", "ValueError", "NotImplementedError", "IndexError")


def same(ours, theirs):
    """Equal text and parameters; or errors of one class. Mistakes that Python itself finds raise an error here, too."""
    if ours == theirs:
        return True
    a, b = ours.split("\1"), theirs.split("\1")
    if a[0] != "E" or b[0] != "E" or a[1] in ("Lua", "Crash"):
        return False
    return a[1] == b[1] or b[1] in PYTHON_MISTAKES


def manner(difference):
    """How two outcomes differ, roughly: what a smaller program must share."""
    a, b = difference.ours.split("\1"), difference.theirs.split("\1")
    if a[0] == "E" or b[0] == "E":
        return (a[:2] if a[0] == "E" else "S"), (b[:2] if b[0] == "E" else "S"), (a[2][:25] if a[0] == "E" else ""), (
            b[2][:25] if b[0] == "E" else "")
    return tuple(x == y for x, y in zip(a, b))


RULES = []


def rule(root, target, ours, theirs):
    """The name of the rule that explains a difference, or None."""
    for name, explains in RULES:
        if explains(root, target, ours, theirs):
            return name
    return None
