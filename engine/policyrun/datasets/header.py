"""Which row is the header, and the table below it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from policyrun.datasets.grid import Grid, is_blank, is_empty
from policyrun.model.raw import BLANK, RawCell, RawTable
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _
from policyrun.source.suggest import closest

#: The header is looked for in so many rows.
HEADER_WITHIN = 20

_BRACKETS = "()[]{}<>【】〔〕〖〗《》〈〉「」"
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@lru_cache(maxsize=4096)
def header_key(name: str) -> str:
    """What two headers have in common if they are one: blanks, brackets and width do not count.

    >>> header_key("职业(工种)") == header_key("职业（工种） ") == header_key("职业工种")
    True
    """
    folded = name.translate(_FOLD)
    return "".join(char for char in folded if not char.isspace() and char not in _BRACKETS)


def find_table(grid: Grid, required: Sequence[str], known: Sequence[str], found: Diagnostics) -> RawTable | None:
    """The table of a grid: its header is the first of the first rows that holds every required column.

    Args:
        required: columns without which the file does not run.
        known: all columns the policy reads, for suggestions.
    """
    if all(is_empty(row) for row in grid.rows):
        found.add(
            "PR509", _("文件里没有内容"), grid.place(), help=_("第一行写列名，其下每行一条记录；模板可由 template 生成")
        )
        return None
    at = _header_row(grid, required)
    if at is None:
        _report_no_header(grid, required, known, found)
        return None
    header = _named(grid.rows[at])
    sound = _all_different(grid, header, grid.numbers[at], found)
    if grid.fielded and not _widths_fit(grid, at, found):
        sound = False
    if not sound:
        return None
    return _table(grid, at, header, found)


def plain_header(grid: Grid, required: Sequence[str]) -> tuple[int, tuple[str, ...]] | None:
    """Which row is the header, and its names; None unless there is one and it names every column differently."""
    header = loose_header(grid, required)
    return None if header is None or "" in header[1] else header


def loose_header(grid: Grid, required: Sequence[str]) -> tuple[int, tuple[str, ...]] | None:
    """``plain_header``, but there may be columns without a name, which is "" then."""
    at = _header_row(grid, required)
    if at is None:
        return None
    names = tuple(cell.text.strip() for cell in grid.rows[at])
    named = [name for name in names if name]
    keys = {header_key(name) for name in named}
    return (at, names) if len(keys) == len(named) and "" not in keys else None


def _header_row(grid: Grid, required: Sequence[str]) -> int | None:
    wanted = {header_key(name) for name in required}
    for at in _candidates(grid):
        if wanted <= {header_key(cell.text) for cell in grid.rows[at]}:
            return at
    return None


def _candidates(grid: Grid) -> list[int]:
    if grid.titled:
        return [0]
    return [
        at
        for at, row in enumerate(grid.rows[:HEADER_WITHIN])
        if grid.numbers[at] <= HEADER_WITHIN and not is_empty(row)
    ]


def _report_no_header(grid: Grid, required: Sequence[str], known: Sequence[str], found: Diagnostics) -> None:
    """Names what is missing from the row that looks most like the header."""
    keys = {header_key(name) for name in known}
    best = max(
        _candidates(grid),
        key=lambda at: (len(keys & {header_key(cell.text) for cell in grid.rows[at]}), -at),
        default=None,
    )
    if best is None:
        found.add(
            "PR520",
            _("前 {count} 行里没有表头").format(count=HEADER_WITHIN),
            grid.place(),
            help=_("表头要在前 {count} 行之内").format(count=HEADER_WITHIN),
        )
        return
    present = [cell.text.strip() for cell in grid.rows[best] if not is_blank(cell)]
    present_keys = {header_key(name) for name in present}
    missing = [name for name in required if header_key(name) not in present_keys]
    spare = [name for name in present if header_key(name) not in keys]
    likely = [(name, closest(name, spare)) for name in missing]
    hints = [_("“{near}”是不是“{name}”？").format(near=near, name=name) for name, near in likely if near]
    found.add(
        "PR520",
        _("缺少必需的列：{columns}").format(columns="、".join(missing)),
        grid.place(grid.numbers[best]),
        label=_("这一行最像表头"),
        help="".join(hints) or _("补上这些列；表头须在前 {count} 行之内").format(count=HEADER_WITHIN),
    )


def _named(row: Sequence[RawCell]) -> list[str]:
    """Header texts up to the last that is not blank."""
    names = [cell.text.strip() for cell in row]
    while names and not names[-1]:
        names.pop()
    return names


def _all_different(grid: Grid, header: Sequence[str], number: int, found: Diagnostics) -> bool:
    first: dict[str, int] = {}
    equal = True
    for place, name in enumerate(header, 1):
        earlier = first.setdefault(header_key(name), place)
        if name and earlier != place:
            equal = False
            found.add(
                "PR521",
                _("有两列都叫“{name}”：第 {one} 列和第 {two} 列").format(name=name, one=earlier, two=place),
                grid.place(number, name),
                help=_("删去或改名其中一列；空白、括号和全半角不同的列名算作同一列"),
            )
    return equal


def _table(grid: Grid, at: int, header: list[str], found: Diagnostics) -> RawTable:
    rows: list[tuple[RawCell, ...]] = []
    numbers: list[int] = []
    empty = 0
    width = max((_width(row) for row in grid.rows[at + 1 :]), default=0)
    names = _with_unnamed(grid, header, at, max(width, len(header)), found)
    kept = [place for place, name in enumerate(names) if name]
    whole = kept == list(range(len(names)))
    for row, number in zip(grid.rows[at + 1 :], grid.numbers[at + 1 :], strict=True):
        if is_empty(row):
            empty += 1
            continue
        padded = row[: len(names)] + (BLANK,) * (len(names) - len(row))
        rows.append(padded if whole else tuple(padded[place] for place in kept))
        numbers.append(number)
    if not rows:
        found.add(
            "PR522",
            _("只有表头，没有记录"),
            grid.place(grid.numbers[at]),
            help=_("若应当有记录，核对是否选错了文件或工作表"),
            severity=Severity.NOTE,
        )
    return RawTable(grid.path, grid.sheet, tuple(names[place] for place in kept), rows, numbers, empty)


def _width(row: Sequence[RawCell]) -> int:
    """Cells up to the last that is not blank."""
    width = len(row)
    while width and is_blank(row[width - 1]):
        width -= 1
    return width


def _with_unnamed(grid: Grid, header: list[str], at: int, width: int, found: Diagnostics) -> list[str]:
    """Names for columns that hold something under a blank header; wholly empty ones keep none and are left out."""
    names = header + [""] * (width - len(header))
    taken = {header_key(name) for name in header}
    for place, name in enumerate(names):
        if name or all(place >= len(row) or is_blank(row[place]) for row in grid.rows[at + 1 :]):
            continue
        names[place] = given = _("第{place}列").format(place=place + 1)
        while header_key(names[place]) in taken:
            names[place] += "_"
        found.add(
            "PR523",
            _("第 {place} 列有内容而没有列名，称作“{name}”").format(place=place + 1, name=given),
            grid.place(grid.numbers[at]),
            help=_("给这一列写上列名，或删去它的内容"),
            severity=Severity.NOTE,
        )
    return names


def _widths_fit(grid: Grid, at: int, found: Diagnostics) -> bool:
    """Whether no row below the header has more fields than it; one that has fewer is reported and filled up."""
    width = len(grid.rows[at])
    fits = True
    for row, number in zip(grid.rows[at + 1 :], grid.numbers[at + 1 :], strict=True):
        if _width(row) > width:
            fits = False
            found.add(
                "PR514",
                _("这一行有 {count} 格，表头只有 {width} 格").format(count=len(row), width=width),
                grid.place(number),
                help=_('内容里有逗号时整格用引号括起，如 "1,234"'),
            )
        elif len(row) < width and not is_empty(row):
            found.add(
                "PR515",
                _("这一行只有 {count} 格，表头有 {width} 格；缺的按空白读").format(count=len(row), width=width),
                grid.place(number),
                help=_("核对文件末尾是否被截断，或由表格软件重新导出"),
                severity=Severity.WARNING,
            )
    return fits
