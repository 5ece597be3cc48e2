"""What hangs on one column of few values alone: worked out beforehand for each of those values.

Where typed cells have the place of their text among the members of an enumeration beside it, a decision table over
that column, or a comparison with it, needs no CASE over texts: its outcomes stand in a list, and the place says which
it is. DuckDB reads a list by a column of places without looking at the rows one by one where the column is a
dictionary. A yes/no column needs no list: what hangs on it alone is one CASE, however long its rules are.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlglot import exp

from policyrun.columnar.folding import (
    UNSETTLED,
    Sql,
    among,
    binary,
    boolean,
    call,
    cases,
    column,
    compare,
    constant,
    is_null,
    negated,
    not_null,
    nothing,
    text,
    whole,
)
from policyrun.ir.policy import Field

#: A constant of a type that lists have here.
Known: TypeAlias = bool | int | str | None

_BIGINT = exp.DataType(this=exp.DataType.Type.BIGINT)
_BIGINTS = exp.DataType(this=exp.DataType.Type.ARRAY, expressions=[_BIGINT], nested=True)
_BEYOND = 2**63
#: Of more texts than these, a list costs more than what it saves.
_MOST_TEXTS = 64


@dataclass(frozen=True, slots=True)
class Listed:
    """A value that hangs on one column alone.

    Attributes:
        place: the column of places, from 1, or of truths; NULL where a cell has no value.
        values: what the value is where the place is NULL, then for each place, or for yes and for no.
        by_truth: whether the column is one of truths.
    """

    place: str
    values: tuple[Known, ...]
    by_truth: bool = False


class _UnlistedError(Exception):
    """Says that an expression holds something that is not worked out beforehand."""


def place_of(name: str) -> str:
    """The column that holds the places of the texts of a column."""
    return f"place:{name}"


def members_by_place(fields: Iterable[Field], columns: Collection[str]) -> dict[str, Sequence[str]]:
    """The enumerations of few texts with the places of these among some columns, and the texts."""
    held = ((field.name, field.enumeration) for field in fields if place_of(field.name) in columns)
    found = {name: enumeration.members for name, enumeration in held if enumeration is not None}
    return {name: texts for name, texts in found.items() if len(texts) <= _MOST_TEXTS}


def members(name: str, texts: Sequence[str]) -> dict[str, Listed]:
    """A column of few texts and the column of their places."""
    place = place_of(name)
    return {name: Listed(place, (None, *texts)), place: Listed(place, (None, *range(1, len(texts) + 1)))}


def truth(name: str) -> Listed:
    """A yes/no column."""
    return Listed(name, (None, True, False), by_truth=True)


def listed(definition: Sql, columns: Mapping[str, Listed]) -> Listed | None:
    """What an expression comes to for each place of the one column that all its columns hang on.

    Args:
        columns: what is known of each column in it.

    Returns:
        None where they hang on several, or where the expression is not one to work out beforehand.
    """
    places = {each.place for each in columns.values()}
    if len(places) != 1:
        return None
    some = next(iter(columns.values()))
    try:
        values = tuple(
            _value(definition, {name: each.values[number] for name, each in columns.items()})
            for number in range(len(some.values))
        )
    except _UnlistedError:
        return None
    if len({type(value) for value in values if value is not None}) > 1:
        return None
    return Listed(some.place, values, some.by_truth)


def written(value: Listed, *, is_certain: bool) -> Sql:
    """A value as SQL over its column of places.

    Args:
        is_certain: whether nobody asks what it is where the place is NULL.
    """
    place, (blank, *rest) = column(value.place), value.values
    missing = blank is None or is_certain
    if len({*rest, *(() if is_certain else (blank,))}) == 1:
        return _constant(rest[0])
    if value.by_truth:
        return _by_truth(place, blank, *rest, is_certain=is_certain)
    differ = len(set(rest)) > 1
    if None not in rest and isinstance(rest[0], bool) and (differ if missing else not differ):
        return _one_of(place, rest) if differ else is_null(place) if blank else not_null(place)
    if rest == list(range(1, len(rest) + 1)) and rest[0] is not True:
        return place if missing else exp.Coalesce(this=place, expressions=[_constant(blank)])
    if missing:
        return looked_up(rest, place)
    number = exp.Coalesce(this=place, expressions=[whole(0)])
    return looked_up([blank, *rest], binary(exp.Add, number, whole(1)))


def _by_truth(own: Sql, blank: Known, yes: Known, no: Known, *, is_certain: bool) -> Sql:
    """A value by a yes/no column."""
    if isinstance(yes, bool) and isinstance(no, bool):
        if yes is not no:
            known = own if blank is None or is_certain else exp.Coalesce(this=own, expressions=[boolean(blank is yes)])
            return known if yes else negated(known)
        if blank is not None:
            return not_null(own) if yes else is_null(own)
    blank = yes if is_certain else blank
    arms = [(yes, own), (no, negated(own)), (blank, is_null(own))]
    same = [value for value, _when in arms if [each for each, _ in arms].count(value) > 1]
    last = same[0] if same else blank
    return cases([(when, _typed(value)) for value, when in arms if value != last], _constant(last))


def _typed(value: Known) -> Sql:
    """A constant, whole numbers as wide as those of lists."""
    known = _constant(value)
    return exp.Cast(this=known, to=_BIGINT) if isinstance(value, int) and not isinstance(value, bool) else known


def looked_up(values: Sequence[Known], place: Sql) -> Sql:
    """The value at a place of a list, from 1; NULL where there is no such."""
    array: Sql = exp.Array(expressions=[_constant(value) for value in values])
    if any(isinstance(value, int) and not isinstance(value, bool) for value in values):
        array = exp.Cast(this=array, to=_BIGINTS)
    return call("LIST_EXTRACT", array, place)


def _one_of(place: Sql, holds: Sequence[Known]) -> Sql:
    """Whether a place is one of those where a condition holds."""
    true = [number for number, value in enumerate(holds, 1) if value]
    false = [number for number, value in enumerate(holds, 1) if not value]
    if len(true) > 1 and len(false) > 1:  # one comparison is quicker than a list of places
        if true[-1] < false[0]:
            return compare(exp.LTE, place, whole(true[-1]))
        if false[-1] < true[0]:
            return compare(exp.GTE, place, whole(true[0]))
    places = [whole(number) for number in (true if len(true) <= len(false) else false)]
    return among(place, places) if len(true) <= len(false) else _none_of(place, places)


def _none_of(place: Sql, places: Sequence[Sql]) -> Sql:
    return exp.NEQ(this=place, expression=places[0]) if len(places) == 1 else negated(among(place, places))


def _constant(value: Known) -> Sql:
    match value:
        case None:
            return nothing()
        case bool():
            return boolean(value)
        case int():
            return whole(value)
        case str():
            return text(value)


# ------------------------------------------------------------------------------------------------- the value of a tree

_Row: TypeAlias = Mapping[str, Known]


def _value(node: Sql, row: _Row) -> Known:
    """What an expression is where its columns are so.

    Raises:
        _UnlistedError: where it holds something that this does not know.
    """
    kind = _KINDS.get(type(node))
    if kind is None:
        raise _UnlistedError
    return kind(node, row)


def _of_column(node: Sql, row: _Row) -> Known:
    if node.args.get("table") or node.name not in row:
        raise _UnlistedError
    return row[node.name]


def _of_constant(node: Sql, row: _Row) -> Known:
    known = constant(node)
    if known is UNSETTLED or not (known is None or isinstance(known, bool | int | str)):
        raise _UnlistedError
    return known


def _of_inner(node: Sql, row: _Row) -> Known:
    return _value(node.this, row)


def _of_cast(node: Sql, row: _Row) -> Known:
    value = _value(node.this, row)
    if not (value is None or (isinstance(value, int) and not isinstance(value, bool))) or node.args["to"] != _BIGINT:
        raise _UnlistedError
    return value


def _of_case(node: Sql, row: _Row) -> Known:
    for arm in node.args["ifs"]:
        if _value(arm.this, row) is True:
            return _value(arm.args["true"], row)
    default = node.args.get("default")
    return None if default is None else _value(default, row)


def _of_coalesce(node: Sql, row: _Row) -> Known:
    for each in (node.this, *node.expressions):
        value = _value(each, row)
        if value is not None:
            return value
    return None


def _of_connector(decides: bool) -> Callable[[Sql, _Row], Known]:
    def value(node: Sql, row: _Row) -> Known:
        both = (_value(node.this, row), _value(node.expression, row))
        if decides in both:
            return decides
        return None if None in both else not decides

    return value


def _of_not(node: Sql, row: _Row) -> Known:
    value = _value(node.this, row)
    return None if value is None else not value


def _of_is(node: Sql, row: _Row) -> Known:
    value, other = _value(node.this, row), node.expression
    if isinstance(other, exp.Null):
        return value is None
    if isinstance(other, exp.Not) and isinstance(other.this, exp.Null):
        return value is not None
    raise _UnlistedError


def _of_in(node: Sql, row: _Row) -> Known:
    if node.args.get("query") or not node.expressions:
        raise _UnlistedError
    value, others = _value(node.this, row), [_value(each, row) for each in node.expressions]
    if value is None:
        return None
    return True if value in others else None if None in others else False


def _of_call(node: Sql, row: _Row) -> Known:
    """The least or the greatest of numbers; those that are unknown do not count."""
    calculated = {"LEAST": min, "GREATEST": max}.get(node.name)
    if calculated is None:
        raise _UnlistedError
    values = [_value(each, row) for each in node.expressions]
    known = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
    if len(known) + values.count(None) < len(values):
        raise _UnlistedError
    return calculated(known, default=None)


def _of_two(calculated: Callable[[Any, Any], bool | int], kinds: tuple[type, ...]) -> Callable[[Sql, _Row], Known]:
    """An operation that is unknown where an operand is, of operands of one of some types."""

    def value(node: Sql, row: _Row) -> Known:
        left, right = _value(node.this, row), _value(node.expression, row)
        if left is None or right is None:
            return None
        if type(left) is not type(right) or type(left) not in kinds:
            raise _UnlistedError
        found = calculated(left, right)
        if isinstance(found, int) and not -_BEYOND < found < _BEYOND:
            raise _UnlistedError
        return found

    return value


_KINDS: Mapping[type, Callable[[Sql, _Row], Known]] = {
    exp.Column: _of_column,
    exp.Literal: _of_constant,
    exp.Boolean: _of_constant,
    exp.Null: _of_constant,
    exp.Neg: _of_constant,
    exp.Paren: _of_inner,
    exp.Cast: _of_cast,
    exp.Case: _of_case,
    exp.Anonymous: _of_call,
    exp.Coalesce: _of_coalesce,
    exp.And: _of_connector(False),
    exp.Or: _of_connector(True),
    exp.Not: _of_not,
    exp.Is: _of_is,
    exp.In: _of_in,
    exp.EQ: _of_two(operator.eq, (int, str)),
    exp.NEQ: _of_two(operator.ne, (int, str)),
    exp.LT: _of_two(operator.lt, (int,)),
    exp.LTE: _of_two(operator.le, (int,)),
    exp.GT: _of_two(operator.gt, (int,)),
    exp.GTE: _of_two(operator.ge, (int,)),
    exp.Add: _of_two(operator.add, (int,)),
    exp.Sub: _of_two(operator.sub, (int,)),
    exp.Mul: _of_two(operator.mul, (int,)),
}
