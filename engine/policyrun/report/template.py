"""A blank workbook to be filled in: a sheet per scheme, drop-downs, and a page that explains every column."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from policyrun.datasets.atomic import written
from policyrun.datasets.own_sheets import CHOICES, GUIDE
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.vocabulary import Status
from policyrun.report.entry import Entry, entries
from policyrun.report.look import FONT, Look
from policyrun.report.sheets import MAX_ROWS, SheetWriter, display_width, page_setup, row_height
from policyrun.source.diagnostic import Diagnostics, Place
from policyrun.source.messages import _
from policyrun.source.suggest import closest

#: A drop-down written into the cell's own rule holds so many characters; longer ones are listed on a hidden sheet.
_INLINE = 255
_SHEET_NAME = 31
_FORBIDDEN = set("[]:*?/\\'")
_WIDTHS = {"id_card": 22, "date": 13, "serial": 8, "money": 13}
_WIDEST_CHOICE = 26
_GUIDE_WIDTHS = (22, 8, 9, 52, 40, 22)
_HOW = (
    "每个项目一张工作表，表名与列名不要改动；不办的项目留空或删去整张表。",
    "深色列名为必填，浅色列名为选填；选填栏的空白各有含义，见下表。",
    "身份证号码、证书编号等按文本录入（本表已设好），粘贴时请选“只粘贴数值”。",
    "序号在本项目内不重复；一行一条记录，不要合并单元格，不要写合计行。",
    "不知道的不要猜：留空即为待核实，补齐后重新核定。",
)


def write_template(policy: Policy, path: str | Path, schemes: Sequence[str], found: Diagnostics) -> bool:
    """Writes a blank workbook whole or not at all; the reason for the latter is in ``found``.

    Args:
        schemes: names of the schemes and forms it is for; none: all of the policy's schemes.
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        found.add("PR590", _("空白表只有 .xlsx 格式"), Place(str(path)), help=_("文件名以 .xlsx 结尾"))
        return False
    chosen = _chosen(policy, schemes, found)
    if chosen is None:
        return False
    return written(path, lambda beside: _write(policy, chosen, beside), found)


def _chosen(policy: Policy, schemes: Sequence[str], found: Diagnostics) -> tuple[Scheme, ...] | None:
    """The schemes and forms named, in the policy's order; None if one is not there or cannot name a sheet."""
    known = [*(scheme.name for scheme in policy.schemes), *policy.forms]
    unknown = [name for name in schemes if name not in known]
    for name in unknown:
        near = closest(name, known)
        found.add(
            "PR598",
            _("政策“{policy}”没有项目“{name}”").format(policy=policy.ref, name=name),
            help=_("是不是“{near}”？").format(near=near)
            if near
            else _("项目有：{names}").format(names="、".join(known)),
        )
    chosen = tuple(scheme for scheme in policy.schemes if scheme.name in schemes or not schemes)
    chosen += tuple(policy.of_form(name).schemes[0] for name in policy.forms if name in schemes)
    unfit = [scheme.name for scheme in chosen if not _names_a_sheet(scheme.name)]
    for name in unfit:
        found.add(
            "PR599",
            _("项目名“{name}”不能作工作表名").format(name=name),
            help=_("工作表名最多 {most} 个字，不含 [ ] : * ? / \\ '").format(most=_SHEET_NAME),
        )
    return None if unknown or unfit else chosen


def _names_a_sheet(name: str) -> bool:
    return 0 < len(name) <= _SHEET_NAME and not _FORBIDDEN & set(name) and name not in (GUIDE, CHOICES)


def _write(policy: Policy, schemes: Sequence[Scheme], path: Path) -> None:
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    book.set_properties({"title": policy.title, "created": datetime(2000, 1, 1)})
    book.formats[0].set_font_name(FONT)
    book.formats[0].set_font_size(10)
    look = Look(book)
    forms = [SheetWriter(book.add_worksheet(scheme.name), look) for scheme in schemes]
    guide = SheetWriter(book.add_worksheet(GUIDE), look)
    choices = _Choices(SheetWriter(book.add_worksheet(CHOICES), look))
    for scheme, writer in zip(schemes, forms, strict=True):
        _form(writer, entries(policy, scheme), choices)
        page_setup(writer.sheet, f"{policy.ref}　{scheme.name}", draft=policy.status is Status.DRAFT)
    _Guide(guide).write(policy, schemes)
    page_setup(guide.sheet, policy.ref, draft=policy.status is Status.DRAFT)
    choices.writer.sheet.hide()
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(error.args[0].errno, error.args[0].strerror) from error


