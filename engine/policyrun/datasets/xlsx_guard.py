"""A workbook looked over as a zip archive before anything reads its sheets.

In: a path. Out: what stands in it that a reader would not say: parts that unpack to far too much, sheets whose cells
lie too far apart to hold in memory, and cells whose formula failed or was never calculated, which read as blank.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from policyrun.datasets.grid import place_of
from policyrun.model.raw import CellKind, RawCell
from policyrun.source.diagnostic import Diagnostics, Place
from policyrun.source.messages import _

#: Bytes that all parts of a workbook may unpack to.
MOST_BYTES = 2 * 1024**3
#: Bytes below which a part may be packed as tightly as it likes; sheets of equal cells are packed 100 to 1.
FREE_BYTES = 100 * 1024**2
#: Unpacked size over packed size of a larger part.
MOST_RATIO = 200
#: Cells of the smallest rectangle that holds every cell of a sheet.
MOST_CELLS = 100_000_000

_BLOCK = 4 * 1024**2
_ROW = re.compile(rb' r="([0-9]{1,7})"')
_WIDE = re.compile(rb' r="([A-Z]{2,3})[0-9]')
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_AT = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_WORTH = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)<")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a workbook that hold its worksheets, by sheet name."""

    path: Path
    of_sheet: Mapping[str, str]


def look_over(path: Path, found: Diagnostics) -> Parts | None:
    """The parts of a workbook that is whole and not too large, or None and the reason."""
    try:
        with zipfile.ZipFile(path) as archive:
            if not _sizes_fit(archive, path, found):
                return None
            parts = Parts(path, _sheet_parts(archive))
            _unpack_others(archive, set(parts.of_sheet.values()))
            return parts
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, KeyError, EOFError, OSError, ValueError):
        report_damaged(path, found)
    except (NotImplementedError, RuntimeError):  # a packing that is not known; a part with a password
        found.add(
            "PR507", _("工作簿有打开密码或特殊的压缩方式"), Place(str(path)), help=_("在表格软件里打开，另存为 .xlsx")
        )
    return None


def report_damaged(path: Path, found: Diagnostics) -> None:
    found.add(
        "PR506",
        _("工作簿已损坏或不完整"),
        Place(str(path)),
        help=_("重新下载或导出；或在表格软件里打开并修复，另存为 .xlsx"),
    )


def _sizes_fit(archive: zipfile.ZipFile, path: Path, found: Diagnostics) -> bool:
    parts = archive.infolist()
    too_much = sum(part.file_size for part in parts) > MOST_BYTES
    too_tight = any(
        part.file_size > FREE_BYTES and part.file_size > MOST_RATIO * max(part.compress_size, 1) for part in parts
    )
    if too_much or too_tight:
        found.add(
            "PR508",
            _("工作簿解压后过大，不予读取"),
            Place(str(path)),
            help=_("删去多余的工作表和格式后另存；记录很多时改用 csv 或 parquet"),
        )
    return not (too_much or too_tight)


def _unpack_others(archive: zipfile.ZipFile, sheets: Collection[str]) -> None:
    """Unpacks all parts but the sheets once, which fails where one holds more than it declares."""
    for part in archive.infolist():
        if part.filename not in sheets:
            with archive.open(part) as stream:
                while stream.read(_BLOCK):
                    pass


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet names and the archive members that hold them, as the workbook's relations say."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {node.get("Id"): node.get("Target", "") for node in relations}
    members = set(archive.namelist())
    parts: dict[str, str] = {}
    for space in (_MAIN, _STRICT):
        for sheet in book.iterfind(f"{space}sheets/{space}sheet"):
            relation = next((value for key, value in sheet.items() if key.endswith("}id")), None)
            target = targets.get(relation, "")
            member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if member in members:
                parts[sheet.get("name", "")] = member
    return parts


def failed_cells(parts: Parts, sheet: str, found: Diagnostics) -> dict[tuple[int, int], RawCell] | None:
    """Cells of a sheet with a spreadsheet error or a formula without a result, by row and column from 0.

    Returns None, with the reason in ``found``, if the sheet is damaged or its cells lie too far apart.
    """
    failed: dict[tuple[int, int], RawCell] = {}
    last_row = widest = 1
    member = parts.of_sheet.get(sheet)
    if member is None:
        return failed
    try:
        with zipfile.ZipFile(parts.path) as archive, archive.open(member) as stream:
            for block in _blocks(stream):
                last_row = max(last_row, max((int(row) for row in _ROW.findall(block)), default=0))
                widest = max(widest, max((_column(name) + 1 for name in _WIDE.findall(block)), default=0))
                if b't="e"' in block or b"<f" in block or b":f>" in block:
                    failed.update(_failed_in(block))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
        report_damaged(parts.path, found)
        return None
    if last_row * widest > MOST_CELLS:
        found.add(
            "PR510",
            _("工作表“{sheet}”的单元格散布过广：到第 {row} 行、第 {column} 列").format(
                sheet=sheet, row=last_row, column=widest
            ),
            place_of(str(parts.path), sheet),
            help=_("删去数据区以外的单元格和格式后另存"),
        )
        return None
    return failed


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """The text of a sheet in blocks that end where a row ends."""
    rest = b""
    while block := stream.read(_BLOCK):
        rest += block
        cut = rest.rfind(b"row>")
        if cut >= 0:
            yield rest[: cut + 4]
            rest = rest[cut + 4 :]
    yield rest


def _failed_in(block: bytes) -> Iterator[tuple[tuple[int, int], RawCell]]:
    for attributes, body in _CELL.findall(block):
        at = _AT.search(attributes)
        if at is None:
            continue
        worth = _WORTH.search(body)
        text = worth[1].decode("utf-8", "replace") if worth else ""
        uncalculated = not text and (b"<f" in body or b":f" in body) and b't="str"' not in attributes
        if b't="e"' in attributes or uncalculated:
            yield (int(at[2]) - 1, _column(at[1])), RawCell(text or "=", CellKind.ERROR)


def _column(letters: bytes) -> int:
    """The column that letters name, from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
