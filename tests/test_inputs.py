"""From ``--input`` to the rows of each scheme, and the files beside them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from build import make_id
from data_files import HEADER, LIVING, ROW, TRAINING, book, csv_text, small_policy
from policyrun.app.history import read_history
from policyrun.app.inputs import read_inputs
from policyrun.app.side_files import read_exceptions, read_lists
from policyrun.model.past import HistoryRow
from policyrun.model.raw import SchemeInput
from policyrun.model.settings import ListEntry, Settings
from policyrun.source.diagnostic import Diagnostics

AS_OF = date(2023, 12, 31)
LIVING_HEADER = ("序号", "身份证号码", "补贴标准")
PAID = ("项目", "序号", "结论", "补贴金额", "受款人", "提示", "规则", *HEADER[1:5], "证书编号")


def read(*sources: object, scheme: str | None = None) -> tuple[tuple[SchemeInput, ...], list[str]]:
    found = Diagnostics()
    inputs = read_inputs(small_policy(), [str(source) for source in sources], scheme, found)
    assert inputs is not None, list(found)
    return inputs, [one.code for one in found]


def row(serial: str) -> tuple[str, ...]:
    return (serial, *ROW[1:])


def write(path: Path, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(csv_text(*rows, header=header), encoding="utf-8")
    return path


def serials(data: SchemeInput) -> list[str]:
    return [cells[data.columns.index("序号")].text for cells in data.rows]


def test_a_workbook_has_a_sheet_per_scheme(tmp_path: Path) -> None:
    sheets = {"说明": [["填表说明"]], LIVING: [LIVING_HEADER, ("7", make_id(), "5")], TRAINING: [HEADER, ROW]}
    inputs, codes = read(book(tmp_path / "a.xlsx", sheets))
    assert [one.scheme for one in inputs] == [TRAINING, LIVING], "in declared order"
    assert "PR524" in codes


@pytest.mark.parametrize("empty", [{}, {"Sheet2": [], "Sheet3": []}])
def test_a_single_sheet_of_any_name_with_scheme(empty: dict[str, list[list[str]]], tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"Sheet1": [HEADER, ROW], **empty})
    assert read(path, scheme=TRAINING)[0][0].scheme == TRAINING
    assert read(f"{TRAINING}={path}")[0][0].scheme == TRAINING


def test_a_scheme_alone_leaves_other_sheets(tmp_path: Path) -> None:
    sheets = {LIVING: [LIVING_HEADER, ("7", make_id(), "5")], TRAINING: [HEADER, ROW]}
    inputs, codes = read(book(tmp_path / "a.xlsx", sheets), scheme=LIVING)
    assert [one.scheme for one in inputs] == [LIVING]
    assert "PR524" in codes


def test_files_of_one_scheme_are_read_in_name_order(tmp_path: Path) -> None:
    late = write(tmp_path / "b.csv", row("3"))
    early = write(tmp_path / "a.csv", row("1"), row("2"))
    (data,), _codes = read(f"{TRAINING}={late}", f"{TRAINING}={early}")
    assert serials(data) == ["1", "2", "3"]
    assert [Path(origin.path).name for origin in data.origins] == ["a.csv", "a.csv", "b.csv"]


def test_files_with_other_columns_come_under_one_header(tmp_path: Path) -> None:
    write(tmp_path / "职业培训补贴-1.csv", (*ROW, "甲"), header=(*HEADER, "备注"))
    write(tmp_path / "职业培训补贴-2.csv", ("是", *reversed(ROW)), header=("培训合格", *reversed(HEADER)))
    (data,), codes = read(tmp_path)
    assert data.columns == (*HEADER, "备注", "培训合格")
    assert [cell.text for cell in data.rows[0]] == [*ROW, "甲", ""]
    assert [cell.text for cell in data.rows[1]] == [*ROW, "", "是"]
    assert data.unused == ("备注",)
    assert data.absent == ("证书编号",)
    assert codes.count("PR526") == 2, "each file says what it lacks"


def test_a_column_that_names_the_payee_is_used(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", (*ROW, "甲校"), header=(*HEADER, "培训机构（名称）"))
    (data,), _codes = read(f"{TRAINING}={path}")
    assert data.columns[-1] == "培训机构名称"
    assert data.unused == ()


def test_a_folder_has_a_file_or_folder_per_scheme(tmp_path: Path) -> None:
    write(tmp_path / TRAINING / "5月.csv", row("1"))
    write(tmp_path / TRAINING / "6月.csv", row("2"))
    write(tmp_path / f"{LIVING}2.csv", ("7", make_id(), "5"), header=LIVING_HEADER)
    write(tmp_path / f"{LIVING}名单.csv", header=("姓名",))
    (tmp_path / "~$生活补贴.xlsx").write_text("")
    inputs, codes = read(tmp_path)
    assert [(one.scheme, serials(one)) for one in inputs] == [(TRAINING, ["1", "2"]), (LIVING, ["7"])]
    assert codes.count("PR544") == 1


def test_with_scheme_a_folder_holds_its_files(tmp_path: Path) -> None:
    write(tmp_path / "5月.csv", row("1"))
    assert serials(read(tmp_path, scheme=TRAINING)[0][0]) == ["1"]
    assert serials(read(f"{TRAINING}={tmp_path}")[0][0]) == ["1"]


def test_an_equals_sign_in_a_path_is_a_path(tmp_path: Path) -> None:
    path = write(tmp_path / "a=b.csv", ROW)
    assert serials(read(path, scheme=TRAINING)[0][0]) == ["1"]


def test_lists(tmp_path: Path) -> None:
    (tmp_path / "承训机构.csv").write_text(
        "统一代码,名称,生效,失效,依据\n91X,甲校,2023-01-01,2023/12/31,文\n,乙校,,,\n", encoding="utf-8"
    )
    found = Diagnostics()
    first, last = date(2023, 1, 1), date(2023, 12, 31)
    assert read_lists(small_policy(), tmp_path, found) == {
        "承训机构": (
            ListEntry("甲校", first, last, "文"),
            ListEntry("91X", first, last, "文"),
            ListEntry("乙校", None, None),
        )
    }
    assert not len(found)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_exceptions(ending: str, tmp_path: Path) -> None:
    header = ("项目", "序号", "限额", "批准人", "依据", "日期")
    line = (TRAINING, "12.0", "每年一次", "王某", "会议纪要", "2023年5月1日")
    path = tmp_path / f"e.{ending}"
    if ending == "csv":
        write(path, line, header=header)
    else:
        book(path, {"例外": [header, line]})
    found = Diagnostics()
    entries = read_exceptions([small_policy()], path, found)
    assert entries is not None, list(found)
    assert (entries[0].serial, entries[0].day, entries[0].approver) == (Fraction(12), date(2023, 5, 1), "王某")


def test_an_exception_twice_is_refused(tmp_path: Path) -> None:
    line = (TRAINING, "1", "每年一次", "王某", "文", "2023-05-01")
    path = write(tmp_path / "e.csv", line, line, header=("项目", "序号", "限额", "批准人", "依据", "日期"))
    found = Diagnostics()
    assert read_exceptions([small_policy()], path, found) is None
    assert [(one.code, bool(one.help)) for one in found] == [("PR556", True)]


def paid(serial: str, conclusion: str, amount: str = "2000.00", notices: str = "") -> tuple[str, ...]:
    return (TRAINING, serial, conclusion, amount, "企业", notices, "HB-S1;HB-L1", *ROW[1:5], "A1")


def past(path: Path, **more: object) -> tuple[tuple[HistoryRow, ...] | None, list[str]]:
    found = Diagnostics()
    return read_history(small_policy(), path, Settings(AS_OF, AS_OF, {}), found, **more), [one.code for one in found]  # type: ignore[arg-type]


def test_history_counts_grants_and_revocations(tmp_path: Path) -> None:
    lines = [paid("1", "准予", notices="PROVISIONAL;LATE"), paid("2", "不予", "0.00"), paid("3", "待核实", "")]
    rows, codes = past(write(tmp_path / "h.csv", *lines, paid("4", "撤销", ""), header=PAID))
    assert rows is not None, codes
    assert [(one.serial, one.revoked, one.amount) for one in rows] == [("1", False, Fraction(2000)), ("4", True, None)]
    first = rows[0]
    assert (first.notices, first.rules, first.payee) == (("PROVISIONAL", "LATE"), ("HB-S1", "HB-L1"), "企业")
    assert first.values["发证时间"] == date(2023, 5, 1)
    assert "补贴标准" not in first.values
    assert first.origin.number == 2
    assert codes == []


def test_history_without_conclusions_counts_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "h.csv", (TRAINING, *ROW), header=("项目", *HEADER))
    rows, _codes = past(path)
    assert rows is not None
    assert [one.amount for one in rows] == [None]


def test_history_of_schemes_that_share_no_limit_is_left_out_whatever_it_holds(tmp_path: Path) -> None:
    path = write(tmp_path / "h.csv", (TRAINING, "x", "昨天"), header=("项目", "序号", "发证时间"))
    rows, codes = past(path, schemes=[LIVING])
    assert rows == ()
    assert codes == ["PR562"]


def test_history_from_a_result_workbook(tmp_path: Path) -> None:
    path = book(tmp_path / "h.xlsx", {"结果": [PAID, paid("1", "准予")], "汇总": [["项目"]]})
    rows, codes = past(path)
    assert rows is not None
    assert len(rows) == 1
    assert codes == ["PR524"]


def test_the_other_sheets_of_our_own_workbooks_are_no_news(tmp_path: Path) -> None:
    path = book(tmp_path / "h.xlsx", {"结果": [PAID, paid("1", "准予")], "汇总": [["项目"]], "说明": [["x"]]})
    rows, codes = past(path)
    assert rows is not None
    assert (len(rows), codes) == (1, [])
    returned = {TRAINING: [HEADER, ROW], "填表说明": [["x"]], "选项": [["一级"]], "退回说明": [["x"]]}
    assert "PR524" not in read(book(tmp_path / "a.xlsx", returned))[1]
