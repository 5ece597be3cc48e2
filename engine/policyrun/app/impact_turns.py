"""Records as two runs decided them, and what a change does to one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction

from policyrun.app.result import SchemeResult
from policyrun.ir.cells import read_as
from policyrun.ir.nodes import Literal
from policyrun.ir.policy import Field, Scheme
from policyrun.model.decision import Conclusion, Outcome
from policyrun.model.raw import RawCell
from policyrun.source.messages import _


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
        return next((text for name in persons_of(self.part.scheme) if (text := self.cell(name))), "").upper()

    def cell(self, column: str) -> str:
        """The text of a column, "" where the file has no such column."""
        data = self.part.data
        if column not in data.columns:
            return ""
        return data.rows[self.outcome.row][data.columns.index(column)].text.strip()


@dataclass(frozen=True, slots=True)
class Turn:
    """A record as either run decided it; None where that policy has no such scheme.

    Attributes:
        number: its ``row_no`` where a database holds the records.
    """

    old: Decided | None
    new: Decided | None
    number: int | None = None

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
        return kind_of(granted(self.old), granted(self.new), self.change)

    @property
    def is_same(self) -> bool:
        """Whether both decided the same for the person: conclusion, reason, money, its bounds, payee, fund, notices."""
        if self.old is None or self.new is None:
            return False
        names = ("conclusion", "code", "amount", "least", "most", "payee", "fund", "notices")
        return all(getattr(self.old.outcome, name) == getattr(self.new.outcome, name) for name in names)


def persons_of(scheme: Scheme) -> list[str]:
    """The columns of ID numbers: the first that is filled says whom a record is about."""
    return [field.name for field in scheme.record.fields if field.cell == "id_card"]


def paid(decided: Decided | None) -> Fraction:
    return decided.paid if decided is not None else Fraction(0)


def granted(decided: Decided | None) -> bool:
    return decided is not None and decided.is_granted


def kind_of(was: bool, is_now: bool, change: Fraction | int) -> Kind:
    """What became of somebody who was granted something or not, and is now; and what that adds."""
    if was != is_now:
        return Kind.GAINED if is_now else Kind.LOST
    if change:
        return Kind.MORE if change > 0 else Kind.LESS
    return Kind.OTHER


def kind_of_person(turns: Iterable[Turn]) -> Kind:
    """The same over all records of a person."""
    turns = list(turns)
    was, is_now = any(granted(turn.old) for turn in turns), any(granted(turn.new) for turn in turns)
    return kind_of(was, is_now, sum((turn.change for turn in turns), Fraction(0)))


def word_of(field: Field, text: str) -> str:
    """A cell as it was understood: an alias by its member, a blank by the member that it stands for."""
    if field.enumeration is None:
        return text
    if not text and isinstance(field.blank, Literal):
        return str(field.blank.value)
    value = read_as(field.cell, RawCell(text), date.max, field.enumeration)  # an enum looks at no day
    return value if isinstance(value, str) else text
