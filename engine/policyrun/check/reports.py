"""Reports: columns, how they are measured, and what holds between them."""

from __future__ import annotations

from collections.abc import Mapping

from policyrun.check.hints import did_you_mean
from policyrun.check.reporting_parts import Surroundings
from policyrun.check.resolver import PolicyScope
from policyrun.check.scalars import read_number
from policyrun.check.shape import entries_at, flag_at, named_mappings, scalar_at, scalars_at, text_at
from policyrun.ir.nodes import columns_of
from policyrun.ir.reporting import Relation, Report, ReportColumn, ReportPart
from policyrun.model.types import BOOL, DATE
from policyrun.source.messages import _
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar


def lower_reports(root: nodes.Mapping, around: Surroundings) -> tuple[Report, ...]:
    lowered = (_report(key, node, around) for key, node in named_mappings(root, "reports"))
    return tuple(report for report in lowered if report is not None)


def _report(key: Scalar, node: nodes.Mapping, around: Surroundings) -> Report | None:
    desk = around.desk
    record = around.record(scalar_at(node, "record"))
    regions = None if record is None else around.region_column(record, key)
    if record is None or regions is None:
        return None
    scope = desk.resolver.scope(record.name)
    columns = _columns(node, scope, around)
    date = desk.expression(scalar_at(node, "date"), scope, DATE)
    if date is None:
        return None
    names = {column.key: column for column in columns}
    sums = node.get("sums")
    return Report(
        name=key.text,
        title=text_at(node, "title"),
        record=record.name,
        by=regions[0],
        tree=regions[1],
        date=date,
        whole=desk.expression(scalar_at(node, "whole"), scope, BOOL),
        units=text_at(node, "units"),
        signatures=tuple(one.text for one in scalars_at(node, "signatures")),
        parts=_parts(key, node, names, around),
        columns=columns,
        relations=_relations(node, names, scope, around),
        sums=None if sums is None else desk.citer.grounds(sums),
        grounds=desk.citer.grounds(node),
        span=key.span,
    )


def _columns(node: nodes.Mapping, scope: PolicyScope, around: Surroundings) -> tuple[ReportColumn, ...]:
    columns = []
    for key, body in named_mappings(node, "columns"):
        measure = around.measure(body, scope)
        decimals = read_number(scalar_at(body, "decimals"), around.desk.found)
        if measure is not None:
            columns.append(
                ReportColumn(
                    key=key.text,
                    label=text_at(body, "label"),
                    under=tuple(one.text for one in scalars_at(body, "under")),
                    unit=text_at(body, "unit"),
                    scale=around.scale(text_at(body, "unit")),
                    decimals=int(decimals or 0),
                    measure=measure,
                    grounds=around.desk.citer.grounds(body),
                    span=key.span,
                )
            )
    return tuple(columns)


def _parts(
    key: Scalar, node: nodes.Mapping, columns: Mapping[str, ReportColumn], around: Surroundings
) -> tuple[ReportPart, ...]:
    """The sheets; every column stands on exactly one."""
    parts = []
    left = set(columns)
    for name, _value in entries_at(node, "parts"):
        listed = scalars_at(node.get("parts"), name.text)
        known = _known(listed, columns, around)
        for one in known:
            if one.text not in left:
                around.desk.found.add("PR467", _("第{key}栏在两处").format(key=one.text), one.span)
            left.discard(one.text)
        parts.append(ReportPart(name=name.text, columns=tuple(one.text for one in known)))
    if left and parts:
        missing = "、".join(name for name in columns if name in left)
        around.desk.found.add(
            "PR467", _("这些栏不在任何一页：{missing}").format(missing=missing), key.span, help=_("补进 parts")
        )
    return tuple(parts) or (ReportPart(name=key.text, columns=tuple(columns)),)


def _relations(
    node: nodes.Mapping,
    columns: Mapping[str, ReportColumn],
    scope: PolicyScope,
    around: Surroundings,
) -> tuple[Relation, ...]:
    relations = []
    for key, body in named_mappings(node, "relations"):
        left = _known(tuple(filter(None, [scalar_at(body, "column")])), columns, around)
        equals = scalars_at(body, "equals")
        right = _known(equals or scalars_at(body, "at_most"), columns, around)
        written = scalar_at(body, "when")
        when = around.desk.expression(written, scope, BOOL)
        if when is not None and columns_of(when):
            around.desk.found.add(
                "PR468",
                _("关系何时成立只能看读法，不能看“{names}”").format(names="、".join(columns_of(when))),
                when.span,
                help=_('关系对每一行都成立；只在一种读法下成立的，写 名称 = "读法"'),
            )
        if left and right and (written is None or when is not None):
            relations.append(
                Relation(
                    name=key.text,
                    left=left[0].text,
                    equal=bool(equals),
                    right=tuple(one.text for one in right),
                    when=when,
                    advisory=flag_at(body, "advisory"),
                    grounds=around.desk.citer.grounds(body),
                    span=key.span,
                )
            )
    return tuple(relations)


def _known(
    written: tuple[Scalar, ...], columns: Mapping[str, ReportColumn], around: Surroundings
) -> tuple[Scalar, ...]:
    for one in written:
        if one.text not in columns:
            around.desk.found.add(
                "PR469",
                _("表里没有第{key}栏").format(key=one.text),
                one.span,
                help=did_you_mean(one.text, columns) or _("照 columns 里写的"),
            )
    return tuple(one for one in written if one.text in columns)
