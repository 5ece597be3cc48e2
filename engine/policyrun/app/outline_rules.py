"""Entries for what holds expressions: parameters, decisions, schemes, limits and their orders."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from policyrun.app.outline import Entry, Part, uses_of
from policyrun.app.outline_places import Places, Step
from policyrun.ir.nodes import DecisionRef, Expr, Literal, ParameterRef, Table
from policyrun.ir.policy import Highest, Limit, Order, Policy, SameKind, Scheme, Total
from policyrun.ir.show import show, show_value
from policyrun.model.types import Type
from policyrun.model.values import Value
from policyrun.model.vocabulary import NO_GROUNDS, DatedValue, Grounds, Standing
from policyrun.source.messages import _


def parameter_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    for name, one in policy.parameters.items():
        path = ("parameters", name)
        parts = [Part(_("类型"), str(one.type), at=places.at(*path, "type"))]
        if one.standing is not Standing.GIVEN:
            grounds = policy.parameter_grounds.get(name, NO_GROUNDS)
            parts.append(Part(_("状态"), one.standing.value, grounds=grounds, at=places.at(*path)))
        if one.dated_by is not None:
            parts.append(Part(_("按日期"), one.dated_by.name, at=places.at(*path, "dated_by")))
        parts += _dated(one.values, one.type, places, path)
        parts += places.note(*path)
        yield Entry(_("参数"), _("参数"), name, tuple(parts), at=places.at(*path), uses=uses_of(one.dated_by))


def _dated(values: tuple[DatedValue, ...], kind: Type, places: Places, path: tuple[Step, ...]) -> Iterator[Part]:
    """A part for each value from a date on; one alone needs no date in its label."""
    for place, dated in enumerate(values):
        several = places.node(*path, "values") is not None
        where = (*path, "values", place) if several else path
        label = _("自 {day}").format(day=dated.effective) if dated.effective else ""
        at = places.at(*where, "value")
        value = show_value(dated.value, kind)
        text = _("{value}，{day} 印发").format(value=value, day=dated.published) if dated.published else value
        number = _number(dated.value)
        # Of another type the same number reads otherwise, 70% as 0.7: that is the type's difference, not the value's.
        meaning = "" if number is None else f"{number} {dated.published or ''}"
        yield Part(label, text, meaning, grounds=dated.grounds, at=at, number=number, dated=value)


def _number(value: Value | None) -> Fraction | None:
    return value if isinstance(value, Fraction) else None


def decision_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    for name, one in policy.decisions.items():
        path = ("decisions", name)
        parts = [Part(_("类型"), str(one.type), at=places.at(*path, "type"))]
        if asked := places.texts(*path, "for"):
            parts.append(Part(_("用于"), "、".join(asked), at=places.at(*path, "for")))
        if isinstance(one.expr, Table):
            parts += _table(one, one.expr, places, policy)
        else:
            parts.append(_expression("", one.expr, places, (*path, "formula"), one.grounds))
        parts += places.note(*path)
        yield Entry(_("推算"), _("推算"), name, tuple(parts), at=places.at(*path), uses=uses_of(one.expr))


def _table(decision: DecisionRef, table: Table, places: Places, policy: Policy) -> Iterator[Part]:
    path: tuple[Step, ...] = ("decisions", decision.name, "table")
    hit = Part(_("命中"), table.hit, grounds=decision.grounds, at=places.at(*path, "hit"))
    yield hit
    for label, node in zip(table.labels, table.inputs, strict=True):
        yield _expression(_("输入 {name}").format(name=label), node, places, (*path, "inputs", label))
    labels = []
    for number, row in enumerate(table.rows):
        where = (*path, "rows", number)
        labels.append(_row_label(table, places, where))
        yield _outcome(labels[-1], row.outcome, places, (*where, "then"), row.grounds, policy)
    if table.hit == "F":
        yield Part(_("各行"), _("从上到下，取第一行相符的"), at=places.at(*path, "rows"), names=tuple(labels))
    if isinstance(table.default, DecisionRef):
        default = table.default
        yield _outcome(_("其余"), default.expr, places, (*path, "default", "then"), default.grounds, policy)


def _row_label(table: Table, places: Places, path: tuple[Step, ...]) -> str:
    """A row by what it asks of each input: ``行 适用 是，证书 前五类``."""
    asked = ((label, places.tests(*path, "when", label)) for label in table.labels)
    said = "，".join(f"{label} {test}" for label, test in asked if test not in ("", "-"))
    return _("行 {when}").format(when=said or _("任何情形"))


def _outcome(label: str, node: Expr, places: Places, path: tuple[Step, ...], grounds: Grounds, policy: Policy) -> Part:
    """An outcome; one that changes with the date, written in the row itself, by its values."""
    if isinstance(node, ParameterRef) and node.name not in policy.parameters:
        values = (
            _("{value}（自 {day}）").format(value=show_value(one.value, node.type), day=one.effective or "")
            for one in node.values
        )
        return Part(label, "；".join(values), grounds=grounds, at=places.at(*path))
    return _expression(label, node, places, path, grounds)


def _expression(label: str, node: Expr, places: Places, path: tuple[Step, ...], grounds: Grounds = NO_GROUNDS) -> Part:
    """An expression as its author wrote it, in canonical layout, beside what it was understood to be."""
    meaning = show(node)
    number = _number(node.value) if isinstance(node, Literal) else None
    return Part(label, places.expression(*path) or meaning, meaning, grounds, places.at(*path), number=number)


def scheme_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    for scheme in policy.schemes:
        yield _scheme(scheme, places)
        yield from _conditions(scheme, places)
        yield from _payment(scheme, places)


def _scheme(scheme: Scheme, places: Places) -> Entry:
    path = ("schemes", scheme.name)
    parts = [Part(_("记录"), scheme.record.name, grounds=scheme.grounds, at=places.at(*path, "record"))]
    if scheme.day is not None:
        parts.append(_expression(_("业务日期"), scheme.day, places, (*path, "day")))
    names = tuple(one.name for one in scheme.requirements)
    if names:
        parts.append(Part(_("条件的顺序"), "、".join(names), at=places.at(*path, "requirements"), names=names))
    parts += places.note(*path)
    uses = uses_of(scheme.day) | {scheme.record.name}
    return Entry(_("项目"), _("项目"), scheme.name, tuple(parts), at=places.at(*path), uses=uses)


def _conditions(scheme: Scheme, places: Places) -> Iterator[Entry]:
    for gate in scheme.gates:
        path = ("schemes", scheme.name, "gates", gate.name)
        part = _expression("", gate.when, places, (*path, "when"), gate.grounds)
        yield _of_scheme(scheme, _("关口"), gate.name, (part,), places, path, gate.when)
    for one in scheme.requirements:
        path = ("schemes", scheme.name, "requirements", one.name)
        part = _expression("", one.test, places, (*path, "test"), one.grounds)
        yield _of_scheme(scheme, _("条件"), one.name, (part, *places.note(*path)), places, path, one.test)
    for notice in scheme.notices:
        path = ("schemes", scheme.name, "notices", notice.code.value)
        parts = [_expression("", notice.test, places, (*path, "test"), notice.grounds)]
        if notice.granted_only:
            parts.append(Part(_("范围"), _("只与准予同在"), at=places.at(*path, "granted_only")))
        yield _of_scheme(scheme, _("提示"), notice.code.value, tuple(parts), places, path, notice.test)


def _payment(scheme: Scheme, places: Places) -> Iterator[Entry]:
    amount, split, payee, fund, top_up = scheme.amount, scheme.split, scheme.payee, scheme.fund, scheme.top_up
    path = ("schemes", scheme.name)
    if amount is not None:
        part = _expression("", amount.value, places, (*path, "amount", "value"), amount.grounds)
        parts = [part, *places.note(*path, "amount")]
        yield _of_scheme(scheme, _("金额"), "", tuple(parts), places, (*path, "amount"), amount.value)
    if split is not None:
        said = _("“{total}”由同一 {per} 的行分摊").format(total=split.total, per="、".join(split.per))
        where = (*path, "split")
        parts = [Part("", said, grounds=split.grounds, at=places.at(*where))]
        parts.append(Part(_("不得重复"), "、".join(split.once), at=places.at(*where, "once")))
        parts.append(_expression(_("余数"), split.remainder, places, (*where, "remainder")))
        yield _of_scheme(scheme, _("分摊"), "", tuple(parts), places, where, split.remainder)
    if payee is not None:
        where = (*path, "payee")
        parts = [_expression("", payee.category, places, (*where, "category"), payee.grounds)]
        parts += [
            Part(_("{category} 的名称").format(category=category), column, at=places.at(*where, "names", category))
            for category, column in payee.names.items()
        ]
        yield _of_scheme(scheme, _("受款人"), "", tuple(parts), places, where, payee.category)
    if fund is not None:
        part = _expression("", fund.source, places, (*path, "fund", "source"), fund.grounds)
        yield _of_scheme(scheme, _("资金渠道"), "", (part,), places, (*path, "fund"), fund.source)
    if top_up is not None:
        part = Part("", "、".join(top_up.key), grounds=top_up.grounds, at=places.at(*path, "top_up", "key"))
        yield _of_scheme(scheme, _("补差"), "", (part,), places, (*path, "top_up"))


def _of_scheme(
    scheme: Scheme,
    kind: str,
    name: str,
    parts: tuple[Part, ...],
    places: Places,
    path: tuple[Step, ...],
    *nodes: Expr,
) -> Entry:
    return Entry(_("项目"), kind, name, parts, scheme.name, places.at(*path), uses_of(*nodes))


def limit_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    for order in policy.orders:
        yield _order(order, places)
    if len(policy.limits) > 1:
        names = tuple(limit.name for limit in policy.limits)
        part = Part("", "、".join(names), at=places.at("limits"), names=names)
        yield Entry(_("限额"), _("限额的顺序"), "", (part,), at=part.at)
    for limit in policy.limits:
        yield _limit(limit, places)


def _order(order: Order, places: Places) -> Entry:
    keys = (f"{key.label} {_('降序')}" if key.descending else key.label for key in order.keys)
    part = Part("", "、".join(keys), at=places.at("orders", order.name))
    return Entry(_("次序"), _("次序"), order.name, (part,), at=part.at, uses=uses_of(*(k.expr for k in order.keys)))


def _limit(limit: Limit, places: Places) -> Entry:
    path = ("limits", limit.name)
    parts = [Part(_("管哪些项目"), "、".join(limit.over), grounds=limit.grounds, at=places.at(*path, "over"))]
    for key in limit.per:
        parts.append(_expression(_("同一 {name}").format(name=key.label), key.expr, places, (*path, "per", key.label)))
    if limit.when is not None:
        parts.append(_expression(_("只管"), limit.when, places, (*path, "when")))
    nodes = [*(key.expr for key in limit.per), limit.when, limit.binding]
    match limit.measure:
        case Total(measure=measure, room=room, partial=partial):
            parts.append(_expression(_("计量"), measure, places, (*path, "measure")))
            parts.append(_expression(_("上限"), room, places, (*path, "room")))
            if partial:
                parts.append(Part(_("余量不足"), _("按余量部分准予"), at=places.at(*path, "partial")))
            nodes += [measure, room]
        case Highest(pay=pay):
            parts.append(_expression(_("就高"), pay, places, (*path, "measure", "highest")))
            nodes.append(pay)
        case SameKind(kind=kind):
            parts.append(_expression(_("须为同类"), kind, places, (*path, "measure", "same")))
            nodes.append(kind)
    if limit.binding is not None:
        parts.append(_expression(_("何时拒绝"), limit.binding, places, (*path, "binding")))
    parts.append(Part(_("次序"), limit.order.name, at=places.at(*path, "order")))
    parts += places.note(*path)
    uses = uses_of(*nodes) | {*limit.over, limit.order.name}
    return Entry(_("限额"), _("限额"), limit.name, tuple(parts), at=places.at(*path), uses=uses)
