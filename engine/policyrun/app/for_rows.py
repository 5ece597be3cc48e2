"""Which names of a policy the result of a row depends on, and which serve reports and indicators alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policyrun.ir.nodes import DecisionRef, Expr, ParameterRef, ReadingRef, nodes_for
from policyrun.ir.policy import Highest, Limit, Policy, SameKind, Scheme, Total
from policyrun.ir.reporting import Measure


def names_for_rows(policy: Policy) -> frozenset[str]:
    """Parameters, decisions and readings that the result of a row depends on.

    What nothing at all looks at counts as well, for it was meant to be looked at.
    """
    of_regions = _names(_of_regions(policy))
    of_rows = _names(_of_rows(policy))
    return frozenset({*policy.parameters, *policy.decisions, *policy.readings} - (of_regions - of_rows))


def _names(expressions: Iterable[Expr | None]) -> set[str]:
    nodes = (node for expression in expressions if expression is not None for node in nodes_for(expression))
    return {node.name for node in nodes if isinstance(node, ParameterRef | DecisionRef | ReadingRef)}


def _of_regions(policy: Policy) -> Iterator[Expr | None]:
    for report in policy.reports:
        yield from (report.date, report.whole, *(relation.when for relation in report.relations))
        for column in report.columns:
            yield from _of_measure(column.measure)
    for indicator in policy.indicators:
        yield indicator.verified
        for measure in (indicator.numerator, indicator.denominator):
            if isinstance(measure, Measure):
                yield from _of_measure(measure)


def _of_measure(measure: Measure) -> Iterator[Expr | None]:
    yield from (measure.where, measure.total, *measure.distinct)


def _of_rows(policy: Policy) -> Iterator[Expr | None]:
    yield policy.in_force.outside
    for scheme in policy.schemes:
        yield from _of_scheme(scheme)
    for limit in policy.limits:
        yield from _of_limit(limit)


def _of_scheme(scheme: Scheme) -> Iterator[Expr | None]:
    yield scheme.day
    yield from (field.blank for field in scheme.record.fields)
    yield from (check.test for check in scheme.record.checks)
    yield from (gate.when for gate in scheme.gates)
    yield from (requirement.test for requirement in scheme.requirements)
    yield from (notice.test for notice in scheme.notices)
    yield scheme.amount.value if scheme.amount else None
    yield scheme.split.remainder if scheme.split else None
    yield scheme.payee.category if scheme.payee else None
    yield scheme.fund.source if scheme.fund else None


def _of_limit(limit: Limit) -> Iterator[Expr | None]:
    yield from (limit.when, limit.binding)
    yield from (part.expr for part in limit.per)
    yield from (key.expr for key in limit.order.keys)
    match limit.measure:
        case Total(measure=measure, room=room):
            yield from (measure, room)
        case Highest(pay=pay):
            yield pay
        case SameKind(kind=kind):
            yield kind
