"""A checked policy with one of its rules taken away or turned into something else, for tests of what rules do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from policyrun.ir.nodes import Apply, DecisionRef, Expr, Literal, ParameterRef, Table, TableRow
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.types import Kind, Type
from policyrun.model.values import Days, Months, Value
from policyrun.model.vocabulary import DatedValue, Grounds
from policyrun.source.text import SourceFile, Span

Change = Callable[[Any], Any]

#: Parts of a scheme of which there are several, and those of which there is one that may be absent.
_SEVERAL = ("gates", "requirements", "notices")
_ONE = ("split", "payee", "fund", "top_up")


def changed(policy: Policy, rule: str) -> Iterator[tuple[str, Policy]]:
    """The policy once per thing that carries an id, that thing changed; with what was changed."""
    yield from _frame(policy, rule)
    for scheme in policy.schemes:
        for what, other in _scheme(scheme, rule):
            schemes = tuple(other if one is scheme else one for one in policy.schemes)
            yield f"{scheme.name} {what}", replace(policy, schemes=schemes)
    for limit in policy.limits:
        if rule in limit.grounds.ids:
            yield f"限额 {limit.name}", replace(policy, limits=tuple(one for one in policy.limits if one is not limit))
    yield from _values(policy, rule)


def _frame(policy: Policy, rule: str) -> Iterator[tuple[str, Policy]]:
    if rule in policy.in_force.grounds.ids:
        yield "施行期", replace(policy, in_force=replace(policy.in_force, first=None, last=None))
    if rule in policy.rounding.grounds.ids:
        yield "取整", replace(policy, rounding=replace(policy.rounding, step=Fraction(1000)))
    for place, one in enumerate(policy.lists):
        if rule in one.grounds.ids:
            lists = (*policy.lists[:place], replace(one, key="序号"), *policy.lists[place + 1 :])
            yield f"名单 {one.name}", replace(policy, lists=lists)
    for name, reading in policy.readings.items():
        if rule in reading.grounds.ids:
            other = replace(reading, default=next(way for way in reading.ways if way != reading.default))
            yield f"读法 {name}", replace(policy, readings={**policy.readings, name: other})


def _scheme(scheme: Scheme, rule: str) -> Iterator[tuple[str, Scheme]]:
    amount = scheme.amount
    if amount is not None and (rule in scheme.grounds.ids or rule in amount.grounds.ids):
        yield "金额", replace(scheme, amount=replace(amount, value=_wrong(amount.value)))
    for name in _SEVERAL:
        parts = getattr(scheme, name)
        for part in parts:
            if rule in part.grounds.ids:
                rest = tuple(one for one in parts if one is not part)
                yield f"{name} {getattr(part, 'name', getattr(part, 'code', ''))}", replace(scheme, **{name: rest})
    for name in _ONE:
        part = getattr(scheme, name)
        if part is not None and rule in part.grounds.ids:
            yield name, replace(scheme, **{name: None})


def _values(policy: Policy, rule: str) -> Iterator[tuple[str, Policy]]:
    for name, grounds in policy.parameter_grounds.items():
        dated = (rule in one.grounds.ids for one in policy.parameters[name].values)
        if rule in grounds.ids or any(dated):
            yield f"参数 {name}", rewritten(policy, _parameter(name))
    for name, decision in policy.decisions.items():
        if rule in decision.grounds.ids:
            yield f"推算 {name}", rewritten(policy, _decision(name))
        rows = decision.expr.rows if isinstance(decision.expr, Table) else ()
        for number, row in enumerate(rows, 1):
            if rule in row.grounds.ids:
                yield f"推算 {name} 第 {number} 行", rewritten(policy, _row(row))
        default = decision.expr.default if isinstance(decision.expr, Table) else None
        if isinstance(default, DecisionRef) and rule in default.grounds.ids:
            yield f"推算 {name} 其余", rewritten(policy, _default(default))


def _wrong(node: Expr) -> Expr:
    """Something else of the same type."""
    if node.type.kind is Kind.BOOL:
        return Apply(type=node.type, span=node.span, op="not", args=(node,))
    return Literal(type=node.type, span=node.span, value=_any(node.type))


def _parameter(name: str) -> Change:
    def change(node: Any) -> Any:
        if not isinstance(node, ParameterRef) or node.name != name:
            return node
        values = node.values or (DatedValue(None, None, _any(node.type), Grounds()),)
        return replace(node, values=tuple(replace(one, value=_other(one.value)) for one in values))

    return change


def _any(kind: Type) -> Value:
    """A value that no policy has."""
    values: Mapping[Kind, Value] = {
        Kind.NUMBER: Fraction(98765),
        Kind.DATE: date(1999, 6, 30),
        Kind.MONTHS: Months(777),
        Kind.DAYS: Days(777),
        Kind.BOOL: False,
    }
    return values.get(kind.kind, "别的")


def _other(value: Value) -> Value:
    match value:
        case bool():
            return not value
        case Fraction():
            return value * 2 + 1
        case date():
            return value.replace(year=value.year - 5)
        case Months(count=count):
            return Months(count * 2 + 1)
        case Days(count=count):
            return Days(count * 2 + 1)
        case _:
            return f"非{value}"


def _decision(name: str) -> Change:
    return lambda node: (
        replace(node, expr=_wrong(node.expr)) if isinstance(node, DecisionRef) and node.name == name else node
    )


def _default(default: DecisionRef) -> Change:
    return lambda node: (
        replace(node, expr=_wrong(node.expr)) if isinstance(node, DecisionRef) and node.span == default.span else node
    )


def _row(row: TableRow) -> Change:
    return lambda node: (
        replace(node, outcome=_wrong(node.outcome)) if isinstance(node, TableRow) and node.span == row.span else node
    )


def rewritten(root: Any, change: Change) -> Any:
    """A tree of dataclasses with every node changed, leaves first; a node that is shared stays shared."""
    done: dict[int, Any] = {}

    def rewrite(node: Any) -> Any:
        if id(node) not in done:
            done[id(node)] = _rebuilt(node, rewrite, change)
        return done[id(node)]

    return rewrite(root)


def _rebuilt(node: Any, rewrite: Change, change: Change) -> Any:
    if isinstance(node, tuple):
        items = tuple(rewrite(item) for item in node)
        return node if all(new is old for new, old in zip(items, node, strict=True)) else items
    if isinstance(node, Mapping):
        values = {key: rewrite(value) for key, value in node.items()}
        return node if all(values[key] is node[key] for key in node) else values
    if not is_dataclass(node) or isinstance(node, (type, Span, SourceFile)):
        return node
    new = {one.name: rewrite(getattr(node, one.name)) for one in fields(node) if one.init}
    differing = {name: value for name, value in new.items() if value is not getattr(node, name)}
    return change(replace(node, **differing) if differing else node)
