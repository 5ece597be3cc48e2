"""``policyrun report``: a form filled in from records, region by region."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policyrun.cli import options
from policyrun.cli.asked import sources_of, the_policy
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
        "文件夹里的各县文件一次读入，与合成一个文件结果相同。"
    ),
)
@options.policy
@click.option("--report", "name", required=True, metavar=_("报表"), help=_("哪一张报表。"))
@click.option("--month", metavar="2022-04", help=_("哪个月。"))
@click.option("--quarter", metavar="2022-2", help=_("哪个季度。"))
@click.option("--year", metavar="2022", help=_("哪一年。"))
@options.input
@options.output
@options.as_of
@options.overlays
@options.readings
def report(
    policy: str,
    policies: Path | None,
    name: str,
    month: str | None,
    quarter: str | None,
    year: str | None,
    inputs: tuple[tuple[str, Path], ...],
    output: Path | None,
    as_of: date | None,
    overlays: tuple[Path, ...],
    readings: Mapping[str, str],
) -> int:
    from policyrun.app.report import make_report, the_report
    from policyrun.app.settings import settings_for
    from policyrun.cli.working import while_working

    period = _period(month, quarter, year)
    if not inputs:
        raise Misuse("PR003", _("缺少选项“--input”"), _("给出信息表，如 --input 数据.xlsx"))
    found = Diagnostics()
    with while_working():
        checked = the_policy(policy, policies, overlays)
        wanted = the_report(checked, name, found)
        settings = settings_for(checked, found, as_of=as_of, readings=readings)
        if wanted is None or found.failed:
            raise PolicyrunError(found)
        run = make_report(checked, wanted, sources_of(inputs), period, settings, found)
    if run is None:
        raise PolicyrunError(found)
    _write(run, output, found)
    say(found, "concise")
    _sum_up(run, output)
    return 0


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


def _write(run: ReportRun, output: Path | None, found: Diagnostics) -> None:
    if output is None:
        table(run.columns, run.rows())
        return
    from policyrun.report.table_file import write_table

    if output.resolve() in {Path(path).resolve() for path in run.paths()}:
        raise Misuse("PR022", _("--output 会覆盖输入的文件"), _("换一个文件名"))
    if not write_table(output, run.report.name, run.columns, run.rows(), found, numbers=run.columns[3:]):
        raise PolicyrunError(found)


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
    if output is not None:
        echo(_("已写入 {path}").format(path=output))
