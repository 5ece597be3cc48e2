"""The tables of one scheme, from however many files, under one header."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from policyrun.datasets.grid import place_of
from policyrun.datasets.header import header_key
from policyrun.datasets.serials import report_repeated
from policyrun.ir.policy import RecordType
from policyrun.model.raw import BLANK, Origin, RawCell, RawTable, SchemeInput
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _
from policyrun.source.suggest import closest


class Headed(Protocol):
    """A table as far as its header tells."""

    @property
    def path(self) -> str: ...

    @property
    def sheet(self) -> str: ...

    @property
    def header(self) -> tuple[str, ...]: ...

    @property
    def empty(self) -> int: ...


class Merged(Protocol):
    """The tables of one scheme under one header, as far as columns are concerned."""

    @property
    def scheme(self) -> str: ...

    @property
    def unused(self) -> tuple[str, ...]: ...

    @property
    def absent(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class OneHeader:
    """The header of all tables of a scheme.

    Attributes:
        columns: header key → name: a field's own where the header matched one, else as first written.
        unused, absent, lacking: as in ``SchemeInput``.
    """

    columns: Mapping[str, str]
    unused: tuple[str, ...]
    absent: tuple[str, ...]
    lacking: Mapping[tuple[str, str], frozenset[str]]

    def picks(self, table: Headed) -> list[int | None]:
        """Where each column stands in a table; None for a column it does not have."""
        places = {header_key(name): place for place, name in enumerate(table.header)}
        return [places.get(key) for key in self.columns]


def scheme_input(
    scheme: str, record: RecordType, beside: Sequence[str], tables: Sequence[RawTable], found: Diagnostics
) -> SchemeInput:
    """All rows of a scheme in the order of the tables; what is not there is reported.

    Args:
        beside: columns the policy reads though the record does not list them, such as the payee's name.
        tables: each with every required column.
    """
    header = one_header(scheme, record, beside, tables, found)
    report_repeated(scheme, record, tables, found)
    rows: list[tuple[RawCell, ...]] = []
    origins: list[Origin] = []
    for table in tables:
        rows.extend(_arranged(table, header.picks(table)))
        origins.extend(Origin(table.path, table.sheet, number) for number in table.numbers)
    columns = tuple(header.columns.values())
    empty = sum(table.empty for table in tables)
    return SchemeInput(scheme, columns, rows, origins, header.unused, header.absent, empty, header.lacking)


def one_header(
    scheme: str, record: RecordType, beside: Sequence[str], tables: Sequence[Headed], found: Diagnostics
) -> OneHeader:
    """The header of all tables of a scheme; what is not there is reported. Arguments as for ``scheme_input``."""
    own = {header_key(name): name for name in (*(field.name for field in record.fields), *beside)}
    columns: dict[str, str] = {}
    for table in tables:
        for name in table.header:
            columns.setdefault(header_key(name), own.get(header_key(name), name))
    unused = tuple(name for key, name in columns.items() if key not in own)
    optional = [field.name for field in record.fields if not field.required]
    absent = tuple(name for name in optional if header_key(name) not in columns)
    flags = frozenset(field.name for field in record.fields if field.absent_unknown)
    lacking = {(table.path, table.sheet): flags.intersection(_lacks(table, optional)) for table in tables}
    for table in tables:
        _report_table(table, scheme, [name for name in optional if name not in flags], found)
    _report_lacking(scheme, lacking, found)
    return OneHeader(columns, unused, absent, {place: names for place, names in lacking.items() if names})


def _arranged(table: RawTable, picks: Sequence[int | None]) -> Sequence[tuple[RawCell, ...]]:
    """A table's rows with their cells in the order of the columns; BLANK for a column it does not have."""
    if picks == list(range(len(table.header))):
        return table.rows
    return [tuple([BLANK if place is None else row[place] for place in picks]) for row in table.rows]


def _report_table(table: Headed, scheme: str, optional: Sequence[str], found: Diagnostics) -> None:
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


def _lacks(table: Headed, optional: Sequence[str]) -> list[str]:
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


def report_unused(inputs: Sequence[Merged], tables: Mapping[str, Sequence[Headed]], found: Diagnostics) -> None:
    """Says once for all schemes which columns are not read, and of which schemes where not all have them.

    Args:
        tables: those of each scheme.
    """
    holders: defaultdict[str, list[Merged]] = defaultdict(list)
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


def _names(inputs: Sequence[Merged]) -> str:
    return "、".join(one.scheme for one in inputs)
