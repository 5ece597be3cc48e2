"""Queries from text: texts that differ only in names are parsed once, and stay trees of their own."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from policyrun.columnar.dialect import DIALECTS
from policyrun.columnar.parsing import query

TEXTS = (
    'SELECT a."姓名", 1 AS "x""y", \'"no name"\', \'it\'\'s "so"\' FROM "培训_键" AS a',
    'WITH w AS (SELECT * FROM "账") SELECT CAST(NULL AS DECIMAL(38, 0)), COUNT(*) OVER 此前 AS 数 FROM w'
    ' JOIN "账" AS b ON b.组 IS NOT DISTINCT FROM w.组 WINDOW 此前 AS (PARTITION BY w.组 ORDER BY w.次序 DESC)',
    'SELECT "a" FROM "a" UNION ALL SELECT "b" FROM "a" WHERE "b" IN (0, 2)',
)


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_what_a_parser_makes_of_it(text: str) -> None:
    for again in (text, text, text.replace("账", "另账")):
        assert query(again).tree() == sqlglot.parse_one(again, dialect="duckdb")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", TEXTS)
def test_it_is_written_as_its_tree(text: str, dialect: str) -> None:
    for again in (text, text, text.replace("账", "另`一`账")):
        given, write = query(again), DIALECTS[dialect].sql
        assert sqlglot.parse_one(write(given), dialect=dialect) == sqlglot.parse_one(
            write(given.tree()), dialect=dialect
        )


def test_trees_have_nothing_in_common() -> None:
    first, second = query('SELECT "a" FROM "t"').tree(), query('SELECT "b" FROM "u"').tree()
    for table in first.find_all(exp.Table):
        table.set("this", exp.to_identifier("gone"))
    assert [tree.sql() for tree in (first, second, query('SELECT "c" FROM "v"').tree())] == [
        'SELECT "a" FROM gone',
        'SELECT "b" FROM "u"',
        'SELECT "c" FROM "v"',
    ]
