"""The data contract's jinhua-2020 told a second time, in plain Python: what each row of its four schemes comes to.

Nothing here looks at the policy file or the engine but for typing cells: the rules are told again from the contract,
so that a slip in either telling shows as a row on which they differ. Tested in
``test_policy_jinhua_oracle``. A judgement here is a truth (None: unknown) with
the columns for want of which it is unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

from policyrun.ir.cells import Invalid, read_cell
from policyrun.ir.policy import Policy
from policyrun.model.raw import SchemeInput

AS_OF = date(2022, 1, 31)
SCHEMES = ("职业资格培训", "项目制培训", "新型学徒制", "生活费补贴")
COUNTIES = ("兰溪市", "东阳市", "义乌市", "永康市", "浦江县", "武义县", "磐安县")
RATES = {"一级": 3000, "二级": 2500, "三级": 2000, "四级": 900, "五级": 800, "专项能力": 600}
UPLIFT, UPLIFT_ENDS = Fraction(13, 10), date(2021, 12, 31)

Cells = Mapping[str, Any]
Judged = tuple[bool | None, frozenset[str]]
Worth = tuple[Fraction | None, frozenset[str]]
#: 原因代码, amount, payee, fund.
Said = tuple[str, Fraction | None, str | None, str | None]
NOTHING: frozenset[str] = frozenset()


def to_the_fen(amount: Fraction) -> Fraction:
    return Fraction((amount * 100 + Fraction(1, 2)).__floor__(), 100)


def leaf(cells: Cells, name: str) -> Judged:
    value = cells[name]
    return value, NOTHING if value is not None else frozenset({name})


def known(truth: bool) -> Judged:
    return truth, NOTHING


def on(cells: Cells, name: str, holds: Callable[[Any], bool]) -> Judged:
    """What holds of a column's value, unknown if it is blank."""
    return known(holds(cells[name])) if cells[name] is not None else (None, frozenset({name}))


def every(*parts: Judged) -> Judged:
    if any(truth is False for truth, _lacks in parts):
        return known(False)
    lacks = frozenset().union(*(names for truth, names in parts if truth is None))
    return (None, lacks) if lacks else known(True)


def either(*parts: Judged) -> Judged:
    truth, lacks = every(*((None if part is None else not part, names) for part, names in parts))
    return None if truth is None else not truth, lacks


def of_working_age(cells: Cells) -> Judged:
    day, number = cells["发证时间"], cells["身份证号码"]
    if day is None:
        return None, frozenset({"发证时间"})
    born = int(number[6:10]), int(number[10:12]), int(number[12:14])
    age = day.year - born[0] - ((day.month, day.day) < born[1:])
    return known(age < (60 if int(number[16]) % 2 else 55))


def urban(cells: Cells) -> Judged:
    pension = leaf(cells, "领取养老金")
    if pension[0] is None and of_working_age(cells)[0]:
        pension = known(False)
    paths = either(
        every(leaf(cells, "市区常住"), leaf(cells, "居住证")),
        every(leaf(cells, "市区就业创业"), leaf(cells, "参保"), on(cells, "参保月数", lambda months: months >= 6)),
        leaf(cells, "市区失业登记"),
    )
    within = either(leaf(cells, "市区户籍"), every(of_working_age(cells), paths))
    return every((None if pension[0] is None else not pension[0], pension[1]), within)


def firm_in_time(cells: Cells) -> Judged:
    firm = either(leaf(cells, "受经贸摩擦影响"), leaf(cells, "制造业重点细分行业"))
    return every(firm, on(cells, "培训结束日期", lambda day: day <= UPLIFT_ENDS))


def common(outcomes: Sequence[Fraction], lacks: frozenset[str]) -> Worth:
    """The one value of all outcomes that may apply, or unknown."""
    return (outcomes[0], NOTHING) if len(set(outcomes)) == 1 else (None, lacks)


