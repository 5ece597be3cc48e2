"""What is found out about decision tables without listing their cases, against listing them."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from policyrun.check.boxes import Box, bits, meet, outside
from policyrun.check.domains import parts_of
from policyrun.ir.nodes import Column
from policyrun.ir.policy import Field, RecordType
from policyrun.model.types import DATE, MONEY, NUMBER, Type
from policyrun.source.text import SourceFile, Span

SPAN = Span(SourceFile("表", "列"), 0, 1)

#: Three inputs of at most four parts each.
SIZES = st.lists(st.integers(1, 4), min_size=1, max_size=3)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Box, list[Box]]:
    sizes = draw(SIZES)
    row = st.tuples(*(st.integers(0, (1 << size) - 1) for size in sizes))
    return tuple((1 << size) - 1 for size in sizes), draw(st.lists(row, max_size=6))


def cases(box: Box) -> set[tuple[int, ...]]:
    return set(product(*(bits(parts) for parts in box)))


@given(tables())
def test_outside_is_what_listing_finds(table: tuple[Box, list[Box]]) -> None:
    whole, rows = table
    left = cases(whole).difference(*map(cases, rows))
    found = outside(rows, whole)
    assert found in left if left else found is None


@given(tables())
def test_meet_is_what_listing_finds(table: tuple[Box, list[Box]]) -> None:
    _whole, rows = table
    for one, other in product(rows, rows):
        common = cases(one) & cases(other)
        found = meet(one, other)
        assert found in common if common else found is None


def record(cell: str, type_: Type, least: int | None, most: int | None) -> dict[str, RecordType]:
    bounds = {"least": None if least is None else Fraction(least), "most": None if most is None else Fraction(most)}
    field = Field(name="列", cell=cell, type=type_, required=False, span=SPAN, **bounds)
    return {"记录": RecordType(name="记录", fields=(field,))}


@given(st.sets(st.integers(0, 12), min_size=1, max_size=4), st.integers(0, 6), st.integers(6, 12))
def test_parts_of_counts_are_the_counts_told_apart(cuts: set[int], least: int, most: int) -> None:
    column = Column(type=NUMBER, span=SPAN, name="列")
    parts = parts_of(column, {Fraction(cut) for cut in cuts}, False, record("int", NUMBER, least, most))
    told_apart = {tuple((value > cut) - (value < cut) for cut in sorted(cuts)) for value in range(least, most + 1)}
    shown = [tuple((part.value > cut) - (part.value < cut) for cut in sorted(cuts)) for part in parts]
    assert sorted(shown) == sorted(told_apart)


@given(st.sets(st.integers(0, 6), min_size=1, max_size=4))
def test_parts_of_money_know_amounts_between(cuts: set[int]) -> None:
    column = Column(type=MONEY, span=SPAN, name="列")
    parts = parts_of(column, {Fraction(cut) for cut in cuts}, False, record("money", MONEY, None, None))
    quarters = [Fraction(value, 4) for value in range(40)]
    told_apart = {tuple((value > cut) - (value < cut) for cut in sorted(cuts)) for value in quarters}
    shown = [tuple((part.value > cut) - (part.value < cut) for cut in sorted(cuts)) for part in parts]
    assert sorted(shown) == sorted(told_apart)


@given(st.sets(st.integers(0, 8), min_size=1, max_size=4))
def test_parts_of_dates_are_the_days_told_apart(cuts: set[int]) -> None:
    start = date(2023, 8, 28)
    days = [start + timedelta(days=offset) for offset in range(-1, 11)]
    wanted = sorted(start + timedelta(days=cut) for cut in cuts)
    parts = parts_of(Column(type=DATE, span=SPAN, name="列"), set(wanted), False, record("date", DATE, None, None))
    told_apart = {tuple((day > cut) - (day < cut) for cut in wanted) for day in days}
    shown = [tuple((part.value > cut) - (part.value < cut) for cut in wanted) for part in parts]
    assert sorted(shown) == sorted(told_apart)
