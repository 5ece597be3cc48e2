"""What differs between two versions, for programs; exact amounts are texts, and nobody is named."""

from __future__ import annotations

import json
from textwrap import indent
from typing import Any

from policyrun.app.comparison import Comparison
from policyrun.app.diff import Difference
from policyrun.app.impact import Impact
from policyrun.app.impact_groups import Grouping, distribution, groupings
from policyrun.app.impact_listed import Line
from policyrun.app.impact_turns import Kind
from policyrun.app.sentence import money_text
from policyrun.cli.output import echo
from policyrun.source.text import Span

#: The last thing said of an effect, as long as nothing is in it.
_NO_TURNS = '"turns": []'


def print_json(comparison: Comparison) -> None:
    """Prints it all, one record after the other: a list of them need not fit into memory."""
    told: dict[str, Any] = {
        "old": comparison.old.policy.ref,
        "new": comparison.new.policy.ref,
        "differences": [_difference(each) for each in comparison.differences],
    }
    if comparison.impact is None or not comparison.impact.turned:
        echo(_text(told | _effect(comparison.impact)))
        return
    before, after = _text(told | _effect(comparison.impact)).rsplit(_NO_TURNS, 1)
    echo(f'{before}"turns": [', end="")
    for number, line in enumerate(comparison.impact.turns.lines()):
        echo(("," if number else "") + "\n" + indent(_text(_line(line)), " " * 6), end="")
    echo(f"\n    ]{after}")


def _text(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2)


def _effect(impact: Impact | None) -> dict[str, Any]:
    return {} if impact is None else {"effect": impact_object(impact) | {"turns": []}}


def _difference(each: Difference) -> dict[str, Any]:
    return {
        "change": type(each).__name__.lower(),
        "section": each.section,
        "path": each.path,
        "old": getattr(each, "old", None),
        "new": getattr(each, "new", None),
        "clauses": [str(citation) for citation in each.grounds.cite],
        "rules": list(each.grounds.ids),
        "old_at": _span(getattr(each, "old_at", None)),
        "new_at": _span(getattr(each, "new_at", None)),
    }


def _span(at: Span | None) -> dict[str, Any] | None:
    return None if at is None else {"path": at.file.path, "line": at.line, "column": at.column}


def impact_object(impact: Impact) -> dict[str, Any]:
    """An impact without a word about who it is: records are named by scheme and 序号."""
    rows, persons = impact.rows_by_kind(), impact.persons_by_kind()
    return {
        "rows": impact.rows,
        "persons": impact.persons,
        "old_total": money_text(impact.old_total),
        "new_total": money_text(impact.new_total),
        "change": money_text(impact.change),
        "kinds": {kind.name.lower(): {"rows": rows[kind], "persons": persons[kind]} for kind in Kind},
        "money": [_grouping(each) for each in groupings(impact)],
        "distribution": [
            {"least": money_text(bar.least), "most": money_text(bar.most), "rows": bar.rows}
            for bar in distribution(impact.turns)
        ],
    }


def _grouping(grouping: Grouping) -> dict[str, Any]:
    groups = [
        {
            "name": each.name,
            "old_rows": each.old_rows,
            "new_rows": each.new_rows,
            "old": money_text(each.old),
            "new": money_text(each.new),
            "change": money_text(each.change),
        }
        for each in grouping.shifts
    ]
    return {"by": grouping.title, "overlapping": grouping.overlapping, "groups": groups}


def _line(line: Line) -> dict[str, Any]:
    return {
        "项目": line.scheme,
        "序号": line.serial,
        "kind": line.kind.name.lower(),
        "old": line.old,
        "new": line.new,
        "change": money_text(line.change),
    }
