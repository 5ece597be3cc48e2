"""The quotas of a policy as rows, and whether their parts add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from policyrun.app.sentence import quantity_text
from policyrun.ir.policy import Policy
from policyrun.model.vocabulary import Quota, QuotaCell, QuotaNode, SourceStatus

QUOTA_COLUMNS = ("表", "上级", "地区", "指标", "目标", "单位", "来源状态")


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A target that is not the sum of the targets below it.

    Attributes:
        written: as the table has it; ``added``: what its parts add up to, in the table's unit.
        asked: whether they should be equal; a table whose parts overlap does not ask it.
        why: what the policy says of a difference that the document itself has; "" where it says nothing.
    """

    table: str
    region: str
    indicator: str
    unit: str
    written: Fraction
    added: Fraction
    asked: bool
    why: str


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


def discrepancies(policy: Policy) -> list[Discrepancy]:
    """Where a target differs from the sum of its parts: in the document itself, by a slip, or because parts overlap."""
    return [each for quota in policy.quotas for each in _differences(quota, quota.root)]


def _differences(quota: Quota, node: QuotaNode) -> Iterator[Discrepancy]:
    units = dict(zip(quota.indicators, quota.units, strict=True))
    for cell in node.cells:
        parts = [part for child in node.children if (part := _cell(child, cell.indicator)) is not None]
        added = sum((part.target for part in parts), Fraction(0))
        # A region without a target of its own would make the sum mean something else.
        complete = len(parts) == len(node.children) > 0
        if complete and added != cell.target:
            asked = cell.indicator in quota.additive
            why = cell.note if cell.status is SourceStatus.ORIGINAL else ""
            unit = units[cell.indicator]
            yield Discrepancy(quota.table, node.region, cell.indicator, unit, cell.target, added, asked, why)
    for child in node.children:
        yield from _differences(quota, child)


def _cell(node: QuotaNode, indicator: str) -> QuotaCell | None:
    return next((cell for cell in node.cells if cell.indicator == indicator), None)
