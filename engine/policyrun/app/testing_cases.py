"""Case files: what a policy is expected to say about records made up for the purpose.

A case file is YAML beside the policy, in ``cases/``. Its rows are a ``base`` record and what each case changes of it::

    title: 三个月窗口
    scheme: 职业培训补贴
    as_of: 2023-12-31
    base: {身份证号码: 甲, 培训结束日期: 2023-06-30}
    cases:
      - {title: 窗口最后一天, given: {就业日期: 2023-09-30}, expect: {补贴金额: 1000.00}}
      - title: 一人两行
        rows:
          - {given: {项目等级: 三级}, expect: {结论: 准予}}
          - {given: {项目等级: 三级}, expect: {原因代码: "LIMIT:同职业同等级"}}
    grid:
      given: [证书类型, 新职业]
      expect: [结论, 补贴金额]
      rows: [[职业资格证书, 否, 准予, 800.00]]

Rows of other schemes than the file's start from ``bases``, a record by scheme::

    bases:
      鉴定补贴: {身份证号码: 甲, 职业工种: 焊工}

Each case and each row of a grid is a run of its own; ``rows`` of one case are one run. A case may give its own
``as_of``, ``known_on``, ``readings``, ``with``, ``lists``, ``history`` and ``exceptions``. An ID column takes a name
from ``persons`` or one of 甲乙丙丁戊己庚辛, who were born on 1 January 1990. A file about one version of the policy
says which: ``version: 1``; one about several, ``version: [2, 3]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from policyrun.app.sample_persons import person_id
from policyrun.check.scalars import read_date
from policyrun.check.shape import entries_at, mappings_at, scalar_at, scalars_at, text_at
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.files import read_source
from policyrun.source.messages import _
from policyrun.source.suggest import closest
from policyrun.source.text import Span
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Node, Scalar
from policyrun.syntax.yaml_reader import read_yaml

#: Keys that a file and each of its cases may have.
_SETTINGS = ("title", "cite", "scheme", "as_of", "known_on", "readings", "with", "lists", "history", "exceptions")
_FILE_KEYS = (*_SETTINGS, "version", "persons", "base", "bases", "cases", "grid")
_CASE_KEYS = (*_SETTINGS, "given", "expect", "rows")
_ROW_KEYS = ("title", "scheme", "given", "expect")
_GRID_KEYS = ("given", "expect", "rows")

#: People that every case file knows.
KNOWN_PERSONS = {name: person_id(date(1990, 1, 1), place, True) for place, name in enumerate("甲乙丙丁戊己庚辛")}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A record and what is expected of it.

    Attributes:
        given: cells by column.
        expect: result column → the text expected.
        span: where the row stands in the case file.
    """

    title: str
    scheme: str
    given: Mapping[str, str]
    expect: Mapping[str, str]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One run: its rows and what it is told beside them.

    Attributes:
        versions: the versions of the policy it is about; none: every version.
        overlays: overlay files, as written, relative to the policy's folder.
        lists: list name → the names on it.
        history, exceptions: cells by column, one mapping per row.
        persons: names that stand for ID numbers.
    """

    title: str
    rows: tuple[CaseRow, ...]
    versions: frozenset[str] = frozenset()
    as_of: date | None = None
    known_on: date | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    overlays: tuple[str, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    history: tuple[Mapping[str, str], ...] = ()
    exceptions: tuple[Mapping[str, str], ...] = ()
    persons: Mapping[str, str] = field(default_factory=dict)
    span: Span

    def is_about(self, version: int) -> bool:
        return not self.versions or str(version) in self.versions


def read_cases(folder: Path, found: Diagnostics) -> list[Case]:
    """The cases of every file in a policy's ``cases`` folder, in name order."""
    return [case for path in sorted(folder.glob("*.yaml")) for case in read_case_file(path, found)]


def read_case_file(path: Path, found: Diagnostics) -> list[Case]:
    source = read_source(path, found)
    root = None if source is None else read_yaml(source, found)
    if root is None:
        return []
    check_keys(root, _FILE_KEYS, found)
    _check_versions(root, path.parent.parent, found)
    persons = {**KNOWN_PERSONS, **_persons(root, found)}
    cases = [_case(root, node, persons, found) for node in mappings_at(root, "cases")]
    cases += _grid_cases(root, persons, found)
    if not cases:
        found.add("PR571", _("文件里没有一个例子"), root.span.within(0, 1), help=_("写上 cases 或 grid"))
    return cases


def _base(root: nodes.Mapping, scheme: str) -> dict[str, str]:
    """The record that the rows of a scheme start from: its own of ``bases``, else ``base``."""
    bases = root.get("bases")
    own = isinstance(bases, nodes.Mapping) and bases.get(scheme) is not None
    return _texts(bases, scheme) if own else _texts(root, "base")


def _case(root: nodes.Mapping, node: nodes.Mapping, persons: Mapping[str, str], found: Diagnostics) -> Case:
    check_keys(node, _CASE_KEYS, found)
    named = text_at(node, "scheme") or text_at(root, "scheme")
    parts = mappings_at(node, "rows") or (node,)
    rows = []
    for part in parts:
        if part is not node:
            check_keys(part, _ROW_KEYS, found)
        scheme = text_at(part, "scheme") or named
        rows.append(
            CaseRow(
                title=text_at(part, "title"),
                scheme=scheme,
                given={**_base(root, scheme), **_texts(node, "given"), **_texts(part, "given")},
                expect=_texts(part, "expect"),
                span=_start(part),
            )
        )
    return _settled(root, node, text_at(node, "title"), tuple(rows), persons, found)


