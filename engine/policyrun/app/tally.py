"""Counting granted records: what each target has come to, by region and by year."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Protocol

from policyrun.app.result import RunResult, SchemeResult
from policyrun.interp.expressions import Row, evaluate, truth
from policyrun.interp.faults import region_in
from policyrun.interp.records import type_rows
from policyrun.interp.regions import RegionFinder
from policyrun.ir.nodes import Expr, Supplied
from policyrun.ir.policy import Field, Policy, RecordType, Scheme
from policyrun.ir.tally import Placing, Tally
from policyrun.model.decision import Conclusion, NoticeCode, Outcome
from policyrun.model.values import Operand
from policyrun.model.vocabulary import Quota, QuotaNode

#: Joins a region to those above it.
BELOW = "/"

#: Tells the region that a row names.
Placer = Callable[[Row], str]

#: A region of a table with those above it, from the root down.
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A row that counts, or one of which that cannot be told.

    Attributes:
        year: None where all years count together.
        place: what the record says of its region.
        key: equal keys count once.
        amount: what is added up.
        known: whether all that it takes is known.
    """

    year: int | None = None
    place: str = ""
    key: tuple[Operand, ...] = ()
    amount: Fraction = Fraction(1)
    known: bool = True


class Counted(Protocol):
    """Rows that count, wherever they are kept."""

    def years(self) -> Collection[int | None]:
        """The years in which some count."""

    def places(self) -> Counter[str]:
        """How many there are, by what they say of their region."""

    def come_to(self, groups: Mapping[str, Sequence[Path]]) -> Mapping[tuple[Path, int | None], Fraction]:
        """What they come to in each group and year; groups without any are left out.

        Args:
            groups: what a record says of its region → the groups that it counts in.
        """


@dataclass(frozen=True, slots=True)
class Items:
    """Rows at hand that count."""

    tally: Tally
    items: Sequence[Item]

    def years(self) -> Collection[int | None]:
        return {item.year for item in self.items}

    def places(self) -> Counter[str]:
        return Counter(item.place for item in self.items)

    def come_to(self, groups: Mapping[str, Sequence[Path]]) -> Mapping[tuple[Path, int | None], Fraction]:
        found: defaultdict[tuple[Path, int | None], list[Item]] = defaultdict(list)
        for item in self.items:
            for group in groups[item.place]:
                found[group, item.year].append(item)
        return {key: _amount_of(self.tally, items) for key, items in found.items()}


class Tallying(Protocol):
    """What counts the rows of a run."""

    def tallied(self, tally: Tally, quota: Quota | None = None) -> Tallied:
        """All that counts for a target; ``quota`` is the table it stands in, if any."""


@dataclass(frozen=True, slots=True)
class Tallied:
    """All rows that a tally looks at.

    Attributes:
        counted: those that count.
        unclear: granted rows of which it is not known whether they count.
        undecided: rows 待核实 that may count, by what they say of their region.
        invalid: rows 数据错误; nobody knows what they say.
        lacking: schemes of the tally whose records were not given.
        given: whether any were.
    """

    counted: Counted
    unclear: int
    undecided: Counter[str]
    invalid: int
    lacking: tuple[str, ...]
    given: bool

    def years(self) -> list[int | None]:
        """Each year in which something counts; one None where years are not told apart or nothing counts."""
        return [*sorted(year for year in self.counted.years() if year is not None)] or [None]


@dataclass(slots=True)
class Counting:
    """Counts the rows of a run; each scheme's rows are typed once."""

    run: RunResult
    _rows: dict[str, list[tuple[Outcome, Row]]] = field(default_factory=dict)

    def tallied(self, tally: Tally, quota: Quota | None = None) -> Tallied:
        """All that counts for a target; ``quota`` is the table it stands in, if any."""
        parts = [part for part in self.run.schemes if part.scheme.name in tally.over]
        given = {part.scheme.name for part in parts}
        items: list[Item] = []
        undecided: Counter[str] = Counter()
        for part in parts:
            place = _placer(self.run.policy, part.scheme, quota)
            for outcome, row in self._typed(part):
                if outcome.conclusion is Conclusion.GRANTED:
                    items += [item] if (item := _item(tally, place, outcome, row)) else []
                elif outcome.conclusion is Conclusion.UNDECIDED and _may_count(tally, row):
                    undecided[place(row)] += 1
        return Tallied(
            counted=Items(tally, [item for item in items if item.known]),
            unclear=sum(not item.known for item in items),
            undecided=undecided,
            invalid=sum(one.conclusion is Conclusion.INVALID for part in parts for one in part.outcomes),
            lacking=tuple(name for name in tally.over if name not in given),
            given=bool(parts),
        )

    def _typed(self, part: SchemeResult) -> list[tuple[Outcome, Row]]:
        name = part.scheme.name
        if name not in self._rows:
            typed = type_rows(self.run.policy, part.scheme, part.data, self.run.settings)
            self._rows[name] = [
                (outcome, line.row) for outcome, line in zip(part.outcomes, typed, strict=True) if line.row is not None
            ]
        return self._rows[name]