def may_be(judged: Judged) -> tuple[bool, ...]:
    return (True, False) if judged[0] is None else (judged[0],)


def certificate_factor(cells: Cells, readings: Mapping[str, str]) -> Worth:
    scarce = leaf(cells, "紧缺职业")
    applies = readings["企业类上浮适用职业资格培训"] == "是" and cells["组织主体"] == "自主评价企业"
    firm = every(known(applies), firm_in_time(cells))
    twice = {"取高": UPLIFT, "相加": Fraction(16, 10), "连乘": UPLIFT * UPLIFT}[readings["上浮叠加"]]
    factor = {(True, True): twice, (True, False): UPLIFT, (False, True): UPLIFT, (False, False): Fraction(1)}
    outcomes = [factor[one] for one in product(may_be(scarce), may_be(firm))]
    return common(outcomes, scarce[1] | firm[1])


def certificate(cells: Cells, readings: Mapping[str, str]) -> tuple[list[tuple[str, Judged]], Worth]:
    level = cells["项目等级"]
    requirements = [
        ("证书类别", on(cells, "证书类型", lambda one: one in ("职业资格证书", "职业技能等级证书", "专项能力证书"))),
        ("等级标准", known(level != "其他")),
        ("等级相符", on(cells, "证书类型", lambda one: (one == "专项能力证书") == (level == "专项能力"))),
        ("补贴对象", urban(cells)),
        ("本单位职工", either(known(cells["组织主体"] == "个人"), leaf(cells, "本单位职工"))),
    ]
    factor, lacks = certificate_factor(cells, readings)
    amount = RATES[level] * factor if factor is not None and level in RATES else None
    return requirements, (amount, lacks)


def project(cells: Cells, readings: Mapping[str, str]) -> tuple[list[tuple[str, Judged]], Worth]:
    by_firm, again = cells["组织主体"] == "企业", bool(cells["特种作业复审"])
    relaxed = every(*(known(bool(cells[name])) for name in ("公益性岗位", "区审批", "市备案")))
    kinds = ("培训合格证书", "特种作业操作证", "特种设备作业人员证")
    requirements = [
        ("补贴对象", either(urban(cells), relaxed)),
        ("本单位员工", either(known(not by_firm), leaf(cells, "本单位员工"))),
        ("证书范围", on(cells, "证书类型", lambda one: one in kinds)),
        ("最低课时", known(not by_firm or again or cells["期课时"] >= 20)),
    ]
    attended = cells["期课时"] if cells["出勤课时"] is None else min(cells["出勤课时"], cells["期课时"])
    if again:
        return requirements, (Fraction(100), NOTHING)
    if not by_firm:
        return requirements, (min(25 * attended, Fraction(500)), NOTHING)
    uplifted, lacks = firm_in_time(cells)
    if uplifted is None:
        return requirements, (None, lacks)
    factor, way = UPLIFT if uplifted else Fraction(1), readings["上浮作用于"]
    rate = 30 * (Fraction(1) if way == "仅上限" else factor)
    cap = 800 * (Fraction(1) if way == "仅单价" else factor)
    return requirements, (min(rate * attended, cap), NOTHING)


def apprentice(cells: Cells, readings: Mapping[str, str]) -> tuple[list[tuple[str, Judged]], Worth]:
    of_firm = cells["学徒类型"] == "职工"
    in_time = on(cells, "学徒年度结束日期", lambda day: day <= UPLIFT_ENDS)
    uplifted, lacks = every(known(of_firm), leaf(cells, "制造业重点细分行业"), in_time)
    cost, cap = cells["实际费用"], Fraction(6000 if of_firm else 3000)
    lacks |= frozenset() if cost is not None else frozenset({"实际费用"})
    if uplifted is None or cost is None:
        return [], (None, lacks)
    factor = UPLIFT if uplifted else Fraction(1)
    amount = min(cost, cap * factor) if readings["学徒上浮作用于"] == "上限" else min(cost, cap) * factor
    return [], (amount, NOTHING)


