"""The fold of limits a second time, row by row in Python over the relations of ``fold_spec``; and its plan in DuckDB.

The relations are plain lists of dicts, so that a test can say anything about them that a policy can.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cmp_to_key
from typing import Any

import duckdb
import pyarrow

from policyrun.columnar.dialect import DIALECTS
from policyrun.columnar.fold import fold_parts
from policyrun.columnar.fold_spec import FULLY_PAID, OUTCOME, FoldSpec, LimitSpec, Measure, Note, OrderColumn
from policyrun.columnar.fold_sql import is_of_pay, limit_hash
from policyrun.columnar.past import PAST_COLUMNS
from policyrun.columnar.plan import Loop, Step

Row = Mapping[str, Any]
Outcomes = dict[tuple[int, int], tuple[Any, ...]]


@dataclass(slots=True)
class Account:
    """What a key of a limit has granted, in order: numbers, or kinds under ``SAME``."""

    grants: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Data:
    """All that goes into a fold. ``past``: place of a limit → key → what each earlier grant used."""

    candidates: list[dict[str, Any]]
    past: dict[int, dict[tuple[Any, ...], list[Any]]] = field(default_factory=dict)
    waived: list[tuple[int, int, int]] = field(default_factory=list)
    paid: list[dict[str, Any]] = field(default_factory=list)


def in_order(spec: FoldSpec, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The candidates by each key of the order, blanks last; then as they stand in their files."""

    def compare(one: Row, other: Row) -> int:
        for column in spec.order:
            a, b = one[column.name], other[column.name]
            if a != b:
                if a is None or b is None:
                    return 1 if a is None else -1
                return (1 if a > b else -1) * (-1 if column.descending else 1)
        return 0

    return sorted(sorted(rows, key=lambda row: (row["scheme_no"], row["row_no"])), key=cmp_to_key(compare))


def by_definition(spec: FoldSpec, data: Data) -> Outcomes:
    """Every candidate in order, granted if all its limits have room for it after those granted before."""
    books: list[defaultdict[tuple[Any, ...], Account]] = [defaultdict(Account) for _ in spec.limits]
    for place, keys in data.past.items():
        for key, grants in keys.items():
            books[place][key].grants += grants
    paid = {_top_up_key(spec, row, row["scheme_no"]): row["paid"] for row in data.paid}
    found: Outcomes = {}
    for row in in_order(spec, data.candidates):
        at = row["scheme_no"], row["row_no"]
        key = _top_up_key(spec, row, row["scheme_no"])
        if key in paid:
            found[at] = _topped_up(row["amount"] - paid[key])
            paid[key] = max(paid[key], row["amount"])
        else:
            found[at] = _decide(spec, data, books, row)
    return found


def _top_up_key(spec: FoldSpec, row: Row, scheme: int) -> tuple[Any, ...]:
    return (scheme, *(row[part] for part in spec.top_up.key)) if spec.top_up else ("none",)


def _topped_up(pays: int) -> tuple[Any, ...]:
    none = (None,) * 5
    return (True, pays, 0, Note.TOP_UP, None, *none) if pays > 0 else (False, 0, 0, 0, FULLY_PAID, *none)


def _decide(
    spec: FoldSpec, data: Data, books: list[defaultdict[tuple[Any, ...], Account]], row: Row
) -> tuple[Any, ...]:
    amount, passed, notes, pays = row["amount"], 0, 0, row["amount"]
    entered: list[tuple[int, Account]] = []
    parts: list[tuple[LimitSpec, int]] = []
    for place, limit in enumerate(spec.limits):
        if limit.selective and not row[f"on_{place}"]:
            continue
        account = books[place][tuple(row[part] for part in limit.key)]
        answer, used, asks, room = _ask(limit, place, row, account.grants)
        if answer <= 0:
            excepted = (row["scheme_no"], row["serial"], place) in data.waived
            if not excepted and not (limit.may_only_report and row[f"binds_{place}"] is False):
                if limit.measure is Measure.SAME:
                    return (False, 0, 0, 0, place, None, None, None, used, asks)
                return (False, 0, 0, 0, place, used, asks, room, None, None)
            notes |= Note.EXCEPTION
            continue
        passed |= 1 << place
        pays = min(pays, answer)
        entered.append((place, account))
        parts.append((limit, answer))
    if any(limit.measure is Measure.PARTIAL and answer == pays < amount for limit, answer in parts):
        notes |= Note.PARTIAL
    for place, account in entered:
        account.grants.append(_use(spec.limits[place], place, row, pays))
    return (True, pays, passed, notes, None, None, None, None, None, None)


def _use(limit: LimitSpec, place: int, row: Row, pays: int) -> Any:
    if limit.measure is Measure.SAME:
        return row[f"kind_{place}"]
    if is_of_pay(limit):
        return pays
    return limit.asks if limit.asks is not None else row[f"asks_{place}"]


def _ask(limit: LimitSpec, place: int, row: Row, grants: list[Any]) -> tuple[int, Any, Any, Any]:
    """What it lets through; used, asks and room."""
    amount = row["amount"]
    if limit.measure is Measure.SAME:
        kind = row[f"kind_{place}"]
        others = [one for one in grants if one != kind]
        return (0 if others else amount), (others[0] if others else None), kind, None
    used = sum(grants)
    room = limit.room if limit.room is not None else row.get(f"room_{place}")
    asks = amount if is_of_pay(limit) else _use(limit, place, row, amount)
    match limit.measure:
        case Measure.TOTAL:
            return (amount if used + asks <= room else 0), used, asks, room
        case Measure.PARTIAL:
            return max(min(amount, room - used), 0), used, asks, room
        case Measure.DIFFERENCE:
            return max(amount - used, 0), used, asks, None
        case Measure.FULL:
            return (amount if amount > max(grants, default=0) else 0), used, asks, None
        case _:
            return (0 if grants else amount), used, asks, None


