"""A table of texts as parquet: every column text, a blank as null."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from policyrun.datasets.atomic import written
from policyrun.source.diagnostic import Diagnostics


def write_parquet(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], found: Diagnostics) -> bool:
    """Writes a table of texts whole or not at all; the reason for the latter is in ``found``."""
    import pyarrow
    from pyarrow import parquet

    def write(beside: Path) -> None:
        lines = list(rows)
        arrays = [pyarrow.array([line[at] or None for line in lines], pyarrow.string()) for at in range(len(columns))]
        parquet.write_table(pyarrow.Table.from_arrays(arrays, names=list(columns)), beside)

    return written(path, write, found)
