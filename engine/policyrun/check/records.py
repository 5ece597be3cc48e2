"""Records: their columns with what a blank in each means."""

from __future__ import annotations

from collections.abc import Mapping

from policyrun.check.citations import Citer
from policyrun.check.columns import ColumnDeclared, RecordDeclared
from policyrun.check.constants import literal, word_value
from policyrun.check.record_checks import lower_checks
from policyrun.check.regions import lower_region
from policyrun.check.resolver import PolicyScope, Resolver
from policyrun.check.written import lower_expression
from policyrun.ir.nodes import Expr, columns_of
from policyrun.ir.policy import Field, RecordType
from policyrun.model.regions import RegionColumn
from policyrun.model.vocabulary import NO_GROUNDS, Quota
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.syntax import nodes


def lower_records(
    resolver: Resolver, trees: Mapping[str, Quota], citer: Citer, found: Diagnostics
) -> dict[str, RecordType]:
    """The records of a policy; ``trees`` are the quotas that columns of regions may name."""
    records: dict[str, RecordType] = {}
    for name, declared in resolver.records.items():
        scope = resolver.scope(name)
        fields = tuple(
            _field(column, scope, lower_region(column, declared, trees, citer, found), citer, found)
            for column in declared.columns.values()
        )
        checks = lower_checks(declared, scope, citer, found)
        records[name] = RecordType(name=name, fields=fields, checks=checks)
        _require_no_cycle(records[name], declared, found)
    return records


def _field(
    column: ColumnDeclared, scope: PolicyScope, region: RegionColumn | None, citer: Citer, found: Diagnostics
) -> Field:
    return Field(
        name=column.name.text,
        cell=column.word.cell,
        type=column.word.type,
        required=column.required,
        blank=_blank(column, scope, found),
        meaning=column.meaning,
        least=column.least,
        most=column.most,
        enumeration=column.word.enumeration,
        note=column.note,
        absent_unknown=column.absent_unknown,
        region=region,
        group=column.group,
        grounds=citer.grounds(column.node) if isinstance(column.node, nodes.Mapping) else NO_GROUNDS,
        span=column.name.span,
    )


def _blank(column: ColumnDeclared, scope: PolicyScope, found: Diagnostics) -> Expr | None:
    """What a blank means: a word such as 否 or a member of the vocabulary, or an expression over other columns."""
    written = column.blank
    if written is None:
        return None
    word = word_value(written, column.word.type)
    if word is not None:
        return literal(word, column.word.type, written.span)
    return lower_expression(written, scope, column.word.type, found)


def _require_no_cycle(record: RecordType, declared: RecordDeclared, found: Diagnostics) -> None:
    """A blank may not be explained by a column whose blank leads back to it."""
    leads = {
        field.name: [name for name in columns_of(field.blank) if _has_blank(record, name)]
        for field in record.fields
        if field.blank is not None
    }
    for start in leads:
        path = _way_back(start, leads)
        if path:
            written = declared.columns[start].blank
            found.add(
                "PR229",
                _("空着的意思绕成了圈：{path}").format(path=" → ".join(path)),
                None if written is None else written.span,
                help=_("让其中一列的空着不再看另一列"),
            )
            return


def _has_blank(record: RecordType, name: str) -> bool:
    field = record.field(name)
    return field is not None and field.blank is not None


def _way_back(start: str, leads: Mapping[str, list[str]]) -> list[str]:
    """The columns on a way from one back to itself; none if there is no such way."""
    came_from: dict[str, str] = {}
    todo = [start]
    while todo:
        name = todo.pop()
        for after in leads[name]:
            if after == start:
                chain = []
                while name != start:
                    chain.append(name)
                    name = came_from[name]
                return [start, *reversed(chain), start]
            if after not in came_from:
                came_from[after] = name
                todo.append(after)
    return []
