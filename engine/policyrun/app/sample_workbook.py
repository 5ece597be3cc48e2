"""A sample as a workbook: one sheet per scheme, every cell as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from policyrun.app.sample import as_texts
from policyrun.datasets.atomic import written
from policyrun.model.raw import SchemeInput
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.width import width

#: When a sample was made does not matter; saying the same each time keeps the file the same.
_MADE = datetime(2024, 1, 1)

#: Columns are as wide as their cells, up to this many characters.
_WIDEST = 30


def write_sample(inputs: Sequence[SchemeInput], path: Path, found: Diagnostics) -> bool:
    """Whether the workbook could be written; if not, the reason is in ``found`` and nothing has changed."""
    return written(path, lambda beside: _write(inputs, beside), found)


def _write(inputs: Sequence[SchemeInput], path: Path) -> None:
    import xlsxwriter

    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
    with path.open("wb") as stream, xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": "policyrun", "created": _MADE})
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for scheme, (header, *rows) in as_texts(inputs).items():
            sheet = book.add_worksheet(scheme)
            sheet.freeze_panes(1, 0)
            for column, cells in enumerate(zip(header, *rows, strict=True)):
                sheet.set_column(column, column, min(max(map(width, cells)) + 2, _WIDEST), text)
            sheet.write_row(0, 0, header, bold)
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, row, text)
