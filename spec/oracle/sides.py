"""The two sides: SQLAlchemy in this process, Lualchemy in a worker. Each says what became of a program on each target.

An outcome is a string: "S", SQL, order of parameters, parameters; or "E", class of error, message; with MARK between.
"""
import datetime
import decimal
import os
import re
import select
import subprocess
import types as python_types
import uuid
import warnings

import term

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 20
MARK = "\x1f\x1e"


def sqlalchemy():
    """SQLAlchemy 2.0 or later, or an exit that says what is wanted."""
    wanted = ("make oracle compares with SQLAlchemy 2.0 or later: pip install 'sqlalchemy>=2', "
              "or SQLALCHEMY=folder that holds the package")
    try:
        import sqlalchemy as found
    except ImportError:
        raise SystemExit("python3 has no sqlalchemy. %s" % wanted)
    if int(found.__version__.split(".")[0]) < 2:
        raise SystemExit("python3 has SQLAlchemy %s. %s" % (found.__version__, wanted))
    return found


def namespace():
    """What `la` is in the Python programs: sqlalchemy, its dialects and namespaces by one name."""
    sa = sqlalchemy()

    from sqlalchemy import schema, sql, types
    from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite
    from sqlalchemy.engine import default
    la = python_types.SimpleNamespace(**{k: getattr(sa, k) for k in dir(sa) if not k.startswith("__")})
    la.schema, la.types, la.sql = schema, types, sql
    la.mssql, la.mysql, la.oracle, la.postgresql, la.sqlite = mssql, mysql, oracle, postgresql, sqlite
    la.default = python_types.SimpleNamespace(dialect=default.DefaultDialect)
    for d in (mssql, mysql, oracle, postgresql, sqlite):
        for module in ("types", "base", "json", "dml", "ext"):
            for k, v in vars(getattr(d, module, None) or d).items():
                if not hasattr(d, k) and not k.startswith("_"):
                    setattr(d, k, v)
    return {"la": la, "Whole": Whole, "function_class": function_class, "element_class": element_class, "with_attributes": with_attributes, "Decimal": decimal.Decimal, "UUID": uuid.UUID, "datetime": datetime}


def function_class(name, texts):
    """A function of one's own: dialect -> how it is spelled around its arguments."""
    from sqlalchemy.ext.compiler import compiles
    from sqlalchemy.sql.functions import FunctionElement
    cls = type(name, (FunctionElement,), {"name": name, "type": sqlalchemy().Integer(), "inherit_cache": True})
    for dialect, text in texts.items():
        def spelled(element, compiler, _text=text, **kw):
            return _text % compiler.process(element.clauses, **kw)

        compiles(cls, *[d for d in [dialect] if d != "default"])(spelled)
    return cls


def element_class(name, texts):
    """An expression of one's own: dialect -> its text."""
    from sqlalchemy.ext.compiler import compiles
    cls = type(name, (sqlalchemy().ColumnElement,), {"type": sqlalchemy().Integer(), "inherit_cache": True})
    for dialect, text in texts.items():
        compiles(cls, *[d for d in [dialect] if d != "default"])(lambda element, compiler, _text=text, **kw: _text)
    return cls


class Whole:
    """All that create_all() or drop_all() of a schema says, or its sorted tables; `listened` is a table, an event, and DDL that it brings."""

    def __init__(self, metadata, word, tables, *listened):
        self.metadata, self.word = metadata, word
        if listened:
            sqlalchemy().event.listen(*listened)

    def compile(self, dialect):
        from sqlalchemy.engine.mock import MockConnection
        said = []
        if self.word == "sorted_tables":
            said = [t.name for t in self.metadata.sorted_tables]
            return MARK.join(("S", "\n;".join(said), "-", ""))

        def execute(ddl, *_):
            said.append(str(ddl.compile(dialect=dialect)))

        getattr(self.metadata, self.word)(MockConnection(dialect, execute), checkfirst=False)
        return MARK.join(("S", "\n;".join(said), "-", ""))


def show(v):
    if v is None:
        return "null"
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, int):
        return "%d" % v
    if isinstance(v, float):
        return "f%.17g" % v
    if isinstance(v, str):
        return '"%s"' % v
    if isinstance(v, bytes):
        return '"%s"' % v.decode("latin-1")
    if isinstance(v, (list, tuple, set)):
        return "[%s]" % ",".join(map(show, v)) if v else "{}"
    if isinstance(v, dict):
        return "{%s}" % ",".join(sorted("%s:%s" % (show(k), show(x)) for k, x in v.items()))
    return str(v)


