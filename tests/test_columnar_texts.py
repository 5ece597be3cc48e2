"""Names, grounds, bounds, texts and sentences as SQL: over whole and damaged rows they are the reference's."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

import duckdb
import pyarrow
import pytest
from sqlglot import exp

from policyrun.app.evaluate import Request, run
from policyrun.app.load import load
from policyrun.app.result import RunResult, result_cells
from policyrun.app.sample import sample
from policyrun.columnar.book import Book, book_of, lacking_marks
from policyrun.columnar.bounds import bounds
from policyrun.columnar.conditions import TRUE, Condition
from policyrun.columnar.dialect import DIALECTS
from policyrun.columnar.folding import Sql, column, text, whole
from policyrun.columnar.fold_spec import LimitSpec, Measure
from policyrun.columnar.grounds import grounds_lacking, grounds_used
from policyrun.columnar.lowering import Lowering
from policyrun.columnar.numbers import Number
from policyrun.columnar.sentences import NOTICE_BITS, Said, money_text, notices_text, quantity_text, sentence
from policyrun.columnar.texts import CITATIONS, CLAUSES, LACKS, LACKS_SAID, RULES, texts_step
from policyrun.columnar.unknowns import names_lacking
from policyrun.interp import bounds as reference_bounds
from policyrun.interp import grounds as reference_grounds
from policyrun.interp.expressions import Row
from policyrun.interp.judge import in_column_order, in_order
from policyrun.interp.records import type_rows
from policyrun.interp.unknowns import unknowns
from policyrun.ir.nodes import Expr
from policyrun.ir.policy import Highest, Policy, SameKind, Scheme, Total
from policyrun.model.decision import Outcome, Reason
from policyrun.model.types import Kind
from policyrun.model.values import Value
from policyrun.model.vocabulary import Grounds
from policyrun.source.diagnostic import Diagnostics

POLICIES = (
    "hebei-2023",
    "jinhua-2020",
    "quzhou-craftsman",
    "yunling-2024@1",
    "yunling-2024@2",
    "zhejiang-2022-capability",
    "zhejiang-2022-livelihood",
)
DUCKDB = DIALECTS["duckdb"]
#: Damaged copies of each row of a sample.
COPIES = 3


@cache
def sample_run(ref: str) -> RunResult:
    found = Diagnostics()
    policy = load(ref, found)
    assert policy is not None, found
    result = run(policy, Request(), found)
    assert result is not None, found
    return result


def _schemes() -> Iterator[Any]:
    for ref in POLICIES:
        policy = load(ref, Diagnostics())
        assert policy is not None
        for scheme in policy.schemes:
            yield pytest.param(ref, scheme.name, id=f"{ref}-{scheme.name}")


SCHEMES = list(_schemes())


def rows_of(ref: str, name: str) -> tuple[RunResult, Scheme, list[Row]]:
    """The sound rows of a scheme in the sample, and copies of them with blanks where a blank may be."""
    result = sample_run(ref)
    policy = result.policy
    scheme = next(one for one in policy.schemes if one.name == name)
    bundled = [part.data for part in result.schemes if part.scheme.name == name]
    made = () if bundled else sample(policy, 40 * len(policy.schemes), 1, Diagnostics())
    data = next(one for one in (*bundled, *made) if one.scheme == name)
    lines = type_rows(policy, scheme, data, result.settings)
    sound = [line.row for line in lines if line.row is not None]
    chance = random.Random(f"{ref} {name}")
    return result, scheme, [*sound, *(damaged(row, scheme, chance) for row in sound for _ in range(COPIES))]


def damaged(row: Row, scheme: Scheme, chance: random.Random) -> Row:
    """A row with some of its optional cells blank: few, many or nearly all."""
    share = chance.choice((10, 40, 90))
    cells = {
        field.name: None
        if not field.required and chance.randrange(100) < share
        else row.cells.get(field.name)
        for field in scheme.record.fields
    }
    return Row(row.record, cells, row.settings, row.day, row.payee, row.given, row.lacking)


def typed_relation(scheme: Scheme, rows: Sequence[Row]) -> pyarrow.Table:
    """The relation of typed cells that plans look at, as ``columnar.records`` makes it."""
    columns: dict[str, Any] = {"row_no": pyarrow.array(range(len(rows)), pyarrow.int64())}
    kinds = {Kind.DATE: pyarrow.date32(), Kind.BOOL: pyarrow.bool_(), Kind.NUMBER: pyarrow.int64()}
    for field in scheme.record.fields:
        factor = 100 if field.cell == "money" else 1
        cells = [stored(row.cells.get(field.name), factor) for row in rows]
        columns[field.name] = pyarrow.array(cells, kinds.get(field.type.kind, pyarrow.string()))
    return pyarrow.table(columns)


def stored(value: Value | None, factor: int) -> Any:
    if isinstance(value, Fraction):
        assert (value * factor).denominator == 1
        return int(value * factor)
    return value


def lowered(policy: Policy, scheme: Scheme, rows: Sequence[Row]) -> Lowering:
    return Lowering(
        policy,
        scheme.name,
        scheme.record,
        rows[0].settings,
        DUCKDB,
        "cells",
        day=scheme.day,
        payee=scheme.payee.category if scheme.payee else None,
    )


def asked(policy: Policy, scheme: Scheme) -> dict[str, Expr]:
    """The expressions of a scheme that a decision may come to explain."""
    nodes: dict[str, Expr] = {f"条件 {each.name}": each.test for each in scheme.requirements}
    nodes |= {f"前置 {each.name}": each.when for each in scheme.gates}
    nodes |= {f"提示 {place}": each.test for place, each in enumerate(scheme.notices)}
    if scheme.amount:
        nodes["金额"] = scheme.amount.value
    if scheme.payee:
        nodes["受款人"] = scheme.payee.category
    if scheme.fund:
        nodes["资金"] = scheme.fund.source
    for limit in policy.limits_over(scheme.name):
        nodes |= {f"{limit.name} {part.label}": part.expr for part in limit.per}
        if limit.when is not None:
            nodes[f"{limit.name} 何时"] = limit.when
        match limit.measure:
            case Total(room=room):
                nodes[f"{limit.name} 总额"] = room
            case SameKind(kind=kind):
                nodes[f"{limit.name} 种类"] = kind
    return nodes


def answers(rows: Sequence[Row], scheme: Scheme, query: exp.Query) -> list[dict[str, Any]]:
    connection = duckdb.connect()
    connection.register("typed", typed_relation(scheme, rows))
    connection.execute("CREATE TABLE cells AS SELECT * FROM typed")
    found = connection.sql(DUCKDB.sql(query)).to_arrow_table().to_pylist()
    return sorted(found, key=lambda each: each["row_no"])


def ask(lowering: Lowering, scheme: Scheme, rows: Sequence[Row], columns: Mapping[str, Sql]) -> list[dict[str, Any]]:
    return answers(rows, scheme, lowering.select({"row_no": column("row_no"), **columns}))


@pytest.mark.parametrize(("ref", "name"), SCHEMES)
def test_names_are_the_references(ref: str, name: str) -> None:
    result, scheme, rows = rows_of(ref, name)
    nodes = asked(result.policy, scheme)
    lowering = lowered(result.policy, scheme, rows)
    columns = {
        f"{title}\t{lacked}": condition
        for title, node in nodes.items()
        for lacked, condition in names_lacking(node, lowering).items()
    }
    for row, answer in zip(rows, ask(lowering, scheme, rows, columns), strict=True):
        assert None not in answer.values()
        for title, node in nodes.items():
            named = {key.split("\t")[1] for key, lacks in answer.items() if lacks is True and key.startswith(f"{title}\t")}
            assert named == unknowns(node, row), (title, row.cells)


@pytest.mark.parametrize(("ref", "name"), SCHEMES)
def test_grounds_are_the_references(ref: str, name: str) -> None:
    result, scheme, rows = rows_of(ref, name)
    nodes = asked(result.policy, scheme)
    lowering = lowered(result.policy, scheme, rows)
    ways = {
        "所用": (grounds_used, reference_grounds.grounds_used),
        "所缺": (grounds_lacking, reference_grounds.grounds_lacking),
    }
    told = {(way, title): own(node, lowering) for way, (own, _) in ways.items() for title, node in nodes.items()}
    columns = {
        f"{way} {title} {place}": condition
        for (way, title), pairs in told.items()
        for place, (_grounds, condition) in enumerate(pairs)
    }
    for row, answer in zip(rows, ask(lowering, scheme, rows, columns), strict=True):
        assert None not in answer.values()
        for (way, title), pairs in told.items():
            used = {id(one) for place, (one, _) in enumerate(pairs) if answer[f"{way} {title} {place}"]}
            assert used == {id(one) for one in ways[way][1](nodes[title], row)}, (way, title, row.cells)


@pytest.mark.parametrize(("ref", "name"), SCHEMES)
def test_bounds_are_the_references(ref: str, name: str) -> None:
    result, scheme, rows = rows_of(ref, name)
    nodes = {title: node for title, node in asked(result.policy, scheme).items() if node.type.kind is Kind.NUMBER}
    lowering = lowered(result.policy, scheme, rows)
    columns: dict[str, Sql] = {}
    for title, node in nodes.items():
        for end, number in zip(("最少", "最多"), bounds(node, lowering), strict=True):
            columns |= {f"{title} {end} 分子": number.num, f"{title} {end} 分母": number.den_sql}
    for row, answer in zip(rows, ask(lowering, scheme, rows, columns), strict=True):
        for title, node in nodes.items():
            found = [ratio(answer, f"{title} {end}") for end in ("最少", "最多")]
            assert found == list(reference_bounds.bounds(node, row)), (title, row.cells)


def ratio(answer: Mapping[str, Any], title: str) -> Fraction | None:
    num, den = answer[f"{title} 分子"], answer[f"{title} 分母"]
    return None if num is None else Fraction(int(num), int(den))


@pytest.mark.parametrize(("ref", "name"), SCHEMES)
def test_texts_are_in_policy_order(ref: str, name: str) -> None:
    """Whatever a row rests on or lacks, taken together, reads as the reference puts it."""
    result, scheme, rows = rows_of(ref, name)
    nodes = asked(result.policy, scheme)
    lowering = lowered(result.policy, scheme, rows)
    fixed = [one.grounds for one in (*scheme.requirements, *result.policy.limits_over(name))]
    used = [(one, TRUE) for one in fixed]
    lacks: list[tuple[str, Condition]] = []
    made_of = {title: nodes[title] for title in ("金额", "受款人", "资金") if title in nodes}
    for node in made_of.values():
        used += grounds_used(node, lowering)
    for node in nodes.values():
        lacks += names_lacking(node, lowering).items()
    book, names = book_of(result.policy, scheme), lacking_marks(result.policy, scheme, (name for name, _ in lacks))
    words = dict(zip(book.columns, book.mask(used), strict=True)) | dict(zip(names.columns, names.mask(lacks), strict=True))
    step = texts_step("文字", "判定", book, names, DUCKDB)
    connection = duckdb.connect()
    connection.register("cells", typed_relation(scheme, rows))
    connection.execute(f"CREATE TABLE 判定 AS {DUCKDB.sql(lowering.select({'row_no': column('row_no'), **words}))}")
    connection.execute(f"CREATE TABLE 文字 AS {DUCKDB.sql(step.query)}")
    keys = ", ".join(f'"{each}"' for each in (*book.columns, *names.columns))
    found = connection.sql(f"SELECT 文字.* FROM 判定 JOIN 文字 USING ({keys}) ORDER BY row_no").to_arrow_table().to_pylist()
    for row, answer in zip(rows, found, strict=True):
        grounds = [*fixed, *(one for node in made_of.values() for one in reference_grounds.grounds_used(node, row))]
        rules, clauses = in_order(grounds)
        missing = in_column_order(result.policy, scheme, {one for node in nodes.values() for one in unknowns(node, row)})
        assert answer[RULES] == ";".join(rules)
        assert answer[CITATIONS] == ";".join(dict.fromkeys(map(str, clauses)))
        assert answer[CLAUSES] == "、".join(dict.fromkeys(each.clause for each in clauses if each.clause))
        assert answer[LACKS] == "、".join(missing)
        assert answer[LACKS_SAID] == "".join(f"“{each}”" for each in missing)
