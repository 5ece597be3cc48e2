"""Diagnostics as people and programs see them."""

import json
import re
import unicodedata

import pytest

from policyrun.source.diagnostic import Diagnostic, Label, Place, Severity
from policyrun.source.render import concise, full
from policyrun.source.render import json as json_form
from policyrun.source.text import SourceFile, Span

TEXT = """\
policy: demo
fields:
  参保月数: 数
requirements:
    require: 本市户籍 or 参保月份 >= 最低参保月数
"""
FILE = SourceFile("policies/demo/policy.yaml", TEXT)


def at(text: str, file: SourceFile = FILE) -> Span:
    start = file.text.index(text)
    return Span(file, start, start + len(text))


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def underlined(rendered: str, line: int = 0) -> str:
    """The characters that stand over a row of carets, by terminal columns."""
    rows = rendered.splitlines()
    index = [i for i, row in enumerate(rows) if row.partition("|")[2].strip().startswith("^")][line]
    marks = rows[index]
    first = columns(marks[: marks.index("^")])
    last = first + marks.count("^")
    shown = ""
    position = 0
    for char in rows[index - 1]:
        if first <= position < last:
            shown += char
        position += columns(char)
    return shown


def test_layout():
    d = Diagnostic(
        "PR203",
        "找不到名字“参保月份”",
        at("参保月份"),
        label="不是字段、参数或规则",
        help="是不是“参保月数”（第 3 行）？",
        cite="办法 第三条",
    )
    assert full.render(d) == (
        "错误[PR203]: 找不到名字“参保月份”\n"
        " --> policies/demo/policy.yaml:5:22\n"
        "  |\n"
        "5 |     require: 本市户籍 or 参保月份 >= 最低参保月数\n"
        "  |                          ^^^^^^^^ 不是字段、参数或规则\n"
        "  |\n"
        "  = 建议: 是不是“参保月数”（第 3 行）？\n"
        "  = 依据: 办法 第三条"
    )


def test_second_label_and_lines_left_out():
    d = Diagnostic("PR203", "两处不合", at("参保月份"), "这里", others=(Label(at("参保月数"), "声明在这里"),))
    assert full.render(d) == (
        "错误[PR203]: 两处不合\n"
        " --> policies/demo/policy.yaml:5:22\n"
        "  |\n"
        "3 |   参保月数: 数\n"
        "  |   -------- 声明在这里\n"
        "...\n"
        "5 |     require: 本市户籍 or 参保月份 >= 最低参保月数\n"
        "  |                          ^^^^^^^^ 这里"
    )


def test_label_in_another_file():
    other = SourceFile("policies/national/skills.yaml", "vocabulary:\n  等级: [一级]\n")
    d = Diagnostic("PR205", "重复", at("参保月数"), others=(Label(at("等级", other), "先在这里"),))
    assert " ::: policies/national/skills.yaml:2:3\n  |\n2 |   等级: [一级]\n  |   ---- 先在这里" in full.render(d)


@pytest.mark.parametrize("where", ["policy", "参保月数", "本市户籍 or", "最低参保月数"])
def test_carets_stand_under_what_is_meant(where):
    assert underlined(full.render(Diagnostic("PR203", "…", at(where)))) == where


def test_wide_and_narrow_and_combining_characters():
    file = SourceFile("p.yaml", "é＞ｱ한 坏 x\n")
    assert underlined(full.render(Diagnostic("PR101", "…", at("坏", file)))) == "坏"


def test_tab_is_four_columns():
    file = SourceFile("p.yaml", "a\t坏\n")
    assert full.render(Diagnostic("PR101", "…", at("坏", file))).splitlines()[3:] == ["1 | a    坏", "  |      ^^"]


def test_several_lines_are_each_underlined_with_the_label_last():
    d = Diagnostic("PR101", "…", Span(FILE, TEXT.index("fields"), TEXT.index("requirements") - 1), "整段")
    rows = full.render(d).splitlines()
    assert [underlined(full.render(d), i) for i in (0, 1)] == ["fields:", "参保月数: 数"]
    assert rows[-1].endswith("^ 整段")


