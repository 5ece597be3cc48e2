"""What hangs on one column of few values alone is worked out beforehand as DuckDB would work it out for every row."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from policyrun.columnar.dialect import DIALECTS
from policyrun.columnar.folding import (
    Sql,
    among,
    binary,
    boolean,
    both,
    cases,
    column,
    either,
    equal,
    is_null,
    negated,
    nothing,
    text,
    whole,
)
from policyrun.columnar.layers import Layers
from policyrun.columnar.listed import Listed, listed, members, truth, written

_TEXTS = ("甲", "乙", "丙", "丁", "戊")
_KNOWN = members("级", _TEXTS) | {"急": truth("急")}
_DIALECT = DIALECTS["duckdb"]

_words = st.sampled_from([*_TEXTS, "没有的"]).map(text)


def _conditions(inner: st.SearchStrategy[Sql]) -> st.SearchStrategy[Sql]:
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(some.map(both), some.map(either), inner.map(negated), inner.map(is_null))


_condition = st.recursive(
    st.one_of(
        _words.map(lambda word: equal(column("级"), word)),
        st.lists(_words, min_size=2, max_size=3).map(lambda words: among(column("级"), words)),
        st.just(is_null(column("级"))),
        st.integers(1, 5).map(lambda place: equal(column("place:级"), whole(place))),
    ),
    _conditions,
    max_leaves=6,
)
_urgent = st.recursive(st.just(column("急")) | st.just(is_null(column("急"))), _conditions, max_leaves=4)


def _values(condition: st.SearchStrategy[Sql], constants: st.SearchStrategy[Sql]) -> st.SearchStrategy[Sql]:
    value = st.one_of(constants, st.just(nothing()))
    return st.builds(cases, st.lists(st.tuples(condition, value), min_size=1, max_size=4), st.none() | value)


def _any_value(condition: st.SearchStrategy[Sql]) -> st.SearchStrategy[Sql]:
    number = _values(condition, st.integers(-9, 20_000).map(whole))
    return st.one_of(
        condition,
        number,
        _values(condition, _words),
        _values(condition, st.integers(1, 5).map(whole)),
        st.builds(lambda one, other: binary(exp.Mul, exp.Paren(this=one), exp.Paren(this=other)), number, number),
    )


def _cells() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute('CREATE TABLE cells ("级" VARCHAR, "place:级" BIGINT)')
    rows = [(None, None), *((word, place) for place, word in enumerate(_TEXTS, 1))]
    connection.executemany("INSERT INTO cells VALUES (?, ?)", rows)
    connection.execute('CREATE TABLE urgent AS SELECT unnest([NULL, true, false]) AS "急"')
    return connection


_CELLS = _cells()


def _worked_out(value: Sql, rows: str) -> list[object]:
    query = exp.select(exp.Alias(this=value, alias="v")).from_(rows)
    return [value for (value,) in _CELLS.execute(_DIALECT.sql(query)).fetchall()]


@settings(max_examples=100, deadline=None)
@given(_any_value(_condition))
def test_a_list_says_what_the_expression_says(value: Sql) -> None:
    _says_the_same(value, "cells")


@settings(max_examples=100, deadline=None)
@given(_any_value(_urgent))
def test_what_hangs_on_a_truth_says_what_the_expression_says(value: Sql) -> None:
    _says_the_same(value, "urgent")


def _says_the_same(value: Sql, rows: str) -> None:
    asked = {each.name: _KNOWN[each.name] for each in value.find_all(exp.Column)}
    found = listed(value, asked)
    if found is None:
        return
    expected = _worked_out(value, rows)
    assert list(found.values) == expected
    assert _worked_out(written(found, is_certain=False), rows) == expected
    assert _worked_out(written(found, is_certain=True), rows)[1:] == expected[1:]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ((None, 1, 2, 3), '"place:级"'),
        ((0, 1, 2, 3), 'COALESCE("place:级", 0)'),
        ((None, False, True, False), '"place:级" = 2'),
        ((None, True, False, True), '"place:级" <> 2'),
        ((True, False, False, False), '"place:级" IS NULL'),
        ((False, True, True, True), '"place:级" IS NOT NULL'),
        ((7, 7, 7, 7), "7"),
        ((None, "子", "丑", None), "LIST_EXTRACT(['子', '丑', NULL], \"place:级\")"),
        ((None, True, True, False, False), '"place:级" <= 2'),
        ((None, False, False, True, True), '"place:级" >= 3'),
        ((None, False, True, True, False), '"place:级" IN (2, 3)'),
        ((5, 3, None, 3), 'LIST_EXTRACT(CAST([5, 3, NULL, 3] AS BIGINT[]), COALESCE("place:级", 0) + 1)'),
    ],
)
def test_the_shortest_way_is_taken(values: tuple[None, ...], shown: str) -> None:
    assert " ".join(_DIALECT.sql(written(Listed("place:级", values), is_certain=False)).split()) == shown


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ((None, True, False), '"急"'),
        ((False, True, False), 'COALESCE("急", FALSE)'),
        ((False, False, True), 'NOT COALESCE("急", TRUE)'),
        ((False, True, True), '"急" IS NOT NULL'),
        ((True, False, False), '"急" IS NULL'),
        ((None, 3, None), 'CASE WHEN "急" THEN CAST(3 AS BIGINT) END'),
        ((3, 3, 0), 'CASE WHEN NOT "急" THEN CAST(0 AS BIGINT) ELSE 3 END'),
        ((None, "男", "女"), """CASE WHEN "急" THEN '男' WHEN NOT "急" THEN '女' END"""),
        ((7, 7, 7), "7"),
    ],
)
def test_the_shortest_way_by_a_truth_is_taken(values: tuple[None, ...], shown: str) -> None:
    found = Listed("急", values, by_truth=True)
    assert " ".join(_DIALECT.sql(written(found, is_certain=False)).split()) == shown


def test_what_hangs_on_two_columns_stays() -> None:
    known = _KNOWN | members("类", ("子", "丑"))
    assert listed(both([equal(column("级"), text("甲")), equal(column("类"), text("子"))]), known) is None


def test_a_binding_is_looked_up_through_others() -> None:
    layers = Layers(_DIALECT, ("级", "place:级"), texts={"级": _TEXTS})
    first = layers.bind(cases([(equal(column("级"), text("甲")), text("子"))], text("丑")), "一")
    second = layers.bind(equal(first, text("子")), "二")
    query = layers.select({"v": cases([(second, whole(1))], whole(0)), "w": boolean(True)}, "cells")
    assert "'" not in _DIALECT.sql(query)
