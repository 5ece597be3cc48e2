"""What rows come to, region by region: how many, how many different ones, or what adds up.

Rows are taken one by one and kept by their region and their looks (see ``likeness``) alone, so that a column more
costs nothing per row. Figures are exact; what cannot be told is None:

* a measure that looks at a column that the files do not have, wherever they do not have it;
* a measure with a row of which it is unknown whether it counts, unless it would add nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from policyrun.interp.expressions import Row, evaluate
from policyrun.interp.likeness import Likeness, Looks, columns_asked
from policyrun.ir.nodes import Column, Expr, Literal
from policyrun.ir.policy import RecordType
from policyrun.ir.reporting import Measure
from policyrun.model.regions import Path, Region
from policyrun.model.settings import Settings
from policyrun.model.types import BOOL

#: What a row counts as in a measure of different ones.
Identity = tuple[Hashable, ...]


@dataclass(slots=True)
class _Alike:
    """Rows of one region that look alike: their numbers, the sums of their values, and who they are."""

    rows: list[int]
    sums: list[Fraction | None]
    identities: list[set[Identity]]


@dataclass(slots=True)
class _Figure:
    """What a measure comes to in one region: rows, a sum, or who they are; none of them where it is unknown."""

    known: bool = True
    rows: int = 0
    total: Fraction = Fraction(0)
    identities: set[Identity] = field(default_factory=set)

    def take(self, other: _Figure) -> None:
        self.known = self.known and other.known
        self.rows += other.rows
        self.total += other.total
        self.identities |= other.identities


class Measurer:
    """Takes rows, then says what each measure comes to in each region."""

    def __init__(
        self, measures: Sequence[Measure], record: RecordType, settings: Settings, absent: frozenset[str]
    ) -> None:
        """``absent``: columns that no file has, which are unknown everywhere."""
        self._measures = tuple(measures)
        self._likeness = Likeness([_condition(measure) for measure in measures], record, settings)
        self._totals = {_name(measure.total): measure.total for measure in measures if measure.total is not None}
        self._total_places = {name: place for place, name in enumerate(self._totals)}
        self._keys = {_signature(measure): measure.distinct for measure in measures if measure.distinct}
        self._key_places = {signature: place for place, signature in enumerate(self._keys)}
        self._alike: defaultdict[Path, dict[Looks, _Alike]] = defaultdict(dict)
        self._lacking: defaultdict[Path, frozenset[str]] = defaultdict(frozenset)
        self._asked = [columns_asked(_expressions(measure), record, settings) for measure in measures]
        self._absent = absent

    def lacks(self, path: Path, columns: frozenset[str]) -> None:
        """Note that a region has rows from a file without certain columns."""
        if columns:
            self._lacking[path] |= columns

    def add(self, path: Path, number: int, row: Row) -> None:
        """Take a row of a lowest region; ``number`` is how to find it again."""
        looks = self._likeness.looks(row)
        alike = self._alike[path].get(looks)
        if alike is None:
            alike = _Alike([], [Fraction(0)] * len(self._totals), [set() for _ in self._keys])
            self._alike[path][looks] = alike
        alike.rows.append(number)
        for place, total in enumerate(self._totals.values()):
            value, so_far = evaluate(total, row), alike.sums[place]
            alike.sums[place] = so_far + value if isinstance(value, Fraction) and so_far is not None else None
        for place, keys in enumerate(self._keys.values()):
            identity: Identity = tuple([evaluate(key, row) for key in keys])
            alike.identities[place].add((*identity, number) if None in identity else identity)

    def measured(self, regions: Sequence[Region]) -> Mapping[Path, tuple[Fraction | None, ...]]:
        """What each measure comes to in each region, those below it included; None where that cannot be told.

        Args:
            regions: each before those below it.
        """
        figures = {region.path: [_Figure() for _ in self._measures] for region in regions}
        for path in {*self._alike, *self._lacking}:
            for place, figure in enumerate(self._figures(path)):
                for depth in range(1, len(path) + 1):
                    figures[path[:depth]][place].take(figure)
        return {
            path: tuple(self._told(place, figure) for place, figure in enumerate(row)) for path, row in figures.items()
        }

    def behind(self, place: int, region: Path) -> list[int]:
        """The numbers of the rows that a measure counts in a region, in the order taken."""
        inside = (groups for path, groups in self._alike.items() if path[: len(region)] == region)
        return sorted(
            number
            for groups in inside
            for looks, alike in groups.items()
            if (place, True) in self._likeness.held(looks)
            for number in alike.rows
        )

    def _figures(self, path: Path) -> list[_Figure]:
        """What each measure comes to in a lowest region."""
        figures = [_Figure(known=not asked & self._lacking[path]) for asked in self._asked]
        for looks, alike in self._alike[path].items():
            for place, holds in self._likeness.held(looks):
                self._count(figures[place], self._measures[place], alike, holds)
        return figures

    def _count(self, figure: _Figure, measure: Measure, alike: _Alike, holds: bool | None) -> None:
        """Add rows that count, or (None) may count, to a figure."""
        if measure.distinct:
            figure.known &= holds is True
            figure.identities |= alike.identities[self._key_places[_signature(measure)]]
        elif measure.total is None:
            figure.known &= holds is True
            figure.rows += len(alike.rows)
        else:
            total = alike.sums[self._total_places[_name(measure.total)]]
            figure.known &= total is not None and (holds is True or not total)
            figure.total += total or 0

    def _told(self, place: int, figure: _Figure) -> Fraction | None:
        if not figure.known or self._asked[place] & self._absent:
            return None
        measure = self._measures[place]
        if measure.distinct:
            return Fraction(len(figure.identities))
        return Fraction(figure.rows) if measure.total is None else figure.total


def _condition(measure: Measure) -> Expr:
    return measure.where or Literal(type=BOOL, span=measure.span, value=True)


def _expressions(measure: Measure) -> list[Expr]:
    return [node for node in (measure.where, measure.total, *measure.distinct) if node is not None]


def _name(node: Expr) -> str | int:
    """What tells expressions apart: a column is the same wherever it is mentioned."""
    return node.name if isinstance(node, Column) else id(node)


def _signature(measure: Measure) -> tuple[str | int, ...]:
    return tuple(_name(node) for node in measure.distinct)
