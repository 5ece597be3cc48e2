"""Scripts of ``policyrun compile`` on a real PostgreSQL: every cell of a result as the reference has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from columnar_samples import POLICIES
from columnar_scripts import selected, trial_of
from postgres_server import Postgres, running


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with running() as server:
        yield server


@pytest.mark.parametrize("ref", POLICIES)
def test_sample_is_decided_as_by_the_reference(server: Postgres, ref: str) -> None:
    trial = trial_of(ref, "postgres")
    server.database(ref)
    for table, rows in trial.tables.items():
        server.store(ref, table, rows)
    server.script(ref, trial.script)
    for scheme, expected in trial.expected.items():
        found = server.rows(ref, selected(scheme).replace('FROM "', f'FROM "{ref}"."'))
        assert [row for row in zip(found, expected, strict=True) if row[0] != row[1]] == []
