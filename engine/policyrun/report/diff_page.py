"""A comparison as one page that needs nothing else: it can be sent, kept and printed."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from markupsafe import Markup

from policyrun.app.comparison import Comparison
from policyrun.app.impact import Impact
from policyrun.app.impact_groups import Bar, Grouping, distribution, groupings
from policyrun.app.impact_turns import Kind, Turn
from policyrun.datasets.atomic import written
from policyrun.model.vocabulary import Status
from policyrun.report.diff_chapters import caution, chapters
from policyrun.report.impact_stories import story
from policyrun.report.impact_words import decided_text, percent, reconciliation, signed, yuan
from policyrun.report.pages import render
from policyrun.report.plot import Mark, bars
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.mask import mask_id
from policyrun.source.messages import _

#: How many of the records that changed most are listed.
LARGEST = 10


def write_page(comparison: Comparison, path: Path, found: Diagnostics, *, personal: bool) -> bool:
    """Writes the page whole or not at all; the reason for the latter is in ``found``."""
    text = page(comparison, personal=personal)
    return written(path, lambda beside: _write(beside, text), found)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def page(comparison: Comparison, *, personal: bool = False) -> str:
    """The page; people are masked unless they may be shown."""
    return render(
        "diff.html",
        title=comparison.heading,
        caution=caution(comparison),
        old=comparison.old.policy,
        new=comparison.new.policy,
        draft=comparison.new.policy.status is Status.DRAFT,
        count=len(comparison.differences),
        chapters=chapters(comparison),
        impact=None if comparison.impact is None else _impact(comparison.impact, personal),
    )


def _impact(impact: Impact, personal: bool) -> dict[str, object]:
    rows, persons = impact.rows_by_kind(), impact.persons_by_kind()
    paid_before, paid_after = impact.persons_paid()
    files = "、".join(Path(file.path).name for file in impact.after.inputs if file.role == "数据")
    return {
        "rows": impact.rows,
        "turns": impact.turned,
        "persons": impact.persons,
        "old": yuan(impact.old_total),
        "new": yuan(impact.new_total),
        "change": signed(impact.change),
        "relative": percent(impact.change / impact.old_total) if impact.old_total else "",
        "paid_before": paid_before,
        "paid_after": paid_after,
        "as_of": impact.after.settings.as_of,
        "source": _("自带的合成样例") if _is_sample(impact) else files,
        "reconciliation": reconciliation(impact),
        "kinds": [(kind.name.lower(), kind.value, rows[kind], persons[kind]) for kind in Kind],
        "ways": [(way.old, way.new, way.rows, signed(way.change)) for way in impact.turns.ways()],
        "groupings": [_grouping(each) for each in groupings(impact)],
        "distribution": _distribution(impact),
        "largest": [_row(turn, personal) for turn in impact.turns.largest(LARGEST)],
        "stories": [
            story(impact.retold(turn), impact.before, impact.after, personal=personal)
            for turn in impact.turns.examples().values()
        ],
    }


def _is_sample(impact: Impact) -> bool:
    from policyrun.app.evaluate import sample_path

    samples = {sample_path(run.policy) for run in (impact.before, impact.after)} - {None}
    return bool(impact.after.inputs) and Path(impact.after.inputs[0].path) in samples


def _grouping(grouping: Grouping) -> dict[str, object]:
    """A table of money and, where anything changes, a plot of the changes."""
    shifts = sorted(grouping.shifts, key=lambda shift: -abs(shift.change)) if grouping.overlapping else grouping.shifts
    marks = [Mark(each.name or _("（空）"), each.change, signed(each.change)) for each in shifts if each.change]
    return {
        "title": grouping.title,
        "overlapping": grouping.overlapping,
        "rows": [
            (
                each.name or _("（空）"),
                each.old_rows,
                each.new_rows,
                yuan(each.old),
                yuan(each.new),
                signed(each.change),
            )
            for each in shifts
        ],
        "plot": Markup() if grouping.overlapping else bars(marks, grouping.title),
    }


def _distribution(impact: Impact) -> Markup:
    marks = [
        Mark(_span(bar), Fraction(bar.rows), _("{rows} 行").format(rows=bar.rows)) for bar in distribution(impact.turns)
    ]
    return bars(marks, _("各行变化的分布"))


def _span(bar: Bar) -> str:
    if bar.least == bar.most:
        return signed(bar.least)
    return _("{least} 至 {most}").format(least=signed(bar.least), most=signed(bar.most))


def _row(turn: Turn, personal: bool) -> tuple[str, ...]:
    person = turn.person if personal else mask_id(turn.person)
    record = f"{turn.scheme}:{turn.serial}"
    return record, person, decided_text(turn.old), decided_text(turn.new), signed(turn.change)
