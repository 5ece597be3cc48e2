"""Functions of texts and of ID numbers, which count in characters."""

from __future__ import annotations

import string as letters
from collections.abc import Callable, Sequence

from sqlglot import exp

from policyrun.columnar.choices import Operand, sql_of
from policyrun.columnar.folding import (
    Sql,
    binary,
    both,
    cases,
    column,
    compare,
    constant,
    equal,
    negated,
    not_null,
    text,
    whole,
)
from policyrun.columnar.numbers import Bench, Number, is_whole, no_number, whole_part
from policyrun.columnar.plan import Unlowered
from policyrun.model.types import Kind, Type
from policyrun.source.messages import _

_ID_CARD = "[0-9]{17}[0-9Xx]"

#: Texts of more characters than this do not stand in cells of tables.
_LONGEST_TEXT = 2**31 - 1

# ---------------------------------------------------------------------------------------------------------- ID numbers


def birth_date(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    number, dialect = sql_of(operands[0]), bench.dialect
    written = dialect.whole(dialect.substring(number, whole(7), whole(8)))
    checked = bench.layers.is_id_card(number)
    is_id = exp.Boolean(this=True) if checked else dialect.full_match(number, _ID_CARD)
    digits = _part(bench, "born", number) or bench.bind(cases([(is_id, written)]), "生日")
    year = dialect.quotient(digits, whole(10000))
    month = dialect.remainder(dialect.quotient(digits, whole(100)), whole(100))
    day = dialect.remainder(digits, whole(100))
    if checked:
        # What is beside a text that is no ID number after all may be no day.
        sound = not_null(_part(bench, "number", number) or number)
        born = bench.bind(cases([(sound, dialect.date_of(year, month, day))]), "出生日期")
        assert isinstance(born, exp.Column), "what is worked out from a column is one"
        bench.day_numbers[born.name] = digits
        return born
    return bench.bind(dialect.make_date(*(bench.bind(part) for part in (year, month, day))), "出生日期")


def sex(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    number, dialect = sql_of(operands[0]), bench.dialect
    digit = dialect.substring(number, whole(17), whole(1))
    is_odd = _part(bench, "odd", number)
    if is_odd is None:
        is_odd = bench.bind(compare(exp.GT, dialect.position(text("13579"), digit), whole(0)))
    outcome = cases([(is_odd, text("男")), (negated(is_odd), text("女"))])
    if bench.layers.is_id_card(number):
        return bench.bind(outcome, "性别")
    return bench.bind(cases([(dialect.full_match(number, _ID_CARD), outcome)]), "性别")


def _part(bench: Bench, part: str, number: Sql) -> Sql | None:
    """What the typed cell of an ID number has beside it."""
    if not (isinstance(number, exp.Column) and bench.layers.is_id_card(number)):
        return None
    name = f"{part}:{number.name}"
    return column(name) if bench.layers.has_column(name) else None


# --------------------------------------------------------------------------------------------------------------- parts


def _place(bench: Bench, value: Operand) -> tuple[Sql, Sql]:
    """A position or a count: whether it is a whole number, and that."""
    assert isinstance(value, Number), "the checker lets only numbers through"
    return is_whole(bench, value), whole_part(bench, value)


def _narrow(bench: Bench, value: Operand, place: Sql) -> Sql:
    """A position within a text, of a number that may be wide."""
    assert isinstance(value, Number), "the checker lets only numbers through"
    return bench.dialect.whole(place) if bench.is_wide(value.bound) else place


def substring(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    """From a position on, counted from the end where negative; unknown for a position that is none."""
    value = sql_of(operands[0])
    starts_whole, start = _place(bench, operands[1])
    size = bench.bind(bench.dialect.length(value))
    known = constant(start)
    if isinstance(known, int) and known > 0:
        exists, first = compare(exp.GTE, size, start), start
    else:
        near = exp.Between(this=start, low=exp.Neg(this=size), high=size)
        exists = both((compare(exp.NEQ, start, whole(0)), near))
        from_end = binary(exp.Add, binary(exp.Add, size, start), whole(1))
        first = _narrow(bench, operands[1], cases([(compare(exp.GT, start, whole(0)), start)], from_end))
    conditions = [starts_whole, exists]
    count: Sql | None = None
    if len(operands) > 2:
        counts_whole, count = _place(bench, operands[2])
        conditions += [counts_whole, compare(exp.GTE, count, whole(1))]
        if not isinstance(count, exp.Literal) or int(count.this) > _LONGEST_TEXT:
            count = _narrow(bench, operands[2], bench.dialect.least(count, size))
    return bench.bind(cases([(both(conditions), bench.dialect.substring(value, first, count))]))


def string_length(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    return Number(bench.bind(bench.dialect.length(sql_of(operands[0]))), 1, _LONGEST_TEXT, True)


def substring_before(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    value, part = (sql_of(each) for each in operands)
    place = bench.bind(bench.dialect.position(value, part))
    before = bench.dialect.substring(value, whole(1), binary(exp.Sub, place, whole(1)))
    return bench.bind(cases([(compare(exp.GT, place, whole(0)), before), (equal(place, whole(0)), text(""))]))


def substring_after(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    value, part = (sql_of(each) for each in operands)
    place = bench.bind(bench.dialect.position(value, part))
    after = bench.dialect.substring(value, binary(exp.Add, place, bench.dialect.length(part)))
    return bench.bind(cases([(compare(exp.GT, place, whole(0)), after), (equal(place, whole(0)), text(""))]))


def _test(method: str) -> Callable[[Bench, Sequence[Operand], Sequence[Type]], Operand]:
    def function(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
        value, part = (sql_of(each) for each in operands)
        return bench.bind(getattr(bench.dialect, method)(value, part))

    return function


# --------------------------------------------------------------------------------------------------------------- cases

_WIDE_UPPER = "".join(chr(code) for code in range(ord("Ａ"), ord("Ｚ") + 1))
_WIDE_LOWER = "".join(chr(code) for code in range(ord("ａ"), ord("ｚ") + 1))
_UPPER = letters.ascii_uppercase + _WIDE_UPPER
_LOWER = letters.ascii_lowercase + _WIDE_LOWER

#: Texts whose letters are those above: ASCII, general punctuation, CJK signs and ideographs, full-width forms.
_PLAIN_LETTERS = (
    "[\\x{00}-\\x{7F}\\x{B7}\\x{D7}\\x{2000}-\\x{206F}\\x{3000}-\\x{9FFF}\\x{FF00}-\\x{FFEF}\\x{20000}-\\x{3FFFF}]*"
)


def _in_case(characters: str, others: str) -> Callable[[Bench, Sequence[Operand], Sequence[Type]], Operand]:
    def function(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
        value = sql_of(operands[0])
        known = constant(value)
        if isinstance(known, str):
            return text(known.upper() if others is _UPPER else known.lower())
        other_letters = bench.bind(negated(bench.dialect.full_match(value, bench.dialect.code_points(_PLAIN_LETTERS))))
        bench.beyond.append(exp.Coalesce(this=other_letters, expressions=[exp.Boolean(this=False)]))
        return bench.bind(bench.dialect.translate(value, characters, others))

    return function


# -------------------------------------------------------------------------------------------------- to and from texts


def string(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    """A value's text as FEEL writes it."""
    value, kind = operands[0], types[0].kind
    if isinstance(value, Number):
        return bench.bind({Kind.DAYS: _days_text, Kind.MONTHS: _months_text}.get(kind, _decimal_text)(bench, value))
    if kind is Kind.BOOL:
        return bench.bind(cases([(value, text("true")), (negated(value), text("false"))]))
    return bench.bind(bench.dialect.date_text(value)) if kind is Kind.DATE else value


def _decimal_text(bench: Bench, value: Number) -> Sql:
    """The exact decimal form without trailing zeros; unknown for a number that has none."""
    if not isinstance(value.den, int):
        raise Unlowered(_("把除数不是常数的商转成文本"))
    other, digits = _decimals(value.den)
    num, conditions = value.num, []
    if other > 1:
        conditions.append(equal(bench.dialect.remainder(num, whole(other)), whole(0)))
        num = bench.bind(bench.dialect.quotient(num, whole(other), is_wide=bench.is_wide(value.bound)))
    factor = 10**digits // (value.den // other)
    scaled = bench.bind(bench.times(num, value.bound, whole(factor), factor))
    is_wide = bench.is_wide(value.bound * factor)
    size = scaled if value.is_natural else bench.bind(bench.dialect.magnitude(scaled))
    dialect = bench.dialect
    shown = dialect.as_text(dialect.quotient(size, whole(10**digits), is_wide=is_wide))
    if digits:
        rest = bench.bind(dialect.remainder(size, whole(10**digits)))
        padded = dialect.substring(dialect.as_text(binary(exp.Add, rest, whole(10**digits))), whole(2))
        part = dialect.joined(text("."), dialect.trim_right(padded, "0"))
        shown = dialect.joined(shown, cases([(compare(exp.GT, rest, whole(0)), part)], text("")))
    signed = shown if value.is_natural else _signed(bench, scaled, shown)
    return cases([(both(conditions), signed)])


def _decimals(den: int) -> tuple[int, int]:
    """The part of a denominator that has no finite decimals, and how many decimals the other part needs."""
    twos = fives = 0
    while den % 2 == 0:
        den, twos = den // 2, twos + 1
    while den % 5 == 0:
        den, fives = den // 5, fives + 1
    return den, max(twos, fives)


def _signed(bench: Bench, value: Sql, shown: Sql) -> Sql:
    sign = cases([(compare(exp.LT, value, whole(0)), text("-"))], text(""))
    return bench.dialect.joined(sign, shown)


def _days_text(bench: Bench, span: Number) -> Sql:
    size = bench.dialect.as_text(bench.dialect.magnitude(span.num))
    return _signed(bench, span.num, bench.dialect.joined(text("P"), size, text("D")))


def _months_text(bench: Bench, span: Number) -> Sql:
    dialect = bench.dialect
    size = bench.bind(dialect.magnitude(span.num))
    years, months = bench.bind(dialect.quotient(size, whole(12))), bench.bind(dialect.remainder(size, whole(12)))
    in_years = dialect.joined(dialect.as_text(years), text("Y"))
    in_months = dialect.joined(dialect.as_text(months), text("M"))
    parts = cases(
        [(equal(years, whole(0)), in_months), (equal(months, whole(0)), in_years)],
        dialect.joined(in_years, in_months),
    )
    return _signed(bench, span.num, dialect.joined(text("P"), parts))


#: Digits before and after the point of a text that a plan reads as a number.
_DIGITS = 15


def number(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    """The number that a text writes; unknown where it writes none."""
    value, dialect = sql_of(operands[0]), bench.dialect
    known = constant(value)
    if known is None:
        return no_number()
    is_number = bench.bind(dialect.full_match(value, r"-?[0-9]+(\.[0-9]+)?"))
    is_short = dialect.full_match(value, rf"-?[0-9]{{1,{_DIGITS}}}(\.[0-9]{{1,{_DIGITS}}})?")
    short = bench.bind(is_short)
    bench.beyond.append(both((not_null(value), is_number, negated(short))))
    point = bench.bind(dialect.position(value, text(".")))
    decimals = cases(
        [(compare(exp.GT, point, whole(0)), dialect.substring(value, binary(exp.Add, point, whole(1))))], text("")
    )
    before = cases(
        [(compare(exp.GT, point, whole(0)), dialect.substring(value, whole(1), binary(exp.Sub, point, whole(1))))],
        value,
    )
    padded = dialect.substring(dialect.joined(decimals, text("0" * _DIGITS)), whole(1), whole(_DIGITS))
    digits = dialect.joined(before, padded)
    num = cases([(short, dialect.wide(digits))])
    return bench.bound(Number(num, 10**_DIGITS, 10 ** (2 * _DIGITS)))


FUNCTIONS = {
    "substring": substring,
    "string_length": string_length,
    "upper_case": _in_case(_LOWER, _UPPER),
    "lower_case": _in_case(_UPPER, _LOWER),
    "substring_before": substring_before,
    "substring_after": substring_after,
    "contains": _test("contains"),
    "starts_with": _test("starts_with"),
    "ends_with": _test("ends_with"),
    "string": string,
    "number": number,
    "birth_date": birth_date,
    "sex": sex,
}
