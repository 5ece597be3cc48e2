"""From raw cells to typed columns, or to the column that does not type: ``interp.records`` as steps of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlglot import exp

from policyrun.columnar.cells import CellColumn, written_text
from policyrun.columnar.dated_lists import decided, deciding, list_steps
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import (
    Sql,
    boolean,
    both,
    call,
    cases,
    column,
    compare,
    either,
    is_null,
    not_null,
    text,
    whole,
)
from policyrun.columnar.form import faults, is_plain, looked_at, wrong_column
from policyrun.columnar.lowering import Lowering
from policyrun.columnar.plan import ROW, Step
from policyrun.columnar.tables import quoted, table
from policyrun.ir.nodes import Supplied
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.relation import RawColumn, RawRelation, RawType
from policyrun.model.settings import Settings

#: The column that says whether some number of a row is too large for the arithmetic of plans.
TOO_WIDE = "too_wide"
#: The column of judged rows that says whether some value is one that no plan can work out.
BEYOND = "beyond"
#: 序号 as a number, whatever it is worth as a cell.
SERIAL_NUMBER = "serial_number"


def typed_steps(
    policy: Policy, scheme: Scheme, data: RawRelation, settings: Settings, dialect: Dialect
) -> Sequence[Step]:
    """Steps whose last gives relation ``cells_name(scheme)``, one row per row of ``data``, with the columns

    * ``row_no``;
    * ``invalid``: the place in ``scheme.record.fields`` of the first column that does not type or breaks a rule of
      the form; null where the row is sound. 序号 that several rows share counts as a cell that does not type;
    * every field under its name, typed: numbers as integers (money as fen), null where blank or wrong; yes/no columns
      that a given list decides hold what the list says;
    * ``serial_text``: 序号 as written, "" where there is none;
    * ``SERIAL_NUMBER``: the same as a number, where the relation holds numbers;
    * ``number:<column>``, ``born:<column>`` and ``odd:<column>`` of an ID number, in DuckDB: the number as an integer
      (17 digits times 16, plus the check character), the birth date as one such as 19900131, and whether the digit is
      odd that tells the sex; the latter two mean something only where there is a number;
    * ``place:<column>`` of an enumeration, in DuckDB: the place of its text among the members, from 1;
    * ``name:<column>``: the trimmed text, of each column that is looked up in lists and is there;
    * ``payee_column(<column>)``: the text as written, of each column that names payees and is there: most rows have
      one payee of several, or none, so that it is trimmed once it is known which;
    * ``overruled:<column>``: whether the cell says otherwise than the list, of each column that a list decides;
    * ``lacking:<column>``: whether the row's file lacks the column, of each column that some file lacks;
    * ``too_wide``: whether some number is too large for the arithmetic of plans, in a cell or in a rule of the form.

    The relation is not kept: one pass over it gives the verdicts, and the columns that others ask for cost little.
    """
    return _Sheet(policy, scheme, data, settings, dialect).steps()


def payee_column(name: str) -> str:
    """The column of typed rows with the names of payees that stand in a column of files, as they are written."""
    return f"payee:{name}"


def cells_name(scheme: Scheme) -> str:
    """The relation of a scheme's typed rows."""
    return f"{scheme.name}_单元格"


def has_serial_numbers(data: RawRelation) -> bool:
    """Whether a relation holds 序号 as numbers."""
    serial = data.column(Supplied.SERIAL)
    return serial is not None and serial.type is RawType.WHOLE


def serials_query(
    policy: Policy, scheme: Scheme, data: RawRelation, settings: Settings, dialect: Dialect
) -> exp.Select | None:
    """序号 of the rows that have one, as numbers; None where no other row may have that of a row."""
    return _Sheet(policy, scheme, data, settings, dialect).serials()


def serials_bounds(data: RawRelation, serials: exp.Select) -> exp.Select:
    """The least and the greatest that may be among ``serials_query``, and how many there may be.

    Where files hold numbers, those of all rows, whatever they are worth as cells: files tell them without being read.
    """
    own = column(Supplied.SERIAL)
    figures = exp.select(exp.Min(this=own), exp.Max(this=own), exp.Count(this=own))
    return figures.from_(table(data.name) if has_serial_numbers(data) else _below(serials, "序号"), copy=False)


def repeated_name(scheme: Scheme) -> str:
    """The relation of the 序号 that several rows share."""
    return f"{scheme.name}_重号"


