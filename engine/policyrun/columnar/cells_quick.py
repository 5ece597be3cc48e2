"""The plainest spelling of each cell type, read at once where DuckDB can.

A cast and the cast back give the text itself only if it is spelled just so. Both are worked out once per entry of a
dictionary of repeated texts, which no regular expression is, and what else a cell may hold is looked at only for the
cells that are left. Null says nothing: neither that a cell is blank nor that it does not type.
"""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from policyrun.columnar.cells_number import ROOMY_DIGITS, UNITS
from policyrun.columnar.folding import (
    Sql,
    binary,
    both,
    call,
    cases,
    cast,
    column,
    compare,
    either,
    equal,
    negated,
    text,
    whole,
)

_TEXT = exp.DataType(this=exp.DataType.Type.TEXT)
_DATE = exp.DataType(this=exp.DataType.Type.DATE)
_BIGINT = exp.DataType(this=exp.DataType.Type.BIGINT)
_INT = exp.DataType(this=exp.DataType.Type.INT)
_FEN = exp.DataType.build(f"DECIMAL({ROOMY_DIGITS + 2}, 2)")
_ROOMY = exp.DataType.build(f"DECIMAL({ROOMY_DIGITS}, 0)")


def quick_number(cell: Sql, units: int) -> Sql:
    """Digits without zeros in front; of money, such with two digits after a point."""
    roomy, fen = exp.TryCast(this=cell, to=_ROOMY), exp.TryCast(this=cell, to=_FEN)
    number = cast(roomy, _BIGINT)
    arms: list[tuple[Sql, Sql]] = [(compare(exp.LT, cell, text("0")), exp.Null())]  # a sign
    arms.append((_says(roomy, cell), number if units == 1 else binary(exp.Mul, number, whole(units))))
    if units == UNITS["money"]:
        arms.append((_says(fen, cell), cast(binary(exp.Mul, fen, whole(units)), _BIGINT)))
    return cases(arms)


def quick_date(cell: Sql) -> Sql:
    """2023-08-31 or 20230831."""
    dashed = exp.TryCast(this=cell, to=_DATE)
    digits = exp.TryCast(this=cell, to=_INT)
    is_day = cases([(_says(digits, cell), cast(call("TRY_STRPTIME", cell, text("%Y%m%d")), _DATE))])
    arms: list[tuple[Sql, Sql]] = [
        (compare(exp.LT, cell, text("0001")), exp.Null())
    ]  # DuckDB knows years before the first
    arms.append((equal(call("LENGTH", cell), whole(8)), is_day))
    arms.append((_says(dashed, cell), dashed))
    return cases(arms)


def id_parts(name: str, cell: Sql) -> list[dict[str, Sql]]:
    """Layers of columns over an ID number: each thing stands once, or it would be worked out again for each mention.

    All are null for what has not quite the form. The last has ``born:<name>``, the birth date as a number such as
    19900131, ``odd:<name>``, whether the 17th digit is, and ``rest:<name>``, which is 1 if the check character is
    right.
    """
    digits, check = column(f"digits:{name}"), column(f"check:{name}")
    born = binary(exp.Mod, binary(exp.IntDiv, digits, whole(1000)), whole(10**8))
    odd = equal(exp.Paren(this=exp.BitwiseAnd(this=digits, expression=whole(1))), whole(1))
    rest = binary(exp.Mod, binary(exp.Add, binary(exp.Mul, _weighed(digits), whole(2)), check), whole(11))
    number = column(f"number:{name}")
    return [
        {f"cast:{name}": exp.TryCast(this=cell, to=_BIGINT)},
        {f"number:{name}": _id_number(cell, column(f"cast:{name}"))},
        {
            f"digits:{name}": exp.BitwiseRightShift(this=number, expression=whole(4)),
            f"check:{name}": exp.BitwiseAnd(this=number, expression=whole(15)),
        },
        {f"born:{name}": born, f"odd:{name}": odd, f"rest:{name}": rest},
    ]


def _id_number(cell: Sql, number: Sql) -> Sql:
    """An ID number's 17 digits times 16, plus its check character, X being 10; null for what has not quite that form.

    Ten of eleven ID numbers are 18 digits, which a cast reads quickest. Of 18 characters that give as much as 10¹⁷,
    only those with an exponent are not all digits.

    Args:
        number: the cell cast to an integer.
    """
    first = cast(call("SUBSTR", cell, whole(1), whole(17)), _BIGINT)
    is_long = equal(call("STRLEN", cell), whole(18))
    has_exponent = either(call("CONTAINS", cell, text(letter)) for letter in "eE")
    digits = both([is_long, compare(exp.GTE, number, whole(10**17)), negated(has_exponent)])
    ends_in_x = both([call("SUFFIX", cell, text("X")), call("REGEXP_FULL_MATCH", cell, text("[0-9]{17}X"))])
    tens, last = binary(exp.IntDiv, number, whole(10)), binary(exp.Mod, number, whole(10))
    return cases(
        [
            (digits, binary(exp.Add, binary(exp.Mul, tens, whole(16)), last)),
            (ends_in_x, binary(exp.Add, binary(exp.Mul, first, whole(16)), whole(10))),
        ]
    )


def quick_id_card(name: str, cell: Sql, as_of: date) -> Sql:
    """The ID number itself, if it is one; from its ``id_parts``.

    Args:
        as_of: nobody is born later.
    """
    born = column(f"born:{name}")
    month, day = binary(exp.Mod, binary(exp.IntDiv, born, whole(100)), whole(100)), binary(exp.Mod, born, whole(100))
    exists = cases(
        [(exp.Between(this=exp.Paren(this=day), low=whole(1), high=whole(28)), exp.Boolean(this=True))],
        exp.Is(this=_day_of(born), expression=exp.Not(this=exp.Null())),
    )
    is_birth = [
        exp.Between(this=born, low=whole(10101), high=whole(_digits(as_of))),
        exp.Between(this=exp.Paren(this=month), low=whole(1), high=whole(12)),
        exists,
    ]
    return cases([(both([equal(column(f"rest:{name}"), whole(1)), *is_birth]), cell)])


def _weighed(digits: Sql) -> Sql:
    """Seventeen digits read with base 2: n − 8·(n÷10 + 2·(n÷100 + 2·(n÷1000 + …))), as ``cells_id`` has it."""
    tail = binary(exp.IntDiv, digits, whole(10**16))
    for place in range(15, 0, -1):
        tail = binary(exp.Add, binary(exp.IntDiv, digits, whole(10**place)), binary(exp.Mul, whole(2), tail))
    return binary(exp.Sub, digits, binary(exp.Mul, whole(8), tail))


def _digits(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _day_of(digits: Sql) -> Sql:
    """The day that a number such as 20230831 says; null where there is none."""
    written = call("LPAD", cast(digits, _TEXT), whole(8), text("0"))
    return call("TRY_STRPTIME", written, text("%Y%m%d"))


def begins_visibly(part: Sql) -> Sql:
    """Whether a text begins with a visible character: one of ASCII, or one that comes after all blanks.

    Of "~" and "、" it says no, as of what comes between them, since that takes one comparison instead of two.
    """
    between = exp.Between(this=part, low=text("~"), high=text("\u3001"))
    return both([compare(exp.GTE, part, text("!")), negated(between)])


def _says(value: Sql, cell: Sql) -> Sql:
    """Whether a value is written just as a cell is."""
    return equal(cast(value, _TEXT), cell)
