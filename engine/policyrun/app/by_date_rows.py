"""Which version each row goes to: the one in force on the row's day.

A row without a day, and a scheme without one, go by 基准日. A day on which no version is in force goes to the latest
version that has the scheme, where it is 期外记录. Rows that only make sense together stay together: those that share a
序号 (which makes all of them invalid), and those that share a total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from policyrun.check.reach import columns_in
from policyrun.interp.expressions import Row
from policyrun.ir.cells import Invalid, cell_reader
from policyrun.ir.nodes import Supplied
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.raw import BLANK, RawCell, SchemeInput
from policyrun.model.settings import Settings
from policyrun.model.values import Value


@dataclass(frozen=True, slots=True)
class Standing:
    """A version as it takes part: its checked policy, the choices of the run for it, and the days on which it holds."""

    policy: Policy
    settings: Settings
    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Assigned:
    """The version of each row, as its place among the versions, and which rows have a day outside all of them."""

    version: Sequence[int]
    outside: frozenset[int]


def assign(data: SchemeInput, standings: Sequence[Standing]) -> Assigned:
    """Takes each row of a scheme to its version.

    Args:
        standings: every version, the earliest first; at least one has the scheme.
    """
    having = [place for place, each in enumerate(standings) if each.policy.scheme(data.scheme) is not None]
    days = {place: _Days(standings[place], data) for place in having}
    versions: list[int] = []
    outside: set[int] = set()
    together: dict[tuple[str, ...], int] = {}
    for index, cells in enumerate(data.rows):
        version, lies_outside = _version(cells, standings, days)
        # Whatever the rows with one key are about, the first of them decides for all.
        keys = [key for place in having[-1:] for key in days[place].together(cells)]
        version = next((together[key] for key in keys if key in together), version)
        together.update((key, together.get(key, version)) for key in keys)
        versions.append(version)
        if lies_outside:
            outside.add(index)
    return Assigned(versions, frozenset(outside))


def _version(cells: tuple[RawCell, ...], standings: Sequence[Standing], days: Mapping[int, _Days]) -> tuple[int, bool]:
    """The version of a row, and whether its day is outside all versions that have its scheme."""
    known = {place: day for place, each in days.items() if (day := each.day(cells)) is not None}
    for place, day in known.items():
        if standings[place].holds(day):
            return place, False
    if not known:
        as_of = standings[-1].settings.as_of
        return next((place for place in days if standings[place].holds(as_of)), max(days)), False
    return max(days), True


class _Days:
    """Reads the day of a scheme's rows as one version does, and what else ties rows to each other."""

    def __init__(self, standing: Standing, data: SchemeInput) -> None:
        scheme = standing.policy.scheme(data.scheme)
        assert scheme is not None, "only versions that have the scheme are asked"
        self._scheme: Scheme = scheme
        self._settings = standing.settings
        self._places = {name: place for place, name in enumerate(data.columns)}
        looked_at = columns_in(scheme.day, scheme.record) if scheme.day is not None else set()
        self._readers = {
            field.name: cell_reader(field, standing.settings.as_of)
            for field in scheme.record.fields
            if field.name in looked_at or field.name == Supplied.SERIAL
        }

    def day(self, cells: tuple[RawCell, ...]) -> date | None:
        if self._scheme.day is None:
            return None
        values = {name: self._value(name, cells) for name in self._readers}
        given = {Supplied.SCHEME: self._scheme.name, Supplied.SERIAL: values.get(Supplied.SERIAL)}
        return Row(self._scheme.record, values, self._settings, self._scheme.day, None, given).date()

    def together(self, cells: tuple[RawCell, ...]) -> list[tuple[str, ...]]:
        """Keys whose rows stay together."""
        keys: list[tuple[str, ...]] = []
        serial = self._value(Supplied.SERIAL, cells)
        if serial is not None:
            keys.append((Supplied.SERIAL, str(serial)))
        if self._scheme.split is not None:
            keys.append(
                tuple(cells[self._places[name]].text for name in self._scheme.split.per if name in self._places)
            )
        return keys

    def _value(self, name: str, cells: tuple[RawCell, ...]) -> Value | None:
        """A cell's value; None also where it does not type, which is told when the row is decided."""
        place = self._places.get(name)
        value = self._readers[name](BLANK if place is None else cells[place]) if name in self._readers else None
        return None if isinstance(value, Invalid) else value
