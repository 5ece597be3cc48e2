"""What is spelt out beside a database: fields of csv, and work that another thread does."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policyrun.app.beside import Beside
from policyrun.app.spelling import bytes_of, csv_fields
from policyrun.datasets.write_csv import csv_bytes
from policyrun.datasets.write_parquet import GrowingParquet

TEXTS = ["甲公司", None, "", "甲,乙", '"甲"', "甲\n乙", "甲\r乙", " 甲 ", ',"\n\r', "'"]


@pytest.mark.parametrize("texts", [TEXTS, ["甲公司", None, "乙"], [], *([each] for each in TEXTS)])
def test_fields_of_csv_are_as_the_writer_has_them(texts: list[str | None]) -> None:
    _header, *lines = csv_bytes(["甲", "乙"], ((text or "", "行末") for text in texts))
    fields = csv_fields(pa.array(texts, pa.string()))
    assert [f"{field or ''},行末\n".encode() for field in fields.to_pylist()] == lines


def test_the_bytes_of_part_of_an_array() -> None:
    texts = pa.array(["甲", None, "乙丙", "", "丁"])
    assert bytes(bytes_of(texts)) == "甲乙丙丁".encode()
    assert bytes(bytes_of(texts.slice(1, 3))) == "乙丙".encode()
    assert bytes(bytes_of(texts.slice(0, 0))) == b""
    assert bytes(bytes_of(pa.array([None], pa.string()))) == b""


def test_work_beside_is_done_in_order() -> None:
    done: list[int] = []
    with Beside(2) as beside:
        for number in range(100):
            beside.do(done.append, number)
    assert done == list(range(100))


def test_what_goes_wrong_beside_is_told() -> None:
    def fail() -> None:
        raise OSError(28, "没有余地")

    with pytest.raises(OSError, match="没有余地"), Beside(2) as beside:
        beside.do(fail)
    with pytest.raises(OSError, match="没有余地"), Beside(2) as beside:
        for _number in range(100):
            beside.do(fail)


def test_work_beside_is_left_when_something_else_goes_wrong() -> None:
    with pytest.raises(KeyError), Beside(2) as beside:
        beside.do(list)
        raise KeyError


def test_a_file_that_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyrun.datasets.write_parquet.ROW_GROUP", 3)
    path = tmp_path / "表.parquet"
    words = pa.array(["准予", None, "不予"]).dictionary_encode()
    with GrowingParquet(path, ["结论", "序号"], {"结论"}) as file:
        for first in range(0, 10, 2):
            said = words.take(pa.array([first % 3, (first + 1) % 3]))
            serials = pa.array([str(first), None])
            file.add(pa.RecordBatch.from_pydict({"结论": said, "序号": serials}))
    table = pq.read_table(path)
    assert table.schema.types == [pa.string(), pa.string()]
    assert table.column("结论").to_pylist() == [["准予", None, "不予"][number % 3] for number in range(10)]
    assert table.column("序号").to_pylist() == [None if number % 2 else str(number) for number in range(10)]
    with GrowingParquet(path, ["结论", "序号"], {"结论"}):
        pass
    assert pq.read_table(path).num_rows == 0
