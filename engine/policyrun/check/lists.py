"""Lists a bureau keeps: which yes/no column each decides."""

from __future__ import annotations

from collections.abc import Mapping

from policyrun.check.citations import Citer
from policyrun.check.columns import ColumnDeclared, RecordDeclared
from policyrun.check.hints import did_you_mean
from policyrun.check.shape import named_mappings, scalar_at, text_at
from policyrun.model.types import Kind
from policyrun.model.vocabulary import ReferenceList
from policyrun.source.diagnostic import Diagnostics, Label
from policyrun.source.messages import _
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar


def lower_lists(
    root: nodes.Mapping, records: Mapping[str, RecordDeclared], citer: Citer, found: Diagnostics
) -> tuple[ReferenceList, ...]:
    """The lists of a policy. The column looked up may be one the file carries and the record does not name."""
    lists = []
    for key, node in named_mappings(root, "lists"):
        decides = scalar_at(node, "decides")
        if decides is not None:
            _require_yes_no(decides, records, found)
        lists.append(
            ReferenceList(
                name=key.text,
                column=text_at(node, "decides"),
                key=text_at(node, "by"),
                grounds=citer.grounds(node),
            )
        )
    return tuple(lists)


def _require_yes_no(decides: Scalar, records: Mapping[str, RecordDeclared], found: Diagnostics) -> None:
    columns: dict[str, list[ColumnDeclared]] = {}
    for record in records.values():
        for name, column in record.columns.items():
            columns.setdefault(name, []).append(column)
    if decides.text not in columns:
        found.add(
            "PR242",
            _("没有列“{name}”可由名单决定").format(name=decides.text),
            decides.span,
            help=did_you_mean(decides.text, columns) or _("在 records 里声明这一列"),
        )
    for column in columns.get(decides.text, []):
        if column.word.type.kind is not Kind.BOOL:
            found.add(
                "PR350",
                _("名单只能决定是否列，“{name}”是{type}").format(name=decides.text, type=column.word.type),
                decides.span,
                others=(Label(column.name.span, _("列在这里")),),
            )
            return
