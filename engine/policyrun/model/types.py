"""The types of the expression language.

Quantities carry a unit as a product of powers, so that 30 元/课时 × 20 课时 is 元 and 元 + 课时 is an error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Kind(Enum):
    NUMBER = "数"
    TEXT = "文本"
    ENUM = "枚举"
    DATE = "日期"
    MONTHS = "月期间"
    DAYS = "日期间"
    BOOL = "是否"
    NULL = "空"
    LIST = "列表"


#: (base unit, exponent) pairs sorted by name; () is a pure number.
Unit = tuple[tuple[str, int], ...]

YUAN: Unit = (("元", 1),)


@dataclass(frozen=True, slots=True)
class Type:
    """A type.

    Attributes:
        kind: what sort of value.
        unit: of a NUMBER, its unit; money is 元, a ratio or a bare number has none.
        ratio: of a NUMBER without unit, whether it is shown as a percentage.
        literal: a bare number written in the text, which takes on the unit of the count it meets (never money's).
        enumeration: of an ENUM, the name of its vocabulary; "" for a set of members that has no name.
        members: of an ENUM, its members in order.
        item: of a LIST, the type of its elements.
    """

    kind: Kind
    unit: Unit = ()
    ratio: bool = False
    literal: bool = False
    enumeration: str = ""
    members: tuple[str, ...] = ()
    item: Type | None = None

    @property
    def is_money(self) -> bool:
        return self.kind is Kind.NUMBER and self.unit == YUAN

    def settled(self) -> Type:
        """This type without the leeway of a bare literal."""
        return replace(self, literal=False)

    def __str__(self) -> str:
        """The type's name as a policy author writes it."""
        match self.kind:
            case Kind.NUMBER if self.is_money:
                return "金额"
            case Kind.NUMBER if self.unit:
                return "·".join(base if power == 1 else f"{base}^{power}" for base, power in self.unit)
            case Kind.NUMBER if self.ratio:
                return "比率"
            case Kind.ENUM:
                return self.enumeration or "枚举"
            case Kind.LIST:
                return f"{self.item}列表"
            case _:
                return str(self.kind.value)


NUMBER = Type(Kind.NUMBER)
RATIO = Type(Kind.NUMBER, ratio=True)
MONEY = Type(Kind.NUMBER, unit=YUAN)
TEXT = Type(Kind.TEXT)
DATE = Type(Kind.DATE)
MONTHS = Type(Kind.MONTHS)
DAYS = Type(Kind.DAYS)
BOOL = Type(Kind.BOOL)
NULL = Type(Kind.NULL)


def count_of(unit: str) -> Type:
    """The type of a count with a unit, such as 课时 or 人次."""
    return Type(Kind.NUMBER, unit=((unit, 1),))


def list_of(item: Type) -> Type:
    return Type(Kind.LIST, item=item)


def enum_of(name: str, members: tuple[str, ...]) -> Type:
    return Type(Kind.ENUM, enumeration=name, members=members)
