"""``policyrun trace``: a record and why it was decided so; a rule or clause and the records it decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

import click

from policyrun.cli import options
from policyrun.cli.asked import Asked, asked, request, the_policy
from policyrun.cli.by_date import by_date as by_date_option
from policyrun.cli.by_date import run_asked, version_line
from policyrun.cli.database import Work, is_long
from policyrun.cli.database import memory as memory_option
from policyrun.cli.help import command
from policyrun.cli.output import tell
from policyrun.cli.trace_share import say_notes, tell_share
from policyrun.cli.usage import Misuse, did_you_mean
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.result import RunResult
    from policyrun.app.trace import Rows
    from policyrun.model.decision import Outcome


@command(
    "trace",
    help=_(
        "说明一行为什么这样定，或一条规则、一个条款定了哪些行。\n\n"
        "数据与 evaluate 一样给出；--row、--rule、--clause 三选一。\n\n"
        "  policyrun trace hebei-2023 --row 职业培训补贴:12\n"
        "  policyrun trace hebei-2023 --rule HB-S3"
    ),
)
@asked
@by_date_option
@memory_option
@click.option("--row", metavar=_("项目:序号"), help=_("说明这一行；只有一个项目有这个序号时可只写序号。"))
@click.option("--rule", metavar="ID", help=_("列出这条规则参与决定的行和金额，如 HB-S3。"))
@click.option("--clause", metavar=_("条款"), help=_("列出这个条款参与决定的行和金额，如 三(五)。"))
@click.option("--rows", type=click.IntRange(min=0), default=20, metavar="N", help=_("最多列出几行，默认 20。"))
@options.show_personal
@options.told_as
def trace(
    by_date: bool,
    memory: str | None,
    row: str | None,
    rule: str | None,
    clause: str | None,
    rows: int,
    show_personal: bool,
    form: str,
    **given: Unpack[Asked],
) -> int:
    if sum(one is not None for one in (row, rule, clause)) != 1:
        raise Misuse("PR023", _("--row、--rule、--clause 要给一个，只给一个"), _("例如 --row 职业培训补贴:12"))
    found = Diagnostics()
    # What is wrong with the request comes first and alone.
    if row is not None:
        run, outcome = _row_told(given, row, found, by_date=by_date, memory=memory)
        say_notes(run, found, form, show_personal)
        _tell_row(run, outcome, form, show_personal)
    else:
        tell_share(
            given,
            (rule, clause),
            found,
            by_date=by_date,
            memory=memory,
            rows=rows,
            form=form,
            personal=show_personal,
        )
    return 0


def _row_told(
    given: Asked, row: str, found: Diagnostics, *, by_date: bool, memory: str | None
) -> tuple[RunResult, Outcome]:
    """The row asked about, and a run that has all its story looks at."""
    from policyrun.app.trace import RowsAtHand

    if not by_date and given["inputs"] and is_long(given["inputs"], memory):
        told = _row_from_database(given, row, found, memory)
        if told is not None:
            return told
    run = run_asked(given, found, by_date=by_date)
    return RowsAtHand(run).told(*_row(RowsAtHand(run), row))


def _row_from_database(
    given: Asked, row: str, found: Diagnostics, memory: str | None
) -> tuple[RunResult, Outcome] | None:
    """The same where all rows but the few that it is about stay in a database; None if they cannot."""
    from policyrun.app.impact_run import Side
    from policyrun.app.trace_held import held_rows
    from policyrun.cli.working import while_working
    from policyrun.columnar.embedded import Embedded, embedded_faults
    from policyrun.columnar.plan import Beyond, Unlowered

    noticed = Diagnostics()
    policy = the_policy(given["policy"], given["policies"], given["overlays"])
    with embedded_faults(found), Embedded(memory) as engine:
        try:
            with while_working(Work(engine)):
                rows = held_rows(Side(policy, request(given)), engine, noticed)
        except (Beyond, Unlowered):
            return None
        if rows is None:
            raise PolicyrunError(noticed)
        scheme, place = _row(rows, row)
        if not rows.can_tell(scheme):
            return None
        found.extend(noticed)
        return rows.told(scheme, place)


def _row(rows: Rows, row: str) -> tuple[str, int]:
    """The row that ``项目:序号`` means; the scheme may be left out where only one has that 序号."""
    scheme, colon, serial = row.replace("：", ":").rpartition(":")
    names = rows.schemes
    if colon and scheme not in names:
        raise Misuse("PR024", _("没有项目“{name}”的记录").format(name=scheme), did_you_mean(scheme, names))
    asked = [scheme] if colon else names
    places = [(name, place) for name in asked if (place := rows.find(name, serial)) is not None]
    if not places:
        raise _no_such_row(rows, asked, serial)
    if len(places) > 1:
        holders = "、".join(f"{name}:{serial}" for name, _place in places)
        raise Misuse(
            "PR024",
            _("不止一个项目有序号“{serial}”").format(serial=serial),
            _("写成 项目:序号，如 {holders}").format(holders=holders),
        )
    return places[0]


def _no_such_row(rows: Rows, schemes: Sequence[str], serial: str) -> Misuse:
    """Says which 序号 there are."""
    ranges = []
    for name in schemes:
        count, first, last = rows.span(name)
        if count:
            ranges.append(
                _("“{scheme}”共 {count} 行，序号从 {first} 到 {last}").format(
                    scheme=name, count=count, first=first, last=last
                )
            )
    where = _("“{scheme}”").format(scheme=schemes[0]) if len(schemes) == 1 else _("各项目都")
    message = _("{where}没有序号“{serial}”").format(where=where, serial=serial)
    return Misuse("PR024", message, "；".join([*ranges, *([] if len(schemes) == 1 else [_("写成 项目:序号")])]))


def _tell_row(run: RunResult, outcome: Outcome, form: str, personal: bool) -> None:
    if run.versions:
        run, outcome = run.decided_by(outcome)
        if form == "text":
            tell(version_line(run))
    if form == "json":
        from policyrun.cli.trace_json import print_trace

        print_trace(run, outcome, personal=personal)
        return
    from policyrun.cli.trace_text import write_trace

    write_trace(run, outcome, personal=personal)
