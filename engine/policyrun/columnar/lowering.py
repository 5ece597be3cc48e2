"""Expressions of one scheme as SQL over its typed cells; the same values as ``interp.expressions``.

Every method gives a column or a constant. The columns exist only in what ``Lowering.select`` writes: the definitions
behind them are kept apart, so that a part that many expressions mention is worked out and written once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from typing import TypeAlias

from sqlglot import exp

from policyrun.columnar import choices, folding
from policyrun.columnar.choices import Line, Operand, sql_of
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import (
    UNSETTLED,
    Sql,
    boolean,
    both,
    column,
    constant,
    is_nothing,
    is_true,
    text,
)
from policyrun.columnar.functions_table import FUNCTIONS
from policyrun.columnar.layers import Layers
from policyrun.columnar.leaves import FEN, NUMERIC, cell_of, known_values, literal, of_type, parameter, unknown
from policyrun.columnar.listed import members_by_place
from policyrun.columnar.numbers import Bench, Number
from policyrun.columnar.owners import for_owner, owners_of
from policyrun.columnar.plan import ROW, Unlowered
from policyrun.ir.nodes import (
    Apply,
    Column,
    DecisionRef,
    Expr,
    Given,
    If,
    ListOf,
    Literal,
    ParameterRef,
    ReadingRef,
    Supplied,
    Table,
    TableRow,
    children,
)
from policyrun.ir.ops import OPS, Missing
from policyrun.ir.policy import Field, Policy, RecordType
from policyrun.model.settings import Settings
from policyrun.model.types import Type
from policyrun.model.values import Value
from policyrun.source.messages import _

__all__ = ["FEN", "NUMERIC", "Lowering"]

#: Node identity → the node, so that it lives as long, and what it became.
_Memo: TypeAlias = dict[int, tuple[Expr, Operand]]


class Lowering:
    """The expressions of a scheme's rows.

    Args:
        source: the relation of typed cells: a column for each field, named as the field. Money is in fen, other
            numbers are as they are, both as integers; NULL is a blank, or a cell that does not type.
        day: the expression of the row's date; None where the scheme has none.
        payee: the expression of the category of its payee, likewise.
        absent: fields that are no column of the relation, for no file has them: blank in every row.
        lacking: field → condition, never NULL, for rows whose file lacks it, so that its cell is unknown.
        taken: columns of the relation beside the fields.
    """

    def __init__(
        self,
        policy: Policy,
        scheme_name: str,
        record: RecordType,
        settings: Settings,
        dialect: Dialect,
        source: str | exp.Query,
        *,
        day: Expr | None,
        payee: Expr | None,
        absent: Collection[str] = (),
        lacking: Mapping[str, Sql] | None = None,
        taken: Collection[str] = (),
    ) -> None:
        self.settings = settings
        self.source = source
        self.day = day
        self.payee = payee
        self._scheme = scheme_name
        self._fields = {each.name: each for each in record.fields}
        self._absent = frozenset(absent)
        self._lacking = dict(lacking or {})
        # A row without a required cell is invalid: nobody asks for it. But a list that decides a cell may not know it.
        unsure = {*self._absent, *(each.column for each in policy.lists if each.name in settings.lists)}
        certain = [each.name for each in record.fields if each.required and each.name not in unsure]
        id_cards = [each.name for each in record.fields if each.cell == "id_card"]
        texts = members_by_place(record.fields, taken)
        own = (*self._fields, ROW, *taken)
        truths = [each.name for each in record.fields if each.cell == "bool"]
        truths += [name for card in id_cards if (name := f"odd:{card}") in taken]
        self._layers = Layers(dialect, own, (ROW, *certain), id_cards, texts, truths)
        self._bench = Bench(dialect, self._layers, scheme_name)
        self._owners = owners_of(policy, scheme_name)
        self._given: dict[str, Operand] = {}
        self._parent: Lowering | None = None
        self._new: frozenset[str] = frozenset()
        self._memo: _Memo = {}
        self._told: dict[int, tuple[Sql, Sql, Expr]] = {}
        self._matches: dict[int, list[Sql]] = {}
        self._mentions: dict[int, frozenset[str]] = {}

    # what callers ask

    @property
    def bench(self) -> Bench:
        """What to build further expressions with, beside those of the policy."""
        return self._bench

    @property
    def fields(self) -> Mapping[str, Field]:
        """The record's columns by name."""
        return self._fields

    def cell(self, name: str) -> Sql:
        """A field's cell as it stands, whatever a blank means; NULL where no file has the column."""
        return folding.nothing() if name in self._absent else column(name)

    @property
    def beyond(self) -> tuple[Sql, ...]:
        """Conditions, never NULL, for rows that no plan can work out exactly; of what was lowered so far."""
        return tuple(self._bench.beyond)

    def value(self, node: Expr) -> Sql:
        """The value of an expression; a number's numerator. NULL where it is unknown."""
        return sql_of(self.operand(node))

    def number(self, node: Expr) -> Number:
        """The value of a number, of months or of days."""
        value = self.operand(node)
        return value if isinstance(value, Number) else Number(value, 1, 0, True)

    def truth(self, node: Expr) -> Sql:
        """The value of a condition: true, false, or NULL where it is unknown."""
        return self.value(node)

    def is_known(self, node: Expr) -> Sql:
        """Whether a value is known, of a list whether every item is; never NULL."""
        return self._known(node)[0]

    def is_unknown(self, node: Expr) -> Sql:
        """The contrary."""
        return self._known(node)[1]

    def ways(self, node: If | Table) -> list[tuple[Sql, Expr]]:
        """The outcomes of a choice, each with the condition, never NULL, that it may apply, given what is known."""
        if isinstance(node, If):
            return choices.ways_of_if(self._bench, self.truth(node.condition), (node.then, node.otherwise))
        return [(condition, line.outcome) for condition, line in self._open_lines(node)]

    def open_rows(self, table: Table) -> list[tuple[Sql, TableRow | Expr]]:
        """The rows of a table that may apply, in order, then its default; likewise with conditions."""
        return [(condition, line.line) for condition, line in self._open_lines(table)]

    def given(self, **values: Operand | Value) -> Lowering:
        """The same rows with more supplied, by the names of ``Supplied``."""
        view = copy(self)
        supplied = {name: self._supplied(name, value) for name, value in values.items()}
        view._given = {**self._given, **supplied}
        view._parent, view._new = self, frozenset(values)
        view._memo, view._told, view._matches = {}, {}, {}
        return view

    def row_number(self) -> Sql:
        """The row's position among its scheme's rows."""
        return column(ROW)

    def select(self, columns: Mapping[str, Sql], rare: Sql | None = None) -> exp.Select:
        """The query that gives these columns for each row of ``source``, made of what the other methods gave.

        Args:
            rare: as ``Layers.select`` has it.
        """
        return self._layers.select(columns, self.source, rare)

    # how each node becomes SQL

    def _known(self, node: Expr) -> tuple[Sql, Sql]:
        """Whether a value is known, and whether it is unknown: asked far more often than there are nodes."""
        told = self._told.get(id(node))
        if told is None:
            known = self._asked_whether_known(node)
            told = self._told[id(node)] = known, folding.negated(known), node
        return told[0], told[1]

    def _asked_whether_known(self, node: Expr) -> Sql:
        if isinstance(node, ListOf):
            return both(self.is_known(item) for item in node.items)
        value = self.value(node)
        return folding.not_null(value) if self._layers.is_nullable(value) else boolean(True)

    def operand(self, node: Expr) -> Operand:
        """The value of an expression, as a number where it is one."""
        known = self._memo.get(id(node))
        if known is not None:
            return known[1]
        parent = self._parent
        inherits = parent is not None and not self._new & self._mentioned(node)
        value = parent.operand(node) if parent is not None and inherits else self._owned(node)
        self._memo[id(node)] = node, value
        return value

    def _owned(self, node: Expr) -> Operand:
        owner = self._owners.get(id(node))
        if owner is None:
            return self._lowered(node)
        before, self._bench = self._bench, for_owner(self._bench, owner)
        try:
            return self._lowered(node)
        finally:
            self._bench = before

    def _lowered(self, node: Expr) -> Operand:
        match node:
            case Apply():
                return self._apply(node)
            case Column(name=name):
                return self._cell(name, node.type)
            case Literal(value=value):
                return literal(value, node.type)
            case DecisionRef():
                return self._decision(node)
            case ParameterRef():
                return self._parameter(node)
            case ReadingRef(name=name):
                return text(self.settings.readings[name])
            case Given(name=name):
                return self._supply(name, node.type)
            case If():
                return self._if(node)
            case Table():
                return self._table(node)
            case ListOf():
                raise Unlowered(_("列表“{text}”").format(text=node.span.text))

    def _apply(self, node: Apply) -> Operand:
        if node.op in ("is_null", "not_null") and isinstance(node.args[0], ListOf):
            return boolean(node.op == "not_null")
        listed = self._listed(node)
        if listed is not None:
            return listed
        operands = [self.operand(arg) for arg in node.args]
        if OPS[node.op].missing is Missing.STRICT and any(is_nothing(sql_of(each)) for each in operands):
            return unknown(node.type)
        function = FUNCTIONS[node.op]
        return of_type(function(self._bench, operands, [arg.type for arg in node.args]), node.type)

    def _listed(self, node: Apply) -> Sql | None:
        """``列 属于 [甲, 乙]`` as IN: or and and of comparisons of one expression with texts."""
        each = {"or": "eq", "and": "ne"}.get(node.op)
        tests = [arg for arg in node.args if isinstance(arg, Apply) and arg.op == each]
        if len(tests) < 2 or len(tests) < len(node.args) or any(test.args[0] is not tests[0].args[0] for test in tests):
            return None
        members = [test.args[1] for test in tests]
        if not all(isinstance(member, Literal) and isinstance(member.value, str) for member in members):
            return None
        value = self.value(tests[0].args[0])
        if constant(value) is not UNSETTLED:
            return None
        listed = folding.among(value, [self.value(member) for member in members])
        return self._bench.bind(listed if node.op == "or" else folding.negated(listed))

    def _decision(self, node: DecisionRef) -> Operand:
        before, self._bench = self._bench, for_owner(self._bench, node.name)
        try:
            value = self.operand(node.expr)
        finally:
            self._bench = before
        comment = " ".join((*node.grounds.ids, *(str(each) for each in node.grounds.cite)))
        if isinstance(value, Number):
            suffix = f"×{value.den}" if isinstance(value.den, int) and value.den != 1 else ""
            num = self._layers.name(value.num, node.name + suffix, comment)
            return Number(num, value.den, value.bound, value.is_natural, value.den_bound)
        return self._layers.name(value, node.name, comment)

    def _cell(self, name: str, type_: Type) -> Operand:
        field = self._fields.get(name)
        cell = unknown(type_) if field is None or name in self._absent else cell_of(field, type_)
        if field is None or field.blank is None:
            return cell
        lacks = self._lacking.get(name, boolean(False))
        if is_true(lacks):
            return cell
        blank = self.operand(field.blank)
        if is_nothing(sql_of(blank)):
            return cell
        if is_nothing(sql_of(cell)):
            return choices.chosen(self._bench, [(folding.negated(lacks), blank)])
        bench = self._bench_of(name)
        is_blank = both((folding.is_null(sql_of(cell)), folding.negated(lacks)))
        return choices.chosen(bench, [(is_blank, blank)], cell)

    def _supply(self, name: str, type_: Type) -> Operand:
        if name in self._given:
            return self._given[name]
        match name:
            case Supplied.AS_OF:
                return folding.day(self.settings.as_of)
            case Supplied.DAY:
                return folding.nothing() if self.day is None else self.operand(self.day)
            case Supplied.PAYEE:
                return folding.nothing() if self.payee is None else self.operand(self.payee)
            case Supplied.SCHEME:
                return text(self._scheme)
            case Supplied.SERIAL if name in self._fields and name not in self._absent:
                return cell_of(self._fields[name], type_)
            case _:
                return unknown(type_)

    def _supplied(self, name: str, value: Operand | Value) -> Operand:
        """A value that a caller supplies, bound so that it may be mentioned as often as need be."""
        if isinstance(value, Number):
            return self._bench_of(name).bound(value)
        if isinstance(value, exp.Expression):
            return self._bench_of(name).bind(value)
        return literal(value, None)

    def _bench_of(self, owner: str) -> Bench:
        return for_owner(self._bench, owner)

    def _parameter(self, node: ParameterRef) -> Operand:
        known = known_values(node, self.settings)
        if len(known) < 2:
            return literal(known[0].value if known else None, node.type)
        return parameter(self._bench_of(node.name), node, known, self._picking_day(node))

    def _picking_day(self, node: ParameterRef) -> Sql:
        if node.dated_by is not None:
            return self.value(node.dated_by)
        return folding.day(self.settings.as_of) if self.day is None else self.value(self.day)

    def _if(self, node: If) -> Operand:
        condition = self.truth(node.condition)
        known = constant(condition)
        if isinstance(known, bool):
            return of_type(self.operand(node.then if known else node.otherwise), node.type)
        then, otherwise = of_type(self.operand(node.then), node.type), of_type(self.operand(node.otherwise), node.type)
        return choices.if_value(self._bench, condition, then, otherwise)

    def _table(self, node: Table) -> Operand:
        lines, default = choices.lines_of(node, self._row_matches(node))
        values = [(line, of_type(self.operand(line.outcome), node.type)) for line in lines]
        last = None if default is None else (default, of_type(self.operand(default.outcome), node.type))
        return of_type(choices.table_value(self._bench, node.hit, values, last), node.type)

    def _open_lines(self, node: Table) -> list[tuple[Sql, Line]]:
        lines, default = choices.lines_of(node, self._row_matches(node))
        return choices.open_lines(self._bench, node.hit, lines, default)

    def _row_matches(self, node: Table) -> list[Sql]:
        """For each row of a table whether all its tests hold, as columns."""
        known = self._matches.get(id(node))
        if known is None:
            known = self._matches[id(node)] = [
                self._bench.bind(both(self.truth(test) for test in row.tests if test is not None), f"第{place}行")
                for place, row in enumerate(node.rows, 1)
            ]
        return known

    def _mentioned(self, node: Expr) -> frozenset[str]:
        """The names of ``Supplied`` that a value may depend on."""
        known = self._mentions.get(id(node))
        if known is None:
            self._mentions[id(node)] = frozenset()  # a column whose blank means itself ends here
            inner = [*children(node), *self._behind(node)]
            own = frozenset({node.name}) if isinstance(node, Given) else frozenset()
            known = self._mentions[id(node)] = own.union(*(self._mentioned(each) for each in inner))
        return known

    def _behind(self, node: Expr) -> list[Expr]:
        """What a node looks at beside the expressions inside it."""
        match node:
            case Column(name=name):
                field = self._fields.get(name)
                return [] if field is None or field.blank is None else [field.blank]
            case Given(name=Supplied.DAY):
                return [] if self.day is None else [self.day]
            case Given(name=Supplied.PAYEE):
                return [] if self.payee is None else [self.payee]
            case ParameterRef(dated_by=None):
                return [] if self.day is None else [self.day]
            case _:
                return []
