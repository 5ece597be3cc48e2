"""Leaves of expressions as SQL: constants, cells, and the values of parameters."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from sqlglot import exp

from policyrun.columnar import choices, folding
from policyrun.columnar.choices import Operand
from policyrun.columnar.folding import Sql, boolean, column, compare, constant, text
from policyrun.columnar.numbers import CELL_BOUND, Bench, Number, no_number, number
from policyrun.ir.nodes import ParameterRef
from policyrun.ir.policy import Field
from policyrun.model.settings import Settings
from policyrun.model.types import Kind, Type
from policyrun.model.values import Days, Months, Value
from policyrun.model.vocabulary import DatedValue

#: Kinds of values that are numbers in SQL.
NUMERIC = (Kind.NUMBER, Kind.MONTHS, Kind.DAYS)

#: Money cells hold fen.
FEN = 100


def literal(value: Value | None, type_: Type | None) -> Operand:
    """A constant; an unknown one of a type."""
    match value:
        case None:
            return folding.nothing() if type_ is None else unknown(type_)
        case bool():
            return boolean(value)
        case Fraction():
            return number(value)
        case Months(count=count) | Days(count=count):
            return number(count)
        case date():
            return folding.day(value)
        case str():
            return text(value)


def unknown(type_: Type) -> Operand:
    return no_number() if type_.kind in NUMERIC else folding.nothing()


def of_type(value: Operand, type_: Type) -> Operand:
    """A value of a type: what is surely unknown may stand for a number, too."""
    return no_number() if type_.kind in NUMERIC and not isinstance(value, Number) else value


def cell_of(field: Field, type_: Type) -> Operand:
    """A field's cell: its column of the relation."""
    name = column(field.name)
    if type_.kind not in NUMERIC:
        return name
    den = FEN if field.cell == "money" else 1
    most = CELL_BOUND if field.most is None else min(CELL_BOUND, int(field.most) + 1)
    return Number(name, den, most * den, is_natural=True)


def known_values(node: ParameterRef, settings: Settings) -> list[DatedValue]:
    """The values of a parameter that had been published by the day that the run knows of."""
    return [each for each in node.values if each.published is None or each.published <= settings.known_on]


def parameter(bench: Bench, node: ParameterRef, known: list[DatedValue], day: Sql) -> Operand:
    """The value in effect on a day; where that is unknown, the one that all have in common."""
    values = [literal(each.value, node.type) for each in known]
    if len({choices.settled(value) for value in values}) == 1:
        return values[0]
    settled = constant(day)
    if isinstance(settled, date):
        return literal(_in_effect(known, settled).value, node.type)
    if not values or settled is None:
        return unknown(node.type)
    first, *later = sorted(known, key=lambda each: each.effective or date.min)
    arms: list[choices.Arm] = [
        (compare(exp.GTE, day, folding.day(each.effective)), literal(each.value, node.type))
        for each in reversed(later)
        if each.effective is not None
    ]
    arms.append((folding.not_null(day), literal(first.value, node.type)))
    return choices.chosen(bench, arms)


def _in_effect(values: list[DatedValue], day: date) -> DatedValue:
    """The value with the latest effective date on or before a day; the earliest also holds before its date."""
    first, *later = sorted(values, key=lambda value: value.effective or date.min)
    chosen = first
    for value in later:
        if value.effective is not None and value.effective <= day:
            chosen = value
    return chosen
