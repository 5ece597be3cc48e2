"""原因: one Chinese sentence for a decision, from one template per reason code.

The sentence is part of the result and so the same in every locale; it is not translated.
"""

from __future__ import annotations

from fractions import Fraction

from policyrun.ir.policy import Limit, Policy, Total
from policyrun.model.decision import LimitState, NoticeCode, Outcome, Reason
from policyrun.model.values import Value

#: What a reason can be about that is neither a column, a requirement nor a limit of the policy.
IN_FORCE = "适用版本"
ZERO_AMOUNT = "金额为零"
PAID_UP = "已足额"

TEMPLATES = {
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
CHECKS = {
    "GRANTED": "各项相符。",
    "INELIGIBLE": "{clause}不符合“{about}”的要求。",
}

_HOW = {
    NoticeCode.TOPUP: "（补差）",
    NoticeCode.PARTIAL: "（按余额部分准予）",
    NoticeCode.EXCEPTION: "（经批准例外）",
    NoticeCode.PROVISIONAL: "（就业后可补差）",
}


def money_text(amount: Fraction) -> str:
    """An amount of yuan with two decimals; half-up where it is not a multiple of 0.01."""
    cents = (abs(amount) * 200 + 1) // 2
    sign = "-" if amount < 0 and cents else ""
    return f"{sign}{cents // 100}.{cents % 100:02d}"


def quantity_text(value: Value | None) -> str:
    """A measured quantity in as few characters as say it exactly: ``3``, ``2.5``, ``1/3``; a text as it is."""
    if not isinstance(value, Fraction):
        return "无" if value is None else str(value)
    if value.denominator == 1:
        return str(value.numerator)
    if (value * 10**6).denominator != 1:
        return str(value)
    whole, part = divmod(abs(value * 10**6), 10**6)
    return f"{'-' if value < 0 else ''}{whole}.{part.numerator:06d}".rstrip("0")


def reason_sentence(outcome: Outcome, policy: Policy) -> str:
    """Why a row was decided as it was, for people."""
    template = TEMPLATES.get(outcome.code) or TEMPLATES[outcome.reason.value]
    scheme = policy.scheme(outcome.scheme)
    if scheme is not None and scheme.amount is None:
        template = CHECKS.get(outcome.code) or CHECKS.get(outcome.reason.value) or template
    clauses = "、".join(dict.fromkeys(clause.clause for clause in outcome.clauses if clause.clause))
    return template.format(
        amount=money_text(outcome.amount or Fraction(0)),
        how="".join(_HOW[code] for code in NoticeCode if code in outcome.notices and code in _HOW),
        about=_about(outcome),
        clause=f"依据{clauses}，" if clauses else "",
        period=_period(policy),
        state=_state(outcome, policy),
    )


def _about(outcome: Outcome) -> str:
    if outcome.reason is Reason.UNDECIDED:
        return "".join(f"“{name}”" for name in outcome.about)
    return "、".join(outcome.about)


def _period(policy: Policy) -> str:
    first, last = policy.in_force.first, policy.in_force.last
    if first is None and last is None:
        return ""
    return f"（{first.isoformat() if first else ''}至{last.isoformat() if last else '今'}）"


def _state(outcome: Outcome, policy: Policy) -> str:
    """What stood in the way: how much of the room was used, by the first limit that had none."""
    refused = next((state for state in outcome.limits if not state.passed), None)
    if refused is None:
        return "没有余额"
    limit = next((limit for limit in policy.limits if limit.name == refused.limit), None)
    unit = _unit(limit)
    used, asks = quantity_text(refused.used), quantity_text(refused.asks)
    if refused.room is not None:
        return f"限{quantity_text(refused.room)}{unit}，已用{_number(refused, used)}{unit}，本条需{asks}{unit}"
    if isinstance(refused.used, str):
        return f"此前已按“{used}”补贴，本条为“{asks}”"
    return f"此前已补贴{_number(refused, used)}元，本条标准{asks}元"


def _number(state: LimitState, used: str) -> str:
    return "0" if state.used is None else used


def _unit(limit: Limit | None) -> str:
    """The unit of what a limit adds up; a bare count of grants is 次."""
    if limit is None or not isinstance(limit.measure, Total):
        return ""
    unit = limit.measure.measure.type.unit
    if not unit:
        return "次"
    return "·".join(base for base, _ in unit)
