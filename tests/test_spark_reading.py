"""Spark reads files itself, and gives the rows, numbers and remarks that the embedded database gives."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from bundled import policy_and_sample
from command_line import DEMO
from data_files import ROW, csv_text
from policyrun.app.engine import EngineName
from policyrun.app.evaluate import Request, run, sample_day, sample_path
from policyrun.app.load import load
from policyrun.app.result import result_rows
from policyrun.datasets.write_csv import csv_bytes
from policyrun.source.diagnostic import Diagnostics
from spark_environment import run_with_spark
from test_datasets_scan import CSV, PARQUET, by_cells, by_scan, parquet_of, texts_of, written

#: What only rows at hand can be made of, though they can be read: quotes and line ends that others see otherwise,
#: numbers of more digits than are surely written alike, moments.
AT_HAND = {
    "line end in quotes.csv",
    "quotes inside.csv",
    "carriage return alone.csv",
    "mixed line ends.csv",
    "blank line before.csv",
    "only blanks in a line.csv",
    "blank before quotes.csv",
    "short.csv",
    "long but blank.csv",
    "no name.csv",
    "no name and nothing there.csv",
    "no records.csv",
    "gb18030.csv",
    "glob[1].csv",
    "short but quoted.csv",
    "numbers.parquet",
    "short numbers.parquet",
    "a time of day.parquet",
    "nanoseconds.parquet",
    "a time zone.parquet",
    "a list.parquet",
    "told apart by case.parquet",
    "no records.parquet",
    "an id as a number.parquet",
    "short numbers still.parquet",
    "many digits.parquet",
}
MORE = {
    "many blocks.csv": csv_text(*((str(at), ROW[1], "x" * (at % 37), "", "", str(at * at)) for at in range(60))),
    "many blocks, quoted.csv": csv_text(*((str(at), '"y,"', "", "", "", "") for at in range(20))).replace("\n", "\r\n"),
    "汉字 and %41.csv": csv_text(ROW, ROW),
    "glob[1].csv": csv_text(ROW),
    "quotes and commas.csv": csv_text(("1", '"9,9"', '"a""b"', '""', "", '"""x"""'), ('""', "", "", "x", '","', "1")),
    "short but quoted.csv": csv_text(("1", '"9,9"', "x")),
    "only blanks in a line.csv": csv_text(ROW) + "   \n" + ",".join(ROW) + "\n",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Folders of files that can be read: every kind there is, and typed ones by themselves."""
    mixed, typed = tmp_path_factory.mktemp("各样"), tmp_path_factory.mktemp("有类型")
    for name, text in {**{f"{name}.csv": text for name, text in CSV.items()}, **MORE}.items():
        written(mixed / name, text)
    written(mixed / "gb18030.csv", csv_text(ROW), "gb18030")
    for name, columns in PARQUET.items():
        parquet_of(mixed / f"{name}.parquet", columns)
    parquet_of(
        typed / "甲.parquet", {"序号": [1, 2, None], "培训合格": [True, None, False], "补贴标准": [0.5, 2.0, None]}
    )
    parquet_of(typed / "乙.parquet", {"序号": [4], "培训合格": [True], "补贴标准": [-1234567.25]})
    for path in mixed.iterdir():
        if by_cells([path], Diagnostics()) is None:
            path.unlink()
    return [mixed, typed]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    policy_and_sample(DEMO, folder := tmp_path_factory.mktemp("样例") / "数据")
    return folder


@pytest.fixture(scope="module")
def found(files: list[Path], sample: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Spark came to, all in one process: it takes long to start."""
    folder = tmp_path_factory.mktemp("spark")
    policy = load(DEMO, Diagnostics())
    assert policy is not None
    day = sample_day(sample_path(policy) or Path())
    script = Path(__file__).with_name("spark_reading.py")
    answer = run_with_spark(script, *files, "=", DEMO, day, sample, sample.parent / "结果.parquet", folder=folder)
    told: dict[str, Any] = json.loads(answer.splitlines()[-1])
    return told


@pytest.mark.parametrize("number", [0, 1])
def test_rows_are_those_of_the_embedded_database(files: list[Path], found: dict[str, Any], number: int) -> None:
    own, noticed = found["read"][str(files[number])], Diagnostics()
    with duckdb.connect() as connection:
        relation = by_scan(sorted(files[number].iterdir()), connection, noticed)
        assert relation is not None
        places = connection.execute('SELECT row_no FROM "原文" ORDER BY row_no').fetchall()
        rows = [[row_no, *texts] for (row_no,), texts in zip(places, texts_of(connection, relation), strict=True)]
    parts = [[part.path, part.first, part.end, part.rows] for part in relation.parts]
    assert own["parts"] == parts
    assert own["rows"] == rows
    assert own["columns"] == [[column.name, column.type.value] for column in relation.columns]
    assert own["told"] == [relation.rows, relation.empty, list(relation.unused), list(relation.absent)]
    assert own["said"] == [str(each) for each in noticed]


def test_only_what_spark_may_read_otherwise_is_handed_over(files: list[Path], found: dict[str, Any]) -> None:
    there = {path.name for path in files[0].iterdir()}
    assert set(found["read"][str(files[0])]["at hand"]) == AT_HAND & there
    assert found["read"][str(files[1])]["at hand"] == []


def test_a_run_comes_to_what_the_reference_comes_to(found: dict[str, Any], sample: Path) -> None:
    policy, noticed = load(DEMO, Diagnostics()), Diagnostics()
    assert policy is not None
    request = Request(
        sources=(str(sample),), as_of=sample_day(sample_path(policy) or Path()), engine=EngineName.REFERENCE
    )
    reference = run(policy, request, noticed)
    assert reference is not None
    assert found["run"]["said"] == sorted(each.code for each in noticed)
    counted = [repr(reference.summary()), repr(reference.payments()), reference.digest()]
    assert found["run"]["counted"] == counted
    kept = b"".join(csv_bytes(*result_rows(reference, keep_input=True)))
    assert found["run"]["kept"] == hashlib.sha256(kept).hexdigest()
    for name in ("结果.parquet", "结果.parquet.long"):
        table = pq.read_table(sample.parent / name)
        assert [tuple(cell or "" for cell in row.values()) for row in table.to_pylist()] == result_rows(reference).rows
