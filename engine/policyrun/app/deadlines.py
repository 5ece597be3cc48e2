"""What is due when, by the deadlines of a policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from policyrun.ir.policy import Policy
from policyrun.model.schedule import Every, Period, Recurring, Relative, Rule
from policyrun.model.vocabulary import Deadline
from policyrun.model.workdays import covered_years
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _
from policyrun.source.suggest import closest

DUE_COLUMNS = ("起", "止", "星期", "事项", "期", "谁", "条款", "说明")

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline worked out for one period or event.

    Attributes:
        first, last: the days; both None where nobody knows them yet.
        about: what it is for: a period, the day of the event, or "".
    """

    deadline: Deadline
    first: date | None
    last: date | None
    about: str = ""

    @property
    def day(self) -> date | None:
        """The day that a calendar shows: the last, or the only one."""
        return self.last or self.first

    def cells(self) -> tuple[str, ...]:
        """A text per column of ``DUE_COLUMNS``."""
        clauses = "；".join(str(cited) for cited in self.deadline.grounds.cite)
        said = "；".join(part for part in (rule_text(self.deadline.rule), self.deadline.note) if part)
        return (
            self.first.isoformat() if self.first else "",
            self.last.isoformat() if self.last else "",
            weekday(self.day) if self.day else "",
            self.deadline.name,
            self.about,
            self.deadline.who,
            clauses,
            said,
        )


def weekday(day: date) -> str:
    return f"星期{_WEEKDAYS[day.weekday()]}"


def rule_text(rule: Rule | None) -> str:
    """A rule in words, as the result writes it: Chinese in every locale."""
    match rule:
        case Recurring(every=Every.MONTH, day=day):
            return f"次月{day}日前，含当日"
        case Recurring(every=Every.QUARTER, day=day):
            return f"季末次月{day}日前，含当日"
        case Recurring(day=day, month=month):
            return f"每年{month}月{day}日前，含当日"
        case Relative(count=0, after=after):
            return f"{after}当日"
        case Relative(count=count, workdays=workdays, after=after, wait=wait):
            unit = "个工作日" if workdays else "日"
            return f"{after}次日起{'满' if wait else ''}{count}{unit}{'' if wait else '之内'}"
        case None:
            return ""


def dues(policy: Policy, found: Diagnostics, *, within: Period | None, events: Mapping[str, date]) -> list[Due] | None:
    """What is due, by day; what has no day yet comes last. None, and the reason, if an event means nothing here.

    Args:
        within: the month or year asked for; None: the whole time in force.
        events: days of the events that deadlines are counted from.
    """
    known = dict.fromkeys(one.rule.after for one in policy.deadlines if isinstance(one.rule, Relative))
    for name in events:
        if name not in known:
            near = closest(name, known)
            hint = (
                _("是不是“{name}”？").format(name=near) if near else _("可以用：{names}").format(names="、".join(known))
            )
            found.add("PR650", _("没有期限从“{name}”起算").format(name=name), help=hint if known else "")
            return None
    listed = [due for one in policy.deadlines for due in _dues(policy, one, within, events, found)]
    return sorted(listed, key=lambda due: (due.day is None, due.day or date.min))


def undated(policy: Policy) -> list[Deadline]:
    """Steps that the document only describes."""
    return [one for one in policy.deadlines if one.rule is None and one.first is None and one.last is None]


def _dues(
    policy: Policy, deadline: Deadline, within: Period | None, events: Mapping[str, date], found: Diagnostics
) -> Iterator[Due]:
    match deadline.rule:
        case Recurring() as rule:
            for period in _periods(policy, rule, within):
                yield Due(deadline, None, rule.due(period), str(period))
        case Relative() as rule:
            event = events.get(rule.after)
            last = None if event is None else day_after(deadline, rule, event, found)
            # Whoever names an event wants to know, whatever month its deadline falls in.
            yield Due(deadline, None, last, "" if event is None else event.isoformat())
        case None:
            first, last = deadline.first, deadline.last
            if (first or last) and _shown(first, last, within):
                yield Due(deadline, first, last)


def day_after(deadline: Deadline, rule: Relative, event: date, found: Diagnostics) -> date | None:
    """The day a relative rule comes to; None, and a word about it, in a year whose working days are not known."""
    day = rule.due(event)
    if day is None:
        covered = covered_years()
        found.add(
            "PR653",
            _("“{name}”按工作日计算，没有 {year} 年的节假日安排").format(name=deadline.name, year=event.year),
            help=_("有 {first} 年至 {last} 年的；这一项没有算").format(first=covered[0], last=covered[-1]),
            severity=Severity.WARNING,
        )
    return day


def _periods(policy: Policy, rule: Recurring, within: Period | None) -> Sequence[Period]:
    """The periods of a recurring deadline that are due in the time asked for and lie in the time in force."""
    first, last = policy.in_force.first, policy.in_force.last
    if within is not None:
        due = rule.periods_due(within.first, within.last)
    elif first is not None and last is not None:
        # What the last period brought is due after it.
        due = rule.periods_due(first, date(last.year + 1, 12, 31))
    else:
        return ()
    return [period for period in due if period.last >= (first or date.min) and period.first <= (last or date.max)]


def _shown(first: date | None, last: date | None, within: Period | None) -> bool:
    """Whether a day or a period touches the time asked for."""
    if within is None:
        return True
    return (first or last or date.min) <= within.last and (last or first or date.max) >= within.first
