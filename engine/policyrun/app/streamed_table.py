"""What a streamed run's result files hold beside its own twelve columns, and how a database writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from policyrun.app.beside import Beside
from policyrun.app.result import RESULT_COLUMNS, ResultLine, money_columns
from policyrun.app.spelling import Spelling, bytes_of
from policyrun.app.streamed import Streamed, in_order
from policyrun.columnar.folding import Sql, column, either, equal, nothing, text
from policyrun.columnar.plan import ROW
from policyrun.columnar.result import csv_field
from policyrun.columnar.tables import quoted
from policyrun.columnar.told import ABOUT_AMOUNTS, SAID, Telling, cells_query
from policyrun.datasets.write_csv import csv_bytes
from policyrun.datasets.write_parquet import GrowingParquet
from policyrun.model.raw import CellKind, RawCell
from policyrun.model.relation import RawRelation, RawType

if TYPE_CHECKING:
    import pyarrow

#: What a spreadsheet takes for the start of a formula.
_FORMULA = ("=", "+", "-", "@")
_RESULT, _RAW = "果", "原"
#: Batches of rows that may wait to be written.
_WAITING = 12


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
    """Writes the result as parquet, every column text, a blank as null; where it can, takes the digest on the way.

    Raises:
        OSError: if the place cannot be written to.
    """
    path.touch()
    if run.is_spelt and not keep_input:
        whole = all(told.whole for told in run.told)  # schemes share a file, and so what its columns are held as
        few = {name for name in SAID if whole or name not in ABOUT_AMOUNTS}
        with GrowingParquet(path, RESULT_COLUMNS, few) as file, Beside(_WAITING) as beside:

            def add(spelling: Spelling, rows: pyarrow.RecordBatch) -> None:
                file.add(spelling.cells(rows, few))

            for _piece in run.lines(each_batch=partial(beside.do, add)):
                pass
        return
    kept = kept_columns(run) if keep_input else ()
    asked = [column(name) for name in (*RESULT_COLUMNS, *kept)]
    parts: list[exp.Query] = []
    for told in run.told:
        rows = cells_query(told, run.engine.dialect)
        if keep_input:
            rows = _with_input(run, told, kept).order_by(column(ROW))
        parts.append(exp.select(*asked).from_(rows.subquery(quoted("行"))))
    run.engine.copy_parquet(parts, path)


def workbook_lines(run: Streamed, kept: Sequence[str]) -> Iterator[ResultLine]:
    """The rows of the result, with the input cells of the columns ``kept`` behind them.

    Of records in parquet it is not known how each cell was held: they are texts.
    """
    for told in run.told:
        money = money_columns(told.answer.scheme, kept)
        rows = _with_input(run, told, kept, kinds=True).order_by(column(ROW)) if kept else None
        for batch in in_order(run.engine.batches(rows or cells_query(told, run.engine.dialect))):
            own = [_texts(batch.column(name)) for name in RESULT_COLUMNS]
            beside = [_texts(each) for each in batch.columns[1 + len(RESULT_COLUMNS) :]]
            texts, kinds = beside[: len(kept)], beside[len(kept) :]
            cells = [list(map(_cell, *pair)) for pair in zip(texts, kinds, strict=True)]
            behind = zip(*cells, strict=True) if cells else repeat((), batch.num_rows)
            for line, input_cells in zip(zip(*own, *texts, strict=True), behind, strict=True):
                yield ResultLine(line, input_cells, money)


def _texts(column: pyarrow.Array) -> list[str]:
    """The cells of a column, "" for a blank."""
    return [text or "" for text in column.to_pylist()]


def _cell(text: str, kind: str) -> RawCell:
    return RawCell(text, CellKind(kind) if kind else CellKind.TEXT)


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


def _with_input(run: Streamed, told: Telling, kept: Sequence[str], *, kinds: bool = False) -> exp.Select:
    """The result of a scheme with input columns beside it, each as it stood in its file; a blank may be NULL.

    Args:
        kinds: behind them all, the kind of each cell, null for a text.
    """
    rows = exp.Subquery(this=cells_query(told, run.engine.dialect), alias=exp.TableAlias(this=quoted(_RESULT)))
    names = [exp.Column(this=quoted(name), table=quoted(_RESULT)) for name in (ROW, *RESULT_COLUMNS)]
    if not kept:
        return exp.select(*names).from_(rows)
    relation = run.relations[told.answer.scheme.name]
    cells = [exp.Alias(this=_raw(run, relation, name), alias=quoted(name)) for name in kept]
    if kinds:
        cells += [exp.Alias(this=_kind(relation, name), alias=quoted(f"{name}#kind")) for name in kept]
    raw = exp.Table(this=quoted(relation.name), alias=exp.TableAlias(this=quoted(_RAW)))
    same = equal(exp.Column(this=quoted(ROW), table=quoted(_RESULT)), exp.Column(this=quoted(ROW), table=quoted(_RAW)))
    return exp.select(*names, *cells).from_(rows).join(raw, on=same)


def _kind(relation: RawRelation, name: str) -> Sql:
    """The kind of a raw cell, where the relation tells it."""
    held = relation.column(name)
    if held is None or not held.has_kind:
        return exp.Cast(this=nothing(), to=exp.DataType.build("text"))
    return exp.Column(this=quoted(held.kind_column), table=quoted(_RAW))


def _raw(run: Streamed, relation: RawRelation, name: str) -> Sql:
    """A raw cell as text; nothing where the scheme has no such column."""
    held = relation.column(name)
    if held is None:
        return exp.Cast(this=nothing(), to=exp.DataType.build("text"))
    cell = exp.Column(this=quoted(held.held_as), table=quoted(_RAW))
    return cell if held.type is RawType.TEXT else run.engine.dialect.as_text(cell)
