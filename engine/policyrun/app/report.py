"""A report from files: filled in, as texts, with what there is to say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from policyrun.app.evaluate import Request, files_of, overlay_files, read_named
from policyrun.app.inputs import Wanted
from policyrun.app.report_engine import planned_first
from policyrun.app.result import InputFile
from policyrun.interp.functions_number import MODES
from policyrun.interp.reports import Tabulated, broken, tabulate
from policyrun.ir.policy import Policy
from policyrun.ir.reporting import Report, ReportColumn
from policyrun.model.period import Period
from policyrun.model.raw import SchemeInput
from policyrun.model.regions import Path, Region, regions_of
from policyrun.model.settings import Settings
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _
from policyrun.source.suggest import closest

if TYPE_CHECKING:
    from policyrun.columnar.embedded import Embedded

#: The columns before those of the form: the level of a region, the city it lies in, its name.
PLACE_COLUMNS = ("级别", "设区市", "地区")
#: What stands in a cell that the data cannot tell.
MISSING = "缺"


@dataclass(frozen=True, slots=True)
class ReportRun:
    """A report filled in from files.

    Attributes:
        period: what it is about.
        read: how many rows were read.
        table: its cells, exact.
        within: the region whose form it is; () for all of the tree.
        files: every file read.
        sample: whether the records are the policy's own synthetic sample.
    """

    policy: Policy
    settings: Settings
    period: Period
    read: int
    table: Tabulated
    within: Path = ()
    files: tuple[InputFile, ...] = ()
    sample: bool = False

    @property
    def report(self) -> Report:
        return self.table.report

    @property
    def columns(self) -> tuple[str, ...]:
        return (*PLACE_COLUMNS, *(column.key for column in self.report.columns))

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions of the form: the one whose form it is and those below it."""
        return tuple(one for one in self.table.regions if one.path[: len(self.within)] == self.within)

    @property
    def unit(self) -> str:
        """Whose form it is."""
        return self.regions[0].name

    def rows(self) -> list[tuple[str, ...]]:
        """A row for every region, texts in the order of ``columns``."""
        return [(*place_cells(region), *self.cells(region.path)) for region in self.regions]

    def cells(self, path: Path) -> tuple[str, ...]:
        row = self.table.cells[path]
        return tuple(cell_text(column, row[column.key]) for column in self.report.columns)


def place_cells(region: Region) -> tuple[str, str, str]:
    """What says which region a row is about, in the order of ``PLACE_COLUMNS``."""
    return region.level, region.city, region.name


def cell_text(column: ReportColumn, value: Fraction | None) -> str:
    """A cell in the unit of its column, rounded half up to its decimals."""
    if value is None:
        return MISSING
    digits = in_digits(column, value / column.scale)
    whole, part = divmod(digits, 10**column.decimals)
    return f"{whole}.{part:0{column.decimals}d}" if column.decimals else str(whole)


def in_digits(column: ReportColumn, value: Fraction) -> int:
    """A figure in the column's unit as a whole number of its last decimal, rounded half up."""
    return MODES["round_half_up"](value * 10**column.decimals)


def the_report(policy: Policy, name: str, found: Diagnostics) -> Report | None:
    """The report of a name, or None and the reason."""
    report = next((report for report in policy.reports if report.name == name), None)
    if report is None:
        names = [report.name for report in policy.reports]
        near = closest(name, names)
        hint = _("报表有：{names}").format(names="、".join(names)) if names else _("这个政策没有报表")
        found.add(
            "PR671",
            _("政策“{policy}”没有报表“{name}”").format(policy=policy.ref, name=name),
            help=_("是不是“{near}”？").format(near=near) if near else hint,
        )
    return report


def the_region(policy: Policy, report: Report, said: str, found: Diagnostics) -> Path | None:
    """The region of a name, or of a path such as 温州市/经开区; None and the reason."""
    tree = next(quota for quota in policy.quotas if quota.name == report.tree)
    parts = tuple(said.split("/"))
    regions = regions_of(tree)
    fits = [region.path for region in regions if region.path[-len(parts) :] == parts]
    if len(fits) == 1:
        return fits[0]
    near = closest(said, [region.name for region in regions])
    choices = "、".join("/".join(path[1:]) for path in fits)
    found.add(
        "PR685",
        _("不知道“{name}”是哪个地区").format(name=said),
        help=choices or (_("是不是“{near}”？").format(near=near) if near else ""),
    )
    return None


