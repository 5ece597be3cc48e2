"""Figures that a policy shows and no record tells apart: targets, goals, deadlines, days from which things hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from policyrun.app.outline_places import Step
from policyrun.ir.policy import Policy
from policyrun.model.schedule import Every, Recurring, Relative
from policyrun.model.vocabulary import Deadline, Quota, QuotaNode

#: Sections of a policy that show figures, as a table of figures names them.
QUOTA, GOAL, DEADLINE, IN_FORCE, DOCUMENT, PARAMETER = "任务分解", "目标", "期限", "施行期", "文件", "参数"
SECTIONS = (DOCUMENT, IN_FORCE, PARAMETER, QUOTA, DEADLINE, GOAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number or a day with all that says what it is.

    Attributes:
        above, region, indicator: of a target, the region above its own, its own, and what is counted there; of a day,
            ``indicator`` is 起, 止, 印发 or 最早生效; of a deadline that recurs or follows an event, 每月, 之内 …
        bound: of a goal, 不少于, 超过 …
        path: where it stands in the policy file.
    """

    section: str
    name: str
    value: Fraction | date
    above: str = ""
    region: str = ""
    indicator: str = ""
    bound: str = ""
    unit: str = ""
    status: str = ""
    path: tuple[Step, ...]

    @property
    def key(self) -> tuple[str, ...]:
        return self.section, self.name, self.above, self.region, self.indicator


def figures_of(policy: Policy) -> Iterator[Figure]:
    """Every figure shown, in the order of the file."""
    for document in policy.documents:
        path: tuple[Step, ...] = ("documents", document.key, "published")
        yield from _day(DOCUMENT, document.key, "印发", document.published, path)
    yield from _day(IN_FORCE, "", "起", policy.in_force.first, ("in_force", "from"))
    yield from _day(IN_FORCE, "", "止", policy.in_force.last, ("in_force", "to"))
    for name, parameter in policy.parameters.items():
        # The earliest value also holds before its day, so that no record tells that day from another.
        earliest = min((value.effective for value in parameter.values if value.effective), default=None)
        yield from _day(PARAMETER, name, "最早生效", earliest, ("parameters", name, "values"))
    for quota in policy.quotas:
        yield from _targets(quota, quota.root, ())
        yield from _relations(quota)
    for deadline in policy.deadlines:
        yield from _day(DEADLINE, deadline.name, "起", deadline.first, ("deadlines", deadline.name, "first"))
        yield from _day(DEADLINE, deadline.name, "止", deadline.last, ("deadlines", deadline.name, "last"))
        yield from _rule(deadline)
    for goal in policy.goals:
        path = ("goals", goal.name, "target")
        yield Figure(section=GOAL, name=goal.name, value=goal.target, bound=goal.bound, unit=goal.unit, path=path)
        if goal.tolerance is not None:
            path = ("goals", goal.name, "tolerance")
            yield Figure(
                section=GOAL, name=goal.name, indicator="容差", value=goal.tolerance, unit=goal.unit, path=path
            )


def _day(section: str, name: str, what: str, day: date | None, path: tuple[Step, ...]) -> Iterator[Figure]:
    if day is not None:
        yield Figure(section=section, name=name, indicator=what, value=day, path=path)


def _rule(deadline: Deadline) -> Iterator[Figure]:
    """The numbers of a deadline's rule: its day, its month and day, or how many days there are."""
    match deadline.rule:
        case Recurring(every=Every.YEAR, day=day, month=month):
            yield _number(deadline, "yearly", "每年·月", month, "月")
            yield _number(deadline, "yearly", "每年·日", day, "日")
        case Recurring(every=Every.QUARTER, day=day):
            yield _number(deadline, "quarterly", "每季度", day, "日")
        case Recurring(day=day):
            yield _number(deadline, "monthly", "每月", day, "日")
        case Relative(count=count, workdays=workdays, wait=wait):
            unit = "个工作日" if workdays else "天"
            yield _number(deadline, "wait" if wait else "within", "满" if wait else "之内", count, unit)


def _number(deadline: Deadline, key: str, what: str, number: int, unit: str) -> Figure:
    path = ("deadlines", deadline.name, key)
    return Figure(section=DEADLINE, name=deadline.name, indicator=what, value=Fraction(number), unit=unit, path=path)


def _targets(quota: Quota, node: QuotaNode, above: tuple[str, ...]) -> Iterator[Figure]:
    regions = (*above, node.region)
    units = dict(zip(quota.indicators, quota.units, strict=True))
    for cell in node.cells:
        yield Figure(
            section=QUOTA,
            name=quota.name,
            above=above[-1] if above else "",
            region=node.region,
            indicator=cell.indicator,
            value=cell.target,
            unit=units[cell.indicator],
            status=cell.status.value,
            path=("quotas", quota.name, "rows", "/".join(regions), quota.indicators.index(cell.indicator)),
        )
    for child in node.children:
        yield from _targets(quota, child, regions)


def _relations(quota: Quota) -> Iterator[Figure]:
    """The numbers of the relations among a table's targets."""
    for relation in quota.relations:
        for key, what, value, nothing in (
            ("times", "倍数", relation.times, 1),
            ("within", "容许相差", relation.within, 0),
        ):
            if value != nothing:
                path: tuple[Step, ...] = ("quotas", quota.name, "relations", relation.name, key)
                yield Figure(
                    section=QUOTA, name=quota.name, region=relation.name, indicator=what, value=value, path=path
                )
