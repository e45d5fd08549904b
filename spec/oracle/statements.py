"""All kinds of random statements."""
from changes import Changes
from forms import Forms
from kinds import Kinds
from schemas import Schemas
from whole import Whole
from wider import Wider


class Statements(Changes, Schemas, Kinds, Forms, Whole, Wider):
    KINDS = {"select": 60, "change": 25, "schema": 15, "types": 12, "form": 25, "whole": 10, "wider": 25}

    def statement(self, size, kind=None):
        if not kind:
            kind = self.r.choices(list(self.KINDS), self.KINDS.values())[0]
        return {"select": super().statement, "change": self.change, "schema": self.schema,
                "types": self.types_statement, "form": self.form, "whole": self.whole,
                "wider": self.wider}[kind](size)
