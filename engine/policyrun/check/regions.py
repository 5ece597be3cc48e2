"""Columns that name regions: the tree they name, and the words they may use beside its own."""

from __future__ import annotations

from collections.abc import Mapping

from policyrun.check.citations import Citer
from policyrun.check.columns import ColumnDeclared, RecordDeclared
from policyrun.check.hints import did_you_mean
from policyrun.check.shape import entries_at, scalar_at, scalars_at
from policyrun.model.regions import RegionColumn, lowest_of
from policyrun.model.types import Kind
from policyrun.model.vocabulary import Quota
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar


def lower_region(
    column: ColumnDeclared,
    record: RecordDeclared,
    trees: Mapping[str, Quota],
    citer: Citer,
    found: Diagnostics,
) -> RegionColumn | None:
    """How a column names regions; None where it does not, or after a reported error."""
    node = column.node.get("region") if isinstance(column.node, nodes.Mapping) else None
    tree = scalar_at(node, "tree")
    if node is None or tree is None:
        return None
    if tree.text not in trees:
        found.add(
            "PR462",
            _("没有任务分解表“{name}”").format(name=tree.text),
            tree.span,
            help=did_you_mean(tree.text, trees) or _("表在 quotas 一节"),
        )
        return None
    above = scalar_at(node, "above")
    if not (_is_text(column, column.name, found) and (above is None or _is_column(above, record, found))):
        return None
    names = {path[-1] for path in lowest_of(trees[tree.text])}
    aliases = {
        alias.text: name.text
        for name, _value in entries_at(node, "aliases")
        for alias in scalars_at(node.get("aliases") if isinstance(node, nodes.Mapping) else None, name.text)
        if _in_tree(name, names, found)
    }
    shared = frozenset(name.text for name in scalars_at(node, "shared") if _in_tree(name, names, found))
    return RegionColumn(tree.text, above.text if above else "", aliases, shared, citer.grounds(node))


def _is_column(name: Scalar, record: RecordDeclared, found: Diagnostics) -> bool:
    column = record.columns.get(name.text)
    if column is not None:
        return _is_text(column, name, found)
    found.add(
        "PR227",
        _("记录“{record}”没有列“{name}”").format(record=record.name.text, name=name.text),
        name.span,
        help=did_you_mean(name.text, record.columns),
    )
    return False


def _is_text(column: ColumnDeclared, at: Scalar, found: Diagnostics) -> bool:
    if column.word.type.kind is Kind.TEXT:
        return True
    found.add(
        "PR463",
        _("列“{name}”填的是{type}，不能填地区").format(name=column.name.text, type=column.word.type),
        at.span,
        help=_("类型写成 文本! 或 文本?"),
    )
    return False


def _in_tree(name: Scalar, names: set[str], found: Diagnostics) -> bool:
    if name.text in names:
        return True
    found.add(
        "PR464",
        _("任务分解表最下一级没有“{name}”").format(name=name.text),
        name.span,
        help=did_you_mean(name.text, names) or _("照表里写的名字"),
    )
    return False
