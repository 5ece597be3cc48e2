"""What rows of a form come to, region by region, as a plan: ``interp.measures`` over typed cells.

Rows are looked at once for all measures (``measures_rows``), then counted and added up by lowest region. Different ones
are counted there, too, but for those that stand in several regions: these alone are told apart in every region above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.fold_sql import all_of, any_of, listed, query, quoted
from policyrun.columnar.folding import column
from policyrun.columnar.measures_regions import PLACE, WITHIN, inside_step, spelling_step
from policyrun.columnar.measures_rows import BEYOND, COUNTED, WHEN, During, Keys, RowColumns, Rows, Total, holds
from policyrun.columnar.plan import Guard, Part, Plan, Step
from policyrun.columnar.records import cells_name, typed_steps
from policyrun.ir.policy import Policy, Scheme
from policyrun.ir.reporting import Measure
from policyrun.model.relation import RawRelation
from policyrun.model.settings import Settings
from policyrun.model.vocabulary import Quota


@dataclass(frozen=True, slots=True)
class Measured:
    """A plan that measures the rows of a form, and where it puts what they come to.

    Attributes:
        quota: the tree of regions; places are those among its lowest.
        rows: the sound rows one by one.
        by_period: relation of ``归期``, ``行数``: how many sound rows are of the period, undated, of another one.
        figures: relation of a row per lowest region: ``地区``; for each measure ``figure_name``, over the denominator
            of its total, null for 0; and ``unknown_name``, whether it cannot be told.
        lacking: relation of ``地区`` and ``lacking:<field>``, whether some row's file lacks the field; None: no file.
        apart: for each ``RowColumns.keys`` the relation of what to add to ``figures`` for ones that stand in one
            region, by ``地区``, and for ones that stand in several, by ``所在``; columns as there.
    """

    plan: Plan
    scheme: Scheme
    quota: Quota
    rows: RowColumns
    by_period: str
    figures: str
    lacking: str | None
    apart: tuple[tuple[str, str], ...]


def measured(
    policy: Policy,
    record: str,
    by: str,
    measures: Sequence[Measure],
    data: RawRelation,
    settings: Settings,
    dialect: Dialect,
    during: During | None = None,
) -> Measured:
    """The plan that measures the rows of a record.

    Args:
        by: the column that names the region of a row.
        during: which rows are measured; None: all.

    Raises:
        Unlowered: for what no plan can say exactly in this dialect.
    """
    form = policy.of_form(record)
    scheme = form.schemes[0]
    field = scheme.record.field(by)
    assert field is not None and field.region is not None, "the checker has made sure that it names regions"
    tree = field.region.tree
    quota = next(quota for quota in policy.quotas if quota.name == tree)
    parts: list[Part] = [*typed_steps(form, scheme, data, settings, dialect)]
    parts.append(_guard(cells_name(scheme), "too_wide", f"“{record}”有的数太大"))
    parts.append(spelling_step(f"{record}_地区写法", field.region, quota, dialect))
    step, rows = Rows(form, scheme, field, data, settings, dialect).step(
        f"{record}_各行", measures, during, f"{record}_地区写法"
    )
    parts.append(step)
    if rows.has_beyond:
        parts.append(_guard(rows.relation, BEYOND, f"“{record}”有的值算不到底"))
    figures = _Figures(record, measures, rows, dialect)
    parts += figures.parts
    if rows.keys:
        parts.append(inside_step(f"{record}_隶属", quota, dialect))
    apart = []
    for number, keys in enumerate(rows.keys, 1):
        steps = _Apart(record, number, keys, rows).steps()
        parts += steps
        apart.append((steps[-2].name, steps[-1].name))
    return Measured(
        plan=Plan(tuple(parts)),
        scheme=scheme,
        quota=quota,
        rows=rows,
        by_period=f"{record}_归期",
        figures=f"{record}_各地",
        lacking=f"{record}_缺列" if rows.lacking else None,
        apart=tuple(apart),
    )


def figure_name(place: int) -> str:
    """The column of what the measure at a place comes to."""
    return f"计{place + 1}"


def unknown_name(place: int) -> str:
    """The column that says whether what a measure comes to is unknown for want of what rows say."""
    return f"不明{place + 1}"


class _Figures:
    """What is counted and added up by lowest region."""

    def __init__(self, record: str, measures: Sequence[Measure], rows: RowColumns, dialect: Dialect) -> None:
        self._record = record
        self._measures = measures
        self._rows = rows
        self._dialect = dialect
        self._keys = {place: keys for keys in rows.keys for place in keys.measures}

    @property
    def parts(self) -> list[Part]:
        relation, place = quoted(self._rows.relation), quoted(PLACE)
        columns = listed([place, *(column for at in range(len(self._measures)) for column in self._columns(at))])
        figures = f"SELECT {columns} FROM {relation} WHERE {quoted(WHEN)} = {COUNTED} GROUP BY {place}"
        by_period = f"SELECT {quoted(WHEN)}, COUNT(*) AS 行数 FROM {relation} GROUP BY {quoted(WHEN)}"
        parts: list[Part] = [
            Step(f"{self._record}_归期", query(by_period), "合格的行归哪一期"),
            Step(f"{self._record}_各地", query(figures), "最下一级各地区各项的数"),
        ]
        if self._rows.lacking:
            lacks = (f"BOOL_OR({name}) AS {name}" for name in (quoted(f"lacking:{one}") for one in self._rows.lacking))
            text = f"SELECT {listed([place, *lacks])} FROM {relation} GROUP BY {place}"
            parts.append(Step(f"{self._record}_缺列", query(text), "哪些地区有的文件缺列"))
        return parts + self._guards()

    def _columns(self, place: int) -> tuple[str, str]:
        own, total = quoted(holds(place)), self._rows.totals.get(place)
        unknown = f"{own} IS NULL"
        if total is not None:
            adds = quoted(total.column)
            figure = f"SUM({self._wide(total)}) FILTER (WHERE {own})"
            unknown = f"(COALESCE({own}, TRUE) AND {adds} IS NULL) OR ({unknown} AND {adds} <> 0)"
        elif place in self._keys:
            one_lacks = any_of(f"{quoted(key)} IS NULL" for key in self._keys[place].columns)
            figure = f"COUNT(*) FILTER (WHERE {own} AND ({one_lacks}))"
        else:
            figure = f"COUNT(*) FILTER (WHERE {own})"
        return f"{figure} AS {figure_name(place)}", f"BOOL_OR({unknown}) AS {unknown_name(place)}"

    def _wide(self, total: Total) -> str:
        return self._dialect.wide(column(total.column)).sql("duckdb")

    def _guards(self) -> list[Part]:
        """Where numbers that may count are above 0 and below, the reference says whether they add nothing."""
        guards: list[Part] = []
        for place, total in self._rows.totals.items():
            if not total.is_natural:
                own, adds = quoted(holds(place)), quoted(total.column)
                text = f"SELECT COUNT(*) FROM {quoted(self._rows.relation)} WHERE {own} IS NULL AND {adds} < 0"
                guards.append(Guard(query(text), f"“{self._record}”有的行算不算不明，又是负数"))
        return guards


class _Apart:
    """Different ones: those that stand in one region, and those that stand in several."""

    def __init__(self, record: str, number: int, keys: Keys, rows: RowColumns) -> None:
        self._name = f"{record}_不同{number}"
        self._inside = f"{record}_隶属"
        self._keys = keys
        self._rows = rows

    def steps(self) -> list[Step]:
        return [
            Step(self._name, query(self._told_apart()), "各不相同的，和最先、最后一个所在的地区", kept=True),
            Step(f"{self._name}_一地", query(self._in_one()), "只在一个地区的"),
            Step(f"{self._name}_多地", query(self._in_many()), "在几个地区的，每个上级地区各计一次"),
        ]

    def _told_apart(self) -> str:
        keys, place = [quoted(key) for key in self._keys.columns], quoted(PLACE)
        known = all_of(f"{key} IS NOT NULL" for key in keys)
        counts = any_of(quoted(holds(at)) for at in self._keys.measures)
        return (
            f"SELECT {listed([*keys, f'MIN({place}) AS 首', f'MAX({place}) AS 末', *self._any()])} "
            f"FROM {quoted(self._rows.relation)} WHERE {quoted(WHEN)} = {COUNTED} AND {known} AND ({counts}) "
            f"GROUP BY {listed(keys)}"
        )

    def _in_one(self) -> str:
        return (
            f"SELECT 首 AS {quoted(PLACE)}, {listed(self._counted())} FROM {quoted(self._name)} "
            "WHERE 首 = 末 GROUP BY 首"
        )

    def _in_many(self) -> str:
        keys = [quoted(key) for key in self._keys.columns]
        same = all_of(f"行.{key} = 多.{key}" for key in keys)
        held = (f"BOOL_OR(行.{quoted(holds(at))}) AS {quoted(holds(at))}" for at in self._keys.measures)
        within = quoted(WITHIN)
        each = (
            f"SELECT {listed([f'属.{within}', *(f'行.{key}' for key in keys), *held])} "
            f"FROM {quoted(self._rows.relation)} AS 行 JOIN {quoted(self._name)} AS 多 ON {same} "
            f"JOIN {quoted(self._inside)} AS 属 ON 行.{quoted(PLACE)} = 属.{quoted(PLACE)} "
            f"WHERE 多.首 <> 多.末 AND 行.{quoted(WHEN)} = {COUNTED} "
            f"GROUP BY {listed([f'属.{within}', *(f'行.{key}' for key in keys)])}"
        )
        return f"SELECT {listed([within, *self._counted()])} FROM ({each}) AS 各个 GROUP BY {within}"

    def _any(self) -> list[str]:
        return [f"BOOL_OR({name}) AS {name}" for name in (quoted(holds(at)) for at in self._keys.measures)]

    def _counted(self) -> list[str]:
        return [f"COUNT(*) FILTER (WHERE {quoted(holds(at))}) AS {figure_name(at)}" for at in self._keys.measures]


def _guard(relation: str, flag: str, about: str) -> Guard:
    rows = exp.select(exp.Count(this=exp.Star())).from_(exp.Table(this=exp.Identifier(this=relation, quoted=True)))
    return Guard(rows.where(column(flag)), about)
