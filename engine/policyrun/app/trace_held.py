"""The story of one row of records that stay in a database: only rows that used what it asks for become objects.

What became of every row is known from the plan. What each limit said to the one asked about depends on the grants that
share a key with it, and on nothing else; the reference is told those, and tells the story.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from policyrun.app.impact_run import Side
from policyrun.app.impact_sides import Held, held, scanned
from policyrun.app.planned import outcomes_of
from policyrun.app.result import RunResult, SchemeResult
from policyrun.columnar.embedded import Embedded
from policyrun.columnar.folding import column
from policyrun.columnar.plan import ROW
from policyrun.columnar.tables import quoted as identifier
from policyrun.datasets.scan_back import rows_at
from policyrun.datasets.scan_rows import quoted
from policyrun.interp.run import decide_one
from policyrun.ir.nodes import Column, Supplied
from policyrun.ir.policy import Limit, Scheme
from policyrun.model.decision import Conclusion, Outcome
from policyrun.source.diagnostic import Diagnostics

#: The schema of the run.
_RUN = "run"


class HeldRows:
    """The rows of a run in a database, found one by one; of use for as long as that is open."""

    def __init__(self, run: Held, engine: Embedded) -> None:
        self._run = run
        self._engine = engine

    @property
    def schemes(self) -> list[str]:
        """Those with records."""
        return list(self._run.relations)

    def find(self, scheme: str, serial: str) -> int | None:
        """The first row with a 序号; None if there is none."""
        wanted = serial.strip()
        rows = self._engine.connection.execute(
            f"SELECT {ROW}, serial_text FROM {self._run.conclusions(scheme)}"
            f" WHERE contains(serial_text, ?) ORDER BY {ROW}",
            [wanted],
        )
        while some := rows.fetchmany(1000):
            for row, written in some:
                if written.strip() == wanted:
                    return int(row)
        return None

    def span(self, scheme: str) -> tuple[int, str, str]:
        """How many rows a scheme has, and the first and the last 序号."""
        found = self._engine.connection.execute(
            f"SELECT count(*), arg_min(serial_text, {ROW}), arg_max(serial_text, {ROW})"
            f" FROM {self._run.conclusions(scheme)}"
        ).fetchone()
        assert found is not None, "an aggregate gives one row"
        return found[0], found[1] or "", found[2] or ""

    def can_tell(self, scheme: str) -> bool:
        """Whether the story of a row needs few others: a share of a total depends on all who have one."""
        (fold,) = (each for each in self._run.policy.folds() if scheme in {one.name for one in each})
        return all(one.split is None for one in fold)

    def told(self, scheme: str, row: int) -> tuple[RunResult, Outcome]:
        """A run of the rows that the story of one is about, and what became of it, limits included."""
        around = {name: self._around(name, scheme, row) for name in self._run.relations}
        picked = {name: rows for name, rows in around.items() if rows}
        parts = [self._part(name, rows) for name, rows in picked.items()]
        run, index = self._run, picked[scheme].index(row)
        outcome = decide_one(
            run.policy,
            [part.data for part in parts],
            {part.scheme.name: part.outcomes for part in parts},
            (scheme, index),
            run.settings,
            run.beside.history,
            run.beside.exceptions,
        )
        told = [
            SchemeResult(part.scheme, part.data, (*part.outcomes[:index], outcome, *part.outcomes[index + 1 :]))
            if part.scheme.name == scheme
            else part
            for part in parts
        ]
        return RunResult(run.policy, run.settings, tuple(told), run.inputs), outcome

    def _part(self, scheme: str, rows: Sequence[int]) -> SchemeResult:
        run = self._run
        answer, picked = run.answers[scheme], f"SELECT unnest({list(rows)})"
        data = rows_at(self._engine.connection, run.relations[scheme], run.raw(scheme), picked)
        own = exp.Table(this=identifier(answer.relation), db=identifier(run.schema))
        query = exp.select("*").from_(own).where(f"{ROW} IN ({picked})", dialect="duckdb").order_by(column(ROW))
        return SchemeResult(answer.scheme, data, tuple(outcomes_of(answer, self._engine.records(query))))

    def _around(self, name: str, scheme: str, row: int) -> list[int]:
        """The rows of a scheme that the story of a row of ``scheme`` looks at, in input order."""
        run = self._run
        own, asked = run.answers[name].scheme, run.answers[scheme].scheme
        shared = [*self._sharing(own, asked)]
        tests = [f"({' OR '.join(shared)}) AND {self._granted(name)}"] if shared else []
        if name == scheme:
            tests.append(f"one.{ROW} = {row}")
            if own.record.field(Supplied.SERIAL) is not None:
                tests.append(f"one.{quoted(Supplied.SERIAL)} = it.{quoted(Supplied.SERIAL)}")
        if not tests:
            return []
        found = self._engine.connection.execute(
            f"SELECT DISTINCT one.{ROW} FROM {run.cells(name)} AS one"
            f" JOIN {run.conclusions(name)} AS came ON came.{ROW} = one.{ROW},"
            f" (SELECT * FROM {run.cells(scheme)} WHERE {ROW} = {row}) AS it WHERE {' OR '.join(tests)} ORDER BY 1"
        )
        return [int(each) for (each,) in found.fetchall()]

    def _granted(self, name: str) -> str:
        """Whether a row was granted: all others use nothing up."""
        endings = self._run.answers[name].endings.all
        granted = [str(why) for why, ending in enumerate(endings) if ending.conclusion is Conclusion.GRANTED]
        return f"came.why IN ({', '.join(granted)})"

    def _sharing(self, own: Scheme, asked: Scheme) -> Iterator[str]:
        """Conditions, of which one holds of every row of a scheme that shares a key with the row asked about."""
        for limit in self._run.policy.limits:
            if {own.name, asked.name} <= set(limit.over):
                yield _same_key(limit, own, asked)
        if own is asked and own.top_up is not None:
            yield _all_same(own.top_up.key)


def held_rows(side: Side, engine: Embedded, found: Diagnostics) -> HeldRows | None:
    """Decides records in a database; None, with the reasons in ``found``, if they cannot be decided.

    Raises:
        Unlowered, Beyond: if a plan cannot decide them; the reference can.
    """
    relations = scanned(side, _RUN, engine, found)
    run = None if relations is None else held(side, relations, _RUN, _RUN, engine, found)
    return None if run is None else HeldRows(run, engine)


def _same_key(limit: Limit, own: Scheme, asked: Scheme) -> str:
    """What rows with equal keys have in common, as far as cells by themselves tell."""
    columns = [part.expr for part in limit.per if isinstance(part.expr, Column)]
    return _all_same([column.name for column in columns if _is_cell(column, own, asked)])


def _is_cell(key: Column, own: Scheme, asked: Scheme) -> bool:
    """Whether equal parts of a key are equal cells: a column read alike in both, whose blank means nothing else."""
    fields = own.record.field(key.name), asked.record.field(key.name)
    cells = {(field.cell, field.blank is None) for field in fields if field is not None}
    return None not in fields and len(cells) == 1 and cells.pop()[1]


def _all_same(names: Sequence[str]) -> str:
    same = [f"one.{quoted(name)} IS NOT DISTINCT FROM it.{quoted(name)}" for name in names]
    return f"({' AND '.join(same)})" if same else "true"
