"""What kind of file a path names, from its ending and its first bytes."""

from __future__ import annotations

import codecs
from enum import Enum
from pathlib import Path

from policyrun.source.diagnostic import Diagnostics, Place
from policyrun.source.messages import _


class Format(Enum):
    """The formats read and written, by file ending."""

    XLSX = ".xlsx"
    CSV = ".csv"
    PARQUET = ".parquet"


#: What to do about other endings, in the order of how likely people are to have them.
_ELSE = {
    ".xls": "old", ".et": "old", ".ods": "old", ".xlsm": "old", ".xlsb": "old", ".numbers": "old",
    ".txt": "text", ".tsv": "text",
    ".zip": "packed", ".gz": "packed", ".rar": "packed", ".7z": "packed",
}  # fmt: skip

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def format_of(path: Path) -> Format | None:
    """The format that a file's ending names, in either case; None for any other."""
    ending = path.suffix.lower()
    return next((one for one in Format if one.value == ending), None)


def probe(path: Path, found: Diagnostics) -> Format | None:
    """The format of a file that can be read, or None and the reason."""
    place = Place(str(path))
    first = _first_bytes(path, found)
    if first is None:
        return None
    kind = format_of(path)
    if kind is None:
        _report_ending(path, found)
        return None
    if not first:
        found.add("PR509", _("文件是空的"), place, help=_("核对是否选错了文件，或导出没有完成"))
        return None
    return kind if _looks_like(kind, path, first, found) else None


def _first_bytes(path: Path, found: Diagnostics) -> bytes | None:
    place = Place(str(path))
    try:
        if path.is_dir():
            found.add("PR502", _("这是文件夹，不是文件"), place, help=_("写出文件夹里要读的那个文件"))
            return None
        with path.open("rb") as stream:
            return stream.read(512)
    except FileNotFoundError:
        found.add("PR501", _("找不到文件“{name}”").format(name=path.name), place, help=_("核对路径和扩展名"))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        found.add(
            "PR503", _("读不了文件：{why}").format(why=why), place, help=_("核对读取权限；文件可能正被别的程序占用")
        )
    return None


def _report_ending(path: Path, found: Diagnostics) -> None:
    helps = {
        "old": _("在表格软件里另存为“Excel 工作簿（.xlsx）”"),
        "text": _("另存为“CSV UTF-8（逗号分隔）”，扩展名 .csv"),
        "packed": _("先解压"),
    }
    found.add(
        "PR504",
        _("不支持的文件类型“{ending}”").format(ending=path.suffix or _("无扩展名")),
        Place(str(path)),
        help=helps.get(_ELSE.get(path.suffix.lower(), ""), _("可读 .xlsx、.csv 和 .parquet")),
    )


def _looks_like(kind: Format, path: Path, first: bytes, found: Diagnostics) -> bool:
    if kind is Format.XLSX and first.startswith(_OLE) and _is_encrypted(path):
        found.add("PR507", _("工作簿有打开密码"), Place(str(path)), help=_("在表格软件里打开，取消密码后另存"))
        return False
    actual = _actual(first)
    wanted = {Format.XLSX: "zip", Format.PARQUET: "parquet", Format.CSV: "text"}[kind]
    if actual == wanted:
        return True
    names = {
        "zip": _("压缩包或 Excel 工作簿"),
        "parquet": "parquet",
        "ole": _("旧版 Excel 文件（.xls）"),
        "html": _("网页"),
        "text": _("文本或 csv"),
        "other": _("不认识的内容"),
    }
    found.add(
        "PR505",
        _("扩展名是“{ending}”，内容却是{actual}").format(ending=kind.value, actual=names[actual]),
        Place(str(path)),
        help=_("在表格软件里打开，另存为“Excel 工作簿（.xlsx）”；只改扩展名不行"),
    )
    return False


def _actual(first: bytes) -> str:
    start = first.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if first.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if first.startswith(b"PAR1"):
        return "parquet"
    if first.startswith(_OLE):
        return "ole"
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        return "html"
    return "other" if first.startswith((b"%PDF", b"\x1f\x8b", b"\x89PNG")) else "text"


def _is_encrypted(path: Path) -> bool:
    """Whether an OLE container is an encrypted workbook: its directory, anywhere in the file, says so."""
    tail = b""
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            if _ENCRYPTED in tail + block:
                return True
            tail = block[-len(_ENCRYPTED) :]
    return False
