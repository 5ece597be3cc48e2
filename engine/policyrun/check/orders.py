"""Orders of candidates, and whether they are total."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policyrun.check.desk import Desk
from policyrun.check.names import Noun
from policyrun.check.reach import columns_in
from policyrun.check.shape import entries_at, scalars_at
from policyrun.ir.nodes import Expr, Given, Supplied
from policyrun.ir.policy import Order, OrderKey, Scheme
from policyrun.source.diagnostic import Label
from policyrun.source.messages import _
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar

_DIRECTED = re.compile(r"(?P<key>.*\S)\s+(?P<way>升序|降序)", re.DOTALL)
DESCENDING = "降序"


@dataclass(frozen=True, slots=True)
class KeyWritten:
    """An order's key without its direction, as a scalar of its own."""

    scalar: Scalar
    descending: bool


def lower_orders(root: nodes.Mapping, desk: Desk) -> dict[str, Order]:
    """The orders of a policy; one with a key that cannot be understood is left out."""
    orders: dict[str, Order] = {}
    scope = desk.resolver.scope()
    for name, _keys in entries_at(root, "orders"):
        desk.resolver.names.declare_aside(Noun.ORDER, name.text, name.span)
        written = [_written(scalar) for scalar in scalars_at(root.get("orders"), name.text)]
        lowered = [(each, desk.expression(each.scalar, scope)) for each in written]
        keys = tuple(
            OrderKey(label=each.scalar.text, expr=expr, descending=each.descending)
            for each, expr in lowered
            if expr is not None
        )
        if len(keys) == len(written):
            orders[name.text] = Order(name=name.text, keys=keys, span=name.span)
    return orders


def _written(scalar: Scalar) -> KeyWritten:
    directed = _DIRECTED.fullmatch(scalar.span.text)
    if directed is None:
        return KeyWritten(scalar, descending=False)
    text = directed["key"]
    return KeyWritten(Scalar(text, scalar.span.within(0, len(text))), directed["way"] == DESCENDING)


def require_total(order: Order, schemes: list[Scheme], desk: Desk) -> None:
    """The last key must tell any two candidates apart: 序号 alone in one scheme, 项目 and 序号 over several."""
    wanted = [Supplied.SERIAL] if len(schemes) < 2 else [Supplied.SCHEME, Supplied.SERIAL]
    ends = [_supplied(key.expr) for key in order.keys]
    if ends[-1:] == [Supplied.SERIAL] and all(name in ends for name in wanted):
        return
    desk.found.add(
        "PR420",
        _("次序“{name}”分不出先后：最后要有{keys}").format(name=order.name, keys="、".join(wanted)),
        order.span,
        label=_("两条记录可能并列，谁先得就不确定"),
        others=tuple(Label(scheme.span, _("用于这个项目")) for scheme in schemes),
        help=_("在次序末尾加上 {keys}").format(keys="、".join(wanted)),
    )


def require_known(order: Order, schemes: list[Scheme], desk: Desk) -> None:
    """A column that only some of the schemes have counts as blank in the others; one that none has is a mistake."""
    for key in order.keys:
        for column in sorted(columns_in(key.expr)):
            if all(scheme.record.field(column) is None for scheme in schemes):
                desk.found.add(
                    "PR247",
                    _("次序“{name}”看的列“{column}”，所排的项目都没有").format(name=order.name, column=column),
                    key.expr.span,
                    help=_("换一列，或另写一个次序"),
                )


def _supplied(expr: Expr) -> str | None:
    return expr.name if isinstance(expr, Given) else None
