"""Runs reference.sql: the whole of jinhua-2020 · 职业资格培训 written by hand, from parquet to parquet.

    python benchmarks/reference.py --input jinhua.parquet --output result.parquet

``--digest`` does what ``evaluate`` does besides: a digest of the result, written beside it, and the sums over its rows.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from time import perf_counter

import duckdb

SQL, DIGEST_SQL = (Path(__file__).with_name(f"{name}.sql") for name in ("reference", "digest"))

HEADER = "项目,序号,结论,补贴金额,受款人,收款方,资金渠道,原因代码,原因,规则,条款,提示\n"


def run(
    source: Path,
    output: Path,
    memory: str | None = None,
    threads: int | None = None,
    timed: bool = False,
    digested: bool = False,
) -> None:
    settings = {
        "memory_limit": memory,
        "threads": threads,
        "temp_directory": str(output.parent / "spill"),
        "enable_external_file_cache": False,  # as policyrun has it: copies of what is read once cost time and memory
    }
    connection = duckdb.connect(config={name: value for name, value in settings.items() if value is not None})
    text = SQL.read_text(encoding="utf-8").replace("$input", str(source)).replace("$output", str(output))
    for statement in duckdb.extract_statements(text):
        _execute(connection, statement, timed)
    if digested:
        output.with_name(f"{output.name}.digest").write_text(digest(connection), "utf-8")


def digest(connection: duckdb.DuckDBPyConnection) -> str:
    """The digest of the result that was written last; its sums are taken and left."""
    connection.execute(DIGEST_SQL.read_text(encoding="utf-8"))
    found = hashlib.sha256(HEADER.encode())
    for batch in connection.sql("FROM line").to_arrow_reader(100_000):
        _validity, ends, texts = batch.column("line").buffers()
        found.update(memoryview(texts)[: memoryview(ends).cast("i")[batch.num_rows]])
    connection.execute("FROM summary").fetchall()
    return found.hexdigest()


def _execute(connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement, timed: bool) -> None:
    start = perf_counter()
    connection.execute(statement)
    if timed and (taken := perf_counter() - start) > 0.005:
        lines = [line for line in statement.query.splitlines() if line and not line.startswith("--")]
        print(f"{taken:7.3f} s  {lines[0][:80]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--memory", help="such as 4GB; what does not fit is spilled beside the output")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--timed", action="store_true", help="say how long each statement takes")
    parser.add_argument("--digest", action="store_true", help="also the digest of the result, and its sums")
    asked = parser.parse_args()
    run(asked.input, asked.output, asked.memory, asked.threads, asked.timed, asked.digest)


if __name__ == "__main__":
    main()
