"""Whether what was handed in was in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policyrun.app.deadlines import day_after
from policyrun.app.side_table import Line, lines_of, only_table, report_cell
from policyrun.ir.cells import Invalid
from policyrun.ir.policy import Policy
from policyrun.model.schedule import Every, Recurring, Relative, read_period
from policyrun.model.vocabulary import Deadline
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.suggest import closest

ITEM, PERIOD, HANDED_IN = "事项", "期", "报送日期"
CHECK_COLUMNS = (ITEM, PERIOD, HANDED_IN, "截止", "结果")

_WRITTEN = {Every.MONTH: "2022年3月", Every.QUARTER: "2022年第1季度", Every.YEAR: "2022年"}


@dataclass(frozen=True, slots=True)
class Handed:
    """Something handed in, beside the day it was due.

    Attributes:
        about: the period or the day of the event, as for ``Due``.
        off: days by which it came too late, or too early for what had to be waited for; 0: in time.
    """

    deadline: Deadline
    about: str
    day: date
    due: date
    off: int

    def cells(self) -> tuple[str, ...]:
        """A text per column of ``CHECK_COLUMNS``; Chinese in every locale."""
        waits = isinstance(self.deadline.rule, Relative) and self.deadline.rule.wait
        said = (f"早{self.off}日，期限未满" if waits else f"迟{self.off}日") if self.off else "按时"
        return self.deadline.name, self.about, self.day.isoformat(), self.due.isoformat(), said


def check_deadlines(policy: Policy, path: str | Path, found: Diagnostics) -> list[Handed] | None:
    """The rows of a file (事项, 期, 报送日期) held against the deadlines; None and the reasons if one has no sense."""
    columns = (ITEM, PERIOD, HANDED_IN)
    table = only_table(path, "", (ITEM, HANDED_IN), columns, found)
    if table is None:
        return None
    dated = {one.name: one for one in policy.deadlines if one.rule or one.first or one.last}
    checked = list(_checked(dated, lines_of(table), found))
    return None if found.failed else checked


def _checked(dated: dict[str, Deadline], lines: list[Line], found: Diagnostics) -> Iterator[Handed]:
    for line in lines:
        deadline = dated.get(line.text(ITEM))
        if deadline is None:
            _report_item(line, dated, found)
            continue
        day = line.read(HANDED_IN, "date")
        if not isinstance(day, date):
            report_cell(line, HANDED_IN, "PR652", day if isinstance(day, Invalid) else Invalid.BLANK, found)
            continue
        about = _due(deadline, line, found)
        if about is not None:
            text, due = about
            yield Handed(deadline, text, day, due, _off(deadline, day, due))


def _off(deadline: Deadline, day: date, due: date) -> int:
    if isinstance(deadline.rule, Relative) and deadline.rule.wait:
        # The days must be over, so that the last of them is still too early.
        return max((due - day).days + 1, 0)
    return max((day - due).days, 0)


def _due(deadline: Deadline, line: Line, found: Diagnostics) -> tuple[str, date] | None:
    """What a row is about and when that was due; None after a reported error."""
    match deadline.rule:
        case Recurring() as rule:
            period = read_period(line.text(PERIOD))
            if period is None or period.every is not rule.every:
                _report_period(line, _WRITTEN[rule.every], found)
                return None
            return str(period), rule.due(period)
        case Relative() as rule:
            event = line.read(PERIOD, "date")
            if not isinstance(event, date):
                _report_period(line, _("“{event}”的日期").format(event=rule.after), found)
                return None
            due = day_after(deadline, rule, event, found)
            return None if due is None else (event.isoformat(), due)
        case None:
            return line.text(PERIOD), deadline.last or deadline.first or date.max


def _report_item(line: Line, dated: dict[str, Deadline], found: Diagnostics) -> None:
    near = closest(line.text(ITEM), dated)
    found.add(
        "PR651",
        _("没有期限“{name}”").format(name=line.text(ITEM)),
        line.place(ITEM),
        help=_("是不是“{name}”？").format(name=near)
        if near
        else _("可以填：{names}").format(names="、".join(dated) or _("无")),
    )


def _report_period(line: Line, example: str, found: Diagnostics) -> None:
    found.add(
        "PR652",
        _("“{text}”不是这一项的期").format(text=line.text(PERIOD)),
        line.place(PERIOD),
        help=_("要填{example}").format(example=example),
    )
