"""身份证号码 in cells, in SQL: its form, its birth date and its check character in integer arithmetic."""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from policyrun.columnar import cells_date
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import Sql, binary, both, call, cases, column, day, equal, text, whole

ALPHABET = "0123456789Xx"

_FORM = "[0-9]{17}[0-9Xx]"
_CHECKS = "10X98765432"


def helpers(name: str, written: Sql, dialect: Dialect) -> list[dict[str, Sql]]:
    """Layers of helper columns that ``value`` reads; arguments as for ``cells_date.helpers``."""
    is_number = dialect.full_match(written, _FORM)
    digits = dialect.whole(dialect.substring(written, whole(1), whole(17)))
    layer = {f"digits:{name}": cases([(is_number, digits)])}
    if dialect.name != "duckdb":
        layer.update(cells_date.birth_parts(name, written, is_number, dialect))
    return [layer]


def value(name: str, written: Sql, as_of: date, dialect: Dialect) -> Sql:
    """The number with a capital X; null where it is none."""
    digits = column(f"digits:{name}")
    born = exp.Between(this=cells_date.birth(name, written, dialect), low=day(date.min), high=day(as_of))
    last = call("UPPER", dialect.substring(written, whole(18), whole(1)))
    return cases([(both([born, equal(_check_character(digits, dialect), last)]), call("UPPER", written))])


def _check_character(digits: Sql, dialect: Dialect) -> Sql:
    """What must follow seventeen digits, null without them.

    The weight of the digit k places before the check character is 2ᵏ modulo 11. The digits of n read with base 2 come
    to n − 8·(n÷10 + 2·(n÷100) + 4·(n÷1000) + …): a step to the left is worth 2 and not 10.
    """
    tens = [binary(exp.Mul, whole(2**place), dialect.quotient(digits, whole(10 ** (place + 1)))) for place in range(16)]
    total = tens[0]
    for term in tens[1:]:
        total = binary(exp.Add, total, term)
    by_twos = binary(exp.Sub, digits, binary(exp.Mul, whole(8), total))
    rest = dialect.remainder(binary(exp.Mul, whole(2), by_twos), whole(11))
    return dialect.substring(text(_CHECKS), binary(exp.Add, rest, whole(1)), whole(1))
