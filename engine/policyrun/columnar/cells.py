"""How a cell becomes a value in SQL: what ``ir.cells`` says, over a whole column.

A column goes through layers, each a select over the one before, so that no text stands twice in a query:

1. ``raw``, what stands ``beside`` it and, in DuckDB, ``quick``: the value of cells that are spelled most plainly, in
   ``quick:<column>``, worked out from columns ``before``, if any; of enumerations the place of the member, in
   ``place:<column>``, of ID numbers the number in ``number:<column>``, and that is all there is to them;
2. ``text``: of the others the trimmed text, null for a blank; a column that the relation holds typed may stay so;
3. ``narrow``: full-width characters as half-width ones, in the types that read them so;
4. ``helpers``: columns that a value is worked out from, if any;
5. ``value``: null where the cell is blank or does not type; the text of layer 3 stays beside it as ``text:<column>``;
6. ``wrong``, ``wide`` and ``allowed``: of the value and that text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from policyrun.columnar import cells_date, cells_id, cells_number, cells_word
from policyrun.columnar.cells_id_number import id_number, id_parts, id_text, number_of
from policyrun.columnar.cells_quick import quick_date, quick_number
from policyrun.columnar.cells_text import half_width, is_blank, trimmed
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import (
    Sql,
    boolean,
    both,
    call,
    cases,
    cast,
    column,
    either,
    equal,
    is_null,
    negated,
    not_null,
    text,
)
from policyrun.columnar.listed import looked_up, place_of
from policyrun.ir.policy import Field
from policyrun.model.raw import CellKind
from policyrun.model.relation import RawColumn, RawType
from policyrun.model.vocabulary import Enumeration

_TYPES = {"serial": "BIGINT", "int": "BIGINT", "money": "BIGINT", "date": "DATE", "bool": "BOOLEAN"}
#: Types of which one spelling is quicker than others.
_QUICK = {"id_card", "serial", "int", "money", "date", "bool", "enum"}
#: Types of which the quick value is all there is to a cell, and what the column of a cell's is called.
_AT_ONCE: Mapping[str, Callable[[str], str]] = {"enum": place_of, "id_card": number_of}
_SHOWS_BLANKS = (("text", True), *((cell, False) for cell in _AT_ONCE))
_STAY_TYPED = {
    RawType.DATE: {"date"},
    RawType.WHOLE: {*cells_number.UNITS},
    RawType.MONEY: {"money"},
    RawType.BOOL: {"bool"},
}


@dataclass(frozen=True, slots=True)
class CellColumn:
    """A field and the column that holds its cells; None: no file has one.

    Attributes:
        as_of: 基准日; a birth date after it is invalid.
        is_brief: for few rows the SQL is short rather than fast, since reading it takes longest.
    """

    field: Field
    column: RawColumn | None
    as_of: date
    dialect: Dialect
    is_brief: bool = False

    @property
    def has_kind(self) -> bool:
        return self.column is not None and self.column.has_kind

    @property
    def kind_column(self) -> str:
        return f"{self.field.name}#kind"

    @property
    def quick_column(self) -> str:
        name = self.field.name
        return _AT_ONCE[self.field.cell](name) if self._is_at_once else f"quick:{name}"

    @property
    def text_column(self) -> str:
        return f"text:{self.field.name}"

    @property
    def keeps_text(self) -> bool:
        """Whether layer 6 asks for the text of a cell without a value."""
        optional = not self.field.required and self.field.cell != "text" and not self._always_types
        optional = optional and not self._is_at_once
        return self.column is not None and (self._may_be_wide or optional)

    # --------------------------------------------------------------------------------------------------- the layers

    def raw(self) -> Sql:
        """Layer 1, over the relation of raw cells."""
        if self.column is None:
            return cast(exp.Null(), exp.DataType.build(_TYPES.get(self.field.cell, "TEXT")))
        return self._own

    def before(self) -> list[dict[str, Sql]]:
        """Layers of columns over the relation of raw cells that ``quick`` reads."""
        if self.field.cell != "id_card" or not self._may_be_quick:
            return []
        return id_parts(self.field.name, self._own, self.dialect)

    def beside(self) -> dict[str, Sql]:
        """Columns over the relation of raw cells and ``before``, beside the cell."""
        blank = {self._blank: is_blank(self._own, self.dialect)} if self._shows_blanks else {}
        return blank | {f"{part}:{self.field.name}": column(f"{part}:{self.field.name}") for part in self._parts}

    def parts(self) -> dict[str, Sql]:
        """Layer 5: what a value is made of, for functions that would take it apart again.

        Without a value the quick column is null, and nobody asks for others.
        """
        names = [self.quick_column] if self._is_at_once else []
        names += [f"{part}:{self.field.name}" for part in self._parts if part != "spelled"]
        return {name: column(name) for name in names}

    def quick(self) -> Sql | None:
        """Layer 1; None where no spelling is quicker than others."""
        if not self._is_quick:
            return None
        match self.field.cell:
            case "id_card":
                return id_number(self.field.name, self.as_of)
            case "serial" | "int" | "money":
                return quick_number(self._own, self._units)
            case "date":
                return quick_date(self._own)
            case "bool":
                return cells_word.yes_or_no(self._own)
            case "enum":
                return cells_word.place_at_once(self._own, self._enumeration, self.dialect)
            case _:
                return None

    def text(self) -> Sql:
        """Layer 2."""
        if self.column is None or self._stays_typed or self._is_at_once:
            return self._own
        whole_text = raw_text(self.column, self.dialect, is_brief=self.is_brief)
        return whole_text if not self._is_quick else cases([(is_null(column(self.quick_column)), whole_text)])

    def narrow(self) -> Sql | None:
        """Layer 3; None where the text stays as it is."""
        if not self._is_read or self._is_at_once:
            return None
        match self.field.cell:
            case "serial" | "int" | "money":
                return half_width(self._own, cells_number.ALPHABET, self.dialect)
            case "date":
                return half_width(self._own, cells_date.ALPHABET, self.dialect)
            case "id_card":
                return half_width(self._own, cells_id.ALPHABET, self.dialect)
            case "bool":
                return cells_word.narrow_bool(self._own, self.dialect)
            case "enum":
                return cells_word.narrow_member(self._own, self._enumeration, self.dialect)
            case _:
                return None

    def helpers(self) -> list[dict[str, Sql]]:
        """Layer 4, which may be layers of their own, by the names of their columns."""
        if self._is_read and self.field.cell == "date":
            return cells_date.helpers(self.field.name, self._own, self._is(CellKind.DATE), self.dialect)
        if self._is_read and self.field.cell == "id_card" and not self._is_at_once:
            return cells_id.helpers(self.field.name, self._own, self.dialect)
        return []

    def value(self) -> Sql:
        """Layer 5."""
        if self._is_at_once:
            return id_text(self.field.name, self._own) if self.field.cell == "id_card" else self._member()
        general = self._general()
        return general if not self._is_quick else call("COALESCE", column(self.quick_column), general)

    def _member(self) -> Sql:
        return looked_up(self._enumeration.members, column(self.quick_column))

    def _general(self) -> Sql:
        """The value that the text of layer 3 names."""
        name, own = self.field.name, self._own
        match self.field.cell:
            case _ if self.column is None:
                return own
            case "money" if self._holds(RawType.MONEY):
                return cells_number.held_money(own)
            case "serial" | "int" | "money" if self._stays_typed:
                return cells_number.held(own, self._units)
            case "serial" | "int" | "money":
                return cells_number.number(own, self._units, self.dialect)
            case "date" if self._stays_typed:
                return cells_date.held(own)
            case "date":
                return cells_date.value(name, own, self._is(CellKind.DATE), self.dialect)
            case "id_card":
                sound = cells_id.value(name, own, self.as_of, self.dialect)
                return cases([(self._is(CellKind.NUMBER), exp.Null())], sound)
            case "bool" if not self._stays_typed:
                return cells_word.yes_or_no(own)
            case "enum":
                return cells_word.member(own, self._enumeration)
            case _:
                return own

    def wrong(self) -> Sql:
        """Layer 6: whether the cell does not type; never null."""
        if self.column is None:
            return boolean(self.field.required)
        if self._is_at_once:
            unnamed = is_null(column(self.quick_column))
            return unnamed if self.field.required else both([unnamed, negated(column(self._blank))])
        missing = column(self._blank) if self._shows_blanks else is_null(self._own)
        if self._always_types:
            return missing if self.field.required else boolean(False)
        conditions = [missing] if self.field.required else [missing, self._holds_something]
        if self._is_number:
            conditions.append(negated(self._is_written))
        beyond = both([not_null(self._own), either(self._beyond)]) if self._beyond else boolean(False)
        return either([both(conditions), beyond])

    def wide(self) -> Sql:
        """Layer 6: whether the cell is a number too large for the arithmetic of plans; never null."""
        if not self._may_be_wide or self.column is None:
            return boolean(False)
        if self._stays_typed:
            return self._is_written  # what is in bounds has a value
        return both([is_null(self._own), self._is_written])

    def allowed(self) -> Sql:
        """Layer 6: the value, null where it is out of the bounds of its field."""
        beyond = self._beyond
        return cases([(either(beyond), exp.Null())], self._own) if beyond else self._own

    # ------------------------------------------------------------------------------------------------------- details

    @property
    def _own(self) -> Sql:
        return column(self.field.name)

    @property
    def _may_be_quick(self) -> bool:
        plain = self.column is not None and self.column.type is RawType.TEXT and not self.column.has_kind
        return plain and not self.is_brief and self.dialect.name == "duckdb"

    @property
    def _is_quick(self) -> bool:
        return self._may_be_quick and self.field.cell in _QUICK

    @property
    def _parts(self) -> tuple[str, ...]:
        """What stands beside an ID number, in columns such as ``born:<column>``."""
        return ("born", "odd", "spelled") if self._may_be_quick and self.field.cell == "id_card" else ()

    @property
    def _is_at_once(self) -> bool:
        """Whether the quick value is all there is to the cell."""
        return self._may_be_quick and self.field.cell in _AT_ONCE

    @property
    def _shows_blanks(self) -> bool:
        """Whether a column says of a text whether it is blank, which is quicker than to trim it."""
        return self._may_be_quick and (self.field.cell, self.field.required) in _SHOWS_BLANKS

    @property
    def _blank(self) -> str:
        return f"blank:{self.field.name}"

    def _holds(self, type_: RawType) -> bool:
        return self.column is not None and self.column.type is type_

    @property
    def _stays_typed(self) -> bool:
        return self.column is not None and self.field.cell in _STAY_TYPED.get(self.column.type, ())

    @property
    def _always_types(self) -> bool:
        """Whether the relation holds nothing but values of the type."""
        return self._stays_typed and self.field.cell == "bool"

    @property
    def _is_read(self) -> bool:
        """Whether layer 2 gives a text that is still to be read."""
        return self.column is not None and not self._stays_typed

    @property
    def _is_number(self) -> bool:
        return self.field.cell in cells_number.UNITS

    @property
    def _may_be_wide(self) -> bool:
        """Whether a cell may be a number that the arithmetic of plans has no room for, and yet be within bounds."""
        has_room = self.field.most is not None and self.field.most < 10**cells_number.ROOMY_DIGITS
        return self._is_number and not has_room and not self._holds(RawType.MONEY)

    @property
    def _units(self) -> int:
        return cells_number.UNITS[self.field.cell]

    @property
    def _enumeration(self) -> Enumeration:
        if self.field.enumeration is None:
            raise ValueError("an enum field without its vocabulary")
        return self.field.enumeration

    def _is(self, kind: CellKind) -> Sql:
        """Whether the file held the cell as a kind; never null."""
        return is_kind(self.kind_column, kind) if self.has_kind else boolean(False)

    @property
    def _holds_something(self) -> Sql:
        """Whether a cell without a value is no blank; never null."""
        written = boolean(False) if self.field.cell == "text" else not_null(column(self.text_column))
        return either([self._is(CellKind.ERROR), written])

    @property
    def _is_written(self) -> Sql:
        """Of a number that has no value here, whether the reference has one for it."""
        if not self._may_be_wide:
            return boolean(False)
        written = column(self.text_column)
        if self._stays_typed:
            is_number = cells_number.is_wide(written)
        else:
            is_number = cells_number.is_written(written, self._units, self.dialect)
        return both([not_null(written), is_number])

    @property
    def _beyond(self) -> list[Sql]:
        """Conditions of which one holds for a value out of the field's bounds."""
        if not self._is_number:
            return []
        return cells_number.beyond(self._own, self._units, self.field.least, self.field.most)


def written_text(raw: RawColumn, dialect: Dialect, *, is_brief: bool = False) -> Sql:
    """The trimmed text of a raw cell, null for a blank."""
    cell = column(raw.name)
    return trimmed(cell, dialect, is_brief=is_brief) if raw.type is RawType.TEXT else dialect.as_text(cell)


def raw_text(raw: RawColumn, dialect: Dialect, *, is_brief: bool = False) -> Sql:
    """The trimmed text of a raw cell, null for a blank and for a spreadsheet error."""
    whole_text = written_text(raw, dialect, is_brief=is_brief)
    if not raw.has_kind:
        return whole_text
    return cases([(is_kind(raw.kind_column, CellKind.ERROR), exp.Null())], whole_text)


def is_kind(kind_column: str, kind: CellKind) -> Sql:
    kinds = column(kind_column)
    return both([not_null(kinds), equal(kinds, text(kind.value))])
