"""Counting granted records that stay in a database: what ``tally`` says of rows at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count

from sqlglot import exp

from policyrun.app.streamed import Streamed
from policyrun.app.tally import BELOW, Path, Tallied, region_column
from policyrun.columnar.conclusions import Answer
from policyrun.columnar.engine import Engine, run_plan
from policyrun.columnar.fold_sql import listed, query, quoted
from policyrun.columnar.measures_regions import told_step
from policyrun.columnar.measures_tally import ADDS, COUNTS, PLACE, STATE, UNCLEAR, YEAR, Counted, Counting
from policyrun.columnar.plan import Plan, Unlowered
from policyrun.ir.policy import Field
from policyrun.ir.tally import Placing, Tally
from policyrun.model.decision import Conclusion
from policyrun.model.vocabulary import Quota

#: Rows of one place and year: how many, and what they add up to.
_Sums = dict[tuple[str, int | None], tuple[int, Fraction]]


class PlannedTallies:
    """Counts the rows of a run in its database.

    Raises:
        Unlowered, Beyond: if a plan cannot count these rows; the reference can.
    """

    def __init__(self, run: Streamed) -> None:
        self._run = run
        self._names = count(1)
        self._told: dict[tuple[str, str], str] = {}
        self._invalid = {answer.scheme.name: _invalid(run.engine, answer) for answer in run.answers}
        dialect = run.engine.dialect
        self._counting = {
            answer.scheme.name: Counting(run.policy, answer, run.relations[answer.scheme.name], run.settings, dialect)
            for answer in run.answers
        }
        run_plan(Plan(tuple(guard for one in self._counting.values() for guard in one.guards)), run.engine)

    def tallied(self, tally: Tally, quota: Quota | None = None) -> Tallied:
        """All that counts for a target; ``quota`` is the table it stands in, if any."""
        names = [answer.scheme.name for answer in self._run.answers if answer.scheme.name in tally.over]
        parts = [self._part(name, tally, quota) for name in names]
        rows = _Rows(self._run.engine, tally, parts)
        return Tallied(
            counted=rows,
            unclear=rows.unclear,
            undecided=rows.undecided,
            invalid=sum(self._invalid[name] for name in names),
            lacking=tuple(name for name in tally.over if name not in names),
            given=bool(names),
        )

    def _part(self, scheme: str, tally: Tally, quota: Quota | None) -> Counted:
        """The relation of the rows of a scheme that count or may count."""
        place, told = self._place(scheme, quota)
        step, counted = self._counting[scheme].step(f"计数_{next(self._names)}", tally, place, told)
        self._run.engine.view(step.name, step.query)
        return counted

    def _place(self, scheme: str, quota: Quota | None) -> tuple[Placing | Field | None, str]:
        """What tells the region that the rows of a scheme name."""
        policy = self._run.policy
        placing = None if quota is None else policy.tallies.placing.get(quota.name)
        if quota is None or placing is not None:
            return placing, ""
        own = policy.scheme(scheme)
        column = None if own is None else region_column(own.record, quota)
        if column is None or column.region is None:
            return None, ""
        key = scheme, quota.name
        if key not in self._told:
            step = told_step(f"{scheme}_{quota.name}_地区写法", column.region, quota, BELOW)
            run_plan(Plan((step,)), self._run.engine)
            self._told[key] = step.name
        return column, self._told[key]


class _Rows:
    """Rows that count, in the database."""

    def __init__(self, engine: Engine, tally: Tally, parts: Sequence[Counted]) -> None:
        self._engine = engine
        self._tally = tally
        self._parts = parts
        self._sums: _Sums = {}
        self._spellings: dict[str, set[str]] = {}
        self.unclear = 0
        self.undecided: Counter[str] = Counter()
        if any(part.keys != parts[0].keys for part in parts):
            raise Unlowered(f"目标的计数“{tally.span.text}”各项目单位不同")
        for part in parts:
            self._take(part)

    def years(self) -> Collection[int | None]:
        return {year for _place, year in self._sums}

    def places(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for (place, _year), (rows, _sum) in self._sums.items():
            found[place] += rows
        return found

    def come_to(self, groups: Mapping[str, Sequence[Path]]) -> Mapping[tuple[Path, int | None], Fraction]:
        if self._tally.distinct:
            return self._different(groups)
        found: dict[tuple[Path, int | None], Fraction] = {}
        for (place, year), (_rows, added) in self._sums.items():
            for group in groups[place]:
                found[group, year] = found.get((group, year), Fraction(0)) + added
        return found

    def _take(self, part: Counted) -> None:
        own = [quoted(name) for name in (STATE, PLACE, YEAR)]
        text = (
            f"SELECT {listed(own)}, COUNT(*), SUM({quoted(ADDS)}) FROM {quoted(part.relation)} GROUP BY {listed(own)}"
        )
        for state, said, year, rows, added in self._engine.rows(query(text)):
            place = said.strip()
            if state == COUNTS:
                self._spellings.setdefault(place, set()).add(said)
                before = self._sums.get((place, year), (0, Fraction(0)))
                self._sums[place, year] = before[0] + rows, before[1] + Fraction(int(added), part.den)
            elif state == UNCLEAR:
                self.unclear += rows
            else:
                self.undecided[place] += rows

    def _different(self, groups: Mapping[str, Sequence[Path]]) -> Mapping[tuple[Path, int | None], Fraction]:
        """How many different ones there are in each group and year."""
        paths = list(dict.fromkeys(path for place in self._spellings for path in groups[place]))
        if not paths:
            return {}
        keys = [quoted(name) for name, _den in self._parts[0].keys]
        columns = listed([quoted(PLACE), quoted(YEAR), *keys])
        rows = " UNION ALL ".join(
            f"SELECT {columns} FROM {quoted(part.relation)} WHERE {quoted(STATE)} = {COUNTS}" for part in self._parts
        )
        each = f"SELECT DISTINCT 组.编号, {listed(f'行.{name}' for name in (quoted(YEAR), *keys))} FROM ({rows}) AS 行"
        text = f"SELECT 编号, {quoted(YEAR)}, COUNT(*) FROM ({each} JOIN 组 ON 组.地方 = 行.{quoted(PLACE)}) AS 各个"
        counted = query(f"{text} GROUP BY 编号, {quoted(YEAR)}").tree()
        pairs = list(self._grouped(groups, {path: number for number, path in enumerate(paths)}))
        counted = counted.with_("组", as_=_values(pairs))
        return {(paths[at], year): Fraction(rows_) for at, year, rows_ in self._engine.rows(counted)}

    def _grouped(self, groups: Mapping[str, Sequence[Path]], numbers: Mapping[Path, int]) -> Iterator[exp.Tuple]:
        for place, spellings in self._spellings.items():
            for said in sorted(spellings):
                for path in groups[place]:
                    yield exp.Tuple(expressions=[exp.Literal.string(said), exp.Literal.number(numbers[path])])


def _values(rows: Sequence[exp.Tuple]) -> exp.Select:
    names = [exp.Identifier(this=name, quoted=True) for name in ("地方", "编号")]
    alias = exp.TableAlias(this=exp.Identifier(this="各行", quoted=True), columns=names)
    return exp.select("*").from_(exp.Values(expressions=list(rows), alias=alias))


def _invalid(engine: Engine, answer: Answer) -> int:
    """How many rows are 数据错误."""
    numbers = [at for at, end in enumerate(answer.endings.all) if end.conclusion is Conclusion.INVALID]
    if not numbers:
        return 0
    text = f"SELECT COUNT(*) FROM {quoted(answer.relation)} WHERE why IN ({listed(map(str, numbers))})"
    return engine.number(query(text))
