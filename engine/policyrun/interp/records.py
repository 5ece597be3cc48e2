"""From raw cells to rows that expressions can look at, or to the column that does not type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from policyrun.interp.expressions import Row
from policyrun.ir.cells import Invalid, read_cell
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
        invalid: the first column that does not type, None where all do.
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
    places = {name: place for place, name in enumerate(data.columns)}
    typed = [_type_row(scheme, index, cells, places, settings) for index, cells in enumerate(data.rows)]
    times = Counter(_serial_of(scheme, cells, places, settings) for cells in data.rows)
    repeated = {number for number, count in times.items() if number is not None and count > 1}
    return [
        TypedRow(line.index, line.serial, None, SERIAL, line.names)
        if _serial_of(scheme, data.rows[line.index], places, settings) in repeated
        else _with_lists(policy, scheme, line, settings)
        for line in typed
    ]


def _type_row(
    scheme: Scheme, index: int, raw: tuple[RawCell, ...], places: dict[str, int], settings: Settings
) -> TypedRow:
    cells: dict[str, Value | None] = {}
    invalid: str | None = None
    for column in scheme.record.fields:
        cell = raw[places[column.name]] if column.name in places else BLANK
        value = read_cell(cell, column, settings.as_of)
        if not isinstance(value, Invalid):
            cells[column.name] = value
        elif invalid is None:
            invalid = column.name
    serial = raw[places[SERIAL]].text if SERIAL in places else ""
    wanted = scheme.payee.names.values() if scheme.payee else ()
    names = {name: raw[places[name]].text.strip() for name in wanted if name in places}
    row = None
    if invalid is None:
        given: dict[str, Value | None] = {Supplied.SCHEME: scheme.name, Supplied.SERIAL: cells.get(SERIAL)}
        row = _row(scheme, cells, settings, given)
    return TypedRow(index, serial, row, invalid, names)


def _row(
    scheme: Scheme, cells: Mapping[str, Value | None], settings: Settings, given: Mapping[str, Value | None]
) -> Row:
    return Row(scheme.record, cells, settings, scheme.day, scheme.payee.category if scheme.payee else None, given)


def _serial_of(scheme: Scheme, raw: tuple[RawCell, ...], places: dict[str, int], settings: Settings) -> Value | None:
    """The row's 序号 if that cell types, whatever the others do."""
    column = scheme.record.field(SERIAL)
    if column is None or SERIAL not in places:
        return None
    value = read_cell(raw[places[SERIAL]], column, settings.as_of)
    return None if isinstance(value, Invalid) else value


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
    row = _row(scheme, {**cells, **decided}, settings, line.row.given)
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