def test_long_span_shows_both_ends():
    text = "".join(f"line{n}\n" for n in range(1, 30))
    file = SourceFile("p.yaml", text)
    rows = full.render(Diagnostic("PR101", "…", Span(file, 0, len(text)))).splitlines()
    assert [row.split(" |")[0].strip() for row in rows if row.strip()[:1].isdigit()] == ["1", "2", "28", "29"]
    assert rows.count("...") == 1


def test_long_line_is_cut_around_the_marks():
    file = SourceFile("p.yaml", "前" * 300 + "坏处" + "后" * 300)
    rendered = full.render(Diagnostic("PR101", "…", at("坏处", file)))
    assert underlined(rendered) == "坏处"
    assert max(columns(row) for row in rendered.splitlines()) < 130
    assert rendered.splitlines()[3].startswith("1 | …前") and rendered.splitlines()[3].endswith("后…")


@pytest.mark.parametrize("text", ["", "a", "a\n", "a\r\nb\r\n"])
def test_end_of_file_has_a_caret(text):
    file = SourceFile("p.yaml", text)
    assert full.render(Diagnostic("PR101", "没有写完", Span(file, len(text), len(text)))).endswith("^")


def test_place_in_a_workbook():
    d = Diagnostic("PR501", "不是日期", Place("名册.xlsx", "职业培训补贴!C7"), "写的是“去年”", help="改正")
    assert full.render(d) == ("错误[PR501]: 不是日期\n --> 名册.xlsx:职业培训补贴!C7\n  | 写的是“去年”\n  = 建议: 改正")
    assert concise.render(d) == "名册.xlsx:职业培训补贴!C7: PR501 不是日期"


def test_no_place():
    d = Diagnostic("PR001", "没有这个命令", severity=Severity.WARNING)
    assert full.render(d) == "警告[PR001]: 没有这个命令"
    assert concise.render(d) == "PR001 没有这个命令"


def test_concise_is_one_line():
    assert concise.render(Diagnostic("PR203", "甲\n乙", at("policy"))) == "policies/demo/policy.yaml:1:1: PR203 甲␊乙"


def test_json_is_exact_and_counts_from_one():
    d = Diagnostic(
        "PR203", "找不到", at("参保月份"), "标", (Label(at("policy"), "那里"),), "改", "第三条", Severity.NOTE
    )
    [found] = json.loads(json_form.render([d]))
    assert found == {
        "code": "PR203",
        "severity": "note",
        "message": "找不到",
        "at": {"path": "policies/demo/policy.yaml", "line": 5, "column": 22, "end_line": 5, "end_column": 26},
        "label": "标",
        "others": [
            {
                "at": {"path": "policies/demo/policy.yaml", "line": 1, "column": 1, "end_line": 1, "end_column": 7},
                "label": "那里",
            }
        ],
        "help": "改",
        "cite": "第三条",
    }


HOSTILE = "a\x1b[31m\x07\u202egnp\u200b\x9b1m\u2028b"


def test_terminals_get_no_control_characters():
    file = SourceFile(f"p{HOSTILE}.yaml", f"{HOSTILE} 坏 {HOSTILE}\n")
    d = Diagnostic("PR101", HOSTILE, at("坏", file), HOSTILE, (Label(at("坏", file), HOSTILE),), HOSTILE, HOSTILE)
    for text in (full.render(d), concise.render(d), json_form.render([d])):
        hidden = {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")}
        assert hidden <= {"\n"}
    assert json.loads(json_form.render([d]))[0]["message"] == HOSTILE
    assert underlined(full.render(d)) == "坏"


def test_color_changes_nothing_but_color():
    d = Diagnostic("PR203", "找不到", at("参保月份"), "标", help="改", cite="第三条")
    colored = full.render(d, color=True)
    assert colored != full.render(d)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == full.render(d)


ID = "99999919900101001X"


def test_id_numbers_are_masked_unless_personal_data_is_wanted():
    file = SourceFile("cases.yaml", f"身份证号码: {ID} 坏\n")
    d = Diagnostic("PR501", f"身份证号码 {ID} 不对", at("坏", file), f"{ID}", help=f"写的是“{ID}”")
    for render in (full.render, concise.render):
        assert ID not in render(d)
        assert ID in render(d, personal=True)
    assert ID not in json_form.render([d])
    assert "999*************1X" in full.render(d)
    assert underlined(full.render(d)) == "坏"
