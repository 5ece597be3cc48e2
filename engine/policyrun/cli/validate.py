"""``policyrun validate``: which cells of the input have to be put right."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policyrun.cli import options
from policyrun.cli.asked import only_workbook, sources_of, the_policy
from policyrun.cli.asked import sent_back as sent_back_option
from policyrun.cli.help import command
from policyrun.cli.output import echo, say, table
from policyrun.cli.usage import Misuse
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from datetime import date

    from policyrun.app.result import RunResult
    from policyrun.app.validate import BadCell


@command(
    "validate",
    help=_("逐格检查数据，列出填错的单元格。\n\n没有问题返回 0，有问题返回 1，不能检查返回 2。"),
)
@options.policy
@click.option("--scheme", required=True, metavar=_("项目"), help=_("数据是哪个补贴项目或哪张表的。"))
@options.input
@options.output
@options.as_of
@sent_back_option
@options.show_personal
def validate(
    policy: str,
    policies: Path | None,
    scheme: str,
    inputs: tuple[tuple[str, Path], ...],
    output: Path | None,
    as_of: date | None,
    sent_back: Path | None,
    show_personal: bool,
) -> int:
    from policyrun.app.validate import VALIDATION_COLUMNS, bad_cells

    if not inputs:
        raise Misuse("PR003", _("缺少选项“--input”"), _("给出要检查的文件，如 --input 数据.xlsx"))
    workbook = only_workbook(inputs, sent_back) if sent_back else ""
    found = Diagnostics()
    run = _run(policy, policies, scheme, inputs, as_of, found)
    bad = list(bad_cells(run))
    if sent_back is not None:
        from policyrun.report.return_workbook import write_return

        if not write_return(run, workbook, sent_back, found):
            raise PolicyrunError(found)
    if output is not None:
        _write(output, bad, run, found)
    say(found, "concise", personal=show_personal)
    if output is None and bad:
        from policyrun.source.render.safe import masked

        table(VALIDATION_COLUMNS, ([masked(cell, show_personal) for cell in each.cells()] for each in bad))
    _sum_up(bad, run, output)
    return int(bool(bad))


def _run(
    ref: str,
    policies: Path | None,
    scheme: str,
    inputs: tuple[tuple[str, Path], ...],
    as_of: date | None,
    found: Diagnostics,
) -> RunResult:
    """The input decided, which alone shows what rows are to each other."""
    from policyrun.app.engine import EngineName
    from policyrun.app.evaluate import Request, run

    policy = the_policy(ref, policies)
    if scheme in policy.forms:
        policy = policy.of_form(scheme)
    request = Request(sources=sources_of(inputs), scheme=scheme, as_of=as_of, engine=EngineName.REFERENCE)
    result = run(policy, request, found)
    if result is None:
        raise PolicyrunError(found)
    return result


def _write(output: Path, bad: list[BadCell], run: RunResult, found: Diagnostics) -> None:
    from policyrun.app.validate import VALIDATION_COLUMNS
    from policyrun.report.table_file import write_table

    if output.resolve() in {Path(file.path).resolve() for file in run.inputs}:
        raise Misuse("PR022", _("--output 会覆盖输入的文件"), _("换一个文件名"))
    rows = [each.cells() for each in bad]
    if not write_table(output, _("检查结果"), VALIDATION_COLUMNS, rows, found):
        raise PolicyrunError(found)


def _sum_up(bad: list[BadCell], run: RunResult, output: Path | None) -> None:
    rows = sum(len(part.data.rows) for part in run.schemes)
    if not bad:
        echo(_("{rows} 行，没有填错的单元格").format(rows=rows))
        return
    wrong = len({(each.scheme, each.origin) for each in bad})
    columns = Counter(each.column for each in bad)
    listed = "，".join(f"{name} {count}" for name, count in columns.most_common())
    said = _("{rows} 行中有 {wrong} 行、{cells} 个单元格要改：{listed}")
    echo(said.format(rows=rows, wrong=wrong, cells=len(bad), listed=listed))
    if output is not None:
        echo(_("已写入 {path}").format(path=output))
