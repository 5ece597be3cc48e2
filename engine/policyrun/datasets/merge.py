"""The tables of one scheme, from however many files, under one header."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from policyrun.datasets.grid import place_of
from policyrun.datasets.header import header_key
from policyrun.datasets.serials import report_repeated
from policyrun.ir.policy import RecordType
from policyrun.model.raw import BLANK, Origin, RawCell, RawTable, SchemeInput
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _
from policyrun.source.suggest import closest


def scheme_input(
    scheme: str, record: RecordType, beside: Sequence[str], tables: Sequence[RawTable], found: Diagnostics
) -> SchemeInput:
    """All rows of a scheme in the order of the tables; what is not there is reported.

    Args:
        beside: columns the policy reads though the record does not list them, such as the payee's name.
        tables: each with every required column.
    """
    own = {header_key(name): name for name in (*(field.name for field in record.fields), *beside)}
    columns: dict[str, str] = {}
    for table in tables:
        for name in table.header:
            columns.setdefault(header_key(name), own.get(header_key(name), name))
    rows: list[tuple[RawCell, ...]] = []
    origins: list[Origin] = []
    for table in tables:
        rows.extend(_arranged(table, list(columns)))
        origins.extend(Origin(table.path, table.sheet, number) for number in table.numbers)
    unused = tuple(name for key, name in columns.items() if key not in own)
    optional = [field.name for field in record.fields if not field.required]
    absent = tuple(name for name in optional if header_key(name) not in columns)
    flags = frozenset(field.name for field in record.fields if field.absent_unknown)
    lacking = {(table.path, table.sheet): flags.intersection(_lacks(table, optional)) for table in tables}
    for table in tables:
        _report_table(table, scheme, [name for name in optional if name not in flags], found)
    _report_lacking(scheme, lacking, found)
    report_repeated(scheme, record, tables, found)
    empty = sum(table.empty for table in tables)
    lacking = {place: names for place, names in lacking.items() if names}
    return SchemeInput(scheme, tuple(columns.values()), rows, origins, unused, absent, empty, lacking)


def _arranged(table: RawTable, keys: Sequence[str]) -> Sequence[tuple[RawCell, ...]]:
    """A table's rows with their cells in the order of the columns; BLANK for a column it does not have."""
    places = {header_key(name): place for place, name in enumerate(table.header)}
    if [places.get(key) for key in keys] == list(range(len(table.header))):
        return table.rows
    picks = [places.get(key) for key in keys]
    return [tuple([BLANK if place is None else row[place] for place in picks]) for row in table.rows]


def _report_table(table: RawTable, scheme: str, optional: Sequence[str], found: Diagnostics) -> None:
    absent = _lacks(table, optional)
    if absent:
        found.add(
            "PR526",
            _("“{scheme}”没有这些可空的列，全部按空白读：{columns}").format(scheme=scheme, columns="、".join(absent)),
            place_of(table.path, table.sheet),
            help=_("若应当有，核对列名"),
            severity=Severity.NOTE,
        )
    if table.empty:
        found.add(
            "PR527",
            _("略过 {count} 个空行").format(count=table.empty),
            place_of(table.path, table.sheet),
            help=_("空行不是记录，不必处理"),
            severity=Severity.NOTE,
        )


def _lacks(table: RawTable, optional: Sequence[str]) -> list[str]:
    """The optional columns that a table does not have."""
    present = {header_key(name) for name in table.header}
    return [name for name in optional if header_key(name) not in present]


def _report_lacking(scheme: str, lacking: Mapping[tuple[str, str], frozenset[str]], found: Diagnostics) -> None:
    """Says which columns are unknown for want of them, once for the files that lack the same."""
    files: defaultdict[frozenset[str], list[tuple[str, str]]] = defaultdict(list)
    for place, names in lacking.items():
        if names:
            files[names].append(place)
    for names, places in files.items():
        others = _("等 {count} 个文件").format(count=len(places)) if len(places) > 1 else ""
        found.add(
            "PR670",
            _("“{scheme}”{others}没有这些列，有关的数是缺：{columns}").format(
                scheme=scheme, others=others, columns="、".join(sorted(names))
            ),
            place_of(*places[0]),
            help=_("要这些数就加上列，填是或否；列有了，空着即否"),
            severity=Severity.NOTE,
        )


def report_unused(inputs: Sequence[SchemeInput], tables: Mapping[str, Sequence[RawTable]], found: Diagnostics) -> None:
    """Says once for all schemes which columns are not read, and of which schemes where not all have them.

    Args:
        tables: those of each scheme.
    """
    holders: defaultdict[str, list[SchemeInput]] = defaultdict(list)
    for one in inputs:
        for name in one.unused:
            holders[name].append(one)
    if not holders:
        return
    said = (
        name if len(held) == len(inputs) else _("{column}（{schemes}）").format(column=name, schemes=_names(held))
        for name, held in holders.items()
    )
    near = {name: closest(name, [absent for one in held for absent in one.absent]) for name, held in holders.items()}
    hints = [_("“{name}”是不是“{near}”？").format(name=name, near=likely) for name, likely in near.items() if likely]
    schemes = dict.fromkeys(one.scheme for held in holders.values() for one in held)
    first = next(table for scheme in schemes for table in tables[scheme])
    found.add(
        "PR525",
        _("这些列政策不用，原样带到结果里：{columns}").format(columns="、".join(said)),
        place_of(first.path, first.sheet if len(schemes) == 1 else ""),
        help="".join(hints) or _("核对列名；确实不用的列不必处理"),
        severity=Severity.NOTE,
    )


def _names(inputs: Sequence[SchemeInput]) -> str:
    return "、".join(one.scheme for one in inputs)
