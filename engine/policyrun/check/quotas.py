"""Quotas: tables of targets as trees of regions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from policyrun.check.citations import Citer
from policyrun.check.hints import did_you_mean
from policyrun.check.quota_sums import check_sums
from policyrun.check.scalars import read_number
from policyrun.check.shape import entries_at, flag_at, mappings_at, named_mappings, scalar_at, scalars_at, text_at
from policyrun.model.vocabulary import Quota, QuotaCell, QuotaNode, SourceStatus
from policyrun.source.diagnostic import Diagnostics, Label
from policyrun.source.messages import _
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar

#: Separates a region from those above it.
BELOW = "/"


@dataclass(frozen=True, slots=True)
class RowWritten:
    """A row of a table: the path of its region, its targets, the mapping that says more of it, the rows below it."""

    key: Scalar
    targets: tuple[Fraction | None, ...]
    said: nodes.Mapping | None = None
    below: list[RowWritten] = field(default_factory=list)

    @property
    def region(self) -> str:
        return self.key.text.rpartition(BELOW)[2]


#: (region or its whole path, indicator) → what the table says of that cell.
Standing = Mapping[tuple[str, str], tuple[SourceStatus, str]]


def lower_quotas(root: nodes.Mapping, citer: Citer, found: Diagnostics) -> tuple[Quota, ...]:
    lowered = (_quota(key, node, citer, found) for key, node in named_mappings(root, "quotas"))
    return tuple(quota for quota in lowered if quota is not None)


def _quota(key: Scalar, node: nodes.Mapping, citer: Citer, found: Diagnostics) -> Quota | None:
    indicators = dict(named_mappings(node, "indicators"))
    names = tuple(name.text for name in indicators)
    rows = _rows(node, names, found)
    root = _tree(key, rows, found)
    status = _status(node, rows, names, found)
    if root is None:
        return None
    additive = tuple(name.text for name, body in indicators.items() if flag_at(body, "additive"))
    quota = Quota(
        name=key.text,
        table=text_at(node, "table"),
        indicators=names,
        units=tuple(text_at(body, "unit") for body in indicators.values()),
        root=_node(root, names, status, citer),
        grounds=citer.grounds(node),
        indicator_grounds={name.text: citer.grounds(body) for name, body in indicators.items()},
        notes=tuple(note.text for note in scalars_at(node, "notes")),
        additive=additive,
        levels=tuple(level.text for level in scalars_at(node, "levels")),
    )
    original = {at for at, (standing, _why) in status.items() if standing is SourceStatus.ORIGINAL}
    check_sums(quota, additive, original, {path: row.key.span for path, row in rows.items()}, found)
    return quota


def _rows(node: nodes.Mapping, names: tuple[str, ...], found: Diagnostics) -> dict[str, RowWritten]:
    rows: dict[str, RowWritten] = {}
    for path, value in entries_at(node, "rows"):
        said = value if isinstance(value, nodes.Mapping) else None
        written = scalars_at(said, "targets") if said else scalars_at(node.get("rows"), path.text)
        targets = tuple(read_number(scalar, found) for scalar in written)
        if len(targets) != len(names):
            found.add(
                "PR440",
                _("“{path}”有 {count} 个数，表有 {wanted} 列").format(
                    path=path.text, count=len(targets), wanted=len(names)
                ),
                value.span,
                help=_("列依次是：{names}").format(names="、".join(names)),
            )
        rows[path.text] = RowWritten(path, targets, said)
    return rows


def _tree(key: Scalar, rows: dict[str, RowWritten], found: Diagnostics) -> RowWritten | None:
    """The root of the rows, each put below the row its path names."""
    roots = []
    for path, row in rows.items():
        above = path.rpartition(BELOW)[0]
        if not above:
            roots.append(row)
        elif above in rows:
            rows[above].below.append(row)
        else:
            found.add(
                "PR441",
                _("“{path}”的上级“{above}”不在表里").format(path=path, above=above),
                row.key.span,
                help=did_you_mean(above, rows) or _("先写上级的一行"),
            )
    if len(roots) == 1:
        return roots[0]
    found.add(
        "PR442",
        _("表“{name}”要有一个总计行，现有 {count} 个").format(name=key.text, count=len(roots)),
        key.span,
        others=tuple(Label(row.key.span, _("这一行没有上级")) for row in roots),
        help=_("其余各行写成“总计行/地区”"),
    )
    return None


def _status(
    node: nodes.Mapping, rows: Mapping[str, RowWritten], names: tuple[str, ...], found: Diagnostics
) -> Standing:
    status: dict[tuple[str, str], tuple[SourceStatus, str]] = {}
    known = {*rows, *_named_once(rows)}
    for entry in mappings_at(node, "status"):
        at = scalars_at(entry, "at")
        if len(at) != 2 or at[0].text not in known or at[1].text not in names:
            found.add(
                "PR443",
                _("表里没有这一格：{at}").format(at="、".join(scalar.text for scalar in at)),
                entry.span,
                help=_unknown_cell(at, known, names),
            )
            continue
        written = scalar_at(entry, "is")
        if written is not None:
            status[at[0].text, at[1].text] = (SourceStatus(written.text), text_at(entry, "why"))
    return status


def _named_once(rows: Mapping[str, RowWritten]) -> set[str]:
    """Regions that need no path, for there is only one of the name."""
    times = Counter(row.region for row in rows.values())
    return {region for region, count in times.items() if count == 1}


def _unknown_cell(at: tuple[Scalar, ...], regions: set[str], names: tuple[str, ...]) -> str:
    for scalar, known in zip(at, (regions, names), strict=False):
        if scalar.text not in known:
            return did_you_mean(scalar.text, known)
    return _("写成 at: [地区, 指标]；重名的地区写出上级/下级")


def _node(row: RowWritten, names: tuple[str, ...], status: Standing, citer: Citer) -> QuotaNode:
    return QuotaNode(
        region=row.region,
        cells=tuple(_cells(row, names, status)),
        children=tuple(_node(below, names, status, citer) for below in row.below),
        bound=text_at(row.said, "bound"),
        who=text_at(row.said, "who"),
        grounds=citer.grounds(row.said),
    )


def _cells(row: RowWritten, names: tuple[str, ...], status: Standing) -> Iterator[QuotaCell]:
    for name, target in zip(names, row.targets, strict=False):
        original = (SourceStatus.ORIGINAL, text_at(row.said, "note"))
        standing, note = status.get((row.key.text, name)) or status.get((row.region, name)) or original
        if target is not None:
            yield QuotaCell(region=row.region, indicator=name, target=target, status=standing, note=note)
