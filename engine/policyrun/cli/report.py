"""``policyrun report``: a form filled in from records, region by region."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policyrun.cli import options
from policyrun.cli.asked import sources_of, the_policy
from policyrun.cli.beside import say_written, write_both
from policyrun.cli.database import database, work_in
from policyrun.cli.database import memory as memory_option
from policyrun.cli.help import command
from policyrun.cli.output import echo, say, table, tell
from policyrun.cli.usage import Misuse
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from datetime import date

    from policyrun.app.report import ReportRun
    from policyrun.model.period import Period


@command(
    "report",
    help=_(
        "由记录填出报表，每个地区一行。\n\n"
        "写成 csv，或官方表样的 xlsx；给 --check 时与报来的表逐格比对，不一致返回 1。"
        "文件夹里的各县文件一次读入，与合成一个文件结果相同。不给 --input 时用政策自带的合成样例。"
    ),
)
@options.policy
@click.option("--report", "name", required=True, metavar=_("报表"), help=_("哪一张报表。"))
@click.option("--month", metavar="2022-04", help=_("哪个月。"))
@click.option("--quarter", metavar="2022-2", help=_("哪个季度。"))
@click.option("--year", metavar="2022", help=_("哪一年。"))
@click.option("--region", metavar=_("地区"), help=_("只填这个地区和它下面的，如 杭州市、温州市/经开区。"))
@options.input
@options.output
@click.option(
    "--check", "submitted", type=options.Existing(), metavar="F", help=_("与报来的表（csv 或 xlsx）逐格比对。")
)
@options.as_of
@options.overlays
@options.readings
@options.embedded
@memory_option
def report(
    policy: str,
    policies: Path | None,
    name: str,
    month: str | None,
    quarter: str | None,
    year: str | None,
    region: str | None,
    inputs: tuple[tuple[str, Path], ...],
    output: Path | None,
    submitted: Path | None,
    as_of: date | None,
    overlays: tuple[Path, ...],
    readings: Mapping[str, str],
    engine: str,
    memory: str | None,
) -> int:
    from policyrun.app.evaluate import Request, with_sources
    from policyrun.app.report import make_report, the_region, the_report
    from policyrun.app.settings import settings_for
    from policyrun.cli.working import while_working

    period = _period(month, quarter, year)
    found = Diagnostics()
    with database(engine, found, sample=not inputs, memory=memory, output=output) as embedded:
        with while_working(work_in(embedded)):
            checked = the_policy(policy, policies, overlays)
            wanted = the_report(checked, name, found)
            named = with_sources(checked, Request(sources=sources_of(inputs), as_of=as_of), found)
            settings = settings_for(checked, found, as_of=named.as_of if named else as_of, readings=readings)
            within = the_region(checked, wanted, region, found) if wanted and region else ()
            if wanted is None or named is None or within is None or found.failed:
                raise PolicyrunError(found)
            run = make_report(
                checked, wanted, named, period, settings, found, within, engine=embedded, sample=not inputs
            )
        if run is None:
            raise PolicyrunError(found)
        if output is not None:
            _write(run, output, found)
        elif submitted is None:
            table(run.columns, run.rows())
        agrees = submitted is None or _compare(run, submitted, found)
    say(found, "concise")
    _sum_up(run, output)
    return 0 if agrees else 1


def _period(month: str | None, quarter: str | None, year: str | None) -> Period:
    from policyrun.model import period

    given = [
        (option, text, read)
        for option, text, read in (
            ("--month", month, period.month),
            ("--quarter", quarter, period.quarter),
            ("--year", year, period.year),
        )
        if text is not None
    ]
    if len(given) != 1:
        raise Misuse("PR675", _("--month、--quarter、--year 要给一个，也只给一个"), _("如 --month 2022-04"))
    option, text, read = given[0]
    found = read(text)
    if found is None:
        raise Misuse(
            "PR676",
            _("{option} 看不懂“{text}”").format(option=option, text=text),
            _("月写成 2022-04，季度写成 2022-2，年写成 2022"),
        )
    return found


def _write(run: ReportRun, output: Path, found: Diagnostics) -> None:
    from policyrun.app.report_manifest import report_manifest
    from policyrun.report.report_form import write_form
    from policyrun.report.table_file import write_table

    def write() -> bool:
        if output.suffix.lower() == ".xlsx":
            return write_form(run, output, found)
        return write_table(output, run.report.name, run.columns, run.rows(), found)

    write_both(output, run.files, report_manifest(run), write, found)


def _compare(run: ReportRun, submitted: Path, found: Diagnostics) -> bool:
    """Whether the form handed in is what the records say and keeps its relations."""
    from policyrun.app.report_check import DIFFERENCE_COLUMNS, differences, say_what_does_not_hold
    from policyrun.app.report_submitted import read_submitted

    form = read_submitted(submitted, run.report, run.table.regions, found)
    if form is None:
        raise PolicyrunError(found)
    told = differences(run, form, found)
    sound = say_what_does_not_hold(run, form, found)
    if told:
        table(DIFFERENCE_COLUMNS, [difference.cells() for difference in told])
        echo(_("账表不符：{count} 格").format(count=len(told)))
    else:
        echo(_("账表相符"))
    return sound and not told


def _sum_up(run: ReportRun, output: Path | None) -> None:
    taken = run.table.taken
    said = _(
        "{name} {period}：计入 {counted} 行，属其他时期 {elsewhere} 行，没有日期 {undated} 行，数据错误 {invalid} 行"
    )
    line = said.format(
        name=run.report.name,
        period=run.period.name,
        counted=taken.counted,
        elsewhere=taken.elsewhere,
        undated=taken.undated,
        invalid=taken.invalid,
    )
    tell(line)
    if run.sample:
        tell(_("没有给 --input：这是自带的合成样例，不是真实记录"))
    if output is not None:
        say_written(output)
