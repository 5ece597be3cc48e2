"""ID numbers as integers, for DuckDB: read, checked and taken apart without ever being a text again.

Nearly all are 18 digits, or 17 and a capital X; what else a cell may hold is looked at for the few cells left.
"""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from policyrun.columnar.cells_id import ALPHABET
from policyrun.columnar.cells_text import BLANKS, translated
from policyrun.columnar.dialect import Dialect
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
    is_null,
    negated,
    not_null,
    text,
    whole,
)

_TEXT = exp.DataType(this=exp.DataType.Type.TEXT)
_BIGINT = exp.DataType(this=exp.DataType.Type.BIGINT)
_FORM = "[0-9]{17}[0-9X]"


def number_of(name: str) -> str:
    """The column that holds the ID numbers of a column as integers."""
    return f"number:{name}"


def id_parts(name: str, cell: Sql, dialect: Dialect) -> list[dict[str, Sql]]:
    """Layers of columns over an ID number: each thing stands once, or it would be worked out again for each mention.

    ``spelled:<name>`` is what a cell comes to that is not written plainly, trimmed and with half-width characters. All
    others are null for what has not the form: ``read:<name>``, the 17 digits times 16, plus the check character, X
    being 10, and in the last layer ``born:<name>``, the birth date as a number such as 19900131, ``odd:<name>``,
    whether the 17th digit is, and ``rest:<name>``, which is 1 if the check character is right.
    """
    plain, spelled = column(f"plain:{name}"), column(f"spelled:{name}")
    half_width = call("UPPER", translated(dialect.trim(cell, BLANKS), ALPHABET, dialect))
    has_form = call("REGEXP_FULL_MATCH", spelled, text(_FORM))
    digits, check = column(f"digits:{name}"), column(f"check:{name}")
    born = binary(exp.Mod, binary(exp.IntDiv, digits, whole(1000)), whole(10**8))
    odd = equal(exp.Paren(this=exp.BitwiseAnd(this=digits, expression=whole(1))), whole(1))
    rest = binary(exp.Mod, binary(exp.Add, binary(exp.Mul, _weighed(digits), whole(2)), check), whole(11))
    number = column(f"read:{name}")
    return [
        {f"cast:{name}": exp.TryCast(this=cell, to=_BIGINT)},
        {f"plain:{name}": _plain_id(cell, column(f"cast:{name}"))},
        {f"spelled:{name}": cases([(is_null(plain), half_width)])},
        {f"read:{name}": cases([(not_null(plain), plain), (has_form, _id(spelled))])},
        {
            f"digits:{name}": exp.BitwiseRightShift(this=number, expression=whole(4)),
            f"check:{name}": exp.BitwiseAnd(this=number, expression=whole(15)),
        },
        {f"born:{name}": born, f"odd:{name}": odd, f"rest:{name}": rest},
    ]


def _id(written: Sql) -> Sql:
    """An ID number's 17 digits times 16, plus its check character, X being 10."""
    last = call("SUBSTR", written, whole(18))
    check = cases([(equal(last, text("X")), whole(10))], cast(last, _BIGINT))
    return binary(exp.Add, binary(exp.Mul, _seventeen(written), whole(16)), check)


def _seventeen(written: Sql) -> Sql:
    return cast(call("SUBSTR", written, whole(1), whole(17)), _BIGINT)


def _plain_id(cell: Sql, number: Sql) -> Sql:
    """The same of a cell that is just that; null for every other.

    Ten of eleven ID numbers are 18 digits, which a cast reads quickest. Of 18 characters that give as much as 10¹⁷,
    only those with an exponent are not all digits.

    Args:
        number: the cell cast to an integer.
    """
    is_long = equal(call("STRLEN", cell), whole(18))
    has_exponent = either(call("CONTAINS", cell, text(letter)) for letter in "eE")
    digits = both([is_long, compare(exp.GTE, number, whole(10**17)), negated(has_exponent)])
    ends_in_x = both([call("SUFFIX", cell, text("X")), call("REGEXP_FULL_MATCH", cell, text("[0-9]{17}X"))])
    tens, last = binary(exp.IntDiv, number, whole(10)), binary(exp.Mod, number, whole(10))
    return cases(
        [
            (digits, binary(exp.Add, binary(exp.Mul, tens, whole(16)), last)),
            (ends_in_x, binary(exp.Add, binary(exp.Mul, _seventeen(cell), whole(16)), whole(10))),
        ]
    )


def id_number(name: str, as_of: date) -> Sql:
    """``read`` of ``id_parts`` where it is an ID number: the birth date exists and the check character is right.

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
    return cases([(both([equal(column(f"rest:{name}"), whole(1)), *is_birth]), column(f"read:{name}"))])


def id_text(name: str, cell: Sql) -> Sql:
    """The ID number as text with a capital X, from its ``id_number`` and ``id_parts``."""
    spelled = exp.Coalesce(this=column(f"spelled:{name}"), expressions=[cell])
    return cases([(not_null(column(number_of(name))), spelled)])


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
