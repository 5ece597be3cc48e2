"""Histories of jinhua-2020: what 单位个人互斥 needs to know of an earlier grant (data contract section 1)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policyrun.app.evaluate import Request, run
from policyrun.app.load import load
from policyrun.app.result import RunResult
from policyrun.app.sample_persons import person_id
from policyrun.source.diagnostic import Diagnostics

PERSON = person_id(date(1990, 1, 1), 1, True)
INPUT = f"""\
序号,身份证号码,所属行政区,市区户籍,职业工种,项目等级,证书类型,证书编号,发证时间,组织主体,本单位职工,紧缺职业
1,{PERSON},婺城区,是,焊工,四级,职业资格证书,A1,2021-06-01,自主评价企业,是,否
"""
HEADER = "项目,身份证号码,职业工种,项目等级,发证时间,培训结束日期,补贴金额"


def _run(folder: Path, history: str) -> tuple[RunResult | None, list[str]]:
    (folder / "in.csv").write_text(INPUT, encoding="utf-8")
    (folder / "history.csv").write_text(history, encoding="utf-8")
    found = Diagnostics()
    policy = load("jinhua-2020@1", found)
    assert policy is not None
    request = Request(
        sources=(f"职业资格培训={folder / 'in.csv'}",), history=(str(folder / "history.csv"),), as_of=date(2021, 12, 31)
    )
    return run(policy, request, found), [one.code for one in found if one.severity.value == "error"]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("受款人", "个人", "LIMIT:单位个人互斥"),
        ("受款人", "企业", "LIMIT:同职业同等级"),
        ("组织主体", "个人", "LIMIT:单位个人互斥"),
        ("组织主体", "行业协会", "LIMIT:同职业同等级"),
    ],
)
def test_either_column_tells_who_was_paid(tmp_path: Path, column: str, value: str, code: str) -> None:
    history = f"{HEADER},{column}\n职业资格培训,{PERSON},焊工,四级,2020-06-01,2020-05-20,900,{value}\n"
    result, errors = _run(tmp_path, history)
    assert errors == []
    assert result is not None
    assert [outcome.code for outcome in result.outcomes()] == [code]


@pytest.mark.parametrize("column", ["受款人", "组织主体"])
def test_a_grant_that_does_not_tell_who_was_paid_does_not_run(tmp_path: Path, column: str) -> None:
    history = f"{HEADER},{column}\n职业资格培训,{PERSON},焊工,四级,2020-06-01,2020-05-20,900,\n"
    result, errors = _run(tmp_path, history)
    assert result is None
    assert errors == ["PR561" if column == "组织主体" else "PR611"]
