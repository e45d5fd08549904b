"""All kinds of random statements."""
from selects import Selects


class Statements(Selects):
    def statement(self, size, kind=None):
        return super().statement(size)
