"""``policyrun evaluate``: decides every row and says what the run came to."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from policyrun.cli import options
from policyrun.cli.asked import Asked, asked, only_workbook
from policyrun.cli.asked import sent_back as sent_back_option
from policyrun.cli.by_date import by_date as by_date_option
from policyrun.cli.by_date import run_asked
from policyrun.cli.database import memory as memory_option
from policyrun.cli.help import command
from policyrun.cli.output import echo
from policyrun.cli.streamed import evaluate_streamed, streams
from policyrun.cli.usage import Misuse
from policyrun.source.diagnostic import Diagnostics, PolicyrunError, Severity
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.result import RunResult
    from policyrun.model.decision import Outcome


@command(
    "evaluate",
    help=_(
        "逐行核算，写出结果。\n\n"
        "不给 --input 时用政策自带的合成样例，此时可以不给 --output。核算完成即返回 0，不论各行结论如何；"
        "不能核算时返回 2，什么也不写。"
    ),
)
@asked
@by_date_option
@options.output
@click.option("--keep-input", is_flag=True, help=_("结果后面附上输入的各列；以后可作 --history。"))
@click.option("--excel-csv", is_flag=True, help=_("csv 开头加字节序标记，便于 Excel 直接打开。"))
@sent_back_option
@options.engine
@memory_option
@options.show_personal
def evaluate(
    by_date: bool,
    output: Path | None,
    keep_input: bool,
    excel_csv: bool,
    sent_back: Path | None,
    memory: str | None,
    show_personal: bool,
    **given: Unpack[Asked],
) -> int:
    if output is None and (given["inputs"] or sent_back is not None):
        raise Misuse("PR020", _("没有给 --output"), _("写明结果写到哪里，如 --output 结果.xlsx"))
    returned = None if sent_back is None else (only_workbook(given["inputs"], sent_back), sent_back)
    found = Diagnostics()
    apart = by_date or returned is not None
    if output is not None and streams(given, output, memory=memory, keep_input=keep_input, apart=apart):
        noticed = Diagnostics()
        if evaluate_streamed(given, output, noticed, memory=memory, keep_input=keep_input, excel_csv=excel_csv):
            return 0
    run = run_asked(given, found, by_date=by_date)
    files = []
    if output is not None:
        files = _write(run, output, returned, found, keep_input=keep_input, excel_csv=excel_csv)
    from policyrun.cli.summary_text import write_summary

    write_summary(run, files, (each for each in found if each.severity is not Severity.ERROR))
    if run.sample:
        _tell_one(given, by_date=by_date, personal=show_personal)
    return 0


def _tell_one(given: Asked, *, by_date: bool, personal: bool) -> None:
    """The gist of a record of the sample that is worth telling, by the reference, which knows what limits said."""
    from policyrun.cli.summary_text import interesting
    from policyrun.cli.trace_text import write_gist

    run = run_asked({**given, "engine": options.REFERENCE}, Diagnostics(), by_date=by_date)
    told = interesting(run)
    if told is not None:
        decided, own = run.decided_by(told)
        write_gist(decided, own, heading=_("举一行为例"), personal=personal)
        echo(_("全部经过：{command}").format(command=_trace_command(given, told)))


def _trace_command(given: Asked, outcome: Outcome) -> str:
    """The command that tells a record's whole story; what else was asked for has to be asked for again."""
    command = f"policyrun trace {given['policy']} --row {outcome.scheme}:{outcome.serial}"
    more = any(value for name, value in given.items() if name not in ("policy", "engine"))
    return _("{command}（其余选项照旧）").format(command=command) if more else command


def _write(
    run: RunResult,
    output: Path,
    returned: tuple[str, Path] | None,
    found: Diagnostics,
    *,
    keep_input: bool,
    excel_csv: bool,
) -> list[tuple[str, Path]]:
    """Writes all files of a run or none: the others wait beside their places until the result stands."""
    from policyrun.app.manifest import manifest_path, write_manifest
    from policyrun.datasets.atomic import replacing
    from policyrun.report.export import write_result
    from policyrun.report.return_workbook import write_return

    beside = manifest_path(output)
    files = [(_("结果"), output), (_("运行清单"), beside)]
    with ExitStack() as waiting:
        write_manifest(run, waiting.enter_context(replacing(beside)))
        written = True
        if returned is not None:
            source, target = returned
            files.append((_("退回表"), target))
            written = write_return(run, source, waiting.enter_context(replacing(target)), found)
        if not (written and write_result(run, output, found, keep_input=keep_input, excel_csv=excel_csv)):
            raise PolicyrunError(found)
    return files