def living(cells: Cells, _readings: Mapping[str, str]) -> tuple[list[tuple[str, Judged]], Worth]:
    poor = either(leaf(cells, "农村学员"), leaf(cells, "城市低保家庭"))
    groups = [leaf(cells, name) for name in ("建档立卡低收入农户", "就业困难人员", "零就业家庭成员")]
    entitled = either(*groups, every(leaf(cells, "两后生"), poor))
    lacks = frozenset(name for name in ("培训天数", "生活费日标准") if cells[name] is None)
    amount = None if lacks else cells["培训天数"] * cells["生活费日标准"]
    return [("生活费对象", entitled)], (amount, lacks)


RULES = dict(zip(SCHEMES, (certificate, project, apprentice, living), strict=True))
DAYS = dict(zip(SCHEMES, ("发证时间", "发证时间", "学徒年度结束日期", None), strict=True))


def payee_of(scheme: str, cells: Cells) -> str:
    if scheme in ("新型学徒制", "生活费补贴"):
        return "企业" if scheme == "新型学徒制" else "个人"
    return "企业" if cells["组织主体"] == "自主评价企业" else cells["组织主体"]


def fund_of(scheme: str, cells: Cells) -> str:
    if scheme == "生活费补贴":
        return "就业补助资金"
    where = cells["所属行政区"]
    district = "区级专项资金" if where == "市本级" else f"{where}专项资金"
    match scheme:
        case "职业资格培训":
            by_district = cells["项目等级"] == "专项能力" and bool(cells["区级列支同意"])
        case "项目制培训":
            by_district = cells["主办方隶属"] == "其他"
        case _:
            by_district = cells["主办方隶属"] != "市属国有企业"
    return district if by_district else "市级专项资金"


@dataclass(frozen=True, slots=True)
class Candidate:
    scheme: str
    index: int
    cells: Cells
    amount: Fraction

    @property
    def day(self) -> date | None:
        name = DAYS[self.scheme]
        return self.cells[name] if name else None

    def rank(self) -> tuple[object, ...]:
        number = self.cells.get("证书编号")
        personal = payee_of(self.scheme, self.cells) == "个人"
        place = SCHEMES.index(self.scheme)
        return self.day, personal, -self.amount, number is None, number or "", place, self.cells["序号"]


def judge(scheme: str, cells: Cells, columns: list[str], readings: Mapping[str, str]) -> str | Fraction:
    """A reason code, or the amount of a candidate."""
    name = DAYS[scheme]
    day = cells[name] if name else None
    if cells.get("所属行政区") in COUNTIES:
        return "UNDECIDED:县市补贴办法"
    if day is not None and not date(2020, 1, 7) <= day <= date(2021, 12, 31):
        return "UNDECIDED:适用版本"
    requirements, (amount, lacks) = RULES[scheme](cells, readings)
    amount = None if amount is None else to_the_fen(amount)
    refused = next((about for about, (truth, _names) in requirements if truth is False), None)
    if refused:
        return f"INELIGIBLE:{refused}"
    if amount == 0 and all(truth for _about, (truth, _names) in requirements):
        return "INELIGIBLE:金额为零"
    missing = lacks.union(*(names for _about, (_truth, names) in requirements))
    if name and day is None:
        missing |= {name}
    counted_by_training = scheme in SCHEMES[:2] and readings["计年日期"] == "培训结束日期"
    if counted_by_training and cells["培训结束日期"] is None:
        missing |= {"培训结束日期"}
    if missing or amount is None:
        return "UNDECIDED:" + "、".join(one for one in columns if one in missing)
    return amount


