"""What a constant is worth: numbers with units, dates, durations, text."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from policyrun.model.values import Days, Months
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax.expr import DateOf, Duration, Number, Text

_NUMBER = re.compile(r"(?P<digits>\d+(?:\.\d+)?)(?P<scale>万亿|万|亿)?(?P<unit>.*)")
_SCALES = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_RATIOS = {"%": 100, "‰": 1000}
_MONTHS = {"个月": 1, "年": 12}
#: 岁 is written for reading: ages are whole numbers of years without a unit, as the functions return them.
_BARE_UNITS = frozenset({"", "岁", "周岁"})

_CHINESE_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_ISO_MONTHS = re.compile(r"(-?)P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?")
_ISO_DAYS = re.compile(r"(-?)P(\d+)D")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def number(text: str, span: Span, found: Diagnostics) -> Number | Duration | None:
    """``3``, ``30%``, ``3万元``, ``20课时``; ``6个月``, ``3年`` and ``30天`` are durations."""
    if text[-1] in _RATIOS:
        return Number(span=span, text=text, value=Fraction(text[:-1]) / _RATIOS[text[-1]], ratio=True)
    match = _NUMBER.fullmatch(text)
    assert match is not None, "the lexer lets no other number through"
    unit, scale = match["unit"], match["scale"] or ""
    value = Fraction(match["digits"]) * _SCALES[scale]
    if unit in _MONTHS or unit == "天":
        return _duration_literal(text, value, unit, span, found)
    problem = _unit_problem(value, unit)
    if problem:
        found.add("PR126", _("单位“{unit}”不能这样写").format(unit=unit), span, help=problem)
        return None
    return Number(span=span, text=text, value=value, unit="" if unit in _BARE_UNITS else unit)


def _unit_problem(value: Fraction, unit: str) -> str:
    """What to write instead of a unit that would be misread; "" if it is fine."""
    if unit == "月":
        return _("期间写成 {n}个月，月份直接写数").format(n=value)
    if unit == "日":
        return _("期间写成 {n}天").format(n=value)
    if unit in ("角", "分") or (unit.endswith("元") and unit != "元"):
        return _("金额的单位是 元、万元、亿元")
    if unit in ("周", "星期", "季度", "个季度", "半年"):
        return _("期间的单位是 天、个月、年")
    return ""


def _duration_literal(text: str, value: Fraction, unit: str, span: Span, found: Diagnostics) -> Duration | None:
    if value.denominator != 1:
        found.add("PR124", _("期间“{text}”不是整数").format(text=text), span, help=_("如 18个月、45天"))
        return None
    count = int(value)
    return Duration(span=span, text=text, value=Days(count) if unit == "天" else Months(count * _MONTHS[unit]))


def chinese_date(text: str, span: Span, found: Diagnostics) -> DateOf | None:
    """``2024年1月1日``"""
    match = _CHINESE_DATE.fullmatch(text)
    assert match is not None, "the lexer lets no other date through"
    return _date(match, text, span, found)


def iso_date(text: str, span: Span, found: Diagnostics) -> DateOf | None:
    """The text of ``date("2024-01-01")``."""
    match = _ISO_DATE.fullmatch(text)
    if match is None:
        found.add("PR123", _("“{text}”不是日期").format(text=text), span, help=_("写成 2024-01-01，没有时刻和时区"))
        return None
    return _date(match, text, span, found)


def _date(match: re.Match[str], text: str, span: Span, found: Diagnostics) -> DateOf | None:
    try:
        return DateOf(span=span, value=date(*(int(part) for part in match.groups())))
    except ValueError:
        found.add("PR123", _("没有“{text}”这一天").format(text=text), span, help=_("核对月份和日"))
        return None


def iso_duration(text: str, span: Span, found: Diagnostics) -> Duration | None:
    """The text of ``duration("P1Y6M")`` or ``duration("P30D")``; of one negative too."""
    value: Months | Days
    if months := _ISO_MONTHS.fullmatch(text):
        sign = -1 if months[1] else 1
        value = Months(sign * (int(months[2] or 0) * 12 + int(months[3] or 0)))
    elif days := _ISO_DAYS.fullmatch(text):
        value = Days((-1 if days[1] else 1) * int(days[2]))
    else:
        found.add(
            "PR124",
            _("“{text}”不是期间").format(text=text),
            span,
            help=_("年月一种（P1Y6M），天数一种（P30D），不能混写，没有时刻"),
        )
        return None
    return Duration(span=span, text=duration_text(value), value=value)


def duration_text(value: Months | Days) -> str:
    """``6个月``, ``3年``, ``30天``; a negative one in FEEL's form, for want of another."""
    if value.count < 0:
        return f'duration("-P{-value.count}{"M" if isinstance(value, Months) else "D"}")'
    if isinstance(value, Days):
        return f"{value.count}天"
    return f"{value.count // 12}年" if value.count and value.count % 12 == 0 else f"{value.count}个月"


def text_literal(quoted: str, span: Span, found: Diagnostics) -> Text | None:
    r"""The text in quotes, with ``\n \r \t \" \' \\`` and ``\uXXXX`` resolved."""
    parts: list[str] = []
    rest = quoted[1:-1]
    while rest:
        if rest[0] != "\\":
            parts.append(rest[0])
            rest = rest[1:]
        elif rest[1] in _ESCAPES:
            parts.append(_ESCAPES[rest[1]])
            rest = rest[2:]
        elif code := re.match(r"\\u([0-9A-Fa-f]{4})", rest):
            parts.append(chr(int(code[1], 16)))
            rest = rest[6:]
        else:
            found.add("PR116", _("文本里的“{text}”没有意义").format(text=rest[:2]), span, help=_("反斜杠写成 \\\\"))
            return None
    return Text(span=span, value="".join(parts))


def quoted(text: str) -> str:
    """A text as a constant."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    for char, letter in (("\n", "n"), ("\r", "r"), ("\t", "t")):
        escaped = escaped.replace(char, f"\\{letter}")
    return f'"{escaped}"'
