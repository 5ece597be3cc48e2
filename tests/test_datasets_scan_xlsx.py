"""Sheets put into a database some rows at a time: the same rows, kinds and remarks as cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from build import make_id
from data_files import HEADER, ROW, TRAINING, Cell, book
from policyrun.datasets import scan_xlsx
from policyrun.datasets.files import open_file
from policyrun.source.diagnostic import Diagnostics
from test_datasets_scan import WANTED, agree

DAY, MOMENT, EARLY = date(2023, 5, 1), datetime(2023, 5, 1, 10, 30), date(1900, 1, 5)
NUMBERED: tuple[Cell, ...] = (1, make_id(), "电工", "三级", DAY, 2000)
BLANK: tuple[Cell, ...] = (None,) * len(HEADER)
NAMELESS = (*HEADER, None, None, "备注")

#: What sheets hold; True: it is taken as it is read, not left to the reader that goes cell by cell.
SHEETS: dict[str, tuple[bool, list[Sequence[Cell]]]] = {
    "texts": (True, [HEADER, ROW, ROW]),
    "numbers and dates": (True, [HEADER, NUMBERED, ROW, NUMBERED]),
    "a day with a time": (True, [HEADER, (*NUMBERED[:4], MOMENT, 2000)]),
    "a yes and a one": (True, [HEADER, (1, make_id(), True, False, 1, True), (True, make_id(), 1, 0, False, 1)]),
    "long numbers": (True, [HEADER, (10**15, 999999199001010010, 12, 3, DAY, 10**20)]),
    "errors": (True, [HEADER, NUMBERED, (1, "=1/0", "=NA()", "三级", DAY, "=A1"), ROW]),
    "an error in the first column": (True, [HEADER, NUMBERED, ("=1/0", *BLANK[1:]), ROW]),
    "a title": (True, [("某某培训", *BLANK[1:]), BLANK, HEADER, NUMBERED]),
    "empty rows": (True, [HEADER, NUMBERED, BLANK, BLANK, ROW, BLANK, NUMBERED, BLANK]),
    "blanks that are no cells": (True, [HEADER, (" ", "　", " \t", "", None, None), ROW]),
    "columns without name or cells": (True, [NAMELESS, (*ROW, None, " ", "甲")]),
    "a column without a name": (False, [NAMELESS, (*ROW, None, None, "甲"), (*ROW, None, 0, "乙")]),
    "a column too many": (False, [HEADER, ROW, (*ROW, "甲")]),
    "nothing before the first column": (False, [(None, *HEADER), (None, *NUMBERED), (None, *ROW), (1, *ROW)]),
    "a first column that is blank": (True, [(None, *HEADER), (None, *NUMBERED), (None, *ROW)]),
    "an error beside the table": (False, [HEADER, ROW, (*ROW, None, "=1/0")]),
    "an error below the table": (True, [HEADER, ROW, BLANK, (*BLANK[1:], "=1/0")]),
    "a day that is none": (False, [HEADER, (*NUMBERED[:4], EARLY, 2000)]),
    "a name twice": (False, [(*HEADER, "序号 "), (*ROW, "2")]),
    "no header": (False, [HEADER[1:], ROW[1:]]),
    "no records": (False, [HEADER]),
    "records without anything": (False, [HEADER, BLANK, (" ", *BLANK[1:])]),
    "nothing": (False, [(" ",)]),
}


@pytest.mark.parametrize("size", [10_000, 1])
@pytest.mark.parametrize("name", list(SHEETS))
def test_a_sheet_is_scanned_as_it_is_read(
    name: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_xlsx, "_BATCH", size)
    is_taken, rows = SHEETS[name]
    path = book(tmp_path / "数据.xlsx", {TRAINING: rows})
    agree(path)
    file = open_file(path, Diagnostics())
    assert file is not None
    assert file.book is not None
    with duckdb.connect() as connection:
        table = scan_xlsx.scan_xlsx(connection, "表", file.book, TRAINING, WANTED.required)
    assert (table is not None) is is_taken


def test_many_rows_and_few_of_another_file_are_one_relation(tmp_path: Path) -> None:
    many = [(number, *NUMBERED[1:]) if number % 3 else (str(number), *ROW[1:]) for number in range(1, 12_001)]
    first = book(tmp_path / "1.xlsx", {TRAINING: [HEADER, *many]})
    relation = agree(first, book(tmp_path / "2.xlsx", {TRAINING: [HEADER, BLANK, ROW]}))
    assert relation is not None
    assert (relation.rows, relation.empty) == (12_001, 1)
    assert relation.parts[1].numbers[1] == 3
