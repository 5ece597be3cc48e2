"""分摊: a total shared by the rows of a group that meet every requirement, so that the shares sum to it exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from policyrun.interp.expressions import value_of
from policyrun.interp.judge import Verdict, in_column_order, invalid, lacking, rounded, undecided, with_amount
from policyrun.interp.records import SERIAL
from policyrun.ir.policy import Policy, Scheme, Split
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
    waiting = [verdict for verdict in group if _waits(verdict)]
    if waiting:
        return _wait(policy, scheme, group, waiting)
    takers = [verdict for verdict in group if verdict.outcome is None]
    (total,) = totals
    if not takers or not isinstance(total, Fraction):
        return group
    shares = _shares(policy, split, total, takers)
    if shares[-1] < policy.rounding.step:
        return [_invalid(scheme, verdict, split.total) for verdict in group]
    return _each(group, takers, lambda place, taker: _taken(policy, scheme, taker, shares[place]))


def _taken(policy: Policy, scheme: Scheme, taker: Verdict, share: Fraction) -> Verdict:
    row = taker.line.row
    assert row is not None and scheme.split is not None
    taken = with_amount(policy, scheme, taker, row, share)
    return replace(taken, grounds=(*taken.grounds, scheme.split.grounds))


def _shares(policy: Policy, split: Split, total: Fraction, takers: list[Verdict]) -> list[Fraction]:
    """Shares in the order of 序号 that sum to the total."""
    count, step = len(takers), policy.rounding.step
    row = takers[0].line.row
    if row is not None and value_of(split.remainder, row) == "最大余数":
        whole, over = divmod(total / step, count)
        return [(whole + (1 if place < over else 0)) * step for place in range(count)]
    share = rounded(policy.rounding, total / count)
    return [share] * (count - 1) + [total - share * (count - 1)]


def _wait(policy: Policy, scheme: Scheme, group: list[Verdict], waiting: list[Verdict]) -> list[Verdict]:
    """While a row of the group is undecided, the eligible ones wait for what it misses."""
    found = [lacking(policy, scheme, verdict.line.row, Fraction(0)) for verdict in waiting if verdict.line.row]
    names = in_column_order(policy, scheme, {name for missing, _ in found for name in missing})
    grounds = [one for _, those in found for one in those]

    eligible = [verdict for verdict in group if verdict.outcome is None and verdict.eligible]
    rest = [
        verdict
        if verdict.outcome or verdict.eligible or verdict.line.row is None
        else with_amount(policy, scheme, verdict, verdict.line.row, Fraction(0))
        for verdict in group
    ]
    return _each(rest, eligible, lambda _, verdict: verdict.ends(undecided(scheme, verdict.line, names, grounds)))


def _each(group: list[Verdict], chosen: list[Verdict], change: Callable[[int, Verdict], Verdict]) -> list[Verdict]:
    """The group with the chosen rows changed."""
    changed = {verdict.line.index: change(place, verdict) for place, verdict in enumerate(chosen)}
    return [changed.get(verdict.line.index, verdict) for verdict in group]