class Python:
    def __init__(self, prelude):
        self.globals = namespace()
        warnings.simplefilter("ignore")
        for shared in prelude:
            exec("%s = %s" % (shared.name, shared.term.py()), self.globals)
        self.dialects = {}
        self.built = None, None  # the program that was last looked at, and its statement
        self.error = self.globals["la"].exc.SQLAlchemyError
        self.kwargs = set("literal_binds render_postcompile".split())
        self.for_statements = ("column_keys", "for_executemany")

    def dialect(self, source):
        if source not in self.dialects:
            self.dialects[source] = eval(source, self.globals)
        return self.dialects[source]

    def statement(self, root):
        setup, expression = term.python_source(root)
        scope = dict(self.globals)
        exec(setup, scope)
        return eval(expression, scope)

    def is_meant(self, e):
        return isinstance(e, self.error) or isinstance(e, NotImplementedError) and str(e)

    def builds(self, root):
        try:
            self.built = root, self.statement(root)
            return True
        except Exception:
            return False

    def compiled(self, statement, dialect, options):
        options = {k.value: eval(v.py(), self.globals) for k, v in options.pairs}
        if options.get("describe"):
            return describe(statement, self.globals["la"])
        keywords = {k: options.pop(k) for k in list(options) if k in self.kwargs}
        if isinstance(statement, self.globals["la"].schema.BaseDDLElement):
            options = {k: v for k, v in options.items() if k not in self.for_statements}
        if isinstance(statement, self.globals["la"].types.TypeEngine):
            return MARK.join(("S", statement.compile(dialect=self.dialect(dialect.py())), "-", ""))
        if isinstance(statement, Whole):
            return statement.compile(self.dialect(dialect.py()))
        return statement.compile(dialect=self.dialect(dialect.py()), compile_kwargs=keywords, **options)

    def outcomes(self, root, targets):
        try:
            statement = self.built[1] if self.built[0] is root else self.statement(root)
        except Exception as e:
            return [failure(e)] * len(targets)
        found = []
        for dialect, options in targets:
            try:
                if len(found) and isinstance(statement, (Whole, self.globals["la"].schema.BaseDDLElement)):
                    statement = self.statement(root)  # compiling may have changed its columns
                c = self.compiled(statement, dialect, options)
                found.append(c if isinstance(c, str) else outcome(c))
            except Exception as e:
                found.append(failure(e, "" if self.is_meant(e) else "internal "))
        return found


def describe(statement, la):
    """What a statement returns: the keys and types of its columns, and of a FROM its key; of an expression its type."""
    if isinstance(statement, la.sql.expression.SelectBase):
        columns = statement.selected_columns
        lines = ["%s: %s" % (k, type_text(c)) for k, c in zip(columns.keys(), columns.values())]
    elif isinstance(statement, la.ColumnElement):
        lines = [type_text(statement)]
    elif isinstance(statement, la.sql.expression.FromClause):
        lines = ["%s: %s" % (k, type_text(c)) for k, c in zip(statement.c.keys(), statement.c.values())]
        lines.append("primary key: " + " ".join(c.key for c in statement.primary_key))
    else:
        lines = []
    return MARK.join(("S", re.sub(r"%\(\w+ ", "%(", "\n".join(lines)), "-", ""))


def type_text(column):
    try:
        return re.sub(r"TupleType\(.*\)", "TupleType", str(column.type)).replace("TableValueType()", "NULL")
    except Exception:
        return "?"


def with_attributes(target, **attributes):
    for name, value in attributes.items():
        setattr(target, name, value)
    return target


def outcome(c):
    params = getattr(c, "params", None) or {}
    positions = getattr(c, "positiontup", None)
    return MARK.join(("S", str(c), ",".join(positions or "-"),
                      "\n".join("%s=%s" % (k, show(params[k])) for k in sorted(params) if params[k] is not None and type(params[k]).__name__ != "symbol")))


def failure(e, prefix=""):
    text = e.args[0] if e.args and isinstance(e.args[0], str) else str(e)
    return MARK.join(("E", prefix + type(e).__name__, text))


class Lua:
    """The worker process. One that dies or hangs costs the program that it was given, not the run."""

    def __init__(self, command, prelude_file):
        self.command = command + [os.path.join(HERE, "worker.lua"), prelude_file]
        self.process = None
        self.answered = False

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def send(self, parts):
        data = [b"%d\n" % len(parts)]
        for part in parts:
            raw = part.encode("utf-8")
            data.append(b"%d\n" % len(raw) + raw)
        self.process.stdin.write(b"".join(data))
        self.process.stdin.flush()

    def line(self, wait=False):
        # What follows the first line is in the buffer already, or on its way.
        ready = not wait or select.select([self.process.stdout], [], [], SECONDS)[0]
        text = self.process.stdout.readline() if ready else b""
        if not text:
            raise EOFError("dies" if ready else "hangs")
        return int(text)

    def outcomes(self, root, targets):
        parts = [term.lua_source(root)]
        for dialect, options in targets:
            parts += [dialect.lua(), options.lua()]
        if not self.process:
            self.start()
        try:
            self.send(parts)
            answers = [self.read(self.line()) for _ in range(self.line(wait=True))]
            self.answered = True
            return answers
        except (EOFError, BrokenPipeError, ValueError) as e:
            self.stop()
            if not self.answered:
                raise SystemExit("Lualchemy does not start: %s" % " ".join(self.command))
            return [MARK.join(("E", "Crash", "the worker %s" % e))] * len(targets)

    def read(self, length):
        return self.process.stdout.read(length).decode("utf-8", "replace")


def write_prelude(prelude, file):
    with open(file, "w") as f:
        for shared in prelude:
            f.write("%s = %s\n" % (shared.name, shared.term.lua()))
