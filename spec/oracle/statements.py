"""All kinds of random statements."""
from changes import Changes
from schemas import Schemas


class Statements(Changes, Schemas):
    KINDS = {"select": 60, "change": 25, "schema": 15}

    def statement(self, size, kind=None):
        if not kind:
            kind = self.r.choices(list(self.KINDS), self.KINDS.values())[0]
        return {"select": super().statement, "change": self.change, "schema": self.schema}[kind](size)