def keys_of(one: Candidate, readings: Mapping[str, str]) -> Iterator[tuple[str, tuple[object, ...], int]]:
    """Name, key and room of the counting limits a candidate meets, in order."""
    cells, person, scheme, day = one.cells, one.cells["身份证号码"], one.scheme, one.day
    assert day is not None
    ever = day.year if readings["不重复期限"] == "自然年" else 0
    counted = day if scheme == "新型学徒制" or readings["计年日期"] == "发证时间" else cells["培训结束日期"]
    if scheme == "新型学徒制":
        yield "学徒年度一次", (person, day.year), 1
    if scheme != "项目制培训" and cells["职业工种"] is not None and cells["项目等级"] is not None:
        yield "同职业同等级", (person, cells["职业工种"], cells["项目等级"], ever), 1
    if scheme == "项目制培训" and not cells["特种作业复审"]:
        yield "同项目", (person, cells["项目名称"], ever), 1
    if scheme == "项目制培训" and cells["特种作业复审"]:
        yield "复审同年一次", (person, cells["项目名称"], day.year), 1
    yield "每年三次", (person, counted.year), 3


def folded(candidates: list[Candidate], readings: Mapping[str, str]) -> Iterator[tuple[Candidate, str]]:
    """Each candidate of the three training schemes with its reason code."""
    used: Counter[tuple[object, ...]] = Counter()
    paid_to: dict[tuple[object, ...], bool] = {}
    for one in sorted(candidates, key=Candidate.rank):
        cells = one.cells
        personal = payee_of(one.scheme, cells) == "个人"
        exclusive = cells["身份证号码"], cells.get("职业工种"), cells.get("项目等级")
        limits = list(keys_of(one, readings))
        if one.scheme == SCHEMES[0] and paid_to.get(exclusive, personal) != personal:
            yield one, "LIMIT:单位个人互斥"
            continue
        full = next((name for name, key, room in limits if used[name, key] >= room), None)
        if full:
            yield one, f"LIMIT:{full}"
            continue
        used.update((name, key) for name, key, _room in limits)
        if one.scheme == SCHEMES[0]:
            paid_to[exclusive] = personal
        yield one, "GRANTED"


def told(policy: Policy, inputs: Sequence[SchemeInput], readings: Mapping[str, str]) -> dict[tuple[str, int], Said]:
    """What each row comes to, from the contract alone."""
    said: dict[tuple[str, int], Said] = {}
    candidates: list[Candidate] = []
    for data in inputs:
        scheme = policy.scheme(data.scheme)
        assert scheme is not None
        columns = [column.name for column in scheme.record.fields]
        for index, cells in enumerate(_typed(policy, data)):
            wrong = cells["不成样"]
            judged = f"INVALID:{wrong}" if wrong else judge(data.scheme, cells, columns, readings)
            if isinstance(judged, Fraction):
                candidates.append(Candidate(data.scheme, index, cells, judged))
            else:
                said[data.scheme, index] = judged, Fraction(0) if judged.startswith("INELI") else None, None, None
    limited = [one for one in candidates if one.scheme != "生活费补贴"]
    decided = [*folded(limited, readings), *((one, "GRANTED") for one in candidates if one.scheme == "生活费补贴")]
    for one, code in decided:
        granted = code == "GRANTED"
        payee, fund = payee_of(one.scheme, one.cells), fund_of(one.scheme, one.cells)
        said[one.scheme, one.index] = (code, one.amount, payee, fund) if granted else (code, Fraction(0), None, None)
    return said


def _typed(policy: Policy, data: SchemeInput) -> list[dict[str, Any]]:
    """The cells of each row, with the first column that does not type under 不成样."""
    scheme = policy.scheme(data.scheme)
    assert scheme is not None
    place = {name: n for n, name in enumerate(data.columns)}
    fields = scheme.record.fields
    rows: list[dict[str, Any]] = [
        {field.name: read_cell(row[place[field.name]], field, AS_OF) for field in fields} for row in data.rows
    ]
    serials = Counter(row["序号"] for row in rows)
    for row in rows:
        wrong = next((name for name, value in row.items() if isinstance(value, Invalid)), None)
        row["不成样"] = "序号" if serials[row["序号"]] > 1 else wrong
    return rows
