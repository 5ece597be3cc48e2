"""A report from rows: which rows belong to the period, and what each column comes to in each region."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from policyrun.interp.expressions import Row, truth, value_of
from policyrun.interp.faults import region_in
from policyrun.interp.likeness import settled
from policyrun.interp.measures import Measurer
from policyrun.interp.records import SERIAL, typed_rows
from policyrun.interp.regions import RegionFinder
from policyrun.ir.nodes import Expr
from policyrun.ir.policy import Policy, RecordType
from policyrun.ir.reporting import Relation, Report, ReportColumn
from policyrun.model.period import Period
from policyrun.model.raw import SchemeInput
from policyrun.model.regions import Path, Region, regions_of
from policyrun.model.relation import RawRelation
from policyrun.model.settings import Settings
from policyrun.model.vocabulary import Quota

#: How many of the rows behind a cell are named.
NAMED = 10


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the rows: each is one of these.

    Attributes:
        counted: in the period; ``undated``: without the date that says which; ``elsewhere``: of another period.
        invalid: 数据错误, left out.
    """

    counted: int
    undated: int
    elsewhere: int
    invalid: int


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows that a cell counts: how many, and the 序号 of the first ``NAMED`` in input order."""

    rows: int
    serials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tabulated:
    """A report filled in.

    Attributes:
        cells: region → column → what it comes to, exact, in what is measured (yuan, not 万元); None: 缺.
        behind: tells the rows that the cell of a region and a column counts.
    """

    report: Report
    regions: tuple[Region, ...]
    cells: Mapping[Path, Mapping[str, Fraction | None]]
    taken: Taken
    behind: Callable[[Path, str], Behind]


def tabulate(policy: Policy, report: Report, data: SchemeInput, settings: Settings, period: Period) -> Tabulated:
    """Fills in a report from the rows of its record."""
    form = policy.of_form(report.record)
    scheme = form.schemes[0]
    measurer = Measurer(
        [column.measure for column in report.columns], scheme.record, settings, absent(data, scheme.record)
    )
    place = RowRegions(policy, scheme.record, report.by)
    day = settled(report.date, scheme.record, settings)
    whole = None if report.whole is None else settled(report.whole, scheme.record, settings)
    counts = {"counted": 0, "undated": 0, "elsewhere": 0, "invalid": 0}
    for line in typed_rows(form, scheme, data, settings):
        if line.row is None:
            counts["invalid"] += 1
            continue
        path = place.of(line.row)
        measurer.lacks(path, line.row.lacking)
        when = _when(day, whole, line.row, period)
        counts[when] += 1
        if when == "counted":
            measurer.add(path, line.index, line.row)
    regions = regions_of(place.quota)
    keys = [column.key for column in report.columns]
    cells = {path: dict(zip(keys, row, strict=True)) for path, row in measurer.measured(regions).items()}

    def behind(path: Path, key: str) -> Behind:
        numbers = measurer.behind(keys.index(key), path)
        serial = data.columns.index(SERIAL)
        return Behind(len(numbers), tuple(data.rows[number][serial].text.strip() for number in numbers[:NAMED]))

    return Tabulated(report, regions, cells, Taken(**counts), behind)


def _when(date_: Expr, whole: Expr | None, row: Row, period: Period) -> str:
    """Whether a row belongs to a period: the name of what ``Taken`` counts it among."""
    if whole is not None and truth(whole, row):
        return "counted"
    day = value_of(date_, row)
    if not isinstance(day, date):
        return "undated"
    return "counted" if period.holds(day) else "elsewhere"


def absent(data: SchemeInput | RawRelation, record: RecordType) -> frozenset[str]:
    """Columns that no file has and that are unknown for want of them."""
    return frozenset(field.name for field in record.fields if field.absent_unknown and field.name in data.absent)


class RowRegions:
    """The region of each row of a record."""

    def __init__(self, policy: Policy, record: RecordType, column: str) -> None:
        field = record.field(column)
        assert field is not None and field.region is not None, "the checker has made sure that it names regions"
        self._field = field
        self.quota: Quota = next(quota for quota in policy.quotas if quota.name == field.region.tree)
        self._finder = RegionFinder(field.region, self.quota)

    def of(self, row: Row) -> Path:
        """The region of a row that is sound."""
        path = region_in(self._field, self._finder, row.cells)
        assert isinstance(path, tuple), "a row without a region is invalid"
        return path


# ------------------------------------------------------------------------------------------------- what must hold


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that does not hold in a row: a relation between columns, or (None) the sum of regions in a column.

    Attributes:
        left, right: what stands on either side, in the unit of the form.
    """

    path: Path
    key: str
    relation: Relation | None
    left: Fraction
    right: Fraction


def broken(
    report: Report,
    regions: Sequence[Region],
    cells: Mapping[Path, Mapping[str, Fraction | None]],
    settings: Settings,
    *,
    rounded: bool,
) -> list[Broken]:
    """Relations and sums that do not hold, by region; what is missing on either side breaks nothing.

    Args:
        cells: in the unit of the form.
        rounded: whether they were rounded to the column's decimals, which may take them apart by half a unit each.
    """
    held = [relation for relation in report.relations if _holds_now(relation, settings)]
    found = []
    for region in regions:
        if region.path in cells:
            found += [one for relation in held if (one := _against(report, region, relation, cells, rounded))]
            if report.sums is not None:
                found += _sums(report, region, cells, rounded)
    return found


def _holds_now(relation: Relation, settings: Settings) -> bool:
    return relation.when is None or truth(relation.when, Row(RecordType(name="", fields=()), {}, settings)) is True


def _against(
    report: Report,
    region: Region,
    relation: Relation,
    cells: Mapping[Path, Mapping[str, Fraction | None]],
    rounded: bool,
) -> Broken | None:
    row = cells[region.path]
    left, parts = row.get(relation.left), [row.get(key) for key in relation.right]
    right = _sum(parts)
    if left is None or right is None:
        return None
    column = report.column(relation.left)
    slack = _slack(column, len(parts)) if rounded and column else 0
    wrong = abs(left - right) > slack if relation.equal else left - right > slack
    return Broken(region.path, relation.left, relation, left, right) if wrong else None


def _sums(
    report: Report, region: Region, cells: Mapping[Path, Mapping[str, Fraction | None]], rounded: bool
) -> list[Broken]:
    below = [(*region.path, child.region) for child in region.node.children]
    if not below or any(path not in cells for path in below):
        return []
    found = []
    for column in report.columns:
        left, right = cells[region.path].get(column.key), _sum([cells[path].get(column.key) for path in below])
        slack = _slack(column, len(below)) if rounded else 0
        if left is not None and right is not None and abs(left - right) > slack:
            found.append(Broken(region.path, column.key, None, left, right))
    return found


def _slack(column: ReportColumn, parts: int) -> Fraction:
    """How far rounded figures may be apart: half a unit of the last decimal each; counts are never rounded."""
    return Fraction(parts + 1, 2 * 10**column.decimals) if column.decimals else Fraction(0)


def _sum(parts: Sequence[Fraction | None]) -> Fraction | None:
    known = [part for part in parts if part is not None]
    return sum(known, Fraction(0)) if len(known) == len(parts) else None
