"""What another version of a policy would have decided about the same records: whom it touches, and the money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from policyrun.app.evaluate import Request, run
from policyrun.app.result import RunResult, SchemeResult
from policyrun.ir.policy import Policy
from policyrun.model.decision import Conclusion, Outcome
from policyrun.source.diagnostic import Diagnostics

#: A record: scheme, file, sheet, row number.
_Place = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True)
class Turn:
    """A record that the two versions decide differently.

    Attributes:
        person: its ID number, "" where the record has none.
        old, new: the two decisions; None where that version has no such scheme.
    """

    scheme: str
    serial: str
    person: str
    old: Outcome | None
    new: Outcome | None

    @property
    def change(self) -> Fraction:
        """What the new version pays more, in yuan; less is negative."""
        return _paid(self.new) - _paid(self.old)


@dataclass(frozen=True, slots=True)
class Effect:
    """Two runs of two versions over the same records.

    Attributes:
        turns: records decided differently, in the order of the input.
        rows: how many records were decided by either.
        old_total, new_total: what each version grants in all, in yuan.
    """

    turns: tuple[Turn, ...]
    rows: int
    old_total: Fraction
    new_total: Fraction

    @property
    def persons(self) -> int:
        """How many people the turns concern."""
        return len({turn.person for turn in self.turns if turn.person})

    def by_conclusion(self) -> tuple[tuple[str, str, int, Fraction], ...]:
        """Old and new conclusion, how many records went that way, and what that adds in yuan; most records first.

        The conclusion of a version without the scheme is "".
        """
        rows: Counter[tuple[str, str]] = Counter()
        change: dict[tuple[str, str], Fraction] = {}
        for turn in self.turns:
            way = _word(turn.old), _word(turn.new)
            rows[way] += 1
            change[way] = change.get(way, Fraction(0)) + turn.change
        return tuple((*way, count, change[way]) for way, count in rows.most_common())


def effect(old: Policy, new: Policy, request: Request, found: Diagnostics) -> Effect | None:
    """Runs both versions; None, with the reasons in ``found``, if either cannot run.

    A scheme that one version lacks is no error: what the other decides about its records is the difference.
    """
    before, after = run(old, request, found), run(new, request, found)
    if before is None or after is None:
        return None
    left, right = _by_place(before), _by_place(after)
    places = list(dict.fromkeys([*right, *left]))
    turns = tuple(turn for place in places if (turn := _turn(left.get(place), right.get(place))) is not None)
    return Effect(turns, len(places), _total(before), _total(after))


_Decided = tuple[SchemeResult, Outcome]


def _by_place(result: RunResult) -> Mapping[_Place, _Decided]:
    return {place: (part, outcome) for part in result.schemes for place, outcome in _places(part)}


def _places(part: SchemeResult) -> Iterator[tuple[_Place, Outcome]]:
    for outcome in part.outcomes:
        origin = part.data.origins[outcome.row]
        yield (part.scheme.name, origin.path, origin.sheet, origin.number), outcome


def _turn(left: _Decided | None, right: _Decided | None) -> Turn | None:
    old, new = left and left[1], right and right[1]
    if old is not None and new is not None and _same(old, new):
        return None
    decided = right or left
    assert decided is not None, "a place comes from one of the runs"
    part, outcome = decided
    return Turn(outcome.scheme, outcome.serial, _person(part, outcome), old, new)


def _same(old: Outcome, new: Outcome) -> bool:
    """Whether two decisions are the same for the person: conclusion, reason, money, payee, fund."""
    return all(
        getattr(old, name) == getattr(new, name)
        for name in ("conclusion", "code", "amount", "payee", "fund", "notices")
    )


def _person(part: SchemeResult, outcome: Outcome) -> str:
    row = part.data.rows[outcome.row]
    for field in part.scheme.record.fields:
        if field.cell == "id_card" and field.name in part.data.columns:
            return row[part.data.columns.index(field.name)].text.strip()
    return ""


def _paid(outcome: Outcome | None) -> Fraction:
    granted = outcome is not None and outcome.conclusion is Conclusion.GRANTED
    return (outcome.amount or Fraction(0)) if granted and outcome is not None else Fraction(0)


def _word(outcome: Outcome | None) -> str:
    return outcome.conclusion.value if outcome is not None else ""


def _total(result: RunResult) -> Fraction:
    return sum((_paid(outcome) for outcome in result.outcomes()), Fraction(0))
