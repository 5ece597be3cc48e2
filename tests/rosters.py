"""Rosters of trainees for tests of forms, reports and indicators, and what they come to said once more in plain Python.

``statistics`` and ``rates`` follow the data contract line by line and share nothing with the engine but the tree of
regions and their targets.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

from policyrun.app.load import load
from policyrun.app.sample_persons import person_id
from policyrun.datasets.merge import scheme_input
from policyrun.ir.policy import Policy
from policyrun.model.raw import RawCell, RawTable, SchemeInput
from policyrun.model.regions import Path, lowest_of, regions_of
from policyrun.source.diagnostic import Diagnostics

POLICY = "zhejiang-2022-livelihood"
ROSTER, CERTIFICATES, FORM = "信息表", "发证信息", "统计表"

GROUPS = (
    "企业职工",
    "农村转移就业劳动者",
    "城乡未继续升学初高中毕业生",
    "失业人员",
    "退役军人",
    "残疾人",
    "毕业年度高校和中职毕业生",
    "其他",
)
TALENT = ("职业资格证书", "职业技能等级证书", "专项能力证书")
PAPERS = (*TALENT, "特种作业操作证", "特种设备作业人员证", "培训合格证书")
LEVELS = ("一级", "二级", "三级", "四级", "五级", "专项能力", "其他")
FUNDS = ("职业技能提升行动资金", "就业补助资金", "失业保险金", "其他资金")
FLAGS = ("农民工", "新型学徒", "脱贫人口", "创业培训")

#: An overlay that says whether preparations are done; ``%s`` is true or false.
OVERLAY = """\
overlay: 前期准备
for: zhejiang-2022-livelihood
documents: {通知: {title: 前期准备情况}}
parameters:
  前期准备完成: {value: %s, cite: 第一条}
