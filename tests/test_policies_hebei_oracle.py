"""hebei-2023 · 职业培训补贴 beside a second telling of the data contract, in plain Python, on synthetic records.

Nothing here looks at the policy file or the engine but for typing cells: the rules are told again from the contract,
so that a slip in either telling shows as a row on which they differ.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from random import Random

import pytest

from policyrun.app.evaluate import evaluate_records
from policyrun.app.load import load
from policyrun.app.sample import sample
from policyrun.app.sample_persons import person_id
from policyrun.app.settings import settings_for
from policyrun.ir.cells import Invalid, read_cell
from policyrun.ir.policy import Policy
from policyrun.model.raw import RawCell, SchemeInput
from policyrun.source.diagnostic import Diagnostics

SCHEME = "职业培训补贴"
AS_OF = date(2023, 10, 15)
FIRST_FIVE = ("职业资格证书", "职业技能等级证书", "专项能力证书", "特种作业操作证", "特种设备作业人员证")
PLACES = ("户籍地", "常住地", "培训地", "求职就业地")

Cells = Mapping[str, object]
Said = tuple[str, Fraction | None, frozenset[str]]


@dataclass(slots=True)
class Candidate:
    index: int
    cells: Cells
    amount: Fraction
    notices: set[str] = field(default_factory=set)


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def to_the_fen(amount: Fraction) -> Fraction:
    return Fraction((amount * 100 + Fraction(1, 2)).__floor__(), 100)


def either(left: bool | None, right: bool | None) -> bool | None:
    if left or right:
        return True
    return None if left is None or right is None else False


def graduate(cells: Cells) -> tuple[bool | None, set[str]]:
    if cells["人员类别"] != "高校毕业生":
        return True, set()
    begins, left, job = cells["培训开始日期"], cells["离校日期"], cells["就业日期"]
    employed_before = isinstance(job, date) and job < begins  # type: ignore[operator]
    within: bool | None = None if left is None else begins <= months_later(left, 24)  # type: ignore[arg-type,operator]
    in_time = False if employed_before else within
    final = cells["毕业学年"]
    met = either(final, in_time)  # type: ignore[arg-type]
    lacks = {"毕业学年"} if final is None else set()
    return met, (lacks | ({"离校日期"} if in_time is None else set())) if met is None else set()


def claimed_place(cells: Cells) -> tuple[bool | None, set[str]]:
    if any(cells[place] == cells["补贴申领地"] for place in PLACES):
        return True, set()
    blank = {place for place in PLACES if cells[place] is None}
    return (None, blank) if blank else (False, set())


def plain(cells: Cells, name: str) -> tuple[bool | None, set[str]]:
    value = cells[name]
    return (None, {name}) if value is None else (bool(value), set())


def requirements(cells: Cells) -> list[tuple[str, bool | None, set[str]]]:
    certificate = cells["证书类型"]
    certified = (None, {"证书类型"}) if certificate is None else (certificate != "无", set())
    return [
        ("在系统", *plain(cells, "在系统")),
        ("承训机构在名单", *plain(cells, "承训机构在名单")),
        ("申领地", *claimed_place(cells)),
        ("毕业生时限", *graduate(cells)),
        ("培训合格", *plain(cells, "培训合格")),
        ("取得证书", *certified),  # type: ignore[misc]
    ]


def ratio(cells: Cells) -> tuple[Fraction | None, set[str]]:
    job, ends = cells["就业日期"], cells["培训结束日期"]
    in_window = isinstance(job, date) and isinstance(ends, date) and ends <= job <= months_later(ends, 3)
    if cells["人员类别"] == "企业职工" or in_window:
        return Fraction(1), set()
    certificate, new = cells["证书类型"], cells["新职业"]
    if certificate is None:
        return None, {"证书类型"} | ({"新职业"} if new is None else set())
    if certificate in FIRST_FIVE:
        return Fraction(4, 5), set()
    if certificate == "无":
        return Fraction(0), set()
    if new is None:
        return None, {"新职业"}
    return Fraction(4, 5) if new else Fraction(1, 2), set()


def told(policy: Policy, data: SchemeInput) -> list[Said]:
    """原因代码, amount and 提示 of each row, from the contract alone."""
    scheme = policy.scheme(SCHEME)
    assert scheme is not None
    columns = [column.name for column in scheme.record.fields]
    typed = [
        {column.name: read_cell(row[data.columns.index(column.name)], column, AS_OF) for column in scheme.record.fields}
        for row in data.rows
    ]
    serials = Counter(cells["序号"] for cells in typed)
    said: dict[int, Said] = {}
    candidates: list[Candidate] = []
    for index, cells in enumerate(typed):
        wrong = next((name for name in columns if isinstance(cells[name], Invalid)), None)
        wrong = "序号" if serials[cells["序号"]] > 1 else wrong
        if wrong:
            said[index] = f"INVALID:{wrong}", None, frozenset()
            continue
        late = {"LATE"} if cells["培训结束日期"] > date(2023, 8, 31) else set()  # type: ignore[operator]
        judged = judge(cells, columns)
        if isinstance(judged, str):
            paid = Fraction(0) if judged.startswith("INELIGIBLE") else None
            said[index] = judged, paid, frozenset(late)
        else:
            candidates.append(Candidate(index, cells, judged, late))
    said.update(folded(candidates))
    return [said[index] for index in range(len(typed))]


def judge(cells: Cells, columns: list[str]) -> str | Fraction:
    """A reason code, or the amount of a candidate."""
    day = cells["发证时间"]
    if isinstance(day, date) and not date(2023, 4, 1) <= day <= date(2023, 10, 31):
        return "UNDECIDED:适用版本"
    met = requirements(cells)
    refused = next((name for name, value, _lacks in met if value is False), None)
    if refused:
        return f"INELIGIBLE:{refused}"
    part, lacks = ratio(cells)
    standard = cells["补贴标准"]
    known = isinstance(standard, Fraction) and part is not None
    amount = to_the_fen(standard * part) if known else None  # type: ignore[operator]
    if amount == 0 and all(value for _name, value, _lacks in met):
        return "INELIGIBLE:金额为零"
    missing = {name for _name, _value, names in met for name in names}
    if amount is None:
        missing |= lacks | ({"补贴标准"} if standard is None else set())
    missing |= {"发证时间"} if day is None else set()
    if missing or amount is None:
        return "UNDECIDED:" + "、".join(name for name in columns if name in missing)
    return amount


def folded(candidates: list[Candidate]) -> dict[int, Said]:
    def rank(one: Candidate) -> tuple[object, ...]:
        number = one.cells["证书编号"]
        return one.cells["发证时间"], -one.amount, number is None, number or "", one.cells["序号"]

    said: dict[int, Said] = {}
    once: Counter[tuple[object, ...]] = Counter()
    yearly: Counter[tuple[object, ...]] = Counter()
    for one in sorted(candidates, key=rank):
        cells, person = one.cells, one.cells["身份证号码"]
        same = person, cells["职业工种"], cells["项目等级"]
        year = person, cells["发证时间"].year  # type: ignore[attr-defined]
        if once[same] >= 1:
            said[one.index] = "LIMIT:同职业同等级", Fraction(0), frozenset(one.notices)
        elif yearly[year] >= 3:
            said[one.index] = "LIMIT:每年三次", Fraction(0), frozenset(one.notices)
        else:
            once[same] += 1
            yearly[year] += 1
            part, _lacks = ratio(cells)
            if part is not None and part < 1 and months_later(cells["培训结束日期"], 3) >= AS_OF:  # type: ignore[arg-type]
                one.notices.add("PROVISIONAL")
            said[one.index] = "GRANTED", one.amount, frozenset(one.notices)
    return said


def sampled(policy: Policy, seed: int) -> SchemeInput:
    """Records as the sample makes them: most of them in order."""
    made = sample(policy, 600, seed, Diagnostics())
    return next(one for one in made if one.scheme == SCHEME)


def scattered(policy: Policy, seed: int) -> SchemeInput:
    """Records of few people and few days, full of blanks, in which everything meets everything."""
    chance = Random(seed)
    scheme = policy.scheme(SCHEME)
    assert scheme is not None
    days = ["2023-03-31", "2023-04-01", "2023-06-30", "2023-07-15", "2023-08-31", "2023-09-01", "2023-10-31"]
    choices = {
        "身份证号码": [person_id(date(1990, 1, 1), number, True) for number in range(8)],
        "离校日期": ["2021-06-01", "2021-05-31", "2021-06-30", "2023-06-30"],
        "就业日期": [*days, "2023-09-30", "2023-10-01", "2023-10-15"],
        "培训开始日期": ["2023-06-01", "2023-06-30"],
        "发证时间": [*days[1:], "2023-07-16", "2023-07-17"],
        "职业工种": ["焊工", "电工"],
        "证书编号": ["A1", "A2", "a1"],
        "补贴标准": ["1000", "1000.01", "0"],
        **{name: ["石家庄", "保定"] for name in (*PLACES, "补贴申领地")},
    }
    rows = []
    for number in range(400):
        row = []
        for column in scheme.record.fields:
            values = choices.get(column.name) or {
                "serial": [str(number)],
                "date": days,
                "bool": ["是"] * 12 + ["否"],
                "enum": list(column.enumeration.members if column.enumeration else ()),
            }.get(column.cell, [])
            blank = not column.required and chance.randrange(100) < (50 if column.name == "就业日期" else 4)
            row.append(RawCell("" if blank else chance.choice(values)))
        rows.append(tuple(row))
    columns = tuple(column.name for column in scheme.record.fields)
    return SchemeInput(SCHEME, columns, tuple(rows), ())


@pytest.mark.parametrize("made", [sampled, scattered])
@pytest.mark.parametrize("seed", range(1, 7))
def test_two_tellings_agree_on_every_row(made: Callable[[Policy, int], SchemeInput], seed: int) -> None:
    found = Diagnostics()
    policy = load("hebei-2023@1", found)
    assert policy is not None
    data = made(policy, seed)
    outcomes = evaluate_records(policy, [data], settings_for(policy, found, as_of=AS_OF))
    assert outcomes is not None
    got = [
        (outcome.code, outcome.amount, frozenset(notice.value for notice in outcome.notices))
        for outcome in outcomes[SCHEME]
    ]
    again = told(policy, data)
    differing = [(data.rows[n], one, two) for n, (one, two) in enumerate(zip(got, again, strict=True)) if one != two]
    assert not differing, differing[:3]
    assert len({code for code, _amount, _notices in got}) > 15
