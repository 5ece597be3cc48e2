"""``policyrun check``: whether policies are sound."""

from __future__ import annotations

from pathlib import Path

import click

from policyrun.cli import options
from policyrun.cli.help import command
from policyrun.cli.output import count, say, tell
from policyrun.cli.usage import Misuse
from policyrun.source.diagnostic import Diagnostics, PolicyrunError, Severity
from policyrun.source.messages import _


@command(
    "check",
    help=_("检查政策文件，报告问题。\n\n写出政策编号或文件，或用 --all。没有问题返回 0，有问题返回 1。"),
)
@click.argument("named", nargs=-1, type=options.PolicyRef(), metavar=_("[政策或文件 …]"))
@options.policy_option
@click.option("--all", "every", is_flag=True, help=_("检查所有政策的所有版本。"))
@options.policies
@options.overlays
@options.form
def check(
    named: tuple[str, ...],
    policy: str | None,
    every: bool,
    policies: Path | None,
    overlays: tuple[Path, ...],
    form: str,
) -> int:
    folders = options.folders(policies)
    refs = _refs(named, policy, every, folders)
    if overlays and len(refs) > 1:
        raise Misuse("PR006", _("--with 只能与一个政策合用"))
    found = Diagnostics()
    for ref in refs:
        _check(ref, folders, overlays, found)
    _check_timelines(refs, folders, found)
    say(found, form, out=True)
    if form == "full":
        tell(_("检查了 {n} 份政策：{result}").format(n=len(refs), result=count(found) or _("没有问题")))
    return int(any(d.severity is not Severity.NOTE for d in found))


def _refs(named: tuple[str, ...], policy: str | None, every: bool, folders: tuple[Path, ...]) -> list[str]:
    """References of what is to be checked; an id that is not there is wrong usage, not a finding."""
    from policyrun.app.library import find, list_policies

    refs = [*named, *([policy] if policy is not None else [])]
    unknown = Diagnostics()
    for ref in refs:
        find(ref, folders, unknown)
    if unknown.failed:
        raise PolicyrunError(unknown)
    if every:
        refs += [str(entry.path) for entry in list_policies(folders)]
    if not refs:
        raise Misuse("PR003", _("没有说检查什么"), _("写出政策编号或文件，或加上 --all；“policyrun list”列出全部政策"))
    return refs


def _check_timelines(refs: list[str], folders: tuple[Path, ...], found: Diagnostics) -> None:
    """How the versions of each policy join, once for each."""
    from policyrun.app.library import locate
    from policyrun.app.timeline import check_timeline

    unknown = Diagnostics()  # has been reported
    located = [place for ref in refs if (place := locate(ref, folders, unknown)) is not None]
    for place in {(place.shelf, place.path.parent): place for place in located}.values():
        check_timeline(place, folders, found)


def _check(ref: str, folders: tuple[Path, ...], overlays: tuple[Path, ...], found: Diagnostics) -> None:
    from policyrun.app.load import load

    load(ref, found, folders=folders, overlays=overlays)
