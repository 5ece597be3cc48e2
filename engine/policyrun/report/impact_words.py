"""The words for a change and its money, the same on a terminal, in markdown and on a page."""

from __future__ import annotations

from fractions import Fraction

from policyrun.app.impact import Impact
from policyrun.app.impact_turns import Decided
from policyrun.app.sentence import money_text, quantity_text
from policyrun.source.messages import _


def yuan(amount: Fraction) -> str:
    """An amount of yuan as people read it.

    >>> yuan(Fraction(1234567))
    '1,234,567.00'
    """
    whole, point, cents = money_text(abs(amount)).partition(".")
    return f"{'-' if amount < 0 else ''}{int(whole):,}{point}{cents}"


def signed(amount: Fraction) -> str:
    """An amount of yuan with its sign.

    >>> signed(Fraction(-1500))
    '-1,500.00'
    """
    return f"+{yuan(amount)}" if amount > 0 else yuan(amount)


def percent(part: Fraction | None) -> str:
    """A relative change to a tenth of a per cent; "" where there is none to tell.

    >>> percent(Fraction(1, 3))
    '+33.3%'
    """
    if not part:
        return ""
    tenths = round(part * 1000)
    return f"{'+' if tenths > 0 else ''}{quantity_text(Fraction(tenths, 10))}%"


def decided_text(decided: Decided | None) -> str:
    """``准予 2000.00``, or the reason why not; of an undecided record also the most it could be paid."""
    if decided is None:
        return _("（没有这个项目）")
    outcome = decided.outcome
    if decided.is_granted:
        return f"{outcome.conclusion.value} {money_text(decided.paid)}"
    if outcome.most is not None:
        return _("{code}，最多 {most}").format(code=outcome.code, most=money_text(outcome.most))
    return outcome.code


def reconciliation(impact: Impact) -> str:
    """That the changes of the records add up to the change of the totals, in figures."""
    return _("{rows} 行的变化相加 {sum}；合计 {new} − {old} = {change}，相符").format(
        rows=impact.turned,
        sum=signed(impact.turns.change),
        new=yuan(impact.new_total),
        old=yuan(impact.old_total),
        change=signed(impact.change),
    )
