"""DuckDB in this process: no server, no download; what does not fit in memory goes to a scratch folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from policyrun.columnar.dialect import DIALECTS, Dialect
from policyrun.columnar.parsing import Query
from policyrun.columnar.plan import Step
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    import pyarrow

#: Numbers that are spread more thinly than this are not counted by bits, nor are such that need so many.
_BITS_PER_NUMBER, _MOST_BITS = 64, 10**9
#: What a database takes before it spills, if nothing else is asked: others use the machine too, and read files through
#: memory that nobody counts.
_MOST_MEMORY = "60%"
#: So many bytes of memory per row, and a fold takes all people at once without spilling.
_ROOM_OF_ROW = 350
#: Rows handed over at a time: few enough that their memory is used again for the next.
BATCH = 20_000

#: Optimizers that make aggregates over many layers of columns slow, or whose joins turn round at will.
_NEVER = ("in_clause", "partial_aggregate_pushdown")


@dataclass(slots=True)
class Pace:
    """How far a run has come, for whoever watches it from another thread.

    Attributes:
        rows: how many rows are decided in all; 0 before that is known.
        whole: what there is to do, in the weights of steps, as far as the plan tells.
        done: what has been done.
        current: what is being done.
        reading: the sheet that is being read, of which ``rows`` and ``whole`` are told then; "": none is.
        parts: how many things have been begun that are told by themselves.
    """

    rows: int = 0
    whole: int = 0
    done: int = 0
    current: int = 0
    reading: str = ""
    parts: int = 0

    def read(self, sheet: str, done: int, rows: int) -> None:
        """Notes how many rows of a sheet have been read."""
        if sheet != self.reading:
            self.parts += 1
        self.reading, self.rows, self.whole, self.done, self.current = sheet, rows, rows, done, 0

    def plan(self, rows: int, whole: int) -> None:
        """Says what there is to do with how many rows, now that they are read."""
        self.reading, self.rows, self.whole, self.done, self.current = "", rows, whole, 0, 0
        self.parts += 1

    def begin(self, step: Step) -> None:
        """Notes that a step begins, and that the one before is over."""
        self.done += self.current
        self.current = step.weight


class Embedded:
    """A DuckDB database of its own, gone when it is closed.

    Args:
        memory: the most memory it may take before it spills, such as ``4GB``; None: most of the machine's.
        scratch: where it spills and keeps what does not fit; None: the system's place for temporary files.
    """

    def __init__(self, memory: str | None = None, scratch: Path | None = None) -> None:
        import duckdb

        self._folder = tempfile.TemporaryDirectory(prefix=".policyrun-", dir=scratch)
        config: dict[str, Any] = {
            "temp_directory": self._folder.name,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": True,
            "memory_limit": memory or _MOST_MEMORY,
            "enable_external_file_cache": False,  # files are read once, and the system keeps what is read again
        }
        self.connection = duckdb.connect(":memory:", config=config)
        self.connection.execute("SET enable_progress_bar = true")
        self.connection.execute("SET enable_progress_bar_print = false")
        self.pace = Pace()
        self._in_haste = False
        self.execute(f"SET disabled_optimizers = '{','.join(_NEVER)}'")

    def __enter__(self) -> Embedded:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()
        self._folder.cleanup()

    def portions(self, rows: int) -> int:
        if self._in_haste:
            return 1
        self.execute("SELECT parse_formatted_bytes(current_setting('memory_limit'))")
        ((room,),) = self.connection.fetchall()
        return max(1, -(-rows * _ROOM_OF_ROW // int(room)))

    def hurry(self) -> None:
        """From now on there are few rows: finding a good way to work a query out would take longer than any way does.

        Views are stored too, for what reads one would have to understand it again.
        """
        self.execute("PRAGMA disable_optimizer")
        self.execute("SET threads = 1")
        self._in_haste = True

    @property
    def percent(self) -> int:
        """How far the run has come, as far as can be told: 0 to 99."""
        pace = self.pace
        finished = 100 * pace.done + pace.current * max(0, int(self.connection.query_progress()))
        return min(99, finished // max(1, pace.whole))

    @property
    def dialect(self) -> Dialect:
        return DIALECTS["duckdb"]

    def keep(self, name: str, query: Query) -> None:
        self.execute(f"CREATE TABLE {_quoted(name)} AS {self.dialect.sql(query)}")

    def view(self, name: str, query: Query) -> None:
        self.execute(f"CREATE {'TABLE' if self._in_haste else 'VIEW'} {_quoted(name)} AS {self.dialect.sql(query)}")

    def supply(self, name: str, shape: exp.Query, rows: pyarrow.Table | None) -> None:
        self.keep(name, shape)
        if rows is not None:
            self.connection.register("supplied", rows)
            self.execute(f"INSERT INTO {_quoted(name)} BY NAME SELECT * FROM supplied")
            self.connection.unregister("supplied")

    def append(self, name: str, query: Query) -> None:
        self.execute(f"INSERT INTO {_quoted(name)} {self.dialect.sql(query)}")

    def replace(self, name: str, by: str) -> None:
        self.execute(f"DROP TABLE {_quoted(name)}")
        self.execute(f"ALTER TABLE {_quoted(by)} RENAME TO {_quoted(name)}")

    def forget(self, name: str) -> None:
        import duckdb

        try:
            self.execute(f"DROP TABLE IF EXISTS {_quoted(name)}")
        except duckdb.CatalogException:  # it is a view; asking the catalogue beforehand takes longer than all the rest
            self.execute(f"DROP VIEW {_quoted(name)}")

    def number(self, query: Query) -> int:
        ((found,),) = self.rows(query)
        return int(found)

    def all_differ(self, numbers: exp.Query, bounds: exp.Query) -> bool:
        """As many bits set as there are numbers: all differ. For numbers that lie close together."""
        import duckdb

        ((least, most, count),) = self.rows(bounds)
        if not count:
            return True
        if most - least >= min(count * _BITS_PER_NUMBER, _MOST_BITS):
            return False
        (name,) = (each.alias_or_name for each in numbers.selects)
        bits = f"bit_count(bitstring_agg({_quoted(name)}, {least}, {most}))"
        query = f"SELECT {bits} = count(*) FROM ({self.dialect.sql(numbers)})"
        try:
            (found,) = self.connection.execute(query).fetchall()
        except duckdb.OutOfRangeException:  # what a file says of its own bounds is not so
            return False
        return found in ((True,), (None,))

    def rows(self, query: Query) -> list[tuple[Any, ...]]:
        """All rows of a query; for few."""
        return self.connection.execute(self.dialect.sql(query)).fetchall()

    def records(self, query: Query) -> Iterator[Mapping[str, Any]]:
        """The rows of a query, one at a time."""
        result = self.connection.execute(self.dialect.sql(query))
        names = [name for name, *_rest in result.description or ()]
        while rows := result.fetchmany(BATCH):
            yield from (dict(zip(names, row, strict=True)) for row in rows)

    def batches(self, query: Query, *, as_read: bool = False) -> Iterator[pyarrow.RecordBatch]:
        with self._alone() if as_read else nullcontext():
            yield from self.connection.sql(self.dialect.sql(query)).to_arrow_reader(BATCH)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Meanwhile one thread does all: several look things up side by side, and what is first found comes first."""
        ((threads,),) = self.connection.execute("SELECT current_setting('threads')").fetchall()
        self.execute("SET threads = 1")
        try:
            yield
        finally:
            self.execute(f"SET threads = {threads}")

    def copy_parquet(self, queries: Sequence[exp.Query], path: Path) -> None:
        """Writes the rows of queries, in order, one query after the other, as a parquet file."""
        every, *others = queries
        for other in others:
            every = exp.Union(this=every, expression=other, distinct=False)
        name = str(path).replace("'", "''")
        self.execute(f"COPY ({self.dialect.sql(every)}) TO '{name}' (FORMAT parquet)")

    def execute(self, sql: str) -> None:
        self.connection.execute(sql)


@contextmanager
def embedded_faults(found: Diagnostics) -> Iterator[None]:
    """Turns what the database cannot do for want of memory or disk into diagnostics.

    Raises:
        PolicyrunError: with the reason in ``found``.
    """
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        help_text = _("用 --memory 给多些，或关掉别的程序；数据再长也不要紧，但每一步要有几百兆")
        found.add("PR624", _("内存不够"), help=help_text)
        raise PolicyrunError(found) from error
    except duckdb.IOException as error:
        found.add(
            "PR625", _("读写不了硬盘：{why}").format(why=str(error).splitlines()[0]), help=_("核对硬盘的余地和权限")
        )
        raise PolicyrunError(found) from error


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql("duckdb")
