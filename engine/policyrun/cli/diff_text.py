"""What differs between two versions, for a person at a terminal: in meaning, and for records at hand."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from policyrun.app.diff import Added, Changed, Difference, Removed
from policyrun.app.diff_data import Effect, Turn
from policyrun.app.sentence import money_text
from policyrun.cli.page import BAD, GOOD, LABEL, Page, yuan
from policyrun.ir.policy import Policy
from policyrun.model.decision import Conclusion, Outcome
from policyrun.source.mask import mask_id
from policyrun.source.messages import _
from policyrun.source.text import Span


def write_differences(old: Policy, new: Policy, differences: Sequence[Difference]) -> None:
    """Prints what differs in meaning, section by section, each with both places."""
    page = Page()
    page.line((f"{old.ref} → {new.ref}", "bold"), (f"  {new.title}", LABEL))
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
        case Changed(path=path, old=old, new=new):
            page.line("~ ", (path, "bold"), indent=2)
            page.line((old or _("（无）"), BAD), (_place(each.old_at), LABEL), indent=6)
            page.line("→ ", (new or _("（无）"), GOOD), (_place(each.new_at), LABEL), indent=4)


def _place(at: Span | None) -> str:
    return f"  {at.file.path}:{at.line}" if at is not None else ""


def write_effect(effect: Effect, rows: int, personal: bool) -> None:
    """Prints whom the difference touches and the money, and the first ``rows`` records."""
    page = Page()
    page.heading(_("对这些记录的影响"))
    change = effect.new_total - effect.old_total
    page.pairs(
        (
            (_("记录"), _("{rows} 行，其中 {turns} 行的决定不同").format(rows=effect.rows, turns=len(effect.turns))),
            (_("涉及"), _("{persons} 人").format(persons=effect.persons)),
            (_("金额"), f"{yuan(effect.old_total)} → {yuan(effect.new_total)}（{signed(change)}）"),
        )
    )
    if not effect.turns:
        return
    header = (_("原来"), _("现在"), _("行数"), _("金额变化（元）"))
    ways = effect.by_conclusion()
    none = _("（没有这个项目）")
    rows_shown = ((old or none, new or none, str(count), signed(more)) for old, new, count, more in ways)
    page.table(header, rows_shown, right=(2, 3))
    page.heading(_("记录"))
    page.columns((_turn(turn, personal) for turn in effect.turns[:rows]), right=(4,))
    if len(effect.turns) > rows:
        rest = _("另有 {count} 行；--rows 可多列几行").format(count=len(effect.turns) - rows)
        page.line((rest, LABEL), indent=2)


def _turn(turn: Turn, personal: bool) -> tuple[str, ...]:
    person = turn.person if personal else mask_id(turn.person)
    return f"{turn.scheme}:{turn.serial}", person, _said(turn.old), f"→ {_said(turn.new)}", signed(turn.change)


def _said(outcome: Outcome | None) -> str:
    if outcome is None:
        return _("（没有这个项目）")
    if outcome.conclusion is Conclusion.GRANTED:
        return f"{outcome.conclusion.value} {money_text(outcome.amount or Fraction(0))}"
    return outcome.code


def signed(amount: Fraction) -> str:
    """An amount of yuan with its sign.

    >>> signed(Fraction(-1500))
    '-1,500.00'
    """
    return f"+{yuan(amount)}" if amount > 0 else yuan(amount)
