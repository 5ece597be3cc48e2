"""Indicators: ratios of two measures, region by region."""

from __future__ import annotations

from policyrun.check.hints import did_you_mean
from policyrun.check.reporting_parts import Surroundings
from policyrun.check.shape import named_mappings, scalar_at, scalars_at
from policyrun.ir.policy import RecordType
from policyrun.ir.reporting import Indicator, Target
from policyrun.model.types import RATIO
from policyrun.source.messages import _
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar


def lower_indicators(root: nodes.Mapping, around: Surroundings) -> tuple[Indicator, ...]:
    lowered = (_indicator(key, node, around) for key, node in named_mappings(root, "indicators"))
    return tuple(indicator for indicator in lowered if indicator is not None)


def _indicator(key: Scalar, node: nodes.Mapping, around: Surroundings) -> Indicator | None:
    desk = around.desk
    found = [around.record(written) for written in scalars_at(node, "from")]
    records = [record for record in found if record is not None]
    places = [place for record in records if (place := around.region_column(record, key))]
    if len(places) < len(found) or not _one_tree(key, records, places, around):
        return None
    scope = desk.resolver.scope(*(record.name for record in records))
    tree = places[0][1]
    numerator = around.measure(node.get("numerator"), scope)
    below = node.get("denominator")
    target = scalar_at(below, "target")
    denominator = around.measure(below, scope) if target is None else _target(target, tree, around)
    written = scalar_at(node, "verified")
    verified = desk.expression(written, scope, RATIO)
    if numerator is None or denominator is None or (written is not None and verified is None):
        return None
    return Indicator(
        name=key.text,
        sources=tuple(record.name for record in records),
        by={record.name: column for record, (column, _tree) in zip(records, places, strict=True)},
        tree=tree,
        numerator=numerator,
        denominator=denominator,
        verified=verified,
        grounds=desk.citer.grounds(node),
        span=key.span,
    )


def _one_tree(key: Scalar, records: list[RecordType], places: list[tuple[str, str]], around: Surroundings) -> bool:
    """Whether all sources speak of the same regions."""
    if len({tree for _column, tree in places}) == 1:
        return True
    if places:
        around.desk.found.add(
            "PR470",
            _("“{name}”的几份记录说的不是同一张表的地区").format(name=key.text),
            key.span,
            help="、".join(record.name for record in records),
        )
    return False


def _target(written: Scalar, tree: str, around: Surroundings) -> Target | None:
    quota = around.trees[tree]
    if written.text not in quota.indicators:
        around.desk.found.add(
            "PR471",
            _("任务分解表“{tree}”没有“{name}”这一列").format(tree=tree, name=written.text),
            written.span,
            help=did_you_mean(written.text, quota.indicators) or "、".join(quota.indicators),
        )
        return None
    unit = quota.units[quota.indicators.index(written.text)]
    return Target(quota=tree, indicator=written.text, scale=around.scale(unit))
