"""What a streamed run's result files hold beside its own twelve columns, and how a database writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlglot import exp

from policyrun.app.result import RESULT_COLUMNS
from policyrun.app.streamed import Streamed, bytes_of
from policyrun.columnar.folding import Sql, column, either, equal, nothing, text
from policyrun.columnar.plan import ROW
from policyrun.columnar.result import csv_field
from policyrun.columnar.tables import quoted
from policyrun.columnar.told import Telling, cells_query
from policyrun.datasets.write_csv import csv_bytes
from policyrun.model.relation import RawRelation, RawType

#: What a spreadsheet takes for the start of a formula.
_FORMULA = ("=", "+", "-", "@")
_RESULT, _RAW = "果", "原"


def kept_columns(run: Streamed) -> tuple[str, ...]:
    """The input columns that ``keep_input`` appends, as ``result.kept_columns`` says."""
    names = dict.fromkeys(column.name for one in run.relations.values() for column in one.columns)
    return tuple(name for name in names if name not in RESULT_COLUMNS)


def kept_lines(run: Streamed) -> Iterator[bytes | memoryview]:
    """The csv with the input columns appended, header first, many lines at a time."""
    kept = kept_columns(run)
    (header,) = csv_bytes((*RESULT_COLUMNS, *kept), ())
    yield header
    dialect = run.engine.dialect
    for told in run.told:
        names = (*RESULT_COLUMNS, *kept)
        fields: list[Sql] = []
        for name in names:
            fields += [text(",")] if fields else []
            fields.append(csv_field(column(name), dialect))
        line = exp.Alias(this=dialect.joined(*fields, text("\n")), alias=quoted("line"))
        rows = exp.Subquery(this=_with_input(run, told, kept), alias=exp.TableAlias(this=quoted("行")))
        query = exp.select(column(ROW), line).from_(rows).order_by(column(ROW))
        for batch in run.engine.batches(query):
            yield bytes_of(batch.column("line"))


def copy_parquet(run: Streamed, path: Path, keep_input: bool) -> None:
    """Writes the result as parquet, every column text, a blank as null.

    Raises:
        OSError: if the place cannot be written to.
    """
    path.touch()
    kept = kept_columns(run) if keep_input else ()
    asked = [column(name) for name in (*RESULT_COLUMNS, *kept)]
    parts: list[exp.Query] = []
    for told in run.told:
        rows = cells_query(told, run.engine.dialect)
        if keep_input:
            rows = _with_input(run, told, kept).order_by(column(ROW))
        parts.append(exp.select(*asked).from_(rows.subquery(quoted("行"))))
    query = parts[0]
    for part in parts[1:]:
        query = exp.Union(this=query, expression=part, distinct=False)
    run.engine.copy_parquet(query, path)


def count_formulas(run: Streamed, keep_input: bool) -> int:
    """How many cells of the result a spreadsheet would take for a formula."""
    kept = kept_columns(run) if keep_input else ()
    count = 0
    for told in run.told:
        rows = _with_input(run, told, kept)
        for name in (*RESULT_COLUMNS, *kept):
            first = run.engine.dialect.substring(column(name), exp.Literal.number(1), exp.Literal.number(1))
            begins = either(equal(first, text(mark)) for mark in _FORMULA)
            query = exp.select(exp.Count(this=exp.Star())).from_(rows.subquery(quoted("行"))).where(begins)
            count += run.engine.number(query)
    return count


def _with_input(run: Streamed, told: Telling, kept: Sequence[str]) -> exp.Select:
    """The result of a scheme with input columns beside it, each as it stood in its file; a blank may be NULL."""
    rows = exp.Subquery(this=cells_query(told, run.engine.dialect), alias=exp.TableAlias(this=quoted(_RESULT)))
    names = [exp.Column(this=quoted(name), table=quoted(_RESULT)) for name in (ROW, *RESULT_COLUMNS)]
    if not kept:
        return exp.select(*names).from_(rows)
    relation = run.relations[told.answer.scheme.name]
    cells = [exp.Alias(this=_raw(run, relation, name), alias=quoted(name)) for name in kept]
    raw = exp.Table(this=quoted(relation.name), alias=exp.TableAlias(this=quoted(_RAW)))
    same = equal(exp.Column(this=quoted(ROW), table=quoted(_RESULT)), exp.Column(this=quoted(ROW), table=quoted(_RAW)))
    return exp.select(*names, *cells).from_(rows).join(raw, on=same)


def _raw(run: Streamed, relation: RawRelation, name: str) -> Sql:
    """A raw cell as text; nothing where the scheme has no such column."""
    held = relation.column(name)
    if held is None:
        return exp.Cast(this=nothing(), to=exp.DataType.build("text"))
    cell = exp.Column(this=quoted(held.held_as), table=quoted(_RAW))
    return cell if held.type is RawType.TEXT else run.engine.dialect.as_text(cell)
