"""Cases of forms and indicators beside a policy: what differs is found, and what cannot be run is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from command_line import CommandLine
from policyrun.source.data import data_dir

POLICY = "zhejiang-2022-livelihood"
HOME = Path("zhejiang") / POLICY / "cases" / "reports"


@pytest.fixture
def own(tmp_path):
    """A folder of policies in which a case file can be altered."""
    shutil.copytree(data_dir("policies"), tmp_path / "policies")

    def alter(name: str, old: str, new: str) -> Path:
        path = tmp_path / "policies" / HOME / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
        return tmp_path / "policies"

    return alter


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("统计表.yaml", "宁波市: {1: 0}", "宁波市: {1: 1}", "一人计入县、市、省各一行 · 宁波市 1：应为“1”，得到“0”"),
        ("统计表.yaml", "宁波市: {1: 0}", "宁波: {1: 0}", "不知道“宁波”是哪个地区"),
        ("统计表.yaml", "宁波市: {1: 0}", "经开区: {1: 0}", "不知道“经开区”是哪个地区"),
        ("统计表.yaml", "宁波市: {1: 0}", "宁波市: {40: 0}", "没有这一栏"),
        ("统计表.yaml", "readings: {归月口径: 补贴发放时间}", "readings: {归月口径: 发证时间}", "应为“1”，得到“0”"),
        ("统计表.yaml", "{4: 缺, 5: 缺,", "{4: 0, 5: 缺,", "应为“0”，得到“缺”"),
        ("指标.yaml", "职业技能培训取证率: 50.00", "职业技能培训取证率: 75.00", "应为“75.00”，得到“50.00”"),
        ("指标.yaml", '职业技能培训任务完成率·核验进度: ""', "职业技能培训任务完成率·核验进度: 15", "应为“15”，得到“”"),
    ],
)
def test_what_differs_is_found(own, capfd, name, old, new, said):
    done = CommandLine(capfd)("test", "--policy", POLICY, "--policies", own(name, old, new))
    assert done.code == 1
    assert said in done.out + done.err


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("统计表.yaml", "of: 统计表", "of: 月报", "PR671"),
        ("统计表.yaml", "period: 2022-04\n", "period: 四月\n", "PR676"),
        ("统计表.yaml", "period: 2022-2\n", "expects: {}\n    period: 2022-2\n", "PR570"),
        ("统计表.yaml", "归月口径: 补贴发放时间", "归月: 补贴发放时间", "PR6"),
        ("统计表.yaml", "    expect: {浙江省: {2: 1}}\n", "", "PR576"),
        ("指标.yaml", "as_of: 2022-12-31", "as_of: 年底", "PR344"),
    ],
)
def test_what_cannot_be_run_is_said(own, capfd, name, old, new, code):
    done = CommandLine(capfd)("test", "--policy", POLICY, "--policies", own(name, old, new))
    assert done.code != 0
    assert code in done.out + done.err
