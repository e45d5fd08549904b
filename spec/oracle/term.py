"""Terms: what a program says, apart from its language. Each prints itself as Python and as Lua.

A term is a tree; `Shared` names one that is used more than once and becomes a local variable.
The Lua spelling follows the table of the README.
"""
import datetime
import decimal
import re
import uuid

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*$")
LUA_WORDS = set(
    "and break do else elseif end false for function goto if in local nil not or repeat return then true until while"
    .split())

# Methods whose last argument is data, so that a table of names there is never taken for options.
TAKES_DATA = set("values in_ not_in eq ne params bindparams data at columns set_ ordered_values on_duplicate_key_update".split())


def lua_string(text):
    raw = text if isinstance(text, bytes) else text.encode("utf-8")
    return '"' + "".join(
        chr(c) if 32 <= c < 127 and c not in (34, 92) else "\\%03d" % c for c in raw) + '"'


class Term:
    """children(): the terms below; rebuild(f): a copy whose children are f(child); py(), lua(): the sources."""

    def children(self):
        return ()

    def rebuild(self, f):
        return self

    def smaller(self):
        """Terms that say less than this one and may stand in its place."""
        return self.children()

    def walk(self):
        yield self
        for child in self.children():
            yield from child.walk()

    def size(self):
        return 1 + sum(child.size() for child in self.children())


class Value(Term):
    def __init__(self, value):
        self.value = value

    def py(self):
        v = self.value
        if isinstance(v, (datetime.date, datetime.time, datetime.timedelta)):
            return repr(v)
        if isinstance(v, decimal.Decimal):
            return "Decimal(%r)" % str(v)
        if isinstance(v, uuid.UUID):
            return "UUID(%r)" % str(v)
        return repr(v)

    def lua(self, inside=False):
        v = self.value
        if v is None:
            return "la.NULL" if inside else "nil"
        if isinstance(v, bool):
            return "true" if v else "false"
        if isinstance(v, (str, bytes)):
            return lua_string(v)
        if isinstance(v, decimal.Decimal):
            return "la.Decimal(%s)" % lua_string(str(v))
        if isinstance(v, uuid.UUID):
            return "la.uuid(%s)" % lua_string(str(v))
        if isinstance(v, datetime.datetime):
            return "la.datetime(%s)" % ", ".join(
                map(str, (v.year, v.month, v.day, v.hour, v.minute, v.second, v.microsecond)))
        if isinstance(v, datetime.date):
            return "la.date(%d, %d, %d)" % (v.year, v.month, v.day)
        if isinstance(v, datetime.time):
            return "la.time(%d, %d, %d, %d)" % (v.hour, v.minute, v.second, v.microsecond)
        if isinstance(v, datetime.timedelta):
            return "la.timedelta{days = %d, seconds = %d, microseconds = %d}" % (v.days, v.seconds, v.microseconds)
        return repr(v)


class Name(Term):
    """A variable or a public name: `users`, `la.Integer`, `la.postgresql.JSONB`."""

    def __init__(self, path):
        self.path = path

    def py(self):
        return self.path

    def lua(self, inside=False):
        head, *rest = self.path.split(".")
        return head + "".join("." + lua_name(part) for part in rest)


class Source(Term):
    """What each language says in its own words: a class of one's own."""

    def __init__(self, py, lua):
        self.texts = py, lua

    def py(self):
        return self.texts[0]

    def lua(self, inside=False):
        return self.texts[1]


def lua_name(name):
    return name + "_" if name in LUA_WORDS else name


class Shared(Term):
    """A term that is said once, in a local variable."""
    count = 0

    def __init__(self, term, name=None):
        self.term = term
        if name is None:
            Shared.count += 1
            name = "v%d" % Shared.count
        self.name = name

    def children(self):
        return (self.term,)

    def rebuild(self, f):
        return Shared(f(self.term), self.name)

    def smaller(self):
        return ()

    def py(self):
        return self.name

    def lua(self, inside=False):
        return self.name


class Sequence(Term):
    """A list or a tuple: in Lua both are arrays."""

    def __init__(self, items, is_tuple=False):
        self.items, self.is_tuple = tuple(items), is_tuple

    def children(self):
        return self.items

    def rebuild(self, f):
        return Sequence([f(i) for i in self.items], self.is_tuple)

    def smaller(self):
        for n in range(len(self.items) if len(self.items) > 1 else 0):
            yield Sequence(self.items[:n] + self.items[n + 1:], self.is_tuple)

    def py(self):
        inner = ", ".join(i.py() for i in self.items)
        if self.is_tuple:
            return "(%s%s)" % (inner, "," if len(self.items) == 1 else "")
        return "[%s]" % inner

    def lua(self, inside=False):
        return "{%s}" % ", ".join(i.lua(True) for i in self.items)


