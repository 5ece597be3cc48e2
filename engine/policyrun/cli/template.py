"""``policyrun template``: a blank workbook to be filled in."""

from __future__ import annotations

from pathlib import Path

import click

from policyrun.cli import options
from policyrun.cli.asked import the_policy
from policyrun.cli.help import command
from policyrun.cli.output import echo
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _


@command("template", help=_("写一份空白的填报表（xlsx），带下拉选项和填表说明。"))
@options.policy
@click.option("--scheme", "schemes", multiple=True, metavar=_("项目"), help=_("只要这个补贴项目，可重复。"))
@click.option("--output", type=options.NewFile(), required=True, metavar="F.xlsx", help=_("写到哪里。"))
def template(policy: str, policies: Path | None, schemes: tuple[str, ...], output: Path) -> int:
    from policyrun.report.template import write_template

    found = Diagnostics()
    if not write_template(the_policy(policy, policies), output, schemes, found):
        raise PolicyrunError(found)
    echo(_("已写入 {path}").format(path=output))
    return 0
