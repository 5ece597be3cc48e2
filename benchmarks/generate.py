"""Writes synthetic rows of a scheme as parquet or csv, up to 80 million of them, in little memory.

    python benchmarks/generate.py --rows 1000000 --output jinhua.parquet
    python benchmarks/generate.py --rows 1000000 --form text --output jinhua.csv

The same seed and number of rows make the same file. ``--form typed``: dates, yes/no cells and counts have types of
their own. ``--form text``: every cell is text as a bureau's csv has it, dates in several spellings, some impossible.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy
import pyarrow
from pyarrow import csv, parquet
from synthetic import hebei, jinhua, record_level
from synthetic.columns import SPELLING_WEIGHTS, chosen, spelled_dates
from synthetic.people import MOST_ROWS, Rows

SCHEMES = {module.POLICY: module for module in (jinhua, hebei, record_level)}

#: Rows made at a time, and rows in a parquet row group.
CHUNK, ROW_GROUP = 983_040, 122_880

_YES_NO = ("否", "是", "N", "Y", "０", "1")
_IMPOSSIBLE_DATES = 2  # in a thousand


def tables(policy: str, rows: int, seed: int, as_text: bool, chunk: int = CHUNK) -> Iterator[pyarrow.Table]:
    """The rows of a data set, chunk by chunk."""
    for start in range(0, rows, chunk):
        numbers = numpy.arange(start + 1, min(start + chunk, rows) + 1, dtype=numpy.int64)
        run = Rows(seed, numbers, rows)
        columns = SCHEMES[policy].columns(run)
        if as_text:
            columns = {name: _as_text(run, name, column) for name, column in columns.items()}
        yield pyarrow.table(columns)


def _as_text(run: Rows, name: str, column: pyarrow.Array) -> pyarrow.Array:
    kind = column.type
    if pyarrow.types.is_date(kind):
        impossible = run.row.happens(f"{name} impossible", _IMPOSSIBLE_DATES)
        return spelled_dates(column, run.row.weighted(f"{name} spelling", SPELLING_WEIGHTS), impossible)
    if pyarrow.types.is_boolean(kind):
        odd = run.row.weighted(f"{name} spelling", (96, 2, 2))
        values = numpy.asarray(column.fill_null(False)).astype(numpy.int64)
        return chosen(_YES_NO, values + 2 * odd, numpy.asarray(column.is_null()))
    return column if pyarrow.types.is_dictionary(kind) else column.cast(pyarrow.string())


def write(path: Path, policy: str, rows: int, seed: int, as_text: bool) -> None:
    """Writes a data set; the ending of the path says as what."""
    made = tables(policy, rows, seed, as_text)
    first = next(made)
    beside = path.with_name(path.name + ".part")
    plain = [name for name in ("序号", "身份证号码", "证书编号") if name in first.column_names]
    repeated = [name for name in first.column_names if name not in plain]
    if path.suffix == ".parquet":
        with parquet.ParquetWriter(beside, _schema(first), use_dictionary=repeated) as writer:
            for table in _chained(first, made):
                writer.write_table(table.cast(_schema(first)), row_group_size=ROW_GROUP)
    else:
        with csv.CSVWriter(beside, _schema(first)) as writer:
            for table in _chained(first, made):
                writer.write(table.cast(_schema(first)))
    beside.replace(path)


def _chained(first: pyarrow.Table, rest: Iterator[pyarrow.Table]) -> Iterator[pyarrow.Table]:
    yield first
    yield from rest


def _schema(table: pyarrow.Table) -> pyarrow.Schema:
    """Dictionaries only save work here; the file has plain texts."""
    kinds = ((field.name, field.type) for field in table.schema)
    return pyarrow.schema(
        [(name, kind.value_type if pyarrow.types.is_dictionary(kind) else kind) for name, kind in kinds]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--policy", choices=SCHEMES, default="jinhua-2020")
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--form", choices=("typed", "text"), default="typed")
    parser.add_argument("--output", type=Path, required=True, help="a .parquet or .csv file")
    asked = parser.parse_args()
    if asked.rows > MOST_ROWS:
        parser.error(f"at most {MOST_ROWS} rows: there are ID numbers for no more people")
    write(asked.output, asked.policy, asked.rows, asked.seed, asked.form == "text")


if __name__ == "__main__":
    main()
