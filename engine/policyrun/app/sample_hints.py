"""What synthetic records of a policy should look like: the ``sample.yaml`` beside it.

Each scheme, or form, has a ``share`` of the rows, how its ``columns`` are filled where the type alone does not say, a
``typical`` record that meets every rule, and ``patterns``: rows made from the typical one that always appear::

    as_of: 2023-10-15
    schemes:
      职业培训补贴:
        share: 3
        columns:
          人员类别: {weights: {企业职工: 3, 两后生: 1}}
          补贴标准: {values: [800, 1000], blank: 2%}
          培训结束日期: {from: 2023-04-10, to: 2023-09-20}
          发证时间: {near: 培训结束日期, days: [1, 20]}
          户籍地: {same: 补贴申领地, values: [石家庄, 保定], blank: 5%}
        typical: {人员类别: 两后生}
        patterns:
          - {title: 未就业, rows: [{就业日期: ""}]}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from policyrun.check.scalars import read_date
from policyrun.check.shape import entries_at, mappings_at, named_mappings, scalar_at, scalars_at, text_at
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.files import read_source
from policyrun.source.messages import _
from policyrun.source.suggest import closest
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar
from policyrun.syntax.yaml_reader import read_yaml

#: First and last birth date of people, where the hints do not say.
BORN = (date(1966, 1, 1), date(2004, 12, 31))

_FILE_KEYS = ("as_of", "born", "schemes")
_SCHEME_KEYS = ("share", "invalid", "columns", "typical", "patterns")
_COLUMN_KEYS = ("blank", "values", "weights", "from", "to", "near", "days", "same")
_PATTERN_KEYS = ("title", "rows")
_PERCENT = re.compile(r"(\d{1,2}|100)%", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnHint:
    """How to fill a column; the first of these that is given holds.

    Attributes:
        blank: how many cells in a hundred are blank; None: as the type has it.
        same: a column whose cell is repeated, nine times in ten.
        near: a date column; ``days``: how many days after it, at least and at most.
        values: what to choose from, with ``weights``.
        first, last: bounds of a date or a whole number, as written.
    """

    blank: int | None = None
    same: str = ""
    near: str = ""
    days: tuple[int, int] = (0, 0)
    values: tuple[str, ...] = ()
    weights: tuple[int, ...] = ()
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Rows of one person that always appear: what each changes of the typical record."""

    title: str
    rows: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeHints:
    """How a scheme's rows are made.

    Attributes:
        share: its part of all rows, relative to the other schemes'.
        invalid: how many rows in a hundred have a cell that does not type.
    """

    share: int = 1
    invalid: int = 0
    columns: Mapping[str, ColumnHint] = field(default_factory=dict)
    typical: Mapping[str, str] = field(default_factory=dict)
    patterns: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What ``sample.yaml`` says; without the file, nothing but defaults.

    Attributes:
        as_of: the 基准日 the records are made for.
        born: first and last birth date of the people in them.
    """

    as_of: date | None = None
    born: tuple[date, date] = BORN
    schemes: Mapping[str, SchemeHints] = field(default_factory=dict)


def read_hints(path: Path, found: Diagnostics) -> Hints:
    """The hints of a file; a policy that has none gets records made from its types alone."""
    if not path.is_file():
        return Hints()
    source = read_source(path, found)
    root = None if source is None else read_yaml(source, found)
    if root is None:
        return Hints()
    _check_keys(root, _FILE_KEYS, found)
    born = root.get("born")
    first, last = (read_date(scalar_at(born, key), found) for key in ("from", "to"))
    return Hints(
        as_of=read_date(scalar_at(root, "as_of"), found),
        born=(first or BORN[0], last or BORN[1]),
        schemes={name.text: _scheme(node, found) for name, node in named_mappings(root, "schemes")},
    )


def _scheme(node: nodes.Mapping, found: Diagnostics) -> SchemeHints:
    _check_keys(node, _SCHEME_KEYS, found)
    return SchemeHints(
        share=_whole(scalar_at(node, "share"), 1, found),
        invalid=_percent(scalar_at(node, "invalid"), found) or 0,
        columns={name.text: _column(hint, found) for name, hint in named_mappings(node, "columns")},
        typical=_texts(node.get("typical")),
        patterns=tuple(_pattern(pattern, found) for pattern in mappings_at(node, "patterns")),
    )


def _column(node: nodes.Mapping, found: Diagnostics) -> ColumnHint:
    _check_keys(node, _COLUMN_KEYS, found)
    weighted = entries_at(node, "weights")
    values = tuple(name.text for name, _weight in weighted) or tuple(one.text for one in scalars_at(node, "values"))
    weights = [_whole(weight, 1, found) for _name, weight in weighted if isinstance(weight, Scalar)]
    days = [_whole(one, 0, found) for one in scalars_at(node, "days")]
    return ColumnHint(
        blank=_percent(scalar_at(node, "blank"), found),
        same=text_at(node, "same"),
        near=text_at(node, "near"),
        days=(days[0], days[-1]) if days else (0, 0),
        values=values,
        weights=tuple(weights) or (1,) * len(values),
        first=text_at(node, "from"),
        last=text_at(node, "to"),
    )


def _pattern(node: nodes.Mapping, found: Diagnostics) -> Pattern:
    _check_keys(node, _PATTERN_KEYS, found)
    return Pattern(text_at(node, "title"), tuple(_texts(row) for row in mappings_at(node, "rows")))


def _texts(node: nodes.Node | None) -> dict[str, str]:
    if not isinstance(node, nodes.Mapping):
        return {}
    return {name.text: value.text for name, value in node if isinstance(value, Scalar)}


def _percent(scalar: Scalar | None, found: Diagnostics) -> int | None:
    if scalar is None:
        return None
    written = _PERCENT.fullmatch(scalar.text)
    if written is None:
        found.add(
            "PR581",
            _("“{text}”不是整百分数").format(text=scalar.text),
            scalar.span,
            help=_("写成 0% 到 100%，如 5%"),
        )
        return None
    return int(written[1])


def _whole(scalar: Scalar | None, default: int, found: Diagnostics) -> int:
    if scalar is None:
        return default
    if not _WHOLE.fullmatch(scalar.text):
        found.add("PR582", _("“{text}”不是整数").format(text=scalar.text), scalar.span, help=_("只写数字"))
        return default
    return int(scalar.text)


def _check_keys(node: nodes.Mapping, known: tuple[str, ...], found: Diagnostics) -> None:
    for key, _value in node:
        if key.text not in known:
            near = closest(key.text, known)
            found.add(
                "PR580",
                _("样例说明里没有“{key}”这一项").format(key=key.text),
                key.span,
                help=_("是不是“{name}”？").format(name=near)
                if near
                else _("可用：{names}").format(names="、".join(known)),
            )
