"""Files in and out: what a cell's kind and text become, and that nothing is half written."""

from __future__ import annotations

import os
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from build import make_id
from data_files import HEADER, ROW, TRAINING, book, csv_text, small_policy
from policyrun.app.inputs import frame_input, read_inputs, wanted_of
from policyrun.datasets.atomic import replacing
from policyrun.datasets.files import open_file
from policyrun.datasets.grid import Grid
from policyrun.datasets.header import header_key
from policyrun.datasets.read_xlsx import number_text
from policyrun.datasets.write_csv import csv_bytes, write_csv
from policyrun.datasets.write_parquet import write_parquet
from policyrun.model.raw import CellKind, RawCell, SchemeInput
from policyrun.source.diagnostic import Diagnostics


def grid_of(path: Path, sheet: str = "") -> Grid:
    found = Diagnostics()
    data = open_file(path, found)
    assert data is not None, list(found)
    grid = data.grid(sheet, found)
    assert grid is not None, list(found)
    return grid


def one_input(*sources: object) -> SchemeInput:
    found = Diagnostics()
    inputs = read_inputs(small_policy(), [str(source) for source in sources], None, found)
    assert inputs is not None, list(found)
    return inputs[0]


def test_spreadsheet_cells_keep_how_they_were_held(tmp_path: Path) -> None:
    row = ["文", 3000, 0.1 + 0.2, True, date(2023, 8, 31), datetime(2023, 8, 31, 10, 30), 20230831, 1e20]
    (cells,) = grid_of(book(tmp_path / "a.xlsx", {"甲": [row]}), "甲").rows
    assert cells[:4] == (
        RawCell("文"),
        RawCell("3000", CellKind.NUMBER),
        RawCell("0.3", CellKind.NUMBER),
        RawCell("TRUE", CellKind.BOOL),
    )
    assert cells[4] == RawCell("2023-08-31", CellKind.DATE)
    assert cells[5] == RawCell("2023-08-31 10:30:00", CellKind.DATE)
    assert cells[6:] == (RawCell("20230831", CellKind.NUMBER), RawCell("1" + "0" * 20, CellKind.NUMBER))


def test_rows_and_columns_before_the_first_cell_count(tmp_path: Path) -> None:
    grid = grid_of(book(tmp_path / "a.xlsx", {"甲": [[], [], [None, None, "丙"]]}), "甲")
    assert grid.numbers[2] == 3
    assert grid.rows[2][2] == RawCell("丙")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1.10101199003071e+17", "110101199003071000"),
        ("1e-07", "0.0000001"),
        ("1234567.125", "1234567.125"),
        ("0.0", "0"),
    ],
)
def test_numbers_are_written_out(written: str, text: str) -> None:
    assert number_text(written) == text


@given(st.decimals(min_value=0, max_value=10**13, places=2, allow_nan=False, allow_infinity=False))
def test_money_survives_a_spreadsheet(amount: Decimal) -> None:
    """15 significant digits hold every amount up to ten trillion to the fen."""
    assert Decimal(number_text(repr(float(amount)))) == amount


def test_typed_parquet_columns_count_as_their_text(tmp_path: Path) -> None:
    table = pyarrow.table(
        {
            "号": pyarrow.array([int(make_id()), None]),
            "额": pyarrow.array([Decimal("2000.50"), None]),
            "数": pyarrow.array([0.1, 3.0]),
            "否": pyarrow.array([True, False]),
            "日": pyarrow.array([date(2023, 8, 31), None]),
            "时": pyarrow.array([datetime(2023, 8, 31), datetime(2023, 8, 31, 1, 2)]),
            "类": pyarrow.array(["甲", "乙"]).dictionary_encode(),
        }
    )
    parquet.write_table(table, tmp_path / "a.parquet")
    _header, first, second = grid_of(tmp_path / "a.parquet").rows
    assert [cell.text for cell in first] == [make_id(), "2000.50", "0.1", "true", "2023-08-31", "2023-08-31", "甲"]
    assert [cell.text for cell in second] == ["", "", "3", "false", "", "2023-08-31 01:02:00", "乙"]
    assert first[0].kind is CellKind.TEXT


