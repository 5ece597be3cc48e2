"""Parsing, layout, names and types of expressions; functions and operators have ``test_functions``."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from language import COLUMNS, check, check_cell, parsed, parsed_tests, typed, value
from policyrun.ir.show import show
from policyrun.model.types import BOOL, MONEY, NUMBER, Kind, Type, count_of
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.text import SourceFile, Span
from policyrun.syntax.parser import parse_expression
from policyrun.syntax.unparse import unparse


def read(name: str) -> list[dict[str, Any]]:
    path = Path(__file__).parent / "expressions" / name
    content: list[dict[str, Any]] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    return content


@pytest.mark.parametrize("case", read("refused.yaml"), ids=lambda case: case["text"])
def test_refused(case: dict[str, Any]) -> None:
    expr, found = check(case["text"])
    assert expr is None
    first, *rest = found
    assert first.code == case["code"]
    assert len(rest) == int(case.get("more", 0))
    assert isinstance(first.at, Span)
    assert first.at.text == case.get("at", first.at.text)
    assert case.get("help", "") in first.help


@pytest.mark.parametrize("case", read("cells.yaml"), ids=lambda case: f"{case['column']}: {case['cell']}")
def test_cells(case: dict[str, Any]) -> None:
    expr, found = check_cell(case["cell"], case["column"])
    if "code" in case:
        assert expr is None
        assert [each.code for each in found] == [case["code"]]
    else:
        assert not len(found)
        assert (show(expr) if expr else "") == case["means"]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a and b or not(c)", "a 且 b 或 非 c"),
        ("(a 或 b) 或 c", "a 或 b 或 c"),
        ("a 且 (b 或 c)", "a 且 (b 或 c)"),
        ("if a then 1 else 2", "若 a 则 1 否则 2"),
        ("1-(2-3)-4", "1 - (2 - 3) - 4"),
        ("（a＋１元）× 2".replace("１", "1"), "(a + 1元) * 2"),
        ("x = null", "x 为空"),
        ("null != x", "x 不为空"),
        ("not(x) = null", "(非 x) 为空"),
        ("x between 1 and 2 and y", "x 介于 1 和 2 且 y"),
        ("x in (1,<5,[7..9))", "x 属于 (1, < 5, [7..9))"),
        ("x in (y)", "x 属于 y"),
        ('date("2024-02-29")', "2024年2月29日"),
        ('@"P6M" + duration("P30D")', "6个月 + 30天"),
        ("x 不少于 3万元", "x >= 3万元"),
        ("string   length(x)", "string length(x)"),
        ("a // 注释\n   且 /* 又一句 */ b", "a 且 b"),
        ('"1\\"2"', '"1\\"2"'),
        ("-(-3).days", "-(-3).days"),
    ],
)
def test_layout(text: str, canonical: str) -> None:
    assert unparse(parsed(text)) == canonical
    assert parsed(canonical) == parsed(text)


@pytest.mark.parametrize(
    ("text", "canonical"), [("-", "-"), ("非 a", "not(a)"), ("16岁以上,<3", ">= 16岁, < 3"), ("not(-)", None)]
)
def test_layout_of_cells(text: str, canonical: str | None) -> None:
    if canonical is None:
        assert check_cell(text, "年龄")[0] is None
    else:
        assert unparse(parsed_tests(text)) == canonical
        assert parsed_tests(canonical) == parsed_tests(text)


@pytest.mark.parametrize("name", ["非农业户口", "或有负债", "且末"])
def test_names_may_begin_with_characters_of_keywords(name: str) -> None:
    assert typed(name).type == COLUMNS[name]


def test_spans_point_into_the_file() -> None:
    text = "test: >-\n    年龄 >= 16\n    且 参保月份 > 6\n"
    span = Span(SourceFile("政策.yaml", text), text.index("年龄"), len(text) - 1)
    found = Diagnostics()
    tree = parse_expression(span, found)
    assert tree is not None
    assert tree.operands[1].left.span.text == "参保月份"  # type: ignore[union-attr]
    assert (tree.operands[1].left.span.line, tree.operands[1].left.span.column) == (3, 7)  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["(" * 1000 + "1" + ")" * 1000, "-" * 5000 + "1", "1" + "+1" * 5000, "[" * 3000])
def test_depth_is_a_diagnostic(text: str) -> None:
    expr, found = check(text)
    assert expr is None
    assert [each.code for each in found] in (["PR119"], ["PR112"])


def test_long_junctions_are_flat() -> None:
    assert value(" 或 ".join(["false"] * 5000)) is False


@pytest.mark.parametrize(
    ("text", "unit"),
    [("金额 * 比例", "金额"), ("金额 / 课时 * 课时", "金额"), ("金额 / 课时", "元·课时^-1"), ("课时 / 课时", "数")],
)
def test_units(text: str, unit: str) -> None:
    assert str(typed(text).type) == unit


@pytest.mark.parametrize(
    ("text", "expected", "code"),
    [
        ("年龄", MONEY, "PR304"),
        ("3", MONEY, "PR304"),
        ("金额 / 课时", MONEY, "PR318"),
        ("年龄", BOOL, "PR305"),
        ("年龄", count_of("课时"), "PR304"),
        ("课时", NUMBER, "PR304"),
        ('若 已就业 则 "无" 否则 "有"', COLUMNS["证书类型"], "PR306"),
        ("前两类", COLUMNS["证书类型"], "PR317"),
    ],
)
def test_unexpected_types(text: str, expected: Type, code: str) -> None:
    expr, found = check(text, expected=expected)
    assert expr is None
    assert [each.code for each in found] == [code]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", count_of("课时")),
        ("比例", NUMBER),
        ("null", MONEY),
        ('"无"', COLUMNS["证书类型"]),
        ("0.8", COLUMNS["比例"]),
    ],
)
def test_expected_types(text: str, expected: Type) -> None:
    typed(text, expected=expected)


def test_vocabularies_that_share_a_member_may_be_compared() -> None:
    assert typed("证书类型 = 等级").type.kind is Kind.BOOL


def test_all_errors_are_reported() -> None:
    _expr, found = check("参保月份 > 3 且 金额 > 5 且 已就业")
    assert [each.code for each in found] == ["PR203", "PR303"]


@pytest.mark.parametrize(
    "text",
    [
        "若 已就业 则 金额 * 30% 否则 0元",
        '证书类型 属于 ["无", "培训合格证书"]',
        "年龄 属于 [16..60)",
        "发证时间 + 3个月 >= 2023年8月31日",
        "非 (已就业 或 本市户籍)",
        "周岁(发证时间, 就业日期) >= 16",
        "-(年龄 - 3) / 2",
        "就业日期 为空 或 (就业日期 - 发证时间).days > 30",
    ],
)
def test_shown_as_written(text: str) -> None:
    assert show(typed(text)) == text


def test_money_is_exact() -> None:
    assert value("0.1亿元 / 3 * 3") == Fraction(10_000_000)
