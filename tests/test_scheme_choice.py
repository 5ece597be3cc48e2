"""A choice by 项目: each scheme's rows come to one way only, and only that way's columns must be theirs."""

from policyrun.app.load import load
from policyrun.ir.nodes import columns_of
from policyrun.source.diagnostic import Diagnostics

WITHOUT_CHOICE = "年: 计年}"
WITH_CHOICE = '年: 若 项目 = "新型学徒制" 则 year(业务日期) 否则 计年}'


def test_a_shared_limit_may_have_a_key_of_each_scheme_s_own() -> None:
    policy = load("jinhua-2020", Diagnostics())
    assert policy is not None
    limit = next(limit for limit in policy.limits if limit.name == "每年三次")
    year = limit.per[1].expr
    assert columns_of(year, "职业资格培训") == ("培训结束日期",)
    assert columns_of(year, "新型学徒制") == ()


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
