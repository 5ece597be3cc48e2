"""Laws of the language, on generated expressions."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from language import parsed, value
from policyrun.model.types import BOOL, NUMBER
from policyrun.syntax.unparse import unparse

COLUMNS = {"甲": BOOL, "乙": BOOL, "丙": BOOL, "数": NUMBER}
TRUTHS = st.sampled_from([True, False, None])

decimals = st.decimals(min_value=0, max_value=10**6, places=4).map(lambda number: format(number, "f"))


@st.composite
def sums(draw: st.DrawFn, depth: int = 3) -> tuple[str, Fraction | None]:
    """An arithmetic expression and what Fraction makes of it; None once something is divided by zero."""
    if depth == 0 or draw(st.booleans()):
        text = draw(decimals)
        return text, Fraction(text)
    (left, one), (right, other) = draw(sums(depth - 1)), draw(sums(depth - 1))
    sign = draw(st.sampled_from("+-*/"))
    text = f"({left}) {sign} ({right})"
    if one is None or other is None or (sign == "/" and not other):
        return text, None
    return text, {"+": one + other, "-": one - other, "*": one * other, "/": one / (other or 1)}[sign]


@st.composite
def conditions(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(
            st.sampled_from(["甲", "乙", "丙", "true", "数 > 3", "数 属于 [1..5)", "数 介于 1 和 2", "数 为空"])
        )
    inner = conditions(depth - 1)
    match draw(st.integers(0, 3)):
        case 0:
            return f"非 ({draw(inner)})"
        case 1:
            return f"若 {draw(inner)} 则 {draw(inner)} 否则 {draw(inner)}"
        case 2:
            return f"({draw(inner)}) 且 ({draw(inner)})"
        case _:
            return f"({draw(inner)}) 或 ({draw(inner)})"


def logic(text: str, **cells: bool | None) -> bool | None:
    worth = value(text, cells, COLUMNS)
    assert worth is None or isinstance(worth, bool)
    return worth


@given(sums())
def test_arithmetic_is_exact(case: tuple[str, Fraction | None]) -> None:
    text, exact = case
    assert value(text) == exact


@given(sums())
def test_layout_of_arithmetic_keeps_the_tree(case: tuple[str, Fraction | None]) -> None:
    tree = parsed(case[0])
    assert parsed(unparse(tree)) == tree


@given(conditions())
def test_layout_of_conditions_keeps_the_tree(text: str) -> None:
    tree = parsed(text)
    assert parsed(unparse(tree)) == tree


@given(TRUTHS, TRUTHS, TRUTHS)
@settings(max_examples=27)
def test_kleene_laws(a: bool | None, b: bool | None, c: bool | None) -> None:
    def worth(text: str) -> bool | None:
        return logic(text, 甲=a, 乙=b, 丙=c)

    assert worth("甲 且 乙") == worth("乙 且 甲")
    assert worth("非 (甲 且 乙)") == worth("非 甲 或 非 乙")
    assert worth("甲 且 (乙 或 丙)") == worth("甲 且 乙 或 甲 且 丙")
    assert worth("甲 或 (甲 且 乙)") == a
    assert worth("非 非 甲") == a


@given(conditions(), TRUTHS, TRUTHS, TRUTHS, st.integers(0, 6))
def test_what_is_known_stays_when_more_is_known(
    text: str, a: bool | None, b: bool | None, c: bool | None, number: int
) -> None:
    """A result that is known does not change when a missing cell is filled in, unless the text asks for 为空."""
    if "为空" in text:
        return
    known = logic(text, 甲=a, 乙=b, 丙=c)
    if known is None:
        return
    filled = {"甲": bool(a), "乙": bool(b), "丙": bool(c), "数": Fraction(number)}
    assert value(text, filled, COLUMNS) == known
