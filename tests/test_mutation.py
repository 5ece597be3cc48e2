"""No figure of a shipped policy can be altered without a case or ``check`` noticing."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyrun.app.mutation import Fate, Mutant, Trial, trial
from policyrun.cli.main import main
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.text import Span

POLICIES = [
    "yunling-2024@1",
    "yunling-2024@2",
    "hebei-2023",
    "jinhua-2020",
    "quzhou-craftsman",
    "zhejiang-2022-capability",
    "zhejiang-2022-livelihood",
]
#: Targets are many and all checked the same way: of every so many, one is altered here. ``test --mutate`` alters all.
EVERY = 12


def _tried(ref: str, folders: tuple[Path, ...] = ()) -> Trial:
    found = Diagnostics()
    tried = trial(ref, found, folders=folders)
    assert tried is not None, [one.message for one in found]
    return tried


def _mutants(tried: Trial) -> list[Mutant]:
    quotas = tried.source.root.get("quotas")

    def is_target(span: Span) -> bool:
        return quotas is not None and quotas.span.start <= span.start < quotas.span.end

    rules = [span for span in tried.figures if not is_target(span)]
    targets = [span for span in tried.figures if is_target(span)]
    return [tried.mutant(span) for span in (*rules, *targets[::EVERY])]


@pytest.mark.parametrize("ref", POLICIES)
def test_every_altered_figure_is_noticed(ref: str) -> None:
    tried = _tried(ref)
    assert tried.material.figures, "the figures shown are not written down a second time"
    survivors = [f"{one.span}: {one.altered}" for one in _mutants(tried) if one.fate is Fate.SURVIVED]
    assert not survivors


# ------------------------------------------------------------------------------------------------------ what is altered

POLICY = """\
policy: probe-2024
version: 1
title: 探针2024
status: 生效
documents:
  办法: {number: 云人社发〔2024〕12号, title: 办法, published: 2024-02-06}
in_force: {from: 2024-03-01, to: 2026-12-31, cite: 第九条}
rounding: {to: 0.01元, how: 四舍五入, cite: 第九条}
records:
  补贴:
    - 序号: 序号!
    - 月数: 整数!
    - 发证日期: 日期!
decisions:
  标准:
    type: 金额
    cite: 第二条
    table:
      hit: U
      inputs: {月数: 月数}
      rows:
        - {when: {月数: "< 6"}, then: 0元, cite: 第二条}
        - {when: {月数: "[6..12)"}, then: 1.5万元, cite: 第二条}
        - {when: {月数: ">= 12"}, then: 20000元, cite: 第二条}
schemes:
  补贴:
    record: 补贴
    day: 发证日期
    cite: 第一条
    requirements: {}
    amount: {value: 标准, cite: 第二条}
deadlines:
  申领期: {last: 2026-06-30, who: 申领人, cite: 第三条, note: 逾期3天只提示}
goals:
  人次: {bound: 不少于, target: 500, unit: 人次, cite: 第四条}
"""
CASES = """\
scheme: 补贴
as_of: 2026-12-31
base: {发证日期: 2024-06-01}
grid:
  given: [月数]
  expect: [补贴金额]
  rows: [[5, 0], [6, 15000], [11, 15000], [12, 20000]]
"""
FIGURES = """\
版本,节,名称,上级,地区,指标,约束,值,单位,来源状态
,文件,办法,,,印发,,2024/2/6,,
,施行期,,,,起,,20240301,,
,施行期,,,,止,,2026年12月31日,,
,期限,申领期,,,止,,2026-06-30,,
,目标,人次,,,,不少于,500,人次,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "probe-2024"
    (home / "cases").mkdir(parents=True)
    (home / "v1.yaml").write_text(POLICY, encoding="utf-8")
    (home / "cases" / "一.yaml").write_text(CASES, encoding="utf-8")
    (home / "cases" / "figures.csv").write_text(FIGURES, encoding="utf-8")
    return tmp_path


def test_figures_are_numbers_and_days_that_rules_use_or_show(folder: Path) -> None:
    figures = [span.text for span in _tried("probe-2024", (folder,)).figures]
    days = ["2024-02-06", "2024-03-01", "2026-12-31"]
    assert figures == [*days, "0.01", "6", "6", "12", "1.5", "12", "20000", "2026-06-30", "500"]


def test_what_nobody_checks_survives_and_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "--policies", str(folder), "--policy", "probe-2024", "--mutate"]) == 1
    printed = capsys.readouterr()
    # Whole amounts never meet the rounding.
    assert printed.out.splitlines() == [
        f"✗ {folder}/probe-2024/v1.yaml:8:16: 0.01 改成 0.02，无人发现",
        "    rounding: {to: 0.01元, how: 四舍五入, cite: 第九条}",
    ]
    assert "逐一改动 12 个数：7 个由例子发现，4 个由 check 发现，1 个无人发现" in printed.err


def test_failing_cases_are_not_mutated(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = folder / "probe-2024" / "cases" / "一.yaml"
    cases.write_text(CASES.replace("[12, 20000]", "[12, 1]"), encoding="utf-8")
    assert main(["test", "--policies", str(folder), "--policy", "probe-2024", "--mutate"]) == 1
    assert "逐一改动" not in capsys.readouterr().err


# ----------------------------------------------------------------------------------------------- the table of figures


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",500,人次", ",501,人次", "figures.csv:6:1: 目标 人次：值应为“501”，政策里是“500”"),
        (",500,人次", ",500,人", "figures.csv:6:1: 目标 人次：单位应为“人”，政策里是“人次”"),
        ("不少于,500", "超过,500", "约束应为“超过”，政策里是“不少于”"),
        (
            ",期限,申领期,,,止,,2026-06-30,,\n",
            "",
            "v1.yaml:33:15: 期限 申领期 止：政策里是“2026-06-30”，figures.csv 里没有",
        ),
        (",期限,申领期,,,止", ",期限,申领期,,,起", "figures.csv:5:1: 期限 申领期 起：政策里没有这个数"),
    ],
)
def test_policy_and_table_disagree(
    old: str, new: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = folder / "probe-2024" / "cases" / "figures.csv"
    table.write_text(FIGURES.replace(old, new), encoding="utf-8")
    assert main(["test", "--policies", str(folder), "--policy", "probe-2024"]) == 1
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("版本,节", "版本,章", "PR585"),
        (",期限,申领期,,,止,,2026-06-30,,", ",期限,申领期,2026-06-30", "PR586"),
        (",目标,", ",目的,", "PR587"),
        (",期限,", ",目标,人次,,,,不少于,500,人次,\n,期限,", "PR588"),
    ],
)
def test_mistakes_in_the_table_are_explained(
    old: str, new: str, code: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = folder / "probe-2024" / "cases" / "figures.csv"
    table.write_text(FIGURES.replace(old, new, 1), encoding="utf-8")
    assert main(["test", "--policies", str(folder), "--policy", "probe-2024"]) == 1
    assert code in capsys.readouterr().out


def test_thousands_and_a_byte_order_mark_are_welcome(folder: Path) -> None:
    table = folder / "probe-2024" / "cases" / "figures.csv"
    table.write_text("\ufeff" + FIGURES.replace(",500,", ',"500.0",'), encoding="utf-8")
    tried = _tried("probe-2024", (folder,))
    assert tried.material.figures is not None
    assert len(tried.material.figures) == 5
