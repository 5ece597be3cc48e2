"""原因: one Chinese sentence for a decision, from the template of its reason code (``model.sentence_templates``)."""

from __future__ import annotations

from fractions import Fraction

from policyrun.ir.policy import Limit, Policy, Total
from policyrun.model.decision import LimitState, Outcome, Reason
from policyrun.model.sentence_templates import (
    CLAUSE,
    CLAUSE_SEPARATOR,
    LACKING,
    STATE_OF_KIND,
    STATE_OF_ROOM,
    STATE_OF_STANDARD,
    STATE_UNTOLD,
    how_text,
    period_text,
    template_of,
    unit_text,
)
from policyrun.model.values import Value


def money_text(amount: Fraction) -> str:
    """An amount of yuan with two decimals; half-up where it is not a multiple of 0.01."""
    cents = (abs(amount) * 200 + 1) // 2
    sign = "-" if amount < 0 and cents else ""
    return f"{sign}{cents // 100}.{cents % 100:02d}"


def quantity_text(value: Value | None) -> str:
    """A measured quantity in as few characters as say it exactly: ``3``, ``2.5``, ``1/3``; a text as it is."""
    if not isinstance(value, Fraction):
        return "无" if value is None else str(value)
    if value.denominator == 1:
        return str(value.numerator)
    if (value * 10**6).denominator != 1:
        return str(value)
    whole, part = divmod(abs(value * 10**6), 10**6)
    return f"{'-' if value < 0 else ''}{whole}.{part.numerator:06d}".rstrip("0")


def reason_sentence(outcome: Outcome, policy: Policy) -> str:
    """Why a row was decided as it was, for people."""
    scheme = policy.scheme(outcome.scheme)
    checks = scheme is not None and scheme.amount is None
    clauses = CLAUSE_SEPARATOR.join(dict.fromkeys(clause.clause for clause in outcome.clauses if clause.clause))
    return template_of(outcome.code, outcome.reason.value, checks).format(
        amount=money_text(outcome.amount or Fraction(0)),
        how=how_text(outcome.notices),
        about=_about(outcome),
        clause=CLAUSE.format(clauses=clauses) if clauses else "",
        period=period_text(policy.in_force.first, policy.in_force.last),
        state=_state(outcome, policy),
    )


def _about(outcome: Outcome) -> str:
    if outcome.reason is Reason.UNDECIDED:
        return "".join(LACKING.format(name=name) for name in outcome.about)
    return "、".join(outcome.about)


def _state(outcome: Outcome, policy: Policy) -> str:
    """What stood in the way: how much of the room was used, by the first limit that had none and was not waived."""
    refused = next((state for state in outcome.limits if not state.passed and not state.waived), None)
    if refused is None:
        return STATE_UNTOLD
    limit = next((limit for limit in policy.limits if limit.name == refused.limit), None)
    used, asks = quantity_text(refused.used), quantity_text(refused.asks)
    if refused.room is not None:
        room = quantity_text(refused.room)
        return STATE_OF_ROOM.format(room=room, used=_number(refused, used), asks=asks, unit=_unit(limit))
    if isinstance(refused.used, str):
        return STATE_OF_KIND.format(used=used, asks=asks)
    return STATE_OF_STANDARD.format(used=_number(refused, used), asks=asks)


def _number(state: LimitState, used: str) -> str:
    return "0" if state.used is None else used


def _unit(limit: Limit | None) -> str:
    return unit_text(limit.measure.measure.type.unit) if limit and isinstance(limit.measure, Total) else ""
