"""Typed cells as a relation in DuckDB, and what SQL says of expressions, for the tests of the columnar engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import duckdb
import pyarrow as pa

from policyrun.columnar.choices import sql_of
from policyrun.columnar.folding import Sql
from policyrun.columnar.leaves import FEN, NUMERIC
from policyrun.columnar.lowering import Lowering
from policyrun.columnar.numbers import Number
from policyrun.columnar.plan import ROW
from policyrun.ir.nodes import Expr
from policyrun.ir.policy import Field, RecordType
from policyrun.model.types import Kind
from policyrun.model.values import Days, Months, Operand, Value

SOURCE = "单元格"
_ARROW = {Kind.BOOL: pa.bool_(), Kind.DATE: pa.date32()}


def store(
    connection: duckdb.DuckDBPyConnection, record: RecordType, rows: Sequence[Mapping[str, Value | None]]
) -> None:
    """The relation ``SOURCE`` of typed cells, one column per field."""
    columns = {
        field.name: pa.array(
            [_held(field, row.get(field.name)) for row in rows],
            pa.int64() if field.type.kind in NUMERIC else _ARROW.get(field.type.kind, pa.string()),
        )
        for field in record.fields
    }
    connection.register("_cells", pa.table({ROW: pa.array(range(len(rows)), pa.int64()), **columns}))
    connection.execute(f'CREATE OR REPLACE TABLE "{SOURCE}" AS SELECT * FROM _cells')


def _held(field: Field, value: Value | None) -> int | str | date | bool | None:
    if isinstance(value, Fraction):
        units = value * FEN if field.cell == "money" else value
        assert units.denominator == 1
        return int(units)
    return value.count if isinstance(value, Months | Days) else value


def worth(
    connection: duckdb.DuckDBPyConnection, lowering: Lowering, nodes: Mapping[str, Expr]
) -> list[dict[str, Operand]]:
    """What SQL says that each expression is worth, row by row."""
    columns: dict[str, Sql] = {}
    values = {name: lowering.operand(node) for name, node in nodes.items()}
    for name, value in values.items():
        columns[name] = sql_of(value)
        if isinstance(value, Number) and not isinstance(value.den, int):
            columns[f"{name}/"] = value.den
    query = lowering.bench.dialect.sql(lowering.select({ROW: lowering.row_number(), **columns}))
    cursor = connection.execute(f'SELECT * FROM ({query}) ORDER BY "{ROW}"')
    names = [each[0] for each in cursor.description or ()]
    found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [{name: _value(value, name, row, nodes[name]) for name, value in values.items()} for row in found]


def _value(value: object, name: str, row: Mapping[str, Operand], node: Expr) -> Operand:
    held = row[name]
    if held is None or not isinstance(value, Number):
        return held
    den = value.den if isinstance(value.den, int) else row[f"{name}/"]
    assert isinstance(held, int), name
    assert isinstance(den, int), name
    exact = Fraction(held, den)
    assert abs(held) <= value.bound, (name, held, value.bound)
    assert not (value.is_natural and held < 0), (name, held)
    if node.type.kind in (Kind.MONTHS, Kind.DAYS):
        assert exact.denominator == 1
        return (Months if node.type.kind is Kind.MONTHS else Days)(int(exact))
    return exact
