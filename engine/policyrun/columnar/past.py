"""What was granted before a run, as rows of the relations that a fold reads: what each key of a limit has used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from policyrun.columnar.fold_spec import LimitSpec, Measure
from policyrun.columnar.plan import Unlowered
from policyrun.model.values import Days, Months, Value
from policyrun.source.messages import _

#: A value as a relation holds it.
Cell = int | str | bool | date | None

#: The columns of a past relation after those of the key.
PAST_COLUMNS = ("number", "used", "most", "kind_first", "kind_other")


def past_rows(
    limit: LimitSpec, dens: Sequence[int], accounts: Iterable[tuple[Sequence[Value | None], Sequence[Value]]]
) -> list[tuple[Cell, ...]]:
    """The rows of ``LimitSpec.past``: ``LimitSpec.key``, then ``PAST_COLUMNS``.

    Args:
        dens: denominator of each part of the key that is a number; 1 of the others.
        accounts: key and what each grant used, in the order of the grants; keys without grants are left out.

    Raises:
        Unlowered: for a quantity that is no multiple of 1 / ``limit.den``.
    """
    rows: list[tuple[Cell, ...]] = []
    for key, uses in accounts:
        parts = list(zip(key, dens, strict=True))
        if uses and all(_is_multiple(part, den) for part, den in parts):
            rows.append((*(cell_of(part, den) for part, den in parts), len(uses), *_used(limit, uses)))
    return rows


def _is_multiple(value: Value | None, den: int) -> bool:
    """Whether a candidate may have a part of a key: all its numbers are multiples of 1 / ``den``."""
    return not isinstance(value, Fraction) or (value * den).denominator == 1


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
