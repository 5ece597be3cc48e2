"""jinhua-2020 beside a second telling of the data contract (``jinhua_told``), on synthetic records of all schemes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

import pytest

from jinhua_told import AS_OF, told
from policyrun.app.evaluate import evaluate_records
from policyrun.app.load import load
from policyrun.app.sample import sample
from policyrun.app.sample_persons import person_id
from policyrun.app.settings import settings_for
from policyrun.ir.policy import Policy
from policyrun.model.raw import RawCell, SchemeInput
from policyrun.source.diagnostic import Diagnostics

OTHER_READINGS = {
    "计年日期": "培训结束日期",
    "不重复期限": "自然年",
    "企业类上浮适用职业资格培训": "是",
    "上浮叠加": "相加",
    "上浮作用于": "仅单价",
    "学徒上浮作用于": "补贴额",
}


def sampled(policy: Policy, seed: int) -> list[SchemeInput]:
    """Records as the sample makes them: most of them in order."""
    paying = {scheme.name for scheme in policy.schemes if scheme.amount is not None}
    return [made for made in sample(policy, 800, seed, Diagnostics()) if made.scheme in paying]


def scattered(policy: Policy, seed: int) -> list[SchemeInput]:
    """Records of few people and few days, full of blanks, in which everything meets everything."""
    chance = Random(seed)
    days = [
        "2020-01-06",
        "2020-01-07",
        "2020-12-31",
        "2021-01-01",
        "2021-06-01",
        "2021-06-02",
        "2021-12-31",
        "2022-01-01",
    ]
    births = [
        date(1990, 1, 1),
        date(1960, 6, 15),
        date(1961, 6, 1),
        date(1965, 6, 15),
        date(1966, 6, 2),
        date(1950, 3, 1),
    ]
    people = [person_id(birth, 7, male) for birth in births for male in (True, False)]
    choices = {
        "身份证号码": people,
        "职业工种": ["焊工", "电工"],
        "项目名称": ["数控", "叉车"],
        "证书编号": ["A1", "A2", "a1"],
        "期课时": ["19", "20", "21", "26", "27", "34", "35"],
        "出勤课时": ["0", "10", "20", "27", "40"],
        "参保月数": ["5", "6", "7"],
        "实际费用": ["0", "2999.99", "5999.99", "6500.01", "9000"],
        "培训天数": ["0", "10"],
        "生活费日标准": ["30.55"],
        "所属行政区": ["婺城区", "金东区", "开发区", "市本级"] * 3 + ["义乌市"],
        "证书类型": ["职业资格证书", "专项能力证书", "培训合格证书", "特种作业操作证"],
        "项目等级": ["一级", "四级", "专项能力", "其他"],
        "领取养老金": ["否", "否", "否", "是"],
        "市区户籍": ["是", "是", "否"],
    }
    made = []
    for scheme in policy.schemes:
        if scheme.amount is None:
            continue
        rows = []
        for number in range(300):
            row = []
            for column in scheme.record.fields:
                values = choices.get(column.name) or {
                    "serial": [str(number)],
                    "date": days,
                    "bool": ["是"] * 3 + ["否"],
                    "enum": list(column.enumeration.members if column.enumeration else ()),
                }.get(column.cell, [])
                blank = not column.required and chance.randrange(100) < (25 if column.name == "领取养老金" else 4)
                row.append(RawCell("" if blank else chance.choice(values)))
            rows.append(tuple(row))
        columns = tuple(column.name for column in scheme.record.fields)
        made.append(SchemeInput(scheme.name, columns, tuple(rows), ()))
    return made


@pytest.fixture(scope="module")
def policy() -> Policy:
    loaded = load("jinhua-2020@1", Diagnostics())
    assert loaded is not None
    return loaded


@pytest.mark.parametrize("other", [None, *OTHER_READINGS])
@pytest.mark.parametrize("made", [sampled, scattered])
@pytest.mark.parametrize("seed", [1, 2])
def test_two_tellings_agree_on_every_row(
    policy: Policy, made: Callable[[Policy, int], list[SchemeInput]], seed: int, other: str | None
) -> None:
    found = Diagnostics()
    inputs = made(policy, seed)
    chosen = {} if other is None else {other: OTHER_READINGS[other]}
    if other == "上浮叠加":
        chosen["企业类上浮适用职业资格培训"] = "是"
    settings = settings_for(policy, found, as_of=AS_OF, readings=chosen)
    outcomes = evaluate_records(policy, inputs, settings)
    assert outcomes is not None
    again = told(policy, inputs, settings.readings)
    differing = []
    for data in inputs:
        for outcome, row in zip(outcomes[data.scheme], data.rows, strict=True):
            got = outcome.code, outcome.amount, outcome.payee, outcome.fund
            if got != again[data.scheme, outcome.row]:
                cells = dict(zip(data.columns, (cell.text for cell in row), strict=True))
                differing.append((data.scheme, cells, got, again[data.scheme, outcome.row]))
    assert not differing, (len(differing), differing[:3])
    assert len({code for code, *_rest in again.values()}) > 25
