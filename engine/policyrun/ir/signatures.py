"""From the types of operands to the type of the result, or to what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from policyrun.model.types import BOOL, DAYS, NUMBER, TEXT, YUAN, Kind, Type, Unit
from policyrun.source.messages import _


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why operands do not fit.

    Attributes:
        operand: index of the operand to point at; None: the whole.
    """

    code: str
    message: str
    operand: int | None = None
    help: str = ""


#: The type of the result for operands of these types.
Rule = Callable[[tuple[Type, ...]], Type | Mismatch]

_DURATIONS = (Kind.MONTHS, Kind.DAYS)
_ORDERED = (Kind.NUMBER, Kind.DATE, Kind.MONTHS, Kind.DAYS)


def is_text(type_: Type) -> bool:
    """Text, or a member of a vocabulary, which is text."""
    return type_.kind in (Kind.TEXT, Kind.ENUM)


def _pure(type_: Type) -> bool:
    return type_.kind is Kind.NUMBER and not type_.unit


def joined(left: Type, right: Type) -> Type | Mismatch:
    """The one type of two operands that are added, compared or are outcomes of one choice."""
    if Kind.NULL in (left.kind, right.kind):
        return right if left.kind is Kind.NULL else left
    if left.kind is Kind.NUMBER and right.kind is Kind.NUMBER:
        return _joined_numbers(left, right)
    if left.kind is Kind.ENUM and right.kind is Kind.ENUM:
        return left if left.members == right.members else _joined_members(left, right)
    if is_text(left) and is_text(right):
        return TEXT
    if left.kind in _DURATIONS and right.kind in _DURATIONS and left.kind is not right.kind:
        return Mismatch("PR309", _("月数和天数是两种期间，不能混用"), None, _("一个月没有固定的天数"))
    if left.kind is not right.kind or left.kind is Kind.LIST:
        return Mismatch("PR301", _("{left}和{right}不能放在一起").format(left=left, right=right))
    return left


def _joined_members(left: Type, right: Type) -> Type:
    members = dict.fromkeys((*left.members, *right.members))
    return Type(Kind.ENUM, members=tuple(members))


def _joined_numbers(left: Type, right: Type) -> Type | Mismatch:
    if left.unit == right.unit:
        ratio = (left.ratio or left.literal) and (right.ratio or right.literal) and (left.ratio or right.ratio)
        return replace(left, ratio=ratio, literal=left.literal and right.literal)
    for adapts, other in ((left, right), (right, left)):
        if adapts.literal and not _holds_money(other.unit):
            return other
    if _holds_money(left.unit) != _holds_money(right.unit):
        bare = 0 if not _holds_money(left.unit) else 1
        return Mismatch("PR303", _("{left}和{right}不能加减或比较").format(left=left, right=right), bare)
    return Mismatch("PR302", _("单位不同：{left}和{right}").format(left=left, right=right))


def _holds_money(unit: Unit) -> bool:
    return any(base == YUAN[0][0] for base, _power in unit)


def units_multiplied(left: Unit, right: Unit, sign: int) -> Unit:
    """The unit of a product (``sign`` 1) or of a quotient (-1).

    >>> units_multiplied((("元", 1), ("课时", -1)), (("课时", 1),), 1)
    (('元', 1),)
    """
    powers = dict(left)
    for base, power in right:
        powers[base] = powers.get(base, 0) + sign * power
    return tuple(sorted((base, power) for base, power in powers.items() if power))


# operators


def add(args: tuple[Type, ...]) -> Type | Mismatch:
    left, right = args
    if is_text(left) and is_text(right):
        return TEXT
    for one, other in ((left, right), (right, left)):
        if one.kind is Kind.DATE and other.kind in _DURATIONS:
            return one
    return _arithmetic(args, (Kind.NUMBER, *_DURATIONS))


def subtract(args: tuple[Type, ...]) -> Type | Mismatch:
    left, right = args
    if left.kind is Kind.DATE and right.kind is Kind.DATE:
        return DAYS
    if left.kind is Kind.DATE and right.kind in _DURATIONS:
        return left
    return _arithmetic(args, (Kind.NUMBER, *_DURATIONS))


def _arithmetic(args: tuple[Type, ...], kinds: tuple[Kind, ...]) -> Type | Mismatch:
    left, right = args
    if {left.kind, right.kind} == {Kind.DATE, Kind.NUMBER}:
        number = 0 if left.kind is Kind.NUMBER else 1
        return Mismatch("PR301", _("日期不能加减数"), number, _("写明期间，如 30天、6个月"))
    for index, arg in enumerate(args):
        if arg.kind not in kinds:
            other = args[1 - index]
            return Mismatch("PR301", _("{arg}不能和{other}加减").format(arg=arg, other=other), index)
    return joined(left, right)


def multiply(args: tuple[Type, ...]) -> Type | Mismatch:
    left, right = args
    if left.kind is Kind.NUMBER and right.kind is Kind.NUMBER:
        ratio = left.ratio and right.ratio
        literal = left.literal and right.literal
        return Type(Kind.NUMBER, units_multiplied(left.unit, right.unit, 1), ratio=ratio, literal=literal)
    for one, other in ((left, right), (right, left)):
        if one.kind in _DURATIONS and _pure(other):
            return one
    return _no_factor(args, _("{left}和{right}不能相乘"))


