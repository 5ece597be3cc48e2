"""Every cell of the input that does not type or breaks a rule of the form, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from policyrun.app.result import RunResult, SchemeResult
from policyrun.interp.expressions import Row
from policyrun.interp.faults import Fault, Form
from policyrun.interp.records import SERIAL
from policyrun.ir.cells import Invalid, read_cell
from policyrun.model.decision import Outcome, Reason
from policyrun.model.raw import BLANK, Origin, RawCell
from policyrun.model.values import Value

VALIDATION_COLUMNS = ("项目", "序号", "列", "原因代码", "说明")


@dataclass(frozen=True, slots=True)
class BadCell:
    """One cell to put right.

    Attributes:
        serial: the row's 序号 as written.
        why: what is wrong with the cell, in a few words.
    """

    scheme: str
    serial: str
    column: str
    written: str
    why: str
    origin: Origin

    def cells(self) -> tuple[str, ...]:
        """The row of the contract, a text per column of ``VALIDATION_COLUMNS``; Chinese in every locale."""
        code = f"{Reason.INVALID.value}:{self.column}"
        written = f"填的是“{self.written}”，" if self.written.strip() else ""
        where = f"第 {self.origin.number} 行"
        return self.scheme, self.serial, self.column, code, f"{where}：{written}{self.why}"


def bad_cells(run: RunResult) -> Iterator[BadCell]:
    """Every bad cell, in row order and the order of the record's columns."""
    for part in run.schemes:
        rules = RowRules(run, part)
        for outcome in part.outcomes:
            for wrong in rules.wrong(outcome):
                origin = part.data.origins[outcome.row]
                yield BadCell(outcome.scheme, outcome.serial, wrong.column, wrong.written, wrong.said, origin)


class Breach(Enum):
    """What shows that a cell is wrong: the cell itself, a rule of the form, or other rows."""

    CELL = "cell"
    FORM = "form"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell of a row that is wrong: why, the rules that say so, and what it takes to see it."""

    column: str
    written: str
    why: str
    rules: tuple[str, ...] = ()
    of: Breach = Breach.FORM

    @property
    def said(self) -> str:
        """Why, with the rules it breaks."""
        return f"{self.why}（{'、'.join(self.rules)}）" if self.rules else self.why


class RowRules:
    """All that the rows of a scheme or a form may break, cell by cell."""

    def __init__(self, run: RunResult, part: SchemeResult) -> None:
        self._part = part
        self._as_of = run.settings.as_of
        self._settings = run.settings
        self._form = Form(run.policy, part.scheme.record)
        self._places = {name: place for place, name in enumerate(part.data.columns)}

    def wrong(self, outcome: Outcome) -> list[Wrong]:
        """Cells that do not type, that break a rule of the form, and that only other rows show to be wrong."""
        cells: dict[str, Value | None] = {}
        told: dict[str, Wrong] = {}
        for field in self._part.scheme.record.fields:
            cell = self._cell(outcome, field.name)
            value = read_cell(cell, field, self._as_of)
            if isinstance(value, Invalid):
                told[field.name] = Wrong(field.name, cell.text, value.text, field.grounds.ids, Breach.CELL)
            else:
                cells[field.name] = value
        for fault in self._faults(cells, frozenset(told)):
            told[fault.column] = Wrong(
                fault.column, self._cell(outcome, fault.column).text, fault.why, fault.grounds.ids
            )
        for name in outcome.about if outcome.reason is Reason.INVALID else ():
            why = "与其他行重复" if name == SERIAL else "与同组的其他行重复或矛盾"
            told.setdefault(name, Wrong(name, self._cell(outcome, name).text, why, of=Breach.ROWS))
        return [told[field.name] for field in self._part.scheme.record.fields if field.name in told]

    def _faults(self, cells: dict[str, Value | None], invalid: frozenset[str]) -> list[Fault]:
        if self._form.is_plain:
            return []
        return self._form.faults(Row(self._part.scheme.record, cells, self._settings), invalid)

    def _cell(self, outcome: Outcome, column: str) -> RawCell:
        place = self._places.get(column)
        return BLANK if place is None else self._part.data.rows[outcome.row][place]
