"""Dialects and compile options that a program is tried on."""
from term import Dict, Value, call, term

PLAIN = [call("default.dialect"), call("sqlite.dialect"), call("postgresql.dialect"), call("mysql.dialect"),
         call("mysql.dialect", is_mariadb=True), call("mssql.dialect"), call("oracle.dialect")]

SPECIAL = [call("default.dialect", paramstyle=style) for style in (
    "qmark", "format", "pyformat", "numeric", "numeric_dollar")] + [
    call("default.dialect", label_length=10), call("default.dialect", max_identifier_length=20),
    call("postgresql.dialect", paramstyle="named")]

OPTIONS = [{"literal_binds": True}, {"render_postcompile": True}, {"literal_binds": True}]


def choose(r):
    """The dialects, most often without options."""
    options = {}
    if r.random() < 0.25:
        options = r.choice(OPTIONS)
    found = list(PLAIN)
    if r.random() < 0.3:
        found.append(r.choice(SPECIAL))
    return [(d, Dict([(Value(k), term(v)) for k, v in options.items()])) for d in found]
