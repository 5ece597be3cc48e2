"""Every shipped policy: its sample as a workbook, as csv, as parquet, shuffled or split comes to one result."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policyrun.app.evaluate import Request, run, sample_day, sample_path
from policyrun.app.inputs import read_inputs
from policyrun.app.library import list_policies
from policyrun.app.load import load
from policyrun.app.result import RESULT_COLUMNS, result_digest, result_rows
from policyrun.ir.policy import Policy
from policyrun.model.raw import SchemeInput
from policyrun.source.diagnostic import Diagnostics

SAMPLED = [entry.ref for entry in list_policies(()) if (entry.path.parent / "sample.xlsx").is_file()]


@pytest.fixture(scope="module", params=SAMPLED)
def policy(request: pytest.FixtureRequest) -> Policy:
    loaded = load(request.param, Diagnostics())
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def sample(policy: Policy) -> tuple[SchemeInput, ...]:
    inputs = read_inputs(policy, [str(sample_path(policy))], None, Diagnostics())
    assert inputs is not None
    return inputs


def texts(data: SchemeInput) -> list[list[str]]:
    """The sample is written as text throughout, so that no format loses anything."""
    return [[cell.text for cell in row] for row in data.rows]


def as_csv(folder: Path, data: SchemeInput, rows: list[list[str]]) -> None:
    with (folder / f"{data.scheme}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(data.columns), *rows])


def as_parquet(folder: Path, data: SchemeInput, rows: list[list[str]]) -> None:
    columns = [pa.array(list(values), pa.string()) for values in zip(*rows, strict=True)]
    pq.write_table(pa.table(columns, names=list(data.columns)), folder / f"{data.scheme}.parquet")


def as_two_csv(folder: Path, data: SchemeInput, rows: list[list[str]]) -> None:
    half = len(rows) // 2
    below = folder / data.scheme
    below.mkdir()
    for name, part in (("1", rows[:half]), ("2", rows[half:])):
        with (below / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([list(data.columns), *part])


def evaluated(policy: Policy, source: Path | None) -> tuple[str, Mapping[tuple[str, str], tuple[str, ...]]]:
    """The result digest, and the rows by scheme and 序号 (those that share one are left out)."""
    day = sample_day(sample_path(policy) or Path())
    found = Diagnostics()
    done = run(policy, Request(sources=(str(source),) if source else (), as_of=day), found)
    assert done is not None, [one.message for one in found]
    rows = result_rows(done).rows
    place = RESULT_COLUMNS.index("序号")
    return result_digest(done), {(row[0], row[place]): row for row in rows}


@pytest.mark.parametrize("write", [as_csv, as_parquet, as_two_csv])
def test_a_format_makes_no_difference(
    policy: Policy, sample: tuple[SchemeInput, ...], tmp_path: Path, write: Callable[..., None]
) -> None:
    for data in sample:
        write(tmp_path, data, texts(data))
    assert evaluated(policy, tmp_path)[0] == evaluated(policy, None)[0]


def shuffled(sample: tuple[SchemeInput, ...]) -> Iterator[tuple[SchemeInput, list[list[str]]]]:
    for data in sample:
        rows = texts(data)
        random.Random(7).shuffle(rows)
        yield data, rows


def test_the_order_of_rows_makes_no_difference(policy: Policy, sample: tuple[SchemeInput, ...], tmp_path: Path) -> None:
    for data, rows in shuffled(sample):
        as_csv(tmp_path, data, rows)
    assert evaluated(policy, tmp_path)[1] == evaluated(policy, None)[1]
