"""Values as people read them in a workbook: 30%, 3000 元, 6 个月, 是, 2023-08-31."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from policyrun.app.result import VersionRun
from policyrun.app.sentence import money_text, quantity_text
from policyrun.model.types import Type
from policyrun.model.values import Days, Months, Value


def value_text(value: Value, kind: Type) -> str:
    """A value of a type, with its unit."""
    match value:
        case bool():
            return "是" if value else "否"
        case Fraction():
            return _number_text(value, kind)
        case Months(count):
            return f"{count // 12} 年" if count and count % 12 == 0 else f"{count} 个月"
        case Days(count):
            return f"{count} 天"
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _number_text(value: Fraction, kind: Type) -> str:
    if kind.is_money:
        return f"{money_text(value)} 元"
    if kind.ratio:
        return f"{quantity_text(value * 100)}%"
    unit = "·".join(base for base, _ in kind.unit)
    return f"{quantity_text(value)} {unit}".rstrip()


def day_text(day: date | None, what: str) -> str:
    """A day and what it is the day of, such as ``2023-04-20印发``; nothing where there is none."""
    return f"{day.isoformat()}{what}" if day else ""


def version_text(part: VersionRun) -> str:
    """What a version decided in a run by date: ``管 2024-03-01 至 2024-12-31，3 行，其中期外 1 行``."""
    force = part.run.policy.in_force
    outside = f"，其中期外 {part.outside} 行" if part.outside else ""
    return f"管 {period_text(force.first, force.last)}，{part.rows} 行{outside}"


def period_text(first: date | None, last: date | None) -> str:
    if first is None and last is None:
        return "未定"
    return f"{first.isoformat() if first else '未定'} 至 {last.isoformat() if last else '今后'}"
