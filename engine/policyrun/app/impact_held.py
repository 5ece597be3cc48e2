"""Two policies over the same records, read, decided and compared within a database."""

from __future__ import annotations

from dataclasses import replace

from policyrun.app.impact import Impact
from policyrun.app.impact_counted import Comparing
from policyrun.app.impact_retold import retelling
from policyrun.app.impact_run import Side
from policyrun.app.impact_sides import Held, held, scanned
from policyrun.columnar.embedded import Embedded
from policyrun.ir.policy import Policy
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
    compared = Comparing(before, after, engine)
    retold = retelling((old, before), (new, after), compared.turned(), engine)
    return replace(compared.impact(), retold=retold)


def _decided(side: Side, schema: str, other: Policy, engine: Embedded, found: Diagnostics) -> Held | None:
    relations = scanned(side, schema, engine, found)
    if relations is None:
        return None
    return held(side, relations, schema, schema, engine, found, others=(other,))
