"""The files beside the records: dated lists, exceptions and, from its own module, the history of earlier runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

from policyrun.app.history import read_history
from policyrun.app.side_table import Line, lines_of, only_table, report_cell
from policyrun.datasets.files import open_file
from policyrun.datasets.header import HEADER_WITHIN, header_key
from policyrun.datasets.probe import Format, format_of
from policyrun.ir.cells import Invalid
from policyrun.ir.policy import Policy
from policyrun.model.past import ExceptionEntry
from policyrun.model.settings import ListEntry
from policyrun.model.values import Value
from policyrun.source.diagnostic import Diagnostics, Place, Severity
from policyrun.source.messages import _
from policyrun.source.suggest import closest

__all__ = ["read_exceptions", "read_history", "read_lists"]

LIST_NAME, LIST_CODE, LIST_FIRST, LIST_LAST, LIST_BASIS = "名称", "统一代码", "生效", "失效", "依据"
EXCEPTION_COLUMNS = {"项目": "text", "序号": "serial", "限额": "text", "批准人": "text", "依据": "text", "日期": "date"}


# -------------------------------------------------------------------------------------------------------------- lists


def read_lists(policy: Policy, folder: str | Path, found: Diagnostics) -> dict[str, tuple[ListEntry, ...]] | None:
    """The lists of a folder by name, or None and the reasons.

    A line with both a name and a code is on its list under each.
    """
    folder = Path(folder)
    if not folder.is_dir():
        found.add(
            "PR550",
            _("没有名单文件夹“{name}”").format(name=folder.name),
            Place(str(folder)),
            help=_("核对 --lists 的路径"),
        )
        return None
    names = [one.name for one in policy.lists]
    lists: dict[str, tuple[ListEntry, ...]] = {}
    sound = True
    for path in sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$"))):
        if path.stem not in names or format_of(path) is not Format.CSV:
            _report_unread_list(path, names, found)
            continue
        entries = _read_list(path, found)
        sound = sound and entries is not None
        lists[path.stem] = entries or ()
    return lists if sound else None


def _report_unread_list(path: Path, names: Sequence[str], found: Diagnostics) -> None:
    near = closest(path.stem, [name for name in names if name != path.stem])
    found.add(
        "PR551",
        _("名单“{name}”没有读取").format(name=path.name),
        Place(str(path)),
        help=_("是不是“{near}.csv”？").format(near=near)
        if near
        else _("政策用到的名单：{names}；格式 .csv").format(names="、".join(names) or _("无")),
        severity=Severity.NOTE,
    )


def _read_list(path: Path, found: Diagnostics) -> tuple[ListEntry, ...] | None:
    known = (LIST_NAME, LIST_CODE, LIST_FIRST, LIST_LAST, LIST_BASIS)
    data = open_file(path, found)
    grid = None if data is None else data.grid("", found)
    if data is None or grid is None:
        return None
    present = {header_key(cell.text) for row in grid.rows[:HEADER_WITHIN] for cell in row}
    keys = [name for name in (LIST_NAME, LIST_CODE) if name in present] or [LIST_NAME]
    table = data.table("", (*keys[:1], LIST_FIRST, LIST_LAST, LIST_BASIS), known, found)
    if table is None:
        return None
    entries: list[ListEntry] = []
    sound = True
    for line in lines_of(table):
        read = _list_entries(line, found)
        sound = sound and read is not None
        entries += read or ()
    return tuple(entries) if sound else None


def _list_entries(line: Line, found: Diagnostics) -> list[ListEntry] | None:
    days: list[date | None] = []
    for column in (LIST_FIRST, LIST_LAST):
        value = line.read(column, "date")
        if isinstance(value, Invalid):
            report_cell(line, column, "PR552", value, found)
            return None
        days.append(value if isinstance(value, date) else None)
    first, last = days
    names = [name for name in (line.text(LIST_NAME), line.text(LIST_CODE)) if name]
    if not names:
        report_cell(line, LIST_NAME, "PR552", Invalid.BLANK, found)
        return None
    if first and last and last < first:
        found.add("PR552", _("失效早于生效"), line.place(LIST_LAST), help=_("核对两个日期；失效当天仍算在名单内"))
        return None
    return [ListEntry(name, first, last, line.text(LIST_BASIS)) for name in names]


# --------------------------------------------------------------------------------------------------------- exceptions


def read_exceptions(
    policies: Sequence[Policy], path: str | Path, found: Diagnostics
) -> tuple[ExceptionEntry, ...] | None:
    """The rows that may pass a limit without room, or None and the reasons.

    Args:
        policies: the versions that decide the records; each exception is to a limit that one of them has.
    """
    columns = tuple(EXCEPTION_COLUMNS)
    table = only_table(path, "", columns, columns, found)
    if table is None:
        return None
    entries: dict[tuple[str, Fraction, str], ExceptionEntry] = {}
    sound = True
    for line in lines_of(table):
        entry = _exception(policies, line, found)
        if entry is None:
            sound = False
        elif (key := (entry.scheme, entry.serial, entry.limit)) in entries:
            sound = False
            found.add(
                "PR556",
                _("例外重复：与第 {number} 行相同").format(number=entries[key].origin.number),
                line.place(),
                help=_("删去其中一行"),
            )
        else:
            entries[key] = entry
    return tuple(entries.values()) if sound else None


def _exception(policies: Sequence[Policy], line: Line, found: Diagnostics) -> ExceptionEntry | None:
    values: dict[str, Value] = {}
    for column, cell_type in EXCEPTION_COLUMNS.items():
        value = line.read(column, cell_type)
        if value is None or isinstance(value, Invalid):
            report_cell(line, column, "PR555", value or Invalid.BLANK, found)
        else:
            values[column] = value
    match [values.get(column) for column in EXCEPTION_COLUMNS]:
        case [str(scheme), Fraction() as serial, str(limit), str(approver), str(basis), date() as day]:
            entry = ExceptionEntry(scheme, serial, limit, approver, basis, day, line.origin)
            return entry if _names_exist(policies, entry, line, found) else None
    return None


def _names_exist(policies: Sequence[Policy], entry: ExceptionEntry, line: Line, found: Diagnostics) -> bool:
    schemes = list(dict.fromkeys(scheme.name for policy in policies for scheme in policy.schemes))
    if entry.scheme not in schemes:
        return _report_name(line, "项目", _("政策里没有项目“{name}”"), schemes, found)
    limits = list(dict.fromkeys(limit.name for policy in policies for limit in policy.limits_over(entry.scheme)))
    if entry.limit not in limits:
        return _report_name(line, "限额", _("这个项目没有限额“{name}”"), limits, found)
    return True


def _report_name(line: Line, column: str, message: str, names: Sequence[str], found: Diagnostics) -> bool:
    """Says that a cell names nothing, and what it may have meant; always False."""
    near = closest(line.text(column), names)
    found.add(
        "PR557",
        message.format(name=line.text(column)),
        line.place(column),
        help=_("是不是“{near}”？").format(near=near)
        if near
        else _("可以填：{names}").format(names="、".join(names) or _("无")),
    )
    return False
