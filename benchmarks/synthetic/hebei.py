"""Rows of hebei-2023 · 职业培训补贴: every column of the record."""

from __future__ import annotations

import numpy
import pyarrow

from synthetic.columns import chosen, days, flags, numbered
from synthetic.people import Rows

POLICY, SCHEME, AS_OF = "hebei-2023", "职业培训补贴", "2023-12-31"

_PEOPLE = (
    "企业职工",
    "农村转移就业劳动者",
    "高校毕业生",
    "两后生",
    "下岗失业人员",
    "退役军人",
    "就业困难人员",
    "脱贫劳动力",
    "其他",
)
_PLACES = ("石家庄市", "唐山市", "保定市", "邯郸市", "承德市")
_JOBS = tuple(f"{kind}{number}工" for kind in ("车", "焊", "电", "护理", "烹饪") for number in range(1, 10))
_LEVELS = ("一级", "二级", "三级", "四级", "五级", "专项能力", "其他")
_CERTIFICATES = (
    "职业资格证书",
    "职业技能等级证书",
    "专项能力证书",
    "特种作业操作证",
    "特种设备作业人员证",
    "培训合格证书",
    "无",
)
_FUNDS = ("就业补助资金", "职业技能提升专账资金", "失业保险基金")
_STANDARDS = tuple(f"{yuan}.{cents}" for yuan in range(600, 3100, 100) for cents in ("00", "50", "33"))
_FIRST_DAY = "2023-04-01"


def columns(rows: Rows) -> dict[str, pyarrow.Array]:
    row = rows.row
    issued = row.below("day", 214)
    ended = issued - row.below("wait", 20)
    home = rows.person.below("home", len(_PLACES))
    place = numpy.where(row.happens("elsewhere", 50), row.below("place", len(_PLACES)), home)
    employed = row.happens("employed", 600)
    return {
        "序号": pyarrow.array(rows.numbers),
        "身份证号码": rows.id_numbers(wrong_per_mille=5),
        "人员类别": chosen(_PEOPLE, rows.person.below("kind", len(_PEOPLE))),
        "毕业学年": _flag(rows, "毕业学年", 400),
        "离校日期": days("2020-07-01", rows.person.below("left", 1000), rows.blank("离校日期", 100)),
        "补贴申领地": chosen(_PLACES, place),
        "户籍地": chosen(_PLACES, home, rows.blank("户籍地")),
        "常住地": chosen(_PLACES, home, rows.blank("常住地")),
        "培训地": chosen(_PLACES, place, rows.blank("培训地", 300)),
        "求职就业地": chosen(_PLACES, home, rows.blank("求职就业地")),
        "职业工种": chosen(_JOBS, rows.own("job", len(_JOBS), 450)),
        "项目等级": chosen(_LEVELS, rows.own("level", len(_LEVELS), 500)),
        "证书类型": chosen(
            _CERTIFICATES, row.weighted("certificate", (20, 40, 10, 5, 5, 18, 2)), rows.blank("证书类型")
        ),
        "证书编号": numbered("HB", row.below("certificate number", 10**9), 9),
        "发证时间": days(_FIRST_DAY, issued, rows.blank("发证时间", 25)),
        "培训开始日期": days(_FIRST_DAY, ended - 10, rows.blank("none", 0)),
        "培训结束日期": days(_FIRST_DAY, ended, rows.blank("none", 0)),
        "培训合格": _flag(rows, "培训合格", 970),
        "新职业": _flag(rows, "新职业", 200),
        "就业日期": days(_FIRST_DAY, ended + row.below("job after", 150) - 20, ~employed),
        "在系统": _flag(rows, "在系统", 980),
        "承训机构在名单": _flag(rows, "承训机构在名单", 980),
        "补贴标准": chosen(_STANDARDS, row.below("standard", len(_STANDARDS)), rows.blank("补贴标准", 20)),
        "资金来源": chosen(_FUNDS, row.below("fund", len(_FUNDS)), rows.blank("资金来源")),
    }


def _flag(rows: Rows, column: str, yes: int) -> pyarrow.Array:
    return flags(rows.row.happens(column, yes), rows.blank(column))
