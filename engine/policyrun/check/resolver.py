"""What the names in an expression stand for: the leaves of typed expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from policyrun.check.columns import ColumnDeclared, RecordDeclared
from policyrun.check.decisions import Decisions
from policyrun.check.names import Names, Noun
from policyrun.check.parameters import Parameters
from policyrun.check.typewords import type_of_enumeration
from policyrun.ir.nodes import Column, Expr, Given, ListOf, Literal, ReadingRef, Supplied
from policyrun.model.types import DATE, MONEY, NUMBER, RATIO, TEXT, Type, enum_of, list_of
from policyrun.model.vocabulary import Enumeration, Reading
from policyrun.source.diagnostic import Diagnostics, Label
from policyrun.source.messages import _
from policyrun.source.text import Span


class Resolver:
    """All that names can stand for, whatever record an expression is about."""

    def __init__(
        self,
        *,
        names: Names,
        records: Mapping[str, RecordDeclared],
        readings: Mapping[str, Reading],
        parameters: Parameters,
        enumerations: Mapping[str, Enumeration],
        schemes: tuple[str, ...],
        found: Diagnostics,
    ) -> None:
        self.names = names
        self.records = records
        self.readings = {reading.word: reading for reading in readings.values()}
        self.parameters = parameters
        self.enumerations = enumerations
        self.set_owners = {name: each for each in enumerations.values() for name in each.sets}
        self.found = found
        self.supplied: dict[str, Type] = {
            Supplied.AS_OF: DATE,
            Supplied.DAY: DATE,
            Supplied.AMOUNT: MONEY,
            Supplied.SCHEME: enum_of(Supplied.SCHEME, schemes),
            Supplied.SERIAL: NUMBER,
            Supplied.PAYEE: TEXT,
            Supplied.VALUE: RATIO,
        }
        self.decisions: Decisions | None = None

    def scope(self, *records: str) -> PolicyScope:
        """The names as seen by an expression about certain records; about any record, if none is named."""
        return PolicyScope(self, records or tuple(self.records))


class WatchedSets(dict[str, tuple[str, ...]]):
    """The sets of a vocabulary; to look one up is to use it."""

    def __init__(self, sets: Mapping[str, tuple[str, ...]], use: Callable[[str], None]) -> None:
        super().__init__(sets)
        self._use = use

    def get(self, name: str, default: object = None) -> tuple[str, ...] | None:  # type: ignore[override]
        if name in self:
            self._use(name)
        return super().get(name)


class PolicyScope:
    """The names as seen by the expressions of some records."""

    def __init__(self, resolver: Resolver, records: tuple[str, ...]) -> None:
        self._resolver = resolver
        self._records = records

    def names(self) -> Iterable[str]:
        return self._resolver.names.all()

    def member_sets(self, enumeration: str) -> Mapping[str, tuple[str, ...]]:
        """The named sets of a vocabulary, by name."""
        owner = self._resolver.enumerations.get(enumeration)
        sets = {} if owner is None else owner.sets
        return WatchedSets(sets, lambda name: self._resolver.names.use(Noun.SET, name))

    def resolve(self, name: str, span: Span) -> Expr | None:
        """The leaf a name stands for; None if it stands for nothing here."""
        whole = self._resolver
        if name in whole.supplied:
            return Given(type=whole.supplied[name], span=span, name=name)
        noun = whole.names.noun_of(name)
        if noun is not None:
            whole.names.use(noun, name)
        match noun:
            case Noun.COLUMN:
                return self._column(name, span)
            case Noun.PARAMETER:
                return self._parameter(name, span)
            case Noun.READING:
                reading = whole.readings[name]
                return ReadingRef(type=enum_of(reading.name, reading.ways), span=span, name=reading.name)
            case Noun.SET:
                return self._set(name, span)
            case Noun.DECISION if whole.decisions is not None:
                return whole.decisions.ref(name, span)
            case _:
                return None

    def _set(self, name: str, span: Span) -> ListOf:
        owner = self._resolver.set_owners[name]
        item = type_of_enumeration(owner)
        members = tuple(Literal(type=item, span=span, value=member) for member in owner.sets[name])
        return ListOf(type=list_of(item), span=span, items=members)

    def _parameter(self, name: str, span: Span) -> Expr | None:
        whole = self._resolver
        if name in whole.parameters.replaced and whole.decisions is not None:
            return whole.decisions.ref(name, span)
        ref = whole.parameters.refs.get(name)
        return None if ref is None else replace(ref, span=span)

    def _column(self, name: str, span: Span) -> Expr:
        records = self._resolver.records
        called = ((records[record], records[record].called(name)) for record in self._records)
        owners = [(record, column) for record, column in called if column is not None]
        if not owners:
            return self._elsewhere(name, span)
        first, *others = owners
        for other in others:
            if other[1].word.type != first[1].word.type:
                self._report_two_types(name, span, (first, other))
                break
        return Column(type=first[1].word.type, span=span, name=first[1].name.text)

    def _elsewhere(self, name: str, span: Span) -> Literal:
        """Report a column that only other records have; the stand-in keeps it from being reported again."""
        called = ((record, record.called(name)) for record in self._resolver.records.values())
        owner, column = next((record, column) for record, column in called if column is not None)
        self._resolver.found.add(
            "PR230",
            _("记录“{records}”没有列“{name}”").format(records="、".join(self._records), name=name),
            span,
            others=(self._label(owner, column),),
            help=_("在 records 里给它加上这一列"),
        )
        return Literal(type=column.word.type, span=span, value=None)

    def _report_two_types(
        self, name: str, span: Span, owners: tuple[tuple[RecordDeclared, ColumnDeclared], ...]
    ) -> None:
        self._resolver.found.add(
            "PR231",
            _("列“{name}”在不同记录里类型不同").format(name=name),
            span,
            others=tuple(self._label(owner, column) for owner, column in owners),
            help=_("给判定写明 for: 记录名"),
        )

    def _label(self, record: RecordDeclared, column: ColumnDeclared) -> Label:
        text = _("在记录“{record}”里是{type}").format(record=record.name.text, type=column.word.type)
        return Label(column.name.span, text)
