"""``policyrun progress``: what quotas and goals have come to, by the records."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

from policyrun.cli import options
from policyrun.cli.asked import Asked, asked, request, the_policy
from policyrun.cli.database import database, work_in
from policyrun.cli.database import memory as memory_option
from policyrun.cli.help import command
from policyrun.cli.output import echo, say, table, tell
from policyrun.cli.usage import Misuse
from policyrun.cli.working import while_working
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _


@command(
    "progress",
    help=_(
        "按记录算出各项任务和目标的完成数、完成率。\n\n"
        "只计准予的记录；记录算不出的，在“说明”里写明缺什么。不给 --input 时用政策自带的合成样例。"
    ),
)
@asked
@options.output
@options.embedded
@memory_option
def progress(output: Path | None, memory: str | None, **given: Unpack[Asked]) -> int:
    from policyrun.app.progress import PROGRESS_COLUMNS, progress_run

    found = Diagnostics()
    sample = not given["inputs"]
    engine = given.get("engine", "")
    own = database(engine, found, sample=sample, memory=memory, output=output)
    with own as embedded, while_working(work_in(embedded)):
        run = progress_run(
            the_policy(given["policy"], given["policies"], given["overlays"]), request(given), found, embedded
        )
    if run is None:
        raise PolicyrunError(found)
    if output is not None and output.resolve() in {Path(file.path).resolve() for file in run.files}:
        raise Misuse("PR022", _("--output 会覆盖输入的文件"), _("换一个文件名"))
    rows = [standing.cells() for standing in run.standings]
    if output is not None:
        from policyrun.report.table_file import write_table

        if not write_table(output, _("进度"), PROGRESS_COLUMNS, rows, found, numbers=("目标", "完成")):
            raise PolicyrunError(found)
    elif rows:
        table(PROGRESS_COLUMNS, rows)
    say(found, "concise")
    if sample:
        tell(_("没有给 --input：这是自带的合成样例，不是真实记录"))
    if not rows:
        tell(_("政策“{policy}”没有任务和目标").format(policy=run.policy.ref))
    if output is not None:
        echo(_("{count} 项，已写入 {path}").format(count=len(rows), path=output))
    return 0
