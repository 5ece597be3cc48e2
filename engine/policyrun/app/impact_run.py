"""Running two policies, or one in two ways, over the same records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policyrun.app.engine import EngineName
from policyrun.app.evaluate import Request, run, sample_day, sample_path
from policyrun.app.impact import Impact, compare
from policyrun.app.impact_base import base_of
from policyrun.ir.policy import Policy
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.columnar.embedded import Embedded


@dataclass(frozen=True, slots=True)
class Side:
    """A policy with all that a run of it is told."""

    policy: Policy
    request: Request


def impact_of(old: Side, new: Side, found: Diagnostics, engine: Embedded | None = None) -> Impact | None:
    """Runs both sides; None, with the reasons in ``found``, if either cannot run.

    Sides without sources run on the same bundled sample: that of the old policy, else of the new one.

    Args:
        engine: where records are read, decided and compared; None: at hand.
    """
    if not old.request.sources:
        shared = _on_sample(old, new, found)
        if shared is None:
            return None
        old, new = shared
    if engine is None:
        return _at_hand(old, new, found)
    from policyrun.app.impact_held import impact_in
    from policyrun.app.report_engine import planned_first

    return planned_first(lambda noticed: impact_in(engine, old, new, noticed), lambda: _at_hand(old, new, found), found)


def _at_hand(old: Side, new: Side, found: Diagnostics) -> Impact | None:
    before = run(old.policy, _in_full(old.request), found, others=(new.policy,))
    after = run(new.policy, _in_full(new.request), found, others=(old.policy,))
    if before is None or after is None:
        return None
    return compare(before, after)


def _in_full(request: Request) -> Request:
    """A request whose rows have stories: what changed a row may be what a limit said to it."""
    return replace(request, engine=EngineName.REFERENCE)


def _on_sample(old: Side, new: Side, found: Diagnostics) -> tuple[Side, Side] | None:
    sample = sample_path(old.policy) or sample_path(new.policy)
    if sample is None:
        message = _("政策“{old}”和“{new}”都没有自带样例").format(old=old.policy.ref, new=new.policy.ref)
        found.add("PR710", message, help=_("用 --data 给出要核算的文件"))
        return None
    day = old.request.as_of or sample_day(sample)
    sides = (replace(side, request=replace(side.request, sources=(str(sample),), as_of=day)) for side in (old, new))
    before, after = sides
    return before, after


def other_ways(
    policy: Policy, request: Request, found: Diagnostics, engine: Embedded | None = None
) -> dict[tuple[str, str], Impact] | None:
    """What each way of reading that is not in force would change; by reading and way.

    None, with the reasons in ``found``, if the policy cannot be run on the records as it is read now.

    Args:
        engine: where records are read, decided and compared; None: at hand.
    """
    if engine is None or not request.sources:
        return _other_ways(policy, request, None, found)
    from policyrun.app.report_engine import planned_first

    return planned_first(
        lambda noticed: _other_ways(policy, request, engine, noticed),
        lambda: _other_ways(policy, request, None, found),
        found,
    )


def _other_ways(
    policy: Policy, request: Request, engine: Embedded | None, found: Diagnostics
) -> dict[tuple[str, str], Impact] | None:
    base = base_of(policy, request, found, engine)
    if base is None:
        return None
    now = base.run.settings
    ways: dict[tuple[str, str], Impact] = {}
    for name, reading in policy.readings.items():
        for way in reading.ways:
            if way != now.readings[name]:
                asked = replace(request, as_of=now.as_of, readings={**now.readings, name: way})
                impact = base.against(policy, asked, found)
                if impact is None:
                    return None
                ways[name, way] = impact
    return ways
