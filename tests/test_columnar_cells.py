"""Cells typed in SQL: for every cell what ``ir.cells.read_cell`` says of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pyarrow
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from build import make_field, make_id
from policyrun.columnar.cells import CellColumn
from policyrun.columnar.dialect import DIALECTS
from policyrun.columnar.folding import column
from policyrun.columnar.records import selected, typed
from policyrun.ir.cells import CELL_TYPES, Invalid, read_cell
from policyrun.ir.policy import Field
from policyrun.model.raw import CellKind, RawCell
from policyrun.model.relation import RawColumn, RawRelation, RawType

AS_OF = date(2023, 12, 31)
CASES = Path(__file__).parent / "cells"
UNITS = {"serial": 1, "int": 1, "money": 100}
DUCKDB = DIALECTS["duckdb"]


def groups() -> list[object]:
    return [
        pytest.param(group, id=group["cell"])
        for path in sorted(CASES.glob("*.yaml"))
        for group in yaml.safe_load_all(path.read_text(encoding="utf-8"))
    ]


def in_sql(
    field: Field, cells: Sequence[RawCell], *, has_kind: bool = True, type_: RawType = RawType.TEXT
) -> list[tuple[object, bool, bool]]:
    """Value, wrong and too wide of each cell, as DuckDB says."""
    raw = RawColumn(field.name, type_, has_kind)
    cell = CellColumn(field, raw, AS_OF, DUCKDB)
    layers = typed(RawRelation("原文", "项目", (raw,)), [cell], {"row_no": column("row_no")})
    asked = {"row_no": column("row_no"), "value": cell.allowed(), "wrong": cell.wrong(), "wide": cell.wide()}
    held = pyarrow.array([one.text for one in cells], pyarrow.string())
    if type_ is RawType.MONEY:
        amounts = [Decimal(one.text) if one.text else None for one in cells]
        held = pyarrow.array(amounts, pyarrow.decimal128(15, 2))
    kinds = [None if one.kind is CellKind.TEXT else one.kind.value for one in cells]
    data = {"row_no": range(len(cells)), field.name: held, raw.kind_column: pyarrow.array(kinds, pyarrow.string())}
    with duckdb.connect() as connection:
        connection.register("原文", pyarrow.table(data))
        query = DUCKDB.sql(selected(layers, asked, "取值"))
        found = connection.execute(f"{query} ORDER BY row_no").fetchall()
    return [(value, wrong, wide) for _row_no, value, wrong, wide in found]


def by_reference(field: Field, cell: RawCell) -> tuple[object, bool, bool]:
    """The same as ``read_cell`` says."""
    value = read_cell(cell, field, AS_OF)
    if isinstance(value, Invalid):
        return None, True, False
    if isinstance(value, Fraction):
        return (None, False, True) if value >= 10**15 else (value * UNITS[field.cell], False, False)
    return value, False, False


def compare(field: Field, cells: Iterable[RawCell]) -> None:
    """Asserts that both say the same of all cells; those without kinds are read in a column without kinds as well."""
    asked = list(dict.fromkeys(cells))
    assert dict(zip(asked, in_sql(field, asked), strict=True)) == {cell: by_reference(field, cell) for cell in asked}
    plain = [cell for cell in asked if cell.kind is CellKind.TEXT]
    found = in_sql(field, plain, has_kind=False)
    assert dict(zip(plain, found, strict=True)) == {cell: by_reference(field, cell) for cell in plain}


@pytest.mark.parametrize("group", groups())
@pytest.mark.parametrize("mark", "!?")
def test_cases(group: dict[str, object], mark: str) -> None:
    bounds = {key: Fraction(str(group[key])) for key in ("least", "most") if key in group}
    field = make_field(f"列 {str(group['cell']).rstrip('!?')}{mark}", **bounds)
    cells = [RawCell(str(case["text"]), CellKind(case.get("kind", "text"))) for case in group["cases"]]  # type: ignore[attr-defined]
    everywhere = [RawCell(text, kind) for text, _kind in cells for kind in CellKind]
    compare(field, [*cells, *everywhere])


@pytest.mark.parametrize("mark", "!?")
def test_money_that_a_file_holds_as_decimals(mark: str) -> None:
    written = (
        "0.00",
        "0.01",
        "33.33",
        "33.34",
        "100.00",
        "100.01",
        "-0.01",
        "9999999999999.99",
        "-9999999999999.99",
        "",
    )
    cells = [RawCell(text) for text in written]
    for bounds in ({}, {"least": Fraction(100, 3), "most": Fraction(100)}):
        field = make_field(f"列 money{mark}", **bounds)
        found = in_sql(field, cells, has_kind=False, type_=RawType.MONEY)
        assert dict(zip(written, found, strict=True)) == {cell.text: by_reference(field, cell) for cell in cells}


def spoiled() -> st.SearchStrategy[str]:
    """Texts near those that type: sound ones with characters put in, taken out or made full-width."""
    dates = st.dates().flatmap(
        lambda day: st.sampled_from(["%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]).map(
            lambda spelling: (
                spelling.replace("%Y", f"{day.year:04}").replace("%m", f"{day.month:02}").replace("%d", str(day.day))
            )
        )
    )
    ids = st.dates(date(1900, 1, 1), date(2030, 1, 1)).map(lambda day: make_id(f"{day:%Y%m%d}"))
    numbers = st.one_of(
        st.integers(0, 10**18).map(str),
        st.integers(0, 10**9).map("{:,}".format),
        st.decimals(0, 10**9, places=2).map(str),
    )
    words = st.sampled_from(
        ["是", "否", "True", "n", "一级", "高级技师", "一级（高级技师）", "一级(高级技师)", "其他", "0000-01-01"]
    )
    sound = st.one_of(dates, ids, numbers, words)
    odd = st.sampled_from(list(",.-/+ \t\u3000\u00a0\u0085\u2028年月日，．－Ｘx０¥元eE٣²\x1f"))
    put = st.builds(
        lambda text, char, at: text[: at % (len(text) + 1)] + char + text[at % (len(text) + 1) :],
        sound,
        odd,
        st.integers(0, 40),
    )
    cut = st.builds(lambda text, at: text[: at % len(text)] + text[at % len(text) + 1 :], sound, st.integers(0, 40))
    wide = sound.map(lambda text: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text))
    around = st.builds(lambda before, text, after: before + text + after, odd, sound, odd)
    return st.one_of(sound, put, cut, wide, around, st.text(max_size=8))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.builds(RawCell, spoiled(), st.sampled_from(CellKind)), min_size=40, max_size=80))
def test_any_cell(cells: list[RawCell]) -> None:
    cells = [RawCell(text.replace("\0", ""), kind) for text, kind in cells]
    for key in CELL_TYPES:
        compare(make_field(f"列 {key}?"), cells)


def test_bounds() -> None:
    cells = [RawCell(text) for text in ("0", "0.5", "1", "1.49", "1.5", "12", "12.01", "", "x", "10" * 9)]
    compare(make_field("列 money?", least=Fraction(1, 3), most=Fraction(12)), cells[:-1])
    compare(make_field("列 int!", least=Fraction(1), most=Fraction(12)), cells[:-1])
