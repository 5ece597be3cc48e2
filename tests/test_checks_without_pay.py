"""A scheme without an amount checks and pays nothing; working days follow the yearly notices."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policyrun.app.evaluate import evaluate_records
from policyrun.app.load import load
from policyrun.app.settings import settings_for
from policyrun.ir.policy import Policy
from policyrun.model.decision import Outcome
from policyrun.model.raw import Origin, RawCell, SchemeInput
from policyrun.source.diagnostic import Diagnostics

TEXT = """\
policy: steps
version: 1
title: 办理环节核对
status: 生效
documents:
  办法: {number: 示人社发〔2024〕1号, title: 示例办法}
in_force: {cite: 一}
rounding: {to: 0.01元, how: 四舍五入, cite: 二}
records:
  办理环节:
    - 序号: 序号!
    - 公示日期: 日期?
    - 拨付日期: 日期?
parameters:
  公示工作日: {type: 数, value: 3, cite: 三, ids: DM-P1}
schemes:
  办理环节:
    record: 办理环节
    cite: 三
    requirements:
      公示期满: {test: "工作日数(公示日期, 拨付日期) > 公示工作日", cite: 三, ids: DM-P1}
"""


def steps(folder: Path, extra: str = "") -> tuple[Policy | None, Diagnostics]:
    file = folder / "steps.yaml"
    file.write_text(TEXT + extra, encoding="utf-8")
    found = Diagnostics()
    return load(str(file), found), found


def decided(policy: Policy, *rows: tuple[str, str]) -> tuple[list[Outcome], Diagnostics]:
    cells = [tuple(map(RawCell, (str(place), *row))) for place, row in enumerate(rows, start=1)]
    origins = [Origin("rows", "", place) for place in range(len(cells))]
    data = SchemeInput("办理环节", ("序号", "公示日期", "拨付日期"), cells, origins)
    found = Diagnostics()
    outcomes = evaluate_records(policy, [data], settings_for(policy, found, as_of=date(2024, 1, 1)), found=found)
    assert outcomes is not None
    return list(outcomes["办理环节"]), found


@pytest.mark.parametrize(
    ("published", "paid", "code"),
    [
        ("2023-04-25", "2023-04-28", "INELIGIBLE:公示期满"),
        ("2023-04-25", "2023-05-03", "INELIGIBLE:公示期满"),  # a week later by the calendar, all of it holidays
        ("2023-04-25", "2023-05-04", "GRANTED"),
        ("2023-04-21", "2023-04-26", "GRANTED"),  # Sunday 23 April was worked
        ("2023-04-25", "", "UNDECIDED:拨付日期"),
        ("2023-04-25", "2023-04-31", "INVALID:拨付日期"),
    ],
)
def test_a_check_passes_fails_or_asks(tmp_path: Path, published: str, paid: str, code: str) -> None:
    policy, _found = steps(tmp_path)
    assert policy is not None
    [outcome], _ = decided(policy, (published, paid))
    assert outcome.code == code
    assert outcome.amount == (0 if code.startswith(("GRANTED", "INELIGIBLE")) else None)
    assert (outcome.payee, outcome.fund) == (None, None)
    if code == "GRANTED":
        assert outcome.rules == ("DM-P1",)


def test_a_year_without_a_notice_is_unknown_and_said(tmp_path: Path) -> None:
    policy, _found = steps(tmp_path)
    assert policy is not None
    outcomes, found = decided(policy, ("2003-12-31", "2004-01-08"), ("2023-04-25", "2023-05-04"))
    assert [outcome.code for outcome in outcomes] == ["UNDECIDED:公示日期、拨付日期", "GRANTED"]
    assert [(one.code, "2003" in one.message) for one in found] == [("PR614", True)]


def test_a_check_is_under_no_limit(tmp_path: Path) -> None:
    limit = """\
orders:
  按序号: [序号]
limits:
  一次: {over: [办理环节], per: {序号: 序号}, measure: 1, room: 1, order: 按序号, cite: 三}
"""
    policy, found = steps(tmp_path, limit)
    assert policy is None
    assert "PR433" in [one.code for one in found]


def test_a_check_has_nobody_to_pay(tmp_path: Path) -> None:
    policy, found = steps(tmp_path, '    payee: {category: "个人", names: {个人: 姓名}, cite: 三}\n')
    assert policy is None
    assert [one.code for one in found] == ["PR171"]
