"""Chance without a generator: every draw is a hash of the seed, what is drawn, and who it is drawn for.

So row 7,000,000 needs no rows before it, and a file comes out the same in chunks of any size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

Words = NDArray[numpy.uint64]
Numbers = NDArray[numpy.int64]
Marks = NDArray[numpy.bool_]

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = 2**64 - 1


def _mixed(words: Words) -> Words:
    """The finaliser of SplitMix64: every bit of the input moves every bit of the output."""
    words = (words ^ (words >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return words ^ (words >> numpy.uint64(31))


def _salt(seed: int, what: str) -> int:
    """A number for a seed and a name (FNV-1a), the same on every machine."""
    salt = 0xCBF29CE484222325
    for byte in f"{seed}:{what}".encode():
        salt = (salt ^ byte) * 0x100000001B3 & _MASK
    return salt


@dataclass(frozen=True)
class Draws:
    """Draws for a run of rows, or for their people.

    Attributes:
        seed: of the whole data set.
        subjects: whom each place draws for: row numbers, or numbers of people.
    """

    seed: int
    subjects: Numbers

    def below(self, what: str, bound: int) -> Numbers:
        """A whole number from 0 to ``bound`` - 1 each; ``bound`` is far below 2**31."""
        salt = numpy.uint64(_salt(self.seed, what))
        words = _mixed(self.subjects.astype(numpy.uint64) * numpy.uint64(_GOLDEN) + salt)
        high = words >> numpy.uint64(33)
        return ((high * numpy.uint64(bound)) >> numpy.uint64(31)).astype(numpy.int64)

    def happens(self, what: str, per_mille: int) -> Marks:
        """True for so many in a thousand."""
        return self.below(what, 1000) < per_mille

    def weighted(self, what: str, weights: tuple[int, ...]) -> Numbers:
        """A place in ``weights`` each, as often as it weighs."""
        bounds = numpy.cumsum(weights)
        return numpy.searchsorted(bounds, self.below(what, int(bounds[-1])), side="right")
