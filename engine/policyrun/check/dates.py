"""Whether dated values make sense together: days that differ, no gap, no overlap, some day on which each applies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from policyrun.check.scalars import read_date
from policyrun.check.shape import scalar_at
from policyrun.model.vocabulary import DatedValue
from policyrun.source.diagnostic import Diagnostics, Label, Severity
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax import nodes


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of a time in force; None: open."""

    first: date | None
    last: date | None


#: A time in force without first or last day.
ALL_DAYS = Period(None, None)


@dataclass(frozen=True, slots=True)
class Dated:
    """A dated value with where it is written, and the last day that ``until`` gives it."""

    value: DatedValue
    until: date | None
    span: Span


def lower_period(root: nodes.Mapping, found: Diagnostics) -> Period:
    node = root.get("in_force")
    period = Period(read_date(scalar_at(node, "from"), found), read_date(scalar_at(node, "to"), found))
    if node is not None and period.first is not None and period.last is not None and period.first > period.last:
        found.add("PR415", _("施行期的首日晚于末日"), node.span, help=_("调换 from 和 to"))
    return period


def in_sequence(name: str, values: list[Dated], period: Period, found: Diagnostics) -> tuple[DatedValue, ...]:
    """The values by effective day, after saying all that is wrong with their days."""
    if len(values) > 1:
        _require_days(name, values, found)
    ordered = sorted(values, key=lambda dated: dated.value.effective or date.min)
    for before, after in pairwise(ordered):
        _require_distinct(name, before, after, found)
        _require_joined(name, before, after, found)
    if ordered:
        _require_open_end(name, ordered[-1], period, found)
    _require_use(name, ordered, period, found)
    return tuple(dated.value for dated in ordered)


def _require_days(name: str, values: list[Dated], found: Diagnostics) -> None:
    for dated in values:
        lacking = [
            word
            for word, day in (("effective", dated.value.effective), ("published", dated.value.published))
            if day is None
        ]
        if lacking:
            found.add(
                "PR411",
                _("“{name}”先后有几个值，这一个没有写 {days}").format(name=name, days="、".join(lacking)),
                dated.span,
                help=_("写明生效日 effective 和印发日 published"),
            )


def _require_distinct(name: str, before: Dated, after: Dated, found: Diagnostics) -> None:
    day = after.value.effective
    if day is not None and before.value.effective == day:
        found.add(
            "PR410",
            _("“{name}”有两个值都在 {day} 生效").format(name=name, day=day),
            after.span,
            others=(Label(before.span, _("另一个在这里")),),
            help=_("同一天只能有一个值生效"),
        )


def _require_joined(name: str, before: Dated, after: Dated, found: Diagnostics) -> None:
    """``until``, where given, is the day before the next value takes effect."""
    start = after.value.effective
    if before.until is None or start is None:
        return
    eve = start - timedelta(days=1)
    if before.until < eve:
        found.add(
            "PR412",
            _("“{name}”在 {first} 至 {last} 之间没有值").format(
                name=name, first=before.until + timedelta(days=1), last=eve
            ),
            before.span,
            others=(Label(after.span, _("下一个值从 {day} 起").format(day=start)),),
            help=_("改 until 或下一个值的 effective，使两段相接"),
        )
    elif before.until > eve:
        found.add(
            "PR413",
            _("“{name}”在 {first} 至 {last} 之间有两个值").format(name=name, first=start, last=before.until),
            after.span,
            others=(Label(before.span, _("这个值到 {day} 为止").format(day=before.until)),),
            help=_("until 写成下一个值生效的前一天，或不写"),
        )


def _require_open_end(name: str, last: Dated, period: Period, found: Diagnostics) -> None:
    if last.until is not None and (period.last is None or last.until < period.last):
        found.add(
            "PR412",
            _("“{name}”在 {first} 之后没有值").format(name=name, first=last.until),
            last.span,
            help=_("补上其后的值，或不写 until"),
        )


def _require_use(name: str, ordered: list[Dated], period: Period, found: Diagnostics) -> None:
    """Warn of a value that no day in force can pick."""
    for place, dated in enumerate(ordered):
        start = dated.value.effective
        next_start = ordered[place + 1].value.effective if place + 1 < len(ordered) else None
        late = start is not None and period.last is not None and start > period.last
        early = next_start not in (None, start) and period.first is not None and next_start <= period.first
        if late or early:
            found.add(
                "PR414",
                _("“{name}”的这个值在施行期内用不上").format(name=name),
                dated.span,
                label=_("施行期 {first} 至 {last}").format(first=period.first or "…", last=period.last or "…"),
                help=_("核对生效日 effective 和施行期 in_force"),
                severity=Severity.WARNING,
            )
