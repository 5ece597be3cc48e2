"""The fold of limits, held against its definition written a second time, and against every order of the rows."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyrun.app.evaluate import evaluate_records
from policyrun.app.load import load
from policyrun.app.settings import settings_for
from policyrun.ir.cells import id_check_char
from policyrun.ir.policy import Policy
from policyrun.model.decision import Conclusion, Outcome
from policyrun.model.past import HistoryRow
from policyrun.model.raw import Origin, RawCell, SchemeInput
from policyrun.source.diagnostic import Diagnostics

SCHEME = "职业培训补贴"
FIRST = date(2023, 4, 1)
PEOPLE = ("A", "B")
TRADES = ("电工", "焊工", "钳工", "车工")
USUAL = {
    "人员类别": "企业职工",
    "补贴申领地": "甲地",
    "户籍地": "甲地",
    "项目等级": "四级",
    "证书类型": "职业技能等级证书",
    "培训开始日期": "20230401",
    "培训结束日期": "20230402",
    "培训合格": "是",
    "在系统": "是",
    "承训机构在名单": "是",
}

Row = tuple[str, str, int, int, str]  # person, trade, days after FIRST, yuan, certificate
rows_of = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(TRADES),
        st.integers(0, 3),
        st.sampled_from([800, 1000]),
        st.sampled_from(["", "C1", "C2"]),
    ),
    max_size=9,
)


@cache
def policy() -> Policy:
    loaded = load("hebei-2023", Diagnostics())
    assert loaded is not None
    return loaded


def id_card(person: str) -> str:
    stem = f"99999919900101{ord(person):03d}"
    return stem + id_check_char(stem)


def as_cells(serial: int, row: Row) -> dict[str, str]:
    person, trade, days, yuan, certificate = row
    issued = FIRST + timedelta(days=days)
    return USUAL | {
        "序号": str(serial),
        "身份证号码": id_card(person),
        "职业工种": trade,
        "发证时间": issued.isoformat(),
        "补贴标准": str(yuan),
        "证书编号": certificate,
    }


def outcomes(numbered: list[tuple[int, Row]], history: list[HistoryRow] | None = None) -> dict[str, Outcome]:
    """Outcomes by 序号."""
    scheme = policy().scheme(SCHEME)
    assert scheme is not None
    columns = tuple(field.name for field in scheme.record.fields)
    cells = [as_cells(serial, row) for serial, row in numbered]
    rows = [tuple(RawCell(line.get(name, "")) for name in columns) for line in cells]
    data = SchemeInput(SCHEME, columns, rows, [Origin("rows", "", place) for place in range(len(rows))])
    found = Diagnostics()
    settings = settings_for(policy(), found, as_of=date(2023, 12, 31))
    decided = evaluate_records(policy(), [data], settings, history or [], found=found)
    assert decided is not None, [one.message for one in found]
    return {outcome.serial: outcome for outcome in decided[SCHEME]}


def by_definition(numbered: list[tuple[int, Row]], earlier: list[Row]) -> dict[str, str]:
    """What design section 6.3 says, for these two limits, in as few words as Python has."""
    once = Counter((person, trade) for person, trade, *_ in earlier)
    yearly = Counter(person for person, *_ in earlier)
    result: dict[str, str] = {}
    for serial, (person, trade, _days, _yuan, _certificate) in sorted(
        numbered, key=lambda pair: (pair[1][2], -pair[1][3], pair[1][4] == "", pair[1][4], pair[0])
    ):
        if once[person, trade] >= 1:
            result[str(serial)] = "LIMIT:同职业同等级"
        elif yearly[person] >= 3:
            result[str(serial)] = "LIMIT:每年三次"
        else:
            once[person, trade] += 1
            yearly[person] += 1
            result[str(serial)] = "GRANTED"
    return result


def granted_before(row: Row, revoked: bool = False) -> HistoryRow:
    person, trade, days, yuan, certificate = row
    values = {
        "身份证号码": id_card(person),
        "职业工种": trade,
        "项目等级": "四级",
        "发证时间": FIRST + timedelta(days=days),
        "证书编号": certificate or None,
    }
    return HistoryRow(SCHEME, "1", revoked, Fraction(yuan), (), (), values, None, Origin("history", "", 2))


@given(rows_of)
def test_the_fold_is_its_definition(rows: list[Row]) -> None:
    numbered = list(enumerate(rows, start=1))
    assert {serial: outcome.code for serial, outcome in outcomes(numbered).items()} == by_definition(numbered, [])


@given(rows_of, rows_of)
def test_history_comes_before_all_candidates(earlier: list[Row], rows: list[Row]) -> None:
    numbered = list(enumerate(rows, start=1))
    found = outcomes(numbered, [granted_before(row) for row in earlier])
    assert {serial: outcome.code for serial, outcome in found.items()} == by_definition(numbered, earlier)


@given(rows_of, rows_of)
def test_a_revocation_takes_back_exactly_one_grant(earlier: list[Row], rows: list[Row]) -> None:
    numbered = list(enumerate(rows, start=1))
    taken_back = earlier[:1]
    history = [granted_before(row) for row in earlier] + [granted_before(row, revoked=True) for row in taken_back]
    found = outcomes(numbered, history)
    assert {serial: outcome.code for serial, outcome in found.items()} == by_definition(numbered, earlier[1:])


@given(rows_of, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[Row], random: Random) -> None:
    numbered = list(enumerate(rows, start=1))
    shuffled = numbered.copy()
    random.shuffle(shuffled)
    plain, mixed = outcomes(numbered), outcomes(shuffled)
    assert {key: (one.code, one.amount, one.limits) for key, one in plain.items()} == {
        key: (one.code, one.amount, one.limits) for key, one in mixed.items()
    }


def test_a_refused_record_leaves_room_that_windows_would_not() -> None:
    """Independent windows would count the repeated trade among the three of the year and refuse the last row."""
    rows: list[Row] = [
        ("A", "电工", 0, 800, ""),
        ("A", "电工", 1, 800, ""),
        ("A", "焊工", 2, 800, ""),
        ("A", "钳工", 3, 800, ""),
    ]
    found = outcomes(list(enumerate(rows, start=1)))
    assert [found[serial].code for serial in "1234"] == ["GRANTED", "LIMIT:同职业同等级", "GRANTED", "GRANTED"]


def test_a_revocation_of_nothing_does_not_run() -> None:
    found = Diagnostics()
    settings = settings_for(policy(), found, as_of=date(2023, 12, 31))
    history = [granted_before(("A", "电工", 0, 800, ""), revoked=True)]
    assert evaluate_records(policy(), [], settings, history, found=found) is None
    assert [one.code for one in found] == ["PR610"]


@pytest.mark.parametrize("serial", ["1", "2"])
def test_a_refused_record_uses_nothing_up(serial: str) -> None:
    rows: list[Row] = [("A", "电工", 0, 800, "C1"), ("A", "电工", 0, 800, "C2")]
    state = outcomes(list(enumerate(rows, start=1)))[serial].limits[0]
    assert len(state.users) == (0 if serial == "1" else 1)
    assert (outcomes([(int(serial), rows[0])])[serial].conclusion) is Conclusion.GRANTED
