"""汇总: what a run comes to, by every grouping that is shown, and the proof that each adds up.

In: a run. Out: counts of rows and sums of yuan as exact rationals. Every grouping but the one by rule is a partition
of the rows it covers; ``reconcile`` says where one is not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from policyrun.app.result import RunResult
from policyrun.model.decision import Conclusion, Outcome

#: A group's name: one text per column of the grouping.
Key = tuple[str, ...]
#: What is paid to whom.
PAYMENTS, PAYMENT_COLUMNS = "付款清单", ("受款人", "收款方", "资金渠道")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows, and what they were granted in yuan."""

    rows: int
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Line:
    """One group of a grouping."""

    key: Key
    tally: Tally


@dataclass(frozen=True, slots=True)
class Grouping:
    """Rows by what ``columns`` name.

    Attributes:
        title: what it is called where it is shown.
        lines: in order of first appearance in the result; reasons by conclusion and number, rules and payments by name.
        granted_only: whether it covers the granted rows alone.
        overlapping: whether a row may stand in several lines, so that they do not add up.
    """

    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    granted_only: bool = False
    overlapping: bool = False


@dataclass(frozen=True, slots=True)
class Undecided:
    """What the undecided rows of a scheme could come to, in yuan.

    Attributes:
        rows: how many there are.
        bounded: for how many the most is known.
        least: what they pay at least; a row without a bound counts as nothing.
        most: what the bounded ones pay at most.
    """

    scheme: str
    rows: int
    bounded: int
    least: Fraction
    most: Fraction


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything the page 汇总 shows.

    Attributes:
        total: all input rows, counted from the input, and the sum of all amounts.
        granted: the rows concluded 准予 in schemes that pay.
        conclusions: for each scheme in order, how many rows came to each conclusion.
        undecided: for each scheme that pays and has undecided rows.
        missing: what undecided rows lack, and how many lack it, the most frequent first.
        checks: the schemes that only check and pay nothing.
    """

    total: Tally
    granted: Tally
    conclusions: tuple[tuple[str, tuple[tuple[Conclusion, Tally], ...]], ...]
    by_scheme: Grouping
    by_conclusion: Grouping
    by_reason: Grouping
    by_rule: Grouping
    by_fund: Grouping
    by_payee: Grouping
    undecided: tuple[Undecided, ...]
    missing: tuple[tuple[str, int], ...] = ()
    checks: frozenset[str] = frozenset()

    def concluded(self) -> dict[Conclusion, int]:
        """How many rows of the whole input came to each conclusion."""
        counts = dict.fromkeys(Conclusion, 0)
        for _, tallies in self.conclusions:
            for conclusion, tally in tallies:
                counts[conclusion] += tally.rows
        return counts

    @property
    def groupings(self) -> tuple[Grouping, ...]:
        return (
            self.by_scheme,
            self.by_conclusion,
            self.by_reason,
            self.by_rule,
            self.by_fund,
            self.by_payee,
        )


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A grouping that does not add up to the whole."""

    title: str
    found: Tally
    expected: Tally


def summarise(run: RunResult) -> Summary:
    """Count and add up a run."""
    outcomes = list(run.outcomes())
    checks = frozenset(part.scheme.name for part in run.schemes if part.scheme.amount is None)
    granted = _granted(run)
    rows_in = sum(len(part.data.rows) for part in run.schemes)
    return Summary(
        total=Tally(rows_in, _sum(outcomes)),
        granted=Tally(len(granted), _sum(granted)),
        conclusions=tuple((part.scheme.name, _by_conclusion(part.outcomes)) for part in run.schemes),
        by_scheme=_group("按项目", ("项目",), outcomes, lambda o: ((o.scheme,),)),
        by_conclusion=_group("按结论", ("结论",), outcomes, lambda o: ((o.conclusion.value,),)),
        by_reason=ranked(_group("按原因", ("结论", "原因代码"), outcomes, lambda o: ((o.conclusion.value, o.code),))),
        by_rule=by_rule(
            _group("按规则", ("规则",), outcomes, lambda o: [(r,) for r in dict.fromkeys(o.rules)], overlapping=True)
        ),
        by_fund=_group("按资金渠道", ("资金渠道",), granted, lambda o: ((o.fund or "",),), granted_only=True),
        by_payee=_group("按受款人", ("受款人",), granted, lambda o: ((o.payee or "",),), granted_only=True),
        undecided=tuple(
            _undecided(part.scheme.name, part.outcomes)
            for part in run.schemes
            if part.scheme.amount is not None and _any_open(part.outcomes)
        ),
        missing=ranked_names(
            Counter(
                name for outcome in outcomes if outcome.conclusion is Conclusion.UNDECIDED for name in outcome.about
            )
        ),
        checks=checks,
    )


