"""The words by which a policy names types: 金额, 是否, 课时, a vocabulary; and of columns 身份证, 序号."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policyrun.check.hints import did_you_mean
from policyrun.model.types import BOOL, DATE, DAYS, MONEY, MONTHS, NUMBER, RATIO, TEXT, Type, count_of, enum_of
from policyrun.model.vocabulary import Enumeration
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.syntax.nodes import Scalar

#: Units of counts that a policy may use as types.
UNITS = ("人", "人次", "课时", "月", "天", "年", "个", "名", "家", "场", "项")

_PLAIN: dict[str, Type] = {
    "金额": MONEY,
    "比率": RATIO,
    "数": NUMBER,
    "文本": TEXT,
    "是否": BOOL,
    "日期": DATE,
    "月期间": MONTHS,
    "日期间": DAYS,
}

#: Words for columns → key of ``ir.cells.CELL_TYPES`` and the type of the value.
_CELLS: dict[str, tuple[str, Type]] = {
    "序号": ("serial", NUMBER),
    "身份证": ("id_card", TEXT),
    "文本": ("text", TEXT),
    "日期": ("date", DATE),
    "金额": ("money", MONEY),
    "是否": ("bool", BOOL),
    "整数": ("int", NUMBER),
}


@dataclass(frozen=True, slots=True)
class CellWord:
    """What a column's type word means: the cell type, the value's type, the vocabulary of an enum cell."""

    cell: str
    type: Type
    enumeration: Enumeration | None = None


def type_of_enumeration(enumeration: Enumeration) -> Type:
    return enum_of(enumeration.name, enumeration.members)


def type_word(scalar: Scalar, enumerations: Mapping[str, Enumeration], found: Diagnostics) -> Type | None:
    """The type named for a parameter or a decision."""
    word = scalar.text
    if word in _PLAIN:
        return _PLAIN[word]
    if word in UNITS:
        return count_of(word)
    if word in enumerations:
        return type_of_enumeration(enumerations[word])
    _unknown(scalar, word, (*_PLAIN, *UNITS, *enumerations), found)
    return None


def cell_word(
    scalar: Scalar, word: str, enumerations: Mapping[str, Enumeration], found: Diagnostics
) -> CellWord | None:
    """The cell type named for a column; ``word`` is the scalar's text without its mark."""
    if word in _CELLS:
        return CellWord(*_CELLS[word])
    if word in UNITS:
        return CellWord("int", count_of(word))
    if word in enumerations:
        enumeration = enumerations[word]
        return CellWord("enum", type_of_enumeration(enumeration), enumeration)
    _unknown(scalar, word, (*_CELLS, *UNITS, *enumerations), found)
    return None


def _unknown(scalar: Scalar, word: str, known: tuple[str, ...], found: Diagnostics) -> None:
    found.add(
        "PR224",
        _("没有类型“{word}”").format(word=word),
        scalar.span,
        help=did_you_mean(word, known) or _("类型是金额、日期、是否等词，计数的单位，或 vocabulary 中的词汇"),
    )
