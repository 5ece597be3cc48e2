"""From a surface tree back to text: one canonical layout per construct, which parses to the same tree."""

from __future__ import annotations

from policyrun.syntax.expr import (
    Between,
    Binary,
    Call,
    Comparison,
    DateOf,
    Duration,
    IfThen,
    In,
    Items,
    Junction,
    Name,
    Negative,
    Not,
    Null,
    NullTest,
    Number,
    Property,
    Range,
    Surface,
    Test,
    Tests,
    Text,
    Truth,
)
from policyrun.syntax.literals import quoted

#: How tightly a construct binds; an operand that binds less than its place asks for gets brackets.
LOOSE, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POSTFIX, PRIMARY = range(10)

SYMBOLS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "eq": "=",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
}
WORDS = {"and": "且", "or": "或"}
LEVEL = {"add": SUM, "sub": SUM, "mul": PRODUCT, "div": PRODUCT, "and": AND, "or": OR}


def unparse(node: Test | Tests) -> str:
    """The canonical text of an expression, of a test or of a whole cell."""
    if isinstance(node, Tests):
        listed = ", ".join(_test(test) for test in node.tests) or "-"
        return f"not({listed})" if node.negated else listed
    return _test(node)


def _test(node: Test) -> str:
    match node:
        case Comparison(op=op, bound=bound):
            return f"{SYMBOLS[op]} {_at(SUM, bound)}"
        case Range(low=low, high=high):
            ends = ("[" if node.low_closed else "(", "]" if node.high_closed else ")")
            return f"{ends[0]}{_at(SUM, low)}..{_at(SUM, high)}{ends[1]}"
        case _:
            return _text(node)[0]


def _at(level: int, node: Surface) -> str:
    """A node's text for a place that asks for a binding; in brackets if the node binds less."""
    text, own = _text(node)
    return text if own >= level else f"({text})"


def _text(node: Surface) -> tuple[str, int]:
    """A node's text and how tightly it binds."""
    match node:
        case Number(text=text) | Name(text=text):
            return text, PRIMARY
        case Duration(text=text):
            return text, PRIMARY
        case Text(value=text):
            return quoted(text), PRIMARY
        case Truth(value=value):
            return "true" if value else "false", PRIMARY
        case Null():
            return "null", PRIMARY
        case DateOf(value=day):
            return f"{day.year:04}年{day.month}月{day.day}日", PRIMARY
        case Items(items=items):
            return f"[{', '.join(_at(LOOSE, item) for item in items)}]", PRIMARY
        case Call(function=function, args=args):
            return f"{function}({', '.join(_at(LOOSE, arg) for arg in args)})", PRIMARY
        case Property(operand=operand, name=name):
            return f"{_at(POSTFIX, operand)}.{name}", POSTFIX
        case _:
            return _operator(node)


def _operator(node: Surface) -> tuple[str, int]:
    match node:
        case Negative(operand=operand):
            return f"-{_at(SIGN, operand)}", SIGN
        case Not(operand=operand):
            return f"非 {_at(NOT, operand)}", NOT
        case Junction(op=op, operands=operands):
            return f" {WORDS[op]} ".join(_at(LEVEL[op] + 1, operand) for operand in operands), LEVEL[op]
        case Binary(op=op, left=left, right=right):
            level = LEVEL.get(op, COMPARE)
            left_level = level if level > COMPARE else SUM
            return f"{_at(left_level, left)} {SYMBOLS[op]} {_at(max(level + 1, SUM), right)}", level
        case NullTest(operand=operand, negated=negated):
            return f"{_at(SUM, operand)} {'不为空' if negated else '为空'}", COMPARE
        case Between(operand=operand, low=low, high=high):
            return f"{_at(SUM, operand)} 介于 {_at(SUM, low)} 和 {_at(SUM, high)}", COMPARE
        case In(operand=operand, tests=tests, negated=negated):
            return f"{_at(SUM, operand)} {'不属于' if negated else '属于'} {_members(tests)}", COMPARE
        case IfThen(condition=condition, then=then, otherwise=otherwise):
            return f"若 {_at(LOOSE, condition)} 则 {_at(LOOSE, then)} 否则 {_at(LOOSE, otherwise)}", LOOSE
    raise AssertionError(node)


def _members(tests: tuple[Test, ...]) -> str:
    if len(tests) == 1 and isinstance(tests[0], Range | Items | Name):
        return _test(tests[0])
    return f"({', '.join(_test(test) for test in tests)})"
