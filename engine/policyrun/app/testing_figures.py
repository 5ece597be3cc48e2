"""Figure cases: the figures that a policy shows, written down a second time and compared.

No record reaches a target, a goal or a deadline, so a slip in one would never show in a case. ``cases/figures.csv`` is
a table of all of them, typed off the document by somebody who did not look at the policy::

    版本,节,名称,上级,地区,指标,约束,值,单位,来源状态
    ,任务分解,附件,云岭市,飞云县,技能人才,,500,人,原文
    ,目标,培训人次,,,,不少于,10000,人次,
    1,期限,申领期,,,止,,2026-06-30,,

版本 is blank where all versions of the policy agree; several that do are joined by 、 (``2、3``). Whatever the policy
shows and the table lacks is a failure, and so is the reverse.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from policyrun.app.figures import SECTIONS, Figure, figures_of
from policyrun.app.outline_places import Places
from policyrun.app.sentence import quantity_text
from policyrun.ir.cells import read_as
from policyrun.ir.policy import Policy
from policyrun.model.raw import RawCell
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.files import read_source
from policyrun.source.messages import _
from policyrun.source.suggest import closest
from policyrun.source.text import SourceFile, Span
from policyrun.syntax.source_policy import PolicySource
from policyrun.syntax.yaml_reader import read_yaml

FILE = "figures.csv"
COLUMNS = ("版本", "节", "名称", "上级", "地区", "指标", "约束", "值", "单位", "来源状态")

_KEY = ("节", "名称", "上级", "地区", "指标")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row of the table: its cells by column and where it stands."""

    cells: Mapping[str, str]
    span: Span

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions it is about; "" stands for every version."""
        return tuple(self.cells["版本"].split("、"))

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(self.cells[column] for column in _KEY)


@dataclass(frozen=True, slots=True)
class FigureFailure:
    """A figure of the policy that is not in the table, the reverse, or one that differs; ``said`` is what is wrong."""

    at: Span
    name: str
    said: str

    def __str__(self) -> str:
        return _("{at}: {name}：{said}").format(at=self.at, name=self.name, said=self.said)


def read_figures(folder: Path, version: int, found: Diagnostics) -> tuple[FigureRow, ...] | None:
    """The table in a policy's ``cases`` folder, for one version; None where there is none or it cannot be read."""
    path = folder / FILE
    if not path.is_file():
        return None
    own = Diagnostics()
    source = read_source(path, own)
    found.extend(one for one in own if one.severity is Severity.ERROR)
    rows = None if source is None else _rows(source, found)
    return None if rows is None else tuple(row for row in rows if {"", str(version)} & set(row.versions))


def _rows(source: SourceFile, found: Diagnostics) -> tuple[FigureRow, ...] | None:
    lines = source.text.splitlines()
    header = tuple(next(csv.reader(lines[:1]), []))
    if not _is_header(header, source, found):
        return None
    rows: list[FigureRow] = []
    seen: set[tuple[str, ...]] = set()
    for number, line in enumerate(lines[1:], 2):
        if not line.strip(", "):
            continue
        cells = [cell.strip() for cell in next(csv.reader([line]))]
        span = _line(source, number)
        if len(cells) != len(header):
            message = _("这一行有 {got} 格，应有 {wanted} 格").format(got=len(cells), wanted=len(header))
            found.add("PR586", message, span, help=_("内容里有逗号的，两边加英文双引号"))
            continue
        row = FigureRow(dict(zip(header, cells, strict=True)), span)
        if not _is_sound(row, found):
            continue
        keys = {(version, *row.key) for version in row.versions}
        if keys & seen:
            found.add("PR588", _("同一个数写了两行"), span, help=_("删去一行"))
        else:
            rows.append(row)
        seen |= keys
    return tuple(rows)


def _is_header(header: tuple[str, ...], source: SourceFile, found: Diagnostics) -> bool:
    if sorted(header) == sorted(COLUMNS):
        return True
    said = _("应有这些列：{names}").format(names=",".join(COLUMNS))
    found.add("PR585", _("表头不对"), _line(source, 1), help=said)
    return False


def _is_sound(row: FigureRow, found: Diagnostics) -> bool:
    section = row.cells["节"]
    if section not in SECTIONS:
        near = closest(section, SECTIONS)
        hint = _("是不是“{name}”？").format(name=near) if near else _("可用：{names}").format(names="、".join(SECTIONS))
        found.add("PR587", _("没有“{name}”这一节").format(name=section), row.span, help=hint)
        return False
    return True


def _line(source: SourceFile, number: int) -> Span:
    if not source.text:
        return Span(source, 0, 0)
    start = source.line_starts[number - 1]
    return Span(source, start, start + len(source.line(number)))


def compare_figures(policy: Policy, table: tuple[FigureRow, ...]) -> Iterator[FigureFailure]:
    """Where the table and the policy disagree: in the table's order, then what the table lacks."""
    wanted = {row.key: row for row in table}
    shown = {figure.key: figure for figure in figures_of(policy)}
    for key, row in wanted.items():
        if key in shown:
            yield from _differences(row, shown[key])
        else:
            yield FigureFailure(row.span, _name(key), _("政策里没有这个数"))
    lacking = [figure for key, figure in shown.items() if key not in wanted]
    if lacking:
        places = _places(policy)
        for figure in lacking:
            said = _("政策里是“{value}”，{file} 里没有").format(value=_text(figure.value), file=FILE)
            at = places.at(*figure.path) if places else None
            yield FigureFailure(at or _nowhere(policy), _name(figure.key), said)


def _differences(row: FigureRow, figure: Figure) -> Iterator[FigureFailure]:
    texts = {"约束": figure.bound, "单位": figure.unit, "来源状态": figure.status}
    wrong = [(column, row.cells[column], text) for column, text in texts.items() if row.cells[column] != text]
    if not _is_value(row.cells["值"], figure.value):
        wrong.insert(0, ("值", row.cells["值"], _text(figure.value)))
    for column, expected, got in wrong:
        said = _("{column}应为“{expected}”，政策里是“{got}”").format(column=column, expected=expected, got=got)
        yield FigureFailure(row.span, _name(figure.key), said)


def _is_value(text: str, value: Fraction | date) -> bool:
    """Whether a cell says a value, in any spelling that a record may use for a day, and with or without 1,000s."""
    if isinstance(value, date):
        return read_as("date", RawCell(text), value) == value
    try:
        return Fraction(text.replace(",", "")) == value
    except (ValueError, ZeroDivisionError):
        return False


def _text(value: Fraction | date) -> str:
    return value.isoformat() if isinstance(value, date) else quantity_text(value)


def _name(key: tuple[str, ...]) -> str:
    return " ".join(part for part in key if part)


def _places(policy: Policy) -> Places | None:
    """Where things stand in the policy file, read again: the checked policy no longer knows it of figures."""
    source = read_source(Path(policy.path), Diagnostics())
    root = None if source is None else read_yaml(source, Diagnostics())
    return None if root is None or source is None else Places(PolicySource(root=root, file=source))


def _nowhere(policy: Policy) -> Span:
    """The beginning of a policy file that can no longer be read."""
    return Span(SourceFile(policy.path, ""), 0, 0)
