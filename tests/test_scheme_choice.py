"""A choice by 项目: each scheme's rows come to one way only, and only that way's columns must be theirs."""

from datetime import date
from pathlib import Path

import pytest

from build import make_id
from policyrun.app.history import read_history
from policyrun.app.load import load
from policyrun.app.settings import settings_for
from policyrun.ir.nodes import Settled, columns_of
from policyrun.source.diagnostic import Diagnostics

WITHOUT_CHOICE = "年: 计年}"
WITH_CHOICE = '年: 若 项目 = "新型学徒制" 则 year(业务日期) 否则 计年}'


def test_a_shared_limit_may_have_a_key_of_each_scheme_s_own() -> None:
    policy = load("jinhua-2020", Diagnostics())
    assert policy is not None
    limit = next(limit for limit in policy.limits if limit.name == "每年三次")
    year = limit.per[1].expr
    assert columns_of(year, Settled("职业资格培训")) == ("培训结束日期",)
    assert columns_of(year, Settled("新型学徒制")) == ()


def test_without_the_choice_the_missing_column_is_named(tmp_path) -> None:
    policy = load("jinhua-2020", Diagnostics())
    assert policy is not None
    source = policy.schemes[0].span.file.text
    assert WITH_CHOICE in source
    copy = tmp_path / "jinhua.yaml"
    copy.write_text(source.replace(WITH_CHOICE, WITHOUT_CHOICE), encoding="utf-8")
    found = Diagnostics()
    assert load(str(copy), found) is None
    assert [(one.code, "新型学徒制" in one.message) for one in found] == [("PR246", True)]


@pytest.mark.parametrize(("way", "needed"), [("发证时间", False), ("培训结束日期", True)])
def test_a_history_needs_only_the_columns_of_the_reading_in_force(tmp_path: Path, way: str, needed: bool) -> None:
    """The contract's shortest history: 项目, the limit keys and what a limit measures."""
    policy = load("hebei-2023", Diagnostics())
    assert policy is not None
    history = tmp_path / "history.csv"
    header = "项目,身份证号码,职业工种,项目等级,证书编号,发证时间,补贴金额,提示"
    history.write_text(f"{header}\n职业培训补贴,{make_id()},电工,四级,,20230601,800,\n", encoding="utf-8")
    found = Diagnostics()
    settings = settings_for(policy, found, as_of=date(2023, 12, 31), readings={"计年日期": way})
    rows = read_history(policy, history, settings, found)
    assert (rows is None, [one.code for one in found]) == ((True, ["PR560"]) if needed else (False, []))
