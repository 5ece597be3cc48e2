"""序号 that several files of a scheme have: all such rows are INVALID, and whoever put the files together hears why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from policyrun.datasets.grid import place_of
from policyrun.datasets.header import header_key
from policyrun.ir.cells import Invalid, read_as
from policyrun.ir.policy import RecordType
from policyrun.model.raw import RawTable
from policyrun.model.values import Value
from policyrun.source.diagnostic import Diagnostic, Diagnostics, Place, Severity
from policyrun.source.messages import _

_SERIAL = "serial"


def report_repeated(scheme: str, record: RecordType, tables: Sequence[RawTable], found: Diagnostics) -> None:
    """Says once for all files which 序号 comes back in another file, where, and what to do."""
    column = next((field.name for field in record.fields if field.cell == _SERIAL), None)
    if column is None or len(tables) < 2:
        return
    first: dict[Value, tuple[RawTable, int]] = {}
    repeated: dict[Value, tuple[RawTable, int]] = {}
    files: dict[str, None] = {}
    for table in tables:
        for serial, number in _serials(table, column):
            earlier = first.setdefault(serial, (table, number))
            if earlier[0] is not table:
                repeated.setdefault(serial, (table, number))
                files |= dict.fromkeys((_name(earlier[0]), _name(table)))
    if not repeated:
        return
    serial, (table, number) = next(iter(repeated.items()))
    before, line = first[serial]
    one, two = (_("{file} 第 {line} 行").format(file=_name(t), line=n) for t, n in ((before, line), (table, number)))
    repeats = Repeats(len(repeated), serial, one, two, len(files) - 2)
    found.extend([repeats.told(scheme, place_of(table.path, table.sheet, number, column))])


@dataclass(frozen=True, slots=True)
class Repeats:
    """序号 that come back in another file.

    Attributes:
        count: of such 序号.
        serial: the first of them.
        one: the file and the row where it stands first, in words.
        two: where it comes back.
        more: how many files besides these two have such 序号.
    """

    count: int
    serial: Value
    one: str
    two: str
    more: int

    def told(self, scheme: str, at: Place | None) -> Diagnostic:
        return Diagnostic(
            "PR531",
            _("“{scheme}”的 {count} 个序号在两个文件里都有，如 {serial}：{one}，{two}{more}").format(
                scheme=scheme,
                count=self.count,
                serial=self.serial,
                one=self.one,
                two=self.two,
                more=_("；还有 {count} 个文件也这样").format(count=self.more) if self.more > 0 else "",
            ),
            at,
            help=_(
                "序号在全部文件里不能重复，重复的行都按数据错误不计入；"
                "给各文件各占一段号（如第二个文件从 20001 起），或在前面加上各自的代码"
            ),
            severity=Severity.WARNING,
        )


def _serials(table: RawTable, column: str) -> list[tuple[Value, int]]:
    """Each 序号 that types, with the number of its row."""
    place = next(at for at, name in enumerate(table.header) if header_key(name) == header_key(column))
    read = (
        (read_as(_SERIAL, row[place], date.max), number) for row, number in zip(table.rows, table.numbers, strict=True)
    )
    return [(value, number) for value, number in read if value is not None and not isinstance(value, Invalid)]


def _name(table: RawTable) -> str:
    return f"{table.path}（{table.sheet}）" if table.sheet else table.path
