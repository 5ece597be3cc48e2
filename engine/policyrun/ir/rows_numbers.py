"""Functions of numbers and of lists."""

from __future__ import annotations

from policyrun.ir import signatures as sig
from policyrun.ir.op import Missing, Op
from policyrun.model.types import NUMBER

_ROUND = sig.takes_number(NUMBER)
_LOWERED = Missing.LOWERED

NUMBERS = (
    Op("abs", "abs", "绝对值", ("数",), sig.absolute, "去掉负号；期间亦可。", "绝对值(-3) → 3"),
    Op(
        "floor",
        "floor",
        "向下取整",
        ("数", "位数"),
        _ROUND,
        "不大于它的最大值，位数为小数位，不写为 0。",
        "向下取整(-1.5) → -2",
        optional=1,
    ),
    Op(
        "ceiling",
        "ceiling",
        "向上取整",
        ("数", "位数"),
        _ROUND,
        "不小于它的最小值。",
        "向上取整(-1.5) → -1",
        optional=1,
    ),
    Op(
        "round_half_up",
        "round half up",
        "四舍五入",
        ("数", "位数"),
        _ROUND,
        "取到小数第几位，五入时远离零。",
        "四舍五入(-2.5, 0) → -3",
    ),
    Op(
        "round_half_down",
        "round half down",
        "五舍六入",
        ("数", "位数"),
        _ROUND,
        "恰好一半时向零。",
        "五舍六入(2.5, 0) → 2",
    ),
    Op(
        "round_half_even",
        "decimal",
        "四舍六入五成双",
        ("数", "位数"),
        _ROUND,
        "恰好一半时取偶数。",
        "四舍六入五成双(2.5, 0) → 2",
    ),
    Op("round_up", "round up", "进一", ("数", "位数"), _ROUND, "有余数即进一，远离零。", "进一(1.201, 2) → 1.21"),
    Op("round_down", "round down", "舍去", ("数", "位数"), _ROUND, "余数舍去，向零。", "舍去(-1.29, 1) → -1.2"),
    Op(
        "modulo",
        "modulo",
        "取余",
        ("被除数", "除数"),
        sig.remainder,
        "余数与除数同号；除数为零时未知。",
        "取余(-10, 4) → 2",
    ),
    Op(
        "min",
        "min",
        "最小值",
        ("值",),
        sig.extreme,
        "几个值或一个列表中最小的。",
        "最小值(3万元, 800元) → 800元",
        variadic=True,
    ),
    Op(
        "max",
        "max",
        "最大值",
        ("值",),
        sig.extreme,
        "几个值或一个列表中最大的。",
        "最大值([1, 3, 2]) → 3",
        variadic=True,
    ),
    Op("sum", "sum", "合计", ("数",), sig.total, "各数之和，有缺失即缺失。", "合计([1, 2, 3]) → 6", variadic=True),
    Op("mean", "mean", "平均值", ("数",), sig.total, "各数之和除以个数。", "平均值(1, 2) → 1.5", variadic=True),
)

LISTS = (
    Op(
        "count",
        "count",
        "计数",
        ("列表",),
        sig.anything,
        "列表有几项，缺失的也算。",
        "计数([1, 2]) → 2",
        missing=_LOWERED,
    ),
    Op(
        "all",
        "all",
        "全部",
        ("条件",),
        sig.logic,
        "各条件都成立，同 且。",
        "全部([true, false]) → false",
        missing=_LOWERED,
        variadic=True,
    ),
    Op(
        "any",
        "any",
        "任一",
        ("条件",),
        sig.logic,
        "有一个条件成立，同 或。",
        "任一([true, null]) → true",
        missing=_LOWERED,
        variadic=True,
    ),
    Op(
        "list_contains",
        "list contains",
        "列表包含",
        ("列表", "值"),
        sig.anything,
        "同 属于。",
        "列表包含([1, 2], 2) → true",
        missing=_LOWERED,
    ),
)
