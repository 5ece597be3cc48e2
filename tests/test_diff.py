"""``diff``: one altered figure is exactly one difference, and the way it is written is none."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from command_line import DEMO, SCHEME, CommandLine, person, training, write_csv
from policyrun.app.diff import Added, Changed, Difference, Removed, diff
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics

SOURCE = data_dir("policies") / "demo" / "yunling-2024" / "v1.yaml"
CASES = yaml.safe_load((Path(__file__).parent / "diff_cases.yaml").read_text("utf-8"))["cases"]


@pytest.fixture
def altered(tmp_path):
    """The demo policy with texts replaced, outside any folder of policies."""

    def write(change: dict[str, str]) -> Path:
        text = SOURCE.read_text("utf-8")
        for old, new in change.items():
            assert text.count(old) == 1, f"“{old}”应当恰好出现一次"
            text = text.replace(old, new)
        path = tmp_path / "改过的.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


def said(each: Difference) -> str:
    match each:
        case Added(path=path):
            return f"+ {path}"
        case Removed(path=path):
            return f"- {path}"
        case Changed(path=path, old=old, new=new):
            return f"~ {path}: {old} → {new}"


def differences(old: str, new: str) -> tuple[Difference, ...]:
    found = Diagnostics()
    compared = diff(old, new, found)
    assert compared is not None, [each.message for each in found]
    return compared[2]


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_case(case, altered):
    path = altered(case["change"])
    assert [said(each) for each in differences(DEMO, str(path))] == case["expect"]


@pytest.mark.parametrize("case", CASES[:8], ids=[case["title"] for case in CASES[:8]])
def test_the_way_back_says_the_reverse(case, altered):
    back = differences(str(altered(case["change"])), DEMO)
    assert len(back) == len(case["expect"])


def test_a_value_that_joins_others_says_that_they_stay(altered):
    (case,) = (case for case in CASES if case["title"] == "新增一个生效日")
    (added,) = differences(DEMO, str(altered(case["change"])))
    assert isinstance(added, Added)
    assert added.new == "旧值保留，自 2025-07-01 起新增 35%，2024-12-20 印发"


def test_versions_that_cannot_be_told_apart_are_named_by_their_files(altered, capfd):
    path = altered({"稳岗前比例: {type: 比率, value: 70%": "稳岗前比例: {type: 比率, value: 80%"})
    out = CommandLine(capfd)("diff", DEMO, path).out
    assert re.match(rf"{DEMO}（\S*v1\.yaml） → {DEMO}（{re.escape(str(path))}）", re.sub(r"\s*\n\s*", "", out))


def test_two_policies_are_no_versions_of_one(capfd):
    run = CommandLine(capfd)
    assert "两边不是同一个政策的版本" in run("diff", DEMO, "hebei-2023").out
    assert "两边不是同一个政策的版本" not in run("diff", DEMO, "yunling-2024@2").out


def test_a_difference_points_at_both_places(altered):
    path = altered({"稳岗前比例: {type: 比率, value: 70%": "稳岗前比例: {type: 比率, value: 80%"})
    (each,) = differences(DEMO, str(path))
    assert isinstance(each, Changed)
    assert each.old_at is not None and each.old_at.text == "70%"
    assert each.new_at is not None and each.new_at.text == "80%"
    assert each.new_at.file.path == str(path)


def test_a_new_condition_does_not_disturb_the_order_of_the_others(altered):
    old = "      等级标准: {test: 项目等级 != "
    path = altered({old: "      年度: {test: 发证日期 >= 2024年1月1日, cite: 办法 第四条}\n" + old})
    assert [said(each) for each in differences(DEMO, str(path))] == ["+ 技能提升补贴 条件 年度"]


def test_a_member_of_a_group_is_no_difference_of_every_rule_that_names_the_group(altered):
    change = {
        "      西城区: [西城]\n": "      西城区: [西城]\n    sets:\n      市区: [东城区, 西城区]\n",
        'when: 所属区县 = "飞云县"': "when: 所属区县 属于 市区",
    }
    one = altered(change)
    text = one.read_text("utf-8")
    two = one.with_name("又改.yaml")
    two.write_text(text.replace("市区: [东城区, 西城区]", "市区: [东城区, 西城区, 云岭县]"), "utf-8")
    assert [said(each) for each in differences(str(one), str(two))] == [
        "~ 词汇 区县 组 市区: 东城区、西城区 → 东城区、西城区、云岭县"
    ]


# --------------------------------------------------------------------------------------------------------- command


@pytest.fixture
def run(capfd):
    return CommandLine(capfd)


def test_exit_codes(run, altered):
    assert run("diff", DEMO, DEMO).code == 0
    path = altered({"稳岗前比例: {type: 比率, value: 70%": "稳岗前比例: {type: 比率, value: 80%"})
    done = run("diff", DEMO, path)
    assert done.code == 1 and done.err == ""
    assert "70%" in done.out and "→ 80%" in done.out and "共 1 处不同" in done.out
    assert run("diff", DEMO).code == 2
    assert run("diff", DEMO, "没有这个政策").code == 2


def test_a_policy_with_errors_is_not_compared(run, altered):
    done = run("diff", DEMO, altered({"test: 徒弟取证, cite": "test: 徒弟出师, cite"}))
    assert (done.code, done.out) == (2, "")
    assert "徒弟出师" in done.err


def test_json_has_texts_and_places(run, altered):
    path = altered({"稳岗前比例: {type: 比率, value: 70%": "稳岗前比例: {type: 比率, value: 80%"})
    told = json.loads(run("diff", DEMO, path, "--format", "json").out)
    (each,) = told["differences"]
    assert (each["change"], each["section"], each["path"]) == ("changed", "参数", "参数 稳岗前比例")
    assert (each["old"], each["new"]) == ("70%", "80%")
    assert each["new_at"]["path"] == str(path) and each["new_at"]["line"] == each["old_at"]["line"]


def test_two_shipped_versions_differ_in_every_section_that_changed(run):
    out = run("diff", DEMO, "yunling-2024@2").out
    for heading in ("题头", "参数", "推算", "项目", "限额", "任务分解", "期限", "目标"):
        assert f"\n{heading}\n" in out


def test_data_shows_the_people_and_the_money(run, altered, tmp_path):
    path = altered({"稳岗前比例: {type: 比率, value: 70%": "稳岗前比例: {type: 比率, value: 80%"})
    firm = {"申领主体": "企业", "所在单位": "虚构厂", "稳岗满三月": "否"}
    data = write_csv(tmp_path / "数据.csv", [training(1, 1), training(2, 2, **firm), training(3, 3, **firm)])
    arguments = ("diff", DEMO, path, "--data", f"{SCHEME}={data}", "--as-of", "2024-12-31")
    done = run(*arguments)
    assert done.code == 1
    assert "3 行，其中 2 行的决定不同" in done.out
    assert "4,800.00 → 5,200.00（+400.00）" in done.out
    assert f"{SCHEME}:2" in done.out and person(2) not in done.out
    effect = json.loads(run(*arguments, "--format", "json").out)["effect"]
    assert (effect["rows"], effect["persons"], effect["new_total"]) == (3, 2, "5200.00")
    assert [(turn["序号"], turn["change"]) for turn in effect["turns"]] == [("2", "200.00"), ("3", "200.00")]


def test_data_that_cannot_be_read_is_an_error(run, tmp_path):
    data = write_csv(tmp_path / "数据.csv", [{"序号": "1"}])
    done = run("diff", DEMO, DEMO, "--data", f"{SCHEME}={data}")
    assert (done.code, done.out) == (2, "")
    assert "PR520" in done.err
