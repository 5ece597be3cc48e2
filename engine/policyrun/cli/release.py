"""``policyrun release``: lock a version."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from policyrun.cli import options
from policyrun.cli.help import command
from policyrun.cli.output import echo, say
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _


@command(
    "release",
    help=_(
        "发布一个版本：记下它的摘要，从此不再改动。\n\n"
        "先查它自己、它与其他版本的衔接和它的例子，有一处不对就什么也不写。"
        "发布以后，只写政策编号就是指最新发布的版本；发布过的文件改了一个字，check 和各个命令都不认。"
    ),
)
@options.policy
@click.option("--date", "day", type=options.Day(), metavar=_("日期"), help=_("发布的日期，默认今天（上海）。"))
def release(policy: str, policies: Path | None, day: date | None) -> int:
    from policyrun.app import versions
    from policyrun.app.settings import today

    found = Diagnostics()
    on = day or today()
    released = versions.release(policy, on, found, folders=options.folders(policies))
    if released is None:
        raise PolicyrunError(found)
    say(found)
    echo(_("已发布 {ref}（{day}）").format(ref=released.ref, day=on))
    return 0
