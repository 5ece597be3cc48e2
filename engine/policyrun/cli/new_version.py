"""``policyrun new-version``: the next version of a policy, as a draft to edit."""

from __future__ import annotations

from pathlib import Path

from policyrun.cli import options
from policyrun.cli.help import command
from policyrun.cli.output import echo, say
from policyrun.source.diagnostic import Diagnostics, PolicyrunError, Severity
from policyrun.source.files import shown_path
from policyrun.source.messages import _


@command(
    "new-version",
    help=_(
        "复制最新的版本，作为下一个版本的草案。\n\n"
        "注释照旧，版本号加一，状态写成草案，写明代替哪个版本，并在变更说明里开一条。"
        "草案的结果每行都带 DRAFT；改好以后把状态写成生效，再用 policyrun release 发布。"
    ),
)
@options.policy
def new_version(policy: str, policies: Path | None) -> int:
    from policyrun.app import versions

    found = Diagnostics()
    opened = versions.new_version(policy, found, folders=options.folders(policies))
    if opened is None:
        raise PolicyrunError(found)
    say(each for each in found if each.severity is not Severity.ERROR)
    echo(_("{ref}（草案），由 {before} 复制").format(ref=opened.ref, before=opened.before))
    echo(_("  政策      {path}").format(path=shown_path(opened.path)))
    echo(_("  变更说明  {path}").format(path=shown_path(opened.changelog)))
    return 0
