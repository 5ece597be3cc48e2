"""The two policies of Zhejiang against what the data contract fixes, and against their rules said once more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundled import bundled_texts
from policyrun.app.evaluate import evaluate_records
from policyrun.app.load import load
from policyrun.app.result import result_cells
from policyrun.app.sample import as_texts, sample
from policyrun.app.sample_persons import person_id
from policyrun.app.settings import settings_for
from policyrun.app.testing import CaseReport, run_cases
from policyrun.ir.policy import Policy
from policyrun.model.decision import Outcome
from policyrun.model.raw import Origin, RawCell, SchemeInput
from policyrun.model.vocabulary import QuotaNode, SourceStatus, Standing
from policyrun.source.diagnostic import Diagnostics, Severity

CAPABILITY, LIVELIHOOD = "zhejiang-2022-capability", "zhejiang-2022-livelihood"
TRAINING, PROJECT, PAY, TAX = "职业培训补贴", "项目制人均补贴", "绩效工资上浮", "职工教育经费扣除"
#: Bundled workbooks: policy, rows, seed.
BUNDLED = [(CAPABILITY, 560, 2022), (LIVELIHOOD, 600, 2022)]
CENT = Fraction(1, 100)

COLUMNS = {
    TRAINING: """
        序号! 身份证号码! 补贴申领地! 户籍地? 常住地? 培训地? 求职就业地? 职业工种! 项目等级! 证书类型?
        证书编号? 发证时间? 组织主体? 领取城镇职工养老金? 补贴标准? 资金来源?
    """,
    PROJECT: "序号! 项目编号! 补贴总额! 身份证号码! 培训完成? 证书类型? 资金来源?",
    PAY: "序号! 公办院校! 年度! 原绩效工资总量? 上浮后总量? 国有资产减少?",
    TAX: "序号! 企业名称! 年度! 工资薪金总额? 税前扣除额?",
}
NUMBERED = {
    CAPABILITY: ("ZJ32", {"A": 1, "C": 1, "D": 1, "E": 24, "F": 2, "G": 4, "L": 3, "R": 5}),
    LIVELIHOOD: ("ZJ24", {"A": 1, "D": 3, "E": 7, "F": 13, "G": 3, "I": 6, "Q": 4, "R": 5, "S": 10, "T": 5}),
}


@cache
def policy_of(ref: str) -> Policy:
    found = Diagnostics()
    policy = load(ref, found)
    assert policy is not None, [one.message for one in found]
    assert not [one.message for one in found if one.severity is not Severity.NOTE]
    return policy


def decide(
    ref: str, scheme: str, cells: Sequence[dict[str, str]], as_of: date, readings: dict[str, str] | None = None
) -> tuple[Outcome, ...]:
    """The outcomes of rows given as cells by column, in their order."""
    policy, found = policy_of(ref), Diagnostics()
    columns = tuple(dict.fromkeys(name for row in cells for name in row))
    rows = [tuple(RawCell(row.get(name, "")) for name in columns) for row in cells]
    data = SchemeInput(scheme, columns, rows, [Origin("rows", "", place) for place in range(len(rows))])
    decided = evaluate_records(policy, [data], settings_for(policy, found, as_of=as_of, readings=readings), found=found)
    assert decided is not None, [one.message for one in found]
    return decided[scheme]


# -------------------------------------------------------------------------------------------------- the data contract


@pytest.mark.parametrize("ref", [CAPABILITY, LIVELIHOOD])
def test_columns_stand_in_the_contracts_order(ref: str) -> None:
    for scheme in policy_of(ref).schemes:
        columns = [f"{field.name}{'!' if field.required else '?'}" for field in scheme.record.fields]
        assert columns == COLUMNS[scheme.name].split()


@pytest.mark.parametrize("ref", [CAPABILITY, LIVELIHOOD])
def test_every_rule_of_the_document_has_a_place(ref: str) -> None:
    prefix, numbered = NUMBERED[ref]
    wanted = {f"{prefix}-{letter}{n + 1}" for letter, last in numbered.items() for n in range(last)}
    assert set(policy_of(ref).ids) == wanted


def test_requirements_limits_and_time_in_force_are_the_contracts() -> None:
    capability, livelihood = policy_of(CAPABILITY), policy_of(LIVELIHOOD)
    assert [one.name for one in capability.schemes[0].requirements] == ["申领地", "取得证书", "年龄范围"]
    assert [one.name for one in livelihood.schemes[0].requirements] == ["培训完成", "取得证书"]
    assert [one.name for one in capability.limits] == ["同职业同等级", "每年三次"]
    assert livelihood.limits == ()
    assert (capability.in_force.first, capability.in_force.last) == (date(2022, 4, 29), None)
    assert (livelihood.in_force.first, livelihood.in_force.last) == (date(2022, 1, 1), date(2022, 12, 31))


def test_the_contracts_schemes_pay_and_those_that_only_check_follow() -> None:
    paying = {
        ref: [(one.name, one.amount is not None) for one in policy_of(ref).schemes] for ref in (CAPABILITY, LIVELIHOOD)
    }
    assert paying == {CAPABILITY: [(TRAINING, True), (PAY, False), (TAX, False)], LIVELIHOOD: [(PROJECT, True)]}
    (_training, pay, tax) = policy_of(CAPABILITY).schemes
    assert [one.name for one in pay.requirements] == ["国有资产不减少", "上浮幅度"]
    assert [one.name for one in tax.requirements] == ["扣除限额"]


def test_readings_are_the_contracts() -> None:
    assert {reading.name: reading.ways for reading in policy_of(CAPABILITY).readings.values()} == {
        "期外记录": ("待核实", "提示", "不予"),
        "计年日期": ("发证时间", "培训结束日期"),
        "超次处理": ("不予", "仅提示"),
        "不重复期限": ("终身", "自然年"),
        "纳入超龄人员": ("否", "是"),
    }
    assert {reading.name: reading.ways for reading in policy_of(LIVELIHOOD).readings.values()} == {
        "尾差": ("末行", "最大余数"),
        "核验步长": ("1", "5", "10"),
        "培训人次口径": ("全部", "只计补贴"),
        "技能人才去重": ("按人", "按证书"),
        "创业培训": ("其中项", "并列项"),
        "归月口径": ("发证时间", "全部", "补贴发放时间"),
        "取证栏口径": ("全部", "只计补贴"),
    }
    every = [*policy_of(CAPABILITY).readings.values(), *policy_of(LIVELIHOOD).readings.values()]
    assert all(reading.default == reading.ways[0] and reading.issue for reading in every)


def test_ages_are_assumed_and_the_rate_is_open() -> None:
    standing = {name: one.standing for name, one in policy_of(CAPABILITY).parameters.items()}
    assumed = {name for name, each in standing.items() if each is Standing.ASSUMED}
    assert assumed == {"男性劳动年龄上限", "女性劳动年龄上限"}
    assert {name for name, each in standing.items() if each is Standing.OPEN} == {
        "当地补贴标准",
        "培训结束日期",
        "教育经费扣除比例",
    }


# ----------------------------------------------------------------------------------------------- cases and samples


@pytest.mark.parametrize("ref", [CAPABILITY, LIVELIHOOD])
def test_policy_meets_its_cases_and_they_reach_every_deciding_rule(ref: str) -> None:
    def loaded(overlays: tuple[Path, ...]) -> Policy | None:
        return load(ref, found, overlays=overlays)

    found = Diagnostics()
    report: CaseReport = run_cases(policy_of(ref), found, loaded)
    assert not [one.message for one in found]
    assert not [str(failure) for failure in report.failures]
    assert report.untouched == ()
    assert report.rows >= 80


@pytest.mark.parametrize(("ref", "rows", "seed"), BUNDLED)
def test_the_bundled_workbook_is_what_the_command_makes(ref: str, rows: int, seed: int) -> None:
    policy, found = policy_of(ref), Diagnostics()
    made = as_texts(sample(policy, rows, seed, found))
    assert not list(found)
    assert bundled_texts(policy) == made


CAPABILITY_CODES = {
    "GRANTED",
    *(f"INELIGIBLE:{name}" for name in ("申领地", "取得证书", "年龄范围", "金额为零")),
    *(f"UNDECIDED:{name}" for name in ("适用版本", "发证时间", "补贴标准", "证书类型、补贴标准")),
    *("LIMIT:同职业同等级", "LIMIT:每年三次", "INVALID:序号", "INVALID:身份证号码"),
}
LIVELIHOOD_CODES = {
    "GRANTED",
    *(f"INELIGIBLE:{name}" for name in ("培训完成", "取得证书", "金额为零")),
    *(f"UNDECIDED:{name}" for name in ("培训完成", "证书类型", "培训完成、证书类型")),
    *("INVALID:补贴总额", "INVALID:身份证号码", "INVALID:序号"),
}


@pytest.mark.parametrize(
    ("ref", "as_of", "codes"),
    [
        (CAPABILITY, date(2023, 6, 30), CAPABILITY_CODES),
        (LIVELIHOOD, date(2022, 12, 31), LIVELIHOOD_CODES),
    ],
)
def test_the_sample_meets_every_kind_of_reason_whatever_the_order_of_its_rows(
    ref: str, as_of: date, codes: set[str]
) -> None:
    policy, found = policy_of(ref), Diagnostics()
    rows, seed = next((rows, seed) for one, rows, seed in BUNDLED if one == ref)
    made = sample(policy, rows, seed, found)[0]
    cells = [dict(zip(made.columns, (cell.text for cell in row), strict=True)) for row in made.rows]
    straight = decide(ref, made.scheme, cells, as_of)
    assert codes <= {outcome.code for outcome in straight}
    Random(7).shuffle(cells)
    mixed = decide(ref, made.scheme, cells, as_of)
    texts = [sorted(result_cells(policy, outcome) for outcome in each) for each in (straight, mixed)]
    assert texts[0] == texts[1]


# -------------------------------------------------------------------------------------------------------- the age


def birthday(birth: date, age: int) -> date:
    """The day on which a person is that old; born on 29 February, on 1 March of a common year."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return date(birth.year + age, 3, 1)


