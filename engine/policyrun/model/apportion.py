"""Sharing a whole number of pieces by weights: exact proportion within bounds, then the largest remainders.

First everyone gets what is exactly in proportion. Who falls short of a minimum gets the minimum and who exceeds a
maximum the maximum; what that takes or leaves is shared by the others, until nobody is outside. Then all are rounded
down and the pieces left over go, one each, to the largest remainders; of equal remainders the larger weight comes
first, then the name that is first by code point. The order of the units makes no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import floor


@dataclass(frozen=True, slots=True)
class Unit:
    """Who gets a share. ``most`` is None where there is no maximum; names are unique."""

    name: str
    weight: Fraction
    least: int = 0
    most: int | None = None


class Bound(Enum):
    """Which of its bounds a unit was held to."""

    NONE = "none"
    LEAST = "least"
    MOST = "most"


@dataclass(frozen=True, slots=True)
class Portion:
    """What a unit gets.

    Attributes:
        exact: its share before rounding.
        pieces: its share.
        rank: its place among the remainders, from 1; 0 where it has none.
        extra: whether it got one of the pieces left over.
    """

    unit: Unit
    exact: Fraction
    pieces: int
    bound: Bound
    rank: int = 0
    extra: bool = False

    @property
    def remainder(self) -> Fraction:
        return self.exact - floor(self.exact)


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Why a total cannot be shared: the least or the most that all units together can get, where that is the reason."""

    least: int | None = None
    most: int | None = None


def apportion(total: int, units: Sequence[Unit]) -> tuple[Portion, ...] | Infeasible:
    """Shares that add up to the total exactly, in the order of the units.

    >>> [portion.pieces for portion in apportion(10, [Unit("甲", Fraction(1)), Unit("乙", Fraction(2))])]
    [3, 7]
    """
    least = sum(unit.least for unit in units)
    if total < least:
        return Infeasible(least=least)
    # Nobody without a weight gets more than has to be.
    ceilings = [unit.least if not unit.weight else unit.most for unit in units]
    if None not in ceilings and total > (most := sum(one for one in ceilings if one is not None)):
        return Infeasible(most=most)
    exact, bounds = _within_bounds(total, units)
    return _rounded(total, units, exact, bounds)


def _within_bounds(total: int, units: Sequence[Unit]) -> tuple[list[Fraction], list[Bound]]:
    """Exact shares in one proportion, but for those that a bound holds."""
    exact = [Fraction(unit.least) for unit in units]
    bounds = [Bound.NONE if unit.weight else Bound.LEAST for unit in units]
    free = [place for place, unit in enumerate(units) if unit.weight]
    while free:
        left = total - sum((exact[place] for place in range(len(units)) if place not in set(free)), Fraction(0))
        weights = sum(units[place].weight for place in free)
        for place in free:
            exact[place] = left * units[place].weight / weights
        short = {place: units[place].least - exact[place] for place in free if exact[place] < units[place].least}
        over = {
            place: exact[place] - most
            for place in free
            if (most := units[place].most) is not None and exact[place] > most
        }
        if not short and not over:
            break
        # The greater of the two moves the proportion that way, so that who is outside on that side stays outside.
        lacking, exceeding = sum(short.values()), sum(over.values())
        if lacking >= exceeding:
            for place in short:
                exact[place], bounds[place] = Fraction(units[place].least), Bound.LEAST
        if exceeding >= lacking:
            for place in over:
                exact[place], bounds[place] = Fraction(units[place].most or 0), Bound.MOST
        free = [place for place in free if bounds[place] is Bound.NONE]
    return exact, bounds


def _rounded(
    total: int, units: Sequence[Unit], exact: Sequence[Fraction], bounds: Sequence[Bound]
) -> tuple[Portion, ...]:
    pieces = [floor(share) for share in exact]
    with_remainder = [place for place, share in enumerate(exact) if share != pieces[place]]
    ranked = sorted(
        with_remainder,
        key=lambda place: (pieces[place] - exact[place], -units[place].weight, units[place].name),
    )
    left = total - sum(pieces)
    ranks = {place: rank for rank, place in enumerate(ranked, 1)}
    return tuple(
        Portion(
            unit=unit,
            exact=exact[place],
            pieces=pieces[place] + (1 if 0 < ranks.get(place, 0) <= left else 0),
            bound=bounds[place],
            rank=ranks.get(place, 0),
            extra=0 < ranks.get(place, 0) <= left,
        )
        for place, unit in enumerate(units)
    )
