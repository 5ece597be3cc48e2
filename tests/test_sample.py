"""Synthetic records: the same for the same seed, and enough to meet every rule of their policy."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from bundled import bundled_texts
from command_line import CommandLine
from policyrun.app.evaluate import evaluate_records
from policyrun.app.load import load
from policyrun.app.sample import as_texts, carriers, sample
from policyrun.app.sample_hints import read_hints
from policyrun.app.sample_persons import REGION, person_id
from policyrun.app.sample_workbook import write_sample
from policyrun.app.settings import settings_for
from policyrun.interp.records import typed_rows
from policyrun.ir.cells import read_as
from policyrun.ir.policy import Policy
from policyrun.model.decision import Conclusion, NoticeCode, Outcome
from policyrun.model.raw import RawCell, SchemeInput
from policyrun.model.regions import lowest_of
from policyrun.source.diagnostic import Diagnostics

#: Bundled workbooks: policy, rows, seed.
BUNDLED = [("hebei-2023", 580, 2023), ("yunling-2024", 240, 2025)]


def _load(ref: str) -> Policy:
    found = Diagnostics()
    policy = load(ref, found)
    assert policy is not None, [one.message for one in found]
    return policy


def _made(policy: Policy, rows: int, seed: int) -> tuple[SchemeInput, ...]:
    found = Diagnostics()
    made = tuple(sample(policy, rows, seed, found))
    assert not list(found)
    return made


def _outcomes(policy: Policy, made: tuple[SchemeInput, ...]) -> list[Outcome]:
    found = Diagnostics()
    hints = read_hints(Path(policy.path).with_name("sample.yaml"), found)
    outcomes = evaluate_records(policy, made, settings_for(policy, found, as_of=hints.as_of), found=found)
    assert outcomes is not None
    return [outcome for part in outcomes.values() for outcome in part]


@pytest.mark.parametrize(("ref", "rows", "seed"), BUNDLED)
def test_the_bundled_workbook_is_what_the_command_makes(ref: str, rows: int, seed: int) -> None:
    policy = _load(ref)
    assert bundled_texts(policy) == as_texts(_made(policy, rows, seed))


@pytest.mark.parametrize(("ref", "rows", "seed"), BUNDLED)
def test_every_requirement_limit_and_conclusion_is_met(ref: str, rows: int, seed: int) -> None:
    policy = _load(ref)
    outcomes = _outcomes(policy, _made(policy, rows, seed))
    met = {(outcome.scheme, outcome.code) for outcome in outcomes}
    for scheme in policy.schemes:
        for requirement in scheme.requirements:
            assert (scheme.name, f"INELIGIBLE:{requirement.name}") in met
        for gate in scheme.gates:
            assert (scheme.name, f"UNDECIDED:{gate.name}") in met
    codes = {code for _scheme, code in met}
    assert {f"LIMIT:{limit.name}" for limit in policy.limits} <= codes
    assert {"UNDECIDED:适用版本", "INELIGIBLE:金额为零", "INVALID:序号"} <= codes
    assert {outcome.conclusion for outcome in outcomes} == set(Conclusion)


@pytest.mark.parametrize(("ref", "rows", "seed"), BUNDLED)
def test_every_notice_the_policy_gives_is_met(ref: str, rows: int, seed: int) -> None:
    policy = _load(ref)
    given = {notice.code for scheme in policy.schemes for notice in scheme.notices}
    partial = (
        {NoticeCode.PARTIAL} if any(getattr(limit.measure, "partial", False) for limit in policy.limits) else set()
    )
    met = {code for outcome in _outcomes(policy, _made(policy, rows, seed)) for code in outcome.notices}
    assert given | partial <= met


def test_hebei_meets_every_rate() -> None:
    policy = _load("hebei-2023")
    rules = {rule for outcome in _outcomes(policy, _made(policy, 580, 2023)) for rule in outcome.rules}
    assert {"HB-S2", "HB-S3", "HB-S4", "HB-S5", "HB-S1", "HB-L1", "HB-L2", "HB-E8"} <= rules


FORM_OWNER, ROSTER = "zhejiang-2022-livelihood", "信息表"


def test_a_form_with_hints_is_made_with_regions_of_its_tree() -> None:
    policy = _load(FORM_OWNER)
    made = {one.scheme: one for one in _made(policy, 600, 2022)}
    assert list(made) == ["项目制人均补贴", ROSTER]
    roster = made[ROSTER]
    assert roster.columns == tuple(field.name for field in policy.records[ROSTER].fields)
    assert not roster.unused
    named = {(row[roster.columns.index("设区市")].text, row[1].text) for row in roster.rows}
    assert len(named & {path[1:] for path in lowest_of(policy.quotas[0])}) >= 60
    assert {(cell.text != "") for row in roster.rows for cell in row[2:3]} == {True}


def test_one_form_alone() -> None:
    policy = _load(FORM_OWNER)
    found = Diagnostics()
    (made,) = sample(policy, 700, 1, found, ROSTER)
    assert (made.scheme, len(made.rows)) == (ROSTER, 700)
    settings = settings_for(policy, found, as_of=date(2022, 12, 31))
    typed = list(typed_rows(policy.of_form(ROSTER), policy.of_form(ROSTER).schemes[0], made, settings))
    assert {line.invalid for line in typed} == {
        None, "所属行政区", "人员类别", "发证时间", "补贴金额(元)", "资金来源",
    }  # fmt: skip
    assert sum(line.invalid is not None for line in typed) == 8
    assert not sample(policy, 10, 1, found, "信息")
    assert [one.code for one in found] == ["PR540"]


def test_what_is_made_from_records_runs_on_the_sample_and_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    run = CommandLine(capfd)
    for command in (["report", "--report", "统计表", "--year", "2022"], ["indicators"], ["progress"]):
        done = run(*command, "--policy", FORM_OWNER)
        assert done.code == 0
        assert "没有给 --input：这是自带的合成样例，不是真实记录" in done.err
        assert "PR524" not in done.err
        assert done.out.count("\n") > 100


@pytest.mark.parametrize("rows", [0, 1, 7, 100])
def test_rows_add_up(rows: int) -> None:
    made = _made(_load("hebei-2023"), rows, 1)
    assert sum(len(one.rows) for one in made) == rows


def test_the_same_seed_makes_the_same_and_another_does_not() -> None:
    policy = _load("hebei-2023")
    assert as_texts(_made(policy, 200, 5)) == as_texts(_made(policy, 200, 5))
    assert as_texts(_made(policy, 200, 5)) != as_texts(_made(policy, 200, 6))


def test_no_other_use_of_random_numbers_matters() -> None:
    policy = _load("hebei-2023")
    random.seed(1)
    state = random.getstate()
    first = as_texts(_made(policy, 100, 5))
    assert random.getstate() == state
    random.seed(2)
    assert as_texts(_made(policy, 100, 5)) == first


@pytest.mark.parametrize(("ref", "rows", "seed"), BUNDLED)
def test_people_are_of_no_region_that_exists(ref: str, rows: int, seed: int) -> None:
    policy = _load(ref)
    people = [one for one in _made(policy, rows, seed) if "身份证号码" in one.columns]
    assert people
    for one in people:
        place = one.columns.index("身份证号码")
        assert all(row[place].text.startswith(REGION) or not row[place].text for row in one.rows)


def test_names_of_people_and_payees_are_carried() -> None:
    policy = _load("hebei-2023")
    made = {one.scheme: one for one in _made(policy, 50, 1)}
    assert made["职业培训补贴"].columns[-2:] == ("姓名", "培训承办机构")
    assert made["鉴定补贴"].columns[-2:] == ("姓名", "考核评价机构")
    assert made["鉴定补贴"].unused == carriers(policy.schemes[1])


def test_a_policy_without_hints_gets_rows_that_mostly_type(tmp_path: Path) -> None:
    source = Path(_load("hebei-2023").path).read_text(encoding="utf-8")
    folder = tmp_path / "hebei-2023"
    folder.mkdir()
    (folder / "v1.yaml").write_text(source, encoding="utf-8")
    found = Diagnostics()
    policy = load("hebei-2023", found, folders=[tmp_path])
    assert policy is not None
    assert Path(policy.path).parent.resolve() == folder.resolve()
    outcomes = _outcomes(policy, _made(policy, 60, 1))
    assert all(outcome.conclusion is not Conclusion.INVALID for outcome in outcomes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("asof: 2023-10-15\n", "PR580"),
        ("schemes: {职业培训补贴: {invalid: 很少}}\n", "PR581"),
        ("schemes: {职业培训补贴: {share: 许多}}\n", "PR582"),
        ("schemes: {培训补贴: {share: 1}}\n", "PR583"),
        ("schemes: {职业培训补贴: {typical: {身高: 180}}}\n", "PR584"),
    ],
)
def test_mistakes_in_hints_are_named(tmp_path: Path, text: str, code: str) -> None:
    folder = tmp_path / "hebei-2023"
    folder.mkdir()
    (folder / "v1.yaml").write_text(Path(_load("hebei-2023").path).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "sample.yaml").write_text(text, encoding="utf-8")
    found = Diagnostics()
    policy = load("hebei-2023", found, folders=[tmp_path])
    assert policy is not None
    sample(policy, 10, 1, found)
    assert code in {one.code for one in found}


def test_ids_check_out() -> None:
    for number in range(0, 500, 37):
        for male in (True, False):
            text = person_id(date(1988, 2, 29), number, male)
            assert read_as("id_card", RawCell(text), date(2024, 1, 1)) == text
            assert (int(text[16]) % 2 == 1) is male


def test_a_workbook_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    made = _made(_load("hebei-2023"), 20, 1)
    found = Diagnostics()
    assert write_sample(made, tmp_path / "样例.xlsx", found)
    assert not write_sample(made, tmp_path / "没有的文件夹" / "样例.xlsx", found)
    assert found.failed
