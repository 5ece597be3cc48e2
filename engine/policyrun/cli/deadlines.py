"""``policyrun deadlines``: what is due when, and whether what was handed in came in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policyrun.cli import options
from policyrun.cli.asked import the_policy
from policyrun.cli.help import command
from policyrun.cli.output import echo, say, table, tell
from policyrun.cli.usage import Misuse
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.ir.policy import Policy
    from policyrun.model.schedule import Period


class Month(click.ParamType["Period"]):
    """A month ``2022-04``, or a year ``2022``."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        from policyrun.model.schedule import Every, Period, read_period

        period = value if isinstance(value, Period) else read_period(value)
        if period is None or period.every is Every.QUARTER:
            raise Misuse("PR007", _("“{value}”不是月份").format(value=value), _("写成 2022-04；全年写 2022"), ctx)
        return period


class Event(options.Pair):
    """``NAME=DATE``: an event and its day."""

    name = "event"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        name, day = super().convert(value, param, ctx)
        return name, options.Day().convert(day, param, ctx)


def _by_name(_ctx: click.Context, _param: click.Parameter, events: Sequence[tuple[str, date]]) -> Mapping[str, date]:
    return dict(events)


@command(
    "deadlines",
    help=_(
        "列出期限：哪天、什么事、谁办、依据哪一条。\n\n"
        "--output 以 .ics 结尾时写成日历。--check 核对报送日期，有迟报的返回 1。"
    ),
)
@options.policy
@click.option("--month", "within", type=Month(), metavar=_("月份"), help=_("只列这个月（2022-04）或这一年（2022）的。"))
@click.option(
    "--event",
    "events",
    type=Event(),
    multiple=True,
    callback=_by_name,
    metavar=_("事=日期"),
    help=_("从一件事起算的期限，给出那天，可重复。"),
)
@click.option(
    "--check", "submitted", type=options.Existing(), metavar="F", help=_("核对报送日期的表：事项、期、报送日期。")
)
@click.option("--output", type=options.NewFile(), metavar="F", help=_("写成文件：ics、csv、xlsx 或 parquet。"))
def deadlines(
    policy: str,
    policies: Path | None,
    within: Period | None,
    events: Mapping[str, date],
    submitted: Path | None,
    output: Path | None,
) -> int:
    checked = the_policy(policy, policies)
    if submitted is not None:
        if within is not None or events:
            raise Misuse("PR006", _("--check 不与 --month、--event 合用"), _("期写在表里"))
        return _check(checked, submitted, output)
    return _list(checked, within, events, output)


def _list(policy: Policy, within: Period | None, events: Mapping[str, date], output: Path | None) -> int:
    from policyrun.app.deadlines import DUE_COLUMNS, dues, undated

    found = Diagnostics()
    listed = dues(policy, found, within=within, events=events)
    if listed is None:
        raise PolicyrunError(found)
    rows = [due.cells() for due in listed]
    if output is None:
        if rows:
            table(DUE_COLUMNS, rows)
    elif output.suffix.lower() == ".ics":
        from policyrun.report.deadline_calendar import write_calendar

        if not write_calendar(policy, listed, output, found):
            raise PolicyrunError(found)
        rows = [row for row, due in zip(rows, listed, strict=True) if due.day]
    else:
        _write(output, _("期限"), DUE_COLUMNS, rows, found)
    say(found, "concise")
    if output is not None:
        echo(_("{count} 项，已写入 {path}").format(count=len(rows), path=output))
    without = len(undated(policy))
    if without:
        tell(_("另有 {count} 项没有期限，只说明办法；policyrun show 可读").format(count=without))
    return 0


def _check(policy: Policy, submitted: Path, output: Path | None) -> int:
    from policyrun.app.deadline_check import CHECK_COLUMNS, check_deadlines

    found = Diagnostics()
    checked = check_deadlines(policy, submitted, found)
    if checked is None:
        raise PolicyrunError(found)
    rows = [one.cells() for one in checked]
    if output is None:
        table(CHECK_COLUMNS, rows)
    elif output.resolve() == submitted.resolve():
        raise Misuse("PR022", _("--output 会覆盖输入的文件"), _("换一个文件名"))
    else:
        _write(output, _("报送核对"), CHECK_COLUMNS, rows, found)
    say(found, "concise")
    off = sum(1 for one in checked if one.off)
    tell(_("{count} 项，{off} 项不按时").format(count=len(checked), off=off))
    return int(off > 0)


def _write(output: Path, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], found: Diagnostics) -> None:
    from policyrun.report.table_file import write_table

    if not write_table(output, title, columns, rows, found):
        raise PolicyrunError(found)
