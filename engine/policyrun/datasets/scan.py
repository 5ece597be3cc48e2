"""Files as relations of a DuckDB database, without an object per cell: the same tables as ``files`` and ``merge`` give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyrun.datasets.files import DataFile
from policyrun.datasets.scan_rows import relation_of as relation_of
from policyrun.ir.policy import RecordType
from policyrun.model.relation import RawRelation
from policyrun.source.diagnostic import Diagnostics

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class ScannedTable:
    """The rows of one scheme from one file or sheet, in a database: ``model.raw.RawTable`` without its cells.

    Attributes:
        path, sheet, header, empty: as in ``RawTable``.
        relation: the relation that holds them, with ``row_no`` from 0.
        end: the ``row_no`` after the last.
    """

    path: str
    sheet: str
    header: tuple[str, ...]
    empty: int
    relation: str
    end: int


def scan_table(
    connection: DuckDBPyConnection,
    file: DataFile,
    sheet: str,
    required: Sequence[str],
    known: Sequence[str],
    found: Diagnostics,
) -> ScannedTable | None:
    """``DataFile.table`` into a database: the table in a sheet ("" in a csv or parquet file), or None and the reason."""
    raise NotImplementedError


def scheme_relation(
    connection: DuckDBPyConnection,
    name: str,
    scheme: str,
    record: RecordType,
    beside: Sequence[str],
    tables: Sequence[ScannedTable],
    found: Diagnostics,
) -> RawRelation:
    """``merge.scheme_input`` into a database: all rows of a scheme in the order of the tables, as relation ``name``.

    Args:
        beside: columns the policy reads though the record does not list them, such as the payee's name.
        tables: each with every required column.
    """
    raise NotImplementedError
