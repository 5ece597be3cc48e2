"""``--by-date``: each record by the version in force on its day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from policyrun.cli import options
from policyrun.cli.asked import Asked, request, the_run
from policyrun.cli.working import while_working
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.result import RunResult

by_date = click.option("--by-date", is_flag=True, help=_("每条记录用它业务日期那天施行的版本，不是都用最新的一个。"))


def version_line(run: RunResult) -> str:
    """Which version decided a row, and on which days it holds."""
    from policyrun.report.shown import period_text

    policy = run.policy
    period = period_text(policy.in_force.first, policy.in_force.last)
    return _("由 {ref} 核定：{title}，管 {period}").format(ref=policy.ref, title=policy.title, period=period)


def run_asked(asked: Asked, found: Diagnostics, *, by_date: bool) -> RunResult:
    """The run that the options ask for, by one version or by those of the records' days.

    Raises:
        PolicyrunError: if it cannot run.
    """
    if not by_date:
        return the_run(asked, found)
    from policyrun.app.by_date import run_by_date

    with while_working():
        folders = options.folders(asked["policies"])
        run = run_by_date(asked["policy"], request(asked), found, folders=folders, overlays=asked["overlays"])
    if run is None:
        raise PolicyrunError(found)
    return run
