"""What a change does to people and money: two runs over the same records, record by record.

In: two runs. Out: the records decided differently, whom they concern, and the money by everything that it is counted
by. Amounts are yuan as exact rationals; the changes of the records add up to the change of the totals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from policyrun.app.result import RunResult, SchemeResult
from policyrun.model.decision import Conclusion, Outcome
from policyrun.source.messages import _

#: A record: scheme, file, sheet, row number.
_Place = tuple[str, str, str, int]


class Kind(Enum):
    """What a change does to a record, or to a person over all records of theirs."""

    GAINED = _("新得")
    LOST = _("不再得")
    MORE = _("增加")
    LESS = _("减少")
    OTHER = _("金额不变")


@dataclass(frozen=True, slots=True)
class Decided:
    """A record with the decision of one run on it."""

    part: SchemeResult
    outcome: Outcome

    @property
    def is_granted(self) -> bool:
        return self.outcome.conclusion is Conclusion.GRANTED

    @property
    def paid(self) -> Fraction:
        """Yuan; a record that is not granted is paid nothing."""
        return (self.outcome.amount or Fraction(0)) if self.is_granted else Fraction(0)

    @property
    def person(self) -> str:
        """The ID number it is about, "" where the record has none."""
        named = (field.name for field in self.part.scheme.record.fields if field.cell == "id_card")
        return next((text for name in named if (text := self.cell(name))), "").upper()

    def cell(self, column: str) -> str:
        """The text of a column, "" where the file has no such column."""
        data = self.part.data
        if column not in data.columns:
            return ""
        return data.rows[self.outcome.row][data.columns.index(column)].text.strip()


@dataclass(frozen=True, slots=True)
class Turn:
    """A record as either run decided it; None where that policy has no such scheme."""

    old: Decided | None
    new: Decided | None

    @property
    def either(self) -> Decided:
        """The record itself, as the later run knows it."""
        decided = self.new or self.old
        assert decided is not None, "a record comes from one of the runs"
        return decided

    @property
    def scheme(self) -> str:
        return self.either.outcome.scheme

    @property
    def serial(self) -> str:
        return self.either.outcome.serial

    @property
    def person(self) -> str:
        return self.either.person

    @property
    def change(self) -> Fraction:
        """What the second run pays more, in yuan; less is negative."""
        return paid(self.new) - paid(self.old)

    @property
    def kind(self) -> Kind:
        return _kind(granted(self.old), granted(self.new), self.change)

    @property
    def is_same(self) -> bool:
        """Whether both decided the same for the person: conclusion, reason, money, its bounds, payee, fund, notices."""
        if self.old is None or self.new is None:
            return False
        names = ("conclusion", "code", "amount", "least", "most", "payee", "fund", "notices")
        return all(getattr(self.old.outcome, name) == getattr(self.new.outcome, name) for name in names)


@dataclass(frozen=True, slots=True)
class Impact:
    """Two runs over the same records.

    Attributes:
        records: every record, in the order of the input.
        turns: those decided differently.
    """

    before: RunResult
    after: RunResult
    records: tuple[Turn, ...]
    turns: tuple[Turn, ...]

    @property
    def rows(self) -> int:
        return len(self.records)

    @property
    def old_total(self) -> Fraction:
        return _total(self.before)

    @property
    def new_total(self) -> Fraction:
        return _total(self.after)

    @property
    def change(self) -> Fraction:
        return self.new_total - self.old_total

    @property
    def persons(self) -> int:
        """How many people the turns concern."""
        return len({turn.person for turn in self.turns} - {""})

    def rows_by_kind(self) -> Mapping[Kind, int]:
        """How many records changed in each way; every way is there."""
        kinds = [turn.kind for turn in self.turns]
        return {kind: kinds.count(kind) for kind in Kind}

    def persons_by_kind(self) -> Mapping[Kind, int]:
        """How many people gain, lose or are paid otherwise over all their records; each person counts once."""
        kinds = [_kind_of_person(turns) for turns in self._changed_persons()]
        return {kind: kinds.count(kind) for kind in Kind}

    def persons_paid(self) -> tuple[int, int]:
        """How many people are granted anything, before and after."""
        old = {turn.person for turn in self.records if granted(turn.old)}
        new = {turn.person for turn in self.records if granted(turn.new)}
        return len(old - {""}), len(new - {""})

    def ways(self) -> tuple[tuple[str, str, int, Fraction], ...]:
        """Old and new conclusion, how many records went that way, what that adds in yuan; most records first.

        The conclusion of a policy without the scheme is "".
        """
        rows: dict[tuple[str, str], list[Fraction]] = {}
        for turn in self.turns:
            rows.setdefault((_word(turn.old), _word(turn.new)), []).append(turn.change)
        sums = ((*way, len(changes), sum(changes, Fraction(0))) for way, changes in rows.items())
        return tuple(sorted(sums, key=lambda way: -way[2]))

    def largest(self, count: int) -> tuple[Turn, ...]:
        """The records whose money changed most, either way; of equal ones the first."""
        changed = [turn for turn in self.turns if turn.change]
        return tuple(sorted(changed, key=lambda turn: -abs(turn.change))[:count])

    def examples(self) -> Mapping[Kind, Turn]:
        """The first record of each kind of change."""
        first: dict[Kind, Turn] = {}
        for turn in self.turns:
            first.setdefault(turn.kind, turn)
        return {kind: first[kind] for kind in Kind if kind in first}

    def _changed_persons(self) -> Iterator[list[Turn]]:
        touched = {turn.person for turn in self.turns} - {""}
        rows: dict[str, list[Turn]] = {}
        for turn in self.records:
            if turn.person in touched:
                rows.setdefault(turn.person, []).append(turn)
        yield from rows.values()


def compare(before: RunResult, after: RunResult) -> Impact:
    """Pairs the records of two runs by where they stand in their files.

    A scheme that one policy lacks is no error: what the other decides about its records is the difference.
    """
    left, right = _by_place(before), _by_place(after)
    records = tuple(Turn(left.get(place), right.get(place)) for place in dict.fromkeys([*left, *right]))
    impact = Impact(before, after, records, tuple(turn for turn in records if not turn.is_same))
    assert sum_of_changes(impact) == impact.change, "the changes of the records add up to the change of the totals"
    return impact


def sum_of_changes(impact: Impact) -> Fraction:
    """The changes of all records that differ, added up one by one, in yuan."""
    return sum((turn.change for turn in impact.turns), Fraction(0))


def paid(decided: Decided | None) -> Fraction:
    return decided.paid if decided is not None else Fraction(0)


def granted(decided: Decided | None) -> bool:
    return decided is not None and decided.is_granted


def _by_place(result: RunResult) -> dict[_Place, Decided]:
    return {place: Decided(part, outcome) for part in result.schemes for place, outcome in _places(part)}


def _places(part: SchemeResult) -> Iterator[tuple[_Place, Outcome]]:
    for outcome in part.outcomes:
        origin = part.data.origins[outcome.row]
        yield (part.scheme.name, origin.path, origin.sheet, origin.number), outcome


def _kind(was: bool, is_now: bool, change: Fraction) -> Kind:
    if was != is_now:
        return Kind.GAINED if is_now else Kind.LOST
    if change:
        return Kind.MORE if change > 0 else Kind.LESS
    return Kind.OTHER


def _kind_of_person(turns: Iterable[Turn]) -> Kind:
    turns = list(turns)
    was, is_now = any(granted(turn.old) for turn in turns), any(granted(turn.new) for turn in turns)
    return _kind(was, is_now, sum((turn.change for turn in turns), Fraction(0)))


def _word(decided: Decided | None) -> str:
    return decided.outcome.conclusion.value if decided is not None else ""


def _total(result: RunResult) -> Fraction:
    amounts = (each.amount for each in result.outcomes() if each.conclusion is Conclusion.GRANTED)
    return sum((amount for amount in amounts if amount), Fraction(0))
