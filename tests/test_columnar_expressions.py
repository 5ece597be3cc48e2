"""Expressions as SQL are worth what the reference says, row by row: shipped policies, and every function's cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache

import duckdb
import pytest
import sqlglot

from columnar_rows import SOURCE, store, worth
from language import COLUMNS, typed, whole
from language import SETTINGS as LANGUAGE_SETTINGS
from policyrun.app.evaluate import sample_day, sample_path
from policyrun.app.inputs import read_inputs
from policyrun.app.load import load
from policyrun.app.settings import settings_for
from policyrun.columnar.dialect import DIALECTS
from policyrun.columnar.functions_table import FUNCTIONS as LOWERED
from policyrun.columnar.leaves import NUMERIC
from policyrun.columnar.lowering import Lowering
from policyrun.columnar.plan import ROW, Unlowered
from policyrun.interp.expressions import Row, evaluate
from policyrun.interp.functions import FUNCTIONS
from policyrun.interp.records import type_rows
from policyrun.ir.nodes import Apply, DecisionRef, Expr
from policyrun.ir.ops import OPS
from policyrun.ir.policy import Field, Policy, RecordType, Scheme, Total
from policyrun.model.settings import Settings
from policyrun.model.types import Type
from policyrun.model.values import Days, Months, Operand, Value
from policyrun.model.vocabulary import NO_GROUNDS
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics
from test_functions import CASES, constant, spellings, types_of

SAMPLES = sorted(path.parent.name for path in data_dir("policies").glob("*/*/sample.xlsx"))
DUCKDB = DIALECTS["duckdb"]


@cache
def sampled(ref: str) -> tuple[Policy, Settings, dict[str, list[Row]]]:
    """A shipped policy and the sound rows of its sample, by scheme."""
    found = Diagnostics()
    policy = load(ref, found)
    assert policy is not None
    path = sample_path(policy)
    assert path is not None
    settings = settings_for(policy, found, as_of=sample_day(path))
    assert settings is not None
    inputs = read_inputs(policy, [str(path)], None, found)
    assert inputs is not None
    rows = {}
    for data in inputs:
        scheme = policy.scheme(data.scheme)
        assert scheme is not None
        rows[scheme.name] = [line.row for line in type_rows(policy, scheme, data, settings) if line.row is not None]
    return policy, settings, rows


def expressions(policy: Policy, scheme: Scheme) -> Iterator[tuple[str, Expr]]:
    """Every expression that decides a scheme's rows by themselves or in limits."""
    yield from ((f"关口 {each.name}", each.when) for each in scheme.gates)
    yield from ((f"条件 {each.name}", each.test) for each in scheme.requirements)
    yield from ((f"提示 {each.code.value}", each.test) for each in scheme.notices)
    if scheme.amount:
        yield "补贴金额", scheme.amount.value
    if scheme.payee:
        yield "受款人", scheme.payee.category
    if scheme.fund:
        yield "资金", scheme.fund.source
    if scheme.day:
        yield "日期", scheme.day
    for column in scheme.record.fields:
        if column.blank is not None:
            yield f"空白 {column.name}", column.blank
    for limit in policy.limits_over(scheme.name):
        if limit.when is not None:
            yield f"限额 {limit.name}", limit.when
        yield from ((f"限额 {limit.name} 每 {part.label}", part.expr) for part in limit.per)
        if isinstance(limit.measure, Total):
            yield f"限额 {limit.name} 用量", limit.measure.measure
            yield f"限额 {limit.name} 上限", limit.measure.room


def lowering_of(policy: Policy, scheme: Scheme, settings: Settings, dialect: str = "duckdb") -> Lowering:
    payee = scheme.payee.category if scheme.payee else None
    return Lowering(
        policy, scheme.name, scheme.record, settings, DIALECTS[dialect], SOURCE, day=scheme.day, payee=payee
    )