class _Sheet:
    """The columns of a scheme over the relation of its raw cells."""

    def __init__(self, policy: Policy, scheme: Scheme, data: RawRelation, settings: Settings, dialect: Dialect) -> None:
        self._policy = policy
        self._scheme = scheme
        self._settings = settings
        self._data = data
        self._dialect = dialect
        self._is_brief = data.is_short
        self._cells = [
            CellColumn(field, data.column(field.name), settings.as_of, dialect, self._is_brief)
            for field in scheme.record.fields
        ]
        self._serial = next((cell for cell in self._cells if cell.field.name == Supplied.SERIAL), None)
        self._keys = self._columns(reference.key for reference in policy.lists)
        self._payees = self._columns(scheme.payee.names.values() if scheme.payee else ())

    def _columns(self, names: Iterable[str]) -> list[RawColumn]:
        """Columns of the files, each once, of those that are there."""
        return [raw for name in dict.fromkeys(names) if (raw := self._data.column(name)) is not None]

    # ------------------------------------------------------------------------------------------------- shared 序号

    def serials(self) -> exp.Select | None:
        """序号 of the rows that have one, as numbers; None where no other row may have that of a row."""
        if self._serial is None or self._serial.column is None or self._data.serials_differ:
            return None
        own = self._serial.field.name
        numbers = selected(typed(self._data, [self._serial]), {own: self._serial.allowed()}, "取值")
        values = exp.select(column(own)).from_(_below(numbers, "序号"), copy=False)
        return values.where(not_null(column(own)), copy=False)

    def _repeated_serials(self) -> list[Step]:
        """序号 that more than one row has, whatever else stands in those rows."""
        values = self.serials()
        if values is None:
            return []
        twice = compare(exp.GT, exp.Count(this=exp.Star()), whole(1))
        query = values.group_by(*values.selects, copy=False).having(twice, copy=False)
        return [Step(repeated_name(self._scheme), query, "几行共用的序号，这些行都不合格", kept=True)]

    # ---------------------------------------------------------------------------------------------------- the cells

    def steps(self) -> list[Step]:
        """What gives the relation of typed rows."""
        name = self._scheme.name
        queries = [(f"{name}_逐格", self._typed(), "逐格读成值；invalid 是第一个不合格的列")]
        if not is_plain(self._scheme.record):
            before, query, _comment = queries[-1]
            queries.append((f"{name}_各格之间", self._checked(before, query), "各格之间的要求也算上"))
        lists = list(deciding(self._policy, self._scheme, self._settings).values())
        if lists:
            before, query, _comment = queries[-1]
            lowering = self._lowering(before, query)
            query = decided(self._scheme, lists, lowering, columns_of(query), self._settings)
            queries.append((before, query, "名单管的列以名单为准"))
        *earlier, (_before, last, comment) = queries
        steps = [Step(before, query, about) for before, query, about in earlier]
        steps += [step for one in lists for step in list_steps(self._scheme, one, self._settings.lists[one.name])]
        return [*self._repeated_serials(), *steps, Step(cells_name(self._scheme), last, comment)]

    def _typed(self) -> exp.Select:
        """Cells typed one by one."""
        beside: dict[str, Sql] = {ROW: column(ROW), "serial_text": self._serial_text()}
        beside |= {SERIAL_NUMBER: column(Supplied.SERIAL)} if has_serial_numbers(self._data) else {}
        beside |= {f"name:{raw.name}": written_text(raw, self._dialect, is_brief=self._is_brief) for raw in self._keys}
        beside |= {payee_column(raw.name): self._as_written(raw) for raw in self._payees}
        columns: dict[str, Sql] = {name: column(name) for name in beside}
        columns |= {cell.field.name: cell.allowed() for cell in self._cells}
        columns |= {name: column(name) for cell in self._cells for name in cell.parts()}
        columns |= self._lacking()
        columns[TOO_WIDE] = either(cell.wide() for cell in self._cells)
        columns["invalid"] = self._invalid()
        wrong = {cell.field.name: cell.wrong() for cell in self._cells}
        columns |= {wrong_column(name): wrong[name] for name in looked_at(self._scheme.record)}
        return selected(typed(self._data, self._cells, beside), columns, "取值")

    def _checked(self, source: str, query: exp.Select) -> exp.Select:
        """Typed cells and the rules of the form: the first column that does not type or breaks a rule."""
        lowering = self._lowering(source, query)
        broken = cases(
            (condition, whole(place)) for condition, place in faults(self._policy, self._scheme.record, lowering)
        )
        names = [name for name in columns_of(query) if not name.startswith(wrong_column(""))]
        beyond = either((column(TOO_WIDE), *lowering.beyond))
        rows = lowering.select({**{name: column(name) for name in names}, TOO_WIDE: beyond, "broken": broken})
        first = [(self._is_shared(), column("invalid")), (is_null(column("invalid")), column("broken"))]
        first.append((compare(exp.LT, column("broken"), column("invalid")), column("broken")))
        checked = {name: column(name) for name in names} | {"invalid": cases(first, column("invalid"))}
        return selected(rows, checked, "表内各格")

    def _lowering(self, source: str, query: exp.Select) -> Lowering:
        scheme = self._scheme
        lacking = [cell.field.name for cell in self._cells if self._data.parts_lacking(cell.field.name)]
        return Lowering(
            self._policy,
            scheme.name,
            scheme.record,
            self._settings,
            self._dialect,
            source,
            day=scheme.day,
            payee=scheme.payee.category if scheme.payee else None,
            absent=[name for name in self._data.absent if name not in lacking],
            lacking={name: column(f"lacking:{name}") for name in lacking},
            taken=columns_of(query),
        )

    def _serial_text(self) -> Sql:
        """序号 as written, with the blanks around it."""
        raw = self._data.column(Supplied.SERIAL)
        return text("") if raw is None else call("COALESCE", self._as_written(raw), text(""))

    def _as_written(self, raw: RawColumn) -> Sql:
        """The text of a raw cell, with the blanks around it."""
        return column(raw.name) if raw.type is RawType.TEXT else self._dialect.as_text(column(raw.name))

    def _lacking(self) -> dict[str, Sql]:
        """For each column that some file lacks, whether a row stands in such a file."""
        found = {}
        for cell in self._cells:
            parts = self._data.parts_lacking(cell.field.name)
            if parts:
                inside = (_between(column(ROW), part.first, part.end - 1) for part in parts)
                found[f"lacking:{cell.field.name}"] = either(inside)
        return found

    def _invalid(self) -> Sql:
        """The place of the first column that does not type."""
        places = {cell.field.name: place for place, cell in enumerate(self._cells)}
        arms = [(cell.wrong(), whole(places[cell.field.name])) for cell in self._cells]
        return cases([(self._is_shared(), whole(places.get(Supplied.SERIAL, 0))), *arms])

    def _is_shared(self) -> Sql:
        """Whether other rows have the 序号 of a row."""
        if self._serial is None or self._serial.column is None or self._data.serials_differ:
            return boolean(False)
        own = column(Supplied.SERIAL)
        shared = exp.select(own.copy()).from_(table(repeated_name(self._scheme)), copy=False)
        return both([not_null(own), exp.In(this=own, query=exp.Subquery(this=shared))])


