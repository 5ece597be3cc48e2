"""The expression language from text to value, for the tests of the language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from policyrun.check.cell_tests import check_tests
from policyrun.check.expressions import check_expression
from policyrun.interp.expressions import Row, evaluate
from policyrun.ir.nodes import Column, Expr, ListOf, Literal
from policyrun.ir.policy import RecordType
from policyrun.model.settings import Settings
from policyrun.model.types import (
    BOOL,
    DATE,
    MONEY,
    MONTHS,
    NUMBER,
    RATIO,
    TEXT,
    Kind,
    Type,
    count_of,
    enum_of,
    list_of,
)
from policyrun.model.values import Operand, Value
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.text import SourceFile, Span
from policyrun.syntax.expr import Surface, Tests
from policyrun.syntax.parser import parse_expression, parse_tests

CERTIFICATES = enum_of("证书类型", ("职业资格证书", "专项能力证书", "培训合格证书", "无"))
COLUMNS: Mapping[str, Type] = {
    "金额": MONEY,
    "比例": RATIO,
    "课时": count_of("课时"),
    "人次": count_of("人次"),
    "年龄": NUMBER,
    "参保月数": NUMBER,
    "本市户籍": BOOL,
    "已就业": BOOL,
    "非农业户口": BOOL,
    "或有负债": MONEY,
    "且末": TEXT,
    "户籍地": TEXT,
    "常住地": TEXT,
    "发证时间": DATE,
    "就业日期": DATE,
    "窗口": MONTHS,
    "证书类型": CERTIFICATES,
    "等级": enum_of("等级", ("一级", "二级", "无")),
    "颜色": enum_of("颜色", ("红", "绿")),
}
SETS = {"证书类型": {"前两类": ("职业资格证书", "专项能力证书")}}
SETTINGS = Settings(as_of=date(2024, 1, 1), known_on=date(2024, 1, 1), readings={})


@dataclass(frozen=True)
class TestScope:
    """Columns by name, and the sets of their vocabularies."""

    __test__ = False

    columns: Mapping[str, Type] = field(default_factory=lambda: COLUMNS)

    def resolve(self, name: str, span: Span) -> Expr | None:
        if name in self.columns:
            return Column(type=self.columns[name], span=span, name=name)
        for enumeration, sets in SETS.items():
            if name in sets and enumeration in self.columns:
                type_ = self.columns[enumeration]
                items = tuple(Literal(type=type_, span=span, value=member) for member in sets[name])
                return ListOf(type=list_of(type_), span=span, items=items)
        return None

    def names(self) -> Iterable[str]:
        return (*self.columns, *(name for sets in SETS.values() for name in sets))

    def member_sets(self, enumeration: str) -> Mapping[str, tuple[str, ...]]:
        return SETS.get(enumeration, {})


def whole(text: str) -> Span:
    return Span(SourceFile("测试.yaml", text), 0, len(text))


def parsed(text: str) -> Surface:
    found = Diagnostics()
    tree = parse_expression(whole(text), found)
    assert tree is not None, (text, [each.message for each in found])
    return tree


def parsed_tests(text: str) -> Tests:
    found = Diagnostics()
    tree = parse_tests(whole(text), found)
    assert tree is not None, (text, [each.message for each in found])
    return tree


def check(
    text: str, columns: Mapping[str, Type] = COLUMNS, expected: Type | None = None
) -> tuple[Expr | None, Diagnostics]:
    """The typed expression and what was found."""
    found = Diagnostics()
    tree = parse_expression(whole(text), found)
    return None if tree is None else check_expression(tree, TestScope(columns), found, expected), found


def check_cell(text: str, column: str) -> tuple[Expr | None, Diagnostics]:
    found = Diagnostics()
    tree = parse_tests(whole(text), found)
    if tree is None:
        return None, found
    node = Column(type=COLUMNS[column], span=whole(column), name=column)
    return check_tests(tree, node, TestScope(), found), found


def typed(text: str, columns: Mapping[str, Type] = COLUMNS, expected: Type | None = None) -> Expr:
    """An expression that is meant to be sound."""
    expr, found = check(text, columns, expected)
    assert expr is not None, (text, [(each.code, each.message) for each in found])
    return expr


def row(cells: Mapping[str, Value | None]) -> Row:
    return Row(RecordType(name="测试", fields=()), cells, SETTINGS)


def value(text: str, cells: Mapping[str, Value | None] | None = None, columns: Mapping[str, Type] = COLUMNS) -> Operand:
    """What an expression is worth for a row with these cells."""
    return evaluate(typed(text, columns), row(cells or {}))


def is_list(text: str) -> bool:
    """Whether a text is a list of constants."""
    return text.startswith("[")


def type_of(text: str) -> Type:
    type_ = typed(text).type
    assert type_.kind is not Kind.LIST
    return type_.settled()
