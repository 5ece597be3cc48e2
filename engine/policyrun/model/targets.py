"""Targets held against each other: sums of regions, and relations among the targets of a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from policyrun.model.regions import Path, Region, regions_of
from policyrun.model.vocabulary import GOALS, Goal, Quota, QuotaCell, SourceStatus, TargetRelation, Term

#: What a unit may begin with, and how many of the thing counted that is.
_TEN_THOUSAND = "万"


def scale(unit: str) -> int:
    """How many of what is counted make one of a unit: 万人次 is 10,000 人次."""
    return 10_000 if unit.startswith(_TEN_THOUSAND) else 1


@dataclass(frozen=True, slots=True)
class Compared:
    """Two figures that should stand in a relation, in the unit of the first.

    Attributes:
        relation: None: a region's target should be the sum of those below it.
        indicator: the first figure, as the table calls it.
        asked: whether they should; parts that overlap need not add up.
        printed: whether all figures stand so in the document; otherwise one was corrected or inferred.
        why: what the policy says of a difference that the document itself has.
    """

    path: Path
    relation: TargetRelation | None
    indicator: str
    unit: str
    left: Fraction
    right: Fraction
    asked: bool
    printed: bool
    why: str = ""

    @property
    def holds(self) -> bool:
        gap = self.left - self.right
        if self.relation is None:
            return gap == 0
        return abs(gap) <= self.relation.within if self.relation.equal else gap <= self.relation.within


def compared(quota: Quota, quotas: Sequence[Quota], goals: Sequence[Goal]) -> Iterator[Compared]:
    """Every sum and relation of a table, row by row; where a figure is missing there is nothing to compare."""
    figures = _Figures(quota, quotas, goals)
    for region in regions_of(quota):
        cells = {cell.indicator: cell for cell in region.node.cells}
        for cell in region.node.cells:
            summed = _summed(quota, region, cell)
            if summed is not None:
                yield summed
        for relation in quota.relations:
            if _is_of(relation, region):
                told = figures.told(relation, region, cells)
                if told is not None:
                    yield told


def _is_of(relation: TargetRelation, region: Region) -> bool:
    if relation.of_whole:
        return len(region.path) == 1
    return not relation.levels or region.level in relation.levels


def _summed(quota: Quota, region: Region, cell: QuotaCell) -> Compared | None:
    """A target against the sum of those below it; None where one of them has none, for that sum is another."""
    below = [part for child in region.node.children for part in child.cells if part.indicator == cell.indicator]
    if not below or len(below) < len(region.node.children):
        return None
    return Compared(
        region.path,
        None,
        cell.indicator,
        _units(quota)[cell.indicator],
        cell.target,
        sum((part.target for part in below), Fraction(0)),
        cell.indicator in quota.additive,
        all(one.status is SourceStatus.ORIGINAL for one in (cell, *below)),
        cell.note if cell.status is SourceStatus.ORIGINAL else "",
    )


@dataclass(frozen=True, slots=True)
class _Figure:
    """A target in single ones, the unit it is printed in, and whether it stands so in the document."""

    amount: Fraction
    unit: str
    printed: bool


class _Figures:
    """The targets that relations of a table look at."""

    def __init__(self, quota: Quota, quotas: Sequence[Quota], goals: Sequence[Goal]) -> None:
        self._units = _units(quota)
        self._tables = {
            one.name: (_units(one), {region.path[1:]: region.node for region in regions_of(one)}) for one in quotas
        }
        self._goals = {goal.name: goal for goal in goals}

    def told(self, relation: TargetRelation, region: Region, cells: Mapping[str, QuotaCell]) -> Compared | None:
        """The two sides of a relation in a row; None where a figure is missing."""
        left = self._figure(relation.left, region, cells)
        right = [self._figure(term, region, cells) for term in relation.right]
        known = [one for one in right if one is not None]
        if left is None or len(known) < len(right):
            return None
        one = scale(left.unit)
        together = sum((each.amount for each in known), Fraction(0)) * relation.times
        return Compared(
            region.path,
            relation,
            relation.left.name,
            left.unit,
            left.amount / one,
            together / one,
            not relation.advisory,
            all(each.printed for each in (left, *known)),
        )

    def _figure(self, term: Term, region: Region, cells: Mapping[str, QuotaCell]) -> _Figure | None:
        if term.table == GOALS:
            goal = self._goals.get(term.name)
            return None if goal is None else _Figure(goal.target * scale(goal.unit), goal.unit, True)
        units = self._units
        if term.table:
            units, nodes = self._tables[term.table]
            node = nodes.get(region.path[1:])
            cells = {} if node is None else {cell.indicator: cell for cell in node.cells}
        cell = cells.get(term.name)
        return None if cell is None else _in_ones(cell, units[term.name])


def _in_ones(cell: QuotaCell, unit: str) -> _Figure:
    return _Figure(cell.target * scale(unit), unit, cell.status is SourceStatus.ORIGINAL)


def _units(quota: Quota) -> dict[str, str]:
    return dict(zip(quota.indicators, quota.units, strict=True))
