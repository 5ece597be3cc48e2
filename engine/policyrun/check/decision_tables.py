"""Decision tables as written: inputs by label, a row's tests by the label of the input they are about."""

from __future__ import annotations

from collections.abc import Mapping

from policyrun.check.cell_tests import check_tests
from policyrun.check.citations import Citer
from policyrun.check.dates import Period
from policyrun.check.hints import did_you_mean
from policyrun.check.parameters import dated_values
from policyrun.check.scope import Scope
from policyrun.check.shape import entries_at, mappings_at, scalar_at, text_at
from policyrun.check.written import lower_expression
from policyrun.ir.nodes import DecisionRef, Expr, ParameterRef, Table, TableRow
from policyrun.model.types import Type
from policyrun.model.vocabulary import Standing
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar
from policyrun.syntax.parser import parse_tests

UNIQUE = "U"

#: What the default row of a table is called in explanations.
DEFAULT = "默认"


class TableReader:
    """Lowers decision tables, and keeps them for the checks that look at all rows together."""

    def __init__(self, period: Period, found: Diagnostics) -> None:
        self._period = period
        self._found = found
        self.lowered: list[tuple[str, Table]] = []

    def lower(self, key: Scalar, node: nodes.Mapping, type_: Type, scope: Scope, citer: Citer) -> Table | None:
        """The table of a decision; None if it has no input or no row that can be understood."""
        body = node.get("table")
        inputs = self._inputs(body, scope)
        rows = [
            self._row(f"{key.text}·{number}", row, inputs, type_, scope, citer)
            for number, row in enumerate(mappings_at(body, "rows"), 1)
        ]
        sound = [row for row in rows if row is not None]
        if inputs is None or len(sound) < len(rows):
            return None
        table = Table(
            type=type_,
            span=key.span,
            labels=tuple(inputs),
            inputs=tuple(inputs.values()),
            rows=tuple(sound),
            hit=text_at(body, "hit", UNIQUE),
            default=self._default(f"{key.text}·{DEFAULT}", body, type_, scope, citer),
        )
        self.lowered.append((key.text, table))
        return table

    def _inputs(self, body: nodes.Node | None, scope: Scope) -> dict[str, Expr] | None:
        inputs: dict[str, Expr] = {}
        sound = True
        for label, value in entries_at(body, "inputs"):
            expr = lower_expression(value, scope, None, self._found) if isinstance(value, Scalar) else None
            if expr is None:
                sound = False
            else:
                inputs[label.text] = expr
        return inputs if sound and inputs else None

    def _row(
        self,
        name: str,
        row: nodes.Mapping,
        inputs: Mapping[str, Expr] | None,
        type_: Type,
        scope: Scope,
        citer: Citer,
    ) -> TableRow | None:
        outcome = self._outcome(name, row, type_, scope, citer)
        tests = None if inputs is None else self._tests(row, inputs, scope)
        if outcome is None or tests is None:
            return None
        return TableRow(tests=tests, outcome=outcome, grounds=citer.grounds(row), span=row.span)

    def _tests(self, row: nodes.Mapping, inputs: Mapping[str, Expr], scope: Scope) -> tuple[Expr | None, ...] | None:
        tests: dict[str, Expr | None] = dict.fromkeys(inputs)
        sound = True
        for label, value in entries_at(row, "when"):
            if label.text not in inputs:
                self._found.add(
                    "PR406",
                    _("表里没有输入“{label}”").format(label=label.text),
                    label.span,
                    help=did_you_mean(label.text, inputs) or _("输入有：{known}").format(known="、".join(inputs)),
                )
                sound = False
            elif isinstance(value, Scalar):
                surface = parse_tests(value.span, self._found)
                test = None if surface is None else check_tests(surface, inputs[label.text], scope, self._found)
                understood = test is not None or (surface is not None and not surface.tests)
                sound = sound and understood
                tests[label.text] = test
        return tuple(tests.values()) if sound else None

    def _outcome(self, name: str, row: nodes.Mapping, type_: Type, scope: Scope, citer: Citer) -> Expr | None:
        """``then`` is an expression, or a list of dated values where the outcome changed while the policy stood."""
        then = row.get("then")
        if isinstance(then, Scalar):
            return lower_expression(then, scope, type_, self._found)
        if then is None:
            return None
        values = dated_values(name, mappings_at(row, "then"), type_, self._period, citer, self._found)
        return ParameterRef(type=type_, span=then.span, name=name, values=values, standing=Standing.GIVEN)

    def _default(
        self, name: str, body: nodes.Node | None, type_: Type, scope: Scope, citer: Citer
    ) -> DecisionRef | None:
        """The outcome when no row matches, named so that its own grounds go with it."""
        row = body.get("default") if isinstance(body, nodes.Mapping) else None
        then = scalar_at(row, "then")
        expr = None if then is None else lower_expression(then, scope, type_, self._found)
        if row is None or expr is None:
            return None
        return DecisionRef(type=type_, span=row.span, name=name, expr=expr, grounds=citer.grounds(row))
