"""A parquet file as a grid: typed columns count as the text of their value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from policyrun.datasets.grid import Grid
from policyrun.datasets.read_xlsx import moment_text, number_text
from policyrun.model.raw import BLANK, CellKind, RawCell
from policyrun.source.diagnostic import Diagnostics, Place
from policyrun.source.messages import _


def read_parquet(path: Path, found: Diagnostics) -> Grid | None:
    """The rows of a parquet file under its column names, or None and the reason."""
    import pyarrow
    from pyarrow import parquet

    try:
        table = parquet.ParquetFile(path).read()
    except (pyarrow.ArrowException, OSError):
        found.add("PR516", _("parquet 文件已损坏或不完整"), Place(str(path)), help=_("重新导出这个文件"))
        return None
    return arrow_grid(table, str(path), found)


def arrow_grid(table: Any, path: str, found: Diagnostics) -> Grid | None:
    """The rows of an Arrow table; its column names are the first row.

    Args:
        table: a ``pyarrow.Table``.
    """
    names = [str(name) for name in table.column_names]
    columns: list[list[RawCell]] = []
    for name, column in zip(names, table.columns, strict=True):
        as_cell = _cell_of(column.type)
        if as_cell is None:
            found.add(
                "PR517",
                _("列“{name}”的类型 {type} 不是单元格").format(name=name, type=column.type),
                Place(path, f"“{name}”"),
                help=_("导出前把它转成文本、数字、日期或是否"),
            )
            return None
        columns.append([BLANK if value is None else as_cell(value) for value in column.to_pylist()])
    header = tuple(RawCell(name) for name in names)
    rows = [header, *zip(*columns, strict=True)]
    return Grid(path, "", rows, range(len(rows)), titled=True)


def _cell_of(type_: Any) -> Callable[[Any], RawCell] | None:
    """How values of an Arrow type become cells; None for lists, structs, bytes and the like."""
    from pyarrow import types

    if types.is_dictionary(type_):
        return _cell_of(type_.value_type)
    if types.is_floating(type_):
        return lambda value: RawCell(number_text(str(value)), CellKind.NUMBER)
    if types.is_timestamp(type_):
        return _moment
    if types.is_boolean(type_):
        return lambda value: RawCell("true" if value else "false")
    if types.is_date(type_):
        return lambda value: RawCell(value.isoformat())
    if types.is_decimal(type_):
        return lambda value: RawCell(f"{value:f}")
    plain = types.is_integer(type_) or types.is_string(type_) or types.is_large_string(type_) or types.is_null(type_)
    return (lambda value: RawCell(str(value))) if plain or types.is_string_view(type_) else None


def _moment(value: datetime) -> RawCell:
    return RawCell(moment_text(value), CellKind.DATE)
