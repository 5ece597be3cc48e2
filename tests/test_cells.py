"""Cells, from case files: ``cells/*.yaml``."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from build import make_field, make_id
from policyrun.ir.cells import CELL_TYPES, Invalid, cell_reader, id_birth_date, read_cell
from policyrun.ir.policy import Field
from policyrun.model.raw import CellKind, RawCell

AS_OF = date(2023, 12, 31)
CASES = Path(__file__).parent / "cells"
KEYS = {"text", "kind", "expect", "blank", "invalid", "why"}


def cases() -> list[object]:
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        for group in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            bounds = {key: Fraction(group[key]) for key in ("least", "most") if key in group}
            field = make_field(f"列 {group['cell']}", **bounds)
            for case in group["cases"]:
                assert set(case) <= KEYS, f"{path.name}: {case}"
                found.append(
                    pytest.param(field, case, id=f"{group['cell']}-{case['text']!r}-{case.get('kind', 'text')}")
                )
    return found


@pytest.mark.parametrize(("field", "case"), cases())
def test_case(field: Field, case: dict[str, object]) -> None:
    cell = RawCell(str(case["text"]), CellKind(case.get("kind", "text")))
    value = read_cell(cell, field, AS_OF)
    if "invalid" in case:
        assert value is Invalid[str(case["invalid"])]
    elif case.get("blank"):
        assert value is None
    else:
        expected = case["expect"]
        wanted = Fraction(str(expected)) if field.cell in ("int", "serial", "money") else expected
        assert value == wanted
        assert type(value) is type(wanted)
    assert cell_reader(field, AS_OF)(cell) == value


def test_every_cell_type_has_cases() -> None:
    groups = [group for path in CASES.glob("*.yaml") for group in yaml.safe_load_all(path.read_text(encoding="utf-8"))]
    assert {group["cell"].rstrip("!?") for group in groups} == set(CELL_TYPES)


def test_every_reason_has_a_text_of_its_own() -> None:
    texts = [reason.text for reason in Invalid]
    assert all(texts)
    assert len(set(texts)) == len(texts)


@given(
    st.text(), st.sampled_from(CellKind), st.sampled_from([f"列 {key}{mark}" for key in CELL_TYPES for mark in "!?"])
)
def test_any_text_types_or_says_why(text: str, kind: CellKind, spec: str) -> None:
    value = read_cell(RawCell(text, kind), make_field(spec), AS_OF)
    assert value is None or isinstance(value, Invalid | Fraction | str | bool | date)


@given(st.dates(), st.sampled_from(["%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]))
def test_a_date_is_what_it_was_written_from(day: date, spelling: str) -> None:
    text = spelling.replace("%Y", f"{day.year:04}").replace("%m", f"{day.month:02}").replace("%d", f"{day.day:02}")
    assert read_cell(RawCell(text), make_field("列 date!"), AS_OF) == day


@given(st.dates(date(1900, 1, 1), AS_OF), st.integers(0, 999), st.data())
def test_one_wrong_character_never_passes_as_an_id(birth: date, number: int, data: st.DataObject) -> None:
    right = make_id(f"{birth:%Y%m%d}", f"{number:03}")
    field = make_field("身份证号码 id_card!")
    assert read_cell(RawCell(right), field, AS_OF) == right
    assert id_birth_date(right) == birth
    at = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from([char for char in "0123456789" if char != right[at]]))
    assert isinstance(read_cell(RawCell(right[:at] + other + right[at + 1 :]), field, AS_OF), Invalid)


def test_who_is_born_tomorrow_has_no_id_today() -> None:
    tomorrow = AS_OF + timedelta(days=1)
    field = make_field("身份证号码 id_card!")
    assert read_cell(RawCell(make_id(f"{tomorrow:%Y%m%d}")), field, AS_OF) is Invalid.ID_FUTURE
    assert read_cell(RawCell(make_id(f"{tomorrow:%Y%m%d}")), field, tomorrow) == make_id(f"{tomorrow:%Y%m%d}")
