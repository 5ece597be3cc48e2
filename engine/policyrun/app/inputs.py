"""The records of a run: from ``--input`` to the rows of each scheme.

The forms of an input:

* ``F.xlsx`` has one sheet per scheme, named after it; with ``--scheme`` a single sheet of any name is taken;
* ``项目=F`` names the scheme of a file of any format, or of a folder all of whose data files are its own;
* a folder holds files, or folders, each named after a scheme: the name itself (``职业培训补贴.csv``), or the name and
  more that does not begin with a letter or Chinese character (``职业培训补贴-5月.csv``, ``职业培训补贴2.csv``);
* with ``--scheme``, a folder none of whose files is named after a scheme holds files of that scheme.

Folders in the folder of a scheme are gone through as well, whatever they are called. Many files of one scheme are read
in the order of their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from policyrun.datasets.files import DataFile, open_file
from policyrun.datasets.grid import place_of
from policyrun.datasets.header import find_table, header_key
from policyrun.datasets.merge import report_unused, scheme_input
from policyrun.datasets.own_sheets import unread
from policyrun.datasets.probe import format_of
from policyrun.ir.policy import Policy, RecordType, Scheme
from policyrun.model.raw import RawTable, SchemeInput
from policyrun.source.diagnostic import Diagnostics, Place, Severity
from policyrun.source.messages import _
from policyrun.source.suggest import closest

if TYPE_CHECKING:
    import pandas as pd


#: A table in a file, however it is read.
Table = TypeVar("Table")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A kind of record that inputs may hold: a scheme's rows, or another form's.

    Attributes:
        name: what sheets, files and ``项目=F`` call it.
        beside: columns read though the record does not list them.
    """

    name: str
    record: RecordType
    beside: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.record.fields if field.required)

    @property
    def known(self) -> tuple[str, ...]:
        return (*(field.name for field in self.record.fields), *self.beside)


@dataclass(frozen=True, slots=True)
class _Source:
    """A file to read; ``name`` is what it holds, None where its sheets say so."""

    path: Path
    name: str | None


def wanted_of(policy: Policy, scheme: Scheme) -> Wanted:
    """A scheme's rows, with the columns that name payees and those looked up in lists."""
    names = tuple(scheme.payee.names.values()) if scheme.payee else ()
    keys = tuple(one.key for one in policy.lists if scheme.record.field(one.column) is not None)
    beside = dict.fromkeys(name for name in (*names, *keys) if scheme.record.field(name) is None)
    return Wanted(scheme.name, scheme.record, tuple(beside))


def read_inputs(
    policy: Policy, sources: Sequence[str], scheme: str | None, found: Diagnostics
) -> tuple[SchemeInput, ...] | None:
    """The rows of each scheme that the inputs hold, in declared order, or None and the reasons.

    Args:
        sources: the ``--input`` texts.
        scheme: the scheme evaluated alone, if one is.
    """
    return read_records([wanted_of(policy, one) for one in policy.schemes], sources, scheme, found)


def read_records(
    wanted: Sequence[Wanted], sources: Sequence[str], only: str | None, found: Diagnostics
) -> tuple[SchemeInput, ...] | None:
    """``read_inputs`` for any kinds of record."""

    def read(file: DataFile, sheet: str, one: Wanted) -> RawTable | None:
        return file.table(sheet, one.required, one.known, found)

    tables = tables_of(wanted, sources, only, read, found)
    if tables is None:
        return None
    inputs = tuple(
        scheme_input(one.name, one.record, one.beside, tables[one.name], found) for one in wanted if tables[one.name]
    )
    report_unused(inputs, tables, found)
    return inputs


def tables_of(
    wanted: Sequence[Wanted],
    sources: Sequence[str],
    only: str | None,
    read: Callable[[DataFile, str, Wanted], Table | None],
    found: Diagnostics,
) -> Mapping[str, list[Table]] | None:
    """The tables of each kind of record in the files that inputs name, in the order of their names; or None and why.

    Args:
        read: the table in a sheet of a file, or None with the reason in ``found``.
    """
    if only is not None and not _known(only, wanted, found):
        return None
    files = [file for source in sources for file in _files(source, wanted, only, found)]
    if found.failed or not _each_once(files, found):
        return None
    tables: dict[str, list[Table]] = {one.name: [] for one in wanted}
    for file in sorted(files, key=lambda file: (file.path.name, str(file.path))):
        for name, table in _tables(file, wanted, read, found):
            tables[name].append(table)
    if found.failed:
        return None
    if not any(tables.values()):
        found.add("PR545", _("没有读到任何项目的记录"), help=_("用 --input 文件、--input 项目=文件 或一个文件夹给出"))
        return None
    return tables


