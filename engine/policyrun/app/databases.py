"""Where plans are worked out: a database, and how records at hand get into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from policyrun.app.engine import EngineName
from policyrun.columnar.embedded import Embedded
from policyrun.columnar.engine import Engine
from policyrun.datasets.scan import relation_of
from policyrun.datasets.scan_rows import arrow_of
from policyrun.model.raw import SchemeInput
from policyrun.model.relation import RawRelation
from policyrun.source.diagnostic import Diagnostics


@dataclass(frozen=True, slots=True)
class Database:
    """An engine, and what stores the rows of a scheme there."""

    engine: Engine
    store: Callable[[SchemeInput], RawRelation]


#: Opens a database, which is gone afterwards.
Opening = Callable[[], AbstractContextManager[Database]]


def database(name: EngineName, master: str | None, found: Diagnostics) -> AbstractContextManager[Database]:
    """The database of an engine that works by plans.

    Args:
        master: where Spark runs; None: in this process.

    Raises:
        PolicyrunError: on entering, with the reason in ``found``, if there is none.
    """
    return on_spark(master, found) if name is EngineName.SPARK else embedded()


@contextmanager
def embedded() -> Iterator[Database]:
    """DuckDB, in this process."""
    with Embedded() as engine:
        yield Database(engine, lambda data: relation_of(engine.connection, _name(data), data))


@contextmanager
def on_spark(master: str | None, found: Diagnostics) -> Iterator[Database]:
    """Spark."""
    from policyrun.columnar.spark import LOCAL, open_spark

    with open_spark(master or LOCAL, found) as engine:

        def store(data: SchemeInput) -> RawRelation:
            relation, rows = arrow_of(_name(data), data)
            engine.take(relation.name, rows)
            return relation

        yield Database(engine, store)


def _name(data: SchemeInput) -> str:
    return f"{data.scheme}_原始"
