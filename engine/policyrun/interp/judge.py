"""One row by itself: the gates, the time in force, the requirements and the amount before any limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from policyrun.interp.bounds import Range, bounds
from policyrun.interp.expressions import Row, truth, value_of
from policyrun.interp.functions import FUNCTIONS
from policyrun.interp.grounds import grounds_lacking, grounds_used
from policyrun.interp.records import TypedRow
from policyrun.interp.unknowns import is_known, unknowns
from policyrun.ir.nodes import Supplied
from policyrun.ir.policy import Amount, Limit, Policy, Rounding, SameKind, Scheme, Total
from policyrun.model.decision import Conclusion, NoticeCode, Outcome, Reason
from policyrun.model.vocabulary import Citation, Grounds

#: What INELIGIBLE and UNDECIDED are about where it is no requirement of the policy.
OUT_OF_FORCE = "适用版本"
ZERO = "金额为零"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a row comes to by itself, before limits.

    Attributes:
        line: the typed row.
        outcome: the decision, None for a candidate.
        eligible: whether every requirement is true.
        amount: of a candidate, its rounded amount in yuan.
        grounds: of a candidate, those of its amount.
        notices: notices that hold whatever comes of the row.
    """

    line: TypedRow
    outcome: Outcome | None
    eligible: bool = False
    amount: Fraction = Fraction(0)
    grounds: tuple[Grounds, ...] = ()
    notices: frozenset[NoticeCode] = frozenset()

    def ends(self, outcome: Outcome) -> Verdict:
        return replace(self, outcome=outcome)


def in_order(grounds: Iterable[Grounds]) -> tuple[tuple[str, ...], tuple[Citation, ...]]:
    """Catalogue ids and citations in policy order, each once (contract section 3)."""
    by_place = sorted(grounds, key=lambda one: one.place)
    ids = dict.fromkeys(rule for one in by_place for rule in one.ids)
    cites = dict.fromkeys(citation for one in by_place for citation in one.cite)
    return tuple(ids), tuple(cites)


def invalid(scheme: Scheme, line: TypedRow, column: str) -> Outcome:
    """数据错误: a cell that does not type, or that contradicts other rows."""
    return Outcome(scheme.name, line.index, line.serial, Conclusion.INVALID, Reason.INVALID, (column,))


def denied(scheme: Scheme, line: TypedRow, reason: Reason, about: str, *grounds: Grounds) -> Outcome:
    """不予: what is not met, or the limit without room."""
    rules, clauses = in_order(grounds)
    return Outcome(
        scheme.name,
        line.index,
        line.serial,
        Conclusion.DENIED,
        reason,
        (about,),
        amount=Fraction(0),
        rules=rules,
        clauses=clauses,
    )


def undecided(
    scheme: Scheme, line: TypedRow, names: Iterable[str], grounds: Iterable[Grounds], between: Range = (None, None)
) -> Outcome:
    """待核实: the names of what is missing, and the least and most the row could pay."""
    rules, clauses = in_order(grounds)
    return Outcome(
        scheme.name,
        line.index,
        line.serial,
        Conclusion.UNDECIDED,
        Reason.UNDECIDED,
        tuple(names),
        rules=rules,
        clauses=clauses,
        least=between[0],
        most=between[1],
    )


def judge(policy: Policy, scheme: Scheme, line: TypedRow) -> Verdict:
    """Judges one typed row; a scheme that splits a total leaves the amount to ``split``."""
    if line.row is None:
        return Verdict(line, invalid(scheme, line, line.invalid or ""))
    row = line.row
    verdict = Verdict(line, None, notices=_standing_notices(policy, scheme, row))
    apart = _gate(policy, scheme, line, row) or _out_of_force(policy, scheme, line, row)
    return verdict.ends(apart) if apart else _requirements(policy, scheme, verdict, row)


def _standing_notices(policy: Policy, scheme: Scheme, row: Row) -> frozenset[NoticeCode]:
    held = {notice.code for notice in scheme.notices if not notice.granted_only and truth(notice.test, row)}
    force = policy.in_force
    if _is_outside(policy, row) and force.outside is not None and value_of(force.outside, row) == "提示":
        held.add(NoticeCode.OUT_OF_FORCE)
    return frozenset(held)


def _gate(policy: Policy, scheme: Scheme, line: TypedRow, row: Row) -> Outcome | None:
    for gate in scheme.gates:
        holds = truth(gate.when, row)
        if holds is None:
            about = in_column_order(policy, scheme, unknowns(gate.when, row) or {gate.name})
            return undecided(scheme, line, about, [gate.grounds])
        if holds:
            return undecided(scheme, line, [gate.name], [gate.grounds])
    return None


def _is_outside(policy: Policy, row: Row) -> bool:
    day, force = row.date(), policy.in_force
    if day is None or force.outside is None:
        return False
    return (force.first is not None and day < force.first) or (force.last is not None and day > force.last)


def _out_of_force(policy: Policy, scheme: Scheme, line: TypedRow, row: Row) -> Outcome | None:
    force = policy.in_force
    if force.outside is None or not _is_outside(policy, row):
        return None
    match value_of(force.outside, row):
        case "提示":
            return None
        case "不予":
            return denied(scheme, line, Reason.INELIGIBLE, OUT_OF_FORCE, force.grounds)
        case _:
            return undecided(scheme, line, [OUT_OF_FORCE], [force.grounds])