def old(birth: date, male: bool, day: date, pension: str = "") -> dict[str, str]:
    return {
        "序号": "1",
        "身份证号码": person_id(birth, 7, male),
        "补贴申领地": "甲地",
        "户籍地": "甲地",
        "职业工种": "电工",
        "项目等级": "四级",
        "证书类型": "职业技能等级证书",
        "发证时间": day.isoformat(),
        "补贴标准": "1000",
        "领取城镇职工养老金": pension,
    }


births = st.dates(date(1958, 1, 1), date(1979, 12, 31)) | st.sampled_from(
    [date(year, 2, 29) for year in (1960, 1964, 1968, 1972, 1976)]
)


@settings(max_examples=60)
@given(births, st.booleans(), st.integers(-2, 2))
def test_working_age_ends_on_the_birthday(birth: date, male: bool, days: int) -> None:
    last = birthday(birth, 60 if male else 55)
    day = max(date(2022, 4, 29), last + timedelta(days=days))
    (outcome,) = decide(CAPABILITY, TRAINING, [old(birth, male, day)], date(2039, 12, 31))
    assert outcome.code == ("GRANTED" if day < last else "INELIGIBLE:年龄范围")


@settings(max_examples=40)
@given(births, st.booleans(), st.dates(date(2022, 4, 29), date(2034, 12, 31)), st.sampled_from(["是", "否", ""]))
def test_those_beyond_it_may_be_included_unless_they_draw_a_pension(
    birth: date, male: bool, day: date, pension: str
) -> None:
    (outcome,) = decide(
        CAPABILITY, TRAINING, [old(birth, male, day, pension)], date(2039, 12, 31), {"纳入超龄人员": "是"}
    )
    beyond = {"是": "INELIGIBLE:年龄范围", "否": "GRANTED", "": "UNDECIDED:领取城镇职工养老金"}[pension]
    assert outcome.code == ("GRANTED" if day < birthday(birth, 60 if male else 55) else beyond)


