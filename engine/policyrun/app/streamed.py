"""A run whose decisions stay in a database: what it comes to, and its result written as it is read.

No row becomes an object on the way: the database gives lines of the canonical csv, or writes parquet itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from policyrun.app.beside import Beside
from policyrun.app.result import RESULT_COLUMNS, InputFile, VersionRun
from policyrun.app.spelling import Spelling, bytes_of, numbers_of
from policyrun.app.streamed_summary import paid, summed
from policyrun.columnar.conclusions import Answer
from policyrun.columnar.engine import Engine
from policyrun.columnar.plan import ROW
from policyrun.columnar.told import Telling, lines_query, rows_query
from policyrun.datasets.write_csv import csv_bytes
from policyrun.ir.policy import Policy
from policyrun.model.decision import Outcome
from policyrun.model.relation import RawRelation
from policyrun.model.settings import Settings

if TYPE_CHECKING:
    import pyarrow

    from policyrun.app.summary import Grouping, Summary

#: Pieces of a result that may wait to be hashed.
_WAITING = 4


class Streamed:
    """One run, whole, in a database; of use until that is closed.

    Args:
        relations: the raw cells of each scheme.
        inputs: every file read, in the order named.
    """

    sample = False
    versions: tuple[VersionRun, ...] = ()

    def __init__(
        self,
        policy: Policy,
        settings: Settings,
        engine: Engine,
        told: Sequence[Telling],
        relations: Sequence[RawRelation],
        inputs: tuple[InputFile, ...] = (),
    ) -> None:
        self.policy = policy
        self.settings = settings
        self.inputs = inputs
        self.engine = engine
        self.told = tuple(told)
        self.relations = {one.scheme: one for one in relations}
        self._summary: Summary | None = None
        self._digest: str | None = None

    @property
    def answers(self) -> tuple[Answer, ...]:
        return tuple(told.answer for told in self.told)

    def policy_of(self, outcome: Outcome) -> Policy:
        """The version that decided a row: there is but one."""
        return self.policy

    def shed(self) -> None:
        """Drops what only counting, tracing and comparing need; the result can be written and summed up."""
        for told in self.told:
            for name in told.passing:
                self.engine.forget(name)

    def summary(self) -> Summary:
        if self._summary is None:
            rows = {scheme: one.rows or 0 for scheme, one in self.relations.items()}
            self._summary = summed(self.engine, self.told, rows)
        return self._summary

    @property
    def records(self) -> tuple[RawRelation, ...]:
        return tuple(self.relations.values())

    def payments(self) -> Grouping:
        return paid(self.engine, self.told)

    def digest(self) -> str:
        if self._digest is None:
            for _piece in self.lines():
                pass
        assert self._digest is not None, "reading every line takes the digest"
        return self._digest

    @property
    def is_spelt(self) -> bool:
        """Whether the words of rows fit in memory, and rows are enough to be worth loading Arrow for them."""
        short = all(self.relations[told.answer.scheme.name].is_short for told in self.told)
        return not short and all(told.few for told in self.told)

    def lines(
        self,
        told: Callable[[int], None] | None = None,
        each_batch: Callable[[Spelling, pyarrow.RecordBatch], None] | None = None,
    ) -> Iterator[bytes | memoryview]:
        """The canonical csv, header first, many lines at a time; takes the digest on the way.

        Args:
            told: is told how many rows have been given so far.
            each_batch: is given the same rows, some at a time, and how to spell them; only where the run ``is_spelt``.
        """
        digest = hashlib.sha256()
        rows = 0
        (header,) = csv_bytes(RESULT_COLUMNS, ())
        digest.update(header)
        yield header
        with Beside(_WAITING) as beside:
            for each in self.told:
                for piece, count in self._spelt(each, each_batch) if self.is_spelt else self._pieces(each):
                    beside.do(digest.update, piece)
                    yield piece
                    rows += count
                    if told is not None:
                        told(rows)
        self._digest = digest.hexdigest()

    def _spelt(
        self, told: Telling, each_batch: Callable[[Spelling, pyarrow.RecordBatch], None] | None
    ) -> Iterator[tuple[memoryview, int]]:
        """The lines of a scheme, many at a time, and how many; the rows themselves are given away first."""
        spelling = Spelling(told, self.engine)
        rows = rows_query(told, self.engine.dialect)
        for batch in in_order(self.engine.batches(rows, as_read=told.by_lookup)):
            if each_batch is not None:
                each_batch(spelling, batch)
            yield spelling.lines(batch), batch.num_rows

    def _pieces(self, told: Telling) -> Iterator[tuple[bytes | memoryview, int]]:
        """The same, put together by the database."""
        query = lines_query(told, self.engine.dialect)
        if self.relations[told.answer.scheme.name].is_short:
            lines = [line for _row, line in self.engine.rows(query)]
            yield "".join(lines).encode(), len(lines)
        else:
            for batch in in_order(self.engine.batches(query)):
                yield bytes_of(batch.column("line")), batch.num_rows


def in_order(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    """Rows as they come, which must be in input order: ``row_no`` says so.

    Raises:
        RuntimeError: if they are not, which no engine lets happen.
    """
    last = -1
    for batch in batches:
        places = numbers_of(batch.column(ROW))
        if len(places) and not (places[0] > last and (places[1:] > places[:-1]).all()):
            raise RuntimeError("rows have lost their order")
        last = int(places[-1]) if len(places) else last
        yield batch
