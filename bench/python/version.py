"""Prints which SQLAlchemy this is."""

import sqlalchemy


def compiled():
    try:
        from sqlalchemy.util import _has_cy

        return _has_cy.HAS_CYEXTENSION
    except ImportError:
        import importlib.util

        return importlib.util.find_spec("sqlalchemy.cprocessors") is not None


print(
    "version SQLAlchemy",
    sqlalchemy.__version__,
    "with C extensions" if compiled() else "WITHOUT C extensions",
)
