"""Csv files put into a database by its own reader, wherever that surely reads them as ``read_csv`` does.

The two agree on files with one kind of line end in which no blank stands beside a quote; rows of other lengths than
the header, and quotes that do not pair, are errors of the database's reader. Everything else is left to ``read_csv``,
which says what is wrong with it.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from policyrun.datasets.grid import Grid
from policyrun.datasets.header import HEADER_WITHIN, plain_header
from policyrun.datasets.read_csv import report_gb18030
from policyrun.datasets.scan_rows import quoted
from policyrun.datasets.scan_table import ScannedCell, ScannedTable
from policyrun.model.raw import RawCell
from policyrun.source.diagnostic import Diagnostics

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BLOCK = 16 * 1024**2
#: What stands before the first record: so many bytes hold the header, or ``read_csv`` looks for it.
_HEAD = 1024**2


@dataclass(frozen=True, slots=True)
class Looks:
    """What a file looks like.

    Attributes:
        line_end: "\\n" or "\\r\\n".
        lines: how many, blank ones included.
    """

    has_quotes: bool
    line_end: str
    lines: int


def scan_csv(
    connection: DuckDBPyConnection, name: str, path: Path, required: Sequence[str], found: Diagnostics
) -> ScannedTable | None:
    """The table of a csv file stored as ``name``; None where only ``read_csv`` can read it, or say why it cannot."""
    try:
        looks = look_through(path)
        if looks is not None:
            return _load(connection, name, path, path, looks, required)
        with TemporaryDirectory() as folder:
            copy = Path(folder) / "utf-8.csv"
            looks = look_through(copy) if not _is_utf8(path) and _is_copied(path, copy) else None
            table = None if looks is None else _load(connection, name, path, copy, looks, required)
    except OSError:
        return None
    if table is not None:
        report_gb18030(path, found)
    return table


class _Look:
    """Takes in a file block by block."""

    def __init__(self) -> None:
        self._ends = self._returns = self._pairs = 0
        self._has_quotes = self._has_blank_lines = self._is_odd = False
        self._last = b""

    def take(self, block: bytes) -> None:
        with_last = self._last + block
        self._ends += block.count(b"\n")
        self._returns += block.count(b"\r")
        self._pairs += (self._last[-1:] + block).count(b"\r\n")
        if b'"' in block:
            self._has_quotes = True
        self._is_odd |= b"\0" in block
        if self._has_quotes:
            self._is_odd |= any(beside in with_last for beside in (b' "', b'" ', b'\t"', b'"\t'))
        self._has_blank_lines |= b"\n\n" in with_last or b"\n\r\n" in with_last
        self._last = with_last[-2:]

    def looks(self) -> Looks | None:
        """How the file looks; None where a reader may see it otherwise than another."""
        plain = self._returns == 0 or self._returns == self._pairs == self._ends
        if self._is_odd or not plain or not self._ends or (self._has_quotes and self._has_blank_lines):
            return None  # blank lines are not rows to the database, and cannot be told from line ends inside quotes
        return Looks(self._has_quotes, "\r\n" if self._returns else "\n", self._ends + (self._last[-1:] != b"\n"))


def look_through(path: Path) -> Looks | None:
    """How a file in UTF-8 looks; None if its reading is not beyond doubt, or it is not in UTF-8."""
    look, decoder = _Look(), codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            if not _is_decoded(decoder, block):
                return None
            look.take(block)
    return look.looks() if _is_decoded(decoder, b"") else None


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            if not _is_decoded(decoder, block):
                return False
    return _is_decoded(decoder, b"")


def _is_decoded(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block, final=not block)
    except UnicodeDecodeError:
        return False
    return True


def _is_copied(path: Path, copy: Path) -> bool:
    """Whether a file in GB18030 could be copied as UTF-8."""
    decoder = codecs.getincrementaldecoder("gb18030")()
    with path.open("rb") as stream, copy.open("wb") as out:
        while True:
            block = stream.read(_BLOCK)
            try:
                out.write(decoder.decode(block, final=not block).encode())
            except UnicodeError:
                return False
            if not block:
                return True


def _load(
    connection: DuckDBPyConnection, name: str, path: Path, copy: Path, looks: Looks, required: Sequence[str]
) -> ScannedTable | None:
    """Stores the rows of a file; ``copy`` holds it in UTF-8."""
    import duckdb

    found = csv_header(copy, required)
    if found is None:
        return None
    skipped, header = found
    try:
        rows = _store(connection, name, copy, looks, skipped, len(header), in_parallel=True)
        if looks.has_quotes and rows < looks.lines - skipped:  # some cell may hold a line end
            rows = _store(connection, name, copy, looks, skipped, len(header), in_parallel=False)
    except duckdb.Error:
        return None
    if not rows:
        return None
    blank = 0 if looks.has_quotes else looks.lines - skipped - rows
    cells = tuple(ScannedCell(f"c{place}") for place in range(len(header)))
    return ScannedTable(str(path), "", header, quoted(name), "rowid", cells, rows, rows, blank, above=skipped)


def csv_header(path: Path, required: Sequence[str]) -> tuple[int, tuple[str, ...]] | None:
    """How many lines go before the first record, and the names of the columns."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD).removeprefix(codecs.BOM_UTF8).decode("utf-8", "ignore")
    try:
        rows = list(islice(csv.reader(io.StringIO(head, newline=""), strict=True), HEADER_WITHIN))
    except csv.Error:
        return None
    grid = Grid(str(path), "", [tuple(map(RawCell, row)) for row in rows], range(1, len(rows) + 1), fielded=True)
    found = plain_header(grid, required)
    if found is None:
        return None
    at, header = found
    preface = rows[: at + 1]
    plain = all(row and not any("\n" in field for field in row) for row in preface)
    return (at + 1, header) if plain and len(header) > 1 else None


def _store(
    connection: DuckDBPyConnection, name: str, path: Path, looks: Looks, skipped: int, width: int, *, in_parallel: bool
) -> int:
    """Makes a table of the records of a file; how many there are."""
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    quote = '"' if looks.has_quotes else ""
    # Told that lines end in \r\n the database finds none; not told, it finds them by itself.
    line_end = " new_line = '\\n'," if looks.line_end == "\n" else ""
    connection.execute(
        f"CREATE OR REPLACE TABLE {quoted(name)} AS SELECT * FROM read_csv(?, auto_detect = false, header = false,"
        f" skip = {skipped}, columns = {{{columns}}}, delim = ',', quote = '{quote}', escape = '{quote}', comment = '',"
        f"{line_end} strict_mode = true, null_padding = false, max_line_size = {csv.field_size_limit()},"
        f" nullstr = '', parallel = {str(in_parallel).lower()})",
        [str(path)],
    )
    found = connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()
    assert found is not None, "a count is one row"
    return int(found[0])
