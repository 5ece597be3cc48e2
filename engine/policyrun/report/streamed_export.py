"""The result of a run that stays in a database, as a file: equal, cell for cell, to what ``export`` writes."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

from policyrun.app.result import RESULT_COLUMNS
from policyrun.app.streamed import Streamed
from policyrun.app.streamed_table import copy_parquet, count_formulas, kept_columns, kept_lines, workbook_lines
from policyrun.datasets.atomic import written
from policyrun.report.export import is_writable, warn_of_formulas
from policyrun.report.workbook import write_workbook
from policyrun.source.diagnostic import Diagnostics


def write_streamed(
    run: Streamed,
    path: Path,
    found: Diagnostics,
    *,
    keep_input: bool = False,
    excel_csv: bool = False,
    told: Callable[[int], None] | None = None,
) -> bool:
    """Writes a result whole or not at all; the reason for the latter is in ``found``.

    Args:
        path: ends in .xlsx, .csv or .parquet; never a file that the run has read.
        keep_input: append the input columns.
        excel_csv: begin a .csv with a byte order mark.
        told: is told how many rows have been written so far.
    """
    if not is_writable(path, run.inputs, found):
        return False
    if path.suffix.lower() == ".xlsx":
        kept = kept_columns(run) if keep_input else ()
        rows = sum(one.rows or 0 for one in run.relations.values())
        columns, lines = (*RESULT_COLUMNS, *kept), workbook_lines(run, kept)
        return write_workbook(run, run.digest(), rows, columns, lines, path, found)
    if path.suffix.lower() == ".parquet":
        return written(path, lambda beside: copy_parquet(run, beside, keep_input), found)
    if excel_csv:
        warn_of_formulas(count_formulas(run, keep_input), path, found)

    def write(beside: Path) -> None:
        with beside.open("wb") as file:
            file.write(codecs.BOM_UTF8 if excel_csv else b"")
            for piece in kept_lines(run) if keep_input else run.lines(told):
                file.write(piece)

    return written(path, write, found)
