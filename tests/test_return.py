"""The returned workbook: the user's own, with what to put right marked, and readable again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook

from policyrun.app.inputs import read_inputs
from policyrun.app.result import InputFile, RunResult
from policyrun.model.decision import Conclusion, Outcome, Reason
from policyrun.model.raw import Origin
from policyrun.report.return_workbook import write_return
from policyrun.source.diagnostic import Diagnostics
from sample_run import make_run, training_input, write_input

RED, AMBER = "FFF4B0A8", "FFFFE08A"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "六月.xlsx"
    write_input(path)
    return path


def run_on(source: Path) -> RunResult:
    """The sample run as if it had read that file."""
    run = make_run()
    parts = []
    for part in run.schemes:
        origins = [Origin(str(source), each.sheet, each.number) for each in part.data.origins]
        parts.append(replace(part, data=replace(part.data, origins=origins)))
    return replace(run, schemes=tuple(parts), inputs=(InputFile(str(source), "", 14),))


def returned(source: Path, run: RunResult | None = None, name: str = "退回.xlsx") -> Workbook:
    found = Diagnostics()
    assert write_return(run or run_on(source), str(source), source.with_name(name), found), list(found)
    assert not list(found)
    return openpyxl.load_workbook(source.with_name(name))


def marked(book: Workbook, sheet: str) -> dict[str, str]:
    colours = {RED, AMBER}
    cells = (cell for row in book[sheet].iter_rows() for cell in row)
    return {cell.coordinate: cell.fill.fgColor.rgb for cell in cells if cell.fill.fgColor.rgb in colours}


def test_bad_cells_are_red_and_missing_ones_amber(source: Path) -> None:
    book = returned(source)
    assert marked(book, "培训补贴") == {
        "H8": AMBER,
        "I8": AMBER,
        "H9": AMBER,
        "A10": AMBER,
        "B11": RED,
        "F12": RED,
    }
    assert marked(book, "示范企业") == {"C3": AMBER}


def test_comments_say_what_is_wrong_and_what_to_write(source: Path) -> None:
    sheet = returned(source)["培训补贴"]
    assert sheet["B11"].comment.text == (
        "【退回】“身份证号码”：校验码不符。填写：18 位公民身份号码，末位校验，须按文本录入"
    )
    assert sheet["H8"].comment.text == "【退回】“培训合格”：空白，缺少它不能作出结论。填写：是、否"
    assert "适用哪一版本待核实" in sheet["A10"].comment.text


def test_everything_else_stays(source: Path) -> None:
    before, after = openpyxl.load_workbook(source)["培训补贴"], returned(source)["培训补贴"]
    assert [[cell.value for cell in row] for row in before.iter_rows()] == [
        [cell.value for cell in row] for row in after.iter_rows()
    ]
    assert after["M3"].value == "=SUM(I3:I14)"
    assert after["A2"].font.bold
    assert [str(area) for area in after.merged_cells.ranges] == ["A1:K1"]
    assert after["C3"].comment.text == "本人已核对"


def test_the_users_own_comment_is_kept_before_ours(source: Path) -> None:
    book = openpyxl.load_workbook(source)
    book["培训补贴"]["I8"].comment = Comment("等下发标准", "经办")
    book.save(source)
    assert returned(source)["培训补贴"]["I8"].comment.text.startswith("等下发标准\n【退回】“补贴标准”")


def test_legend_lists_each_place_with_the_way_to_it(source: Path) -> None:
    book = returned(source)
    assert book.active.title == "退回说明"
    lines = [row for row in book["退回说明"].iter_rows() if row[4].value in ("数据错误", "待核实")]
    assert [(line[1].value, line[2].value, line[3].value, line[4].value) for line in lines] == [
        (8, 6, "补贴标准", "待核实"),
        (8, 6, "培训合格", "待核实"),
        (9, 7, "培训合格", "待核实"),
        (10, 8, "（整行）", "待核实"),
        (11, 9, "身份证号码", "数据错误"),
        (12, 10, "发证时间", "数据错误"),
        (3, 2, "在岗月数", "待核实"),
    ]
    assert lines[4][1].hyperlink.location == "'培训补贴'!B11"
    assert lines[5][5].value == "去年六月"


def test_the_copy_can_be_read_again(source: Path) -> None:
    returned(source)
    found = Diagnostics()
    run = run_on(source)
    inputs = read_inputs(run.policy, [str(source.with_name("退回.xlsx"))], None, found)
    assert inputs is not None and not found.failed, list(found)
    assert [len(one.rows) for one in inputs] == [12, 2]


def test_marks_of_an_earlier_return_are_taken_off(source: Path) -> None:
    returned(source)
    again = source.with_name("退回.xlsx")
    run = run_on(again)
    outcomes = list(run.schemes[0].outcomes)
    outcomes[8] = replace(outcomes[8], conclusion=Conclusion.DENIED, reason=Reason.INELIGIBLE, about=("培训合格",))
    run = replace(run, schemes=(replace(run.schemes[0], outcomes=tuple(outcomes)), run.schemes[1]))
    book = returned(again, run, "再退回.xlsx")
    assert "B11" not in marked(book, "培训补贴")
    assert book["培训补贴"]["B11"].comment is None
    assert book["培训补贴"]["H8"].comment.text.count("【退回】") == 1
    assert [name for name in book.sheetnames if name.startswith("退回说明")] == ["退回说明"]


def only(outcome: Outcome, source: Path, **data: object) -> RunResult:
    """A run of one row, decided so."""
    run = run_on(source)
    part = run.schemes[0]
    row = outcome.row
    rows = replace(
        part.data,
        rows=[part.data.rows[row]],
        origins=[part.data.origins[row]],
        **data,  # type: ignore[arg-type]
    )
    return replace(run, schemes=(replace(part, data=rows, outcomes=(replace(outcome, row=0),)),))


def test_a_cell_that_only_other_rows_show_to_be_wrong(source: Path) -> None:
    twice = Outcome("培训补贴", 0, "1", Conclusion.INVALID, Reason.INVALID, ("序号",))
    book = returned(source, only(twice, source))
    assert marked(book, "培训补贴") == {"A3": RED}
    assert "与其他行重复或矛盾" in book["培训补贴"]["A3"].comment.text


def test_a_column_the_sheet_does_not_have_is_said_at_the_row(source: Path) -> None:
    run = make_run()
    data = training_input(run.schemes[0].outcomes)
    columns = tuple("别的" if name == "培训合格" else name for name in data.columns)
    book = openpyxl.load_workbook(source)
    book["培训补贴"]["H2"] = "别的"
    book.save(source)
    waiting = run.schemes[0].outcomes[6]
    book = returned(source, only(waiting, source, columns=columns))
    assert marked(book, "培训补贴") == {"A9": AMBER}
    assert "表中没有这一列" in book["培训补贴"]["A9"].comment.text


def test_a_merged_cell_is_marked_at_its_first(source: Path) -> None:
    book = openpyxl.load_workbook(source)
    book["培训补贴"].merge_cells("G8:H8")
    book.save(source)
    assert marked(returned(source), "培训补贴")["G8"] == AMBER


def test_texts_of_the_user_stay_texts(source: Path) -> None:
    run = run_on(source)
    part = run.schemes[1]
    evil = replace(part.outcomes[1], serial="=1+1")
    run = replace(run, schemes=(run.schemes[0], replace(part, outcomes=(part.outcomes[0], evil))))
    sheet = returned(source, run)["退回说明"]
    [cell] = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert cell.data_type == "s"


def refusal(run: RunResult, source: Path, output: Path) -> list[str]:
    found = Diagnostics()
    before = source.read_bytes()
    assert not write_return(run, str(source), output, found)
    assert source.read_bytes() == before
    return [each.code for each in found]


def test_the_input_is_never_written_over(source: Path) -> None:
    assert refusal(run_on(source), source, source) == ["PR592"]
    assert refusal(run_on(source), source, source.parent / ".." / source.parent.name / source.name) == ["PR592"]


def test_only_workbooks_go_back(source: Path) -> None:
    table = source.with_name("六月.csv")
    table.write_text("序号\n", encoding="utf-8")
    assert refusal(run_on(source), table, source.with_name("退回.xlsx")) == ["PR596"]
    assert refusal(run_on(source), source, source.with_name("退回.csv")) == ["PR596"]


def test_a_workbook_that_cannot_be_kept_is_a_diagnostic(source: Path) -> None:
    run = run_on(source)
    source.write_bytes(b"PK\x03\x04 not a workbook")
    assert refusal(run, source, source.with_name("退回.xlsx")) == ["PR597"]
    assert not source.with_name("退回.xlsx").exists()


def test_a_missing_folder_is_a_diagnostic(source: Path) -> None:
    assert refusal(run_on(source), source, source.parent / "没有" / "退回.xlsx") == ["PR535"]


def test_a_clean_workbook_says_so(source: Path) -> None:
    run = run_on(source)
    clean = tuple(replace(part, outcomes=(), data=replace(part.data, rows=[], origins=[])) for part in run.schemes)
    book = returned(source, replace(run, schemes=clean))
    assert "没有需要改正之处。" in [row[0].value for row in book["退回说明"].iter_rows()]
