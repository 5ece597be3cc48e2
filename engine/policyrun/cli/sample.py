"""``policyrun sample``: synthetic records of a policy."""

from __future__ import annotations

from pathlib import Path

import click

from policyrun.cli import options
from policyrun.cli.asked import the_policy
from policyrun.cli.help import command
from policyrun.cli.output import echo
from policyrun.cli.usage import Misuse
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _


@command("sample", help=_("生成合成记录（xlsx），供试用和练习。\n\n人是虚构的；政策、行数和种子相同，记录就相同。"))
@options.policy
@click.option("--scheme", metavar=_("项目"), help=_("只造这一个补贴项目或一种表，如 信息表。"))
@click.option("--rows", type=click.IntRange(min=1), default=520, metavar="N", help=_("共多少行，默认 520。"))
@click.option("--seed", type=int, default=1, metavar="S", help=_("种子，默认 1。"))
@click.option("--output", type=options.NewFile(), required=True, metavar="F.xlsx", help=_("写到哪里。"))
def sample(policy: str, policies: Path | None, scheme: str | None, rows: int, seed: int, output: Path) -> int:
    from policyrun.app.sample import sample as synthetic
    from policyrun.app.sample_workbook import write_sample

    if output.suffix.lower() != ".xlsx":
        raise Misuse("PR026", _("合成记录只写成 .xlsx"), _("文件名以 .xlsx 结尾"))
    found = Diagnostics()
    inputs = synthetic(the_policy(policy, policies), rows, seed, found, scheme)
    if found.failed or not write_sample(inputs, output, found):
        raise PolicyrunError(found)
    for one in inputs:
        echo(_("{scheme}：{rows} 行").format(scheme=one.scheme, rows=len(one.rows)))
    echo(_("已写入 {path}").format(path=output))
    return 0
