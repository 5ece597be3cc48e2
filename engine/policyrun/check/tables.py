"""Decision tables, all rows together: rows that overlap, cases that none covers, rows that never apply.

Inputs are taken to be independent of one another. Rows are compared for every day on which a dated value changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from policyrun.check.boxes import Box, TooMany, meet, outside
from policyrun.check.cell_values import Compared, Opaque, collect, constant_on, days_of, holds
from policyrun.check.domains import Part, parts_of
from policyrun.check.likeness import alike
from policyrun.ir.nodes import Expr, Table, TableRow
from policyrun.ir.policy import RecordType
from policyrun.source.diagnostic import Diagnostics, Label, Severity
from policyrun.source.messages import _

FIRST, ANY = "F", "A"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on one day.

    Attributes:
        parts: the parts of each input.
        sure: what each row accepts.
        possible: what each row accepts or leaves unknown.
    """

    parts: tuple[tuple[Part, ...], ...]
    sure: tuple[Box, ...]
    possible: tuple[Box, ...]

    @property
    def whole(self) -> Box:
        return tuple((1 << len(parts)) - 1 for parts in self.parts)


def check_table(name: str, table: Table, records: Mapping[str, RecordType], found: Diagnostics) -> None:
    """Report what is wrong with the rows of a table taken together, or that it could not be found out."""
    try:
        compared = _compared(table)
        grids = [_grid(table, compared, day, records) for day in _days(compared)]
        _require_hits(name, table, grids, found)
        _require_cover(name, table, grids, found)
        _require_life(name, table, grids, found)
    except Opaque as opaque:
        found.add(
            "PR405",
            _("没有查“{name}”的各行有无重叠和遗漏").format(name=name),
            opaque.part.span,
            label=_("这一格不是和定数比较"),
            help=_("把它改成一个输入，各格只和定数比较，就能查"),
            severity=Severity.NOTE,
        )
    except TooMany:
        found.add(
            "PR408",
            _("表“{name}”的组合太多，没有查完").format(name=name),
            table.span,
            help=_("把它拆成几张小表"),
            severity=Severity.NOTE,
        )


def _compared(table: Table) -> tuple[Compared, ...]:
    """What each input is compared with, over all rows."""
    compared = tuple(Compared() for _column in table.inputs)
    for row in table.rows:
        for column, test, into in zip(table.inputs, row.tests, compared, strict=True):
            if test is not None:
                collect(test, column, into)
    return compared


def _days(compared: tuple[Compared, ...]) -> list[date | None]:
    return days_of([constant for each in compared for constant in each.constants])


def _grid(table: Table, compared: tuple[Compared, ...], day: date | None, records: Mapping[str, RecordType]) -> Grid:
    parts = []
    for column, each in zip(table.inputs, compared, strict=True):
        cuts = {constant_on(constant, day) for constant in each.constants}
        parts.append(parts_of(column, {cut for cut in cuts if cut is not None}, each.null, records))
    boxes = [_boxes(row, table.inputs, parts, day) for row in table.rows]
    return Grid(tuple(parts), tuple(sure for sure, _ in boxes), tuple(possible for _, possible in boxes))


def _boxes(
    row: TableRow, columns: tuple[Expr, ...], parts: list[tuple[Part, ...]], day: date | None
) -> tuple[Box, Box]:
    """What a row accepts for sure, and what it may accept."""
    sure, possible = [], []
    for column, test, its_parts in zip(columns, row.tests, parts, strict=True):
        truths = [True if test is None else holds(test, column, part.value, day) for part in its_parts]
        sure.append(sum(1 << place for place, truth in enumerate(truths) if truth))
        possible.append(sum(1 << place for place, truth in enumerate(truths) if truth is not False))
    return tuple(sure), tuple(possible)


def _require_hits(name: str, table: Table, grids: list[Grid], found: Diagnostics) -> None:
    """No case for two rows, unless the hit policy allows it: A where the outcomes are the same, F anyway."""
    if table.hit == FIRST:
        return
    for one, other in _pairs(table):
        case = _first(meet(grid.sure[one], grid.sure[other]) for grid in grids)
        if case is None:
            continue
        grid, point = grids[case[0]], case[1]
        if table.hit == ANY:
            message, code = _("表“{name}”有两行重叠而结果不同：{case}"), "PR402"
            hint = _("写明其中一行不管这种情形，或让两行结果相同")
        else:
            message, code = _("表“{name}”有一种情形落在两行：{case}"), "PR401"
            hint = _("让两行分开；有意从上往下取第一行的，写 hit: F")
        found.add(
            code,
            message.format(name=name, case=_said(table, grid, point)),
            table.rows[other].span,
            label=_("第 {number} 行").format(number=other + 1),
            others=(Label(table.rows[one].span, _("第 {number} 行也管").format(number=one + 1)),),
            help=hint,
        )


def _pairs(table: Table) -> Iterator[tuple[int, int]]:
    """Pairs of rows that may not share a case."""
    for one, other in combinations(range(len(table.rows)), 2):
        if table.hit != ANY or not alike(table.rows[one].outcome, table.rows[other].outcome):
            yield one, other


def _require_cover(name: str, table: Table, grids: list[Grid], found: Diagnostics) -> None:
    """Some row for every case, or a default."""
    if table.default is not None:
        return
    case = _first(outside(grid.possible, grid.whole) for grid in grids)
    if case is not None:
        found.add(
            "PR403",
            _("表“{name}”没有一行管这种情形：{case}").format(name=name, case=_said(table, grids[case[0]], case[1])),
            table.span,
            help=_("补上一行，或写 default"),
        )


def _require_life(name: str, table: Table, grids: list[Grid], found: Diagnostics) -> None:
    """Each row is the answer to some case on some day."""
    for number, row in enumerate(table.rows):
        if any(_lives(table, grid, number) for grid in grids):
            continue
        accepts = any(all(grid.possible[number]) for grid in grids)
        found.add(
            "PR404",
            _("表“{name}”的第 {number} 行永远用不上").format(name=name, number=number + 1),
            row.span,
            label=_("前面的行已经管完了") if accepts else _("没有值能同时符合这些条件"),
            help=_("删去这一行，或改它和前面各行的条件"),
        )


def _lives(table: Table, grid: Grid, number: int) -> bool:
    box = grid.possible[number]
    if not all(box):
        return False
    return table.hit != FIRST or outside(grid.sure[:number], box) is not None


def _first(cases: Iterator[tuple[int, ...] | None]) -> tuple[int, tuple[int, ...]] | None:
    """The first case there is, with the place of the grid it was found in."""
    return next(((place, case) for place, case in enumerate(cases) if case is not None), None)


def _said(table: Table, grid: Grid, point: tuple[int, ...]) -> str:
    """A case in words."""
    return "，".join(
        _("{label}是{words}").format(label=label, words=parts[place].words)
        for label, parts, place in zip(table.labels, grid.parts, point, strict=True)
    )
