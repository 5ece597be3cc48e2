"""The choices of a run: dates, readings, lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from policyrun.ir.policy import Policy
from policyrun.model.settings import ListEntry, Settings
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.suggest import closest

#: Where the rules are applied; a run's day is the day there, wherever the machine stands.
ZONE = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """Today's date in Asia/Shanghai."""
    return datetime.now(ZONE).date()


def settings_for(
    policy: Policy,
    found: Diagnostics,
    *,
    as_of: date | None = None,
    known_on: date | None = None,
    readings: Mapping[str, str] | None = None,
    lists: Mapping[str, tuple[ListEntry, ...]] | None = None,
) -> Settings:
    """Settings of a run: 基准日 is today, ``known_on`` is 基准日 and each reading its default, unless given.

    A reading that the policy does not have, or a way it does not list, is an error in ``found``.
    """
    base = as_of or today()
    ways = {name: reading.default for name, reading in policy.readings.items()}
    for name, way in (readings or {}).items():
        if _is_way(policy, name, way, found):
            ways[name] = way
    return Settings(base, known_on or base, ways, lists or {})


def _is_way(policy: Policy, name: str, way: str, found: Diagnostics) -> bool:
    reading = policy.readings.get(name)
    if reading is None:
        near = closest(name, policy.readings)
        help_text = (
            _("是不是“{near}”？").format(near=near)
            if near
            else _("可用的读法：{names}").format(names="、".join(policy.readings) or _("（无）"))
        )
        found.add(
            "PR620", _("政策“{policy}”没有名为“{name}”的读法").format(policy=policy.ref, name=name), help=help_text
        )
        return False
    if way not in reading.ways:
        found.add(
            "PR621",
            _("读法“{name}”没有“{way}”这一种").format(name=name, way=way),
            help=_("可选：{ways}").format(ways="、".join(reading.ways)),
        )
        return False
    return True
