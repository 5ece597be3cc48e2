"""Trees are written as sqlglot writes them, only faster."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from policyrun.app.compile import compile_policy
from policyrun.app.load import load
from policyrun.app.settings import settings_for
from policyrun.columnar import dialect_duckdb
from policyrun.columnar.dialect import DIALECTS
from policyrun.columnar.writing import written
from policyrun.source.diagnostic import Diagnostics

QUERIES = (
    'SELECT a /* why */, b AS "x""y", "t".* FROM t WHERE a = 1 AND /* note */ b = 2 OR NOT c',
    "SELECT CASE a WHEN 1 THEN 'one\nline' ELSE 'it''s' END, CASE WHEN a > 1 THEN 2 END FROM db.t AS u",
    "SELECT a - (b - c) - d, -(-1), - -1, a IS NOT NULL, (a IS NULL) = (b IS TRUE) FROM t",
    "SELECT CAST(a AS DECIMAL(10, 2)), CAST(a AS TEXT), TRY_CAST(b AS BIGINT), foo(1, NULL, 'a\\b'), bar() FROM t",
    "SELECT a FROM t WHERE a IN (1, 2) AND b IN (SELECT b FROM u) AND x.y.foo(1) BETWEEN 1 AND 2 ORDER BY a LIMIT 3",
    f"SELECT {' AND '.join(f'a{number} = b{number}' for number in range(20))} FROM t",
    f"SELECT FOO({', '.join(f'a{number}' for number in range(40))}), a IN ({', '.join(map(str, range(60)))}) FROM t",
    "WITH x AS (SELECT 1 AS a), y AS (SELECT * FROM x) SELECT SUM(a) OVER w FROM y WINDOW w AS (PARTITION BY a)",
    "SELECT DISTINCT a FROM (SELECT 1 AS a) AS s, x.y AS z JOIN u USING (a) WHERE EXISTS (SELECT 1 FROM (SELECT 2))",
    "SELECT a FROM t JOIN u ON t.a = u.a UNION ALL SELECT b FROM v GROUP BY b HAVING COUNT(*) > 1",
)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("query", QUERIES)
def test_queries_of_all_sorts(query: str, dialect: str) -> None:
    tree = sqlglot.parse_one(query, dialect="duckdb")
    assert written(tree, dialect) == tree.sql(dialect, pretty=True, identify=True)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("policy", ["hebei-2023", "yunling-2024"])
def test_scripts_of_policies(policy: str, dialect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Diagnostics()
    checked = load(policy, found)
    assert checked is not None
    settings = settings_for(checked, found, as_of=None, known_on=None, readings={})
    ours = compile_policy(checked, checked.schemes, settings, dialect)

    def by_sqlglot(query: exp.Expr, dialect: str, *, spent: bool = False) -> str:
        return query.sql(dialect, pretty=True, identify=True)

    monkeypatch.setattr(dialect_duckdb, "written", by_sqlglot)
    assert compile_policy(checked, checked.schemes, settings, dialect) == ours