# ------------------------------------------------------------------------------------------------------------ by plan


def by_plan(spec: FoldSpec, data: Data, portions: int = 1) -> tuple[Outcomes, int]:
    """What the plan of a fold says, people being taken in so many portions, and how many passes it took."""
    spec = hashed(spec)
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET threads = 1")
        _load(connection, spec, data)
        passes = run(connection, fold_parts(spec, DIALECTS["duckdb"], portions))
        rows = connection.execute(f'SELECT {", ".join(OUTCOME)} FROM "{spec.outcome}"').fetchall()
    assert len(rows) == len(data.candidates)
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}, passes


def hashed(spec: FoldSpec) -> FoldSpec:
    """A fold whose limits have names for the hashes of their keys, the same for those alike, of the people k_p."""
    known: dict[tuple[Any, ...], str] = {}
    person = "k_p" if all("k_p" in limit.key for limit in spec.limits) else None
    limits = []
    for place, limit in enumerate(spec.limits):
        alike = limit.key, place if limit.selective else None
        own = known.setdefault(alike, f"键_{place}")
        limits.append(replace(limit, hash=own, hashed=limit.key, person=person))
    return replace(spec, limits=tuple(limits), person=person)


def run(connection: duckdb.DuckDBPyConnection, parts: Sequence[Step | Loop]) -> int:
    """Makes every relation; says how many passes the loops took."""
    passes = 0
    for part in parts:
        if isinstance(part, Step):
            _make(connection, part)
            continue
        left = _number(connection, part)
        while left:
            passes += 1
            connection.execute(f'INSERT INTO "{part.settled}" {DIALECTS["duckdb"].sql(part.finished)}')
            for step in part.steps:
                _make(connection, step)
            connection.execute(f'DROP TABLE "{part.state}"')
            connection.execute(f'ALTER TABLE "{part.state_next}" RENAME TO "{part.state}"')
            before, left = left, _number(connection, part)
            assert left < before
    return passes


def _make(connection: duckdb.DuckDBPyConnection, step: Step) -> None:
    kind = "TABLE" if step.kept else "VIEW"
    connection.execute(f'CREATE TEMP {kind} "{step.name}" AS {DIALECTS["duckdb"].sql(step.query)}')
    for name in step.spent:
        connection.execute(f'DROP TABLE "{name}"')


def _number(connection: duckdb.DuckDBPyConnection, loop: Loop) -> int:
    found = connection.execute(DIALECTS["duckdb"].sql(loop.open_rows)).fetchone()
    assert found is not None
    return int(found[0])


_TYPES = {
    "scheme_no": "INT",
    "row_no": "BIGINT",
    "amount": "BIGINT",
    "serial": "BIGINT",
    "paid": "BIGINT",
    "order_2": "TEXT",
}
_STEMS = {"on": "BOOLEAN", "binds": "BOOLEAN", "kind": "TEXT", "asks": "BIGINT", "room": "BIGINT", "limit": "INT"}


def _type(column: str) -> str:
    return (
        _TYPES.get(column) or _STEMS.get(column.partition("_")[0]) or ("TEXT" if column.startswith("t") else "BIGINT")
    )


def _load(connection: duckdb.DuckDBPyConnection, spec: FoldSpec, data: Data) -> None:
    _table(connection, "所有行", list(data.candidates[0]), data.candidates)
    for number, name in spec.rows:
        connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM "所有行" WHERE scheme_no = {number}')
    hashes = {}
    for place, limit in enumerate(spec.limits):
        concerned = f"on_{place}" if limit.selective else "TRUE"
        own = limit_hash(limit, DIALECTS["duckdb"])
        hashes[limit.hash] = f'CASE WHEN {concerned} THEN {own} END AS "{limit.hash}"'
    connection.execute(f'CREATE VIEW "{spec.candidates}" AS SELECT *, {", ".join(hashes.values())} FROM "所有行"')
    for place, limit in enumerate(spec.limits):
        if limit.past is not None:
            rows = [_past(limit, *item) for item in data.past.get(place, {}).items()]
            _table(connection, limit.past, [*limit.key, *PAST_COLUMNS], rows)
    if spec.waived is not None:
        names = ["scheme_no", "serial", "limit_no"]
        _table(connection, spec.waived, names, [dict(zip(names, entry, strict=True)) for entry in data.waived])
    if spec.top_up is not None:
        _table(connection, spec.top_up.paid, ["scheme_no", *spec.top_up.key, "paid"], data.paid)


def _past(limit: LimitSpec, key: tuple[Any, ...], grants: list[Any]) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(limit.key, key, strict=True)) | {"number": len(grants)}
    if limit.measure is Measure.SAME:
        other = next((one for one in grants if one != grants[0]), None)
        return row | {"used": None, "most": None, "kind_first": grants[0], "kind_other": other}
    return row | {"used": sum(grants), "most": max(grants), "kind_first": None, "kind_other": None}


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    typed = ", ".join(f'"{column}" {_type(column)}' for column in columns)
    connection.execute(f'CREATE TABLE "{name}" ({typed})')
    if rows:
        connection.register("given", pyarrow.Table.from_pylist([dict(row) for row in rows]))
        connection.execute(f'INSERT INTO "{name}" SELECT * FROM given')
        connection.unregister("given")


#: Of the candidates that tests make up.
ORDER = (
    OrderColumn(name="order_0"),
    OrderColumn(name="order_1", descending=True),
    OrderColumn(name="order_2", text=True),
)
