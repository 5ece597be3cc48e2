"""序号 that several files have, found within a database: ``datasets.serials`` for a run that stays there."""

from __future__ import annotations

from sqlglot import exp

from policyrun.columnar.engine import Engine
from policyrun.columnar.fold_sql import query
from policyrun.columnar.folding import Sql, cases, column, compare, whole
from policyrun.columnar.plan import ROW
from policyrun.columnar.records import cells_name
from policyrun.datasets.serials import Repeats
from policyrun.ir.nodes import Supplied
from policyrun.ir.policy import Scheme
from policyrun.model.relation import RawPart, RawRelation
from policyrun.source.diagnostic import Diagnostics, Place
from policyrun.source.messages import _


def report_repeated(scheme: Scheme, relation: RawRelation, engine: Engine, found: Diagnostics) -> None:
    """Says once for all files which 序号 comes back in another file, where, and what to do."""
    names = [field.name for field in scheme.record.fields]
    if len(relation.parts) < 2 or Supplied.SERIAL not in names:
        return
    invalid = names.index(Supplied.SERIAL)
    rows = (
        f'SELECT "{Supplied.SERIAL}" AS serial, {ROW} AS place, {_part_of(relation).sql("duckdb")} AS part'
        f" FROM {exp.to_identifier(cells_name(scheme), quoted=True).sql('duckdb')}"
        f' WHERE invalid = {invalid} AND "{Supplied.SERIAL}" IS NOT NULL'
    )
    begun = f"SELECT serial, place, part, MIN(part) OVER (PARTITION BY serial) AS own FROM ({rows}) AS r"
    firsts = (
        "SELECT serial, MIN(place) AS one, MIN(CASE WHEN part > own THEN place END) AS two"
        f" FROM ({begun}) AS b GROUP BY serial HAVING MAX(part) > MIN(part)"
    )
    files = f"SELECT COUNT(DISTINCT part) FROM ({rows}) AS r WHERE serial IN (SELECT serial FROM ({firsts}) AS f)"
    count = engine.number(query(f"SELECT COUNT(*) FROM ({firsts}) AS f"))
    if not count:
        return
    ((serial, one, two),) = engine.rows(query(f"SELECT serial, one, two FROM ({firsts}) AS f ORDER BY two LIMIT 1"))
    before, after = (_holder(relation, place) for place in (one, two))
    others = engine.number(query(files)) - 2
    repeats = Repeats(count, serial, _record(before, one), _record(after, two), others)
    found.extend([repeats.told(scheme.name, Place(after.path))])


def _record(part: RawPart, place: int) -> str:
    """A row within its file: by its number among the records, for a database does not keep lines."""
    return _("{file} 第 {number} 条").format(file=part.path, number=place - part.first + 1)


def _holder(relation: RawRelation, place: int) -> RawPart:
    """The file that a row stands in."""
    return next(part for part in relation.parts if part.first <= place < part.end)


def _part_of(relation: RawRelation) -> Sql:
    """The place of the file that a row stands in."""
    later = list(enumerate(relation.parts))[::-1]
    return cases([(compare(exp.GTE, column(ROW), whole(part.first)), whole(place)) for place, part in later])