class Dict(Term):
    """pairs: (key, value), both terms. ordered: Lua writes an array of pairs, as case() wants it."""

    def __init__(self, pairs, ordered=False):
        self.pairs, self.ordered = tuple(pairs), ordered

    def children(self):
        return tuple(t for pair in self.pairs for t in pair)

    def rebuild(self, f):
        return Dict([(f(k), f(v)) for k, v in self.pairs], self.ordered)

    def smaller(self):
        for n in range(len(self.pairs) if len(self.pairs) > 1 else 0):
            yield Dict(self.pairs[:n] + self.pairs[n + 1:], self.ordered)

    def py(self):
        return "{%s}" % ", ".join("%s: %s" % (k.py(), v.py()) for k, v in self.pairs)

    def lua(self, inside=False):
        if self.ordered:
            return ", ".join("{%s, %s}" % (k.lua(True), v.lua(True)) for k, v in self.pairs)
        return "{%s}" % ", ".join("%s = %s" % (lua_key(k), v.lua(True)) for k, v in self.pairs)

    def only_names(self):
        return all(isinstance(k, Value) and isinstance(k.value, str) for k, _ in self.pairs)


def lua_key(key):
    if isinstance(key, Value) and isinstance(key.value, str) and NAME.match(key.value) and key.value not in LUA_WORDS:
        return key.value
    return "[%s]" % key.lua(True)


class Call(Term):
    """target(args, **kw): target is a Name, or a Method's target with `method` set."""

    def __init__(self, target, method, args, kw):
        self.target, self.method, self.args, self.kw = target, method, tuple(args), dict(kw)

    def children(self):
        return (self.target,) + self.args + tuple(self.kw.values())

    def rebuild(self, f):
        return Call(f(self.target), self.method, [f(a) for a in self.args], {k: f(v) for k, v in self.kw.items()})

    def smaller(self):
        if self.method:
            yield self.target
        for n in range(len(self.args)):
            yield self.args[n]
        for n in range(len(self.args)):
            yield Call(self.target, self.method, self.args[:n] + self.args[n + 1:], self.kw)
        for name in self.kw:
            yield Call(self.target, self.method, self.args, {k: v for k, v in self.kw.items() if k != name})

    def py(self):
        given = [a.py() for a in self.args] + ["%s=%s" % (k, v.py()) for k, v in self.kw.items()]
        head = self.target.py()
        if self.method:
            head = "%s.%s" % (parenthesized(self.target, head), self.method)
        return "%s(%s)" % (head, ", ".join(given))

    def lua(self, inside=False):
        given = [a.lua() for a in self.args]
        if self.kw:
            given.append("{%s}" % ", ".join("%s = %s" % (lua_option(k), v.lua(True)) for k, v in self.kw.items()))
        elif self.args and self.needs_options():
            given.append("{}")
        head = self.target.lua()
        if self.method:
            head = "%s:%s" % (parenthesized(self.target, head), lua_name(self.method))
        return "%s(%s)" % (head, ", ".join(given))

    def needs_options(self):
        last = self.args[-1]
        if isinstance(last, Sequence) and not last.items:
            return self.method not in TAKES_DATA
        if isinstance(last, Dict):
            return self.method not in TAKES_DATA and not last.ordered and last.only_names()
        # a constructor whose only argument is an array
        return (isinstance(last, Sequence) and len(self.args) == 1 and not self.method and isinstance(self.target, Name)
                and self.target.path.rsplit(".", 1)[-1][:1].isupper())


def lua_option(name):
    return "[%s]" % lua_string(name) if name in LUA_WORDS else name


class Apply(Term):
    """f(args) where f is an expression: a:op("->>")(b)"""

    def __init__(self, function, args):
        self.function, self.args = function, tuple(args)

    def children(self):
        return (self.function,) + self.args

    def rebuild(self, f):
        return Apply(f(self.function), [f(a) for a in self.args])

    def smaller(self):
        return self.args

    def py(self):
        return "%s(%s)" % (self.function.py(), ", ".join(a.py() for a in self.args))

    def lua(self, inside=False):
        return "%s(%s)" % (self.function.lua(), ", ".join(a.lua() for a in self.args))


def parenthesized(term, text):
    return "(%s)" % text if isinstance(term, (Binary, Unary, Value)) else text


