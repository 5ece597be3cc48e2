"""Typed records in SQL: row by row what ``interp.records`` says, with its lists, regions and checks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

import duckdb
import pytest

from data_files import TRAINING, small_policy
from policyrun.app.inputs import wanted_of
from policyrun.app.library import list_policies
from policyrun.app.load import load
from policyrun.app.sample import sample
from policyrun.app.settings import settings_for
from policyrun.columnar.cells_number import UNITS
from policyrun.columnar.dialect import DIALECTS
from policyrun.columnar.records import cells_name, payee_column, typed_steps
from policyrun.datasets.scan_rows import relation_of
from policyrun.interp.records import TypedRow, type_rows
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.raw import CellKind, Origin, RawCell, SchemeInput
from policyrun.model.settings import ListEntry, Settings
from policyrun.source.diagnostic import Diagnostics

DUCKDB = DIALECTS["duckdb"]
POLICIES = [entry.ref for entry in list_policies(())]
#: What takes the place of a cell.
SPOILED = [
    "",
    " ",
    "\u3000x ",
    "x",
    "-1",
    "1",
    "是",
    "否",
    "2023-02-30",
    "2022.6.1",
    "火星",
    "上虞市",
    "杭州市",
    "经开区",
    "12.345",
]


@cache
def policy_of(ref: str) -> Policy:
    policy = load(ref, Diagnostics())
    assert policy is not None
    return policy


def inputs(ref: str) -> Iterator[tuple[Policy, Scheme, SchemeInput]]:
    """Samples of the schemes and forms of a policy."""
    policy = policy_of(ref)
    for data in sample(policy, 30 * len(policy.schemes), 1, Diagnostics()):
        own = policy if policy.scheme(data.scheme) else policy.of_form(data.scheme)
        scheme = own.scheme(data.scheme)
        assert scheme is not None
        yield own, scheme, data


def spoiled(data: SchemeInput, chance: random.Random) -> SchemeInput:
    """Rows several times over, some of their cells other ones, some of their 序号 shared."""
    rows = []
    for number in range(4 * len(data.rows)):
        row = list(data.rows[number % len(data.rows)])
        if number >= len(data.rows):
            for _cell in range(chance.choice((0, 1, 1, 2, 5))):
                place = chance.randrange(len(row))
                kind = chance.choice((CellKind.TEXT, CellKind.TEXT, CellKind.NUMBER, CellKind.ERROR))
                row[place] = RawCell(chance.choice((*SPOILED, chance.choice(data.rows)[place].text)), kind)
        serial = data.columns.index("序号")
        if number >= len(data.rows) and chance.random() < 0.9:
            row[serial] = RawCell(str(10_000 + number))
        rows.append(tuple(row))
    origins = [Origin("甲.csv" if number % 2 else "乙.csv", "", number) for number in range(len(rows))]
    return replace(data, rows=rows, origins=sorted(origins, key=lambda origin: origin.path))


def lists_for(policy: Policy, data: SchemeInput, chance: random.Random) -> dict[str, tuple[ListEntry, ...]]:
    """Entries for the lists of a policy: names from the rows, each now and then several times."""
    lists = {}
    for one in policy.lists:
        if one.key not in data.columns:
            continue
        names = sorted({row[data.columns.index(one.key)].text.strip() for row in data.rows} - {""})
        entries = []
        for name in names * 2:
            first = date(2022, 1, 1) + timedelta(days=chance.randrange(700))
            spans = [
                (None, None),
                (first, None),
                (None, first),
                (first, first + timedelta(days=chance.randrange(-3, 400))),
            ]
            if chance.random() < 0.5:
                entries.append(ListEntry(name, *chance.choice(spans)))
        lists[one.name] = tuple(entries)
    return lists


def by_plan(policy: Policy, scheme: Scheme, data: SchemeInput, settings: Settings) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        relation = relation_of(connection, "原文", data)
        for step in typed_steps(policy, scheme, relation, settings, DUCKDB):
            kind = "TABLE" if step.kept else "VIEW"
            query = step.query.sql(dialect="duckdb", identify=True)
            connection.execute(f'CREATE {kind} "{step.name}" AS {query}')
        found = connection.execute(f'SELECT * FROM "{cells_name(scheme)}" ORDER BY row_no')
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, line, strict=True)) for line in found.fetchall()]


def agree(policy: Policy, scheme: Scheme, data: SchemeInput, settings: Settings) -> list[TypedRow]:
    """Asserts that the plan types rows as the reference; what that says."""
    lines = type_rows(policy, scheme, data, settings)
    fields = scheme.record.fields
    for line, found in zip(lines, by_plan(policy, scheme, data, settings), strict=True):
        place = found["invalid"]
        assert (None if place is None else fields[place].name) == line.invalid
        assert found["serial_text"] == line.serial
        assert not found["too_wide"]
        if line.row is None:
            assert not any(value for name, value in found.items() if name.startswith("overruled:"))
            continue
        for field in fields:
            value = line.row.cells[field.name]
            units = UNITS.get(field.cell, 1)
            assert found[field.name] == (value * units if isinstance(value, Fraction) else value), field.name
        names = {name: text or "" for name, text in _after("name:", found).items()}
        payees = {name: (text or "").strip() for name, text in _after(payee_column(""), found).items()}
        assert names | payees == payees | names == line.names  # a column may be looked up and name payees, too
        assert {name for name, said in _after("overruled:", found).items() if said} == set(line.overruled)
        assert {name for name, said in _after("lacking:", found).items() if said} == set(line.row.lacking)
    return lines


def _after(prefix: str, found: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in found.items() if name.startswith(prefix)}


@pytest.mark.parametrize("ref", POLICIES)
@pytest.mark.parametrize("listed", [False, True], ids=["", "lists"])
def test_samples(ref: str, listed: bool) -> None:
    chance = random.Random(ref)
    found = set()
    for policy, scheme, data in inputs(ref):
        settings = settings_for(policy, Diagnostics(), as_of=date(2023, 12, 31))
        assert settings is not None
        rows = spoiled(data, chance)
        if listed:
            settings = replace(settings, lists=lists_for(policy, rows, chance))
        found |= {line.invalid for line in agree(policy, scheme, rows, settings)}
    assert None in found
    assert len(found) > 2


def test_columns_that_some_file_lacks() -> None:
    policy = policy_of("zhejiang-2022-livelihood").of_form("信息表")
    data = next(data for _policy, _scheme, data in inputs("zhejiang-2022-livelihood") if data.scheme == "信息表")
    flags = [field.name for field in policy.schemes[0].record.fields if field.absent_unknown]
    assert flags
    rows = spoiled(data, random.Random(3))
    settings = settings_for(policy, Diagnostics(), as_of=date(2023, 12, 31))
    assert settings is not None
    agree(policy, policy.schemes[0], replace(rows, lacking={("甲.csv", ""): frozenset(flags)}), settings)


def test_a_list_decides_where_the_file_has_no_such_column() -> None:
    policy = small_policy()
    names = ("序号", "身份证号码", "职业工种", "项目等级", "发证时间", "补贴标准", "培训机构名称")
    assert {"培训机构名称"} <= set(wanted_of(policy, policy.schemes[0]).known)
    lines = [("1", "2023-05-01", "甲"), ("2", "2022-05-01", "甲"), ("3", "", "甲"), ("4", "", "乙"), ("5", "", " ")]
    person = RawCell("999999199001010016")
    rows = [(RawCell(serial), person, *map(RawCell, ("电工", "三级", day, "9", name))) for serial, day, name in lines]
    data = SchemeInput(TRAINING, names, rows, [Origin("a", "", at) for at in range(5)], absent=("证书编号", "培训合格"))
    entries = (ListEntry("甲", date(2023, 1, 1), None), ListEntry("乙", None, None))
    settings = Settings(date(2023, 12, 31), date(2023, 12, 31), {}, {"承训机构": entries})
    found = agree(policy, policy.schemes[0], data, settings)
    assert [line.row and line.row.cells["培训合格"] for line in found] == [True, False, None, True, None]
    agree(policy, policy.schemes[0], data, replace(settings, lists={"承训机构": ()}))
