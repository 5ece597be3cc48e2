"""A table of texts as parquet: every column text, a blank as null."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from policyrun.datasets.arrow_texts import text_array
from policyrun.datasets.atomic import written
from policyrun.source.diagnostic import Diagnostics

if TYPE_CHECKING:
    import pyarrow

#: Rows that are written at once, with one dictionary for each column of few texts.
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


class GrowingParquet:
    """A parquet file of texts that comes in parts; of use within ``with``, which ends the file.

    Args:
        few: the columns of few different texts, which parts have as dictionary arrays.

    Raises:
        OSError: if the place cannot be written to.
    """

    def __init__(self, path: Path, columns: Sequence[str], few: Collection[str]) -> None:
        import pyarrow
        from pyarrow import parquet

        text = pyarrow.string()
        types = {name: pyarrow.dictionary(pyarrow.int32(), text) if name in few else text for name in columns}
        self._schema = pyarrow.schema(list(types.items()))
        # That Arrow held columns as dictionaries is not said in the file; nobody looks for the first and last of texts.
        self._writer = parquet.ParquetWriter(
            path, self._schema, use_dictionary=[*few], write_statistics=False, store_schema=False
        )
        self._parts: list[pyarrow.RecordBatch] = []
        self._rows = 0

    def __enter__(self) -> GrowingParquet:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._write()
        finally:
            self._writer.close()

    def add(self, part: pyarrow.RecordBatch) -> None:
        """Rows that follow those before; of one dictionary array and the next the words should be the same."""
        self._parts.append(part)
        self._rows += part.num_rows
        if self._rows >= ROW_GROUP:
            self._write()

    def _write(self) -> None:
        import pyarrow

        if self._parts:
            self._writer.write_table(pyarrow.Table.from_batches(self._parts, self._schema), ROW_GROUP)
        self._parts, self._rows = [], 0
