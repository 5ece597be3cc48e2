"""账表相符: a report handed in against the records, cell by cell, with the rows behind each cell that differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from policyrun.app.report import MISSING, ReportRun, cell_text, in_digits
from policyrun.app.report_submitted import Submitted, number_of
from policyrun.interp.reports import Behind, broken
from policyrun.ir.reporting import ReportColumn
from policyrun.model.regions import Path, Region
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _

DIFFERENCE_COLUMNS = ("级别", "设区市", "地区", "栏", "栏名", "记录", "报来", "行数", "序号")


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that is not what the records say.

    Attributes:
        ours, theirs: the cell by the records, and as handed in ("" where it was left blank or out).
        behind: the rows that the cell counts.
    """

    region: Region
    column: ReportColumn
    ours: str
    theirs: str
    behind: Behind

    def cells(self) -> tuple[str, ...]:
        """A text per column of ``DIFFERENCE_COLUMNS``."""
        named = "、".join(self.behind.serials) + ("…" if self.behind.rows > len(self.behind.serials) else "")
        place = (self.region.level, self.region.city, self.region.name)
        return (
            *place,
            self.column.key,
            self.column.label,
            self.ours,
            self.theirs,
            str(self.behind.rows),
            named,
        )


def differences(run: ReportRun, submitted: Submitted, found: Diagnostics) -> list[Difference]:
    """Every cell that differs, in the order of the form; what cannot be compared is in ``found``."""
    told = []
    untold = 0
    for region in run.regions:
        theirs = submitted.cells.get(region.path)
        if theirs is None:
            continue
        for column in run.report.columns:
            if column.key not in theirs:
                continue
            ours = run.table.cells[region.path][column.key]
            if ours is None:
                untold += theirs[column.key] != MISSING
            elif not _is_equal(column, ours, theirs[column.key]):
                told.append(_difference(run, region, column, theirs[column.key]))
    told += _left_out(run, submitted)
    if untold:
        found.add("PR684", _("记录说不出的 {count} 格没有比对").format(count=untold), severity=Severity.NOTE)
    return told


def _is_equal(column: ReportColumn, ours: Fraction, theirs: str) -> bool:
    number = number_of(theirs)
    return number is not None and in_digits(column, number) == in_digits(column, ours / column.scale)


def _difference(run: ReportRun, region: Region, column: ReportColumn, theirs: str) -> Difference:
    ours = cell_text(column, run.table.cells[region.path][column.key])
    return Difference(region, column, ours, theirs, run.table.behind(region.path, column.key))


def _left_out(run: ReportRun, submitted: Submitted) -> list[Difference]:
    """The first cell with rows behind it of each lowest region that the form has not, nor any above it."""
    told = []
    for region in run.regions:
        covered = any(region.path[:depth] in submitted.cells for depth in range(1, len(region.path) + 1))
        if not covered and not region.node.children:
            row = run.table.cells[region.path]
            column = next((column for column in run.report.columns if row[column.key]), None)
            told += [] if column is None else [_difference(run, region, column, "")]
    return told


def say_what_does_not_hold(run: ReportRun, submitted: Submitted, found: Diagnostics) -> bool:
    """Reports the relations that the form handed in breaks; whether it breaks none that it must keep."""
    cells: Mapping[Path, Mapping[str, Fraction | None]] = {
        path: {key: number_of(text) for key, text in row.items()} for path, row in submitted.cells.items()
    }
    sound = True
    for one in broken(run.report, run.table.regions, cells, run.settings, rounded=True):
        advisory = one.relation is not None and one.relation.advisory
        sound = sound and advisory
        found.add(
            "PR683",
            _("报来的表 {region} 第{key}栏不合关系“{name}”").format(
                region="/".join(one.path),
                key=one.key,
                name=one.relation.name if one.relation else _("上级等于下级之和"),
            ),
            severity=Severity.NOTE if advisory else Severity.WARNING,
        )
    return sound
