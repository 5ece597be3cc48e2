"""``policyrun list``: which policies there are."""

from __future__ import annotations

from pathlib import Path

from policyrun.cli import options
from policyrun.cli.help import command
from policyrun.cli.output import table
from policyrun.source.files import shown_path
from policyrun.source.messages import _


@command("list", help=_("列出可用的政策。"))
@options.policies
def list_(policies: Path | None) -> int:
    from policyrun.app.library import list_policies

    header = (_("编号"), _("版本"), _("标题"), _("状态"), _("文件"))
    entries = list_policies(options.folders(policies))
    table(header, ((e.id, str(e.version), e.title, e.status, shown_path(e.path)) for e in entries))
    return 0
