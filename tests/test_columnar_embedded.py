"""DuckDB in this process: whether numbers differ, and rows in the order they are read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp, parse_one

from policyrun.columnar.embedded import BATCH, Embedded

ROWS = 12 * BATCH
KINDS = 3000


@pytest.fixture
def engine() -> Iterator[Embedded]:
    with Embedded() as one:
        yield one


def query(sql: str) -> exp.Query:
    parsed = parse_one(sql, read="duckdb")
    assert isinstance(parsed, exp.Query)
    return parsed


def differ(engine: Embedded, sql: str, bounds: str = "") -> bool:
    asked = bounds or f"SELECT min(n), max(n), count(n) FROM ({sql})"
    return engine.all_differ(query(sql), query(asked))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(numbers=st.lists(st.integers(0, 400), max_size=20))
def test_numbers_that_lie_close_together_are_told_apart(engine: Embedded, numbers: list[int]) -> None:
    values = ", ".join(f"({number})" for number in numbers) or "(NULL)"
    least, most = min(numbers, default=0), max(numbers, default=0)
    is_close = most - least < 64 * len(numbers)  # so many bits for each number, at most
    sql = f"SELECT n FROM (VALUES {values}) AS t(n) WHERE n IS NOT NULL"
    assert differ(engine, sql) == ((is_close or not numbers) and len(set(numbers)) == len(numbers))


def test_bounds_may_be_wider_than_the_numbers(engine: Embedded) -> None:
    assert differ(engine, "SELECT n FROM range(5, 50) AS t(n)", "SELECT 0, 60, 60")
    assert not differ(engine, "SELECT 7 AS n FROM range(2)", "SELECT 0, 60, 60")
    assert differ(engine, "SELECT n FROM range(5, 50) AS t(n) WHERE n > 50", "SELECT 0, 60, 60"), "there are none"


def test_numbers_beyond_what_a_file_says_of_them_are_not_sure_to_differ(engine: Embedded) -> None:
    assert not differ(engine, "SELECT n FROM range(5, 50) AS t(n)", "SELECT 0, 40, 45")


def test_numbers_far_apart_are_not_counted(engine: Embedded) -> None:
    assert not differ(engine, "SELECT n * 1000 AS n FROM range(50) AS t(n)")


def test_rows_come_as_they_are_read_and_threads_are_set_back(engine: Embedded) -> None:
    engine.execute("SET threads = 2")
    engine.execute(f"CREATE TABLE rows AS SELECT n AS row_no, n * 7919 % {KINDS} AS kind FROM range({ROWS}) AS t(n)")
    engine.execute(f"CREATE TABLE kinds AS SELECT n AS kind, n + 1 AS number FROM range({KINDS}) AS t(n) ORDER BY -n")
    joined = query("SELECT row_no, number FROM rows LEFT JOIN kinds ON rows.kind = kinds.kind")
    told: list[tuple[int, int]] = []
    for batch in engine.batches(joined, as_read=True):
        told += zip(*(column.to_pylist() for column in batch.columns), strict=True)
    assert told == [(n, n * 7919 % KINDS + 1) for n in range(ROWS)]
    assert engine.rows(query("SELECT current_setting('threads')")) == [(2,)]


def test_threads_are_set_back_though_rows_are_left_unread(engine: Embedded) -> None:
    engine.execute("SET threads = 2")
    batches = engine.batches(query(f"SELECT n FROM range({ROWS}) AS t(n)"), as_read=True)
    next(batches)
    del batches
    assert engine.rows(query("SELECT current_setting('threads')")) == [(2,)]