# --------------------------------------------------------------------------------------------------------- the layers


def typed(data: RawRelation, cells: Sequence[CellColumn], beside: Mapping[str, Sql] | None = None) -> exp.Select:
    """Columns of a relation of raw cells typed, before the bounds of their fields and the rules of the form.

    Args:
        beside: more columns of the outcome, over the raw cells.
    """
    kinds = {cell.kind_column: column(cell.kind_column) for cell in cells if cell.has_kind}
    quick = {cell.quick_column: value for cell in cells if (value := cell.quick()) is not None}
    first = {**(beside or {}), **kinds, **quick}
    raw: exp.Table | exp.Subquery = table(data.name)
    own = {name: value for cell in cells for name, value in cell.beside().items()}
    first |= own
    for before in _layers(cell.before() for cell in cells):
        raw = _below(exp.select(exp.Star(), *_named(before)).from_(raw, copy=False), "原始")
    query = exp.select(*_named({**first, **{cell.field.name: cell.raw() for cell in cells}}))
    query = query.from_(raw, copy=False)
    dialect = cells[0].dialect
    fenced = dialect.fenced
    names = [*first, *(cell.field.name for cell in cells)]
    layers = [("原样", {cell.field.name: cell.text() for cell in cells})]
    layers.append(("文字", {cell.field.name: narrow for cell in cells if (narrow := cell.narrow()) is not None}))
    layers += [("半角", helpers) for helpers in _layers(cell.helpers() for cell in cells)]
    query = fenced(query)
    for alias, changed in layers:
        changed = {name: value for name, value in changed.items() if not _is_column(value, name)}
        if changed:
            columns = exp.select(*dialect.changed(names, changed)).from_(_below(query, alias), copy=False)
            query = fenced(columns)
            names += [name for name in changed if name not in names]
    values = {cell.field.name: cell.value() for cell in cells}
    written = {cell.text_column: column(cell.field.name) for cell in cells if cell.keeps_text}
    asked: dict[str, Sql] = {name: column(name) for name in {**(beside or {}), **kinds, **own}}
    asked |= {name: value for cell in cells for name, value in cell.parts().items()}
    return fenced(selected(query, {**asked, **values, **written}, "各部分"))


def _layers(every: Iterable[list[dict[str, Sql]]]) -> list[dict[str, Sql]]:
    """The layers of all cells, one on another."""
    layers: list[dict[str, Sql]] = []
    for own in every:
        for depth, columns in enumerate(own):
            if depth == len(layers):
                layers.append({})
            layers[depth].update(columns)
    return layers


def columns_of(query: exp.Select) -> list[str]:
    """The names of the columns of a query."""
    return [each.alias_or_name for each in query.selects]


def selected(query: exp.Select, columns: Mapping[str, Sql], alias: str) -> exp.Select:
    """Columns over a query, which becomes part of what is given."""
    return exp.select(*_named(columns)).from_(_below(query, alias), copy=False)


def _below(query: exp.Select, alias: str) -> exp.Subquery:
    return exp.Subquery(this=query, alias=exp.TableAlias(this=quoted(alias)))


def _named(columns: Mapping[str, Sql]) -> list[exp.Expr]:
    return [
        column(name) if _is_column(value, name) else exp.Alias(this=value, alias=quoted(name))
        for name, value in columns.items()
    ]


def _is_column(value: Sql, name: str) -> bool:
    return isinstance(value, exp.Column) and value.name == name


def _between(value: Sql, low: int, high: int) -> Sql:
    return exp.Between(this=value, low=whole(low), high=whole(high))
