"""Random records for any checked policy: rows of every scheme, the settings of a run, history, exceptions.

Everything is read off the policy as checked, so that records can be drawn for shipped policies and for shrunk ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random

from policyrun.ir.nodes import Expr, Literal, ParameterRef, nodes_for
from policyrun.ir.policy import Limit, Policy, Scheme, Total
from policyrun.model.past import ExceptionEntry, HistoryRow
from policyrun.model.raw import BLANK, Origin, RawCell, SchemeInput
from policyrun.model.settings import ListEntry, Settings
from policyrun.model.values import Value

from .cells import Edges, Mix, person, pool_of
from .past import draw_exceptions, draw_history

_AS_OF = (date(2023, 12, 31), date(2024, 2, 29), date(2023, 6, 30), date(2024, 8, 1), date(2022, 12, 1))


@dataclass(frozen=True, slots=True)
class Dataset:
    """All that a run is given."""

    inputs: tuple[SchemeInput, ...]
    settings: Settings
    history: tuple[HistoryRow, ...] = ()
    exceptions: tuple[ExceptionEntry, ...] = ()

    @property
    def rows(self) -> int:
        return sum(len(one.rows) for one in self.inputs)


def draw_dataset(policy: Policy, seed: int, rows: int, *, plain: bool = False) -> Dataset:
    """The records of a seed: about so many rows over all schemes, now and then without one of the schemes.

    Args:
        plain: whether all cells are text, as those of a csv are.
    """
    rng = Random(f"records {seed}")
    edges = edges_of(policy)
    schemes = [scheme for scheme in policy.schemes if rng.random() < 0.93] or list(policy.schemes[:1])
    count = max(1, rows // len(schemes))
    people = [person(number, rng) for number in range(max(2, count // rng.choice((2, 5, 12, 30, 90))))]
    inputs = tuple(_input(policy, scheme, edges, people, count, plain, rng) for scheme in schemes)
    settings = _settings(policy, edges, rng)
    history = draw_history(policy, inputs, settings, rng) if rng.random() < 0.5 else ()
    exceptions = draw_exceptions(policy, inputs, rng) if rng.random() < 0.5 else ()
    return Dataset(inputs, settings, history, exceptions)


def edges_of(policy: Policy) -> Edges:
    """The constants that a policy compares and counts with."""
    days, numbers, texts = set[date](), set[Fraction](), set[str]()
    for value in _constants(policy):
        match value:
            case bool() | None:
                pass
            case date():
                days.add(value)
            case Fraction():
                numbers.add(value)
            case str():
                texts.add(value)
    days |= {day for day in (policy.in_force.first, policy.in_force.last) if day is not None}
    return Edges(sorted(days), sorted(numbers), sorted(texts))


def _constants(policy: Policy) -> Iterator[Value | None]:
    for expr in _expressions(policy):
        for node in nodes_for(expr):
            if isinstance(node, Literal):
                yield node.value
            elif isinstance(node, ParameterRef):
                for value in node.values:
                    yield value.value
                    yield value.effective


def _expressions(policy: Policy) -> Iterator[Expr]:
    for scheme in policy.schemes:
        yield from (one.test for one in scheme.requirements)
        yield from (one.test for one in scheme.notices)
        yield from (one.when for one in scheme.gates)
        yield from (field.blank for field in scheme.record.fields if field.blank is not None)
        yield from (check.test for check in scheme.record.checks)
        if scheme.amount is not None:
            yield scheme.amount.value
    for limit in policy.limits:
        yield from _of_limit(limit)


def _of_limit(limit: Limit) -> Iterator[Expr]:
    yield from (part.expr for part in limit.per)
    yield from (expr for expr in (limit.when, limit.binding) if expr is not None)
    if isinstance(limit.measure, Total):
        yield limit.measure.room


# -------------------------------------------------------------------------------------------------------------- rows


def _input(
    policy: Policy, scheme: Scheme, edges: Edges, people: Sequence[str], count: int, plain: bool, rng: Random
) -> SchemeInput:
    kinds = rng.random() < 0.5 and not plain
    mix = Mix(rng.choice((0.0, 0.03, 0.1, 0.3)), rng.choice((0.0, 0.0, 0.005, 0.03)), kinds)
    optional = [field.name for field in scheme.record.fields if not field.required]
    absent = [name for name in optional if rng.random() < 0.06]
    columns: dict[str, list[RawCell]] = {}
    for field in scheme.record.fields:
        if field.name == "序号":
            columns[field.name] = _serials(count, mix, rng)
        elif field.name not in absent:
            columns[field.name] = rng.choices(pool_of(field, edges, mix, people, rng), k=count)
    for name in _beside(policy, scheme):
        columns[name] = rng.choices([RawCell(text) for text in ("云岭公司", " 甲", "乙 ", "电工", "")], k=count)
    if scheme.split is not None and scheme.split.total in columns:
        _agree(columns, scheme.split.total, scheme.split.per, rng)
    names = list(columns)
    if rng.random() < 0.3:
        rng.shuffle(names)
    return _in_files(scheme, names, columns, absent, count, rng)


def _beside(policy: Policy, scheme: Scheme) -> list[str]:
    """Columns that are read though the record does not list them, and one that nobody reads."""
    named = scheme.payee.names.values() if scheme.payee else ()
    keys = [reference.key for reference in policy.lists]
    return [name for name in dict.fromkeys((*named, *keys, "备注")) if scheme.record.field(name) is None]


def _serials(count: int, mix: Mix, rng: Random) -> list[RawCell]:
    numbers = list(range(1, count + 1))
    if rng.random() < 0.5:
        rng.shuffle(numbers)
    cells = [RawCell(str(number)) for number in numbers]
    for place in range(count):
        chance = rng.random()
        if chance < mix.bad:
            cells[place] = rng.choice((cells[rng.randrange(count)], RawCell("x"), BLANK, RawCell("1.5")))
        elif chance > 0.98:
            number = numbers[place]
            cells[place] = RawCell(rng.choice((f"0{number}", f"{number}.0", f" {number}", f"{number:,}")))
    return cells


def _agree(columns: Mapping[str, list[RawCell]], total: str, per: Sequence[str], rng: Random) -> None:
    """Makes the totals of a group the same, but for a row here and there."""
    keys = [columns[name] for name in per if name in columns]
    totals: dict[tuple[str, ...], RawCell] = {}
    cells = columns[total]
    slips = rng.choice((0.0, 0.01))
    for place, cell in enumerate(cells):
        key = tuple(column[place].text.strip() for column in keys)
        if rng.random() >= slips:
            cells[place] = totals.setdefault(key, cell)


def _in_files(
    scheme: Scheme,
    names: Sequence[str],
    columns: dict[str, list[RawCell]],
    absent: Sequence[str],
    count: int,
    rng: Random,
) -> SchemeInput:
    """The rows as one input from one to three files, of which a later one may lack columns."""
    files = [f"{scheme.name}{number}.csv" for number in range(rng.choice((1, 1, 2, 3)))]
    flagged = frozenset(field.name for field in scheme.record.fields if field.absent_unknown)
    lacking: dict[tuple[str, str], frozenset[str]] = {}
    starts = [count * place // len(files) for place in range(len(files) + 1)]
    for place, path in enumerate(files):
        optional = [field.name for field in scheme.record.fields if not field.required and field.name in columns]
        lost = {name for name in optional if place and rng.random() < 0.1}
        for name in lost:
            columns[name][starts[place] : starts[place + 1]] = [BLANK] * (starts[place + 1] - starts[place])
        unknown = flagged & (lost | set(absent))
        if unknown:
            lacking[path, ""] = unknown
    origins = [
        Origin(path, "", number + 2)
        for place, path in enumerate(files)
        for number in range(starts[place + 1] - starts[place])
    ]
    rows = list(zip(*(columns[name] for name in names), strict=True))
    return SchemeInput(scheme.name, tuple(names), rows, origins, ("备注",), tuple(absent), 0, lacking)


# ---------------------------------------------------------------------------------------------------------- settings


def _settings(policy: Policy, edges: Edges, rng: Random) -> Settings:
    as_of = rng.choice((*_AS_OF, *(day for day in edges.days[-3:] if day.year < 2100)))
    known_on = as_of if rng.random() < 0.6 else rng.choice((date(2022, 1, 1), date(2023, 7, 1), date(2023, 3, 1)))
    ways = {
        name: reading.default if rng.random() < 0.3 else rng.choice(reading.ways)
        for name, reading in policy.readings.items()
    }
    lists = {reference.name: _entries(rng) for reference in policy.lists if rng.random() < 0.7}
    return Settings(as_of, known_on, ways, lists)


def _entries(rng: Random) -> tuple[ListEntry, ...]:
    days = (None, None, date(2023, 1, 31), date(2023, 7, 1), date(2022, 6, 30))
    names = rng.sample(("甲", "乙", "电工", "焊工证", "云岭公司", "甲市", "x1Y"), 4)
    entries = []
    for name in [*names, names[0]]:
        first, last = rng.choice(days), rng.choice((None, date(2023, 12, 31), date(2024, 2, 29)))
        entries.append(ListEntry(name, first, last))
    return tuple(entries)
