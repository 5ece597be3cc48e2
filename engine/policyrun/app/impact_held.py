"""Two policies over the same records, read, decided and compared within a database."""

from __future__ import annotations

from policyrun.app.evaluate import Request
from policyrun.app.impact import Impact, adding_up
from policyrun.app.impact_counted import counted
from policyrun.app.impact_found import TurnsFound
from policyrun.app.impact_listed import TurnsAtHand
from policyrun.app.impact_paired import Paired
from policyrun.app.impact_retold import retelling
from policyrun.app.impact_run import Side
from policyrun.app.impact_sides import Held, dropped, held, scanned
from policyrun.app.result import RunResult, SchemeResult
from policyrun.columnar.embedded import Embedded
from policyrun.ir.policy import Policy
from policyrun.model.raw import SchemeInput
from policyrun.source.diagnostic import Diagnostics

#: The schemas of the two runs.
_BEFORE, _AFTER = "before", "after"


def impact_in(engine: Embedded, old: Side, new: Side, found: Diagnostics) -> Impact | None:
    """Runs both sides; None, with the reasons in ``found``, if either cannot run.

    Raises:
        Unlowered, Beyond: if a plan cannot decide these records; the reference can.
    """
    before = _decided(old, _BEFORE, new.policy, engine, found)
    after = _decided(new, _AFTER, old.policy, engine, found)
    if before is None or after is None:
        return None
    paired = Paired(before, after, engine)
    retold = retelling((old, before), (new, after), engine)
    return adding_up(Impact(_run(before), _run(after), TurnsFound(paired), counted(paired), retold))


class BaseHeld:
    """A run in a database that others there are compared with; each makes room for the next."""

    def __init__(self, base: Held, engine: Embedded) -> None:
        self._base = base
        self._engine = engine

    @property
    def run(self) -> RunResult:
        return _run(self._base)

    def against(self, policy: Policy, request: Request, found: Diagnostics) -> Impact | None:
        """What another policy, or a request with other readings, would change: the sums alone."""
        relations = tuple(self._base.relations.values())
        other = held(Side(policy, request), relations, _AFTER, self._base.records, self._engine, found)
        if other is None:
            return None
        whole = counted(Paired(self._base, other, self._engine))
        impact = Impact(_run(self._base), _run(other), TurnsAtHand(), whole)
        dropped(self._engine, _AFTER)
        return impact


def base_in(engine: Embedded, policy: Policy, request: Request, found: Diagnostics) -> BaseHeld | None:
    """Runs a policy in a database; None, with the reasons in ``found``, if that cannot be done.

    Raises:
        Unlowered, Beyond: if a plan cannot decide these records; the reference can.
    """
    side = Side(policy, request)
    relations = scanned(side, _BEFORE, engine, found)
    base = None if relations is None else held(side, relations, _BEFORE, _BEFORE, engine, found)
    return None if base is None else BaseHeld(base, engine)


def _decided(side: Side, schema: str, other: Policy, engine: Embedded, found: Diagnostics) -> Held | None:
    relations = scanned(side, schema, engine, found)
    if relations is None:
        return None
    return held(side, relations, schema, schema, engine, found, others=(other,))


def _run(side: Held) -> RunResult:
    """A run without its records."""
    parts = (
        SchemeResult(answer.scheme, SchemeInput(scheme, (), [], []), ()) for scheme, answer in side.answers.items()
    )
    return RunResult(side.policy, side.settings, tuple(parts), side.inputs)
