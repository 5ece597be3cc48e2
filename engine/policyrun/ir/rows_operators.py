"""The operators."""

from __future__ import annotations

from policyrun.ir import signatures as sig
from policyrun.ir.op import Form, Missing, Op
from policyrun.ir.signatures import Rule

_OWN, _LOWERED = Missing.OWN, Missing.LOWERED


def _operator(
    key: str, feel: str, chinese: str, rule: Rule, doc: str, example: str, missing: Missing = Missing.STRICT
) -> Op:
    params = ("a",) if key in ("neg", "not", "is_null", "not_null") else ("a", "b")
    return Op(key, feel, chinese, params, rule, doc, example, Form.OPERATOR, missing)


OPERATORS = (
    _operator("add", "+", "", sig.add, "数、期间相加，文本相连，日期加期间。", "2023年1月31日 + 1个月 → 2023年2月28日"),
    _operator("sub", "-", "", sig.subtract, "相减；两个日期相减得天数。", "2023年3月1日 - 2023年2月1日 → 28天"),
    _operator("mul", "*", "", sig.multiply, "相乘，单位也相乘；写作 × 亦可。", "800元 * 30% → 240元"),
    _operator("div", "/", "", sig.divide, "相除，结果精确；除数为零时结果未知。", "1 / 3 * 3 → 1"),
    _operator("neg", "-", "", sig.negate, "负值。", "-(2 - 5) → 3"),
    _operator("eq", "=", "", sig.equate, "相等；有一方缺失时未知。", '"甲" = "乙" → false'),
    _operator("ne", "!=", "", sig.equate, "不相等；有一方缺失时未知。", '"甲" != "乙" → true'),
    _operator("lt", "<", "不满", sig.order, "小于，不含本数。", "16 不满 16 → false"),
    _operator("le", "<=", "不超过", sig.order, "不大于，含本数；表格里也写作 n以下、n以内。", "16 不超过 16 → true"),
    _operator("gt", ">", "超过", sig.order, "大于，不含本数。", "16 超过 16 → false"),
    _operator("ge", ">=", "不少于", sig.order, "不小于，含本数；表格里也写作 n以上。", "16 不少于 16 → true"),
    _operator("and", "and", "且", sig.logic, "有一个不成立即不成立；否则有未知即未知。", "false 且 null → false", _OWN),
    _operator("or", "or", "或", sig.logic, "有一个成立即成立；否则有未知即未知。", "true 或 null → true", _OWN),
    _operator("not", "not()", "非", sig.logic, "成立与不成立互换，未知仍未知。", "非 false → true", _OWN),
    _operator("is_null", "= null", "为空", sig.anything, "值是否缺失，总有答案。", "null 为空 → true", _OWN),
    _operator("not_null", "!= null", "不为空", sig.anything, "值是否不缺失，总有答案。", "1 不为空 → true", _OWN),
    Op(
        "between",
        "between … and …",
        "介于 … 和 …",
        ("a", "b", "c"),
        sig.order,
        "含两端。",
        "3 介于 1 和 3 → true",
        Form.OPERATOR,
        _LOWERED,
    ),
    _operator(
        "in",
        "in",
        "属于",
        sig.equate,
        "等于其中之一、落在区间内或满足其中一个比较；区间的方括号含端点，圆括号不含。不属于相反。",
        "3 属于 [1..3) → false",
        _LOWERED,
    ),
)
