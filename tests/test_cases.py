"""Every shipped policy meets its own cases, and the runner says clearly what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyrun.app.library import list_policies
from policyrun.app.load import load
from policyrun.app.testing import CaseReport, run_cases
from policyrun.ir.policy import Policy
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics

POLICIES = [entry.ref for entry in list_policies(())]


def _run(ref: str, folders: tuple[Path, ...] = ()) -> tuple[CaseReport, Diagnostics]:
    def loaded(overlays: tuple[Path, ...]) -> Policy | None:
        return load(ref, found, folders=folders, overlays=overlays)

    found = Diagnostics()
    policy = loaded(())
    assert policy is not None, [one.message for one in found]
    found = Diagnostics()
    return run_cases(policy, found, loaded), found


@pytest.mark.parametrize("ref", POLICIES)
def test_policy_meets_its_cases(ref: str) -> None:
    report, found = _run(ref)
    assert not [one.message for one in found]
    assert not [str(failure) for failure in report.failures]
    assert report.cases
    assert report.rows >= report.cases


@pytest.mark.parametrize("ref", POLICIES)
def test_cases_reach_every_rule_that_decides_a_row(ref: str) -> None:
    report, _found = _run(ref)
    assert report.untouched == ()


def test_hebei_cases_reach_every_notice_and_what_only_history_can_bring() -> None:
    report, _found = _run("hebei-2023@1")
    assert {"LIMIT:已足额", "INELIGIBLE:适用版本", "INELIGIBLE:金额为零"} <= report.codes


# ------------------------------------------------------------------------------------------------------- the runner


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with a copy of the fictional policy and no cases."""
    source, target = data_dir("policies") / "demo" / "yunling-2024", tmp_path / "yunling-2024"
    (target / "cases").mkdir(parents=True)
    target.joinpath("v1.yaml").write_text((source / "v1.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return target


BASE = "base: {身份证号码: 甲, 称号: 技能新秀, 认定日期: 2024-05-01}\n"


def _case_file(folder: Path, text: str) -> None:
    (folder / "cases" / "一.yaml").write_text(text, encoding="utf-8")


def test_a_failure_names_the_line_the_column_and_the_reason(copied: Path) -> None:
    text = f"scheme: 技能之星奖励\n{BASE}cases:\n  - title: 写错的\n    given: {{}}\n    expect: {{补贴金额: 3001}}\n"
    _case_file(copied, text)
    report, found = _run("yunling-2024@1", (copied.parent,))
    assert not found.failed
    (failure,) = report.failures
    assert (failure.at.line, failure.case, failure.column) == (4, "写错的", "补贴金额")
    assert (failure.expected, failure.got) == ("3001", "3000.00")
    assert failure.reason
    assert "一.yaml:4" in str(failure)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("scheme: 技能之星奖励\ncase: []\n", "PR570"),
        ("scheme: 技能之星奖励\n", "PR571"),
        ("scheme: 技能之星奖励\ngrid: {given: [称号], expect: [结论], rows: [[技能新秀]]}\n", "PR572"),
        ("scheme: 技能之星奖励\npersons: {老张: 男}\n", "PR573"),
        ("scheme: 技能之星奖励\nwith: 没有.yaml\ncases: [{given: {}, expect: {结论: 准予}}]\n", "PR574"),
        ("scheme: 技能之星\ncases: [{given: {}, expect: {结论: 准予}}]\n", "PR575"),
        ("scheme: 技能之星奖励\ncases: [{given: {荣誉: 一}, expect: {结论: 准予}}]\n", "PR575"),
        ("scheme: 技能之星奖励\ncases: [{given: {}, expect: {结果: 准予}}]\n", "PR575"),
        ("scheme: 技能之星奖励\ncases: [{given: {}}]\n", "PR576"),
        (
            "scheme: 技能之星奖励\ncases: [{given: {}, expect: {结论: 准予}, "
            "history: [{项目: 技能之星奖励, 身份证号码: 甲, 认定日期: 某日}]}]\n",
            "PR577",
        ),
        (
            "scheme: 技能之星奖励\ncases: [{given: {}, expect: {结论: 准予}, "
            "exceptions: [{项目: 技能之星奖励, 序号: 1}]}]\n",
            "PR578",
        ),
    ],
)
def test_mistakes_in_case_files_are_named(copied: Path, text: str, code: str) -> None:
    _case_file(copied, text)
    _report, found = _run("yunling-2024@1", (copied.parent,))
    assert code in {one.code for one in found}


def test_a_case_file_of_another_version_is_left_out(copied: Path) -> None:
    _case_file(copied, "version: 2\nscheme: 没有的\ncases: [{given: {}, expect: {结论: 准予}}]\n")
    report, found = _run("yunling-2024@1", (copied.parent,))
    assert not found.failed
    assert report.cases == 0


def test_rows_of_another_scheme_start_from_a_base_of_their_own(copied: Path) -> None:
    person = "身份证号码: 甲"
    text = (
        f"scheme: 技能之星奖励\n{BASE}bases:\n  交通补贴: {{{person}, 集中培训: 否, 单程公里: 50, 培训天数: 10}}\n"
        "cases:\n  - title: 两个项目\n    rows:\n      - {given: {}, expect: {补贴金额: 3000}}\n"
        "      - {scheme: 交通补贴, given: {}, expect: {原因代码: 'INELIGIBLE:集中培训'}}\n"
    )
    _case_file(copied, text)
    report, found = _run("yunling-2024@1", (copied.parent,))
    assert not list(found)
    assert (report.rows, report.failures) == (2, [])
