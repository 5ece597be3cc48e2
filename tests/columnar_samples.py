"""Rows of the shipped policies' samples as a plan's relation of typed cells, and the reference's view of the same."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import duckdb
import pyarrow
import pytest

from policyrun.app.evaluate import Request, with_sources
from policyrun.app.inputs import read_inputs
from policyrun.app.library import list_policies
from policyrun.app.load import load
from policyrun.app.sample import sample
from policyrun.app.settings import settings_for
from policyrun.columnar.dialect import DIALECTS, Dialect
from policyrun.columnar.folding import Sql, column, either
from policyrun.columnar.lowering import Lowering
from policyrun.interp.expressions import Row
from policyrun.interp.records import type_rows
from policyrun.interp.run import decide
from policyrun.ir.nodes import Expr
from policyrun.ir.policy import Policy, SameKind, Scheme, Total
from policyrun.model.decision import Outcome
from policyrun.model.raw import SchemeInput
from policyrun.model.settings import Settings
from policyrun.model.types import Kind
from policyrun.model.values import Value
from policyrun.source.diagnostic import Diagnostics

DUCKDB = DIALECTS["duckdb"]
#: Damaged copies of each row of a sample.
COPIES = 2


@dataclass(frozen=True, slots=True)
class Sample:
    """A policy with the rows of its sample, and made-up ones for schemes that are not in it."""

    policy: Policy
    settings: Settings
    data: Mapping[str, SchemeInput]

    def outcomes(self) -> Mapping[str, tuple[Outcome, ...]]:
        """What the reference decides on the rows of each scheme."""
        decided = decide(self.policy, [*self.data.values()], self.settings)
        assert decided is not None
        return decided.outcomes


POLICIES = [entry.ref for entry in list_policies(())]
#: The policies, and whether each reading is taken the last way it lists instead of the first.
READ = [pytest.param(ref, other, id=ref + ("，另读" if other else "")) for ref in POLICIES for other in (False, True)]


@cache
def sample_of(ref: str, other: bool = False) -> Sample:
    found = Diagnostics()
    policy = load(ref, found)
    assert policy is not None, found
    named = with_sources(policy, Request(), found)
    assert named is not None, found
    inputs = read_inputs(policy, named.sources, None, found)
    assert inputs is not None, found
    made = sample(policy, 40 * len(policy.schemes), 1, found)
    readings = {name: reading.ways[-1] for name, reading in policy.readings.items()} if other else {}
    settings = settings_for(policy, found, as_of=named.as_of, readings=readings)
    return Sample(policy, settings, {one.scheme: one for one in (*made, *inputs)})


def rows_of(sampled: Sample, scheme: Scheme) -> list[Row]:
    """The sound rows of a scheme in a sample, and copies of them with blanks where a blank may be."""
    lines = type_rows(sampled.policy, scheme, sampled.data[scheme.name], sampled.settings)
    sound = [line.row for line in lines if line.row is not None]
    chance = random.Random(f"{sampled.policy.ref} {scheme.name}")
    return [*sound, *(damaged(row, scheme, chance) for row in sound for _ in range(COPIES))]


def damaged(row: Row, scheme: Scheme, chance: random.Random) -> Row:
    """A row with some of its optional cells blank: few, many or nearly all."""
    share = chance.choice((10, 40, 90))
    cells = {
        field.name: None if not field.required and chance.randrange(100) < share else row.cells.get(field.name)
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
    for name in lacking_in(rows):
        columns[f"lacking:{name}"] = pyarrow.array([name in row.lacking for row in rows], pyarrow.bool_())
    return pyarrow.table(columns)


def lacking_in(rows: Sequence[Row]) -> list[str]:
    """The columns that some row's file lacks, so that its cell is unknown."""
    return sorted({name for row in rows for name in row.lacking})


def stored(value: Value | None, factor: int) -> Any:
    if isinstance(value, Fraction):
        assert (value * factor).denominator == 1
        return int(value * factor)
    return value


def lowered(policy: Policy, scheme: Scheme, rows: Sequence[Row], dialect: Dialect = DUCKDB) -> Lowering:
    return Lowering(
        policy,
        scheme.name,
        scheme.record,
        rows[0].settings,
        dialect,
        "cells",
        day=scheme.day,
        payee=scheme.payee.category if scheme.payee else None,
        lacking={name: column(f"lacking:{name}") for name in lacking_in(rows)},
        taken=[f"lacking:{name}" for name in lacking_in(rows)],
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


def ask(
    lowering: Lowering, scheme: Scheme, rows: Sequence[Row], columns: Mapping[str, Sql]
) -> list[tuple[Row, dict[str, Any]]]:
    """What columns are worth in each row, but for those that no plan can work out exactly."""
    with duckdb.connect() as connection:
        connection.register("cells", typed_relation(scheme, rows))
        query = lowering.select({"row_no": column("row_no"), "beyond": either(lowering.beyond), **columns})
        answers = connection.sql(DUCKDB.sql(query)).to_arrow_table().to_pylist()
    return [(rows[answer.pop("row_no")], answer) for answer in answers if not answer.pop("beyond")]
