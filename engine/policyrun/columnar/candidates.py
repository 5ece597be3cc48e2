"""The candidates of a fold: what the limits ask of each row, as columns beside its verdict.

Schemes tied by shared limits have one relation of candidates, so a key, an order or a measure is one column whatever
the scheme: numbers stand over one denominator, and a part that several limits share is said once.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from sqlglot import exp

from policyrun.columnar.fold_spec import LimitSpec, Measure, OrderColumn
from policyrun.columnar.folding import (
    UNSETTLED,
    Sql,
    boolean,
    column,
    constant,
    is_true,
    negated,
    nothing,
    typed,
    whole,
)
from policyrun.columnar.judge import holds
from policyrun.columnar.leaves import NUMERIC
from policyrun.columnar.lowering import Lowering
from policyrun.columnar.numbers import Number
from policyrun.columnar.plan import Unlowered
from policyrun.ir.nodes import DecisionRef, Expr, Given, Literal, ParameterRef, Supplied, looks_at, nodes_for
from policyrun.ir.policy import Highest, Limit, Order, Policy, SameKind, Scheme, Total
from policyrun.model.types import Kind
from policyrun.source.messages import _

#: 就高: how the ways are written in ``Highest.pay``; any other is 补差.
_HIGHEST = {"全额": Measure.FULL, "不再给": Measure.ONCE}

_TEXT, _WHOLE = exp.DataType.Type.TEXT, exp.DataType.Type.BIGINT
#: How columns hold what an expression is worth.
_TYPES = {
    Kind.TEXT: _TEXT,
    Kind.ENUM: _TEXT,
    Kind.DATE: exp.DataType.Type.DATE,
    Kind.BOOL: exp.DataType.Type.BOOLEAN,
    Kind.NUMBER: _WHOLE,
    Kind.MONTHS: _WHOLE,
    Kind.DAYS: _WHOLE,
}


#: What the order may look at, and candidates have in a column of their own.
_KNOWN_BY = {Supplied.SCHEME: "scheme_no", Supplied.AMOUNT: "amount"}


@dataclass(frozen=True, slots=True)
class Entrant:
    """A scheme that is evaluated; ``lowering`` knows the amount of a candidate.

    Attributes:
        amount: of a candidate, over 1, in ``1 / per_yuan`` yuan.
    """

    scheme: Scheme
    lowering: Lowering
    amount: Number


@dataclass(frozen=True, slots=True)
class KeyPart:
    """A part of a key.

    Attributes:
        name: its column.
        is_number: whether it holds numbers, over ``den``.
        is_id_number: whether it holds ID numbers as integers (``past.id_number``), and 0 for a blank one.
        label: what the policy calls it.
    """

    name: str
    is_number: bool = False
    den: int = 1
    label: str = ""
    is_id_number: bool = False


@dataclass(slots=True)
class FoldColumns:
    """What a fold asks of the rows of each scheme, and how the fold is to read it.

    Attributes:
        columns: scheme → column → what it holds for a candidate.
        keys: limit → the parts of its key.
        person: as ``FoldSpec.person`` has it.
    """

    limits: tuple[LimitSpec, ...] = ()
    order: tuple[OrderColumn, ...] = ()
    columns: dict[str, dict[str, Sql]] = field(default_factory=dict)
    keys: dict[str, tuple[KeyPart, ...]] = field(default_factory=dict)
    person: str | None = None


def fold_columns(policy: Policy, entrants: Sequence[Entrant], per_yuan: int) -> FoldColumns:
    """The columns that the limits over some schemes, tied by them, ask for.

    Raises:
        Unlowered: for a limit that no plan can keep exactly.
    """
    return _Builder(policy, entrants, per_yuan).built()


def per_yuan_of(policy: Policy) -> int:
    """Shares of a yuan, so that every amount, and every constant room in yuan, is a whole number of them."""
    dens = [100, policy.rounding.step.denominator]
    for limit in policy.limits:
        if isinstance(limit.measure, Total) and limit.measure.room.type.is_money:
            dens += [value.denominator for value in _constants(limit.measure.room)]
    return math.lcm(*dens)


def _constants(node: Expr) -> Iterator[Fraction]:
    for inner in nodes_for(node):
        match inner:
            case Literal(value=Fraction() as value):
                yield value
            case ParameterRef(values=values):
                yield from (dated.value for dated in values if isinstance(dated.value, Fraction))


class _Builder:
    def __init__(self, policy: Policy, entrants: Sequence[Entrant], per_yuan: int) -> None:
        self._policy = policy
        self._entrants = entrants
        self._per_yuan = per_yuan
        names = {one.scheme.name for one in entrants}
        self._limits = [limit for limit in policy.limits if names & set(limit.over)]
        self._built = FoldColumns(columns={one.scheme.name: {} for one in entrants})
        self._parts: dict[tuple[Hashable, ...], KeyPart] = {}
        self._hashes: dict[tuple[Hashable, ...], str] = {}
        self._constant: set[str] = set()

    def built(self) -> FoldColumns:
        if self._limits:
            self._built.order = tuple(self._order(self._limits[0].order))
        limits = [self._limit(place, limit) for place, limit in enumerate(self._limits)]
        people = (part.name for part in self._parts.values() if part.is_id_number)
        person = next((name for name in people if all(name in limit.hashed for limit in limits)), None)
        self._built.person = person
        self._built.limits = tuple(replace(limit, person=person) for limit in limits)
        return self._built

    # columns over all schemes

    def _add(self, name: str, values: Mapping[str, Sql], kind: Kind = Kind.NUMBER) -> None:
        """A column of all schemes; nothing in those that have no value for it."""
        for scheme, columns in self._built.columns.items():
            columns[name] = typed(values.get(scheme, nothing()), _TYPES[kind])

    def _met_by(self, limit: Limit) -> list[Entrant]:
        return [one for one in self._entrants if one.scheme.name in limit.over]

    def _values(self, node: Expr, entrants: Sequence[Entrant], about: str) -> tuple[dict[str, Sql], int]:
        """An expression in each scheme; numbers over one denominator, which comes with them."""
        if node.type.kind is not Kind.NUMBER:
            return {one.scheme.name: one.lowering.value(node) for one in entrants}, 1
        numbers, den = self._numbers(node, entrants, about)
        return {scheme: num for scheme, (num, _bound) in numbers.items()}, den

    def _numbers(
        self, node: Expr, entrants: Sequence[Entrant], about: str, multiple: int = 1
    ) -> tuple[dict[str, tuple[Sql, int]], int]:
        """A number in each scheme, with its bound, over one denominator, a multiple of the given one."""
        found = {one.scheme.name: one.lowering.number(node) for one in entrants}
        dens = [value.den for value in found.values()]
        settled = [den for den in dens if isinstance(den, int)]
        if len(settled) < len(dens):
            raise Unlowered(_("“{name}”的分母因行而异").format(name=about))
        den = math.lcm(multiple, *settled)
        bench = {one.scheme.name: one.lowering.bench for one in entrants}
        return {scheme: bench[scheme].over(value, den) for scheme, value in found.items()}, den

    # order

    def _order(self, order: Order) -> Iterator[OrderColumn]:
        for place, key in enumerate(order.keys):
            if isinstance(key.expr, Given) and key.expr.name in _KNOWN_BY:
                yield OrderColumn(name=_KNOWN_BY[key.expr.name], descending=key.descending)
                continue
            name, kind = f"order_{place}", key.expr.type.kind
            values, _den = self._values(key.expr, self._entrants, order.name)
            self._add(name, values, kind)
            yield OrderColumn(name=name, descending=key.descending, text=kind in (Kind.TEXT, Kind.ENUM))

    # limits

    def _limit(self, place: int, limit: Limit) -> LimitSpec:
        met = self._met_by(limit)
        on = {one.scheme.name: self._concerned(limit, one) for one in met}
        selective = len(met) < len(self._entrants) or not all(map(is_true, on.values()))
        off = {one.scheme.name: boolean(False) for one in self._entrants}
        if selective:
            self._add(f"on_{place}", off | on, Kind.BOOL)
        keys = tuple(self._key_part(limit, label, part) for label, part in self._key(limit))
        self._built.keys[limit.name] = keys
        binds = self._binding(place, limit, met)
        names = tuple(part.name for part in keys)
        hashed = tuple(name for name in names if name not in self._constant)
        known = (hashed, *(off | on).items())
        return replace(
            self._measured(place, limit, met),
            key=names,
            hash=self._hashes.setdefault(known, f"键_{place}"),
            hashed=hashed,
            selective=selective,
            may_only_report=not binds,
        )

    def _concerned(self, limit: Limit, entrant: Entrant) -> Sql:
        return boolean(True) if limit.when is None else holds(entrant.lowering, entrant.lowering.truth(limit.when))

    def _key(self, limit: Limit) -> list[tuple[str, Expr]]:
        return [(part.label, part.expr) for part in limit.per]

    def _key_part(self, limit: Limit, label: str, node: Expr) -> KeyPart:
        if looks_at(node, Supplied.AMOUNT):
            raise Unlowered(_("限额“{limit}”的键“{label}”看金额").format(limit=limit.name, label=label))
        met = self._met_by(limit)
        values, den = self._key_values(node, met, limit.name)
        numbers = self._id_numbers(values, met)
        kind = node.type.kind if numbers is None else Kind.NUMBER
        values = values if numbers is None else numbers
        signature = (*((scheme, value) for scheme, value in values.items()), den, node.type.kind)
        part = self._parts.get(signature)
        if part is None:
            name = f"key_{len(self._parts)}"
            part = KeyPart(name, node.type.kind is Kind.NUMBER, den, label, is_id_number=numbers is not None)
            self._parts[signature] = part
            self._add(name, values, kind)
            own = (values[one.scheme.name] for one in met)
            settled = {constant(value.this if isinstance(value, exp.Cast) else value) for value in own}
            if len(settled) == 1 and UNSETTLED not in settled:
                self._constant.add(name)
        return part

    def _id_numbers(self, values: Mapping[str, Sql], met: Sequence[Entrant]) -> dict[str, Sql] | None:
        """A part of a key that is an ID number in every scheme, as integers; None where cells do not have them so."""
        found: dict[str, Sql] = {}
        for entrant in met:
            value = values[entrant.scheme.name]
            layers = entrant.lowering.bench.layers
            number = f"number:{value.name}"
            if not (layers.is_id_card(value) and layers.has_column(number)):
                return None
            found[entrant.scheme.name] = exp.Coalesce(this=column(number), expressions=[whole(0)])
        return found

    def _key_values(self, node: Expr, met: Sequence[Entrant], about: str) -> tuple[dict[str, Sql], int]:
        """A part of a key in each scheme; numbers of several schemes have one type, lest equal ones are hashed apart.

        Schemes without the limit have it, too: what history used is stored in the types of the first scheme.
        """
        if len(self._entrants) == 1 or node.type.kind not in NUMERIC:
            return self._values(node, met, about)
        bench, is_wide = met[0].lowering.bench, False
        if node.type.kind is Kind.NUMBER:
            numbers, den = self._numbers(node, met, about)
            values = {scheme: num for scheme, (num, _bound) in numbers.items()}
            is_wide = bench.is_wide(max(bound for _num, bound in numbers.values()))
        else:
            values, den = self._values(node, met, about)
        as_one = bench.dialect.wide if is_wide else bench.dialect.whole
        return {one.scheme.name: as_one(values.get(one.scheme.name, nothing())) for one in self._entrants}, den

    def _binding(self, place: int, limit: Limit, met: Sequence[Entrant]) -> bool:
        """Whether a limit binds every row, as it does unless known not to; else a column says which it binds."""
        if limit.binding is None:
            return True
        reports = {one.scheme.name: holds(one.lowering, negated(one.lowering.truth(limit.binding))) for one in met}
        values = {scheme: negated(only_reports) for scheme, only_reports in reports.items()}
        if all(map(is_true, values.values())):
            return True
        self._add(f"binds_{place}", values, Kind.BOOL)
        return False

    def _measured(self, place: int, limit: Limit, met: Sequence[Entrant]) -> LimitSpec:
        match limit.measure:
            case Highest(pay=pay):
                ways = {constant(one.lowering.value(pay)) for one in met}
                if len(ways) != 1 or not isinstance(way := ways.pop(), str):
                    raise Unlowered(_("限额“{limit}”给多少因行而异").format(limit=limit.name))
                measure = _HIGHEST.get(way, Measure.DIFFERENCE)
                return LimitSpec(name=limit.name, measure=measure, key=(), den=self._per_yuan, paid=True)
            case SameKind(kind=kind):
                if kind.type.kind not in (Kind.TEXT, Kind.ENUM):
                    raise Unlowered(_("限额“{limit}”的种类不是文本").format(limit=limit.name))
                values = {one.scheme.name: one.lowering.value(kind) for one in met}
                self._add(f"kind_{place}", values, Kind.TEXT)
                return LimitSpec(name=limit.name, measure=Measure.SAME, key=())
            case Total() as total:
                return self._total(place, limit, total, met)

    def _total(self, place: int, limit: Limit, total: Total, met: Sequence[Entrant]) -> LimitSpec:
        measure = Measure.PARTIAL if total.partial else Measure.TOTAL
        paid = _is_amount(total.measure)
        if not paid and (total.partial or (looks_at(total.measure, Supplied.AMOUNT) and self._pays_in_part())):
            raise Unlowered(_("限额“{limit}”量的不是金额本身，又可部分给付").format(limit=limit.name))
        if paid:
            rooms, den = self._numbers(total.room, met, limit.name, self._per_yuan)
            if den != self._per_yuan:
                raise Unlowered(_("限额“{limit}”的余额不是整分").format(limit=limit.name))
            room, bound = self._constant_or_column(f"room_{place}", rooms)
            return LimitSpec(
                name=limit.name, measure=measure, key=(), den=den, paid=True, room=room, bound=max(bound, 1)
            )
        _asked, den = self._numbers(total.measure, met, limit.name)
        rooms, den = self._numbers(total.room, met, limit.name, den)
        asked, den = self._numbers(total.measure, met, limit.name, den)
        asks, most = self._constant_or_column(f"asks_{place}", asked)
        room, bound = self._constant_or_column(f"room_{place}", rooms)
        natural = all(one.lowering.number(total.measure).is_natural for one in met)
        return LimitSpec(
            name=limit.name,
            measure=measure,
            key=(),
            den=den,
            asks=asks,
            room=room,
            bound=max(most, bound, 1),
            signed=not natural,
        )

    def _pays_in_part(self) -> bool:
        return any(
            isinstance(limit.measure, Highest) or (isinstance(limit.measure, Total) and limit.measure.partial)
            for limit in self._limits
        )

    def _constant_or_column(self, name: str, values: Mapping[str, tuple[Sql, int]]) -> tuple[int | None, int]:
        """The one number that every row has, or None and a column of them; and how large it can be."""
        settled = {constant(num) for num, _bound in values.values()}
        bound = max(bound for _num, bound in values.values())
        if len(settled) == 1 and isinstance(only := next(iter(settled)), int):
            return only, bound
        self._add(name, {scheme: num for scheme, (num, _bound) in values.items()})
        return None, bound


def _is_amount(node: Expr) -> bool:
    match node:
        case Given(name=Supplied.AMOUNT):
            return True
        case DecisionRef(expr=expr):
            return _is_amount(expr)
        case _:
            return False
