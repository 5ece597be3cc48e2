"""How a cell becomes a value, a blank or an invalid cell: one row of ``CELL_TYPES`` per cell type.

In: a raw cell and the field it stands in. Out: a value of the expression language, ``None`` for a blank, or
``Invalid``, which says why the cell does not type. Every engine types cells by these rules.

Decisions where the data contract leaves room:

* Blanks around a cell are all Unicode white space (U+3000 and the no-break space too). Blanks inside a value stay.
* Yes/no cells count as enumerations: their full-width digits and letters are read as half-width ones.
* A date may be padded with zeros or not in every spelling; its three parts have one kind of separator.
* A spreadsheet date cell with a time of day is its day; a time of day without a date is not a date.
* Thousands separators stand after every third digit, or nowhere: ``12,34`` is more likely a slip than a number.
* A number has at most ``MOST_DIGITS`` digits before the point, so that every engine can hold it.
* A spreadsheet error (``#REF!``) is invalid in every type, text included: the file does not know what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from operator import mul

from policyrun.ir.policy import Field
from policyrun.model import types
from policyrun.model.raw import CellKind, RawCell
from policyrun.model.types import Type
from policyrun.model.values import Value
from policyrun.model.vocabulary import Enumeration
from policyrun.source.messages import N_

#: Digits before the decimal point of an int or money cell.
MOST_DIGITS = 30

#: How many different cells of a column a reader remembers; dates and enumerations repeat, serials do not.
REMEMBERED = 4096


class Invalid(Enum):
    """Why a cell does not type."""

    BLANK = "blank"
    ERROR = "error"
    NOT_A_NUMBER = "not a number"
    NEGATIVE = "negative"
    UNIT = "unit"
    SEPARATORS = "separators"
    NOT_WHOLE = "not whole"
    DECIMALS = "decimals"
    TOO_LONG = "too long"
    OUT_OF_RANGE = "out of range"
    NOT_A_DATE = "not a date"
    SERIAL_DATE = "serial date"
    IMPOSSIBLE_DATE = "impossible date"
    NOT_A_BOOL = "not a bool"
    NOT_A_MEMBER = "not a member"
    ID_NUMBER = "id as number"
    ID_FORM = "id form"
    ID_BIRTH = "id birth"
    ID_FUTURE = "id future"
    ID_CHECK = "id check"

    @property
    def text(self) -> str:
        """The reason for people, as result files say it in every locale; follows the name of the column."""
        return {
            Invalid.BLANK: N_("必填，不能为空"),
            Invalid.ERROR: N_("表格公式出错或没有算出结果"),
            Invalid.NOT_A_NUMBER: N_("不是数字"),
            Invalid.NEGATIVE: N_("不能是负数"),
            Invalid.UNIT: N_("只填数字，不带单位或货币符号"),
            Invalid.SEPARATORS: N_("千位分隔符的位置不对"),
            Invalid.NOT_WHOLE: N_("应为整数"),
            Invalid.DECIMALS: N_("最多两位小数"),
            Invalid.TOO_LONG: N_("位数过多"),
            Invalid.OUT_OF_RANGE: N_("超出允许的范围"),
            Invalid.NOT_A_DATE: N_("不是日期"),
            Invalid.SERIAL_DATE: N_("是日期序列号，不是日期"),
            Invalid.IMPOSSIBLE_DATE: N_("没有这一天"),
            Invalid.NOT_A_BOOL: N_("应填“是”或“否”"),
            Invalid.NOT_A_MEMBER: N_("不在可选项之内"),
            Invalid.ID_NUMBER: N_("以数字录入，已丢失末位"),
            Invalid.ID_FORM: N_("应为 18 位：17 位数字和 1 位校验码"),
            Invalid.ID_BIRTH: N_("出生日期不存在"),
            Invalid.ID_FUTURE: N_("出生日期晚于基准日"),
            Invalid.ID_CHECK: N_("校验码不符"),
        }[self]


#: What a cell type makes of a cell that is trimmed and not blank.
Read = Callable[[RawCell, Enumeration | None, date], "Value | Invalid"]


@dataclass(frozen=True, slots=True)
class CellType:
    """A way to read cells.

    Attributes:
        key: its name in ``Field.cell``.
        name: its name for people and in policies.
        doc: what it accepts, for templates and the reference.
        type: the type of its values; None: an enumeration's own.
        read: reads a cell that is trimmed, not blank and not a spreadsheet error.
    """

    key: str
    name: str
    doc: str
    type: Type | None
    read: Read


def half_width(text: str) -> str:
    """Full-width digits, letters and punctuation as their half-width forms; a full-width blank as a blank.

    >>> half_width("２０２３／８／３１（Ａ）")
    '2023/8/31(A)'
    """
    return text if text.isascii() else text.translate(_HALF)


_HALF = {**{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}, 0x3000: 0x20}

# ---------------------------------------------------------------------------------------------------------- numbers

_NUMBER = re.compile(r"(?P<sign>[-+]?)(?P<whole>[0-9][0-9,]*)(?:\.(?P<part>[0-9]+))?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_WITH_UNIT = re.compile(r"[¥$￥][0-9,.]+|[0-9][0-9,.]*\s*[万亿]*(?:元|人|课时|个月|天|次|岁|%|万|亿)")


def _digits(text: str) -> tuple[str, str] | Invalid:
    """Digits before and after the point of a number that is not negative."""
    text = half_width(text)
    match = _NUMBER.fullmatch(text)
    if match is None:
        return Invalid.UNIT if _WITH_UNIT.fullmatch(text) else Invalid.NOT_A_NUMBER
    whole: str = match["whole"]
    if match["sign"]:
        return Invalid.NEGATIVE if match["sign"] == "-" else Invalid.NOT_A_NUMBER
    if "," in whole and not _GROUPED.fullmatch(whole):
        return Invalid.SEPARATORS
    whole = whole.replace(",", "")
    if len(whole) > MOST_DIGITS:
        return Invalid.TOO_LONG
    return whole, match["part"] or ""


def _read_int(cell: RawCell, enumeration: Enumeration | None, as_of: date) -> Fraction | Invalid:
    text = cell.text
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:  # what nearly every 序号 is
        return Fraction(int(text))
    digits = _digits(text)
    if isinstance(digits, Invalid):
        return digits
    whole, part = digits
    return Invalid.NOT_WHOLE if part.strip("0") else Fraction(int(whole))


def _read_money(cell: RawCell, enumeration: Enumeration | None, as_of: date) -> Fraction | Invalid:
    digits = _digits(cell.text)
    if isinstance(digits, Invalid):
        return digits
    whole, part = digits
    return Invalid.DECIMALS if len(part) > 2 else Fraction(int(whole + part), 10 ** len(part))


# ------------------------------------------------------------------------------------------------------------ dates

_EIGHT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_PARTED = re.compile(r"([0-9]{4})(?P<by>[-/.])([0-9]{1,2})(?P=by)([0-9]{1,2})")
_CHINESE = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_STAMP = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?: [0-9:.]+)?")
_SERIAL_DATE = re.compile(r"[0-9]{1,6}(?:\.[0-9]+)?")


def _read_date(cell: RawCell, enumeration: Enumeration | None, as_of: date) -> date | Invalid:
    text = half_width(cell.text)
    if cell.kind is CellKind.DATE:
        match = _STAMP.fullmatch(text)
    else:
        match = _EIGHT.fullmatch(text) or _PARTED.fullmatch(text) or _CHINESE.fullmatch(text)
    if match is None:
        plain = cell.kind is CellKind.NUMBER and _SERIAL_DATE.fullmatch(text)
        return Invalid.SERIAL_DATE if plain else Invalid.NOT_A_DATE
    year, month, day = (part for part in match.groups() if part.isdigit())
    return _day(year, month, day) or Invalid.IMPOSSIBLE_DATE


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


# ------------------------------------------------------------------------------------------------------------- ids

_ID = re.compile(r"[0-9]{17}[0-9X]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


def id_check_char(digits: str) -> str:
    """The check character of the first 17 digits of an ID number (GB 11643, ISO 7064 MOD 11-2).

    >>> id_check_char("99999920000101001")
    '1'
    """
    return _ID_CHECKS[sum(map(mul, map(int, digits), _ID_WEIGHTS)) % 11]


def id_birth_date(number: str) -> date | None:
    """The birth date in an 18-character ID number; None if there is no such day."""
    return _day(number[6:10], number[10:12], number[12:14])


def _read_id(cell: RawCell, enumeration: Enumeration | None, as_of: date) -> str | Invalid:
    if cell.kind is CellKind.NUMBER:
        return Invalid.ID_NUMBER
    number = half_width(cell.text).upper()
    if not _ID.fullmatch(number):
        return Invalid.ID_FORM
    birth = id_birth_date(number)
    if birth is None:
        return Invalid.ID_BIRTH
    if birth > as_of:
        return Invalid.ID_FUTURE
    return number if number[17] == id_check_char(number[:17]) else Invalid.ID_CHECK


# ---------------------------------------------------------------------------------------- text, yes/no, enumerations

_BOOLS = {"是": True, "否": False, "true": True, "false": False, "y": True, "n": False, "1": True, "0": False}


def _read_text(cell: RawCell, enumeration: Enumeration | None, as_of: date) -> str | Invalid:
    return cell.text


def _read_bool(cell: RawCell, enumeration: Enumeration | None, as_of: date) -> bool | Invalid:
    return _BOOLS.get(half_width(cell.text).lower(), Invalid.NOT_A_BOOL)


def _read_enum(cell: RawCell, enumeration: Enumeration | None, as_of: date) -> str | Invalid:
    if enumeration is None:
        raise ValueError("an enum field without its vocabulary")
    text = half_width(cell.text)
    for member in enumeration.members:
        if half_width(member) == text:
            return member
    for alias, member in enumeration.aliases.items():
        if half_width(alias) == text:
            return member
    return Invalid.NOT_A_MEMBER


_ROWS = (
    CellType("serial", "序号", "不小于 0 的整数，全项目不重复", types.NUMBER, _read_int),
    CellType("id_card", "身份证", "18 位公民身份号码，末位校验，须按文本录入", types.TEXT, _read_id),
    CellType("text", "文本", "任意文字", types.TEXT, _read_text),
    CellType(
        "date", "日期", "20230831、2023-8-31、2023/8/31、2023.8.31、2023年8月31日，日期格", types.DATE, _read_date
    ),
    CellType("int", "整数", "不小于 0 的整数，可带千位分隔符", types.NUMBER, _read_int),
    CellType("money", "金额", "不小于 0 的元数，最多两位小数，不带单位", types.MONEY, _read_money),
    CellType("bool", "是否", "是/否、true/false、Y/N、1/0", types.BOOL, _read_bool),
    CellType("enum", "枚举", "可选项之一", None, _read_enum),
)

#: Every cell type, by key.
CELL_TYPES: Mapping[str, CellType] = {row.key: row for row in _ROWS}


def read_as(key: str, cell: RawCell, as_of: date, enumeration: Enumeration | None = None) -> Value | Invalid | None:
    """A cell as a cell type reads it, whatever its field asks beyond that."""
    text = cell.text.strip()
    if cell.kind is CellKind.ERROR:
        return Invalid.ERROR
    if not text:
        return None
    trimmed = cell if len(text) == len(cell.text) else RawCell(text, cell.kind)
    return CELL_TYPES[key].read(trimmed, enumeration, as_of)


def read_cell(cell: RawCell, field: Field, as_of: date) -> Value | Invalid | None:
    """A cell of a field: its value, None for a blank, or why it does not type.

    Args:
        as_of: 基准日; a birth date after it is invalid.
    """
    value = read_as(field.cell, cell, as_of, field.enumeration)
    if value is None and field.required:
        return Invalid.BLANK
    if (field.least is not None or field.most is not None) and isinstance(value, Fraction):
        below = field.least is not None and value < field.least
        above = field.most is not None and value > field.most
        return Invalid.OUT_OF_RANGE if below or above else value
    return value


def cell_reader(field: Field, as_of: date) -> Callable[[RawCell], Value | Invalid | None]:
    """``read_cell`` for a whole column: the same, but quick where cells repeat."""
    return _Remembered(field, as_of).__getitem__


class _Remembered(dict[RawCell, "Value | Invalid | None"]):
    """The cells of a field met lately, and what each reads as; a lookup costs no call where a cell repeats."""

    def __init__(self, field: Field, as_of: date) -> None:
        super().__init__()
        self._field = field
        self._as_of = as_of

    def __missing__(self, cell: RawCell) -> Value | Invalid | None:
        if len(self) >= REMEMBERED:
            self.clear()
        value = self[cell] = read_cell(cell, self._field, self._as_of)
        return value
