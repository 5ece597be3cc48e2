"""Measures of records in a database: its plan runs there, a few rows per region come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sqlglot import exp

from policyrun.app.stream_serials import report_repeated
from policyrun.columnar.embedded import Embedded
from policyrun.columnar.engine import run_plan
from policyrun.columnar.folding import call, column, equal, whole
from policyrun.columnar.measures import Measured, figure_name, measured, unknown_name
from policyrun.columnar.measures_regions import PLACE, WITHIN
from policyrun.columnar.measures_rows import COUNTED, ELSEWHERE, UNDATED, WHEN, During, holds
from policyrun.columnar.plan import ROW
from policyrun.columnar.records import cells_name
from policyrun.columnar.tables import table
from policyrun.interp.likeness import columns_asked
from policyrun.interp.measures import expressions_of
from policyrun.interp.reports import NAMED, Behind, Tabulated, Taken, absent
from policyrun.ir.policy import Policy
from policyrun.ir.reporting import Measure, Report
from policyrun.model.period import Period
from policyrun.model.regions import Path, lowest_of, regions_of
from policyrun.model.relation import RawRelation
from policyrun.model.settings import Settings
from policyrun.source.diagnostic import Diagnostics


@dataclass(slots=True)
class _Figure:
    """What a measure comes to in a region: a number of parts of its denominator, unless it cannot be told."""

    known: bool = True
    count: int = 0


@dataclass(slots=True)
class _Region:
    """What is known of a region and those below it."""

    figures: list[_Figure]
    lacking: set[str] = field(default_factory=set)


class MeasuredRows:
    """What the rows of a record come to; of use for as long as the database is.

    Args:
        found: is told of 序号 that several files have.

    Raises:
        Unlowered, Beyond: if a plan cannot measure these records; the reference can.
    """

    def __init__(
        self,
        policy: Policy,
        record: str,
        by: str,
        measures: Sequence[Measure],
        data: RawRelation,
        settings: Settings,
        engine: Embedded,
        found: Diagnostics,
        during: During | None = None,
    ) -> None:
        self._plan: Measured = measured(policy, record, by, measures, data, settings, engine.dialect, during)
        engine.pace.plan(data.rows or 0, self._plan.plan.weight)
        run_plan(self._plan.plan, engine, progress=engine.pace.begin)
        report_repeated(self._plan.scheme, data, engine, found)
        self._engine = engine
        self._measures = tuple(measures)
        form = policy.records[record]
        self._asked = [columns_asked(expressions_of(measure), form, settings) for measure in measures]
        self._absent = absent(data, form)
        self.regions = regions_of(self._plan.quota)
        self._lowest = lowest_of(self._plan.quota)
        self._behind: dict[int, Mapping[Path, tuple[int, list[tuple[int, str]]]]] = {}

    @property
    def invalid(self) -> int:
        """How many rows were left out."""
        rows = exp.select(exp.Count(this=exp.Star())).from_(table(cells_name(self._plan.scheme)))
        return self._engine.number(rows.where(exp.Not(this=exp.Is(this=column("invalid"), expression=exp.Null()))))

    def taken(self) -> Taken:
        """What became of the rows."""
        rows = dict(self._engine.rows(exp.select(column(WHEN), column("行数")).from_(table(self._plan.by_period))))
        return Taken(rows.get(COUNTED, 0), rows.get(UNDATED, 0), rows.get(ELSEWHERE, 0), self.invalid)

    def figures(self) -> Mapping[Path, tuple[Fraction | None, ...]]:
        """What each measure comes to in each region, as ``interp.measures.Measurer.measured`` says it."""
        found = {region.path: _Region([_Figure() for _ in self._measures]) for region in self.regions}
        self._add_lowest(found)
        self._add_apart(found)
        self._add_lacking(found)
        return {
            path: tuple(self._told(place, region, figure) for place, figure in enumerate(region.figures))
            for path, region in found.items()
        }

    def by_measure(self) -> dict[int, Mapping[Path, Fraction | None]]:
        """What each measure, by its identity, comes to in each region."""
        figures = self.figures()
        return {
            id(one): {path: row[place] for path, row in figures.items()} for place, one in enumerate(self._measures)
        }

    def behind(self, place: int, region: Path) -> Behind:
        """The rows of the period that the measure at a place counts in a region."""
        if place not in self._behind:
            self._behind[place] = self._rows_behind(place)
        inside = [one for path, one in self._behind[place].items() if path[: len(region)] == region]
        first = sorted(row for _count, rows in inside for row in rows)[:NAMED]
        return Behind(sum(count for count, _rows in inside), tuple(serial.strip() for _number, serial in first))

    # ------------------------------------------------------------------------------------------------- from relations

    def _add_lowest(self, found: Mapping[Path, _Region]) -> None:
        places = range(len(self._measures))
        names = [name for place in places for name in (figure_name(place), unknown_name(place))]
        for at, *told in self._rows(self._plan.figures, [PLACE, *names]):
            for region in self._above(found, at):
                for place, figure in enumerate(region.figures):
                    count, is_unknown = told[2 * place : 2 * place + 2]
                    figure.count += int(count or 0)
                    figure.known = figure.known and not is_unknown

    def _add_apart(self, found: Mapping[Path, _Region]) -> None:
        for keys, (in_one, in_many) in zip(self._plan.rows.keys, self._plan.apart, strict=True):
            names = [figure_name(place) for place in keys.measures]
            for at, *counts in self._rows(in_one, [PLACE, *names]):
                for region in self._above(found, at):
                    _add(region, keys.measures, counts)
            for at, *counts in self._rows(in_many, [WITHIN, *names]):
                _add(found[self.regions[at].path], keys.measures, counts)

    def _add_lacking(self, found: Mapping[Path, _Region]) -> None:
        if self._plan.lacking is None:
            return
        names = self._plan.rows.lacking
        for at, *lacks in self._rows(self._plan.lacking, [PLACE, *(f"lacking:{name}" for name in names)]):
            for region in self._above(found, at):
                region.lacking.update(name for name, is_so in zip(names, lacks, strict=True) if is_so)

    def _rows(self, relation: str, names: Sequence[str]) -> list[tuple[Any, ...]]:
        return self._engine.rows(exp.select(*(column(name) for name in names)).from_(table(relation)))

    def _above(self, found: Mapping[Path, _Region], place: int) -> list[_Region]:
        """A lowest region and those that it lies in."""
        path = self._lowest[place]
        return [found[path[:depth]] for depth in range(1, len(path) + 1)]

    def _told(self, place: int, region: _Region, figure: _Figure) -> Fraction | None:
        asked, total = self._asked[place], self._plan.rows.totals.get(place)
        if not figure.known or asked & self._absent or asked & region.lacking:
            return None
        return Fraction(figure.count, 1 if total is None else total.den)

    def _rows_behind(self, place: int) -> Mapping[Path, tuple[int, list[tuple[int, str]]]]:
        """For each lowest region how many rows count, and the place and 序号 of the first."""
        rows = table(self._plan.rows.relation)
        first = call("MIN_BY", call("ROW", column(ROW), column("serial_text")), column(ROW), whole(NAMED))
        query = exp.select(column(PLACE), exp.Count(this=exp.Star()), first).from_(rows).where(column(holds(place)))
        query = query.where(equal(column(WHEN), whole(COUNTED))).group_by(column(PLACE))
        return {self._lowest[at]: (count, [tuple(one) for one in some]) for at, count, some in self._engine.rows(query)}


def tabulate_rows(
    policy: Policy,
    report: Report,
    data: RawRelation,
    settings: Settings,
    period: Period,
    engine: Embedded,
    found: Diagnostics,
) -> Tabulated:
    """``interp.reports.tabulate`` in a database.

    Raises:
        Unlowered, Beyond: as ``MeasuredRows``.
    """
    measures = [column.measure for column in report.columns]
    during = During(period, report.date, report.whole)
    rows = MeasuredRows(policy, report.record, report.by, measures, data, settings, engine, found, during)
    keys = [column.key for column in report.columns]
    cells = {path: dict(zip(keys, row, strict=True)) for path, row in rows.figures().items()}

    def behind(path: Path, key: str) -> Behind:
        return rows.behind(keys.index(key), path)

    return Tabulated(report, rows.regions, cells, rows.taken(), behind)


def _add(region: _Region, places: Sequence[int], counts: Sequence[int]) -> None:
    for place, count in zip(places, counts, strict=True):
        region.figures[place].count += count