class Field(Term):
    """target.name"""

    def __init__(self, target, name):
        self.target, self.name = target, name

    def children(self):
        return (self.target,)

    def rebuild(self, f):
        return Field(f(self.target), self.name)

    def py(self):
        return "%s.%s" % (parenthesized(self.target, self.target.py()), self.name)

    def lua(self, inside=False):
        return "%s.%s" % (parenthesized(self.target, self.target.lua()), self.name)


class Item(Term):
    """collection["key"]: a column of t.c"""

    def __init__(self, target, key):
        self.target, self.key = target, key

    def children(self):
        return (self.target,)

    def rebuild(self, f):
        return Item(f(self.target), self.key)

    def smaller(self):
        return ()

    def py(self):
        return "%s[%r]" % (self.target.py(), self.key)

    def lua(self, inside=False):
        if NAME.match(self.key) and self.key not in LUA_WORDS:
            return "%s.%s" % (self.target.lua(), self.key)
        return "%s[%s]" % (self.target.lua(), lua_string(self.key))


class Index(Term):
    """expression[index], expression[from:to]"""

    def __init__(self, target, *index):
        self.target, self.index = target, index

    def children(self):
        return (self.target,) + self.index

    def rebuild(self, f):
        return Index(f(self.target), *[f(i) for i in self.index])

    def py(self):
        return "%s[%s]" % (parenthesized(self.target, self.target.py()), ":".join(i.py() for i in self.index))

    def lua(self, inside=False):
        name = "at" if len(self.index) == 1 else "slice"
        return "%s:%s(%s)" % (parenthesized(self.target, self.target.lua()), name,
                              ", ".join(i.lua() for i in self.index))


LUA_METHOD = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
LUA_FUNCTION = {}


class Binary(Term):
    def __init__(self, op, left, right):
        self.op, self.left, self.right = op, left, right

    def children(self):
        return (self.left, self.right)

    def rebuild(self, f):
        return Binary(self.op, f(self.left), f(self.right))

    def py(self):
        return "(%s %s %s)" % (self.left.py(), self.op, self.right.py())

    def lua(self, inside=False):
        if self.op in LUA_METHOD:
            return "%s:%s(%s)" % (parenthesized(self.left, self.left.lua()), LUA_METHOD[self.op], self.right.lua())
        return "(%s %s %s)" % (self.left.lua(), self.op, self.right.lua())


class Unary(Term):
    """-x, ~x"""

    def __init__(self, op, operand):
        self.op, self.operand = op, operand

    def children(self):
        return (self.operand,)

    def rebuild(self, f):
        return Unary(self.op, f(self.operand))

    def py(self):
        return "(%s%s)" % (self.op, self.operand.py())

    def lua(self, inside=False):
        return self.py_with(self.operand.lua())

    def py_with(self, text):
        return "(%s%s)" % (self.op, text)


def term(x):
    """A Python value as a term; a term as it is."""
    if isinstance(x, Term):
        return x
    if isinstance(x, (list, tuple)):
        return Sequence([term(i) for i in x], isinstance(x, tuple))
    if isinstance(x, dict):
        return Dict([(term(k), term(v)) for k, v in x.items()])
    return Value(x)


def call(path, /, *args, **kw):
    return Call(Name("la." + path), None, [term(a) for a in args], {k: term(v) for k, v in kw.items()})


def called(variable, /, *args, **kw):
    """A call of a variable of the program, or of the prelude."""
    return Call(Name(variable), None, [term(a) for a in args], {k: term(v) for k, v in kw.items()})


def method(target, name, /, *args, **kw):
    return Call(target, name, [term(a) for a in args], {k: term(v) for k, v in kw.items()})


def name(path):
    return Name("la." + path)


def column(table, key):
    return Item(Field(table, "c"), key)


def binary(op, left, right):
    return Binary(op, term(left), term(right))


def definitions(root):
    """The shared terms below root, each after those that it uses."""
    found = {}

    def visit(t):
        if isinstance(t, Shared) and t.name in found:
            return
        for child in t.children():
            visit(child)
        if isinstance(t, Shared):
            found.setdefault(t.name, t)

    visit(root)
    return found.values()


def python_source(root):
    return "".join("%s = %s\n" % (d.name, d.term.py()) for d in definitions(root)), root.py()


def lua_source(root):
    return "".join("local %s = %s\n" % (d.name, d.term.lua()) for d in definitions(root)) + "return " + root.lua()


def replaced(root, old, new):
    """root with the term `old` (by identity; a shared one by name) replaced."""
    done = {}

    def visit(t):
        if t is old or isinstance(t, Shared) and isinstance(old, Shared) and t.name == old.name:
            return new
        if not isinstance(t, Shared):
            return t.rebuild(visit)
        if t.name not in done:
            done[t.name] = t.rebuild(visit)
        return done[t.name]

    return visit(root)
