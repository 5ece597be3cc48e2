"""Rows of a decision table as boxes: for each input, the parts of its values that the row accepts.

A row's cells look at one input each, so a row accepts exactly the combinations of what its cells accept. Questions
about all combinations are answered without listing them: parts that the same rows accept are taken together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

#: The parts of one input, as the bits of a number.
Parts = int

#: One set of parts per input.
Box = tuple[Parts, ...]

#: How many combinations of rows a question may come to before it is given up.
MOST_STEPS = 100_000


class TooMany(Exception):  # noqa: N818 - a way out of a recursion, not an error
    """A question came to more steps than ``MOST_STEPS``."""


def bits(parts: Parts) -> list[int]:
    """The parts in a set, from the first.

    >>> bits(0b1011)
    [0, 1, 3]
    """
    return [place for place in range(parts.bit_length()) if parts >> place & 1]


def meet(one: Box, other: Box) -> tuple[int, ...] | None:
    """A combination both boxes accept, as one part per input; None if there is none.

    >>> meet((0b11, 0b10), (0b10, 0b11))
    (1, 1)
    >>> meet((0b01, 0b10), (0b10, 0b11)) is None
    True
    """
    common = [left & right for left, right in zip(one, other, strict=True)]
    return tuple(bits(parts)[0] for parts in common) if all(common) else None


def outside(boxes: Sequence[Box], within: Box) -> tuple[int, ...] | None:
    """A combination of a box that none of the others accepts; None if they cover it all.

    >>> outside([(0b01, 0b11), (0b10, 0b01)], (0b11, 0b11))
    (1, 1)
    >>> outside([(0b01, 0b11), (0b11, 0b10), (0b10, 0b01)], (0b11, 0b11)) is None
    True
    """
    return _Search(boxes, within).find(0, tuple(range(len(boxes))))


@dataclass(slots=True)
class _Search:
    boxes: Sequence[Box]
    within: Box
    covered: set[tuple[int, tuple[int, ...]]] = field(default_factory=set)
    steps: int = 0

    def find(self, at: int, alive: tuple[int, ...]) -> tuple[int, ...] | None:
        """The rest, from input ``at`` on, of a combination outside the boxes that are still ``alive``."""
        if not alive:
            return tuple(bits(parts)[0] for parts in self.within[at:])
        if at == len(self.within) or (at, alive) in self.covered:
            return None
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooMany
        alike: dict[tuple[int, ...], int] = {}
        for part in bits(self.within[at]):
            alike.setdefault(tuple(row for row in alive if self.boxes[row][at] >> part & 1), part)
        for rest, part in alike.items():
            found = self.find(at + 1, rest)
            if found is not None:
                return (part, *found)
        self.covered.add((at, alive))
        return None
