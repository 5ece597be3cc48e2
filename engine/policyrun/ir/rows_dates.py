"""Functions of dates, properties of dates and durations."""

from __future__ import annotations

from policyrun.ir import signatures as sig
from policyrun.ir.op import Form, Op
from policyrun.ir.signatures import Rule
from policyrun.model.types import DATE, DAYS, MONTHS, NUMBER

_DATE_PART = sig.takes(DATE, gives=NUMBER)
_MONTHS_PART = sig.takes(MONTHS, gives=NUMBER)
_TWO_DATES = sig.takes(DATE, DATE, gives=NUMBER)


def _property(key: str, feel: str, chinese: str, rule: Rule, doc: str, example: str) -> Op:
    return Op(key, feel, chinese, ("a",), rule, doc, example, Form.PROPERTY)


DATES = (
    Op(
        "make_date",
        "date",
        "日期",
        ("年", "月", "日"),
        sig.takes(NUMBER, NUMBER, NUMBER, gives=DATE),
        '由年月日组成，没有这一天时未知；date("…") 是常量。',
        "日期(2024, 2, 29) → 2024年2月29日",
    ),
    Op("year", "year", "年", ("日期",), _DATE_PART, "哪一年；也写作 日期.year。", "年(2024年3月1日) → 2024"),
    Op("month", "month", "月", ("日期",), _DATE_PART, "哪一月；也写作 日期.month。", "月(2024年3月1日) → 3"),
    Op("day", "day", "日", ("日期",), _DATE_PART, "哪一日；也写作 日期.day。", "日(2024年3月1日) → 1"),
    Op("weekday", "weekday", "星期", ("日期",), _DATE_PART, "星期几，星期一是 1。", "星期(2024年3月1日) → 5"),
    Op(
        "day_of_year",
        "day of year",
        "年内第几天",
        ("日期",),
        _DATE_PART,
        "1月1日是 1。",
        "年内第几天(2024年3月1日) → 61",
    ),
    Op(
        "week_of_year",
        "week of year",
        "年内第几周",
        ("日期",),
        _DATE_PART,
        "ISO 8601 的周数。",
        "年内第几周(2021年1月1日) → 53",
    ),
    Op(
        "months_span",
        "years and months duration",
        "月期间",
        ("起", "止"),
        sig.takes(DATE, DATE, gives=MONTHS),
        "两日之间满几个月，作为期间。",
        "月期间(2023年1月31日, 2023年2月28日) → 0个月",
    ),
    Op(
        "months_between",
        "",
        "整月数",
        ("起", "止"),
        _TWO_DATES,
        "两日之间满几个月：到对应日才算满，没有对应日时到次月才满。",
        "整月数(2023年1月31日, 2023年3月1日) → 1",
    ),
    Op(
        "years_between",
        "",
        "周岁",
        ("出生日期", "日期"),
        _TWO_DATES,
        "满几周岁：2月29日出生的，平年3月1日长一岁。",
        "周岁(2000年2月29日, 2018年2月28日) → 17",
    ),
    Op(
        "workdays_between",
        "",
        "工作日数",
        ("起", "止"),
        _TWO_DATES,
        "起日次日到止日有几个工作日，节假日和调休按国务院办公厅的年度通知；没有通知的年份，结果未知。",
        "工作日数(2023年4月21日, 2023年4月24日) → 2",
    ),
    Op(
        "add_workdays",
        "",
        "工作日后",
        ("日期", "工作日数"),
        sig.takes(DATE, NUMBER, gives=DATE),
        "其后第几个工作日，首日不计；没有年度通知的年份，结果未知。",
        "工作日后(2023年4月28日, 3) → 2023年5月6日",
    ),
    _property("years_of", "years", "", _MONTHS_PART, "期间里的整年。", "18个月.years → 1"),
    _property("months_of", "months", "", _MONTHS_PART, "期间里整年之外的月数。", "18个月.months → 6"),
    _property("days_of", "days", "", sig.takes(DAYS, gives=NUMBER), "期间的天数。", "30天.days → 30"),
)