def divide(args: tuple[Type, ...]) -> Type | Mismatch:
    left, right = args
    if left.kind is Kind.NUMBER and right.kind is Kind.NUMBER:
        literal = left.literal and right.literal
        return Type(Kind.NUMBER, units_multiplied(left.unit, right.unit, -1), literal=literal)
    if left.kind in _DURATIONS and _pure(right):
        return left
    if left.kind in _DURATIONS and left.kind is right.kind:
        return NUMBER
    return _no_factor(args, _("{left}和{right}不能相除"))


def _no_factor(args: tuple[Type, ...], message: str) -> Mismatch:
    index = next((i for i, arg in enumerate(args) if arg.kind is not Kind.NUMBER), 0)
    return Mismatch("PR301", message.format(left=args[0], right=args[1]), index)


def negate(args: tuple[Type, ...]) -> Type | Mismatch:
    (arg,) = args
    if arg.kind in (Kind.NUMBER, *_DURATIONS):
        return arg
    return Mismatch("PR301", _("{arg}没有负值").format(arg=arg), 0)


def equate(args: tuple[Type, ...]) -> Type | Mismatch:
    left, right = args
    if left.kind is Kind.ENUM and right.kind is Kind.ENUM and not set(left.members) & set(right.members):
        return Mismatch("PR307", _("{left}和{right}没有共同的值").format(left=left, right=right))
    outcome = joined(left, right)
    return outcome if isinstance(outcome, Mismatch) else BOOL


def order(args: tuple[Type, ...]) -> Type | Mismatch:
    for index, arg in enumerate(args):
        if is_text(arg):
            return Mismatch("PR308", _("{arg}不分大小").format(arg=arg), index, _("用 = 或 属于；数字写在数的列里"))
        if arg.kind not in _ORDERED:
            return Mismatch("PR301", _("{arg}不分大小").format(arg=arg), index)
    outcome = joined(*args)
    return outcome if isinstance(outcome, Mismatch) else BOOL


def logic(args: tuple[Type, ...]) -> Type | Mismatch:
    for index, arg in enumerate(args):
        if arg.kind not in (Kind.BOOL, Kind.NULL):
            return Mismatch("PR305", _("这里应是条件，得到{arg}").format(arg=arg), index)
    return BOOL


def anything(_args: tuple[Type, ...]) -> Type | Mismatch:
    return BOOL


# functions


def takes(*params: Type, gives: Type) -> Rule:
    """A rule with a fixed type for each operand; fewer operands may be given where the table's row says so."""

    def rule(args: tuple[Type, ...]) -> Type | Mismatch:
        for index, (arg, param) in enumerate(zip(args, params, strict=False)):
            if not _fits_param(arg, param):
                return _wrong_argument(index, param, arg)
        return gives

    return rule


def takes_number(*params: Type) -> Rule:
    """A rule whose first operand is a number of any unit, which is the result's unit too."""

    def rule(args: tuple[Type, ...]) -> Type | Mismatch:
        if args[0].kind is not Kind.NUMBER:
            return _wrong_argument(0, NUMBER, args[0])
        rest = takes(*params, gives=args[0])(args[1:])
        return replace(rest, operand=(rest.operand or 0) + 1) if isinstance(rest, Mismatch) else rest

    return rule


def takes_either(*rules: Rule) -> Rule:
    """The first rule that accepts the operands."""

    def rule(args: tuple[Type, ...]) -> Type | Mismatch:
        outcomes = [rule(args) for rule in rules]
        return next((outcome for outcome in outcomes if isinstance(outcome, Type)), outcomes[0])

    return rule


def _fits_param(arg: Type, param: Type) -> bool:
    if param.kind is Kind.TEXT:
        return is_text(arg)
    return _pure(arg) if param.kind is Kind.NUMBER else arg.kind is param.kind


def _wrong_argument(index: int, param: Type, arg: Type) -> Mismatch:
    message = _("第 {n} 个参数应是{param}，得到{arg}").format(n=index + 1, param=param, arg=arg)
    return Mismatch("PR311", message, index)


def absolute(args: tuple[Type, ...]) -> Type | Mismatch:
    outcome = negate(args)
    return _wrong_argument(0, NUMBER, args[0]) if isinstance(outcome, Mismatch) else outcome


def extreme(args: tuple[Type, ...]) -> Type | Mismatch:
    """min, max: values of one ordered type."""
    for index, arg in enumerate(args):
        if arg.kind not in _ORDERED:
            return Mismatch("PR311", _("{arg}不分大小").format(arg=arg), index)
    return all_joined(args)


def total(args: tuple[Type, ...]) -> Type | Mismatch:
    """sum, mean: numbers of one unit."""
    for index, arg in enumerate(args):
        if arg.kind is not Kind.NUMBER:
            return _wrong_argument(index, NUMBER, arg)
    return all_joined(args)


def all_joined(args: tuple[Type, ...]) -> Type | Mismatch:
    """The one type of all operands."""
    outcome = args[0]
    for index, arg in enumerate(args[1:], 1):
        step = joined(outcome, arg)
        if isinstance(step, Mismatch):
            return replace(step, operand=index if step.operand in (None, 1) else 0)
        outcome = step
    return outcome


def remainder(args: tuple[Type, ...]) -> Type | Mismatch:
    """modulo: two numbers of one unit."""
    return total(args)
