"""The canonical form of a table: csv, UTF-8, LF, columns in the order given."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from policyrun.datasets.atomic import written
from policyrun.source.diagnostic import Diagnostics


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The canonical bytes line by line, header first, without byte order mark: what a result digest is taken of."""
    line = io.StringIO(newline="")
    # A field with either of these stands in quotes: some versions of the writer only look for what ends their lines.
    writer = csv.writer(line, lineterminator="\r\n")
    for row in chain([columns], rows):
        writer.writerow(row)
        yield f"{line.getvalue()[:-2]}\n".encode()
        line.seek(0)
        line.truncate()


def write_csv(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], found: Diagnostics, *, bom: bool = False
) -> bool:
    """Writes a table of texts whole or not at all; the reason for the latter is in ``found``.

    Args:
        bom: begin with a byte order mark, for spreadsheet programs that take UTF-8 for something else.
    """

    def write(beside: Path) -> None:
        with beside.open("wb") as stream:
            stream.write(codecs.BOM_UTF8 if bom else b"")
            stream.writelines(csv_bytes(columns, rows))

    return written(path, write, found)
