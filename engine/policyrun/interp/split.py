"""分摊: a total shared by the rows of a group that meet every requirement, so that the shares sum to it exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from policyrun.interp.bounds import Range
from policyrun.interp.expressions import value_of
from policyrun.interp.judge import Verdict, in_column_order, invalid, lacking, rounded, undecided, with_amount
from policyrun.interp.records import SERIAL
from policyrun.ir.policy import Policy, Rounding, Scheme, Split
from policyrun.model.decision import Reason
from policyrun.model.values import Value

Key = tuple[Value | None, ...]


@dataclass(frozen=True, slots=True)
class EmptyGroup:
    """A group with no row to share its total, and therefore nothing paid; reported once."""

    scheme: str
    key: Key


def share_out(policy: Policy, scheme: Scheme, verdicts: list[Verdict]) -> tuple[list[Verdict], list[EmptyGroup]]:
    """Gives every row of a splitting scheme its share, or the reason why it has none."""
    split = scheme.split
    if split is None:
        return verdicts, []
    verdicts = _set_repeats_apart(scheme, split, verdicts)
    shared = {verdict.line.index: verdict for verdict in verdicts}
    empty: list[EmptyGroup] = []
    for key, group in _groups(split.per, (verdict for verdict in verdicts if _takes_part(verdict))).items():
        decided = _share_group(policy, scheme, split, group)
        shared.update((verdict.line.index, verdict) for verdict in decided)
        if not any(verdict.eligible for verdict in group) and not any(_waits(verdict) for verdict in group):
            empty.append(EmptyGroup(scheme.name, key))
    return [shared[verdict.line.index] for verdict in verdicts], empty


def _takes_part(verdict: Verdict) -> bool:
    return verdict.line.row is not None and (verdict.outcome is None or verdict.outcome.reason is not Reason.INVALID)


def _waits(verdict: Verdict) -> bool:
    """A row whose requirements are not all known, so that it may yet take a share."""
    return verdict.outcome is None and not verdict.eligible


def _groups(columns: Iterable[str], verdicts: Iterable[Verdict]) -> dict[Key, list[Verdict]]:
    """Rows by the cells of some columns, each group in the order of 序号."""
    groups: defaultdict[Key, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        row = verdict.line.row
        if row is not None:
            groups[tuple(row.cells.get(column) for column in columns)].append(verdict)
    return {key: sorted(group, key=_serial) for key, group in groups.items()}


def _serial(verdict: Verdict) -> Fraction:
    value = verdict.line.row.cells.get(SERIAL) if verdict.line.row else None
    assert isinstance(value, Fraction), "序号 types before anything is shared out"
    return value


def _invalid(scheme: Scheme, verdict: Verdict, column: str) -> Verdict:
    return replace(verdict, outcome=invalid(scheme, verdict.line, column), eligible=False, notices=frozenset())


def _set_repeats_apart(scheme: Scheme, split: Split, verdicts: list[Verdict]) -> list[Verdict]:
    """A person twice in a group: the rows after the first by 序号 are invalid."""
    changed: dict[int, Verdict] = {}
    for column in split.once:
        for group in _groups((*split.per, column), (one for one in verdicts if _takes_part(one))).values():
            changed.update((later.line.index, _invalid(scheme, later, column)) for later in group[1:])
    return [changed.get(verdict.line.index, verdict) for verdict in verdicts]


def _share_group(policy: Policy, scheme: Scheme, split: Split, group: list[Verdict]) -> list[Verdict]:
    totals = {verdict.line.row.cells.get(split.total) for verdict in group if verdict.line.row}
    if len(totals) > 1:
        return [_invalid(scheme, verdict, split.total) for verdict in group]
    (total,) = totals
    takers = [verdict for verdict in group if verdict.outcome is None]
    if not takers or not isinstance(total, Fraction):
        return group
    sharing = _Sharing(total, policy.rounding, _way(split, takers[0]))
    if any(_waits(verdict) for verdict in takers):
        return _wait(policy, scheme, sharing, group, takers)
    count = len(takers)
    if not sharing.is_payable(count):
        return [_invalid(scheme, verdict, split.total) for verdict in group]
    return _each(group, takers, lambda place, taker: _taken(policy, scheme, taker, sharing.share(place, count)))


def _taken(policy: Policy, scheme: Scheme, taker: Verdict, share: Fraction) -> Verdict:
    row = taker.line.row
    assert row is not None and scheme.split is not None
    taken = with_amount(policy, scheme, taker, row, share)
    return replace(taken, grounds=(*taken.grounds, scheme.split.grounds))


def _way(split: Split, taker: Verdict) -> Value | None:
    """Who takes what does not divide: 末行 or 最大余数."""
    return value_of(split.remainder, taker.line.row) if taker.line.row else None


@dataclass(frozen=True, slots=True)
class _Sharing:
    """How a total is shared, whoever shares it."""

    total: Fraction
    rounding: Rounding
    way: Value | None

    def share(self, place: int, count: int) -> Fraction:
        """The share of the row at a place, from 0, in the order of 序号; those of all places sum to the total."""
        if self.way == "最大余数":
            whole, over = divmod(self.total / self.rounding.step, count)
            return (whole + (1 if place < over else 0)) * self.rounding.step
        each = rounded(self.rounding, self.total / count)
        return each if place < count - 1 else self.total - each * (count - 1)

    def is_payable(self, count: int) -> bool:
        """Whether the last share is enough to be paid; if not, the total cannot be right."""
        return self.share(count - 1, count) >= self.rounding.step

    def between(self, fewest: int, most: int) -> Range:
        """The least and the most that one of so many rows gets; nothing where the total cannot be right."""
        shares = [
            self.share(place, count) if self.is_payable(count) else Fraction(0)
            for count in range(fewest, most + 1)
            for place in (0, count - 1)
        ]
        return min(shares), max(shares)


def _wait(
    policy: Policy, scheme: Scheme, sharing: _Sharing, group: list[Verdict], takers: list[Verdict]
) -> list[Verdict]:
    """While a row of the group is undecided, the eligible ones wait for what it misses."""
    lacks = {
        verdict.line.index: lacking(policy, scheme, verdict.line.row, Fraction(0))
        for verdict in takers
        if verdict.line.row and not verdict.eligible
    }
    missing = {name for names, _ in lacks.values() for name in names}
    grounds = [one for _, those in lacks.values() for one in those]
    sure, count = len(takers) - len(lacks), len(takers)
    sure_of_it = sharing.between(max(sure, 1), count)
    unsure = (Fraction(0), sharing.between(sure + 1, count)[1])

    def ended(_place: int, verdict: Verdict) -> Verdict:
        names, why = lacks.get(verdict.line.index, (missing, grounds))
        between = sure_of_it if verdict.eligible else unsure
        return verdict.ends(undecided(scheme, verdict.line, in_column_order(policy, scheme, names), why, between))

    return _each(group, takers, ended)


def _each(group: list[Verdict], chosen: list[Verdict], change: Callable[[int, Verdict], Verdict]) -> list[Verdict]:
    """The group with the chosen rows changed."""
    changed = {verdict.line.index: change(place, verdict) for place, verdict in enumerate(chosen)}
    return [changed.get(verdict.line.index, verdict) for verdict in group]