def _requirements(policy: Policy, scheme: Scheme, verdict: Verdict, row: Row) -> Verdict:
    line = verdict.line
    for requirement in scheme.requirements:
        if truth(requirement.test, row) is False:
            about = requirement.name
            return verdict.ends(denied(scheme, line, Reason.INELIGIBLE, about, requirement.grounds))
    eligible = all(truth(requirement.test, row) for requirement in scheme.requirements)
    verdict = replace(verdict, eligible=eligible)
    if scheme.amount is None:
        return _checked(policy, scheme, verdict, row)
    return verdict if scheme.split else with_amount(policy, scheme, verdict, row, amount_of(policy, scheme.amount, row))


def _checked(policy: Policy, scheme: Scheme, verdict: Verdict, row: Row) -> Verdict:
    """A row of a scheme that pays nothing: it passes, or names what it lacks."""
    if verdict.eligible:
        return replace(verdict, grounds=tuple(requirement.grounds for requirement in scheme.requirements))
    missing, grounds = lacking(policy, scheme, row, Fraction(0))
    return verdict.ends(undecided(scheme, verdict.line, in_column_order(policy, scheme, missing), grounds))


def amount_of(policy: Policy, amount: Amount, row: Row) -> Fraction | None:
    """The row's amount, rounded once, in yuan; None where it is unknown."""
    exact = value_of(amount.value, row)
    return rounded(policy.rounding, exact) if isinstance(exact, Fraction) else None


def rounded(rounding: Rounding, exact: Fraction) -> Fraction:
    """The one rounding of an amount, to the policy's step."""
    value = FUNCTIONS[rounding.op](exact / rounding.step)
    assert isinstance(value, Fraction)
    return value * rounding.step


def with_amount(policy: Policy, scheme: Scheme, verdict: Verdict, row: Row, amount: Fraction | None) -> Verdict:
    """A candidate, an amount of nothing, or an undecided row with the names of what it lacks."""
    line = verdict.line
    assert scheme.amount is not None, "a check has no amount"
    if verdict.eligible and amount is not None and amount <= 0:
        return verdict.ends(denied(scheme, line, Reason.INELIGIBLE, ZERO, scheme.amount.grounds))
    missing, grounds = lacking(policy, scheme, row, amount)
    if missing or amount is None or not verdict.eligible:
        names = in_column_order(policy, scheme, missing)
        between = _between(policy, scheme, verdict, row, amount)
        return verdict.ends(undecided(scheme, line, names, grounds, between))
    used = (scheme.amount.grounds, *grounds_used(scheme.amount.value, row))
    return replace(verdict, amount=amount, grounds=used)


def lacking(policy: Policy, scheme: Scheme, row: Row, amount: Fraction | None) -> tuple[set[str], list[Grounds]]:
    """The names that a row's decision lacks and the grounds of the nodes that they leave undecided.

    What is unknown without a name to lay it to goes by its own: that of the requirement or limit, or 补贴金额.
    """
    names: set[str] = set()
    grounds: list[Grounds] = []
    for requirement in scheme.requirements:
        if truth(requirement.test, row) is None:
            names |= unknowns(requirement.test, row) or {requirement.name}
            grounds.append(requirement.grounds)
    if amount is None and scheme.amount is not None:
        names |= unknowns(scheme.amount.value, row) or {Supplied.AMOUNT}
        grounds += [scheme.amount.grounds, *grounds_lacking(scheme.amount.value, row)]
    met = row.with_given(**{Supplied.AMOUNT: amount or Fraction(0)})
    for limit in policy.limits_over(scheme.name):
        missing = _limit_lacks(limit, met)
        if missing:
            names |= missing
            grounds.append(limit.grounds)
    return names, grounds


def _limit_lacks(limit: Limit, row: Row) -> set[str]:
    """What a limit that the row meets, or may meet, needs and does not know: key, ordering date, measure."""
    if limit.when is not None:
        concerned = truth(limit.when, row)
        if concerned is None:
            return unknowns(limit.when, row) or {limit.name}
        if not concerned:
            return set()
    needed = [part.expr for part in limit.per]
    match limit.measure:
        case Total(measure=measure, room=room):
            needed += [measure, room]
        case SameKind(kind=kind):
            needed.append(kind)
    if row.day is not None:
        needed.append(row.day)
    missing = [node for node in needed if not is_known(node, row)]
    return {name for node in missing for name in unknowns(node, row) or {limit.name}}


def in_column_order(policy: Policy, scheme: Scheme, names: Iterable[str]) -> list[str]:
    """Names in the order of the record's columns, then open parameters in policy order, then others."""
    listed = [field.name for field in scheme.record.fields] + list(policy.parameters)
    rank = {name: place for place, name in enumerate(listed)}
    return sorted(names, key=lambda name: (rank.get(name, len(rank)), name))


def _between(policy: Policy, scheme: Scheme, verdict: Verdict, row: Row, amount: Fraction | None) -> Range:
    """The least and the most an undecided row could pay; nothing at all if a requirement or a limit may refuse it."""
    assert scheme.amount is not None, "a check has no amount"
    if amount is not None:  # rounded already, or a share, which need not be a multiple of the step
        low: Fraction | None = amount
        high: Fraction | None = amount
    else:
        low, high = (
            None if bound is None else rounded(policy.rounding, bound) for bound in bounds(scheme.amount.value, row)
        )
    certain = verdict.eligible and not policy.limits_over(scheme.name)
    return (low if certain else Fraction(0)), high
