"""Expressions as SQL over rows mixed at random: other rows' cells, blanks, other readings, columns no file has."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import duckdb
import pytest

from columnar_rows import SOURCE, store, worth
from language import COLUMNS, typed, whole
from policyrun.columnar.dialect import DIALECTS
from policyrun.columnar.folding import boolean
from policyrun.columnar.leaves import NUMERIC
from policyrun.columnar.lowering import Lowering
from policyrun.columnar.plan import ROW
from policyrun.interp.expressions import Row, evaluate, ways
from policyrun.interp.unknowns import is_known
from policyrun.ir.nodes import Expr, If, ListOf, Supplied, Table, nodes_for
from policyrun.ir.policy import Field, Policy, RecordType, Scheme
from policyrun.model.settings import Settings
from policyrun.model.types import Kind, Type
from policyrun.model.values import Months, Value
from test_columnar_expressions import DUCKDB, SAMPLES, expressions, lowering_of, sampled

#: Rows of a scheme in one try, and tries for a policy, each with other readings.
_ROWS, _TRIES = 30, 2


def _mixed(rows: Sequence[Row], settings: Settings, blanks: float, chance: random.Random) -> Iterator[Row]:
    """Rows whose cells come from any row; those that may be blank often are."""
    record = rows[0].record
    cells = {field.name: [row.cells.get(field.name) for row in rows] for field in record.fields}
    for _each in range(_ROWS):
        mixed: dict[str, Value | None] = {}
        for field in record.fields:
            blank = not field.required and chance.random() < blanks
            mixed[field.name] = None if blank else chance.choice(cells[field.name])
        given = {**rows[0].given, Supplied.SERIAL: mixed[Supplied.SERIAL]}
        yield replace(rows[0], cells=mixed, settings=settings, given=given, worth={})


def _settings(policy: Policy, settings: Settings, chance: random.Random) -> Settings:
    readings = {reading.word or name: chance.choice(reading.ways) for name, reading in policy.readings.items()}
    return replace(
        settings, readings={**settings.readings, **{k: v for k, v in readings.items() if k in settings.readings}}
    )


CASES = [(ref, number) for ref in SAMPLES for number in range(_TRIES)]


@pytest.mark.parametrize(("ref", "number"), CASES)
def test_values(ref: str, number: int) -> None:
    chance = random.Random(number)
    policy, settings, rows = sampled(ref)
    settings = _settings(policy, settings, chance)
    for name, scheme_rows in rows.items():
        scheme = policy.scheme(name)
        assert scheme is not None
        mixed = list(_mixed(scheme_rows, settings, 0.2 * number, chance))
        nodes = dict(expressions(policy, scheme))
        for part in [part for node in nodes.values() for part in nodes_for(node)]:
            if not isinstance(part, ListOf) and id(part) not in map(id, nodes.values()):
                nodes[f"部分 {len(nodes)}"] = part
        with duckdb.connect() as connection:
            store(connection, scheme.record, [row.cells for row in mixed])
            told = worth(connection, lowering_of(policy, scheme, settings), nodes)
        for row, found in zip(mixed, told, strict=True):
            for title, node in nodes.items():
                assert found[title] == evaluate(node, row), (name, title, node.span.text, dict(row.cells))


@pytest.mark.parametrize("ref", SAMPLES)
def test_ways(ref: str) -> None:
    """Which outcomes may apply, and what is known."""
    chance = random.Random(ref)
    policy, settings, rows = sampled(ref)
    for name, scheme_rows in rows.items():
        scheme = policy.scheme(name)
        assert scheme is not None
        mixed = list(_mixed(scheme_rows, settings, 0.4, chance))
        parts = {id(part): part for _title, node in expressions(policy, scheme) for part in nodes_for(node)}
        _same_ways(policy, scheme, settings, mixed, parts)


def _same_ways(
    policy: Policy, scheme: Scheme, settings: Settings, rows: Sequence[Row], parts: Mapping[int, Expr]
) -> None:
    lowering = lowering_of(policy, scheme, settings)
    columns = {ROW: lowering.row_number()}
    columns |= {f"{key}": lowering.is_known(part) for key, part in parts.items()}
    chosen: dict[int, list[Expr]] = {}
    for key, part in parts.items():
        if isinstance(part, If | Table):
            found = lowering.ways(part)
            chosen[key] = [outcome for _condition, outcome in found]
            columns |= {f"{key} {place}": condition for place, (condition, _outcome) in enumerate(found)}
            if isinstance(part, Table):
                assert [condition.sql() for condition, _line in lowering.open_rows(part)]
    with duckdb.connect() as connection:
        store(connection, scheme.record, [row.cells for row in rows])
        query = DUCKDB.sql(lowering.select(columns))
        found_rows = connection.execute(f'SELECT * FROM ({query}) ORDER BY "{ROW}"').fetchall()
    for row, values in zip(rows, found_rows, strict=True):
        told = dict(zip(columns, values, strict=True))
        assert None not in told.values()
        for key, part in parts.items():
            assert told[f"{key}"] == is_known(part, row), part.span.text
        for key, outcomes in chosen.items():
            part = parts[key]
            assert isinstance(part, If | Table)
            open_ones = [outcome for place, outcome in enumerate(outcomes) if told[f"{key} {place}"]]
            assert open_ones == ways(part, row), part.span.text


@pytest.mark.parametrize("ref", SAMPLES)
def test_absent_and_lacking_columns(ref: str) -> None:
    """No file has the column: a blank, which means what a blank means, or is unknown."""
    chance = random.Random(ref)
    policy, settings, rows = sampled(ref)
    for name, scheme_rows in rows.items():
        scheme = policy.scheme(name)
        assert scheme is not None
        payee = scheme.payee.category if scheme.payee else None
        nodes = dict(expressions(policy, scheme))
        optional = [field for field in scheme.record.fields if not field.required]
        for field in chance.sample(optional, min(2, len(optional))):
            for lacking in (frozenset[str](), frozenset({field.name})):
                cut = [
                    replace(row, cells={**row.cells, field.name: None}, lacking=lacking, worth={})
                    for row in scheme_rows[:15]
                ]
                record = replace(
                    scheme.record, fields=tuple(each for each in scheme.record.fields if each is not field)
                )
                lowering = Lowering(
                    policy, name, scheme.record, settings, DUCKDB, SOURCE, day=scheme.day, payee=payee,
                    absent=[field.name], lacking=dict.fromkeys(lacking, boolean(True)),
                )  # fmt: skip
                with duckdb.connect() as connection:
                    store(connection, record, [row.cells for row in cut])
                    told = worth(connection, lowering, nodes)
                for row, found in zip(cut, told, strict=True):
                    for title, node in nodes.items():
                        assert found[title] == evaluate(node, row), (name, field.name, title)


# ---------------------------------------------------------------------------------------------------- any expression

EXPRESSIONS = [
    "年龄 / 参保月数",
    "年龄 / (参保月数 - 年龄)",
    "年龄 / 3 + 参保月数 / 7",
    "年龄 / 参保月数 + 参保月数 / 年龄 = 2",
    "年龄 / 参保月数 > 参保月数 / 年龄",
    "四舍五入(年龄 / (参保月数 - 20), 1)",
    "四舍六入五成双((年龄 - 参保月数) / 20, 1)",
    "五舍六入((年龄 - 参保月数) / 20, 1)",
    "进一((年龄 - 参保月数) / 30, 1)",
    "舍去((年龄 - 参保月数) / 30, 1)",
    "向下取整((年龄 - 参保月数) / 30, 1)",
    "向上取整((年龄 - 参保月数) / 30, 1)",
    "向上取整(年龄 / 参保月数)",
    "四舍五入(金额, -2)",
    "四舍五入(金额 * 30%, 1)",
    "取余(年龄 - 参保月数, 7)",
    "取余(年龄, 参保月数 - 30)",
    "取余(金额, 或有负债)",
    "最小值(金额 * 60%, 或有负债, 3万元)",
    "最大值(年龄 / 3, 参保月数 / 年龄)",
    "平均值(年龄, 参保月数, 1)",
    "合计(金额, 或有负债 / 3)",
    "若 已就业 则 金额 否则 或有负债 * 2",
    "若 已就业 则 年龄 / 参保月数 否则 1",
    "若 已就业 则 80 否则 8000 * 年龄",
    "(若 已就业 则 30000 否则 60000) * (若 本市户籍 则 60000 否则 90000)",
    "若 年龄 > 16 则 (若 本市户籍 则 1 否则 2) 否则 1",
    "绝对值(年龄 - 参保月数) / 3",
    "-(年龄 / 参保月数)",
    "转文本(参保月数 / 8)",
    "转文本((年龄 - 参保月数) / 3)",
    "转文本(窗口) + 转文本(发证时间) + 转文本(已就业) + 转文本(就业日期 - 发证时间)",
    "转数(且末)",
    "大写(且末) + 小写(户籍地)",
    "截取(户籍地, 年龄 - 20, 参保月数 - 20)",
    "截取(户籍地, -2)",
    "截取(户籍地, 2, 1)",
    "之前文本(户籍地, 且末) + 之后文本(户籍地, 且末)",
    "含有(户籍地, 且末) 或 开头是(户籍地, 且末) 且 非 结尾是(户籍地, 且末)",
    "发证时间 + 窗口",
    "发证时间 - 窗口 * (年龄 - 参保月数)",
    "发证时间 + (就业日期 - 发证时间) / 2",
    "发证时间 + 20000年",
    "整月数(发证时间, 就业日期)",
    "周岁(就业日期, 发证时间)",
    "月期间(发证时间, 就业日期) / 3",
    "日期(年龄 * 60, 参保月数 / 3, 年龄)",
    "星期(发证时间) + 年内第几天(发证时间) + 年内第几周(发证时间)",
    "工作日数(发证时间, 就业日期)",
    "工作日后(发证时间, 年龄)",
    "工作日后(发证时间, 3)",
    '户籍地 属于 [且末, "杭州"] 或 (年龄 介于 10 和 参保月数)',
    "非 (已就业 且 本市户籍 或 非农业户口)",
    "(已就业 且 本市户籍) 为空",
    '证书类型 不属于 ["无", "培训合格证书"]',
]

_TEXTS = ["", "a", "Ab", "12.50", "-3", "0.1", "1e5", "杭州", "杭州市上城区", "𠀀杭ａＢ", "州", "12.", " 7"]
_VALUES: dict[Kind, list[Value]] = {
    Kind.TEXT: list(_TEXTS),
    Kind.BOOL: [True, False],
    Kind.DATE: [
        *(date(2023, month, day) for month, day in ((1, 31), (2, 28), (3, 1), (4, 22), (4, 28), (12, 31))),
        date(2024, 2, 29), date(2000, 2, 29), date(1, 1, 1), date(9999, 12, 31), date(1999, 12, 31), date(2026, 12, 31),
    ],
    Kind.MONTHS: [Months(count) for count in (0, 1, 6, 11, 12, 25)],
    Kind.NUMBER: [Fraction(count) for count in (0, 1, 2, 3, 7, 10, 15, 20, 25, 30, 33, 36, 60)],
}  # fmt: skip


def _any_value(type_: Type, chance: random.Random) -> Value | None:
    if chance.random() < 0.12:
        return None
    if type_.kind is Kind.ENUM:
        return chance.choice(type_.members)
    if type_.is_money:
        return Fraction(chance.choice((0, 1, 50, 3333, 100000, 123456789)), 100)
    return chance.choice(_VALUES[type_.kind])


def test_any_expression() -> None:
    chance = random.Random(7)
    columns = {name: type_ for name, type_ in COLUMNS.items() if not type_.ratio}
    fields = tuple(
        Field(name=name, cell="money" if type_.is_money else "int" if type_.kind in NUMERIC else "text", type=type_,
              required=False, span=whole(name))
        for name, type_ in columns.items()
    )  # fmt: skip
    record = RecordType(name="测试", fields=fields)
    policy, settings, _rows = sampled(SAMPLES[0])
    rows = [
        Row(record, {name: _any_value(type_, chance) for name, type_ in columns.items()}, settings)
        for _each in range(600)
    ]
    nodes = {text: typed(text) for text in EXPRESSIONS}
    lowering = Lowering(policy, "测试", record, settings, DIALECTS["duckdb"], SOURCE, day=None, payee=None)
    with duckdb.connect() as connection:
        store(connection, record, [row.cells for row in rows])
        told = worth(connection, lowering, nodes)
    for row, found in zip(rows, told, strict=True):
        for text, node in nodes.items():
            assert found[text] == evaluate(node, row), (text, dict(row.cells))


def test_supplied_amounts() -> None:
    """A view with more supplied leaves what does not depend on it as it was."""
    policy, settings, rows = sampled("jinhua-2020")
    assert rows
    for scheme in policy.schemes:
        nodes = dict(expressions(policy, scheme))
        if scheme.name not in rows or not scheme.amount:
            continue
        lowering = lowering_of(policy, scheme, settings)
        view = lowering.given(**{Supplied.AMOUNT: lowering.number(scheme.amount.value)})
        mixed = rows[scheme.name][:40]
        with duckdb.connect() as connection:
            store(connection, scheme.record, [row.cells for row in mixed])
            told = worth(connection, view, nodes)
        for row, found in zip(mixed, told, strict=True):
            amount = evaluate(scheme.amount.value, row)
            assert not isinstance(amount, tuple)
            given = row.with_given(**{Supplied.AMOUNT: amount})
            for title, node in nodes.items():
                assert found[title] == evaluate(node, given), (scheme.name, title)
