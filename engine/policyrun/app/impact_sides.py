"""A run whose conclusions stay in a schema of a database, beside others over the same records or alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyrun.app.evaluate import Beside, read_beside, side_files
from policyrun.app.impact_run import Side
from policyrun.app.inputs import wanted_of
from policyrun.app.planned import decide_relations
from policyrun.app.result import InputFile
from policyrun.app.stream import files_read, scan_records
from policyrun.app.stream_serials import report_repeated
from policyrun.columnar.embedded import Embedded, Pace
from policyrun.columnar.engine import run_plan
from policyrun.columnar.plan import Plan
from policyrun.columnar.records import cells_name
from policyrun.columnar.result import wording, words_name
from policyrun.datasets.scan_rows import quoted
from policyrun.ir.policy import Policy
from policyrun.model.relation import RawRelation
from policyrun.model.settings import Settings
from policyrun.source.diagnostic import Diagnostics

if TYPE_CHECKING:
    from policyrun.columnar.conclusions import Answer


@dataclass(frozen=True, slots=True)
class Held:
    """A run whose conclusions stay in a schema of a database.

    Attributes:
        records: the schema of the raw cells, which several runs may share.
        answers, relations: by scheme, those with records alone, in declared order.
    """

    policy: Policy
    beside: Beside
    schema: str
    records: str
    answers: Mapping[str, Answer]
    relations: Mapping[str, RawRelation]
    inputs: tuple[InputFile, ...]

    @property
    def settings(self) -> Settings:
        return self.beside.settings

    def raw(self, scheme: str) -> str:
        """The relation of a scheme's raw cells, as SQL names it."""
        return f"{quoted(self.records)}.{quoted(self.relations[scheme].name)}"

    def conclusions(self, scheme: str) -> str:
        return f"{quoted(self.schema)}.{quoted(self.answers[scheme].relation)}"

    def cells(self, scheme: str) -> str:
        """The relation of a scheme's typed cells."""
        return f"{quoted(self.schema)}.{quoted(cells_name(self.answers[scheme].scheme))}"

    def words(self, scheme: str) -> str:
        """The relation of what the kinds of rows of a scheme say, as SQL names it."""
        return f"{quoted(self.schema)}.{quoted(words_name(self.answers[scheme]))}"


def scanned(side: Side, schema: str, engine: Embedded, found: Diagnostics) -> tuple[RawRelation, ...] | None:
    """The records of a side in a schema of its own; None, with the reasons in ``found``, if they cannot be read."""
    wanted = [wanted_of(side.policy, one) for one in side.policy.schemes]
    with _within(engine, schema):
        return scan_records(wanted, side.request.sources, side.request.scheme, engine, found)


def held(
    side: Side,
    relations: Sequence[RawRelation],
    schema: str,
    records: str,
    engine: Embedded,
    found: Diagnostics,
    others: Sequence[Policy] = (),
) -> Held | None:
    """Decides records that lie in the schema ``records``; None, with the reasons in ``found``, if that cannot be done.

    Args:
        others: as for ``evaluate.run``.

    Raises:
        Unlowered, Beyond: if a plan cannot decide them; the reference can.
    """
    policy, request = side.policy, side.request
    beside = read_beside(policy, request, {one.scheme for one in relations}, found, others)
    if found.failed or beside is None:
        return None
    engine.pace = Pace()
    own = {relation.scheme: relation for relation in relations}
    with _within(engine, schema, records):
        decided = decide_relations(policy, relations, beside.settings, beside.history, beside.exceptions, engine, found)
        if decided is None:
            return None
        for answer in decided.answers:
            run_plan(Plan(tuple(wording(policy, answer, engine.dialect))), engine)
            report_repeated(answer.scheme, own[answer.scheme.name], engine, found)
    answers = {answer.scheme.name: answer for answer in decided.answers}
    inputs = (*files_read(relations), *side_files(policy, request))
    return Held(policy, beside, schema, records, answers, own, inputs)


def dropped(engine: Embedded, schema: str) -> None:
    """Gives back the room of a run that is of no more use."""
    engine.execute(f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE")


@contextmanager
def _within(engine: Embedded, schema: str, *others: str) -> Iterator[None]:
    """What is made meanwhile goes into a schema; what is read may be in others too."""
    engine.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
    engine.execute(f"SET search_path = '{','.join(dict.fromkeys((schema, *others)))}'")
    try:
        yield
    finally:
        engine.execute("RESET search_path")
