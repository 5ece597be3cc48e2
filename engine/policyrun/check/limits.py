"""Limits: what candidates share, how it is measured, how much room there is, in which order they come."""

from __future__ import annotations

from collections.abc import Mapping

from policyrun.check.desk import Desk
from policyrun.check.hints import did_you_mean
from policyrun.check.names import Noun
from policyrun.check.orders import require_known, require_total
from policyrun.check.reach import nodes_under
from policyrun.check.resolver import PolicyScope
from policyrun.check.scheme_reach import lacks_column, lacks_day
from policyrun.check.shape import entries_at, flag_at, key_span, named_mappings, scalar_at, scalars_at
from policyrun.ir.nodes import Column, Expr, Given, Settled, Supplied
from policyrun.ir.policy import Highest, KeyPart, Limit, Order, SameKind, Scheme, Total
from policyrun.model.types import BOOL, Kind
from policyrun.source.diagnostic import Label
from policyrun.source.messages import _
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar

#: How 就高 pays a later, higher standard.
WAYS_OF_HIGHEST = ("补差", "全额", "不再给")

Measure = Total | Highest | SameKind


def lower_limits(
    root: nodes.Mapping, schemes: Mapping[str, Scheme], orders: Mapping[str, Order], desk: Desk
) -> tuple[Limit, ...]:
    """The limits of a policy in its order; those with a mistake are left out."""
    declared = [key.text for key, _node in entries_at(root, "schemes")]
    lowered = (_limit(key, node, schemes, declared, orders, desk) for key, node in named_mappings(root, "limits"))
    limits = tuple(limit for limit in lowered if limit is not None)
    _require_one_order(limits, desk)
    _require_total_orders(limits, schemes, desk)
    _require_limits_of_top_ups(root, schemes, desk)
    return limits


def _limit(
    key: Scalar,
    node: nodes.Mapping,
    schemes: Mapping[str, Scheme],
    declared: list[str],
    orders: Mapping[str, Order],
    desk: Desk,
) -> Limit | None:
    over = _over(node, schemes, declared, desk)
    order = _order(scalar_at(node, "order"), orders, desk)
    scope = desk.resolver.scope(*(scheme.record.name for scheme in over))
    per = _per(node, scope, desk)
    when = desk.expression(scalar_at(node, "when"), scope, BOOL)
    binding = desk.expression(scalar_at(node, "binding"), scope, BOOL)
    measure = _measure(key, node, scope, desk)
    if order is None or measure is None or not over:
        return None
    limit = Limit(
        name=key.text,
        over=tuple(scheme.name for scheme in over),
        per=per,
        when=when,
        measure=measure,
        binding=binding,
        order=order,
        grounds=desk.citer.grounds(node),
        span=key.span,
    )
    for scheme in over:
        _require_reach(limit, scheme, desk)
    return limit


def _over(node: nodes.Mapping, schemes: Mapping[str, Scheme], declared: list[str], desk: Desk) -> list[Scheme]:
    """The schemes that share a limit, each once, in the order declared."""
    named: dict[str, Scalar] = {}
    for scalar in scalars_at(node, "over"):
        if scalar.text not in declared:
            desk.found.add(
                "PR223",
                _("没有项目“{name}”").format(name=scalar.text),
                scalar.span,
                help=did_you_mean(scalar.text, declared) or _("项目在 schemes 一节声明"),
            )
        elif scalar.text in named:
            desk.found.add(
                "PR425",
                _("项目“{name}”写了两次").format(name=scalar.text),
                scalar.span,
                others=(Label(named[scalar.text].span, _("先在这里")),),
            )
        elif (scheme := schemes.get(scalar.text)) is not None and scheme.amount is None:
            desk.found.add(
                "PR433",
                _("“{name}”只作核对，不发钱，不受限额").format(name=scalar.text),
                scalar.span,
                others=(Label(scheme.span, _("它没有 amount")),),
                help=_("从 over 里删去它，或给它写明 amount"),
            )
        named[scalar.text] = scalar
    return [scheme for name, scheme in schemes.items() if name in named]


def _order(written: Scalar | None, orders: Mapping[str, Order], desk: Desk) -> Order | None:
    if written is None:
        return None
    desk.resolver.names.use(Noun.ORDER, written.text)
    if not desk.resolver.names.is_declared_aside(Noun.ORDER, written.text):
        desk.found.add(
            "PR226",
            _("没有次序“{name}”").format(name=written.text),
            written.span,
            help=did_you_mean(written.text, orders) or _("次序在 orders 一节声明"),
        )
    return orders.get(written.text)


def _per(node: nodes.Mapping, scope: PolicyScope, desk: Desk) -> tuple[KeyPart, ...]:
    parts = []
    for label, written in entries_at(node, "per"):
        expr = desk.expression(written, scope) if isinstance(written, Scalar) else None
        if expr is not None:
            parts.append(KeyPart(label=label.text, expr=expr))
    return tuple(parts)


def _measure(key: Scalar, node: nodes.Mapping, scope: PolicyScope, desk: Desk) -> Measure | None:
    written = node.get("measure")
    if isinstance(written, Scalar):
        return _total(key, node, written, scope, desk)
    for part in ("room", "partial"):
        if node.key(part) is not None:
            desk.found.add(
                "PR426",
                _("限额“{name}”是就高或同类，不用写 {part}").format(name=key.text, part=part),
                key_span(node, part),
                help=_("删去它；要量数目的，measure 写成式子"),
            )
    same = scalar_at(written, "same")
    if same is not None:
        kind = desk.expression(same, scope)
        return None if kind is None else SameKind(kind=kind)
    pay = desk.choice(scalar_at(written, "highest"), scope, WAYS_OF_HIGHEST)
    return None if pay is None else Highest(pay=pay)


