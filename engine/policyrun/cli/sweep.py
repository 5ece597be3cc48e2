"""``policyrun sweep``: a parameter takes one value after another; the money and the people for each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from policyrun.cli import options
from policyrun.cli.asked import Asked, request
from policyrun.cli.database import database, is_long, work_in
from policyrun.cli.database import memory as memory_option
from policyrun.cli.help import command
from policyrun.cli.output import echo
from policyrun.cli.records import files, records
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.sweep import Sweep
    from policyrun.columnar.embedded import Embedded


@command(
    "sweep",
    help=_(
        "让一个参数取不同的值，各算一遍，列出每个值的钱和人。\n\n"
        "参数在各个日期的值都换成所试的值。不给 --input 时用政策自带的合成样例。\n\n"
        "  policyrun sweep --policy yunling-2024 --vary 紧缺上浮=0%..30%/5% --html 试算.html"
    ),
)
@options.policy
@options.scheme
@records("--input", _("数据：xlsx、csv、parquet 文件或文件夹，可重复；sample 是自带的样例。"))
@options.run
@click.option(
    "--vary",
    required=True,
    metavar=_("参数=从..到/步长"),
    help=_("哪个参数取哪些值；也可以逐个列出，如 每年次数=2,3,4。"),
)
@click.option("--html", type=options.NewFile(), metavar="F", help=_("另写一份网页，有表有图。"))
@options.embedded
@memory_option
@options.told_as
def sweep(vary: str, html: Path | None, form: str, memory: str | None, **given: Unpack[Asked]) -> int:
    found = Diagnostics()
    given["inputs"] = files(given["inputs"])
    few = not is_long(given["inputs"], memory)
    with database(given.get("engine", ""), found, sample=few, memory=memory, output=html) as embedded:
        swept = _swept(vary, given, found, embedded)
    if swept is None:
        raise PolicyrunError(found)
    if html is not None:
        from policyrun.report.sweep_page import write_sweep

        if not write_sweep(swept, html, found):
            raise PolicyrunError(found)
    if form == "json":
        _print_json(swept)
    else:
        _print_table(swept)
    return 0


def _swept(vary: str, given: Asked, found: Diagnostics, engine: Embedded | None) -> Sweep | None:
    from policyrun.app.sweep import read_vary
    from policyrun.app.sweep import sweep as try_values
    from policyrun.cli.working import while_working

    varied = read_vary(vary, found)
    if varied is None:
        return None
    folders = options.folders(given["policies"])
    with while_working(work_in(engine, len(varied.values) + 1)):
        return try_values(
            given["policy"],
            varied,
            request(given),
            found,
            folders=folders,
            overlays=given["overlays"],
            engine=engine,
        )


def _print_table(swept: Sweep) -> None:
    from policyrun.cli.page import LABEL, Page
    from policyrun.report.sweep_page import sweep_header, sweep_rows

    page = Page()
    policy = swept.base.policy
    page.line((policy.title, "bold"), (f"  {policy.ref}", LABEL))
    page.heading(_("{parameter} 取不同的值").format(parameter=swept.vary.parameter))
    page.table(sweep_header(), sweep_rows(swept), right=range(1, len(sweep_header())))


def _print_json(swept: Sweep) -> None:
    from policyrun.app.sentence import money_text
    from policyrun.cli.diff_json import impact_object

    points = []
    for point in swept.points:
        told = impact_object(point.impact)
        kept = ("rows", "persons", "old_total", "new_total", "change", "kinds", "money")
        points.append({"value": point.value, "total": money_text(point.total), **{name: told[name] for name in kept}})
    told = {"policy": swept.base.policy.ref, "parameter": swept.vary.parameter, "points": points}
    echo(json.dumps(told, ensure_ascii=False, indent=2))
