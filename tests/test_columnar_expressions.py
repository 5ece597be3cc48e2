"""Expressions as SQL are worth what the reference says, row by row: shipped policies, and every function's cases."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest

from columnar_rows import SOURCE, store, worth
from policyrun.app.evaluate import sample_day, sample_path
from policyrun.app.inputs import read_inputs
from policyrun.app.load import load
from policyrun.app.settings import settings_for
from policyrun.columnar.dialect import DIALECTS
from policyrun.columnar.lowering import Lowering
from policyrun.interp.expressions import Row, evaluate
from policyrun.interp.records import type_rows
from policyrun.ir.nodes import Expr, Supplied
from policyrun.ir.policy import Policy, Scheme, Total
from policyrun.model.settings import Settings
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics

SAMPLES = sorted(path.parent.name for path in data_dir("policies").glob("*/*/sample.xlsx"))
DUCKDB = DIALECTS["duckdb"]


@cache
def _policy(ref: str) -> tuple[Policy, Settings, dict[str, list[Row]]]:
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
    for field in scheme.record.fields:
        if field.blank is not None:
            yield f"空白 {field.name}", field.blank
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
    policy, settings, rows = _policy(ref)
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
