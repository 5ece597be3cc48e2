"""原因: the words of the sentence that goes with a decision, one template per reason code.

Every engine fills in the same templates. They are part of the result and so the same in every locale; they are not
translated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from policyrun.model.decision import NoticeCode
from policyrun.model.types import Unit

#: What a reason can be about that is neither a column, a requirement nor a limit of the policy.
IN_FORCE = "适用版本"
ZERO_AMOUNT = "金额为零"
PAID_UP = "已足额"

#: By reason code, or by the reason before its colon where the code has none of its own.
TEMPLATES: Mapping[str, str] = {
    "GRANTED": "符合全部条件，准予补贴{amount}元{how}。",
    "INELIGIBLE": "{clause}不符合“{about}”的条件，不予补贴。",
    "INELIGIBLE:适用版本": "业务日期不在本政策施行期{period}内，不予补贴。",
    "INELIGIBLE:金额为零": "符合全部条件，但核定金额为零，不予补贴。",
    "LIMIT": "{clause}受“{about}”限制：{state}，不予补贴。",
    "LIMIT:已足额": "此前预付及补差已达应补金额，没有应补的差额，不予补贴。",
    "UNDECIDED": "缺少{about}，尚不能作出结论，待核实。",
    "UNDECIDED:适用版本": "业务日期不在本政策施行期{period}内，适用哪一版本待核实。",
    "INVALID": "“{about}”填写有误（为空、无法识别、重复或与其他行矛盾），请更正后重报。",
}

#: Of a scheme that only checks, where it reads otherwise.
CHECKS: Mapping[str, str] = {
    "GRANTED": "各项相符。",
    "INELIGIBLE": "{clause}不符合“{about}”的要求。",
}

#: ``how``: what is special about a grant, in the order of the notices.
HOW: Mapping[NoticeCode, str] = {
    NoticeCode.TOPUP: "（补差）",
    NoticeCode.PARTIAL: "（按余额部分准予）",
    NoticeCode.EXCEPTION: "（经批准例外）",
    NoticeCode.PROVISIONAL: "（就业后可补差）",
}

#: ``clause``: the clauses it rests on, joined by ``CLAUSE_SEPARATOR``; nothing where there is none.
CLAUSE = "依据{clauses}，"
CLAUSE_SEPARATOR = "、"

#: ``about`` of an undecided row: each name that it lacks, one after the other.
LACKING = "“{name}”"

#: ``state``: what stood in the way, by what the limit measures.
STATE_OF_ROOM = "限{room}{unit}，已用{used}{unit}，本条需{asks}{unit}"
STATE_OF_KIND = "此前已按“{used}”补贴，本条为“{asks}”"
STATE_OF_STANDARD = "此前已补贴{used}元，本条标准{asks}元"
STATE_UNTOLD = "没有余额"


def template_of(code: str, reason: str, checks: bool) -> str:
    """The template of a reason code; ``checks``: of a scheme that pays nothing."""
    template = TEMPLATES.get(code) or TEMPLATES[reason]
    return (CHECKS.get(code) or CHECKS.get(reason) or template) if checks else template


def period_text(first: date | None, last: date | None) -> str:
    """``period``: the time in force in brackets; nothing where it is open at both ends."""
    if first is None and last is None:
        return ""
    return f"（{first.isoformat() if first else ''}至{last.isoformat() if last else '今'}）"


def how_text(notices: Iterable[NoticeCode]) -> str:
    """``how`` of a grant with these notices."""
    held = set(notices)
    return "".join(HOW[code] for code in NoticeCode if code in held and code in HOW)


def unit_text(unit: Unit) -> str:
    """The unit of what a limit adds up; a bare count of grants is 次."""
    return "·".join(base for base, _ in unit) if unit else "次"
