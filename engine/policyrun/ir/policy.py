"""The checked policy: nouns that hold expressions, and the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from policyrun.ir.nodes import DecisionRef, Expr, ParameterRef
from policyrun.ir.reporting import Indicator, Report
from policyrun.ir.tally import Tallies
from policyrun.model.decision import NoticeCode
from policyrun.model.regions import RegionColumn
from policyrun.model.types import Type
from policyrun.model.vocabulary import (
    NO_GROUNDS,
    Deadline,
    Document,
    Enumeration,
    Goal,
    Grounds,
    Quota,
    Reading,
    ReferenceList,
    Status,
)
from policyrun.source.text import Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Field:
    """A column of a record.

    Attributes:
        cell: the cell type, a key of ``ir.cells.CELL_TYPES``.
        type: the type of its value in expressions.
        required: a blank is invalid (``!``); otherwise it may be blank (``?``).
        blank: what a blank means, as an expression over other columns; None: a blank is unknown.
        meaning: the same in words, for templates and explanations.
        least, most: bounds of a number, inclusive.
        enumeration: of an enum cell, its vocabulary.
        absent_unknown: where the file has no such column the cell is unknown, whatever a blank means.
        region: of a column that names a region, how it does.
        group: whether money is also told by its members, where two versions are compared; an enum cell.
    """

    name: str
    cell: str
    type: Type
    required: bool
    blank: Expr | None = None
    meaning: str = ""
    least: Fraction | None = None
    most: Fraction | None = None
    enumeration: Enumeration | None = None
    note: str = ""
    absent_unknown: bool = False
    region: RegionColumn | None = None
    group: bool = False
    grounds: Grounds = NO_GROUNDS
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Check:
    """A rule of the form across the cells of a row; where its test is false the cell it blames is invalid.

    Attributes:
        blames: the column that is to be put right.
        says: what is wrong, in a few words.
    """

    name: str
    blames: str
    test: Expr
    says: str
    grounds: Grounds
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RecordType:
    """The columns of a scheme's rows, in the contract's order, and what holds among the cells of a row."""

    name: str
    fields: tuple[Field, ...]
    checks: tuple[Check, ...] = ()

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Requirement:
    """A condition that must hold; ``name`` is what INELIGIBLE says."""

    name: str
    test: Expr
    grounds: Grounds
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Notice:
    """A 提示 with its condition; ``granted_only`` ones appear with 准予 alone."""

    code: NoticeCode
    test: Expr
    granted_only: bool
    grounds: Grounds
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Payee:
    """Who is paid: a category, and the column that holds the name for each category."""

    category: Expr
    names: Mapping[str, str]
    grounds: Grounds
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Fund:
    source: Expr
    grounds: Grounds
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Amount:
    """The amount before rounding, in yuan."""

    value: Expr
    grounds: Grounds
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rounding:
    """The one rounding of a row's amount: the op key of ``ir.ops`` and the step in yuan."""

    op: str
    step: Fraction
    grounds: Grounds


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Split:
    """分摊: a total shared equally by the rows of a group that meet every requirement, to the step of rounding.

    Attributes:
        total: the total, the same in all rows of a group (a column).
        per: columns that name the group.
        once: columns that may not repeat in a group; later rows by 序号 are invalid.
        remainder: text 末行 (the last row by 序号 takes the difference) or 最大余数 (the first rows one step more).
    """

    total: str
    per: tuple[str, ...]
    once: tuple[str, ...]
    remainder: Expr
    grounds: Grounds
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TopUp:
    """补差: a candidate with the key of a ``PROVISIONAL`` grant in the history pays what it was not paid yet."""

    key: tuple[str, ...]
    grounds: Grounds
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Gate:
    """Rows for which nothing is decided until something is supplied: 待核实 ``UNDECIDED:<name>``, whatever else."""

    name: str
    when: Expr
    grounds: Grounds
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OrderKey:
    label: str
    expr: Expr
    descending: bool = False


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Order:
    """A total order of candidates: by each key in turn; a blank comes last either way."""

    name: str
    keys: tuple[OrderKey, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class KeyPart:
    label: str
    expr: Expr


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Total:
    """Measure: grants add up (a count, a field, or the amount) to at most ``room``; ``partial`` grants what is left."""

    measure: Expr
    room: Expr
    partial: bool


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Highest:
    """Measure: 就高. ``pay`` is text 补差 (the standard minus all paid), 全额 or 不再给."""

    pay: Expr


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SameKind:
    """Measure: all grants of a key have one kind, such as the kind of payee."""

    kind: Expr


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Limit:
    """One rule of the fold.

    Attributes:
        over: the schemes that share it.
        per: the key; candidates with equal keys share the room.
        when: rows it concerns; None: all.
        binding: when false, a candidate without room is granted all the same, with the notice EXCEPTION; None: true.
    """

    name: str
    over: tuple[str, ...]
    per: tuple[KeyPart, ...]
    when: Expr | None
    measure: Total | Highest | SameKind
    binding: Expr | None
    order: Order
    grounds: Grounds
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Scheme:
    """补贴项目: one kind of payment, or a check that pays nothing.

    Attributes:
        amount: None: a check, whose rows meet its requirements or do not.
        day: the ordering date, which also picks dated values; None where the scheme has none.
        in_force_checked: whether rows outside the time in force are set apart (a draft's are not).
    """

    name: str
    record: RecordType
    day: Expr | None
    gates: tuple[Gate, ...]
    requirements: tuple[Requirement, ...]
    amount: Amount | None
    split: Split | None
    payee: Payee | None
    fund: Fund | None
    notices: tuple[Notice, ...]
    top_up: TopUp | None
    grounds: Grounds
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class InForce:
    """First and last day of the time in force; None: open.

    ``outside`` is text 待核实, 提示 or 不予: what becomes of a row dated outside; None: there is no such check.
    """

    first: date | None
    last: date | None
    outside: Expr | None
    grounds: Grounds


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Policy:
    """One version of one document's rules, checked.

    Attributes:
        ref: ``hebei-2023@1``.
        digest: SHA-256 of the texts it was read from (the file, what it imports, overlays).
        limits: in policy order, which is the order they are asked in.
        orders: every order declared; one that no limit goes by is in no limit.
        records: every record by name, those of schemes and those that only reports and indicators look at.
        tallies: how records tell what quotas and goals have come to.
        ids: every catalogue id of the policy, in the order of the file.
    """

    id: str
    version: int
    title: str
    status: Status
    documents: tuple[Document, ...]
    in_force: InForce
    enumerations: Mapping[str, Enumeration]
    lists: tuple[ReferenceList, ...]
    readings: Mapping[str, Reading]
    parameters: Mapping[str, ParameterRef]
    parameter_grounds: Mapping[str, Grounds]
    decisions: Mapping[str, DecisionRef]
    schemes: tuple[Scheme, ...]
    limits: tuple[Limit, ...]
    rounding: Rounding
    orders: tuple[Order, ...] = ()
    records: Mapping[str, RecordType] = field(default_factory=dict)
    quotas: tuple[Quota, ...] = ()
    reports: tuple[Report, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    goals: tuple[Goal, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    tallies: Tallies = field(default_factory=Tallies)
    ids: tuple[str, ...] = ()
    digest: str = ""
    path: str = ""
    overlays: tuple[str, ...] = field(default=())

    @property
    def ref(self) -> str:
        return f"{self.id}@{self.version}"

    def scheme(self, name: str) -> Scheme | None:
        return next((scheme for scheme in self.schemes if scheme.name == name), None)

    @property
    def forms(self) -> tuple[str, ...]:
        """The records that no scheme pays by: those of reports and indicators."""
        paid = {scheme.record.name for scheme in self.schemes}
        return tuple(name for name in self.records if name not in paid)

    def of_form(self, name: str) -> Policy:
        """This policy with a form for its only scheme, one that asks nothing: rows are typed and checked alike."""
        record = self.records[name]
        form = Scheme(
            name=name,
            record=record,
            day=None,
            gates=(),
            requirements=(),
            amount=None,
            split=None,
            payee=None,
            fund=None,
            notices=(),
            top_up=None,
            grounds=NO_GROUNDS,
            span=record.fields[0].span,
        )
        return replace(self, schemes=(form,), limits=())

    def limits_over(self, scheme: str) -> tuple[Limit, ...]:
        """The limits a scheme's rows meet, in policy order."""
        return tuple(limit for limit in self.limits if scheme in limit.over)

    def folds(self) -> tuple[tuple[Scheme, ...], ...]:
        """Groups of schemes tied by shared limits, in declared order; each group is one fold."""
        groups: list[set[str]] = []
        for limit in self.limits:
            joined = set(limit.over)
            apart = [group for group in groups if not group & joined]
            for group in groups:
                if group & joined:
                    joined |= group
            groups = [*apart, joined]
        tied = {name: frozenset(group) for group in groups for name in group}
        folds: dict[frozenset[str], list[Scheme]] = {}
        for scheme in self.schemes:
            folds.setdefault(tied.get(scheme.name, frozenset({scheme.name})), []).append(scheme)
        return tuple(tuple(group) for group in folds.values())
