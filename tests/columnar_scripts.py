"""What scripts of policies are tried on: the samples' cells as texts, in tables, and what must come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from columnar_samples import sample_of
from policyrun.app.compile import compile_policy
from policyrun.app.inputs import wanted_of
from policyrun.app.result import RESULT_COLUMNS, result_cells
from policyrun.interp.run import decide
from policyrun.model.raw import BLANK, RawCell, SchemeInput

Rows = list[tuple[str, ...]]


class Trial(NamedTuple):
    """A script, the cells it reads, and the result that the reference evaluator has for them.

    Attributes:
        tables: the rows of each table by its name; the first is a header.
        expected: the result columns of each scheme's rows.
    """

    script: str
    tables: Mapping[str, Rows]
    expected: Mapping[str, Rows]


def trial_of(ref: str, dialect: str) -> Trial:
    """A policy, its readings all taken the usual way, and its sample."""
    sampled = sample_of(ref)
    policy, settings = sampled.policy, sampled.settings
    inputs = [_as_texts(sampled.data[one.name], wanted_of(policy, one).known) for one in policy.schemes]
    decided = decide(policy, inputs, settings)
    assert decided is not None
    return Trial(
        compile_policy(policy, policy.schemes, settings, dialect),
        {f"{one.scheme}_原始": _table(one) for one in inputs},
        {name: [result_cells(policy, each) for each in rows] for name, rows in decided.outcomes.items()},
    )


def _as_texts(data: SchemeInput, columns: tuple[str, ...]) -> SchemeInput:
    """All columns that a policy knows, each cell the text that a file had for it."""
    places = [data.columns.index(name) if name in data.columns else None for name in columns]
    rows = [tuple(BLANK if place is None else RawCell(row[place].text) for place in places) for row in data.rows]
    return replace(data, columns=columns, rows=rows, unused=(), absent=(), lacking={})


def _table(data: SchemeInput) -> Rows:
    return [("row_no", *data.columns), *((str(place), *(c.text for c in row)) for place, row in enumerate(data.rows))]


def selected(scheme: str) -> str:
    """The query that reads a scheme's result as texts, blanks as "", in the dialects that quote names so."""
    cells = ", ".join(f"COALESCE(\"{name}\", '')" for name in RESULT_COLUMNS)
    return f'SELECT {cells} FROM "{scheme}_结果" ORDER BY row_no'
