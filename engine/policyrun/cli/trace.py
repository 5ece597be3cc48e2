"""``policyrun trace``: a record and why it was decided so; a rule or clause and the records it decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import click

from policyrun.cli import options
from policyrun.cli.asked import Asked, asked, the_run
from policyrun.cli.help import command
from policyrun.cli.output import say, tell
from policyrun.cli.usage import Misuse, did_you_mean
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.result import RunResult
    from policyrun.model.decision import Outcome


@command(
    "trace",
    help=_(
        "说明一行为什么这样定，或一条规则、一个条款定了哪些行。\n\n"
        "数据与 evaluate 一样给出；--row、--rule、--clause 三选一。\n\n"
        "  policyrun trace --policy hebei-2023 --row 职业培训补贴:12\n"
        "  policyrun trace --policy hebei-2023 --rule HB-S3"
    ),
)
@asked
@click.option("--row", metavar=_("项目:序号"), help=_("说明这一行；只有一个项目时可只写序号。"))
@click.option("--rule", metavar="ID", help=_("列出这条规则参与决定的行和金额，如 HB-S3。"))
@click.option("--clause", metavar=_("条款"), help=_("列出这个条款参与决定的行和金额，如 三(五)。"))
@click.option("--rows", type=click.IntRange(min=0), default=20, metavar="N", help=_("最多列出几行，默认 20。"))
@options.show_personal
@options.told_as
def trace(
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
    run = the_run(given, found)
    if form == "text":
        say(found, "concise", personal=show_personal)
        if run.sample:
            tell(_("没有给 --input：用的是自带的合成样例，不是真实记录"))
    if row is not None:
        _tell_row(run, _row(run, row), form, show_personal)
    else:
        _tell_share(run, rule, clause, rows, form, show_personal)
    return 0


def _row(run: RunResult, row: str) -> Outcome:
    """The row that ``项目:序号`` means."""
    from policyrun.app.trace import find_row

    names = [part.scheme.name for part in run.schemes]
    scheme, _colon, serial = row.replace("：", ":").rpartition(":")
    if not scheme and len(names) == 1:
        scheme = names[0]
    if scheme not in names:
        raise Misuse(
            "PR024", _("没有项目“{name}”的记录").format(name=scheme or row), did_you_mean(scheme or row, names)
        )
    place = find_row(run, scheme, serial)
    if place is None:
        part = next(part for part in run.schemes if part.scheme.name == scheme)
        serials = [outcome.serial for outcome in part.outcomes]
        hint = _("共 {count} 行，序号从 {first} 到 {last}").format(
            count=len(serials), first=serials[0] if serials else "", last=serials[-1] if serials else ""
        )
        raise Misuse("PR024", _("“{scheme}”没有序号“{serial}”").format(scheme=scheme, serial=serial), hint)
    part, index = place
    return part.outcomes[index]


def _tell_row(run: RunResult, outcome: Outcome, form: str, personal: bool) -> None:
    if form == "json":
        from policyrun.cli.trace_json import print_trace

        print_trace(run, outcome, personal=personal)
        return
    from policyrun.cli.trace_text import write_trace

    write_trace(run, outcome, personal=personal)


def _tell_share(run: RunResult, rule: str | None, clause: str | None, rows: int, form: str, personal: bool) -> None:
    from policyrun.app.share import clause_key, clauses_of, share_of_clause, share_of_rule

    if rule is not None:
        if rule not in run.policy.ids:
            raise Misuse("PR025", _("政策没有规则“{name}”").format(name=rule), did_you_mean(rule, run.policy.ids))
        share, name = share_of_rule(run, rule), rule
    else:
        name = clause or ""
        share = share_of_clause(run, name)
        known = clauses_of(run)
        if not share.outcomes and clause_key(name) not in map(clause_key, known):
            raise Misuse("PR025", _("没有一行的决定引用条款“{name}”").format(name=name), did_you_mean(name, known))
    if form == "json":
        from policyrun.cli.trace_json import print_share

        print_share(run, name, share)
        return
    from policyrun.cli.share_text import write_share

    write_share(run, name, share, rows)
