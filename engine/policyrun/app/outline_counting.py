"""How targets are counted and held against each other, as parts of what is read of a policy."""

from __future__ import annotations

from collections.abc import Iterator

from policyrun.app.outline import Part, uses_of
from policyrun.app.outline_places import Places
from policyrun.app.quotas import relation_text
from policyrun.ir.policy import Policy
from policyrun.ir.show import show
from policyrun.ir.tally import Target
from policyrun.model.vocabulary import Quota
from policyrun.source.messages import _
from policyrun.source.text import Span


def counting_parts(policy: Policy, target: Target, at: Span | None) -> Iterator[Part]:
    """What is counted for a target, or what one would need to."""
    _table, name = target
    tally = policy.tallies.counted.get(target)
    if tally is not None:
        said = [
            "、".join(tally.over),
            *([show(tally.where)] if tally.where else []),
            *([_("同样的只计一次 {keys}").format(keys="、".join(map(show, tally.distinct)))] if tally.distinct else []),
            *([_("加总 {what}").format(what=show(tally.total))] if tally.total else []),
            *([_("按年 {year}").format(year=show(tally.year))] if tally.year else []),
        ]
        yield Part(_("{name} 计数").format(name=name), "；".join(said), at=at)
    if needs := policy.tallies.needs.get(target):
        yield Part(_("{name} 缺").format(name=name), needs, at=at)


def placing_parts(policy: Policy, table: str, at: Span | None) -> Iterator[Part]:
    """In which row of a table a record counts."""
    placing = policy.tallies.placing.get(table)
    if placing is not None:
        yield Part(_("地区 按"), show(placing.by), at=at)
        for name, region in placing.names.items():
            yield Part(_("地区 {name}").format(name=name), region, at=at)


def relation_parts(quota: Quota, places: Places) -> Iterator[Part]:
    """What should hold among the targets of a table, at which of its levels, and whether it must."""
    for relation in quota.relations:
        said = [relation_text(relation)]
        if relation.levels:
            said.append(_("只看 {levels}").format(levels="、".join(relation.levels)))
        if relation.advisory:
            said.append(_("只提示"))
        label = _("关系 {name}").format(name=relation.name)
        at = places.at("quotas", quota.name, "relations", relation.name)
        yield Part(label, "，".join(said), grounds=relation.grounds, at=at)


def uses_of_counting(policy: Policy, table: str, name: str) -> frozenset[str]:
    """The names that the count of a target looks at."""
    tally = policy.tallies.counted.get((table, name))
    placing = policy.tallies.placing.get(table)
    exprs = [] if tally is None else [tally.where, *tally.distinct, tally.total, tally.year]
    placed = None if placing is None else placing.by
    return frozenset(policy.tallies.counted[table, name].over if tally else ()).union(
        *(uses_of(expr) for expr in (*exprs, placed))
    )
