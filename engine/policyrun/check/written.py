"""From the text of an expression to the typed one."""

from __future__ import annotations

from policyrun.check.expressions import check_expression
from policyrun.check.scope import Scope
from policyrun.ir.nodes import Expr
from policyrun.model.types import Type
from policyrun.source.diagnostic import Diagnostics
from policyrun.syntax.nodes import Scalar
from policyrun.syntax.parser import parse_expression


def lower_expression(scalar: Scalar, scope: Scope, expected: Type | None, found: Diagnostics) -> Expr | None:
    """The expression a scalar holds, of the type expected (None: any); None after a reported error."""
    surface = parse_expression(scalar.span, found)
    return None if surface is None else check_expression(surface, scope, found, expected)
