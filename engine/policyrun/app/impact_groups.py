"""The money of an impact by scheme, rule, region, group, payee and fund; and how the changes are spread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from policyrun.app.impact import Decided, Impact, Turn
from policyrun.ir.cells import read_as
from policyrun.ir.nodes import Column, Literal
from policyrun.ir.policy import Field
from policyrun.model.raw import RawCell
from policyrun.source.messages import _

#: At most this many bars in a distribution.
BARS = 12


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


_Keys = Callable[[Decided], Sequence[str]]


def groupings(impact: Impact) -> tuple[Grouping, ...]:
    """By scheme, rule, region, columns that a policy groups by, payee and fund; one with nothing in it is left out."""
    regions = _region_columns(impact)
    made = (
        _grouping(impact, _("项目"), lambda one: [one.outcome.scheme]),
        _grouping(impact, _("规则"), lambda one: list(dict.fromkeys(one.outcome.rules)), overlapping=True),
        _grouping(impact, _("地区"), lambda one: [_region(one, regions)]) if regions else None,
        *(_grouping(impact, name, _by_column(name)) for name in _group_columns(impact)),
        _grouping(impact, _("受款人"), lambda one: [one.outcome.payee or ""]),
        _grouping(impact, _("资金渠道"), lambda one: [one.outcome.fund or ""]),
    )
    return tuple(each for each in made if each is not None and each.shifts)


def adds_up(grouping: Grouping, impact: Impact) -> bool:
    """Whether the groups come to the totals of both runs; overlapping ones need not."""
    if grouping.overlapping:
        return True
    old = sum((shift.old for shift in grouping.shifts), Fraction(0))
    new = sum((shift.new for shift in grouping.shifts), Fraction(0))
    return (old, new) == (impact.old_total, impact.new_total)


def _grouping(impact: Impact, title: str, keys: _Keys, *, overlapping: bool = False) -> Grouping:
    sides = [_side((turn.old for turn in impact.records), keys), _side((turn.new for turn in impact.records), keys)]
    names = dict.fromkeys([*sides[0], *sides[1]])
    nothing: list[Fraction] = []
    shifts = []
    for name in names:
        old, new = (side.get(name, nothing) for side in sides)
        shifts.append(Shift(name, len(old), len(new), sum(old, Fraction(0)), sum(new, Fraction(0))))
    return Grouping(title, tuple(shifts), overlapping)


def _side(records: Iterable[Decided | None], keys: _Keys) -> dict[str, list[Fraction]]:
    amounts: dict[str, list[Fraction]] = {}
    for one in records:
        if one is not None and one.is_granted:
            for key in keys(one):
                amounts.setdefault(key, []).append(one.paid)
    return amounts


def _region_columns(impact: Impact) -> frozenset[str]:
    """Columns that name a region: those declared to, and those that place a record in a table of targets."""
    policies = (impact.before.policy, impact.after.policy)
    placing = {
        one.by.name for policy in policies for one in policy.tallies.placing.values() if isinstance(one.by, Column)
    }
    fields = (field for policy in policies for scheme in policy.schemes for field in scheme.record.fields)
    return frozenset(placing | {field.name for field in fields if field.region is not None})


def _region(one: Decided, columns: frozenset[str]) -> str:
    fields = (field for field in one.part.scheme.record.fields if field.name in columns)
    return next((_word(one, field) for field in fields), _no_column())


def _group_columns(impact: Impact) -> tuple[str, ...]:
    """The columns that either policy groups money by, of the schemes that both runs decide about."""
    fields = (
        field
        for run in (impact.after, impact.before)
        for part in run.schemes
        for field in part.scheme.record.fields
        if field.group
    )
    return tuple(dict.fromkeys(field.name for field in fields))


def _by_column(name: str) -> _Keys:
    def keys(one: Decided) -> Sequence[str]:
        field = one.part.scheme.record.field(name)
        return [_no_column() if field is None else _word(one, field)]

    return keys


def _no_column() -> str:
    """The group of the records that have no such column: with them the groups come to the totals."""
    return _("（没有这一列）")


def _word(one: Decided, field: Field) -> str:
    """A cell as it was understood: an alias by its member, a blank by the member that it stands for."""
    text = one.cell(field.name)
    if field.enumeration is None:
        return text
    if not text and isinstance(field.blank, Literal):
        return str(field.blank.value)
    value = read_as(field.cell, RawCell(text), date.max, field.enumeration)  # an enum looks at no day
    return value if isinstance(value, str) else text


def distribution(turns: Iterable[Turn]) -> tuple[Bar, ...]:
    """How many records changed by how much: each amount by itself where they are few, else in even steps."""
    changes = sorted(turn.change for turn in turns if turn.change)
    distinct = sorted(set(changes))
    if len(distinct) <= BARS:
        return tuple(Bar(value, value, changes.count(value)) for value in distinct)
    step = _step(distinct[-1] - distinct[0])
    rows: dict[int, int] = {}
    for change in changes:
        place = change // step
        rows[place] = rows.get(place, 0) + 1
    return tuple(Bar(place * step, (place + 1) * step, rows.get(place, 0)) for place in range(min(rows), max(rows) + 1))


def _step(width: Fraction) -> Fraction:
    """The smallest of 1, 2, 5, 10, 20 … yuan (or 0.01 and so on) that cuts a width into few enough steps."""
    step = Fraction(1, 100)
    while True:
        for factor in (1, 2, 5):
            if width / (step * factor) < BARS - 1:
                return step * factor
        step *= 10
