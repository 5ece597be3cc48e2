"""What differs between two versions, for a person at a terminal: in meaning, and for records at hand."""

from __future__ import annotations

from itertools import groupby

from policyrun.app.comparison import Comparison
from policyrun.app.diff import Added, Changed, Difference, Removed, Renamed
from policyrun.app.impact import Impact
from policyrun.app.impact_groups import Grouping, groupings
from policyrun.app.impact_turns import Kind, Turn
from policyrun.cli.page import BAD, DOUBT, GOOD, LABEL, Page
from policyrun.report.diff_chapters import caution
from policyrun.report.impact_words import decided_text, reconciliation, signed, yuan
from policyrun.source.mask import mask_id
from policyrun.source.messages import _
from policyrun.source.text import Span


def write_differences(comparison: Comparison) -> None:
    """Prints what differs in meaning, section by section, each with both places."""
    page = Page()
    differences = comparison.differences
    page.line((comparison.heading, "bold"), (f"  {comparison.new.policy.title}", LABEL))
    if said := caution(comparison):
        page.line((said, DOUBT), indent=2)
    if not differences:
        page.line(_("意思相同"), indent=2)
        return
    for section, group in groupby(differences, key=lambda each: each.section):
        page.heading(section)
        for each in group:
            _difference(page, each)
    page.gap()
    page.line(_("共 {count} 处不同").format(count=len(differences)))


def _difference(page: Page, each: Difference) -> None:
    match each:
        case Added(path=path, new=text, new_at=at):
            page.line(("+ ", GOOD), (path, "bold"), (_place(at), LABEL), indent=2)
            page.line((text, GOOD), indent=6)
        case Removed(path=path, old=text, old_at=at):
            page.line(("- ", BAD), (path, "bold"), (_place(at), LABEL), indent=2)
            page.line((text, BAD), indent=6)
        case Renamed(old=old, new=new):
            page.line("= ", (old, LABEL), " → ", (new, "bold"), (_place(each.new_at), LABEL), indent=2)
        case Changed(path=path, old=old, new=new):
            page.line("~ ", (path, "bold"), indent=2)
            page.line((old or _("（无）"), BAD), (_place(each.old_at), LABEL), indent=6)
            page.line("→ ", (new or _("（无）"), GOOD), (_place(each.new_at), LABEL), indent=4)


def _place(at: Span | None) -> str:
    return f"  {at.file.path}:{at.line}" if at is not None else ""


def write_impact(impact: Impact, rows: int, personal: bool) -> None:
    """Prints whom the difference touches and the money, and the first ``rows`` records."""
    page = Page()
    page.heading(_("对这些记录的影响"))
    page.pairs(
        (
            (_("记录"), _("{rows} 行，其中 {turns} 行的决定不同").format(rows=impact.rows, turns=impact.turned)),
            (_("涉及"), _("{persons} 人").format(persons=impact.persons)),
            (_("金额"), f"{yuan(impact.old_total)} → {yuan(impact.new_total)}（{signed(impact.change)}）"),
            (_("对账"), reconciliation(impact)),
        )
    )
    if not impact.turned:
        return
    _kinds(page, impact)
    for grouping in groupings(impact):
        _shifts(page, grouping)
    page.heading(_("记录"))
    page.columns((_turn(turn, personal) for turn in impact.turns.first(rows)), right=(4,))
    if impact.turned > rows:
        rest = _("另有 {count} 行；--rows 可多列几行").format(count=impact.turned - rows)
        page.line((rest, LABEL), indent=2)


def _kinds(page: Page, impact: Impact) -> None:
    header = (_("变化"), _("行数"), _("人数"))
    rows, persons = impact.rows_by_kind(), impact.persons_by_kind()
    page.table(header, ((kind.value, str(rows[kind]), str(persons[kind])) for kind in Kind), right=(1, 2))
    columns = (_("原来"), _("现在"), _("行数"), _("金额变化（元）"))
    none = _("（没有这个项目）")
    shown = ((way.old or none, way.new or none, str(way.rows), signed(way.change)) for way in impact.turns.ways())
    page.table(columns, shown, right=(2, 3))


def _shifts(page: Page, grouping: Grouping) -> None:
    """One table of money; groups without a change are left out."""
    changed = [shift for shift in grouping.shifts if shift.change]
    if changed:
        header = (grouping.title, _("原来（元）"), _("现在（元）"), _("变化（元）"))
        rows = ((each.name or _("（空）"), yuan(each.old), yuan(each.new), signed(each.change)) for each in changed)
        page.table(header, rows, right=(1, 2, 3))


def _turn(turn: Turn, personal: bool) -> tuple[str, ...]:
    person = turn.person if personal else mask_id(turn.person)
    return (
        f"{turn.scheme}:{turn.serial}",
        person,
        decided_text(turn.old),
        f"→ {decided_text(turn.new)}",
        signed(turn.change),
    )
