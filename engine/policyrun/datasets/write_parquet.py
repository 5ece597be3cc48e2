"""A table of texts as parquet: every column text, a blank as null."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from policyrun.datasets.arrow_texts import text_array
from policyrun.datasets.atomic import written
from policyrun.source.diagnostic import Diagnostics

#: Rows that are written at once.
ROW_GROUP = 100_000


def write_parquet(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], found: Diagnostics) -> bool:
    """Writes a table of texts whole or not at all; the reason for the latter is in ``found``."""
    import pyarrow
    from pyarrow import parquet

    def write(beside: Path) -> None:
        schema = pyarrow.schema([(name, pyarrow.string()) for name in columns])
        left = iter(rows)
        with parquet.ParquetWriter(beside, schema) as writer:
            while lines := list(islice(left, ROW_GROUP)):
                arrays = [text_array([line[at] or None for line in lines]) for at in range(len(columns))]
                writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))

    return written(path, write, found)
