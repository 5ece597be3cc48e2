"""From the raw slice of a file to the surface tree of an expression or of a table cell."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax.expr import Comparison, Range, Surface, Tests
from policyrun.syntax.grammar import the_parser
from policyrun.syntax.normalise import normalise
from policyrun.syntax.refused import refuse

if TYPE_CHECKING:  # lark is slow to load and not every command parses
    from lark import Token, Tree

    from policyrun.syntax.build import Builder

#: How deep an expression may nest; every later stage walks it by recursion.
MAX_DEPTH = 60


def parse_expression(span: Span, found: Diagnostics) -> Surface | None:
    """The expression written at a span, which may run over lines; None after a reported error."""
    before = len(found)
    tree = _parse(span, "expression", found)
    if tree is None:
        return None
    built = _builder(span, found).test(tree)
    assert not isinstance(built, Comparison | Range), "the grammar has no test at the top of an expression"
    return built if len(found) == before else None


def parse_tests(span: Span, found: Diagnostics) -> Tests | None:
    """The unary tests of a table cell written at a span; None after a reported error."""
    before = len(found)
    tree = _parse(span, "cell", found)
    if tree is None:
        return None
    built = _builder(span, found).tests(tree)
    return built if len(found) == before else None


def _builder(span: Span, found: Diagnostics) -> Builder:
    from policyrun.syntax.build import Builder

    return Builder(span, found)


_parser = cache(the_parser)


def _parse(span: Span, start: str, found: Diagnostics) -> Tree[Token] | None:
    source = normalise(span, found)
    if source is None:
        return None
    if not source.strip():
        found.add("PR110", _("表达式是空的"), span, help=_("写出条件或算式；表格里不限写 -"))
        return None
    if refuse(source, span, found):
        return None
    from lark.exceptions import UnexpectedInput

    from policyrun.syntax.parse_errors import report_syntax_error

    try:
        tree = _parser().parse(source, start=start)
    except UnexpectedInput as error:
        report_syntax_error(error, source, span, found)
        return None
    if _depth(tree) > MAX_DEPTH:
        found.add(
            "PR119",
            _("表达式嵌套超过 {n} 层").format(n=MAX_DEPTH),
            span.within(0, 1),
            label=_("从这里开始"),
            help=_("把其中一部分写成单独的判定（decisions）"),
        )
        return None
    return tree


def _depth(tree: Tree[Token]) -> int:
    """How deep a tree is, without recursion, for it may be very deep."""
    from lark import Tree

    deepest, todo = 0, [(tree, 1)]
    while todo:
        node, depth = todo.pop()
        deepest = max(deepest, depth)
        todo.extend((child, depth + 1) for child in node.children if isinstance(child, Tree))
    return deepest
