"""A run whose decisions stay in a database: what it comes to, and its result written as it is read.

No row becomes an object on the way: the database gives lines of the canonical csv, or writes parquet itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from policyrun.app.result import RESULT_COLUMNS, InputFile, VersionRun
from policyrun.app.streamed_summary import summed
from policyrun.columnar.conclusions import Answer
from policyrun.columnar.embedded import Embedded
from policyrun.columnar.folding import column
from policyrun.columnar.plan import ROW
from policyrun.columnar.result import line_query
from policyrun.datasets.write_csv import csv_bytes
from policyrun.ir.policy import Policy
from policyrun.model.relation import RawRelation
from policyrun.model.settings import Settings

if TYPE_CHECKING:
    import pyarrow

    from policyrun.app.summary import Summary


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
        engine: Embedded,
        answers: Sequence[Answer],
        relations: Sequence[RawRelation],
        inputs: tuple[InputFile, ...] = (),
    ) -> None:
        self.policy = policy
        self.settings = settings
        self.inputs = inputs
        self.engine = engine
        self.answers = tuple(answers)
        self.relations = {one.scheme: one for one in relations}
        self._summary: Summary | None = None
        self._digest: str | None = None

    def summary(self) -> Summary:
        if self._summary is None:
            rows = {scheme: one.rows or 0 for scheme, one in self.relations.items()}
            self._summary = summed(self.policy, self.engine, self.answers, rows)
        return self._summary

    def digest(self) -> str:
        if self._digest is None:
            for _piece in self.lines():
                pass
        assert self._digest is not None, "reading every line takes the digest"
        return self._digest

    def lines(self, told: Callable[[int], None] | None = None) -> Iterator[bytes | memoryview]:
        """The canonical csv, header first, many lines at a time; takes the digest on the way.

        Args:
            told: is told how many rows have been given so far.
        """
        digest = hashlib.sha256()
        rows = 0
        (header,) = csv_bytes(RESULT_COLUMNS, ())
        digest.update(header)
        yield header
        for answer in self.answers:
            for piece, count in self._pieces(answer):
                digest.update(piece)
                yield piece
                rows += count
                if told is not None:
                    told(rows)
        self._digest = digest.hexdigest()

    def _pieces(self, answer: Answer) -> Iterator[tuple[bytes | memoryview, int]]:
        """The lines of a scheme, many at a time, and how many; few are not worth loading Arrow."""
        query = line_query(answer, self.engine.dialect)
        if self.relations[answer.scheme.name].is_short:
            lines = [line for _row, line in self.engine.rows(query.order_by(column(ROW), copy=False))]
            yield "".join(lines).encode(), len(lines)
        else:
            for batch in in_order(self.engine, query, answer):
                yield bytes_of(batch.column("line")), batch.num_rows


def in_order(engine: Embedded, query: exp.Select, answer: Answer) -> Iterator[pyarrow.RecordBatch]:
    """The rows of a query over conclusions, in input order.

    Conclusions are stored in that order and read in the order stored, but for joins that had to spill; whether they
    are is looked at, and only where they are not are they sorted.
    """
    if not is_stored_in_order(engine, answer):
        query = query.order_by(column(ROW))
    last = -1
    with engine.in_stored_order():
        for batch in engine.batches(query):
            places = batch.column(ROW).to_numpy()
            assert len(places) == 0 or (places[0] > last and (places[1:] > places[:-1]).all()), "rows keep their order"
            last = int(places[-1]) if len(places) else last
            yield batch


def is_stored_in_order(engine: Embedded, answer: Answer) -> bool:
    """Whether the conclusions of a scheme lie in input order."""
    before = exp.Window(this=exp.Anonymous(this="LAG", expressions=[column(ROW)]))
    pairs = exp.select(exp.Alias(this=column(ROW), alias="one"), exp.Alias(this=before, alias="before")).from_(
        exp.Table(this=exp.Identifier(this=answer.relation, quoted=True))
    )
    wrong = exp.select(exp.Count(this=exp.Star())).from_(pairs.subquery("pairs")).where("one <= before")
    return not engine.number(wrong)


def bytes_of(lines: pyarrow.Array) -> memoryview:
    """The bytes of all texts of an array, one after the other, without copying them."""
    _validity, offsets, data = lines.buffers()
    if data is None:
        return memoryview(b"")
    places = memoryview(offsets).cast("i" if str(lines.type) == "string" else "q")
    return memoryview(data)[places[lines.offset] : places[lines.offset + len(lines)]]
