"""Data files for tests: whole ones, and ones that are broken in a known way."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from build import column, given, make_id, make_limit, make_policy, make_scheme
from policyrun.ir.policy import Policy
from policyrun.model import types

TRAINING = "职业培训补贴"
LIVING = "生活补贴"
HEADER = ("序号", "身份证号码", "职业工种", "项目等级", "发证时间", "补贴标准")
ROW = ("1", make_id(), "电工", "三级", "2023-05-01", "2000")

Cell = str | int | bool | date | datetime | None
Sheets = Mapping[str, Sequence[Sequence[Cell]]]


def small_policy() -> Policy:
    """Two schemes: one with limits, a top-up and a named payee; one without a limit."""
    training = make_scheme(
        TRAINING,
        "序号 serial!·身份证号码 id_card!·职业工种 text!·项目等级 enum!·发证时间 date?·证书编号 text?·"
        "补贴标准 money?·培训合格 bool?",
        day="发证时间",
        payee_column="培训机构名称",
    )
    living = make_scheme(LIVING, "序号 serial!·身份证号码 id_card!·补贴标准 money?")
    person = column("身份证号码")
    limits = (
        make_limit("同职业同等级", [TRAINING], [person, column("职业工种"), column("项目等级")]),
        make_limit("每年一次", [TRAINING], [person, given("业务日期", types.DATE)]),
    )
    return make_policy([training, living], limits, ["承训机构=培训合格 by 培训机构名称"])


def csv_text(*rows: Sequence[str], header: Sequence[str] = HEADER) -> str:
    return "".join(",".join(row) + "\n" for row in (header, *rows))


def book(path: Path, sheets: Sheets) -> Path:
    """A workbook; dates are date cells, a text that begins with ``=`` is a formula without a result of its own."""
    with xlsxwriter.Workbook(path) as workbook:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for at, row in enumerate(rows):
                for place, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(at, place, value, day)
                    elif value is not None:
                        sheet.write(at, place, value)
    return path


def edited(path: Path, member: str, edit: Callable[[bytes], bytes]) -> Path:
    """A workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    parts[member] = edit(parts[member])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def truncated(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-100])
    return path


def ole(path: Path, *, encrypted: bool) -> Path:
    """The first bytes of an OLE container, as old and encrypted workbooks have."""
    inside = "EncryptedPackage".encode("utf-16-le") if encrypted else b"Workbook"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096) + inside)
    return path
