"""Every rule of the catalogue stands in a policy, and a rule that is said to decide results does decide some.

The catalogue lies beside the project, in ``../shared``; where it does not, what needs it is skipped.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from policy_changes import changed
from policyrun.app.coverage import Place, coverage, is_encoded, places_in
from policyrun.app.for_rows import names_for_rows
from policyrun.app.load import load, read_policy
from policyrun.app.testing import Material, first_failure, read_material, run_material
from policyrun.cli.main import main
from policyrun.ir.policy import Policy
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics

RULES = Path(__file__).resolve().parents[2] / "shared" / "catalogue" / "rules.csv"
needs_catalogue = pytest.mark.skipif(not RULES.is_file(), reason="the catalogue is not beside the project")

#: The policy that holds the rules of each document, by the beginning of its ids.
DOCUMENTS = {
    "ZJ24": "zhejiang-2022-livelihood",
    "ZJ32": "zhejiang-2022-capability",
    "JH": "jinhua-2020",
    "QZ": "quzhou-craftsman",
    "HB": "hebei-2023",
}
POLICIES = [*DOCUMENTS.values(), "yunling-2024@1", "yunling-2024@2"]

#: How many rules of each kind the catalogue has, all of which decide results but for those below.
FLOORS = {"amount": 47, "cap": 12, "limit": 7, "threshold": 9, "indicator": 6, "eligibility": 43, "funding": 15}

#: Rules that cannot decide a payment, by the fact that the document does not give.
LACKING = {
    "ZJ32-E8": "the standard of training run by firms, left to localities",
    "ZJ32-E9": "a group of trainees for platform workers",
    "ZJ32-E10": "which occupations belong to which field of study",
    "ZJ32-E11": "the conditions for turning into a training firm; concerns providers",
    "ZJ32-E12": "anything about subsidies; concerns teachers",
    "ZJ32-E14": "the published catalogue of projects",
    "ZJ32-E16": "the first and last day of the epidemic, and the standard",
    "ZJ32-E17": "the directory of platforms, and the standard",
    "ZJ32-E23": "a difference to make: both kinds count alike already",
    "ZJ32-E24": "what the query of a certificate answered",
    "ZJ32-F1": "the tilt in figures, and the 26 counties",
    "JH-E6": "the shares, which another document holds",
    "JH-E7": "a difference to make: public and private count alike",
    "JH-E8": "where the firm pays; the region of the record is taken to be that",
    "JH-F2": "payments: it is about how the fund is booked",
    "JH-F3": "the factors and their weights",
    "JH-F4": "payments: it is about how counties coordinate funds",
    "JH-F5": "whether a department has funds of its own",
    "QZ-E3": "amounts: it is a priority for another honour",
    "QZ-E5": "the tiers and amounts, which another document holds",
    "QZ-E7": "amounts: it is about academic levels",
    "QZ-E8": "which diplomas belong to which occupations; concerns assessment",
    "QZ-E9": "amounts: it is a priority for other honours",
    "QZ-E12": "amounts: it is about academic levels",
}

#: Changes that no record can show, and why.
WITHOUT_EFFECT = {
    ("hebei-2023", "推算 补贴比例 第 6 行"): "a requirement has refused whoever has no certificate",
    ("yunling-2024@1", "推算 等级标准 其余"): "a requirement has refused levels without a standard",
    ("yunling-2024@2", "推算 等级标准 其余"): "a requirement has refused levels without a standard",
    ("yunling-2024@1", "项目制培训补贴 金额"): "the split pays, not the amount",
    ("yunling-2024@2", "项目制培训补贴 金额"): "the split pays, not the amount",
    ("zhejiang-2022-livelihood", "项目制人均补贴 金额"): "the split pays, not the amount",
    ("jinhua-2020", "参数 县市补贴对象"): "a gate holds counties back until an overlay puts a formula in its place",
    ("jinhua-2020", "参数 县市资金渠道"): "a gate holds counties back until an overlay puts a formula in its place",
    ("jinhua-2020", "推算 区级资金 第 5 行"): "whoever asks has taken counties out before",
}

#: Sections of which some entries serve reports and indicators alone.
NAMED = {"parameters", "decisions", "readings"}

#: Result columns that name rules or put the result into words: a rule must show in what is decided, not in its name.
NAMES_RULES = {"规则", "依据", "原因"}


@cache
def known() -> Mapping[str, tuple[Place, ...]]:
    found = Diagnostics()
    places = coverage(found)
    assert not [one.message for one in found]
    return places


@cache
def catalogue() -> Mapping[str, str]:
    """Id → kind, of every rule whose document has a policy."""
    with RULES.open(encoding="utf-8-sig") as file:
        kinds = {row["编号"]: row["类型"] for row in csv.DictReader(file)}
    there = {path.parent.name for path in data_dir("policies").rglob("v1.yaml")}
    return {rule: kind for rule, kind in kinds.items() if DOCUMENTS[rule.partition("-")[0]] in there}


# ----------------------------------------------------------------------------------------------------- the catalogue


@needs_catalogue
def test_every_rule_of_the_catalogue_has_a_place() -> None:
    assert not sorted(set(catalogue()) - set(known()))
    for rule in catalogue():
        for place in known()[rule]:
            assert place.at.text == rule
            assert place.words
            assert Path(place.at.file.path).name.endswith(".yaml")


@needs_catalogue
def test_no_id_is_made_up() -> None:
    prefixes = tuple(f"{prefix}-" for prefix in DOCUMENTS)
    assert not sorted(rule for rule in known() if rule.startswith(prefixes) and rule not in catalogue())


@needs_catalogue
@pytest.mark.parametrize("kind", FLOORS)
def test_rules_that_decide_payments_are_encoded(kind: str) -> None:
    rules = [rule for rule, one in catalogue().items() if one == kind]
    if len({DOCUMENTS[rule.partition("-")[0]] for rule in catalogue()}) == len(DOCUMENTS):
        assert len(rules) == FLOORS[kind]
    shown = {rule for rule in rules if not is_encoded(known()[rule])}
    excused = {rule for rule in rules if rule in LACKING}
    assert shown == excused


# --------------------------------------------------------------------------------------------------- what rules do


@pytest.mark.parametrize("ref", POLICIES)
def test_a_rule_that_is_changed_changes_what_is_decided(ref: str) -> None:
    policy, material = _loaded(ref), _material(ref)
    source = read_policy(ref, Diagnostics())
    assert source is not None
    reached = [_reached(ref, policy, Material((case,))) for case in material.cases]
    unnoticed = []
    # What the columns of a form must be like is tried by the tests of forms.
    # So are reports and indicators, and what they alone look at.
    names = names_for_rows(policy)
    deciding = {
        rule
        for rule, place in places_in(source)
        if place.encoded
        and place.section not in {"records", "reports", "indicators"}
        and (place.section not in NAMED or names & {*place.words.split()})
    }
    for rule in sorted(deciding):
        first = sorted(range(len(reached)), key=lambda place: rule not in reached[place])
        cases = Material(tuple(material.cases[place] for place in first))
        changes = list(changed(policy, rule))
        assert changes, f"{rule} is said to decide results, and nothing that does carries it"
        unnoticed += [what for what, other in changes if not _is_noticed(ref, rule, what, other, cases)]
    assert set(unnoticed) == {what for where, what in WITHOUT_EFFECT if where == ref}


@cache
def _loaded(ref: str, overlays: tuple[Path, ...] = ()) -> Policy:
    found = Diagnostics()
    policy = load(ref, found, overlays=overlays)
    assert policy is not None, [one.message for one in found]
    return policy


def _material(ref: str) -> Material:
    """The cases, without what they expect of names of rules."""
    found = Diagnostics()
    cases = []
    for case in read_material(_loaded(ref), found).cases:
        rows = tuple(
            replace(row, expect={column: text for column, text in row.expect.items() if column not in NAMES_RULES})
            for row in case.rows
        )
        if all(row.expect for row in rows):
            cases.append(replace(case, rows=rows))
    assert not found.failed
    return Material(tuple(cases))


def _reached(ref: str, policy: Policy, material: Material) -> set[str]:
    report = run_material(policy, material, Diagnostics(), lambda overlays: _loaded(ref, overlays))
    assert not report.failures
    return report.rules


def _is_noticed(ref: str, rule: str, what: str, other: Policy, material: Material) -> bool:
    def overlaid(overlays: tuple[Path, ...]) -> Policy:
        """The same change made to the policy with overlays, where they leave the thing changed as it is."""
        policy = _loaded(ref, overlays)
        return dict(changed(policy, rule)).get(what, policy)

    return first_failure(other, material, overlaid) is not None


# ------------------------------------------------------------------------------------------------------ on the screen


def test_an_id_is_found_in_whatever_policy_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "--id", "JH-S7"]) == 0
    out = capsys.readouterr().out
    assert "参数 紧缺上浮" in out
    assert "jinhua-2020" in out


def test_the_whole_map_is_listed_with_its_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "--ids", "--policy", "yunling-2024@1"]) == 0
    printed = capsys.readouterr()
    lines = [line.split("\t") for line in printed.out.splitlines()]
    assert lines[0] == ["编号", "计入或列示", "政策", "位置", "行"]
    where = {(rule, kind, words) for rule, kind, _policy, words, _line in lines[1:]}
    assert ("YL-U1", "计入", "参数 紧缺上浮") in where
    assert ("YL-U2", "计入", "推算 参保系数 第 2 行") in where
    assert ("YL-Q1", "列示", "任务分解 附件 指标 培训") in where
    assert f"{len({rule for rule, _kind, _words in where})} 个编号" in printed.err


@pytest.mark.parametrize(
    ("args", "said"),
    [(["--id", "JH-S77"], "是不是“JH-S7”？"), ([], "PR003"), (["--ids", "--id", "JH-S7"], "只能给一个")],
)
def test_mistakes_are_explained(args: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", *args]) == 2
    assert said in capsys.readouterr().err
