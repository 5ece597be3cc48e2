"""One look at each sound row of a form, for all measures at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

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
    equal,
    is_null,
    text,
    whole,
)
from policyrun.columnar.folding import day as date_of
from policyrun.columnar.lowering import Lowering
from policyrun.columnar.measures_regions import ABOVE, PLACE, SPELLED
from policyrun.columnar.numbers import WIDE_BOUND, Number
from policyrun.columnar.plan import ROW, Step, Unlowered
from policyrun.columnar.records import cells_name
from policyrun.columnar.tables import of, quoted, table
from policyrun.ir.nodes import Expr
from policyrun.ir.policy import Field, Policy, Scheme
from policyrun.ir.reporting import Measure
from policyrun.model.period import Period
from policyrun.model.relation import RawRelation
from policyrun.model.settings import Settings
from policyrun.model.types import Kind

#: The column that says whether a row is of the period, and its values.
WHEN = "归期"
COUNTED, UNDATED, ELSEWHERE = 0, 1, 2
#: The column that says whether a plan cannot tell what a row comes to.
BEYOND = "beyond"

#: As many rows as a region may ever have, as a power of two.
_ROWS = 31
_NAME, _ABOVE = "地区写法", "上级写法"


@dataclass(frozen=True, slots=True)
class During:
    """Which rows belong to a period, as ``ir.reporting.Report`` has it."""

    period: Period
    date: Expr
    whole: Expr | None


@dataclass(frozen=True, slots=True)
class Total:
    """What a measure adds up: a column of integers, ``den`` of which make one.

    Attributes:
        is_natural: whether it is never below 0.
    """

    column: str
    den: int
    is_natural: bool


@dataclass(frozen=True, slots=True)
class Keys:
    """What tells rows apart.

    Attributes:
        measures: the places of those that count different ones by it.
    """

    columns: tuple[str, ...]
    measures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RowColumns:
    """The columns of the relation of rows.

    Attributes:
        totals: by the place of the measure.
        lacking: fields that some file lacks; whether a row's file does is said by ``lacking:<field>``.
    """

    relation: str
    totals: Mapping[int, Total]
    keys: tuple[Keys, ...]
    lacking: tuple[str, ...]
    has_beyond: bool


def holds(place: int) -> str:
    """The column that says whether a row counts in the measure at a place; null where that is unknown."""
    return f"第{place + 1}项"


class Rows:
    """Builds the relation of rows: what the measures ask of each."""

    def __init__(
        self, policy: Policy, scheme: Scheme, by: Field, data: RawRelation, settings: Settings, dialect: Dialect
    ) -> None:
        self._scheme = scheme
        self._by = by
        self._dialect = dialect
        self._lacking = tuple(field.name for field in scheme.record.fields if data.parts_lacking(field.name))
        self._lowering = Lowering(
            policy,
            scheme.name,
            scheme.record,
            settings,
            dialect,
            exp.select("*").from_(table(cells_name(scheme))).where(is_null(column("invalid"))),
            day=None,
            payee=None,
            absent=[name for name in data.absent if name not in self._lacking],
            lacking={name: column(f"lacking:{name}") for name in self._lacking},
            taken=("serial_text", "invalid", "too_wide", *(f"lacking:{name}" for name in self._lacking)),
        )
        self._totals: dict[int, Total] = {}
        self._keys: dict[tuple[str, ...], Keys] = {}
        self._columns: dict[str, Sql] = {}

    def step(
        self, name: str, measures: Sequence[Measure], during: During | None, spellings: str
    ) -> tuple[Step, RowColumns]:
        """The relation of rows, and what its columns are.

        Args:
            during: None: all rows are measured.
            spellings: the relation of what region cells say.
        """
        columns: dict[str, Sql] = {ROW: column(ROW), "serial_text": column("serial_text")}
        columns |= {f"lacking:{one}": column(f"lacking:{one}") for one in self._lacking}
        columns[WHEN] = whole(COUNTED) if during is None else self._when(during)
        for place, measure in enumerate(measures):
            self._take(place, measure)
        columns |= self._columns
        has_beyond = bool(self._lowering.beyond)
        if has_beyond:
            columns[BEYOND] = either(self._lowering.beyond)
        asked = self._lowering.select({**columns, **self._spelled()})
        told = RowColumns(name, self._totals, tuple(self._keys.values()), self._lacking, has_beyond)
        placed = self._placed(asked, list(columns), spellings)
        return Step(name, placed, f"“{self._scheme.name}”每行在哪个地区、计入哪几项", kept=bool(told.keys)), told

    def _when(self, during: During) -> Sql:
        """Whether a row belongs to a period, as ``interp.reports`` decides it."""
        day = self._lowering.value(during.date)
        first, last = date_of(during.period.first), date_of(during.period.last)
        inside = both((compare(exp.GTE, day, first), compare(exp.LTE, day, last)))
        arms = [] if during.whole is None else [(self._lowering.truth(during.whole), whole(COUNTED))]
        return cases([*arms, (is_null(day), whole(UNDATED)), (inside, whole(COUNTED))], whole(ELSEWHERE))

    def _take(self, place: int, measure: Measure) -> None:
        where = measure.where
        self._columns[holds(place)] = boolean(True) if where is None else self._lowering.truth(where)
        if measure.distinct:
            self._tell_apart(place, measure)
        elif measure.total is not None:
            self._add_up(place, measure.total)

    def _add_up(self, place: int, total: Expr) -> None:
        if total.type.kind is not Kind.NUMBER:
            raise Unlowered(f"合计“{total.span.text}”")
        number = self._lowering.number(total)
        if number.bound << _ROWS >= WIDE_BOUND:
            raise Unlowered(f"合计“{total.span.text}”")
        name = f"数{place + 1}"
        self._columns[name] = number.num
        self._totals[place] = Total(name, _settled(number, total), number.is_natural)

    def _tell_apart(self, place: int, measure: Measure) -> None:
        values = [self._key(node) for node in measure.distinct]
        signature = tuple(value.sql() for value in values)
        known = self._keys.get(signature)
        if known is None:
            names = tuple(f"键{len(self._keys) + 1}_{number}" for number in range(1, len(values) + 1))
            self._columns |= dict(zip(names, values, strict=True))
            known = Keys(names, ())
        self._keys[signature] = Keys(known.columns, (*known.measures, place))

    def _key(self, node: Expr) -> Sql:
        if node.type.kind is Kind.NUMBER:
            _settled(self._lowering.number(node), node)
        return self._lowering.value(node)

    def _spelled(self) -> dict[str, Sql]:
        """What a row says of its region."""
        region = self._by.region
        assert region is not None, "the checker has made sure that it names regions"
        above = self._lowering.fields.get(region.above)
        says = None if above is None else self._lowering.cell(above.name)
        return {
            _NAME: self._lowering.cell(self._by.name),
            _ABOVE: text("") if says is None else call("COALESCE", says, text("")),
        }

    def _placed(self, rows: exp.Select, columns: Sequence[str], spellings: str) -> exp.Query:
        """Rows with the place of the region that they name; sound ones name one."""
        own = [of("行", name) for name in columns]
        found = both((equal(of("行", _NAME), of("写", SPELLED)), equal(of("行", _ABOVE), of("写", ABOVE))))
        below = exp.Subquery(this=rows, alias=_alias("行"))
        said = exp.Table(this=quoted(spellings), alias=_alias("写"))
        return exp.select(*own, of("写", PLACE)).from_(below, copy=False).join(said, on=found)


def _settled(number: Number, node: Expr) -> int:
    """The denominator of a number where the plan knows it."""
    if not isinstance(number.den, int):
        raise Unlowered(f"“{node.span.text}”的分母随行而变")
    return number.den


def _alias(name: str) -> exp.TableAlias:
    return exp.TableAlias(this=quoted(name))
