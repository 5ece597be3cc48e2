"""Constants as a policy writes them, and the texts that cells and constants share."""

from __future__ import annotations

from random import Random

from .kinds import DATE, DAYS, HOURS, MONEY, MONTHS, NUMBER, PRICE, TEXT, Type

#: Texts of columns and constants; some are numbers, some hold one another, none is long.
TEXTS = ("甲", "乙", "甲-乙", "电工", "焊工证", "A-b", "x1Y", "12.5", "-3", "007", "ß", "甲市")
#: Days on which calendars differ: ends of months, leap days, New Year, the days around.
DAYS_WRITTEN = (
    *("2023年1月31日", "2024年2月29日", "2023年2月28日", "2023年12月31日", "2024年1月1日"),
    *('date("2023-08-31")', '@"2024-03-31"', 'date("2020-02-29")', "2023年6月30日", "2022年11月30日"),
)
_NUMBERS = ("0", "1", "2", "3", "5", "12", "100", "0.5", "1.5", "2.5", "1.005", "30%", "33.3%", "7‰", "18岁", "150%")
_YUAN = ("0元", "0.01元", "0.005元", "99.99元", "300元", "800元", "1000.5元", "0.3万元", "2000元", "3333.33元")
_HOURS = ("0课时", "1课时", "8课时", "20课时", "40课时", "12.5课时")
_PRICES = ("(30元 / 1课时)", "(25.5元 / 1课时)", "(100元 / 3课时)")
_MONTHS = ("0个月", "1个月", "3个月", "6个月", "18个月", "1年", 'duration("P1Y1M")', 'duration("-P2M")')
_DAYS = ("0天", "1天", "7天", "30天", "365天", 'duration("P45D")', 'duration("-P3D")')

_BY_TYPE = {NUMBER: _NUMBERS, MONEY: _YUAN, HOURS: _HOURS, PRICE: _PRICES, DATE: DAYS_WRITTEN, MONTHS: _MONTHS}
_BY_TYPE |= {DAYS: _DAYS, TEXT: tuple(f'"{text}"' for text in TEXTS)}

#: What suits an operand of a certain name: positions, lengths, parts of dates, text to look for.
_BY_PARAM = {
    "位数": ("0", "1", "2", "2", "3", "-1", "-2"),
    "起": ("1", "2", "-1", "-2", "3", "0"),
    "长": ("1", "2", "3", "0"),
    "年": ("2023", "2024", "2000", "1900"),
    "月": ("1", "2", "6", "12", "13"),
    "日": ("1", "28", "29", "30", "31"),
    "工作日数": ("0", "1", "3", "5", "-2"),
    "分隔": ('"-"', '"甲"', '"1"'),
    "部分": ('"甲"', '"1"', '"-"', '"焊工"'),
}


def literal(type_: Type, rng: Random) -> str:
    """A constant of a type that is no vocabulary and no truth."""
    return rng.choice(_BY_TYPE[type_])


def suited(param: str, type_: Type, rng: Random) -> str | None:
    """A constant for an operand by its name, None where the name says nothing."""
    written = _BY_PARAM.get(param)
    if written is None or type_ not in (NUMBER, TEXT) or written[0].startswith('"') is not (type_ is TEXT):
        return None
    return rng.choice(written)


def has_literals(type_: Type) -> bool:
    return type_ in _BY_TYPE


def ascending(type_: Type, rng: Random, count: int) -> list[str]:
    """Different constants of an ordered type from low to high, with room for whole numbers between them."""
    low = rng.choice((2, 3, 6))
    steps = [low + place * rng.choice((4, 7, 12)) for place in range(count)]
    steps = sorted(set(steps)) if len(set(steps)) == count else [low + 5 * place for place in range(count)]
    match type_:
        case _ if type_ is DATE:
            return [f"{2022 + step // 12}年{step % 12 + 1}月{rng.choice((1, 15, 28))}日" for step in steps]
        case _ if type_ is MONTHS:
            return [f"{step}个月" for step in steps]
        case _ if type_ is DAYS:
            return [f"{step * 10}天" for step in steps]
        case _ if type_ is MONEY:
            return [f"{step * 100}元" for step in steps]
        case _ if type_ is HOURS:
            return [f"{step}课时" for step in steps]
        case _ if type_ is PRICE:
            return [f"({step}元 / 1课时)" for step in steps]
        case _:
            return [str(step) for step in steps]
