"""Which engine measures records: a database, or the reference where no plan can tell exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from policyrun.app.evaluate import by_reference
from policyrun.source.diagnostic import Diagnostics, Severity

_Run = TypeVar("_Run")


def planned_first(
    planned: Callable[[Diagnostics], _Run | None], otherwise: Callable[[], _Run | None], found: Diagnostics
) -> _Run | None:
    """What a plan gives, or what the reference does where none can; None, with the reasons in ``found``, if neither.

    Args:
        planned: runs the plan; what it adds to its diagnostics counts only if it can.
    """
    from policyrun.columnar.plan import Beyond, Unlowered

    noticed = Diagnostics()
    try:
        run = planned(noticed)
    except (Beyond, Unlowered) as reason:
        found.add("PR623", by_reference(str(reason)), severity=Severity.NOTE)
        return otherwise()
    found.extend(noticed)
    return run
