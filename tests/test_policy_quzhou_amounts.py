"""quzhou-craftsman: every amount against a statement of its own, over the whole input space of its tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import product

import pytest

from build import make_id
from policyrun.app.evaluate import evaluate_records
from policyrun.app.load import load
from policyrun.app.settings import settings_for
from policyrun.ir.policy import Policy
from policyrun.model.decision import Conclusion, NoticeCode, Outcome
from policyrun.model.raw import Origin, RawCell, SchemeInput
from policyrun.source.diagnostic import Diagnostics

AS_OF = date(2024, 12, 31)
BLANK = ""

Cells = Mapping[str, str]


@pytest.fixture(scope="module")
def policy() -> Policy:
    found = Diagnostics()
    policy = load("quzhou-craftsman@1", found)
    assert policy is not None, [one.message for one in found]
    return policy


def _decide(
    policy: Policy, scheme: str, rows: Iterable[Cells], readings: Mapping[str, str] | None = None
) -> tuple[Outcome, ...]:
    """The outcomes of rows of one scheme; a row without 序号 takes its place."""
    columns = tuple(field.name for one in policy.schemes if one.name == scheme for field in one.record.fields)
    cells = tuple(
        tuple(RawCell({"序号": str(place), **row}.get(name, BLANK)) for name in columns)
        for place, row in enumerate(rows, 1)
    )
    origins = [Origin("甲.csv", "", 2 + place) for place in range(len(cells))]
    found = Diagnostics()
    settings = settings_for(policy, found, as_of=AS_OF, readings=readings or {})
    outcomes = evaluate_records(policy, [SchemeInput(scheme, columns, cells, origins)], settings, found=found)
    assert outcomes is not None and not list(found), [one.message for one in found]
    return outcomes[scheme]


def _yuan(amount: Fraction | int) -> str:
    fen = Fraction(amount) * 100
    assert fen.denominator == 1
    return f"{fen.numerator // 100}.{fen.numerator % 100:02}"


def _answers(outcomes: Sequence[Outcome]) -> list[tuple[str, str]]:
    return [(outcome.code, BLANK if outcome.amount is None else _yuan(outcome.amount)) for outcome in outcomes]


def _granted(amount: Fraction | int) -> tuple[str, str]:
    return ("GRANTED", _yuan(amount)) if amount else ("INELIGIBLE:金额为零", "0.00")


def _refused(reason: str) -> tuple[str, str]:
    return reason, "0.00"


def _undecided(names: Iterable[str]) -> tuple[str, str]:
    return f"UNDECIDED:{'、'.join(names)}", BLANK


def _people(count: int) -> list[str]:
    """ID numbers, one each, so that no row meets another under a limit."""
    return [
        make_id(f"1990{1 + place // 500 % 12:02}{1 + place // 6000:02}", f"{place % 500:03}") for place in range(count)
    ]


TITLES = {"衢州大工匠": 100000, "衢州杰出工匠": 60000, "衢州工匠": 20000, "衢州青年工匠": 6000}
MEDALS = ("金牌", "银牌", "铜牌", "优胜奖")
PLACES = ("一等奖", "二等奖", "三等奖")
PRIZES = {
    "世界技能大赛": (1000000, 500000, 300000, 150000),
    "中华人民共和国职业技能大赛": (300000, 200000, 100000, 50000),
}
PROVINCE = "浙江技能大赛"


def test_titles(policy: Policy) -> None:
    rows = [
        {"身份证号码": person, "称号": title, "认定日期": "2023-05-01"}
        for person, title in zip(_people(4), TITLES, strict=True)
    ]
    assert _answers(_decide(policy, "工匠经费", rows)) == [_granted(amount) for amount in TITLES.values()]


def _prize(ours: str, contest: str, prize: str, host: str, above: str, way: str) -> tuple[str, str]:
    """What a prize pays, as the contract says it."""
    first, second = Fraction(host or 0), Fraction(above or 0)
    if ours == "否":
        return _refused("INELIGIBLE:我市选手")
    if contest != PROVINCE and prize not in MEDALS:
        return _refused("INELIGIBLE:奖次标准")
    if contest == PROVINCE and not (first > 0 or second > 0):
        return _refused("INELIGIBLE:配套基数")
    matched = {"取高": max(first, second), "合计": first + second, "主办方": first, "上级": second}
    amount = matched[way] if contest == PROVINCE else PRIZES[contest][MEDALS.index(prize)]
    if not ours:
        return _undecided(["我市选手"])
    return _granted(amount)


@pytest.mark.parametrize("way", ("取高", "合计", "主办方", "上级"))
def test_contest_prizes(policy: Policy, way: str) -> None:
    money = (BLANK, "0", "0.01", "5000", "8000.5")
    cases = list(product(("是", "否", BLANK), (*PRIZES, PROVINCE), (*MEDALS, *PLACES), money, money))
    rows = [
        {
            "身份证号码": person,
            "我市选手": ours,
            "赛事": contest,
            "届次": "第1届",
            "竞赛项目": "焊接",
            "奖次": prize,
            "主办方奖励": host,
            "上级奖励": above,
        }
        for person, (ours, contest, prize, host, above) in zip(_people(len(cases)), cases, strict=True)
    ]
    answers = _answers(_decide(policy, "竞赛奖励", rows, {"配套基数": way}))
    assert answers == [_prize(*case, way) for case in cases]


def _per_unit(unit: str, count: int, each: int) -> tuple[str, str]:
    return _granted(each * count) if unit == "是" else _refused("INELIGIBLE:国家级集训基地")


def test_bases_and_members_of_the_national_team(policy: Policy) -> None:
    cases = list(product(("是", "否"), (0, 1, 2, 7)))
    rows = [
        {"单位名称": f"单位{place}", "国家级集训基地": named, "项目数": str(count)}
        for place, (named, count) in enumerate(cases)
    ]
    assert _answers(_decide(policy, "集训基地补助", rows)) == [_per_unit(*case, 500000) for case in cases]
    members = [
        {"选送单位": "某校", "身份证号码": person, "届次": "第47届", "入选国家集训队": chosen}
        for person, chosen in zip(_people(3), ("是", "否", BLANK), strict=True)
    ]
    assert _answers(_decide(policy, "选送补助", members)) == [
        _granted(100000),
        _refused("INELIGIBLE:入选国家集训队"),
        _undecided(["入选国家集训队"]),
    ]


def _contest(kind: str, planned: str, count: int) -> tuple[str, str]:
    if kind not in ("行业协会", "企业"):
        return _refused("INELIGIBLE:主办单位类型")
    if planned == "否":
        return _refused("INELIGIBLE:列入年度计划")
    if not planned:
        return _undecided(["列入年度计划"])
    return _granted(min(10000 * count, 50000))


def test_contests_held(policy: Policy) -> None:
    cases = list(product(("行业协会", "企业", "部门", "其他"), ("是", "否", BLANK), (0, 1, 4, 5, 6, 100)))
    rows = [
        {
            "主办单位": f"单位{place}",
            "主办单位类型": kind,
            "列入年度计划": planned,
            "计划年度": "2024",
            "职业数": str(count),
        }
        for place, (kind, planned, count) in enumerate(cases)
    ]
    outcomes = _decide(policy, "办赛补助", rows)
    assert _answers(outcomes) == [_contest(*case) for case in cases]
    for case, outcome in zip(cases, outcomes, strict=True):
        assert (NoticeCode.PARTIAL in outcome.notices) is (outcome.conclusion is Conclusion.GRANTED and case[2] > 5)


def test_firms_and_studios(policy: Policy) -> None:
    firms = [{"企业名称": f"企业{named}", "市级示范企业": named} for named in ("是", "否", BLANK)]
    assert _answers(_decide(policy, "示范企业", firms)) == [
        _granted(50000),
        _refused("INELIGIBLE:市级示范企业"),
        _undecided(["市级示范企业"]),
    ]
    grades = {"市级": 50000, "省级": 50000, "国家级": 100000}
    studios = [{"工作室": "某工作室", "级别": grade} for grade in grades]
    assert _answers(_decide(policy, "技能大师工作室", studios)) == [_granted(amount) for amount in grades.values()]


def _base(kind: str, trained: str, asked: str) -> tuple[str, str]:
    built = {"省级建设项目": 200000, "国家级建设项目": 500000}
    if kind in built:
        return _granted(built[kind])
    if trained and int(trained) <= 1000:
        return _refused("INELIGIBLE:年培训规模")
    if trained and asked == "0":
        return _granted(0)
    missing = [name for name, cell in (("年培训人次", trained), ("申请金额", asked)) if not cell]
    return _undecided(missing) if missing else _granted(min(Fraction(asked), Fraction(200000)))


def test_training_bases(policy: Policy) -> None:
    kinds = ("市级经费支持", "省级建设项目", "国家级建设项目")
    trained = (BLANK, "0", "999", "1000", "1001", "20000")
    cases = list(product(kinds, trained, (BLANK, "0", "0.01", "199999.99", "200000", "200000.01")))
    rows = [
        {"基地": f"基地{place}", "类别": kind, "年度": "2024", "年培训人次": many, "申请金额": asked}
        for place, (kind, many, asked) in enumerate(cases)
    ]
    assert _answers(_decide(policy, "公共实训基地", rows)) == [_base(*case) for case in cases]


def _to_the_fen(amount: Fraction) -> Fraction:
    return Fraction((amount * 100 + Fraction(1, 2)) // 1, 100)


def _allowance(level: str, facts: Sequence[str], months: int) -> tuple[str, str]:
    names = ("企事业单位", "紧缺职业", "一线对口岗位")
    for name, fact in zip(names, facts, strict=True):
        if fact == "否":
            return _refused(f"INELIGIBLE:{name}")
    missing = [name for name, fact in zip(names, facts, strict=True) if not fact]
    yearly = {"高级技师": 10000, "技师": 5000}[level]
    return _undecided(missing) if missing else _granted(_to_the_fen(Fraction(yearly * months, 12)))


def test_allowances_of_technicians(policy: Policy) -> None:
    fact = ("是", "否", BLANK)
    cases = [
        (level, facts, months) for level, *facts, months in product(("高级技师", "技师"), fact, fact, fact, range(13))
    ]
    rows = [
        {
            "身份证号码": person,
            "等级": level,
            "企事业单位": facts[0],
            "紧缺职业": facts[1],
            "一线对口岗位": facts[2],
            "年度": "2024",
            "在岗月数": str(months),
        }
        for person, (level, facts, months) in zip(_people(len(cases)), cases, strict=True)
    ]
    assert _answers(_decide(policy, "人才津贴", rows)) == [_allowance(*case) for case in cases]


def _exchange(chosen: str, cost: str) -> tuple[str, str]:
    if chosen == "否":
        return _refused("INELIGIBLE:入选选派")
    missing = [name for name, cell in (("入选选派", chosen), ("实际费用", cost)) if not cell]
    return _undecided(missing) if missing else _granted(min(Fraction(cost), Fraction(20000)))


def test_exchanges(policy: Policy) -> None:
    cases = list(product(("是", "否", BLANK), (BLANK, "0", "0.01", "19999.99", "20000", "20000.01", "90000")))
    rows = [
        {"身份证号码": person, "入选选派": chosen, "年度": "2024", "实际费用": cost}
        for person, (chosen, cost) in zip(_people(len(cases)), cases, strict=True)
    ]
    assert _answers(_decide(policy, "研修资助", rows)) == [_exchange(*case) for case in cases]


def _recruited(entitled: str, related: str, level: str, base: str) -> tuple[str, str]:
    if entitled == "否":
        return _refused("INELIGIBLE:享受招工补助")
    if related == "否" or level in ("初级工", "中级工"):
        return _refused("INELIGIBLE:上浮条件")
    columns = (("享受招工补助", entitled), ("相关职业", related), ("原补助标准", base))
    missing = [name for name, cell in columns if not cell]
    return _undecided(missing) if missing else _granted(_to_the_fen(Fraction(base) * Fraction(13, 10)))


def test_recruitment(policy: Policy) -> None:
    fact, levels = ("是", "否", BLANK), ("初级工", "中级工", "高级工", "技师", "高级技师")
    cases = list(product(fact, fact, levels, (BLANK, "0", "0.01", "1000", "1000.05")))
    rows = [
        {
            "用人单位": "某厂",
            "身份证号码": person,
            "享受招工补助": entitled,
            "相关职业": related,
            "等级": level,
            "原补助标准": base,
        }
        for person, (entitled, related, level, base) in zip(_people(len(cases)), cases, strict=True)
    ]
    assert _answers(_decide(policy, "招工补助", rows)) == [_recruited(*case) for case in cases]
