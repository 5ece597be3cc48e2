"""What reports and indicators have in common: the record they look at, its regions, and what is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from policyrun.check.desk import Desk
from policyrun.check.hints import did_you_mean
from policyrun.check.names import Noun
from policyrun.check.resolver import PolicyScope
from policyrun.check.shape import entries_at, scalar_at
from policyrun.ir.policy import RecordType
from policyrun.ir.reporting import Measure
from policyrun.model.types import BOOL, Kind
from policyrun.model.vocabulary import Quota
from policyrun.source.messages import _
from policyrun.syntax.nodes import Node, Scalar

#: What a unit that begins so is a multiple of.
_MULTIPLES = {"亿": Fraction(100_000_000), "万": Fraction(10_000)}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The desk, and the trees of regions by name."""

    desk: Desk
    trees: Mapping[str, Quota]

    def record(self, written: Scalar | None) -> RecordType | None:
        """The record of a name."""
        if written is None:
            return None
        self.desk.resolver.names.use(Noun.RECORD, written.text)
        record = self.desk.records.get(written.text)
        if record is None:
            self.desk.found.add(
                "PR222",
                _("没有记录“{name}”").format(name=written.text),
                written.span,
                help=did_you_mean(written.text, self.desk.records) or _("记录在 records 一节声明"),
            )
        return record

    def region_column(self, record: RecordType, at: Scalar) -> tuple[str, str] | None:
        """The column of a record that names regions, and the tree it names them of."""
        field = next((field for field in record.fields if field.region is not None), None)
        if field is not None and field.region is not None and self.trees[field.region.tree].levels:
            return field.name, field.region.tree
        self.desk.found.add(
            "PR465",
            _("记录“{name}”没有说每行是哪个地区的").format(name=record.name),
            at.span,
            help=_("给一列写上 region: {tree: 任务分解表, …}，任务分解表写上 levels"),
        )
        return None

    def measure(self, node: Node | None, scope: PolicyScope) -> Measure | None:
        """``count``, ``sum`` or ``distinct``, with ``where`` beside the latter two; None after a reported error."""
        counted, summed, where = (scalar_at(node, key) for key in ("count", "sum", "where"))
        condition = self.desk.expression(counted or where, scope, BOOL)
        keys = tuple(
            self.desk.expression(value, scope)
            for _name, value in entries_at(node, "distinct")
            if isinstance(value, Scalar)
        )
        total = self.desk.expression(summed, scope)
        wanted = [condition] if counted or where else []
        if node is None or None in (*wanted, *keys) or (summed is not None and total is None):
            return None
        if total is not None and summed is not None and total.type.kind is not Kind.NUMBER:
            self.desk.found.add("PR466", _("相加的要是数，这里是{type}").format(type=total.type), summed.span)
            return None
        distinct = tuple(key for key in keys if key is not None)
        return Measure(where=condition, distinct=distinct, total=total, span=node.span)

    def scale(self, unit: str) -> Fraction:
        """How much one of a unit is: 10000 for 万元, 万人; 1 for a plain one."""
        return next((factor for prefix, factor in _MULTIPLES.items() if unit.startswith(prefix)), Fraction(1))
