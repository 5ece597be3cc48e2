"""Rows of a relation as cells again, each with where it stands: for the few that somebody wants to see."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policyrun.datasets.scan_rows import quoted
from policyrun.model.raw import BLANK, CellKind, Origin, RawCell, SchemeInput
from policyrun.model.relation import RawColumn, RawPart, RawRelation, RawType

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def rows_at(connection: DuckDBPyConnection, relation: RawRelation, source: str, picked: str) -> SchemeInput:
    """Some rows of a relation, in input order, as ``files`` and ``merge`` would have read them.

    Args:
        source: the relation as SQL names it.
        picked: a query of one column: the ``row_no`` of the rows.
    """
    names = ["row_no"]
    for column in relation.columns:
        names += [as_text(column), quoted(column.kind_column) if column.has_kind else "NULL"]
    found = connection.execute(
        f"SELECT {', '.join(names)} FROM {source} WHERE row_no IN ({picked}) ORDER BY row_no"
    ).fetchall()
    places = [int(row[0]) for row in found]
    return SchemeInput(
        relation.scheme,
        tuple(column.name for column in relation.columns),
        [tuple(map(_cell, row[1::2], row[2::2])) for row in found],
        [*_origins(relation.parts, places)],
        relation.unused,
        relation.absent,
        lacking=relation.lacking,
    )


def as_text(column: RawColumn) -> str:
    """The text of a column's cells, as SQL; null for a blank."""
    held = quoted(column.held_as)
    return held if column.type is RawType.TEXT else f"CAST({held} AS VARCHAR)"


def _cell(text: str | None, kind: str | None) -> RawCell:
    if text is None:
        return BLANK
    return RawCell(text) if kind is None else RawCell(text, CellKind(kind))


def _origins(parts: Sequence[RawPart], places: Sequence[int]) -> Iterator[Origin]:
    """Where rows stand, by ``row_no`` in ascending order."""
    for part in parts:
        own = [place - part.first for place in places if part.first <= place < part.end]
        numbers = [part.numbers[place] for place in own] if part.numbers else _line_numbers(part, own)
        yield from (Origin(part.path, part.sheet, number) for number in numbers)


def _line_numbers(part: RawPart, places: Sequence[int]) -> Iterator[int]:
    """The lines of a csv file in which records begin, as ``read_csv`` counts them; blank lines are no records."""
    if not places:
        return
    wanted = iter(places)
    place = next(wanted)
    with Path(part.path).open(encoding=_encoding(part.path), newline="") as stream:
        for at, number in enumerate(_beginnings(stream, part.above)):
            if at == place:
                yield number
                following = next(wanted, None)
                if following is None:
                    return
                place = following


def _beginnings(lines: Iterator[str], above: int) -> Iterator[int]:
    reader = csv.reader(lines, strict=True)
    start = 1
    for fields in reader:
        if fields and start > above:
            yield start
        start = reader.line_num + 1


def _encoding(path: str) -> str:
    """UTF-8 where all of a file is, else GB18030: one of them it has been read in."""
    try:
        with Path(path).open(encoding="utf-8-sig") as stream:
            while stream.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"