@pytest.mark.parametrize("ref", SAMPLES)
def test_shipped_policies(ref: str) -> None:
    policy, settings, rows = sampled(ref)
    for name, scheme_rows in rows.items():
        scheme = policy.scheme(name)
        assert scheme is not None
        with duckdb.connect() as connection:
            store(connection, scheme.record, [row.cells for row in scheme_rows])
            lowering = lowering_of(policy, scheme, settings)
            nodes = dict(expressions(policy, scheme))
            told = worth(connection, lowering, nodes)
        for row, found in zip(scheme_rows, told, strict=True):
            for title, node in nodes.items():
                assert found[title] == evaluate(node, row), (name, title, dict(row.cells))


# ------------------------------------------------------------------------------------------- every function's cases

#: Functions whose second operand is how many decimals to keep, which a plan must know.
_ROUNDING = {"floor", "ceiling", *(key for key in OPS if key.startswith("round_"))}


@dataclass
class _Sheet:
    """Expressions and the one row of cells that they look at."""

    nodes: dict[str, Expr] = field(default_factory=dict)
    columns: dict[str, Type] = field(default_factory=dict)
    cells: dict[str, Value | None] = field(default_factory=dict)

    def add(self, text: str) -> None:
        self.nodes[str(len(self.nodes))] = typed(text, self.columns)

    def operand(self, arg: str, type_: Type | None) -> str:
        """A constant as an expression over a column of its own; a list keeps its place."""
        if type_ is None:
            return arg
        name = f"列{len(self.columns)}"
        worth, text = constant(arg), name
        if isinstance(worth, Fraction):
            text = f"(-({name} / {worth.denominator}))" if worth < 0 else f"({name} / {worth.denominator})"
            worth = Fraction(abs(worth.numerator))
        elif isinstance(worth, Months | Days) and worth.count < 0:
            text, worth = f"(-({name}))", type(worth)(-worth.count)
        self.columns[name], self.cells[name] = type_, worth
        return text

    def agrees(self, key: str, expected: list[Operand]) -> None:
        record = RecordType(name="测试", fields=tuple(_field(name, type_) for name, type_ in self.columns.items()))
        lowering = Lowering(
            sampled(SAMPLES[0])[0], "测试", record, LANGUAGE_SETTINGS, DUCKDB, SOURCE, day=None, payee=None
        )
        with duckdb.connect() as connection:
            store(connection, record, [self.cells])
            (found,) = worth(connection, lowering, self.nodes)
        for (number, node), due in zip(self.nodes.items(), expected, strict=True):
            assert found[number] == due, (key, node.span.text)


def _field(name: str, type_: Type) -> Field:
    cell = "int" if type_.kind in NUMERIC else type_.kind.name.lower()
    return Field(name=name, cell=cell, type=type_, required=False, span=whole(name))


@pytest.mark.parametrize("key", sorted(CASES))
def test_functions_of_constants(key: str) -> None:
    sheet, expected = _Sheet(), []
    for case in CASES[key]:
        if "args" in case and "null" not in case["args"]:
            for text in spellings(OPS[key], case["args"]):
                sheet.add(text)
                expected.append(constant(case["expect"]))
        elif "text" in case and "refused" not in case:
            sheet.add(case["text"])
            expected.append(constant(case["expect"]))
    sheet.agrees(key, expected)


@pytest.mark.parametrize("key", sorted(CASES))
def test_functions_of_columns(key: str) -> None:
    sheet, expected = _Sheet(), []
    for case in CASES[key]:
        if "args" not in case:
            continue
        types = types_of(key, case)
        args = [
            arg if place and key in _ROUNDING else sheet.operand(arg, types[place])
            for place, arg in enumerate(case["args"])
        ]
        sheet.add(next(iter(spellings(OPS[key], args))))
        expected.append(constant(case["expect"]))
    sheet.agrees(key, expected)


def test_places_and_days_ahead_may_be_wide_numbers() -> None:
    """A product of two cells is more than 64 bits may hold, though this one is 4."""
    sheet = _Sheet(columns={"年龄": typed("年龄").type, "发证时间": typed("发证时间").type})
    sheet.cells = {"年龄": Fraction(2), "发证时间": date(2024, 1, 1)}
    sheet.add('截取("甲乙丙丁戊", 年龄 * 年龄)')
    sheet.add('截取("甲乙丙丁戊", 1, 年龄 * 年龄)')
    sheet.add("工作日后(发证时间, 年龄 * 年龄)")
    sheet.agrees("wide", ["丁戊", "甲乙丙丁", date(2024, 1, 5)])