def payments(run: RunResult) -> Grouping:
    """付款清单: one line per 受款人, 收款方 and 资金渠道, by name. Apart from the summary because it can be long."""
    paid = sorted(_granted(run), key=lambda outcome: _payment_key(outcome)[0])
    return _group(PAYMENTS, PAYMENT_COLUMNS, paid, _payment_key, granted_only=True)


def ranked_names(rows: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Names with how many rows lack them, the most frequent first, then by name."""
    return tuple(sorted(rows.items(), key=lambda pair: (-pair[1], pair[0])))


def reconcile(summary: Summary, *beside: Grouping) -> tuple[Mismatch, ...]:
    """Where counts do not add up to the input, or amounts to the total; empty when everything agrees.

    Args:
        beside: more groupings of the same run.
    """
    found = []
    for grouping in (*summary.groupings, *beside):
        if grouping.overlapping:
            continue
        expected = summary.granted if grouping.granted_only else summary.total
        tally = add_up(line.tally for line in grouping.lines)
        if tally != expected:
            found.append(Mismatch(grouping.title, tally, expected))
    by_both = add_up(tally for _, tallies in summary.conclusions for _, tally in tallies)
    if by_both != summary.total:
        found.append(Mismatch("按项目和结论", by_both, summary.total))
    if summary.granted.amount != summary.total.amount:
        found.append(Mismatch("准予", summary.granted, summary.total))
    return tuple(found)


def _group(
    title: str,
    columns: tuple[str, ...],
    outcomes: Iterable[Outcome],
    keys: Callable[[Outcome], Iterable[Key]],
    *,
    granted_only: bool = False,
    overlapping: bool = False,
) -> Grouping:
    """Rows by key, in order of first appearance; ``keys`` gives several for an overlapping grouping."""
    rows: dict[Key, int] = {}
    amounts: dict[Key, Fraction] = {}
    for outcome in outcomes:
        for key in keys(outcome):
            rows[key] = rows.get(key, 0) + 1
            if outcome.amount:
                amounts[key] = amounts.get(key, Fraction(0)) + outcome.amount
    lines = tuple(Line(key, Tally(count, amounts.get(key, Fraction(0)))) for key, count in rows.items())
    return Grouping(title, columns, lines, granted_only, overlapping)


def ranked(grouping: Grouping) -> Grouping:
    """By conclusion as the contract lists them, then the most frequent first."""
    rank = {conclusion.value: place for place, conclusion in enumerate(Conclusion)}
    lines = sorted(grouping.lines, key=lambda line: (rank[line.key[0]], -line.tally.rows, line.key))
    return replace(grouping, lines=tuple(lines))


def by_rule(grouping: Grouping) -> Grouping:
    """Rows under each rule that decided them, rules by the letters and then the number of their ids."""
    lines = sorted(grouping.lines, key=lambda line: _natural(line.key[0]))
    return replace(grouping, lines=tuple(lines))


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts ``HB-E2`` before ``HB-E14``."""
    parts = re.split(r"([0-9]+)", name)
    return [(int(part), "") if place % 2 else (0, part) for place, part in enumerate(parts)]


def _payment_key(outcome: Outcome) -> tuple[Key]:
    return ((outcome.payee or "", outcome.payee_name or "", outcome.fund or ""),)


def _by_conclusion(outcomes: Iterable[Outcome]) -> tuple[tuple[Conclusion, Tally], ...]:
    """A tally for each conclusion, those without rows included."""
    grouping = _group("", (), outcomes, lambda o: ((o.conclusion.value,),))
    tallies = {line.key[0]: line.tally for line in grouping.lines}
    return tuple((each, tallies.get(each.value, Tally(0, Fraction(0)))) for each in Conclusion)


def _granted(run: RunResult) -> list[Outcome]:
    """The rows that are paid, in the order of the result."""
    paying = (part for part in run.schemes if part.scheme.amount is not None)
    return [each for part in paying for each in part.outcomes if each.conclusion is Conclusion.GRANTED]


def _any_open(outcomes: Iterable[Outcome]) -> bool:
    return any(outcome.conclusion is Conclusion.UNDECIDED for outcome in outcomes)


def _undecided(scheme: str, outcomes: Iterable[Outcome]) -> Undecided:
    rows = [outcome for outcome in outcomes if outcome.conclusion is Conclusion.UNDECIDED]
    return Undecided(
        scheme=scheme,
        rows=len(rows),
        bounded=sum(1 for outcome in rows if outcome.most is not None),
        least=sum((outcome.least or Fraction(0) for outcome in rows), Fraction(0)),
        most=sum((outcome.most or Fraction(0) for outcome in rows), Fraction(0)),
    )


def _sum(outcomes: Iterable[Outcome]) -> Fraction:
    return sum((outcome.amount for outcome in outcomes if outcome.amount), Fraction(0))


def add_up(tallies: Iterable[Tally]) -> Tally:
    """The sum of counts and amounts."""
    rows, amount = 0, Fraction(0)
    for tally in tallies:
        rows, amount = rows + tally.rows, amount + tally.amount
    return Tally(rows, amount)
