"""Whether two results are the same byte for byte, in the canonical csv form of the twelve result columns.

    python benchmarks/compare.py reference.csv by_hand.parquet

Prints the number of rows and the digest; where they differ, the first rows that do, and ends with 1.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from pathlib import Path

from pyarrow import parquet

from policyrun.app.result import RESULT_COLUMNS
from policyrun.datasets.write_csv import csv_bytes

_SHOWN = 5


def rows_of(path: Path) -> Iterator[tuple[str, ...]]:
    """The result columns of a csv or parquet file, row by row, in file order; a blank is an empty text."""
    if path.suffix == ".parquet":
        for batch in parquet.ParquetFile(path).iter_batches(columns=list(RESULT_COLUMNS)):
            columns = [batch.column(name).to_pylist() for name in RESULT_COLUMNS]
            for row in zip(*columns, strict=True):
                yield tuple("" if cell is None else cell for cell in row)
        return
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader)
        places = [header.index(name) for name in RESULT_COLUMNS]
        for row in reader:
            yield tuple(row[place] for place in places)


def digest_of(rows: Sequence[tuple[str, ...]]) -> str:
    """The result digest (SHA-256 of the canonical csv)."""
    digest = hashlib.sha256()
    for line in csv_bytes(RESULT_COLUMNS, rows):
        digest.update(line)
    return digest.hexdigest()


def differences(left: Path, right: Path) -> Iterator[str]:
    for number, (one, other) in enumerate(zip_longest(rows_of(left), rows_of(right)), start=1):
        if one != other:
            yield f"row {number}\n  {left}: {one}\n  {right}: {other}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("left", type=Path)
    parser.add_argument("right", type=Path)
    asked = parser.parse_args()
    found = list(islice(differences(asked.left, asked.right), _SHOWN))
    if found:
        print("\n".join(found))
        return 1
    rows = list(rows_of(asked.left))
    print(f"{len(rows)} rows, all {len(RESULT_COLUMNS)} columns equal, digest {digest_of(rows)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