def test_a_frame_is_read_like_a_file() -> None:
    values = [
        [1, make_id(), "电工", "三级", pd.Timestamp("2023-05-01"), 2000.0],
        [2, None, "x", pd.NA, pd.NaT, float("nan")],
    ]
    found = Diagnostics()
    policy = small_policy()
    data = frame_input(wanted_of(policy, policy.schemes[0]), pd.DataFrame(values, columns=list(HEADER)), found)
    assert data is not None, list(found)
    assert [cell.text for cell in data.rows[0]] == ["1", make_id(), "电工", "三级", "2023-05-01", "2000"]
    assert [cell.text for cell in data.rows[1]] == ["2", "", "x", "", "", ""]
    assert [origin.number for origin in data.origins] == [1, 2]


def test_a_frame_without_a_column_is_refused() -> None:
    found = Diagnostics()
    policy = small_policy()
    assert frame_input(wanted_of(policy, policy.schemes[0]), pd.DataFrame({"序号": [1]}), found) is None
    assert [one.code for one in found] == ["PR520"]


@pytest.mark.parametrize("name", ["职业(工种)", "职业（工种）", " 职业 工种\n", "职业［工种］", "职业【工种】"])
def test_one_header_in_many_spellings(name: str) -> None:
    assert header_key(name) == "职业工种"


@pytest.mark.parametrize("junk", [[], [["2023年5月补贴明细"]], [["明细"], [], ["序号", "说明"]]])
def test_the_header_is_found_below_other_rows(junk: list[list[str]], tmp_path: Path) -> None:
    data = one_input(book(tmp_path / "a.xlsx", {TRAINING: [*junk, HEADER, ROW, [], ROW]}))
    assert data.columns[:2] == ("序号", "身份证号码")
    assert [origin.number for origin in data.origins] == [len(junk) + 2, len(junk) + 4]
    assert data.empty == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_dialects(encoding: str, end: str, tmp_path: Path) -> None:
    text = csv_text(("1", make_id(), '"电工,""甲"""', "三级", "", "2000"))
    (tmp_path / "a.csv").write_bytes(text.replace("\n", end).encode(encoding))
    data = one_input(f"{TRAINING}={tmp_path}/a.csv")
    assert data.rows[0][2] == RawCell('电工,"甲"')


def test_a_cell_with_lines_does_not_move_row_numbers(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(csv_text(("1", "x", '"两\n行"', *ROW[3:]), ROW), encoding="utf-8")
    assert [origin.number for origin in one_input(f"{TRAINING}={tmp_path}/a.csv").origins] == [2, 4]


@pytest.mark.parametrize("write", [write_csv, write_parquet])
def test_what_is_written_reads_back(write: object, tmp_path: Path) -> None:
    path = tmp_path / ("r.csv" if write is write_csv else "r.parquet")
    rows = [["1", "两\n行", ""], ["=1+1", 'a"b,', "　"]]
    assert write(path, ["甲", "乙", "丙"], rows, Diagnostics())  # type: ignore[operator]
    assert [[cell.text for cell in row] for row in grid_of(path).rows[1:]] == rows


def test_csv_is_canonical(tmp_path: Path) -> None:
    rows = [["1", "甲"], ["2", ""]]
    assert write_csv(tmp_path / "r.csv", ["序号", "姓名"], iter(rows), Diagnostics(), bom=True)
    content = "序号,姓名\n1,甲\n2,\n".encode()
    assert (tmp_path / "r.csv").read_bytes() == b"\xef\xbb\xbf" + content
    assert b"".join(csv_bytes(["序号", "姓名"], rows)) == content


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("旧", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), replacing(path) as beside:
        beside.write_text("新", encoding="utf-8")
        raise ZeroDivisionError
    assert path.read_text(encoding="utf-8") == "旧"
    assert [one.name for one in tmp_path.iterdir()] == ["r.csv"]


def test_a_written_file_has_the_usual_permissions_and_follows_links(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    assert write_csv(tmp_path / "link.csv", ["甲"], [], Diagnostics())
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_device_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "r.csv")
    found = Diagnostics()
    assert not write_csv(tmp_path / "r.csv", ["甲"], [], found)
    assert [one.code for one in found] == ["PR535"]
