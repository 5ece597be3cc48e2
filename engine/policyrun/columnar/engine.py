"""What runs a plan: relations are made one after the other, loops repeated until nothing is left to decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from sqlglot import exp

from policyrun.columnar.parsing import Query
from policyrun.columnar.plan import Beyond, Guard, Loop, Plan, Step, Supply

if TYPE_CHECKING:
    import pyarrow

    from policyrun.columnar.dialect import Dialect
    from policyrun.columnar.embedded import Pace

#: Told of each relation that is to be stored before it is worked out.
Progress = Callable[[Step], None]


class Engine(Protocol):
    """A database that relations can be made in."""

    #: How far it has come.
    pace: Pace

    @property
    def dialect(self) -> Dialect: ...

    @property
    def percent(self) -> int:
        """How far the run has come, as far as can be told: 0 to 99."""

    def keep(self, name: str, query: Query) -> None:
        """Works a relation out and stores it."""

    def view(self, name: str, query: Query) -> None:
        """Gives a query a name."""

    def supply(self, name: str, shape: exp.Query, rows: pyarrow.Table | None) -> None:
        """Stores rows from outside under the columns of a query; None: there are none."""

    def append(self, name: str, query: Query) -> None:
        """Adds rows to a stored relation that has their columns, in their order."""

    def replace(self, name: str, by: str) -> None:
        """Puts a stored relation in the place of another, which is gone."""

    def forget(self, name: str) -> None:
        """Drops a relation if there is one, stored or not."""

    def number(self, query: Query) -> int:
        """The one number that a query comes to."""

    def rows(self, query: Query) -> list[tuple[Any, ...]]:
        """All rows of a query; for few."""

    def records(self, query: Query) -> Iterator[Mapping[str, Any]]:
        """The rows of a query, one at a time."""

    def batches(self, query: Query, *, as_read: bool = False) -> Iterator[pyarrow.RecordBatch]:
        """The rows of a query, some at a time.

        Args:
            as_read: in the order of the relation that the query reads and looks things up for, where that has one.
        """

    def copy_parquet(self, queries: Sequence[exp.Query], path: Path) -> None:
        """Writes the rows of queries, in order, one query after the other, as a parquet file."""

    def portions(self, rows: int) -> int:
        """In how many portions a fold over so many rows is best taken."""

    def hurry(self) -> None:
        """Says that there are few rows, so that finding a good way to work them out takes longer than any way does."""


@runtime_checkable
class Counting(Protocol):
    """An engine that sees quickly whether numbers differ."""

    def all_differ(self, numbers: exp.Query, bounds: exp.Query) -> bool:
        """Whether the whole numbers in the one column of a query surely all differ; false where that takes long.

        Args:
            bounds: a query for the least and the greatest that may be among them, and for how many there may be.
        """


def run_plan(
    plan: Plan,
    engine: Engine,
    supplies: Mapping[str, pyarrow.Table] | None = None,
    progress: Progress | None = None,
) -> None:
    """Makes every relation of a plan, in order.

    Raises:
        Beyond: if a guard finds rows that the plan cannot work out exactly; what was made so far is of no use.
    """
    for part in plan.parts:
        match part:
            case Step():
                _make(part, engine, progress)
            case Loop():
                _repeat(part, engine, progress)
            case Supply(name=name, shape=shape):
                engine.supply(name, shape, (supplies or {}).get(name))
            case Guard(rows=rows, about=about):
                if engine.number(rows):
                    raise Beyond(about)


def _make(step: Step, engine: Engine, progress: Progress | None) -> None:
    if step.kept and progress is not None:
        progress(step)
    if step.kept:
        engine.keep(step.name, step.query)
    else:
        engine.view(step.name, step.query)
    for name in step.spent:
        engine.forget(name)


def _repeat(loop: Loop, engine: Engine, progress: Progress | None) -> None:
    """Passes of a loop; each must leave less to decide than the one before."""
    left = engine.number(loop.open_rows)
    while left:
        engine.append(loop.settled, loop.finished)
        for step in loop.steps:
            _make(step, engine, progress)
        engine.replace(loop.state, loop.state_next)
        for step in reversed(loop.steps):
            if step.name != loop.state_next:
                engine.forget(step.name)
        before, left = left, engine.number(loop.open_rows)
        assert left < before, "every pass decides at least one row"
