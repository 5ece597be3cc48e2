"""What a row of the table of operators and functions says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from policyrun.ir.signatures import Rule


class Form(Enum):
    """How a row is written."""

    OPERATOR = "运算符"
    FUNCTION = "函数"
    PROPERTY = "属性"


class Missing(Enum):
    """What becomes of a missing operand.

    STRICT: the result is missing. OWN: the operator has a rule for it. LOWERED: the checker rewrites it to other rows,
    whose rules hold, and no engine ever meets it.
    """

    STRICT = "有缺失即缺失"
    OWN = "另有规则"
    LOWERED = "由其他运算组成"


@dataclass(frozen=True, slots=True)
class Op:
    """An operator or function.

    Attributes:
        key: how the engine calls it.
        feel: FEEL's spelling; "" where FEEL has none.
        chinese: the Chinese spelling; "" where there is none.
        params: what the operands are, in the words of a policy author.
        rule: from the types of the operands to that of the result.
        doc: one sentence.
        example: an expression and what it is worth.
        optional: how many of the last operands may be left out.
        variadic: whether the last operand may be repeated, or all be given as one list.
    """

    key: str
    feel: str
    chinese: str
    params: tuple[str, ...]
    rule: Rule
    doc: str
    example: str
    form: Form = Form.FUNCTION
    missing: Missing = Missing.STRICT
    optional: int = 0
    variadic: bool = False
