"""jinhua-2020 against the data contract: names and order, counties, rates and funds, cases, sample, order of rows."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random

import pytest

from bundled import bundled_texts
from policyrun.app.evaluate import Request, evaluate_records, run
from policyrun.app.load import load
from policyrun.app.result import result_cells, result_digest
from policyrun.app.sample import as_texts, sample
from policyrun.app.sample_persons import person_id
from policyrun.app.settings import settings_for
from policyrun.app.testing import deciding_ids, run_cases
from policyrun.ir.policy import Policy
from policyrun.model.decision import Conclusion, Outcome
from policyrun.model.raw import Origin, RawCell, SchemeInput
from policyrun.model.vocabulary import SourceStatus, Standing
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics

PERSON_FACTS = "所属行政区! 市区户籍? 市区常住? 居住证? 市区就业创业? 参保? 参保月数? 市区失业登记? 领取养老金?"
#: The contract's columns and the names of its requirements and limits, each in order.
COLUMNS = {
    "职业资格培训": f"序号! 身份证号码! {PERSON_FACTS} 职业工种! 项目等级! 证书类型? 证书编号! 发证时间? 组织主体!"
    " 本单位职工? 紧缺职业? 受经贸摩擦影响? 制造业重点细分行业? 培训结束日期? 区级列支同意?",
    "项目制培训": f"序号! 身份证号码! {PERSON_FACTS} 项目名称! 组织主体! 主办方隶属! 本单位员工? 期课时! 出勤课时?"
    " 特种作业复审? 受经贸摩擦影响? 制造业重点细分行业? 培训结束日期? 证书类型? 证书编号? 发证时间? 公益性岗位?"
    " 区审批? 市备案?",
    "新型学徒制": "序号! 身份证号码! 所属行政区! 职业工种? 项目等级? 学徒类型! 实际费用? 学徒年度结束日期?"
    " 制造业重点细分行业? 主办方隶属!",
    "生活费补贴": "序号! 身份证号码! 建档立卡低收入农户? 就业困难人员? 零就业家庭成员? 两后生? 农村学员? 城市低保家庭?"
    " 培训天数? 生活费日标准?",
}
#: The schemes after the contract's, which only check.
CHECKS = {
    "办理环节": "序号! 项目名称! 办理主体! 征集计划日期? 公布清单日期? 报备日期? 培训开始日期? 接受监管? 培训结束日期?"
    " 公示日期? 申领日期? 拨付日期?",
    "上浮核定": "序号! 所在单位! 受经贸摩擦影响? 制造业重点细分行业? 本单位职工? 培训结束日期? 同类标准? 上浮后标准?",
}
REQUIREMENTS = {
    "职业资格培训": "证书类别 等级标准 等级相符 补贴对象 本单位职工",
    "项目制培训": "补贴对象 本单位员工 证书范围 最低课时",
    "新型学徒制": "",
    "生活费补贴": "生活费对象",
    "办理环节": "部门办理次序 企业事先报备 企业接受监管 企业公示后申领",
    "上浮核定": "上浮企业 本单位职工 上浮期限 上浮幅度",
}
LIMITS = {
    "职业资格培训": "单位个人互斥 同职业同等级 每年三次",
    "项目制培训": "同项目 复审同年一次 每年三次",
    "新型学徒制": "学徒年度一次 同职业同等级 每年三次",
    "生活费补贴": "",
}
READINGS = {
    "期外记录": ("待核实", "提示", "不予"),
    "计年日期": ("发证时间", "培训结束日期"),
    "超次处理": ("不予", "仅提示"),
    "不重复期限": ("终身", "自然年"),
    "复审周期": ("同年一次", "36个月"),
    "企业类上浮适用职业资格培训": ("否", "是"),
    "上浮叠加": ("取高", "相加", "连乘"),
    "上浮作用于": ("单价与上限", "仅单价", "仅上限"),
    "学徒上浮作用于": ("上限", "补贴额"),
}
DISTRICTS = {
    "市本级": "区级专项资金",
    "婺城区": "婺城区专项资金",
    "金东区": "金东区专项资金",
    "开发区": "开发区专项资金",
}
COUNTIES = ("兰溪市", "东阳市", "义乌市", "永康市", "浦江县", "武义县", "磐安县")
BELONGING = ("市级行业主管部门", "市属职业院校", "市属国有企业", "其他")
CITY = "市级专项资金"

ROWS, SEED, AS_OF = 560, 2020, date(2022, 1, 31)
OVERLAY = data_dir("policies") / "jinhua" / "jinhua-2020" / "overlays" / "yiwu-assumed.yaml"


def _load(*overlays: Path) -> Policy:
    found = Diagnostics()
    policy = load("jinhua-2020@1", found, overlays=overlays)
    assert policy is not None, [one.message for one in found]
    assert not [one.message for one in found]
    return policy


@pytest.fixture(scope="module")
def policy() -> Policy:
    return _load()


def _outcomes(
    policy: Policy, inputs: Sequence[SchemeInput], readings: Mapping[str, str] | None = None
) -> Mapping[str, tuple[Outcome, ...]]:
    found = Diagnostics()
    settings = settings_for(policy, found, as_of=AS_OF, readings=readings or {})
    outcomes = evaluate_records(policy, inputs, settings, found=found)
    assert outcomes is not None, [one.message for one in found]
    return outcomes


def _records(scheme: str, base: Mapping[str, str], changes: Sequence[Mapping[str, str]]) -> SchemeInput:
    """Rows that each belong to a person of their own, so that no limit joins them."""
    cells = [
        {**base, "序号": str(n), "身份证号码": person_id(date(1990, 1, 1 + n // 400), n % 400, True), **change}
        for n, change in enumerate(changes)
    ]
    columns = tuple(dict.fromkeys(name for each in cells for name in each))
    rows = tuple(tuple(RawCell(each.get(name, "")) for name in columns) for each in cells)
    return SchemeInput(scheme, columns, rows, tuple(Origin("", scheme, n) for n in range(len(rows))))


# ------------------------------------------------------------------------------------------------- names and order


def test_columns_requirements_and_limits_are_the_contracts(policy: Policy) -> None:
    schemes = {scheme.name: scheme for scheme in policy.schemes}
    assert list(schemes) == [*COLUMNS, *CHECKS]
    assert [name for name, scheme in schemes.items() if scheme.amount is None] == list(CHECKS)
    for name, scheme in schemes.items():
        marked = [f"{field.name}{'!' if field.required else '?'}" for field in scheme.record.fields]
        assert marked == (COLUMNS | CHECKS)[name].split()
        assert [one.name for one in scheme.requirements] == REQUIREMENTS[name].split()
        assert [limit.name for limit in policy.limits_over(name)] == LIMITS.get(name, "").split()
        assert [gate.name for gate in scheme.gates] == (["县市补贴办法"] if "每年三次" in LIMITS.get(name, "") else [])


def test_blanks_have_the_contracts_meaning(policy: Policy) -> None:
    meant = {(scheme.name, field.name) for scheme in policy.schemes for field in scheme.record.fields if field.blank}
    assert meant == {
        ("职业资格培训", "领取养老金"),
        ("职业资格培训", "区级列支同意"),
        ("项目制培训", "领取养老金"),
        ("生活费补贴", "生活费日标准"),
        *(("项目制培训", name) for name in ("出勤课时", "特种作业复审", "公益性岗位", "区审批", "市备案")),
    }


def test_readings_are_the_contracts(policy: Policy) -> None:
    assert {reading.name: reading.ways for reading in policy.readings.values()} == READINGS
    assert all(reading.default == reading.ways[0] for reading in policy.readings.values())


def test_every_rule_of_the_document_has_a_place(policy: Policy) -> None:
    last = {"C": 2, "D": 2, "E": 21, "F": 10, "G": 3, "L": 3, "P": 7, "Q": 6, "R": 6, "S": 17, "U": 3, "X": 1}
    unused = {"JH-S9", "JH-S16"}  # numbers the catalogue does not give
    ids = {f"JH-{letter}{n + 1}" for letter, count in last.items() for n in range(count)} - unused
    assert len(ids) == 79
    assert set(policy.ids) == ids


def test_the_assumed_ages_and_what_is_left_open_say_so(policy: Policy) -> None:
    standing = {name: one.standing for name, one in policy.parameters.items()}
    assert {name for name, one in standing.items() if one is Standing.ASSUMED} == {"劳动年龄男", "劳动年龄女"}
    county = {"县市职业资格标准", "县市项目制标准", "县市学徒上限", "县市补贴对象", "县市资金渠道"}
    assert {name for name, one in standing.items() if one is Standing.OPEN} == {*county, "当地生活费日标准", "复审期号"}


def test_the_annex_shows_its_own_discrepancy(policy: Policy) -> None:
    by_region, by_department = policy.quotas
    urban = next(child for child in by_region.root.children if child.region == "金华市区合计")
    (whole,) = urban.cells
    districts = [cell for child in urban.children for cell in child.cells]
    assert (whole.target, sum(cell.target for cell in districts)) == (Fraction("2.2"), Fraction("1.7"))
    assert "0.5" in whole.note
    assert any("1.7" in note for note in by_region.notes)
    assert len(by_department.root.children) == 12
    for quota in policy.quotas:
        (total,) = quota.root.cells
        below = [cell for child in quota.root.children for cell in child.cells]
        assert total.target == sum(cell.target for cell in below) == 8
        assert {cell.status for cell in (total, *below)} == {SourceStatus.ORIGINAL}


# ------------------------------------------------------------------------------------- rates and funds, every input

RATES = {"一级": 3000, "二级": 2500, "三级": 2000, "四级": 900, "五级": 800, "专项能力": 600}
URBAN = {"市区户籍": "是", "领取养老金": "否"}
TRAINING = {**URBAN, "职业工种": "焊工", "证书编号": "A1", "发证时间": "2021-06-01", "本单位职工": "是"}
PROJECT = {**URBAN, "项目名称": "数控", "本单位员工": "是", "证书类型": "培训合格证书", "发证时间": "2021-06-01"}
PROJECT |= {"制造业重点细分行业": "否", "主办方隶属": "其他", "所属行政区": "金东区"}
APPRENTICE = {"学徒类型": "职工", "实际费用": "5000", "学徒年度结束日期": "2021-06-30", "制造业重点细分行业": "否"}


def _certificate(level: str) -> str:
    return "专项能力证书" if level == "专项能力" else "职业资格证书"


def _granted(policy: Policy, data: SchemeInput, readings: Mapping[str, str] | None = None) -> list[Outcome]:
    outcomes = _outcomes(policy, [data], readings)[data.scheme]
    assert {outcome.conclusion for outcome in outcomes} == {Conclusion.GRANTED}
    return list(outcomes)


def test_certificate_rates_and_both_uplifts(policy: Policy) -> None:
    space = list(product(RATES, (True, False), (True, False), READINGS["上浮叠加"]))
    for way in READINGS["上浮叠加"]:
        cases = [case for case in space if case[3] == way]
        changes = [
            {
                "项目等级": level,
                "证书类型": _certificate(level),
                "紧缺职业": "是" if scarce else "否",
                "受经贸摩擦影响": "是" if firm else "否",
            }
            for level, scarce, firm, _way in cases
        ]
        firm_row = {"组织主体": "自主评价企业", "制造业重点细分行业": "否", "培训结束日期": "2021-05-20"}
        base = {**TRAINING, **firm_row, "所属行政区": "婺城区"}
        readings = {"企业类上浮适用职业资格培训": "是", "上浮叠加": way}
        for case, outcome in zip(
            cases, _granted(policy, _records("职业资格培训", base, changes), readings), strict=True
        ):
            level, scarce, firm, _way = case
            both = {"取高": Fraction(13, 10), "相加": Fraction(16, 10), "连乘": Fraction(169, 100)}[way]
            factor = both if scarce and firm else Fraction(13, 10) if scarce or firm else Fraction(1)
            assert outcome.amount == RATES[level] * factor, case


@pytest.mark.parametrize("way", READINGS["上浮作用于"])
def test_project_amounts_for_every_hour(policy: Policy, way: str) -> None:
    space = list(product(("企业", "培训机构", "职业院校", "市级行业主管部门"), range(20, 46), (True, False)))
    changes = [
        {"组织主体": by, "期课时": str(hours), "受经贸摩擦影响": "是" if up else "否", "培训结束日期": "2021-05-20"}
        for by, hours, up in space
    ]
    data = _records("项目制培训", PROJECT, changes)
    for (by, hours, up), outcome in zip(space, _granted(policy, data, {"上浮作用于": way}), strict=True):
        if by != "企业":
            expected = Fraction(min(25 * hours, 500))
        elif not up:
            expected = Fraction(min(30 * hours, 800))
        else:
            both = Fraction(min(30 * hours, 800) * 13, 10)
            expected = {
                "单价与上限": both,
                "仅单价": Fraction(min(39 * hours, 800)),
                "仅上限": Fraction(min(30 * hours, 1040)),
            }[way]
        assert outcome.amount == expected, (by, hours, up)


def test_certificate_funds_over_every_input(policy: Policy) -> None:
    space = list(product(DISTRICTS, RATES, ("是", "否", ""), ("个人", "自主评价企业", "行业协会")))
    changes = [
        {"所属行政区": where, "项目等级": level, "证书类型": _certificate(level), "区级列支同意": yes, "组织主体": by}
        for where, level, yes, by in space
    ]
    data = _records("职业资格培训", {**TRAINING, "紧缺职业": "否"}, changes)
    payees = {"个人": "个人", "自主评价企业": "企业", "行业协会": "行业协会"}
    for (where, level, yes, by), outcome in zip(space, _granted(policy, data), strict=True):
        to_district = level == "专项能力" and yes == "是"
        assert outcome.fund == (DISTRICTS[where] if to_district else CITY)
        assert ("JH-F7" in outcome.rules, "JH-F6" in outcome.rules) == (to_district, not to_district)
        assert outcome.payee == payees[by]


def test_project_and_apprentice_funds_over_every_input(policy: Policy) -> None:
    space = list(product(DISTRICTS, BELONGING))
    changes = [{"所属行政区": where, "主办方隶属": of} for where, of in space]
    projects = _records("项目制培训", {**PROJECT, "组织主体": "培训机构", "期课时": "20"}, changes)
    for (where, of), outcome in zip(space, _granted(policy, projects), strict=True):
        assert outcome.fund == (CITY if of != "其他" else DISTRICTS[where])
        assert outcome.payee == "培训机构"
    for (where, of), outcome in zip(space, _granted(policy, _records("新型学徒制", APPRENTICE, changes)), strict=True):
        assert outcome.fund == (CITY if of == "市属国有企业" else DISTRICTS[where])
        assert outcome.payee == "企业"


# -------------------------------------------------------------------------------------------------------- counties


def _county_rows() -> list[SchemeInput]:
    changes = [{"所属行政区": where} for where in COUNTIES]
    training = {**TRAINING, "参保": "是", "职业工种": "电工", "项目等级": "三级", "证书类型": "职业资格证书"}
    project = {**PROJECT, "参保": "是", "组织主体": "企业", "期课时": "30"}
    return [
        _records("职业资格培训", {**training, "组织主体": "个人"}, changes),
        _records("项目制培训", project, changes),
        _records("新型学徒制", {**APPRENTICE, "主办方隶属": "其他"}, changes),
    ]


def test_counties_wait_for_rules_of_their_own(policy: Policy) -> None:
    for part in _outcomes(policy, _county_rows()).values():
        assert {outcome.code for outcome in part} == {"UNDECIDED:县市补贴办法"}


def test_an_overlay_decides_its_county_and_no_other() -> None:
    amounts = {"职业资格培训": Fraction(1800), "项目制培训": Fraction(400), "新型学徒制": Fraction(5000)}
    for scheme, part in _outcomes(_load(OVERLAY), _county_rows()).items():
        for where, outcome in zip(COUNTIES, part, strict=True):
            if where == "义乌市":
                assert (outcome.conclusion, outcome.amount) == (Conclusion.GRANTED, amounts[scheme])
                assert outcome.fund == "义乌市专项资金"
            else:
                assert outcome.code == "UNDECIDED:县市补贴办法"


# ------------------------------------------------------------------------------------------------ cases and sample


def test_cases_hold_and_reach_every_rule(policy: Policy) -> None:
    found = Diagnostics()
    report = run_cases(policy, found, lambda overlays: _load(*overlays))
    assert not [one.message for one in found]
    assert not [str(failure) for failure in report.failures]
    assert report.rows >= 90
    assert report.untouched == ()
    assert {f"LIMIT:{limit.name}" for limit in policy.limits} <= report.codes


def _sample(policy: Policy) -> tuple[SchemeInput, ...]:
    found = Diagnostics()
    made = tuple(sample(policy, ROWS, SEED, found))
    assert not list(found)
    return made


def test_the_bundled_workbook_is_what_the_command_makes(policy: Policy) -> None:
    assert bundled_texts(policy) == as_texts(_sample(policy))


def test_the_sample_meets_every_rule_and_every_reason(policy: Policy) -> None:
    outcomes = _outcomes(policy, _sample(policy))
    met = {(scheme, outcome.code) for scheme, part in outcomes.items() for outcome in part}
    for scheme in policy.schemes:
        assert (scheme.name, "GRANTED") in met
        assert {(scheme.name, f"INELIGIBLE:{one.name}") for one in scheme.requirements} <= met
        assert {(scheme.name, f"UNDECIDED:{gate.name}") for gate in scheme.gates} <= met
    codes = {code for _scheme, code in met}
    assert {f"LIMIT:{limit.name}" for limit in policy.limits} <= codes
    assert {"UNDECIDED:适用版本", "INELIGIBLE:金额为零", "INVALID:序号"} <= codes
    every = [outcome for part in outcomes.values() for outcome in part]
    assert {outcome.conclusion for outcome in every} == set(Conclusion)
    assert deciding_ids(policy) <= {rule for outcome in every for rule in outcome.rules}
    granted = [outcome for outcome in every if outcome.conclusion is Conclusion.GRANTED]
    assert all(bool(outcome.payee_name) is (outcome.scheme not in CHECKS) for outcome in granted)


# --------------------------------------------------------------------------------- files and the order of their rows


def _written(inputs: Sequence[SchemeInput], folder: Path, parts: int) -> list[str]:
    """The rows as csv files, ``parts`` of each scheme, and the ``--input`` texts that name them."""
    sources = []
    for name, (header, *rows) in as_texts(inputs).items():
        for part in range(parts):
            path = folder / f"{name}-{part}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([header, *rows[part * len(rows) // parts : (part + 1) * len(rows) // parts]])
            sources.append(f"{name}={path}")
    return sources


def _digest(policy: Policy, *sources: str) -> str:
    found = Diagnostics()
    result = run(policy, Request(sources=sources, as_of=AS_OF), found)
    assert result is not None, [one.message for one in found]
    return result_digest(result)


def test_a_workbook_and_several_csv_files_give_one_digest(policy: Policy, tmp_path: Path) -> None:
    workbook = _digest(policy, str(Path(policy.path).with_name("sample.xlsx")))
    sources = _written(_sample(policy), tmp_path, 3)
    assert _digest(policy, *sources) == workbook
    assert _digest(policy, *Random(1).sample(sources, len(sources))) == workbook


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_does_not_matter(policy: Policy, seed: int) -> None:
    inputs = _sample(policy)
    assert _by_row(policy, [_shuffled(one, Random(seed)) for one in inputs]) == _by_row(policy, inputs)


def _shuffled(data: SchemeInput, chance: Random) -> SchemeInput:
    order = chance.sample(range(len(data.rows)), len(data.rows))
    rows, origins = tuple(data.rows[place] for place in order), [data.origins[place] for place in order]
    return SchemeInput(data.scheme, data.columns, rows, origins, unused=data.unused)


def _by_row(policy: Policy, inputs: Sequence[SchemeInput]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """What each row came to, by scheme and cells."""
    outcomes = _outcomes(policy, inputs)
    return {
        (one.scheme, "|".join(cell.text for cell in row)): result_cells(policy, outcome)
        for one in inputs
        for row, outcome in zip(one.rows, outcomes[one.scheme], strict=True)
    }
