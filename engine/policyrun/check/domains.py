"""The values an input of a decision table can have, cut into finitely many parts that its tests cannot tell apart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from policyrun.check.reach import possible_texts
from policyrun.check.saying import say
from policyrun.ir.nodes import Apply, Column, DecisionRef, Expr, If, Literal, ParameterRef, Table
from policyrun.ir.policy import RecordType
from policyrun.model.types import Kind, Type
from policyrun.model.values import Days, Months, Value
from policyrun.source.messages import _

#: Ops whose results are whole numbers, whatever their operands; and those that keep whole numbers whole.
_WHOLE = frozenset(
    {"year", "month", "day", "weekday", "day_of_year", "week_of_year", "months_between", "years_between"}
    | {"floor", "ceiling", "string_length"}
)
_KEEPS_WHOLE = frozenset(
    {"year", "month", "day", "weekday", "day_of_year", "week_of_year", "months_between", "years_between"}
    | {"floor", "ceiling", "string_length"}
)

_WHOLE_CELLS = frozenset({"int", "serial"})
_NOT_NEGATIVE_CELLS = frozenset({"int", "serial", "money"})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an input's values: one value that stands for all of it, and how to say it."""

    value: Value | None
    words: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most a number can be, inclusive, and whether it is whole; None: no bound."""

    least: Fraction | None = None
    most: Fraction | None = None
    whole: bool = False


def parts_of(column: Expr, cuts: set[Value], null: bool, records: Mapping[str, RecordType]) -> tuple[Part, ...]:
    """The parts of an input that is compared with the values ``cuts`` (and with null, if ``null``)."""
    match column.type.kind:
        case Kind.BOOL:
            parts = [Part(True, _("“是”")), Part(False, _("“否”"))]
        case Kind.ENUM | Kind.TEXT:
            parts = _texts(column, cuts)
        case _:
            parts = _ordered(column.type, sorted(cuts, key=_scale), _bounds(column, records))
    return (*parts, Part(None, _("空"))) if null else tuple(parts)


def _texts(column: Expr, cuts: set[Value]) -> list[Part]:
    known = possible_texts(column)
    if known is None and column.type.kind is Kind.ENUM:
        known = set(column.type.members)
    if known is not None:
        order = {member: place for place, member in enumerate(column.type.members)}
        return [Part(text, f"“{text}”") for text in sorted(known, key=lambda text: (order.get(text, len(order)), text))]
    named = sorted(str(cut) for cut in cuts)
    return [*(Part(text, f"“{text}”") for text in named), Part("".join(named) + "…", _("其他文本"))]


def _ordered(type_: Type, cuts: list[Value], bounds: Bounds) -> list[Part]:
    """Each cut, what lies between two of them, below the first and above the last."""
    if not cuts:
        return [Part(_unscaled(type_, bounds.least or Fraction(0)), _("任意"))]
    whole = bounds.whole or type_.kind is not Kind.NUMBER
    points = [_scale(cut) for cut in cuts]
    said = [say(cut, type_) for cut in cuts]
    spans: list[tuple[Fraction | None, Fraction | None, str]] = [(None, points[0], _("小于 {to}").format(to=said[0]))]
    for (low, low_said), (high, high_said) in pairwise(zip(points, said, strict=True)):
        spans.append((low, low, low_said))
        spans.append((low, high, _("{low} 与 {high} 之间").format(low=low_said, high=high_said)))
    spans.append((points[-1], points[-1], said[-1]))
    spans.append((points[-1], None, _("大于 {of}").format(of=said[-1])))
    parts = []
    for low_, high_, words in spans:
        point = _inside(low_, high_, bounds, whole)
        if point is not None:
            parts.append(Part(_unscaled(type_, point), words))
    return parts


def _inside(low: Fraction | None, high: Fraction | None, bounds: Bounds, whole: bool) -> Fraction | None:
    """A number within bounds that is ``low`` if that is ``high`` too, else strictly between them; None if none is."""
    if low is not None and low == high:
        fits = (bounds.least is None or low >= bounds.least) and (bounds.most is None or low <= bounds.most)
        return low if fits and (not whole or low.denominator == 1) else None
    return _whole_inside(low, high, bounds) if whole else _dense_inside(low, high, bounds)


def _whole_inside(low: Fraction | None, high: Fraction | None, bounds: Bounds) -> Fraction | None:
    floors = [math.floor(low) + 1] if low is not None else []
    floors += [math.ceil(bounds.least)] if bounds.least is not None else []
    tops = [math.ceil(high) - 1] if high is not None else []
    tops += [math.floor(bounds.most)] if bounds.most is not None else []
    if floors and tops and max(floors) > min(tops):
        return None
    return Fraction(max(floors) if floors else min(tops, default=0))


def _dense_inside(low: Fraction | None, high: Fraction | None, bounds: Bounds) -> Fraction | None:
    floor = max((end for end in (low, bounds.least) if end is not None), default=None)
    top = min((end for end in (high, bounds.most) if end is not None), default=None)
    if floor is None:
        return Fraction(0) if top is None else top - 1
    if top is None:
        return floor + 1
    if floor < top:
        return (floor + top) / 2
    return floor if floor == top and floor != low and top != high else None


def _scale(value: Value) -> Fraction:
    """An ordered value on a line of numbers."""
    match value:
        case Fraction():
            return value
        case date():
            return Fraction(value.toordinal())
        case Months(count=count) | Days(count=count):
            return Fraction(count)
        case _:
            raise AssertionError(value)


def _unscaled(type_: Type, point: Fraction) -> Value:
    match type_.kind:
        case Kind.DATE:
            return date.min + timedelta(days=min(max(int(point), 1), date.max.toordinal()) - 1)
        case Kind.MONTHS:
            return Months(int(point))
        case Kind.DAYS:
            return Days(int(point))
        case _:
            return point


def _bounds(column: Expr, records: Mapping[str, RecordType]) -> Bounds:
    """What is known of a number: cells are never negative, counts are whole, a field may say more."""
    if not isinstance(column, Column):
        return Bounds(whole=_is_whole(column, records))
    fields = [field for record in records.values() if (field := record.field(column.name)) is not None]
    floors = [field.least or (Fraction(0) if field.cell in _NOT_NEGATIVE_CELLS else None) for field in fields]
    ceilings = [field.most for field in fields]
    return Bounds(
        least=min((floor for floor in floors if floor is not None), default=None) if None not in floors else None,
        most=max((top for top in ceilings if top is not None), default=None) if None not in ceilings else None,
        whole=_is_whole(column, records),
    )


def _is_whole(expr: Expr, records: Mapping[str, RecordType]) -> bool:
    match expr:
        case Literal(value=Fraction() as number):
            return number.denominator == 1
        case Column(name=name):
            fields = [field for record in records.values() if (field := record.field(name)) is not None]
            return all(field.cell in _WHOLE_CELLS for field in fields)
        case ParameterRef(values=values):
            return bool(values) and all(
                isinstance(each.value, Fraction) and each.value.denominator == 1 for each in values
            )
        case DecisionRef(expr=inner):
            return _is_whole(inner, records)
        case If(then=then, otherwise=otherwise):
            return _is_whole(then, records) and _is_whole(otherwise, records)
        case Table(rows=rows, default=default):
            outcomes = [*(row.outcome for row in rows), *([] if default is None else [default])]
            return all(_is_whole(outcome, records) for outcome in outcomes)
        case Apply(op=op, args=args):
            return op in _WHOLE or (op in _KEEPS_WHOLE and all(_is_whole(arg, records) for arg in args))
        case _:
            return False
