"""The cells of decision tables: unary tests of a column, which gives bare words their vocabulary."""

from __future__ import annotations

from policyrun.check.applying import apply, junction, report_no_member
from policyrun.check.expressions import Checker
from policyrun.check.scope import Scope
from policyrun.check.unary_tests import condition
from policyrun.ir.nodes import Expr, ListOf, Literal
from policyrun.model.types import BOOL, Kind, Type, list_of
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.text import Span
from policyrun.syntax.expr import Comparison, Name, Range, Test, Tests

_TRUTHS = {"是": True, "否": False}


def check_tests(written: Tests, column: Expr, scope: Scope, found: Diagnostics) -> Expr | None:
    """The condition that a cell puts on its column; None for ``-``, and after a reported error."""
    checker = CellChecker(scope, found)
    conditions = [condition(checker, column, test) for test in written.tests]
    sound = [each for each in conditions if each is not None]
    if not sound or len(sound) < len(conditions):
        return None
    met = junction("or", sound, written.span)
    return apply("not", (met,), written.span, found) if written.negated else met


class CellChecker(Checker):
    """Checks the operands of a cell. A bare word is a member of the column's vocabulary before it is a name."""

    def test_value(self, written: Test, place: Type) -> Expr | None:
        assert not isinstance(written, Comparison | Range), "not a plain test"
        if isinstance(written, Name):
            if place.kind is Kind.ENUM:
                return self._member(written.text, written.span, place)
            if place.kind is Kind.BOOL and written.text in _TRUTHS:
                return Literal(type=BOOL, span=written.span, value=_TRUTHS[written.text])
        return self.expr(written, place)

    def _member(self, word: str, span: Span, vocabulary: Type) -> Expr | None:
        if word in vocabulary.members:
            return Literal(type=vocabulary, span=span, value=word)
        members = self.scope.member_sets(vocabulary.enumeration).get(word)
        if members is not None:
            items = tuple(Literal(type=vocabulary, span=span, value=member) for member in members)
            return ListOf(type=list_of(vocabulary), span=span, items=items)
        leaf = self.scope.resolve(word, span)
        if leaf is None:
            report_no_member(word, vocabulary, span, self.found)
        return leaf