def _item(tally: Tally, place: Placer, outcome: Outcome, row: Row) -> Item | None:
    """What a granted row counts; None if nothing."""
    if tally.total is None and NoticeCode.TOPUP in outcome.notices:
        return None  # what it tops up has been counted
    row = row.with_given(**{Supplied.AMOUNT: outcome.amount, Supplied.PAYEE: outcome.payee})
    counts = True if tally.where is None else truth(tally.where, row)
    if not counts:
        return None if counts is False else Item(known=False)
    year = _year(tally.year, row)
    key = tuple(evaluate(expr, row) for expr in tally.distinct)
    amount = Fraction(1) if tally.total is None else evaluate(tally.total, row)
    if (tally.year is not None and year is None) or None in key or not isinstance(amount, Fraction):
        return Item(known=False)
    return Item(year, place(row), key, amount)


def _may_count(tally: Tally, row: Row) -> bool:
    return tally.where is None or truth(tally.where, row) is not False


def is_placed(policy: Policy, tally: Tally, quota: Quota) -> bool:
    """Whether records say in which region of a table they count."""
    records = [policy.records[scheme.record.name] for scheme in counted_schemes(policy) if scheme.name in tally.over]
    return quota.name in policy.tallies.placing or any(region_column(record, quota) for record in records)


def counted_schemes(policy: Policy) -> tuple[Scheme, ...]:
    """The schemes, and the forms that targets count, as schemes that ask nothing of their rows."""
    named = {name for tally in policy.tallies.counted.values() for name in tally.over}
    return (*policy.schemes, *(policy.of_form(name).schemes[0] for name in policy.forms if name in named))


def _placer(policy: Policy, scheme: Scheme, quota: Quota | None) -> Placer:
    """What tells the region that a scheme's rows name; "" where they name none."""
    placing = None if quota is None else policy.tallies.placing.get(quota.name)
    column = None if quota is None else region_column(scheme.record, quota)
    if placing is not None:
        by = placing.by
        return lambda row: place.strip() if isinstance(place := evaluate(by, row), str) else ""
    if quota is None or column is None or column.region is None:
        return lambda row: ""
    finder, field_ = RegionFinder(column.region, quota), column
    return lambda row: BELOW.join(path) if isinstance(path := region_in(field_, finder, row.cells), tuple) else ""


def region_column(record: RecordType, quota: Quota) -> Field | None:
    columns = (field for field in record.fields if field.region is not None and field.region.tree == quota.name)
    return next(columns, None)


def _year(expr: Expr | None, row: Row) -> int | None:
    value = None if expr is None else evaluate(expr, row)
    if isinstance(value, date):
        return value.year
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else None


def _amount_of(tally: Tally, items: Sequence[Item]) -> Fraction:
    """What items come to: distinct ones each once, or all added up."""
    if tally.distinct:
        return Fraction(len({item.key for item in items}))
    return sum((item.amount for item in items), Fraction(0))


class Places:
    """In which region of a table a record counts."""

    def __init__(self, quota: Quota, placing: Placing | None) -> None:
        self._names = {} if placing is None else placing.names
        self._paths = {BELOW.join(path): path for path in _paths(quota.root, ())}
        times = Counter(path[-1] for path in self._paths.values())
        self._unique = {path[-1]: path for path in self._paths.values() if times[path[-1]] == 1}

    def path(self, said: str) -> Path | None:
        """The region that a record names; None if the table does not have it, or has more than one."""
        name = self._names.get(said, said)
        return self._paths.get(name) or self._unique.get(name)


def _paths(node: QuotaNode, above: Path) -> Iterator[Path]:
    path = (*above, node.region)
    yield path
    for child in node.children:
        yield from _paths(child, path)
