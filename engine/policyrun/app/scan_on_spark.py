"""Records put where Spark sees them: it reads their files itself wherever it can."""

from __future__ import annotations

from collections.abc import Sequence

from policyrun.app.inputs import Wanted, tables_of
from policyrun.columnar.spark import Spark
from policyrun.datasets.files import DataFile
from policyrun.datasets.merge import report_unused
from policyrun.datasets.spark_scan import SparkTable, Wish, spark_relation, spark_tables
from policyrun.model.relation import RawRelation
from policyrun.source.diagnostic import Diagnostics


def scan_on_spark(
    wanted: Sequence[Wanted], sources: Sequence[str], only: str | None, engine: Spark, found: Diagnostics
) -> tuple[RawRelation, ...] | None:
    """``stream.scan_records`` on Spark: a relation per scheme, in declared order, or None and the reasons."""

    def wish(file: DataFile, sheet: str, one: Wanted) -> Wish:
        return Wish(file, sheet, one.required, one.known)

    wishes = tables_of(wanted, sources, only, wish, found)
    if wishes is None:
        return None
    tables: dict[str, Sequence[SparkTable]] = {}
    for one in wanted:
        read = spark_tables(engine.session, wishes[one.name], found)
        if read is None:
            return None
        tables[one.name] = read
    relations = tuple(_relation(one, tables[one.name], engine, found) for one in wanted if tables[one.name])
    report_unused(relations, tables, found)
    engine.expect(sum(relation.rows or 0 for relation in relations))
    return relations


def _relation(one: Wanted, tables: Sequence[SparkTable], engine: Spark, found: Diagnostics) -> RawRelation:
    name = f"{one.name}_原始"
    relation, rows = spark_relation(engine.session, name, one.name, one.record, one.beside, tables, found)
    engine.bind(name, rows)
    return relation