def test_every_function_is_lowered() -> None:
    assert set(LOWERED) == set(FUNCTIONS)


def test_texts_with_other_letters_are_left_to_the_reference() -> None:
    """Upper and lower case of letters beyond those a plan knows: such rows are told apart."""
    texts = ["abc", "ＡＢ城１。、", "ß", "é", "Σ", "𐐀", "", "〇ｱ㊤ー", "ⓐ", "\u3000·—“”", "𠀀"]
    sheet = _Sheet(columns={"且末": typed("且末").type})
    sheet.add("大写(且末)")
    sheet.add("小写(且末)")
    record = RecordType(name="测试", fields=(_field("且末", sheet.columns["且末"]),))
    lowering = Lowering(sampled(SAMPLES[0])[0], "测试", record, LANGUAGE_SETTINGS, DUCKDB, SOURCE, day=None, payee=None)
    values = {name: lowering.value(node) for name, node in sheet.nodes.items()}
    beyond = {f"{place}": condition for place, condition in enumerate(lowering.beyond, 10)}
    query = DUCKDB.sql(lowering.select({ROW: lowering.row_number(), **values, **beyond}))
    with duckdb.connect() as connection:
        store(connection, record, [{"且末": text} for text in texts])
        rows = connection.execute(f'SELECT * FROM ({query}) ORDER BY "{ROW}"').fetchall()
    known = [text for text, (_row, upper, lower, *others) in zip(texts, rows, strict=True) if not any(others)]
    for text, (_row, upper, lower, *others) in zip(texts, rows, strict=True):
        assert any(others) or (upper, lower) == (text.upper(), text.lower())
    assert known == ["abc", "ＡＢ城１。、", "", "〇ｱ㊤ー", "\u3000·—“”", "𠀀"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_says_every_shipped_policy(dialect: str) -> None:
    for ref in SAMPLES:
        policy, settings, _rows = sampled(ref)
        for scheme in policy.schemes:
            lowering = lowering_of(policy, scheme, settings, dialect)
            columns = {title: lowering.value(node) for title, node in expressions(policy, scheme)}
            text = lowering.bench.dialect.sql(lowering.select(columns))
            assert "\0" not in text
            assert sqlglot.parse_one(text, dialect=dialect).named_selects == list(columns)


def test_text_grows_with_the_expression_and_no_faster() -> None:
    """A chain of decisions, each mentioned twice by the next, is written once each."""
    policy, settings, _rows = sampled(SAMPLES[0])
    node = typed("若 已就业 则 年龄 否则 参保月数")
    sizes = []
    for links in (10, 20):
        chain: Expr = node
        for link in range(links):
            chain = DecisionRef(type=node.type, span=node.span, name=f"第{link}环", expr=chain, grounds=NO_GROUNDS)
            chain = Apply(type=node.type, span=node.span, op="add", args=(chain, chain))
            chain = Apply(type=node.type, span=node.span, op="min", args=(chain, node))
        record = RecordType(
            name="测试", fields=tuple(_field(name, COLUMNS[name]) for name in ("已就业", "年龄", "参保月数"))
        )
        lowering = Lowering(policy, "测试", record, settings, DUCKDB, SOURCE, day=None, payee=None)
        sizes.append(len(DUCKDB.sql(lowering.select({"值": lowering.value(chain)}))))
    assert sizes[1] < 3 * sizes[0]


def test_numbers_beyond_any_integer_are_refused() -> None:
    policy, settings, _rows = sampled(SAMPLES[0])
    record = RecordType(name="测试", fields=(_field("年龄", COLUMNS["年龄"]),))
    lowering = Lowering(policy, "测试", record, settings, DUCKDB, SOURCE, day=None, payee=None)
    assert lowering.number(typed("年龄 * 年龄")).bound == 10**30
    with pytest.raises(Unlowered, match="测试"):
        lowering.number(typed("年龄 * 年龄 * 年龄"))