"""

Row = Mapping[str, str]
#: Region → column or indicator → what it comes to; None: 缺 or 不适用.
Told = dict[Path, dict[str, Fraction | None]]


@cache
def policy() -> Policy:
    found = Diagnostics()
    loaded = load(POLICY, found)
    assert loaded is not None, [one.message for one in found]
    return loaded


@cache
def counties() -> tuple[Path, ...]:
    return lowest_of(policy().quotas[0])


def woman(row: Row) -> bool:
    return int(row["身份证号码"][16]) % 2 == 0


def trainee(serial: int, county: Path, **cells: str) -> dict[str, str]:
    """A sound row of the roster: a subsidised employee with a certificate of January 2022, but for the cells given."""
    row = {
        "序号": str(serial),
        "所属行政区": county[-1],
        "姓名": "张小三",
        "身份证号码": person_id(date(1990, 1, 1), serial % 500, False),
        "所在单位": "云杉机械厂",
        "人员类别": "企业职工",
        "职业(工种)": "电工",
        "项目等级": "三级",
        "证书类型": "职业技能等级证书",
        "发证单位": "云杉职业培训学校",
        "培训承办机构": "云杉职业培训学校",
        "证书编号": f"Z{serial:06}",
        "发证时间": "20220115",
        "补贴金额(元)": "1800.00",
        "补贴发放时间": "20220301",
        "资金来源": "就业补助资金",
        "设区市": county[1],
    }
    return {**row, **cells}


def roster(rows: int, seed: int, places: Sequence[Path]) -> list[dict[str, str]]:
    """Mixed rows of the year 2022; people come back, some rows have no date and some no certificate."""
    chance = random.Random(seed)
    made = []
    for serial in range(1, rows + 1):
        amount = chance.choice(("0", "333.33", "800", "1200.5", "1,800.00"))
        born = date(1965, 1, 1) + timedelta(days=chance.randrange(rows // 3 + 1))
        cells = {
            "身份证号码": person_id(born, chance.randrange(2), chance.random() < 0.5),
            "人员类别": chance.choice(GROUPS),
            "项目等级": chance.choice(LEVELS),
            "证书类型": chance.choice((*PAPERS, "无", "")),
            "发证时间": _day(chance) if chance.random() < 0.95 else "",
            "补贴金额(元)": amount,
            "补贴发放时间": _day(chance) if amount != "0" else "",
            "资金来源": chance.choice(FUNDS) if amount != "0" else "",
            "应补贴": chance.choice(("是", "否", "", "", "")),
            **{flag: chance.choice(("是", "否", "")) for flag in FLAGS},
        }
        made.append(trainee(serial, chance.choice(places), **cells))
    return made


def _day(chance: random.Random) -> str:
    return (date(2022, 1, 1) + timedelta(days=chance.randrange(365))).strftime("%Y%m%d")


def data(rows: Sequence[Row], record: str = ROSTER, *, path: str = "数据.csv") -> SchemeInput:
    """Rows as read from a file whose columns are those of the first."""
    return data_of([(path, rows)], record)


def data_of(files: Iterable[tuple[str, Sequence[Row]]], record: str = ROSTER) -> SchemeInput:
    tables = [
        RawTable(
            path,
            "",
            tuple(rows[0]),
            [tuple(RawCell(row[name]) for name in rows[0]) for row in rows],
            range(2, len(rows) + 2),
        )
        for path, rows in files
    ]
    return scheme_input(record, policy().records[record], (), tables, Diagnostics())


# ------------------------------------------------------------------------------------------- the contract, once more


def subsidised(row: Row) -> bool:
    said = row.get("应补贴", "")
    return said == "是" if said else money(row) > 0


def money(row: Row) -> Fraction:
    return Fraction(row["补贴金额(元)"].replace(",", ""))


def statistics(rows: Sequence[Row], first: str, last: str, readings: Mapping[str, str] | None = None) -> Told:
    """Columns 1 to 39 of the form for certificates of two days and those between, money in yuan."""
    ways = readings or {}
    by = "补贴发放时间" if ways.get("归月口径") == "补贴发放时间" else "发证时间"
    whole = ways.get("归月口径") == "全部"
    chosen = [row for row in rows if whole or (row[by] and first <= row[by] <= last)]
    lacking = {flag for flag in FLAGS if rows and flag not in rows[0]}
    return _by_region(chosen, lambda inside: _columns(inside, ways, lacking))


def _columns(rows: Sequence[Row], ways: Mapping[str, str], lacking: set[str]) -> dict[str, Fraction | None]:
    apart = ways.get("创业培训") == "并列项"
    paid = [row for row in rows if subsidised(row)]
    grouped = [row for row in paid if not (apart and row.get("创业培训") == "是")]
    papers = paid if ways.get("取证栏口径") == "只计补贴" else rows
    kinds: list[tuple[list[Row], str]] = []
    for group in GROUPS[:-1]:
        members = [row for row in grouped if row["人员类别"] == group]
        kinds.append((members, ""))
        if group == "企业职工":
            kinds += [([row for row in members if row.get(flag) == "是"], flag) for flag in ("农民工", "新型学徒")]
    others = [row for row in grouped if row["人员类别"] == "其他"]
    kinds += [([row for row in others if (row.get("脱贫人口") == "是") is poor], "脱贫人口") for poor in (True, False)]
    cells: dict[str, Fraction | None] = {"1": count(paid), "2": count([row for row in paid if woman(row)])}
    for number, (members, flag) in enumerate(kinds):
        known = flag not in lacking and not (apart and "创业培训" in lacking)
        cells[str(3 + number)] = count(members) if known else None
        cells[str(27 + number)] = total(members) if known else None
    starting = [row for row in paid if row.get("创业培训") == "是"]
    cells["14"] = None if "创业培训" in lacking else count(starting)
    cells["38"] = None if "创业培训" in lacking else total(starting)
    cells["15"] = count([row for row in papers if row["证书类型"] not in ("", "无")])
    for number, paper in enumerate(PAPERS):
        cells[str(16 + number)] = count([row for row in papers if row["证书类型"] == paper])
    cells["22"] = total(paid)
    for number, fund in enumerate(FUNDS):
        cells[str(23 + number)] = total([row for row in paid if row["资金来源"] == fund])
    cells["39"] = count([row for row in rows if not subsidised(row)])
    return cells


def rates(
    rows: Sequence[Row], certificates: Sequence[Row] | None = None, readings: Mapping[str, str] | None = None
) -> Told:
    """The five indicators as ``名称·分子`` and ``名称·分母``."""
    ways = readings or {}
    talents = _by_region(rows if certificates is None else certificates, lambda inside: _talents(inside, ways))
    training = _by_region(rows, lambda inside: _training(inside, ways))
    told: Told = {}
    for region in regions_of(policy().quotas[0]):
        target = {cell.indicator: cell.target * 10000 for cell in region.node.cells}
        skilled, high = talents[region.path]["技能"], talents[region.path]["高技能"]
        told[region.path] = {
            "职业技能培训任务完成率·分子": training[region.path]["人次"],
            "职业技能培训任务完成率·分母": target["技能培训"],
            "职业技能培训取证率·分子": training[region.path]["取证"],
            "职业技能培训取证率·分母": training[region.path]["人次"],
            "技能人才培养任务完成率·分子": skilled,
            "技能人才培养任务完成率·分母": target["新增技能人才"],
            "高技能人才培养任务完成率·分子": high,
            "高技能人才培养任务完成率·分母": target["新增高技能人才"],
            "高技能人才培养占比·分子": high,
            "高技能人才培养占比·分母": skilled,
        }
    return told


def _training(rows: Sequence[Row], ways: Mapping[str, str]) -> dict[str, Fraction | None]:
    counted = [row for row in rows if ways.get("培训人次口径") != "只计补贴" or subsidised(row)]
    papers = [row for row in rows if ways.get("取证栏口径") != "只计补贴" or subsidised(row)]
    passed = [row for row in papers if row["证书类型"] not in ("", "无", "培训合格证书")]
    return {"人次": count(counted), "取证": count(passed)}


def _talents(rows: Sequence[Row], ways: Mapping[str, str]) -> dict[str, Fraction | None]:
    skilled = [row for row in rows if row["证书类型"] in TALENT]
    high = [row for row in skilled if row["证书类型"] in TALENT[:2] and row["项目等级"] in LEVELS[:3]]
    return {"技能": _different(skilled, ways), "高技能": _different(high, ways)}


def _different(rows: Sequence[Row], ways: Mapping[str, str]) -> Fraction:
    if ways.get("技能人才去重") == "按证书":
        numbered = {(row["身份证号码"], row["证书类型"], row["证书编号"]) for row in rows if row["证书编号"]}
        return Fraction(len(numbered) + sum(not row["证书编号"] for row in rows))
    return Fraction(len({row["身份证号码"] for row in rows}))


def count(rows: Sequence[Row]) -> Fraction:
    return Fraction(len(rows))


def total(rows: Sequence[Row]) -> Fraction:
    return sum(map(money, rows), Fraction(0))


def _by_region(rows, tell) -> Told:  # type: ignore[no-untyped-def]
    inside: dict[Path, list[Row]] = {region.path: [] for region in regions_of(policy().quotas[0])}
    for row in rows:
        path = next(path for path in counties() if path[-1] == row["所属行政区"] and path[1] == row["设区市"])
        for depth in range(1, len(path) + 1):
            inside[path[:depth]].append(row)
    return {path: tell(members) for path, members in inside.items()}
