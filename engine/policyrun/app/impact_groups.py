"""The money of an impact by scheme, rule, region, group, payee and fund; and how the changes are spread."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from policyrun.app.impact import Impact
from policyrun.app.impact_listed import Turns
from policyrun.app.impact_whole import Shift, things_counted_by

#: At most this many bars in a distribution.
BARS = 12


@dataclass(frozen=True, slots=True)
class Grouping:
    """The granted records by one thing.

    Attributes:
        overlapping: whether a record may stand in several groups, so that they do not add up.
    """

    title: str
    shifts: tuple[Shift, ...]
    overlapping: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """Records whose change lies in ``least`` to ``most`` yuan, both included where they are equal."""

    least: Fraction
    most: Fraction
    rows: int


def groupings(impact: Impact) -> tuple[Grouping, ...]:
    """By scheme, rule, region, columns that a policy groups by, payee and fund; one with nothing in it is left out."""
    decided = [part.scheme for run in (impact.after, impact.before) for part in run.schemes]
    things = things_counted_by(impact.before.policy, impact.after.policy, decided)
    made = (Grouping(by.title, impact.whole.shifts(by), by.is_overlapping) for by in things)
    return tuple(each for each in made if each.shifts)


def adds_up(grouping: Grouping, impact: Impact) -> bool:
    """Whether the groups come to the totals of both runs; overlapping ones need not."""
    if grouping.overlapping:
        return True
    old = sum((shift.old for shift in grouping.shifts), Fraction(0))
    new = sum((shift.new for shift in grouping.shifts), Fraction(0))
    return (old, new) == (impact.old_total, impact.new_total)


def distribution(turns: Turns) -> tuple[Bar, ...]:
    """How many records changed by how much: each amount by itself where they are few, else in even steps."""
    exact = turns.by_change(BARS)
    if exact is not None:
        return tuple(Bar(change, change, rows) for change, rows in exact.items())
    least, most = turns.bounds()
    step = _step(most - least)
    rows = turns.spread(step)
    return tuple(Bar(place * step, (place + 1) * step, rows.get(place, 0)) for place in range(min(rows), max(rows) + 1))


def _step(width: Fraction) -> Fraction:
    """The smallest of 1, 2, 5, 10, 20 … yuan (or 0.01 and so on) that cuts a width into few enough steps."""
    step = Fraction(1, 100)
    while True:
        for factor in (1, 2, 5):
            if width / (step * factor) < BARS - 1:
                return step * factor
        step *= 10
