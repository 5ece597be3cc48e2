"""What was granted before a run, as rows of the relations that a fold reads: what each key of a limit has used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from policyrun.columnar.candidates import KeyPart
from policyrun.columnar.fold_spec import LimitSpec, Measure
from policyrun.columnar.plan import Unlowered
from policyrun.model.values import Days, Months, Value
from policyrun.source.messages import _

#: A value as a relation holds it.
Cell = int | str | bool | date | None

_ID_NUMBER = re.compile("[0-9]{17}[0-9X]", re.ASCII)

#: The columns of a past relation after those of the key.
PAST_COLUMNS = ("number", "used", "most", "kind_first", "kind_other")


def past_rows(
    limit: LimitSpec, parts: Sequence[KeyPart], accounts: Iterable[tuple[Sequence[Value | None], Sequence[Value]]]
) -> list[tuple[Cell, ...]]:
    """The rows of ``LimitSpec.past``: ``LimitSpec.key``, then ``PAST_COLUMNS``.

    Args:
        parts: of the key, as ``LimitSpec.key`` names them.
        accounts: key and what each grant used, in the order of the grants; keys without grants are left out.

    Raises:
        Unlowered: for a quantity that is no multiple of 1 / ``limit.den``.
    """
    rows: list[tuple[Cell, ...]] = []
    for key, uses in accounts:
        own = list(zip(parts, key, strict=True))
        if uses and all(_may_be(part, value) for part, value in own):
            rows.append((*(_part_of(part, value) for part, value in own), len(uses), *_used(limit, uses)))
    return rows


def _may_be(part: KeyPart, value: Value | None) -> bool:
    """Whether a candidate may have a part of a key: ID numbers have a form, numbers are multiples of 1 / ``den``."""
    if part.is_id_number:
        return value is None or _ID_NUMBER.fullmatch(str(value)) is not None
    return not isinstance(value, Fraction) or (value * part.den).denominator == 1


def _part_of(part: KeyPart, value: Value | None) -> Cell:
    """A part of a key as candidates have it."""
    return id_number(value) if part.is_id_number else cell_of(value, part.den)


def id_number(value: Value | None) -> int:
    """An ID number as an integer: 17 digits times 16, plus the check character, X being 10; 0 for a blank one."""
    if value is None:
        return 0
    digits, check = str(value)[:17], str(value)[17:]
    return int(digits) * 16 + (10 if check == "X" else int(check))


def _used(limit: LimitSpec, uses: Sequence[Value]) -> tuple[Cell, ...]:
    if limit.measure is Measure.SAME:
        first = str(uses[0])
        return None, None, first, next((str(use) for use in uses if use != uses[0]), None)
    numbers = [_whole(limit, use) for use in uses]
    return sum(numbers), max(numbers), None, None


def _whole(limit: LimitSpec, use: Value) -> int:
    number = use * limit.den if isinstance(use, Fraction) else None
    if number is None or number.denominator != 1:
        raise Unlowered(_("限额“{limit}”历史记录所用的 {used}").format(limit=limit.name, used=use))
    return number.numerator


def cell_of(value: Value | None, den: int = 1) -> Cell:
    """A value as a relation holds it: a number times its denominator, a duration by its count."""
    match value:
        case Fraction():
            assert (value * den).denominator == 1, "the denominator is that of all values of the column"
            return (value * den).numerator
        case Months() | Days():
            return value.count
        case _:
            return value
