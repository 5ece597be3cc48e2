"""What a change does to people and money: two runs over the same records, record by record.

In: two runs. Out: the records decided differently, whom they concern, and the money by everything that it is counted
by. Amounts are yuan as exact rationals; the changes of the records add up to the change of the totals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from policyrun.app.impact_listed import Turns, TurnsAtHand
from policyrun.app.impact_turns import Decided, Kind, Turn
from policyrun.app.impact_whole import AtHand, Whole
from policyrun.app.result import RunResult, SchemeResult
from policyrun.model.decision import Outcome

#: A record: scheme, file, sheet, row number.
_Place = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True)
class Impact:
    """Two runs over the same records.

    Attributes:
        turns: the records decided differently; none where only sums were asked for.
        whole: all records.
        retold: gives one of the turns with all that its story looks at.
    """

    before: RunResult
    after: RunResult
    turns: Turns
    whole: Whole
    retold: Callable[[Turn], Turn] = lambda turn: turn

    @property
    def rows(self) -> int:
        return self.whole.rows

    @property
    def turned(self) -> int:
        """How many records are decided differently."""
        return self.whole.turned

    @property
    def old_total(self) -> Fraction:
        return self.whole.old_total

    @property
    def new_total(self) -> Fraction:
        return self.whole.new_total

    @property
    def change(self) -> Fraction:
        return self.new_total - self.old_total

    @property
    def persons(self) -> int:
        """How many people the turns concern."""
        return self.whole.persons

    def rows_by_kind(self) -> Mapping[Kind, int]:
        """How many records changed in each way; every way is there."""
        return self.whole.rows_by_kind

    def persons_by_kind(self) -> Mapping[Kind, int]:
        """How many people gain, lose or are paid otherwise over all their records; each person counts once."""
        return self.whole.persons_by_kind

    def persons_paid(self) -> tuple[int, int]:
        """How many people are granted anything, before and after."""
        return self.whole.persons_paid


def compare(before: RunResult, after: RunResult) -> Impact:
    """Pairs the records of two runs by where they stand in their files.

    A scheme that one policy lacks is no error: what the other decides about its records is the difference.
    """
    left, right = _by_place(before), _by_place(after)
    records = tuple(Turn(left.get(place), right.get(place)) for place in dict.fromkeys([*left, *right]))
    whole = AtHand(records, tuple(turn for turn in records if not turn.is_same))
    return adding_up(Impact(before, after, TurnsAtHand(whole.turns), whole))


def adding_up(impact: Impact) -> Impact:
    """The impact itself, once it is seen that its changes add up."""
    assert impact.turns.change == impact.change, "the changes of the records add up to the change of the totals"
    return impact


def _by_place(result: RunResult) -> dict[_Place, Decided]:
    return {place: Decided(part, outcome) for part in result.schemes for place, outcome in _places(part)}


def _places(part: SchemeResult) -> Iterator[tuple[_Place, Outcome]]:
    for outcome in part.outcomes:
        origin = part.data.origins[outcome.row]
        yield (part.scheme.name, origin.path, origin.sheet, origin.number), outcome
