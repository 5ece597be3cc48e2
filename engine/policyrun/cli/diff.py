"""``policyrun diff``: what differs between two versions of a policy, in meaning and for records at hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
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
    from policyrun.app.diff_data import Effect
    from policyrun.ir.policy import Policy


@command(
    "diff",
    help=_(
        "比较一个政策的两个版本，逐项列出意思上的不同。\n\n"
        "写法、注释和无关的先后不算不同。给 --data 时再用这些记录各算一遍，列出影响的人和钱。"
        "没有不同返回 0，有不同返回 1。\n\n"
        "  policyrun diff hebei-2023@1 草稿/hebei-2023.yaml --data 六月.xlsx"
    ),
)
@click.argument("old", metavar=_("旧"))
@click.argument("new", metavar=_("新"))
@options.policies
@click.option(
    "--data",
    "inputs",
    type=options.Input(),
    multiple=True,
    metavar=_("[项目=]F"),
    help=_("用这些记录比较两个版本的结果，可重复。"),
)
@options.scheme
@options.as_of
@options.history
@options.lists
@click.option("--rows", type=int, default=20, metavar="N", help=_("最多列出几行，默认 20。"))
@options.show_personal
@options.told_as
def diff(
    old: str,
    new: str,
    policies: Path | None,
    inputs: tuple[tuple[str, Path], ...],
    scheme: str | None,
    as_of: date | None,
    history: tuple[Path, ...],
    lists: Path | None,
    rows: int,
    show_personal: bool,
    form: str,
) -> int:
    from policyrun.app.diff import diff as compare

    found = Diagnostics()
    compared = compare(old, new, found, folders=options.folders(policies))
    if compared is None:
        raise PolicyrunError(found)
    before, after, differences = compared
    effect = None
    if inputs:
        effect = _effect(before.policy, after.policy, inputs, scheme, as_of, history, lists)
    if form == "json":
        _print_json(before.policy, after.policy, differences, effect)
    else:
        from policyrun.cli.diff_text import write_differences, write_effect

        write_differences(before.policy, after.policy, differences)
        if effect is not None:
            write_effect(effect, rows, show_personal)
    return int(bool(differences) or (effect is not None and bool(effect.turns)))


def _effect(
    old: Policy,
    new: Policy,
    inputs: tuple[tuple[str, Path], ...],
    scheme: str | None,
    as_of: date | None,
    history: tuple[Path, ...],
    lists: Path | None,
) -> Effect:
    from policyrun.app.diff_data import effect
    from policyrun.app.evaluate import Request
    from policyrun.cli.asked import sources_of
    from policyrun.cli.working import while_working

    request = Request(
        sources=sources_of(inputs),
        scheme=scheme,
        as_of=as_of,
        history=tuple(map(str, history)),
        lists=str(lists) if lists else None,
    )
    found = Diagnostics()
    with while_working():
        touched = effect(old, new, request, found)
    if touched is None:
        raise PolicyrunError(found)
    return touched


def _print_json(old: Policy, new: Policy, differences: Sequence[Difference], effect: Effect | None) -> None:
    told: dict[str, Any] = {"old": old.ref, "new": new.ref, "differences": [_object(each) for each in differences]}
    if effect is not None:
        told["effect"] = _effect_object(effect)
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


def _effect_object(effect: Effect) -> dict[str, Any]:
    """The effect without a word about who it is: records are named by scheme and 序号."""
    from policyrun.app.sentence import money_text

    return {
        "rows": effect.rows,
        "persons": effect.persons,
        "old_total": money_text(effect.old_total),
        "new_total": money_text(effect.new_total),
        "turns": [
            {
                "项目": turn.scheme,
                "序号": turn.serial,
                "old": turn.old.code if turn.old else None,
                "new": turn.new.code if turn.new else None,
                "change": money_text(turn.change),
            }
            for turn in effect.turns
        ],
    }