# ------------------------------------------------------------------------------------------------------ the shares

cents = st.integers(0, 60) | st.integers(0, 5_000_000)


def project(total: int, people: int, leavers: int, serials: Sequence[int]) -> list[dict[str, str]]:
    """A project's rows: those who finished with a certificate, and those who left; ``total`` in cents."""
    return [
        {
            "序号": str(serials[place]),
            "项目编号": "甲",
            "补贴总额": f"{total // 100}.{total % 100:02d}",
            "身份证号码": person_id(date(1990, 1, 1), place, True),
            "培训完成": "是" if place < people else "否",
            "证书类型": "培训合格证书",
        }
        for place in range(people + leavers)
    ]


def shared(total: int, people: int, leavers: int, seed: int, way: str) -> list[Outcome]:
    """The outcomes of those who may take a share, by 序号, which does not follow the order of the rows."""
    serials = Random(seed).sample(range(1, 200), people + leavers)
    outcomes = decide(LIVELIHOOD, PROJECT, project(total, people, leavers, serials), date(2022, 12, 31), {"尾差": way})
    return sorted(outcomes[:people], key=lambda outcome: int(outcome.serial))


@given(cents, st.integers(1, 12), st.integers(0, 3), st.integers(0, 99))
def test_equal_shares_and_the_last_takes_the_difference(total: int, people: int, leavers: int, seed: int) -> None:
    each = int((Decimal(total) / people).to_integral_value(ROUND_HALF_UP))
    expected = [*[each] * (people - 1), total - each * (people - 1)]
    outcomes = shared(total, people, leavers, seed, "末行")
    if expected[-1] < 1:
        assert {outcome.code for outcome in outcomes} == {"INVALID:补贴总额"}
        return
    assert [outcome.amount for outcome in outcomes] == [share * CENT for share in expected]
    assert [outcome.code for outcome in outcomes] == [
        "GRANTED" if share else "INELIGIBLE:金额为零" for share in expected
    ]


