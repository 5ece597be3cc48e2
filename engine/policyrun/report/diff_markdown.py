"""A comparison as markdown, for a review in a merge request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyrun.app.comparison import Comparison
from policyrun.app.impact import Impact
from policyrun.app.impact_groups import groupings
from policyrun.app.impact_turns import Kind
from policyrun.report.diff_chapters import Chapter, caution, chapters
from policyrun.report.impact_words import decided_text, reconciliation, signed, yuan
from policyrun.source.mask import mask_id
from policyrun.source.messages import _


def markdown(comparison: Comparison, *, rows: int, personal: bool) -> str:
    """The whole comparison; at most ``rows`` records, masked unless they may be shown."""
    lines = [f"# {_escaped(comparison.heading)}", "", comparison.new.policy.title, ""]
    if said := caution(comparison):
        lines += [f"**{said}**", ""]
    if not comparison.differences:
        lines += [_("意思相同"), ""]
    for chapter in chapters(comparison):
        lines += [f"## {chapter.title}", "", *_chapter(chapter), ""]
    if comparison.impact is not None:
        lines += [f"## {_('对这些记录的影响')}", "", *_impact(comparison.impact, rows, personal)]
    return "\n".join(lines).rstrip()


def _chapter(chapter: Chapter) -> Iterator[str]:
    header = (_("条款"), "", _("何处"), _("原来"), _("现在"), _("变化"))
    rows = [
        (clause.clause if place == 0 else "", line.mark, line.what, line.old, line.new, line.relative)
        for clause in chapter.clauses
        for place, line in enumerate(clause.lines)
    ]
    yield from _table(header, rows)


def _impact(impact: Impact, rows: int, personal: bool) -> Iterator[str]:
    yield f"- {_('记录')} {impact.rows}，{_('决定不同')} {impact.turned}，{_('涉及')} {impact.persons} {_('人')}"
    yield f"- {_('金额')} {yuan(impact.old_total)} → {yuan(impact.new_total)}（{signed(impact.change)}）"
    yield f"- {_('对账')} {reconciliation(impact)}"
    yield ""
    by_row, by_person = impact.rows_by_kind(), impact.persons_by_kind()
    kinds = [(kind.value, str(by_row[kind]), str(by_person[kind])) for kind in Kind]
    yield from _table((_("变化"), _("行数"), _("人数")), kinds, right=(1, 2))
    for grouping in groupings(impact):
        yield ""
        shifts = [(each.name, yuan(each.old), yuan(each.new), signed(each.change)) for each in grouping.shifts]
        yield from _table((grouping.title, _("原来（元）"), _("现在（元）"), _("变化（元）")), shifts, right=(1, 2, 3))
    yield ""
    header = (_("记录"), _("身份证号码"), _("原来"), _("现在"), _("变化（元）"))
    turns = [
        (
            f"{turn.scheme}:{turn.serial}",
            turn.person if personal else mask_id(turn.person),
            decided_text(turn.old),
            decided_text(turn.new),
            signed(turn.change),
        )
        for turn in impact.turns.first(rows)
    ]
    yield from _table(header, turns, right=(4,))


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> Iterator[str]:
    yield _row(header)
    yield _row(["---:" if place in right else "---" for place in range(len(header))])
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(text: str) -> str:
    """A text that stays in its cell and is no markup."""
    for character in "\\|*_<>`[]":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", " ")