def frame_input(wanted: Wanted, frame: pd.DataFrame, found: Diagnostics) -> SchemeInput | None:
    """The rows of a data frame: None, NaN and NaT are blank, typed columns count as the text of their value."""
    from policyrun.datasets.read_frame import frame_grid

    grid = frame_grid(frame, _("数据框"))
    table = find_table(grid, wanted.required, wanted.known, found)
    if table is None:
        return None
    data = scheme_input(wanted.name, wanted.record, wanted.beside, [table], found)
    report_unused([data], {wanted.name: [table]}, found)
    return data


def _known(name: str, wanted: Sequence[Wanted], found: Diagnostics) -> bool:
    names = [one.name for one in wanted]
    if name in names:
        return True
    near = closest(name, names)
    found.add(
        "PR540",
        _("政策里没有项目“{name}”").format(name=name),
        help=_("是不是“{near}”？").format(near=near) if near else _("项目有：{names}").format(names="、".join(names)),
    )
    return False


# ----------------------------------------------------------------------------------------------- which files are read


def _files(source: str, wanted: Sequence[Wanted], only: str | None, found: Diagnostics) -> list[_Source]:
    """The files that one ``--input`` names."""
    before, sign, after = source.partition("=")
    if sign and before and (before in {one.name for one in wanted} or not Path(source).exists()):
        if not _known(before, wanted, found):
            return []
        if only not in (None, before):
            _report_unread(Place(after), _("只评估“{only}”").format(only=only), found)
            return []
        path = Path(after)
        return _all_in(path, before, found) if path.is_dir() else [_Source(path, before)]
    path = Path(source)
    return _folder(path, wanted, only, found) if path.is_dir() else [_Source(path, only)]


def _folder(folder: Path, wanted: Sequence[Wanted], only: str | None, found: Diagnostics) -> list[_Source]:
    """The files of a folder by the scheme that their names begin with."""
    entries = _entries(folder, found)
    named = [(entry, name) for entry in entries if (name := _scheme_of(entry, wanted))]
    if not named and only is not None:
        return _all_in(folder, only, found)
    files: list[_Source] = []
    left = [entry for entry in entries if _scheme_of(entry, wanted) is None]
    for entry, name in named:
        if only not in (None, name):
            left.append(entry)
        elif entry.is_dir():
            files += _all_in(entry, name, found)
        elif format_of(entry) is None:
            left.append(entry)
        else:
            files.append(_Source(entry, name))
    if left:
        _report_unread(Place(str(folder)), "、".join(entry.name for entry in sorted(left)), found)
    if not files:
        _report_no_files(folder, found)
    return files


def _all_in(folder: Path, name: str, found: Diagnostics) -> list[_Source]:
    """All data files of a folder and of the folders in it, as those of one scheme."""
    files, left = _data_files(folder, found)
    if left:
        _report_unread(Place(str(folder)), "、".join(str(entry.relative_to(folder)) for entry in left), found)
    if not files:
        _report_no_files(folder, found)
    return [_Source(entry, name) for entry in files]


def _data_files(folder: Path, found: Diagnostics) -> tuple[list[Path], list[Path]]:
    """The data files under a folder, in name order, and what else there is.

    Folders may be partitions (``年=2024``): what their names say stands in the rows too, or is not asked for. What
    begins with ``_`` is what programs note beside their files, or have not finished writing.
    """
    files: list[Path] = []
    left: list[Path] = []
    for entry in _entries(folder, found):
        if entry.name.startswith("_") or (entry.is_dir() and entry.is_symlink()):
            left.append(entry)
        elif entry.is_dir():
            inner, other = _data_files(entry, found)
            files += inner
            left += other
        elif format_of(entry) is not None:
            files.append(entry)
        else:
            left.append(entry)
    return files, left


def _entries(folder: Path, found: Diagnostics) -> list[Path]:
    """What stands in a folder, in name order, without hidden files and the locks of open workbooks."""
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "~$")))
    except OSError as error:
        found.add(
            "PR503",
            _("读不了文件夹：{why}").format(why=error.strerror or type(error).__name__),
            Place(str(folder)),
            help=_("核对读取权限"),
        )
        return []


