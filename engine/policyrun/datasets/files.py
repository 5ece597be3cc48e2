"""A data file of any format, and the tables in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from policyrun.datasets.grid import Grid
from policyrun.datasets.header import find_table
from policyrun.datasets.probe import Format, probe
from policyrun.datasets.read_csv import read_csv
from policyrun.datasets.read_parquet import read_parquet
from policyrun.datasets.read_xlsx import Workbook, open_workbook
from policyrun.model.raw import RawTable
from policyrun.source.diagnostic import Diagnostics


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that can be read.

    Attributes:
        sheets: its worksheets in order; () where the format has none and the file is one table.
        grid: reads a sheet ("" where there are none).
        book: the workbook that it is, if it is one.
    """

    path: Path
    sheets: tuple[str, ...]
    grid: Callable[[str, Diagnostics], Grid | None]
    book: Workbook | None = None

    def table(self, sheet: str, required: Sequence[str], known: Sequence[str], found: Diagnostics) -> RawTable | None:
        """The table in a sheet, or None and the reason; arguments as for ``header.find_table``."""
        grid = self.grid(sheet, found)
        return None if grid is None else find_table(grid, required, known, found)

    def filled(self, found: Diagnostics) -> list[str]:
        """The sheets that hold something."""
        book = self.book
        return [] if book is None else [sheet for sheet in self.sheets if book.holds_something(sheet, found)]


def open_file(path: Path, found: Diagnostics) -> DataFile | None:
    """A data file, or None and the reason."""
    match probe(path, found):
        case Format.XLSX:
            book = open_workbook(path, found)
            return None if book is None else DataFile(path, book.sheets, book.grid, book)
        case Format.CSV:
            return DataFile(path, (), lambda sheet, found: read_csv(path, found))
        case Format.PARQUET:
            return DataFile(path, (), lambda sheet, found: read_parquet(path, found))
        case None:
            return None
