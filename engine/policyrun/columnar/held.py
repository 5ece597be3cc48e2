"""How verdicts are stored: narrowly, for there is one for every row.

What is the same of every row is not stored, 序号 as a number where the relation holds numbers, and texts of which there
are few as an enumeration, where a dialect has them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import UNSETTLED, Sql, constant, is_nothing, text
from policyrun.columnar.layers import Layers
from policyrun.columnar.records import SERIAL_NUMBER
from policyrun.columnar.tables import of

#: The name of judged rows in queries over them and others.
JUDGED = "判"
#: Columns of few texts, and such that are stored whatever they are.
_OF_FEW_TEXTS = ("payee", "fund")
_ALWAYS = ("why", "amount")
#: So many texts are few.
_FEW = 200


@dataclass(frozen=True, slots=True)
class Held:
    """The columns of a scheme's stored verdicts.

    Attributes:
        serial: the column that holds 序号.
        constants: the columns that are not stored, and what they are.
        texts: the columns that are an enumeration, and its texts.
        greatest: how far from 0 columns go of whole numbers, whatever their sign.
    """

    serial: str
    constants: Mapping[str, Sql]
    texts: Mapping[str, tuple[str, ...]]
    greatest: Mapping[str, int]
    dialect: Dialect

    def with_texts(self, texts: Mapping[str, Collection[str] | None]) -> Held:
        """With columns beside those of verdicts that hold these texts; None: nobody knows which."""
        return replace(self, texts={**self.texts, **_few(texts)})

    def enumerated(self, columns: Mapping[str, Sql], layers: Layers) -> dict[str, Sql]:
        """The same columns, those of few texts as enumerations."""
        return {**columns, **{name: layers.enumerated(columns[name], texts) for name, texts in self.texts.items()}}

    def stored(self, columns: Mapping[str, Sql]) -> dict[str, Sql]:
        """The columns to store, of verdicts and what else is given."""
        kept = {name: value for name, value in columns.items() if name not in self.constants}
        return kept | {
            name: self.dialect.narrow(kept[name], most) for name, most in self.greatest.items() if name in kept
        }

    def judged(self, name: str) -> Sql:
        """A column of a verdict, in queries over ``JUDGED``."""
        if name in self.constants:
            return self.constants[name]
        value = of(JUDGED, name)
        return self.dialect.as_text(value) if name in self.texts else value

    def serial_text(self, relation: str, name: str) -> Sql:
        """序号 as written, "" where there is none, from a column of a relation that holds it as verdicts do."""
        value = of(relation, name)
        if self.serial != SERIAL_NUMBER:
            return value
        return exp.Coalesce(this=self.dialect.as_text(value), expressions=[text("")])


def how_held(
    columns: Mapping[str, Sql], greatest: Mapping[str, int], layers: Layers, dialect: Dialect, *, numbered: bool
) -> Held:
    """How the verdicts of a scheme are stored.

    Args:
        columns: of verdicts, shares counted in.
        greatest: as ``Held`` has it.
        layers: where they are bound.
        numbered: whether the relation holds 序号 as numbers.
    """
    constants = {name: value for name, value in columns.items() if name not in _ALWAYS and _is_constant(value)}
    texts = {name: layers.texts_of(columns[name]) for name in _OF_FEW_TEXTS if name not in constants}
    return Held(SERIAL_NUMBER if numbered else "serial_text", constants, _few(texts), greatest, dialect)


def _few(texts: Mapping[str, Collection[str] | None]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(each) for name, each in texts.items() if each and len(each) <= _FEW}


def _is_constant(value: Sql) -> bool:
    return constant(value) is not UNSETTLED or (isinstance(value, exp.Cast) and is_nothing(value.this))
