"""quzhou-craftsman against the data contract: names and order, draft, annex, cases, sample, order of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random

import pytest

from bundled import bundled_texts
from policyrun.app.evaluate import evaluate_records
from policyrun.app.load import load
from policyrun.app.result import result_cells
from policyrun.app.sample import as_texts, sample
from policyrun.app.settings import settings_for
from policyrun.app.testing import run_cases
from policyrun.ir.policy import Policy
from policyrun.model.decision import Conclusion, NoticeCode, Outcome
from policyrun.model.raw import SchemeInput
from policyrun.model.vocabulary import SourceStatus, Status
from policyrun.source.diagnostic import Diagnostics

#: The contract's columns and the names of its requirements and limits, each in order.
COLUMNS = {
    "工匠经费": "序号! 身份证号码! 称号! 认定日期!",
    "竞赛奖励": "序号! 身份证号码! 我市选手? 赛事! 届次! 竞赛项目! 奖次! 团体项目? 主办方奖励? 上级奖励?",
    "集训基地补助": "序号! 单位名称! 届次? 国家级集训基地? 项目数!",
    "选送补助": "序号! 选送单位! 身份证号码! 届次! 入选国家集训队?",
    "办赛补助": "序号! 主办单位! 主办单位类型! 列入年度计划? 计划年度! 职业数!",
    "示范企业": "序号! 企业名称! 市级示范企业?",
    "技能大师工作室": "序号! 工作室! 级别!",
    "公共实训基地": "序号! 基地! 类别! 年度! 年培训人次? 申请金额?",
    "人才津贴": "序号! 身份证号码! 等级! 企事业单位? 紧缺职业? 一线对口岗位? 年度! 在岗月数!",
    "研修资助": "序号! 身份证号码! 入选选派? 年度! 实际费用?",
    "招工补助": "序号! 用人单位! 身份证号码! 享受招工补助? 相关职业? 等级! 原补助标准?",
}
#: The schemes after the contract's, which only check.
#: The document grants this too, without a figure; the contract does not list it.
BESIDE = {"选手补贴": "序号! 身份证号码! 列入选手名单? 参赛集训天数? 选手日标准?"}
CHECKS = {
    "机构分配": "序号! 院校! 年度! 社会培训收入? 必要成本? 绩效工资基准总量? 分配额?",
    "经费提取": "序号! 企业名称! 年度! 工资总额? 提取额? 教育经费? 培训支出?",
}
REQUIREMENTS = {
    "竞赛奖励": "我市选手 奖次标准 配套基数",
    "集训基地补助": "国家级集训基地",
    "选送补助": "入选国家集训队",
    "办赛补助": "主办单位类型 列入年度计划",
    "示范企业": "市级示范企业",
    "公共实训基地": "年培训规模",
    "人才津贴": "企事业单位 紧缺职业 一线对口岗位",
    "研修资助": "入选选派",
    "招工补助": "享受招工补助 上浮条件",
    "选手补贴": "列入选手名单",
    "机构分配": "结余比例 绩效基准比例",
    "经费提取": "鼓励提取比例 鼓励培训支出比例",
}
LIMITS = {
    "工匠经费": "就高不重复",
    "竞赛奖励": "团队一份 同届同项目",
    "集训基地补助": "单位一次",
    "选送补助": "每人每届一次",
    "办赛补助": "主办方年度上限",
    "示范企业": "企业一次",
    "技能大师工作室": "同级一次 逐级补差",
    "公共实训基地": "同年一次 同类一次",
    "人才津贴": "全年十二个月",
    "研修资助": "每人每年一次",
    "招工补助": "每人一次",
}
READINGS = {
    "就高方式": ("补差", "全额", "不再给"),
    "配套基数": ("取高", "合计", "主办方", "上级"),
    "团体项目": ("每队一份", "每人一份"),
    "办赛上限范围": ("主办方年度", "每场"),
    "工作室逐级": ("累计", "就高补差"),
}
#: A limit that only another reading than the default brings.
ONLY_BY_READING = "逐级补差"

ROWS, SEED, AS_OF = 560, 2024, date(2024, 12, 31)
BLANK = ""


@pytest.fixture(scope="module")
def policy() -> Policy:
    found = Diagnostics()
    policy = load("quzhou-craftsman@1", found)
    assert policy is not None, [one.message for one in found]
    assert not list(found)
    return policy


def test_it_is_a_draft_without_a_time_in_force(policy: Policy) -> None:
    assert policy.status is Status.DRAFT
    assert policy.in_force.outside is None


def test_columns_requirements_and_limits_are_the_contracts(policy: Policy) -> None:
    schemes = {scheme.name: scheme for scheme in policy.schemes}
    assert list(schemes) == [*COLUMNS, *BESIDE, *CHECKS]
    assert [name for name, scheme in schemes.items() if scheme.amount is None] == list(CHECKS)
    for name, scheme in schemes.items():
        marked = [f"{field.name}{'!' if field.required else '?'}" for field in scheme.record.fields]
        assert marked == (COLUMNS | BESIDE | CHECKS)[name].split()
        assert [one.name for one in scheme.requirements] == REQUIREMENTS.get(name, BLANK).split()
        assert [limit.name for limit in policy.limits_over(name)] == LIMITS.get(name, BLANK).split()


def test_readings_are_the_contracts(policy: Policy) -> None:
    assert {reading.name: reading.ways for reading in policy.readings.values()} == READINGS
    assert all(reading.default == reading.ways[0] for reading in policy.readings.values())


def test_every_rule_of_the_document_has_a_place(policy: Policy) -> None:
    last = {"A": 26, "C": 3, "D": 1, "E": 12, "F": 1, "G": 18, "P": 2, "Q": 19, "R": 2, "S": 1, "T": 3, "U": 1, "X": 1}
    assert sum(last.values()) == 90
    assert set(policy.ids) == {f"QZ-{letter}{n + 1}" for letter, count in last.items() for n in range(count)}


def test_the_annex_shows_its_own_discrepancy(policy: Policy) -> None:
    (annex,) = policy.quotas
    (whole,) = annex.root.cells
    tasks = [cell for child in annex.root.children for cell in child.cells]
    assert whole.target == 50000
    assert len(tasks) == 17
    assert sum(cell.target for cell in tasks) == 60194
    assert annex.additive == ()
    assert any("60194" in note for note in annex.notes)
    assert {cell.status for cell in (whole, *tasks)} == {SourceStatus.ORIGINAL}
    nodes = (annex.root, *annex.root.children)
    assert [node.bound for node in nodes] == ["不少于", *["等于"] * 17]
    assert [node.grounds.ids for node in nodes] == [(f"QZ-Q{n}",) for n in range(1, 19)]
    assert all(node.who for node in nodes)


def _sample(policy: Policy) -> tuple[SchemeInput, ...]:
    found = Diagnostics()
    made = tuple(sample(policy, ROWS, SEED, found))
    assert not list(found)
    return made


def _outcomes(policy: Policy, inputs: Sequence[SchemeInput]) -> Mapping[str, tuple[Outcome, ...]]:
    found = Diagnostics()
    outcomes = evaluate_records(policy, inputs, settings_for(policy, found, as_of=AS_OF), found=found)
    assert outcomes is not None
    return outcomes


def test_cases_hold_and_reach_every_rule(policy: Policy) -> None:
    found = Diagnostics()
    report = run_cases(policy, found)
    assert not [one.message for one in found]
    assert not [str(failure) for failure in report.failures]
    assert report.rows >= 90
    assert report.untouched == ()
    assert {f"LIMIT:{limit.name}" for limit in policy.limits} <= report.codes


def test_the_bundled_workbook_is_what_the_command_makes(policy: Policy) -> None:
    assert bundled_texts(policy) == as_texts(_sample(policy))


def test_the_sample_meets_every_rule_and_every_reason(policy: Policy) -> None:
    outcomes = _outcomes(policy, _sample(policy))
    met = {(scheme, outcome.code) for scheme, part in outcomes.items() for outcome in part}
    for scheme in policy.schemes:
        assert (scheme.name, "GRANTED") in met
        assert {(scheme.name, f"INELIGIBLE:{one.name}") for one in scheme.requirements} <= met
    codes = {code for _scheme, code in met}
    assert {f"LIMIT:{limit.name}" for limit in policy.limits} - codes == {f"LIMIT:{ONLY_BY_READING}"}
    assert {"INELIGIBLE:金额为零", "INVALID:序号"} <= codes
    every = [outcome for part in outcomes.values() for outcome in part]
    assert {outcome.conclusion for outcome in every} == set(Conclusion)
    rules = {rule for outcome in every for rule in outcome.rules}
    assert {f"QZ-A{n}" for n in range(1, 27)} | {"QZ-C1", "QZ-C2", "QZ-C3", "QZ-F1"} <= rules
    assert {"QZ-T1", "QZ-T2", "QZ-T3", "QZ-U1", "QZ-X1"} <= rules


def test_every_row_is_marked_as_a_draft(policy: Policy) -> None:
    every = [outcome for part in _outcomes(policy, _sample(policy)).values() for outcome in part]
    assert len(every) == ROWS
    assert all(outcome.notices[-1] is NoticeCode.DRAFT for outcome in every)
    assert not any("适用版本" in outcome.code for outcome in every)


def test_every_grant_names_payee_and_fund(policy: Policy) -> None:
    talent = {"工匠经费", "人才津贴", "招工补助"}
    for scheme, part in _outcomes(policy, _sample(policy)).items():
        fund = "人才专项资金" if scheme in talent else "当地财政资金"
        for outcome in part:
            if outcome.conclusion is Conclusion.GRANTED and scheme not in CHECKS:
                assert outcome.payee and outcome.payee_name and outcome.fund == fund
            else:
                assert not (outcome.payee or outcome.payee_name or outcome.fund)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_does_not_matter(policy: Policy, seed: int) -> None:
    inputs = _sample(policy)
    before = _by_row(policy, inputs)
    assert _by_row(policy, [_shuffled(one, Random(seed)) for one in inputs]) == before


def _shuffled(data: SchemeInput, chance: Random) -> SchemeInput:
    order = list(range(len(data.rows)))
    chance.shuffle(order)
    return SchemeInput(
        data.scheme,
        data.columns,
        tuple(data.rows[place] for place in order),
        [data.origins[place] for place in order],
        unused=data.unused,
    )


def _by_row(policy: Policy, inputs: Sequence[SchemeInput]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """What each row came to, by scheme and cells."""
    outcomes = _outcomes(policy, inputs)
    return {
        (one.scheme, "|".join(cell.text for cell in row)): tuple(result_cells(policy, outcome))
        for one in inputs
        for row, outcome in zip(one.rows, outcomes[one.scheme], strict=True)
    }