@given(cents, st.integers(1, 12), st.integers(0, 3), st.integers(0, 99))
def test_by_largest_remainder_the_first_take_a_cent_more(total: int, people: int, leavers: int, seed: int) -> None:
    outcomes = shared(total, people, leavers, seed, "最大余数")
    if total < people:
        assert {outcome.code for outcome in outcomes} == {"INVALID:补贴总额"}
        return
    amounts = [outcome.amount or Fraction(0) for outcome in outcomes]
    assert sum(amounts) == total * CENT
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[0] - amounts[-1] in (0, CENT)


@given(cents, st.integers(1, 6), st.integers(1, 3))
def test_a_project_waits_for_those_who_are_undecided(total: int, people: int, unknown: int) -> None:
    rows = project(total, people + unknown, 0, range(1, people + unknown + 1))
    for row in rows[people:]:
        row["证书类型"] = ""
    codes = {outcome.code for outcome in decide(LIVELIHOOD, PROJECT, rows, date(2022, 12, 31))}
    assert codes == {"UNDECIDED:证书类型"}


@settings(max_examples=60)
@given(cents, st.integers(0, 5), st.integers(1, 4), st.data())
def test_what_waiting_rows_could_pay_holds_what_they_come_to_pay(
    total: int, people: int, unknown: int, data: st.DataObject
) -> None:
    rows = project(total, people + unknown, 0, range(1, people + unknown + 1))
    answers = data.draw(st.lists(st.sampled_from(["无", "培训合格证书"]), min_size=unknown, max_size=unknown))
    for row in rows[people:]:
        row["证书类型"] = ""
    waiting = decide(LIVELIHOOD, PROJECT, rows, date(2022, 12, 31))
    for row, answer in zip(rows[people:], answers, strict=True):
        row["证书类型"] = answer
    for before, after in zip(waiting, decide(LIVELIHOOD, PROJECT, rows, date(2022, 12, 31)), strict=True):
        assert before.least is not None and before.most is not None
        assert before.least <= (after.amount or 0) <= before.most <= total * CENT


def test_the_bounds_of_waiting_rows_are_no_wider_than_need_be() -> None:
    rows = project(10_000, 3, 0, [1, 2, 3])
    rows[2]["证书类型"] = ""
    sure, _other, unsure = decide(LIVELIHOOD, PROJECT, rows, date(2022, 12, 31))
    bounds = [(outcome.least, outcome.most) for outcome in (sure, unsure)]
    assert bounds == [(Fraction("33.33"), Fraction(50)), (Fraction(0), Fraction("33.34"))]


def test_a_project_with_nobody_to_pay_is_reported_once() -> None:
    policy, found = policy_of(LIVELIHOOD), Diagnostics()
    rows = project(10_000, 0, 3, [1, 2, 3])
    columns = tuple(rows[0])
    data = SchemeInput(
        PROJECT, columns, [tuple(RawCell(cell) for cell in row.values()) for row in rows], [Origin("", "", 1)] * 3
    )
    evaluate_records(policy, [data], settings_for(policy, found), found=found)
    assert [one.code for one in found] == ["PR612"]


# ------------------------------------------------------------------------------------------------------ the quotas


def root() -> QuotaNode:
    (quota,) = policy_of(LIVELIHOOD).quotas
    assert (quota.table, quota.indicators) == ("附件3", ("技能培训", "新增技能人才", "新增高技能人才"))
    assert quota.units == ("万人次", "万人", "万人")
    return quota.root


def targets(node: QuotaNode) -> tuple[Fraction, ...]:
    return tuple(cell.target for cell in node.cells)


def total(nodes: Sequence[QuotaNode]) -> tuple[Fraction, ...]:
    return tuple(sum(each, Fraction(0)) for each in zip(*(targets(node) for node in nodes), strict=True))


def test_quotas_add_up_from_counties_to_cities_to_the_province() -> None:
    cities = root().children
    counties = [county for city in cities for county in city.children]
    assert (len(cities), len(counties)) == (11, 102)
    assert targets(root()) == total(cities) == total(counties)
    assert [int(target) for target in targets(root())] == [150, 40, 20]
    for city in cities:
        assert targets(city) == total(city.children)
        assert targets(city)[2] * 2 == targets(city)[1]
    assert all(abs(targets(county)[1] / 2 - targets(county)[2]) <= CENT for county in counties)


def test_quota_cells_are_original_but_those_of_the_missing_row() -> None:
    def cells(node: QuotaNode) -> list[tuple[str, SourceStatus]]:
        own = [(cell.region, cell.status) for cell in node.cells]
        return own + [cell for child in node.children for cell in cells(child)]

    doubtful = [cell for cell in cells(root()) if cell[1] is not SourceStatus.ORIGINAL]
    assert doubtful == [("越城区", SourceStatus.TO_CHECK)] * 3
