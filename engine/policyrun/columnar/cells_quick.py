"""The plainest spelling of each cell type, read at once where DuckDB can.

A cast and the cast back give the text itself only if it is spelled just so. Both are worked out once per entry of a
dictionary of repeated texts, which no regular expression is, and what else a cell may hold is looked at only for the
cells that are left. Null says nothing: neither that a cell is blank nor that it does not type.
"""

from __future__ import annotations

from sqlglot import exp

from policyrun.columnar.cells_number import ROOMY_DIGITS, UNITS
from policyrun.columnar.folding import (
    Sql,
    binary,
    call,
    cases,
    cast,
    compare,
    equal,
    text,
    whole,
)

_TEXT = exp.DataType(this=exp.DataType.Type.TEXT)
_DATE = exp.DataType(this=exp.DataType.Type.DATE)
_BIGINT = exp.DataType(this=exp.DataType.Type.BIGINT)
_INT = exp.DataType(this=exp.DataType.Type.INT)
_FEN = exp.DataType.build(f"DECIMAL({ROOMY_DIGITS + 2}, 2)")
_ROOMY = exp.DataType.build(f"DECIMAL({ROOMY_DIGITS}, 0)")


def quick_number(cell: Sql, units: int) -> Sql:
    """Digits without zeros in front; of money, such with two digits after a point."""
    roomy, fen = exp.TryCast(this=cell, to=_ROOMY), exp.TryCast(this=cell, to=_FEN)
    number = cast(roomy, _BIGINT)
    arms: list[tuple[Sql, Sql]] = [(compare(exp.LT, cell, text("0")), exp.Null())]  # a sign
    arms.append((_says(roomy, cell), number if units == 1 else binary(exp.Mul, number, whole(units))))
    if units == UNITS["money"]:
        arms.append((_says(fen, cell), cast(binary(exp.Mul, fen, whole(units)), _BIGINT)))
    return cases(arms)


def quick_date(cell: Sql) -> Sql:
    """2023-08-31 or 20230831."""
    dashed = exp.TryCast(this=cell, to=_DATE)
    digits = exp.TryCast(this=cell, to=_INT)
    is_day = cases([(_says(digits, cell), cast(call("TRY_STRPTIME", cell, text("%Y%m%d")), _DATE))])
    arms: list[tuple[Sql, Sql]] = [
        (compare(exp.LT, cell, text("0001")), exp.Null())
    ]  # DuckDB knows years before the first
    arms.append((equal(call("LENGTH", cell), whole(8)), is_day))
    arms.append((_says(dashed, cell), dashed))
    return cases(arms)


def _says(value: Sql, cell: Sql) -> Sql:
    """Whether a value is written just as a cell is."""
    return equal(cast(value, _TEXT), cell)
