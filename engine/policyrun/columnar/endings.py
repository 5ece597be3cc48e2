"""What a row can come to by itself, a small number each: a relation says ``why`` by the number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policyrun.model.decision import Conclusion, Reason
from policyrun.model.vocabulary import Grounds

#: ``why`` of a row that nothing stands against: a candidate, granted unless a limit refuses it.
CANDIDATE = 0


@dataclass(frozen=True, slots=True)
class Ending:
    """One way for a row to end.

    Attributes:
        about: what 原因代码 says after the colon; "" where the row's own columns say it (the names that it lacks).
        grounds: those of the ending itself; empty where they differ from row to row.
    """

    conclusion: Conclusion
    reason: Reason
    about: str = ""
    grounds: tuple[Grounds, ...] = ()


class Endings:
    """The endings of a scheme's rows by their numbers, in the order they were thought of."""

    def __init__(self) -> None:
        self._all = [Ending(Conclusion.GRANTED, Reason.GRANTED)]

    def __getitem__(self, why: int) -> Ending:
        return self._all[why]

    @property
    def all(self) -> Sequence[Ending]:
        """Every ending; its place is its ``why``."""
        return tuple(self._all)

    def invalid(self, column: str) -> int:
        """数据错误: the column that does not type, or that contradicts other rows."""
        return self._add(Ending(Conclusion.INVALID, Reason.INVALID, column))

    def denied(self, reason: Reason, about: str, grounds: Iterable[Grounds]) -> int:
        """不予: what is not met, or the limit without room."""
        return self._add(Ending(Conclusion.DENIED, reason, about, tuple(grounds)))

    def undecided(self, about: str = "", grounds: Iterable[Grounds] = ()) -> int:
        """待核实: for want of something by name, or of what the row's own columns say."""
        return self._add(Ending(Conclusion.UNDECIDED, Reason.UNDECIDED, about, tuple(grounds)))

    def _add(self, ending: Ending) -> int:
        self._all.append(ending)
        return len(self._all) - 1
