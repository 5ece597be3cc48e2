"""Reading a text file: UTF-8 and nothing else, with the fix named where it is not."""

from __future__ import annotations

import codecs
from pathlib import Path

from policyrun.source.diagnostic import Diagnostics, Place, Severity
from policyrun.source.messages import _
from policyrun.source.text import SourceFile, Span

#: Bytes. The largest policy has some hundred kilobytes; what is larger is not a policy.
LARGEST = 5 * 1024 * 1024


def shown_path(path: Path) -> str:
    """A path as users know it: from the folder they are in, where it is inside that."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else str(path)


def read_source(path: Path, found: Diagnostics) -> SourceFile | None:
    """The text of a file, without byte order mark and with ``\\n`` at the end of lines, or None and the reason."""
    data = _bytes(path, found)
    return None if data is None else source_of(shown_path(path), data, found)


def source_of(name: str, data: bytes, found: Diagnostics) -> SourceFile | None:
    """``read_source`` for bytes at hand; ``name`` is what the file is called to the user."""
    if len(data) > LARGEST:
        size = LARGEST // 1024 // 1024
        found.add(
            "PR104",
            _("文件超过 {size} MB，不像政策文件").format(size=size),
            Place(name),
            help=_("核对是不是选错了文件"),
        )
        return None
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
        found.add(
            "PR106",
            _("文件以字节序标记（BOM）开头，已略过"),
            Place(name),
            help=_("另存为“UTF-8”（不带 BOM）即不再提示"),
            severity=Severity.NOTE,
        )
    if _is_utf16(data):
        found.add("PR105", _("文件的编码是 UTF-16，不是 UTF-8"), Place(name), help=_("用编辑器另存为 UTF-8"))
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _report_encoding(name, data, error.start, found)
        return None
    return SourceFile(name, text.replace("\r\n", "\n").replace("\r", "\n"))


def _bytes(path: Path, found: Diagnostics) -> bytes | None:
    """What the file holds, or None and the reason."""
    place = Place(shown_path(path))
    try:
        if path.is_dir():
            found.add("PR102", _("这是文件夹，不是文件"), place, help=_("写出文件夹里要读的那个文件"))
            return None
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except FileNotFoundError:
        found.add("PR101", _("找不到文件"), place, help=_("核对路径；相对路径从当前文件夹算起"))
        return None
    except PermissionError:
        found.add("PR103", _("没有读这个文件的权限"), place, help=_("请有权限的人给出，或换一个文件"))
        return None
    except OSError:
        found.add("PR103", _("读不了这个文件"), place, help=_("核对磁盘、网络位置和文件名"))
        return None


def _is_utf16(data: bytes) -> bool:
    """Whether text is in UTF-16: by its mark, or by the NULs that Latin letters leave at every other byte."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    nuls = (data[0::2].count(0), data[1::2].count(0))
    return min(nuls) == 0 and max(nuls) * 8 > len(data)


def _report_encoding(name: str, data: bytes, bad: int, found: Diagnostics) -> None:
    """Say which encoding it looks like; ``bad`` is the first byte that is not UTF-8."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        line = data.count(b"\n", 0, bad) + 1
        place = Place(name, _("第 {line} 行").format(line=line))
        found.add(
            "PR105", _("文件不是 UTF-8 文本"), place, help=_("另存为 UTF-8；若是 Excel 或 Word 文件，则选错了文件")
        )
        return
    start = len(data[:bad].decode("gb18030", "ignore"))
    found.add(
        "PR105",
        _("文件的编码是 GB18030（GBK），不是 UTF-8"),
        Span(SourceFile(name, text), start, min(start + 1, len(text))),
        label=_("从这个字起不是 UTF-8"),
        help=_("用编辑器另存为 UTF-8"),
    )
