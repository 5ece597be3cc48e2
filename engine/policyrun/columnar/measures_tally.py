"""Rows that count for a target, from the conclusions of a scheme: ``app.tally`` as a relation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlglot import exp

from policyrun.columnar.book import is_marked
from policyrun.columnar.choices import Operand
from policyrun.columnar.conclusions import Answer
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import (
    Sql,
    among,
    boolean,
    both,
    call,
    cases,
    column,
    compare,
    equal,
    is_null,
    negated,
    not_null,
    nothing,
    text,
    whole,
)
from policyrun.columnar.lowering import Lowering
from policyrun.columnar.measures_regions import ABOVE, SPELLED, TOLD
from policyrun.columnar.numbers import CELL_BOUND, WIDE_BOUND, Number
from policyrun.columnar.plan import ROW, Guard, Step, Unlowered
from policyrun.columnar.records import cells_name
from policyrun.columnar.sentences import NOTICE_BITS
from policyrun.columnar.tables import left_joined, of, quoted, table
from policyrun.ir.nodes import Expr, Supplied
from policyrun.ir.policy import Field, Policy
from policyrun.ir.tally import Placing, Tally
from policyrun.model.decision import Conclusion, NoticeCode
from policyrun.model.relation import RawRelation
from policyrun.model.settings import Settings
from policyrun.model.types import Kind

#: The columns of the relation: what becomes of a row, where and in which year it counts, and what it adds.
STATE, PLACE, YEAR, ADDS = "计入", "地方", "年", "数"
#: It counts; whether it does cannot be told; it is 待核实 and may count.
COUNTS, UNCLEAR, UNDECIDED = 1, 0, 2

_ROWS = 31
_OUTCOME = ("why", "amount", "payee", "notices")


@dataclass(frozen=True, slots=True)
class Counted:
    """What the columns of a relation of counted rows are.

    Attributes:
        den: so much of ``ADDS`` makes one.
        keys: the columns of what tells rows apart, and so much of each that makes one (0: no number).
    """

    relation: str
    den: int
    keys: tuple[tuple[str, int], ...]


class Counting:
    """Counts the rows of one scheme."""

    def __init__(self, policy: Policy, answer: Answer, data: RawRelation, settings: Settings, dialect: Dialect) -> None:
        self._answer = answer
        self._dialect = dialect
        scheme = answer.scheme
        lacking = [field.name for field in scheme.record.fields if data.parts_lacking(field.name)]
        self._base = Lowering(
            policy,
            scheme.name,
            scheme.record,
            settings,
            dialect,
            self._source(),
            day=scheme.day,
            payee=scheme.payee.category if scheme.payee else None,
            absent=[name for name in data.absent if name not in lacking],
            lacking={name: column(f"lacking:{name}") for name in lacking},
            taken=(*(f"lacking:{name}" for name in lacking), *map(_outcome, _OUTCOME), "serial_text", "invalid"),
        )
        amount = Number(column(_outcome("amount")), answer.per_yuan, CELL_BOUND * answer.per_yuan, is_natural=True)
        given: dict[str, Operand] = {Supplied.AMOUNT: amount, Supplied.PAYEE: column(_outcome("payee"))}
        self._granted = self._base.given(**given)
        self._is_granted = self._ends((Conclusion.GRANTED,))

    @property
    def guards(self) -> list[Guard]:
        """Amounts that are too large to be counted with."""
        most = whole(CELL_BOUND * self._answer.per_yuan)
        rows = exp.select(exp.Count(this=exp.Star())).from_(table(self._answer.relation))
        return [Guard(rows.where(compare(exp.GT, column("amount"), most)), f"“{self._answer.scheme.name}”有的数太大")]

    def step(self, name: str, tally: Tally, place: Placing | Field | None, told: str) -> tuple[Step, Counted]:
        """The relation of the rows that count, or may count, for a target.

        Args:
            place: what says the region of a row: an expression, or a column with the relation ``told``.
        """
        year = None if tally.year is None else self._year(tally.year)
        keys = [self._key(node) for node in tally.distinct]
        adds = Number(whole(1)) if tally.total is None else self._total(tally.total)
        columns = {f"键{number}": value for number, (value, _den) in enumerate(keys, 1)}
        known = both(not_null(value) for value in (*([year] if year else []), *columns.values(), adds.num))
        asked = {STATE: self._state(tally, known), YEAR: year or nothing(), ADDS: adds.num, **columns}
        asked |= self._placed(place)
        rows = self._granted.select(asked)
        if self._granted.beyond or self._base.beyond:
            raise Unlowered(f"目标的计数“{tally.span.text}”")
        query = _with_region(rows, [*asked], told) if isinstance(place, Field) else rows
        query = exp.select("*").from_(query.subquery(quoted("行"))).where(not_null(column(STATE)))
        counted = Counted(
            name, _den(adds, tally.span.text), tuple(zip(columns, (den for _v, den in keys), strict=True))
        )
        return Step(name, query, f"“{self._answer.scheme.name}”中计数的行"), counted

    def _source(self) -> exp.Select:
        """Sound rows with what became of them."""
        outcome = [exp.Alias(this=of("论", name), alias=quoted(_outcome(name))) for name in _OUTCOME]
        cells = exp.Column(this=exp.Star(), table=quoted("格"))
        query = exp.select(cells, *outcome).from_(table(cells_name(self._answer.scheme), "格"))
        query = query.join(table(self._answer.relation, "论"), on=equal(of("格", ROW), of("论", ROW)))
        return query.where(is_null(of("格", "invalid")))

    def _ends(self, conclusions: Collection[Conclusion]) -> Sql:
        """Whether a row ends in one of some ways."""
        numbers = [whole(at) for at, end in enumerate(self._answer.endings.all) if end.conclusion in conclusions]
        return among(column(_outcome("why")), numbers) if numbers else boolean(False)

    def _state(self, tally: Tally, known: Sql) -> Sql:
        counts = boolean(True) if tally.where is None else self._granted.truth(tally.where)
        may = boolean(True) if tally.where is None else self._base.truth(tally.where)
        tops_up = is_marked(column(_outcome("notices")), whole(NOTICE_BITS[NoticeCode.TOPUP]))
        skipped = boolean(False) if tally.total is not None else tops_up  # what it tops up has been counted
        return cases(
            [
                (both((self._is_granted, skipped)), nothing()),
                (both((self._is_granted, negated(counts))), nothing()),
                (both((self._is_granted, counts, known)), whole(COUNTS)),
                (self._is_granted, whole(UNCLEAR)),
                (negated(self._ends((Conclusion.UNDECIDED,))), nothing()),
                (negated(may), nothing()),
            ],
            whole(UNDECIDED),
        )

    def _year(self, node: Expr) -> Sql:
        if node.type.kind is Kind.DATE:
            return self._dialect.year(self._granted.value(node))
        if node.type.kind is not Kind.NUMBER:
            return nothing()
        number = self._granted.number(node)
        den = _den(number, node.span.text)
        if den == 1:
            return number.num
        is_whole = equal(self._dialect.remainder(number.num, whole(den)), whole(0))
        return cases([(is_whole, self._dialect.quotient(number.num, whole(den)))])

    def _key(self, node: Expr) -> tuple[Sql, int]:
        if node.type.kind is not Kind.NUMBER:
            return self._granted.value(node), 0
        number = self._granted.number(node)
        return number.num, _den(number, node.span.text)

    def _total(self, node: Expr) -> Number:
        number = self._granted.number(node)
        if node.type.kind is not Kind.NUMBER or number.bound << _ROWS >= WIDE_BOUND:
            raise Unlowered(f"合计“{node.span.text}”")
        return number

    def _placed(self, place: Placing | Field | None) -> dict[str, Sql]:
        if place is None:
            return {PLACE: text("")}
        if isinstance(place, Placing):
            if place.by.type.kind not in (Kind.TEXT, Kind.ENUM):
                return {PLACE: text("")}
            said = cases([(self._is_granted, self._granted.value(place.by))], self._base.value(place.by))
            return {PLACE: call("COALESCE", said, text(""))}
        assert place.region is not None, "a column of regions"
        above = self._base.fields.get(place.region.above)
        says = text("") if above is None else call("COALESCE", self._base.cell(above.name), text(""))
        return {SPELLED: self._base.cell(place.name), ABOVE: says}


def _with_region(rows: exp.Select, asked: list[str], told: str) -> exp.Select:
    """Rows with the region that they name, if any."""
    own = [of("行", name) for name in asked if name not in (SPELLED, ABOVE)]
    place = exp.Alias(this=call("COALESCE", of("写", TOLD), text("")), alias=quoted(PLACE))
    same = both(equal(of("行", name), of("写", name)) for name in (SPELLED, ABOVE))
    query = exp.select(*own, place).from_(rows.subquery(quoted("行")))
    return left_joined(query, table(told, "写"), same)


def _den(number: Number, said: str) -> int:
    if not isinstance(number.den, int):
        raise Unlowered(f"“{said}”的分母随行而变")
    return number.den


def _outcome(name: str) -> str:
    return f"outcome:{name}"
