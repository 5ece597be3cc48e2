"""The columns that records declare, before any expression is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from policyrun.check.hints import did_you_mean
from policyrun.check.names import Names, Noun
from policyrun.check.scalars import read_number
from policyrun.check.shape import entries_at, flag_at, named_mappings, scalar_at, text_at
from policyrun.check.typewords import CellWord, cell_word
from policyrun.model.types import Kind
from policyrun.model.vocabulary import Enumeration
from policyrun.source.diagnostic import Diagnostics, Label
from policyrun.source.messages import _
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar

REQUIRED, OPTIONAL = "!", "?"
GROUPS = "groups"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDeclared:
    """A column as written: all of a ``Field`` but the expression for its blank, of which this has the text.

    Attributes:
        called: what expressions call it; another word than its name where that cannot stand in one.
        node: the whole of what is written, where its region and its grounds are.
    """

    name: Scalar
    word: CellWord
    required: bool
    blank: Scalar | None = None
    meaning: str = ""
    least: Fraction | None = None
    most: Fraction | None = None
    note: str = ""
    called: str
    absent_unknown: bool = False
    group: bool = False
    node: nodes.Node


@dataclass(frozen=True, slots=True)
class RecordDeclared:
    """A record as written: its columns by name, and the rules among its cells."""

    name: Scalar
    columns: Mapping[str, ColumnDeclared]
    checks: tuple[tuple[Scalar, nodes.Mapping], ...] = ()

    def called(self, word: str) -> ColumnDeclared | None:
        """The column that expressions call by a word."""
        column = self.columns.get(word)
        if column is not None and column.called == word:
            return column
        return next((column for column in self.columns.values() if column.called == word), None)


def declare_records(
    root: nodes.Mapping, enumerations: Mapping[str, Enumeration], names: Names, found: Diagnostics
) -> dict[str, RecordDeclared]:
    """Read the records of a policy and give their columns' names a meaning."""
    groups = dict(_groups(root))
    records: dict[str, RecordDeclared] = {}
    for name, node in entries_at(root, "records"):
        if name.text == GROUPS:
            continue
        columns: dict[str, ColumnDeclared] = {}
        for key, value in _written(node, groups, found):
            if key.text in columns:
                _repeated(key, columns[key.text].name, name, found)
                continue
            column = _column(key, value, enumerations, found)
            if column is None:
                names.lacks_type(text_at(value, "as", key.text))
                continue
            columns[key.text] = column
            names.declare(Noun.COLUMN, column.called, key.span)
            names.use_type(column.word.type)
        records[name.text] = RecordDeclared(name, columns, tuple(named_mappings(node, "checks")))
        names.declare_aside(Noun.RECORD, name.text, name.span)
        if records[name.text].checks:  # a form that is checked is used, though no scheme pays by it
            names.use(Noun.RECORD, name.text)
    return records


def _groups(root: nodes.Mapping) -> Iterator[tuple[str, nodes.Sequence]]:
    for name, node in entries_at(root.get("records"), GROUPS):
        if isinstance(node, nodes.Sequence):
            yield name.text, node


def _written(
    node: nodes.Node, groups: Mapping[str, nodes.Sequence], found: Diagnostics
) -> Iterator[tuple[Scalar, nodes.Node]]:
    """The columns of a record in order, its groups opened up."""
    if isinstance(node, nodes.Mapping):
        node = node.get("columns") or node
    if not isinstance(node, nodes.Sequence):
        return
    for item in node:
        if isinstance(item, nodes.Mapping):
            yield from item
        elif isinstance(item, Scalar) and item.text in groups:
            for inner in groups[item.text]:
                if isinstance(inner, nodes.Mapping):
                    yield from inner
        elif isinstance(item, Scalar):
            found.add(
                "PR225",
                _("没有列组“{name}”").format(name=item.text),
                item.span,
                help=did_you_mean(item.text, groups) or _("一列写成“列名: 类型!”或“列名: 类型?”"),
            )


def _column(
    key: Scalar, node: nodes.Node, enumerations: Mapping[str, Enumeration], found: Diagnostics
) -> ColumnDeclared | None:
    written = node if isinstance(node, Scalar) else scalar_at(node, "type")
    if written is None:
        return None
    if written.text[-1:] not in (REQUIRED, OPTIONAL):
        found.add(
            "PR340",
            _("列“{name}”没有说可不可以空着").format(name=key.text),
            written.span,
            help=_("类型后面加 !（必填）或 ?（可空），如 {word}?").format(word=written.text),
        )
        return None
    word = cell_word(written, written.text[:-1].strip(), enumerations, found)
    if word is None:
        return None
    column = ColumnDeclared(
        name=key,
        word=word,
        required=written.text.endswith(REQUIRED),
        blank=scalar_at(node, "blank"),
        meaning=text_at(node, "meaning"),
        least=read_number(scalar_at(node, "least"), found),
        most=read_number(scalar_at(node, "most"), found),
        note=text_at(node, "note"),
        called=text_at(node, "as", key.text),
        absent_unknown=scalar_at(node, "absent") is not None,
        group=flag_at(node, "group"),
        node=node,
    )
    _require_sense(column, written, found)
    return column


def _require_sense(column: ColumnDeclared, written: Scalar, found: Diagnostics) -> None:
    """The parts of a long form must agree with one another."""
    name = column.name.text
    if column.required and (column.blank is not None or column.meaning):
        found.add(
            "PR341",
            _("列“{name}”必填，却说了空着的意思").format(name=name),
            written.span,
            help=_("把 ! 改成 ?，或删去 blank 和 meaning"),
        )
    if column.required and column.absent_unknown:
        found.add(
            "PR460",
            _("列“{name}”必填，却说了没有这一列时怎样").format(name=name),
            written.span,
            help=_("把 ! 改成 ?，或删去 absent；没有必填列的文件不能用"),
        )
    if column.group and column.word.enumeration is None:
        found.add(
            "PR351",
            _("列“{name}”没有列出取值，不能按它分组").format(name=name),
            written.span,
            help=_("类型换成 vocabulary 里的词汇，或删去 group"),
        )
    bounded = column.least is not None or column.most is not None
    if bounded and column.word.type.kind is not Kind.NUMBER:
        found.add("PR346", _("列“{name}”不是数，不能有 least 和 most").format(name=name), written.span)
    elif column.least is not None and column.most is not None and column.least > column.most:
        found.add("PR343", _("列“{name}”的 least 大于 most").format(name=name), written.span)


def _repeated(second: Scalar, first: Scalar, record: Scalar, found: Diagnostics) -> None:
    found.add(
        "PR248",
        _("记录“{record}”有两列“{name}”").format(record=record.text, name=second.text),
        second.span,
        others=(Label(first.span, _("先在这里")),),
        help=_("删去一列；列组也算在内"),
    )
