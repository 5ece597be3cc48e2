"""``policyrun indicators``: ratios of what records come to, region by region."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policyrun.cli import options
from policyrun.cli.asked import the_policy
from policyrun.cli.beside import say_written, write_both
from policyrun.cli.database import database, work_in
from policyrun.cli.database import memory as memory_option
from policyrun.cli.help import command
from policyrun.cli.output import say, table, tell
from policyrun.cli.usage import Misuse
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from datetime import date

    from policyrun.app.indicators import IndicatorRun
    from policyrun.ir.policy import Policy


@command(
    "indicators",
    help=_(
        "由记录算出各项指标，每个地区一行，数的是文件里的全部记录。\n\n"
        "写成 csv 或 xlsx（带图）。政策里待定的参数用 --with 给出，读法用 --reading 选定。"
        "不给 --input 时用政策自带的合成样例。"
    ),
)
@options.policy
@options.input
@click.option(
    "--certificates", type=options.Existing(folder=True), metavar="F", help=_("发证记录；给出时，人才指标由它得出。")
)
@options.output
@click.option("--chart", type=options.NewFile(), metavar="F", help=_("另画一张各地进度的图（svg 或 png）。"))
@options.as_of
@options.overlays
@options.readings
@options.embedded
@memory_option
def indicators(
    policy: str,
    policies: Path | None,
    inputs: tuple[tuple[str, Path], ...],
    certificates: Path | None,
    output: Path | None,
    chart: Path | None,
    as_of: date | None,
    overlays: tuple[Path, ...],
    readings: Mapping[str, str],
    engine: str,
    memory: str | None,
) -> int:
    from policyrun.app.evaluate import Request, with_sources
    from policyrun.app.indicators import INDICATOR_COLUMNS, make_indicators
    from policyrun.app.settings import settings_for
    from policyrun.cli.working import while_working

    if certificates is not None and not inputs:
        raise Misuse("PR003", _("缺少选项“--input”"), _("--certificates 与 --input 一起给出"))
    if chart is not None and chart.suffix.lower() not in (".svg", ".png"):
        raise Misuse("PR686", _("图只写成 .svg 或 .png"), _("要在表格里看图，把 --output 写成 xlsx"))
    found = Diagnostics()
    own = database(engine, found, sample=not inputs, memory=memory, output=output)
    with own as embedded, while_working(work_in(embedded)):
        checked = the_policy(policy, policies, overlays)
        asked = Request(sources=_sources(checked, inputs, certificates), as_of=as_of)
        named = with_sources(checked, asked, found)
        settings = settings_for(checked, found, as_of=named.as_of if named else as_of, readings=readings)
        if named is None or found.failed:
            raise PolicyrunError(found)
        run = make_indicators(checked, named, settings, found, engine=embedded, sample=not inputs)
    if run is None:
        raise PolicyrunError(found)
    if output is None:
        table(INDICATOR_COLUMNS, run.rows())
    else:
        _write(run, output, found)
    if chart is not None:
        _draw(run, chart, found)
    say(found, "concise")
    if run.sample:
        tell(_("没有给 --input：这是自带的合成样例，不是真实记录"))
    if output is not None:
        say_written(output)
    return 0


def _sources(policy: Policy, inputs: tuple[tuple[str, Path], ...], certificates: Path | None) -> tuple[str, ...]:
    """The files as ``app`` takes them, each with the name of its record."""
    from policyrun.app.indicators import records_of

    main, others = records_of(policy)
    named = [(name or main, path) for name, path in inputs]
    if certificates is not None:
        if len(others) != 1:
            raise Misuse("PR679", _("这个政策的指标用不上 --certificates"), _("记录写成 --input 记录名=文件"))
        named.append((others[0], certificates))
    return tuple(f"{name}={path}" for name, path in named)


def _write(run: IndicatorRun, output: Path, found: Diagnostics) -> None:
    from policyrun.app.indicators import INDICATOR_COLUMNS
    from policyrun.app.report_manifest import indicator_manifest
    from policyrun.report.indicator_workbook import write_indicators
    from policyrun.report.table_file import write_table

    def write() -> bool:
        if output.suffix.lower() == ".xlsx":
            return write_indicators(run, output, found)
        return write_table(output, _("指标"), INDICATOR_COLUMNS, run.rows(), found)

    write_both(output, run.files, indicator_manifest(run), write, found)


def _draw(run: IndicatorRun, chart: Path, found: Diagnostics) -> None:
    from policyrun.report.progress_chart import write_chart

    if not write_chart(run, chart, found):
        raise PolicyrunError(found)
