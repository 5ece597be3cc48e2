"""Pools of raw cells for the columns of a record: values at the edges of what its policy asks, blanks, bad cells.

A pool is drawn once for many rows, so that a row costs a choice per column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from policyrun.ir.cells import id_check_char
from policyrun.ir.policy import Field
from policyrun.model.decimals import decimal_text
from policyrun.model.raw import BLANK, CellKind, RawCell
from policyrun.model.values import Value

from .literals import TEXTS

#: How many cells a pool has; enough that rare ones occur, few enough that rows are often alike.
POOL = 240

_WIDE = {ord(char): ord(char) + 0xFEE0 for char in "0123456789.,/-():ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_DATES = (
    *("2024-02-29", "2023-02-28", "2023-01-31", "2023-03-31", "2023-12-31", "2024-01-01", "2022-06-30", "2022-07-01"),
    *("2023-06-30", "2023-07-01", "2024-06-30", "2024-07-01", "2023-08-31", "2020-02-29", "2000-02-29", "2023-11-30"),
)
_RARE_DATES = ("0001-01-01", "9999-12-31", "1999-12-31", "2031-05-05")
_YUAN = (
    "0",
    "0.01",
    "0.05",
    "33.33",
    "66.67",
    "100.00",
    "300",
    "800",
    "1000.5",
    "1234.56",
    "2000",
    "4999.99",
)
_RARE_YUAN = ("999999.99", "123456789.01", "7000000000000.07")
_BAD = {
    "money": ("-5", "1.234", "12,34", "abc", "五百", "100元", "￥3", "1e3", "9" * 31, "NaN", "--", "+7"),
    "int": ("1.5", "-1", "一", "3课时", "1,2", "9" * 31, "0x10", "+7", "1 2"),
    "date": ("2023-02-29", "20230230", "2023/8-31", "二〇二三年", "2023-13-01", "45169", "2023年8月", "31/8/2023", "0"),
    "bool": ("有", "2", "是的", "T", "yes", "-"),
    "enum": ("没有这个", "１", "-"),
}
_TRUTHS = ("是", "否", "是", "否", "true", "FALSE", "Y", "n", "1", "0", "１", "Ｎ", " 是 ")


@dataclass(frozen=True, slots=True)
class Mix:
    """How many cells of a dataset are blank or bad, and whether cells have kinds, as those of a workbook do."""

    blank: float
    bad: float
    kinds: bool


@dataclass(frozen=True, slots=True)
class Edges:
    """The constants of a policy, around which cells are drawn."""

    days: Sequence[date]
    numbers: Sequence[Fraction]
    texts: Sequence[str]


def person(number: int, rng: Random) -> str:
    """An ID number of the region that no place has."""
    birth = rng.choice(("19900101", "20000229", "19640831", "20071231", "19850430"))
    stem = f"999999{birth}{number % 1000:03d}"
    return stem + id_check_char(stem)


def pool_of(field: Field, edges: Edges, mix: Mix, people: Sequence[str], rng: Random) -> list[RawCell]:
    """Cells of a column in the proportions that rows should have them."""
    values = [value for value in _values(field, edges, people, rng) if _fits(value, field) or rng.random() < 0.1]
    good = [_written(field, value, mix, rng) for value in values]
    blank = mix.blank * (rng.choice((0, 0, 0.1)) if field.required else rng.choice((0, 1, 2)))
    pool = rng.choices(good, k=POOL)
    for place in range(POOL):
        chance = rng.random()
        if chance < blank:
            pool[place] = rng.choice((BLANK, BLANK, BLANK, RawCell("  "), RawCell("　")))
        elif chance > 1 - mix.bad:
            pool[place] = _bad(field, mix, people, rng)
    return pool


def _fits(value: Value, field: Field) -> bool:
    if not isinstance(value, Fraction):
        return True
    return (field.least is None or value >= field.least) and (field.most is None or value <= field.most)


def _values(field: Field, edges: Edges, people: Sequence[str], rng: Random) -> list[Value]:
    match field.cell:
        case "id_card":
            return list(people)
        case "bool":
            return rng.choice(([True, False], [True, True, True, True, False], [False, False, False, True]))
        case "enum":
            assert field.enumeration is not None
            members = list(field.enumeration.members)
            return members + [rng.choice(members)] * rng.choice((0, 0, 3, 12))
        case "date":
            return list(_days(edges, rng))
        case "text":
            return [*rng.sample(TEXTS, 4), *edges.texts[:6]]
        case "money":
            return list(_amounts(field, edges, rng))
        case _:
            return list(_counts(field, edges, rng))


def _days(edges: Edges, rng: Random) -> Iterable[date]:
    for day in edges.days:
        yield from (day + timedelta(days=step) for step in (-1, 0, 1) if 1 < day.toordinal() < date.max.toordinal())
    yield from (date.fromisoformat(text) for text in rng.sample(_DATES, 8))
    if rng.random() < 0.2:
        yield date.fromisoformat(rng.choice(_RARE_DATES))
    yield from (date(2022, 3, 1) + timedelta(days=rng.randrange(900)) for _ in range(12))


def _amounts(field: Field, edges: Edges, rng: Random) -> Iterable[Fraction]:
    cent = Fraction(1, 100)
    for number in edges.numbers:
        yield from (
            value for value in (number - cent, number, number + cent) if value >= 0 and 100 % value.denominator == 0
        )
    yield from (Fraction(text) for text in rng.sample(_YUAN, 6) if 100 % Fraction(text).denominator == 0)
    if rng.random() < 0.05:
        yield Fraction(rng.choice(_RARE_YUAN))
    yield from (Fraction(rng.randrange(500000), 100) for _ in range(6))
    yield from (Fraction(10 * rng.randrange(500)) for _ in range(4))
    yield from _bounds(field, cent)


def _counts(field: Field, edges: Edges, rng: Random) -> Iterable[Fraction]:
    for number in edges.numbers:
        if number.denominator == 1 and 0 <= number < 10**6:
            yield from (Fraction(int(number) + step) for step in (-1, 0, 1) if int(number) + step >= 0)
    yield from (Fraction(rng.randrange(60)) for _ in range(10))
    yield from _bounds(field, Fraction(1))


def _bounds(field: Field, step: Fraction) -> Iterable[Fraction]:
    for bound in (field.least, field.most):
        if bound is not None:
            yield from (value for value in (bound - step, bound, bound, bound + step) if value >= 0)


# ------------------------------------------------------------------------------------------------- how it is written


def _written(field: Field, value: Value, mix: Mix, rng: Random) -> RawCell:
    match value:
        case bool():
            return _truth(value, mix, rng)
        case date():
            return _day(value, mix, rng)
        case Fraction():
            return _number(value, field, mix, rng)
        case str() if field.enumeration is not None:
            aliases = [alias for alias, member in field.enumeration.aliases.items() if member == value]
            return RawCell(_spaced(rng.choice(aliases) if aliases and rng.random() < 0.2 else value, rng))
        case str() if field.cell == "id_card":
            chance = rng.random()
            return RawCell(value.lower() if chance < 0.05 else value.translate(_WIDE) if chance < 0.08 else value)
        case _:
            return RawCell(_spaced(str(value), rng))


def _spaced(text: str, rng: Random) -> str:
    return text if rng.random() < 0.93 else rng.choice((f" {text}", f"{text}　", f"\u00a0{text} "))


def _truth(value: bool, mix: Mix, rng: Random) -> RawCell:
    if mix.kinds and rng.random() < 0.3:
        return RawCell("TRUE" if value else "FALSE", CellKind.BOOL)
    words = [word for word in _TRUTHS if (word.strip().lower() in ("是", "true", "y", "1", "１")) is value]
    return RawCell(rng.choice(words))


def _day(day: date, mix: Mix, rng: Random) -> RawCell:
    if mix.kinds and rng.random() < 0.4:
        stamp = day.isoformat() + ("" if rng.random() < 0.8 else " 10:30:00")
        return RawCell(stamp, CellKind.DATE)
    year, month, last = f"{day.year:04d}", day.month, day.day
    padded = f"{year}{month:02d}{last:02d}"
    by = rng.choice("-/.")
    loose = f"{year}{by}{month}{by}{last}"
    written = rng.choice(
        (padded, loose, day.isoformat(), f"{year}年{month}月{last}日", f"{year}{by}{month:02d}{by}{last}")
    )
    return RawCell(_spaced(written.translate(_WIDE) if rng.random() < 0.05 else written, rng))


def _number(value: Fraction, field: Field, mix: Mix, rng: Random) -> RawCell:
    text = decimal_text(value) or "0"
    if mix.kinds and rng.random() < 0.5:
        return RawCell(text, CellKind.NUMBER)
    chance = rng.random()
    if chance < 0.08:
        whole, point, part = text.partition(".")
        text = f"{int(whole):,}{point}{part}"
    elif chance < 0.14:
        text = text.translate(_WIDE)
    elif chance < 0.25 and "." not in text:
        text = f"{text}.00" if field.cell == "money" else f"{text}.0"
    return RawCell(_spaced(text, rng))


def _bad(field: Field, mix: Mix, people: Sequence[str], rng: Random) -> RawCell:
    if mix.kinds and rng.random() < 0.15:
        return RawCell("#REF!", CellKind.ERROR)
    if field.cell == "id_card":
        return _bad_id(rng.choice(people), mix, rng)
    if field.cell == "date" and mix.kinds and rng.random() < 0.3:
        return RawCell("45169", CellKind.NUMBER)
    if field.cell == "text":
        return RawCell("　甲\u00a0乙 ")
    return RawCell(rng.choice(_BAD["int" if field.cell == "serial" else field.cell]))


def _bad_id(card: str, mix: Mix, rng: Random) -> RawCell:
    wrong = "0" if card[17] != "0" else "1"
    texts = [card[:17] + wrong, card[:15], card + "0", card[:6] + "20230230" + card[14:], "99999920990101001X", "无"]
    if mix.kinds and rng.random() < 0.3:
        return RawCell(card.replace("X", "0"), CellKind.NUMBER)
    return RawCell(rng.choice(texts))
