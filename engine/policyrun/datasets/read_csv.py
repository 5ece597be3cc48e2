"""A csv file as a grid: UTF-8 (with or without byte order mark) or GB18030, commas, quotes doubled inside quotes."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from policyrun.datasets.grid import Grid, TextCells, place_of
from policyrun.model.raw import RawCell
from policyrun.source.diagnostic import Diagnostics, Place, Severity
from policyrun.source.messages import _


def read_csv(path: Path, found: Diagnostics) -> Grid | None:
    """The rows of a csv file, or None and the reason. The file's kind has been probed."""
    try:
        data = path.read_bytes()
    except OSError as error:
        found.add(
            "PR503",
            _("读不了文件：{why}").format(why=error.strerror or type(error).__name__),
            Place(str(path)),
            help=_("核对读取权限；文件可能正被别的程序占用"),
        )
        return None
    text = _decode(data, path, found)
    return None if text is None else _parse(text, path, found)


def _decode(data: bytes, path: Path, found: Diagnostics) -> str | None:
    place = Place(str(path))
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        found.add("PR511", _("不是文本文件，或编码是 UTF-16"), place, help=_("另存为“CSV UTF-8（逗号分隔）”"))
        return None
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        found.add(
            "PR511",
            _("既不是 UTF-8 也不是 GB18030 文本"),
            place_of(str(path), number=line),
            help=_("另存为“CSV UTF-8（逗号分隔）”；文件也可能已损坏"),
        )
        return None
    report_gb18030(path, found)
    return text


def report_gb18030(path: Path, found: Diagnostics) -> None:
    found.add(
        "PR528",
        _("按 GB18030（GBK）编码读取"),
        Place(str(path)),
        help=_("另存为 UTF-8 即不再提示"),
        severity=Severity.NOTE,
    )


def _parse(text: str, path: Path, found: Diagnostics) -> Grid | None:
    rows: list[tuple[RawCell, ...]] = []
    numbers: list[int] = []
    texts = TextCells()
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for fields in reader:
            rows.append(tuple([texts[field] for field in fields]))
            numbers.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        too_long = "field limit" in str(error)
        found.add(
            "PR513" if too_long else "PR512",
            _("一格超过 {size} 个字符，多半是引号没有配对").format(size=csv.field_size_limit())
            if too_long
            else _("引号没有配对，或引号后面还有别的字"),
            place_of(str(path), number=start),
            help=_("内容里的引号写成两个，整格再用引号括起；或由表格软件重新导出"),
        )
        return None
    return Grid(str(path), "", rows, numbers, fielded=True)
