"""The quotas of a policy as rows, and what holds among their figures."""

from __future__ import annotations

from collections.abc import Iterator

from policyrun.app.sentence import quantity_text
from policyrun.ir.policy import Policy
from policyrun.model.targets import Compared, compared
from policyrun.model.vocabulary import GOALS, Quota, QuotaNode, TargetRelation, Term

QUOTA_COLUMNS = ("表", "上级", "地区", "指标", "目标", "单位", "来源状态")
CHECK_COLUMNS = ("表", "上级", "地区", "关系", "所列", "推得", "差", "结果", "规则")


def quota_rows(policy: Policy) -> list[tuple[str, ...]]:
    """A row per cell of every table, texts in the order of ``QUOTA_COLUMNS``; regions before those below them."""
    return [row for quota in policy.quotas for row in _rows(quota, quota.root, "")]


def _rows(quota: Quota, node: QuotaNode, above: str) -> Iterator[tuple[str, ...]]:
    units = dict(zip(quota.indicators, quota.units, strict=True))
    for cell in node.cells:
        target = quantity_text(cell.target)
        yield quota.table, above, node.region, cell.indicator, target, units[cell.indicator], cell.status.value
    for child in node.children:
        yield from _rows(quota, child, node.region)


def comparisons(policy: Policy) -> list[tuple[Quota, Compared]]:
    """Every sum and relation of every table, held against each other; rows before those below them."""
    return [(quota, one) for quota in policy.quotas for one in compared(quota, policy.quotas, policy.goals)]


def check_row(quota: Quota, one: Compared) -> tuple[str, ...]:
    """A comparison as texts in the order of ``CHECK_COLUMNS``."""
    above = one.path[-2] if len(one.path) > 1 else ""
    relation = one.relation
    grounds = quota.indicator_grounds.get(one.indicator, quota.grounds) if relation is None else relation.grounds
    return (
        quota.table,
        above,
        one.path[-1],
        f"{one.indicator} = 分项之和" if relation is None else relation_text(relation),
        quantity_text(one.left),
        quantity_text(one.right),
        _gap(one),
        verdict(one),
        ";".join(grounds.ids),
    )


def _gap(one: Compared) -> str:
    gap = one.left - one.right
    return f"-{quantity_text(-gap)}" if gap < 0 else quantity_text(gap)


def verdict(one: Compared) -> str:
    """What a comparison comes to, in the same words in every locale."""
    if one.holds:
        return "成立" if one.printed else "成立（含更正或推断值）"
    if not one.asked:
        return "不合，文件没有要求"
    return "原件自身的差异" if one.why else "不成立"


def relation_text(relation: TargetRelation) -> str:
    """A relation as it is checked: ``取证 = 初级中级 + 高级工及以上``."""
    right = " + ".join(map(_term, relation.right))
    if relation.times != 1:
        right = f"({right})" if len(relation.right) > 1 else right
        share = relation.times < 1
        right += f" × {quantity_text(relation.times * 100)}%" if share else f" × {quantity_text(relation.times)}"
    said = f"{_term(relation.left)} {'=' if relation.equal else '≤'} {right}"
    return f"{said}，相差不过 {quantity_text(relation.within)}" if relation.within else said


def _term(term: Term) -> str:
    where = "" if not term.table else "正文" if term.table == GOALS else f"{term.table}·"
    return f"{where}“{term.name}”" if term.table == GOALS else f"{where}{term.name}"
