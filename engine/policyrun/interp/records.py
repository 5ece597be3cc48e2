"""From raw cells to rows that expressions can look at, or to the column that does not type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from policyrun.interp.expressions import Row
from policyrun.interp.faults import Form
from policyrun.ir.cells import Invalid, cell_reader
from policyrun.ir.nodes import Supplied
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.raw import BLANK, RawCell, SchemeInput
from policyrun.model.settings import Settings
from policyrun.model.values import Value

SERIAL = Supplied.SERIAL


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One input row after typing.

    Attributes:
        index: its position among the scheme's rows, from 0.
        serial: 序号 as written.
        row: what expressions look at; None where a cell does not type.
        invalid: the first column that does not type or breaks a rule of the form, None where there is none.
        names: cells that hold names of payees, by column, as written.
        overruled: yes/no columns whose cell says otherwise than the list that decides them.
    """

    index: int
    serial: str
    row: Row | None
    invalid: str | None
    names: dict[str, str]
    overruled: tuple[str, ...] = ()


def type_rows(policy: Policy, scheme: Scheme, data: SchemeInput, settings: Settings) -> list[TypedRow]:
    """Types every row of a scheme and sets apart those that share a 序号 (contract section 2.2)."""
    return list(typed_rows(policy, scheme, data, settings))


def typed_rows(policy: Policy, scheme: Scheme, data: SchemeInput, settings: Settings) -> Iterator[TypedRow]:
    """``type_rows`` one by one, for those who keep no row."""
    sheet = _Sheet(policy, scheme, data, settings)
    numbers = [sheet.serial_number(cells) for cells in data.rows]
    times = Counter(numbers)
    for index, (cells, number) in enumerate(zip(data.rows, numbers, strict=True)):
        if number is not None and times[number] > 1:
            yield TypedRow(index, sheet.text(cells, SERIAL), None, SERIAL, {})
        else:
            yield _with_lists(policy, scheme, sheet.typed(index, cells, sheet.lacking(index)), settings)


class _Sheet:
    """Where a scheme's columns stand in its rows, and how each is read."""

    def __init__(self, policy: Policy, scheme: Scheme, data: SchemeInput, settings: Settings) -> None:
        self._scheme = scheme
        self._settings = settings
        self._places = {name: place for place, name in enumerate(data.columns)}
        self._readers = {field.name: cell_reader(field, settings.as_of) for field in scheme.record.fields}
        beyond = len(data.columns)  # where ``typed`` puts a blank, for the columns that the file does not have
        self._cells = tuple((name, read, self._places.get(name, beyond)) for name, read in self._readers.items())
        self._data = data
        self._form = Form(policy, scheme.record)
        payees = scheme.payee.names.values() if scheme.payee else ()
        keys = (reference.key for reference in policy.lists)
        self._names = [name for name in dict.fromkeys((*payees, *keys)) if name in self._places]

    def text(self, raw: tuple[RawCell, ...], column: str) -> str:
        """A cell as written; "" where the file has no such column."""
        return raw[self._places[column]].text if column in self._places else ""

    def serial_number(self, raw: tuple[RawCell, ...]) -> Value | None:
        """The row's 序号 if that cell types, whatever the others do."""
        value = self._read(raw, SERIAL) if SERIAL in self._readers else None
        return None if isinstance(value, Invalid) else value

    def lacking(self, index: int) -> frozenset[str]:
        """The columns that are unknown for a row, since its file does not have them."""
        if not self._data.lacking:
            return frozenset()
        origin = self._data.origins[index]
        return self._data.lacking.get((origin.path, origin.sheet), frozenset())

    def typed(self, index: int, raw: tuple[RawCell, ...], lacking: frozenset[str]) -> TypedRow:
        filled = (*raw, BLANK)
        cells = {name: read(filled[place]) for name, read, place in self._cells}
        # Not isinstance, which asks the metaclass of an enumeration: this is done once for every cell of a file.
        wrong = [name for name, value in cells.items() if type(value) is Invalid]
        sound = cast("dict[str, Value | None]", cells)
        if wrong:
            sound = {name: value for name, value in sound.items() if name not in wrong}
        given: dict[str, Value | None] = {Supplied.SCHEME: self._scheme.name, Supplied.SERIAL: sound.get(SERIAL)}
        row = _row(self._scheme, sound, self._settings, given, lacking)
        if not self._form.is_plain:
            broken = [fault.column for fault in self._form.faults(row, frozenset(wrong))]
            wrong = [name for name in cells if name in wrong or name in broken] if broken else wrong
        names = {name: self.text(raw, name).strip() for name in self._names}
        serial = self.text(raw, SERIAL)
        return TypedRow(index, serial, None if wrong else row, wrong[0] if wrong else None, names)

    def _read(self, raw: tuple[RawCell, ...], column: str) -> Value | Invalid | None:
        place = self._places.get(column)
        return self._readers[column](BLANK if place is None else raw[place])


def _row(
    scheme: Scheme,
    cells: Mapping[str, Value | None],
    settings: Settings,
    given: Mapping[str, Value | None],
    lacking: frozenset[str],
) -> Row:
    payee = scheme.payee.category if scheme.payee else None
    return Row(scheme.record, cells, settings, scheme.day, payee, given, lacking)


def _with_lists(policy: Policy, scheme: Scheme, line: TypedRow, settings: Settings) -> TypedRow:
    """Where a list is given it decides the yes/no column of its name, whatever the cell says."""
    if line.row is None:
        return line
    decided = {
        reference.column: listed
        for reference in policy.lists
        if reference.name in settings.lists and scheme.record.field(reference.column) is not None
        for listed in [
            _on_list(reference.name, line.row.cells.get(reference.key) or line.names.get(reference.key), line)
        ]
    }
    if not decided:
        return line
    cells = line.row.cells
    overruled = tuple(name for name, listed in decided.items() if cells.get(name) not in (None, listed))
    row = _row(scheme, {**cells, **decided}, settings, line.row.given, line.row.lacking)
    return TypedRow(line.index, line.serial, row, None, line.names, overruled)


def _on_list(name: str, key: Value | None, line: TypedRow) -> bool | None:
    """Whether a key stands on a list on the row's date; unknown without a key, or without a date that matters."""
    row = line.row
    if row is None or not isinstance(key, str) or not key:
        return None
    entries = [entry for entry in row.settings.lists[name] if entry.name == key]
    if not entries:
        return False
    day = row.settings.as_of if row.day is None else row.date()
    if day is None:
        return True if any(entry.first is None and entry.last is None for entry in entries) else None
    return any((entry.first or date.min) <= day <= (entry.last or date.max) for entry in entries)
