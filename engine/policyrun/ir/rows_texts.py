"""Functions of text and of ID numbers."""

from __future__ import annotations

from policyrun.ir import signatures as sig
from policyrun.ir.op import Op
from policyrun.model.types import BOOL, DATE, DAYS, MONTHS, NUMBER, TEXT

_TWO_TEXTS = sig.takes(TEXT, TEXT, gives=BOOL)
_CUT = sig.takes(TEXT, TEXT, gives=TEXT)
_STRING = sig.takes_either(
    *(sig.takes(type_, gives=TEXT) for type_ in (NUMBER, TEXT, DATE, BOOL, MONTHS, DAYS)),
)
TEXTS = (
    Op(
        "substring",
        "substring",
        "截取",
        ("文本", "起", "长"),
        sig.takes(TEXT, NUMBER, NUMBER, gives=TEXT),
        "从第几个字起（负数从末尾数），取几个字。",
        '截取("身份证", 1, 2) → "身份"',
        optional=1,
    ),
    Op(
        "string_length",
        "string length",
        "文本长度",
        ("文本",),
        sig.takes(TEXT, gives=NUMBER),
        "有几个字。",
        '文本长度("身份证") → 3',
    ),
    Op(
        "upper_case",
        "upper case",
        "大写",
        ("文本",),
        sig.takes(TEXT, gives=TEXT),
        "字母改为大写。",
        '大写("12x") → "12X"',
    ),
    Op(
        "lower_case",
        "lower case",
        "小写",
        ("文本",),
        sig.takes(TEXT, gives=TEXT),
        "字母改为小写。",
        '小写("12X") → "12x"',
    ),
    Op(
        "substring_before",
        "substring before",
        "之前文本",
        ("文本", "分隔"),
        _CUT,
        "分隔之前的部分，没有分隔时为空文本。",
        '之前文本("甲-乙", "-") → "甲"',
    ),
    Op(
        "substring_after",
        "substring after",
        "之后文本",
        ("文本", "分隔"),
        _CUT,
        "分隔之后的部分，没有分隔时为空文本。",
        '之后文本("甲-乙", "-") → "乙"',
    ),
    Op("contains", "contains", "含有", ("文本", "部分"), _TWO_TEXTS, "是否含有。", '含有("焊工证", "焊工") → true'),
    Op(
        "starts_with",
        "starts with",
        "开头是",
        ("文本", "部分"),
        _TWO_TEXTS,
        "开头是否是。",
        '开头是("3301", "33") → true',
    ),
    Op("ends_with", "ends with", "结尾是", ("文本", "部分"), _TWO_TEXTS, "结尾是否是。", '结尾是("甲市", "市") → true'),
    Op("string", "string", "转文本", ("值",), _STRING, "值的文本；写不成有限小数的数未知。", '转文本(1.50) → "1.5"'),
    Op(
        "number",
        "number",
        "转数",
        ("文本",),
        sig.takes(TEXT, gives=NUMBER),
        "文本的数值，不是数时未知。",
        '转数("12.5") → 12.5',
    ),
    Op(
        "birth_date",
        "",
        "出生日期",
        ("身份证号码",),
        sig.takes(TEXT, gives=DATE),
        "18 位身份证号码里的出生日期，不成日期时未知。",
        '出生日期("999999199001010007") → 1990年1月1日',
    ),
    Op(
        "sex",
        "",
        "性别",
        ("身份证号码",),
        sig.takes(TEXT, gives=TEXT),
        "18 位身份证号码里的性别，男或女。",
        '性别("999999199001010015") → "男"',
    ),
)
