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
from policyrun.interp.likeness import Likeness, Looks, columns_asked, settled
from policyrun.ir.nodes import Column, Expr, Literal
from policyrun.ir.policy import RecordType
from policyrun.ir.reporting import Measure
from policyrun.model.regions import Path, Region
from policyrun.model.settings import Settings
from policyrun.model.types import BOOL

#: What a row counts as in a measure of different ones.
Identity = tuple[Hashable, ...]


#: What adds up, or what makes rows different ones: expressions with the same names are worth the same.
Name = str | int
Signature = tuple[Name, ...]


@dataclass(slots=True)
class _Alike:
    """Rows of one region that look alike: their numbers, and what the measures that count them need of their cells.

    Attributes:
        sums: value added up → its sum; None once one is unknown.
        identities: what makes rows different → who they are.
    """

    rows: list[int]
    sums: dict[Name, Fraction | None]
    identities: dict[Signature, set[Identity]]


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
        self._totals = [measure.total and settled(measure.total, record, settings) for measure in measures]
        self._keys = [tuple(settled(key, record, settings) for key in measure.distinct) for measure in measures]
        self._summed = {_name(total): total for total in self._totals if total is not None}
        self._told_apart = {_signature(keys): keys for keys in self._keys if keys}
        self._alike: defaultdict[Path, dict[Looks, _Alike]] = defaultdict(dict)
        self._lacking: defaultdict[Path, frozenset[str]] = defaultdict(frozenset)
        self._asked = [columns_asked(expressions_of(measure), record, settings) for measure in measures]
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
            alike = self._alike[path][looks] = self._none_yet(looks)
        alike.rows.append(number)
        for name, so_far in alike.sums.items():
            value = evaluate(self._summed[name], row)
            alike.sums[name] = so_far + value if isinstance(value, Fraction) and so_far is not None else None
        for signature, identities in alike.identities.items():
            identity: Identity = tuple([evaluate(key, row) for key in self._told_apart[signature]])
            identities.add((*identity, number) if None in identity else identity)

    def _none_yet(self, looks: Looks) -> _Alike:
        """No rows of certain looks, with room for what the measures that such rows count in need."""
        places = [place for place, _holds in self._likeness.held(looks)]
        totals = (self._totals[place] for place in places)
        return _Alike(
            [],
            {_name(total): Fraction(0) for total in totals if total is not None},
            {_signature(self._keys[place]): set() for place in places if self._keys[place]},
        )

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
                self._count(figures[place], place, alike, holds)
        return figures

    def _count(self, figure: _Figure, place: int, alike: _Alike, holds: bool | None) -> None:
        """Add rows that count, or (None) may count, to a figure of the measure at a place."""
        total = self._totals[place]
        if self._keys[place]:
            figure.known &= holds is True
            figure.identities |= alike.identities[_signature(self._keys[place])]
        elif total is None:
            figure.known &= holds is True
            figure.rows += len(alike.rows)
        else:
            added = alike.sums[_name(total)]
            figure.known &= added is not None and (holds is True or not added)
            figure.total += added or 0

    def _told(self, place: int, figure: _Figure) -> Fraction | None:
        if not figure.known or self._asked[place] & self._absent:
            return None
        measure = self._measures[place]
        if measure.distinct:
            return Fraction(len(figure.identities))
        return Fraction(figure.rows) if measure.total is None else figure.total


def _condition(measure: Measure) -> Expr:
    return measure.where or Literal(type=BOOL, span=measure.span, value=True)


def expressions_of(measure: Measure) -> list[Expr]:
    """All that a measure asks of a row."""
    return [node for node in (measure.where, measure.total, *measure.distinct) if node is not None]


def _name(node: Expr) -> Name:
    """What tells expressions apart: a column is the same wherever it is mentioned."""
    return node.name if isinstance(node, Column) else id(node)


def _signature(keys: Sequence[Expr]) -> Signature:
    return tuple(_name(node) for node in keys)
