"""Names, grounds, bounds and texts as SQL: over whole and damaged rows they are the reference's."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import duckdb
import pyarrow
import pytest
from sqlglot import ErrorLevel, parse_one

from columnar_samples import DUCKDB, READ, ask, asked, lowered, rows_of, sample_of, typed_relation
from differential.policies import draw_policy
from differential.records import draw_dataset
from policyrun.columnar.book import Book, Marks, book_of, lacking_marks
from policyrun.columnar.bounds import bounds
from policyrun.columnar.conditions import TRUE
from policyrun.columnar.dialect import DIALECTS, Dialect
from policyrun.columnar.folding import Sql, column
from policyrun.columnar.grounds import grounds_lacking, grounds_used
from policyrun.columnar.lowering import Lowering
from policyrun.columnar.numbers import CELL_BOUND
from policyrun.columnar.plan import Unlowered
from policyrun.columnar.texts import CITATIONS, CLAUSES, LACKS, LACKS_SAID, RULES, text_key, texts_step
from policyrun.columnar.unknowns import Asked, names_lacking
from policyrun.interp import bounds as reference_bounds
from policyrun.interp import grounds as reference_grounds
from policyrun.interp.expressions import Row
from policyrun.interp.judge import in_column_order, in_order
from policyrun.interp.records import type_rows
from policyrun.interp.unknowns import unknowns
from policyrun.ir.nodes import Expr
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.types import Kind
from policyrun.model.vocabulary import Citation, Document, Grounds

Check = Callable[[Policy, Scheme, list[Row]], None]

WAYS = {
    "所用": (grounds_used, reference_grounds.grounds_used),
    "所缺": (grounds_lacking, reference_grounds.grounds_lacking),
}


def check_names(policy: Policy, scheme: Scheme, rows: list[Row]) -> None:
    nodes, lowering = asked(policy, scheme), lowered(policy, scheme, rows)
    lacks = {title: names_lacking([Asked(node)], lowering) for title, node in lowerable(nodes, lowering).items()}
    columns = {f"{title} {name}": when for title, names in lacks.items() for name, when in names.items()}
    for row, answer in ask(lowering, scheme, rows, columns):
        assert None not in answer.values()
        for title, names in lacks.items():
            named = {name for name in names if answer[f"{title} {name}"]}
            assert named == unknowns(nodes[title], row), (scheme.name, title, row.cells)


def check_grounds(policy: Policy, scheme: Scheme, rows: list[Row]) -> None:
    nodes, lowering = asked(policy, scheme), lowered(policy, scheme, rows)
    told = {
        (way, title): own(node, lowering)
        for title, node in lowerable(nodes, lowering).items()
        for way, (own, _reference) in WAYS.items()
    }
    columns = {
        f"{way} {title} {place}": condition
        for (way, title), pairs in told.items()
        for place, (_grounds, condition) in enumerate(pairs)
    }
    for row, answer in ask(lowering, scheme, rows, columns):
        assert None not in answer.values()
        for (way, title), pairs in told.items():
            used = {id(one) for place, (one, _) in enumerate(pairs) if answer[f"{way} {title} {place}"]}
            assert used == {id(one) for one in WAYS[way][1](nodes[title], row)}, (way, title, row.cells)


def check_bounds(policy: Policy, scheme: Scheme, rows: list[Row]) -> None:
    nodes, lowering = asked(policy, scheme), lowered(policy, scheme, rows)
    numbers = {title: node for title, node in nodes.items() if node.type.kind is Kind.NUMBER}
    ranges = {title: bounds(node, lowering) for title, node in lowerable(numbers, lowering).items()}
    columns: dict[str, Sql] = {}
    for title, ends in ranges.items():
        for end, number in zip(("最少", "最多"), ends, strict=True):
            columns |= {f"{title} {end} 分子": number.num, f"{title} {end} 分母": number.den_sql}
    for row, answer in ask(lowering, scheme, rows, columns):
        for title in ranges:
            found = [ratio(answer, f"{title} {end}") for end in ("最少", "最多")]
            assert found == list(reference_bounds.bounds(nodes[title], row)), (scheme.name, title, row.cells)


CHECKS = [pytest.param(check, id=check.__name__) for check in (check_names, check_grounds, check_bounds)]


@pytest.mark.parametrize(("ref", "other"), READ)
@pytest.mark.parametrize("check", CHECKS)
def test_shipped_policies_are_explained_alike(check: Check, ref: str, other: bool) -> None:
    sampled = sample_of(ref, other)
    for scheme in sampled.policy.schemes:
        check(sampled.policy, scheme, rows_of(sampled, scheme))


@pytest.mark.parametrize("seed", range(8))
def test_random_policies_are_explained_alike(seed: int) -> None:
    policy = draw_policy(seed).policy
    drawn = draw_dataset(policy, seed, rows=200)
    for data in drawn.inputs:
        scheme = policy.scheme(data.scheme)
        assert scheme is not None
        typed = (line.row for line in type_rows(policy, scheme, data, drawn.settings))
        rows = [row for row in typed if row is not None and not is_too_wide(row)]
        for check in (check_names, check_grounds, check_bounds) if rows else ():
            check(policy, scheme, rows)


def is_too_wide(row: Row) -> bool:
    return any(isinstance(value, Fraction) and value > CELL_BOUND for value in row.cells.values())


def lowerable(nodes: Mapping[str, Expr], lowering: Lowering) -> dict[str, Expr]:
    """The expressions that a plan can say, which are nearly all."""

    def is_lowerable(node: Expr) -> bool:
        try:
            lowering.value(node)
        except Unlowered:
            return False
        return True

    return {title: node for title, node in nodes.items() if is_lowerable(node)}


def ratio(answer: Mapping[str, Any], title: str) -> Fraction | None:
    num, den = answer[f"{title} 分子"], answer[f"{title} 分母"]
    return None if num is None else Fraction(int(num), int(den))


@pytest.mark.parametrize(("ref", "other"), READ)
def test_texts_are_in_policy_order(ref: str, other: bool) -> None:
    """Whatever a row rests on or lacks, taken together, reads as the reference puts it."""
    sampled = sample_of(ref, other)
    policy = sampled.policy
    for scheme in policy.schemes:
        nodes, rows = asked(policy, scheme), rows_of(sampled, scheme)
        lowering = lowered(policy, scheme, rows)
        fixed = [one.grounds for one in (*scheme.requirements, *policy.limits_over(scheme.name))]
        made_of = [nodes[title] for title in ("金额", "受款人", "资金") if title in nodes]
        used = [(one, TRUE) for one in fixed] + [pair for node in made_of for pair in grounds_used(node, lowering)]
        lacks = names_lacking(map(Asked, nodes.values()), lowering)
        book, names = book_of(policy, scheme), lacking_marks(policy, scheme, lacks)
        words = [*book.mask(used, lowering.bench.bind), *names.mask(lacks.items(), lowering.bench.bind)]
        found = texts(lowering, scheme, rows, book, names, words)
        for row, answer in zip(rows, found, strict=True):
            rules, clauses = in_order(
                [*fixed, *(one for node in made_of for one in reference_grounds.grounds_used(node, row))]
            )
            missing = in_column_order(policy, scheme, {one for node in nodes.values() for one in unknowns(node, row)})
            assert answer[RULES] == ";".join(rules)
            assert answer[CITATIONS] == ";".join(dict.fromkeys(map(str, clauses)))
            assert answer[CLAUSES] == "、".join(dict.fromkeys(each.clause for each in clauses if each.clause))
            assert answer[LACKS] == "、".join(missing)
            assert answer[LACKS_SAID] == "".join(f"“{each}”" for each in missing)


def texts(
    lowering: Lowering, scheme: Scheme, rows: list[Row], book: Book, names: Marks[str], words: list[Sql]
) -> list[dict[str, Any]]:
    """The texts of each row, by way of the combinations that occur."""
    key = text_key(book, names)
    judged = lowering.select({"row_no": column("row_no"), **dict(zip(key, words, strict=True))})
    with duckdb.connect() as connection:
        connection.register("cells", typed_relation(scheme, rows))
        connection.execute(f"CREATE TABLE 判定 AS {DUCKDB.sql(judged)}")
        connection.execute(f"CREATE TABLE 文字 AS {DUCKDB.sql(texts_step('文字', '判定', book, names).query)}")
        using = ", ".join(f'"{each}"' for each in key)
        query = f"SELECT 文字.* FROM 判定 JOIN 文字 USING ({using}) ORDER BY row_no"
        return connection.sql(query).to_arrow_table().to_pylist()


def words_relation(key: tuple[str, ...], words: list[tuple[int, ...]]) -> pyarrow.Table:
    columns = zip(key, zip(*words, strict=True), strict=True)
    return pyarrow.table({name: pyarrow.array(values, pyarrow.int64()) for name, values in columns})


def test_more_things_than_bits_of_a_word() -> None:
    """150 grounds, and 70 names: three words and two."""
    document = Document("办法", "云人社发〔2024〕12号", "办法")
    grounds = [
        Grounds((f"YL-{place}", "YL-同"), (Citation(document, f"第{place % 7}条"),), place) for place in range(150)
    ]
    book = Book(Marks("grounds", tuple((each.place, each) for each in grounds)))
    names = Marks("lacking", tuple(f"列{place}" for place in range(70)))
    assert (book.columns, names.columns) == (("grounds_0", "grounds_1", "grounds_2"), ("lacking_0", "lacking_1"))
    chance = random.Random(1)
    chosen = [sorted(chance.sample(range(150), chance.randrange(100))) for _ in range(40)]
    rows = [
        (*book.marks.bits((each, grounds[each]) for each in places), *names.bits(f"列{each}" for each in places))
        for places in chosen
    ]
    key = text_key(book, names)
    with duckdb.connect() as connection:
        connection.register("判定", words_relation(key, rows))
        found = connection.sql(DUCKDB.sql(texts_step("文字", "判定", book, names).query)).to_arrow_table().to_pylist()
    answers = {tuple(each[name] for name in key): each for each in found}
    assert len(found) == len(set(rows))
    for places, words in zip(chosen, rows, strict=True):
        rules, clauses = in_order(grounds[each] for each in places)
        assert answers[words][RULES] == ";".join(rules)
        assert answers[words][CITATIONS] == ";".join(map(str, clauses))
        assert answers[words][LACKS] == "、".join(f"列{each}" for each in places if each < 70)
        assert book.marks.marked(words[:3]) == tuple((each, grounds[each]) for each in places)


def test_a_scheme_that_has_nothing_to_say() -> None:
    book, names = Book(Marks("grounds", ())), Marks("lacking", ())
    with duckdb.connect() as connection:
        connection.register("判定", words_relation(text_key(book, names), [(0, 0), (0, 0)]))
        found = connection.sql(DUCKDB.sql(texts_step("文字", "判定", book, names).query)).fetchall()
    assert found == [(0, 0, "", "", "", "", "")]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_every_dialect_can_say_it(dialect: Dialect) -> None:
    sampled = sample_of("hebei-2023")
    policy, scheme = sampled.policy, sampled.policy.schemes[0]
    assert scheme.amount is not None
    nodes, lowering = asked(policy, scheme), lowered(policy, scheme, rows_of(sampled, scheme), dialect)
    lacks = names_lacking(map(Asked, nodes.values()), lowering)
    used = [*grounds_used(scheme.amount.value, lowering), *grounds_lacking(scheme.amount.value, lowering)]
    book, names = book_of(policy, scheme), lacking_marks(policy, scheme, lacks)
    low, high = bounds(scheme.amount.value, lowering)
    words = dict(
        zip(
            text_key(book, names),
            [*book.mask(used, lowering.bench.bind), *names.mask(lacks.items(), lowering.bench.bind)],
            strict=True,
        )
    )
    for query in (
        lowering.select({**words, "low": low.num, "high": high.num}),
        texts_step("文字", "判定", book, names).query,
    ):
        text = query.sql(dialect=dialect.name, identify=True, unsupported_level=ErrorLevel.RAISE)
        assert parse_one(text, dialect=dialect.name)
