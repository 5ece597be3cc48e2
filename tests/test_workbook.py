"""The result as a file: equal cells in every kind, nothing a spreadsheet would run, whole or not at all."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from pyarrow import parquet
from python_calamine import CalamineWorkbook

from policyrun.app.result import RESULT_COLUMNS, InputFile, RunResult, result_rows
from policyrun.app.sentence import money_text
from policyrun.app.summary import summarise
from policyrun.model.raw import CellKind, RawCell
from policyrun.model.vocabulary import Status
from policyrun.report import workbook
from policyrun.report.export import write_result
from policyrun.report.look import MONEY
from policyrun.source.diagnostic import Diagnostics, Severity
from sample_run import make_run, text_row


def written(run: RunResult, path: Path, *, keep_input: bool = False) -> Diagnostics:
    found = Diagnostics()
    assert write_result(run, path, found, keep_input=keep_input), list(found)
    return found


def sheet_of(path: Path, name: str = "结果") -> Worksheet:
    sheet = openpyxl.load_workbook(path)[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def as_text(value: object, number_format: str = "General") -> str:
    """A workbook's cell as the csv writes it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d")
    return f"{value:.2f}" if number_format == MONEY else str(value)


def with_remark(run: RunResult, text: str) -> RunResult:
    """The run with a text in the first row's 备注."""
    part = run.schemes[0]
    rows = [(*part.data.rows[0][:-1], RawCell(text)), *part.data.rows[1:]]
    return replace(run, schemes=(replace(part, data=replace(part.data, rows=rows)), *run.schemes[1:]))


def test_three_sheets(tmp_path: Path) -> None:
    written(make_run(), tmp_path / "r.xlsx")
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames == ["结果", "汇总", "说明"]


def test_cells_equal_those_of_the_csv(tmp_path: Path) -> None:
    run = make_run()
    written(run, tmp_path / "r.xlsx", keep_input=True)
    columns, rows = result_rows(run, keep_input=True)
    sheet = sheet_of(tmp_path / "r.xlsx")
    standard = columns.index("补贴标准")
    read = [[as_text(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]
    expected = [list(columns), *(list(row) for row in rows)]
    for row in expected[1:]:
        row[standard] = row[standard] and money_text(Fraction(row[standard]))
    assert read == expected


def test_parquet_carries_equal_cells(tmp_path: Path) -> None:
    run = make_run()
    written(run, tmp_path / "r.parquet", keep_input=True)
    columns, rows = result_rows(run, keep_input=True)
    table = parquet.read_table(tmp_path / "r.parquet")
    assert tuple(table.column_names) == columns
    read = [tuple(record[name] or "" for name in columns) for record in table.to_pylist()]
    assert read == rows


def test_csv_has_a_byte_order_mark_only_for_excel(tmp_path: Path) -> None:
    found = Diagnostics()
    write_result(make_run(), tmp_path / "a.csv", found)
    write_result(make_run(), tmp_path / "b.csv", found, excel_csv=True)
    plain, marked = (tmp_path / "a.csv").read_bytes(), (tmp_path / "b.csv").read_bytes()
    assert marked == b"\xef\xbb\xbf" + plain
    assert plain.startswith("项目,序号".encode())


def test_money_and_serials_are_numbers_and_dates_are_dates(tmp_path: Path) -> None:
    written(make_run(), tmp_path / "r.xlsx", keep_input=True)
    sheet = sheet_of(tmp_path / "r.xlsx")
    head = {str(cell.value): cell.column for cell in sheet[1]}

    def cell(name: str, row: int) -> object:
        return sheet.cell(row, head[name]).value

    assert cell("补贴金额", 4) == 1234567.89
    assert sheet.cell(4, head["补贴金额"]).number_format == "#,##0.00"
    assert cell("补贴金额", 7) is None
    assert cell("序号", 2) == 1
    assert cell("序号", 14) == "0012"
    assert cell("发证时间", 2) == datetime(2024, 6, 30)
    assert cell("发证时间", 11) == "去年六月"
    assert cell("身份证号码", 2) == "999999199001010016"


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "{=1}", "http://example.com", "mailto:a@b.c"]


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_runs_and_nothing_links(tmp_path: Path, text: str) -> None:
    path = tmp_path / "r.xlsx"
    written(with_remark(make_run(), text), path, keep_input=True)
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/"):
                content = parts.read(name).decode()
                assert not re.search(r"<f[ >]|<hyperlink", content), name
    columns = result_rows(make_run(), keep_input=True).columns
    read = CalamineWorkbook.from_path(path).get_sheet_by_name("结果").to_python()
    assert read[1][columns.index("备注")] == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x07b", "a␇b"),
        ("\x1b[31m", "␛[31m"),
        ("\x7f", "␡"),
        ("a\rb", "a␍b"),
        ("\ufffe", "\ufffd"),
        ("<r><t>粗</t></r>", "＜r><t>粗</t></r>"),
        ("  前后有空格 ", "  前后有空格 "),
        ("_x0041_", "_x0041_"),
        ("两行\n文字", "两行\n文字"),
        ("𠮷野", "𠮷野"),
        ("<&>\"'", "<&>\"'"),
    ],
)
def test_strange_characters_stay_or_show(tmp_path: Path, text: str, shown: str) -> None:
    path = tmp_path / "r.xlsx"
    found = written(with_remark(make_run(), text), path, keep_input=True)
    columns = result_rows(make_run(), keep_input=True).columns
    read = CalamineWorkbook.from_path(path).get_sheet_by_name("结果").to_python()
    assert read[1][columns.index("备注")] == shown
    assert [each.code for each in found] == (["PR594"] if shown != text else [])


