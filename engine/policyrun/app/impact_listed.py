"""The records that a change decides differently, listed and counted, wherever they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from policyrun.app.impact_turns import Decided, Kind, Turn


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of a record without a word about who it is.

    Attributes:
        old, new: 原因代码 of either run; None where that policy has no such scheme.
        change: what the second run pays more, in yuan.
    """

    scheme: str
    serial: str
    kind: Kind
    old: str | None
    new: str | None
    change: Fraction


@dataclass(frozen=True, slots=True)
class Way:
    """Records that went from one conclusion to another ("" where a policy has no such scheme), and what that adds."""

    old: str
    new: str
    rows: int
    change: Fraction


class Turns(Protocol):
    """The records decided differently, in the order of the input; there may be many millions."""

    def __len__(self) -> int: ...

    def lines(self) -> Iterator[Line]:
        """All of them."""

    def first(self, count: int) -> Sequence[Turn]: ...

    def largest(self, count: int) -> Sequence[Turn]:
        """Those whose money changed most, either way; of equal ones the first."""

    def examples(self) -> Mapping[Kind, Turn]:
        """The first of each kind of change."""

    def ways(self) -> Sequence[Way]:
        """Most records first, then in order of appearance."""

    @property
    def change(self) -> Fraction:
        """Their changes added up, in yuan."""

    def by_change(self, most: int) -> Mapping[Fraction, int] | None:
        """How many changed by each amount but nothing, least first; None where there are more than ``most`` amounts."""

    def bounds(self) -> tuple[Fraction, Fraction]:
        """The least and the most that a record changed by, of those whose money changed."""

    def spread(self, step: Fraction) -> Mapping[int, int]:
        """How many changed by ``place * step`` yuan or more, but less than the next place; by nothing not counted."""


@dataclass(frozen=True, slots=True)
class TurnsAtHand:
    """Records that are objects."""

    turns: tuple[Turn, ...] = ()

    def __len__(self) -> int:
        return len(self.turns)

    def lines(self) -> Iterator[Line]:
        for each in self.turns:
            yield Line(each.scheme, each.serial, each.kind, _code(each.old), _code(each.new), each.change)

    def first(self, count: int) -> Sequence[Turn]:
        return self.turns[:count]

    def largest(self, count: int) -> Sequence[Turn]:
        changed = [turn for turn in self.turns if turn.change]
        return sorted(changed, key=lambda turn: -abs(turn.change))[:count]

    def examples(self) -> Mapping[Kind, Turn]:
        first: dict[Kind, Turn] = {}
        for turn in self.turns:
            first.setdefault(turn.kind, turn)
        return {kind: first[kind] for kind in Kind if kind in first}

    def ways(self) -> Sequence[Way]:
        rows: dict[tuple[str, str], list[Fraction]] = {}
        for turn in self.turns:
            rows.setdefault((_word(turn.old), _word(turn.new)), []).append(turn.change)
        ways = (Way(*way, len(changes), sum(changes, Fraction(0))) for way, changes in rows.items())
        return sorted(ways, key=lambda way: -way.rows)

    @property
    def change(self) -> Fraction:
        return sum((turn.change for turn in self.turns), Fraction(0))

    def by_change(self, most: int) -> Mapping[Fraction, int] | None:
        counted = Counter(self._changes())
        return {change: counted[change] for change in sorted(counted)} if len(counted) <= most else None

    def bounds(self) -> tuple[Fraction, Fraction]:
        return min(self._changes()), max(self._changes())

    def spread(self, step: Fraction) -> Mapping[int, int]:
        return Counter(change // step for change in self._changes())

    def _changes(self) -> list[Fraction]:
        return [turn.change for turn in self.turns if turn.change]


def _code(decided: Decided | None) -> str | None:
    return None if decided is None else decided.outcome.code


def _word(decided: Decided | None) -> str:
    return decided.outcome.conclusion.value if decided is not None else ""