def _scheme_of(entry: Path, wanted: Sequence[Wanted]) -> str | None:
    """The scheme that a file's name begins with; the longest, where one begins with another."""
    stem = entry.name if entry.is_dir() else entry.stem
    fits = [
        one.name
        for one in wanted
        if stem.startswith(one.name) and not stem[len(one.name) : len(one.name) + 1].isalpha()
    ]
    return max(fits, key=len, default=None)


def _report_unread(place: Place, what: str, found: Diagnostics) -> None:
    found.add(
        "PR544",
        _("没有读取：{what}").format(what=what),
        place,
        help=_("文件以项目名命名（项目.csv、项目-5月.xlsx）或写成 项目=文件 才会读取"),
        severity=Severity.NOTE,
    )


def _report_no_files(folder: Path, found: Diagnostics) -> None:
    found.add(
        "PR542",
        _("文件夹里没有可读的数据文件"),
        Place(str(folder)),
        help=_("每个项目一个文件，以项目名命名，格式 .xlsx、.csv 或 .parquet"),
    )


def _each_once(files: Sequence[_Source], found: Diagnostics) -> bool:
    """Whether no file is read twice for a scheme, which would double its rows."""
    seen: set[tuple[Path, str | None]] = set()
    for file in files:
        key = file.path.resolve(), file.name
        if key in seen:
            found.add("PR543", _("同一个文件给了两次"), Place(str(file.path)), help=_("删去重复的 --input"))
            return False
        seen.add(key)
    return True


# ---------------------------------------------------------------------------------------------- which sheets are read


def _tables(
    file: _Source,
    wanted: Sequence[Wanted],
    read: Callable[[DataFile, str, Wanted], Table | None],
    found: Diagnostics,
) -> Iterator[tuple[str, Table]]:
    """The tables of a file and the scheme of each."""
    data = open_file(file.path, found)
    if data is None:
        return
    by_name = {one.name: one for one in wanted}
    for sheet, name in _sheets(data, file, wanted, found):
        table = read(data, sheet, by_name[name])
        if table is not None:
            yield name, table


def _sheets(data: DataFile, file: _Source, wanted: Sequence[Wanted], found: Diagnostics) -> list[tuple[str, str]]:
    """Pairs of sheet and scheme to be read from a file; "" is the sheet of a format without sheets."""
    if not data.sheets:
        if file.name is None:
            found.add(
                "PR541",
                _("不知道这个文件是哪个项目的"),
                Place(str(file.path)),
                help=_("加上 --scheme 项目，或写成 --input 项目={path}；项目是：{names}").format(
                    path=file.path, names="、".join(one.name for one in wanted)
                ),
            )
            return []
        return [("", file.name)]
    names = [one.name for one in wanted] if file.name is None else [file.name]
    by_key = {header_key(name): name for name in names}
    pairs = [(sheet, by_key[header_key(sheet)]) for sheet in data.sheets if header_key(sheet) in by_key]
    if not pairs and file.name is not None:
        filled = data.sheets if len(data.sheets) == 1 else data.filled(found)
        pairs = [(filled[0], file.name)] if len(filled) == 1 else []
    left = unread(data.sheets, dict(pairs))
    if not pairs:
        _report_no_sheet(file, names, data.sheets, found)
    elif left:
        found.add(
            "PR524",
            _("这些工作表没有读取：{sheets}").format(sheets="、".join(left)),
            Place(str(file.path)),
            help=_("工作表以项目名命名才会读取"),
            severity=Severity.NOTE,
        )
    return pairs


def _report_no_sheet(file: _Source, names: Sequence[str], sheets: Sequence[str], found: Diagnostics) -> None:
    near = [(sheet, closest(sheet, names)) for sheet in sheets]
    hint = "".join(_("“{sheet}”是不是“{name}”？").format(sheet=sheet, name=name) for sheet, name in near if name)
    found.add(
        "PR530",
        _("没有以项目命名的工作表；现有：{sheets}").format(sheets="、".join(sheets)),
        place_of(str(file.path)),
        help=hint or _("把工作表改名为 {names}；只有一张工作表时可用 --scheme 指明项目").format(names="、".join(names)),
    )