def make_report(
    policy: Policy,
    report: Report,
    named: Request,
    period: Period,
    settings: Settings,
    found: Diagnostics,
    within: Path = (),
    *,
    engine: Embedded | None = None,
    sample: bool = False,
) -> ReportRun | None:
    """Reads the files and fills in a report; None, with the reasons in ``found``, if they cannot be read.

    Args:
        named: names the files; of nothing else in it is use made.
        engine: the database that measures the rows, for as long as the run is of use; None: the reference does.
        sample: whether they are the policy's own sample.
    """

    def by_reference() -> ReportRun | None:
        return _by_reference(policy, report, named, period, settings, found, within, sample=sample)

    if engine is None:
        return by_reference()
    return planned_first(
        lambda noticed: _by_plan(policy, report, named, period, settings, noticed, within, engine), by_reference, found
    )


def _by_reference(
    policy: Policy,
    report: Report,
    named: Request,
    period: Period,
    settings: Settings,
    found: Diagnostics,
    within: Path,
    *,
    sample: bool,
) -> ReportRun | None:
    """A report whose rows are looked at one by one."""
    record = policy.records[report.record]
    asked = replace(named, scheme=record.name)
    inputs = read_named([Wanted(record.name, record)], asked, found, sample=sample)
    if inputs is None or found.failed:
        return None
    files = (*files_of(inputs), *overlay_files(policy))
    return fill_in(policy, report, inputs[0], period, settings, found, within, files=files, sample=sample)


def _by_plan(
    policy: Policy,
    report: Report,
    named: Request,
    period: Period,
    settings: Settings,
    found: Diagnostics,
    within: Path,
    engine: Embedded,
) -> ReportRun | None:
    """A report whose rows stay in a database."""
    from policyrun.app.report_measures import tabulate_rows
    from policyrun.app.stream import files_read, scan_records

    record = policy.records[report.record]
    relations = scan_records([Wanted(record.name, record)], named.sources, record.name, engine, found)
    if relations is None or found.failed:
        return None
    (data,) = relations
    table = tabulate_rows(policy, report, data, settings, period, engine, found)
    files = (*files_read(relations), *overlay_files(policy))
    return _told(ReportRun(policy, settings, period, data.rows or 0, table, within, files), found)


def fill_in(
    policy: Policy,
    report: Report,
    data: SchemeInput,
    period: Period,
    settings: Settings,
    found: Diagnostics,
    within: Path = (),
    *,
    files: tuple[InputFile, ...] = (),
    sample: bool = False,
) -> ReportRun:
    """A report from rows at hand; what there is to say about it is in ``found``."""
    table = tabulate(policy, report, data, settings, period)
    return _told(ReportRun(policy, settings, period, len(data.rows), table, within, files, sample), found)


def _told(run: ReportRun, found: Diagnostics) -> ReportRun:
    """A report filled in, with what there is to say about it in ``found``."""
    _say_what_is_left_out(run, found)
    _say_what_does_not_hold(run, found)
    return run


def _say_what_is_left_out(run: ReportRun, found: Diagnostics) -> None:
    taken, record = run.table.taken, run.report.record
    if taken.invalid:
        say_invalid(record, taken.invalid, found)
    if taken.undated:
        found.add(
            "PR673",
            _("{count} 行没有归期的日期，不在任何一期").format(count=taken.undated),
            help=_("补上日期即归入那一期；归期按哪个日期，见 policyrun readings"),
            severity=Severity.NOTE,
        )


def say_invalid(record: str, count: int, found: Diagnostics) -> None:
    """Says how many rows with bad cells were left out."""
    found.add(
        "PR672",
        _("“{record}”有 {count} 行数据错误，没有计入").format(record=record, count=count),
        help=_("用 policyrun validate --scheme {record} 列出要改的格").format(record=record),
        severity=Severity.WARNING,
    )


def _say_what_does_not_hold(run: ReportRun, found: Diagnostics) -> None:
    """Relations that the form must keep, on exact figures."""
    report, table = run.report, run.table
    scales = {column.key: column.scale for column in report.columns}
    cells: Mapping[Path, Mapping[str, Fraction | None]] = {
        path: {key: None if value is None else value / scales[key] for key, value in row.items()}
        for path, row in table.cells.items()
    }
    for one in broken(report, table.regions, cells, run.settings, rounded=False):
        advisory = one.relation is not None and one.relation.advisory
        found.add(
            "PR674",
            _("{region} 第{key}栏不合关系“{name}”").format(
                region="/".join(one.path),
                key=one.key,
                name=one.relation.name if one.relation else _("上级等于下级之和"),
            ),
            severity=Severity.NOTE if advisory else Severity.WARNING,
        )
