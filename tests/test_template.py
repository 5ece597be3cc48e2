"""The blank workbook: the contract's columns, drop-downs, guidance, and a round trip through the reader."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from policyrun.app.inputs import read_inputs
from policyrun.datasets.header import header_key
from policyrun.ir.cells import CELL_TYPES
from policyrun.ir.policy import Policy, RecordType
from policyrun.model.types import enum_of
from policyrun.model.vocabulary import Enumeration
from policyrun.report.look import ENTRIES
from policyrun.report.template import write_template
from policyrun.source.diagnostic import Diagnostics
from sample_run import FUNDS, column, make_policy


def made(policy: Policy, path: Path, schemes: tuple[str, ...] = ()) -> Workbook:
    found = Diagnostics()
    assert write_template(policy, path, schemes, found), list(found)
    return openpyxl.load_workbook(path)


def rules(sheet: Worksheet) -> dict[str, object]:
    """The validation of each column, by the column's name."""
    names = {cell.column_letter: str(cell.value) for cell in sheet[1]}
    return {names[str(rule.sqref)[0]]: rule for rule in sheet.data_validations.dataValidation}


def test_a_sheet_per_scheme_then_the_guide(tmp_path: Path) -> None:
    book = made(make_policy(), tmp_path / "t.xlsx")
    assert book.sheetnames == ["培训补贴", "示范企业", "填表说明", "选项"]
    assert book["选项"].sheet_state == "hidden"


def test_header_is_the_columns_exactly(tmp_path: Path) -> None:
    policy = make_policy()
    book = made(policy, tmp_path / "t.xlsx")
    for scheme in policy.schemes:
        assert [cell.value for cell in book[scheme.name][1]] == [field.name for field in scheme.record.fields]
        assert book[scheme.name].max_row == 1


def test_required_columns_are_marked_and_every_column_explained(tmp_path: Path) -> None:
    policy = make_policy()
    sheet = made(policy, tmp_path / "t.xlsx")["培训补贴"]
    for cell, field in zip(sheet[1], policy.schemes[0].record.fields, strict=True):
        assert cell.comment is not None
        assert cell.comment.text.startswith("必填" if field.required else "选填")
        assert (cell.fill.fgColor.rgb == "FF1F3864") == field.required
    blanks = {str(cell.value): cell.comment.text for cell in sheet[1] if cell.comment}
    assert "空白：未就业" in blanks["就业日期"]
    assert "文件没有基数" in blanks["补贴标准"]


def test_columns_accept_what_the_policy_accepts(tmp_path: Path) -> None:
    book = made(make_policy(), tmp_path / "t.xlsx")
    by_name = rules(book["培训补贴"])
    assert by_name["项目等级"].formula1 == '"一级,二级,三级,四级,五级"'
    assert by_name["培训合格"].formula1 == '"是,否"'
    assert (by_name["身份证号码"].type, by_name["身份证号码"].formula1) == ("textLength", "18")
    assert (by_name["发证时间"].type, by_name["发证时间"].errorStyle) == ("date", "warning")
    assert by_name["补贴标准"].type == "decimal"
    months = rules(book["示范企业"])["在岗月数"]
    assert (months.type, months.formula1, months.formula2) == ("whole", "0", "12")


def test_digits_of_texts_are_not_eaten(tmp_path: Path) -> None:
    sheet = made(make_policy(), tmp_path / "t.xlsx")["培训补贴"]
    spans = list(sheet.column_dimensions.values())
    formats = {
        str(cell.value): next(span.number_format for span in spans if span.min <= cell.column <= span.max)
        for cell in sheet[1]
    }
    assert formats["身份证号码"] == "@"
    assert formats["职业工种"] == "@"
    assert formats["发证时间"] == "yyyy-mm-dd"


def test_every_cell_type_has_an_entry_format() -> None:
    assert ENTRIES.keys() == CELL_TYPES.keys()


def with_vocabulary(members: tuple[str, ...]) -> Policy:
    policy = make_policy()
    jobs = Enumeration("工种", members)
    field = column("工种", "enum", enum_of("工种", members), True, enumeration=jobs)
    serial = policy.schemes[0].record.fields[0]
    scheme = replace(policy.schemes[0], record=RecordType(name="培训补贴", fields=(serial, field)))
    return replace(policy, schemes=(scheme,))


@pytest.mark.parametrize("members", [tuple(f"很长的工种名称{n}" for n in range(60)), ("甲,乙", "丙")])
def test_long_vocabularies_are_listed_on_the_hidden_sheet(tmp_path: Path, members: tuple[str, ...]) -> None:
    book = made(with_vocabulary(members), tmp_path / "t.xlsx")
    assert rules(book["培训补贴"])["工种"].formula1 == f"选项!$A$1:$A${len(members)}"
    assert tuple(row[0].value for row in book["选项"].iter_rows()) == members


def test_a_short_vocabulary_stands_in_the_rule(tmp_path: Path) -> None:
    book = made(with_vocabulary(FUNDS.members), tmp_path / "t.xlsx")
    assert rules(book["培训补贴"])["工种"].formula1 == '"就业补助资金,失业保险基金"'


def test_guide_explains_every_column(tmp_path: Path) -> None:
    policy = make_policy()
    book = made(policy, tmp_path / "t.xlsx")
    lines = [row for row in book["填表说明"].iter_rows(values_only=True) if row[1] in ("必填", "选填")]
    assert [line[0] for line in lines] == [field.name for scheme in policy.schemes for field in scheme.record.fields]
    assert all(line[2] and line[3] and line[4] for line in lines)


def test_a_filled_template_is_read_whole(tmp_path: Path) -> None:
    policy = make_policy()
    path = tmp_path / "t.xlsx"
    book = made(policy, path)
    book["示范企业"].append([1, "云岭精工有限公司", 12])
    book["培训补贴"].append([1, "999999199001010016", None, "电工", "三级"])
    book.save(path)
    found = Diagnostics()
    inputs = read_inputs(policy, [str(path)], None, found)
    assert inputs is not None and not found.failed, list(found)
    assert [(one.scheme, len(one.rows), one.absent, one.unused) for one in inputs] == [
        ("培训补贴", 1, (), ()),
        ("示范企业", 1, (), ()),
    ]


def test_only_the_schemes_asked_for(tmp_path: Path) -> None:
    book = made(make_policy(), tmp_path / "t.xlsx", ("示范企业",))
    assert book.sheetnames == ["示范企业", "填表说明", "选项"]


def refusal(policy: Policy, path: Path, schemes: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    found = Diagnostics()
    assert not write_template(policy, path, schemes, found)
    assert not path.exists()
    return [(each.code, each.help) for each in found]


def test_an_unknown_scheme_is_named_with_a_suggestion(tmp_path: Path) -> None:
    assert refusal(make_policy(), tmp_path / "t.xlsx", ("培训津贴",)) == [("PR598", "是不是“培训补贴”？")]


def test_a_name_that_no_sheet_can_have_is_refused(tmp_path: Path) -> None:
    policy = make_policy()
    policy = replace(policy, schemes=(replace(policy.schemes[0], name="培训/补贴"),))
    assert [code for code, _ in refusal(policy, tmp_path / "t.xlsx")] == ["PR599"]


def test_only_xlsx(tmp_path: Path) -> None:
    assert [code for code, _ in refusal(make_policy(), tmp_path / "t.csv")] == ["PR590"]


def test_same_policy_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        made(make_policy(), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_headers_differ_by_more_than_brackets() -> None:
    for scheme in make_policy().schemes:
        keys = [header_key(field.name) for field in scheme.record.fields]
        assert len(set(keys)) == len(keys)
