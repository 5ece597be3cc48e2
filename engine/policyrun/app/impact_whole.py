"""All records of two runs together: how many, whose, and the money by everything that it is counted by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Protocol

from policyrun.app.impact_turns import Decided, Kind, Turn, granted, kind_of_person, word_of
from policyrun.ir.nodes import Column
from policyrun.ir.policy import Field, Policy, Scheme
from policyrun.source.messages import _


class What(Enum):
    """What granted records are counted by."""

    SCHEME = "scheme"
    RULE = "rule"
    CELL = "cell"
    PAYEE = "payee"
    FUND = "fund"


@dataclass(frozen=True, slots=True)
class By:
    """One thing that granted records are counted by.

    Attributes:
        columns: of those that hold it a record has one or none; empty unless it is a cell.
    """

    what: What
    title: str
    columns: AbstractSet[str] = frozenset()

    @property
    def is_overlapping(self) -> bool:
        """Whether a record may stand in several groups, so that they do not add up."""
        return self.what is What.RULE

    def field(self, scheme: Scheme) -> Field | None:
        """The column of a scheme that holds it."""
        return next((field for field in scheme.record.fields if field.name in self.columns), None)

    def keys(self, one: Decided) -> Sequence[str]:
        """The groups that a record stands in."""
        match self.what:
            case What.SCHEME:
                return [one.outcome.scheme]
            case What.RULE:
                return list(dict.fromkeys(one.outcome.rules))
            case What.PAYEE:
                return [one.outcome.payee or ""]
            case What.FUND:
                return [one.outcome.fund or ""]
            case What.CELL:
                field = self.field(one.part.scheme)
                return [no_column() if field is None else word_of(field, one.cell(field.name))]


@dataclass(frozen=True, slots=True)
class Shift:
    """What one group is granted before and after: rows, and yuan."""

    name: str
    old_rows: int
    new_rows: int
    old: Fraction
    new: Fraction

    @property
    def change(self) -> Fraction:
        return self.new - self.old


class Whole(Protocol):
    """All records of two runs.

    Attributes:
        rows: how many there are; ``turned`` of them are decided differently, which concerns ``persons`` people.
        old_total, new_total: what is granted in all, in yuan.
        granted: how many records are granted after the change.
        persons_paid: how many people are granted anything, before and after.
        rows_by_kind: how many records changed in each way.
        persons_by_kind: how many people gain, lose or are paid otherwise over all records of theirs.
    """

    @property
    def rows(self) -> int: ...

    @property
    def turned(self) -> int: ...

    @property
    def persons(self) -> int: ...

    @property
    def old_total(self) -> Fraction: ...

    @property
    def new_total(self) -> Fraction: ...

    @property
    def granted(self) -> int: ...

    @property
    def persons_paid(self) -> tuple[int, int]: ...

    @property
    def rows_by_kind(self) -> Mapping[Kind, int]: ...

    @property
    def persons_by_kind(self) -> Mapping[Kind, int]: ...

    def shifts(self, by: By) -> tuple[Shift, ...]:
        """What each group is granted, in the order in which groups first occur: those of before, then of after."""


@dataclass(frozen=True, slots=True)
class AtHand:
    """Records at hand, in the order of the input; ``turns`` are those decided differently."""

    records: tuple[Turn, ...]
    turns: tuple[Turn, ...]

    @property
    def rows(self) -> int:
        return len(self.records)

    @property
    def turned(self) -> int:
        return len(self.turns)

    @property
    def persons(self) -> int:
        return len(self._touched())

    @property
    def old_total(self) -> Fraction:
        return _paid_in_all(turn.old for turn in self.records)

    @property
    def new_total(self) -> Fraction:
        return _paid_in_all(turn.new for turn in self.records)

    @property
    def granted(self) -> int:
        return sum(granted(turn.new) for turn in self.records)

    @property
    def persons_paid(self) -> tuple[int, int]:
        old = {turn.person for turn in self.records if granted(turn.old)}
        new = {turn.person for turn in self.records if granted(turn.new)}
        return len(old - {""}), len(new - {""})

    @property
    def rows_by_kind(self) -> Mapping[Kind, int]:
        return by_kind(turn.kind for turn in self.turns)

    @property
    def persons_by_kind(self) -> Mapping[Kind, int]:
        return by_kind(kind_of_person(turns) for turns in self._changed_persons())

    def shifts(self, by: By) -> tuple[Shift, ...]:
        sides = (turn.old for turn in self.records), (turn.new for turn in self.records)
        old, new = (_by_key(side, by) for side in sides)
        return shifts_of(old, new)

    def _touched(self) -> set[str]:
        return {turn.person for turn in self.turns} - {""}

    def _changed_persons(self) -> Iterator[list[Turn]]:
        touched = self._touched()
        rows: dict[str, list[Turn]] = {}
        for turn in self.records:
            if turn.person in touched:
                rows.setdefault(turn.person, []).append(turn)
        yield from rows.values()


def by_kind(kinds: Iterable[Kind]) -> Mapping[Kind, int]:
    """How many there are of each kind; every kind is there."""
    counted = dict.fromkeys(Kind, 0)
    for kind in kinds:
        counted[kind] += 1
    return counted


#: Granted rows of each group and what they are paid, in order of appearance.
Counted = Mapping[str, tuple[int, Fraction]]


def shifts_of(old: Counted, new: Counted) -> tuple[Shift, ...]:
    """The groups of both runs side by side."""
    nothing = 0, Fraction(0)
    shifts = []
    for name in dict.fromkeys([*old, *new]):
        (old_rows, was_paid), (new_rows, is_paid) = old.get(name, nothing), new.get(name, nothing)
        shifts.append(Shift(name, old_rows, new_rows, was_paid, is_paid))
    return tuple(shifts)


def things_counted_by(old: Policy, new: Policy, decided: Sequence[Scheme]) -> tuple[By, ...]:
    """Scheme, rule, region, columns that a policy groups by, payee and fund.

    Args:
        decided: the schemes with records, of the later run first.
    """
    regions = _region_columns((old, new))
    groups = dict.fromkeys(field.name for scheme in decided for field in scheme.record.fields if field.group)
    return (
        By(What.SCHEME, _("项目")),
        By(What.RULE, _("规则")),
        *([By(What.CELL, _("地区"), regions)] if regions else []),
        *(By(What.CELL, name, frozenset([name])) for name in groups),
        By(What.PAYEE, _("受款人")),
        By(What.FUND, _("资金渠道")),
    )


def no_column() -> str:
    """The group of the records that have no such column: with them the groups come to the totals."""
    return _("（没有这一列）")


def _region_columns(policies: Sequence[Policy]) -> frozenset[str]:
    """Columns that name a region: those declared to, and those that place a record in a table of targets."""
    placing = {
        one.by.name for policy in policies for one in policy.tallies.placing.values() if isinstance(one.by, Column)
    }
    fields = (field for policy in policies for scheme in policy.schemes for field in scheme.record.fields)
    return frozenset(placing | {field.name for field in fields if field.region is not None})


def _by_key(records: Iterable[Decided | None], by: By) -> Counted:
    counted: dict[str, tuple[int, Fraction]] = {}
    for one in records:
        if one is not None and one.is_granted:
            for key in by.keys(one):
                rows, amount = counted.get(key, (0, Fraction(0)))
                counted[key] = rows + 1, amount + one.paid
    return counted


def _paid_in_all(records: Iterable[Decided | None]) -> Fraction:
    return sum((one.paid for one in records if one is not None), Fraction(0))
