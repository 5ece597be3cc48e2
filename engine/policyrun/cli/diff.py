"""``policyrun diff``: what differs between two versions of a policy, in meaning."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policyrun.cli import options
from policyrun.cli.help import command
from policyrun.cli.output import echo
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _
from policyrun.source.text import Span

if TYPE_CHECKING:
    from policyrun.app.diff import Difference
    from policyrun.ir.policy import Policy


@command(
    "diff",
    help=_(
        "比较一个政策的两个版本，逐项列出意思上的不同。\n\n"
        "写法、注释和无关的先后不算不同。没有不同返回 0，有不同返回 1。\n\n"
        "  policyrun diff hebei-2023@1 草稿/hebei-2023.yaml"
    ),
)
@click.argument("old", metavar=_("旧"))
@click.argument("new", metavar=_("新"))
@options.policies
@options.told_as
def diff(old: str, new: str, policies: Path | None, form: str) -> int:
    from policyrun.app.diff import diff as compare

    found = Diagnostics()
    compared = compare(old, new, found, folders=options.folders(policies))
    if compared is None:
        raise PolicyrunError(found)
    before, after, differences = compared
    if form == "json":
        _print_json(before.policy, after.policy, differences)
    else:
        _print_text(before.policy, after.policy, differences)
    return int(bool(differences))


def _print_text(old: Policy, new: Policy, differences: Sequence[Difference]) -> None:
    from policyrun.app.diff import Added, Changed, Removed
    from policyrun.cli.page import BAD, GOOD, LABEL, Page

    page = Page()
    page.line((f"{old.ref} → {new.ref}", "bold"), (f"  {new.title}", LABEL))
    if not differences:
        page.line(_("意思相同"), indent=2)
        return
    for section, group in groupby(differences, key=lambda each: each.section):
        page.heading(section)
        for each in group:
            match each:
                case Added(path=path, new=text, new_at=at):
                    page.line(("+ ", GOOD), (path, "bold"), (_place(at), LABEL), indent=2)
                    page.line((text, GOOD), indent=6)
                case Removed(path=path, old=text, old_at=at):
                    page.line(("- ", BAD), (path, "bold"), (_place(at), LABEL), indent=2)
                    page.line((text, BAD), indent=6)
                case Changed(path=path):
                    page.line("~ ", (path, "bold"), indent=2)
                    page.line((each.old or _("（无）"), BAD), (_place(each.old_at), LABEL), indent=6)
                    page.line("→ ", (each.new or _("（无）"), GOOD), (_place(each.new_at), LABEL), indent=4)
    page.gap()
    page.line(_("共 {count} 处不同").format(count=len(differences)))


def _place(at: Span | None) -> str:
    return f"  {at.file.path}:{at.line}" if at is not None else ""


def _print_json(old: Policy, new: Policy, differences: Sequence[Difference]) -> None:
    told = {"old": old.ref, "new": new.ref, "differences": [_object(each) for each in differences]}
    echo(json.dumps(told, ensure_ascii=False, indent=2))


def _object(each: Difference) -> dict[str, Any]:
    return {
        "change": type(each).__name__.lower(),
        "section": each.section,
        "path": each.path,
        "old": getattr(each, "old", None),
        "new": getattr(each, "new", None),
        "old_at": _span(getattr(each, "old_at", None)),
        "new_at": _span(getattr(each, "new_at", None)),
    }


def _span(at: Span | None) -> dict[str, Any] | None:
    return None if at is None else {"path": at.file.path, "line": at.line, "column": at.column}
