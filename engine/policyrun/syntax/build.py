"""From lark's tree to the surface tree: one method per rule of the grammar, named after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from lark import Token, Tree

from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax import literals
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
    Property,
    Range,
    Surface,
    Test,
    Tests,
    Text,
    Truth,
)

_COMPARE = {
    "=": "eq",
    "!=": "ne",
    "≠": "ne",
    "<": "lt",
    "<=": "le",
    "≤": "le",
    ">": "gt",
    ">=": "ge",
    "≥": "ge",
    "超过": "gt",
    "不满": "lt",
    "不少于": "ge",
    "不超过": "le",
}
_BOUND = {"以上": "ge", "以下": "le", "以内": "le"}
_ARITHMETIC = {"+": "add", "-": "sub", "*": "mul", "/": "div"}

Child = Tree[Token] | Token


class Builder:
    """Builds the surface tree of one expression. A wrong constant is reported and becomes ``null``."""

    def __init__(self, span: Span, found: Diagnostics) -> None:
        self._span = span
        self._found = found

    def test(self, tree: Tree[Token]) -> Test:
        """The surface tree of a lark tree."""
        rule = cast(Callable[[Span, list[Child]], Test], getattr(self, f"_{tree.data}"))
        return rule(self._of(tree), tree.children)

    def tests(self, tree: Tree[Token]) -> Tests:
        """The surface tree of a cell: ``-`` or tests, of which ``not(…)`` may be around the whole."""
        span = self._of(tree)
        if tree.data == "any_test":
            return Tests(span=span, tests=())
        children = cast(list[Tree[Token]], tree.children)
        if len(children) == 1 and children[0].data == "not_call":
            inner = cast(Tree[Token], children[0].children[2])
            return Tests(span=span, tests=self._each(inner.children), negated=True)
        if len(children) == 1 and children[0].data == "not_":
            return Tests(span=span, tests=(self._expr(children[0].children[1]),), negated=True)
        return Tests(span=span, tests=self._each(tree.children))

    def _of(self, node: Child) -> Span:
        if isinstance(node, Token):
            start = node.start_pos or 0
            return self._span.within(start, start + len(node))
        return self._span.within(node.meta.start_pos, node.meta.end_pos)

    def _expr(self, node: Child) -> Surface:
        assert isinstance(node, Tree)
        built = self.test(node)
        assert not isinstance(built, Comparison | Range), "the grammar has no test here"
        return built

    def _each(self, nodes: list[Child]) -> tuple[Test, ...]:
        return tuple(self.test(node) for node in nodes if isinstance(node, Tree))

    def _exprs(self, nodes: list[Child]) -> tuple[Surface, ...]:
        return tuple(self._expr(node) for node in nodes if isinstance(node, Tree))

    # operators

    def _if_then(self, span: Span, children: list[Child]) -> Surface:
        condition, then, otherwise = self._exprs(children)
        return IfThen(span=span, condition=condition, then=then, otherwise=otherwise)

    def _or_(self, span: Span, children: list[Child]) -> Surface:
        return self._junction("or", span, children)

    def _and_(self, span: Span, children: list[Child]) -> Surface:
        return self._junction("and", span, children)

    def _junction(self, op: str, span: Span, children: list[Child]) -> Surface:
        operands: list[Surface] = []
        for operand in self._exprs(children):
            # (a 或 b) 或 c is a 或 b 或 c: the brackets say nothing
            if isinstance(operand, Junction) and operand.op == op:
                operands.extend(operand.operands)
            else:
                operands.append(operand)
        return Junction(span=span, op=op, operands=tuple(operands))

    def _not_(self, span: Span, children: list[Child]) -> Surface:
        return Not(span=span, operand=self._expr(children[1]))

    def _not_call(self, span: Span, children: list[Child]) -> Surface:
        tests = cast(Tree[Token], children[2])
        inner = self._each(tests.children)
        if len(inner) == 1 and not isinstance(inner[0], Comparison | Range):
            return Not(span=span, operand=inner[0])
        self._found.add(
            "PR127",
            _("not(…) 里的比较只能用在整个单元格外面"),
            self._of(tests),
            help=_("这里 not(…) 里写一个条件"),
        )
        return Null(span=span)

    def _compare(self, span: Span, children: list[Child]) -> Surface:
        left, right = self._exprs(children)
        op = _COMPARE[str(children[1])]
        if op in ("eq", "ne") and isinstance(right, Null):
            return NullTest(span=span, operand=left, negated=op == "ne")
        if op in ("eq", "ne") and isinstance(left, Null):
            return NullTest(span=span, operand=right, negated=op == "ne")
        return Binary(span=span, op=op, left=left, right=right, op_span=self._of(children[1]))

    def _between(self, span: Span, children: list[Child]) -> Surface:
        operand, low, high = self._exprs(children)
        return Between(span=span, operand=operand, low=low, high=high)

    def _in_(self, span: Span, children: list[Child]) -> Surface:
        operand, _word, members = children
        assert isinstance(members, Tree)
        tests = self._each(members.children) if members.data == "tests" else (self.test(members),)
        return In(span=span, operand=self._expr(operand), tests=tests, negated=str(_word) == "不属于")

    def _null_test(self, span: Span, children: list[Child]) -> Surface:
        return NullTest(span=span, operand=self._expr(children[0]), negated=str(children[1]) == "不为空")

    def _arithmetic(self, span: Span, children: list[Child]) -> Surface:
        left, right = self._exprs(children)
        return Binary(
            span=span, op=_ARITHMETIC[str(children[1])], left=left, right=right, op_span=self._of(children[1])
        )

    def _negative(self, span: Span, children: list[Child]) -> Surface:
        return Negative(span=span, operand=self._expr(children[1]))

    def _parenthesised(self, _span: Span, children: list[Child]) -> Surface:
        return self._expr(children[1])

    # tests

    def _bound_before(self, span: Span, children: list[Child]) -> Test:
        return Comparison(span=span, op=_COMPARE[str(children[0])], bound=self._expr(children[1]))

    def _bound_after(self, span: Span, children: list[Child]) -> Test:
        return Comparison(span=span, op=_BOUND[str(children[1])], bound=self._expr(children[0]))

    def _range(self, span: Span, children: list[Child]) -> Test:
        low, high = self._exprs(children)
        return Range(
            span=span, low=low, high=high, low_closed=str(children[0]) == "[", high_closed=str(children[-1]) == "]"
        )

    # operands

    def _name(self, span: Span, children: list[Child]) -> Surface:
        return Name(span=span, text=str(children[0]))

    def _list(self, span: Span, children: list[Child]) -> Surface:
        return Items(span=span, items=self._exprs(children))

    def _call(self, span: Span, children: list[Child]) -> Surface:
        function = " ".join(str(children[0]).split())
        args = self._exprs(children)
        constant = {"date": literals.iso_date, "duration": literals.iso_duration}.get(function)
        if constant is not None and len(args) == 1 and isinstance(args[0], Text):
            return constant(args[0].value, span, self._found) or Null(span=span)
        return Call(span=span, function=function, args=args, function_span=self._of(children[0]))

    def _property(self, span: Span, children: list[Child]) -> Surface:
        return Property(
            span=span, operand=self._expr(children[0]), name=str(children[1]), name_span=self._of(children[1])
        )

    # constants

    def _number(self, span: Span, children: list[Child]) -> Surface:
        return literals.number(str(children[0]), span, self._found) or Null(span=span)

    def _text(self, span: Span, children: list[Child]) -> Surface:
        return literals.text_literal(str(children[0]), span, self._found) or Null(span=span)

    def _true(self, span: Span, _children: list[Child]) -> Surface:
        return Truth(span=span, value=True)

    def _false(self, span: Span, _children: list[Child]) -> Surface:
        return Truth(span=span, value=False)

    def _null(self, span: Span, _children: list[Child]) -> Surface:
        return Null(span=span)

    def _day(self, span: Span, children: list[Child]) -> Surface:
        return literals.chinese_date(str(children[0]), span, self._found) or Null(span=span)

    def _at_text(self, span: Span, children: list[Child]) -> Surface:
        text = literals.text_literal(str(children[0]), span, self._found)
        if text is None:
            return Null(span=span)
        constant: Callable[[str, Span, Diagnostics], DateOf | Duration | None] = (
            literals.iso_duration if text.value.lstrip("-").startswith("P") else literals.iso_date
        )
        return constant(text.value, span, self._found) or Null(span=span)
