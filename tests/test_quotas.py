"""What holds among targets: sums and relations of every document, and of tables made up for the purpose."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from command_line import DEMO, CommandLine, read_csv
from policyrun.app.load import load
from policyrun.app.quotas import comparisons, relation_text
from policyrun.ir.policy import Policy
from policyrun.model.targets import scale
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics

COLUMNS = ["表", "上级", "地区", "关系", "所列", "推得", "差", "结果", "规则"]


@pytest.fixture
def run(capfd):
    return CommandLine(capfd)


def the(policy: str) -> Policy:
    found = Diagnostics()
    loaded = load(policy, found)
    assert loaded is not None, [one.message for one in found]
    return loaded


def checked(run, policy: str, to: Path, code: int = 0) -> list[dict[str, str]]:
    assert run("quotas", "--policy", policy, "--check", "--output", to).code == code
    rows = read_csv(to)
    assert not rows or list(rows[0]) == COLUMNS
    return rows


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("hebei-2023", {"成立": 84, "成立（含更正或推断值）": 21}),
        ("jinhua-2020", {"成立": 4, "原件自身的差异": 1}),
        ("quzhou-craftsman", {"成立": 1, "不合，文件没有要求": 1}),
        ("zhejiang-2022-livelihood", {"成立": 262, "成立（含更正或推断值）": 5}),
        ("zhejiang-2022-capability", {}),
    ],
)
def test_every_document_keeps_its_relations_or_says_why_not(run, tmp_path, policy, told):
    assert Counter(row["结果"] for row in checked(run, policy, tmp_path / "核对.csv")) == told


def relations(policy: str) -> dict[str, tuple[int, Fraction, int]]:
    """Relation → rows, furthest apart, rows in which it does not hold."""
    told: dict[str, list] = {}
    for _quota, one in comparisons(the(policy)):
        if one.relation is not None:
            told.setdefault(relation_text(one.relation), []).append(one)
    return {
        text: (len(ones), max(abs(one.left - one.right) for one in ones), sum(not one.holds for one in ones))
        for text, ones in told.items()
    }


def test_certificates_of_hebei_are_the_two_kinds_together_in_all_fifteen_rows():
    told = relations("hebei-2023")
    assert told["新增取得职业资格或技能等级证书 = 初级中级 + 高级工及以上"] == (15, 0, 0)
    assert told["正文“四年家政培训累计” = 家政服务业培训 × 4"] == (1, 0, 0)
    rows, furthest, wrong = told["农民工培训 = 年度培训任务总数 × 27.3529%，相差不过 10"]
    assert (rows, round(furthest, 1), wrong) == (15, Fraction("5.9"), 0)
    rows, furthest, wrong = told["家政服务业培训 = 年度培训任务总数 × 14.7059%，相差不过 10"]
    assert (rows, round(furthest, 1), wrong) == (15, Fraction("4.7"), 0)


def test_the_highly_skilled_of_zhejiang_are_half_of_the_skilled():
    told = relations("zhejiang-2022-livelihood")
    assert told["新增高技能人才 = 新增技能人才 × 50%"] == (12, 0, 0)
    assert told["新增高技能人才 = 新增技能人才 × 50%，相差不过 0.01"] == (102, Fraction("0.01"), 0)
    counties = [
        one.left - one.right
        for _quota, one in comparisons(the("zhejiang-2022-livelihood"))
        if one.relation is not None and one.relation.levels == ("县",)
    ]
    apart = Counter(abs(gap) for gap in counties)
    assert apart == {Fraction(0): 49, Fraction("0.005"): 42, Fraction("0.01"): 11}


def test_goals_and_tables_are_held_against_each_other():
    for policy, relation in (
        ("zhejiang-2022-livelihood", "正文“职业技能培训” = 技能培训"),
        ("jinhua-2020", "正文“三年培训人次” = 职业技能培训 × 3"),
        ("jinhua-2020", "培训计划 = 附件1·职业技能培训"),
        ("quzhou-craftsman", "正文“职业培训” = 每年任务数 × 5"),
    ):
        assert relations(policy)[relation] == (1, 0, 0)


# ------------------------------------------------------------------------------------------------- made-up tables


@pytest.fixture
def altered(tmp_path):
    """The demo policy whose first version has one text in place of another."""
    shutil.copytree(data_dir("policies"), tmp_path / "policies")
    path = tmp_path / "policies" / "demo" / "yunling-2024" / "v1.yaml"

    def alter(old: str, new: str) -> Path:
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
        return tmp_path / "policies"

    return alter


def test_a_relation_that_does_not_hold_is_shown_with_both_figures(run, altered):
    policies = altered(
        "{column: 技能人才, at_most: 培训, times: 50%, advisory: true,", "{column: 技能人才, equals: 培训, times: 40%,"
    )
    done = run("quotas", "--policy", DEMO, "--policies", policies)
    assert done.code == 0
    assert "附件 技能人才 = 培训 × 40%：市区不成立，2600 对 2400" in done.err
    done = run("quotas", "--policy", DEMO, "--policies", policies, "--check")
    assert done.code == 1
    listed = list(csv.reader(done.out.splitlines(), delimiter="\t"))
    assert ["附件", "云岭市", "市区", "技能人才 = 培训 × 40%", "2600", "2400", "200", "不成立", "YL-Q1;YL-Q2"] in listed
    assert "警告[PR447]" in run("check", DEMO, "--policies", policies).out


def test_a_relation_that_nobody_asks_for_is_only_noted(run, altered):
    policies = altered("云岭市/飞云县: [1500, 500]", "云岭市/飞云县: [1500, 800]")
    done = run("quotas", "--policy", DEMO, "--policies", policies, "--check")
    assert "附件\t云岭市\t飞云县\t技能人才 ≤ 培训 × 50%\t800\t750\t50\t不合，文件没有要求\tYL-Q1;YL-Q2" in done.out
    assert done.code == 1  # the sum above it, too
    assert "附件\t\t云岭市\t技能人才 = 分项之和\t4000\t4300\t-300\t不成立\tYL-Q2" in done.out


def test_units_of_ten_thousand_are_compared_with_single_ones():
    assert scale("万人次") == 10_000 == 10_000 * scale("人次")
