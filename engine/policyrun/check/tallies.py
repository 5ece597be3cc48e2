"""Counting: how the records of a policy tell what its quotas and goals have come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from policyrun.check.desk import Desk
from policyrun.check.hints import did_you_mean
from policyrun.check.resolver import PolicyScope
from policyrun.check.shape import entries_at, key_span, named_mappings, scalar_at, scalars_at, text_at
from policyrun.ir.nodes import Expr
from policyrun.ir.policy import Scheme
from policyrun.ir.tally import Placing, Tallies, Tally, Target
from policyrun.model.types import BOOL, Kind
from policyrun.model.vocabulary import Quota, QuotaNode
from policyrun.source.messages import _
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar

#: What can be counted: a scheme or a form, and the record of its rows.
Countable = Mapping[str, str]


def lower_tallies(root: nodes.Mapping, schemes: Sequence[Scheme], quotas: Sequence[Quota], desk: Desk) -> Tallies:
    """What the targets of quotas and goals count, what records cannot tell, and where records count."""
    paid = {scheme.name: scheme.record.name for scheme in schemes}
    by_name = paid | {name: name for name in desk.records if name not in paid.values()}
    counted: dict[Target, Tally] = {}
    needs: dict[Target, str] = {}
    for target, node in _targets(root):
        _require_one(node, desk)
        body = node.get("counts")
        tally = _tally(body, by_name, desk) if isinstance(body, nodes.Mapping) else None
        if tally is not None:
            counted[target] = tally
        needs[target] = text_at(node, "needs")
    placing = {
        key.text: placed
        for key, node in named_mappings(root, "quotas")
        if (placed := _placing(key.text, node, counted, quotas, by_name, desk)) is not None
    }
    return Tallies(counted=counted, needs={target: text for target, text in needs.items() if text}, placing=placing)


def _targets(root: nodes.Mapping) -> Iterator[tuple[Target, nodes.Mapping]]:
    for table, node in named_mappings(root, "quotas"):
        for name, body in named_mappings(node, "indicators"):
            yield (table.text, name.text), body
    for name, node in named_mappings(root, "goals"):
        yield ("", name.text), node


def _require_one(node: nodes.Mapping, desk: Desk) -> None:
    if node.key("counts") and node.key("needs"):
        desk.found.add(
            "PR483",
            _("既写了怎样计数，又写了缺什么"),
            key_span(node, "needs"),
            help=_("记录算得出的写 counts，算不出的写 needs"),
        )


def _tally(node: nodes.Mapping, countable: Countable, desk: Desk) -> Tally | None:
    over = _over(node, countable, desk)
    if not over:
        return None
    scope = desk.resolver.scope(*(countable[name] for name in over))
    if node.key("distinct") and node.key("sum"):
        desk.found.add(
            "PR484",
            _("distinct 和 sum 只能写一个"),
            key_span(node, "sum"),
            help=_("数人数写 distinct，加总写 sum"),
        )
    distinct = (desk.expression(scalar, scope) for scalar in scalars_at(node, "distinct"))
    return Tally(
        over=tuple(over),
        where=desk.expression(scalar_at(node, "where"), scope, BOOL),
        distinct=tuple(expr for expr in distinct if expr is not None),
        total=_of_kind(scalar_at(node, "sum"), scope, (Kind.NUMBER,), _("加总的要是数或金额"), desk),
        year=_of_kind(scalar_at(node, "year"), scope, (Kind.NUMBER, Kind.DATE), _("年份要是年份数或日期"), desk),
        span=node.span,
    )


def _over(node: nodes.Mapping, countable: Countable, desk: Desk) -> list[str]:
    for scalar in scalars_at(node, "from"):
        if scalar.text not in countable:
            desk.found.add(
                "PR223",
                _("没有项目“{name}”").format(name=scalar.text),
                scalar.span,
                help=did_you_mean(scalar.text, countable) or _("项目在 schemes 一节声明"),
            )
    named = {scalar.text for scalar in scalars_at(node, "from")}
    return [name for name in countable if name in named]


def _of_kind(scalar: Scalar | None, scope: PolicyScope, kinds: tuple[Kind, ...], says: str, desk: Desk) -> Expr | None:
    expr = desk.expression(scalar, scope)
    if expr is not None and expr.type.kind not in kinds:
        desk.found.add(
            "PR485", says, expr.span, label=_("这是{type}").format(type=expr.type), help=_("换一列或写成算式")
        )
        return None
    return expr


def _placing(
    table: str,
    node: nodes.Mapping,
    counted: Mapping[Target, Tally],
    quotas: Sequence[Quota],
    countable: Countable,
    desk: Desk,
) -> Placing | None:
    body = node.get("region")
    if not isinstance(body, nodes.Mapping):
        return None
    over = {name for (of, _name), tally in counted.items() if of == table for name in tally.over}
    records = [record for name, record in countable.items() if name in over]
    if not records:
        desk.found.add(
            "PR486",
            _("写了地区怎样对应，却没有一列写明计数"),
            body.span,
            help=_("给 indicators 里的一列写 counts，或删去 region"),
        )
        return None
    by = desk.text(scalar_at(body, "by"), desk.resolver.scope(*records))
    regions = {name for quota in quotas if quota.name == table for name in _regions(quota.root, "")}
    names = {}
    for key, value in entries_at(body, "names"):
        if not isinstance(value, Scalar):
            continue
        if value.text not in regions:
            desk.found.add(
                "PR487",
                _("表里没有地区“{name}”").format(name=value.text),
                value.span,
                help=did_you_mean(value.text, regions) or _("写表里的地区，重名的写出上级/下级"),
            )
        names[key.text] = value.text
    return None if by is None else Placing(by=by, names=names, span=body.span)


def _regions(node: QuotaNode, above: str) -> Iterator[str]:
    """The names and the paths of all regions."""
    path = f"{above}/{node.region}" if above else node.region
    yield node.region
    yield path
    for below in node.children:
        yield from _regions(below, path)
