"""Evaluating files of any length: they are read, decided and told within a database."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

from sqlglot import exp

from policyrun.app.evaluate import Request, digest_of, read_beside, side_files
from policyrun.app.inputs import Wanted, tables_of, wanted_of
from policyrun.app.planned import AFTERWARDS, decide_relations
from policyrun.app.result import InputFile
from policyrun.app.scan_on_spark import scan_on_spark
from policyrun.app.stream_serials import report_repeated
from policyrun.app.streamed import Streamed
from policyrun.columnar.conclusions import Answer
from policyrun.columnar.embedded import Embedded
from policyrun.columnar.engine import Engine, run_plan
from policyrun.columnar.plan import Plan
from policyrun.columnar.spark import Spark
from policyrun.columnar.tables import table
from policyrun.columnar.telling import FEW_AMOUNTS, FEW_KINDS, amounts_query, out_of_order_query, telling_steps
from policyrun.columnar.told import Telling
from policyrun.datasets.files import DataFile
from policyrun.datasets.merge import report_unused
from policyrun.datasets.scan import scan_table, scheme_relation
from policyrun.datasets.scan_table import ScannedTable
from policyrun.ir.policy import Policy
from policyrun.model.relation import RawRelation
from policyrun.source.diagnostic import Diagnostics


def stream(policy: Policy, request: Request, engine: Embedded | Spark, found: Diagnostics) -> Streamed | None:
    """Decides the records that a request names; None, with the reasons in ``found``, if it cannot run.

    Args:
        request: names its records.
        engine: keeps the run, for as long as it is of use.

    Raises:
        Unlowered, Beyond: if a plan cannot decide these records; the reference can.
    """
    wanted = [wanted_of(policy, one) for one in policy.schemes]
    if isinstance(engine, Embedded):
        relations = scan_records(wanted, request.sources, request.scheme, engine, found)
    else:
        relations = scan_on_spark(wanted, request.sources, request.scheme, engine, found)
    beside = read_beside(policy, request, None if relations is None else {one.scheme for one in relations}, found)
    if found.failed or relations is None or beside is None:
        return None
    with ThreadPoolExecutor(max_workers=1) as meanwhile:  # what planning leaves idle is enough for it
        inputs = meanwhile.submit(lambda: (*files_read(relations), *side_files(policy, request)))
        if not all(one.is_short for one in relations):
            meanwhile.submit(_load_arrow)
        decided = decide_relations(policy, relations, beside.settings, beside.history, beside.exceptions, engine, found)
        if decided is None:
            return None
        for relation in relations:
            scheme = policy.scheme(relation.scheme)
            assert scheme is not None, "relations are of schemes"
            report_repeated(scheme, relation, engine, found)
        told = [_told(policy, answer, engine) for answer in decided.answers]
        engine.pace.begin(AFTERWARDS)
        return Streamed(policy, beside.settings, engine, told, relations, inputs.result())


def _load_arrow() -> None:
    """Loads what many rows are spelt with, which takes a third of a second."""
    import pyarrow.compute
    import pyarrow.parquet  # noqa: F401 - whoever needs it later finds it loaded


def _told(policy: Policy, answer: Answer, engine: Engine) -> Telling:
    """Puts what rows say into words, and stores how each row finds its own."""
    whole = engine.number(amounts_query(answer)) <= FEW_AMOUNTS
    in_order = isinstance(engine, Embedded) and engine.number(out_of_order_query(answer)) == 0
    told = Telling(answer, whole, in_order)
    run_plan(Plan(tuple(telling_steps(policy, told, engine.dialect))), engine)
    kinds = engine.number(exp.select(exp.Count(this=exp.Star())).from_(table(told.kinds)))
    return replace(told, few=kinds <= FEW_KINDS)


def scan_records(
    wanted: Sequence[Wanted], sources: Sequence[str], only: str | None, engine: Embedded, found: Diagnostics
) -> tuple[RawRelation, ...] | None:
    """``inputs.read_records`` into a database: a relation per scheme, in declared order, or None and the reasons."""
    names = (f"表{number}" for number in count())

    def read(file: DataFile, sheet: str, one: Wanted) -> ScannedTable | None:
        pace = engine.pace.read
        return scan_table(engine.connection, next(names), file, sheet, one.required, one.known, found, pace)

    tables = tables_of(wanted, sources, only, read, found)
    if tables is None:
        return None
    relations = tuple(
        scheme_relation(
            engine.connection, f"{one.name}_原始", one.name, one.record, one.beside, tables[one.name], found
        )
        for one in wanted
        if tables[one.name]
    )
    report_unused(relations, tables, found)
    return relations


def files_read(relations: Sequence[RawRelation]) -> list[InputFile]:
    """The files that the records stand in, each with how many it gave."""
    rows: dict[str, int] = {}
    for relation in relations:
        for part in relation.parts:
            rows[part.path] = rows.get(part.path, 0) + part.rows
    return [InputFile(path, digest_of(path), count) for path, count in rows.items()]
