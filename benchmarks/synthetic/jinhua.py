"""Rows of jinhua-2020 · 职业资格培训: every column of the record, and the names that payments go to."""

from __future__ import annotations

import numpy
import pyarrow

from synthetic.columns import chosen, counts, days, flags, numbered
from synthetic.people import Rows

POLICY, SCHEME, AS_OF = "jinhua-2020", "职业资格培训", "2021-12-31"

_DISTRICTS = (
    "市本级",
    "婺城区",
    "金东区",
    "开发区",
    "兰溪市",
    "东阳市",
    "义乌市",
    "永康市",
    "浦江县",
    "武义县",
    "磐安县",
)
_DISTRICT_WEIGHTS = (20, 30, 22, 18, 1, 2, 2, 2, 1, 1, 1)
_JOBS = tuple(
    f"{kind}{number}工" for kind in ("车", "焊", "电", "护理", "烹饪", "养老", "物流") for number in range(1, 10)
)
_LEVELS = ("一级", "二级", "三级", "四级", "五级", "专项能力", "其他")
_LEVEL_ALIASES = ("一级（高级技师）", "技师", "高级工", "四级(中级工)", "初级工", "专项能力", "其他")
_SKILL = _LEVELS.index("专项能力")
_OTHER = _LEVELS.index("其他")
_CERTIFICATES = (
    "职业资格证书",
    "职业技能等级证书",
    "专项能力证书",
    "专项职业能力证书",
    "特种作业操作证",
    "培训合格证书",
    "无",
)
_PAYEES = ("个人", "自主评价企业", "行业协会")
_ASSOCIATIONS = tuple(f"合成行业协会{number:02d}" for number in range(30))
_FIRST_DAY, _DAYS = "2019-12-01", 790
_IN_FORCE = (37, 725)


def columns(rows: Rows) -> dict[str, pyarrow.Array]:
    return {
        "序号": pyarrow.array(rows.numbers),
        "身份证号码": rows.id_numbers(wrong_per_mille=3),
        "姓名": rows.names(),
        "所在单位": rows.units(),
        "主办单位": chosen(_ASSOCIATIONS, rows.row.below("association", len(_ASSOCIATIONS))),
        **_person_facts(rows),
        **_training(rows),
        **_conditions(rows),
    }


def _person_facts(rows: Rows) -> dict[str, pyarrow.Array]:
    months = numpy.where(rows.row.happens("bad months", 1), -1, rows.person.below("months", 60))
    return {
        "所属行政区": chosen(_DISTRICTS, rows.person.weighted("district", _DISTRICT_WEIGHTS)),
        "市区户籍": _flag(rows, "市区户籍", 600),
        "市区常住": _flag(rows, "市区常住", 900),
        "居住证": _flag(rows, "居住证", 750),
        "市区就业创业": _flag(rows, "市区就业创业", 900),
        "参保": _flag(rows, "参保", 900),
        "参保月数": counts(months, rows.blank("参保月数")),
        "市区失业登记": _flag(rows, "市区失业登记", 100),
        "领取养老金": _flag(rows, "领取养老金", 40, blank=120),
    }


def _flag(rows: Rows, column: str, yes: int, blank: int = 30) -> pyarrow.Array:
    """A fact about the person that is true for so many in a thousand."""
    return flags(rows.person.happens(column, yes), rows.blank(column, blank))


def _training(rows: Rows) -> dict[str, pyarrow.Array]:
    level = rows.own("level", _OTHER, 500)
    level = numpy.where(rows.row.happens("other level", 15), _OTHER, level)
    spelled = numpy.where(rows.row.happens("level alias", 30), level + len(_LEVELS), level)
    certificate = numpy.where(level == _SKILL, 2, rows.row.below("certificate", 2))
    certificate = numpy.where(rows.row.happens("any certificate", 60), rows.row.below("which", 7), certificate)
    return {
        "职业工种": chosen(_JOBS, rows.own("job", len(_JOBS), 450)),
        "项目等级": chosen(_LEVELS + _LEVEL_ALIASES, spelled),
        "证书类型": chosen(_CERTIFICATES, certificate, rows.blank("证书类型")),
        "证书编号": numbered("JH", rows.row.below("certificate number", 10**9), 9),
        "发证时间": days(_FIRST_DAY, _issued(rows), rows.blank("发证时间", 25)),
    }


def _issued(rows: Rows) -> numpy.ndarray:
    """Days of issue, mostly in force; people tend to train within one half of the time."""
    first, length = _IN_FORCE
    anywhere = first + rows.row.below("day", length)
    half = length // 2
    own = first + rows.person.below("half", 2) * half + rows.row.below("day in half", half)
    day = numpy.where(rows.row.happens("day own", 500), own, anywhere)
    return numpy.where(rows.row.happens("any day", 40), rows.row.below("which day", _DAYS), day)


def _conditions(rows: Rows) -> dict[str, pyarrow.Array]:
    row = rows.row
    consent = flags(row.happens("区级列支同意", 500), rows.blank("区级列支同意", 400))
    ended = days(_FIRST_DAY, numpy.maximum(_issued(rows) - 20 - row.below("wait", 20), 0), rows.blank("培训结束日期"))
    return {
        "组织主体": chosen(_PAYEES, row.weighted("payee", (60, 30, 10))),
        "本单位职工": flags(row.happens("本单位职工", 950), rows.blank("本单位职工")),
        "紧缺职业": flags(row.happens("紧缺职业", 250), rows.blank("紧缺职业")),
        "受经贸摩擦影响": flags(row.happens("受经贸摩擦影响", 100), rows.blank("受经贸摩擦影响")),
        "制造业重点细分行业": flags(row.happens("制造业重点细分行业", 300), rows.blank("制造业重点细分行业")),
        "培训结束日期": ended,
        "区级列支同意": consent,
    }