class _Choices:
    """The hidden sheet of long drop-downs, a column for each that differs."""

    def __init__(self, writer: SheetWriter) -> None:
        self.writer = writer
        self._columns: dict[tuple[str, ...], int] = {}

    def source(self, choices: tuple[str, ...]) -> list[str] | str:
        """What a drop-down names as its source: the values themselves, or where they are listed."""
        if len(",".join(choices)) <= _INLINE and not any(set(choice) & {",", '"'} for choice in choices):
            return list(choices)
        column = self._columns.setdefault(choices, len(self._columns))
        for row, choice in enumerate(choices):
            self.writer.text(row, column, choice)
        letter = _letter(column)
        return f"={CHOICES}!${letter}$1:${letter}${len(choices)}"


def _letter(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))


def _form(writer: SheetWriter, columns: Sequence[Entry], choices: _Choices) -> None:
    """The header and, below it to the last row of the sheet, how each column looks and what it accepts."""
    sheet = writer.sheet
    sheet.set_row(0, 30)
    for column, entry in enumerate(columns):
        sheet.set_column(column, column, _width(entry), writer.look[f"entry_{entry.cell}"])
        writer.text(0, column, entry.name, "header_must" if entry.required else "header_may")
        lines = entry.guidance.count("\n") + 1 + len(entry.accepts) // 16 + len(entry.blank) // 16
        size = {"x_scale": 2, "height": 18 * lines + 12, "font_name": FONT, "font_size": 9, "author": ""}
        sheet.write_comment(0, column, entry.guidance, size)
        rule = _rule(entry, choices)
        if rule:
            sheet.data_validation(1, column, MAX_ROWS - 1, column, rule)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MAX_ROWS}"})


def _width(entry: Entry) -> int:
    """Columns that show the header and the longest choice."""
    longest = max((display_width(choice) for choice in entry.choices), default=0)
    return max(_WIDTHS.get(entry.cell, 12), display_width(entry.name) + 4, min(longest + 4, _WIDEST_CHOICE))


def _rule(entry: Entry, choices: _Choices) -> dict[str, Any]:
    """What a spreadsheet is to accept in a column; nothing where anything goes."""
    refused = {"error_title": entry.name[:_SHEET_NAME], "error_message": f"应为：{entry.accepts}"[:_INLINE]}
    match entry.cell:
        case "bool" | "enum":
            return {"validate": "list", "source": choices.source(entry.choices), **refused}
        case "date":
            # Other spellings of a date are text to a spreadsheet and yet accepted: it may only warn.
            return {
                "validate": "date",
                "criteria": "between",
                "minimum": date(1900, 3, 1),
                "maximum": date(2199, 12, 31),
                "error_type": "warning",
                **refused,
            }
        case "id_card":
            return {"validate": "length", "criteria": "==", "value": 18, **refused}
        case "serial" | "int":
            return {"validate": "integer", **_bounds(entry), **refused}
        case "money":
            return {"validate": "decimal", **_bounds(entry), **refused}
        case _:
            return {}


def _bounds(entry: Entry) -> dict[str, Any]:
    least = entry.field.least if entry.field else None
    most = entry.field.most if entry.field else None
    if most is None:
        return {"criteria": ">=", "value": str(least or 0)}
    return {"criteria": "between", "minimum": str(least or 0), "maximum": str(most)}


class _Guide:
    """填表说明: how to fill in the form, then each column of each scheme."""

    def __init__(self, writer: SheetWriter) -> None:
        self._writer = writer
        self._row = 0

    def write(self, policy: Policy, schemes: Sequence[Scheme]) -> None:
        sheet = self._writer.sheet
        sheet.hide_gridlines(2)
        for column, wide in enumerate(_GUIDE_WIDTHS):
            sheet.set_column(column, column, wide)
        sheet.set_row(0, 28)
        self._line(f"{policy.title}　填表说明", "title")
        self._line("　·　".join([policy.ref, *(document.number for document in policy.documents)]), "subtitle")
        if policy.status is Status.DRAFT:
            self._line("本政策为草案。", "alarm")
        self._row += 1
        for number, how in enumerate(_HOW, start=1):
            self._line(f"{number}. {how}", "plain")
        for scheme in schemes:
            self._row += 1
            self._scheme(scheme.name, entries(policy, scheme))

    def _line(self, text: str, look: str) -> None:
        self._writer.merged(self._row, 0, len(_GUIDE_WIDTHS) - 1, text, look)
        self._row += 1

    def _scheme(self, name: str, columns: Sequence[Entry]) -> None:
        self._writer.sheet.set_row(self._row, 22)
        self._line(name, "block")
        self._cells(("列", "要求", "类型", "填写什么", "空白的含义", "例"), "header")
        for entry in columns:
            must = "必填" if entry.required else "选填"
            cells = (entry.name, must, entry.kind, entry.accepts, entry.blank, entry.example)
            self._writer.sheet.set_row(self._row, row_height(zip(cells, _GUIDE_WIDTHS, strict=True)))
            self._cells(cells, "value", "value_must" if entry.required else "value")

    def _cells(self, cells: Sequence[str], look: str, second: str = "") -> None:
        for column, text in enumerate(cells):
            self._writer.text(self._row, column, text, second if column == 1 and second else look)
        self._row += 1