def _grid_cases(root: nodes.Mapping, persons: Mapping[str, str], found: Diagnostics) -> Iterator[Case]:
    """One case per row of the grid; its title is the row itself."""
    grid = root.get("grid")
    if not isinstance(grid, nodes.Mapping):
        return
    check_keys(grid, _GRID_KEYS, found)
    given = [scalar.text for scalar in scalars_at(grid, "given")]
    expect = [scalar.text for scalar in scalars_at(grid, "expect")]
    rows = grid.get("rows")
    for line in rows if isinstance(rows, nodes.Sequence) else ():
        cells = [item.text for item in line if isinstance(item, Scalar)] if isinstance(line, nodes.Sequence) else []
        if len(cells) != len(given) + len(expect):
            found.add(
                "PR572",
                _("这一行有 {got} 格，应有 {wanted} 格").format(got=len(cells), wanted=len(given) + len(expect)),
                line.span,
                help=_('先是 given 的各列，再是 expect 的各列；空格写成 ""'),
            )
            continue
        scheme = text_at(root, "scheme")
        row = CaseRow(
            title=" ".join(cells[: len(given)]),
            scheme=scheme,
            given={**_base(root, scheme), **dict(zip(given, cells, strict=False))},
            expect=dict(zip(expect, cells[len(given) :], strict=True)),
            span=line.span,
        )
        yield _settled(root, root, row.title, (row,), persons, found)


def _settled(
    root: nodes.Mapping,
    node: nodes.Mapping,
    title: str,
    rows: tuple[CaseRow, ...],
    persons: Mapping[str, str],
    found: Diagnostics,
) -> Case:
    """A case with what the file says for all and the case for itself."""
    return Case(
        title=title,
        rows=rows,
        versions=frozenset(scalar.text for scalar in scalars_at(root, "version")),
        as_of=read_date(scalar_at(node, "as_of") or scalar_at(root, "as_of"), found),
        known_on=read_date(scalar_at(node, "known_on") or scalar_at(root, "known_on"), found),
        readings={**_texts(root, "readings"), **_texts(node, "readings")},
        overlays=tuple(scalar.text for scalar in scalars_at(node, "with") or scalars_at(root, "with")),
        lists={**_lists(root), **_lists(node)},
        history=_records(node, "history") or _records(root, "history"),
        exceptions=_records(node, "exceptions") or _records(root, "exceptions"),
        persons=persons,
        span=_start(node),
    )


def _start(node: Node) -> Span:
    """The first character of a node: enough to point at its line."""
    return node.span.within(0, 1)


def _texts(node: Node | None, key: str) -> dict[str, str]:
    """A mapping of texts; a blank value is a blank cell."""
    return {name.text: value.text for name, value in entries_at(node, key) if isinstance(value, Scalar)}


def _records(node: nodes.Mapping, key: str) -> tuple[Mapping[str, str], ...]:
    return tuple(
        {name.text: value.text for name, value in entry if isinstance(value, Scalar)}
        for entry in mappings_at(node, key)
    )


def _lists(node: nodes.Mapping) -> dict[str, tuple[str, ...]]:
    inner = node.get("lists")
    return {name.text: tuple(one.text for one in scalars_at(inner, name.text)) for name, _ in entries_at(node, "lists")}


def _persons(root: nodes.Mapping, found: Diagnostics) -> dict[str, str]:
    """Named people, written as ``老张: 1970-01-01 男``."""
    people: dict[str, str] = {}
    for place, (name, value) in enumerate(entries_at(root, "persons")):
        day, _blank, sex = value.text.partition(" ") if isinstance(value, Scalar) else ("", "", "")
        try:
            birth = date.fromisoformat(day)
        except ValueError:
            birth = None
        if birth is None or sex not in ("男", "女"):
            found.add(
                "PR573",
                _("看不懂“{name}”是谁").format(name=name.text),
                value.span,
                help=_("写成出生日期、空格、男或女，如 1970-01-01 男"),
            )
            continue
        people[name.text] = person_id(birth, 100 + place, sex == "男")
    return people


def _check_versions(root: nodes.Mapping, folder: Path, found: Diagnostics) -> None:
    """Every version named is one: the cases of a slip of the pen would never be run."""
    known = {path.stem.removeprefix("v") for path in folder.glob("v*.yaml")}
    for scalar in scalars_at(root, "version"):
        if known and scalar.text not in known:
            names = "、".join(sorted(known, key=lambda name: (len(name), name)))
            message = _("没有版本“{version}”").format(version=scalar.text)
            found.add(
                "PR579", message, scalar.span, help=_("有：{names}").format(names=names), severity=Severity.WARNING
            )


def check_keys(node: nodes.Mapping, known: tuple[str, ...], found: Diagnostics) -> None:
    for key, _value in node:
        if key.text not in known:
            near = closest(key.text, known)
            found.add(
                "PR570",
                _("例子里没有“{key}”这一项").format(key=key.text),
                key.span,
                help=_("是不是“{name}”？").format(name=near)
                if near
                else _("可用：{names}").format(names="、".join(known)),
            )
