"""``policyrun list``: which policies there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from policyrun.cli import options
from policyrun.cli.help import command
from policyrun.cli.output import table
from policyrun.source.files import shown_path
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.library import Entry


@command("list", help=_("列出可用的政策。\n\n在终端上是一张表；进管道或写入文件时每行一个政策，各列以制表符分隔。"))
@options.policies
def list_(policies: Path | None) -> int:
    from policyrun.app.library import list_policies

    header = (_("编号"), _("版本"), _("标题"), _("状态"), _("文件"))
    entries = list_policies(options.folders(policies))
    table(header, ((e.id, str(e.version), e.title, _standing(e), shown_path(e.path)) for e in entries))
    return 0


def _standing(entry: Entry) -> str:
    """A version's status, and since when it is released."""
    return entry.status if entry.released is None else f"{entry.status} {entry.released}"
