"""A record that two runs in a database decided differently, with all that its story looks at."""

from __future__ import annotations

from dataclasses import replace

from policyrun.app.engine import EngineName
from policyrun.app.evaluate import run
from policyrun.app.impact_run import Side
from policyrun.app.impact_sides import Held
from policyrun.app.impact_turns import Decided, Turn
from policyrun.app.result import RunResult
from policyrun.app.trace_held import HeldRows
from policyrun.columnar.embedded import Embedded
from policyrun.ir.policy import Policy
from policyrun.source.diagnostic import Diagnostics


class Retelling:
    """Tells records again; of use for as long as the database is open."""

    def __init__(self, old: _Half, new: _Half) -> None:
        self._old = old
        self._new = new

    def __call__(self, turn: Turn) -> Turn:
        assert turn.number is not None, "a record found in a database has its number there"
        return Turn(_told(self._old, turn.old, turn.number), _told(self._new, turn.new, turn.number), turn.number)


class _Half:
    """One of the two runs."""

    def __init__(self, side: Side, held: Held, other: Policy, engine: Embedded) -> None:
        self._side = side
        self._other = other
        self._rows = HeldRows(held, engine)
        self._whole: RunResult | None = None

    def told(self, decided: Decided, row: int) -> Decided:
        scheme = decided.outcome.scheme
        if not self._rows.can_tell(scheme):
            return self._at_hand(decided)
        told, outcome = self._rows.told(scheme, row)
        return Decided(next(part for part in told.schemes if part.scheme.name == scheme), outcome)

    def _at_hand(self, decided: Decided) -> Decided:
        """A record among all of them, as the reference decides them."""
        if self._whole is None:
            request = replace(self._side.request, engine=EngineName.REFERENCE)
            self._whole = run(self._side.policy, request, Diagnostics(), others=(self._other,))
        assert self._whole is not None, "what has been run can be run"
        origin = decided.part.data.origins[decided.outcome.row]
        part = next(each for each in self._whole.schemes if each.scheme.name == decided.outcome.scheme)
        return Decided(part, part.outcomes[part.data.origins.index(origin)])


def retelling(old: tuple[Side, Held], new: tuple[Side, Held], engine: Embedded) -> Retelling:
    """What tells the records of two runs again."""
    return Retelling(_Half(*old, other=new[0].policy, engine=engine), _Half(*new, other=old[0].policy, engine=engine))


def _told(half: _Half, decided: Decided | None, row: int) -> Decided | None:
    return None if decided is None else half.told(decided, row)
