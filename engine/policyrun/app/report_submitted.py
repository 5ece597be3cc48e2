"""A report as somebody has handed it in: the csv of the contract, or the form as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path as FilePath

from policyrun.app.report import MISSING, PLACE_COLUMNS
from policyrun.datasets.files import DataFile, open_file
from policyrun.datasets.grid import Grid, place_of
from policyrun.ir.cells import half_width
from policyrun.ir.reporting import Report
from policyrun.model.raw import RawTable
from policyrun.model.regions import Path, Region
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _

#: What the form calls its column of regions, in the row that numbers the columns.
REGION_KEY = "乙"


@dataclass(frozen=True, slots=True)
class Submitted:
    """The cells handed in: region → column → as written. A form without a column, or a region, has not handed it in."""

    cells: Mapping[Path, Mapping[str, str]]


def read_submitted(path: FilePath, report: Report, regions: Sequence[Region], found: Diagnostics) -> Submitted | None:
    """What a file holds of a report, or None and the reasons."""
    data = open_file(path, found)
    if data is None:
        return None
    cells: dict[Path, dict[str, str]] = {}
    for region, key, text, number in _cells(data, report, regions, found):
        row = cells.setdefault(region, {})
        if key in row:
            found.add(
                "PR682",
                _("“{region}”的第{key}栏报了两次").format(region="/".join(region), key=key),
                place_of(str(path), "", number),
                help=_("每个地区留一行"),
            )
        row[key] = text
    if found.failed:
        return None
    if not cells:
        found.add(
            "PR680",
            _("文件里没有这张表"),
            place_of(str(path)),
            help=_("csv 要有 {columns} 和各栏的栏号；xlsx 用 report 写出的表样").format(
                columns="、".join(PLACE_COLUMNS)
            ),
        )
        return None
    return Submitted(cells)


#: Region, column, text, and the row of the file.
Cell = tuple[Path, str, str, int]


def _cells(data: DataFile, report: Report, regions: Sequence[Region], found: Diagnostics) -> Iterator[Cell]:
    places = _Places(regions, str(data.path), found)
    for sheet in data.sheets or ("",):
        table = data.table(sheet, PLACE_COLUMNS, PLACE_COLUMNS, Diagnostics())
        if table is not None:
            yield from _of_table(table, report, places)
            continue
        grid = data.grid(sheet, found)
        if grid is not None:
            yield from _of_form(grid, report, places)


def _of_table(table: RawTable, report: Report, places: _Places) -> Iterator[Cell]:
    """The cells of the contract's csv."""
    header = {half_width(name).strip(): place for place, name in enumerate(table.header)}
    for row, number in zip(table.rows, table.numbers, strict=True):
        texts = [row[header[name]].text.strip() for name in PLACE_COLUMNS]
        region = places.named(texts[0], texts[1], texts[2], number)
        if region is not None:
            for column in report.columns:
                if column.key in header:
                    yield region, column.key, row[header[column.key]].text.strip(), number


def _of_form(grid: Grid, report: Report, places: _Places) -> Iterator[Cell]:
    """The cells of the form: below the row that numbers its columns, a region to a row."""
    keys = {column.key for column in report.columns}
    at, columns, place = next(
        (
            (at, {text: where for where, text in enumerate(texts) if text in keys}, texts.index(REGION_KEY))
            for at, row in enumerate(grid.rows)
            for texts in [[half_width(cell.text).strip() for cell in row]]
            if REGION_KEY in texts and len(keys & set(texts)) > 1
        ),
        (len(grid.rows), {}, 0),
    )
    city = ""
    for row, number in zip(grid.rows[at + 1 :], grid.numbers[at + 1 :], strict=True):
        name = row[place].text.strip() if place < len(row) else ""
        texts = {key: row[where].text.strip() if where < len(row) else "" for key, where in columns.items()}
        figures = any(text == MISSING or number_of(text) is not None for text in texts.values())
        if not figures and not places.knows(name):
            continue  # an empty row, or what stands below the rows: signatures
        region = places.inside(name, city, number)
        if region is not None:
            city = region[1] if len(region) > 1 else ""
            yield from ((region, key, text, number) for key, text in texts.items())


class _Places:
    """Finds the regions that rows are about; those it cannot find are reported."""

    def __init__(self, regions: Sequence[Region], path: str, found: Diagnostics) -> None:
        self._regions = regions
        self._path = path
        self._found = found

    def named(self, level: str, city: str, name: str, number: int) -> Path | None:
        fits = [one.path for one in self._regions if (one.level, one.city, one.name) == (level, city, name)]
        return self._only(fits, f"{level} {city} {name}".strip(), number)

    def knows(self, name: str) -> bool:
        return any(one.name == name for one in self._regions)

    def inside(self, name: str, city: str, number: int) -> Path | None:
        """The region of a name in the form: one in the city of the row above first."""
        fits = [one.path for one in self._regions if one.name == name]
        return self._only([path for path in fits if city in path] if len(fits) > 1 else fits, name, number)

    def _only(self, fits: Sequence[Path], said: str, number: int) -> Path | None:
        if len(fits) == 1:
            return fits[0]
        self._found.add(
            "PR681",
            _("不知道“{name}”是哪个地区").format(name=said),
            place_of(self._path, "", number),
            help=_("照任务分解表填写地区；重名的排在它的市的下面"),
        )
        return None


def number_of(text: str) -> Fraction | None:
    """The number a submitted cell holds; None where it holds none (a blank, 缺, words)."""
    plain = half_width(text).replace(",", "").strip()
    if plain == MISSING or not plain.replace(".", "", 1).removeprefix("-").isdecimal():
        return None
    return Fraction(plain)
