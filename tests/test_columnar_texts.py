"""Names, grounds, bounds and texts as SQL: over whole and damaged rows they are the reference's."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import duckdb
import pytest

from columnar_samples import DUCKDB, READ, ask, asked, lowered, rows_of, sample_of, typed_relation
from policyrun.columnar.book import Book, Marks, book_of, lacking_marks
from policyrun.columnar.bounds import bounds
from policyrun.columnar.conditions import TRUE
from policyrun.columnar.folding import Sql, column
from policyrun.columnar.grounds import grounds_lacking, grounds_used
from policyrun.columnar.lowering import Lowering
from policyrun.columnar.texts import CITATIONS, CLAUSES, LACKS, LACKS_SAID, RULES, text_key, texts_step
from policyrun.columnar.unknowns import names_lacking, names_lacking_any
from policyrun.interp import bounds as reference_bounds
from policyrun.interp import grounds as reference_grounds
from policyrun.interp.expressions import Row
from policyrun.interp.judge import in_column_order, in_order
from policyrun.interp.unknowns import unknowns
from policyrun.ir.policy import Scheme
from policyrun.model.types import Kind

WAYS = {
    "所用": (grounds_used, reference_grounds.grounds_used),
    "所缺": (grounds_lacking, reference_grounds.grounds_lacking),
}


@pytest.mark.parametrize(("ref", "other"), READ)
def test_names_are_the_references(ref: str, other: bool) -> None:
    sampled = sample_of(ref, other)
    for scheme in sampled.policy.schemes:
        nodes, rows = asked(sampled.policy, scheme), rows_of(sampled, scheme)
        lowering = lowered(sampled.policy, scheme, rows)
        lacks = {title: names_lacking(node, lowering) for title, node in nodes.items()}
        columns = {f"{title} {name}": when for title, names in lacks.items() for name, when in names.items()}
        for row, answer in zip(rows, ask(lowering, scheme, rows, columns), strict=True):
            assert None not in answer.values()
            for title, node in nodes.items():
                named = {name for name in lacks[title] if answer[f"{title} {name}"]}
                assert named == unknowns(node, row), (scheme.name, title, row.cells)


@pytest.mark.parametrize(("ref", "other"), READ)
def test_grounds_are_the_references(ref: str, other: bool) -> None:
    sampled = sample_of(ref, other)
    for scheme in sampled.policy.schemes:
        nodes, rows = asked(sampled.policy, scheme), rows_of(sampled, scheme)
        lowering = lowered(sampled.policy, scheme, rows)
        told = {(way, title): own(node, lowering) for way, (own, _) in WAYS.items() for title, node in nodes.items()}
        columns = {
            f"{way} {title} {place}": condition
            for (way, title), pairs in told.items()
            for place, (_grounds, condition) in enumerate(pairs)
        }
        for row, answer in zip(rows, ask(lowering, scheme, rows, columns), strict=True):
            assert None not in answer.values()
            for (way, title), pairs in told.items():
                used = {id(one) for place, (one, _) in enumerate(pairs) if answer[f"{way} {title} {place}"]}
                assert used == {id(one) for one in WAYS[way][1](nodes[title], row)}, (way, title, row.cells)


@pytest.mark.parametrize(("ref", "other"), READ)
def test_bounds_are_the_references(ref: str, other: bool) -> None:
    sampled = sample_of(ref, other)
    for scheme in sampled.policy.schemes:
        nodes, rows = asked(sampled.policy, scheme), rows_of(sampled, scheme)
        numbers = {title: node for title, node in nodes.items() if node.type.kind is Kind.NUMBER}
        lowering = lowered(sampled.policy, scheme, rows)
        columns: dict[str, Sql] = {}
        for title, node in numbers.items():
            for end, number in zip(("最少", "最多"), bounds(node, lowering), strict=True):
                columns |= {f"{title} {end} 分子": number.num, f"{title} {end} 分母": number.den_sql}
        for row, answer in zip(rows, ask(lowering, scheme, rows, columns), strict=True):
            for title, node in numbers.items():
                found = [ratio(answer, f"{title} {end}") for end in ("最少", "最多")]
                assert found == list(reference_bounds.bounds(node, row)), (scheme.name, title, row.cells)


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
        lacks = names_lacking_any([(node, TRUE) for node in nodes.values()], lowering)
        book, names = book_of(policy, scheme), lacking_marks(policy, scheme, lacks)
        words = [*book.mask(used), *names.mask(lacks.items())]
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