def _total(key: Scalar, node: nodes.Mapping, written: Scalar, scope: PolicyScope, desk: Desk) -> Total | None:
    measure = desk.expression(written, scope)
    room_written = scalar_at(node, "room")
    if room_written is None:
        desk.found.add(
            "PR421",
            _("限额“{name}”没有说余额共有多少").format(name=key.text),
            key.span,
            help=_("写上 room，如 room: 3"),
        )
    room = desk.expression(room_written, scope)
    if measure is None or room is None or room_written is None:
        return None
    _require_like(measure, room, written, room_written, desk)
    partial = flag_at(node, "partial")
    if partial and not (isinstance(measure, Given) and measure.name == Supplied.AMOUNT):
        desk.found.add(
            "PR423",
            _("限额“{name}”量的不是补贴金额，不能只给一部分").format(name=key.text),
            key_span(node, "partial"),
            others=(Label(written.span, _("量的是这个")),),
            help=_("删去 partial，或把 measure 写成 补贴金额"),
        )
    return Total(measure=measure, room=room, partial=partial)


def _require_like(measure: Expr, room: Expr, measured: Scalar, written: Scalar, desk: Desk) -> None:
    """Measure and room are numbers of one unit; a bare number takes the other's."""
    for expr, scalar in ((measure, measured), (room, written)):
        if expr.type.kind is not Kind.NUMBER:
            desk.found.add(
                "PR422",
                _("这里要数，得到的是{type}").format(type=expr.type),
                scalar.span,
                help=_("余额和所量的都是数：次数、金额或带单位的数"),
            )
            return
    bare = any(expr.type.literal and not expr.type.unit for expr in (measure, room))
    if measure.type.unit != room.type.unit and not (bare and not measure.type.is_money and not room.type.is_money):
        desk.found.add(
            "PR424",
            _("余额是{room}，量的却是{measure}").format(room=room.type, measure=measure.type),
            written.span,
            others=(Label(measured.span, _("量的是{measure}").format(measure=measure.type)),),
            help=_("两者要同一单位"),
        )


def _require_reach(limit: Limit, scheme: Scheme, desk: Desk) -> None:
    """All that a limit looks at is there for every scheme that shares it."""
    reported: set[str] = set()
    for expr in _expressions(limit):
        for node in nodes_under(expr, scheme.record, Settled(scheme.name)):
            if not isinstance(node, Column | Given) or node.name in reported:
                continue
            if isinstance(node, Column) and scheme.record.field(node.name) is None:
                reported.add(node.name)
                lacks_column(scheme, node, limit.span, desk.found)
            elif isinstance(node, Given) and node.name == Supplied.DAY and scheme.day is None:
                reported.add(node.name)
                lacks_day(scheme, node, limit.span, desk.found)


def _expressions(limit: Limit) -> list[Expr]:
    match limit.measure:
        case Total(measure=measure, room=room):
            measured = [measure, room]
        case Highest(pay=pay):
            measured = [pay]
        case SameKind(kind=kind):
            measured = [kind]
    parts = [*(part.expr for part in limit.per), limit.when, limit.binding, *measured]
    return [part for part in parts if part is not None]


def _folds(limits: tuple[Limit, ...]) -> list[list[Limit]]:
    """Limits in groups tied by the schemes they share, directly or through others."""
    groups: list[list[Limit]] = []
    for limit in limits:
        tied = [group for group in groups if any(set(other.over) & set(limit.over) for other in group)]
        groups = [group for group in groups if group not in tied]
        groups.append([*(other for group in tied for other in group), limit])
    return groups


def _require_one_order(limits: tuple[Limit, ...], desk: Desk) -> None:
    for group in _folds(limits):
        first = group[0]
        for other in group[1:]:
            if other.order is not first.order:
                desk.found.add(
                    "PR427",
                    _("限额“{one}”和“{other}”管着相连的项目，次序却不同").format(one=first.name, other=other.name),
                    other.span,
                    others=(Label(first.span, _("这里用“{order}”").format(order=first.order.name)),),
                    help=_("相连的限额用同一个次序，如都用“{order}”").format(order=first.order.name),
                )


def _require_limits_of_top_ups(root: nodes.Mapping, schemes: Mapping[str, Scheme], desk: Desk) -> None:
    """Whoever is topped up first gets the difference, so there must be an order, which only limits have."""
    limited = {scalar.text for _key, node in named_mappings(root, "limits") for scalar in scalars_at(node, "over")}
    for scheme in schemes.values():
        if scheme.top_up is not None and scheme.name not in limited:
            desk.found.add(
                "PR435",
                _("补差分不出先后：“{name}”不受任何限额").format(name=scheme.name),
                scheme.top_up.span,
                label=_("两条记录补同一笔，先补哪条就不确定"),
                help=_("写一条管它的限额，限额有次序；没有上限的，删去 top_up"),
            )


def _require_total_orders(limits: tuple[Limit, ...], schemes: Mapping[str, Scheme], desk: Desk) -> None:
    for group in _folds(limits):
        tied = {name for limit in group for name in limit.over}
        members = [scheme for name, scheme in schemes.items() if name in tied]
        for order in {id(limit.order): limit.order for limit in group}.values():
            require_total(order, members, desk)
            require_known(order, members, desk)
            _require_dates(order, members, desk)


def _require_dates(order: Order, schemes: list[Scheme], desk: Desk) -> None:
    for key in order.keys:
        if isinstance(key.expr, Given) and key.expr.name == Supplied.DAY:
            for scheme in schemes:
                if scheme.day is None:
                    lacks_day(scheme, key.expr, order.span, desk.found)
