"""Every cell of the input that does not type or breaks a rule of the form, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policyrun.app.result import RunResult, SchemeResult
from policyrun.interp.records import SERIAL
from policyrun.ir.cells import Invalid, read_cell
from policyrun.model.decision import Outcome, Reason
from policyrun.model.raw import BLANK, Origin, RawCell

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
        places = {name: place for place, name in enumerate(part.data.columns)}
        for outcome in part.outcomes:
            yield from _of_row(run, part, outcome, places)


def _of_row(run: RunResult, part: SchemeResult, outcome: Outcome, places: dict[str, int]) -> Iterator[BadCell]:
    """Cells that do not type, and cells that only the other rows show to be wrong."""
    across = outcome.about if outcome.reason is Reason.INVALID else ()
    raw = part.data.rows[outcome.row]
    for field in part.scheme.record.fields:
        cell = raw[places[field.name]] if field.name in places else BLANK
        value = read_cell(cell, field, run.settings.as_of)
        if isinstance(value, Invalid):
            yield _bad(part, outcome, field.name, cell, value.text)
        elif field.name in across:
            why = "与其他行重复" if field.name == SERIAL else "与同组的其他行重复或矛盾"
            yield _bad(part, outcome, field.name, cell, why)


def _bad(part: SchemeResult, outcome: Outcome, column: str, cell: RawCell, why: str) -> BadCell:
    return BadCell(outcome.scheme, outcome.serial, column, cell.text, why, part.data.origins[outcome.row])
