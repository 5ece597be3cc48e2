"""A pandas data frame as a grid."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from numbers import Integral
from typing import TYPE_CHECKING

from policyrun.datasets.grid import Grid
from policyrun.datasets.read_xlsx import moment_text, number_text
from policyrun.model.raw import BLANK, CellKind, RawCell

if TYPE_CHECKING:
    import pandas as pd


def frame_grid(frame: pd.DataFrame, path: str) -> Grid:
    """The rows of a data frame; None, NaN and NaT are blank, other values count as their text.

    Args:
        path: how the frame is named to the user.
    """
    columns: list[list[RawCell]] = []
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        missing = column.isna().tolist()
        values = column.tolist()
        columns.append([BLANK if gone else _cell(value) for value, gone in zip(values, missing, strict=True)])
    header = tuple(RawCell(str(name)) for name in frame.columns)
    rows = [header, *zip(*columns, strict=True)]
    return Grid(path, "", rows, range(len(rows)), titled=True)


def _cell(value: object) -> RawCell:
    match value:
        case str():
            return RawCell(value)
        case bool():
            return RawCell("true" if value else "false")
        case datetime():
            return RawCell(moment_text(value), CellKind.DATE)
        case date():
            return RawCell(value.isoformat())
        case Decimal():
            return RawCell(f"{value:f}")
        case Integral():
            return RawCell(str(int(value)))
        case float():  # the frame's own; its shortest spelling is read as text, so that no arithmetic is done with it
            return RawCell(number_text(str(value)), CellKind.NUMBER)
        case _:
            return RawCell(str(value))