def test_kept_cells_keep_their_kind(tmp_path: Path) -> None:
    run = make_run()
    part = run.schemes[1]
    cells = {
        "12345678901234567": CellKind.NUMBER,
        "1E+20": CellKind.NUMBER,
        "0.5": CellKind.NUMBER,
        "TRUE": CellKind.BOOL,
        "1899-12-31": CellKind.DATE,
        "2024-06-30 10:30:00": CellKind.DATE,
        "#REF!": CellKind.ERROR,
    }
    names = tuple(f"列{n}" for n in range(len(cells)))
    row = (*text_row(("1",)), *(RawCell(text, kind) for text, kind in cells.items()))
    data = replace(part.data, columns=("序号", *names), rows=[row])
    one = replace(part, data=data, outcomes=part.outcomes[:1])
    written(replace(run, schemes=(one,)), tmp_path / "r.xlsx", keep_input=True)
    read = [cell.value for cell in sheet_of(tmp_path / "r.xlsx")[2]][len(RESULT_COLUMNS) :]
    assert read == [
        "12345678901234567",
        "1E+20",
        0.5,
        True,
        "1899-12-31",
        datetime(2024, 6, 30, 10, 30),
        "#REF!",
    ]


def test_header_stays_in_sight_and_prints_on_a4(tmp_path: Path) -> None:
    written(make_run(), tmp_path / "r.xlsx")
    sheet = sheet_of(tmp_path / "r.xlsx")
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == "A1:L15"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)


def texts(path: Path, sheet: str) -> str:
    return "\n".join(str(value) for row in sheet_of(path, sheet).iter_rows(values_only=True) for value in row if value)


def test_summary_sheet_shows_that_it_agrees(tmp_path: Path) -> None:
    written(make_run(), tmp_path / "r.xlsx")
    shown = texts(tmp_path / "r.xlsx", "汇总")
    assert "✓ 与结果页一致" in shown
    assert "1288968.39" in shown
    assert "付款清单" in shown
    assert "合成样例" in shown


def test_summary_sheet_shows_when_it_does_not_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = summarise(make_run())
    broken = replace(summary, by_fund=replace(summary.by_fund, lines=summary.by_fund.lines[:1]))
    monkeypatch.setattr(RunResult, "summary", lambda run: broken)
    written(make_run(), tmp_path / "r.xlsx")
    shown = texts(tmp_path / "r.xlsx", "汇总")
    assert "✗ 与结果页不一致：按资金渠道为2 行、1236567.89 元，应为5 行、1288968.39 元。" in shown


@pytest.mark.parametrize(
    "said",
    [
        "云岭市职业技能提升补贴",
        "demo-2024@1",
        "9f" * 32,
        "2024-12-31",
        "ab" * 32,
        "仅提示（本次指定，默认为不予）",
        "“每人每年”的年按哪个日期算",
        "待确认：60（2024-03-01起）",
        "待定：文件没有给出",
        "未提供；按记录中“紧缺”一栏",
        "没有用到的列：备注",
        "视为空白的列：紧缺",
        "略过空行 1 行",
        "共 14 行：准予 5，不予 3，待核实 4，数据错误 2",
    ],
)
def test_notes_say_what_the_result_rests_on(tmp_path: Path, said: str) -> None:
    written(make_run(), tmp_path / "r.xlsx")
    assert said in texts(tmp_path / "r.xlsx", "说明")


def test_a_draft_says_so_on_every_sheet(tmp_path: Path) -> None:
    written(make_run(Status.DRAFT), tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert all("草案" in (book[name].oddHeader.right.text or "") for name in book.sheetnames)
    standing = next(row for row in book["说明"].iter_rows() if row[0].value == "状态")[1]
    assert (standing.value, standing.font.color.rgb) == ("草案", "FFC00000")


def test_same_run_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        written(make_run(), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def refusal(run: RunResult, path: Path, *, keep_input: bool = False) -> list[str]:
    """The codes of a refusal that leaves nothing behind."""
    before = sorted(path.parent.iterdir()) if path.parent.exists() else []
    found = Diagnostics()
    assert not write_result(run, path, found, keep_input=keep_input)
    assert before == (sorted(path.parent.iterdir()) if path.parent.exists() else [])
    return [each.code for each in found if each.severity is Severity.ERROR]


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    assert refusal(make_run(), tmp_path / "r.xls") == ["PR590"]
    assert refusal(make_run(), tmp_path / "r") == ["PR590"]


def test_an_input_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "六月.xlsx"
    path.write_bytes(b"mine")
    run = replace(make_run(), inputs=(InputFile(str(path), "", 0),))
    assert refusal(run, tmp_path / "." / "六月.xlsx") == ["PR592"]
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".parquet"])
def test_a_missing_folder_is_a_diagnostic(tmp_path: Path, ending: str) -> None:
    assert refusal(make_run(), tmp_path / "没有" / f"r{ending}") == ["PR535"]


def test_a_text_too_long_for_a_cell_is_refused(tmp_path: Path) -> None:
    run = with_remark(make_run(), "长" * 32_768)
    assert refusal(run, tmp_path / "r.xlsx", keep_input=True) == ["PR593"]
    written(with_remark(make_run(), "长" * 32_767), tmp_path / "r.xlsx", keep_input=True)


def test_more_rows_than_a_sheet_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 14)
    assert refusal(make_run(), tmp_path / "r.xlsx") == ["PR593"]


def test_excel_csv_warns_of_formulas(tmp_path: Path) -> None:
    found = Diagnostics()
    assert write_result(make_run(), tmp_path / "r.csv", found, keep_input=True, excel_csv=True)
    assert [each.code for each in found] == ["PR595"]
